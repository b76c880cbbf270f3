"""Names of the session in code, as the Language Server Protocol asks for them: completion, hover, lenses."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from whiskertoolbox_daemon.interpreters.process import within
from whiskertoolbox_daemon.language.expected import NameKind
from whiskertoolbox_daemon.language.names import Name, Typed, as_written, names_of, typed_at
from whiskertoolbox_daemon.language.pictures import LONGEST_SVG, image, signs
from whiskertoolbox_daemon.language.workspace import config_names
from whiskertoolbox_daemon.lsp import live_names
from whiskertoolbox_daemon.lsp.documents import OpenDocuments, Text
from whiskertoolbox_daemon.lsp.foreign_text import label_text, markdown_text
from whiskertoolbox_daemon.lsp.settings import Settings
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import RequestError

PICTURE_LIMIT_S = 3.0
"""A frame that takes longer to decode is not shown."""
LONGEST_LIST = 500
"""More are not sent at once: the editor asks again when more has been typed."""

_ICONS: Mapping[NameKind, types.CompletionItemKind] = {
    "key": types.CompletionItemKind.Value,
    "clock": types.CompletionItemKind.Unit,
    "group": types.CompletionItemKind.Module,
    "dataType": types.CompletionItemKind.EnumMember,
    "format": types.CompletionItemKind.EnumMember,
    "transform": types.CompletionItemKind.Function,
}


def register_names(server: LanguageServer, session: Session, documents: OpenDocuments, settings: Settings) -> None:
    """Let `server` complete names in strings, and say what they stand for."""

    @server.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=['"', "'", "."]))
    async def complete(params: types.CompletionParams) -> types.CompletionList | None:
        text = documents.opened(params.text_document.uri)
        if text is None:
            return None
        typed = typed_at(text.source, *text.cursor(params.position))
        if typed is not None:
            known = await _known(session, typed.kind)
            if settings.static_tools and settings.type_stubs:  # what stands there whole is completed by these
                place = typed.place
                whole = text.lines[place.line][place.start : place.end]
                known = {name: about for name, about in known.items() if name != whole}
            return completions(text, typed, known)
        return await live_names.completions(session, text, params.position, settings) if settings.live_names else None

    @server.feature(types.TEXT_DOCUMENT_HOVER)
    async def hover(params: types.HoverParams) -> types.Hover | None:
        text = documents.opened(params.text_document.uri)
        name = None if text is None else await name_at(text, params.position)
        if text is None:
            return None
        if name is None:
            return await live_names.hover(session, text, params.position) if settings.live_names else None
        contents = await _described(session, name, with_pictures=settings.pictures)
        markdown = types.MarkupContent(types.MarkupKind.Markdown, contents)
        return types.Hover(markdown, text.range_of(name.place)) if contents else None

    @server.feature(types.TEXT_DOCUMENT_SIGNATURE_HELP, types.SignatureHelpOptions(trigger_characters=["(", ","]))
    async def signatures(params: types.SignatureHelpParams) -> types.SignatureHelp | None:
        text = documents.opened(params.text_document.uri) if settings.live_names else None
        return None if text is None else await live_names.signatures(session, text, params.position)

    @server.feature(types.TEXT_DOCUMENT_CODE_LENS)
    async def lenses(params: types.CodeLensParams) -> list[types.CodeLens]:
        text = documents.opened(params.text_document.uri) if settings.code_lens else None
        if text is None:
            return []
        known = await _known(session, "key")
        names = await asyncio.to_thread(names_of, text.source)
        return [
            types.CodeLens(text.range_of(name.place), _says(known.get(name.text, "not stored yet")))
            for name in names.names[:LONGEST_LIST]
            if name.kind == "key" and name.role == "makes"
        ]


async def name_at(text: Text, position: types.Position) -> Name | None:
    """Return the name at a position of code or of a config; a long file is looked through on a thread."""
    find = config_names if text.is_json else names_of
    return (await asyncio.to_thread(find, text.source)).at(*text.cursor(position))


def completions(text: Text, typed: Typed, known: Mapping[str, str]) -> types.CompletionList:
    """Return what may stand where something is typed: what begins with it first, then what contains it."""
    beginning = typed.text.casefold()
    fitting = list(known)
    if len(known) > LONGEST_LIST:
        found = [(name, place) for name in known if (place := name.casefold().find(beginning)) >= 0]
        fitting = [name for name, place in found if not place] + [name for name, place in found if place]
    replaced = text.range_of(typed.place)
    items = [
        types.CompletionItem(
            label=name,
            kind=_ICONS[typed.kind],
            detail=known[name],
            sort_text=f"{number:05}",
            filter_text=name,
            text_edit=types.TextEdit(replaced, as_written(name)),
        )
        for number, name in enumerate(fitting[:LONGEST_LIST])
    ]
    return types.CompletionList(is_incomplete=len(fitting) > LONGEST_LIST, items=items)


def _says(text: str) -> types.Command:
    return types.Command(label_text(text), command="")


async def _known(session: Session, kind: NameKind) -> Mapping[str, str]:
    try:
        return (await session.data.known_names())[kind]
    except RequestError:  # the session cannot be opened: its state says so
        return {}


async def _described(session: Session, name: Name, *, with_pictures: bool) -> str:
    """Return what a name stands for, as Markdown; empty when the session does not know it."""
    try:
        found = await session.data.describe(name.kind, name.text, draw=with_pictures)
        if found is None:
            about = (await session.data.known_names())[name.kind].get(name.text)
            is_listed = bool(about) and name.kind not in ("key", "clock", "group")
            return f"**{markdown_text(name.text)}**: {markdown_text(about or '')}" if is_listed else ""
        from whiskertoolbox_daemon.data.descriptions import outline  # now that NumPy is known to be there

        extent, bars = await outline(await session.views(), name.text) if name.kind == "key" else ("", ())
    except RequestError:
        return ""
    svg = found.svg
    if with_pictures and found.needs_frame:
        drawing = session.frames.picture(name.text, session.interpreter.python, LONGEST_SVG)
        svg = await within(PICTURE_LIMIT_S, drawing, "")
    drawn = image(svg) if with_pictures else f"`{signs(bars)}`" if bars else ""
    rows = [*found.properties.items(), *([("time range", extent)] if extent else [])]
    listed = "\n".join(f"- {label}: {markdown_text(value)}" for label, value in rows if value)
    return "\n\n".join(part for part in (f"**{markdown_text(found.title)}**", drawn, listed) if part)
