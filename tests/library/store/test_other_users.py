"""Other users and programs of the machine: they neither read a session nor make us call it damaged."""

from __future__ import annotations

import os
import stat
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.strangers import file_of
from whiskertoolbox_python import AnalogTimeSeries, DataManager
from whiskertoolbox_python.errors import LockedStoreError


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such permissions")
class TestOtherUsers:
    @pytest.mark.parametrize("umask", [0o000, 0o022, 0o002])
    def test_a_new_session_is_private_whatever_the_umask(self, tmp_path: Path, umask: int) -> None:
        before = os.umask(umask)
        try:
            with DataManager.open(tmp_path / "a" / "session") as manager:
                manager.setData("angle", AnalogTimeSeries([1.0], 1), "time")
                manager.save_as(tmp_path / "copy")
        finally:
            os.umask(before)
        for session in (tmp_path / "a" / "session", tmp_path / "copy"):
            assert stat.S_IMODE(session.stat().st_mode) == 0o700

    def test_others_cannot_put_another_session_in_the_place_of_a_new_one(self, tmp_path: Path) -> None:
        before = os.umask(0)
        try:
            DataManager.open(tmp_path / "a" / "b" / "session").close()
        finally:
            os.umask(before)
        assert [stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "a", tmp_path / "a" / "b")] == [0o755, 0o755]

    def test_a_folder_that_is_shared_stays_shared(self, tmp_path: Path) -> None:
        (tmp_path / "session").mkdir()
        (tmp_path / "session").chmod(0o770)
        DataManager.open(tmp_path / "session").close()
        assert stat.S_IMODE((tmp_path / "session").stat().st_mode) == 0o770


def test_a_file_that_another_process_holds_is_not_called_damaged(full: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Windows says so by a refusal, which is made here."""
    file = file_of(full, "licks")
    real = os.open

    def refusing(path: Any, *arguments: Any, **options: Any) -> int:
        if str(path).endswith(file):
            raise PermissionError(13, "The process cannot access the file", str(path))
        return real(path, *arguments, **options)

    with DataManager.open(full) as manager:
        monkeypatch.setattr(os, "open", refusing)
        with pytest.raises(LockedStoreError, match="'licks'"):
            manager.getData("licks")
        monkeypatch.undo()
        assert manager.getData("licks").toList() == [1, 2]
