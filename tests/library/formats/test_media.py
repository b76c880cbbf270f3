"""Videos and folders of images."""

import json
import re
from pathlib import Path
from typing import Any, ClassVar

import av
import numpy as np
import pytest
from PIL import Image

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.testing.loader_contract import FileLoaderContract


def write_video(path: Path, frames: int) -> Path:
    with av.open(str(path), "w") as container:
        stream: Any = container.add_stream("mpeg4", rate=30)
        stream.width, stream.height, stream.pix_fmt = 32, 16, "yuv420p"
        for number in range(frames):
            image = np.full((16, 32, 3), 10 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image)))
        container.mux(stream.encode())
    return path


def write_images(folder: Path, count: int) -> Path:
    folder.mkdir()
    for number in range(count):
        Image.fromarray(np.full((4, 6), number, np.uint8)).save(folder / f"{number:03d}.png")
    return folder


class TestVideo(FileLoaderContract):
    entry: ClassVar = {"data_type": "video"}

    def write(self, folder: Path) -> Path:
        return write_video(folder / "whiskers.mp4", 5)

    def check(self, manager: DataManager) -> None:
        media = manager.getData("thing")
        assert media.getTotalFrameCount() == 5
        assert (media.getWidth(), media.getHeight()) == (32, 16)
        assert manager.getType("thing").name == "Video"


class TestImages(FileLoaderContract):
    entry: ClassVar = {"data_type": "images", "display_format": "Gray"}

    def write(self, folder: Path) -> Path:
        return write_images(folder / "frames", 3)

    def damaged_file(self, path: Path) -> Path:
        return path / "000.png"

    def check(self, manager: DataManager) -> None:
        media = manager.getData("thing")
        assert media.getTotalFrameCount() == 3
        assert media.frame(2).tolist() == [[2] * 6] * 4


def run(folder: Path, *entries: dict[str, Any]) -> DataManager:
    (folder / "config.json").write_text(json.dumps(entries), encoding="utf-8")
    manager = DataManager()
    manager.load(folder / "config.json").raise_failures()
    return manager


def test_media_without_a_name_replace_the_placeholder(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 3)
    assert run(tmp_path, {"data_type": "video", "filepath": "a.mp4"}).getData("media").getTotalFrameCount() == 3


def test_an_empty_clock_time_gets_the_frames_of_the_longest_video(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 3)
    write_video(tmp_path / "b.mp4", 4)
    write_images(tmp_path / "frames", 6)
    manager = run(
        tmp_path,
        {"data_type": "video", "name": "a", "filepath": "a.mp4"},
        {"data_type": "video", "name": "b", "filepath": "b.mp4"},
        {"data_type": "images", "name": "c", "filepath": "frames"},
    )
    time = manager.getTime("time")
    assert time is not None
    assert time.times.tolist() == [0, 1, 2, 3]


def test_the_key_media_comes_before_longer_videos(tmp_path: Path) -> None:
    write_video(tmp_path / "a.mp4", 3)
    write_images(tmp_path / "frames", 2)
    manager = run(
        tmp_path,
        {"data_type": "video", "name": "a", "filepath": "a.mp4"},
        {"data_type": "images", "filepath": "frames"},
    )
    assert dict(manager.clocks())["time"] == 2


def test_a_clock_time_of_its_own_is_kept(tmp_path: Path) -> None:
    write_images(tmp_path / "frames", 2)
    np.zeros(7, np.uint16).tofile(tmp_path / "seven.dat")
    manager = run(
        tmp_path,
        {"data_type": "images", "filepath": "frames"},
        {"data_type": "time", "name": "time", "format": "uint16_length", "filepath": "seven.dat"},
    )
    assert dict(manager.clocks())["time"] == 7


def test_extensions_and_pattern_choose_the_images(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "frames", 3)
    (folder / "001.png").rename(folder / "001.PNG")
    manager = DataManager()
    options = {"data_type": "images", "name": "i"}
    manager.load_file(folder, **options)
    assert manager.getData("i").getTotalFrameCount() == 2
    manager.load_file(folder, file_extensions=[".png", ".PNG"], filename_pattern="00[12]", **options)
    assert manager.getData("i").getTotalFrameCount() == 2


def test_a_pattern_that_is_no_regular_expression_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r'filename_pattern "[(]" is not a regular expression'):
        DataManager().load_file(write_images(tmp_path / "frames", 1), data_type="images", filename_pattern="(")


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    (tmp_path / "frames").mkdir()
    with pytest.raises(LoadError, match="frames cannot be loaded: there is no image"):
        DataManager().load_file(tmp_path / "frames", data_type="images")


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\x00\x00", b"\x89PNG\r\n\x1a\n" + bytes(40), b"", b"no image"])
def test_an_image_that_is_damaged_is_named_when_its_frame_is_asked_for(tmp_path: Path, content: bytes) -> None:
    write_images(tmp_path / "frames", 3)
    damaged = sorted((tmp_path / "frames").iterdir())[1]
    damaged.write_bytes(content)
    manager = DataManager()
    manager.load_file(tmp_path / "frames", data_type="images", name="x")
    manager.getData("x").frame(0)
    with pytest.raises(ValueError, match=re.escape(str(damaged))):
        manager.getData("x").frame(1)
