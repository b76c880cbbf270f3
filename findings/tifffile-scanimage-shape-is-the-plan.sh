#!/usr/bin/env bash
# tifffile shapes a ScanImage file by the number of frames that were planned, not by its pages.
#
# tifffile 2026.3.3, NumPy 2.4.6, CPython 3.11. ScanImage (BigTIFF, version 3 of its layout) writes a page per frame and channel,
# and into every file what was planned for the whole acquisition. A recording of two channels that was stopped after 7 of 10
# planned frames, or the first file of one that ScanImage splits ("frames per file"), has fewer pages.
#   series[0].shape is (10, 2, 4, 5) with axes TCYX, though there are 14 pages; no warning.
#   imread(): (14, 4, 5), the two channels in turns as if they were frames; one line in the log, no exception.
#   25 pages of one channel, 10 planned: series[0].shape is (2, 10, 4, 5), 5 pages short; imread() gives (25, 4, 5).
# Whole files (20 pages) come as (10, 2, 4, 5) from the same call, so the axes of an array depend on whether the user pressed stop.
# So: count the pages, take the number of channels from SI.hChannels.channelSave, and read pages [channel::channels].
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet tifffile==2026.3.3 numpy==2.4.6
venv/bin/python - 2>log <<'PY'
import struct

import numpy as np
import tifffile


def write(path, pages, channels, planned):
    saved = "[1;2]" if channels == 2 else "1"
    settings = f"SI.hChannels.channelSave = {saved}\nSI.hStackManager.framesPerSlice = {planned}\n\0".encode()
    regions = b"null\0"
    data = bytearray(struct.pack("<2sHHHQ", b"II", 43, 8, 0, 0))
    data += struct.pack("<4I", 0x07030301, 3, len(settings), len(regions)) + settings + regions
    link = 8
    for page in range(pages):
        text = f"frameNumbers = {page // channels + 1}\n\0".encode()
        text_at, pixels_at = len(data), len(data) + len(text)
        data += text + np.full((4, 5), page, "<i2").tobytes()
        tags = [(256, 4, 1, 5), (257, 4, 1, 4), (258, 3, 1, 16), (259, 3, 1, 1), (262, 3, 1, 1)]
        tags += [(270, 2, len(text), text_at), (273, 16, 1, pixels_at), (277, 3, 1, 1), (278, 4, 1, 4), (279, 16, 1, 40)]
        tags += [(305, 2, len(settings), 32), (315, 2, len(regions), 32 + len(settings)), (339, 3, 1, 2)]
        struct.pack_into("<Q", data, link, len(data))
        data += struct.pack("<Q", len(tags)) + b"".join(struct.pack("<HHQQ", *tag) for tag in tags)
        link = len(data)
        data += struct.pack("<Q", 0)
    with open(path, "wb") as file:
        file.write(data)


def seen(pages, channels, planned):
    write("a.tif", pages, channels, planned)
    with tifffile.TiffFile("a.tif") as file:
        assert file.is_scanimage and len(file.pages) == pages
        series = file.series[0]
        planned_shape = series.axes, series.shape
    array = tifffile.imread("a.tif")
    print(f"{pages} pages, {channels} channels, {planned} frames planned: series {planned_shape}, imread {array.shape}")
    return *planned_shape, array.shape


assert seen(20, 2, 10) == ("TCYX", (10, 2, 4, 5), (10, 2, 4, 5))
assert seen(14, 2, 10) == ("TCYX", (10, 2, 4, 5), (14, 4, 5))
assert tifffile.imread("a.tif")[:4, 0, 0].tolist() == [0, 1, 2, 3]
assert seen(25, 1, 10) == ("ZTYX", (2, 10, 4, 5), (25, 4, 5))
PY
