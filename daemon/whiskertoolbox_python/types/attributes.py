"""What a file says of data beside the numbers: unit, description, electrode, subject. Values as JSON has them."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NoReturn

import numpy as np

LARGEST = 1 << 18
"""Characters of the attributes of one object as JSON: they are in the catalogue, which every listing reads."""


class Attributes(dict[str, Any]):
    """Attributes, or those within them: a dict that says how it is changed."""

    def _refuse(self, *args: object, **kwargs: object) -> NoReturn:
        raise TypeError(
            'attributes are read-only; data.attributes = {**data.attributes, "unit": "mV"} replaces them, changed'
        )

    def __reduce__(self) -> tuple[type[dict[str, Any]], tuple[dict[str, Any]]]:
        """Be copied and pickled as a dict that can be changed."""
        return dict, (plain(self),)

    if not TYPE_CHECKING:  # to checkers these are what they are in `dict`, and complete
        __setitem__ = __delitem__ = __ior__ = _refuse
        clear = pop = popitem = setdefault = update = _refuse


NONE = Attributes()


def checked(attributes: Mapping[str, Any]) -> Attributes:
    """Return attributes that nobody changes; lists become tuples, NumPy's values Python's own.

    Raises
    ------
    TypeError
        When a name is not text, or a value is nothing that JSON has.
    ValueError
        When they take more than `LARGEST` characters.
    """
    if not isinstance(attributes, Mapping):
        raise TypeError(f"attributes are a mapping, such as {{'unit': 'mV'}}, not {type(attributes).__name__}")
    try:
        made: Attributes = _checked(attributes, "attributes")
        size = len(json.dumps(made))
    except RecursionError:
        raise ValueError("the attributes are nested too deeply, or contain themselves") from None
    if size > LARGEST:
        raise ValueError(
            f"the attributes take {size:,} characters, and an object may have {LARGEST:,}; store what is large as data"
        )
    return made


def plain(value: Any) -> Any:
    """Return attributes, or a value of theirs, as dicts and lists of the caller's own."""
    if isinstance(value, Mapping):
        return {name: plain(one) for name, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, tuple | list) else value


def is_empty(value: Any) -> bool:
    """Return whether a value says nothing: None, an empty text or collection, not a number."""
    return value is None or value in ("", (), [], {}) or (isinstance(value, float) and math.isnan(value))


def _checked(value: Any, place: str) -> Any:
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise TypeError(f"{place}: the name {name!r} is {type(name).__name__}, not text")
        return Attributes({name: _checked(one, f"{place}[{name!r}]") for name, one in value.items()})
    if isinstance(value, list | tuple):
        return tuple(_checked(one, f"{place}[{number}]") for number, one in enumerate(value))
    if value is None or isinstance(value, bool | int | float | str):
        return value
    raise TypeError(
        f"{place} is {type(value).__name__}; attributes hold texts, numbers, true, false, None, and lists and dicts of "
        "them"
    )
