"""Keys into a folder: a CSV file each, their clocks, and the load config that reads all of it back."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.formats._save import save
from whiskertoolbox_python.formats._saver import write_text
from whiskertoolbox_python.formats._text_writing import TextOptions, integers, table
from whiskertoolbox_python.formats.plan import ATTRIBUTES
from whiskertoolbox_python.target import Entry, Target
from whiskertoolbox_python.types.attributes import plain

CONFIG = "recording.json"
_EXACT = {"precision": None}
_OPTIONS: dict[str, dict[str, Any]] = {
    "analog": _EXACT,
    "digital_event": {},
    "digital_interval": {},
    "points": {"nan_handling": "Include"},
    "line": _EXACT,
    "mask": {},
    "tensor": _EXACT,
}
"""Data types that CSV holds, and what keeps every digit of them."""


def holds(entries: Sequence[Entry]) -> bool:
    """Return whether there is a CSV form of every key."""
    return all(entry.kind.config_word in _OPTIONS for entry in entries)


def write(
    manager: Target, path: Path, *, keys: Iterable[str], begin: Callable[[str], None], warn: Callable[[str], None]
) -> None:
    """Write the folder."""
    path.mkdir()
    names = _Names()
    kinds = {entry.key: entry.kind.config_word for entry in manager.entries()}
    entries: list[dict[str, Any]] = []
    for key in keys:
        begin(key)
        if kinds[key] not in _OPTIONS:
            raise SaveError(f"{key!r} is {kinds[key] or 'of a type of a package'}; there is no CSV form of it")
        file = path / names.new(key, ".csv")
        entry = save(manager, key, file, format="csv", **_OPTIONS[kinds[key]])
        about = plain(manager.getData(key).attributes)
        entries.append({**entry, "filepath": file.name, **({ATTRIBUTES: about} if about else {})})
    clocks: dict[str, dict[str, Any] | None] = {}
    for entry in entries:
        key = entry["clock"]
        if key not in clocks:
            clocks[key] = _write_clock(manager, key, path, names)
            if clocks[key] is None and key != "time":
                warn(f"the clock {key!r} has no times, which no file can say; its keys will be loaded on 'time'")
        if clocks[key] is None:
            entry["clock"] = "time"
    # A list, not an object with entries in it: there no name is taken for a variable or a loop.
    config = [*(entry for entry in clocks.values() if entry is not None), *entries]
    write_text(path / CONFIG, [json.dumps(config, indent=2, ensure_ascii=False) + "\n"])


def _write_clock(manager: Target, key: str, path: Path, names: _Names) -> dict[str, Any] | None:
    """Write the ticks of a clock; return the entry that reads them, None when it has none."""
    frame = manager.getTime(key)
    if frame is None or not len(frame):
        return None
    file = path / names.new(key, ".clock.csv")
    write_text(file, table(TextOptions(), "tick", [(frame.times, integers)]))
    entry = {"data_type": "time", "format": "multi_column_binary", "name": key, "filepath": file.name}
    rate = {} if frame.ticks_per_second is None else {"ticks_per_second": frame.ticks_per_second}
    return {**entry, "header_lines_to_skip": 0, "delimiter": ",", **rate}


class _Names:
    """Names of files that every system takes, another for every key, also where upper and lower case are the same."""

    _REFUSED = re.compile(r"con|prn|aux|nul|(com|lpt)\d", re.IGNORECASE)
    _LONGEST = 60

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def new(self, key: str, suffix: str) -> str:
        plain = re.sub(r"[^\w .=+-]", "_", key)[: self._LONGEST].strip(" .") or "_"
        stem = f"_{plain}" if self._REFUSED.match(plain) else plain
        tries = (f"{stem}{'' if number == 1 else f'_{number}'}{suffix}" for number in itertools.count(1))
        name = next(name for name in tries if name.casefold() not in self._taken)
        self._taken.add(name.casefold())
        return name
