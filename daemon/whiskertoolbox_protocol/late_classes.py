"""Classes whose methods are written when the first of them is needed.

`dataclasses` and `attrs` write and compile the methods of a class where it is defined, about a millisecond each. Every
start would pay for hundreds of classes of messages of which a session uses a few dozen.
"""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from typing_extensions import dataclass_transform
else:

    def dataclass_transform(**_options: Any) -> Any:
        """What a checker of types reads."""
        return lambda decorator: decorator


C = TypeVar("C", bound=type)

_lock = threading.RLock()
"""One for all: to make a class, those that it is made from are made."""


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def message(cls: C) -> C:
    """Make a class a frozen dataclass with keywords only, once it is used: what crosses a process boundary."""
    return made_late(cls, dataclasses.dataclass(frozen=True, kw_only=True), fields="__dataclass_fields__")


def made_late(cls: C, make: Callable[[C], object], *, fields: str) -> C:
    """Let `make` complete `cls` when an object of it is made or its attribute `fields`, which `make` sets, is read.

    `make` changes the class itself and gives it no ``__new__``. Threads may use the class at once.
    """
    is_made = False

    def made() -> None:
        nonlocal is_made
        with _lock:
            if not is_made:
                is_made = True  # before: who is made first may look at this one
                make(cls)

    def new(subclass: type, *_args: object, **_values: object) -> object:
        made()  # so what `make` has given it is there when Python looks for ``__init__``
        return object.__new__(subclass)

    setattr(cls, "__new__", new)  # noqa: B010  # a checker would take it for the signature
    setattr(cls, fields, _Fields(fields, made))
    return cls


class _Fields:
    """Stands for the attribute that `make` sets."""

    def __init__(self, name: str, made: Callable[[], None]) -> None:
        self._name = name
        self._made = made

    def __get__(self, _instance: object, owner: type) -> Any:
        self._made()
        return getattr(owner, self._name)
