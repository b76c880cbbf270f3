"""Media without a video file: the placeholder, arrays, and image files."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from whiskertoolbox_python import DataManager, DataType, ImageSize, MediaData, MediaType
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract

MOVIE = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)


class TestArray(DataTypeContract):
    changes = False

    def make(self) -> MediaData:
        return MediaData.from_array(MOVIE)

    def store(self, manager: DataManager, data: Any, key: str = "data") -> None:
        manager.set_media(key, data, "time")


class TestImages(TestArray):
    @pytest.fixture(autouse=True)
    def write_images(self, tmp_path: Path) -> None:
        self.folder = write_images(tmp_path / "images")

    def make(self) -> MediaData:
        return MediaData.from_images(self.folder, color=False)


def write_images(folder: Path, names: tuple[str, ...] = ("a.png", "b.png", "c.png")) -> Path:
    folder.mkdir(parents=True)
    for name, image in zip(names, MOVIE, strict=False):
        (folder / name).parent.mkdir(exist_ok=True)
        Image.fromarray(image).save(folder / name)
    return folder


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


def test_images_are_frames_in_order_of_their_paths(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "images", ("b.png", "a.png", "skip.bmp"))
    media = MediaData.from_images(folder, color=False)
    assert np.array_equal(media[:], MOVIE[[1, 0]])
    assert (media.getWidth(), media.getHeight()) == (5, 4)
    assert media.getFilename() == str(folder)
    assert media.getMediaType() == MediaType.Images
    assert repr(media) == "MediaData(5x4, frames=2)"


def test_images_of_a_folder_are_chosen(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "images", ("a1.png", "b.PNG", "deeper/a2.png"))

    def count(**options: Any) -> int:
        return len(MediaData.from_images(folder, **options))

    assert count() == 1
    assert count(recursive=True) == 2
    assert count(extensions=(".PNG",)) == 1
    assert count(extensions=(".png", ".PNG"), pattern=r"^a\d") == 1
    assert count(sort_by_name=False) == 1
    with pytest.raises(ValueError, match="no image"):
        count(pattern="nothing")


def test_images_may_be_listed(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "images", ("c.png", "deeper/a.png"))
    media = MediaData.from_images([folder / "deeper" / "a.png", str(folder / "c.png")], color=False)
    assert np.array_equal(media[:], MOVIE[[1, 0]])
    assert media.getFilename() == str(folder)


def test_images_are_in_colour_unless_asked_for_in_gray(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 255, (4, 5, 3), np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png")
    assert np.array_equal(MediaData.from_images(tmp_path)[0], pixels)
    assert MediaData.from_images(tmp_path, color=False)[0].shape == (4, 5)
    assert MediaData.from_images(tmp_path).getRawData8(0)[:4] == [*pixels[0, 0, ::-1].tolist(), 255]


def test_16_bit_images_are_scaled_to_255(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 257, 65535]], np.uint16)).save(tmp_path / "a.png")
    media = MediaData.from_images(tmp_path)
    assert media.is32Bit()
    assert media[0].dtype == np.float32
    assert media[0].tolist() == [[0, 1, 255]]


@pytest.mark.parametrize(
    ("pixels", "expected"),
    [([0.5, 100, 255], [0.5, 100, 255]), ([-1, 0, 1], [0, 127.5, 255]), ([0, 0, 510], [0, 0, 255])],
)
def test_float_images_are_scaled_only_when_they_exceed_255(
    tmp_path: Path, pixels: list[float], expected: list[float]
) -> None:
    Image.fromarray(np.array([pixels], np.float32)).save(tmp_path / "a.tiff")
    assert MediaData.from_images(tmp_path, extensions=[".tiff"])[0].tolist() == [expected]


def test_images_of_different_sizes_are_read_one_by_one(tmp_path: Path) -> None:
    Image.fromarray(MOVIE[0]).save(tmp_path / "a.png")
    Image.fromarray(MOVIE[0].T.copy()).save(tmp_path / "b.png")
    media = MediaData.from_images(tmp_path, color=False)
    assert [frame.shape for frame in media] == [(4, 5), (5, 4)]
    with pytest.raises(ValueError, match="frame 1 has the shape"):
        media[:]


def test_a_missing_folder_or_image_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match="nowhere"):
        MediaData.from_images(tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"a\.png"):
        MediaData.from_images([tmp_path / "a.png"])
    folder = write_images(tmp_path / "images")
    media = MediaData.from_columns(MediaData.from_images(folder).to_columns())
    (folder / "b.png").unlink()
    assert media[0].shape == (4, 5, 3)
    with pytest.raises(FileNotFoundError, match=r"missing.*b\.png"):
        media[1]


@pytest.mark.parametrize("keep", [0, 30, 45])
def test_a_damaged_image_is_named(tmp_path: Path, keep: int) -> None:
    folder = write_images(tmp_path / "images")
    media = MediaData.from_images(folder)
    (folder / "b.png").write_bytes((folder / "b.png").read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"b\.png"):
        media[1]


def test_without_pillow_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write_images(tmp_path / "images")
    monkeypatch.setitem(sys.modules, "PIL", None)
    with pytest.raises(ImportError, match=r"pip install whiskertoolbox\[images\]"):
        MediaData.from_images(folder)
