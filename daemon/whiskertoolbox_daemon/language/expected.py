"""THE table of what strings in code name: which parameter of which function takes a data key, a clock, a group, …

One line for each function; a test holds it against the library's signatures.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

NameKind = Literal["key", "clock", "group", "dataType", "format", "transform"]
Role = Literal["uses", "asks", "makes", "deletes"]
"""``asks``: the name may well not exist, as in ``"angle" in dm``."""
Receiver = Literal["manager", "module", "groups"]
"""What a function is called on: a DataManager, the library as a module, or a manager's groups."""


@dataclass(frozen=True)
class Expected:
    """What an argument names, and what the call does with it."""

    kind: NameKind
    role: Role = "uses"


Parameters = Mapping[str, Expected | None]
"""Parameter -> what it names, in the order of positions; a last one with a star takes all further arguments."""

_KEY, _ASKED_KEY, _NEW_KEY = Expected("key"), Expected("key", "asks"), Expected("key", "makes")
_CLOCK, _GROUP = Expected("clock"), Expected("group")
_DATA_TYPE, _FORMAT, _TRANSFORM = Expected("dataType"), Expected("format"), Expected("transform")
_STORED: Parameters = {"key": _NEW_KEY, "data": None, "time_key": _CLOCK}

EXPECTED: Mapping[Receiver, Mapping[str, Parameters]] = {
    "manager": {
        "getData": {"key": _KEY},
        "get": {"key": _KEY},
        "setData": _STORED,
        "set_derived": _STORED,
        "set_media": {"key": _NEW_KEY, "media": None, "time_key": _CLOCK},
        "seal": {"key": _NEW_KEY, "values": None, "time_key": _CLOCK},
        "copy_data": {"key": _KEY, "new_key": _NEW_KEY},
        "rename_data": {"key": _KEY, "new_key": _NEW_KEY},
        "rename_clock": {"time_key": _CLOCK, "new_key": Expected("clock", "makes")},
        "expose_data": {"key": _ASKED_KEY},
        "expose_time_frame": {"time_key": _CLOCK},
        "deleteData": {"key": Expected("key", "deletes")},
        "getType": {"key": _ASKED_KEY},
        "getTimeKey": {"data_key": _KEY},
        "setTimeKey": {"data_key": _KEY, "time_key": _CLOCK},
        "setTime": {"key": Expected("clock", "makes")},
        "getTime": {"key": _CLOCK},
        "getGroup": {"name": _GROUP},
        "each_interval": {"intervals": _KEY},
        "import_new": {"namespace": None, "time_key": _CLOCK},
        "load_file": {"path": None, "data_type": _DATA_TYPE, "format": _FORMAT, "name": _NEW_KEY, "clock": _CLOCK},
        "preview_file": {"path": None, "format": _FORMAT},
        "import_file": {"path": None, "format": _FORMAT},
        "save": {"key": _KEY, "path": None, "format": _FORMAT},
        "run_transform": {"name": _TRANSFORM, "input_key": _KEY, "output_key": _NEW_KEY},
        "provenance": {"key": _ASKED_KEY},
        "origin": {"key": _ASKED_KEY},
        "rerun": {"key": _KEY},
    },
    "module": {
        "run_transform": {"name": _TRANSFORM},
        "step": {"transform": _TRANSFORM, "input_key": _KEY, "output_key": _NEW_KEY},
        "column": {"source": _KEY},
        "table": {"rows": _ASKED_KEY},
        "plot": {"*items": _KEY},
        "view": {"*keys": _KEY},
        "export_formats": {"manager": None, "keys": _KEY},
        "export_file": {"manager": None, "path": None, "keys": _KEY, "format": _FORMAT},
    },
    "groups": {"find": {"name": _GROUP}, "createGroup": {"name": Expected("group", "makes")}},
}

KEYWORD_ONLY = frozenset({"data_type", "format", "keys", "rows", "clock"})
"""Parameters that no position reaches."""

MAKES_UNTOLD = frozenset({"load", "import_file", "import_new", "run_pipeline", "reset", "rerun"})
"""Methods of a manager after which keys may exist that no line of the code names."""

TAKES_INDEX = frozenset(
    {
        *("getAtTime", "getDataInRange", "getEventsInRange", "getIntervalsInRange", "hasIntervalAtTime", "addEvent"),
        *("removeEvent", "addInterval", "addAtTime", "addPointsAtTime", "getTimeAtIndex", "getDataAtTime"),
        *("hasDataAtTime", "TimeFrameIndex", "Interval"),
    }
)
"""Functions whose first arguments are indices of a clock: whole numbers."""
TAKES_UNIT = frozenset({"getEventsInRange", "getIntervalsInRange"})
"""Those of them that also take ticks and seconds, when ``unit`` says so."""


def expected_at(receiver: Receiver, function: str, position: int, keyword: str) -> Expected | None:
    """Return what an argument names, given by its position, or by its keyword when that is not empty."""
    parameters = EXPECTED[receiver].get(function)
    if parameters is None:
        return None
    if keyword:
        return parameters.get(keyword)
    names = list(parameters)
    if names[-1].startswith("*"):
        return parameters[names[min(position, len(names) - 1)]]
    if position >= len(names) or names[position] in KEYWORD_ONLY:
        return None
    return parameters[names[position]]
