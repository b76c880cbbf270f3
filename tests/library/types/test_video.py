"""Media from video files: every frame is the one its number says, in any order of reading."""

import os
import select
import signal
import sys
import threading
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from whiskertoolbox_python import DataManager, DataType, ImageSize, MediaData, MediaType, TimeFrame
from whiskertoolbox_python.testing.data_type_contract import DataTypeContract
from whiskertoolbox_python.types._video import _Decoder

pytestmark = pytest.mark.extra  # so PyAV is imported by the tests, not with the module

BITS = 8
BLOCK = 16
HEIGHT = 32


def picture(number: int) -> npt.NDArray[np.uint8]:
    """Return an image that shows a number in black and white blocks, one per bit, which no codec smears."""
    blocks = [255 * (number >> bit & 1) for bit in range(BITS)]
    return np.tile(np.repeat(np.array(blocks, np.uint8), BLOCK), (HEIGHT, 1))


def shown(frame: npt.NDArray[Any]) -> int:
    """Return the number that an image shows."""
    bits = frame[HEIGHT // 2, BLOCK // 2 :: BLOCK] > 128
    return int(sum(1 << bit for bit in range(BITS) if bits[bit]))


def write_video(
    path: Path, count: int = 200, *, codec: str = "libx264", times_ms: list[int] | None = None, **options: Any
) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=1000 if times_ms else 25, options=options)
        stream.width, stream.height = BITS * BLOCK, HEIGHT
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(picture(number), format="gray")
            if times_ms:
                frame.pts, frame.time_base = times_ms[number], Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


@pytest.fixture(scope="module")
def video(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a video of 200 frames with B-frames and groups of 100 pictures."""
    return write_video(tmp_path_factory.mktemp("video") / "whiskers.mp4", g="100", bf="3")


class TestVideo(DataTypeContract):
    changes = False

    @pytest.fixture(autouse=True)
    def open_video(self, video: Path) -> None:
        self.path = video

    def make(self) -> MediaData:
        return MediaData.from_video(self.path)

    def store(self, manager: DataManager, data: Any, key: str = "data") -> None:
        manager.set_media(key, data, "time")


CONTAINERS: dict[str, tuple[str, str, dict[str, Any]]] = {
    "long groups and B-frames": ("one.mp4", "libx264", {"g": "100", "bf": "3"}),
    "open groups": ("two.mkv", "libx264", {"x264-params": "keyint=30:bframes=4:open-gop=1"}),
    "every frame a keyframe": ("three.avi", "mjpeg", {}),
    "MPEG-4 with B-frames": ("four.avi", "mpeg4", {"g": "25", "bf": "2"}),
    "H.264 in AVI, which keeps no order of showing": ("five.avi", "libx264", {"g": "50", "bf": "2"}),
    "a program stream, which seeks badly": ("six.mpg", "mpeg1video", {"bf": "2"}),
    "a transport stream": ("seven.ts", "libx264", {"g": "30", "bf": "2"}),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", CONTAINERS)
def test_frames_are_exact_in_any_order(name: str, tmp_path: Path) -> None:
    file_name, codec, options = CONTAINERS[name]
    media = MediaData.from_video(write_video(tmp_path / file_name, 120, codec=codec, **options))
    assert media.getTotalFrameCount() == 120
    jumps = np.random.default_rng(0).permutation(120)[:60]
    for order in (jumps, range(120), range(119, -1, -1), range(0, 120, 7)):
        media = media.from_columns(media.to_columns())  # nothing decoded yet
        assert [shown(media.frame(int(number))) for number in order] == list(order)


def test_frames_of_varying_duration_are_numbered_one_by_one(tmp_path: Path) -> None:
    times = np.cumsum(np.random.default_rng(0).integers(5, 90, 60)).tolist()
    media = MediaData.from_video(write_video(tmp_path / "varying.mkv", 60, times_ms=times, bf="2"))
    assert [shown(media[number]) for number in (59, 3, 31, 30, 0)] == [59, 3, 31, 30, 0]


def test_a_video_tells_size_count_and_place(video: Path) -> None:
    media = MediaData.from_video(str(video))
    assert (media.getWidth(), media.getHeight()) == (BITS * BLOCK, HEIGHT)
    assert media.getImageSize() == ImageSize(BITS * BLOCK, HEIGHT)
    assert media.getTotalFrameCount() == len(media) == 200
    assert media.getFilename() == str(video)
    assert media.getMediaType() == MediaType.Video
    assert media.data_type == DataType.Video
    assert (media.is8Bit(), media.is32Bit()) == (True, False)
    assert repr(media) == f"MediaData({BITS * BLOCK}x{HEIGHT}, frames=200)"


def test_a_frame_is_a_read_only_gray_image(video: Path) -> None:
    frame = MediaData.from_video(video).frame(77)
    assert frame.shape == (HEIGHT, BITS * BLOCK)
    assert frame.dtype == np.uint8
    assert not frame.flags.writeable
    assert int(np.abs(frame.astype(int) - picture(77)).max()) < 40


def test_a_frame_in_colour_has_three_channels(video: Path) -> None:
    media = MediaData.from_video(video, color=True)
    frame = media.frame(5)
    assert frame.shape == (HEIGHT, BITS * BLOCK, 3)
    raw = np.array(media.getRawData8(5)).reshape(HEIGHT, BITS * BLOCK, 4)
    assert np.array_equal(raw[..., :3], frame[..., ::-1])
    assert (raw[..., 3] == 255).all()


def test_raw_data_are_flat_lists(video: Path) -> None:
    media = MediaData.from_video(video)
    raw = media.getRawData8(3)
    assert isinstance(raw[0], int)
    assert raw == media[3].reshape(-1).tolist()
    assert media.getRawData32(3) == [float(number) for number in raw]


@pytest.mark.parametrize("number", [-1, 200, 10**9])
def test_a_frame_that_does_not_exist_is_an_index_error(video: Path, number: int) -> None:
    media = MediaData.from_video(video)
    with pytest.raises(IndexError):
        media.frame(number)
    with pytest.raises(IndexError):
        media.getRawData8(number)


def test_frames_are_indexed_sliced_and_iterated(video: Path) -> None:
    media = MediaData.from_video(video)
    assert shown(media[-1]) == 199
    assert [shown(frame) for frame in media[10:30:5]] == [10, 15, 20, 25]
    assert media[5:5].shape == (0, HEIGHT, BITS * BLOCK)
    assert [shown(frame) for frame in np.asarray(media.restrict(3, 5))] == [3, 4, 5]
    assert [shown(frame) for frame in media] == list(range(200))
    assert 199 in media
    assert 200 not in media
    with pytest.raises(TypeError):
        media[1.0]  # type: ignore[index]  # the point of the test


def test_a_part_counts_its_frames_from_zero(video: Path) -> None:
    media = MediaData.from_video(video)
    media.setTimeFrame(TimeFrame(range(0, 2000, 10)))
    part = media.restrict(500, 700, unit="ticks")
    assert [shown(frame) for frame in part] == list(range(50, 71))
    part = part.restrict(10, 1000)
    assert (len(part), shown(part[0])) == (11, 60)
    with pytest.raises(IndexError):
        part.frame(11)
    again = MediaData.from_columns(part.to_columns())
    assert (len(again), shown(again[0])) == (11, 60)


def test_many_threads_read_the_same_video(video: Path) -> None:
    media = MediaData.from_video(video)
    wrong: list[int] = []

    def read(first: int) -> None:
        wrong.extend(number for number in range(first, 200, 4) if shown(media.frame(number)) != number)

    threads = [threading.Thread(target=read, args=(first,)) for first in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_forked_process_and_its_parent_read_on_independently(video: Path) -> None:
    media = MediaData.from_video(video)
    assert shown(media.frame(50)) == 50
    if not hasattr(os, "fork"):
        return
    to_parent, from_child = os.pipe()
    child = os.fork()
    if child == 0:
        wrong = [number for number in range(60, 100) if shown(media.frame(number)) != number]
        os.write(from_child, b"wrong" if wrong else b"right")
        os._exit(0)
    try:
        assert [shown(media.frame(number)) for number in range(100, 140)] == list(range(100, 140))
        assert select.select([to_parent], [], [], 60)[0], "the forked process hangs"
        assert os.read(to_parent, 10) == b"right"
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(to_parent)
        os.close(from_child)


def test_reading_in_order_never_seeks(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seeks: list[int] = []
    seek = _Decoder._seek

    def noted(decoder: _Decoder, last: int, number: int) -> Iterator[tuple[int, Any]]:
        seeks.append(number)
        return seek(decoder, last, number)

    monkeypatch.setattr(_Decoder, "_seek", noted)
    media = MediaData.from_video(video)
    assert [shown(frame) for frame in media[20:]] == list(range(20, 200))
    assert seeks == []
    for number in range(180, 160, -1):
        media.frame(number)
    assert seeks == []  # passed lately, so still there


def test_pixels_are_not_stored(tmp_path: Path, video: Path) -> None:
    with DataManager.open(tmp_path / "session") as manager:
        manager.set_media("video", MediaData.from_video(video), "time")
        (entry,) = [entry for entry in manager.entries() if entry.key == "video"]
    assert entry.size == 200
    assert entry.nbytes <= 200 * 16


def test_a_video_that_is_gone_is_named_when_a_frame_is_read(tmp_path: Path, video: Path) -> None:
    moved = tmp_path / "moved.mp4"
    moved.write_bytes(video.read_bytes())
    with DataManager.open(tmp_path / "session") as manager:
        manager.set_media("video", MediaData.from_video(moved), "time")
    moved.unlink()
    with DataManager.open(tmp_path / "session") as manager:
        media = manager.getData("video")
        assert media.getTotalFrameCount() == 200
        with pytest.raises(FileNotFoundError, match=r"missing.*moved\.mp4"):
            media.frame(0)
        moved.write_bytes(video.read_bytes())
        assert shown(media.frame(9)) == 9


def test_another_video_under_the_same_name_is_refused(tmp_path: Path, video: Path) -> None:
    path = tmp_path / "video.mp4"
    path.write_bytes(video.read_bytes())
    stored = MediaData.from_video(path).to_columns()
    write_video(path, 10)
    with pytest.raises(RuntimeError, match=r"video\.mp4 is not the video that was loaded"):
        MediaData.from_columns(stored).frame(0)


def test_a_damaged_place_is_named_and_the_rest_still_reads(tmp_path: Path, video: Path) -> None:
    import av

    path = tmp_path / "damaged.mp4"
    path.write_bytes(video.read_bytes())
    media = MediaData.from_video(path)
    with av.open(str(path)) as container:
        packets = [(packet.pos, packet.size) for packet in container.demux(video=0) if packet.size]
    content = bytearray(path.read_bytes())
    for position, size in packets[20:100]:
        content[position : position + size] = bytes(size)
    path.write_bytes(content)
    assert shown(media.frame(5)) == 5
    with pytest.raises(RuntimeError, match=r"frame 60 of .*damaged\.mp4 cannot be decoded"):
        media.frame(60)
    assert shown(media.frame(150)) == 150


@pytest.mark.parametrize("content", [b"", b"no video at all" * 100])
def test_a_file_that_is_no_video_is_named(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "notes.mp4"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"notes\.mp4 cannot be read as video"):
        MediaData.from_video(path)


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    import av

    path = tmp_path / "sound.wav"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("pcm_s16le", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 800), np.int16), layout="mono")
        frame.sample_rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with pytest.raises(ValueError, match=r"sound\.wav holds no video"):
        MediaData.from_video(path)


def test_a_missing_file_is_missing(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"gone\.mp4"):
        MediaData.from_video(tmp_path / "gone.mp4")


def test_without_pyav_the_error_says_what_to_install(video: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(ImportError, match=r"pip install whiskertoolbox\[video\]"):
        MediaData.from_video(video)
