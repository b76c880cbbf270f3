"""The load config: JSON text in, entries out, with loops and variables expanded. Opens no data file."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats.python_block import PythonBlock, read_python_block
from whiskertoolbox_python.formats.report import LoadFailure
from whiskertoolbox_python.parameters import suggest

NOT_APPLIED = {
    "commands": "run them from a script",
    "saves": "call DataManager.save in a script",
}
"""Blocks of upstream's runner that are passed over, and what to do instead."""

ROOT_KEYS = ("data", "transformations", "variables", "loops", "clocks", "python", *NOT_APPLIED)

READABLE_VARIABLES = ("HOME", "LOGNAME", "USER", "USERNAME", "USERPROFILE")
"""Environment variables that any load config may use; others, such as those that hold passwords, it is not given."""
READABLE_TOO = "WHISKERTOOLBOX_CONFIG_VARIABLES"
"""Environment variable that names more of them, with commas between; VS Code's setting is handed on in it."""

_MOST_REPEATS = 1_000_000
_LOOP_NAME = re.compile(r"(?<!\$)\{([A-Za-z_]\w*)\}")
_VARIABLE_NAME = re.compile(r"\$\{([^}]+)\}")


@dataclass(frozen=True)
class Config:
    """A load config, ready to be carried out."""

    path: Path
    entries: list[dict[str, Any]]
    clocks: list[str]
    failures: list[LoadFailure]
    """Entries that loops could not be applied to."""
    warnings: list[str]
    origins: list[int]
    """Of each entry, the position in the config's list from which it comes, from 0; loops repeat it."""
    failure_origins: list[int]
    python: PythonBlock = field(default_factory=PythonBlock)
    """What the recording's scripts need of Python."""


def read_config(path: Path) -> Config:
    """Read a load config.

    Raises
    ------
    LoadError
        When there is no such file, or it is no UTF-8 JSON (with line and column), or its root is not
        what a load config is.
    """
    return config_of(path, _parse_json(path))


def config_of(path: Path, root: object) -> Config:
    """Return what the JSON of a load config says, read already; raises `LoadError` like `read_config`."""
    if isinstance(root, list):
        has_variables = any(_VARIABLE_NAME.search(text) for text in _texts(root))
        hint = f'{path}: ${{…}} is replaced only in the form {{"data": […]}}; left as it is'
        return _with_entries(path, root, None, None, [], [hint] if has_variables else [])
    if not isinstance(root, dict):
        raise LoadError(f'{path}: a load config is a list of entries or an object with the list under "data"')
    if not isinstance(root.get("data"), list):
        raise LoadError(f'{path}: "data" must be the list of entries')
    warnings = [f"{path}: unknown block {suggest(key, ROOT_KEYS)} is ignored" for key in root if key not in ROOT_KEYS]
    left_out = [key for key in NOT_APPLIED if key in root]
    warnings += [f'{path}: the "{key}" block is not applied; {NOT_APPLIED[key]}' for key in left_out]
    python, of_python = read_python_block(path, root)
    warnings += of_python
    entries = [*root["data"], *_pipelines(root)]
    config = _with_entries(path, entries, _variables(path, root), _loops(path, root), _clocks(path, root), warnings)
    return replace(config, python=python)


def _pipelines(root: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the pipelines beside the data as entries, as they may also stand among the data."""
    block = root.get("transformations", [])
    return [{"transformations": pipeline} for pipeline in (block if isinstance(block, list) else [block])]


def entry_label(entry: object, position: int) -> str:
    """Return what messages call an entry: its name, or its place in the list counted from 1."""
    name = entry.get("name") if isinstance(entry, dict) else None
    return name if isinstance(name, str) and name else f"entry {position + 1}"


def _parse_json(path: Path) -> Any:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise LoadError(f"{path}: there is no such load config") from None
    except OSError as error:
        raise LoadError(f"{path} cannot be read: {error.strerror or error}") from error
    try:
        root = json.loads(data.decode("utf-8-sig"))
        json.dumps(root, ensure_ascii=False).encode()
    except UnicodeEncodeError as error:
        half = error.object[error.start].encode("ascii", "backslashreplace").decode()
        raise LoadError(f"{path}: {half} is half of a character, which no text can hold; correct that name") from None
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise LoadError(f"{path} is not UTF-8 text (byte {error.start}, line {line}); save it as UTF-8") from None
    except json.JSONDecodeError as error:
        raise LoadError(f"{path}: not valid JSON at line {error.lineno}, column {error.colno}: {error.msg}") from None
    except (RecursionError, ValueError) as error:  # nested too deeply, or a number of thousands of digits
        raise LoadError(f"{path}: the JSON cannot be read: {error}") from None
    return root


def _variables(path: Path, root: Mapping[str, Any]) -> dict[str, str]:
    variables = root.get("variables", {})
    if not isinstance(variables, dict) or not all(isinstance(value, str) for value in variables.values()):
        raise LoadError(f'{path}: "variables" must be an object of texts, such as {{"root": "/data"}}')
    return variables


def _clocks(path: Path, root: Mapping[str, Any]) -> list[str]:
    clocks = root.get("clocks", [])
    if not isinstance(clocks, list) or not all(isinstance(clock, str) for clock in clocks):
        raise LoadError(f'{path}: "clocks" must be a list of time keys, such as ["master", "camera"]')
    return clocks


def _loops(path: Path, root: Mapping[str, Any]) -> dict[str, list[str]] | None:
    """Return the values of each loop as texts; None when the config has no loops, so that braces mean nothing."""
    if "loops" not in root:
        return None
    if not isinstance(root["loops"], dict):
        raise LoadError(f'{path}: "loops" must be an object, such as {{"channel": [0, 1]}}')
    return {name: [_as_text(value) for value in _loop_values(path, name, loop)] for name, loop in root["loops"].items()}


def _loop_values(path: Path, name: str, loop: object) -> list[Any]:
    if isinstance(loop, list) and all(isinstance(value, str | int) for value in loop):
        return loop
    if isinstance(loop, dict):
        first, last, step = loop.get("from"), loop.get("to"), loop.get("step", 1)
        if type(first) is int and type(last) is int and type(step) is int and step != 0:
            values = range(first, last + (1 if step > 0 else -1), step)
            if len(values[: _MOST_REPEATS + 1]) > _MOST_REPEATS:
                raise LoadError(f'{path}: loop "{name}" has more than {_MOST_REPEATS:,} values')
            return list(values)
    raise LoadError(
        f'{path}: loop "{name}" must be a list of texts and whole numbers, or {{"from": 0, "to": 3, "step": 1}} '
        "with whole numbers and a step other than 0"
    )


def _as_text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _with_entries(
    path: Path,
    data: list[Any],
    variables: Mapping[str, str] | None,
    loops: Mapping[str, list[str]] | None,
    clocks: list[str],
    warnings: list[str],
) -> Config:
    entries: list[dict[str, Any]] = []
    failures: list[LoadFailure] = []
    origins: list[int] = []
    failure_origins: list[int] = []
    undefined: set[str] = set()
    for position, item in enumerate(data):
        label = entry_label(item, position)
        if not isinstance(item, dict):
            failures.append(LoadFailure(label, str(path), 'an entry must be an object, such as {"data_type": …}'))
            failure_origins.append(position)
            continue
        try:
            repeated = [item] if loops is None else _repeat(item, loops)
        except LoadError as error:
            failures.append(LoadFailure(label, str(path), str(error)))
            failure_origins.append(position)
            continue
        origins += [position] * len(repeated)
        entries += repeated if variables is None else [_substitute(entry, variables, undefined) for entry in repeated]
    warnings = warnings + [f"{path}: {_why_undefined(name)}" for name in sorted(undefined)]
    return Config(path, entries, clocks, failures, warnings, origins, failure_origins)


def _repeat(entry: dict[str, Any], loops: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    """Return the entry once per value of the loop it names; itself when it names none."""
    names = sorted({name for text in _texts(entry) for name in _LOOP_NAME.findall(text)})
    if not names:
        return [entry]
    if len(names) > 1:
        raise LoadError(f"an entry can use one loop, this one uses {', '.join(names)}")
    (name,) = names
    if name not in loops:
        raise LoadError(f"unknown loop {suggest(name, loops)}")
    placeholder = re.compile(rf"(?<!\$)\{{{name}\}}")
    return [_map_texts(entry, partial(placeholder.sub, value.replace("\\", r"\\"))) for value in loops[name]]


def _substitute(entry: dict[str, Any], variables: Mapping[str, str], undefined: set[str]) -> dict[str, Any]:
    """Replace ``${name}`` once: the config's variables first, then the environment's, else left as it is."""

    def value_of(match: re.Match[str]) -> str:
        name = match[1]
        value = variables.get(name, _environment_variable(name))
        if value is None:
            if "transformations" not in entry:  # a pipeline may have variables of its own
                undefined.add(name)
            return match[0]
        return value.replace("\\", "/")

    replaced: dict[str, Any] = _map_texts(entry, lambda text: _VARIABLE_NAME.sub(value_of, text))
    return replaced


def _environment_variable(name: str) -> str | None:
    """Return a variable of the environment, if a load config may use it."""
    named = os.environ.get(READABLE_TOO, "").split(",")
    return os.environ.get(name) if name in (*READABLE_VARIABLES, *map(str.strip, named)) else None


def _why_undefined(name: str) -> str:
    if name in os.environ:
        return (
            f"${{{name}}} is an environment variable that load configs are not given; left as it is. "
            f"To give it to them, name it in the setting whiskertoolbox.configVariables, or in {READABLE_TOO}"
        )
    return f"variable ${{{name}}} is not defined; left as it is"


def _texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _texts(item)


def _map_texts(value: Any, change: Callable[[str], str]) -> Any:
    """Return a copy of JSON data with every text in it changed."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [_map_texts(item, change) for item in value]
    if isinstance(value, dict):
        return {key: _map_texts(item, change) for key, item in value.items()}
    return value
