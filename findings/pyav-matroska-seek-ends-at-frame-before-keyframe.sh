#!/usr/bin/env bash
# PyAV 18.1.0 (FFmpeg 8): above 1000 frames per second a Matroska file's millisecond stamps repeat, and a seek to the
# stamp of a keyframe ends at the frame BEFORE it when that frame has the same stamp. Decoding on from there (ffv1) raises
# InvalidDataError, so container.seek() + container.decode(), as PyAV's documentation has it, cannot read the file.
# What works: after a seek, pass over packets until one has is_keyframe. Exit code 0: as described; 1: it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install -q av==18.1.0 numpy==2.4.6
cd "$folder"
"$folder/venv/bin/python" - <<'PYTHON'
import sys

import av
import numpy as np

with av.open("fast.mkv", "w") as container:
    stream = container.add_stream("ffv1", rate=2000)
    stream.width, stream.height, stream.pix_fmt, stream.gop_size = 64, 48, "gray", 12
    for number in range(60):
        frame = av.VideoFrame.from_ndarray(np.full((48, 64), number, np.uint8), format="gray")
        frame.pts = number
        container.mux(stream.encode(frame))
    container.mux(stream.encode())
with av.open("fast.mkv") as container:
    stream = container.streams.video[0]
    packets = [(packet.pts, packet.is_keyframe) for packet in container.demux(stream) if packet.size]
    stamp = packets[12][0]
    container.seek(stamp, stream=stream, backward=True)
    first = next(packet for packet in container.demux(stream))
    print("packets 11 and 12:", packets[11:13], "| first packet after the seek:", (first.pts, first.is_keyframe))
    container.seek(stamp, stream=stream, backward=True)
    try:
        next(container.decode(stream))
        decoded = "a frame"
    except av.error.InvalidDataError as error:
        decoded = type(error).__name__
print("decoding on gives:", decoded)
sys.exit(not (packets[11] == (stamp, False) and packets[12] == (stamp, True) and not first.is_keyframe and decoded == "InvalidDataError"))
PYTHON
