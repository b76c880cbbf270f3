"""Media without files: the placeholder, and arrays."""

from typing import Any

import numpy as np
import pytest

from whiskertoolbox_python import DataManager, DataType, ImageSize, MediaData, MediaType
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract
from whiskertoolbox_python.types._frames import FrameCache

MOVIE = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)


class TestArray(DataTypeContract):
    changes = False

    def make(self) -> MediaData:
        return MediaData.from_array(MOVIE)

    def store(self, manager: DataManager, data: Any, key: str = "data") -> None:
        manager.set_media(key, data, "time")


def test_media_have_no_constructor() -> None:
    with pytest.raises(TypeError, match="from_video"):
        MediaData()


def test_a_new_manager_holds_an_empty_placeholder() -> None:
    manager = DataManager()
    media = manager.getData("media")
    assert repr(media) == "MediaData(640x480, frames=0)"
    assert media.getRawData8(0) == []
    assert media.getRawData32(0) == []
    assert (media.getFilename(), media.getTotalFrameCount()) == ("", 0)
    assert media.getImageSize() == ImageSize(640, 480)
    assert media.getMediaType() == MediaType.Video
    assert manager.getType("media") == DataType.Video
    assert bool(media)
    assert list(media) == []
    with pytest.raises(IndexError):
        media.frame(0)
    with pytest.raises(TypeError):
        media.getRawData8(0.0)


def test_media_types_have_upstreams_values() -> None:
    assert [int(kind) for kind in (MediaType.Video, MediaType.Images, MediaType.HDF5)] == [0, 1, 2]
    assert repr(MediaType.Images) == "<MediaType.Images: 1>"


def test_an_array_gives_its_frames_as_views() -> None:
    media = MediaData.from_array(MOVIE, copy=False)
    assert np.shares_memory(media.frame(1), MOVIE)
    assert not media.frame(1).flags.writeable
    assert MOVIE.flags.writeable
    assert not np.shares_memory(MediaData.from_array(MOVIE).frame(1), MOVIE)
    assert (media.getWidth(), media.getHeight(), len(media)) == (5, 4, 3)
    assert media.data_type == DataType.Images
    assert media.getMediaType() == MediaType.Images
    for part in (slice(None), slice(0, 3, 2), slice(None, None, -1), slice(2, 0, -1), slice(1, 1)):
        assert np.array_equal(media[part], MOVIE[part])
    assert np.shares_memory(np.asarray(media), MOVIE)
    assert not np.asarray(media).flags.writeable
    assert np.shares_memory(media.restrict(1, 2)[:], MOVIE)


def test_an_array_of_other_numbers_is_float32() -> None:
    media = MediaData.from_array(MOVIE * 100.5)
    assert (media.is8Bit(), media.is32Bit()) == (False, True)
    assert media.getRawData32(0)[:3] == [0, 100.5, 201]
    assert media.getRawData8(0)[:4] == [0, 100, 201, 255]


@pytest.mark.parametrize("shape", [(4, 5), (2, 4, 5, 4), (1, 2, 3, 4, 5)])
def test_an_array_of_another_shape_is_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        MediaData.from_array(np.zeros(shape))


def test_kept_frames_are_bounded_in_memory() -> None:
    cache = FrameCache(budget_bytes=3 * MOVIE[0].nbytes)
    for number in range(3):
        cache.put(number, MOVIE[number])
    assert cache.get(0) is not None  # used lately, so it stays
    cache.put(3, MOVIE[0])
    assert [cache.get(number) is not None for number in range(4)] == [True, False, True, True]
    cache = FrameCache(budget_bytes=1)
    cache.put(0, MOVIE[0])
    assert cache.get(0) is not None
