#!/usr/bin/env bash
# imageio-ffmpeg and imageio's FFMPEG plugin fill the pauses of a recording with repeated frames.
#
# imageio 2.38.1, imageio-ffmpeg 0.8.1 (with its own FFmpeg 9.0.2), PyAV 18.1.0, CPython 3.11. A triggered camera of 100
# frames per second that waits 1 s after 50 frames, in Matroska (FFV1) and MP4 (H.264, lossless): a decoder shows 100
# pictures, numbered by their gray here; read_frames() and imread(plugin="FFMPEG") give 200, with picture 49 a hundred times and more,
# so index 120 shows picture 49. count_frames_and_secs() of the same package says 100. imread(plugin="pyav") gives 100.
# Nothing is said. (FFmpeg makes a constant rate when it writes raw video, unless told otherwise.)
# So: what was tracked on these frames is at the wrong frame from the first pause on; count with a full decode.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet imageio==2.38.1 imageio-ffmpeg==0.8.1 av==18.1.0 numpy
cat > check.py <<'PY'
from fractions import Fraction

import av
import imageio.v3 as iio
import imageio_ffmpeg
import numpy as np


def write(path, codec, pixels, options):
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=100, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number in range(100):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64), 20 + 2 * number, np.uint8), format="gray")
            frame.pts, frame.time_base = 10 * number + (1000 if number >= 50 else 0), Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def number_of(picture):
    return round((float(np.mean(picture)) - 20) / 2)


for path, codec, pixels, options in (
    ("a.mkv", "ffv1", "gray", {}),
    ("a.mp4", "libx264", "yuvj420p", {"qp": "0"}),
):
    write(path, codec, pixels, options)
    with av.open(path) as container:
        decoded = [number_of(frame.to_ndarray(format="gray")) for frame in container.decode(video=0)]
    frames = imageio_ffmpeg.read_frames(path, pix_fmt="gray", bits_per_pixel=8)
    next(frames)
    read = [number_of(np.frombuffer(frame, np.uint8)) for frame in frames]
    counted, _ = imageio_ffmpeg.count_frames_and_secs(path)
    plugins = {name: len(iio.imread(path, plugin=name)) for name in ("FFMPEG", "pyav")}
    print(f"{path}: decoded {len(decoded)}, read_frames {len(read)}, counted {counted}, imread {plugins}, frame 120 is {read[120]}")
    assert decoded == list(range(100))
    assert len(read) == 200 and read.count(49) >= 100 and read[120] == 49, read
    assert counted == 100 and plugins == {"FFMPEG": 200, "pyav": 100}
PY
venv/bin/python check.py 2>/dev/null
