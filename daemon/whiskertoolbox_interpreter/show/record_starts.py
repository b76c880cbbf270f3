"""What the texts of runs begin with in the memory of the last words, where runs have numbers."""

from __future__ import annotations

import itertools
import threading
from collections import OrderedDict

from whiskertoolbox_protocol.last_words import StreamName, record_start

REMEMBERED_RUNS = 32
"""Threads of ended runs may still write."""


class RecordStarts:
    """The numbers of the newest runs; any thread may ask for one."""

    def __init__(self) -> None:
        self._lock = threading.RLock()
        self._numbers = itertools.count()
        self._run_ids: OrderedDict[int, str] = OrderedDict()
        self.known: dict[StreamName, dict[str, bytes]] = {"stdout": {}, "stderr": {}}
        """Starts by stream and run, as far as there are any."""

    def add(self, run_id: str) -> None:
        """Give a run its number, if it has none."""
        with self._lock:
            if run_id in self.known["stdout"]:
                return
            while len(self._run_ids) >= REMEMBERED_RUNS:
                _, oldest = self._run_ids.popitem(last=False)
                for starts in self.known.values():
                    del starts[oldest]
            number = next(self._numbers)
            self._run_ids[number] = run_id
            for name, starts in self.known.items():
                starts[run_id] = record_start(name, number)

    def run_id(self, number: int) -> str:
        """The run with a number; none's when it is not known any more."""
        return self._run_ids.get(number, "")
