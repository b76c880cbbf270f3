"""Ragged columns against a plain list of entries, over many ways of adding."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from whiskertoolbox_python import LineData
from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.growing import History
from whiskertoolbox_python.arrays.ragged import Ragged, RaggedColumns, sliced, taken

times = st.integers(-3, 6)
lengths = st.integers(0, 3)


def rows(first: int, length: int) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    """Return rows that say which entry they belong to."""
    return np.column_stack([np.full(length, first), np.arange(length)]).astype(np.float32)


class RaggedMachine(RuleBasedStateMachine):
    """Adds entries one by one and in bulk; `model` is what they should be: (time, number, length) in adding order."""

    def __init__(self) -> None:
        super().__init__()
        self.columns = RaggedColumns.empty((2,), np.float32)
        self.model: list[tuple[int, int, int]] = []
        self.count = 0
        self.kept: list[tuple[Ragged, list[list[object]]]] = []

    @rule(time=times, length=lengths)
    def append(self, time: int, length: int) -> None:
        self.count += 1
        number = self.count
        self.columns.append(time, rows(number, length))
        self.model.append((time, number, length))

    @rule(entries=st.lists(st.tuples(times, lengths), max_size=5))
    def extend(self, entries: list[tuple[int, int]]) -> None:
        first = self.count + 1
        self.count += len(entries)
        added = [(time, first + place, length) for place, (time, length) in enumerate(entries)]
        self.columns.extend(
            np.array([time for time, *_ in added], np.int64),
            np.cumsum([0, *(length for *_, length in added)]),
            np.concatenate([rows(0, 0), *(rows(number, length) for _, number, length in added)]),
        )
        self.model += added

    @rule()
    def look(self) -> None:
        columns = self.columns.columns()
        self.kept.append((columns, [column.tolist() for column in columns]))

    def added_order(self) -> list[int]:
        """Return the positions of the entries as they were added."""
        order = self.columns.in_added_order()
        return list(range(len(self.columns))) if order is None else order.tolist()

    @rule()
    def give_identities(self) -> None:
        order = self.added_order()
        ids = np.empty(len(order), np.int64)
        ids[order] = np.arange(1, len(order) + 1)
        self.columns.set_entity_ids(ids)

    @rule()
    def store(self) -> None:
        """From now on entries stay as they were added."""
        self.columns.stored()

    @rule()
    def store_and_read(self) -> None:
        """As another process does; what has no identity is not stored."""
        self.give_identities()
        stored = {name: column.view() for name, column in self.columns.stored().items()}
        histories = {name: History(object(), len(stored[name])) for name in stored}
        self.columns = RaggedColumns.of_stored(Columns(stored, self.columns.attributes, histories))

    @rule(time=times)
    def take_out(self, time: int) -> None:
        expected = [entry for entry in self.model if entry[0] != time]
        assert self.columns.remove(time) == (expected != self.model)
        self.model = expected

    @rule(start=st.integers(0, 30), stop=st.integers(0, 30))
    def look_at_a_part(self, start: int, stop: int) -> None:
        expected = sorted(self.model, key=lambda entry: entry[0])[start:stop]
        part = self.columns.part(slice(start, stop)).columns()
        assert part.times.tolist() == [time for time, *_ in expected]
        assert part.points[:, 0].tolist() == [number for _, number, length in expected for _ in range(length)]
        assert [len(rows) for rows in self.columns.entries()] == [
            length for *_, length in sorted(self.model, key=lambda entry: entry[0])
        ]

    @rule(time=times)
    def read_one_time(self, time: int) -> None:
        expected = [rows(number, length).tolist() for at, number, length in self.model if at == time]
        assert [found.tolist() for found in self.columns.rows_at(time)] == expected
        assert self.columns.count_at(time) == len(expected)
        assert self.columns.joined_rows_at(time).tolist() == [row for entry in expected for row in entry]

    @invariant()
    def count_is_right(self) -> None:
        assert len(self.columns) == len(self.model)

    def teardown(self) -> None:
        columns = self.columns.columns()
        expected = sorted(self.model, key=lambda entry: entry[0])
        assert columns.times.tolist() == [time for time, *_ in expected]
        assert np.diff(columns.offsets).tolist() == [length for *_, length in expected]
        numbers = [number for _, number, length in expected for _ in range(length)]
        assert columns.points[:, 0].tolist() == numbers
        order = self.added_order()
        assert [expected[place][1] for place in order] == [number for _, number, _ in self.model]
        for seen, said in self.kept:
            assert [column.tolist() for column in seen] == said


TestRaggedMachine = RaggedMachine.TestCase
TestRaggedMachine.settings = settings(max_examples=100, stateful_step_count=30, deadline=None)

entries = st.lists(st.tuples(times, lengths), max_size=8)


def columns_of(given_entries: list[tuple[int, int]]) -> Ragged:
    return Ragged(
        np.array([time for time, _ in given_entries], np.int64),
        np.cumsum([0, *(length for _, length in given_entries)]),
        np.concatenate([rows(0, 0), *(rows(place, length) for place, (_, length) in enumerate(given_entries))]),
        np.arange(len(given_entries)),
    )


@given(entries, st.data())
def test_taken_entries_are_the_chosen_ones_in_that_order(
    given_entries: list[tuple[int, int]], data: st.DataObject
) -> None:
    columns = columns_of(given_entries)
    places = st.sampled_from(range(len(given_entries))) if given_entries else st.nothing()
    chosen = data.draw(st.lists(places)) if given_entries else []
    found = taken(columns, np.array(chosen, np.int64))
    assert found.entity_ids.tolist() == chosen
    assert found.points[:, 0].tolist() == [place for place in chosen for _ in range(given_entries[place][1])]


@given(entries, st.integers(0, 8), st.integers(0, 8))
def test_a_slice_is_what_taking_gives_but_a_view(given_entries: list[tuple[int, int]], start: int, stop: int) -> None:
    columns = columns_of(given_entries)
    start, stop = min(start, len(given_entries)), min(max(start, stop), len(given_entries))
    found, expected = sliced(columns, start, stop), taken(columns, np.arange(start, stop))
    assert [column.tolist() for column in found] == [column.tolist() for column in expected]
    assert not found.points.size or np.shares_memory(found.points, columns.points)


@given(entries)
def test_ordering_keeps_the_entries_of_one_time_in_order(given_entries: list[tuple[int, int]]) -> None:
    expected = sorted(range(len(given_entries)), key=lambda place: given_entries[place][0])
    columns = RaggedColumns(columns_of(given_entries), in_order=False)
    assert columns.entity_ids().tolist() == columns.columns().entity_ids.tolist() == expected


@given(entries)
def test_columns_of_lines_make_the_same_lines(given_entries: list[tuple[int, int]]) -> None:
    columns = columns_of(given_entries)
    lines = LineData.from_arrays(columns.times, columns.offsets, columns.points)
    again = LineData.from_arrays(lines.times, lines.offsets, lines.points)
    for name in ("times", "offsets", "points"):
        assert np.array_equal(getattr(again, name), getattr(lines, name))
    assert [len(line) for *_, line in lines] == np.diff(lines.offsets).tolist()


def test_appending_does_not_copy_what_is_there_each_time() -> None:
    columns = RaggedColumns.empty((2,), np.float32)
    buffers = set()
    for time in range(1000):
        columns.append(time, rows(time, 10))
        buffers.add(columns.columns().points.__array_interface__["data"][0])
    assert len(buffers) < 30
