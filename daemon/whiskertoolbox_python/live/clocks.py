"""The clocks of a manager by time key, loaded when they are asked for."""

from __future__ import annotations

from whiskertoolbox_python.clocks.time_frame import TimeFrame
from whiskertoolbox_python.errors import DamagedStoreError
from whiskertoolbox_python.live import stored_forms
from whiskertoolbox_python.store.protocol import Change, Store
from whiskertoolbox_python.upstream.notices import notice


class LiveClocks:
    """Each loaded clock with the version of it that is stored."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._loaded: dict[str, tuple[TimeFrame, int]] = {}

    def get(self, time_key: str) -> TimeFrame | None:
        """Return a clock, loading it if needed; None if there is none."""
        known = self._loaded.get(time_key)
        if known is None:
            stored = self._store.read("clock", time_key)
            if stored is None:
                return None
            known = self._loaded[time_key] = (stored_forms.clock_of(stored), stored.row.version)
        return known[0]

    def of_data(self, key: str, time_key: str) -> TimeFrame | None:
        """Return the clock that data are on; None, with a warning, if it is lost: their values can be read still."""
        try:
            frame = self.get(time_key)
            reason = f"its clock {time_key!r} is not in the session; put it on another with dm.setTimeKey"
        except DamagedStoreError as error:
            frame, reason = None, str(error)
        if frame is None:
            notice(f"{key!r} has no times now, only indices: {reason}")
        return frame

    def put(self, time_key: str, frame: TimeFrame) -> None:
        """Store a clock."""
        rows = self._store.commit(Change(puts=[stored_forms.clock_put(time_key, frame)]))
        self._loaded[time_key] = (frame, rows["clock", time_key].version)

    def rename(self, time_key: str, new_key: str) -> set[str]:
        """Store a clock under another time key, and put the data on it on that; return their keys."""
        frame = self.get(time_key)
        assert frame is not None
        on_it = {key for key, row in self._store.rows("object").items() if row.time_key == time_key}
        put = stored_forms.clock_put(new_key, frame)
        change = Change(deletes=[("clock", time_key)], puts=[put], rebinds=dict.fromkeys(on_it, new_key))
        rows = self._store.commit(change)
        del self._loaded[time_key]
        self._loaded[new_key] = (frame, rows["clock", new_key].version)
        return on_it

    def let_go_of_changed(self) -> set[str]:
        """Unload the clocks that another process has changed; return their time keys."""
        rows = self._store.rows("clock")
        changed = {key for key, (_, seen) in self._loaded.items() if key not in rows or rows[key].version != seen}
        for key in changed:
            del self._loaded[key]
        return changed

    def clear(self) -> None:
        """Unload all."""
        self._loaded.clear()
