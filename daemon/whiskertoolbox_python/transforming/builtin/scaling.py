"""Rescaling of a signal by its own statistics."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import TransformWarning
from whiskertoolbox_python.transforming._declarations import Limits
from whiskertoolbox_python.transforming._text import plural
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.upstream.notices import notice

Floats = npt.NDArray[np.float64]
Method = Literal["ZScore", "FixedGain", "StandardDeviation", "MinMax", "RobustScaling", "UnitVariance", "Centering"]


@built_in("Scale and Normalize", "first generation")
def scale_and_normalize(
    signal: AnalogTimeSeries,
    method: Method = "ZScore",
    gain_factor: float = 1.0,
    std_dev_target: float = 3.0,
    min_target: float = 0.0,
    max_target: float = 1.0,
    quantile_low: Annotated[float, Limits(0, 1)] = 0.25,
    quantile_high: Annotated[float, Limits(0, 1)] = 0.75,
    use_quantiles: bool = False,
    ignore_nan: bool = False,
) -> AnalogTimeSeries:
    """Rescale a signal; one without spread stays as it is.

    Statistics are of all samples, the standard deviation of the population, computed in float64.

    Parameters
    ----------
    method : str
        ZScore: (x - mean) / sd. StandardDeviation: (x - mean) / (std_dev_target · sd). UnitVariance: x / sd.
        Centering: x - mean. FixedGain: x · gain_factor. MinMax: to min_target … max_target.
        RobustScaling: (x - median) / (upper - lower quartile).
    gain_factor : float
        For FixedGain.
    std_dev_target : float
        For StandardDeviation.
    min_target, max_target : float
        For MinMax.
    quantile_low, quantile_high : float
        For RobustScaling with use_quantiles.
    use_quantiles : bool
        Take the quantiles above; upstream takes the quartiles whatever they say.
    ignore_nan : bool
        Take statistics of the other samples. Upstream leaves a signal with NaN unscaled.
    """
    values = np.asarray(signal.values, np.float64)
    missing = np.isnan(values)
    if missing.any() and not ignore_nan and method != "FixedGain":
        first = int(signal.times[missing.argmax()])
        notice(
            f"Scale and Normalize: {plural(int(missing.sum()), 'sample')} NaN (the first at index {first}): {method} "
            "is not what one expects, as in upstream; ignore_nan=True takes the statistics of the other samples",
            category=TransformWarning,
        )
    known = values[~missing] if ignore_nan else values
    scaled = values if not len(known) else _scaled(values, known, method, gain_factor, std_dev_target)
    if method == "MinMax" and len(known):
        scaled = _to_range(values, known, min_target, max_target)
    if method == "RobustScaling" and len(known):
        scaled = _robust(values, values[~missing], (quantile_low, quantile_high) if use_quantiles else None)
    return signal.with_values(scaled)


def _scaled(values: Floats, known: Floats, method: Method, gain: float, target: float) -> Floats:
    if method == "FixedGain":
        return values * gain
    mean, spread = known.mean(), known.std()
    if method == "Centering":
        return values - mean
    if not spread > 0:
        return values
    if method == "ZScore":
        return (values - mean) / spread
    if method == "StandardDeviation":
        return (values - mean) / (target * spread) if target else values
    return values / spread


def _to_range(values: Floats, known: Floats, low: float, high: float) -> Floats:
    if np.isnan(known[0]):  # every comparison with a NaN that comes first is false
        return values
    smallest, largest = np.nanmin(known), np.nanmax(known)
    if not largest > smallest:
        return values
    return low + (values - smallest) / (largest - smallest) * (high - low)


def _robust(values: Floats, known: Floats, quantiles: tuple[float, float] | None) -> Floats:
    if not len(known):
        return values
    ordered = np.sort(known)
    if quantiles is None:
        lower, upper = ordered[len(ordered) // 4], ordered[3 * len(ordered) // 4]
    else:
        lower, upper = np.quantile(ordered, quantiles)
    if not upper > lower:
        return values
    return (values - np.median(ordered)) / (upper - lower)
