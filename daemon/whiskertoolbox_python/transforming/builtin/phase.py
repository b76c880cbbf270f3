"""Phase and amplitude of an oscillation, by the analytic signal."""

from __future__ import annotations

import functools
from typing import Annotated, Any, Literal

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.transforming._declarations import Unit
from whiskertoolbox_python.transforming._extras import extra
from whiskertoolbox_python.transforming.builtin.filters import design, filtered
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@built_in("Hilbert Phase", "first generation")
def hilbert_phase(
    signal: AnalogTimeSeries,
    output_type: Literal["Phase", "Amplitude"] = "Phase",
    discontinuity_threshold: Annotated[int, Unit("indices")] = 1000,
    max_chunk_size: Annotated[int, Unit("samples")] = 100_000,
    overlap_fraction: float = 0.25,
    use_windowing: bool = True,
    apply_bandpass_filter: bool = False,
    filter_low_freq: Annotated[float, Unit("Hz")] = 5.0,
    filter_high_freq: Annotated[float, Unit("Hz")] = 15.0,
    filter_order: int = 4,
    sampling_rate: Annotated[float, Unit("Hz")] = 1000.0,
    only_samples: bool = False,
    keep_nyquist: bool = False,
) -> AnalogTimeSeries:
    """Compute the instantaneous phase (radians, -π to π) or amplitude of a signal.

    The signal is cut where indices are missing for long, NaN are left out, and samples count as evenly spaced.

    Parameters
    ----------
    output_type : str
        Phase or Amplitude.
    discontinuity_threshold : int
        A larger step between indices begins a new piece.
    max_chunk_size : int
        Longer pieces are computed in blocks of so many samples; 0: never.
    overlap_fraction : float
        How much of a block overlaps the next, up to 0.5.
    use_windowing : bool
        Multiply blocks by a Hann window before; the result is then that of the windowed signal. Without it the edges
        of a block are less exact, and the amplitude is right.
    apply_bandpass_filter : bool
        Filter each piece first (Butterworth, forward and backward).
    filter_low_freq, filter_high_freq : float
        Band of the filter.
    filter_order : int
        1 to 8; anything else is 4.
    sampling_rate : float
        Rate of the samples, for the filter.
    only_samples : bool
        Give results at the input's indices only. Upstream gives one for every index from 0 to the last: 0 where it
        computed none, in between by interpolation.
    keep_nyquist : bool
        Keep the highest frequency of an even number of samples, as SciPy does; upstream drops it.
    """
    if not len(signal):
        return AnalogTimeSeries()
    columns = signal.to_columns()
    if "times" not in columns.arrays and not np.isnan(signal.values).any() and not apply_bandpass_filter:
        found = _found(signal.values, output_type, (max_chunk_size, overlap_fraction, use_windowing), keep_nyquist)
        before = 0 if only_samples else max(columns.attributes["start_index"], 0)
        dense = np.concatenate([np.zeros(before, np.float32), found]) if before else found
        return AnalogTimeSeries.from_array(dense, copy=False) if before else signal.with_values(found)
    times, values = signal.times, np.asarray(signal.values, np.float64)
    sections = None
    if apply_bandpass_filter:
        order = filter_order if 1 <= filter_order <= 8 else 4
        band = {"cutoff_low_hz": filter_low_freq, "cutoff_high_hz": filter_high_freq, "order": order}
        sections = design(
            {"filter_family": "butterworth", "filter_response": "bandpass", "sampling_rate_hz": sampling_rate, **band}
        )
    is_phase = output_type == "Phase"
    cuts = np.flatnonzero(np.diff(times) > discontinuity_threshold) + 1
    computed: list[tuple[Ints, Floats]] = []
    for piece_times, piece in zip(np.split(times, cuts), np.split(values, cuts), strict=True):
        known = ~np.isnan(piece)
        result = np.zeros(len(piece))
        if known.any():
            samples = piece[known]
            if sections is not None:
                samples = filtered(samples, sections, zero_phase=True)
            blocking = (max_chunk_size, overlap_fraction, use_windowing)
            found = _found(samples, output_type, blocking, keep_nyquist)
            if known.all():
                result = found
            elif only_samples:
                result = np.full(len(piece), np.nan)
                result[known] = found
            else:
                piece_times, result = piece_times[known], found
        computed.append((piece_times, result))
    if only_samples or (times[0] == 0 and len(times) == times[-1] + 1 and len(computed[0][0]) == len(times)):
        joined_values = computed[0][1] if len(computed) == 1 else np.concatenate([result for _, result in computed])
        return AnalogTimeSeries.from_array(joined_values.astype(np.float32), times, copy=False)
    return _dense(computed, is_phase)


def _found(
    samples: npt.NDArray[Any], output_type: str, blocking: tuple[int, float, bool], keep_nyquist: bool
) -> npt.NDArray[Any]:
    """Return phase or amplitude of samples without gaps, in their precision."""
    longest, overlap_fraction, use_windowing = blocking
    blocks = _blocks(len(samples), longest, overlap_fraction)
    windowed = use_windowing and len(blocks) > 1
    measure = np.angle if output_type == "Phase" else np.abs
    parts = [
        measure(_analytic(samples[start:stop], windowed, keep_nyquist)[first - start : last - start])
        for start, stop, first, last in blocks
    ]
    return parts[0] if len(parts) == 1 else np.concatenate(parts)


def _blocks(count: int, longest: int, overlap_fraction: float) -> list[tuple[int, int, int, int]]:
    """Return for each block its start and stop, and the first and last sample whose result it gives."""
    if longest <= 0 or count <= longest:
        return [(0, count, 0, count)]
    overlap = int(longest * min(max(overlap_fraction, 0.0), 0.5))
    starts = list(range(0, count, max(longest - overlap, 1)))
    blocks: list[tuple[int, int, int, int]] = []
    for start in starts:
        stop = min(start + longest, count)
        first = start + (overlap // 2 if start else 0)
        last = stop - (overlap // 2 if stop < count else 0)
        if blocks:
            first = max(first, blocks[-1][3])  # an odd overlap leaves one sample that both have
        if last > first:
            blocks.append((start, stop, first, last))
        if stop == count:
            break
    return blocks


def _analytic(samples: npt.NDArray[Any], windowed: bool, keep_nyquist: bool) -> npt.NDArray[Any]:
    count = len(samples)
    if windowed:
        samples = samples * _hann(count).astype(samples.dtype)
    fft = extra("scipy.fft")
    half = fft.rfft(samples)
    spectrum = np.zeros(count, half.dtype)
    spectrum[: len(half)] = half
    spectrum[1 : (count + 1) // 2] *= 2
    if count % 2 == 0 and not keep_nyquist:
        spectrum[count // 2] = 0
    return fft.ifft(spectrum, overwrite_x=True)


@functools.lru_cache(maxsize=2)
def _hann(count: int) -> Floats:
    return np.hanning(count)


def _dense(computed: list[tuple[Ints, Floats]], is_phase: bool) -> AnalogTimeSeries:
    """Fill every index from 0 on: zero outside pieces, interpolated inside, a phase along the shorter way."""
    last = int(computed[-1][0][-1]) if len(computed[-1][0]) else 0
    dense = np.zeros(max(last, 0) + 1)
    for times, values in computed:
        inside = times >= 0
        times, values = times[inside], values[inside]
        if not len(times):
            continue
        wanted = np.arange(times[0], times[-1] + 1, dtype=np.int64)
        filled = np.interp(wanted, times, np.unwrap(values) if is_phase else values)
        if is_phase:
            filled = np.angle(np.exp(1j * filled))
            filled[times - times[0]] = values
        dense[wanted] = filled
    return AnalogTimeSeries.from_array(dense.astype(np.float32), copy=False)
