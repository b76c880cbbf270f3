#!/usr/bin/env bash
# pyxdf, by default, spreads a pause of less than a second over a whole stream: every time is shifted, up to half the pause.
#
# pyxdf 1.17.5, CPython 3.11. A camera of 500 Hz that pauses for 0.9 s in the middle of 2000 frames: load_xdf() gives
# evenly spaced times (largest step 2.7 ms) that are up to 450 ms from the recorded ones; the pause is not to be seen. With
# 0.1 s the times are 50 ms off and nothing is said at all; from about 0.5 s on a log line says that the effective rate
# differs from the nominal one. From 1 s on the stream is taken for two segments and the times are right. The default is
# dejitter_timestamps=True with jitter_break_threshold_seconds=1; the file keeps the true times, and
# dejitter_timestamps=False gives them.
# So: for frames, licks and whatever can pause, load with dejitter_timestamps=False.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet pyxdf==1.17.5 numpy
venv/bin/python - <<'PY'
import struct

import numpy as np
import pyxdf


def chunk(tag, content):
    return b"\x04" + struct.pack("<IH", len(content) + 2, tag) + content


def xml(**fields):
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in fields.items())
    return f"<?xml version='1.0'?><info>{inner}</info>".encode()


def write(times):
    """One stream of one float channel, each sample with its own time, and two offsets of its clock (none)."""
    stream = struct.pack("<I", 1)
    header = xml(name="camera", type="frames", channel_count=1, nominal_srate=500, channel_format="float32", created_at=0)
    samples = b"".join(b"\x08" + struct.pack("<df", time, number) for number, time in enumerate(times))
    footer = xml(first_timestamp=times[0], last_timestamp=times[-1], sample_count=len(times))
    offsets = [chunk(4, stream + struct.pack("<dd", time, 0.0)) for time in (times[0], times[-1])]
    with open("camera.xdf", "wb") as file:
        file.write(b"XDF:" + chunk(1, xml(version="1.0")) + chunk(2, stream + header))
        file.write(chunk(3, stream + b"\x04" + struct.pack("<I", len(times)) + samples))
        file.write(b"".join(offsets) + chunk(6, stream + footer))


def furthest(pause, **options):
    """How far the loaded times are from the recorded ones, in milliseconds."""
    times = np.arange(2000) / 500
    times[1000:] += pause
    write(times)
    streams, _ = pyxdf.load_xdf("camera.xdf", **options)
    loaded = streams[0]["time_stamps"]
    print(f"pause {pause} s {options}: largest error {1000 * abs(loaded - times).max():.0f} ms, ", end="")
    print(f"largest step {1000 * np.diff(loaded).max():.1f} ms")
    return 1000 * abs(loaded - times).max()


assert 45 < furthest(0.1) < 55
assert 440 < furthest(0.9) < 460
assert furthest(1.5) < 0.01
assert furthest(0.9, dejitter_timestamps=False) < 0.01
PY
