"""`MediaData`: the frames of a video, of image files, or of an array."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import as_array
from whiskertoolbox_python.arrays.stored import check_whole
from whiskertoolbox_python.clocks.time_frame import ClockTicks, TimeFrameIndex
from whiskertoolbox_python.types._frames import ArrayFrames, Frame, FrameSource, MediaType, NoFrames
from whiskertoolbox_python.types.data_object import DataObject
from whiskertoolbox_python.types.geometry import ImageSize
from whiskertoolbox_python.types.kinds import DataType, KindInfo, type_named
from whiskertoolbox_python.upstream.arguments import INT32, as_int

if TYPE_CHECKING:
    from typing_extensions import Self

__all__ = ["MediaData", "MediaType"]

VIDEO = KindInfo("Video", "Video", "frame", "device-camera-video", order=10, config_word="video", drawing="frames")
IMAGES = KindInfo("Images", "Images", "frame", "file-media", order=20, config_word="images", drawing="frames")


class MediaData(DataObject):
    """Frames by number: a video, a folder of images, or an array.

    There is no constructor: `DataManager.getData` gives media that were loaded, and `from_video`, `from_images` and
    `from_array` make some, which `DataManager.set_media` stores. What is stored of files is where they are, not their
    pixels; a file that is missing later is named when a frame is read.

    A frame is a read-only array: ``(height, width)`` in gray, ``(height, width, 3)`` as RGB in colour; uint8, or
    float32 from 0 to 255 for images of more than 8 bits. ``media[i]`` is a frame, ``media[10:20]`` several in one
    array, ``len(media)`` their number; iterating gives frame after frame. Frame numbers of a video are exact in any
    order of access, reading in order is fastest, and any thread may read.

    Examples
    --------
    >>> movie = MediaData.from_array(np.arange(24, dtype=np.uint8).reshape(2, 3, 4))
    >>> movie
    MediaData(4x3, frames=2)
    >>> movie[1].tolist()
    [[12, 13, 14, 15], [16, 17, 18, 19], [20, 21, 22, 23]]
    >>> [float(frame.mean()) for frame in movie]
    [5.5, 17.5]
    """

    __slots__ = ("_count", "_first", "_source")
    _source: FrameSource
    _first: int
    _count: int

    def __init__(self) -> None:
        raise TypeError(
            "MediaData: No constructor defined! Use DataManager.getData, or its from_video, from_images, from_array"
        )

    @classmethod
    def _over(cls, source: FrameSource, first: int = 0, count: int | None = None) -> Self:
        media = cls.__new__(cls)
        media._source = source
        media._first = first
        media._count = source.count if count is None else count
        return media

    @classmethod
    def from_video(cls, path: str | os.PathLike[str], *, color: bool = False) -> Self:
        """Open a video file; needs PyAV (``pip install whiskertoolbox[video]``).

        The timestamps of all frames are read, not the frames.

        Parameters
        ----------
        path : path
            Any format that FFmpeg reads.
        color : bool
            Decode to RGB instead of gray.

        Raises
        ------
        FileNotFoundError
            When there is no such file.
        ValueError
            When it holds no video, or its frames have no timestamps.
        ImportError
            When PyAV is not installed.
        """
        from whiskertoolbox_python.types._video import VideoFrames

        return cls._over(VideoFrames.open(path, color=color))

    @classmethod
    def from_images(
        cls,
        files: str | os.PathLike[str] | Iterable[str | os.PathLike[str]],
        *,
        color: bool = True,
        extensions: Iterable[str] = (".png", ".jpg", ".jpeg"),
        pattern: str = "",
        sort_by_name: bool = True,
        recursive: bool = False,
    ) -> Self:
        """Take image files as frames; needs Pillow (``pip install whiskertoolbox[images]``).

        Files are read when their frame is asked for; only the first is opened now.

        Parameters
        ----------
        files : path, or list of paths
            A folder, or the files in the order of the frames.
        color : bool
            Read 8-bit images as RGB (the default, as upstream) or as gray.
        extensions : list of str
            Of the files in a folder, those with such an ending, case-sensitive.
        pattern : str
            Regular expression that is searched in their names.
        sort_by_name : bool
            Whether they are ordered by path.
        recursive : bool
            Whether folders below count.

        Raises
        ------
        FileNotFoundError, NotADirectoryError
            When the folder or the first file is missing.
        ValueError
            When there is no image, or the first file is none.
        ImportError
            When Pillow is not installed.
        """
        from whiskertoolbox_python.types._images import ImageFrames, find_images

        if isinstance(files, (str, os.PathLike)):
            files = find_images(
                files, extensions=extensions, pattern=pattern, sort_by_name=sort_by_name, recursive=recursive
            )
        return cls._over(ImageFrames.open(files, color=color))

    @classmethod
    def from_array(cls, frames: npt.ArrayLike, *, copy: bool = True) -> Self:
        """Take an array as frames; its pixels are stored with the data.

        Parameters
        ----------
        frames : array of shape (frames, height, width) or (frames, height, width, 3)
            Pixels as uint8, or anything else as float32. The last axis of 3 is RGB.
        copy : bool
            False keeps the array as it is; the caller must not change it any more.
        """
        array = np.asarray(frames)
        if array.ndim not in (3, 4) or (array.ndim == 4 and array.shape[3] != 3):
            raise ValueError(f"frames must have the shape (frames, height, width[, 3]), not {array.shape}")
        dtype = np.uint8 if array.dtype == np.uint8 else np.float32
        return cls._over(ArrayFrames(np.array(array, dtype) if copy else array.astype(dtype, copy=False)))

    @property
    def kind(self) -> KindInfo:  # type: ignore[override]  # of this type there are two
        """Video, or images for image files and arrays."""
        return VIDEO if self._source.media_type == MediaType.Video else IMAGES

    @property
    def data_type(self) -> DataType:  # type: ignore[override]  # of this type there are two
        """``DataType.Video``, or ``DataType.Images`` for image files and arrays."""
        return type_named(self.kind.name)

    @classmethod
    def kinds(cls) -> tuple[KindInfo, ...]:
        """Return both."""
        return VIDEO, IMAGES

    def getHeight(self) -> int:
        """Return the height of a frame in pixels."""
        return self._source.height

    def getWidth(self) -> int:
        """Return the width of a frame in pixels."""
        return self._source.width

    def getImageSize(self) -> ImageSize:
        """Return width and height of a frame."""
        return ImageSize(self._source.width, self._source.height)

    def getTotalFrameCount(self) -> int:
        """Return the number of frames; ``len()`` gives the same."""
        return self._count

    def getFilename(self) -> str:
        """Return the path of the video or of the images' folder; ``''`` if there is none."""
        return self._source.filename

    def getMediaType(self) -> MediaType:
        """Return where the frames come from."""
        return self._source.media_type

    def is8Bit(self) -> bool:
        """Return whether frames are uint8."""
        return self._source.is_8_bit

    def is32Bit(self) -> bool:
        """Return whether frames are float32."""
        return not self._source.is_8_bit

    def frame(self, number: int | TimeFrameIndex) -> Frame:
        """Return one frame as a read-only array of shape ``(height, width)`` or ``(height, width, 3)``.

        Raises
        ------
        IndexError
            When there is no frame of that number.
        FileNotFoundError
            When the file is missing now; the message names it.
        RuntimeError
            When the video cannot be decoded there, or is not the one that was loaded.
        """
        index = as_int(number, "number")
        if not 0 <= index < self._count:
            raise IndexError(f"frame {index} of {self._count}")
        return self._source.frame(self._first + index)

    def getRawData8(self, frame: int) -> list[int]:
        """Return a frame as a flat, row-major list of 0 to 255: gray, or blue, green, red, alpha. `frame` is faster."""
        pixels = self._flat(frame)
        if pixels.dtype != np.uint8:
            pixels = np.clip(pixels, 0, 255).astype(np.uint8)
        numbers: list[int] = pixels.tolist()
        return numbers

    def getRawData32(self, frame: int) -> list[float]:
        """Return a frame as `getRawData8` does, as float."""
        numbers: list[float] = self._flat(frame).astype(np.float32).tolist()
        return numbers

    def _flat(self, frame: int) -> Frame:
        number = as_int(frame, "frame", INT32)
        if not self._count:
            return np.zeros(0, np.uint8)  # upstream's placeholder answers with an empty list
        pixels = self.frame(number)
        if pixels.ndim == 3:
            alpha = np.full((*pixels.shape[:2], 1), 255, pixels.dtype)
            pixels = np.concatenate([pixels[..., ::-1], alpha], axis=2)
        return pixels.reshape(-1)

    def to_columns(self) -> Columns:
        """Return what the frames can be read from again: of files the place, not the pixels."""
        stored = self._source.stored()
        attributes = {**stored.attributes, "source": self._source.name}
        arrays = {name: array[...] for name, array in stored.arrays.items()}
        return Columns(arrays, {**attributes, "first_frame": self._first, "frame_count": self._count})

    @classmethod
    def check_columns(cls, columns: Columns) -> None:
        """Require a source that is known, and frames that it has; no file is touched."""
        count = _source_class(columns.attributes.get("source", NoFrames.name)).check_stored(columns)
        first = check_whole(columns, "first_frame", 0, count, default=0)
        check_whole(columns, "frame_count", 0, count - first, default=count - first)

    @classmethod
    def from_columns(cls, columns: Columns) -> Self:
        """Make media of what was stored; no file is touched. Nothing stored means the empty placeholder."""
        attributes = columns.attributes
        source = _source_class(attributes.get("source", NoFrames.name))
        return cls._over(source.from_stored(columns), attributes.get("first_frame", 0), attributes.get("frame_count"))

    def _restricted(self, start_index: int, end_index: int) -> Self:
        first = min(max(start_index, 0), self._count)
        last = min(end_index, self._count - 1)
        return self._over(self._source, self._first + first, max(0, last - first + 1))

    def _entry_count(self) -> int:
        return self._count

    def __len__(self) -> int:
        return self._count

    def __bool__(self) -> bool:
        return True  # scripts ask `if media:` whether a key exists; upstream's class has no length

    def __contains__(self, number: object) -> bool:
        """Return whether there is a frame of that number."""
        return isinstance(number, (int, np.integer, TimeFrameIndex, ClockTicks)) and 0 <= int(number) < self._count

    def __getitem__(self, number: int | slice) -> Frame:
        """Return a frame (negative numbers count from the end), or those of a slice as one array."""
        if isinstance(number, slice):
            return self._source.frames(range(self._first, self._first + self._count)[number])
        index = as_int(number, "number")
        return self.frame(index + self._count if index < 0 else index)

    def __array__(self, dtype: npt.DTypeLike | None = None, copy: bool | None = None) -> Frame:
        """Return all frames as one array: a view of an array's, else read now, which may be large."""
        return as_array(self[:], dtype, copy)

    def __iter__(self) -> Iterator[Frame]:
        return (self.frame(number) for number in range(self._count))

    def __repr__(self) -> str:
        return f"MediaData({self._source.width}x{self._source.height}, frames={self._count})"


def _source_class(name: str) -> type[FrameSource]:
    """Return what reads frames of a source; the readers of files are imported when there are files to read."""
    in_memory: tuple[type[FrameSource], ...] = (NoFrames, ArrayFrames)
    for one in in_memory:
        if one.name == name:
            return one
    from whiskertoolbox_python.types._images import ImageFrames
    from whiskertoolbox_python.types._video import VideoFrames

    of_files: tuple[type[FrameSource], ...] = (VideoFrames, ImageFrames)
    return {one.name: one for one in of_files}[name]
