"""What every public class shares with upstream's compiled bindings: metaclass name, no pickling, and enumerations.

No data type and no argument checking lives here.
"""

from __future__ import annotations

import inspect
from typing import Any, ClassVar, NoReturn, SupportsIndex, TypeVar

E = TypeVar("E", bound="BoundEnum")


class pybind11_type(type):
    """Metaclass of all public classes."""

    @property
    def __signature__(cls) -> inspect.Signature:
        """What `help` and completion show: the constructor's arguments, not the ``*args`` of ``__new__``."""
        constructor = type.__getattribute__(cls, "__init__")
        if constructor is object.__init__:
            raise AttributeError("__signature__")
        signature = inspect.signature(constructor)
        parameters = list(signature.parameters.values())[1:]
        return signature.replace(parameters=parameters, return_annotation=inspect.Signature.empty)


class Bound(metaclass=pybind11_type):
    """Base of the public classes: no instance ``__dict__``, not picklable, not copyable; may be referred to weakly."""

    __slots__ = ("__weakref__",)

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError(f"cannot pickle or copy {type(self).__name__!r} object")


class _Members:
    """The attribute ``__members__`` of an enumeration: name to member, a new dict each time."""

    def __get__(self, instance: object, owner: type[BoundEnum]) -> dict[str, Any]:
        return dict(owner._by_name)


class BoundEnum(metaclass=pybind11_type):
    """An enumeration that behaves as pybind11's: not iterable, not equal to its integers, ``int()`` gives the value.

    A subclass lists its members in ``_names``; unlisted integers are accepted and print as ``???``.
    """

    __slots__ = ("_value",)
    __members__: ClassVar[_Members] = _Members()
    _value: int
    _names: ClassVar[dict[str, int]] = {}
    _by_name: ClassVar[dict[str, Any]]
    _by_value: ClassVar[dict[int, Any]]
    _name_by_value: ClassVar[dict[int, str]]

    def __init_subclass__(cls) -> None:
        cls._by_value = {}
        cls._name_by_value = {value: name for name, value in cls._names.items()}
        cls._by_name = {name: cls(value) for name, value in cls._names.items()}
        for name, member in cls._by_name.items():
            setattr(cls, name, member)

    def __new__(cls: type[E], value: SupportsIndex) -> E:
        """Return the member of that value; the same object each time."""
        if not hasattr(value, "__index__"):
            raise TypeError(
                f"{cls.__name__}(): incompatible function arguments: value must be an integer, "
                f"not {type(value).__name__}"
            )
        number = value.__index__()
        if not -(2**31) <= number < 2**31:
            raise TypeError(f"{cls.__name__}(): incompatible function arguments: {number} is outside 32 bits")
        member: E | None = cls._by_value.get(number)
        if member is None:
            member = object.__new__(cls)
            member._value = number
            cls._by_value[number] = member
        return member

    @property
    def name(self) -> str:
        """The member's name; ``???`` for an unlisted value."""
        return self._name_by_value.get(self._value, "???")

    @property
    def value(self) -> int:
        """The member's integer."""
        return self._value

    def __int__(self) -> int:
        return self._value

    def __index__(self) -> int:
        return self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other._value == self._value

    def __str__(self) -> str:
        return f"{type(self).__name__}.{self.name}"

    def __repr__(self) -> str:
        return f"<{self}: {self._value}>"

    def __reduce__(self) -> tuple[type[BoundEnum], tuple[int]]:
        return type(self), (self._value,)
