"""What every store promises; a test class for a store subclasses `StoreContract` and gives its hooks."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from whiskertoolbox_python.arrays.growing import History
from whiskertoolbox_python.store.protocol import Change, Counters, Put, Section, Store


def put(key: str, *values: int, generation: int | None = None) -> Put:
    """Return an entry whose one array holds the values."""
    return Put(
        section="object",
        key=key,
        type="Analog",
        time_key="time",
        size=len(values),
        arrays={"values": np.array(values, np.int64)},
        attributes={"text": "ä", "number": 1.5, "list": [1, None]},
        generation=generation,
    )


class StoreContract:
    """Subclass and implement the fixture `store`: an empty store, closed by the fixture."""

    @pytest.fixture
    def store(self) -> Store:
        """Return an empty store."""
        raise NotImplementedError

    @staticmethod
    def values(store: Store, key: str) -> list[int] | None:
        """Return what an entry's array holds, or None."""
        stored = store.read("object", key)
        return None if stored is None else stored.arrays["values"].tolist()

    def test_a_new_store_is_empty(self, store: Store) -> None:
        assert store.revision == 0
        assert not any(store.rows(section) for section in ("object", "clock", "group", "identity"))
        assert store.read("object", "a") is None

    def test_a_commit_is_read_back(self, store: Store) -> None:
        store.commit(Change(puts=[put("a", 1, 2, 3)]))
        stored = store.read("object", "a")
        assert stored is not None
        assert stored.arrays["values"].tolist() == [1, 2, 3]
        assert stored.arrays["values"].dtype == np.int64
        assert stored.row.attributes == {"text": "ä", "number": 1.5, "list": [1, None]}
        assert (stored.row.type, stored.row.time_key, stored.row.size, stored.row.nbytes) == ("Analog", "time", 3, 24)

    @pytest.mark.parametrize(
        "array",
        [
            np.zeros(0, np.float32),
            np.zeros((0, 2), np.int64),
            np.arange(24, dtype=np.uint8).reshape(2, 3, 4),
            np.arange(12.0, dtype=np.float64).reshape(3, 4).T,
            np.arange(10, dtype=np.int64)[::-2],
            np.array(True),
            np.array([1 + 2j]),
        ],
        ids=lambda array: f"{array.dtype}{array.shape}",
    )
    def test_every_array_is_read_back_as_it_was(self, store: Store, array: npt.NDArray[Any]) -> None:
        store.commit(Change(puts=[Put(section="object", key="a", arrays={"values": array})]))
        stored = store.read("object", "a")
        assert stored is not None
        assert stored.arrays["values"].dtype == array.dtype
        np.testing.assert_array_equal(stored.arrays["values"], array)

    def test_what_is_read_cannot_be_written(self, store: Store) -> None:
        store.commit(Change(puts=[put("a", 1)]))
        stored = store.read("object", "a")
        assert stored is not None
        with pytest.raises(ValueError, match="read-only"):
            stored.arrays["values"][0] = 2

    def test_every_commit_has_the_next_revision(self, store: Store) -> None:
        first = store.commit(Change(puts=[put("a", 1)]))["object", "a"]
        second = store.commit(Change(puts=[put("b", 1)]))["object", "b"]
        assert store.revision == second.version == first.version + 1

    def test_replacing_makes_a_new_generation(self, store: Store) -> None:
        first = store.commit(Change(puts=[put("a", 1)]))["object", "a"]
        second = store.commit(Change(puts=[put("a", 2)]))["object", "a"]
        assert second.generation > first.generation
        assert self.values(store, "a") == [2]

    def test_changing_in_place_keeps_the_generation(self, store: Store) -> None:
        first = store.commit(Change(puts=[put("a", 1)]))["object", "a"]
        second = store.commit(Change(puts=[put("a", 1, 2, generation=first.generation)]))["object", "a"]
        assert second.generation == first.generation
        assert second.version > first.version
        assert self.values(store, "a") == [1, 2]

    def test_changing_in_place_what_has_been_replaced_does_nothing(self, store: Store) -> None:
        first = store.commit(Change(puts=[put("a", 1)]))["object", "a"]
        store.commit(Change(puts=[put("a", 2)]))
        assert not store.commit(Change(puts=[put("a", 3, generation=first.generation)]))
        assert self.values(store, "a") == [2]

    def test_changing_in_place_what_has_been_deleted_does_nothing(self, store: Store) -> None:
        first = store.commit(Change(puts=[put("a", 1)]))["object", "a"]
        store.commit(Change(deletes=[("object", "a")]))
        assert not store.commit(Change(puts=[put("a", 3, generation=first.generation)]))
        assert self.values(store, "a") is None

    def test_an_array_grows(self, store: Store) -> None:
        origin, generation = object(), None
        for count in (0, 2, 2, 3, 50):
            array = np.arange(count * 2, dtype=np.float32).reshape(count, 2)
            change = Change(
                puts=[
                    put("a", generation=generation)._replace(
                        arrays={"values": array},
                        histories={"values": History(origin, len(array))},
                    )
                ]
            )
            generation = store.commit(change)["object", "a"].generation
            stored = store.read("object", "a")
            assert stored is not None
            assert stored.row.nbytes == array.nbytes
            np.testing.assert_array_equal(stored.arrays["values"], array)

    def test_an_array_that_grew_from_another_is_another(self, store: Store) -> None:
        for values in ([1], [2, 3], [4, 5, 6]):
            store.commit(
                Change(puts=[put("a", *values)._replace(histories={"values": History(object(), len(values))})])
            )
            assert self.values(store, "a") == values

    def test_what_was_read_before_an_array_grew_stays(self, store: Store) -> None:
        origin, kept = object(), []
        for count in range(1, 10):
            store.commit(Change(puts=[put("a", *range(count))._replace(histories={"values": History(origin, count)})]))
            stored = store.read("object", "a")
            assert stored is not None
            kept.append(stored.arrays["values"])
        assert [array.tolist() for array in kept] == [list(range(count)) for count in range(1, 10)]

    def test_deleting_removes_an_entry(self, store: Store) -> None:
        store.commit(Change(puts=[put("a", 1), put("b", 2)]))
        store.commit(Change(deletes=[("object", "a")]))
        assert list(store.rows("object")) == ["b"]

    def test_sections_do_not_share_keys(self, store: Store) -> None:
        store.commit(Change(puts=[put("a", 1), Put(section="clock", key="a")]))
        store.commit(Change(deletes=[("clock", "a")]))
        assert self.values(store, "a") == [1]

    def test_clearing_removes_all_of_some_sections(self, store: Store) -> None:
        sections: tuple[Section, ...] = ("object", "clock", "group")
        store.commit(Change(puts=[put("a", 1)._replace(section=section) for section in sections]))
        store.commit(Change(clear=("object", "clock"), puts=[put("b", 1)]))
        assert [list(store.rows(section)) for section in sections] == [["b"], [], ["a"]]

    def test_rebinding_changes_only_the_time_key(self, store: Store) -> None:
        before = store.commit(Change(puts=[put("a", 1)]))["object", "a"]
        store.commit(Change(rebinds={"a": "camera"}))
        row = store.rows("object")["a"]
        assert (row.time_key, row.generation) == ("camera", before.generation)
        assert self.values(store, "a") == [1]

    def test_an_initial_commit_is_made_once(self, store: Store) -> None:
        store.commit(Change(puts=[put("a", 1)], initial=True))
        store.commit(Change(puts=[put("a", 2)], initial=True))
        assert self.values(store, "a") == [1]

    def test_ids_are_consecutive_and_never_given_twice(self, store: Store) -> None:
        assert [store.reserve_ids(1), store.reserve_ids(1), store.reserve_ids(3), store.reserve_ids(1)] == [1, 2, 3, 6]
        store.settle()
        assert store.reserve_ids(2) == 7
        assert store.counters() == Counters(9, 1)

    def test_counters_can_be_set(self, store: Store) -> None:
        store.commit(Change(counters=Counters(10, 20)))
        assert (store.reserve_ids(1), store.reserve_group_id()) == (10, 20)
        store.commit(Change(counters=Counters(1, 1)))
        assert (store.reserve_ids(1), store.reserve_group_id()) == (1, 1)

    def test_an_allocated_array_is_stored_without_a_copy(self, store: Store) -> None:
        out = store.allocate((1000, 2), np.float32)
        out[:] = 7
        store.commit(Change(puts=[Put(section="object", key="a", arrays={"values": out})]))
        out[0, 0] = 8  # the memory is the stored one, which is why it must not be written to any more
        stored = store.read("object", "a")
        assert stored is not None
        assert stored.arrays["values"][0, 0] == 8
        assert stored.arrays["values"][1:].min() == 7

    def test_part_of_an_allocated_array_is_copied(self, store: Store) -> None:
        out = store.allocate((10,), np.float32)
        out[:] = np.arange(10, dtype=np.int64)
        store.commit(Change(puts=[Put(section="object", key="a", arrays={"values": out[:5]})]))
        stored = store.read("object", "a")
        assert stored is not None
        assert stored.arrays["values"].tolist() == [0, 1, 2, 3, 4]
