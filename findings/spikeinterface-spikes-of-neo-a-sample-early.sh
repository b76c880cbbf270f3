#!/usr/bin/env bash
# SpikeInterface: spike trains taken over from neo are a sample early here and there, and shifted by the segment's start.
#
# spikeinterface 0.105.3, neo 0.14.6, quantities 0.16.4, NumPy 2.4.6, CPython 3.11. 3000 spikes, one on each sample of a recording at
# 30 kHz, times sample / 30000 s: NumpySorting.from_neo_spiketrain_list multiplies by the rate and cuts off, so that 83 of the
# 3000 spikes are one sample early (59 / 30000 * 30000 is 58.99999999999999). Two spikes then share a
# sample, and the one after is empty. from_times_and_labels of the same package rounds: none is wrong.
# A segment that begins at 10 s (t_start, as all neo readers give it) keeps its start within the samples: spikes on samples
# 1, 2, 3 of the recording become 300001, 300002, 300003, beyond its end. No warning for either.
# So: numpy.rint((train - train.t_start) * rate) yourself, and make the sorting from samples.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet spikeinterface==0.105.3 neo==0.14.6 quantities==0.16.4 numpy==2.4.6
cat > check.py <<'PY'
import warnings

import neo
import numpy as np
import quantities as pq
from spikeinterface.core import NumpySorting

RATE = 30000.0
samples = np.arange(1, 3001)
times = samples / RATE


def taken_over(train):
    sorting = NumpySorting.from_neo_spiketrain_list([train], RATE, unit_ids=["unit"])
    return sorting.get_unit_spike_train("unit")


with warnings.catch_warnings():
    warnings.simplefilter("error", UserWarning)
    from_neo = taken_over(neo.SpikeTrain(times * pq.s, t_stop=1 * pq.s))
    late = taken_over(neo.SpikeTrain((10 + times) * pq.s, t_start=10 * pq.s, t_stop=11 * pq.s))
    plain = NumpySorting.from_times_and_labels([times], [np.zeros(3000, int)], RATE).get_unit_spike_train(0)
early = np.flatnonzero(from_neo != samples)
print(f"from neo: {early.size} of 3000 early, first sample {samples[early[0]]}, {3000 - np.unique(from_neo).size} doubled; ", end="")
print(f"from times: {(plain != samples).sum()}; segment at 10 s: {late[:3].tolist()}")
assert early.size == 83 and np.unique(from_neo[early] - samples[early]).tolist() == [-1]
assert samples[early[0]] == 59 and times[58] * RATE < 59
assert np.array_equal(plain, samples)
assert abs(late - 300000 - samples).max() <= 1 and late.min() > 300000
PY
venv/bin/python -W ignore::DeprecationWarning check.py
