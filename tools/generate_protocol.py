"""Writes the protocol's TypeScript types and its page from the table in whiskertoolbox_protocol/methods.py.

python tools/generate_protocol.py            write extension/src/protocol/generated.ts and docs/protocol.md
python tools/generate_protocol.py --check    change nothing; exit code 1 when one of them is out of date
"""

from __future__ import annotations

import argparse
import ast
import dataclasses
import difflib
import importlib
import inspect
import json
import sys
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Literal, Union, get_args, get_origin

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "daemon"))

from whiskertoolbox_protocol import methods  # noqa: E402  # the path has to be set first
from whiskertoolbox_protocol.arrays import WireArray  # noqa: E402
from whiskertoolbox_protocol.methods import Notification, Request  # noqa: E402
from whiskertoolbox_protocol.wire import wire_fields  # noqa: E402

Message = Request[Any, Any] | Notification[Any]

TYPESCRIPT = ROOT / "extension/src/protocol/generated.ts"
PAGE = ROOT / "docs/protocol.md"
AREAS = (
    "arrays",
    "status",
    "data",
    "transforms",
    "views",
    "execution",
    "code",
    "variables",
    "tables",
    "figures",
    "environments",
    "debug",
    "interpreter",
)
PLAIN_TYPES = {str: "string", int: "number", float: "number", bool: "boolean", type(None): "null"}

TYPESCRIPT_HEAD = """\
// Written by tools/generate_protocol.py from daemon/whiskertoolbox_protocol; do not edit.

/** A message that is always answered. `types` never has a value: it carries the types of parameters and result. */
export type RequestMethod<Params, Result> = {
  readonly method: string;
  readonly types?: { readonly params: Params; readonly result: Result };
};

/** A message without an answer. `types` never has a value: it carries the type of the parameters. */
export type NotificationMethod<Params> = {
  readonly method: string;
  readonly types?: { readonly params: Params };
};
"""

PAGE_HEAD = """\
# Protocol

<!-- Written by tools/generate_protocol.py from daemon/whiskertoolbox_protocol; do not edit. -->

Every message that crosses a process boundary. The client is the VS Code extension.

- Client and daemon speak JSON-RPC as the Language Server Protocol frames it, over the daemon's stdin and stdout. Daemon
  and interpreter speak JSON-RPC, one message a line, over two inherited pipes.
- Field names are camelCase on the wire and snake_case in Python. Nothing is coerced: a wrong type, a missing or an
  unknown field is answered with error -32602, whose message names the place (`$.params.key`).
- Every request is answered: with its result, or with an error whose message is meant for the user (-32803: understood
  and not possible now).
"""


def constants() -> list[tuple[str, Message]]:
    """(Python constant, message) of the table, in its order."""
    return [(name, value) for name, value in vars(methods).items() if isinstance(value, Request | Notification)]


def references(hint: Any) -> Iterator[type]:
    """The dataclasses that a type mentions."""
    if dataclasses.is_dataclass(hint):
        assert isinstance(hint, type)
        yield hint
    elif get_origin(hint) is not Literal:
        for argument in get_args(hint):
            yield from references(argument)


def reachable(roots: Iterable[type]) -> set[type]:
    """These types and every type that they contain."""
    found: set[type] = set()
    waiting = list(roots)
    while waiting:
        cls = waiting.pop()
        if cls not in found:
            found.add(cls)
            waiting += [part for _, _, hint, _ in wire_fields(cls) for part in references(hint)]
    return found


class Vocabulary:
    """The protocol's types, their names and their documentation, from the modules' source."""

    def __init__(self) -> None:
        self.classes: list[type] = []
        self.aliases: dict[Any, str] = {}
        self.docs: dict[str, str] = {}
        for area in AREAS:
            module = importlib.import_module(f"whiskertoolbox_protocol.{area}")
            for name, value in vars(module).items():
                if dataclasses.is_dataclass(value) and getattr(value, "__module__", "") == module.__name__:
                    self.classes.append(value)  # type: ignore[arg-type]  # a class, not an instance
                elif get_origin(value) in (Literal, Union, types.UnionType):
                    self.aliases[value] = name
            self._read_docs(ast.parse(inspect.getsource(module)).body, "")

    def _read_docs(self, body: list[ast.stmt], prefix: str) -> None:
        for statement, following in zip(body, [*body[1:], None], strict=True):
            if isinstance(statement, ast.ClassDef):
                self.docs[statement.name] = ast.get_docstring(statement) or ""
                self._read_docs(statement.body, f"{statement.name}.")
            elif isinstance(statement, ast.Assign | ast.AnnAssign) and isinstance(following, ast.Expr):
                target = statement.targets[0] if isinstance(statement, ast.Assign) else statement.target
                if isinstance(target, ast.Name) and isinstance(following.value, ast.Constant):
                    self.docs[prefix + target.id] = inspect.cleandoc(str(following.value.value))

    def name(self, hint: Any, *, inside_alias: bool = False) -> str:
        """How TypeScript and the page write a type."""
        if not inside_alias and hint in self.aliases:
            return self.aliases[hint]
        if hint in PLAIN_TYPES:
            return PLAIN_TYPES[hint]
        if dataclasses.is_dataclass(hint):
            return str(getattr(hint, "__name__", hint))
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return " | ".join(f'"{choice}"' for choice in arguments)
        if origin in (Union, types.UnionType):
            return " | ".join(self.name(option) for option in arguments)
        if origin is list:
            item = self.name(arguments[0])
            return f"readonly {item}[]" if " " not in item else f"readonly ({item})[]"
        if origin is dict:
            return f"Readonly<Record<string, {self.name(arguments[1])}>>"
        raise TypeError(f"the protocol has no TypeScript form for {hint!r}; add one in {Path(__file__).name}")


def markdown(text: str) -> str:
    """A docstring with reStructuredText literals as Markdown."""
    return " ".join(text.replace("``", "`").split())


def comment(text: str, indent: str = "") -> list[str]:
    """A documentation comment, if there is something to say."""
    return [f"{indent}/** {markdown(text)} */"] if text else []


def typescript(vocabulary: Vocabulary) -> str:
    """Text of generated.ts: everything that client and daemon exchange."""
    messages = [
        (name, message) for name, message in constants() if "interpreter" not in (message.sender, message.receiver)
    ]
    sent = reachable(message.params for _, message in messages if message.sender == "client")
    received = reachable(message.params for _, message in messages if message.sender == "daemon")
    received |= reachable(message.result for _, message in messages if isinstance(message, Request))
    received |= reachable([WireArray])  # what `extension/src/protocol/arrays.ts` decodes
    wanted = sent | received
    used_aliases = {hint for cls in wanted for _, _, hint, _ in wire_fields(cls)}
    used_aliases |= {part for hint in used_aliases for part in get_args(hint)}

    lines = [TYPESCRIPT_HEAD]
    for hint, name in vocabulary.aliases.items():
        if hint in used_aliases:
            lines += comment(vocabulary.docs.get(name, ""))
            lines += [f"export type {name} = {vocabulary.name(hint, inside_alias=True)};", ""]
    for cls in vocabulary.classes:
        if cls in wanted:
            # A default may be left out by the client; the daemon always sends every field.
            lines += [*interface(vocabulary, cls, defaults_optional=cls not in received), ""]
    lines += ["/** Every message between client and daemon. */", "export const methods = {"]
    for name, message in messages:
        lines += comment(f"{message.doc} ({message.sender} -> {message.receiver})", "  ")
        lines += member(name, message)
    return "\n".join([*lines, "} as const;", ""])


def interface(vocabulary: Vocabulary, cls: type, *, defaults_optional: bool) -> list[str]:
    """A dataclass as a TypeScript type."""
    lines = comment(vocabulary.docs[cls.__name__])
    fields = wire_fields(cls)
    if not fields:
        return [*lines, f"export type {cls.__name__} = Readonly<Record<string, never>>;"]
    lines.append(f"export type {cls.__name__} = {{")
    for attribute, wire, hint, required in fields:
        optional = defaults_optional and not required
        lines += comment(vocabulary.docs.get(f"{cls.__name__}.{attribute}", ""), "  ")
        lines.append(f"  readonly {wire}{'?' if optional else ''}: {vocabulary.name(hint)};")
    return [*lines, "};"]


def member(name: str, message: Message) -> list[str]:
    """One message in the constant `methods`."""
    head, *rest = name.lower().split("_")
    key = head + "".join(word.capitalize() for word in rest)
    types_of = message.params.__name__
    if isinstance(message, Request):
        types_of += f", {message.result.__name__}"
    kind = "RequestMethod" if isinstance(message, Request) else "NotificationMethod"
    return [f'  {key}: {{ method: "{message.name}" }} as {kind}<{types_of}>,']


def ways(message: Message) -> list[tuple[str, str]]:
    """The (sender, receiver) of each process boundary that a message crosses."""
    ways = [(str(message.sender), str(message.receiver))]
    if message.relayed:
        ways.append(("daemon", "interpreter") if message.sender == "client" else ("interpreter", "daemon"))
    return ways


def page(vocabulary: Vocabulary) -> str:
    """Text of docs/protocol.md."""
    lines = [PAGE_HEAD]
    for sender, receiver in (
        ("client", "daemon"),
        ("daemon", "client"),
        ("daemon", "interpreter"),
        ("interpreter", "daemon"),
    ):
        lines += [
            f"## {sender.capitalize()} to {receiver}",
            "",
            "| Method | Parameters | Answer | |",
            "| --- | --- | --- | --- |",
        ]
        for _, message in constants():
            if (sender, receiver) in ways(message):
                answer = link(message.result) if isinstance(message, Request) else "none (notification)"
                lines.append(f"| `{message.name}` | {link(message.params)} | {answer} | {message.doc} |")
        lines.append("")
    lines += [
        "## Types",
        "",
        "A field with a default may be left out by the client; daemon and interpreter send every field.",
        "",
    ]
    for hint, name in vocabulary.aliases.items():
        choices = vocabulary.name(hint, inside_alias=True).replace("|", "\\|")
        lines += [f"### {name}", "", f"`{choices}`".replace("\\|", "|"), ""]
        if vocabulary.docs.get(name):
            lines += [markdown(vocabulary.docs[name]), ""]
    for cls in vocabulary.classes:
        lines += [f"### {cls.__name__}", "", markdown(vocabulary.docs[cls.__name__]), ""]
        lines += field_table(vocabulary, cls)
    return "\n".join(lines).rstrip() + "\n"


def field_table(vocabulary: Vocabulary, cls: type) -> list[str]:
    """A dataclass's fields as a Markdown table."""
    if not dataclasses.fields(cls):
        return []
    lines = ["| Field | Type | Default | |", "| --- | --- | --- | --- |"]
    for field, (attribute, wire, hint, required) in zip(dataclasses.fields(cls), wire_fields(cls), strict=True):
        default = "" if required else f"`{default_text(field)}`"
        name = vocabulary.name(hint).replace("|", "\\|")
        lines.append(
            f"| `{wire}` | `{name}` | {default} | {markdown(vocabulary.docs.get(f'{cls.__name__}.{attribute}', ''))} |"
        )
    return [*lines, ""]


def default_text(field: dataclasses.Field[Any]) -> str:
    """A default as JSON writes it."""
    if field.default_factory is not dataclasses.MISSING:
        return str(field.default_factory())
    return json.dumps(field.default)


def link(cls: type) -> str:
    """A type's name with a link to its section."""
    return f"[{cls.__name__}](#{cls.__name__.lower()})"


def main() -> int:
    """Write or check the two files."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail when a file is out of date")
    check = parser.parse_args().check
    vocabulary = Vocabulary()
    stale = False
    for path, text in ((TYPESCRIPT, typescript(vocabulary)), (PAGE, page(vocabulary))):
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old == text:
            continue
        stale = True
        if check:
            name = str(path.relative_to(ROOT))
            sys.stderr.writelines(difflib.unified_diff(old.splitlines(True), text.splitlines(True), name, "generated"))
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="\n")
    if check and stale:
        sys.stderr.write("The protocol has changed: run `python tools/generate_protocol.py` and commit the result.\n")
    return 1 if check and stale else 0


if __name__ == "__main__":
    sys.exit(main())
