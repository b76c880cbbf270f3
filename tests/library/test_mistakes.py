"""Typical mistakes: one error that says what is wrong and what to do, and everything is as it was."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import (
    AnalogTimeSeries,
    DataManager,
    DigitalEventSeries,
    EntityId,
    Line2D,
    LineData,
    Mask2D,
    MaskData,
    Point2D,
    PointData,
    RaggedAnalogTimeSeries,
    TensorData,
    TimeFrame,
)

NO_ARGUMENTS = "incompatible constructor arguments: it takes none; "


@pytest.mark.parametrize(
    ("kind", "advice"),
    [
        (LineData, "from_arrays"),
        (MaskData, "from_arrays"),
        (PointData, "from_arrays"),
        (RaggedAnalogTimeSeries, "from_arrays"),
        (TensorData, "fromNumpy2D and from_array"),
    ],
)
def test_a_constructor_without_arguments_names_what_takes_them(kind: Any, advice: str) -> None:
    with pytest.raises(TypeError, match=rf"{kind.__name__}\(\): {NO_ARGUMENTS}{advice}"):
        kind([[1, 2]])


@pytest.mark.parametrize("kind", [LineData, TensorData, RaggedAnalogTimeSeries])
def test_a_subclass_may_have_a_constructor_with_arguments(kind: Any) -> None:
    class Named(kind):  # type: ignore[misc]  # the base is a parameter
        def __init__(self, name: str) -> None:
            super().__init__()
            self.name = name

    assert Named("left").name == "left"


@pytest.mark.parametrize("times", [[0.5, 1.5], np.array([0.0, 1.0]), [np.float32(1), 2]])
def test_times_with_fractions_are_refused_with_the_way_to_make_indices_of_seconds(times: Any) -> None:
    with pytest.raises(TypeError, match=r"it holds float\w*; multiply seconds by the sampling rate, then numpy\.rint"):
        DigitalEventSeries(times)


def test_text_among_integers_is_named() -> None:
    with pytest.raises(TypeError, match=r"times must be a list of integers, it holds str$"):
        TimeFrame([1, "2"])


def test_a_value_out_of_range_is_named() -> None:
    with pytest.raises(TypeError, match=r"x holds -7, outside 0\.\.4294967295"):
        Mask2D([3, -7], [0, 0])


@pytest.mark.parametrize("make", [lambda: Point2D(10**400, 0), lambda: AnalogTimeSeries([10**400], 1)])
def test_an_integer_too_large_for_any_float_is_a_type_error(make: Any) -> None:
    with pytest.raises(TypeError, match="an integer too large for a float"):
        make()


def test_values_alone_are_refused_with_the_call_that_was_meant() -> None:
    with pytest.raises(TypeError, match=r"as AnalogTimeSeries\(values, len\(values\)\)"):
        AnalogTimeSeries([1, 2, 3])  # type: ignore[call-overload]  # that is the mistake


@pytest.mark.parametrize("data", [[1, 2, 3], np.arange(3), TimeFrame()])
def test_storing_what_is_no_data_object_says_how_to_make_one(data: Any) -> None:
    manager = DataManager()
    with pytest.raises(TypeError, match=r"data must be a data object, such as AnalogTimeSeries"):
        manager.setData("angle", data, "time")
    assert manager.getAllKeys() == ["media"]


@pytest.mark.parametrize(
    ("points", "error", "message"),
    [
        ([["a", "b"]], TypeError, "points must be numbers, not <U1"),
        ([1, 2], ValueError, r"points must have the shape \(N, 2\), not \(2,\)"),
        (5, ValueError, r"points must have the shape \(N, 2\), not \(\)"),
        (None, ValueError, r"points must have the shape \(N, 2\), not \(\)"),
        (np.zeros((1, 3)), ValueError, r"points must have the shape \(N, 2\), not \(1, 3\)"),
    ],
)
def test_points_of_another_shape_or_type_are_refused(points: Any, error: type[Exception], message: str) -> None:
    with pytest.raises(error, match=message):
        LineData.from_arrays([0], [0, 1], points)
    data = PointData()
    with pytest.raises(error):
        data.add_arrays([0], points)
    assert data.getTotalEntryCount() == 0


def test_a_bad_point_among_good_ones_adds_none() -> None:
    data = PointData()
    with pytest.raises(TypeError):
        data.addPointsAtTime(0, [Point2D(1, 2), (3, 4)])
    assert data.getTotalEntryCount() == 0


def test_an_array_of_another_type_cannot_be_sealed_and_the_error_names_its_type() -> None:
    manager = DataManager()
    with pytest.raises(TypeError, match=r"seal\('angle'\): .*not 1-D float64"):
        manager.seal("angle", np.zeros(3), "time")  # type: ignore[arg-type]  # that is the mistake
    assert manager.getData("angle") is None


def test_a_line_given_as_tuples_is_refused_and_nothing_is_added() -> None:
    data = LineData()
    with pytest.raises(TypeError, match="line must be a Line2D, not list"):
        data.addAtTime(0, [(1, 2), (3, 4)])  # type: ignore[arg-type]  # that is the mistake
    with pytest.raises(TypeError, match="time must be an integer, not float"):
        data.addAtTime(0.5, Line2D())  # type: ignore[arg-type]  # that is the mistake
    assert data.getTotalEntryCount() == 0


@pytest.mark.parametrize("entity_ids", [[1.5], np.array([1.0]), ["a"], [-1], 5, [None]])
def test_what_is_no_identity_joins_no_group(entity_ids: Any) -> None:
    groups = DataManager().getEntityGroupManager()
    group = groups.createGroup("go")
    with pytest.raises(TypeError, match="entity_ids"):
        groups.add_entities(group, entity_ids)
    assert groups.getGroupSize(group) == 0


def test_identities_join_a_group_as_objects_and_as_integers() -> None:
    groups = DataManager().getEntityGroupManager()
    group = groups.createGroup("go")
    assert groups.add_entities(group, [EntityId(3), 4, np.int32(5)]) == 3
    assert groups.entity_ids(group).tolist() == [3, 4, 5]
    assert groups.isEntityInGroup(group, EntityId(3))


def test_a_file_name_without_a_known_ending_is_refused_with_the_formats(tmp_path: Any) -> None:
    manager = DataManager()
    manager.setData("licks", DigitalEventSeries([1]), "time")
    with pytest.raises(
        ValueError, match=r"licks: no format follows from the file name; give format= \(known: hdf5, csv, uint16"
    ):
        manager.save("licks", tmp_path / "licks")


def test_a_missing_file_given_by_its_whole_path_is_named_without_talk_of_configs(tmp_path: Any) -> None:
    with pytest.raises(ValueError, match=r"gone\.csv does not exist$"):
        DataManager().load_file(tmp_path / "gone.csv", data_type="analog", format="csv")


def test_get_names_the_key_the_type_that_it_has_and_what_is_near() -> None:
    manager = DataManager()
    manager.setData("angle", AnalogTimeSeries([1, 2], 2), "time")
    with pytest.raises(KeyError, match=r'there is no data "angel" \(did you mean "angle"\? known: .*angle\)'):
        manager.get("angel", AnalogTimeSeries)
    is_analog = "'angle' is AnalogTimeSeries, not DigitalEventSeries; "
    with pytest.raises(TypeError, match=f"{is_analog}keys of that type: none$"):
        manager.get("angle", DigitalEventSeries)
    manager.setData("angles", DigitalEventSeries([1]), "time")
    with pytest.raises(TypeError, match=rf'{is_analog}did you mean "angles"\? keys of that type: angles$'):
        manager.get("angle", DigitalEventSeries)
