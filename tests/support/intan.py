"""Files as Intan's RHX software writes them, header and samples in one (version 3.0)."""

import struct
from pathlib import Path

import numpy as np
import numpy.typing as npt

SAMPLES_PER_BLOCK = 128
_AMPLIFIER, _AUXILIARY = 0, 1


def write_intan(path: Path, numbers: npt.NDArray[np.int64], *, rate: float = 20000.0) -> Path:
    """Write two amplifier channels, the first counting up from 0, and an auxiliary one, in whole blocks."""
    data = struct.pack("<Ihhf", 0xC6912702, 3, 0, rate)
    data += struct.pack("<h6fh2f", 0, 0.1, 0.1, 7500, 0.1, 0.1, 7500, 0, 1000, 1000)
    data += 3 * _text("") + struct.pack("<hh", 0, 0) + _text("") + struct.pack("<h", 1)
    channels = [_channel("A-000", 0, _AMPLIFIER), _channel("A-001", 1, _AMPLIFIER), _channel("A-AUX1", 0, _AUXILIARY)]
    data += _text("Port A") + _text("A") + struct.pack("<hhh", 1, len(channels), 2) + b"".join(channels)
    counts = np.arange(len(numbers), dtype=np.uint16)
    for start in range(0, len(numbers), SAMPLES_PER_BLOCK):
        block = slice(start, start + SAMPLES_PER_BLOCK)
        data += numbers[block].astype("<i4").tobytes() + counts[block].astype("<u2").tobytes()
        data += np.full(SAMPLES_PER_BLOCK, 32768, "<u2").tobytes() + counts[block][::4].astype("<u2").tobytes()
    path.write_bytes(data)
    return path


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-le")
    return struct.pack("<I", len(encoded)) + encoded


def _channel(name: str, number: int, kind: int) -> bytes:
    return 2 * _text(name) + struct.pack("<10h2f", number, number, kind, 1, number, 0, 0, 0, 0, 0, 0, 0)
