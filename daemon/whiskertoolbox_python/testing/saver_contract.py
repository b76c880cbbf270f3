"""What every saver must do, whatever its format. Subclass it in the saver's test; needs pytest."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.savers import SaveError
from whiskertoolbox_python.testing.data_type_contract import tidied
from whiskertoolbox_python.types._base import DataObject


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

    def test_a_write_that_fails_leaves_what_was_there(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        """The old files stay whole and no temporary ones remain."""
        manager = self.manager()
        self.save(manager, tmp_path)
        before = contents(tmp_path)

        def fail(self: Path, target: Path) -> Path:
            raise OSError("disk full")

        monkeypatch.setattr(Path, "replace", fail)
        with pytest.raises(OSError, match="disk full"):
            self.save(manager, tmp_path, **self.overwrite)
        assert contents(tmp_path) == before

    def test_an_unknown_option_is_refused_with_the_known_ones(self, tmp_path: Path) -> None:
        """Nothing is written."""
        with pytest.raises(SaveError, match=r"thing: unknown option \"no_such_option\".*known: "):
            self.save(self.manager(), tmp_path, no_such_option=1)
        assert contents(tmp_path) == {}


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def assert_same(loaded: DataObject, saved: DataObject) -> None:
    """Assert that two objects hold the same; entity ids belong to a session, not to the data."""
    assert type(loaded) is type(saved)
    first, second = tidied(loaded), tidied(saved)
    assert first.attributes == second.attributes
    assert set(first.arrays) - {"entity_ids"} == set(second.arrays) - {"entity_ids"}
    for name in set(first.arrays) - {"entity_ids"}:
        assert first.arrays[name].dtype == second.arrays[name].dtype
        np.testing.assert_array_equal(first.arrays[name], second.arrays[name])
