"""Pyramids on disk: a cache that is right or not there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.views import Pyramid
from whiskertoolbox_python.views.pyramid import BLOCK
from whiskertoolbox_python.views.pyramid_files import PyramidFiles


def equal(one: Pyramid, other: Pyramid) -> bool:
    return one.count == other.count and all(
        np.array_equal(mine, theirs, equal_nan=True)
        for level, level_of_other in zip(one.levels, other.levels, strict=True)
        for mine, theirs in zip(level, level_of_other, strict=True)
    )


def signal(count: int) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    values = np.random.default_rng(count).standard_normal(count).astype(np.float32)
    values[::1000] = np.nan
    return values


@pytest.mark.parametrize("count", [1, BLOCK, 40 * BLOCK + 3, 600 * BLOCK])
def test_what_was_saved_is_loaded(tmp_path: Path, count: int) -> None:
    files, built = PyramidFiles(tmp_path / "pyramids"), Pyramid.of(signal(count))
    assert files.save(built, "abc-1.npy", 7)
    assert equal(files.load("abc-1.npy", 7, count), built)


def test_that_of_fewer_samples_is_what_one_of_more_begins_with(tmp_path: Path) -> None:
    files, values = PyramidFiles(tmp_path), signal(50 * BLOCK)
    files.save(Pyramid.of(values[: 20 * BLOCK]), "abc-1.npy", 7)
    begun = files.load("abc-1.npy", 7, len(values))
    assert begun.count == 20 * BLOCK
    grown = begun.extended(values)
    files.save(grown, "abc-1.npy", 7)
    assert [path.name for path in tmp_path.iterdir()] == [f"abc-1.7.{50 * BLOCK}.npy"]
    assert equal(files.load("abc-1.npy", 7, len(values)), Pyramid.of(values))
    assert files.load("abc-1.npy", 7, len(values) - 1).count == 0


def test_that_of_an_earlier_generation_is_not_taken_for_it(tmp_path: Path) -> None:
    files, values = PyramidFiles(tmp_path), signal(20 * BLOCK)
    files.save(Pyramid.of(values), "abc-1.npy", 7)
    assert files.load("abc-1.npy", 8, len(values)).count == 0
    assert files.load("abc-12.npy", 7, len(values)).count == 0


def test_a_file_that_was_cut_short_is_not_there(tmp_path: Path) -> None:
    files, values = PyramidFiles(tmp_path), signal(40 * BLOCK)
    files.save(Pyramid.of(values), "abc-1.npy", 7)
    (path,) = tmp_path.iterdir()
    for length in range(0, path.stat().st_size, 37):
        path.write_bytes(path.read_bytes()[:length])
        assert files.load("abc-1.npy", 7, len(values)).count == 0
        files.save(Pyramid.of(values), "abc-1.npy", 7)


def test_where_nothing_can_be_written_it_says_so(tmp_path: Path) -> None:
    (tmp_path / "pyramids").write_text("a file where the folder should be")
    assert not PyramidFiles(tmp_path / "pyramids").save(Pyramid.of(signal(BLOCK)), "abc-1.npy", 7)


def test_a_session_that_is_opened_keeps_the_pyramids_of_its_columns_only(tmp_path: Path) -> None:
    session = tmp_path / "session"
    with DataManager.open(session) as manager:
        manager.setData("angle", AnalogTimeSeries(signal(BLOCK), BLOCK), "time")
    (column,) = (path for path in (session / "columns").glob("*.npy") if path.stat().st_size > BLOCK * 4)
    files = PyramidFiles(session / "pyramids")
    files.save(Pyramid.of(signal(BLOCK)), column.name, 1)
    files.save(Pyramid.of(signal(BLOCK)), "0123456789ab-1.npy", 1)
    (session / "pyramids" / "0123456789ab-2.1.512.1234.part").write_bytes(b"")
    with DataManager.open(session):
        assert [path.name for path in (session / "pyramids").iterdir()] == [f"{column.stem}.1.{BLOCK}.npy"]
    DataManager.delete_session(session)
    assert not session.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_or_a_pipe_is_not_taken_for_one(tmp_path: Path) -> None:
    values = signal(20 * BLOCK)
    files = PyramidFiles(tmp_path / "pyramids")
    files.save(Pyramid.of(values), "abc-1.npy", 7)
    (path,) = (tmp_path / "pyramids").iterdir()
    path.rename(tmp_path / "elsewhere.npy")
    path.symlink_to(tmp_path / "elsewhere.npy")
    os.mkfifo(path.with_name(f"abc-1.7.{10 * BLOCK}.npy"))
    assert files.load("abc-1.npy", 7, len(values)).count == 0
