"""Which frames a video file shows, and in which order: the index that `_video` reads frames by.

The index holds the timestamp of every frame in the order in which a decoder gives them. As a rule the packets tell it,
without decoding; where they do not (frames before the first keyframe, containers that only know the order of coding,
files joined one after another), the file is decoded once.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from whiskertoolbox_python.arrays.conversion import Int64Array, read_only
from whiskertoolbox_python.upstream.notices import notice

if TYPE_CHECKING:
    from typing_extensions import Self

NO_TIMESTAMP = -(2**63)
"""Stands for the timestamp of a frame that has none."""

_SEEKABLE = {"mov", "matroska", "avi", "mpegts", "asf", "flv", "nut", "ivf"}
"""Containers that have every frame's timestamp in the file, so that frames are recognised after a seek. Videos in
others (MPEG program streams: timestamps after a seek are guesses) are decoded from their start: right, but slow."""

_NOTHING_CODED = 32
"""Bytes; an MPEG-4 packet up to this size may say "as the frame before", which decoders do not show."""

_COMPARED = 100
"""Frames at the start that are decoded where the packets' order of timestamps is suspicious."""

_VP8_IS_SHOWN = 0x10
"""Bit of a VP8 packet's first byte; frames without it serve as references only."""


@dataclass(frozen=True)
class Orientation:
    """How decoded pixels are turned before they are shown: first transposed, then mirrored."""

    is_transposed: bool = False
    is_mirrored_in_x: bool = False
    is_mirrored_in_y: bool = False

    @classmethod
    def of_frame(cls, decoded: Any, path: str) -> Self:
        """Return the orientation that a frame's display matrix asks for; warn about one that is not a quarter turn."""
        data = next((bytes(side) for side in decoded.side_data if side.type.name == "DISPLAYMATRIX"), None)
        if data is None:
            return cls()
        a, b, _, c, d = np.frombuffer(data, np.int32)[:5].tolist()
        if not b and not c and a and d:
            return cls(False, a < 0, d < 0)
        if not a and not d and b and c:
            return cls(True, c < 0, b < 0)
        notice(
            f"{path} is to be shown turned by {decoded.rotation} degrees; only quarter turns are applied, "
            "so its frames are as they were recorded"
        )
        return cls()

    def apply(self, pixels: Any) -> Any:
        """Return pixels as they are shown; the same array when nothing is to be turned."""
        if self.is_transposed:
            pixels = pixels.swapaxes(0, 1)
        return pixels[:: -1 if self.is_mirrored_in_y else 1, :: -1 if self.is_mirrored_in_x else 1]


@dataclass(frozen=True)
class VideoIndex:
    """The frames of a video file.

    Parameters
    ----------
    pts
        Timestamps in the order in which the frames are shown; `NO_TIMESTAMP` for none.
    keyframes
        Numbers of the frames at which decoding can begin after a seek; empty when the file is read from its start.
    width, height
        Of a frame as it is coded, before it is turned.
    """

    pts: Int64Array
    keyframes: Int64Array
    width: int
    height: int

    @classmethod
    def read(cls, path: Path) -> tuple[Self, Any]:
        """Find all frames of a file; the first comes with them, decoded (None if no packet gives one).

        Raises
        ------
        ValueError
            When FFmpeg finds no video in it, or it shows no frame.
        """
        with opened(str(path)) as container:
            stream = container.streams.video[0]
            codec = stream.codec_context
            if codec is None:
                raise ValueError(f"{path} holds a video in a format that FFmpeg does not know, or is damaged")
            width, height = codec.width, codec.height
            formats = container.format.name.split(",")
            reorders = bool(codec.has_b_frames)
            packets, first = _packets_and_first_frame(container)
            if codec.name == "vp8":
                packets = _shown_vp8(str(path))
            is_certain = _tell_order(packets, codec.name, formats, reorders=reorders)
            # Timestamps that ascend in spite of reordered frames may be those of another container's order of coding.
            ascend = all((one.pts or 0) < (other.pts or 0) for one, other in pairwise(packets))
            needs_more = reorders and ascend
        stamps = _shown(packets, str(path)) if is_certain else None
        begins = stamps and first is not None and stamps[0][0] == stamp_of(first)
        if not stamps or not begins or (needs_more and not _begins_with(stamps[:_COMPARED], str(path))):
            stamps = list(_decoding(str(path)))
            is_certain = False
        if not stamps:
            raise ValueError(f"{path} holds no video frame")
        pts = np.array([stamp for stamp, _ in stamps], np.int64)
        keyframes = np.flatnonzero([is_keyframe for _, is_keyframe in stamps])
        # Where stamps start again, or are missing, a seek cannot be told to end at the right frame.
        can_seek = not _SEEKABLE.isdisjoint(formats) and (
            bool((np.diff(pts) >= 0).all()) if is_certain else len(np.unique(pts)) == len(pts)
        )
        can_seek = can_seek and NO_TIMESTAMP not in pts[:1] and not (pts == NO_TIMESTAMP).any()
        index = cls(read_only(pts), read_only(keyframes if can_seek else keyframes[:0]), width, height)
        return index, first


class _Packet(NamedTuple):
    pts: int | None
    dts: int | None
    size: int
    is_keyframe: bool
    is_discarded: bool

    @classmethod
    def of(cls, packet: Any) -> _Packet:
        return cls(packet.pts, packet.dts, packet.size, packet.is_keyframe, packet.is_discard)


def _packets_and_first_frame(container: Any) -> tuple[list[_Packet], Any]:
    """Return all packets of a container that was just opened, and the first frame that a decoder shows, if any."""
    stream = container.streams.video[0]
    stream.codec_context.thread_type = "SLICE"  # others start with many packets before they give the first frame
    damaged = import_av().error.InvalidDataError
    packets: list[_Packet] = []
    first: Any = None
    for packet in container.demux(stream):
        if packet.size:
            packets.append(_Packet.of(packet))
        if first is None:
            with suppress(damaged):
                first = next(iter(stream.decode(packet)), None)
    return packets, first


_Stamp = tuple[int, bool]
"""Timestamp of a shown frame, and whether it is a keyframe."""


_CONTAINERS = (  # and what sound comes in, of which more can be said than that it is not read
    "asf,avi,dv,flv,gif,h264,hevc,ivf,m4v,matroska,mjpeg,mov,mp4,mpeg,mpegts,mpegvideo,mxf,nut,ogg,wav,webm,yuv4mpegpipe"
)
"""What is read as video. FFmpeg goes by a file's contents, and knows formats that are lists of other files and of
addresses (hls, dash, concat, image2), or programs (lavfi)."""
_OPTIONS = {"format_whitelist": _CONTAINERS, "protocol_whitelist": "file"}


def opened(path: str) -> Any:
    """Open a file with a video stream; errors name the file."""
    av = import_av()
    try:
        container = av.open(path, options=_OPTIONS)
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise ValueError(f"{path} cannot be read as video: {error.strerror}") from error
    if not container.streams.video:
        container.close()
        raise ValueError(f"{path} holds no video")
    return container


def import_av() -> Any:
    """Return PyAV, or raise ImportError that says what to install."""
    try:
        import av
    except ImportError as error:
        raise ImportError("reading video needs PyAV: pip install whiskertoolbox[video]") from error
    return av


def _tell_order(packets: list[_Packet], codec: str, formats: list[str], *, reorders: bool) -> bool:
    """Return whether frames are shown in the order of the packets' timestamps, one for each packet."""
    if _SEEKABLE.isdisjoint(formats) or any(packet.pts is None for packet in packets):
        return False
    if "avi" in formats and reorders:  # AVI knows the order of coding only
        return False
    if codec == "mpeg4" and any(packet.size <= _NOTHING_CODED for packet in packets):
        return False
    decoding = [packet.dts for packet in packets if packet.dts is not None]
    return all(earlier <= later for earlier, later in pairwise(decoding))


def _shown(packets: list[_Packet], path: str) -> list[_Stamp] | None:
    """Return the frames in the order of their timestamps; None when the packets do not tell which ones are shown."""
    shown = [(packet.pts or 0, packet.is_keyframe) for packet in packets if not packet.is_discarded]
    first = next((place for place, packet in enumerate(packets) if packet.is_keyframe), None)
    if first is None:
        return None
    start = packets[first].pts or 0
    if any((packet.pts or 0) >= start for packet in packets[:first]):
        return None
    shown.sort(key=lambda stamp: stamp[0])
    before = [stamp for stamp in shown if stamp[0] < start]
    if not before:
        return shown
    decoded: list[_Stamp] = []
    for stamp in _decoding(path):
        if stamp[0] >= start:
            return decoded + shown[len(before) :]
        decoded.append(stamp)
    return decoded


def decode(container: Any, *, from_keyframe: bool) -> Generator[Any, None, None]:
    """Decode what follows in a container; packets that are damaged give no frame.

    After a seek decoding begins with a keyframe: of several packets with one timestamp, seeks end at any.
    """
    stream = container.streams.video[0]
    damaged = import_av().error.InvalidDataError
    for packet in container.demux(stream):
        if from_keyframe and not packet.is_keyframe:
            continue
        from_keyframe = False
        try:
            frames = stream.decode(packet)
        except damaged:
            continue
        yield from frames


def _begins_with(stamps: list[_Stamp], path: str) -> bool:
    """Return whether a decoder gives these frames first."""
    decoded = islice(_decoding(path), len(stamps))
    return [stamp for stamp, _ in decoded] == [stamp for stamp, _ in stamps]


def _decoding(path: str) -> Iterator[_Stamp]:
    with opened(path) as container:
        # Decoders with a thread for each frame lose whole frames together with a damaged one.
        container.streams.video[0].codec_context.thread_type = "SLICE"
        for frame in decode(container, from_keyframe=False):
            yield stamp_of(frame), bool(frame.key_frame)


def stamp_of(decoded: Any) -> int:
    """Return the timestamp of a frame."""
    return NO_TIMESTAMP if decoded.pts is None else int(decoded.pts)


def _shown_vp8(path: str) -> list[_Packet]:
    with opened(path) as container:
        return [
            _Packet.of(packet)
            for packet in container.demux(video=0)
            if packet.size and memoryview(packet)[0] & _VP8_IS_SHOWN
        ]
