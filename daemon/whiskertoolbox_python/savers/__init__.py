"""Savers: what a loader reads, written. One module per format or family, one line here for each saver.

To add one: write a module with an options dataclass, a function and a `Saver`; add its line to `SAVERS`; subclass
``testing.SaverContract`` for its tests. docs/formats.md is generated from what is declared here.
"""

from __future__ import annotations

from whiskertoolbox_python.savers import binary, hdf5, line_csv, masks, points_csv, series_csv, tensors
from whiskertoolbox_python.savers._base import SaveError, Saver, SaveWarning

__all__ = ["SAVERS", "SaveError", "SaveWarning", "Saver"]

SAVERS: tuple[Saver, ...] = (
    series_csv.ANALOG_SAVER,
    binary.ANALOG_SAVER,
    hdf5.ANALOG_SAVER,
    series_csv.EVENT_SAVER,
    binary.EVENT_SAVER,
    hdf5.EVENT_SAVER,
    series_csv.INTERVAL_SAVER,
    binary.INTERVAL_SAVER,
    points_csv.SAVER,
    line_csv.SAVER,
    line_csv.FOLDER_SAVER,
    hdf5.LINE_SAVER,
    masks.CSV_SAVER,
    hdf5.MASK_SAVER,
    masks.IMAGE_SAVER,
    tensors.CSV_SAVER,
    tensors.NUMPY_SAVER,
)
"""Of several savers of one format, the first is the one that is used without the layout option."""
