"""What a value is, without asking the value: nothing here can run user code.

``obj.__class__``, ``repr(obj)``, ``len(obj)`` and ``obj.attribute`` may all be the user's own Python. These functions
use the descriptors of `type` and of C-made classes directly.
"""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__
_bases = type.__dict__["__mro__"].__get__
_dict = type.__dict__["__dict__"].__get__

MISSING = object()
"""In place of a value that there is none of, or that only user code could tell."""


def class_name(cls: type) -> str:
    """The name of a class."""
    name: str = _name(cls)
    return name


def module_name(cls: type) -> str:
    """The module that a class says it is from; empty when it says nothing sensible."""
    try:
        module = _module(cls)
    except AttributeError:
        return ""
    return module if type(module) is str else ""


def qualified_name(cls: type) -> str:
    """``numpy.ndarray``, ``builtins.int``, ``__main__.Trial``."""
    return f"{module_name(cls)}.{class_name(cls)}"


def lineage(cls: type) -> tuple[type, ...]:
    """The class and its bases, in method resolution order."""
    classes: tuple[type, ...] = _bases(cls)
    return classes


def members_of(cls: type) -> dict[str, Any]:
    """A copy of what a class itself defines, by name."""
    return {name: member for name, member in _dict(cls).copy().items() if type(name) is str}


def attributes(value: object) -> dict[str, Any]:
    """A copy of what is stored in an object: its instance dictionary and its slots, not its properties."""
    stored: dict[str, Any] = {}
    for cls in reversed(lineage(type(value))):
        for name, member in _dict(cls).copy().items():
            if type(name) is not str:
                continue
            if name == "__dict__" and type(member) in (types.GetSetDescriptorType, types.MemberDescriptorType):
                content = member.__get__(value)
                if type(content) is dict:
                    stored.update((key, item) for key, item in content.copy().items() if type(key) is str)
            elif type(member) is types.MemberDescriptorType and not name.startswith("__"):
                try:
                    stored[name] = member.__get__(value)
                except AttributeError:  # a slot without a value
                    continue
    return stored


def resolve(expression: str, names: Mapping[str, Any], *, only_values: bool = False) -> Any:
    """The value of a dotted name; `MISSING` when that is not known.

    With `only_values`, what a class has and gives its instances in another form, as a property, is missing too.
    """
    first, *rest = expression.split(".")
    value = names.get(first, MISSING)
    for name in rest:
        if value is MISSING:
            break
        value = _attribute(value, name, only_values)
    return value


def _attribute(value: Any, name: str, only_values: bool) -> Any:
    stored = attributes(value)
    if name in stored:
        return stored[name]
    is_class = type in lineage(type(value))
    for cls in lineage(value if is_class else type(value)):
        found = members_of(cls).get(name, MISSING)
        if type(found) in (classmethod, staticmethod):
            found = found.__func__
        if found is not MISSING:
            is_value = is_class or type(found) is types.FunctionType or type in lineage(type(found))
            return found if is_value or not only_values else MISSING
    return MISSING
