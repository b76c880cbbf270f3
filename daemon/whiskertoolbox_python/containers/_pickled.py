"""Lists of texts out of the pickles that PyTables writes as attributes; anything else in them is refused.

pandas stores the column names of a table in this way. Unpickling can run any code, so only what a list of texts and
numbers is made of is understood.
"""

from __future__ import annotations

import io
import pickle
import pickletools
from typing import Any


class _OnlyPlainValues(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        raise pickle.UnpicklingError(f"it refers to {module_name}.{global_name}")

    def persistent_load(self, pid: Any) -> Any:
        raise pickle.UnpicklingError("it refers to an object outside")


def plain_values(pickled: bytes) -> Any:
    """Return the lists, tuples, texts and numbers of a pickle.

    Raises
    ------
    ValueError
        When it holds anything else, or is damaged.
    """
    try:
        _check_numbers(pickled)
        return _OnlyPlainValues(io.BytesIO(pickled), encoding="utf-8").load()
    except Exception as error:  # a damaged pickle raises almost anything
        raise ValueError(f"cannot be read as a list of names ({error})") from None


def _check_numbers(pickled: bytes) -> None:
    """Refuse numbers for which room would be made before it shows that they are not true."""
    for opcode, argument, _ in pickletools.genops(pickled):
        if "PUT" in opcode.name and not 0 <= int(argument or 0) <= len(pickled):
            raise ValueError(f"it counts its values up to {argument}, and has {len(pickled)} bytes")
