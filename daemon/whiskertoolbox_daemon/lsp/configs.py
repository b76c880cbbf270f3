"""Load configs, as the Language Server Protocol asks for what they name; their problems are told with all others."""

from __future__ import annotations

import asyncio
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from whiskertoolbox_daemon.language.configs import files_of_config, is_config
from whiskertoolbox_daemon.lsp.documents import OpenDocuments
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import RequestError


def config_path(uri: str) -> Path | None:
    """Return the file of a document that is a load config; None for any other."""
    path = to_fs_path(uri)
    return Path(path) if path is not None and is_config(path) else None


def register_configs(server: LanguageServer, session: Session, documents: OpenDocuments) -> None:
    """Let `server` link the data files that a load config names."""

    @server.feature(types.TEXT_DOCUMENT_DOCUMENT_LINK)
    async def links(params: types.DocumentLinkParams) -> list[types.DocumentLink]:
        text, path = documents.opened(params.text_document.uri), config_path(params.text_document.uri)
        if text is None or path is None:
            return []
        try:
            await session.data.known_names()
        except RequestError:  # no session, and perhaps no NumPy
            return []
        found = await asyncio.to_thread(files_of_config, text.source, path)
        return [types.DocumentLink(text.range_of(link.place), target=link.path.as_uri()) for link in found]
