"""The image size that coordinates belong to, as options give it."""

from __future__ import annotations

from dataclasses import dataclass

from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.geometry import ImageSize


@dataclass(frozen=True, kw_only=True)
class ImageSizeOptions:
    """Options of every format whose coordinates belong to an image."""

    width: int = option(-1, "Width of the image in pixels; -1: unknown.", alias="image_width")
    height: int = option(-1, "Height of the image in pixels; -1: unknown.", alias="image_height")

    def image_size(self) -> ImageSize | None:
        """Return the size, or None unless both sides are given."""
        return ImageSize(self.width, self.height) if self.width > 0 and self.height > 0 else None
