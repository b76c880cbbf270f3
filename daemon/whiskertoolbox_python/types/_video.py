"""Frames of a video file, decoded by FFmpeg through PyAV (extra ``video``), exact to the frame.

A frame's number is its place in the order in which frames are shown. The timestamps of all frames are read once, as a
rule without decoding, and stored with the data; reading a frame seeks to the keyframe before it and decodes until the
frame with its timestamp comes out. A container's own frame count and the place where its seek ends are never trusted.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import Int64Array, read_only
from whiskertoolbox_python.types._frames import FileFrames, Frame, MediaType

if TYPE_CHECKING:
    from typing_extensions import Self

_DECODED_RATHER_THAN_SOUGHT = 16
"""Frames; going on decoding over a keyframe is faster than a seek, which empties the decoder's threads."""

_SEEKABLE = {"mov", "matroska", "avi", "mpegts", "asf", "flv", "nut", "ivf"}
"""Containers that have every frame's timestamp in the file, so that frames are recognised after a seek. Videos in
others (MPEG program streams: timestamps after a seek are guesses) are decoded from their start: right, but slow."""

_KEPT_BEFORE = 32
"""Frames; those passed on the way to the wanted one are kept, so that stepping backwards does not decode each anew."""


def _av() -> Any:
    try:
        import av
    except ImportError as error:
        raise ImportError("reading video needs PyAV: pip install whiskertoolbox[video]") from error
    return av


class VideoFrames(FileFrames):
    """Frames of one video file."""

    name: ClassVar[str] = "video"
    media_type = MediaType.Video
    is_8_bit = True

    def __init__(
        self, path: str, *, color: bool, width: int, height: int, pts: Int64Array, keyframes: Int64Array, file_size: int
    ) -> None:
        super().__init__()
        self.filename = path
        self.width, self.height, self.count = width, height, len(pts)
        self._color = color
        self._pts = read_only(pts)
        self._keyframes = read_only(keyframes)
        self._file_size = file_size
        self._decoder: _Decoder | None = None

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, color: bool) -> Self:
        """Read the timestamps of a video file.

        Raises
        ------
        FileNotFoundError, PermissionError
            When the file cannot be opened.
        ValueError
            When FFmpeg finds no video in it, or its frames have no usable timestamps.
        """
        file = Path(path).absolute()
        file_size = file.stat().st_size
        with _opened(str(file)) as container:
            stream = container.streams.video[0]
            if stream.codec_context is None:
                raise ValueError(f"{file} holds a video in a format that FFmpeg does not know, or is damaged")
            width, height = stream.codec_context.width, stream.codec_context.height
            stamps = [
                (packet.pts, packet.is_keyframe)
                for packet in container.demux(stream)
                if packet.size and not packet.is_discard
            ]
            is_guessed = container.format.name == "avi" and stream.codec_context.has_b_frames and _ascend(stamps)
            is_seekable = not _SEEKABLE.isdisjoint(container.format.name.split(","))
        if is_guessed or any(pts is None for pts, _ in stamps):
            stamps = _decoded_stamps(str(file))
        else:
            stamps.sort()
        if not stamps:
            raise ValueError(f"{file} holds no video frame")
        pts = np.array([pts for pts, _ in stamps], np.int64)
        keyframes = np.flatnonzero([is_keyframe for _, is_keyframe in stamps])
        return cls(
            str(file),
            color=color,
            width=width,
            height=height,
            pts=pts,
            keyframes=keyframes if is_seekable else keyframes[:0],
            file_size=file_size,
        )

    def stored(self) -> Columns:
        """Return path, size and timestamps; no pixels."""
        attributes = {
            "path": self.filename,
            "color": self._color,
            "width": self.width,
            "height": self.height,
            "file_size": self._file_size,
        }
        return Columns({"pts": self._pts, "keyframes": self._keyframes}, attributes)

    @classmethod
    def from_stored(cls, columns: Columns) -> Self:
        """Make the source again; the file is opened when a frame is asked for."""
        attributes = columns.attributes
        return cls(
            attributes["path"],
            color=attributes["color"],
            width=attributes["width"],
            height=attributes["height"],
            pts=columns.arrays["pts"],
            keyframes=columns.arrays["keyframes"],
            file_size=attributes["file_size"],
        )

    def _close(self) -> None:
        if self._decoder is not None:
            self._decoder.close()
        self._decoder = None

    def _read(self, number: int) -> Frame:
        decoder = self._decoder
        if decoder is None:
            self._check_file()
            decoder = self._decoder = _Decoder(self.filename, self._pts, self._keyframes, color=self._color)
        try:
            for passed, decoded in decoder.frames_to(number):
                if number - passed < _KEPT_BEFORE:
                    self._cache.put(passed, decoder.as_array(decoded))
        except _av().error.FFmpegError as error:
            self._decoder = None  # its position is unknown now
            raise RuntimeError(f"frame {number} of {self.filename} cannot be decoded: {error}") from error
        frame = self._cache.get(number)
        if frame is None:
            self._decoder = None
            raise RuntimeError(f"frame {number} of {self.filename} cannot be decoded: the file is damaged there")
        return frame

    def _check_file(self) -> None:
        try:
            file_size = os.stat(self.filename).st_size
        except FileNotFoundError:
            message = "the video of this data is missing; put it back, or load it from where it is now"
            raise FileNotFoundError(errno.ENOENT, message, self.filename) from None
        if file_size != self._file_size:
            raise RuntimeError(f"{self.filename} is not the video that was loaded (other size): load it again")


class _Decoder:
    """An open container and the number of the frame that its decoder gives next."""

    def __init__(self, path: str, pts: Int64Array, keyframes: Int64Array, *, color: bool) -> None:
        self._path = path
        self._pts = pts
        self._keyframes = keyframes
        self._by_pts = np.argsort(pts, kind="stable")
        self._format = "rgb24" if color else "gray"
        self._reformatter = _av().video.reformatter.VideoReformatter()
        self._rewind()

    def _rewind(self) -> None:
        self._container = _opened(self._path)
        self._stream = self._container.streams.video[0]
        self._stream.codec_context.thread_type = "AUTO"
        self._frames = self._container.decode(self._stream)
        self._next = 0
        self._was_sought = False

    def close(self) -> None:
        """Close the file and end the decoder's threads."""
        self._frames.close()
        self._container.close()
        del self._frames, self._stream, self._container

    def frames_to(self, number: int) -> Iterator[tuple[int, Any]]:
        """Decode up to a frame; give the number of each frame passed, and the frame."""
        last = int(np.searchsorted(self._keyframes, number, "right")) - 1
        keyframe = int(self._keyframes[last]) if last >= 0 else 0
        if self._next > number or keyframe - self._next > _DECODED_RATHER_THAN_SOUGHT:
            yield from self._seek(last, number)
        while self._next <= number:
            decoded = next(self._frames, None)
            if decoded is None:
                return
            place = self._place(decoded)
            if place is None:
                continue
            if self._was_sought and place != self._next:
                self._rewind()  # the timestamps are not what they were when all were read in order
                continue
            self._next = place + 1
            yield place, decoded

    def _seek(self, last: int, number: int) -> Iterator[tuple[int, Any]]:
        """Go to a keyframe, or to one before it if the container seeks past the wanted frame; give the first frame."""
        for keyframe in self._keyframes[: last + 1][::-1].tolist():
            self._container.seek(int(self._pts[keyframe]), stream=self._stream, backward=True)
            self._frames = self._container.decode(self._stream)
            for decoded in self._frames:
                place = self._place(decoded)
                if place is None or place < keyframe:
                    continue  # shown before the keyframe but coded after it: made of frames that were not decoded
                if place <= number:
                    self._next = place + 1
                    self._was_sought = True
                    yield place, decoded
                    return
                break
        self._rewind()

    def _place(self, decoded: Any) -> int | None:
        """Return a decoded frame's number; None for one that does not count, as outside an edit list."""
        if decoded.pts is None:
            return None
        if self._next < len(self._pts) and self._pts[self._next] == decoded.pts:
            return self._next  # also tells frames with equal timestamps apart
        first = int(np.searchsorted(self._pts, decoded.pts, sorter=self._by_pts))
        if first == len(self._pts) or self._pts[self._by_pts[first]] != decoded.pts:
            return None
        return int(self._by_pts[first])

    def as_array(self, decoded: Any) -> Frame:
        """Return a frame's pixels, read-only."""
        plane = self._reformatter.reformat(decoded, format=self._format).planes[0]
        bytes_per_pixel = 3 if self._format == "rgb24" else 1
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width * bytes_per_pixel]
        shape = (plane.height, plane.width, 3) if bytes_per_pixel == 3 else (plane.height, plane.width)
        return read_only(rows.reshape(shape) if rows.flags.c_contiguous else rows.copy().reshape(shape))


def _opened(path: str) -> Any:
    av = _av()
    try:
        container = av.open(path)
    except av.error.FFmpegError as error:
        if isinstance(error, OSError):
            raise
        raise ValueError(f"{path} cannot be read as video: {error.strerror}") from error
    if not container.streams.video:
        container.close()
        raise ValueError(f"{path} holds no video")
    return container


def _ascend(stamps: list[tuple[int | None, bool]]) -> bool:
    """Tell whether timestamps ascend in coding order, which those of reordered frames do not."""
    pts = [pts for pts, _ in stamps if pts is not None]
    return all(earlier < later for earlier, later in pairwise(pts))


def _decoded_stamps(path: str) -> list[tuple[int | None, bool]]:
    """Return timestamps in the order of showing by decoding everything, where the container does not tell them."""
    with _opened(path) as container:
        stamps = [(frame.pts, frame.key_frame) for frame in container.decode(video=0)]
    pts = {pts for pts, _ in stamps}
    if None in pts or len(pts) < len(stamps):
        raise ValueError(
            f"the frames of {path} have no timestamps: convert it first (ffmpeg -i {Path(path).name} converted.mp4)"
        )
    return stamps
