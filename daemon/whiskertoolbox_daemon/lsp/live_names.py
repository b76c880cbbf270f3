"""Variables of the session in Python files, as the Language Server Protocol asks for them; beside the static answer."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from lsprotocol import types

from whiskertoolbox_daemon.interpreters.process import within
from whiskertoolbox_daemon.language.live_names import (
    IDENTIFIER,
    TypedName,
    pointed_name_at,
    typed_call_at,
    typed_name_at,
)
from whiskertoolbox_daemon.language.names import as_written
from whiskertoolbox_daemon.lsp.documents import Text
from whiskertoolbox_daemon.lsp.foreign_text import markdown_text
from whiskertoolbox_daemon.lsp.settings import Settings
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.interpreter import LiveMember, LookedUp, LookUp

LIMIT_S = 2.0
BUSY_LIMIT_S = 0.3
"""While code runs, it may hold Python's lock: an editor shows what others complete when all have answered."""

_Kind = types.CompletionItemKind
_KINDS: Mapping[str, types.CompletionItemKind] = {
    "function": _Kind.Function,
    "builtin_function_or_method": _Kind.Function,
    "type": _Kind.Class,
    "module": _Kind.Module,
    "property": _Kind.Property,
    "column": _Kind.Field,
}


def is_file(text: Text) -> bool:
    """Return whether it is a file of code: the console and notebooks ask by themselves."""
    return text.uri.startswith(("file:", "untitled:")) and not text.is_json


async def completions(
    session: Session, text: Text, position: types.Position, settings: Settings
) -> types.CompletionList | None:
    """Return what the live namespace knows of what is being typed, and static tools that the editor has do not."""
    typed = typed_name_at(text.source, *text.cursor(position)) if is_file(text) else None
    if typed is None:
        return None
    line = typed.place.line
    if typed.want == "names":
        found = await ask_live(session, LookUp(expression="", want="names", prefix=typed.prefix))
        written = set(IDENTIFIER.findall(text.source))  # those the static tools know
        members = [one for one in found.members if one.name not in written]
    elif await _is_meant(session, text, line, typed.expression):
        stored_only = settings.static_tools
        if stored_only and typed.expression in ("dm", "wt"):
            return None
        found = await ask_live(
            session,
            LookUp(expression=typed.expression, want=typed.want, prefix=typed.prefix, stored_only=stored_only),
        )
        members = found.members
        if settings.static_tools and typed.want == "items":  # they complete what is written in the file
            members = [one for one in members if not re.search(rf"(['\"]){re.escape(one.name)}\1", text.source)]
    else:
        return None
    if not members:
        return None
    return types.CompletionList(is_incomplete=False, items=[_item(text, typed, one) for one in members])


def _item(text: Text, typed: TypedName, member: LiveMember) -> types.CompletionItem:
    told = " ".join(part for part in (member.type, member.summary) if part)
    return types.CompletionItem(
        label=member.name,
        kind=_KINDS.get(member.type, _Kind.Variable if typed.want == "names" else _Kind.Field),
        detail=f"{told} (live)" if told else "live",
        sort_text=f"{'1' if member.name.startswith('_') else '0'}{member.name}",
        filter_text=member.name,
        text_edit=types.TextEdit(
            text.range_of(typed.place), as_written(member.name) if typed.want == "items" else member.name
        ),
    )


async def hover(session: Session, text: Text, position: types.Position) -> types.Hover | None:
    """Return what the dotted name at a place is now."""
    pointed = pointed_name_at(text.source, *text.cursor(position)) if is_file(text) else None
    if pointed is None or not await _is_meant(session, text, pointed.place.line, pointed.expression, pointing=True):
        return None
    found = await ask_live(session, LookUp(expression=pointed.expression, want="value"))
    if not found.found or found.is_callable:  # what static tools say of functions is not bettered
        return None
    told = (
        f"**{markdown_text(pointed.expression)}**: {markdown_text(found.type)} {markdown_text(found.summary)}".strip()
    )
    contents = types.MarkupContent(types.MarkupKind.Markdown, f"{told}  \n*live, in the session*")
    return types.Hover(contents, text.range_of(pointed.place))


async def signatures(session: Session, text: Text, position: types.Position) -> types.SignatureHelp | None:
    """Return how the function that is being called in a file is called, where the session has it."""
    line, column = text.cursor(position)
    call = typed_call_at(text.source, line, column) if is_file(text) else None
    if call is None or not await _is_meant(session, text, line, call.expression):
        return None
    found = await ask_live(session, LookUp(expression=call.expression, want="value"))
    if not found.is_callable:
        return None
    names = [re.split(r"[=:]", one.lstrip("*"))[0] for one in found.parameters]
    written = [one for one in found.parameters if one not in ("*", "/")]
    active = names.index(call.keyword) if call.keyword in names else None
    if active is None and not call.keyword and call.position < len(written):
        active = found.parameters.index(written[call.position])
    return types.SignatureHelp(
        signatures=[
            types.SignatureInformation(
                label=f"{call.expression.rpartition('.')[2]}({', '.join(found.parameters)})",
                documentation=found.documentation or None,
                parameters=[types.ParameterInformation(one) for one in found.parameters],
            )
        ],
        active_signature=0,
        active_parameter=active,
    )


async def _is_meant(session: Session, text: Text, line: int, expression: str, *, pointing: bool = False) -> bool:
    """Return whether the file means the session's variable; a place that binds a name means what it has bound."""
    first, last = expression.partition(".")[0], session.bindings

    def is_meant() -> bool:
        return last.is_meant(text.source, line, first) or (pointing and last.is_bound_at(text.source, line, first))

    return await asyncio.to_thread(is_meant)


async def ask_live(session: Session, params: LookUp) -> LookedUp:
    """Ask the interpreter; nothing is found where none answers in time."""
    nothing = LookedUp(found=False)
    if session.interpreter.state in ("starting", "dead"):
        return nothing
    limit_s = LIMIT_S if session.interpreter.state == "idle" else BUSY_LIMIT_S
    return await within(limit_s, session.interpreter.ask(methods.INTERPRETER_LOOK_UP, params), nothing)
