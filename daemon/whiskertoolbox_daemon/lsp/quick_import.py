"""Imports lsprotocol, whose 554 classes are two thirds of a daemon's start, with classes that are made when needed.

Without it everything works as well, only later.
"""

from __future__ import annotations

from typing import Any, TypeVar

from whiskertoolbox_protocol.late_classes import made_late

C = TypeVar("C", bound=type)


def import_lsprotocol() -> None:
    """Import lsprotocol before anything else does."""
    import attrs
    from attrs import define

    def define_late(cls: C) -> C:
        return made_late(cls, complete, fields="__attrs_attrs__")

    def complete(cls: Any) -> None:
        define(cls, slots=False)  # with slots it would be another class
        attrs.resolve_types(cls, vars(types))

    vars(attrs)["define"] = define_late
    try:
        from lsprotocol import types
    finally:
        vars(attrs)["define"] = define
    from lsprotocol import _hooks

    _hooks._resolved_forward_references = True  # it would use, and so make, every class to resolve its types
