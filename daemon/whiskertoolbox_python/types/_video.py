"""Frames of a video file, decoded by FFmpeg through PyAV (extra ``video``), exact to the frame.

A frame's number is its place in the order in which a decoder shows them (`_video_index` finds it). Reading a frame
seeks to the keyframe before it and decodes; the frames that come out are recognised by their timestamps, one after
another, until only one place in the file fits. A container's own frame count and the place where its seek ends are
never trusted.

Gray is full range: luma that a file keeps from 16 to 235 is stretched to 0 to 255, as OpenCV and players do. Frames
are turned and mirrored as the file asks.
"""

from __future__ import annotations

import errno
import os
from collections import deque
from collections.abc import Iterator
from dataclasses import astuple
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import read_only
from whiskertoolbox_python.arrays.stored import check_ascending, check_column, check_whole
from whiskertoolbox_python.types._frames import CACHE_BYTES, FileFrames, Frame, MediaType, check_file
from whiskertoolbox_python.types._video_index import (
    NO_TIMESTAMP,
    Orientation,
    VideoIndex,
    decode,
    import_av,
    opened,
    stamp_of,
)
from whiskertoolbox_python.upstream.arguments import SIZE

if TYPE_CHECKING:
    from typing_extensions import Self

_DECODED_RATHER_THAN_SOUGHT = 16
"""Frames; going on decoding over a keyframe is faster than a seek, which empties the decoder's threads."""

_KEPT_BEFORE = 32
"""Frames; those passed on the way to the wanted one are kept, so that stepping backwards does not decode each again."""

_RECOGNISED_WITHIN = 64
"""Frames; when so many after a seek fit several places of the file, it is decoded from its start."""


class VideoFrames(FileFrames):
    """Frames of one video file."""

    name: ClassVar[str] = "video"
    media_type = MediaType.Video
    is_8_bit = True

    def __init__(self, path: str, index: VideoIndex, *, color: bool, orientation: Orientation, file_size: int) -> None:
        super().__init__()
        self.filename = path
        self.count = len(index.pts)
        turned = (index.height, index.width) if orientation.is_transposed else (index.width, index.height)
        self.width, self.height = turned
        self._index = index
        self._color = color
        self._orientation = orientation
        self._file_size = file_size
        self._decoder: _Decoder | None = None
        self._reformatter: Any = None
        """One for all frames: to make one takes longer than to convert a frame."""

    @classmethod
    def open(cls, path: str | os.PathLike[str], *, color: bool) -> Self:
        """Find the frames of a video file.

        Raises
        ------
        FileNotFoundError, PermissionError
            When the file cannot be opened.
        ValueError
            When FFmpeg finds no video in it, or it shows no frame.
        """
        file = Path(path).absolute()
        file_size = file.stat().st_size
        index, first = VideoIndex.read(file)
        orientation = Orientation() if first is None else Orientation.of_frame(first, str(file))
        frames = cls(str(file), index, color=color, orientation=orientation, file_size=file_size)
        if first is not None:  # what is looked at first need not be decoded twice
            frames._cache.put(0, frames._as_array(first))
        return frames

    def stored(self) -> Columns:
        """Return path, size and timestamps; no pixels."""
        attributes = {
            "path": self.filename,
            "color": self._color,
            "width": self._index.width,
            "height": self._index.height,
            "orientation": list(astuple(self._orientation)),
            "file_size": self._file_size,
        }
        return Columns({"pts": self._index.pts, "keyframes": self._index.keyframes}, attributes)

    @classmethod
    def check_stored(cls, columns: Columns) -> int:
        """Require keyframes among the frames, in order."""
        check_file(columns)
        check_whole(columns, "file_size", 0, SIZE[1])
        turned = columns.attributes.get("orientation", [])
        if type(turned) is not list or len(turned) not in (0, 3) or any(type(one) is not bool for one in turned):
            raise ValueError(f"the attribute 'orientation' is {turned!r:.50}")
        count = len(check_column(columns, "pts", np.int64))
        keyframes = check_column(columns, "keyframes", np.int64)
        check_ascending(keyframes, "keyframes", distinct=True)
        if len(keyframes) and not 0 <= keyframes[0] <= keyframes[-1] < count:
            raise ValueError(f"the column 'keyframes' names frames that are not among the {count}")
        return count

    @classmethod
    def from_stored(cls, columns: Columns) -> Self:
        """Make the source again; the file is opened when a frame is asked for."""
        attributes = columns.attributes
        index = VideoIndex(
            columns.arrays["pts"], columns.arrays["keyframes"], attributes["width"], attributes["height"]
        )
        return cls(
            attributes["path"],
            index,
            color=attributes["color"],
            orientation=Orientation(*attributes.get("orientation", ())),  # none in older sessions
            file_size=attributes["file_size"],
        )

    def _close(self) -> None:
        if self._decoder is not None:
            self._decoder.close()
        self._decoder = self._reformatter = None

    def _read(self, number: int) -> Frame:
        decoder = self._decoder
        if decoder is None:
            self._check_file()
            decoder = self._decoder = _Decoder(self.filename, self._index)
        decoded, reason = decoder.frame(number)
        if decoded is None:  # decoders with a thread for each frame lose whole frames together with a damaged one
            self._decoder = None
            careful = _Decoder(self.filename, self._index, threads="SLICE")
            decoded, reason = careful.frame(number)
            careful.close()
        if decoded is None:
            reason = reason or "the file is damaged there"
            raise RuntimeError(f"frame {number} of {self.filename} cannot be decoded: {reason}")
        frame = self._as_array(decoded)
        self._cache.put(number, frame)
        return frame

    def _as_array(self, decoded: Any) -> Frame:
        """Return a frame's pixels as they are shown, read-only."""
        if self._reformatter is None:
            self._reformatter = import_av().video.reformatter.VideoReformatter()
        plane = self._reformatter.reformat(decoded, format="rgb24" if self._color else "gray").planes[0]
        channels = 3 if self._color else 1
        rows = np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width * channels]
        shape = (plane.height, plane.width, 3) if self._color else (plane.height, plane.width)
        pixels = rows.reshape(shape) if rows.flags.c_contiguous else rows.copy().reshape(shape)
        return read_only(np.ascontiguousarray(self._orientation.apply(pixels)))

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

    def __init__(self, path: str, index: VideoIndex, *, threads: str = "AUTO") -> None:
        self._path = path
        self._threads = threads
        self._pts = index.pts
        self._keyframes = index.keyframes
        bytes_per_frame = 2 * index.width * index.height
        self._passed: deque[tuple[int, Any]] = deque(maxlen=max(1, min(_KEPT_BEFORE, CACHE_BYTES // bytes_per_frame)))
        self._rewind()

    def _rewind(self) -> None:
        self._container = opened(self._path)
        self._stream = self._container.streams.video[0]
        self._stream.codec_context.thread_type = self._threads
        self._frames = decode(self._container, from_keyframe=False)
        self._next = 0
        self._was_sought = False

    def close(self) -> None:
        """Close the file and end the decoder's threads."""
        self._frames.close()
        self._container.close()
        self._passed.clear()
        del self._frames, self._stream, self._container

    def frame(self, number: int) -> tuple[Any, str]:
        """Return a decoded frame, and an empty text; None when the file does not show it, and why if that is known."""
        for passed, decoded in self._passed:
            if passed == number:
                return decoded, ""
        try:
            for passed, decoded in self._frames_to(number):
                self._passed.append((passed, decoded))
                if passed == number:
                    return decoded, ""
        except import_av().error.FFmpegError as error:
            return None, str(error)
        return None, ""

    def _frames_to(self, number: int) -> Iterator[tuple[int, Any]]:
        """Decode up to a frame; give the number of each frame passed, and the frame."""
        last = int(np.searchsorted(self._keyframes, number, "right")) - 1
        keyframe = int(self._keyframes[last]) if last >= 0 else 0
        if self._next > number or keyframe - self._next > _DECODED_RATHER_THAN_SOUGHT:
            yield from self._seek(last, number)
        while self._next <= number:
            decoded = next(self._frames, None)
            if decoded is None:
                return
            place = self._place_in_order(decoded)
            if place is None:
                continue
            if self._was_sought and place != self._next:
                self._rewind()  # the timestamps are not what they were when all were read in order
                continue
            self._next = place + 1
            yield place, decoded

    def _place_in_order(self, decoded: Any) -> int | None:
        """Return the number of the frame that comes next; None for one that does not count.

        Frames that a damaged file does not show any more are passed over.
        """
        stamp = stamp_of(decoded)
        if self._next < len(self._pts) and self._pts[self._next] == stamp:
            return self._next
        later = np.flatnonzero(self._pts[self._next :] == stamp)
        return self._next + int(later[0]) if len(later) and stamp != NO_TIMESTAMP else None

    def _seek(self, last: int, number: int) -> Iterator[tuple[int, Any]]:
        """Go to a keyframe, or to one before it if the container seeks past the wanted frame; give what comes first."""
        for keyframe in self._keyframes[: last + 1][::-1].tolist():
            self._container.seek(int(self._pts[keyframe]), stream=self._stream, backward=True)
            self._frames = decode(self._container, from_keyframe=True)
            found = self._recognise()
            if not found:
                break
            if found[0][0] <= number:
                self._next = found[-1][0] + 1
                self._was_sought = True
                yield from found
                return
        self._rewind()

    def _recognise(self) -> list[tuple[int, Any]]:
        """Decode until the timestamps fit one place in the file only; return the frames from the keyframe on."""
        decoded: list[Any] = []
        places = self._keyframes[:0]
        for frame in self._frames:
            stamp = stamp_of(frame)
            if not decoded:  # what is shown before the keyframe is made of frames that were not decoded
                places = self._keyframes[self._pts[self._keyframes] == stamp]
                if not len(places):
                    continue
            else:
                places = places[places + len(decoded) < len(self._pts)]
                places = places[self._pts[places + len(decoded)] == stamp]
            decoded.append(frame)
            if len(places) == 1:
                return [(int(places[0]) + offset, one) for offset, one in enumerate(decoded)]
            if not len(places) or len(decoded) == _RECOGNISED_WITHIN:
                break
        return []
