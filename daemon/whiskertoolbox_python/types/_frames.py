"""Where media get their frames from: the protocol of a source, and the sources that need no file.

Video files are in `_video`, image files in `_images`.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any, ClassVar, Protocol

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python._arguments import read_only
from whiskertoolbox_python._bound import BoundEnum
from whiskertoolbox_python.types._base import Columns

if TYPE_CHECKING:
    from typing_extensions import Self

Frame = npt.NDArray[Any]

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

    def stored(self) -> Columns:
        """Return what the source can be made of again."""

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

    def stored(self) -> Columns:
        """Return nothing."""
        return Columns()

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

    def stored(self) -> Columns:
        """Return the frames themselves."""
        return Columns({"frames": self._frames})

    @classmethod
    def from_stored(cls, columns: Columns) -> Self:
        """Make the source over a stored array, without a copy."""
        return cls(columns.arrays["frames"])


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
