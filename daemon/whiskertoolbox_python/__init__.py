"""The WhiskerToolbox library: time series and other data types, and the DataManager that keeps them.

Standard library and NumPy at import time; knows no server and no editor. Names are upstream's; what is ours is added
beside them.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any

from whiskertoolbox_python.clocks.time_frame import ClockTicks, Interval, TimeFrame, TimeFrameIndex
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.entities.groups import EntityGroupManager, GroupDescriptor
from whiskertoolbox_python.entities.ids import EntityId
from whiskertoolbox_python.errors import (
    BatchError,
    Cancelled,
    DamagedStoreError,
    LoadError,
    LoadWarning,
    LockedStoreError,
    NewerStoreError,
    NotASessionError,
    PipelineError,
    ReadOnlyStoreError,
    SaveError,
    SaveWarning,
    StoreError,
    StoreFullError,
    TransformError,
    TransformWarning,
)
from whiskertoolbox_python.target import Entry
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.geometry import ImageSize, Point2D, Point2DU32
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.kinds import DataType
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData
from whiskertoolbox_python.types.media import MediaData, MediaType
from whiskertoolbox_python.types.origin import Origin
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.ragged_analog import RaggedAnalogTimeSeries
from whiskertoolbox_python.types.shapes import Line2D, Mask2D
from whiskertoolbox_python.types.tensor import TensorData

if TYPE_CHECKING:
    from whiskertoolbox_python.batches._batch import batch
    from whiskertoolbox_python.batches._results import BatchResult, ItemError
    from whiskertoolbox_python.batches.progress import BatchProgress, recent_batch
    from whiskertoolbox_python.clocks.synchronising import Synchronisation, synchronise
    from whiskertoolbox_python.containers.exporting import ExportFormat, export_file, export_formats
    from whiskertoolbox_python.containers.interchange import from_pynapple, to_arrow, to_pandas, to_pynapple, to_xarray
    from whiskertoolbox_python.formats.report import LoadFailure, LoadReport
    from whiskertoolbox_python.iteration import Group, Item
    from whiskertoolbox_python.progressing import progress
    from whiskertoolbox_python.synchronised_clocks import SynchronisedClock, synchronise_frames, synchronise_keys
    from whiskertoolbox_python.transforming._declarations import Limits, Unit
    from whiskertoolbox_python.transforming._pieces import run_transform
    from whiskertoolbox_python.transforming._pipelines import Pipeline, PipelineReport, pipeline, read_pipeline
    from whiskertoolbox_python.transforming._portable import PortablePipeline, read_portable_pipeline
    from whiskertoolbox_python.transforming._provenance import Provenance
    from whiskertoolbox_python.transforming._steps import Step, step
    from whiskertoolbox_python.transforming._tables import BuiltTable, Column, Table, column, read_tables, table
    from whiskertoolbox_python.transforming.registry import load_transforms, transform, transforms
    from whiskertoolbox_python.views.screen import Selection, Viewer, plot, view, viewer

__all__ = [
    "AnalogTimeSeries",
    "BatchError",
    "BatchProgress",
    "BatchResult",
    "BuiltTable",
    "Cancelled",
    "ClockTicks",
    "Column",
    "DamagedStoreError",
    "DataManager",
    "DataObject",
    "DataType",
    "DigitalEventSeries",
    "DigitalIntervalSeries",
    "EntityGroupManager",
    "EntityId",
    "Entry",
    "ExportFormat",
    "Group",
    "GroupDescriptor",
    "ImageSize",
    "Interval",
    "Item",
    "ItemError",
    "Limits",
    "Line2D",
    "LineData",
    "LoadError",
    "LoadFailure",
    "LoadReport",
    "LoadWarning",
    "LockedStoreError",
    "Mask2D",
    "MaskData",
    "MediaData",
    "MediaType",
    "NewerStoreError",
    "NotASessionError",
    "Origin",
    "Pipeline",
    "PipelineError",
    "PipelineReport",
    "Point2D",
    "Point2DU32",
    "PointData",
    "PortablePipeline",
    "Provenance",
    "RaggedAnalogTimeSeries",
    "ReadOnlyStoreError",
    "SaveError",
    "SaveWarning",
    "Selection",
    "Step",
    "StoreError",
    "StoreFullError",
    "Synchronisation",
    "SynchronisedClock",
    "Table",
    "TensorData",
    "TimeFrame",
    "TimeFrameIndex",
    "TransformError",
    "TransformWarning",
    "Unit",
    "Viewer",
    "batch",
    "column",
    "export_file",
    "export_formats",
    "from_pynapple",
    "load_transforms",
    "pipeline",
    "plot",
    "progress",
    "read_pipeline",
    "read_portable_pipeline",
    "read_tables",
    "recent_batch",
    "run_transform",
    "step",
    "synchronise",
    "synchronise_frames",
    "synchronise_keys",
    "table",
    "to_arrow",
    "to_pandas",
    "to_pynapple",
    "to_xarray",
    "transform",
    "transforms",
    "view",
    "viewer",
]

_IMPORTED_WHEN_USED = {
    "batches._batch": ("batch",),
    "batches.progress": ("BatchProgress", "recent_batch"),
    "batches._results": ("BatchResult", "ItemError"),
    "clocks.synchronising": ("Synchronisation", "synchronise"),
    "containers.exporting": ("ExportFormat", "export_file", "export_formats"),
    "containers.interchange": ("from_pynapple", "to_arrow", "to_pandas", "to_pynapple", "to_xarray"),
    "formats.report": ("LoadFailure", "LoadReport"),
    "iteration": ("Group", "Item"),
    "progressing": ("progress",),
    "synchronised_clocks": ("SynchronisedClock", "synchronise_frames", "synchronise_keys"),
    "transforming._declarations": ("Limits", "Unit"),
    "transforming._pieces": ("run_transform",),
    "transforming._pipelines": ("Pipeline", "PipelineReport", "pipeline", "read_pipeline"),
    "transforming._portable": ("PortablePipeline", "read_portable_pipeline"),
    "transforming._provenance": ("Provenance",),
    "transforming.registry": ("load_transforms", "transform", "transforms"),
    "transforming._steps": ("Step", "step"),
    "transforming._tables": ("BuiltTable", "Column", "Table", "column", "read_tables", "table"),
    "views.screen": ("Selection", "Viewer", "plot", "view", "viewer"),
}
"""Module and names of what most programs, and the processes of a batch, do without; as for type checkers above."""


if not TYPE_CHECKING:  # to checkers there is nothing but what is imported above

    def __getattr__(name: str) -> Any:
        for module, names in _IMPORTED_WHEN_USED.items():
            if name in names:
                found = getattr(importlib.import_module(f"whiskertoolbox_python.{module}"), name)
                globals()[name] = found
                return found
        raise AttributeError(f"module 'whiskertoolbox_python' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
