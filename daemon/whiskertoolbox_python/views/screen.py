"""`viewer`, `plot` and `view`: the viewer of the session, seen from code. Draws nothing itself.

The interpreter of a session connects a `Screen`; elsewhere there is none, and asking for it says so.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.data_object import DataObject


class Selection(NamedTuple):
    """The entity that was clicked in the viewer.

    Examples
    --------
    >>> clicked = Selection("licks", 4)  # as `viewer.selection` gives it
    >>> clicked.key, clicked.entity_id
    ('licks', 4)
    """

    key: str
    entity_id: int


@dataclass(frozen=True)
class Place:
    """Where a viewer is: its time cursor and window in ticks, and what is selected."""

    time: float
    start: float
    end: float
    selection: Selection | None = None


class Screen(Protocol):
    """What shows the viewer."""

    def place(self) -> Place | None:
        """Return where the viewer is as last heard of, or None while none has been open."""

    def show(self, keys: list[str], *, time: float | None = None, window: tuple[float, float] | None = None) -> None:
        """Open the viewer if it is not, show these keys as well, and go to a time or window."""

    def key_of(self, data: DataObject, name: str, *, taken: Collection[str]) -> str:
        """Return the key under which an object is stored; if it is not stored yet, it is stored under `name`.

        That replaces only what was stored here before, and not what `taken` names; else the key gets a number.
        """


class Viewer:
    """The viewer of this session. Assigning `time` or `window` moves it.

    Attributes
    ----------
    time : float
        Tick of the time cursor.
    window : tuple of float
        First and last tick that are shown.
    selection : Selection or None
        Key and entity id of what was clicked last.
    """

    __slots__ = ("_screen",)

    def __init__(self) -> None:
        self._screen: Screen | None = None

    def connect(self, screen: Screen) -> None:
        """Let `screen` show the viewer; the interpreter of a session does so."""
        self._screen = screen

    @property
    def screen(self) -> Screen:
        """What shows the viewer; RuntimeError where there is nothing."""
        if self._screen is None:
            raise RuntimeError(
                "there is no viewer here: run this in a WhiskerToolbox session of VS Code, in the console or a file"
            )
        return self._screen

    @property
    def time(self) -> float:
        """Tick of the time cursor."""
        return self._place().time

    @time.setter
    def time(self, tick: float) -> None:
        self.screen.show([], time=float(tick))

    @property
    def window(self) -> tuple[float, float]:
        """First and last tick that are shown."""
        place = self._place()
        return place.start, place.end

    @window.setter
    def window(self, window: tuple[float, float]) -> None:
        self.screen.show([], window=_checked(window))

    @property
    def selection(self) -> Selection | None:
        """Key and entity id of what was clicked last, or None."""
        return self._place().selection

    def _place(self) -> Place:
        place = self.screen.place()
        if place is None:
            raise RuntimeError("the viewer has not been open yet: open it with wt.view() or wt.plot(key)")
        return place

    def __repr__(self) -> str:
        place = None if self._screen is None else self._screen.place()
        return (
            "Viewer()"
            if place is None
            else f"Viewer(time={place.time:.15g}, window=({place.start:.15g}, {place.end:.15g}))"
        )


viewer: Viewer = Viewer()


def plot(*items: str | DataObject | npt.ArrayLike, name: str = "plot") -> None:
    """Show data keys, data objects or arrays in the viewer.

    Parameters
    ----------
    *items : str, DataObject or array_like
        Data keys; data objects, those that are not stored yet are stored; or 1-D arrays, stored as analog series
        whose clock is ``"time"``.
    name : str
        Data key for what is not stored yet; of several, the further ones get numbers. It replaces what ``plot`` has
        stored there before; where the key holds anything else, the new one gets a number too.

    Raises
    ------
    RuntimeError
        Where there is no viewer: outside of a session in VS Code.

    Examples
    --------
    >>> plot("angle", "licks")
    Traceback (most recent call last):
        ...
    RuntimeError: there is no viewer here: run this in a WhiskerToolbox session of VS Code, in the console or a file
    """
    screen = viewer.screen
    keys: list[str] = []
    for item in items:
        if isinstance(item, str):
            keys.append(item)
            continue
        data = item if isinstance(item, DataObject) else AnalogTimeSeries.from_array(np.asarray(item))
        keys.append(screen.key_of(data, name, taken=keys))
    screen.show(keys)


def view(*keys: str, time: float | None = None, window: tuple[float, float] | None = None) -> Viewer:
    """Open the viewer, show data keys as well, and go to a time or window; return the viewer.

    Parameters
    ----------
    *keys : str
        Data keys.
    time : float, optional
        Tick of the time cursor.
    window : tuple of float, optional
        First and last tick.

    Returns
    -------
    Viewer
        The one viewer of the session.
    """
    viewer.screen.show(
        list(keys),
        time=None if time is None else float(time),
        window=None if window is None else _checked(window),
    )
    return viewer


def _checked(window: tuple[float, float]) -> tuple[float, float]:
    start, end = (float(tick) for tick in window)
    if not start < end:
        raise ValueError(f"a window is a first and a later last tick, not ({start:.15g}, {end:.15g})")
    return start, end


def moved(place: Place, *, time: float | None, window: tuple[float, float] | None) -> Place:
    """Return a place after going to a time or window, until the viewer says where it is."""
    start, end = window or (place.start, place.end)
    return replace(place, time=place.time if time is None else time, start=start, end=end)
