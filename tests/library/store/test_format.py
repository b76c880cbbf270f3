"""docs/store-format.md is true: a reader written from it alone reads a session, and its schema is the real one."""

import contextlib
import json
import math
import re
import shutil
import sqlite3
import struct
from array import array
from pathlib import Path
from typing import Any

import numpy as np

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    DigitalIntervalSeries,
    Interval,
    RaggedAnalogTimeSeries,
    TimeFrame,
)
from whiskertoolbox_python.store.disk.layout import FORMAT_VERSION, SCHEMA

PAGE = Path(__file__).parents[3] / "docs" / "store-format.md"
CODES = {"<f4": "f", "<i8": "q"}


def read(session: Path, section: str, key: str) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """Return an entry's row and arrays with the standard library alone."""
    start = (session / "catalogue.sqlite").read_bytes()[:100]
    assert start[:16] == b"SQLite format 3\0"
    assert struct.unpack(">II", start[60:64] + start[68:72]) == (FORMAT_VERSION, 0x57484B54)
    connection = sqlite3.connect(f"{(session / 'catalogue.sqlite').as_uri()}?mode=ro&immutable=1", uri=True)
    connection.row_factory = sqlite3.Row
    assert connection.execute("SELECT value FROM meta WHERE name = 'readable_from'").fetchone()[0] <= 4
    row = dict(connection.execute("SELECT * FROM entries WHERE section = ? AND key = ?", (section, key)).fetchone())
    connection.close()
    arrays = {}
    for name, file, dtype, shape, *pieces in json.loads(row["columns"]):
        content = (session / "columns" / file).read_bytes()
        assert content[:8] == b"\x93NUMPY\x01\x00"
        first = 10 + struct.unpack("<H", content[8:10])[0]
        assert first % 64 == 0
        count, runs = pieces or (shape[0], [[0, shape[0]]])
        numbers = array(CODES[dtype], content[first : first + count * math.prod(shape[1:]) * int(dtype[2:])])
        assert len(numbers) == count * math.prod(shape[1:])
        width = math.prod(shape[1:])
        arrays[name] = [n for start, number in runs for n in numbers[start * width : (start + number) * width]]
        assert len(arrays[name]) == math.prod(shape)
    return row, arrays


def test_a_reader_written_from_the_page_reads_a_session(session: Path) -> None:
    with DataManager.open(session) as manager:
        manager.setTime("camera", TimeFrame([0, 60, 120], ticks_per_second=30000))
        manager.setData("angle", AnalogTimeSeries([1.5, 2.5], 2), "camera")
        manager.setData("gaps", AnalogTimeSeries([1.5, 2.5], [3, 9]), "camera")
        manager.setData("licks", DigitalEventSeries([7, 5]), "camera")
        manager.setData("trials", DigitalIntervalSeries([Interval(0, 1)]), "camera")
        groups = manager.getEntityGroupManager()
        groups.add_entities(groups.createGroup("go", "text"), [1, 3])
        revision = manager.revision
    row, arrays = read(session, "object", "angle")
    assert (row["type"], row["time_key"], row["size"], row["nbytes"]) == ("Analog", "camera", 2, 8)
    attributes = json.loads(row["attributes"])
    origin = attributes.pop("origin")
    assert (origin["file"], origin["script"]) == ("", __file__)
    assert attributes == {"start_index": 0, "announced": 2}
    assert arrays == {"values": [1.5, 2.5]}
    assert row["version"] == row["generation"] < revision
    assert read(session, "object", "gaps")[1] == {"values": [1.5, 2.5], "times": [3, 9]}
    assert read(session, "object", "licks")[1] == {"times": [5, 7], "entity_ids": [1, 2]}
    assert read(session, "object", "trials")[1] == {"intervals": [0, 1], "entity_ids": [3]}
    row, arrays = read(session, "clock", "camera")
    assert arrays == {"times": [0, 60, 120]}
    assert json.loads(row["attributes"]) == {"ticks_per_second": 30000}
    row, arrays = read(session, "group", "1")
    assert arrays == {"members": [1, 3]}
    assert json.loads(row["attributes"]) == {"name": "go", "description": "text"}
    assert json.loads(read(session, "identity", "event licks")[0]["attributes"]) == {"count": 2, "first_id": 1}
    assert read(session, "identity", "interval trials")[1] == {"log": [0, 1, 3]}
    assert read(session, "object", "media")[0]["type"] == "Video"


def test_a_reader_written_from_the_page_reads_what_has_grown(session: Path) -> None:
    licks = DigitalEventSeries([5, 7])
    with DataManager.open(session) as manager:
        manager.setData("licks", licks, "time")
        for time in (8, 20, 30):
            licks.addEvent(time)
            manager.flush()
    row, arrays = read(session, "object", "licks")
    assert (row["size"], row["nbytes"]) == (5, 80)
    assert row["generation"] < row["version"]
    assert arrays == {"times": [5, 7, 8, 20, 30], "entity_ids": [1, 2, 3, 4, 5]}
    file = json.loads(row["columns"])[0][1]
    assert len(np.load(session / "columns" / file)) < 5  # the header is that of the first writing
    with open(session / "columns" / file, "ab") as garbage:
        garbage.write(b"of a commit that failed")
    assert read(session, "object", "licks")[1] == arrays
    assert read(session, "identity", "event licks")[1] == {"log": [8, 2, 3, 20, 3, 4, 30, 4, 5]}


def test_a_reader_written_from_the_page_reads_what_was_changed_in_the_middle(session: Path) -> None:
    times = [*range(0, 500_000, 10)]
    with DataManager.open(session) as manager:
        licks = DigitalEventSeries(times)
        curvature = RaggedAnalogTimeSeries.from_arrays([1, 2, 3], [0, 1, 2, 3], [1, 2, 3])
        manager.setData("licks", licks, "time")
        manager.setData("curvature", curvature, "time")
        licks.addEvent(15)
        licks.removeEvent(400)
        curvature.setDataAtTime(2, [20, 21])
        manager.flush()
        shutil.copytree(session, session.with_name("while open"))
    row, arrays = read_open(session.with_name("while open"), "object", "licks")
    assert "[[0, 2], [50000, 1], [2, 38], [41, 49959]]" in row["columns"]
    assert arrays["times"] == sorted({*times, 15} - {400})
    row, arrays = read_open(session.with_name("while open"), "object", "curvature")
    assert json.loads(row["attributes"])["in_order"] is False
    assert arrays == {"times": [1, 2, 3, 2], "offsets": [0, 1, 2, 3, 5], "values": [1, 2, 3, 20, 21], "cleared": [2, 3]}
    assert read(session, "object", "licks")[1]["times"] == sorted({*times, 15} - {400})
    row, arrays = read(session, "object", "curvature")
    assert arrays == {"times": [1, 2, 3], "offsets": [0, 1, 3, 4], "values": [1, 20, 21, 3]}
    assert list(json.loads(row["attributes"])) == ["origin"]


def read_open(session: Path, section: str, key: str) -> tuple[dict[str, Any], dict[str, list[float]]]:
    """Read a session whose newest commits are in SQLite's log still."""
    with contextlib.closing(sqlite3.connect(session / "catalogue.sqlite")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return read(session, section, key)


def test_the_page_shows_the_real_schema() -> None:
    def bare(text: str) -> str:
        return re.sub(r"\s+|;", "", text)

    shown = bare("".join(re.findall(r"```sql\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)))
    assert shown == bare("".join(SCHEMA))
