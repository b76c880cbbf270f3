"""Classes whose methods are written when the first of them is needed.

`dataclasses` and `attrs` write and compile the methods of a class where it is defined, about a millisecond each. Every
start would pay for hundreds of classes of messages of which a session uses a few dozen.
"""

from __future__ import annotations

import contextlib
import dataclasses
import os
import sys
import threading
from collections.abc import Callable, Iterator
from types import ModuleType
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
if sys.platform != "win32":  # no process begins with half a class, and with the lock of a thread that it has not
    os.register_at_fork(before=_lock.acquire, after_in_parent=_lock.release, after_in_child=_lock.release)


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(dataclasses.field,))
def message(cls: C) -> C:
    """Make a class a frozen dataclass with keywords only, once it is used: what crosses a process boundary."""
    module = sys.modules[cls.__module__]

    def make(cls: C) -> None:
        with _listed(dataclasses, module):
            dataclasses.dataclass(frozen=True, kw_only=True)(cls)

    return made_late(cls, make, fields="__dataclass_fields__")


def made_late(cls: C, make: Callable[[C], object], *, fields: str) -> C:
    """Let `make` complete `cls` when an object of it is made or its attribute `fields`, which `make` sets, is read.

    `make` changes the class itself and gives it no ``__new__``. Threads may use the class at once.
    """
    is_made = False

    def made() -> None:
        nonlocal is_made
        with _lock:
            if is_made:
                return
            is_made = True  # before: who is made first may look at this one
            before = dict(vars(cls))
            try:
                make(cls)
            except BaseException:  # user code is interrupted wherever it is
                for name in vars(cls).keys() - before.keys():
                    delattr(cls, name)
                for name, value in before.items():
                    if vars(cls).get(name) is not value:
                        setattr(cls, name, value)
                is_made = False
                raise

    def new(subclass: type, *_args: object, **_values: object) -> object:
        made()  # so what `make` has given it is there when Python looks for ``__init__``
        return object.__new__(subclass)

    setattr(cls, "__new__", new)  # noqa: B010  # a checker would take it for the signature
    setattr(cls, fields, _Fields(fields, made))
    return cls


@contextlib.contextmanager
def _listed(*modules: ModuleType) -> Iterator[None]:
    """Have modules in `sys.modules`, where `dataclasses` looks for them: user code may have emptied that."""
    found = {module.__name__: sys.modules.get(module.__name__, module) for module in modules}
    sys.modules.update({module.__name__: module for module in modules})
    try:
        yield
    finally:
        sys.modules.update(found)


class _Fields:
    """Stands for the attribute that `make` sets."""

    def __init__(self, name: str, made: Callable[[], None]) -> None:
        self._name = name
        self._made = made

    def __get__(self, _instance: object, owner: type) -> Any:
        self._made()
        return getattr(owner, self._name)
