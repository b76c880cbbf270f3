"""Options of loaders and savers: declared once as a frozen dataclass, read from a config or from keyword arguments.

The type of a field says what is accepted, its metadata what it means; errors and docs/formats.md come from both.
"""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypeVar

from whiskertoolbox_python.errors import LoadError

T = TypeVar("T")


def option(default: Any, doc: str, *, alias: str | None = None) -> Any:
    """Declare an option with a default; `alias` is a second name it may be given by."""
    return dataclasses.field(default=default, metadata={"doc": doc, "alias": alias})


def required(doc: str, *, alias: str | None = None) -> Any:
    """Declare an option that must be given."""
    return dataclasses.field(metadata={"doc": doc, "alias": alias})


def names_of(cls: type[Any]) -> list[str]:
    """Return every name an option of this class may be given by."""
    names: list[str] = []
    for field in dataclasses.fields(cls):
        names.append(field.name)
        if field.metadata["alias"]:
            names.append(field.metadata["alias"])
    return names


def parse_options(cls: type[T], given: Mapping[str, Any]) -> T:
    """Make options from names and JSON values.

    Raises
    ------
    LoadError
        When a value has the wrong type or a required option is missing. Names that `cls` does not know are the caller's
        matter (`unknown_names`).
    """
    hints = typing.get_type_hints(cls)
    values: dict[str, Any] = {}
    for field in dataclasses.fields(cls):  # type: ignore[arg-type]  # every options class is a dataclass
        for name in (field.name, field.metadata["alias"]):
            if name is not None and name in given:
                values[field.name] = _convert(name, given[name], hints[field.name])
                break
        else:
            if field.default is dataclasses.MISSING:
                raise LoadError(f'option "{field.name}" is required: {field.metadata["doc"]}')
    return cls(**values)


def json_schema(cls: type[Any]) -> dict[str, Any]:
    """Return the JSON schema of an object with these options; other members are allowed.

    Examples
    --------
    >>> from dataclasses import dataclass
    >>> @dataclass(frozen=True)
    ... class Options:
    ...     has_header: bool = option(False, "whether the first row names the columns")
    >>> json_schema(Options)["properties"]["has_header"]["type"]
    ['boolean', 'string']
    """
    hints = typing.get_type_hints(cls)
    properties: dict[str, Any] = {}
    for field in dataclasses.fields(cls):
        described = {**_value_schema(hints[field.name]), "description": field.metadata["doc"]}
        if field.default is not dataclasses.MISSING:
            described["default"] = field.default
        for name in (field.name, field.metadata["alias"]):
            if name is not None:
                properties[name] = described
    fields = dataclasses.fields(cls)
    required = [field.name for field in fields if field.default is dataclasses.MISSING and not field.metadata["alias"]]
    return {"properties": properties} | ({"required": required} if required else {})


def _value_schema(hint: Any) -> dict[str, Any]:
    origin = typing.get_origin(hint)
    if origin is Literal:
        return {"enum": list(typing.get_args(hint))}
    if origin in (typing.Union, types.UnionType):
        inner = _value_schema(next(arg for arg in typing.get_args(hint) if arg is not types.NoneType))
        return {"anyOf": [inner, {"type": "null"}]}
    if origin is tuple:
        return {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}
    kind = {bool: "boolean", int: "integer", float: "number", str: "string"}[hint]
    # Loops and variables make texts of everything.
    return {"type": kind} if kind == "string" else {"type": [kind, "string"]}


def unknown_names(known: Iterable[str], given: Iterable[str]) -> list[str]:
    """Return one message for each given option that is not known, with the known ones."""
    known = list(known)
    return [f"unknown option {suggest(name, known)}" for name in given if name not in known]


def suggest(name: object, known: Iterable[str]) -> str:
    """Return ``"name" (did you mean "x"? known: …)`` for an error about an unknown word."""
    known = list(known)
    return f'"{name}" ({near(name, known)}known: {", ".join(known) or "none"})'


def near(name: object, known: Iterable[str]) -> str:
    """Return ``did you mean "x"?`` and a space, or nothing."""
    from difflib import get_close_matches  # slow, and needed for errors only

    close = get_close_matches(str(name), list(known), n=1)
    return f'did you mean "{close[0]}"? ' if close else ""


def type_name(hint: Any) -> str:
    """Return how messages and docs call the values an option takes."""
    if typing.get_origin(hint) is Literal:
        return " or ".join(f'"{value}"' for value in typing.get_args(hint))
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        return type_name(next(arg for arg in typing.get_args(hint) if arg is not types.NoneType))
    if typing.get_origin(hint) is tuple:
        return "list of texts"
    return {bool: "true or false", int: "whole number", float: "number", str: "text"}[hint]


def _convert(name: str, value: Any, hint: Any) -> Any:
    converted = _accept(value, hint)
    if converted is _REFUSED:
        raise LoadError(f'option "{name}" must be {type_name(hint)}, not {value!r}')
    return converted


_REFUSED = object()


def _accept(value: Any, hint: Any) -> Any:
    """Return the value as the hint's type, or _REFUSED; texts of numbers count, as loops and variables make them."""
    origin = typing.get_origin(hint)
    if origin is Literal:
        return next((choice for choice in typing.get_args(hint) if str(choice).lower() == str(value).lower()), _REFUSED)
    if origin in (typing.Union, types.UnionType):
        if value is None:
            return None
        return _accept(value, next(arg for arg in typing.get_args(hint) if arg is not types.NoneType))
    if origin is tuple:
        if isinstance(value, str):
            return (value,)
        is_texts = isinstance(value, list | tuple) and all(isinstance(item, str) for item in value)
        return tuple(value) if is_texts else _REFUSED
    if hint is bool:
        if isinstance(value, str):
            return {"true": True, "false": False}.get(value.lower(), _REFUSED)
        return value if isinstance(value, bool) else _REFUSED
    if hint is str:
        return value if isinstance(value, str) else _REFUSED
    return _number(value, hint)


def _number(value: Any, hint: Any) -> Any:
    if isinstance(value, bool):
        return _REFUSED
    try:
        number = float(value) if hint is float else int(value)
    except (TypeError, ValueError, OverflowError):
        return _REFUSED
    if hint is int and ((isinstance(value, float) and number != value) or not -(2**63) <= number < 2**63):
        return _REFUSED
    return number
