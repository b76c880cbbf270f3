"""Two processes do anything to one session in any order: both always see what a plain dict would hold."""

from __future__ import annotations

import copy
import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from tests.support import session_side
from tests.support.processes import Process

keys = st.sampled_from(["a", "b", "c"])
sides = st.sampled_from(["here", "there"])
numbers = st.lists(st.integers(0, 9), max_size=4)


class There:
    """The side in the other process, which lives through all examples."""

    def __init__(self, process: Process) -> None:
        self._process = process

    def call(self, name: str, *arguments: object) -> Any:
        """Do something there, and return what it answers."""
        self._process.tell(json.dumps([name, *arguments]))
        return json.loads(self._process.hear())


class TwoProcesses(RuleBasedStateMachine):
    """The session, and the dict that says what it should hold."""

    there: ClassVar[There]

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="whiskertoolbox-test-"))
        self.path = str(self.folder / "session")
        self.here = session_side.Side(self.path)
        self.there.call("open", self.path)
        self.expected: dict[str, Any] = {"clock": []}
        self.snapshots: list[tuple[str, dict[str, Any]]] = []

    def act(self, side: str, name: str, *arguments: object) -> None:
        if side == "here":
            getattr(self.here, name)(*arguments)
        else:
            self.there.call(name, *arguments)

    @rule(side=sides, key=keys, values=numbers)
    def store_a_series(self, side: str, key: str, values: list[int]) -> None:
        self.act(side, "put_analog", key, values)
        self.expected[key] = ["analog", values]

    @rule(side=sides, key=keys, values=numbers)
    def store_events(self, side: str, key: str, values: list[int]) -> None:
        self.act(side, "put_events", key, values)
        self.expected[key] = ["events", sorted(set(values))]

    def event_keys(self) -> list[str]:
        return [key for key, value in self.expected.items() if key != "clock" and value[0] == "events"]

    @precondition(lambda self: self.event_keys())
    @rule(side=sides, data=st.data(), number=st.integers(0, 9), add=st.booleans())
    def change_events(self, side: str, data: st.DataObject, number: int, add: bool) -> None:
        key = data.draw(st.sampled_from(self.event_keys()))
        self.act(side, "add_event" if add else "remove_event", key, number)
        before = set(self.expected[key][1])
        self.expected[key] = ["events", sorted(before | {number} if add else before - {number})]

    @rule(side=sides, key=keys, values=st.dictionaries(st.integers(0, 9), numbers.filter(bool), max_size=4))
    def store_ragged_values(self, side: str, key: str, values: dict[int, list[int]]) -> None:
        named = {str(time): values[time] for time in sorted(values)}
        self.act(side, "put_ragged", key, named)
        self.expected[key] = ["ragged", named]

    def ragged_keys(self) -> list[str]:
        return [key for key, value in self.expected.items() if key != "clock" and value[0] == "ragged"]

    @precondition(lambda self: self.ragged_keys())
    @rule(side=sides, data=st.data(), time=st.integers(0, 9), values=numbers, add=st.booleans())
    def change_ragged_values(self, side: str, data: st.DataObject, time: int, values: list[int], add: bool) -> None:
        key = data.draw(st.sampled_from(self.ragged_keys()))
        self.act(side, "append_ragged" if add else "set_ragged", key, time, values)
        before = self.expected[key][1]
        after = [*before.get(str(time), []), *values] if add else values
        self.expected[key] = ["ragged", {**before, str(time): after} if after else {**before}]
        if not after:
            self.expected[key][1].pop(str(time), None)

    @rule(side=sides, key=keys, times=st.lists(st.integers(0, 9), max_size=3))
    def store_lines(self, side: str, key: str, times: list[int]) -> None:
        self.act(side, "put_lines", key, times)
        self.expected[key] = ["lines", sorted(times)]

    def line_keys(self) -> list[str]:
        return [key for key, value in self.expected.items() if key != "clock" and value[0] == "lines"]

    @precondition(lambda self: self.line_keys())
    @rule(side=sides, data=st.data(), times=st.lists(st.integers(0, 9), min_size=1, max_size=4), later=st.booleans())
    def add_lines(self, side: str, data: st.DataObject, times: list[int], later: bool) -> None:
        """Later than all there are, one after the other, as when tracking; or anywhere."""
        key = data.draw(st.sampled_from(self.line_keys()))
        before = self.expected[key][1]
        if later:
            times = (max(before, default=0) + np.cumsum(times)).tolist()
        self.act(side, "add_lines", key, times)
        self.expected[key] = ["lines", sorted([*before, *times])]

    @rule(side=sides)
    def take_a_snapshot(self, side: str) -> None:
        """What is linked into another session stays as it is, whatever is appended here."""
        number = len(self.snapshots)
        self.act(side, "snapshot", f"{self.path}-{number}")
        self.snapshots.append((f"{self.path}-{number}", copy.deepcopy(self.expected)))

    @rule(side=sides, key=keys)
    def delete(self, side: str, key: str) -> None:
        self.act(side, "delete", key)
        self.expected.pop(key, None)

    @rule(side=sides, ticks=numbers.map(sorted))
    def overwrite_the_clock(self, side: str, ticks: list[int]) -> None:
        self.act(side, "set_clock", ticks)
        self.expected["clock"] = ticks

    @rule(side=sides)
    def reset(self, side: str) -> None:
        self.act(side, "reset")
        self.expected = {"clock": []}

    @rule(side=sides)
    def open_again(self, side: str) -> None:
        self.act(side, "close")
        if side == "here":
            self.here = session_side.Side(self.path)
        else:
            self.there.call("open", self.path)

    @invariant()
    def both_see_the_same(self) -> None:
        assert self.here.look() == self.expected
        assert self.there.call("look") == self.expected

    def teardown(self) -> None:
        self.here.close()
        for path, expected in self.snapshots:
            snapshot = session_side.Side(path)
            assert snapshot.look() == expected
            snapshot.close()
        self.there.call("close")
        shutil.rmtree(self.folder)


@pytest.fixture(scope="module")
def there() -> Iterator[There]:
    with Process("import runpy; runpy.run_path(sys.argv[1], run_name='__main__')", session_side.__file__) as process:
        yield There(process)


@pytest.mark.slow
def test_two_processes_see_the_same(there: There, monkeypatch: pytest.MonkeyPatch) -> None:
    TwoProcesses.there = there
    session_side.treat_small_data_as_large(monkeypatch.setattr)
    run_state_machine_as_test(TwoProcesses, settings=settings(max_examples=30, stateful_step_count=25))
