"""Writes docs/formats.md from the loaders and savers and the options they declare.

python tools/generate_formats.py            write the page
python tools/generate_formats.py --check    change nothing; exit code 1 when it is out of date
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import sys
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "daemon"))  # before what is imported from there

from formats_prose import CONTAINERS_INTRODUCTION, EXPORT_INTRODUCTION, INTRODUCTION  # noqa: E402

from whiskertoolbox_python.containers.exporting import EXPORTERS  # noqa: E402
from whiskertoolbox_python.containers.loaders import LOADERS as CONTAINER_LOADERS  # noqa: E402
from whiskertoolbox_python.containers.registry import CONTAINERS  # noqa: E402
from whiskertoolbox_python.formats._loader import Loader  # noqa: E402
from whiskertoolbox_python.formats._saver import Saver  # noqa: E402
from whiskertoolbox_python.formats.registry import loaders, savers  # noqa: E402
from whiskertoolbox_python.parameters import type_name  # noqa: E402

PAGE = ROOT / "docs/formats.md"

SINGLE_LOADERS = [loader for loader in loaders() if loader not in CONTAINER_LOADERS]


def page() -> str:
    """Return the whole page."""
    lines = [INTRODUCTION, *overview(), *container_section(), *export_section(), "## Loading", ""]
    for loader in SINGLE_LOADERS:
        lines += section(loader, given_by=entry_text(loader))
        if loader.reads != "file":
            lines += [f"Reads {'a folder' if loader.reads == 'folder' else 'no file; has no `filepath`'}.", ""]
        lines += table(loader.options)
    lines += ["## Saving", ""]
    for saver in savers():
        lines += section(saver, given_by=call_text(saver))
        lines += table(saver.options)
    return "\n".join(lines).rstrip() + "\n"


def overview() -> list[str]:
    """Return the table of data types and their formats."""
    lines = ["| data type | loads | saves |", "| --- | --- | --- |"]
    for data_type in dict.fromkeys(loader.data_type for loader in SINGLE_LOADERS):
        known = [formats_of(of_kind, data_type) for of_kind in (SINGLE_LOADERS, savers())]
        lines.append(f"| `{data_type}` | {known[0] or 'its files'} | {known[1] or '—'} |")
    return [*lines, ""]


def formats_of(known: Sequence[Loader | Saver], data_type: str) -> str:
    """Return the formats of a data type."""
    return ", ".join(dict.fromkeys(name for one in known if one.data_type == data_type for name in one.formats))


def container_section() -> list[str]:
    """Return the table of files that hold several things, and their options."""
    lines = ["## Files of the field", "", CONTAINERS_INTRODUCTION, "| format | files | data types | needs |"]
    lines.append("| --- | --- | --- | --- |")
    for one in CONTAINERS:
        kinds = ", ".join(f"`{kind}`" for kind in one.kinds)
        needs = ", ".join(f"`{package}`" for package in one.needs) or "—"
        lines.append(f"| `{one.name}` | {cell(one.title)} | {kinds} | {needs} |")
    lines += ["", "### Their options", ""]
    for options in dict.fromkeys(one.options for one in CONTAINERS):
        names = ", ".join(f"`{one.name}`" for one in CONTAINERS if one.options is options)
        lines += [f"{names}:", "", *table(options)]
    return lines


def export_section() -> list[str]:
    """Return the table of formats that keys are exported to."""
    lines = [EXPORT_INTRODUCTION, "| format | file | holds | needs |", "| --- | --- | --- | --- |"]
    for one in EXPORTERS:
        needs = ", ".join(f"`{package}`" for package in one.needs) or "—"
        suffix = f"`{one.suffixes[0]}`" if one.suffixes else "a folder"
        lines.append(f"| `{one.name}` | {cell(one.title)} ({suffix}) | {cell(one.doc)} | {needs} |")
    return [*lines, ""]


def section(described: Loader | Saver, *, given_by: str) -> list[str]:
    """Return heading and description of a loader or saver."""
    title = f"{described.data_type} {' / '.join(described.formats)}".strip()
    if described.layout_option and described.layout_value not in (False, "simple", "single", "intervals"):
        title += f", {described.layout_option} {json.dumps(described.layout_value)}"
    return [f"### {title}", "", described.doc, "", given_by, ""]


def entry_text(loader: Loader) -> str:
    """Return how an entry asks for the loader."""
    chosen = {"data_type": loader.data_type}
    if loader.formats:
        chosen["format"] = loader.formats[0]
    if loader.layout_option and loader.layout_value is not False:
        chosen[loader.layout_option] = loader.layout_value  # type: ignore[assignment]  # JSON knows true as well
    return f"`{json.dumps(chosen)[1:-1]}`"


def call_text(saver: Saver) -> str:
    """Return how a call asks for the saver."""
    chosen = [f'format="{saver.formats[0]}"']
    if saver.layout_option:
        chosen.append(f'{saver.layout_option}="{saver.layout_value}"')
    return f"`dm.save(key, path, {', '.join(chosen)})`"


def table(options: type[Any]) -> list[str]:
    """Return the table of options; nothing when there are none."""
    rows = list(rows_of(options))
    return (
        ["| option | value | default | meaning |", "| --- | --- | --- | --- |", *rows, ""]
        if rows
        else ["No options.", ""]
    )


def rows_of(options: type[Any]) -> Iterator[str]:
    """Yield a row for each option, the required ones first."""
    hints = typing.get_type_hints(options)
    fields = sorted(dataclasses.fields(options), key=lambda field: field.default is not dataclasses.MISSING)
    for field in fields:
        names = f"`{field.name}`" + (f", `{field.metadata['alias']}`" if field.metadata["alias"] else "")
        default = "required" if field.default is dataclasses.MISSING else f"`{json.dumps(field.default)}`"
        meaning = field.metadata["doc"][0].upper() + field.metadata["doc"][1:].rstrip(".")
        yield f"| {names} | {cell(type_name(hints[field.name]))} | {cell(default)} | {cell(meaning)} |"


def cell(text: str) -> str:
    """Return text that can stand in a table."""
    return text.replace("|", "\\|")


def main() -> int:
    """Write or check the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the page is out of date")
    if parser.parse_args().check:
        if PAGE.read_text(encoding="utf-8") == page():
            return 0
        sys.stderr.write("docs/formats.md is out of date: run `python tools/generate_formats.py`, commit the result.\n")
        return 1
    PAGE.write_text(page(), encoding="utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
