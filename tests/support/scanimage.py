"""Files as ScanImage writes them: BigTIFF with its settings before the first page, a page per frame and channel."""

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np

_HEADER = 16
_MAGIC, _VERSION = 0x07030301, 3
_ASCII, _SHORT, _LONG, _LONG8 = 2, 3, 4, 16


def write_scanimage(path: Path, *, pages: int, channels: Sequence[int], frames_per_slice: int) -> Path:
    """Write pages of 5 × 4 pixels whose values are their number; `frames_per_slice` is what was planned."""
    saved = channels[0] if len(channels) == 1 else f"[{';'.join(map(str, channels))}]"
    settings = (
        f"SI.VERSION_MAJOR = 2020\nSI.hChannels.channelSave = {saved}\n"
        f"SI.hStackManager.framesPerSlice = {frames_per_slice}\nSI.hStackManager.numSlices = 1\0"
    ).encode()
    regions = b"null\0"
    data = bytearray(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0))
    data += struct.pack("<4I", _MAGIC, _VERSION, len(settings), len(regions)) + settings + regions
    settings_at = _HEADER + 16
    link = 8
    for page in range(pages):
        text = f"frameNumbers = {page // len(channels) + 1}\0".encode()
        text_at = len(data)
        data += text + b"\0" * (-len(text) % 8)
        pixels = np.full((4, 5), page, "<i2").tobytes()
        pixels_at = len(data)
        data += pixels
        tags = [
            (256, _LONG, 1, 5),
            (257, _LONG, 1, 4),
            (258, _SHORT, 1, 16),
            (259, _SHORT, 1, 1),
            (262, _SHORT, 1, 1),
            (270, _ASCII, len(text), text_at),
            (273, _LONG8, 1, pixels_at),
            (277, _SHORT, 1, 1),
            (278, _LONG, 1, 4),
            (279, _LONG8, 1, len(pixels)),
            (305, _ASCII, len(settings), settings_at),
            (315, _ASCII, len(regions), settings_at + len(settings)),
            (339, _SHORT, 1, 2),
        ]
        struct.pack_into("<Q", data, link, len(data))
        data += struct.pack("<Q", len(tags)) + b"".join(struct.pack("<HHQQ", *tag) for tag in tags)
        link = len(data)
        data += struct.pack("<Q", 0)
    path.write_bytes(data)
    return path
