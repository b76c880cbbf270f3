"""What every saver must do, whatever its format. Subclass it in the saver's test; needs pytest."""

from __future__ import annotations

import errno
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.types.data_object import DataObject, compacted


class SaverContract:
    """Tests shared by all savers.

    Subclasses say which `format` and `options` to save with, under what `file_name`, and `make` data that the format
    can hold exactly.
    """

    format: ClassVar[str]
    options: ClassVar[dict[str, Any]] = {}
    file_name: ClassVar[str]
    overwrite: ClassVar[dict[str, Any]] = {}
    """What it takes to save a second time."""

    def make(self) -> DataObject:
        """Make data of the type that is saved."""
        raise NotImplementedError

    def manager(self) -> DataManager:
        """Return a manager with the data under the key ``thing``."""
        manager = DataManager()
        manager.setData("thing", self.make(), "time")
        return manager

    def save(self, manager: DataManager, folder: Path, **more: Any) -> dict[str, Any]:
        """Save the data into the folder."""
        return manager.save("thing", folder / self.file_name, format=self.format, **{**self.options, **more})

    def test_what_is_saved_reads_back_the_same(self, tmp_path: Path) -> None:
        """The returned entry, in a load config, makes equal data without a warning."""
        saved = self.manager()
        entry = self.save(saved, tmp_path)
        (tmp_path / "config.json").write_text(json.dumps([entry]), encoding="utf-8")
        loaded = DataManager()
        report = loaded.load(tmp_path / "config.json")
        assert report.failures == []
        assert report.warnings == []
        assert_same(loaded.getData("thing"), saved.getData("thing"))

    def test_the_returned_entry_is_a_call_of_load_file(self, tmp_path: Path) -> None:
        """``filepath`` is its path."""
        saved = self.manager()
        entry = self.save(saved, tmp_path)
        loaded = DataManager()
        assert loaded.load_file(entry.pop("filepath"), **entry) == ["thing"]
        assert_same(loaded.getData("thing"), saved.getData("thing"))

    def test_nothing_else_is_left_in_the_folder(self, tmp_path: Path) -> None:
        """No temporary files."""
        self.save(self.manager(), tmp_path)
        assert not [path for path in tmp_path.rglob("*") if path.name.endswith(".part")]

    def test_a_file_that_cannot_take_its_place_leaves_what_was_there(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Whichever of the files it is, the old ones stay whole, all of them, and no temporary ones remain."""
        manager = self.manager()
        self.save(manager, tmp_path)
        replace = Path.replace
        count = failing = 0

        def replace_or_fail(self: Path, target: Path) -> Path:
            nonlocal count
            count += 1
            if count == failing:
                raise OSError("no permission")
            return replace(self, target)

        monkeypatch.setattr(Path, "replace", replace_or_fail)
        self.save(manager, tmp_path, **self.overwrite)
        before = make_old(tmp_path)
        for failing in range(1, count + 1):  # noqa: B007  # replace_or_fail reads it
            count = 0
            with pytest.raises(OSError, match="no permission"):
                self.save(manager, tmp_path, **self.overwrite)
            assert contents(tmp_path) == before

    def test_a_full_disk_is_told_with_the_file_and_leaves_what_was_there(self, tmp_path: Path) -> None:
        """As OSError with the number of the reason, whatever library writes the file."""
        manager = self.manager()
        self.save(manager, tmp_path)
        before = make_old(tmp_path)
        with full_disk(), pytest.raises(OSError, match=re.escape(str(tmp_path / self.file_name))) as failure:
            self.save(manager, tmp_path, **self.overwrite)
        assert failure.value.errno == errno.EFBIG
        assert contents(tmp_path) == before

    def test_an_unknown_option_is_refused_with_the_known_ones(self, tmp_path: Path) -> None:
        """Nothing is written."""
        with pytest.raises(SaveError, match=r"thing: unknown option \"no_such_option\".*known: "):
            self.save(self.manager(), tmp_path, no_such_option=1)
        assert contents(tmp_path) == {}


@contextmanager
def full_disk() -> Iterator[None]:
    """Let no file grow beyond one byte."""
    resource = pytest.importorskip("resource", reason="this system cannot limit the size of files")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def make_old(folder: Path) -> dict[str, bytes]:
    """Make every file below a folder differ from what a saver writes; return the contents."""
    for path in folder.rglob("*"):
        if path.is_file():
            path.write_bytes(b"old")
    return contents(folder)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_same(loaded: DataObject, saved: DataObject) -> None:
    """Assert that two objects hold the same; entity ids belong to a session, not to the data."""
    assert type(loaded) is type(saved)
    first, second = compacted(loaded), compacted(saved)
    assert first.attributes == second.attributes
    assert set(first.arrays) - {"entity_ids"} == set(second.arrays) - {"entity_ids"}
    for name in set(first.arrays) - {"entity_ids"}:
        assert first.arrays[name].dtype == second.arrays[name].dtype
        np.testing.assert_array_equal(first.arrays[name], second.arrays[name])
