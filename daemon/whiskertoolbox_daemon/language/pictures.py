"""Small pictures in a hover: an image, or a line of signs where there are no images."""

from __future__ import annotations

import base64
import math
from collections.abc import Sequence

LONGEST_IMAGE = 80_000
"""Characters: VS Code cuts Markdown off at 100 000."""
LONGEST_SVG = LONGEST_IMAGE * 3 // 4 - 3
"""Characters of a picture that is not longer than that when it is encoded."""
SIGNS = "▁▂▃▄▅▆▇█"
SIGNS_WIDE = 40

Bar = tuple[float, float, float, float]
"""From tick to tick, from value to value."""


def image(svg: str) -> str:
    """Return an SVG as an image in Markdown; empty for one that is longer than an editor takes."""
    encoded = base64.b64encode(svg.encode()).decode()
    return f"![](data:image/svg+xml;base64,{encoded})" if svg and len(encoded) <= LONGEST_IMAGE else ""


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
