"""Files that another program holds, as Windows reports them."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from whiskertoolbox_python.held_files import is_in_use, may_be_in_use, patiently


class Held(PermissionError):
    """What Python raises on Windows."""

    def __init__(self, winerror: int) -> None:
        super().__init__(13, "held")
        self.winerror = winerror


@pytest.mark.parametrize("winerror", [5, 32])
def test_what_is_held_for_a_moment_is_moved_all_the_same(tmp_path: Path, winerror: int) -> None:
    failures = [Held(winerror), Held(winerror)]

    def move(start: Path, goal: Path) -> None:
        if failures:
            raise failures.pop()
        os.replace(start, goal)

    (tmp_path / "new").write_text("text")
    patiently(move, tmp_path / "new", tmp_path / "old")
    assert (tmp_path / "old").read_text() == "text"


def test_any_other_failure_is_told_at_once(tmp_path: Path) -> None:
    tries = []

    def move(start: Path, goal: Path) -> None:
        tries.append(start)
        os.replace(start, goal)

    with pytest.raises(FileNotFoundError):
        patiently(move, tmp_path / "missing", tmp_path / "goal")
    assert len(tries) == 1


def test_a_file_that_may_not_be_written_may_also_be_open_elsewhere() -> None:
    assert may_be_in_use(Held(5))
    assert not is_in_use(Held(5))
    assert is_in_use(Held(32))
    assert not may_be_in_use(PermissionError(13, "not allowed"))
