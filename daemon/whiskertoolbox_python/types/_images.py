"""Frames that are one image file each, read with Pillow (extra ``images``) when they are asked for.

Pillow rather than imageio: imageio reads these formats through Pillow as well.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.arrays.conversion import read_only
from whiskertoolbox_python.arrays.stored import check_column, check_truth, check_whole
from whiskertoolbox_python.types._frames import FileFrames, Frame, MediaType, check_file

if TYPE_CHECKING:
    from typing_extensions import Self

_FORMATS = ("BMP", "DIB", "GIF", "JPEG", "JPEG2000", "PNG", "PPM", "TIFF", "WEBP")
"""What is read as an image. Pillow goes by a file's contents, not by its name, and knows more: EPS is a program, which
another program would run."""

_SCALE_16_BIT = 255 / 65535
_PAGE = "\n"
"""Between the name of a stack and the number of a page; no file name of a recording has it."""
_TURNED = (5, 6, 7, 8)
"""EXIF orientations that exchange width and height."""


def find_images(
    folder: str | os.PathLike[str],
    *,
    extensions: Iterable[str] = (".png", ".jpg", ".jpeg"),
    pattern: str = "",
    sort_by_name: bool = True,
    recursive: bool = False,
) -> list[Path]:
    """Return the image files of a folder, without hidden ones.

    Parameters
    ----------
    extensions
        Endings of the file names, case-sensitive.
    pattern
        Regular expression that is searched in the file name.
    sort_by_name
        Order by path, numbers in it by their value; else the folder's own order.
    recursive
        Include the folders below.

    Raises
    ------
    NotADirectoryError
        When there is no such folder.
    """
    if not Path(folder).is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "there is no folder of images", str(folder))
    endings = tuple(extensions)
    files = [
        file
        for file in (Path(folder).rglob("*") if recursive else Path(folder).iterdir())
        if file.suffix in endings
        and not file.name.startswith(".")  # leftovers of macOS, and files that are being saved
        and re.search(pattern, file.name)
        and file.is_file()
    ]
    return sorted(files, key=natural_order) if sort_by_name else files


def natural_order(path: Path) -> list[Any]:
    """Return what orders paths as people do: numbers in names by their value, so that img2 is before img10."""
    parts = re.split(r"([0-9]+)", path.as_posix())
    return [(int(part), part) if place % 2 else part for place, part in enumerate(parts)]


class ImageFrames(FileFrames):
    """One frame per image file."""

    name: ClassVar[str] = "images"
    media_type = MediaType.Images

    def __init__(
        self, folder: str, packed: Frame, *, count: int, color: bool, width: int, height: int, is_8_bit: bool
    ) -> None:
        super().__init__()
        self.filename = folder
        self.width, self.height, self.count = width, height, count
        self.is_8_bit = is_8_bit
        self._packed = packed
        self._names: list[str] = []  # unpacked when the first frame is read
        self._color = color

    @classmethod
    def open(cls, files: Iterable[str | os.PathLike[str]], *, color: bool) -> Self:
        """Read size and depth of the first image.

        Raises
        ------
        ValueError
            When there is no file, or the first is not an image.
        FileNotFoundError
            When the first is missing.
        """
        paths = [Path(file).absolute() for file in files]
        if not paths:
            raise ValueError("there is no image to load")
        folder = os.path.commonpath([path.parent for path in paths])
        # Only the pages of TIFF stacks count as frames; animations in other formats are told by their first.
        pages = [_page_count(path) for path in paths]
        names = [
            f"{path.relative_to(folder).as_posix()}{f'{_PAGE}{page}' if page else ''}"
            for path, count in zip(paths, pages, strict=True)
            for page in range(count)
        ]
        packed = _packed(names)
        with _opened(str(paths[0])) as image, _naming(paths[0]):
            width, height = _upright_size(image)
            is_8_bit = not _is_deep(image)
        return cls(folder, packed, count=len(names), color=color, width=width, height=height, is_8_bit=is_8_bit)

    def _read(self, number: int) -> Frame:
        self._names = self._names or _unpacked(self._packed)
        name, _, page = self._names[number].partition(_PAGE)
        frame = read_only(self._pixels(os.path.join(self.filename, name), int(page or 0)))
        self._cache.put(number, frame)
        return frame

    def _pixels(self, path: str, page: int) -> Frame:
        with _opened(path) as image, _naming(path):
            image.seek(page)
            upright = _upright(image)
            if _is_deep(upright):
                return _as_float32(np.asarray(upright))
            return np.array(upright.convert("RGB" if self._color else "L"))

    def stored(self) -> Columns:
        """Return the folder and the files' names; no pixels."""
        attributes = {
            "path": self.filename,
            "count": self.count,
            "color": self._color,
            "width": self.width,
            "height": self.height,
            "is_8_bit": self.is_8_bit,
        }
        return Columns({"names": self._packed}, attributes)

    @classmethod
    def check_stored(cls, columns: Columns) -> int:
        """Require as many names as there are said to be."""
        check_file(columns)
        check_truth(columns, "is_8_bit")
        names = check_column(columns, "names", np.uint8)
        return check_whole(columns, "count", 1, 1 + int(np.count_nonzero(names == 0)))

    @classmethod
    def from_stored(cls, columns: Columns) -> Self:
        """Make the source again; files are opened when a frame is asked for."""
        attributes = columns.attributes
        return cls(
            attributes["path"],
            columns.arrays["names"],
            count=attributes["count"],
            color=attributes["color"],
            width=attributes["width"],
            height=attributes["height"],
            is_8_bit=attributes["is_8_bit"],
        )


def _packed(names: list[str]) -> Frame:
    """Return names as one column of bytes; they may be many, and attributes are small."""
    return read_only(np.frombuffer("\0".join(names).encode("utf-8", "surrogateescape"), np.uint8))


def _unpacked(packed: Frame) -> list[str]:
    return packed.tobytes().decode("utf-8", "surrogateescape").split("\0")


def _opened(path: str) -> Any:
    try:
        from PIL import Image, UnidentifiedImageError
    except ImportError as error:
        raise ImportError("reading images needs Pillow: pip install whiskertoolbox[images]") from error
    try:
        return Image.open(path, formats=_FORMATS)
    except UnidentifiedImageError:
        raise ValueError(f"{path} is not an image of a format that is read ({', '.join(_FORMATS)})") from None
    except Image.DecompressionBombError as error:
        raise ValueError(f"{path} is too large for an image: {error}") from None
    except FileNotFoundError:
        message = "an image of this data is missing; put it back, or load the images from where they are now"
        raise FileNotFoundError(errno.ENOENT, message, path) from None
    except Exception as error:
        raise _unreadable(path, error) from error


@contextlib.contextmanager
def _naming(path: str | os.PathLike[str]) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        raise _unreadable(path, error) from error


def _unreadable(path: str | os.PathLike[str], error: Exception) -> Exception:
    """Return an error that names the file: Pillow raises whatever a damaged one leads it to."""
    if isinstance(error, OSError) and error.filename is not None:
        return error  # it is not to be opened, and says which
    return ValueError(f"{os.fspath(path)} cannot be read as an image: {error}")


def _page_count(path: Path) -> int:
    if path.suffix.lower() not in (".tif", ".tiff"):
        return 1
    with _opened(str(path)) as image, _naming(path):
        return int(getattr(image, "n_frames", 1))


def _upright(image: Any) -> Any:
    """Return an image turned as its EXIF orientation asks for, as viewers show it."""
    from PIL import ImageOps

    return ImageOps.exif_transpose(image)


def _upright_size(image: Any) -> tuple[int, int]:
    width, height = image.size
    return (height, width) if image.getexif().get(0x0112) in _TURNED else (width, height)


def _is_deep(image: Any) -> bool:
    return bool(image.mode == "F" or image.mode.startswith("I"))


def _as_float32(pixels: Frame) -> Frame:
    """Return 16-bit or float pixels as float32 from 0 to 255, as upstream does."""
    if pixels.dtype.kind != "f":
        return (pixels * _SCALE_16_BIT).astype(np.float32)
    low, high = float(pixels.min(initial=0)), float(pixels.max(initial=0))
    if low >= 0 and high <= 255:
        return pixels.astype(np.float32)
    return ((pixels - low) * (255 / (high - low))).astype(np.float32)
