"""A session folder of a stranger: what would have files elsewhere deleted, by us or by SQLite, deletes none."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.errors import StoreError

OUTSIDE = b"somebody's thesis"

links = pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")


@links
@pytest.mark.parametrize("name", ["columns", "writers", "pyramids"])
def test_deleting_a_session_leaves_what_its_folders_lead_to(full: Path, tmp_path: Path, name: str) -> None:
    with DataManager.open(tmp_path / "another") as manager:
        manager.setData("angle", AnalogTimeSeries([1.0], 1), "time")
    theirs = tmp_path / "another" / name
    theirs.mkdir(exist_ok=True)
    for own in ("0123456789ab-1.npy", "0123456789ab.lock", "0123456789ab-1.2.3.npy"):
        (theirs / own).write_bytes(OUTSIDE)
    before = sorted(os.listdir(theirs))
    if (full / name).exists():
        (full / name).rename(tmp_path / "away")
    (full / name).symlink_to(theirs, target_is_directory=True)
    DataManager.delete_session(full)
    assert sorted(os.listdir(theirs)) == before
    with pytest.raises(StoreError, match="there is no session"):
        DataManager.delete_session(full)


@pytest.mark.parametrize("read_only", [False, True])
@pytest.mark.parametrize("through", ["a file", pytest.param("a link", marks=links)])
def test_a_journal_that_names_another_file_is_not_carried_out(
    full: Path, tmp_path: Path, read_only: bool, through: str
) -> None:
    """SQLite would delete that file, as it does the journal of a commit to several catalogues when undone."""
    outside = tmp_path / "thesis"
    outside.write_bytes(OUTSIDE)
    before = (full / "catalogue.sqlite").read_bytes()
    mark, name = bytes.fromhex("d9d505f920a163d7"), os.fsencode(outside)
    total = sum(byte - 256 * (byte > 127) for byte in name) % 2**32
    named = name + len(name).to_bytes(4, "big") + total.to_bytes(4, "big") + mark
    kept = full / "catalogue.sqlite-journal" if through == "a file" else tmp_path / "journal"
    kept.write_bytes(mark.ljust(512, b"\0") + (1 << 18 | 1).to_bytes(4, "big") + named)
    if through == "a link":
        (full / "catalogue.sqlite-journal").symlink_to(kept)
    with pytest.raises(StoreError):
        DataManager.open(full, read_only=read_only)
    assert outside.read_bytes() == OUTSIDE
    assert (full / "catalogue.sqlite").read_bytes() == before
