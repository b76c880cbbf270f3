"""Protocol types of figures that the interpreter keeps."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class SaveFigure:
    """Draw a figure that was shown, in another format."""

    figure: str
    """As of `DisplayOutput`."""
    format: Literal["png", "svg", "pdf"]


@dataclass(frozen=True, kw_only=True)
class FigureFile:
    """A figure as the content of a file."""

    data: str
    """In base64."""
