"""Entity ids, reserved in a catalogue so that no process gives out those of another."""

from __future__ import annotations

from whiskertoolbox_python.store.disk.catalog import Catalogue
from whiskertoolbox_python.store.disk.layout import META
from whiskertoolbox_python.store.protocol import Counters

_BLOCK = 1024


class ReservedIds:
    """Consecutive ids that belong to this process; single ones are reserved many at a time."""

    def __init__(self) -> None:
        self._free = range(0)

    def continue_from(self, catalogue: Catalogue, counters: Counters) -> None:
        """Have the next ids be those of the counters, for everybody; what was reserved is given out no more."""
        for name, value in counters._asdict().items():
            catalogue.set_meta(name, value)
        self.forget()

    def forget(self) -> None:
        """Give none of them out any more."""
        self._free = range(0)

    def take(self, count: int) -> int | None:
        """Return the first of so many ids, or None if more are to be reserved."""
        if count > len(self._free):
            return None
        first, self._free = self._free.start, self._free[count:]
        return first

    def reserve(self, catalogue: Catalogue, count: int) -> None:
        """Reserve at least so many, instead of those that are left."""
        size = count if count > 1 else _BLOCK
        with catalogue.transaction():
            self._give_back(catalogue)
            first = catalogue.meta("next_entity_id")
            catalogue.set_meta("next_entity_id", first + size)
        self._free = range(first, first + size)

    def settle(self, catalogue: Catalogue) -> None:
        """Give back those that are left, unless another process has reserved some since."""
        if self._free:
            with catalogue.transaction():
                self._give_back(catalogue)
            self._free = range(0)

    def restart(self, catalogue: Catalogue, last: Counters) -> None:
        """Count from 1 again, in one step with seeing that nobody has drawn an id since the counters were these."""
        self.settle(catalogue)
        with catalogue.transaction():
            if all(catalogue.meta(name) == value for name, value in last._asdict().items()):
                for name in last._fields:
                    catalogue.set_meta(name, META[name])

    def _give_back(self, catalogue: Catalogue) -> None:
        if self._free and catalogue.meta("next_entity_id") == self._free.stop:
            catalogue.set_meta("next_entity_id", self._free.start)
