"""Saving to folders with a file for each frame: what is loaded from them is what was saved, and nothing else."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.support.saving import load, save
from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.lines import LineData
from whiskertoolbox_python.types.masks import MaskData

pytestmark = pytest.mark.extra  # Pillow is imported by the savers

LINES: dict[str, Any] = {"format": "csv", "save_type": "multi"}
IMAGES: dict[str, Any] = {"format": "image"}


def lines(*frames: int) -> LineData:
    return LineData.from_arrays(frames, np.arange(len(frames) + 1), np.ones((len(frames), 2)))


def masks(*frames: int) -> MaskData:
    pixels = np.ones((len(frames), 2), np.uint32)
    return MaskData.from_arrays(frames, np.arange(len(frames) + 1), pixels, image_size=ImageSize(4, 4))


def loaded_frames(entry: dict[str, Any]) -> list[int]:
    data = load(entry)
    assert isinstance(data, (LineData, MaskData))
    return data.times.tolist()


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("make", "options"), [(lines, LINES), (masks, IMAGES)])
def test_files_of_other_frames_are_in_the_way(tmp_path: Path, make: Any, options: dict[str, Any]) -> None:
    save(make(1, 2, 3), tmp_path, **options)
    before = names(tmp_path)
    with pytest.raises(SaveError, match=r"holds 3 files \(0+1\.(csv|png), …\) that .*another folder.*overwrite_exist"):
        save(make(7), tmp_path, **options)
    assert names(tmp_path) == before


@pytest.mark.parametrize(("make", "options"), [(lines, LINES), (masks, IMAGES)])
def test_files_of_the_same_frames_are_in_the_way(tmp_path: Path, make: Any, options: dict[str, Any]) -> None:
    save(make(1), tmp_path, **options)
    with pytest.raises(SaveError, match=r"holds 1 file \(0+1\.(csv|png)\) that "):
        save(make(1), tmp_path, **options)


@pytest.mark.parametrize(
    ("make", "options", "padding"), [(lines, LINES, "frame_id_padding"), (masks, IMAGES, "frame_number_padding")]
)
def test_a_frame_under_a_name_of_other_length_is_in_the_way(
    tmp_path: Path, make: Any, options: dict[str, Any], padding: str
) -> None:
    save(make(12), tmp_path, **options)
    with pytest.raises(SaveError, match=r"holds 1 file "):
        save(make(12), tmp_path, **options, **{padding: 0})


@pytest.mark.parametrize(("make", "options"), [(lines, LINES), (masks, IMAGES)])
def test_overwriting_removes_all_frames_that_were_there(tmp_path: Path, make: Any, options: dict[str, Any]) -> None:
    save(make(1, 2, 3), tmp_path, **options)
    entry = save(make(2, 12), tmp_path, **options, overwrite_existing=True)
    assert loaded_frames(entry) == [2, 12]
    assert len(names(tmp_path)) == 2


def test_overwriting_removes_a_frame_under_a_name_of_other_length(tmp_path: Path) -> None:
    save(lines(12), tmp_path, **LINES)
    save(lines(12), tmp_path, **LINES, frame_id_padding=1, overwrite_existing=True)
    assert names(tmp_path) == ["12.csv"]


@pytest.mark.parametrize("other", ["notes.csv", "12.txt", "-3.csv", "12 copy.csv", f"{2**63}.csv"])
def test_overwriting_keeps_what_is_no_file_of_a_line(tmp_path: Path, other: str) -> None:
    (tmp_path / other).write_text("mine")
    entry = save(lines(1), tmp_path, **LINES, overwrite_existing=True)
    assert (tmp_path / other).read_text() == "mine"
    assert loaded_frames(entry) == [1]


@pytest.mark.parametrize("other", ["0001.png", "nose0001.png", "paw0001.bmp", "paw.png"])
def test_overwriting_keeps_what_is_no_image_of_the_mask(tmp_path: Path, other: str) -> None:
    (tmp_path / other).write_text("mine")
    save(masks(1), tmp_path, **IMAGES, filename_prefix="paw", overwrite_existing=True)
    assert (tmp_path / other).read_text() == "mine"


def test_a_line_that_would_be_loaded_but_is_no_saved_one_is_never_removed(tmp_path: Path) -> None:
    (tmp_path / " 12.csv").write_text("mine")
    with pytest.raises(SaveError, match=r"holds 1 file \( 12\.csv\) that would be loaded too; save to another folder$"):
        save(lines(1), tmp_path, **LINES, overwrite_existing=True)
    assert names(tmp_path) == [" 12.csv"]


@pytest.mark.parametrize("other", ["paw0007.PNG", "paw7 copy.png", "paw 7.png", "paw+7.png"])
def test_an_image_that_would_be_loaded_but_is_no_saved_one_is_never_removed(tmp_path: Path, other: str) -> None:
    (tmp_path / other).write_text("mine")
    with pytest.raises(SaveError, match=r"holds 1 file \(paw.*\) that would be loaded too; save to another folder$"):
        save(masks(1), tmp_path, **IMAGES, filename_prefix="paw", overwrite_existing=True)
    assert names(tmp_path) == [other]


def test_images_of_negative_frames_are_replaced_too(tmp_path: Path) -> None:
    save(masks(-5, 3), tmp_path, **IMAGES)
    entry = save(masks(-4), tmp_path, **IMAGES, overwrite_existing=True)
    assert loaded_frames(entry) == [-4]


@pytest.mark.parametrize("failing", ["write", "removal"])
def test_overwriting_that_fails_leaves_all_frames_that_were_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, failing: str
) -> None:
    entry = save(lines(1, 2, 3), tmp_path, **LINES)
    replace = Path.replace

    def fail(self: Path, target: Path) -> Path:
        if (target if failing == "write" else self).name == {"write": "0000008.csv", "removal": "0000003.csv"}[failing]:
            raise PermissionError(13, "held")
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fail)
    with pytest.raises(PermissionError):
        save(lines(7, 8, 9), tmp_path, **LINES, overwrite_existing=True)
    assert loaded_frames(entry) == [1, 2, 3]
    assert len(names(tmp_path)) == 3


@pytest.mark.parametrize(
    ("data", "options", "expected"),
    [
        (lines(1), {**LINES, "frame_id_padding": -1}, "frame_id_padding must be 0 to 100 digits, not -1"),
        (lines(1), {**LINES, "frame_id_padding": 10**9}, "frame_id_padding must be 0 to 100 digits"),
        (masks(1), {**IMAGES, "frame_number_padding": -1}, "frame_number_padding must be 0 to 100 digits, not -1"),
        (masks(1), {**IMAGES, "frame_number_padding": 101}, "frame_number_padding must be 0 to 100 digits, not 101"),
        (masks(1), {**IMAGES, "filename_prefix": "../paw"}, r"filename_prefix must be the beginning of a file name"),
        (masks(1), {**IMAGES, "filename_prefix": "a\\b"}, r"filename_prefix must be the beginning of a file name"),
        (masks(1), {**IMAGES, "filename_prefix": "a\nb"}, r"filename_prefix must be the beginning of a file name"),
        (masks(1), {**IMAGES, "image_width": 10**9, "image_height": 10**9}, "images of 1000000000 x 1000000000 are"),
        (masks(), IMAGES, "thing: there is nothing to save"),
        (lines(), LINES, "thing: there is nothing to save"),
    ],
)  # fmt: skip
def test_files_that_could_not_be_loaded_are_refused_and_no_folder_is_made(
    tmp_path: Path, data: Any, options: dict[str, Any], expected: str
) -> None:
    with pytest.raises(SaveError, match=expected):
        save(data, tmp_path / "folder", **options)
    assert list(tmp_path.iterdir()) == []
