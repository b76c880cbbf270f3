"""Functions that batches run in worker processes, which import them from here."""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

import numpy as np


def mean_angle(item: Any) -> float:
    return float(item.getData("angle").values.mean())


def mean_above(item: Any, limit: float) -> dict[str, float]:
    values = item.getData("angle").values
    return {"mean": float(values.mean()), "above": float((values > limit).sum())}


def odd_fails(item: Any) -> float:
    start = int(item.time.start)
    if start % 20:
        raise ValueError(f"the trial at {start} is odd")
    return float(start)


def in_degrees(item: Any) -> Any:
    part = item.getData("angle")
    part.attributes = {"unit": "deg"}
    return part


def smooth(item: Any) -> Any:
    from whiskertoolbox_python import AnalogTimeSeries

    angle = item.getData("angle")
    return AnalogTimeSeries.from_array(angle.values * 2, angle.times)


def keys_of(dm: Any) -> list[str]:
    return sorted(dm.getAnalogKeys())


def leaves_a_mark(item: Any, folder: str) -> int:
    """Leave a file for each time that an item is done, slowly enough to be killed in the middle."""
    number = int(item.time.start)
    time.sleep(0.05)
    Path(folder, f"{number} {os.getpid()} {time.monotonic_ns()}").touch()
    return number


def dies_once(item: Any, folder: str) -> int:
    number = int(item.time.start)
    mark = Path(folder, f"died {number}")
    if number == 30 and not mark.exists():
        mark.touch()
        os._exit(1)
    return number


def is_writeable(item: Any) -> bool:
    return bool(np.asarray(item.getData("angle").values).flags.writeable)


def always_fails(item: Any) -> float:
    raise ValueError(f"nothing at {item.time.start}")
