"""Rich displays of IPython as outputs: the display hook for last values, the publisher for `display()`."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from typing import Any

from IPython.core.displayhook import DisplayHook
from IPython.core.displaypub import DisplayPublisher
from IPython.core.formatters import DisplayFormatter
from traitlets import Instance

from whiskertoolbox_interpreter.show.kept_figures import KeptFigures, is_figure
from whiskertoolbox_protocol.execution import ClearOutput, DisplayOutput

PLAIN_CHARACTERS = 256 * 1024
"""A longer ``text/plain`` is cut."""
LARGEST_REPRESENTATION = 16 * 1024 * 1024
"""Bytes or characters; of a larger one it is said that it is not shown."""


WIDGET = "application/vnd.jupyter.widget-view+json"
FIGURE = "application/vnd.whiskertoolbox.figure"
"""In bundles on their way to us: the id of a kept figure."""
PICTURES = ("image/png", "image/svg+xml")
_DIFFERS_EACH_TIME = re.compile(r"<dc:date>.*?</dc:date>|(?<=[a-z])[0-9a-f]{10}\b")
"""In an SVG of matplotlib: when it was drawn, and the ends of ids."""


class Formatter(DisplayFormatter):  # type: ignore[misc]  # IPython 8 has no types
    """IPython's, which keeps each figure that it draws."""

    figures = Instance(KeptFigures)

    def format(self, value: object, *choice: Any, **choices: Any) -> tuple[dict[str, Any], dict[str, Any]]:
        """The representations of a value, and what is to be known of them."""
        data, metadata = super().format(value, *choice, **choices)
        if is_figure(value) and any(picture in data for picture in PICTURES):
            data = {**data, FIGURE: self.figures.keep(value)}
        return data, metadata


def display_output(
    data: Mapping[str, Any],
    metadata: Mapping[str, Any] | None,
    *,
    is_result: bool = False,
    display_id: str = "",
    is_update: bool = False,
) -> DisplayOutput:
    """What IPython wants to be shown, as an output."""
    size = (metadata or {}).get("image/png", {})
    width, height = (size.get(side, 0) if isinstance(size, Mapping) else 0 for side in ("width", "height"))
    is_sized = isinstance(width, int) and isinstance(height, int) and width > 0 and height > 0
    return DisplayOutput(
        data=wire_data({mime: value for mime, value in data.items() if mime != FIGURE}),
        is_result=is_result,
        display_id=display_id,
        is_update=is_update,
        width=width if is_sized else 0,
        height=height if is_sized else 0,
        figure=data.get(FIGURE, ""),
    )


def wire_data(data: Mapping[str, Any]) -> dict[str, str]:
    """MIME bundle as text: bytes in base64, JSON values as JSON. Of a widget its text, and what is missing."""
    result = {}
    if WIDGET in data:
        text = f"{data.get('text/plain', 'Widget')}\n[Interactive widgets need a Jupyter kernel; this is its text.]"
        data = {"text/plain": text}
    too_large = []
    for mime, value in data.items():
        if mime != "text/plain" and isinstance(value, (bytes, str)) and len(value) > LARGEST_REPRESENTATION:
            too_large.append(f"[Its {mime} is not shown: it is too large ({len(value) / 1e6:,.0f} MB).]")
        elif isinstance(value, bytes):
            result[mime] = base64.b64encode(value).decode()
        elif isinstance(value, str):
            result[mime] = value.encode("utf-8", "replace").decode()
        else:
            result[mime] = json.dumps(value, default=str)
    plain = result.get("text/plain", "")
    if len(plain) > PLAIN_CHARACTERS:
        left_out = len(plain) - PLAIN_CHARACTERS
        result["text/plain"] = f"{plain[:PLAIN_CHARACTERS]}\n[{left_out:,} characters left out.]"
    if too_large:
        result["text/plain"] = "\n".join(filter(None, [result.get("text/plain", ""), *too_large]))
    return result


class ResultHook(DisplayHook):  # type: ignore[misc]  # IPython 8 has no types
    """Shows a cell's last value. Keeps `_`, `__` and `___`, not `Out`: old results would fill the memory."""

    cell = ""
    _: Any
    __: Any
    ___: Any

    def quiet(self) -> bool:
        """A semicolon at the end of the cell hides its value."""
        return self.cell.rstrip().endswith(";") and bool(self.semicolon_at_end_of_expression(self.cell))

    def write_output_prompt(self) -> None:
        """VS Code shows the number."""

    def write_format_data(self, format_dict: Mapping[str, Any], md_dict: object = None) -> None:
        """Put the value among the outputs."""
        self.shell.display_pub.seen(format_dict)
        metadata = md_dict if isinstance(md_dict, Mapping) else None
        self.shell.run_events.output(display_output(format_dict, metadata, is_result=True))

    def update_user_ns(self, result: object) -> None:
        """Bind `_`, `__` and `___`, unless the user uses these names."""
        namespace = vars(self.shell.user_module)  # also at a stop, where the names are those of another frame
        if all(namespace.get(name) is getattr(self, name) for name in ("_", "__", "___")):
            self.___, self.__, self._ = self.__, self._, result
            namespace.update({"_": self._, "__": self.__, "___": self.___})

    def log_output(self, format_dict: object) -> None:
        """No log: it would keep every shown text."""

    def finish_displayhook(self) -> None:
        """Nothing is left to write."""


class Publisher(DisplayPublisher):  # type: ignore[misc]  # IPython 8 has no types
    """Takes what `display()` shows.

    At the end of a cell matplotlib shows all figures that are still open; one that the cell has shown itself, by
    `display(figure)` or as its last value, is not shown again unless it looks different by then.
    """

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.pictures: set[bytes] = set()
        self.is_at_end = False

    def cell_begins(self) -> None:
        """Forget the pictures of the cell before."""
        self.pictures = set()
        self.is_at_end = False

    def cell_ends(self) -> None:
        """What is published from now on is what the cell has left open."""
        self.is_at_end = True

    def seen(self, data: Mapping[str, Any]) -> bool:
        """Remember the picture of a bundle; returns whether the cell has shown it before."""
        picture = next((data[mime] for mime in PICTURES if mime in data), None)
        if not isinstance(picture, (bytes, str)):
            return False
        if isinstance(picture, str):
            picture = (_DIFFERS_EACH_TIME.sub("", picture) if "image/png" not in data else picture).encode()
        digest = hashlib.sha256(picture).digest()
        is_known = digest in self.pictures
        self.pictures.add(digest)
        return is_known

    def publish(
        self,
        data: Mapping[str, Any],
        metadata: Mapping[str, Any] | None = None,
        source: object = None,
        *,
        transient: Mapping[str, str] | None = None,
        update: bool = False,
        **_others: object,
    ) -> None:
        """Put a display among the outputs."""
        if self.seen(data) and self.is_at_end:
            return
        display_id = (transient or {}).get("display_id", "")
        self.shell.run_events.output(display_output(data, metadata, display_id=display_id, is_update=update))

    def clear_output(self, wait: bool = False) -> None:
        """Remove what the run has shown."""
        self.shell.run_events.output(ClearOutput(wait=wait))
