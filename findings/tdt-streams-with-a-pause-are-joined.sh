#!/usr/bin/env bash
# tdt and neo: a TDT stream that pauses is joined over the pause; one that begins late is given the block's start by tdt.
#
# tdt 0.7.6, neo 0.14.6, NumPy 2.4.6, CPython 3.11. A TDT block holds streams in pieces, each with its time. Two channels at 1000 Hz
# whose values are their sample's number since the block's start, in pieces of 0.1 s; a store that is gated pauses, or begins later:
#   paused from 1.5 to 2.5 s:  tdt.read_block gives 3000 samples from 0 s on, neo one signal of 3000; sample 1500 is the one of 2.5 s.
#     Everything behind is a second early, events (at 3.05 s) are not. read_block(t1=3) gives the right samples from 3 s on.
#   begins at 0.5 s:           tdt's start_time is 0, its first sample the one of 0.5 s; neo's t_start is 0.5 s.
# No exception or warning of it, though the times of the pieces are in the file. So a response is right or wrong
# by the range it was read in.
# So: compare the number of samples with (last time - first time) * rate, and read range by range, or take the times of the
# pieces from the .tsq file. Ours takes them from there, and warns of pauses.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet tdt==0.7.6 neo==0.14.6 quantities==0.16.4 numpy==2.4.6
cat > check.py <<'PY'
import struct
import warnings
from pathlib import Path

import neo
import numpy as np
import tdt

START, RATE, PIECE = 1700000000.0, 1000.0, 100
STREAM, STROBE, MARK = 0x8101, 0x0101, 0x8801
FIELDS = {
    "StoreName": "LFP1", "HeadName": "LFP1", "Enabled": 1, "CircType": 0, "NumChan": 2, "StrobeMode": 0,
    "TankEvType": STREAM, "NumPoints": PIECE, "DataFormat": 0, "SampleFreq": RATE,
}  # fmt: skip


def header(kind, code, channel, time, value, size=10, rate=0.0):
    """One of the 40 bytes of the index: a piece of a stream, an event or a mark of the block."""
    code = code if isinstance(code, int) else int.from_bytes(code.encode(), "little")
    place = struct.pack("<q" if isinstance(value, int) else "<d", value)
    return struct.pack("<iiiHHd", size, kind, code, channel, 0, START + time) + place + struct.pack("<if", 0, rate)


def write(name, starts):
    folder = Path(name)
    folder.mkdir()
    events, data = [(3.05, header(STROBE, "Lick", 0, 3.05, 1.0))], b""
    for start in starts:
        samples = np.rint(start * RATE + np.arange(PIECE)).astype("<f4")
        for channel in (1, 2):
            piece = header(STREAM, "LFP1", channel, start, len(data), size=10 + PIECE, rate=RATE)
            events.append((start, piece))
            data += samples.tobytes()
    index = [bytes(40), header(MARK, 1, 0, 0.0, 0), *(event for _, event in sorted(events, key=lambda one: one[0]))]
    notes = [f"NAME={key};TYPE=S;VALUE={value};\n" for key, value in FIELDS.items()]
    mark = "[USERNOTEDELIMITER]"
    (folder / f"{name}.tsq").write_bytes(b"".join([*index, header(MARK + 1, 2, 0, 5.0, 0)]))
    (folder / f"{name}.tev").write_bytes(data)
    (folder / f"{name}.Tbk").write_text("".join(notes) + "[STOREHDRITEM]" + mark + mark + "".join(notes) + mark)
    (folder / f"{name}.Tdx").write_bytes(b"")


def by_tdt(name, **limits):
    block = tdt.read_block(name, verbose=0, **limits)
    stream = block.streams.LFP1
    return float(stream.start_time), stream.data[0].astype(int), block.epocs.Lick.onset.round(3).tolist()


def by_neo(name):
    reader = neo.rawio.TdtRawIO(dirname=f"{name}/{name}.tsq")
    reader.parse_header()
    start = reader.get_signal_t_start(0, 0, 0)
    return start, reader.get_analogsignal_chunk(0, 0, 0, None, 0)[:, 0].astype(int)


pieces = np.arange(40) / 10
write("whole", pieces)
write("paused", [start for start in pieces if not 1.5 <= start < 2.5])
write("late", [start for start in pieces if start >= 0.5])
for name in ("whole", "paused", "late"):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.filterwarnings("ignore", message="tnt file|Could not identify sev files")
        (first, samples, onsets), (start, signal) = by_tdt(name), by_neo(name)
        later = by_tdt(name, t1=3.0)[1]
    print(f"{name}: tdt from {first} s, {samples.size}, [0] {samples[0]}, [1500] {samples[1500]}; from 3 s on {later[0]}; events {onsets}")
    print(f"{name}: neo from {start} s, {signal.size}, [0] {signal[0]}, [1500] {signal[1500]}")
    assert onsets == [3.05] and later[0] == 3000 and np.array_equal(samples, signal)
    expected = {"whole": (0, 4000, 0, 1500), "paused": (0, 3000, 0, 2500), "late": (0, 3500, 500, 2000)}[name]
    assert (first, samples.size, samples[0], samples[1500]) == expected
    assert start == (0.5 if name == "late" else 0)
PY
venv/bin/python check.py
