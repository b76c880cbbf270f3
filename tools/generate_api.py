"""Writes the page of the library's public names from their signatures and docstrings.

python tools/generate_api.py            write docs/api.md
python tools/generate_api.py --check    change nothing; exit code 1 when it is out of date
"""

from __future__ import annotations

import argparse
import dataclasses
import difflib
import importlib
import inspect
import re
import sys
from collections.abc import Callable, Iterator
from itertools import chain
from pathlib import Path
from typing import Any, get_args, get_origin

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "daemon"))

import whiskertoolbox_python as wt  # noqa: E402  # the path has to be set first
from whiskertoolbox_python.types.data_object import DataObject  # noqa: E402
from whiskertoolbox_python.upstream.bindings import Bound, BoundEnum  # noqa: E402

PAGE = ROOT / "docs/api.md"

GROUPS = {
    "The data manager": ["DataManager"],
    "Time": ["TimeFrame", "TimeFrameIndex", "ClockTicks", "Interval", "Synchronisation", "SynchronisedClock"],
    "Series": ["AnalogTimeSeries", "DigitalEventSeries", "DigitalIntervalSeries", "RaggedAnalogTimeSeries"],
    "Tracked in video": ["LineData", "MaskData", "PointData", "Line2D", "Mask2D", "Point2D", "Point2DU32", "ImageSize"],
    "Tensors": ["TensorData"],
    "Media": ["MediaData", "MediaType"],
    "Entities and groups": ["EntityId", "EntityGroupManager", "GroupDescriptor"],
    "Kinds of data": ["DataType"],
    "Transforms": ["Step", "Pipeline", "PortablePipeline", "Unit", "Limits"],
    "Tables and batches": ["Table", "Column", "BatchResult"],
    "The viewer": ["Viewer", "Selection"],
}
"""Every public name, under the heading that it appears under."""

FUNCTIONS = [
    "run_transform",
    "transform",
    "transforms",
    "load_transforms",
    "step",
    "pipeline",
    "read_pipeline",
    "read_portable_pipeline",
    "table",
    "column",
    "synchronise",
    "synchronise_keys",
    "synchronise_frames",
    "export_file",
    "export_formats",
    "to_pandas",
    "to_arrow",
    "to_xarray",
    "to_pynapple",
    "from_pynapple",
    "read_tables",
    "batch",
    "recent_batch",
    "plot",
    "progress",
    "view",
]
"""Functions of the module, about transforms, tables, batches and the viewer."""

INSTANCES = ["viewer"]
"""Objects of the module; their classes are described."""

OTHERS = {
    "What methods return": {
        "whiskertoolbox_python": [
            "Group",
            "Item",
            "Entry",
            "LoadReport",
            "LoadFailure",
            "DataObject",
            "ExportFormat",
            "BuiltTable",
            "BatchProgress",
            "ItemError",
            "PipelineReport",
            "Origin",
            "Provenance",
        ],
    },
    "Errors and warnings": {
        "whiskertoolbox_python": [
            "LoadError",
            "LoadWarning",
            "SaveError",
            "SaveWarning",
            "StoreError",
            "NotASessionError",
            "NewerStoreError",
            "DamagedStoreError",
            "LockedStoreError",
            "ReadOnlyStoreError",
            "StoreFullError",
            "TransformError",
            "PipelineError",
            "BatchError",
            "Cancelled",
            "TransformWarning",
        ],
    },
}
"""Heading, module and names of what a user meets without making it; the module is what to import it from."""

SHARED = ("setTimeFrame", "getTimeFrame", "restrict")
"""Members of all data types, described once."""

HOOKS = ("to_columns", "from_columns", "data_type", "kind", "kinds")
"""Members for people who add a data type; they are in CONTRIBUTING, not here."""

HEAD = """\
# The library: `whiskertoolbox_python`

<!-- Written by tools/generate_api.py from the docstrings; do not edit. -->

Everything that `from whiskertoolbox_python import *` gives. Names in `camelCase` are those of WhiskerToolbox, called
upstream below, whose scripts run here unchanged; names in `snake_case` are added. `help(LineData)` shows the same text
in Python. The tests run the examples, after `import numpy as np` and `from whiskertoolbox_python import *`.

Rules that hold everywhere:

- Integers may be `int`, NumPy integers, `TimeFrameIndex` or `ClockTicks`; a float is a `TypeError`. A list may be any
  sequence, set, generator or one-dimensional array, and arrays are taken without a Python loop.
- Arrays that are handed out are read-only, share memory with the data where the text says "not copied" or "view", and
  stay what they are whatever happens to the data afterwards.
- Data objects are compared by identity, and cannot be pickled or copied. The same object comes back from
  `DataManager.getData` as long as it lives.
"""

SECTIONS = ("Parameters", "Attributes", "Returns", "Yields", "Raises", "Warns", "Notes", "Examples")


def page() -> str:
    """Return the whole page."""
    met_names = [name for modules in OTHERS.values() for name in modules.get(wt.__name__, ())]
    listed = [*chain(*GROUPS.values()), *FUNCTIONS, *INSTANCES, *met_names]
    if sorted(listed) != sorted(wt.__all__):
        missing = sorted(set(wt.__all__) ^ set(listed))
        raise SystemExit(
            f"GROUPS and OTHERS in tools/generate_api.py and whiskertoolbox_python.__all__ differ: {missing}"
        )
    lines = [HEAD]
    lines += [f"- **{group}**: {', '.join(link(name) for name in names)}" for group, names in GROUPS.items()]
    lines += [
        f"- **{heading}**: {', '.join(map(link, chain(*modules.values())))}" for heading, modules in OTHERS.items()
    ]
    lines += ["", "## Every data object", "", "The series, the tracked data, tensors and media share these."]
    for name in SHARED:
        lines += member(DataObject, name, owner="data")
    for group, names in GROUPS.items():
        lines += ["", f"## {group}"]
        for name in names:
            lines += described(name, getattr(wt, name))
    lines += ["", "## Functions"]
    for name in FUNCTIONS:
        lines += function(name, getattr(wt, name))
    for heading, modules in OTHERS.items():
        lines += ["", f"## {heading}"]
        for module, names in modules.items():
            for name in names:
                lines += met(module, name)
    return "\n".join(lines).rstrip() + "\n"


def link(name: str) -> str:
    """A class's name with a link to its section."""
    return f"[`{name}`](#{name.lower()})"


def described(name: str, kind: type) -> Iterator[str]:
    """Lines of one class: how it is made, what it is, its members."""
    yield from ("", f"### {name}", "")
    if issubclass(kind, BoundEnum):
        yield from markdown(inspect.cleandoc(kind.__doc__ or ""))
        yield from ("", "Values: " + ", ".join(f"`{member}` = {int(value)}" for member, value in members_of(kind)))
        return
    if can_be_made(kind):
        yield from ("```python", f"{name}{signature(kind)}", "```", "")
    yield from markdown(inspect.cleandoc(kind.__doc__ or ""))
    if issubclass(kind, DataObject):
        shared = ", ".join(f"`{one}`" for one in SHARED)
        yield from ("", f"Also {shared}: see [every data object](#every-data-object).")
    hidden = {*SHARED, *HOOKS} if issubclass(kind, DataObject) else set()
    for member_name in public_members(kind):
        if member_name not in hidden:
            yield from member(kind, member_name, owner=name)


def function(name: str, made: Callable[..., object]) -> Iterator[str]:
    """Lines of a function: how it is called, what it does."""
    yield from ("", f"### {name}", "", "```python", f"{name}{signature(made)}", "```", "")
    yield from markdown(inspect.cleandoc(made.__doc__ or ""))


def met(module: str, name: str) -> Iterator[str]:
    """Lines of a class that is met, not made: where it is, what it is, its methods."""
    kind = getattr(importlib.import_module(module), name)
    yield from ("", f"### {name}", "", f"In `{module}`.", "")
    yield from markdown(inspect.cleandoc(kind.__doc__ or ""))
    fields = {field.name for field in dataclasses.fields(kind)} if dataclasses.is_dataclass(kind) else set()
    for member_name in public_members(kind):
        if member_name not in fields and not issubclass(kind, Exception):
            yield from member(kind, member_name, owner=name)


def members_of(kind: type[BoundEnum]) -> list[tuple[str, Any]]:
    """Names and values of an enumeration."""
    return list(kind.__members__.items())


def public_members(kind: type) -> list[str]:
    """Names of a class's members: properties, then methods; its own, then inherited ones, as they are written down."""
    found: dict[str, object] = {}
    for base in kind.__mro__:
        if base not in (object, Bound) and base.__module__.startswith(wt.__name__):
            for name, value in vars(base).items():
                if not name.startswith("_"):
                    found.setdefault(name, value)
    properties = [name for name, value in found.items() if isinstance(value, property)]
    methods = [name for name in found if callable(getattr(kind, name))]
    return [*properties, *methods]


def member(kind: type, name: str, *, owner: str) -> Iterator[str]:
    """Lines of one property or method."""
    value = inspect.getattr_static(kind, name)
    call = "" if isinstance(value, property) else signature(getattr(kind, name), is_bound=is_bound(value))
    for variable, argument in type_arguments(kind).items():
        call = re.sub(rf"\b{variable}\b", argument, call)
    title = f"{owner}.{name}" if is_bound(value) else name
    yield from ("", f"#### `{title}{call}`", "")
    yield from markdown(inspect.getdoc(value.fget if isinstance(value, property) else getattr(kind, name)))


def type_arguments(kind: type) -> dict[str, str]:
    """What the type variables of a class's generic bases stand for."""
    found: dict[str, str] = {}
    for base in kind.__mro__:
        for generic in vars(base).get("__orig_bases__", ()):
            variables = getattr(get_origin(generic), "__parameters__", ())
            for variable, argument in zip(variables, get_args(generic), strict=False):
                found[variable.__name__] = argument.__name__
    return found


def is_bound(value: object) -> bool:
    """Return whether a member is called on the class."""
    return isinstance(value, (classmethod, staticmethod))


def can_be_made(kind: type) -> bool:
    """Return whether a class may be called."""
    try:
        kind()
    except TypeError as error:
        return "No constructor" not in str(error)
    return True


def signature(function: Any, *, is_bound: bool = True) -> str:
    """Parameters and result of a function as they are written in the source."""
    described = inspect.signature(function)
    parameters = list(described.parameters.values())[0 if is_bound else 1 :]
    texts: list[str] = []
    for place, parameter in enumerate(parameters):
        if parameter.kind is parameter.KEYWORD_ONLY and not any(
            earlier.kind in (parameter.VAR_POSITIONAL, parameter.KEYWORD_ONLY) for earlier in parameters[:place]
        ):
            texts.append("*")
        stars = {"VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}.get(parameter.kind.name, "")
        default = "" if parameter.default is parameter.empty else default_text(parameter.default)
        texts.append(f"{stars}{parameter.name}{default}")
    result = "" if described.return_annotation in (described.empty, "None") else f" -> {described.return_annotation}"
    return f"({', '.join(texts)}){result}"


def default_text(default: object) -> str:
    """A default as the page shows it; what may be left out without a value is shown as ``...``."""
    text = repr(default)
    return "=..." if text.startswith("<") else f"={text}"


def markdown(docstring: str | None) -> Iterator[str]:
    """A numpydoc docstring as Markdown."""
    lines = (docstring or "").splitlines()
    section = ""
    place = 0
    while place < len(lines):
        line = lines[place]
        if line in SECTIONS and place + 1 < len(lines) and set(lines[place + 1]) == {"-"}:
            section = line
            place += 2
            if section not in ("Examples", "Notes"):
                yield from (f"**{section}**", "")
            continue
        if line.startswith(">>>"):
            end = place
            while end < len(lines) and lines[end].strip():
                end += 1
            yield from ("```pycon", *lines[place:end], "```")
            place = end
            continue
        if section in ("", "Examples", "Notes"):
            yield plain(line)
        elif line and not line.startswith(" "):
            yield entry(line)
        else:
            yield plain(line)
        place += 1


def entry(line: str) -> str:
    """The heading of a parameter, result or exception."""
    name, _, kind = line.partition(" : ")
    return f"- `{name}`{f' : {plain(kind)}' if kind else ''}  "


def plain(text: str) -> str:
    """Text with numpydoc's double backquotes as Markdown's."""
    return re.sub(r"``(.+?)``", r"`\1`", text)


def main() -> int:
    """Write or check the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is out of date")
    old = PAGE.read_text(encoding="utf-8") if PAGE.exists() else ""
    new = page()
    if not parser.parse_args().check:
        PAGE.write_text(new, encoding="utf-8", newline="\n")
        return 0
    if old == new:
        return 0
    name = str(PAGE.relative_to(ROOT))
    sys.stderr.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, "generated"))
    sys.stderr.write("The library has changed: run `python tools/generate_api.py` and commit the result.\n")
    return 1


if __name__ == "__main__":
    sys.exit(main())
