"""Names and manners of upstream's arguments that differ from ours."""

import numpy as np
import pytest

from whiskertoolbox_python import (
    DataManager,
    DigitalEventSeries,
    ImageSize,
    Line2D,
    LineData,
    Mask2D,
    MaskData,
    PointData,
    TensorData,
    TimeFrame,
)


@pytest.mark.parametrize("kind", [LineData, MaskData, PointData])
def test_the_size_of_an_image_is_given_under_either_name(kind: type[LineData]) -> None:
    for arguments in ({"image_size": ImageSize(640, 480)}, {"size": ImageSize(640, 480)}):
        data = kind()
        data.setImageSize(**arguments)
        assert data.getImageSize() == ImageSize(640, 480)
    with pytest.raises(TypeError, match="give one ImageSize"):
        data.setImageSize()


def test_rows_of_a_tensor_are_looked_up_under_either_name_of_the_index() -> None:
    tensor = TensorData.from_array(np.zeros((3, 2), np.float32), row_times=[0, 5, 7])
    for name in ("t", "time_index"):
        assert tensor.findRowForTime(**{name: 5}) == 1
        assert tensor.findRowGreaterOrEqual(**{name: 1}) == 1
        assert tensor.findRowLessOrEqual(**{name: 6}) == 1
    with pytest.raises(TypeError, match="give one time index"):
        tensor.findRowForTime()


def test_slices_of_shapes_are_arrays() -> None:
    line = Line2D([1.0, 2.0, 3.0], [4.0, 5.0, 6.0])
    assert line[1:].tolist() == [[2, 5], [3, 6]]
    assert line[1:].dtype == np.float32
    mask = Mask2D([1, 2, 3], [4, 5, 6])
    assert mask[:2].tolist() == [[1, 4], [2, 5]]
    assert mask[:2].dtype == np.uint32
    assert not mask[:2].flags.writeable


def test_the_length_of_a_manager_is_its_number_of_keys() -> None:
    manager = DataManager()
    manager.setData("e", DigitalEventSeries([1]), "time")
    assert len(manager) == len(manager.getAllKeys()) == 2
    manager.deleteData("media")
    manager.deleteData("e")
    assert len(manager) == 0
    assert manager


def test_new_variables_are_stored_under_their_names() -> None:
    manager = DataManager()
    stored = DigitalEventSeries([1])
    manager.setData("stored", stored, "time")
    variables = {
        "licks": DigitalEventSeries([2]),
        "line": LineData(),
        "stored": DigitalEventSeries([3]),
        "__hidden": DigitalEventSeries([4]),
        "number": 5,
    }
    with pytest.warns(UserWarning, match="'stored' holds other data"):
        assert manager.import_new(variables) == ["licks", "line"]
    assert manager.getData("licks") is variables["licks"]
    assert manager.getData("stored") is stored
    del variables["stored"]
    assert manager.import_new(variables) == []


def test_a_variable_that_is_stored_under_another_key_is_told() -> None:
    manager = DataManager()
    licks = DigitalEventSeries([1])
    manager.setData("events", licks, "time")
    with pytest.warns(UserWarning, match="events"):
        assert manager.import_new({"licks": licks}) == []


def test_a_variable_with_the_name_of_a_key_of_other_data_is_told() -> None:
    manager = DataManager()
    stored = DigitalEventSeries([1])
    manager.setData("licks", stored, "time")
    with pytest.warns(UserWarning, match="the key 'licks' holds other data"):
        assert manager.import_new({"licks": DigitalEventSeries([2])}) == []
    assert manager.getData("licks") is stored


def test_names_that_ipython_gives_to_results_are_no_keys() -> None:
    manager = DataManager()
    licks = DigitalEventSeries([1])
    names = {"_": licks, "__": licks, "___": licks, "_3": licks, "licks": licks, "_mine": DigitalEventSeries([2])}
    assert manager.import_new(names) == ["_mine", "licks"]


def test_new_variables_are_stored_on_the_clock_that_is_named() -> None:
    manager = DataManager()
    manager.setTime("camera", TimeFrame([0, 60]))
    manager.import_new({"licks": DigitalEventSeries([1])}, "camera")
    assert manager.getTimeKey("licks") == "camera"


def test_a_key_and_a_clock_become_variables() -> None:
    manager = DataManager()
    manager.setTime("camera", TimeFrame([0, 60]))
    manager.setData("licks", DigitalEventSeries([1]), "camera")
    variables: dict[str, object] = {}
    assert manager.expose_data("licks", "events", variables) is True
    assert manager.expose_time_frame("camera", "clock", variables) is True
    assert variables == {"events": manager.getData("licks"), "clock": manager.getTime("camera")}


def test_what_is_not_there_becomes_no_variable() -> None:
    manager = DataManager()
    variables: dict[str, object] = {}
    assert manager.expose_data("licks", "events", variables) is False
    assert manager.expose_time_frame("camera", "clock", variables) is False
    assert variables == {}


@pytest.mark.parametrize("name", ["", "two words", "1st", "a.b", "class"])
def test_what_cannot_be_the_name_of_a_variable_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="cannot be the name of a variable"):
        DataManager().expose_time_frame("time", name, {})
