"""Finds the entries of a time among entries that stand in the order in which they were added.

As long as they were added in order of time there is nothing to do. An entry that comes late is noted by its time, and
sorted in when the whole order is asked for, or when very many have come: sorting each in at once would move all that
follow it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from whiskertoolbox_python.arrays.conversion import Int64Array
from whiskertoolbox_python.arrays.growing import Growing

_FEW = 1024
"""Fewer entries than these are noted one by one."""
_NOTHING = np.zeros((0, 2), np.int64)


class TimeIndex:
    """Which entries belong to a time, and the order of all of them by time; entries of one time stay as added.

    Parameters
    ----------
    times
        The time of each entry; shared with the caller, who adds to it.
    cleared
        ``(time, count)``: of the first `count` entries, those of that time are gone.
    in_order
        The entries are known to stand in order of time.
    """

    __slots__ = (
        "_cleared",
        "_covered",
        "_is_sorted",
        "_live",
        "_order",
        "_order_times",
        "_recent",
        "_times",
        "is_in_order",
    )

    def __init__(self, times: Growing, cleared: Int64Array = _NOTHING, *, in_order: bool = True) -> None:
        self._times = times
        self.is_in_order: bool = in_order and not len(cleared)
        self._order: Int64Array | None = None  # entries by time; None: the covered ones, as they stand
        self._order_times: Int64Array = _NOTHING[:, 0]
        self._covered = len(times) if in_order else 0
        self._recent: dict[int, list[int]] = {}  # later entries, by time
        self._cleared: dict[int, int] = dict(cleared.tolist())
        self._is_sorted = in_order  # else the covered and the recent are not all
        self._live = len(times) if not len(cleared) else -1

    def __len__(self) -> int:
        if self._live < 0:
            self._live = len(self.sorted())
        return self._live

    def added(self, first: int) -> None:
        """Take note of the entries from that place on."""
        times = self._times.rows
        count = len(times)
        self._live += count - first if self._live >= 0 else 0
        if self.is_in_order:
            if (not first or times[first] >= times[first - 1]) and (
                count - first == 1 or bool((times[first + 1 :] >= times[first:-1]).all())
            ):
                return
            self._leave_order(first)
        if count - self._covered > max(_FEW, self._covered) or count - first > _FEW:
            self._is_sorted = False
        elif self._is_sorted:
            for place in range(first, count):
                self._recent.setdefault(int(times[place]), []).append(place)

    def clear(self, time: int) -> int:
        """Take out the entries of a time; return how many there were."""
        count = len(self.places(time))
        if count:
            if self.is_in_order:
                self._leave_order(len(self._times))
            self._cleared[time] = len(self._times)
            self._live -= count if self._live >= 0 else 0
        return count

    def _leave_order(self, covered: int) -> None:
        self.is_in_order = False
        self._order, self._covered, self._order_times = None, covered, self._times.rows[:covered]

    def places(self, time: int) -> Sequence[int]:
        """Return the places of the entries of a time, in the order in which they were added."""
        if self.is_in_order:
            times = self._times.rows
            return range(int(times.searchsorted(time)), int(times.searchsorted(time, "right")))
        if not self._is_sorted:
            self._sort()
        first, end = int(self._order_times.searchsorted(time)), int(self._order_times.searchsorted(time, "right"))
        found: list[int] = list(range(first, end)) if self._order is None else self._order[first:end].tolist()
        found += self._recent.get(time, [])
        gone = self._cleared.get(time, 0)
        return [place for place in found if place >= gone]

    def order(self) -> Int64Array | None:
        """Return the places of all entries by time; None: as they stand."""
        if self.is_in_order:
            return None
        if self._order is None or not self._is_sorted or self._covered < len(self._times) or self._cleared:
            self._sort()
        return self._order

    def sorted(self) -> Int64Array:
        """Return the times of all entries, ascending; only to be read."""
        return self._times.rows if self.order() is None else self._order_times

    def _sort(self) -> None:
        times = self._times.rows
        before = np.arange(self._covered, dtype=np.int64) if self._order is None else self._order
        places = np.concatenate([before, np.arange(self._covered, len(times), dtype=np.int64)])
        places = places[np.argsort(times[places], kind="stable")]
        if self._cleared:
            cleared = np.array(sorted(self._cleared.items()), np.int64)
            which = np.minimum(cleared[:, 0].searchsorted(times[places]), len(cleared) - 1)
            is_gone = (cleared[which, 0] == times[places]) & (places < cleared[which, 1])
            places = places[~is_gone]
        self._order, self._order_times = places, times[places]
        self._covered, self._recent, self._cleared, self._is_sorted = len(times), {}, {}, True
