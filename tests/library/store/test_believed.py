"""What a catalogue says of an object is not believed: each type looks at its columns and attributes first."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from tests.support.strangers import columns_of, one_of_each, put
from whiskertoolbox_python import DataManager, DigitalEventSeries
from whiskertoolbox_python.errors import DamagedStoreError

Array = npt.NDArray[Any]


@pytest.fixture(scope="module")
def original(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a session with an object of each type, closed, which is not to be changed."""
    return one_of_each(tmp_path_factory.mktemp("original") / "session")


@pytest.fixture
def full(original: Path, tmp_path: Path) -> Path:
    """Return a copy of it."""
    return shutil.copytree(original, tmp_path / "session")


def put_array(session: Path, key: str, name: str, change: Callable[[Array], Array]) -> None:
    """Write another array into the file of a column, and let the catalogue say so."""
    columns = columns_of(session, key)
    path = session / "columns" / columns[name][1]
    array = change(np.load(path))
    np.save(path, array)
    columns[name] = [name, columns[name][1], array.dtype.str, list(array.shape)]
    put(session, key, columns=columns)


def refused(session: Path, key: str) -> None:
    """The key is named, and the others are there."""
    with DataManager.open(session, read_only=True) as manager:
        with pytest.raises(DamagedStoreError, match=f"what is stored of '{key}' makes no sense"):
            manager.getData(key)
        others = set(manager.getAllKeys()) - {key}
        assert all(manager.getData(other) is not None for other in others)


def longer(array: Array) -> Array:
    return np.concatenate([array, array[-1:]])


def shorter(array: Array) -> Array:
    return array[:-1]


def backwards(array: Array) -> Array:
    return np.ascontiguousarray(array[::-1])


def flat(array: Array) -> Array:
    return array.reshape(-1)


def deeper(array: Array) -> Array:
    return array[..., np.newaxis]


def as_floats(array: Array) -> Array:
    return array.astype(np.float64)


def as_bytes(array: Array) -> Array:
    return array.astype(np.uint8)


def first_set(value: int) -> Callable[[Array], Array]:
    def change(array: Array) -> Array:
        array[0] = value
        return array

    change.__name__ = f"first_{value}"
    return change


def last_set(value: int) -> Callable[[Array], Array]:
    def change(array: Array) -> Array:
        array[-1] = value
        return array

    change.__name__ = f"last_{value}"
    return change


def middle_set(value: int) -> Callable[[Array], Array]:
    def change(array: Array) -> Array:
        array[1] = value
        return array

    change.__name__ = f"middle_{value}"
    return change


ARRAYS: dict[tuple[str, str], list[Callable[[Array], Array]]] = {
    ("analog", "values"): [longer, shorter, as_floats, as_bytes, deeper],
    ("analog", "times"): [backwards, longer, as_floats, deeper],
    ("even", "values"): [as_floats, deeper, longer],
    ("event", "times"): [backwards, longer, shorter, as_floats, deeper],
    ("event", "entity_ids"): [longer, as_floats, deeper],
    ("interval", "intervals"): [backwards, longer, flat, as_floats],
    ("interval", "entity_ids"): [longer, deeper],
    ("line", "offsets"): [first_set(1), first_set(-1), last_set(6), last_set(4), middle_set(9), middle_set(-5), longer],
    ("line", "points"): [longer, shorter, flat, as_floats, deeper],
    ("line", "times"): [backwards, longer, shorter, as_floats],
    ("line", "entity_ids"): [longer, as_floats],
    ("mask", "offsets"): [middle_set(1 << 40), last_set(1 << 40), shorter],
    ("mask", "points"): [as_floats, longer],
    ("point", "points"): [longer, shorter, flat],
    ("point", "times"): [backwards, longer],
    ("ragged", "offsets"): [first_set(2), last_set(50), middle_set(-1)],
    ("ragged", "values"): [longer, as_floats, deeper],
    ("ragged", "times"): [backwards, shorter],
    ("tensor", "values"): [longer, as_floats, deeper],
    ("tensor", "row_times"): [longer, shorter, as_floats, deeper],
    ("spans", "row_intervals"): [longer, flat, as_floats],
    ("frames", "frames"): [as_floats, flat, deeper, shorter],
}
HUGE = 1 << 62
ATTRIBUTES: dict[str, list[dict[str, Any]]] = {
    "even": [
        {"start_index": "0"},
        {"start_index": 1.5},
        {"start_index": True},
        {"start_index": (1 << 63) - 2},
        {"announced": HUGE},
        {"announced": -1},
        {"announced": []},
    ],
    "line": [
        {"image_size": 5},
        {"image_size": [1, 2, 3]},
        {"image_size": ["a", "b"]},
        {"image_size": [HUGE, HUGE]},
        {"in_order": "yes"},
        {"in_order": 1},
    ],
    "point": [{"image_size": None}, {"in_order": []}],
    "ragged": [{"in_order": None}],
    "tensor": [
        {"column_names": "xy"},
        {"column_names": ["x"]},
        {"column_names": ["x", 2]},
        {"column_names": {"x": 1, "y": 2}},
    ],
    "frames": [
        {"source": "program"},
        {"source": []},
        {"first_frame": -1},
        {"first_frame": 5},
        {"frame_count": HUGE},
        {"frame_count": 5},
        {"first_frame": 2, "frame_count": 3},
        {"frame_count": "4"},
    ],
}


@pytest.mark.parametrize(
    ("key", "name", "change"),
    [(key, name, change) for (key, name), changes in ARRAYS.items() for change in changes],
    ids=lambda value: value if isinstance(value, str) else value.__name__,
)
def test_a_column_that_cannot_be_one_of_its_type_is_that_keys_damage(
    full: Path, key: str, name: str, change: Callable[[Array], Array]
) -> None:
    put_array(full, key, name, change)
    refused(full, key)


@pytest.mark.parametrize(
    ("key", "attributes"), [(key, attributes) for key, many in ATTRIBUTES.items() for attributes in many], ids=str
)
def test_an_attribute_that_cannot_be_one_of_its_type_is_that_keys_damage(
    full: Path, key: str, attributes: dict[str, Any]
) -> None:
    put(full, key, **attributes)
    refused(full, key)


@pytest.mark.parametrize(
    ("key", "name"),
    [(key, name) for key, name in ARRAYS if name not in ("entity_ids", "row_times", "row_intervals")]
    + [("line", "points"), ("tensor", "values")],
)
def test_a_column_that_is_missing_is_that_keys_damage(full: Path, key: str, name: str) -> None:
    columns = columns_of(full, key)
    del columns[name]
    if name == "times" and key == "analog":
        put(full, key, columns=columns)  # then they follow each other
        with DataManager.open(full) as manager:
            assert manager.getData(key).getNumSamples() == 3
        return
    put(full, key, columns=columns)
    refused(full, key)


def test_what_makes_no_sense_can_be_deleted_and_stored_again(full: Path) -> None:
    put_array(full, "line", "offsets", first_set(1))
    put_array(full, "event", "times", backwards)
    with DataManager.open(full) as manager:
        assert manager.deleteData("line")
        manager.setData("event", DigitalEventSeries([7]), "time")
    with DataManager.open(full) as manager:
        assert "line" not in manager.getAllKeys()
        assert manager.getData("event").toList() == [7]


MEDIA: dict[str, dict[str, Any]] = {
    "video": {
        "source": "video",
        "path": "/recordings/film.mp4",
        "color": False,
        "width": 4,
        "height": 2,
        "file_size": 5,
        "first_frame": 0,
        "frame_count": 3,
    },
    "images": {
        "source": "images",
        "path": "/recordings",
        "color": False,
        "width": 4,
        "height": 2,
        "is_8_bit": True,
        "count": 3,
        "first_frame": 0,
        "frame_count": 3,
    },
}
MEDIA_COLUMNS: dict[str, dict[str, Array]] = {
    "video": {"pts": np.array([0, 10, 20]), "keyframes": np.array([0, 2])},
    "images": {"names": np.frombuffer(b"a.png\0b.png\0c.png", np.uint8)},
}
WRONG_MEDIA: list[tuple[str, dict[str, Any], dict[str, Array]]] = [
    ("video", {"path": 5}, {}),
    ("video", {"path": None}, {}),
    ("video", {"width": 0}, {}),
    ("video", {"height": HUGE}, {}),
    ("video", {"color": "yes"}, {}),
    ("video", {"file_size": "large"}, {}),
    ("video", {"orientation": [1, 2, 3]}, {}),
    ("video", {"orientation": [True]}, {}),
    ("video", {"frame_count": 4}, {}),
    ("video", {}, {"pts": np.array([0.5, 1.5, 2.5])}),
    ("video", {}, {"keyframes": np.array([2, 0])}),
    ("video", {}, {"keyframes": np.array([0, 3])}),
    ("video", {}, {"keyframes": np.array([-1, 2])}),
    ("images", {"count": 4, "frame_count": 4}, {}),
    ("images", {"count": HUGE, "frame_count": HUGE}, {}),
    ("images", {"count": "3"}, {}),
    ("images", {"path": []}, {}),
    ("images", {"width": -1}, {}),
    ("images", {"is_8_bit": 1}, {}),
    ("images", {}, {"names": np.array([1.0])}),
]


def put_media(session: Path, kind: str, attributes: dict[str, Any], arrays: dict[str, Array]) -> None:
    """Make the row of the frames one of a video or of images."""
    found = MEDIA_COLUMNS[kind] | arrays
    columns: dict[str, list[Any]] = {}
    for number, (name, array) in enumerate(found.items(), 1):
        file = f"0123456789ab-{number}.npy"
        np.save(session / "columns" / file, array)
        columns[name] = [name, file, array.dtype.str, list(array.shape)]
    put(session, "frames", columns=columns, **(MEDIA[kind] | attributes))


@pytest.mark.parametrize("kind", MEDIA)
def test_media_of_files_are_there_without_their_files(full: Path, kind: str) -> None:
    put_media(full, kind, {}, {})
    with DataManager.open(full) as manager:
        assert len(manager.getData("frames")) == 3


@pytest.mark.parametrize(("kind", "attributes", "arrays"), WRONG_MEDIA)
def test_media_of_files_that_cannot_be_are_that_keys_damage(
    full: Path, kind: str, attributes: dict[str, Any], arrays: dict[str, Array]
) -> None:
    put_media(full, kind, attributes, arrays)
    refused(full, "frames")
