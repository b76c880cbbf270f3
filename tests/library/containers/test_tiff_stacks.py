"""TIFF stacks: every page is a frame, channels are never taken for frames."""

from pathlib import Path

import numpy as np
import pytest
import tifffile

from tests.support.field_files import names, read
from tests.support.scanimage import write_scanimage
from whiskertoolbox_python.containers import tiff_stack
from whiskertoolbox_python.containers._contents import Contents

pytestmark = pytest.mark.extra

FRAMES = np.arange(4 * 6 * 8, dtype=np.uint8).reshape(4, 6, 8)


def test_pages_written_one_by_one_are_all_frames(tmp_path: Path) -> None:
    """`imread` of tifffile 2026.11.8 gives the first alone."""
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for frame in FRAMES:
            writer.write(frame)
    contents, warnings = read(tiff_stack.read, tmp_path / "a.tif")
    assert warnings == []
    assert contents["frames"].shape == (4, 6, 8)
    np.testing.assert_array_equal(np.asarray(contents["frames"].read().frames), FRAMES)


def test_four_frames_are_not_taken_for_colours(tmp_path: Path) -> None:
    """tifffile 2026.11.8 writes three or four frames as one picture with that many colours."""
    with pytest.warns(DeprecationWarning):  # noqa: PT030 - its text differs between versions
        tifffile.imwrite(tmp_path / "a.tif", FRAMES)
    contents, (warning,) = read(tiff_stack.read, tmp_path / "a.tif")
    assert "photometric='minisblack'" in warning
    np.testing.assert_array_equal(contents["frames"].read().frames, FRAMES)


def test_imagej_frames_without_axes_are_not_channels(tmp_path: Path) -> None:
    """tifffile 2026.11.8 calls the first axis channels there."""
    five = np.concatenate([FRAMES, FRAMES[:1]])
    tifffile.imwrite(tmp_path / "a.tif", five, imagej=True)
    contents, (warning,) = read(tiff_stack.read, tmp_path / "a.tif")
    assert "called channels" in warning
    np.testing.assert_array_equal(contents["frames"].read().frames, five)


def test_channels_of_a_stack_become_parts(tmp_path: Path) -> None:
    stack = np.stack([FRAMES, FRAMES + 1], axis=1)
    tifffile.imwrite(tmp_path / "a.tif", stack, imagej=True, metadata={"axes": "TCYX"})
    contents, _ = read(tiff_stack.read, tmp_path / "a.tif")
    assert names(contents) == ["channel_0", "channel_1"]
    np.testing.assert_array_equal(contents["channel_1"].read().frames, FRAMES + 1)


def test_planes_that_become_frames_are_told(tmp_path: Path) -> None:
    stack = FRAMES.reshape(2, 2, 6, 8)
    tifffile.imwrite(tmp_path / "a.tif", stack, imagej=True, metadata={"axes": "TZYX"})
    contents, (warning,) = read(tiff_stack.read, tmp_path / "a.tif")
    assert "its 2 planes (Z) are read as frames, one after the other, in the order TZ" in warning
    np.testing.assert_array_equal(contents["frames"].read().frames, FRAMES)


def test_pages_written_some_at_a_time_are_all_frames(tmp_path: Path) -> None:
    """The last piece is shorter, so that tifffile's series differ in length."""
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for piece in (FRAMES[:3], FRAMES[3:]):
            writer.write(piece, photometric="minisblack")
    contents, warnings = read(tiff_stack.read, tmp_path / "a.tif")
    assert warnings == []
    np.testing.assert_array_equal(np.asarray(contents["frames"].read().frames), FRAMES)


def test_places_of_an_ome_file_are_not_laid_end_to_end(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.ome.tif", ome=True) as writer:
        for place in (FRAMES, FRAMES + 1):
            writer.write(place, photometric="minisblack", metadata={"axes": "TYX"})
    contents, (warning,) = read(tiff_stack.read, tmp_path / "a.ome.tif")
    assert "it holds 2 stacks; the first, (4, 6, 8), is read" in warning
    np.testing.assert_array_equal(np.asarray(contents["frames"].read().frames), FRAMES)


def numbers(contents: Contents) -> dict[str, list[int]]:
    """The value of each page of each part, which is its number in the file."""
    return {part.name: np.asarray(part.read().frames)[:, 0, 0].tolist() for part in contents.parts}


@pytest.mark.parametrize("planned", [4, 100, 2])
def test_the_pages_of_scanimage_are_frames_of_its_channels(tmp_path: Path, planned: int) -> None:
    """A recording that was stopped, or was written as several files, has fewer pages than planned; one in turns more.

    tifffile 2026.3.3 gives it the planned shape, and `imread` channels one after the other as frames.
    """
    path = write_scanimage(tmp_path / "a.tif", pages=8, channels=(2, 4), frames_per_slice=planned)
    contents, warnings = read(tiff_stack.read, path)
    assert warnings == []
    assert numbers(contents) == {"channel_2": [0, 2, 4, 6], "channel_4": [1, 3, 5, 7]}
    assert contents.clocks["frames"].size == 4


def test_one_channel_of_scanimage_keeps_every_page(tmp_path: Path) -> None:
    path = write_scanimage(tmp_path / "a.tif", pages=5, channels=(1,), frames_per_slice=2)
    contents, _ = read(tiff_stack.read, path)
    assert numbers(contents) == {"frames": [0, 1, 2, 3, 4]}


def test_a_frame_of_scanimage_without_all_its_channels_is_told(tmp_path: Path) -> None:
    path = write_scanimage(tmp_path / "a.tif", pages=5, channels=(1, 2), frames_per_slice=100)
    contents, (warning,) = read(tiff_stack.read, path)
    assert "its last frame has 1 of 2 channels" in warning
    assert numbers(contents) == {"channel_1": [0, 2], "channel_2": [1, 3]}


@pytest.mark.parametrize(
    ("software", "description"),
    [
        ("SI.hChannels.channelSave = [1;2]", "frameNumbers = 1"),
        (None, "scanimage.SI4.channelsSave = [1;2]\nscanimage.SI4.acqNumFrames = 2"),
        (None, "state.configName='a'\rstate.acq.numberOfChannelsSave=2\rstate.acq.numberOfFrames=2\r"),
    ],
)
def test_each_version_of_scanimage_names_its_channels(tmp_path: Path, software: str | None, description: str) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for page in range(4):
            frame = np.full((4, 5), page, np.int16)
            writer.write(frame, photometric="minisblack", metadata=None, description=description, software=software)
    contents, warnings = read(tiff_stack.read, tmp_path / "a.tif")
    assert warnings == []
    assert numbers(contents) == {"channel_1": [0, 2], "channel_2": [1, 3]}


def test_a_scanimage_file_that_names_no_channels_is_told(tmp_path: Path) -> None:
    frames = np.zeros((4, 4, 5), np.int16)
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for frame in frames:
            writer.write(frame, photometric="minisblack", metadata=None, description="state.configName='a'")
    contents, (warning,) = read(tiff_stack.read, tmp_path / "a.tif")
    assert "its 4 pages are read as frames of one" in warning
    assert contents["frames"].shape == (4, 4, 5)
