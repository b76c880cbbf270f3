#!/usr/bin/env bash
# sleap-io: which picture a frame number means depends on which video package is installed, when a recording has a pause.
#
# sleap-io 0.9.5, opencv-python-headless 5.0.0.93, imageio-ffmpeg 0.8.1, PyAV 18.1.0, CPython 3.11. A triggered camera of 100
# frames per second that waits 1 s after 50 frames; 100 pictures, numbered by their gray here; lossless.
#   Matroska (FFV1):  opencv 200 frames, 60 shows 60, 199 shows 99, 120 fails;  FFMPEG 100 frames, 60 and 99 show 49;  pyav 0 frames
#   MP4 (H.264):      opencv and pyav 100 frames, 60 shows 60;                   FFMPEG 100 frames, 60 and 99 show 49
# With the plugin FFMPEG the second half of the recording cannot be reached at all, and nothing is said. The plugin is the
# first that is installed (opencv, FFMPEG, pyav), so labels made on one machine are drawn on other pictures on another.
# So: a frame number of a label file means nothing without the reader; we count by a full decode, and the number of frames
# that another program names is not taken for the video's.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet sleap-io==0.9.5 opencv-python-headless==5.0.0.93 imageio-ffmpeg==0.8.1 av==18.1.0
cat > check.py <<'PY'
from fractions import Fraction

import av
import numpy as np
import sleap_io


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


def shown(video, number):
    try:
        return round((float(np.mean(video[number])) - 20) / 2)
    except IndexError:
        return None


write("a.mkv", "ffv1", "gray", {})
write("a.mp4", "libx264", "yuvj420p", {"qp": "0"})
expected = {
    ("a.mkv", "opencv"): (200, [60, 99, None, 99]),
    ("a.mkv", "FFMPEG"): (100, [49, 49, None, None]),
    ("a.mkv", "pyav"): (0, [None, None, None, None]),
    ("a.mp4", "opencv"): (100, [60, 99, None, None]),
    ("a.mp4", "FFMPEG"): (100, [49, 49, None, None]),
    ("a.mp4", "pyav"): (100, [60, 99, None, None]),
}
for (path, plugin), then in expected.items():
    video = sleap_io.load_video(path, plugin=plugin)
    now = (video.shape[0], [shown(video, number) for number in (60, 99, 120, 199)])
    print(f"{path} {plugin}: {now[0]} frames; 60, 99, 120, 199 show {now[1]}")
    assert now == then, then
PY
venv/bin/python check.py 2>/dev/null
