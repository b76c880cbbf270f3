"""What every data type promises; a test class for a type subclasses `DataTypeContract` and gives its hooks."""

from __future__ import annotations

import contextlib
import copy
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.clocks.time_frame import Interval, TimeFrame
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing, compacted
from whiskertoolbox_python.types.registry import class_named


def size_of(data: DataObject, store: Callable[[DataManager, DataObject], None]) -> int:
    """Return the number of entries that a listing shows."""
    manager = DataManager()
    store(manager, data)
    return next(entry.size for entry in manager.entries() if entry.key == "data")


def assert_same_columns(found: Columns, expected: Columns) -> None:
    """Fail unless both hold the same arrays, dtypes and attributes."""
    assert dict(found.attributes) == dict(expected.attributes)
    assert list(found.arrays) == list(expected.arrays)
    for name, array in expected.arrays.items():
        assert found.arrays[name].dtype == array.dtype
        np.testing.assert_array_equal(found.arrays[name], array)


def handed_out(data: DataObject) -> dict[str, Any]:
    """Return the arrays that an object gives away, by how."""
    found: dict[str, Any] = {f"to_columns {name}": array for name, array in data.to_columns().arrays.items()}
    if hasattr(data, "__array__"):
        found["asarray"] = np.asarray(data)
    for name in dir(type(data)):
        if isinstance(getattr(type(data), name), property):
            with contextlib.suppress(RuntimeError):  # not all tensors have times
                found[name] = getattr(data, name)
    return {name: array for name, array in found.items() if isinstance(array, np.ndarray)}


class DataTypeContract:
    """Subclass, implement `make`, and `change` for a type that can change."""

    changes = True
    """Whether objects of the type can change."""

    def make(self) -> DataObject:
        """Return a new object with at least two entries, between index 0 and index 1000."""
        raise NotImplementedError

    def change(self, data: Any) -> None:
        """Change the object in place; called for types that can change."""
        raise NotImplementedError

    def store(self, manager: DataManager, data: DataObject, key: str = "data") -> None:
        """Store the object; overridden for media, which `setData` refuses."""
        manager.setData(key, data, "time")

    @pytest.fixture
    def session(self, tmp_path: Path) -> Path:
        """Return the path of a session folder to be made."""
        return tmp_path / "session"

    def test_its_class_is_registered_for_its_data_type(self) -> None:
        data = self.make()
        assert class_named(data.kind.name) is type(data)

    def test_its_kind_says_all_that_lists_show(self) -> None:
        kind = self.make().kind
        assert kind in type(self.make()).kinds()
        assert all((kind.name, kind.label, kind.unit, kind.icon))

    def test_its_metaclass_has_the_name_that_upstream_scripts_look_for(self) -> None:
        assert type(type(self.make())).__name__ == "pybind11_type"

    def test_setting_an_unknown_attribute_is_an_error(self) -> None:
        with pytest.raises(AttributeError):
            self.make().surprise = 1  # type: ignore[attr-defined]  # that is the point

    def test_it_is_equal_only_to_itself_and_hashable(self) -> None:
        one, other = self.make(), self.make()
        assert one == one
        assert one != other
        assert len({one, other}) == 2

    def test_it_can_be_neither_pickled_nor_copied(self) -> None:
        data = self.make()
        for attempt in (pickle.dumps, copy.copy, copy.deepcopy):
            with pytest.raises(TypeError):
                attempt(data)

    def test_its_repr_names_its_class(self) -> None:
        data = self.make()
        assert repr(data).startswith(f"{type(data).__name__}(")

    def test_it_has_a_docstring_on_every_public_member(self) -> None:
        kind = type(self.make())
        assert kind.__doc__
        missing = [name for name in dir(kind) if not name.startswith("_") and not getattr(kind, name).__doc__]
        assert not missing

    def test_columns_make_an_equal_object(self) -> None:
        data = self.make()
        columns = data.to_columns()
        assert_same_columns(type(data).from_columns(columns).to_columns(), columns)

    def test_columns_do_not_change_with_the_object(self) -> None:
        if not self.changes:
            return
        data = self.make()
        columns = data.to_columns()
        before = {name: array.copy() for name, array in columns.arrays.items()}
        self.change(data)
        for name, array in before.items():
            np.testing.assert_array_equal(columns.arrays[name], array)

    def test_a_time_frame_can_be_attached_and_detached(self) -> None:
        data, clock = self.make(), TimeFrame([0, 1])
        data.setTimeFrame(clock)
        assert data.getTimeFrame() is clock
        data.setTimeFrame(None)
        assert data.getTimeFrame() is None
        with pytest.raises(TypeError):
            data.setTimeFrame("clock")  # type: ignore[arg-type]  # that is the point

    def test_restricting_to_everything_keeps_everything(self) -> None:
        data = self.make()
        clock = TimeFrame(range(1001))
        data.setTimeFrame(clock)
        part = data.restrict(0, 1000)
        assert type(part) is type(data)
        assert part.getTimeFrame() is clock
        assert size_of(part, self.store) == size_of(data, self.store) >= 2

    def test_restricting_to_nothing_leaves_nothing(self) -> None:
        assert size_of(self.make().restrict(2000, 3000), self.store) == 0

    def test_a_range_is_the_same_by_index_ticks_seconds_and_interval(self) -> None:
        data = self.make()
        data.setTimeFrame(TimeFrame(range(0, 10001, 10), ticks_per_second=1000))
        (first, last) = (1, 500)
        expected = data.restrict(first, last).to_columns()
        for part in (
            data.restrict(Interval(first, last)),
            data.restrict(first * 10, last * 10, unit="ticks"),
            data.restrict(first / 100, last / 100, unit="seconds"),
            data.restrict(first * 2, last * 2, clock=TimeFrame(range(0, 10001, 5))),
        ):
            assert_same_columns(part.to_columns(), expected)

    def test_stored_columns_are_adopted_and_handed_out_read_only(self) -> None:
        data = self.make()
        stored = data.to_columns()
        for name, array in type(data).from_columns(stored).to_columns().arrays.items():
            assert np.shares_memory(array, stored.arrays[name]), name
            assert not array.flags.writeable, name

    def test_arrays_are_handed_out_as_new_views_each_time(self) -> None:
        """Else giving one another shape or dtype would change the object."""
        data = self.make()
        first, second = handed_out(data), handed_out(data)
        assert [name for name in first if first[name] is second[name]] == []

    def test_a_manager_gives_back_the_same_object(self) -> None:
        manager, data = DataManager(), self.make()
        self.store(manager, data)
        assert manager.getData("data") is data
        assert manager.getType("data") == data.data_type
        assert data.getTimeFrame() is manager.getTime("time")

    def test_another_manager_reads_what_was_stored(self, session: Path) -> None:
        with DataManager.open(session) as writer, DataManager.open(session) as reader:
            data = self.make()
            self.store(writer, data)
            found = reader.getData("data")
            assert type(found) is type(data)
            assert_same_columns(found.to_columns(), data.to_columns())

    def test_what_is_read_from_a_session_is_mapped_and_read_only(self, session: Path) -> None:
        with DataManager.open(session) as writer:
            self.store(writer, self.make())
        with DataManager.open(session) as reader:
            for array in reader.getData("data").to_columns().arrays.values():
                assert not array.flags.writeable
                assert not array.flags.owndata

    def test_arrays_stay_valid_after_replacing_deleting_and_closing(self, session: Path) -> None:
        with DataManager.open(session) as writer:
            self.store(writer, self.make())
        with DataManager.open(session) as manager:
            arrays = manager.getData("data").to_columns().arrays
            expected = {name: array.copy() for name, array in arrays.items()}
            self.store(manager, self.make())
            manager.deleteData("data")
        for name, array in expected.items():
            np.testing.assert_array_equal(arrays[name], array)

    def test_a_change_in_place_reaches_another_manager(self, session: Path) -> None:
        if not self.changes:
            return
        with DataManager.open(session) as writer, DataManager.open(session) as reader:
            data = self.make()
            self.store(writer, data)
            seen = reader.getData("data")
            self.change(data)
            writer.flush()
            assert reader.getData("data") is seen
            assert_same_columns(seen.to_columns(), data.to_columns())

    def test_an_object_read_from_a_session_can_be_changed(self, session: Path) -> None:
        if not self.changes:
            return
        with DataManager.open(session) as writer:
            self.store(writer, self.make())
        with DataManager.open(session) as manager:
            data = manager.getData("data")
            self.change(data)
            expected = compacted(data)
        with DataManager.open(session) as manager:
            assert_same_columns(manager.getData("data").to_columns(), expected)

    def test_entries_get_distinct_ids_when_stored_and_the_same_ones_when_stored_again(self) -> None:
        manager, data = DataManager(), self.make()
        if not isinstance(data, EntityBearing):
            return
        assert not data.entity_ids.any()
        self.store(manager, data)
        ids = data.entity_ids
        assert ids.dtype == np.int64
        assert len(np.unique(ids)) == len(ids) >= 2
        assert ids.min() > 0
        manager.deleteData("data")
        again = self.make()
        self.store(manager, again)
        assert isinstance(again, EntityBearing)
        np.testing.assert_array_equal(again.entity_ids, ids)

    def test_ids_survive_the_session(self, session: Path) -> None:
        data = self.make()
        if not isinstance(data, EntityBearing):
            return
        with DataManager.open(session) as manager:
            self.store(manager, data)
        with DataManager.open(session) as manager:
            np.testing.assert_array_equal(manager.getData("data").entity_ids, data.entity_ids)
            other = self.make()
            self.store(manager, other, "other")
            assert isinstance(other, EntityBearing)
            assert other.entity_ids.min() > data.entity_ids.max()
