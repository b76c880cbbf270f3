"""A frame's number is its place in what a full decode shows, for clips of many containers, codecs, rates and cuts."""

from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import HealthCheck, given, reject, settings
from hypothesis import strategies as st

from whiskertoolbox_python import DataManager, MediaData

pytestmark = pytest.mark.extra

HEIGHT, BLOCK, BITS = 48, 8, 8
KINDS = [
    ("mp4", "libx264"),
    ("mp4", "mpeg4"),
    ("mov", "mjpeg"),
    ("mkv", "libx264"),
    ("mkv", "ffv1"),
    ("mkv", "mjpeg"),
    ("mkv", "mpeg2video"),
    ("webm", "libvpx"),
    ("webm", "libvpx-vp9"),
    ("avi", "libx264"),
    ("avi", "mjpeg"),
    ("avi", "rawvideo"),
    ("ts", "libx264"),
    ("mpg", "mpeg1video"),
    ("flv", "libx264"),
    ("nut", "libx264"),
]
FIXED_RATES = {"mpeg4", "mpeg2video", "mpeg1video"}


def picture(number: int) -> npt.NDArray[np.uint8]:
    """Return an image that shows a number in blocks, one per bit."""
    image = np.full((HEIGHT, BITS * BLOCK), 40, np.uint8)
    for bit in range(BITS):
        image[:16, bit * BLOCK : (bit + 1) * BLOCK] = 200 if number >> bit & 1 else 40
    return image


def shown(frame: npt.NDArray[Any]) -> int:
    """Return the number that an image shows."""
    return sum(int(frame[4:12, bit * BLOCK + 2 : bit * BLOCK + 6].mean() > 120) << bit for bit in range(BITS))


def write(path: Path, count: int, codec: str, rate: Fraction | int = 25, *, group: int = 12, bframes: int = 0) -> Path:
    import av

    with av.open(str(path), "w") as container:
        stream = container.add_stream(codec, rate=rate, options={"bf": str(bframes)} if bframes else {})
        stream.width, stream.height = BITS * BLOCK, HEIGHT
        stream.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        stream.gop_size = group
        for number in range(count):
            frame = av.VideoFrame.from_ndarray(picture(number), format="gray").reformat(format=stream.pix_fmt)
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return path


def cut(source: Path, target: Path, first: int, last: int) -> Path:
    """Copy some packets of a video, wherever they begin."""
    import av

    with av.open(str(source)) as given_, av.open(str(target), "w") as made:
        stream = given_.streams.video[0]
        output = made.add_stream_from_template(stream)
        for place, packet in enumerate(packet for packet in given_.demux(stream) if packet.size):
            if first <= place < last:
                packet.stream = output
                made.mux(packet)
    return target


def fully_decoded(path: Path) -> list[int]:
    import av

    numbers: list[int] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        for packet in container.demux(stream):
            try:
                frames = stream.decode(packet)
            except av.error.InvalidDataError:
                continue
            numbers += [shown(frame.to_ndarray(format="gray")) for frame in frames]
    return numbers


def in_order_backwards_and_jumping(path: Path, seed: int = 0) -> list[list[int]]:
    """Return what the frames show, read in order, backwards, at random, and each by a reader of its own."""
    media = MediaData.from_video(path)
    count = len(media)
    orders = [list(range(count)), list(range(count))[::-1], np.random.default_rng(seed).permutation(count).tolist()]
    read = []
    for order in orders:
        fresh = MediaData.from_columns(media.to_columns())
        found = {number: shown(fresh.frame(number)) for number in order}
        read.append([found[number] for number in range(count)])
    return [*read, [shown(MediaData.from_columns(media.to_columns()).frame(number)) for number in range(count)]]


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_every_frame_is_the_one_that_a_full_decode_shows(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("clip")
    container, codec = data.draw(st.sampled_from(KINDS))
    rates = [25, 30, 50] if codec in FIXED_RATES else [25, Fraction(30000, 1001), 100, 500, 1000, 2000]
    count = data.draw(st.integers(3, 40))
    rate = data.draw(st.sampled_from(rates))
    group = data.draw(st.sampled_from([1, 5, 12, 50]))
    bframes = data.draw(st.sampled_from([0, 1, 2, 3])) if codec.startswith(("libx264", "mpeg")) else 0
    try:
        path = write(folder / f"clip.{container}", count, codec, rate, group=group, bframes=bframes)
    except OSError:  # a combination that the container does not take
        reject()
    if data.draw(st.booleans()):
        first = data.draw(st.integers(0, count - 1))
        path = cut(path, folder / f"cut.{container}", first, data.draw(st.integers(first + 1, count)))
    try:
        wanted = fully_decoded(path)
    except EOFError:  # too short for its container
        wanted = []
    if not wanted:
        with pytest.raises(ValueError, match=r"holds no video|cannot be read as video"):
            MediaData.from_video(path)
        return
    assert in_order_backwards_and_jumping(path) == [wanted] * 4


@pytest.mark.parametrize(
    ("name", "codec", "rate", "bframes"),
    [
        ("milliseconds.mkv", "mjpeg", 2000, 0),
        ("milliseconds.mkv", "ffv1", 2000, 0),
        ("milliseconds.webm", "libvpx-vp9", 2000, 0),
        ("bframes.avi", "libx264", 1000, 2),
    ],
)
def test_frames_of_equal_timestamps_are_told_apart(
    tmp_path: Path, name: str, codec: str, rate: int, bframes: int
) -> None:
    path = write(tmp_path / name, 60, codec, rate, bframes=bframes)
    assert in_order_backwards_and_jumping(path) == [list(range(60))] * 4


def test_timestamps_in_the_order_of_coding_are_not_trusted(tmp_path: Path) -> None:
    avi = write(tmp_path / "coding_order.avi", 30, "libx264", 500, bframes=2)
    path = cut(avi, tmp_path / "copied.mkv", 0, 30)  # AVI does not know the order of showing, nor does the copy
    assert in_order_backwards_and_jumping(path) == [fully_decoded(path)] * 4


def test_frames_before_the_first_keyframe_are_not_counted(tmp_path: Path) -> None:
    whole = write(tmp_path / "whole.mp4", 60, "libx264", bframes=3)
    path = cut(whole, tmp_path / "cut.mp4", 17, 60)
    assert in_order_backwards_and_jumping(path) == [list(range(24, 60))] * 4


def test_joined_transport_streams_show_the_frames_of_both(tmp_path: Path) -> None:
    one = write(tmp_path / "one.ts", 20, "libx264", bframes=2)
    path = tmp_path / "joined.ts"
    path.write_bytes(one.read_bytes() * 2)
    assert in_order_backwards_and_jumping(path) == [[*range(20), *range(20)]] * 4


def test_packets_that_only_serve_as_references_are_not_counted(tmp_path: Path) -> None:
    import av

    whole = write(tmp_path / "whole.webm", 30, "libvpx")
    path = tmp_path / "hidden.webm"
    with av.open(str(whole)) as source, av.open(str(path), "w") as target:
        stream = source.streams.video[0]
        output = target.add_stream_from_template(stream)
        for place, packet in enumerate(packet for packet in source.demux(stream) if packet.size):
            content = bytearray(bytes(packet))
            if place % 7 == 3:
                content[0] &= ~0x10  # VP8's "show frame"
            made = av.Packet(bytes(content))
            made.pts, made.dts, made.time_base = packet.pts, packet.dts, packet.time_base
            made.is_keyframe, made.stream = packet.is_keyframe, output
            target.mux(made)
    assert in_order_backwards_and_jumping(path) == [[number for number in range(30) if number % 7 != 3]] * 4


def test_a_stream_without_timestamps_is_read_from_its_start(tmp_path: Path) -> None:
    path = write(tmp_path / "raw.h264", 20, "libx264")
    assert in_order_backwards_and_jumping(path) == [list(range(20))] * 4


def turned(path: Path, *, degrees: int = 0, mirrored: bool = False) -> npt.NDArray[Any]:
    """Write a video of one quadrant lit, to be shown turned, and return its first frame as it is read."""
    import av

    bright = np.full((HEIGHT, BITS * BLOCK), 40, np.uint8)
    bright[: HEIGHT // 2, : BITS * BLOCK // 2] = 200  # top left
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=25)
        stream.width, stream.height, stream.pix_fmt = BITS * BLOCK, HEIGHT, "yuv420p"
        if mirrored:
            stream.set_display_rotation(degrees, hflip=True)
        else:
            stream.set_display_rotation(degrees)
        for _ in range(3):
            container.mux(stream.encode(av.VideoFrame.from_ndarray(bright, format="gray")))
        container.mux(stream.encode())
    media = MediaData.from_video(path)
    frame = media.frame(0)
    assert (media.getHeight(), media.getWidth()) == frame.shape
    assert np.array_equal(MediaData.from_columns(media.to_columns()).frame(0), frame)
    return frame


def lit(frame: npt.NDArray[Any]) -> str:
    """Return which quadrant of a frame is bright."""
    rows, columns = np.nonzero(frame > 120)
    vertical = "top" if rows.mean() < frame.shape[0] / 2 else "bottom"
    return f"{vertical} {'left' if columns.mean() < frame.shape[1] / 2 else 'right'}"


@pytest.mark.parametrize(("degrees", "place"), [(0, "top left"), (90, "x"), (180, "bottom right"), (270, "x")])
def test_a_rotation_is_applied_as_players_do(tmp_path: Path, degrees: int, place: str) -> None:
    frame = turned(tmp_path / "turned.mp4", degrees=degrees)
    # FFmpeg counts the angle of a display matrix counterclockwise.
    expected = {90: "bottom left", 270: "top right"}.get(degrees, place)
    assert lit(frame) == expected
    assert frame.shape == ((BITS * BLOCK, HEIGHT) if degrees in (90, 270) else (HEIGHT, BITS * BLOCK))


def test_a_mirrored_video_is_mirrored_back(tmp_path: Path) -> None:
    assert lit(turned(tmp_path / "mirrored.mp4", mirrored=True)) == "top right"


def test_an_angle_that_is_no_quarter_turn_is_told(tmp_path: Path) -> None:
    with pytest.warns(UserWarning, match=r"odd\.mp4 is to be shown turned by .*only quarter turns are applied"):
        turned(tmp_path / "odd.mp4", degrees=30)


@pytest.mark.parametrize(("luma", "gray"), [(16, 0), (126, 128), (235, 255), (0, 0), (255, 255)])
def test_limited_range_luma_is_stretched_to_full_range(tmp_path: Path, luma: int, gray: int) -> None:
    import av

    path = tmp_path / "luma.mkv"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        planes = np.full((72, 64), 128, np.uint8)
        planes[:48] = luma
        container.mux(stream.encode(av.VideoFrame.from_ndarray(planes, format="yuv420p")))
        container.mux(stream.encode())
    assert abs(int(MediaData.from_video(path).frame(0)[20, 20]) - gray) <= 1


def test_a_session_keeps_how_frames_are_turned(tmp_path: Path) -> None:
    frame = turned(tmp_path / "turned.mp4", degrees=90)
    with DataManager.open(tmp_path / "session") as manager:
        manager.load_file(tmp_path / "turned.mp4", data_type="video", name="video")
    with DataManager.open(tmp_path / "session") as manager:
        assert np.array_equal(manager.getData("video").frame(0), frame)
