"""Where the files of a workspace name something: in Python files, load configs and pipelines. Reads, never writes."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from whiskertoolbox_daemon.language.calls import ANYTHING, Place
from whiskertoolbox_daemon.language.chunks import TEXT
from whiskertoolbox_daemon.language.expected import Expected, NameKind
from whiskertoolbox_daemon.language.names import FileNames, Name, line_and_column, names_of

MOST_FILES = 5000
LARGEST_FILE = 1 << 20
_PASSED_OVER = frozenset({"node_modules", "__pycache__", "site-packages"})
_IN_CONFIGS: Mapping[str, Expected] = {
    "name": Expected("key", "makes"),
    "clock": Expected("clock"),
    "input_key": Expected("key"),
    "output_key": Expected("key", "makes"),
    "output_time_key": Expected("clock"),
}
"""What the fields of a load config's entry and of a pipeline's step name."""
_IS_CONFIG = re.compile(r'"(?:data_type|transform_name|input_key)"\s*:')
_FIELD = re.compile(rf'"({"|".join(_IN_CONFIGS)})"\s*:\s*"((?:[^"\\\n]|\\.)*)"')
_IS_CLOCK = re.compile(r'"data_type"\s*:\s*"time"')


@dataclass(frozen=True)
class Found:
    """A name in a file."""

    path: Path
    source: str
    name: Name


def files_of(folder: Path) -> Iterator[Path]:
    """Yield the Python and JSON files of a workspace, bounded in number; none of environments, and no hidden ones."""
    count = 0
    for parent, folders, files in os.walk(folder):
        folders[:] = sorted(
            one
            for one in folders
            if not one.startswith(".") and one not in _PASSED_OVER and not Path(parent, one, "pyvenv.cfg").exists()
        )
        for file in sorted(files):
            if file.endswith((".py", ".json")) and count < MOST_FILES:
                count += 1
                yield Path(parent, file)


def occurrences(folder: Path, kind: str, text: str, open_texts: Mapping[Path, str]) -> list[Found]:
    """Return where the files of a workspace name something; of those that are open, their text in the editor."""
    found = []
    for path in dict.fromkeys([*open_texts, *files_of(folder)]):
        source = open_texts[path] if path in open_texts else _read(path)
        if text in source or path.suffix == ".json":
            names = config_names(source) if path.suffix == ".json" else names_of(source)
            found += [Found(path, source, name) for name in names.names if name.kind == kind and name.text == text]
    return found


def unmade_names(folder: Path, known: Mapping[NameKind, Container[str]]) -> dict[NameKind, set[str]]:
    """Return names, by kind, that a session does not know and that a file of its workspace makes, loads or may make."""
    found: dict[NameKind, set[str]] = {kind: set() for kind in known}
    for path in files_of(folder):
        age = _age(path)
        for kind, names in known.items():
            found[kind].update(name for name in _made_in(path, kind, age) if name not in names)
    return found


@functools.lru_cache(maxsize=2 * MOST_FILES)
def _made_in(path: Path, kind: NameKind, _age: tuple[int, int]) -> frozenset[str]:
    """Return the names that a file makes, and what it says that may be a name that it makes otherwise."""
    source = _read(path)
    names = config_names(source) if path.suffix == ".json" else names_of(source)
    same = [name for name in names.names if name.kind == kind and name.of_session]
    made = {name.text for name in same if name.role == "makes"}
    for pattern in {one.expression for one in names.made}:
        said = {name.text for name in same} if pattern == ANYTHING else _texts(source)
        made |= {text for text in said if re.fullmatch(pattern, text)}
    return frozenset(made)


def _texts(source: str) -> set[str]:
    """Return the texts of one line in code that are not put together."""
    found = (one for one in TEXT.finditer(source) if one["quote"] and one["end"])
    return {one[0][1:-1] for one in found if source[max(one.start() - 1, 0)] not in "fF"}


def _age(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return 0, 0
    return found.st_mtime_ns, found.st_size


def config_names(source: str) -> FileNames:
    """Return the names in a load config or a pipeline; none in other JSON."""
    return _config_names(source) if _IS_CONFIG.search(source) else FileNames()


@functools.lru_cache(maxsize=64)
def _config_names(source: str) -> FileNames:
    names = []
    for match in _FIELD.finditer(source):
        expected = _IN_CONFIGS[match[1]]
        begin, end = source.rfind("{", 0, match.start()), source.find("}", match.end())
        is_clock = match[1] == "name" and _IS_CLOCK.search(source, max(begin, 0), end if end >= 0 else len(source))
        line, start = line_and_column(source, match.start(2))
        try:
            text = json.loads(f'"{match[2]}"')
        except ValueError:
            continue
        place = Place(line, start, start + len(match[2]))
        names.append(Name("clock" if is_clock else expected.kind, expected.role, text, place, match[1], True))
    return FileNames(tuple(names))


def _read(path: Path) -> str:
    try:
        if path.stat().st_size > LARGEST_FILE:
            return ""
        return path.read_text(encoding="utf-8").replace("\r\n", "\n")
    except (OSError, UnicodeDecodeError):
        return ""
