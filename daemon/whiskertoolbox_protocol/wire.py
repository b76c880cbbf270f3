"""Strict JSON codec for the protocol's dataclasses.

Lives here: the only conversion between Python values and what crosses a process boundary. Field names are
snake_case in Python and camelCase on the wire. Nothing is coerced: a wrong type is an error that names its place.
Standard library only, because the interpreter must not bring third-party modules into the user's environment.
"""

from __future__ import annotations

import dataclasses
import functools
import types
from collections.abc import Mapping
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


class WireError(ValueError):
    """A JSON value does not have the type the protocol says; the message names the place, as in ``$.params.key``."""


def camel_case(name: str) -> str:
    """Wire name of a field: ``time_key`` -> ``timeKey``."""
    head, *rest = name.split("_")
    return head + "".join(part.capitalize() for part in rest)


@functools.cache
def wire_fields(cls: type) -> tuple[tuple[str, str, Any, bool], ...]:
    """(attribute, wire name, type, required) of every field of a protocol dataclass."""
    hints = get_type_hints(cls)
    return tuple(
        (
            field.name,
            camel_case(field.name),
            hints[field.name],
            field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING,
        )
        for field in dataclasses.fields(cls)
    )


def encode(value: Any) -> Any:
    """JSON-ready form of a protocol value: dataclasses become objects with camelCase names."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {wire: encode(getattr(value, name)) for name, wire, _, _ in wire_fields(type(value))}
    if isinstance(value, (list, tuple)):
        return [encode(item) for item in value]
    if isinstance(value, Mapping):
        return {key: encode(item) for key, item in value.items()}
    return value


def decode(expected: type[T], value: Any, place: str = "$") -> T:
    """The protocol value of type `expected` that JSON `value` stands for; raises `WireError` where it does not fit."""
    result: T = _decode(expected, value, place)
    return result


def _decode(expected: Any, value: Any, place: str) -> Any:
    if expected is Any:
        return value
    if expected is None or expected is type(None):
        return _exactly(type(None), value, place)
    origin = get_origin(expected)
    if origin is Literal:
        return _literal(get_args(expected), value, place)
    if origin in (Union, types.UnionType):
        return _union(get_args(expected), value, place)
    if origin is list:
        (item_type,) = get_args(expected)
        items = _exactly(list, value, place)
        return [_decode(item_type, item, f"{place}[{index}]") for index, item in enumerate(items)]
    if origin is dict:
        _, item_type = get_args(expected)
        members = _exactly(dict, value, place)
        return {key: _decode(item_type, item, f"{place}.{key}") for key, item in members.items()}
    if dataclasses.is_dataclass(expected):
        return _dataclass(expected, value, place)
    if expected is float and type(value) is int:
        return float(value)  # JSON has one number type: 1.0 may arrive as 1
    return _exactly(expected, value, place)


def _dataclass(cls: Any, value: Any, place: str) -> Any:
    members = _exactly(dict, value, place)
    fields = wire_fields(cls)
    unknown = set(members) - {wire for _, wire, _, _ in fields}
    if unknown:
        raise WireError(f"unknown field {sorted(unknown)[0]!r} @ {place}")
    arguments = {}
    for name, wire, field_type, required in fields:
        if wire in members:
            arguments[name] = _decode(field_type, members[wire], f"{place}.{wire}")
        elif required:
            raise WireError(f"missing field {wire!r} @ {place}")
    return cls(**arguments)


def _union(options: tuple[Any, ...], value: Any, place: str) -> Any:
    if value is None and type(None) in options:
        return None
    options = tuple(option for option in options if option is not type(None))
    if len(options) == 1:
        return _decode(options[0], value, place)
    if isinstance(value, dict):
        for option in options:  # dataclasses in a union are told apart by their `kind`
            if dataclasses.is_dataclass(option) and value.get("kind") == option.__dataclass_fields__["kind"].default:
                return _decode(option, value, place)
        raise WireError(f"unknown kind {value.get('kind')!r} @ {place}")
    for option in options:
        if type(value) is option:
            return value
    expected = " or ".join(map(_name, options))
    raise WireError(f"expected {expected}, got {_name(type(value))} @ {place}")


def _literal(choices: tuple[Any, ...], value: Any, place: str) -> Any:
    for choice in choices:
        if type(value) is type(choice) and value == choice:
            return value
    raise WireError(f"expected one of {', '.join(map(repr, choices))}, got {value!r} @ {place}")


def _exactly(expected: type, value: Any, place: str) -> Any:
    if type(value) is not expected:
        raise WireError(f"expected {_name(expected)}, got {_name(type(value))} @ {place}")
    return value


def _name(expected: Any) -> str:
    return "null" if expected is type(None) else getattr(expected, "__name__", str(expected))
