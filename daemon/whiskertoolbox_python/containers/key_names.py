"""The keys that the parts and clocks of a file get, unless the user gives others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from whiskertoolbox_python.containers._pose import FRAMES
from whiskertoolbox_python.formats.plan import DEFAULT_CLOCK

_SAYING_NOTHING = ("time", "times", "t", "timestamp", "timestamps", "seconds", "samples", "spikes", "units")
"""Names of clocks that would be the same in every file."""


def clock_keys(path: Path, clocks: Iterable[str]) -> dict[str, str]:
    """Return the time key of each clock of a file; frames of a video are on the session's own."""
    keys: dict[str, str] = {}
    for name, short in shortest_names(list(clocks)).items():
        own = path.stem if short.lower() in _SAYING_NOTHING else short
        keys[name] = DEFAULT_CLOCK if name == FRAMES else f"{own}_time"
    return keys


def shortest_names(names: list[str]) -> dict[str, str]:
    """Return for each of several paths as many of its last steps as tell it apart, joined by ``_``."""
    steps = {name: [step for step in name.split("/") if step] or [name] for name in names}
    depth = dict.fromkeys(names, 1)
    while True:
        keys = {name: "_".join(steps[name][-depth[name] :]).replace(" ", "_") for name in names}
        taken: dict[str, list[str]] = {}
        for name, key in keys.items():
            taken.setdefault(key, []).append(name)
        clashes = [name for same in taken.values() if len(same) > 1 for name in same if depth[name] < len(steps[name])]
        if not clashes:
            return keys
        for name in clashes:
            depth[name] += 1
