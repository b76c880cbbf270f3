#!/usr/bin/env bash
# decord: in a video cut without re-encoding, the picture of an index depends on what was read before, and times are off by the cut.
#
# decord 0.6.0, files by PyAV 18.1.0, NumPy 2.4.6, CPython 3.11. 100 frames at 100/s, H.264, lossless, each frame's gray its number. 0.15 s
# are cut off the front as stream copies do it: the packets before the cut stay, for decoding, and an edit list says to begin behind
# them. A full decode (PyAV, FFmpeg) shows the 85 pictures 15 to 99, from time 0 on. decord says 100 frames, and:
#   get_batch(0 … 99):          15, 16, … 99, then 99 fifteen times more.
#   reader[50] as the first:    65; after reader[84]: 50.
#   keyframes every 10 frames:  90 frames; reader[10] as the first 20, after reader[0] … reader[9]: 25.
#   get_frame_timestamp(0):     -0.15 s for the picture that is shown at 0.
# No exception, no warning. So a pose or label at a frame number belongs to one picture in a sweep, to another at random access.
# So: re-encode clips, or count by a full decode and compare len(); ours does, and shows 85 frames from time 0.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet decord==0.6.0 av==18.1.0 numpy==2.4.6
cat > check.py <<'PY'
import av
import decord
import numpy as np


def write(path, keyframes_every):
    """100 frames, of which the first 15 are then cut off by copying the packets with earlier times."""
    options = {"qp": "0", "g": str(keyframes_every), "bf": "0"}
    with av.open("whole.mp4", "w") as container:
        stream = container.add_stream("libx264", rate=100, options=options)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuvj420p"
        for number in range(100):
            frame = av.VideoFrame.from_ndarray(np.full((48, 64), number, np.uint8), format="gray")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    with av.open("whole.mp4") as source, av.open(path, "w") as target:
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                shift = int(0.15 / packet.time_base)
                packet.pts, packet.dts, packet.stream = packet.pts - shift, packet.dts - shift, stream
                target.mux(packet)


def gray(picture):
    return int(picture.asnumpy()[0, 0, 0])


def decoded(path):
    with av.open(path) as container:
        return [(int(frame.to_ndarray(format="gray")[0, 0]), frame.time) for frame in container.decode(video=0)]


write("cut.mp4", 250)
write("keys.mp4", 10)
for path in ("cut.mp4", "keys.mp4"):
    frames = decoded(path)
    assert [number for number, _ in frames] == list(range(15, 100)) and frames[0][1] == 0

reader = decord.VideoReader("cut.mp4")
batch = [int(one[0, 0, 0]) for one in reader.get_batch(list(range(100))).asnumpy()]
reader = decord.VideoReader("cut.mp4")
first, _, back = gray(reader[50]), gray(reader[84]), gray(reader[50])
time = float(reader.get_frame_timestamp(0)[0])
print(f"{len(reader)} frames; batch {batch[:2]} … {batch[83:]}; [50] first {first}, after [84] {back}; first time {time:.2f}")
assert len(reader) == 100 and batch == list(range(15, 100)) + [99] * 15
assert (first, back) == (65, 50) and abs(time + 0.15) < 1e-6

reader = decord.VideoReader("keys.mp4")
first = gray(reader[10])
reader = decord.VideoReader("keys.mp4")
in_turn = [gray(reader[number]) for number in range(11)]
print(f"keyframes every 10: {len(reader)} frames; [10] first {first}, in turn {in_turn[10]}")
assert len(reader) == 90 and first == 20 and in_turn == list(range(15, 26))
PY
venv/bin/python check.py
