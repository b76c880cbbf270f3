"""What lines, masks and points have in common, tested once for each of them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from whiskertoolbox_python import DataManager, EntityId, ImageSize, TimeFrame, TimeFrameIndex
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract


class RaggedSuite(DataTypeContract):
    """Subclasses say how to make an entry that can be told from others by a number."""

    kind: ClassVar[Any]
    keyword: ClassVar[str]

    def entry(self, number: int) -> Any:
        """Return an entry that `number_of` recognises."""
        raise NotImplementedError

    def number_of(self, entry: Any) -> int:
        raise NotImplementedError

    def make(self) -> Any:
        return self.filled([0, 2, 2, 700])

    def change(self, data: Any) -> None:
        data.addAtTime(2, self.entry(9))

    def filled(self, times: list[int]) -> Any:
        """Return data with an entry at each time, numbered from 1 in the order of adding."""
        data = self.kind()
        for number, time in enumerate(times, 1):
            data.addAtTime(time, self.entry(number))
        return data

    def numbers(self, entries: list[Any]) -> list[int]:
        return [self.number_of(entry) for entry in entries]

    def test_it_begins_empty(self) -> None:
        data = self.kind()
        assert (data.getTimeCount(), data.getTotalEntryCount(), data.getTimesWithData()) == (0, 0, [])
        assert data.getAtTime(0) == []
        assert data.getDataByEntityId(EntityId(0)) is None
        assert repr(data) == f"{self.kind.__name__}(times=0, entries=0)"
        assert bool(data)
        with pytest.raises(TypeError):
            self.kind([])

    def test_entries_are_counted_by_time(self) -> None:
        data = self.filled([3, 3, 5])
        assert (data.getTimeCount(), data.getTotalEntryCount(), len(data)) == (2, 3, 3)
        assert data.getTimesWithData() == [3, 5]
        assert isinstance(data.getTimesWithData()[0], TimeFrameIndex)
        assert repr(data) == f"{self.kind.__name__}(times=2, entries=3)"

    def test_a_time_gives_its_entries_in_whatever_order_times_were_added(self) -> None:
        data = self.filled([5, 0, 5, 1, 0, 5])
        assert self.numbers(data.getAtTime(0)) == [2, 5]
        assert self.numbers(data.getAtTime(5)) == [1, 3, 6]
        assert data.getAtTime(2) == []
        data.addAtTime(0, self.entry(7))  # after columns were put in order
        assert data.times.tolist() == [0, 0, 0, 1, 5, 5, 5]
        assert self.numbers(data.getAtTime(0)) == [2, 5, 7]

    def test_entries_are_added_by_keyword(self) -> None:
        data = self.kind()
        data.addAtTime(time=TimeFrameIndex(4), **{self.keyword: self.entry(1)})
        assert self.numbers(data.getAtTime(4)) == [1]

    @pytest.mark.parametrize("time", [1.0, np.float64(2), "3", None])
    def test_a_time_is_an_integer(self, time: Any) -> None:
        data = self.kind()
        with pytest.raises(TypeError):
            data.addAtTime(time, self.entry(1))
        with pytest.raises(TypeError):
            data.getAtTime(time)
        assert len(data) == 0

    @pytest.mark.parametrize("entry", [None, (1, 2), [1, 2], np.zeros((2, 2))])
    def test_an_entry_is_of_its_class(self, entry: Any) -> None:
        with pytest.raises(TypeError):
            self.kind().addAtTime(0, entry)

    def test_iterating_gives_time_identity_and_entry(self) -> None:
        data = self.filled([4, 1])
        DataManager().setData("key", data, "time")
        (time, entity_id, entry), (later, *_) = data
        assert (time, later) == (1, 4)
        assert isinstance(time, TimeFrameIndex)
        assert entity_id == EntityId(2)
        assert self.number_of(entry) == 2

    def test_an_index_gives_a_triple_and_a_slice_gives_data_over_the_same_memory(self) -> None:
        data = self.filled([0, 1, 1, 4])
        time, entity_id, entry = data[-1]
        assert (time, entity_id.id, self.number_of(entry)) == (4, 0, 4)
        part = data[1:3]
        assert self.numbers([entry for *_, entry in part]) == [2, 3]
        assert np.shares_memory(part.points, data.points)
        assert self.numbers([entry for *_, entry in data[::-2]]) == [2, 4]
        assert len(data[3:1]) == 0
        for position in (4, -5):
            with pytest.raises(IndexError):
                data[position]

    def test_membership_is_by_time(self) -> None:
        data = self.filled([3])
        assert 3 in data
        assert TimeFrameIndex(3) in data
        assert 4 not in data
        assert "3" not in data

    def test_a_changed_part_leaves_the_whole_alone(self) -> None:
        data = self.filled([0, 1])
        part = data[:1]
        part.addAtTime(1, self.entry(5))
        assert self.numbers(data.getAtTime(1)) == [2]
        assert self.numbers(part.getAtTime(1)) == [5]

    def test_columns_describe_every_entry(self) -> None:
        data = self.filled([5, 0])
        assert data.times.tolist() == [0, 5]
        assert len(data.offsets) == 3
        assert data.distinct_times.tolist() == [0, 5]
        rows = [data.points[first:last] for first, last in zip(data.offsets[:-1], data.offsets[1:], strict=True)]
        assert self.numbers([self.kind._item(one) for one in rows]) == [2, 1]
        assert np.shares_memory(np.asarray(data), data.points)
        for column in (data.times, data.offsets, data.points, data.entity_ids, data.distinct_times):
            assert not column.flags.writeable

    def test_chosen_times_keep_clock_and_image_size(self) -> None:
        data = self.filled([0, 1, 1, 4])
        data.setImageSize(ImageSize(640, 480))
        clock = TimeFrame([0, 1])
        data.setTimeFrame(clock)
        part = data.at_times([4, 1, 9, 4])
        assert self.numbers([entry for *_, entry in part]) == [2, 3, 4]
        assert part.getTimeFrame() is clock
        assert part.getImageSize() == ImageSize(640, 480)

    def test_the_image_size_is_a_copy_and_unknown_at_first(self) -> None:
        data = self.kind()
        assert data.getImageSize() == ImageSize(-1, -1)
        size = ImageSize(640, 480)
        data.setImageSize(size)
        size.width = 1
        data.getImageSize().height = 1
        assert data.getImageSize() == ImageSize(640, 480)
        with pytest.raises(TypeError):
            data.setImageSize((640, 480))

    def test_ids_are_given_in_the_order_of_adding_and_kept_by_entries(self) -> None:
        data = self.filled([5, 0, 5])
        manager = DataManager()
        manager.setData("key", data, "time")
        assert data.entity_ids.tolist() == [2, 1, 3]
        data.addAtTime(0, self.entry(4))
        data.addAtTime(0, self.entry(5))
        assert data.entity_ids.tolist() == [2, 4, 5, 1, 3]
        for number in range(1, 6):
            assert self.number_of(data.getDataByEntityId(EntityId(number))) == number
        assert data.getDataByEntityId(EntityId(6)) is None

    def test_ids_go_by_the_order_of_adding_whatever_ids_the_entries_had(self) -> None:
        manager, late_first = DataManager(), self.filled([1, 0])
        manager.setData("a", late_first, "time")
        early_first = self.filled([0, 1])
        manager.setData("a", early_first, "time")
        assert early_first.entity_ids.tolist() == [2, 1]
        manager.deleteData("a")
        manager.setData("b", early_first, "time")
        assert early_first.entity_ids.tolist() == [3, 4]
        manager.setData("c", late_first, "time")
        assert late_first.entity_ids.tolist() == [6, 5]

    def test_ids_go_by_the_order_of_adding_after_more_was_added_to_what_was_stored(self) -> None:
        manager, data = DataManager(), self.filled([5, 0])
        manager.setData("a", data, "time")
        data.addAtTime(3, self.entry(3))
        data.addAtTime(1, self.entry(4))
        manager.deleteData("a")
        manager.setData("b", data, "time")
        assert data.times.tolist() == [0, 1, 3, 5]
        assert data.entity_ids.tolist() == [6, 8, 7, 5]

    def test_ids_go_by_the_order_of_adding_in_the_next_session(self, session: Path) -> None:
        with DataManager.open(session) as manager:
            manager.setData("a", self.filled([5, 0, 3]), "time")
        with DataManager.open(session) as manager:
            data = manager.getData("a")
            data.addAtTime(1, self.entry(4))
            manager.deleteData("a")
            manager.setData("b", data, "time")
            assert data.times.tolist() == [0, 1, 3, 5]
            assert data.entity_ids.tolist() == [6, 8, 7, 5]

    def test_times_outside_64_bits_are_a_type_error(self) -> None:
        data = self.filled([0])
        offsets = [] if self.keyword == "point" else [data.offsets]
        for call in (self.kind.from_arrays, data.add_arrays):
            with pytest.raises(TypeError, match="outside"):
                call(np.array([2**63], np.uint64), *offsets, data.points)

    def test_the_same_time_and_place_give_the_same_id_again(self) -> None:
        manager = DataManager()
        manager.setData("key", self.filled([0, 1, 1]), "time")
        again = self.filled([1, 7])
        manager.setData("key", again, "time")
        assert again.entity_ids.tolist() == [2, 4]

    def test_identity_zero_finds_the_last_added(self) -> None:
        data = self.filled([9, 3, 5])
        assert self.number_of(data.getDataByEntityId(EntityId(0))) == 3
        with pytest.raises(TypeError):
            data.getDataByEntityId(0)

    def test_entities_are_chosen_by_id(self) -> None:
        data = self.filled([0, 1, 1])
        DataManager().setData("key", data, "time")
        part = data.with_entities([EntityId(3), 1, 77])
        assert self.numbers([entry for *_, entry in part]) == [1, 3]
        assert part.entity_ids.tolist() == [1, 3]
        assert data.with_entities(np.array([2])).entity_ids.tolist() == [2]

    def test_entries_added_in_bulk_to_a_stored_object_get_ids(self) -> None:
        data, more = self.filled([0, 1]), self.filled([1, 0, 1])
        DataManager().setData("key", data, "time")
        columns = [more.times, more.points] if self.keyword == "point" else [more.times, more.offsets, more.points]
        data.add_arrays(*columns)
        assert data.times.tolist() == [0, 0, 1, 1, 1]
        assert data.entity_ids.tolist() == [1, 3, 2, 4, 5]

    def test_the_entries_of_a_time_are_replaced_and_keep_their_places_identities(self) -> None:
        data = self.filled([0, 4, 4, 9])
        DataManager().setData("key", data, "time")
        data.set_at_time(4, [self.entry(20), self.entry(21), self.entry(22)])
        assert data.times.tolist() == [0, 4, 4, 4, 9]
        assert self.numbers(data.getAtTime(4)) == [20, 21, 22]
        assert data.entity_ids.tolist() == [1, 2, 3, 5, 4]
        data.set_at_time(0, [])
        assert data.getTimesWithData() == [4, 9]
        data.set_at_time(7, iter([self.entry(30)]))
        assert self.numbers(data.getAtTime(7)) == [30]

    def test_an_entry_is_taken_out_and_put_back_with_its_identity(self, session: Path) -> None:
        with DataManager.open(session) as manager:
            manager.setData("key", self.filled([4, 4, 4]), "time")
            data = manager.getData("key")
            first, second, third = data.getAtTime(4)
            data.set_at_time(4, [first, third], [1, 3])
        with DataManager.open(session) as manager:
            data = manager.getData("key")
            assert data.entity_ids.tolist() == [1, 3]
            data.addAtTime(4, self.entry(9))  # is not taken for one that was there
            assert data.entity_ids.tolist() == [1, 3, 4]
            data.set_at_time(4, [first, second, third, self.entry(9)], [EntityId(1), EntityId(2), EntityId(3), 0])
            assert self.numbers(data.getAtTime(4)) == [1, 2, 3, 9]
            assert data.entity_ids.tolist() == [1, 2, 3, 5]
        with DataManager.open(session) as manager:
            assert self.numbers([manager.getData("key").getDataByEntityId(EntityId(2))]) == [2]
            again = self.filled([4, 4, 4])
            manager.setData("key", again, "time")
            assert again.entity_ids.tolist() == [1, 2, 3]

    def test_many_replacements_leave_what_each_time_has(self, session: Path) -> None:
        with DataManager.open(session) as manager:
            manager.setData("key", self.filled(list(range(20))), "time")
            data = manager.getData("key")
            for number in range(100):
                data.set_at_time(number % 7, [self.entry(number)])
        with DataManager.open(session) as manager:
            data = manager.getData("key")
            assert self.numbers([entry for _, _, entry in data]) == [98, 99, *range(93, 98), *range(8, 21)]
            assert data.entity_ids.tolist() == list(range(1, 21))

    def test_what_cannot_replace_entries_changes_nothing(self) -> None:
        data = self.filled([4, 4, 9])
        with pytest.raises(ValueError, match="before the object is stored"):
            data.set_at_time(4, [self.entry(1)], [1])
        DataManager().setData("key", data, "time")
        for entries, entity_ids, error, message in (
            ([None], None, TypeError, self.keyword),
            ([self.entry(1)], [1, 2], ValueError, "1 entries need as many entity_ids, not 2"),
            ([self.entry(1), self.entry(2)], [1, 1], ValueError, "the same identity"),
            ([self.entry(1)], [3], ValueError, "the same identity"),
            ([self.entry(1)], ["1"], TypeError, "entity_ids"),
        ):
            with pytest.raises(error, match=message):
                data.set_at_time(4, entries, entity_ids)
        assert self.numbers(data.getAtTime(4)) == [1, 2]
        assert data.entity_ids.tolist() == [1, 2, 3]

    def test_a_subclass_may_keep_attributes_and_skip_the_constructor(self) -> None:
        class Mine(self.kind):  # type: ignore[misc,name-defined]  # a class that the suite is given
            def __init__(self, label: str) -> None:
                self.label = label

        mine = Mine("tracked by hand")
        mine.addAtTime(0, self.entry(1))
        manager = DataManager()
        manager.setData("key", mine, "time")
        assert manager.getData("key").label == "tracked by hand"
