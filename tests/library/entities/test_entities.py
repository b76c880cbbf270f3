"""Entity ids and groups behave as upstream's, in one process and over several sessions."""

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    DigitalIntervalSeries,
    EntityGroupManager,
    EntityId,
    GroupDescriptor,
    Interval,
)
from whiskertoolbox_python.entities.registry import EntityRegistry, Packed


def ids(series: Any) -> list[int]:
    return [entity_id.id for _, entity_id in series.toListWithIds()]


class TestEntityId:
    def test_is_a_number_that_prints(self) -> None:
        assert (EntityId().id, EntityId(5).id, repr(EntityId(5))) == (0, 5, "EntityId(5)")

    def test_compares_only_with_its_kind(self) -> None:
        assert EntityId(5) == EntityId(5)
        assert EntityId(5) != EntityId(6)
        assert EntityId(5) < EntityId(6)
        assert EntityId(6) > EntityId(5)
        assert EntityId(5) != 5
        assert {EntityId(5)} == {EntityId(5)}
        with pytest.raises(TypeError):
            _ = EntityId(5) <= EntityId(6)  # type: ignore[operator]  # that is the point

    @pytest.mark.parametrize("value", [-1, 2**64, 1.0, "1", EntityId(1)])
    def test_is_made_of_an_unsigned_integer(self, value: Any) -> None:
        with pytest.raises(TypeError):
            EntityId(value)

    def test_is_no_integer_and_cannot_be_changed(self) -> None:
        with pytest.raises(TypeError):
            int(EntityId(1))  # type: ignore[call-overload]  # that is the point
        with pytest.raises(AttributeError):
            EntityId(1).id = 2  # type: ignore[misc]  # that is the point


class TestIdsOfEvents:
    def test_are_given_by_position_when_stored(self) -> None:
        manager, first, second = DataManager(), DigitalEventSeries([5, 9]), DigitalEventSeries([1, 2, 3])
        manager.setData("e", first, "time")
        assert ids(first) == [1, 2]
        manager.setData("e", second, "time")
        assert ids(second) == [1, 2, 3]

    def test_added_ones_go_by_time_and_size(self) -> None:
        manager, events = DataManager(), DigitalEventSeries([5, 9])
        manager.setData("e", events, "time")
        events.addEvent(7)
        assert ids(events) == [1, 3, 2]
        events.removeEvent(7)
        events.addEvent(7)
        assert ids(events) == [1, 3, 2]

    def test_a_rejected_one_uses_up_an_id(self) -> None:
        manager, events = DataManager(), DigitalEventSeries([5])
        manager.setData("e", events, "time")
        events.addEvent(5)
        events.addEvent(6)
        assert ids(events) == [1, 3]

    def test_do_not_move_when_others_are_removed(self) -> None:
        manager, events = DataManager(), DigitalEventSeries([1, 2, 3])
        manager.setData("e", events, "time")
        events.removeEvent(2)
        assert ids(events) == [1, 3]


class TestIdsOfIntervals:
    def series(self) -> DigitalIntervalSeries:
        series = DigitalIntervalSeries([Interval(0, 10), Interval(50, 60)])
        DataManager().setData("i", series, "time")
        return series

    def test_come_back_with_the_same_interval(self) -> None:
        series = self.series()
        series.removeInterval(Interval(50, 60))
        series.addInterval(70, 80)
        series.addInterval(50, 60)
        assert ids(series) == [1, 2, 3]

    def test_of_a_merge_is_that_of_the_earliest(self) -> None:
        series = self.series()
        series.addInterval(5, 55)
        assert ids(series) == [1]
        series.addInterval(100, 110)
        assert ids(series) == [1, 3]

    def test_of_a_merge_goes_with_the_new_bounds(self) -> None:
        series = self.series()
        series.addInterval(5, 55)
        series.removeInterval(Interval(0, 60))
        series.addInterval(0, 60)
        assert ids(series) == [1]


class TestIdentityOfObjects:
    def test_is_zero_before_storing(self) -> None:
        assert ids(DigitalEventSeries([1, 2])) == [0, 0]

    def test_counts_over_all_keys(self) -> None:
        manager = DataManager()
        first, second = DigitalEventSeries([1, 2]), DigitalIntervalSeries([Interval(1, 2)])
        manager.setData("e", first, "time")
        manager.setData("i", second, "time")
        assert (ids(first), ids(second)) == ([1, 2], [3])

    def test_stays_after_deleting_and_goes_on_drawing(self) -> None:
        manager, events = DataManager(), DigitalEventSeries([1, 2])
        manager.setData("e", events, "time")
        manager.deleteData("e")
        events.addEvent(9)
        assert ids(events) == [1, 2, 3]
        assert events.getTimeFrame() is manager.getTime("time")

    def test_is_the_same_for_the_same_key_after_deleting(self) -> None:
        manager = DataManager()
        manager.setData("e", DigitalEventSeries([1, 2]), "time")
        manager.deleteData("e")
        again = DigitalEventSeries([7, 8, 9])
        manager.setData("e", again, "time")
        assert ids(again) == [1, 2, 3]

    def test_starts_again_after_reset_but_live_objects_keep_theirs(self) -> None:
        manager, events = DataManager(), DigitalEventSeries([1, 2])
        manager.setData("e", events, "time")
        manager.reset()
        fresh = DigitalEventSeries([5])
        manager.setData("f", fresh, "time")
        assert (ids(events), ids(fresh)) == ([1, 2], [1])

    def test_goes_on_in_the_next_session(self, tmp_path: Path) -> None:
        with DataManager.open(tmp_path / "s") as manager:
            events = DigitalEventSeries([1, 2])
            manager.setData("e", events, "time")
            events.addEvent(3)
            events.removeEvent(3)
        with DataManager.open(tmp_path / "s") as manager:
            events = manager.getData("e")
            events.addEvent(3)
            assert ids(events) == [1, 2, 3]
            events.addEvent(4)
            assert ids(events) == [1, 2, 3, 4]

    def test_is_remembered_in_the_next_session_after_deleting(self, tmp_path: Path) -> None:
        with DataManager.open(tmp_path / "s") as manager:
            manager.setData("i", DigitalIntervalSeries([Interval(0, 1), Interval(5, 6)]), "time")
            manager.deleteData("i")
        with DataManager.open(tmp_path / "s") as manager:
            again = DigitalIntervalSeries([Interval(3, 3), Interval(5, 6)])
            manager.setData("i", again, "time")
            assert ids(again) == [3, 2]

    def test_is_never_given_twice_by_two_managers(self, tmp_path: Path) -> None:
        with DataManager.open(tmp_path / "s") as one, DataManager.open(tmp_path / "s") as other:
            first, second = DigitalEventSeries([1]), DigitalEventSeries([1])
            one.setData("a", first, "time")
            other.setData("b", second, "time")
            for time in range(10, 20):
                first.addEvent(time)
                second.addEvent(time)
            assert not set(ids(first)) & set(ids(second))


@given(st.lists(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 3)), max_size=12), max_size=6))
def test_a_registry_gives_the_same_id_for_the_same_tuple_and_counts_without_gaps(
    batches: list[list[tuple[int, int]]],
) -> None:
    registry, expected = EntityRegistry(), dict[tuple[int, int], int]()
    for batch in batches:
        pairs = np.array(batch, np.int64).reshape(-1, 2)
        found = registry.assign("k", "kind", pairs[:, 0], pairs[:, 1])
        for pair in batch:
            expected.setdefault(pair, len(expected) + 1)
        assert found.tolist() == [expected[pair] for pair in batch]
        single = (len(expected), 7)
        expected.setdefault(single, len(expected) + 1)
        assert registry.assign_one("k", "kind", *single) == expected[single]


ACTIONS = st.sampled_from(["places", "one", "many", "rising", "move", "store"])


@given(st.lists(st.tuples(ACTIONS, st.integers(0, 6)), max_size=12))
def test_a_registry_remembers_over_sessions(actions: list[tuple[str, int]]) -> None:
    """What is stored and recalled gives the same ids as one registry that lives on."""
    counter = itertools.count(1)

    def reserve(count: int) -> int:
        first, *_ = itertools.islice(counter, count)
        return first

    kept: dict[str, Packed] = {}
    registry = EntityRegistry(reserve, lambda key, kind: kept.get(kind))
    expected: dict[tuple[int, int], int] = {}
    for action, number in actions:
        if action == "store":
            kept.update(registry.take_changed("key"))
            registry = EntityRegistry(reserve, lambda key, kind: kept.get(kind))
        elif action == "move" and (number, number) in expected:
            expected[number, 99] = expected.pop((number, number))
            registry.move("key", "kind", (number, number), (number, 99), expected[number, 99])
        else:
            pairs = {
                "places": [(i, i) for i in range(number)],
                "many": [(i, 3) for i in range(number, 0, -1)],
                "rising": [(i, 3) for i in range(number, 7)],
            }
            wanted = pairs.get(action, [(number, 7)])
            if action == "places":
                found = registry.assign_places("key", "kind", number).tolist()
            elif action in ("many", "rising"):
                columns = np.array(wanted, np.int64).reshape(-1, 2).T
                found = registry.assign("key", "kind", columns[0], columns[1]).tolist()
            else:
                found = [registry.assign_one("key", "kind", number, 7)]
            for pair, entity_id in zip(wanted, found, strict=True):
                assert expected.setdefault(pair, entity_id) == entity_id
    assert len(set(expected.values())) == len(expected)


def test_ids_of_positions_are_remembered_without_an_array() -> None:
    registry = EntityRegistry()
    assert registry.assign_places("key", "kind", 1000).tolist() == list(range(1, 1001))
    assert registry.take_changed("key") == {"kind": Packed({}, {"count": 1000, "first_id": 1})}
    assert registry.take_changed("key") == {}


class TestGroups:
    @pytest.fixture
    def groups(self) -> EntityGroupManager:
        return DataManager().getEntityGroupManager()

    def test_have_ids_names_and_descriptions(self, groups: EntityGroupManager) -> None:
        assert [
            groups.createGroup("A", "first"),
            groups.createGroup(name="A", description=""),
            groups.createGroup(""),
        ] == [1, 2, 3]
        found = groups.getGroupDescriptor(1)
        assert found is not None
        assert (found.id, found.name, found.description, found.entity_count) == (1, "A", "first", 0)
        assert repr(found) == "GroupDescriptor('A', entities=0)"
        assert groups.getGroupCount() == len(groups.getAllGroupDescriptors()) == 3

    def test_do_not_use_an_id_again(self, groups: EntityGroupManager) -> None:
        groups.createGroup("A")
        assert groups.deleteGroup(1) is True
        assert groups.deleteGroup(1) is False
        assert groups.createGroup("B") == 2

    def test_are_renamed_and_keep_what_they_hold(self, groups: EntityGroupManager) -> None:
        group = groups.createGroup("A", "text")
        groups.add_entities(group, [7, 8])
        assert groups.rename_group(group, "B") is True
        assert groups.rename_group(group + 1, "C") is False
        assert [(found.id, found.name, found.description) for found in groups.getAllGroupDescriptors()] == [
            (group, "B", "text")
        ]
        assert groups.entity_ids(groups.find("B")).tolist() == [7, 8]

    def test_hold_entities(self, groups: EntityGroupManager) -> None:
        group = groups.createGroup("A")
        assert groups.addEntityToGroup(group, EntityId(5)) is True
        assert groups.addEntityToGroup(group, EntityId(5)) is False
        assert groups.isEntityInGroup(group, EntityId(5))
        assert groups.getEntitiesInGroup(group) == [EntityId(5)]
        assert groups.getGroupsContainingEntity(EntityId(5)) == [group]
        assert groups.getGroupSize(group) == 1
        assert groups.removeEntityFromGroup(group, EntityId(5)) is True
        assert groups.removeEntityFromGroup(group, EntityId(5)) is False
        assert groups.getEntitiesInGroup(group) == []

    def test_answer_for_unknown_ids(self, groups: EntityGroupManager) -> None:
        assert not groups.hasGroup(9)
        assert groups.getGroupDescriptor(9) is None
        assert groups.addEntityToGroup(9, EntityId(1)) is False
        assert groups.getEntitiesInGroup(9) == groups.getGroupsContainingEntity(EntityId(1)) == []
        assert groups.getGroupSize(9) == 0
        assert groups.clearGroup(9) is False

    def test_can_be_cleared_when_empty(self, groups: EntityGroupManager) -> None:
        assert groups.clearGroup(groups.createGroup("A")) is True

    def test_need_an_entity_id(self, groups: EntityGroupManager) -> None:
        group = groups.createGroup("A")
        for call in (groups.addEntityToGroup, groups.removeEntityFromGroup, groups.isEntityInGroup):
            with pytest.raises(TypeError):
                call(group, 5)  # type: ignore[arg-type]  # that is the point
        with pytest.raises(TypeError):
            groups.hasGroup(-1)

    def test_take_many_at_once(self, groups: EntityGroupManager) -> None:
        group = groups.createGroup("A")
        assert groups.add_entities(group, np.array([3, 4, 3])) == 2
        assert groups.entity_ids(group).tolist() == [3, 4]

    def test_hold_any_id_of_64_bits(self, tmp_path: Path) -> None:
        largest, large = EntityId(2**64 - 1), EntityId(2**63)
        with DataManager.open(tmp_path / "s") as manager:
            groups = manager.getEntityGroupManager()
            group = groups.createGroup("A")
            assert groups.addEntityToGroup(group, largest)
            assert groups.add_entities(group, [large, 7]) == 2
            assert groups.add_entities(group, np.array([2**63, 8], np.uint64)) == 1
            assert groups.isEntityInGroup(group, large)
        with DataManager.open(tmp_path / "s") as manager:
            groups = manager.getEntityGroupManager()
            assert groups.getEntitiesInGroup(group) == [largest, large, EntityId(7), EntityId(8)]
            assert groups.entity_ids(group).view(np.uint64).tolist() == [2**64 - 1, 2**63, 7, 8]
            assert groups.removeEntityFromGroup(group, largest)

    @pytest.mark.parametrize("ids", [[-1], [2**64], [1.0], ["a"], np.array([-1])])
    def test_hold_no_other_ids(self, groups: EntityGroupManager, ids: Any) -> None:
        with pytest.raises(TypeError):
            groups.add_entities(groups.createGroup("A"), ids)

    def test_cannot_be_made_from_outside(self) -> None:
        for kind in (EntityGroupManager, GroupDescriptor):
            with pytest.raises(TypeError, match="No constructor defined"):
                kind()

    def test_are_the_same_object_each_time_and_empty_after_reset(self) -> None:
        manager = DataManager()
        groups = manager.getEntityGroupManager()
        groups.createGroup("A")
        manager.reset()
        assert manager.getEntityGroupManager() is groups
        assert groups.getGroupCount() == 0
        assert groups.createGroup("B") == 1

    def test_persist_and_reach_other_managers(self, tmp_path: Path) -> None:
        with DataManager.open(tmp_path / "s") as one, DataManager.open(tmp_path / "s") as other:
            mine = one.getEntityGroupManager()
            group = mine.createGroup("A", "text")
            mine.add_entities(group, [7, 8])
            one.flush()
            theirs = other.getEntityGroupManager()
            assert theirs.entity_ids(group).tolist() == [7, 8]
            assert theirs.createGroup("B") == group + 1
            mine.rename_group(group, "renamed")
            one.flush()
            assert other.getEntityGroupManager().find("renamed") == group
            mine.deleteGroup(group)
            one.flush()
            assert not other.getEntityGroupManager().hasGroup(group)
        with DataManager.open(tmp_path / "s") as manager:
            assert [found.name for found in manager.getEntityGroupManager().getAllGroupDescriptors()] == ["B"]


class TestIteration:
    def manager(self) -> DataManager:
        manager = DataManager()
        manager.setData("angle", AnalogTimeSeries(range(100), 100), "time")
        manager.setData("trials", DigitalIntervalSeries([Interval(0, 9), Interval(20, 29)]), "time")
        manager.setData("licks", DigitalEventSeries([5, 25, 27]), "time")
        return manager

    def test_of_a_group_gives_each_entity_with_data_at_its_time(self) -> None:
        manager = self.manager()
        groups = manager.getEntityGroupManager()
        group = groups.createGroup("go")
        groups.add_entities(group, [2, 4])
        found = [
            (item.key, item.entity_id.id, item.time, item.getData("angle").toList()) for item in manager.getGroup("go")
        ]
        assert found == [("trials", 2, Interval(20, 29), list(range(20, 30))), ("licks", 4, 25, [25])]
        assert len(manager.getGroup("go")) == 2
        assert repr(manager.getGroup("go")) == "Group('go', entities=2)"

    def test_of_an_unknown_group_names_the_known_ones(self) -> None:
        manager = self.manager()
        manager.getEntityGroupManager().createGroup("go")
        with pytest.raises(KeyError, match="groups: 'go'"):
            manager.getGroup("stop")

    def test_of_intervals_gives_the_data_restricted_to_each(self) -> None:
        manager = self.manager()
        found = [(item.data, item.getData("licks").times.tolist()) for item in manager.each_interval("trials")]
        assert found == [(Interval(0, 9), [5]), (Interval(20, 29), [25, 27])]

    def test_of_intervals_that_are_not_stored(self) -> None:
        manager = self.manager()
        series = DigitalIntervalSeries([Interval(1, 2)])
        assert [item.getData("angle").toList() for item in manager.each_interval(series)] == [[1, 2]]
        assert [item.getData("nothing") for item in manager.each_interval(series)] == [None]

    def test_of_what_is_no_interval_series_says_so(self) -> None:
        with pytest.raises(KeyError, match="keys of intervals: 'trials'"):
            self.manager().each_interval("nothing")
        with pytest.raises(TypeError):
            self.manager().each_interval("licks")
