"""Lines as upstream's messages of Cap'n Proto, which pycapnp 2.2.4 has written here from upstream's schema."""

import struct
from pathlib import Path
from typing import Any, ClassVar

import pytest

from whiskertoolbox_python import DataManager, ImageSize, LoadError, LoadWarning
from whiskertoolbox_python.testing.loader_contract import LoaderContract

MESSAGE = bytes.fromhex(
    "0000000028000000000000000100010080020000e001000001000000370000000c00000001000100fdffffff000000001100000017000000"
    "ffffffff00000000310000001700000001000000000000005100000017000000080000000000010005000000170000000d0000001f000000"
    "080000000100000000000000000000000000803f000000000c000000010000000000003f000000000000c03f000000000000204000000000"
    "080000000000010005000000170000000d0000001f000000080000000100000000000000000080bf0000803f000080bf0c00000001000000"
    "0000003f000080bf0000c03f000080bf00002040000080bf080000000000010005000000170000000d0000001f0000000800000001000000"
    "00000000000000c00000803f000000c00c000000010000000000003f000000c00000c03f000000c000002040000000c0"
)
"""Two lines, of two and three points, at the times -3, -1 and 1, in an image of 640 × 480."""
WORDS = MESSAGE[8:]
"""Its one segment; the first word is the pointer to the root."""


def of_segments(*segments: bytes) -> bytes:
    """Return a message of several segments."""
    sizes = struct.pack(f"<{len(segments) + 1}I", len(segments) - 1, *(len(one) // 8 for one in segments))
    return sizes + bytes(-len(sizes) % 8) + b"".join(segments)


def loaded(content: bytes, folder: Path, **options: Any) -> DataManager:
    (folder / "lines.capnp").write_bytes(content)
    manager = DataManager()
    manager.load_file(folder / "lines.capnp", data_type="line", format="capnp", name="thing", **options)
    return manager


def check(manager: DataManager) -> None:
    lines = manager.getData("thing")
    assert lines.times.tolist() == [-3, -3, -1, -1, 1, 1]
    assert lines.offsets.tolist() == [0, 2, 5, 7, 10, 12, 15]
    assert lines.points[:5].tolist() == [[0, 0], [1, 0], [0.5, 0], [1.5, 0], [2.5, 0]]
    assert lines.points[-1].tolist() == [2.5, -2]
    assert lines.getImageSize() == ImageSize(640, 480)


class TestLines(LoaderContract):
    entry: ClassVar = {"data_type": "line", "format": "capnp"}

    def write(self, folder: Path) -> Path:
        (folder / "lines.capnp").write_bytes(MESSAGE)
        return folder / "lines.capnp"

    def check(self, manager: DataManager) -> None:
        check(manager)


FAR, DOUBLE_FAR = 2, 6
ROOT = WORDS[:8]


@pytest.mark.parametrize(
    "segments",
    [
        (struct.pack("<II", FAR, 1), WORDS),
        (struct.pack("<II", DOUBLE_FAR, 2), WORDS, struct.pack("<II", FAR | 1 << 3, 1) + ROOT),
    ],
    ids=["far", "double far"],
)
def test_a_large_message_goes_on_in_other_segments(segments: tuple[bytes, ...], tmp_path: Path) -> None:
    check(loaded(of_segments(*segments), tmp_path))


def test_the_size_of_the_image_may_be_given(tmp_path: Path) -> None:
    lines = loaded(MESSAGE, tmp_path, image_width=64, image_height=48).getData("thing")
    assert lines.getImageSize() == ImageSize(64, 48)


def test_lines_without_points_are_told(tmp_path: Path) -> None:
    without = WORDS.replace(bytes.fromhex("0500000017000000"), bytes(8), 1)
    assert without != WORDS
    with pytest.warns(LoadWarning, match="1 lines have no points; left out"):
        manager = loaded(of_segments(without), tmp_path)
    assert manager.getData("thing").times.tolist() == [-3, -1, -1, 1, 1]


def replaced(place: int, *numbers: int) -> bytes:
    """Return the message with the word at a place exchanged."""
    return of_segments(WORDS[: 8 * place] + struct.pack("<II", *numbers) + WORDS[8 * place + 8 :])


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (MESSAGE[:-8], "its segments need"),
        (MESSAGE[:-4], "a multiple of 8"),
        (b"\xff" * 16, "segments"),
        (replaced(0, 1, 0), "holds something other than structs"),
        (replaced(2, 0xFFFFFFF1, 0x37), "leads out of it|structs has|to more than it holds"),
        (replaced(2, 1, 0xFFFFFFFF), "leads out of it"),
        (replaced(3, 0xFFFFFFFC, 0), "a list of 1,073,741,823 structs"),
        (replaced(0, FAR, 7), "leads out of it"),
    ],
    ids=["short", "odd", "segments", "list", "before", "long", "many", "far"],
)
def test_a_damaged_message_is_one_clear_error(content: bytes, said: str, tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=rf"lines\.capnp cannot be read as Cap'n Proto lines: .*({said})"):
        loaded(content, tmp_path)


def test_a_message_that_points_to_the_same_lines_again_and_again_is_refused(tmp_path: Path) -> None:
    """It would be many times as large in memory as in the file."""
    count = 200
    points = struct.pack("<II", 4 * 100, 1) + bytes(8 * 100)
    lines = struct.pack("<IHH", 4 * count, 0, 1)
    pointers = b"".join(struct.pack("<II", (count - 1 - place) << 2 | 1, 100 << 3 | 7) for place in range(count))
    times = struct.pack("<IHH", 4, 1, 1) + struct.pack("<II", 0, 0) + struct.pack("<II", 1, count << 3 | 7)
    root = struct.pack("<IHH", 0, 1, 1) + bytes(8) + struct.pack("<II", 1, 2 << 3 | 7)
    with pytest.raises(LoadError, match="its pointers lead to more than it holds"):
        loaded(of_segments(root + times + lines + pointers + points), tmp_path)
