"""What happens to runs, and who is told: made before anything runs, and subscribed to while the parts are assembled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, ParamSpec

from whiskertoolbox_protocol.execution import LoopProgress, Output

P = ParamSpec("P")


class Event(Generic[P]):
    """Something that happens; calling it tells all subscribers, in the order of their subscription."""

    def __init__(self) -> None:
        self._listeners: list[Callable[P, object]] = []

    def subscribe(self, listener: Callable[P, object]) -> None:
        """Call `listener` whenever it happens, on the thread where it does."""
        self._listeners.append(listener)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> None:
        """Tell all subscribers; done when the last of them has returned."""
        for listener in self._listeners:
            listener(*args, **kwargs)


@dataclass(frozen=True, kw_only=True)
class NamedCell:
    """A cell of a notebook or of the console, and what its code is called while it runs."""

    uri: str
    number: int
    name: str
    """Of its code objects."""
    line_count: int


class RunEvents:
    """The events of runs."""

    def __init__(self) -> None:
        self.started: Event[[]] = Event()
        """User code is about to run."""
        self.entered: Event[[]] = Event()
        """The first line of user code comes next, and it is wanted to stop there."""
        self.cell_named: Event[[NamedCell]] = Event()
        """A cell is about to be compiled; code of it that was compiled before has another name."""
        self.output: Event[[Output]] = Event()
        """User code shows something that is not text of a stream. Listeners may wait, and user code with them."""
        self.progressed: Event[[LoopProgress]] = Event()
        """A loop has come further, or has ended."""
        self.uncaught: Event[[BaseException]] = Event()
        """An exception has left user code, and is about to be shown. Listeners may wait."""
        self.ended: Event[[str]] = Event()
        """The run with this id has ended; it is answered when the listeners have returned."""
        self.ended_at_stop: Event[[str]] = Event()
        """The same of a cell that has run in code that stands, as `ended`."""
        self.namespace_changed: Event[[]] = Event()
        """Variables may have other values than before."""
