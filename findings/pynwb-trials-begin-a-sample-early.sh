#!/usr/bin/env bash
# pynwb: which samples of a regular series belong to a trial is cut off, not rounded, so some trials begin a sample early.
#
# pynwb 4.2.0, hdmf 6.2.0, NumPy 2.4.6, CPython 3.11, x86-64. add_trial(start_time, stop_time, timeseries=[...]) stores with each trial the
# first sample and the number of samples of the series in it. With starting_time and rate they are int(time * rate), and 0.29 * 100 is
# 28.999999999999996. Trials of one second at 0.01, 0.02 … 5.00 s, of a series at 100 samples a second:
#   starting_time and rate: 34 of 500 trials begin one sample before their start (the first at 0.29 s: sample 28), and 66 do not have
#   100 samples but 99 or 101;
#   the same times given as timestamps: every trial begins at its sample.
# What is cut out of the data by these references (nwb.trials["timeseries"][k][0].data) is shifted by a sample in those trials
# against the others. No error, no warning.
# So: compute samples yourself, rint((start - starting_time) * rate), and do not trust the stored references.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet pynwb==4.2.0 hdmf==6.2.0 numpy==2.4.6
cat > check.py <<'PY'
from datetime import datetime, timezone

import numpy as np
import pynwb

file = pynwb.NWBFile(
    session_description="a", identifier="b", session_start_time=datetime(2026, 3, 1, tzinfo=timezone.utc)
)
data = np.arange(1000.0)
by_rate = pynwb.TimeSeries(name="by_rate", data=data, unit="V", rate=100.0, starting_time=0.0)
by_stamp = pynwb.TimeSeries(name="by_stamp", data=data, unit="V", timestamps=np.arange(1000) / 100)
file.add_acquisition(by_rate)
file.add_acquisition(by_stamp)
numbers = np.arange(1, 501)
for number in numbers:
    file.add_trial(start_time=number / 100, stop_time=number / 100 + 1, timeseries=[by_rate, by_stamp])
rows = file.trials["timeseries"][:]
starts = np.array([[one.idx_start for one in row] for row in rows])
counts = np.array([[one.count for one in row] for row in rows])
early = np.flatnonzero(starts[:, 0] != numbers)
print("pynwb", pynwb.__version__)
print("begin early by rate:", len(early), "first at", numbers[early[0]] / 100, "s, sample", starts[early[0], 0])
print("begin elsewhere by timestamps:", int((starts[:, 1] != numbers).sum()))
print("not 100 samples by rate:", int((counts[:, 0] != 100).sum()), sorted(set(counts[:, 0].tolist())))
assert (starts[early, 0] == numbers[early] - 1).all()
assert len(early) == 34 and numbers[early[0]] == 29
assert (starts[:, 1] == numbers).all()
assert (counts[:, 0] != 100).sum() == 66
PY
venv/bin/python check.py
