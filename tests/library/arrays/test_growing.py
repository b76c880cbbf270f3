"""Arrays that grow against a plain list, with what a store would keep of them, and with what was handed out before."""

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from whiskertoolbox_python.arrays import growing
from whiskertoolbox_python.arrays.growing import Appended, Growing, History, assembled

places = st.integers(0, 60)


class GrowingMachine(RuleBasedStateMachine):
    """Changes an array anywhere; `file` is what a store has of it: rows in the order in which they were added."""

    def __init__(self) -> None:
        super().__init__()
        self.patch = pytest.MonkeyPatch()
        self.patch.setattr(growing, "_WORTH_A_PIECE", 1)  # so that small arrays come in pieces too
        self.model = [(n, -n) for n in range(20)]
        self.growing = Growing(np.array(self.model))
        self.next = 100
        self.seen: list[tuple[np.ndarray[tuple[int, ...], np.dtype[np.int64]], list[tuple[int, int]]]] = []
        self.file = np.empty((0, 2), np.int64)
        self.stored: History | None = None
        self.whole = 0

    def new_row(self) -> tuple[int, int]:
        self.next += 1
        return self.next, -self.next

    @rule(place=places)
    def insert(self, place: int) -> None:
        place, row = min(place, len(self.model)), self.new_row()
        self.growing.insert(place, row)
        self.model.insert(place, row)

    @rule()
    def append(self) -> None:
        self.model.append(self.new_row())
        self.growing.append(self.model[-1])

    @rule(count=st.integers(0, 4))
    def extend(self, count: int) -> None:
        rows = [self.new_row() for _ in range(count)]
        self.growing.extend(np.array(rows, np.int64).reshape(-1, 2))
        self.model += rows

    @rule(place=places, count=st.integers(0, 3))
    def delete(self, place: int, count: int) -> None:
        first = min(place, len(self.model))
        end = min(first + count, len(self.model))
        self.growing.delete(first, end)
        del self.model[first:end]

    @rule(place=places)
    def put(self, place: int) -> None:
        if self.model:
            place, row = place % len(self.model), self.new_row()
            self.growing.put(place, row)
            self.model[place] = row

    @rule()
    def look(self) -> None:
        self.seen.append((self.growing.view()[1:], self.model[1:]))

    @rule()
    def compact(self) -> None:
        self.growing.compact()
        assert self.growing.is_compact

    @rule()
    def store(self) -> None:
        history = self.growing.history
        if self.stored is None or history.origin is not self.stored.origin:
            self.whole += 1
            self.file = history.added_since(0, self.growing.view())
        else:
            added = history.added_since(self.stored.count, self.growing.view())
            self.file = np.concatenate([self.file, added])
        self.stored = history
        assert len(self.file) == history.count
        rows = self.file if history.pieces is None else assembled(self.file, history.pieces)
        assert rows.tolist() == [list(row) for row in self.model]
        self.growing = Growing(rows, history) if self.next % 5 == 0 else self.growing  # as another process reads it

    @invariant()
    def is_the_same(self) -> None:
        assert [tuple(row) for row in self.growing.rows.tolist()] == self.model

    def teardown(self) -> None:
        for view, rows in self.seen:
            assert [tuple(row) for row in view.tolist()] == rows
        self.patch.undo()


TestGrowingMachine = GrowingMachine.TestCase
TestGrowingMachine.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


def address(growing: Growing) -> int:
    number: int = growing.rows.__array_interface__["data"][0]
    return number


def test_changes_in_the_middle_are_made_in_place_while_nobody_looks() -> None:
    growing = Growing(np.arange(1000))
    before = address(growing)
    growing.view()  # and lets go of it
    growing.delete(10, 20)
    growing.put(5, 3)
    growing.insert(100, 7)
    assert address(growing) == before


def test_a_view_in_use_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    growing = Growing(np.arange(10))
    part = growing.view()[2:5]
    growing.put(3, 99)
    growing.delete(0, 4)
    assert part.tolist() == [2, 3, 4]


def test_rows_that_were_lost_do_not_pile_up_in_a_file() -> None:
    growing = Growing(np.arange(100_000))
    origins = set()
    for number in range(100_000, 600_000, 1000):
        growing.extend(np.arange(number, number + 1000))
        growing.delete(0, 1000)
        origins.add(growing.history.origin)
        assert growing.history.count <= 2 * len(growing)
    assert 2 < len(origins) < 10


def test_an_interrupt_within_a_change_makes_it_another_array() -> None:
    growing = Growing(np.arange(100_000))
    origin = growing.history.origin
    with pytest.raises((TypeError, ValueError)):
        growing.put(3, (1, 2))  # fails after the change has begun
    assert growing.history.origin is not origin
    assert growing.history.pieces is None


def test_rows_behind_stored_ones_are_read_without_copying_any() -> None:
    stored = np.arange(20).reshape(-1, 2)
    stored.flags.writeable = False
    rows = Appended(stored, History("origin", 10))
    assert np.shares_memory(rows.view(), stored)
    rows.extend(np.array([[1, 2], [3, 4]]))
    assert len(rows) == 12
    assert np.shares_memory(rows.part(2, 5), stored)
    assert rows.part(10, 12).tolist() == [[1, 2], [3, 4]]
    tail = rows.tail(10)
    assert (tail.shape, tail.first, tail.rows.tolist()) == ((12, 2), 10, [[1, 2], [3, 4]])
    assert rows.tail(11).rows.tolist() == [[3, 4]]
    assert rows.tail(9).rows.tolist() == [[18, 19], [1, 2], [3, 4]]
    part, expected = rows.part(3, 4), [[6, 7]]
    assert rows.view().tolist() == [*stored.tolist(), [1, 2], [3, 4]]
    assert rows.history == History("origin", 12)
    rows.extend(np.array([[5, 6]]))
    assert rows.part(9, 13).tolist() == [[18, 19], [1, 2], [3, 4], [5, 6]]
    assert part.tolist() == expected
    assert not rows.part(0, 3).flags.writeable
