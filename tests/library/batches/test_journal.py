"""The file by which a batch goes on after a kill: read only if this user has written it."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any

import pytest

import whiskertoolbox_python as wt
from whiskertoolbox_python.batches._journal import Journal


def done(path: Path, fingerprint: str = "of the function") -> dict[str, Any]:
    journal = Journal(path, fingerprint)
    journal.close()
    return journal.done


def written(path: Path, **results: Any) -> Path:
    journal = Journal(path, "of the function")
    for identity, value in results.items():
        journal.add(identity, value)
    journal.close()
    return path


def test_results_are_there_again(tmp_path: Path) -> None:
    written(tmp_path / "journal", a=1)
    written(tmp_path / "journal", b=[2, None])
    assert done(tmp_path / "journal") == {"a": 1, "b": [2, None]}


@pytest.mark.parametrize("cut", range(1, 60, 7))
def test_what_a_kill_has_cut_short_is_done_again(tmp_path: Path, cut: int) -> None:
    path = written(tmp_path / "journal", a=1)
    whole = path.stat().st_size
    written(path, b=2)
    os.truncate(path, max(whole, path.stat().st_size - cut))
    assert done(path) == {"a": 1}
    written(path, c=3)
    assert done(path) == {"a": 1, "c": 3}


@pytest.mark.parametrize("left", [0, 3, 25, 40, 70])
def test_one_that_a_kill_has_cut_short_as_it_was_made_is_made_again(tmp_path: Path, left: int) -> None:
    path = written(tmp_path / "journal")
    os.truncate(path, left)
    assert done(path) == {}
    written(path, a=1)
    assert done(path) == {"a": 1}


def test_another_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "peaks.csv").write_text("time,peak\n1,2\n")
    with pytest.raises(wt.TransformError, match=r"peaks\.csv is not the journal of a batch"):
        done(tmp_path / "peaks.csv")
    assert (tmp_path / "peaks.csv").read_text() == "time,peak\n1,2\n"


class _Touched:
    """What reading of which would make a file."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return open, (str(self.path), "w")


def test_a_journal_of_somebody_else_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as other:
        for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
            other.setenv(name, str(tmp_path / "other"))
        path = written(tmp_path / "journal", a=_Touched(tmp_path / "made"))
    before = path.read_bytes()
    with pytest.raises(wt.TransformError, match="written by somebody else"):
        done(path)
    assert path.read_bytes() == before
    assert not (tmp_path / "made").exists()


def test_a_record_out_of_another_journal_is_not_read(tmp_path: Path) -> None:
    start = written(tmp_path / "empty").stat().st_size
    first, second = (written(tmp_path / name, **{name: 1}) for name in ("first", "second"))
    with (tmp_path / "first").open("ab") as file:
        file.write(second.read_bytes()[start:])
    assert done(first) == {"first": 1}


@pytest.mark.skipif(sys.platform == "win32", reason="rights are others on Windows")
def test_journal_and_secret_are_open_to_their_owner_only(tmp_path: Path) -> None:
    umask = os.umask(0)
    try:
        written(tmp_path / "journal")
    finally:
        os.umask(umask)
    (secret,) = Path(os.environ["HOME"]).rglob("journal.key")
    assert [path.stat().st_mode & 0o777 for path in (tmp_path / "journal", secret)] == [0o600, 0o600]
