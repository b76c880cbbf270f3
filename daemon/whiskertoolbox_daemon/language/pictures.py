"""A small picture of a signal, of events or of intervals, for a hover: SVG, or signs where there are no pictures."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence

WIDTH, HEIGHT = 300, 44
BINS = 150
SIGNS = "▁▂▃▄▅▆▇█"
SIGNS_WIDE = 40

Bar = tuple[float, float, float, float]
"""From tick to tick, from value to value."""


def picture(bars: Sequence[Bar]) -> str:
    """Return an image in Markdown: its colour is one that is seen on light and on dark ground."""
    scaled = _scaled(bars)
    if not scaled:
        return ""
    marks = "".join(
        f"M{left * WIDTH:.1f} {HEIGHT - 1 - low * (HEIGHT - 2):.1f}"
        f"h{max(0.8, (right - left) * WIDTH):.1f}V{HEIGHT - 2 - high * (HEIGHT - 2):.1f}"
        f"h-{max(0.8, (right - left) * WIDTH):.1f}z"
        for left, right, low, high in scaled
    )
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{WIDTH}" height="{HEIGHT}">'
        f'<path fill="#3794ff" d="{marks}"/></svg>'
    )
    return f"![](data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()})"


def signs(bars: Sequence[Bar]) -> str:
    """Return a line of block signs: the highest value in each part.

    >>> signs([(0, 1, 0, 0), (1, 2, 0, 4), (2, 3, 0, 8)])[::20]
    '▁▅'
    """
    highest = [-1.0] * SIGNS_WIDE
    for left, right, _, high in _scaled(bars):
        last = max(left, min(right, 1.0) - 1e-9)
        for column in range(int(left * SIGNS_WIDE), min(int(last * SIGNS_WIDE), SIGNS_WIDE - 1) + 1):
            highest[column] = max(highest[column], high)
    return "".join(" " if high < 0 else SIGNS[round(high * (len(SIGNS) - 1))] for high in highest)


def _scaled(bars: Sequence[Bar]) -> list[Bar]:
    """Return the bars within a unit square, without those that have no value."""
    known = [bar for bar in bars if all(map(math.isfinite, bar))]
    if not known:
        return []
    start, end = min(bar[0] for bar in known), max(bar[1] for bar in known)
    lowest, highest = min(bar[2] for bar in known), max(bar[3] for bar in known)
    wide, tall = (end - start) or 1.0, (highest - lowest) or 1.0
    return [
        ((left - start) / wide, (right - start) / wide, (low - lowest) / tall, (high - lowest) / tall)
        for left, right, low, high in known
    ]
