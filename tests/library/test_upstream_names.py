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
    assert manager.import_new(variables) == ["licks", "line"]
    assert manager.getData("licks") is variables["licks"]
    assert manager.getData("stored") is stored
    assert manager.import_new(variables) == []


def test_a_variable_that_is_stored_under_another_key_is_told() -> None:
    manager = DataManager()
    licks = DigitalEventSeries([1])
    manager.setData("events", licks, "time")
    with pytest.warns(UserWarning, match="events"):
        assert manager.import_new({"licks": licks}) == []
