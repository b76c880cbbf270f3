"""Sessions as a stranger may have made them: their catalogues are edited from outside."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    DigitalIntervalSeries,
    LineData,
    MaskData,
    MediaData,
    PointData,
    RaggedAnalogTimeSeries,
    TensorData,
)


def one_of_each(session: Path) -> Path:
    """Make a session with an object of each type, closed."""
    times, offsets, points = np.arange(3), np.array([0, 2, 2, 5]), np.ones((5, 2))
    with DataManager.open(session) as manager:
        for key, data in {
            "analog": AnalogTimeSeries([1, 2, 3], [5, 7, 9]),
            "even": AnalogTimeSeries([1, 2, 3], 3),
            "event": DigitalEventSeries([1, 5, 9]),
            "interval": DigitalIntervalSeries(np.array([[1, 2], [5, 6], [9, 10]])),
            "line": LineData.from_arrays(times, offsets, points),
            "mask": MaskData.from_arrays(times, offsets, points.astype(int)),
            "point": PointData.from_arrays(times, points[:3]),
            "ragged": RaggedAnalogTimeSeries.from_arrays(times, offsets, points[:, 0]),
            "tensor": TensorData.from_array(points[:3], row_times=times, column_names=["x", "y"]),
            "spans": TensorData.from_array(points[:3], row_intervals=np.array([[0, 1], [2, 3], [4, 5]])),
        }.items():
            manager.setData(key, data, "time")
        manager.set_media("frames", MediaData.from_array(np.zeros((4, 2, 3), np.uint8)), "time")
    return session


def columns_of(session: Path, key: str) -> dict[str, list[Any]]:
    connection = sqlite3.connect(session / "catalogue.sqlite")
    ((text,),) = connection.execute("SELECT columns FROM entries WHERE section = 'object' AND key = ?", (key,))
    connection.close()
    return {column[0]: column for column in json.loads(text)}


def file_of(session: Path, key: str) -> str:
    """Name of the file of an object's first column."""
    return str(next(iter(columns_of(session, key).values()))[1])


def put(session: Path, key: str, *, columns: dict[str, list[Any]] | None = None, **attributes: Any) -> None:
    connection = sqlite3.connect(session / "catalogue.sqlite")
    ((text,),) = connection.execute("SELECT attributes FROM entries WHERE section = 'object' AND key = ?", (key,))
    connection.execute(
        "UPDATE entries SET attributes = ? WHERE section = 'object' AND key = ?",
        (json.dumps(json.loads(text) | attributes), key),
    )
    if columns is not None:
        connection.execute(
            "UPDATE entries SET columns = ? WHERE section = 'object' AND key = ?",
            (json.dumps(list(columns.values())), key),
        )
    connection.commit()
    connection.close()


def edit(session: Path, statement: str, *parameters: object) -> None:
    connection = sqlite3.connect(session / "catalogue.sqlite")
    connection.execute("PRAGMA ignore_check_constraints = ON")
    connection.execute(statement, parameters)
    connection.commit()
    connection.close()
