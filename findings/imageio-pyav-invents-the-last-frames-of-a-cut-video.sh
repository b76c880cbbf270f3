#!/usr/bin/env bash
# imageio: the plugin pyav returns as many frames as the file's header counts; those that do not exist are whatever memory held.
#
# imageio 2.38.1, PyAV 18.1.0, NumPy 2.4.6, CPython 3.11. Lossless; each frame's gray is its number plus one, so that none is 0.
#   MP4, 100 frames, the first 15 cut off by a stream copy with an edit list:  imread (100, 48, 64), imiter 85 frames.
#   AVI (FFV1, in milliseconds) of a triggered camera, 100 frames in 2 s:      imread (2000, 48, 64), imiter 100 frames.
# Pictures 85 to 99, and 100 to 1999, are not in the file. They were black once, copies of others another time: nothing fills
# them, for the array is made of stream.frames (improps says the same shape) and then filled by what is decoded. AVI counts the
# empty slots of its constant rate, MP4 the packets that are only for decoding. The plugin FFMPEG repeats pictures instead
# (another script here).
# No exception, no warning; a mean image, a projection or a movement index of the file is of mostly invented pictures.
# So: np.stack(list(imiter(...))), or compare the two lengths; ours counts by decoding.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet imageio==2.38.1 av==18.1.0 numpy==2.4.6
cat > check.py <<'PY'
import warnings
from fractions import Fraction

import av
import imageio.v3 as iio
import numpy as np


def write(path, codec, pixels, milliseconds):
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=100, options={"qp": "0", "bf": "0"} if codec == "libx264" else {})
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(milliseconds):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64), number + 1, np.uint8), format="gray")
            frame.pts, frame.time_base = time, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


write("whole.mp4", "libx264", "yuvj420p", range(0, 1000, 10))
with av.open("whole.mp4") as source, av.open("cut.mp4", "w") as target:
    stream = target.add_stream_from_template(source.streams.video[0])
    for packet in source.demux(video=0):
        if packet.dts is not None:
            shift = int(0.15 / packet.time_base)
            packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, stream
            target.mux(packet)
write("triggered.avi", "ffv1", "gray", [*range(0, 500, 10), *range(1500, 2000, 10)])
for path, first, decoded, invented in (("cut.mp4", 16, 85, 100), ("triggered.avi", 1, 100, 2000)):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        array = iio.imread(path, plugin="pyav", format="gray")
        frames = [int(frame[0, 0]) for frame in iio.imiter(path, plugin="pyav", format="gray")]
    grays = array[:, 0, 0]
    print(f"{path}: imread {array.shape}, imiter {len(frames)}; at the end {grays[decoded - 1 : decoded + 3].tolist()}")
    assert frames == list(range(first, 101)) and len(frames) == decoded
    assert array.shape == (invented, 48, 64) and grays[:decoded].tolist() == frames
    assert iio.improps(path, plugin="pyav").shape[0] == invented
PY
venv/bin/python check.py
