"""How well the pulses of two clocks match, as a picture: what each lies off the fitted line, over time."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

import numpy as np

from whiskertoolbox_python.pictures import svg

if TYPE_CHECKING:
    from whiskertoolbox_python.clocks.synchronising import Synchronisation
    from whiskertoolbox_python.synchronised_clocks import SynchronisedClock

_WIDTH, _HEIGHT, _MARGIN = 480.0, 90.0, 4.0
_MOST = 1000


def residuals_to_html(found: Synchronisation) -> str:
    """Return the report of a synchronisation, and its residuals drawn over the ticks of the reference.

    Of many pulses, the lowest and the highest residual of each of some hundred stretches are drawn, so none that stands
    out is left out.

    Examples
    --------
    >>> from whiskertoolbox_python import synchronise
    >>> "<svg" in residuals_to_html(synchronise([0, 100, 250, 420], [0, 200, 500, 840], nominal=2.0))
    True
    """
    ticks, residuals = found.anchors[1], found.residuals
    chosen = _extremes(residuals)
    span = max(float(ticks[-1] - ticks[0]), 1.0)
    largest = float(np.abs(residuals).max())
    x = _MARGIN + (ticks[chosen] - ticks[0]) / span * (_WIDTH - 2 * _MARGIN)
    y = _HEIGHT / 2 - residuals[chosen] / (largest or 1.0) * (_HEIGHT / 2 - _MARGIN)
    middle = np.array([_HEIGHT / 2])
    zero = svg.lines(np.array([0.0]), middle, np.array([_WIDTH]), middle, width=0.5, color="currentColor")
    drawn = svg.picture([zero, svg.dots(x, y, radius=1.5)], width=_WIDTH, height=_HEIGHT)
    axis = f"residuals from {-largest:.3g} to {largest:.3g} ticks, over ticks {ticks[0]:,.15g} to {ticks[-1]:,.15g}"
    report = "<br/>".join(map(escape, str(found).splitlines()))
    return f'<div class="whiskertoolbox-data"><div>{report}</div><div>{drawn}</div><div>{escape(axis)}</div></div>'


def clock_to_html(made: SynchronisedClock) -> str:
    """Return the report of a clock that was synchronised by keys, with the residuals where pulses were matched."""
    clocks = f"<b>{escape(made.time_key)}</b> in ticks of <b>{escape(made.reference_key)}</b>"
    report = f"<div>{escape(made.report)}</div>" if made.found is None else residuals_to_html(made.found)
    return f'<div class="whiskertoolbox-data"><div>{clocks}</div>{report}</div>'


def _extremes(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return the places of all values, or of the lowest and the highest of each stretch."""
    places = np.arange(len(values), dtype=np.int64)
    if len(values) <= _MOST:
        return places
    stretches = np.array_split(places, _MOST // 2)
    return np.unique([place for one in stretches for place in (one[values[one].argmin()], one[values[one].argmax()])])
