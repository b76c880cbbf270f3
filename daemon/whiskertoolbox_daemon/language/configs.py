"""Load configs as they are written: where their entries stand, what of them cannot be loaded, which files they name."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from pathlib import Path

from whiskertoolbox_daemon.language.calls import Place
from whiskertoolbox_daemon.language.config_remedies import Entry, Known, entry_at, of_config, of_entry
from whiskertoolbox_daemon.language.json_places import after_space, members
from whiskertoolbox_daemon.language.problems import MOST_PROBLEMS, Problem

_NAMES = re.compile(r"(?:^|[\\/])(?:recording\.json|[^\\/]+\.(?:load|wtconfig)\.json)$")
"""The names of load configs, as the manifest's ``jsonValidation`` has them."""


@dataclass(frozen=True)
class FileLink:
    """A file that a config names."""

    place: Place
    path: Path


def is_config(path: str) -> bool:
    """Return whether a file is called as load configs are."""
    return _NAMES.search(path) is not None


def problems_of_config(source: str, path: Path) -> list[Problem]:
    """Return the entries that cannot be loaded, with the reason that loading would give."""
    from whiskertoolbox_python import LoadError  # once NumPy is known to be there
    from whiskertoolbox_python.formats.config import config_of
    from whiskertoolbox_python.formats.plan import plan_of
    from whiskertoolbox_python.formats.registry import loaders
    from whiskertoolbox_python.formats.report import LoadFailure

    try:
        root = json.loads(source)
    except (ValueError, RecursionError):  # the editor underlines that itself
        return []
    try:
        outcomes = plan_of(config_of(path, root)).by_position()
    except LoadError as error:
        reason = str(error).removeprefix(f"{path}: ")
        first_line = Place(0, 0, len(source.partition("\n")[0].rstrip()))
        return [Problem("unloadableEntry", reason, first_line, of_config(source, reason))]
    formats: dict[str, set[str]] = {}
    for loader in loaders():
        formats.setdefault(loader.data_type, set()).update(loader.formats)
    known = Known(formats, path.parent)
    entries = _entries(source, root)
    found: list[Problem] = []
    for position, entry in enumerate(entries):
        told = [outcome.reason for outcome in outcomes.get(position, ()) if isinstance(outcome, LoadFailure)]
        if told and len(found) < MOST_PROBLEMS:
            remedies = of_entry(source, entries, position, known)
            found.append(Problem("unloadableEntry", told[0], entry.name, remedies))
    return found


def files_of_config(source: str, path: Path) -> list[FileLink]:
    """Return the files that its entries name and that are there; of an entry that is repeated, the first."""
    from whiskertoolbox_python import LoadError
    from whiskertoolbox_python.formats.config import config_of
    from whiskertoolbox_python.formats.plan import Step, plan_of

    try:
        root = json.loads(source)
        outcomes = plan_of(config_of(path, root)).by_position()
    except (LoadError, ValueError, RecursionError):
        return []
    return [
        FileLink(entry.texts["filepath"][0], step.path)
        for position, entry in enumerate(_entries(source, root))
        for step in outcomes.get(position, [])[:1]
        if "filepath" in entry.texts and isinstance(step, Step) and step.path.is_file()
    ]


def _entries(source: str, root: object) -> list[Entry]:
    """Return where the entries of a config stand, whose JSON is known to be whole."""
    at = after_space(source, 0)
    if isinstance(root, dict):
        at = dict(members(source, at))["data"]
    return [entry_at(source, start) for _, start in members(source, at)]
