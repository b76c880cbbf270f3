"""Clocks from the numbers in the names of a folder's files."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np

from whiskertoolbox_python.loaders._base import Loader, LoadError, Source
from whiskertoolbox_python.loaders._clock import ClockOptions
from whiskertoolbox_python.loaders._options import option, required
from whiskertoolbox_python.time_frame import TimeFrame


@dataclass(frozen=True, kw_only=True)
class Options(ClockOptions):
    """Options of time filename."""

    regex_pattern: str = required('regular expression with one group around the number, as "frame_(\\d+)"')
    file_extension: str = option("", "Only files whose name ends so.")
    mode: Literal["found_values", "zero_to_max", "min_to_max"] = option(
        "found_values", "The numbers found, or every number up to the largest."
    )
    sort_ascending: bool = option(True, "False: descending.")


def load(source: Source, options: Options) -> Iterator[tuple[str, TimeFrame]]:
    """Search the pattern in every file name."""
    try:
        pattern = re.compile(options.regex_pattern)
    except re.error as error:
        raise LoadError(f'regex_pattern "{options.regex_pattern}" is no regular expression: {error}') from None
    if pattern.groups != 1:
        raise LoadError(f'regex_pattern "{options.regex_pattern}" needs exactly one group, it has {pattern.groups}')
    names = sorted(path.name for path in source.path.iterdir() if path.is_file())
    found = [match[1] for name in names if name.endswith(options.file_extension) and (match := pattern.search(name))]
    try:
        numbers = np.array([int(text) for text in found], np.int64)
    except (TypeError, ValueError, OverflowError):
        raise LoadError(
            f'{source.path}: regex_pattern "{options.regex_pattern}" finds what is no index, as {found[0]!r}'
        ) from None
    if not numbers.size:
        raise LoadError(
            f'{source.path}: of {len(names)} files no name ends with "{options.file_extension}" '
            f'and matches "{options.regex_pattern}"'
        )
    if options.mode != "found_values":
        numbers = np.arange(0 if options.mode == "zero_to_max" else numbers.min(), numbers.max() + 1)
    numbers.sort()
    yield source.name, options.clock(numbers if options.sort_ascending else numbers[::-1])


LOADER = Loader("time", ("filename",), Options, load, "Numbers in the names of the files of a folder.", reads="folder")
