"""Clocks from the numbers in the names of a folder's files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats._clock_options import ClockOptions, every_tick
from whiskertoolbox_python.formats._loader import LoadedItem, Loader, Source
from whiskertoolbox_python.formats._text_cells import parse_index
from whiskertoolbox_python.parameters import option, required


@dataclass(frozen=True, kw_only=True)
class Options(ClockOptions):
    """Options of time filename."""

    regex_pattern: str = required('regular expression with one group around the number, as "frame_(\\d+)"')
    file_extension: str = option("", "Only files whose name ends so.")
    mode: Literal["found_values", "zero_to_max", "min_to_max"] = option(
        "found_values", "The numbers found, or every number up to the largest."
    )
    sort_ascending: bool = option(True, "False: descending.")


def load(source: Source, options: Options) -> Iterator[LoadedItem]:
    """Search the pattern in every file name."""
    try:
        pattern = re.compile(options.regex_pattern)
    except re.error as error:
        raise LoadError(f'regex_pattern "{options.regex_pattern}" is not a regular expression: {error}') from None
    if pattern.groups != 1:
        raise LoadError(f'regex_pattern "{options.regex_pattern}" needs exactly one group, it has {pattern.groups}')
    names = [path.name for path in source.files()]
    found: list[int] = []
    for name in names:
        match = pattern.search(name) if name.endswith(options.file_extension) else None
        if match:
            try:
                found.append(parse_index(match[1] or ""))
            except ValueError:
                raise LoadError(
                    f'{source.path}: in the file name {name}, regex_pattern "{options.regex_pattern}" '
                    f"finds {match[1]!r}, which is not an index"
                ) from None
    if not found:
        raise LoadError(
            f'{source.path}: of {len(names)} files no name ends with "{options.file_extension}" '
            f'and matches "{options.regex_pattern}"'
        )
    numbers = np.array(sorted(found), np.int64)
    if options.mode != "found_values":
        numbers = every_tick(source, 0 if options.mode == "zero_to_max" else int(numbers[0]), int(numbers[-1]))
    yield LoadedItem(
        source.name,
        options.clock(
            source, numbers if options.sort_ascending else numbers[::-1], descends=not options.sort_ascending
        ),
    )


LOADER = Loader("time", ("filename",), Options, load, "Numbers in the names of the files of a folder.", reads="folder")
FORMATS = (LOADER,)
