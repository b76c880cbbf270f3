"""Media from image files."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from whiskertoolbox_python import DataManager, MediaData, MediaType
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract

pytestmark = pytest.mark.extra  # so Pillow is imported by the tests, not with the module

MOVIE = np.arange(3 * 4 * 5, dtype=np.uint8).reshape(3, 4, 5)


class TestImages(DataTypeContract):
    changes = False

    @pytest.fixture(autouse=True)
    def write_images(self, tmp_path: Path) -> None:
        self.folder = write_images(tmp_path / "images")

    def make(self) -> MediaData:
        return MediaData.from_images(self.folder, color=False)

    def store(self, manager: DataManager, data: Any, key: str = "data") -> None:
        manager.set_media(key, data, "time")


def save(pixels: npt.NDArray[Any], path: Path) -> None:
    from PIL import Image

    Image.fromarray(pixels).save(path)


def write_images(folder: Path, names: tuple[str, ...] = ("a.png", "b.png", "c.png")) -> Path:
    folder.mkdir(parents=True)
    for name, image in zip(names, MOVIE, strict=False):
        (folder / name).parent.mkdir(exist_ok=True)
        save(image, folder / name)
    return folder


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
    save(pixels, tmp_path / "a.png")
    assert np.array_equal(MediaData.from_images(tmp_path)[0], pixels)
    assert MediaData.from_images(tmp_path, color=False)[0].shape == (4, 5)
    assert MediaData.from_images(tmp_path).getRawData8(0)[:4] == [*pixels[0, 0, ::-1].tolist(), 255]


@pytest.mark.filterwarnings("ignore:Setting the shape:DeprecationWarning")  # NumPy from 2.5 on
def test_another_shape_of_a_frame_leaves_the_media_alone(tmp_path: Path) -> None:
    media = MediaData.from_images(write_images(tmp_path / "images", ("a.png",)), color=False)
    expected = media[0].shape
    for _ in range(2):
        media[0].shape = (-1,)
    assert media[0].shape == expected


def test_16_bit_images_are_scaled_to_255(tmp_path: Path) -> None:
    save(np.array([[0, 257, 65535]], np.uint16), tmp_path / "a.png")
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
    save(np.array([pixels], np.float32), tmp_path / "a.tiff")
    assert MediaData.from_images(tmp_path, extensions=[".tiff"])[0].tolist() == [expected]


def test_images_of_different_sizes_are_read_one_by_one(tmp_path: Path) -> None:
    save(MOVIE[0], tmp_path / "a.png")
    save(MOVIE[0].T.copy(), tmp_path / "b.png")
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


def test_numbers_in_names_are_ordered_by_their_value(tmp_path: Path) -> None:
    for number in range(12):
        save(np.full((4, 6), number * 10, np.uint8), tmp_path / f"img{number}.png")
    media = MediaData.from_images(tmp_path, color=False)
    assert [int(frame.mean()) // 10 for frame in media] == list(range(12))


def test_hidden_leftovers_are_passed_over(tmp_path: Path) -> None:
    save(np.zeros((4, 6), np.uint8), tmp_path / "1.png")
    (tmp_path / "._1.png").write_bytes(b"\0\5\x16\7")
    assert len(MediaData.from_images(tmp_path)) == 1


def test_pages_of_a_tiff_stack_are_frames(tmp_path: Path) -> None:
    from PIL import Image

    pages = [Image.fromarray(np.full((4, 6), number, np.uint8)) for number in range(5)]
    pages[0].save(tmp_path / "s1.tif", save_all=True, append_images=pages[1:])
    save(np.full((4, 6), 9, np.uint8), tmp_path / "s2.tif")
    media = MediaData.from_images(tmp_path, color=False, extensions=[".tif"])
    assert [int(media[number].mean()) for number in (5, 0, 4, 2)] == [9, 0, 4, 2]
    assert [int(frame.mean()) for frame in MediaData.from_columns(media.to_columns())] == [0, 1, 2, 3, 4, 9]


def test_an_image_is_turned_as_its_exif_orientation_asks(tmp_path: Path) -> None:
    from PIL import Image

    image = Image.fromarray(np.pad(np.full((8, 8), 250, np.uint8), ((0, 8), (0, 24))))  # top left is bright
    exif = Image.Exif()
    exif[0x0112] = 6  # shown turned to the right by a quarter
    image.save(tmp_path / "turned.jpg", exif=exif)
    media = MediaData.from_images(tmp_path, color=False)
    assert (media.getWidth(), media.getHeight()) == (16, 32)
    rows, columns = np.nonzero(media[0] > 128)
    assert media[0].shape == (32, 16)
    assert rows.mean() < 8
    assert columns.mean() > 8


def test_whatever_is_wrong_with_an_image_names_it(tmp_path: Path) -> None:
    save(np.zeros((40, 60), np.uint8), tmp_path / "1.png")
    whole = (tmp_path / "1.png").read_bytes()
    (tmp_path / "2.png").write_bytes(whole[:50] + b"xxxx" + whole[54:])
    media = MediaData.from_images(tmp_path)
    with pytest.raises((ValueError, RuntimeError), match=r"2\.png"):
        media.frame(1)
