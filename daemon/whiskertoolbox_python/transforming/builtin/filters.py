"""IIR filters."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.parameters import suggest
from whiskertoolbox_python.transforming._extras import extra
from whiskertoolbox_python.transforming.registry import built_in
from whiskertoolbox_python.types.analog import AnalogTimeSeries

Floats = npt.NDArray[np.float64]
_FAMILIES = ("butterworth", "chebyshev_i", "chebyshev_ii", "rbj")
_RESPONSES = ("lowpass", "highpass", "bandpass", "bandstop")
_DEFAULT = {
    "filter_family": "butterworth",
    "filter_response": "lowpass",
    "order": 4,
    "sampling_rate_hz": 1000.0,
    "cutoff_hz": 10.0,
}


@built_in("Filter", "first generation", keeps_unit=True)
def filter_signal(
    signal: AnalogTimeSeries,
    filter_specification: dict[str, Any] | None = None,
    standard_notch: bool = False,
) -> AnalogTimeSeries:
    """Filter a signal; samples are taken as evenly spaced, and indices without a sample do not count.

    Causal from a state of zero, or (`zero_phase`) forward and backward without padding. A NaN makes all later samples
    NaN (with `zero_phase`, all).

    Parameters
    ----------
    filter_specification : dict
        `filter_family` butterworth, chebyshev_i, chebyshev_ii or rbj; `filter_response` lowpass, highpass, bandpass or
        bandstop; `sampling_rate_hz`; `order` 1 to 8 (not rbj); `cutoff_hz`, or `cutoff_low_hz` and `cutoff_high_hz`;
        `ripple_db` (Chebyshev); `q_factor` (rbj, which is a notch); `zero_phase`. Without it: Butterworth low-pass of
        order 4, 10 Hz at 1000 Hz.
    standard_notch : bool
        Let the notch (rbj) be as wide as its Q says: cutoff / Q. In upstream a larger `q_factor` gives a wider notch.
    """
    specification = dict(_DEFAULT if filter_specification is None else filter_specification)
    if not len(signal):
        raise TransformError("Filter: the input has no samples")
    sections = design(specification, standard_notch=standard_notch)
    values = filtered(signal.values, sections, zero_phase=bool(specification.get("zero_phase")))
    return signal.with_values(values)


def filtered(values: npt.NDArray[Any], sections: Floats, *, zero_phase: bool) -> Floats:
    """Filter causally from zero state, or forward and then backward without padding."""
    signal = extra("scipy.signal")
    result: Floats = signal.sosfilt(sections, values)
    if zero_phase:
        result = signal.sosfilt(sections, result[::-1])[::-1]
    return result


def design(specification: Mapping[str, Any], *, standard_notch: bool = False) -> Floats:
    """Return the second-order sections of a specification.

    Raises
    ------
    TransformError
        When something is missing or outside its limits.
    """
    family = _choice(specification, "filter_family", _FAMILIES)
    response = _choice(specification, "filter_response", _RESPONSES)
    rate = _number(specification, "sampling_rate_hz")
    if rate <= 0:
        raise TransformError(f"Filter: sampling_rate_hz must be positive, not {rate:g}")
    if family == "rbj":
        if response != "bandstop":
            raise TransformError(f"Filter: rbj is a notch: filter_response must be bandstop, not {response}")
        return _notch(_cutoff(specification, "cutoff_hz", rate), rate, specification, standard_notch)
    order = _number(specification, "order")
    if not 1 <= order <= 8:
        raise TransformError(f"Filter: order must be 1 to 8, not {order:g}")
    if response in ("lowpass", "highpass"):
        cutoff: Any = _cutoff(specification, "cutoff_hz", rate)
    else:
        cutoff = tuple(_cutoff(specification, name, rate) for name in ("cutoff_low_hz", "cutoff_high_hz"))
        if cutoff[0] >= cutoff[1]:
            raise TransformError(f"Filter: cutoff_low_hz {cutoff[0]:g} must be below cutoff_high_hz {cutoff[1]:g}")
    if family == "butterworth":
        return _designed(family, response, int(order), 0.0, cutoff, rate).copy()
    ripple = _number(specification, "ripple_db")
    if ripple <= 0:
        raise TransformError(f"Filter: ripple_db must be positive, not {ripple:g}")
    return _designed(family, response, int(order), ripple, cutoff, rate).copy()


@functools.lru_cache(maxsize=32)
def _designed(family: str, response: str, order: int, ripple: float, cutoff: Any, rate: float) -> Floats:
    """Have SciPy design a filter; for entries of a batch, that would take longer than to filter them."""
    signal = extra("scipy.signal")
    options = {"btype": response, "fs": rate, "output": "sos"}
    if family == "butterworth":
        sections: Floats = signal.butter(order, cutoff, **options)
        return sections
    make = signal.cheby1 if family == "chebyshev_i" else signal.cheby2
    rippled: Floats = make(order, ripple, cutoff, **options)
    return rippled


def _notch(cutoff: float, rate: float, specification: Mapping[str, Any], standard: bool) -> Floats:
    quality = _number(specification, "q_factor", 10.0)
    if quality <= 0:
        raise TransformError(f"Filter: q_factor must be positive, not {quality:g}")
    angle = 2 * np.pi * cutoff / rate
    alpha = np.sin(angle) / (2 * (quality if standard else 1.44 / quality))
    b, a = np.array([1, -2 * np.cos(angle), 1]), np.array([1 + alpha, -2 * np.cos(angle), 1 - alpha])
    return np.concatenate([b, a])[np.newaxis] / a[0]


def _choice(specification: Mapping[str, Any], name: str, choices: tuple[str, ...]) -> str:
    if name not in specification:
        raise TransformError(f"Filter: filter_specification needs {name!r}, one of {', '.join(choices)}")
    if specification[name] not in choices:
        raise TransformError(f"Filter: {name} {suggest(specification[name], choices)}")
    return str(specification[name])


def _number(specification: Mapping[str, Any], name: str, default: float | None = None) -> float:
    value = specification.get(name, default)
    if value is None:
        raise TransformError(f"Filter: filter_specification needs {name!r}")
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not np.isfinite(value):
        raise TransformError(f"Filter: {name} must be a number, not {value!r}")
    return float(value)


def _cutoff(specification: Mapping[str, Any], name: str, rate: float) -> float:
    cutoff = _number(specification, name)
    if not 0 < cutoff < rate / 2:
        raise TransformError(f"Filter: {name} must be between 0 and half of sampling_rate_hz {rate:g}, not {cutoff:g}")
    return cutoff
