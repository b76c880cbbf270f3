"""What a value is, without asking the value: nothing here can run user code.

``obj.__class__``, ``repr(obj)``, ``len(obj)`` and ``obj.attribute`` may all be the user's own Python. These functions
use the descriptors of `type` and of C-made classes directly.
"""

from __future__ import annotations

import types
from typing import Any

_name = type.__dict__["__name__"].__get__
_module = type.__dict__["__module__"].__get__
_bases = type.__dict__["__mro__"].__get__
_dict = type.__dict__["__dict__"].__get__


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
