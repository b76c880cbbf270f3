"""Whether a string in code names something of the session: a data key, a clock, a group. Looks at text only."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

NamedKind = Literal["key", "clock", "group"]

_CALL_AT_END = re.compile(
    r"""(?P<object>\bdm|\b(?:data_?)?manager|\bgroups?)(?:\.getEntityGroupManager\(\))?\.(?P<method>\w+)\(
    (?P<before>[^()]*?)(?:(?P<keyword>\w+)\s*=\s*)?[rR]?(?P<quote>["'])(?P<text>[^"'\\\n]*)\Z""",
    re.VERBOSE,
)
_STRING = re.compile(r""""[^"\n]*"|'[^'\n]*'""")

_ARGUMENTS: dict[str, tuple[NamedKind | None, ...]] = {
    "getData": ("key",),
    "get": ("key",),
    "setData": ("key", None, "clock"),
    "set_media": ("key", None, "clock"),
    "deleteData": ("key",),
    "getType": ("key",),
    "setTime": ("clock",),
    "getTime": ("clock",),
    "getTimeKey": ("key",),
    "setTimeKey": ("key", "clock"),
    "getGroup": ("group",),
    "load_file": (),
    "each_interval": ("key",),
    "save": ("key",),
    "run_transform": (None, "key", "key"),
    "provenance": ("key",),
    "rerun": ("key",),
    "seal": ("key", None, "clock"),
    "copy_data": ("key", "key"),
}
"""What the arguments of a manager's methods name, by position."""

_KEYWORDS: dict[str, NamedKind] = {
    "key": "key",
    "data_key": "key",
    "new_key": "key",
    "input_key": "key",
    "output_key": "key",
    "intervals": "key",
    "time_key": "clock",
    "clock": "clock",
}


@dataclass(frozen=True)
class NamedThing:
    """A name that is being typed."""

    kind: NamedKind
    prefix: str


def named_thing_at(code: str, cursor: int) -> NamedThing | None:
    """The name that is being typed at the cursor, in a string that a method of `dm` takes; None elsewhere.

    >>> named_thing_at('dm.getData("whi', 15)
    NamedThing(kind='key', prefix='whi')
    """
    match = _CALL_AT_END.search(code[:cursor])
    if match is None or match["method"] not in _ARGUMENTS:
        return None
    before = _STRING.sub("0", match["before"])
    if before.strip() and not before.rstrip().endswith(","):
        return None  # inside of an expression
    kind: NamedKind | None
    if match["keyword"]:
        kind = _KEYWORDS.get(match["keyword"])
    else:
        kinds = _ARGUMENTS[match["method"]]
        position = before.count(",")
        kind = kinds[position] if position < len(kinds) else None
    return NamedThing(kind=kind, prefix=match["text"]) if kind else None
