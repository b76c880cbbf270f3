"""The viewer as user code sees it: tells the window what to show, and knows what the window said last."""

from __future__ import annotations

import itertools
import threading
import weakref
from collections.abc import Callable, Collection

from whiskertoolbox_protocol.views import ShowViews, ViewerState
from whiskertoolbox_python import DataManager, DataObject
from whiskertoolbox_python.views.screen import Place, Selection, moved


class SessionScreen:
    """A `Screen` over the channel to the daemon; the state comes on the control thread."""

    def __init__(self, data_manager: DataManager, show: Callable[[ShowViews], None]) -> None:
        self._data_manager = data_manager
        self._show = show
        self._lock = threading.Lock()
        self._place: Place | None = None
        self._stored: weakref.WeakValueDictionary[str, DataObject] = weakref.WeakValueDictionary()

    def place(self) -> Place | None:
        """Where the viewer is, as last heard of."""
        with self._lock:
            return self._place

    def show(self, keys: list[str], *, time: float | None = None, window: tuple[float, float] | None = None) -> None:
        """Tell the window."""
        with self._lock:
            if self._place is not None:
                self._place = moved(self._place, time=time, window=window)
        start, end = window or (None, None)
        self._show(ShowViews(keys=keys, time=time, start=start, end=end))

    def key_of(self, data: DataObject, name: str, *, taken: Collection[str]) -> str:
        """The key of a stored object; one that is not stored is stored, on the clock that it has.

        That replaces only what was stored here before, and not what `taken` names; else the key gets a number.
        """
        manager = self._data_manager
        key = manager.key_of(data)
        if key is not None:
            return key
        clock = data.getTimeFrame()
        time_keys = manager.getTimeFrameKeys()
        on = next((key for key in time_keys if clock is not None and manager.getTime(key) is clock), "time")
        names = itertools.chain([name], (f"{name}_{number}" for number in itertools.count(2)))
        free = next(one for one in names if one not in taken and self._may_store(one))
        manager.setData(free, data, on)
        self._stored[free] = data
        return free

    def _may_store(self, key: str) -> bool:
        manager = self._data_manager
        return key not in manager or (key in self._stored and manager.getData(key) is self._stored[key])

    def heard(self, state: ViewerState) -> None:
        """Remember where the viewer is."""
        selection = Selection(state.selected_key, state.selected_id) if state.selected_key else None
        with self._lock:
            self._place = Place(state.time, state.start, state.end, selection)
