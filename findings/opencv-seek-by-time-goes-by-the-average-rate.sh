#!/usr/bin/env bash
# OpenCV: seeking to a time multiplies it with an average or nominal rate; the frame it gives says itself that it is of another time.
#
# opencv-python-headless 5.0.0.93 (FFmpeg inside), files by PyAV 18.1.0, NumPy 2.4.6, CPython 3.11. 50 frames: 25 at 100 per second, then
# 25 at 50 per second, as a triggered camera has them; lossless, each frame's gray is its number.
#   read() one after the other: get(CAP_PROP_POS_MSEC) gives the times of the file, 0, 10 … 250, 270 … 730.
#   set(CAP_PROP_POS_MSEC, 105) and read(), where frame 10 is shown:  MP4 frame 7 (of 70 ms), Matroska frame 11.
#   set(CAP_PROP_POS_MSEC, 700), where frame 47 is shown:             Matroska nothing, as after the end.
# MP4 goes by the mean rate (67.57), Matroska by the rate in its header (100), and the result is rounded up from half a frame on.
# Times are those since the first frame: of a file whose first frame is at 500 ms, get() says 0.
# So: make a table of times by reading once, and seek by frame numbers, which are right here; ours does.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet opencv-python-headless==5.0.0.93 av==18.1.0 numpy==2.4.6
cat > check.py <<'PY'
from fractions import Fraction

import av
import cv2
import numpy as np

TIMES = [10 * number if number < 25 else 250 + 20 * (number - 25) for number in range(50)]


def write(path, codec, pixels, options, first=0):
    with av.open(path, "w") as container:
        stream = container.add_stream(codec, rate=100, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, pixels
        stream.time_base = stream.codec_context.time_base = Fraction(1, 1000)
        for number, time in enumerate(TIMES):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64), 20 + 2 * number, np.uint8), format="gray")
            frame.pts, frame.time_base = first + time, Fraction(1, 1000)
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


def read_times(path):
    video, times = cv2.VideoCapture(path), []
    while video.read()[0]:
        times.append(round(video.get(cv2.CAP_PROP_POS_MSEC)))
    return times


def shown(path, what, value):
    video = cv2.VideoCapture(path)
    video.set(what, value)
    found, frame = video.read()
    return round((float(frame.mean()) - 20) / 2) if found else None


write("a.mp4", "libx264", "yuvj420p", {"qp": "0"})
write("a.mkv", "ffv1", "gray", {})
for path, expected in (("a.mp4", [7, 47]), ("a.mkv", [11, None])):
    seen = [shown(path, cv2.CAP_PROP_POS_MSEC, time) for time in (105, 700)]
    frames = [shown(path, cv2.CAP_PROP_POS_FRAMES, number) for number in (10, 30, 49)]
    rate = cv2.VideoCapture(path).get(cv2.CAP_PROP_FPS)
    print(f"{path}: rate {rate:.2f}; 105 and 700 ms show frames {seen} (true: 10, 47); frames 10, 30, 49 show {frames}")
    assert read_times(path) == TIMES and seen == expected and frames == [10, 30, 49]
write("late.mkv", "ffv1", "gray", {}, first=500)
print("first frame at 500 ms:", read_times("late.mkv")[:3])
assert read_times("late.mkv") == TIMES
PY
venv/bin/python check.py 2>/dev/null
