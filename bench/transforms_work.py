"""What the batches of bench/transforms.py do, in a module that worker processes import."""

from __future__ import annotations

from typing import Any

import numpy as np


def spectrum(trial: Any) -> float:
    from scipy import signal

    values = trial.getData("angle").values
    for _ in range(20):
        _, power = signal.welch(signal.sosfilt(signal.butter(4, 0.2, output="sos"), values), nperseg=2048)
    return float(power.sum())


def first(trial: Any) -> float:
    return float(trial.getData("angle").values[0])


def first_of(count: int) -> float:
    return float(np.zeros(count)[0])


def first_of_big(span: Any) -> float:
    return float(span.getData("big").values[0])


def first_sample(values: Any) -> float:
    return float(values[0])
