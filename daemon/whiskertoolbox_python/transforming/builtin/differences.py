"""Differences of a signal, and samples in between."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._declarations import Limits, Unit
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries

Floats = npt.NDArray[np.float64]


@built_in("AnalogDifference", "second generation", keeps_unit=True)
def analog_difference(
    signal: AnalogTimeSeries,
    method: Literal["Backward", "Central", "Forward"] = "Backward",
    window: Annotated[int, Unit("samples"), Limits(1)] = 1,
    edge_policy: Literal["Skip", "NaN", "Zero", "Clamp"] = "Skip",
) -> AnalogTimeSeries:
    """Subtract samples that are `window` samples apart, whatever the time between them.

    Parameters
    ----------
    method : str
        Backward x[i] - x[i-w], Forward x[i+w] - x[i], Central (x[i+w] - x[i-w]) / 2w.
    window : int
        How many samples apart.
    edge_policy : str
        What becomes of samples with too few before or after: left out, NaN, zero, or with the first or last sample in
        their place.
    """
    values, count = signal.values, len(signal)
    before = np.arange(count, dtype=np.int64) - (window if method != "Forward" else 0)
    after = np.arange(count, dtype=np.int64) + (window if method != "Backward" else 0)
    complete = (before >= 0) & (after < count)
    if not count or (edge_policy == "Skip" and not complete.any()):
        raise TransformError(f"AnalogDifference: {count} samples are too few for a window of {window}")
    lower, upper = np.clip(before, 0, count - 1), np.clip(after, 0, count - 1)
    result = (values[upper] - values[lower]) / np.float32(2 * window if method == "Central" else 1)
    if edge_policy == "Skip":
        return AnalogTimeSeries.from_array(result[complete], signal.times[complete])
    if edge_policy != "Clamp":
        result[~complete] = np.nan if edge_policy == "NaN" else 0
    return AnalogTimeSeries.from_array(result, signal.times)


@built_in("SincInterpolation", "second generation", keeps_unit=True)
def sinc_interpolation(
    signal: AnalogTimeSeries,
    upsampling_factor: int = 1,
    kernel_half_width: Annotated[int, Unit("samples"), Limits(1)] = 8,
    window_type: Literal["Lanczos", "Hann", "Blackman"] = "Lanczos",
    boundary_mode: Literal["SymmetricExtension", "ZeroPad"] = "SymmetricExtension",
) -> AnalogTimeSeries:
    """Put samples between samples, by a windowed sinc; those there were stay as they are.

    The new indices are those of the samples times the factor, so they belong to a clock of so many more ticks: in a
    pipeline, give it as `output_time_key`.

    Parameters
    ----------
    upsampling_factor : int
        New samples for each old one.
    kernel_half_width : int
        Old samples on each side that count.
    window_type : str
        Window of the kernel.
    boundary_mode : str
        What stands before the first and after the last sample: their mirror image, or zeros.
    """
    factor, width, count = upsampling_factor, kernel_half_width, len(signal)
    if factor < 1 or not count:
        reason = "upsampling_factor must be 1 or more" if count else "the input has no samples"
        raise TransformError(f"SincInterpolation: {reason}")
    if factor == 1:
        return AnalogTimeSeries.from_array(signal.values, signal.times)
    values = np.asarray(signal.values, np.float64)
    indices = np.arange(1 - width, count + width, dtype=np.int64)  # of the old samples, those beyond the edges included
    if boundary_mode == "ZeroPad":
        padded = np.where((indices >= 0) & (indices < count), values[np.clip(indices, 0, count - 1)], 0.0)
    else:
        mirrored = np.where(indices < 0, -indices, np.where(indices >= count, 2 * (count - 1) - indices, indices))
        padded = values[np.clip(mirrored, 0, count - 1)]
    result = np.empty((count - 1) * factor + 1)
    result[::factor] = values
    around = np.arange(1 - width, width + 1, dtype=np.int64)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * width)
    for phase in range(1, factor):
        weights = _kernel(phase / factor - around, width, window_type)
        # `padded` begins at old sample 1 - width: the window at place i has the samples around i.
        result[phase::factor] = windows[: count - 1] @ (weights / weights.sum())
    return AnalogTimeSeries.from_array(result, _times_between(signal.times, factor))


def _kernel(offset: npt.NDArray[Any], width: int, window: str) -> Floats:
    part = offset / width
    if window == "Lanczos":
        shape = np.sinc(part)
    elif window == "Hann":
        shape = 0.5 * (1 + np.cos(np.pi * part))
    else:
        shape = 0.42 + 0.5 * np.cos(np.pi * part) + 0.08 * np.cos(2 * np.pi * part)
    kernel: Floats = np.sinc(offset) * np.where(np.abs(offset) < width, shape, 0.0)
    return kernel


def _times_between(times: npt.NDArray[np.int64], factor: int) -> npt.NDArray[np.int64]:
    place = np.arange((len(times) - 1) * factor + 1, dtype=np.int64)
    lower = np.minimum(place // factor, len(times) - 1)
    upper = np.minimum(lower + 1, len(times) - 1)
    between: npt.NDArray[np.int64] = times[lower] * factor + (times[upper] - times[lower]) * (place % factor)
    return between
