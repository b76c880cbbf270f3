"""Protocol types of figures that the interpreter keeps."""

from typing import Literal

from whiskertoolbox_protocol.late_classes import message


@message
class SaveFigure:
    """Draw a figure that was shown, in another format."""

    figure: str
    """As of `DisplayOutput`."""
    format: Literal["png", "svg", "pdf"]


@message
class FigureFile:
    """A figure as the content of a file."""

    data: str
    """In base64."""
