"""What every transform must do. Subclass a contract in the transform's test; needs pytest.

`TransformContract` is for transforms that give a number or change groups, `DataTransformContract` for those that make
data, which a session stores.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import Cancelled, ParameterError, TransformError, TransformWarning
from whiskertoolbox_python.transforming import pipeline, run_transform, step, transforms
from whiskertoolbox_python.types.data_object import DataObject, compacted
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries
from whiskertoolbox_python.types.media import MediaData


class TransformContract:
    """Tests shared by all transforms.

    Subclasses name the transform, the type that it `makes` and the `parameters` to run it with, `make` an input of at
    least two entries, and the `others` that it takes beside it, by the names of their parameters.
    """

    name: ClassVar[str]
    makes: ClassVar[type[Any]]
    """The type of its result."""
    parameters: ClassVar[dict[str, Any]] = {}

    def make(self) -> DataObject:
        """Return a new input with at least two entries, between index 0 and index 1000."""
        raise NotImplementedError

    def others(self) -> dict[str, DataObject]:
        """Return the data that it takes beside its input."""
        return {}

    def check(self, made: Any) -> None:
        """Assert that the result is what the input should become."""

    @pytest.fixture
    def manager(self) -> DataManager:
        """Return a manager with the input as ``thing``, and the others by their names, on the clock ``camera``."""
        return self.fill(DataManager())

    def fill(self, manager: DataManager) -> DataManager:
        """Store the input and the others."""
        manager.setTime("camera", TimeFrame(range(0, 20_000, 10)))
        for key, data in {"thing": self.make(), **self.others()}.items():
            put = manager.set_media if isinstance(data, MediaData) else manager.setData
            put(key, data, "camera")
        self.prepare(manager)
        return manager

    def prepare(self, manager: DataManager) -> None:
        """Make in a manager what else it needs, such as groups."""

    def run(self, data: DataObject, others: dict[str, DataObject]) -> Any:
        """Run it on objects alone; overridden for transforms that work on the groups of a session."""
        return run_transform(self.name, data, **others, **self.parameters)

    def empty(self) -> DataObject:
        """Return an input without entries."""
        return type(self.make())()

    def given(self) -> dict[str, Any]:
        """Return the parameters, with the others by their keys."""
        return {**{name: name for name in self.others()}, **self.parameters}

    def test_it_is_listed_by_its_name(self) -> None:
        assert self.name in transforms()

    def test_its_result_is_what_it_says(self) -> None:
        made = self.run(self.make(), self.others())
        assert isinstance(made, self.makes)
        self.check(made)

    def test_the_same_input_gives_the_same_result_and_stays_as_it_is(self) -> None:
        data, others = self.make(), self.others()
        before = {name: held(one) for name, one in {"": data, **others}.items()}
        first = held(self.run(data, others))
        assert_same(held(self.run(data, others)), first)
        for name, one in {"": data, **others}.items():
            assert_same(held(one), before[name])

    def test_it_gives_in_a_session_what_it_gives_alone(self, manager: DataManager) -> None:
        alone = self.fill(DataManager())  # groups and clocks are a session's
        made = alone.run_transform(self.name, "thing", **self.given())
        again = manager.run_transform(self.name, "thing", **self.given())
        assert_same(held(again), held(made))
        self.check(again)

    def test_an_unknown_parameter_is_refused_with_the_known_ones(self, manager: DataManager) -> None:
        with pytest.raises(ParameterError, match=r"no_such_parameter"):
            manager.run_transform(self.name, "thing", "made", no_such_parameter=1, **self.given())
        assert "made" not in manager.getAllKeys()

    def test_an_input_of_another_type_is_refused_by_its_name(self, manager: DataManager) -> None:
        stranger = DigitalEventSeries if isinstance(self.make(), DigitalIntervalSeries) else DigitalIntervalSeries
        manager.setData("stranger", stranger(), "time")
        with pytest.raises(TransformError, match=f"takes .*, not {stranger.__name__}"):
            manager.run_transform(self.name, "stranger", "made", **self.given())
        assert "made" not in manager.getAllKeys()

    def test_a_key_that_is_not_there_is_named_and_nothing_is_stored(self, manager: DataManager) -> None:
        with pytest.raises(TransformError, match=r'no data key "things".*"thing"'):
            manager.run_transform(self.name, "things", "made", **self.given())
        assert "made" not in manager.getAllKeys()

    def test_an_empty_input_gives_a_result_or_an_error_for_its_user(self) -> None:
        with warnings.catch_warnings(), contextlib.suppress(TransformError):
            warnings.simplefilter("ignore", TransformWarning)
            self.run(self.empty(), self.others())


class DataTransformContract(TransformContract):
    """Further tests for transforms that make data."""

    def test_its_result_is_stored_on_the_clock_of_the_input(self, manager: DataManager) -> None:
        made = manager.run_transform(self.name, "thing", "made", **self.given())
        assert manager.getData("made") is made
        assert manager.getTimeKey("made") == "camera"
        assert made.getTimeFrame() is manager.getTime("camera")

    def test_how_it_was_made_is_stored_with_it(self, tmp_path: Path) -> None:
        with DataManager.open(tmp_path / "session") as manager:
            self.fill(manager)
            made = held(manager.run_transform(self.name, "thing", "made", **self.given()))
        with DataManager.open(tmp_path / "session") as manager:
            assert_same(held(manager.getData("made")), made)
            provenance = manager.provenance("made")
            assert provenance is not None
            assert provenance.transform == self.name
            assert provenance.parameters.items() >= self.parameters.items()
            assert {name: source.key for name, source in provenance.inputs.items()} == {"input": "thing"} | {
                one: one for one in self.others()
            }
            assert manager.out_of_date() == []

    def test_it_is_made_again_of_what_has_changed(self, manager: DataManager) -> None:
        first = held(manager.run_transform(self.name, "thing", "made", **self.given()))
        self.fill(manager)
        assert manager.out_of_date() == ["made"]
        assert_same(held(manager.rerun("made")), first)
        assert manager.out_of_date() == []

    def test_a_pipeline_of_it_alone_gives_the_same(self, manager: DataManager) -> None:
        made = held(manager.run_transform(self.name, "thing", "made", **self.given()))
        report = manager.run_pipeline(pipeline(step(self.name, "thing", "again", **self.given())))
        assert report.made == ["again"]
        assert_same(held(manager.getData("again")), made)

    def test_a_run_that_is_cancelled_stores_nothing(self, manager: DataManager) -> None:
        parts: list[float] = []

        def cancel(part: float) -> None:
            parts.append(part)
            raise Cancelled("enough")

        try:
            manager.run_transform(self.name, "thing", "made", progress=cancel, **self.given())
        except Cancelled:
            assert "made" not in manager.getAllKeys()
        assert all(0 <= part <= 1 for part in parts)


def held(data: Any) -> Any:
    """Return a number, or the arrays and attributes of an object; ids belong to a session, not to the data."""
    if not isinstance(data, DataObject):
        return data
    columns = compacted(data)
    arrays = {name: np.array(array) for name, array in columns.arrays.items() if name != "entity_ids"}
    return {**arrays, "": dict(columns.attributes)}


def assert_same(found: Any, expected: Any) -> None:
    """Assert that two results are the same; nan is."""
    if isinstance(expected, Mapping):
        assert list(found) == list(expected)
        for name, value in expected.items():
            assert_same(found[name], value)
    elif isinstance(expected, np.ndarray):
        assert found.dtype == expected.dtype
        np.testing.assert_array_equal(found, expected)
    else:
        np.testing.assert_equal(found, expected)
