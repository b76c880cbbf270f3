"""Media: a video file, or a folder of images. Frames are decoded when they are asked for, not here."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats.report import one_line_reason
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.media import MediaData


@dataclass(frozen=True, kw_only=True)
class VideoOptions:
    """Options of video: none."""


@dataclass(frozen=True, kw_only=True)
class ImagesOptions:
    """Options of images."""

    file_extensions: tuple[str, ...] = option((".png", ".jpg", ".jpeg"), "Endings of the files, case-sensitive.")
    filename_pattern: str = option("", "Regular expression that is searched in the file names.")
    sort_by_name: bool = option(True, "Frames in the order of the paths; else in the folder's own.")
    display_format: Literal["Color", "Gray"] = option("Color", "How 8-bit images are decoded.")
    recursive_search: bool = option(False, "Include the folders below.")


def load_video(source: Source, options: VideoOptions) -> Iterator[LoadedItem]:
    """Open a video, decoded to gray."""
    try:
        media = MediaData.from_video(source.path)
    except (OSError, ValueError, ImportError) as error:
        raise _failed(source, error) from error
    yield LoadedItem(source.name, media)


def load_images(source: Source, options: ImagesOptions) -> Iterator[LoadedItem]:
    """Find the images of a folder."""
    try:
        media = MediaData.from_images(
            source.path,
            color=options.display_format == "Color",
            extensions=options.file_extensions,
            pattern=options.filename_pattern,
            sort_by_name=options.sort_by_name,
            recursive=options.recursive_search,
        )
    except re.error as error:
        raise LoadError(f'filename_pattern "{options.filename_pattern}" is not a regular expression: {error}') from None
    except (OSError, ValueError, ImportError) as error:
        raise _failed(source, error) from error
    yield LoadedItem(source.name, media)


def _failed(source: Source, error: Exception) -> LoadError:
    reason = one_line_reason(error)
    return LoadError(reason if str(source.path) in reason else f"{source.path} cannot be loaded: {reason}")


VIDEO_LOADER = Loader("video", (), VideoOptions, load_video, "A video file, decoded to gray.", default_name="media")
IMAGES_LOADER = Loader(
    "images", (), ImagesOptions, load_images, "A folder of images.", reads="folder", default_name="media"
)
FORMATS = (VIDEO_LOADER, IMAGES_LOADER)
