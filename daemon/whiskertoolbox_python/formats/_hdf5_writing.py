"""Datasets into HDF5 files; h5py is imported when it is needed."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._hdf5 import import_h5py
from whiskertoolbox_python.formats._saver import Destination, write_files


def write_datasets(
    target: Destination, datasets: list[tuple[str, Any]], *, ragged_dtype: npt.DTypeLike = np.float32
) -> None:
    h5py = import_h5py()
    names = [name for name, _ in datasets]
    if len(set(names)) < len(names) or "" in names:
        raise SaveError(f"{target.key}: the datasets need different names, not {names}")

    def write(path: Path) -> None:
        try:
            with h5py.File(path, "w") as file:
                for name, values in datasets:
                    kind = {} if isinstance(values, np.ndarray) else {"dtype": h5py.vlen_dtype(np.dtype(ragged_dtype))}
                    file.create_dataset(name, data=_as_rows(values), **kind)
        except (TypeError, ValueError) as error:
            raise SaveError(f"{target.key}: the datasets cannot be named {names} ({error})") from error
        except (OSError, RuntimeError) as error:
            raise _as_os_error(error) from error

    write_files([(target.path, write)])


def _as_rows(values: npt.NDArray[Any] | list[npt.NDArray[Any]]) -> npt.NDArray[Any]:
    if isinstance(values, np.ndarray):
        return values
    rows = np.empty(len(values), object)
    for position, row in enumerate(values):  # an assignment of all at once makes a matrix of equal lengths
        rows[position] = row
    return rows


def _as_os_error(error: Exception) -> OSError:
    """Return what the system said; libhdf5 buries it in a message, and that not always in an OSError."""
    number = re.search(r"errno = (\d+)", str(error))
    return OSError(int(number[1]), os.strerror(int(number[1]))) if number else OSError(str(error))
