"""Where a name of the session is made and used in the workspace, and renaming it there and in the session."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from whiskertoolbox_daemon.language.names import Name, as_written
from whiskertoolbox_daemon.language.workspace import Found, occurrences
from whiskertoolbox_daemon.lsp.documents import OpenDocuments, Text
from whiskertoolbox_daemon.lsp.names import name_at
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import REQUEST_FAILED, RequestError


def register_references(server: LanguageServer, session: Session, documents: OpenDocuments) -> None:
    """Let `server` go to what makes a name, list its uses, and rename data keys, clocks and groups."""

    @server.feature(types.TEXT_DOCUMENT_DEFINITION)
    async def definition(params: types.DefinitionParams) -> list[types.Location]:
        _, name = await named(params.text_document.uri, params.position)
        return [] if name is None else [place for place, one in await found(name) if one.role == "makes"]

    @server.feature(types.TEXT_DOCUMENT_REFERENCES)
    async def references(params: types.ReferenceParams) -> list[types.Location]:
        _, name = await named(params.text_document.uri, params.position)
        with_making = params.context.include_declaration
        return [] if name is None else [place for place, one in await found(name) if with_making or one.role != "makes"]

    @server.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    async def prepare(params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        text, name = await named(params.text_document.uri, params.position)
        if text is None or name is None or name.kind not in ("key", "clock", "group"):
            return None
        return types.PrepareRenamePlaceholder(range=text.range_of(name.place), placeholder=name.text)

    @server.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    async def rename(params: types.RenameParams) -> types.WorkspaceEdit | None:
        _, name = await named(params.text_document.uri, params.position)
        if name is None or not (name.kind == "key" or name.kind == "clock" or name.kind == "group"):
            return None
        places = await found(name)
        try:
            await session.data.rename(name.kind, name.text, params.new_name)
        except RequestError as error:
            raise JsonRpcException(str(error), code=REQUEST_FAILED) from error
        changes: dict[str, list[types.TextEdit]] = {}
        for location, _ in places:
            is_json = location.uri.endswith(".json")
            text = json.dumps(params.new_name, ensure_ascii=False)[1:-1] if is_json else as_written(params.new_name)
            changes.setdefault(location.uri, []).append(types.TextEdit(location.range, text))
        return types.WorkspaceEdit(changes=changes)

    async def named(uri: str, position: types.Position) -> tuple[Text | None, Name | None]:
        text = documents.opened(uri)
        return text, None if text is None else await name_at(text, position)

    async def found(name: Name) -> list[tuple[types.Location, Name]]:
        """Places of a name: first those of documents that are open, then of files, in their order."""
        texts = {_path(text.uri): text for text in documents.all_open()}
        sources = {path: text.source for path, text in texts.items()}
        every = await asyncio.to_thread(occurrences, session.workspace, name.kind, name.text, sources)
        return [(_location(one, texts, documents), one.name) for one in every]


def _location(found: Found, texts: dict[Path, Text], documents: OpenDocuments) -> types.Location:
    text = texts.get(found.path) or documents.made(found.path.as_uri(), found.source)
    return types.Location(text.uri, text.range_of(found.name.place))


def _path(uri: str) -> Path:
    """Return the file of a document; for one that has none, such as a notebook's cell, a path of its own."""
    path = to_fs_path(uri) if uri.startswith("file:") else None
    return Path(path or uri)
