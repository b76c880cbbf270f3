#!/usr/bin/env bash
# neo: spikes and events on the border of two time slices are in both, samples in one; an epoch that reaches over it only in one.
#
# neo 0.14.6, quantities 0.16.4, NumPy 2.4.6, CPython 3.11. A segment of 2 s is cut at 1 s with time_slice(0, 1) and time_slice(1, 2):
#   signal of 20 samples:             10 and 10; the end is left out.
#   4 spikes, two of them at 1 s:     3 and 3; the end counts.
#   4 events, two of them at 1 s:     3 and 3.
#   epochs 0.5 to 1.5 and 1 to 1.5 s: 2 and 1; the second epoch counts twice, the first, under way at 1 s, is not in the second.
# Segment.time_slice does the same for all of them at once. A recording cut into blocks, as is done for memory or trials that touch,
# has too many spikes on its clock's round times (sorted spikes are on samples), and states that last over a cut vanish.
# So: count spikes as start <= t < end yourself; our own intervals are cut, not dropped, and indices belong to one block.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet neo==0.14.6 quantities==0.16.4 numpy==2.4.6
venv/bin/python -W ignore - <<'PY'
import neo
import numpy as np
import quantities as pq

segment = neo.Segment()
segment.analogsignals.append(neo.AnalogSignal(np.arange(20.0), units="uV", sampling_rate=10 * pq.Hz))
segment.spiketrains.append(neo.SpikeTrain([0.5, 1.0, 1.0, 1.5], units="s", t_stop=2))
segment.events.append(neo.Event([0.5, 1.0, 1.0, 1.5] * pq.s, labels=["a", "b", "c", "d"]))
segment.epochs.append(neo.Epoch([0.5, 1.0] * pq.s, durations=[1.0, 0.5] * pq.s, labels=["over", "within"]))


def counts(start, stop):
    part = segment.time_slice(start * pq.s, stop * pq.s)
    kinds = part.analogsignals, part.spiketrains, part.events, part.epochs
    return [len(kind[0]) if kind else 0 for kind in kinds]


first, second = counts(0, 1), counts(1, 2)
print("samples, spikes, events, epochs of 20, 4, 4, 2:", first, "and", second)
assert first == [10, 3, 3, 2] and second == [10, 3, 3, 1]
PY
