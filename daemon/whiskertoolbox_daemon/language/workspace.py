"""Where the files of a workspace name something: in Python files, load configs and pipelines. Reads, never writes."""

from __future__ import annotations

import functools
import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from whiskertoolbox_daemon.language.calls import Place
from whiskertoolbox_daemon.language.expected import Expected
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
