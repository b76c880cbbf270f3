"""Where media get their frames from: the protocol of a source, and the sources that need no file.

Video files are in `_video`, image files in `_images`.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import read_only
from whiskertoolbox_python.arrays.stored import check_text, check_truth, check_whole
from whiskertoolbox_python.fork import survive_fork
from whiskertoolbox_python.upstream.bindings import BoundEnum

if TYPE_CHECKING:
    from typing_extensions import Self

Frame = npt.NDArray[Any]

_LONGEST_SIDE = 1 << 20
"""Pixels of a picture's width or height that can be meant."""
CACHE_BYTES = 64 * 2**20
"""How much memory the decoded frames of one source may take."""


class MediaType(BoundEnum):
    """Where the frames of media come from, as `MediaData.getMediaType` returns it.

    Examples
    --------
    >>> MediaType.Video, int(MediaType.Images)
    (<MediaType.Video: 0>, 1)
    """

    __slots__ = ()
    _names = {"Video": 0, "Images": 1, "HDF5": 2}  # noqa: RUF012 - declared ClassVar in the base
    Video: ClassVar[MediaType]
    Images: ClassVar[MediaType]
    HDF5: ClassVar[MediaType]


class FrameSource(Protocol):
    """Frames by number. Every method may be called from any thread."""

    name: ClassVar[str]
    """Under which `stored` is found again."""
    media_type: MediaType
    filename: str
    """Path of the file or folder; empty if there is none."""
    width: int
    height: int
    count: int
    is_8_bit: bool

    def frame(self, number: int) -> Frame:
        """Return a frame, read-only: ``(height, width)``, or ``(height, width, 3)`` as RGB; `number` exists."""

    def frames(self, numbers: range) -> Frame:
        """Return several frames as one array, a view where they are in memory; the numbers exist."""

    def stored(self) -> Columns:
        """Return what the source can be made of again."""

    @classmethod
    def check_stored(cls, columns: Columns) -> int:
        """Return the number of frames; ValueError when what is stored cannot be this source. Touches no file."""

    @classmethod
    def from_stored(cls, columns: Columns) -> Self:
        """Make the source again; touches no file."""


class NoFrames:
    """The empty placeholder that a new DataManager holds."""

    name: ClassVar[str] = "none"
    media_type = MediaType.Video
    filename = ""
    width = 640
    height = 480
    count = 0
    is_8_bit = True

    def frame(self, number: int) -> Frame:
        """Raise; there is no frame."""
        raise IndexError(f"frame {number} of 0")

    def frames(self, numbers: range) -> Frame:
        """Return an array of no frames."""
        return np.zeros((0, self.height, self.width), np.uint8)

    def stored(self) -> Columns:
        """Return nothing."""
        return Columns()

    @classmethod
    def check_stored(cls, columns: Columns) -> int:
        """Require nothing."""
        return 0

    @classmethod
    def from_stored(cls, columns: Columns) -> Self:
        """Make the placeholder."""
        return cls()


class ArrayFrames:
    """Frames in memory or in the store: ``(frames, height, width)``, or with a last axis of 3 as RGB."""

    name: ClassVar[str] = "array"
    media_type = MediaType.Images
    filename = ""

    def __init__(self, frames: Frame) -> None:
        self._frames = read_only(frames)
        self.count, self.height, self.width = frames.shape[:3]
        self.is_8_bit = frames.dtype == np.uint8

    def frame(self, number: int) -> Frame:
        """Return a view."""
        frame: Frame = self._frames[number]
        return frame

    def frames(self, numbers: range) -> Frame:
        """Return a view."""
        if not numbers:
            return self._frames[:0]
        stop = numbers.stop if numbers.stop >= 0 else None  # a range down to 0 stops at -1
        return self._frames[numbers.start : stop : numbers.step]

    def stored(self) -> Columns:
        """Return the frames themselves."""
        return Columns({"frames": self._frames})

    @classmethod
    def check_stored(cls, columns: Columns) -> int:
        """Require frames in gray or RGB."""
        frames = columns.arrays.get("frames")
        if (
            frames is None
            or frames.dtype not in (np.uint8, np.float32)
            or not (frames.ndim == 3 or (frames.ndim == 4 and frames.shape[3] == 3))
        ):
            raise ValueError("there are no frames in gray or RGB")
        return len(frames)

    @classmethod
    def from_stored(cls, columns: Columns) -> Self:
        """Make the source over a stored array, without a copy."""
        return cls(columns.arrays["frames"])


def check_file(columns: Columns) -> None:
    """Require what is stored of any source that reads files; raises ValueError."""
    check_text(columns, "path")
    check_truth(columns, "color")
    for side in ("width", "height"):
        check_whole(columns, side, 1, _LONGEST_SIDE)


class FileFrames:
    """Base of the sources that read files: one reader at a time, and the frames read last are kept.

    A fork waits for the reader, and takes along neither an open file, whose position both processes would share, nor a
    decoder, whose threads would not exist in the child.
    """

    fork_order = 2  # its lock is taken inside all others
    count: int
    height: int
    width: int

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._cache = FrameCache()
        survive_fork(self)

    def frame(self, number: int) -> Frame:
        """Return a frame, from memory if it was read lately."""
        with self._lock:
            frame = self._cache.get(number)
            return (self._read(number) if frame is None else frame)[...]

    def frames(self, numbers: range) -> Frame:
        """Return several frames as one new array."""
        if not numbers:
            return np.zeros((0, self.height, self.width), np.uint8)
        first = self.frame(numbers[0])
        frames = np.empty((len(numbers), *first.shape), first.dtype)
        for place, number in enumerate(numbers):
            frame = self.frame(number)
            if frame.shape != first.shape:
                raise ValueError(
                    f"frame {number} has the shape {frame.shape} and frame {numbers[0]} {first.shape}: "
                    "they do not fit into one array, read them one by one"
                )
            frames[place] = frame
        return read_only(frames)

    def _read(self, number: int) -> Frame:
        """Read a frame and put it, and what else was read, into the cache; the lock is held."""
        raise NotImplementedError

    def _close(self) -> None:
        """Close what must not cross a fork; it is opened again when needed."""

    def before_fork(self) -> None:
        """Wait for the reader, and close."""
        self._lock.acquire()
        self._close()

    def after_fork_in_parent(self) -> None:
        """Go on."""
        self._lock.release()

    def after_fork_in_child(self) -> None:
        """Go on."""
        self._lock.release()


class FrameCache:
    """The frames used last, as many as a budget of bytes allows. Not for several threads at once."""

    def __init__(self, budget_bytes: int = CACHE_BYTES) -> None:
        self._budget_bytes = budget_bytes
        self._bytes = 0
        self._frames: OrderedDict[int, Frame] = OrderedDict()

    def get(self, number: int) -> Frame | None:
        """Return a frame if it is there."""
        frame = self._frames.get(number)
        if frame is not None:
            self._frames.move_to_end(number)
        return frame

    def put(self, number: int, frame: Frame) -> None:
        """Keep a frame; those unused for longest give way, the newest always stays."""
        if number in self._frames:
            return
        self._frames[number] = frame
        self._bytes += frame.nbytes
        while self._bytes > self._budget_bytes and len(self._frames) > 1:
            self._bytes -= self._frames.popitem(last=False)[1].nbytes
