"""What mends an entry of a load config that cannot be loaded, or a config that is none."""

from __future__ import annotations

import difflib
import itertools
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from whiskertoolbox_daemon.language.calls import Place
from whiskertoolbox_daemon.language.json_places import after_space, members, place_of, text_at, value_end
from whiskertoolbox_daemon.language.problems import MOST_NEAR, Remedy

MOST_FILES = 2000
"""So many names of a folder are compared."""
_WRONG_FIELD = re.compile(r'"(data|variables|clocks|loops)" must be')
_EMPTY = {"data": "[]", "variables": "{}", "clocks": "[]", "loops": "{}"}


@dataclass(frozen=True)
class Entry:
    """Where an entry of a config stands, and the texts in it."""

    start: int
    end: int
    """Offsets in the source."""
    name: Place
    """Its name, or what it begins with."""
    texts: Mapping[str, tuple[Place, str]] = field(default_factory=dict)
    """Fields that are texts: where the text stands, and what it says."""


@dataclass(frozen=True)
class Known:
    """What entries may name."""

    formats: Mapping[str, set[str]]
    """Data type -> its formats."""
    folder: Path
    """Of the config."""


def of_entry(source: str, entries: list[Entry], position: int, known: Known) -> tuple[Remedy, ...]:
    """Return what mends an entry: the nearest name of what it misnames, or an end of it."""
    return (*_names(entries[position], known), _removal(source, entries, position))


def of_config(source: str, reason: str) -> tuple[Remedy, ...]:
    """Return what makes a load config of JSON that is none."""
    at = after_space(source, 0)
    wrong = _WRONG_FIELD.search(reason)
    if source[at] == "{":
        fields = dict(members(source, at))
        if wrong is not None and wrong[1] in fields:
            name, start = wrong[1], fields[wrong[1]]
            first, last = place_of(source, start, value_end(source, start))
            return (Remedy(f'Change "{name}" to {_EMPTY[name]}', first, _EMPTY[name], until=last),)
        if "data" not in fields:
            first, _ = place_of(source, at + 1, at + 1)
            return (Remedy('Add an empty list of entries, "data"', first, '"data": []' + (", " if fields else "")),)
        return ()
    if source[at] == "[":
        return ()
    first, last = place_of(source, at, value_end(source, at))
    return (Remedy("Change to an empty list of entries", first, "[]", until=last),)


def _names(entry: Entry, known: Known) -> Iterator[Remedy]:
    data_type = entry.texts.get("data_type")
    if data_type is not None:
        if data_type[1] not in known.formats:
            yield from _nearest(*data_type, known.formats)
        formats = known.formats.get(data_type[1], set())
        if formats and "format" in entry.texts and entry.texts["format"][1] not in formats:
            yield from _nearest(*entry.texts["format"], formats)
    if "filepath" in entry.texts:
        place, given = entry.texts["filepath"]
        parent, _, name = given.replace("\\", "/").rpartition("/")
        if not any(sign in given for sign in "{*") and not (known.folder / given).exists():
            near = difflib.get_close_matches(name, _listed(known.folder / parent), n=MOST_NEAR, cutoff=0.6)
            for one in near:
                yield _changed(place, f"{parent}/{one}" if parent else one)


def _nearest(place: Place, given: str, known: Iterable[str]) -> Iterator[Remedy]:
    for one in difflib.get_close_matches(given, sorted(known), n=MOST_NEAR, cutoff=0.4):
        yield _changed(place, one)


def _changed(place: Place, text: str) -> Remedy:
    return Remedy(f"Change to {text!r}", place, json.dumps(text, ensure_ascii=False)[1:-1])


def _listed(folder: Path) -> list[str]:
    try:
        names = (one.name for one in itertools.islice(folder.iterdir(), MOST_FILES))
        return sorted(name for name in names if not name.startswith("."))
    except OSError:
        return []


def _removal(source: str, entries: list[Entry], position: int) -> Remedy:
    """Return the removal of an entry with the comma that is one too many then."""
    start, end = entries[position].start, entries[position].end
    if position + 1 < len(entries):
        end = entries[position + 1].start
    elif position:
        start = entries[position - 1].end
    first, last = place_of(source, start, end)
    return Remedy("Remove this entry", first, "", until=last)


def entry_at(source: str, at: int) -> Entry:
    """Return the entry that begins at an offset of a config, whose JSON is known to be whole."""
    fields = dict(members(source, at)) if source[at] == "{" else {}
    texts = {name: text_at(source, start) for name, start in fields.items() if source[start] == '"'}
    end = value_end(source, at)
    line_end = source.find("\n", at)
    first, _ = place_of(source, at, len(source[: line_end if line_end >= 0 else None].rstrip()))
    return Entry(at, end, texts["name"][0] if "name" in texts else first, texts)
