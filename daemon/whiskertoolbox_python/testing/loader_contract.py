"""What every loader must do, whatever its format. Subclass it in the loader's test; needs pytest.

The suite writes a good file, loads it, then damages it in the ways files get damaged: whatever happens, other entries
still load, every failure names the file, and no key is left that the loader did not finish.
"""

from __future__ import annotations

import codecs
import json
import warnings
from pathlib import Path
from typing import Any, ClassVar

import pytest

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.formats.report import LoadReport

NOISE = bytes((7 * index * index + 13 * index) % 256 for index in range(4099))


def load_config(manager: DataManager, config: Path) -> LoadReport:
    """Load a config without the warning of failures, which the report has."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", LoadWarning)
        return manager.load(config)


class LoaderContract:
    """Tests shared by all loaders.

    Subclasses set `entry` (data_type, format and the options of a load entry), say which `keys` the name ``thing``
    makes, `write` a good file (or folder) into a folder, and `check` what it becomes.
    """

    entry: ClassVar[dict[str, Any]]
    keys: ClassVar[tuple[str, ...]] = ("thing",)

    def write(self, folder: Path) -> Path:
        """Write a good file into the folder; return its path."""
        raise NotImplementedError

    def check(self, manager: DataManager) -> None:
        """Assert that the good file became what it says."""
        raise NotImplementedError

    def prepare(self, manager: DataManager) -> None:
        """Store what the entry refers to, if anything."""

    def damaged_file(self, path: Path) -> Path:
        """Return the file to damage; for folders, one of the files in it."""
        return path

    def clock(self, manager: DataManager) -> TimeFrame:
        """Return the clock that the entry made."""
        made = manager.getTime("thing")
        assert made is not None
        return made

    def load(self, folder: Path, path: Path, manager: DataManager, **more: Any) -> LoadReport:
        """Load the file by a config in the folder."""
        entries = [{**self.entry, "name": "thing", "filepath": path.relative_to(folder).as_posix(), **more}]
        (folder / "config.json").write_text(json.dumps(entries), encoding="utf-8")
        return load_config(manager, folder / "config.json")

    def load_damaged(self, folder: Path, change: Any) -> tuple[LoadReport, DataManager]:
        """Load the good file after its bytes went through `change`; check that the damage is reported or harmless."""
        path = self.write(folder)
        target = self.damaged_file(path)
        target.write_bytes(change(target.read_bytes()))
        manager = DataManager()
        self.prepare(manager)
        report = self.load(folder, path, manager)
        stored = set(manager.getAllKeys()) | set(manager.getTimeFrameKeys())
        assert set(report.made) <= stored
        if report.failures:
            assert not report.made
            assert not set(self.keys) & stored
            (failure,) = report.failures
            assert failure.key == "thing"
            assert path.name in failure.file
            assert not failure.reason.startswith(("KeyError", "IndexError", "AttributeError"))
        return report, manager

    def test_a_good_file_becomes_what_it_says(self, tmp_path: Path) -> None:
        """All keys are made, nothing is reported."""
        path = self.write(tmp_path)
        manager = DataManager()
        self.prepare(manager)
        report = self.load(tmp_path, path, manager)
        assert report.failures == []
        assert report.warnings == []
        assert tuple(report.made) == self.keys
        self.check(manager)

    def test_one_file_can_be_loaded_without_a_config(self, tmp_path: Path) -> None:
        """`load_file` makes the same keys."""
        path = self.write(tmp_path)
        manager = DataManager()
        self.prepare(manager)
        assert tuple(manager.load_file(path, name="thing", **self.entry)) == self.keys
        self.check(manager)

    def test_an_unknown_option_in_a_config_is_reported_with_the_known_ones(self, tmp_path: Path) -> None:
        """The entry still loads, as upstream ignores what it does not know."""
        path = self.write(tmp_path)
        manager = DataManager()
        self.prepare(manager)
        report = self.load(tmp_path, path, manager, no_such_option=1)
        assert tuple(report.made) == self.keys
        (warning,) = report.warnings
        assert "no_such_option" in warning
        assert "known: " in warning

    def test_an_unknown_option_of_load_file_is_an_error(self, tmp_path: Path) -> None:
        """Nothing is loaded."""
        path = self.write(tmp_path)
        manager = DataManager()
        self.prepare(manager)
        with pytest.raises(LoadError, match=r"no_such_option.*known: "):
            manager.load_file(path, name="thing", no_such_option=1, **self.entry)
        assert not set(self.keys) & set(manager.getAllKeys())


class FileLoaderContract(LoaderContract):
    """Further tests for loaders that read a file or a folder."""

    def test_a_missing_file_is_named(self, tmp_path: Path) -> None:
        """With the advice where relative paths start."""
        (failure,) = self.load(tmp_path, tmp_path / "gone.dat", DataManager()).failures
        assert "gone.dat does not exist" in failure.reason

    def test_an_empty_file_makes_no_key(self, tmp_path: Path) -> None:
        """A file of no bytes is no data."""
        report, _ = self.load_damaged(tmp_path, lambda data: b"")
        assert report.failures

    @pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
    def test_a_truncated_file_is_loaded_as_far_as_it_goes_or_fails_as_a_whole(
        self, tmp_path: Path, share: float
    ) -> None:
        """Never a part of the keys."""
        report, _ = self.load_damaged(tmp_path, lambda data: data[: int(len(data) * share)])
        assert report.failures or tuple(report.made) == self.keys

    def test_binary_noise_never_leaves_a_part_of_the_keys(self, tmp_path: Path) -> None:
        """Raw binary has no wrong bytes, other formats refuse it."""
        report, _ = self.load_damaged(tmp_path, lambda data: NOISE)
        assert report.failures or tuple(report.made) == self.keys


class TextLoaderContract(FileLoaderContract):
    """Further tests for loaders of text."""

    def test_binary_noise_is_refused(self, tmp_path: Path) -> None:
        """It has null bytes, or no row that can be read."""
        report, _ = self.load_damaged(tmp_path, lambda data: NOISE)
        assert report.failures

    def test_a_byte_order_mark_and_windows_line_ends_change_nothing(self, tmp_path: Path) -> None:
        """Both are what spreadsheet programs write."""
        report, manager = self.load_damaged(
            tmp_path, lambda data: codecs.BOM_UTF8 + data.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        )
        assert report.failures == []
        self.check(manager)

    def test_bytes_that_are_not_utf8_cost_at_most_their_row(self, tmp_path: Path) -> None:
        """A Latin-1 comment at the end of a file must not cost the file."""
        report, _ = self.load_damaged(tmp_path, lambda data: data + b"\xe9\xff\n")
        assert tuple(report.made) == self.keys
