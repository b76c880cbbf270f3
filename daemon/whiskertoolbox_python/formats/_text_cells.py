"""What one cell of delimited text says, and the errors that say what is wrong with it."""

from __future__ import annotations

import math
from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Literal

Kind = Literal["index", "frame", "number", "value", "sample", "optional"]
"""index: whole number, exact, fractions cut towards zero. frame: digits only. number: any finite float64. value: fits
float32, or nan or inf. sample: a value, kept as float32. optional: as value, and an empty cell is nan."""

FLOAT32_END = 2.0**128 - 2.0**103
"""What is nearer to 0 than this is rounded to a finite float32."""


def parse_index(cell: str) -> int:
    """Return the whole number in a cell, fractions cut towards zero; ValueError says what is wrong with it."""
    text = cell.strip()
    number = parse_number(text)
    if not math.isfinite(number):
        raise ValueError(f'"{shorten(text)}" is not an index')
    value = int(Decimal(text)) if abs(number) < 2.0**64 else 2**64
    if not -(2**63) <= value < 2**63:
        raise ValueError(f'"{shorten(text)}" is out of range')
    return value


def parse_frame(cell: str) -> int:
    """Return the whole number in a cell of digits only; ValueError for all others."""
    text = cell.strip()
    if not (text.isascii() and text.isdigit()):
        raise ValueError(f'frame "{shorten(text)}" is not a whole number from 0 on')
    return parse_index(text)


def has_fraction(cell: str) -> bool:
    """Return whether `parse_index` cuts something off a cell that it takes."""
    text = cell.strip()
    if text.lstrip("+-").isdigit():
        return False
    try:
        number = Decimal(text)
    except InvalidOperation:
        return False
    return number.is_finite() and abs(number) < 2**64 and number != number.to_integral_value()


def parse_number(cell: str) -> float:
    """Return the number in a cell; ValueError says what is wrong with it."""
    try:
        number = float(cell)
    except ValueError:
        number = None
    # Python's own syntax for readable literals, and digits of other scripts, are not numbers in a data file.
    if number is None or "_" in cell or not cell.isascii():
        raise ValueError(f'"{shorten(cell.strip())}" is not a number')
    return number


def parse_below(cell: str, largest: float) -> float:
    """Return the finite number in a cell, nearer to 0 than a limit; ValueError says what is wrong with it."""
    number = parse_number(cell)
    if not abs(number) < largest:
        raise ValueError(f'"{shorten(cell.strip())}" is out of range')
    return number


def parse_value(cell: str) -> float:
    """Return a number that float32 can hold (nan and inf included); ValueError says what is wrong with it."""
    number = parse_number(cell)
    if abs(number) >= FLOAT32_END and (math.isfinite(number) or "inf" not in cell.lower()):
        raise ValueError(f'"{shorten(cell.strip())}" is too large for float32')
    return number


def parse_optional(cell: str) -> float:
    """Return as `parse_value`; nan for a blank cell."""
    return parse_value(cell) if cell.strip() else math.nan


def shorten(text: str) -> str:
    """Return the start of a long text."""
    return text if len(text) <= 40 else text[:40] + "…"


PARSERS: dict[str, Callable[[str], float]] = {
    "index": parse_index,
    "frame": parse_frame,
    "value": parse_value,
    "sample": parse_value,
    "optional": parse_optional,
}
