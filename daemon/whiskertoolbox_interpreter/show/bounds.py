"""How much of a run is shown: text and displays up to bounds, and of what comes after these the end."""

from __future__ import annotations

from collections import deque

from whiskertoolbox_protocol.execution import DisplayOutput, Output, StreamOutput
from whiskertoolbox_protocol.last_words import StreamName

SHOWN_CHARACTERS = 1024 * 1024
TAIL_CHARACTERS = 16 * 1024
DISPLAYED_CHARACTERS = 64 * 1024 * 1024
"""Of rich displays in one run: figures in base64, tables as HTML."""
SHOWN_OUTPUTS = 1000
"""Displays, and texts between which there is a display or text of the other stream."""
EXACT_OUTPUTS = 200
"""After so many, texts of one batch are joined by their streams."""
TAIL_MIMES = {"stdout": "application/vnd.code.notebook.stdout", "stderr": "application/vnd.code.notebook.stderr"}
"""What VS Code calls text of the streams."""


class RunBounds:
    """What a run has shown, and what was left out."""

    def __init__(self) -> None:
        self.clear_wanted = False
        """What is shown is to go when the next output comes."""
        self.cleared()

    def cleared(self) -> None:
        """What was shown has gone, and with it what was left out."""
        self.shown = 0
        """Characters of text. What is written over with the help of carriage returns counts once."""
        self.line = 0
        """Characters of the last line, which may be written over."""
        self.left_out = 0
        """Characters of text."""
        self.displays_left_out = 0
        self.live_tail = ""
        """Id of the display that has the end of the text, while that is left out."""
        self._outputs = 0
        self._last: StreamName | None = None
        self._displayed = 0
        self._display_sizes: dict[str, int] = {}
        self._last_display: DisplayOutput | None = None
        self._tail: deque[tuple[StreamName, str]] = deque()
        self._tail_size = 0

    @property
    def joins(self) -> bool:
        """Whether texts of one batch are joined by their streams."""
        return self._outputs >= EXACT_OUTPUTS

    def room(self, name: StreamName, text: str, *, joined: bool) -> int:
        """How many characters of the text, which may be joined to an output, are to be shown; takes them for shown."""
        is_another = name != self._last and not joined
        if self.left_out or (is_another and self._outputs >= SHOWN_OUTPUTS):
            return 0
        line = self.line
        growth = self._growth(text)
        room = SHOWN_CHARACTERS - self.shown
        if growth > room:
            room = room if growth == len(text) else 0
            self.line = line
        else:
            room = len(text)
        self.shown += min(growth, room)
        self._outputs += is_another
        self._last = self._last if joined else name
        return room

    def _growth(self, text: str) -> int:
        """By how many characters the text that is seen grows."""
        if "\r" not in text:
            last = text.rfind("\n")
            self.line = len(text) - last - 1 if last >= 0 else self.line + len(text)
            return len(text)
        growth = 0
        lines = text.split("\n")
        for number, line in enumerate(lines):
            first, *over = line.split("\r")
            before = 0 if number else self.line
            self.line = max(before + len(first), *map(len, over)) if over else before + len(first)
            growth += self.line - before
        return growth + len(lines) - 1

    def keep_tail(self, name: StreamName, text: str) -> None:
        """Text is left out, but for its end."""
        self.left_out += len(text)
        self._tail.append((name, text[-TAIL_CHARACTERS:]))
        self._tail_size += len(self._tail[-1][1])
        while (excess := self._tail_size - TAIL_CHARACTERS) > 0:
            stream, oldest = self._tail.popleft()
            self._tail_size -= min(len(oldest), excess)
            if len(oldest) > excess:
                self._tail.appendleft((stream, oldest[excess:]))

    def tail_now(self, run_id: str) -> DisplayOutput:
        """The end of the text that is left out, as a display that is updated as long as the run goes on."""
        left_out = self.left_out - self._tail_size
        text = without_overwritten("".join(text for _, text in self._tail))
        is_update, self.live_tail = bool(self.live_tail), self.live_tail or f"whiskertoolbox-tail-{run_id}"
        data = {TAIL_MIMES["stdout"]: f"[{left_out:,} characters left out so far.]\n{text}"}
        return DisplayOutput(data=data, display_id=self.live_tail, is_update=is_update)

    def takes_display(self, output: DisplayOutput, size: int) -> bool:
        """Whether a display may be shown; takes it for shown."""
        before = self._display_sizes.get(output.display_id, 0) if output.display_id else 0
        if output.is_update and not before:
            return True  # it takes the place of what another run has shown
        if self._displayed + size - (before if output.is_update else 0) > DISPLAYED_CHARACTERS or (
            not output.is_update and self._outputs >= SHOWN_OUTPUTS
        ):
            self.displays_left_out += 1
            self._last_display = output
            return False
        self._displayed += size - (before if output.is_update else 0)
        if output.display_id:
            self._display_sizes[output.display_id] = size
        if not output.is_update:
            self.another()
        return True

    def another(self) -> None:
        """Something is shown that is no text."""
        self._outputs += 1
        self._last = None
        self.line = 0

    def last_outputs(self) -> list[Output]:
        """What is to be said at the end of what was left out, and the end of it."""
        outputs: list[Output] = []
        if self.left_out:
            left_out = f"[{self.left_out - self._tail_size:,} characters left out.]\n"
            if self.live_tail:
                data = {TAIL_MIMES["stderr"]: left_out}
                outputs.append(DisplayOutput(data=data, display_id=self.live_tail, is_update=True))
            else:
                outputs.append(StreamOutput(name="stderr", text=left_out))
            outputs += [StreamOutput(name=name, text=text) for name, text in self._tail]
        if self.displays_left_out:
            text = f"[{self.displays_left_out - bool(self._last_display):,} displays left out.]\n"
            outputs.append(StreamOutput(name="stderr", text=text))
        if self._last_display is not None:
            outputs.append(self._last_display)
        return outputs


def without_overwritten(text: str) -> str:
    """The text without what carriage returns have had written over, but for the first part of each line."""
    if "\r" not in text:
        return text
    return "\n".join(map(_line_as_seen, text.split("\n")))


def _line_as_seen(line: str) -> str:
    first, *over = line.split("\r")
    if len(over) < 2 or "\x1b" in line:  # the length of text with colours is not the number of its characters
        return line
    seen = ""
    for part in over:
        seen = part + seen[len(part) :]
    return f"{first}\r{seen}" + ("" if over[-1] else "\r")
