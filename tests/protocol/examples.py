"""Hypothesis strategies for the protocol's types, built from their annotations."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Iterator
from typing import Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st

from whiskertoolbox_protocol.methods import TABLE, Request
from whiskertoolbox_protocol.wire import wire_fields


def types_of_the_table() -> list[type]:
    """Every type that a message has as params or result."""
    found = {message.params for message in TABLE} | {
        message.result for message in TABLE if isinstance(message, Request)
    }
    return sorted(found, key=lambda cls: cls.__name__)


def dataclasses_of_the_table() -> set[type]:
    """Those types and everything inside them."""
    found: set[type] = set()

    def visit(hint: Any) -> None:
        if dataclasses.is_dataclass(hint) and isinstance(hint, type):
            if hint not in found:
                found.add(hint)
                for _, _, inner, _ in wire_fields(hint):
                    visit(inner)
        elif get_origin(hint) is not Literal:
            for argument in get_args(hint):
                visit(argument)

    for cls in types_of_the_table():
        visit(cls)
    return found


def values_of(hint: Any) -> st.SearchStrategy[Any]:
    """Values that fit an annotation."""
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: st.text(max_size=20),
        int: st.integers(),
        float: st.floats(allow_nan=False, allow_infinity=False),
        bool: st.booleans(),
        type(None): st.none(),
    }
    if hint in plain:
        return plain[hint]
    if dataclasses.is_dataclass(hint):
        return st.builds(hint, **dict(_fields_of(hint)))  # type: ignore[arg-type]  # a class, not an instance
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Literal:
        return st.sampled_from(arguments)
    if origin in (Union, types.UnionType):
        return st.one_of(*map(values_of, arguments))
    if origin is list:
        return st.lists(values_of(arguments[0]), max_size=4)
    if origin is dict:
        return st.dictionaries(st.text(max_size=5), values_of(arguments[1]), max_size=4)
    raise TypeError(hint)


def _fields_of(cls: Any) -> Iterator[tuple[str, st.SearchStrategy[Any]]]:
    return ((name, values_of(hint)) for name, _, hint, _ in wire_fields(cls))
