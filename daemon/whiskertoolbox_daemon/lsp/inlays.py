"""Shapes behind the assignments of a file that ran, as inlay hints; only while the file means what the session has."""

from __future__ import annotations

import asyncio

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from whiskertoolbox_daemon.language.calls import Place
from whiskertoolbox_daemon.lsp.documents import OpenDocuments
from whiskertoolbox_daemon.lsp.foreign_text import plain_text
from whiskertoolbox_daemon.lsp.live_names import ask_live
from whiskertoolbox_daemon.lsp.settings import Settings
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.interpreter import LookUp

LONGEST_HINT = 60
_SPEAK_FOR_THEMSELVES = frozenset({"int", "float", "complex", "bool", "str", "bytes", "NoneType", "function", "type"})
"""Types of values that have no shape: their code says as much."""


def register_inlays(server: LanguageServer, session: Session, documents: OpenDocuments, settings: Settings) -> None:
    """Let `server` show shapes behind assignments."""

    @server.feature(types.TEXT_DOCUMENT_INLAY_HINT)
    async def inlays(params: types.InlayHintParams) -> list[types.InlayHint]:
        text = documents.opened(params.text_document.uri) if settings.inlay_hints else None
        if text is None or text.is_json:
            return []
        first, last = params.range.start.line, params.range.end.line
        bound = await asyncio.to_thread(session.bindings.assigned_within, text.source, first, last)
        if not bound:
            return []
        found = await ask_live(session, LookUp(expression="", want="names"))
        shapes = {  # of what else is said, such as the first items, there is no room
            one.name: one.summary.partition(": ")[0] for one in found.members if one.type not in _SPEAK_FOR_THEMSELVES
        }
        by_end: dict[tuple[int, int], list[str]] = {}
        for one in bound:
            if shapes.get(one.name):
                by_end.setdefault((one.last_line, one.end_column), []).append(one.name)
        hints = []
        for (line, column), names in by_end.items():
            told = ", ".join(shapes[name] if len(names) == 1 else f"{name} {shapes[name]}" for name in names)
            position = text.range_of(Place(line, column, column)).start
            label = plain_text(told)
            short = label if len(label) <= LONGEST_HINT else f"{label[: LONGEST_HINT - 1]}…"
            hints.append(types.InlayHint(position, short, padding_left=True))
        return hints


def ask_again(server: LanguageServer, settings: Settings) -> None:
    """Have the editor ask again for what is shown in files of the session: it has changed."""
    able = server.client_capabilities.workspace
    if able is None:
        return
    if settings.inlay_hints and able.inlay_hint and able.inlay_hint.refresh_support:
        server.workspace_inlay_hint_refresh(None)
    if settings.code_lens and able.code_lens and able.code_lens.refresh_support:
        server.workspace_code_lens_refresh(None)
