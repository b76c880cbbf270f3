"""Reading a load config into a plan: what would be loaded, from where, how, onto which clock. Opens no data file."""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.formats._loader import Loader
from whiskertoolbox_python.formats.config import Config, entry_label, read_config
from whiskertoolbox_python.formats.registry import find_loader
from whiskertoolbox_python.formats.report import LoadFailure, one_line_reason
from whiskertoolbox_python.parameters import names_of, parse_options, unknown_names
from whiskertoolbox_python.types.attributes import checked

COMMON_KEYS = ("data_type", "name", "filepath", "format", "clock", "color")
ATTRIBUTES = "attributes"
"""What entries of data may have beside these; clocks have none."""
DEFAULT_CLOCK = "time"
RELATIVE = "; relative paths start at the folder of the load config"


@dataclass(frozen=True)
class Step:
    """One entry of a config, or one call of `load_file`, with all that is needed to carry it out."""

    label: str
    loader: Loader
    name: str
    """The key to make, or the first part of the keys when there are several."""
    path: Path
    """File or folder; for loaders that read none, the folder of the config."""
    file: str
    """As the config gives it; the config itself when it gives none."""
    clock: str | None
    """None: the one that the file gives, or `DEFAULT_CLOCK`."""
    options: Any
    warnings: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    """What the config says of what is made, beside what the file says."""

    def __str__(self) -> str:
        kind = " ".join([self.loader.data_type, *self.loader.formats[:1]])
        place = "" if self.loader.reads == "nothing" else f" from {self.path}"
        clock = self.clock or ("the clock of the file" if self.loader.gives_clocks else DEFAULT_CLOCK)
        return f"{self.name}: {kind}{place}" + ("" if self.loader.data_type == "time" else f" on {clock}")


@dataclass(frozen=True)
class PipelineStep:
    """A pipeline of transforms, run when all is loaded."""

    pipeline: Any

    def __str__(self) -> str:
        return "the pipeline of transformations, when all is loaded"


@dataclass(frozen=True)
class LoadPlan:
    """What a load config would do; `print` shows it.

    Attributes
    ----------
    config : Config
    steps : tuple of Step, PipelineStep or LoadFailure
        One for each entry, in order; a failure for one that cannot be carried out.
    """

    config: Config
    steps: tuple[Step | PipelineStep | LoadFailure, ...]

    @property
    def failures(self) -> list[LoadFailure]:
        """Entries that cannot be carried out, with the reason."""
        return [*self.config.failures, *(step for step in self.steps if isinstance(step, LoadFailure))]

    @property
    def warnings(self) -> list[str]:
        """What would be left out or ignored."""
        steps = [step for step in self.steps if isinstance(step, Step)]
        return [*self.config.warnings, *(warning for step in steps for warning in step.warnings)]

    def by_position(self) -> dict[int, list[Step | PipelineStep | LoadFailure]]:
        """Return what becomes of what the config lists, by its position from 0; loops make several things of one."""
        found: dict[int, list[Step | PipelineStep | LoadFailure]] = {}
        outcomes = zip(
            [*self.config.failure_origins, *self.config.origins], [*self.config.failures, *self.steps], strict=True
        )
        for position, outcome in outcomes:
            found.setdefault(position, []).append(outcome)
        return found

    def __str__(self) -> str:
        lines = [f"load {step}" for step in self.steps if isinstance(step, Step)]
        lines += [f"run {step}" for step in self.steps if isinstance(step, PipelineStep)]
        lines += [f"cannot load {failure}" for failure in self.failures]
        return "\n".join([*lines, *(f"warning: {warning}" for warning in self.warnings)])


def make_plan(config_path: str | os.PathLike[str]) -> LoadPlan:
    """Read a config and resolve its entries.

    Raises
    ------
    LoadError
        When the config itself cannot be used.
    """
    return plan_of(read_config(Path(config_path).absolute()))


def plan_of(config: Config) -> LoadPlan:
    """Resolve the entries of a config."""
    return LoadPlan(config, tuple(_planned(config, entry, place) for place, entry in enumerate(config.entries)))


def _planned(config: Config, entry: Mapping[str, Any], position: int) -> Step | PipelineStep | LoadFailure:
    if "transformations" in entry:
        return PipelineStep(entry["transformations"])
    label = entry_label(entry, position)
    try:
        return resolve(entry, config.path.parent, label, config=str(config.path))
    except (LoadError, OSError) as error:
        return LoadFailure(label, str(entry.get("filepath") or config.path), one_line_reason(error))


def resolve(entry: Mapping[str, Any], folder: Path, label: str, *, config: str = "") -> Step:
    """Return the step for an entry.

    Raises
    ------
    LoadError
        When something of it is missing or not known, or its file does not exist.
    """
    loader = find_loader(entry)
    warnings = [f"{label}: {message} is ignored" for message in unknown_names(known_keys(loader), entry)]
    clock, file = _clock_of(entry), str(entry.get("filepath") or config)
    name = entry.get("name") or loader.default_name
    if not isinstance(name, str):
        raise LoadError('the entry needs a "name", the key of what it makes')
    with naming(folder if loader.reads == "nothing" else folder / str(entry.get("filepath", ""))):
        options = parse_options(loader.options, entry)
        path = _find_path(loader, entry, folder, warnings.append)
    return Step(label, loader, name, path, file, clock, options, tuple(warnings), _attributes_of(loader, entry))


def known_keys(loader: Loader) -> list[str]:
    """Return every name that an entry for a loader may have."""
    layout = [loader.layout_option] if loader.layout_option else []
    common = COMMON_KEYS if loader.data_type == "time" else (*COMMON_KEYS, ATTRIBUTES)
    return [*names_of(loader.options), *layout, *common]


def _attributes_of(loader: Loader, entry: Mapping[str, Any]) -> Mapping[str, Any]:
    if loader.data_type == "time":
        return {}
    try:
        return checked(entry.get(ATTRIBUTES) or {})
    except (TypeError, ValueError) as error:
        raise LoadError(f'"attributes": {error}') from None


def _clock_of(entry: Mapping[str, Any]) -> str | None:
    clock = entry.get("clock") or None
    if clock is not None and not isinstance(clock, str):
        raise LoadError(f'"clock" must be a time key, not {clock!r}')
    return clock


@contextlib.contextmanager
def naming(path: Path) -> Iterator[None]:
    """Turn whatever goes wrong with a file into a LoadError that names it."""
    try:
        yield
    except LoadWarning:  # made an error by the user
        raise
    except LoadError as error:
        if str(path) in str(error):
            raise
        raise LoadError(f"{path}: {error}") from error
    except PermissionError as error:
        reason = one_line_reason(error)
        raise LoadError(reason if error.filename else f"{path}: {reason}") from error
    except MemoryError as error:
        raise LoadError(f"{path}: there is not enough memory for what it holds") from error
    except Exception as error:  # whatever a library makes of the file
        raise LoadError(f"{path} cannot be loaded: {type(error).__name__}: {one_line_reason(error)}") from error


def _find_path(loader: Loader, entry: Mapping[str, Any], folder: Path, warn: Callable[[str], None]) -> Path:
    if loader.reads == "nothing":
        return folder
    given = entry.get("filepath")
    if not isinstance(given, str) or not given:
        raise LoadError('the entry needs a "filepath"')
    path = folder / given
    if "\\" in given and not path.exists():  # written on Windows
        path = folder / given.replace("\\", "/")
    if "*" in path.name and not path.exists():
        path = _first_match(path, warn)
    if not path.exists():
        raise LoadError(f"{path} does not exist{'' if Path(given).is_absolute() else RELATIVE}")
    is_right = {"folder": path.is_dir(), "file": path.is_file(), "file or folder": path.is_dir() or path.is_file()}
    if not is_right[loader.reads]:  # a pipe would be waited for
        raise LoadError(f"{path} must be a {loader.reads}")
    return path


def _first_match(pattern: Path, warn: Callable[[str], None]) -> Path:
    """Return the first file, by name, whose name matches; ``*`` is any text, the rest a regular expression."""
    try:
        expression = re.compile(pattern.name.replace("*", ".*"))
    except re.error:
        expression = re.compile(".*".join(re.escape(part) for part in pattern.name.split("*")))
    names = sorted(path.name for path in pattern.parent.iterdir()) if pattern.parent.is_dir() else []
    # Hidden files are taken only if they are asked for: a file that is being saved is one.
    is_hidden = pattern.name.startswith(".")
    matching = [name for name in names if expression.fullmatch(name) and name.startswith(".") == is_hidden]
    if not matching:
        raise LoadError(f"{pattern}: no file in that folder matches")
    if len(matching) > 1:
        warn(f"{pattern} matches {len(matching)} files; {matching[0]} is used")
    return pattern.parent / matching[0]
