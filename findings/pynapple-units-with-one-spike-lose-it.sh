#!/usr/bin/env bash
# pynapple: a unit with a single spike loses it in a group, and with it all spikes outside the other units' first and last.
#
# pynapple 0.11.4, pynwb 4.2.0, NumPy 2.4.6, CPython 3.11. A group's time support is by default the union of the units' own, from
# first to last spike; a unit of one spike has none ("Some epochs have no duration"), and the group is cut to the union:
#   TsGroup({0: Ts([0.2, 0.5, 0.9]), 1: Ts([0.1]), 2: Ts([1.5])}):  units 1 and 2 are empty.
# So it is for an NWB file: load_file()["units"] of three units gives 3, 0 and 0 spikes where the file has 3, 1 and 1, also with
# obs_intervals from 0 to 2 s in the file, which are not used. Rates are by that support too (4.29 Hz for 3 spikes in 2 s).
# So: make the group with the recording's epoch, TsGroup(…, time_support=IntervalSet(0, duration)), from the units' times.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export PYNWB_NO_CACHE_DIR=1
python3 -m venv venv
venv/bin/pip install --quiet pynapple==0.11.4 pynwb==4.2.0 numpy==2.4.6
venv/bin/python -W ignore - <<'PY'
from datetime import datetime, timezone

import pynapple as nap
from pynwb import NWBHDF5IO, NWBFile

SPIKES = {0: [0.2, 0.5, 0.9], 1: [0.1], 2: [1.5]}
file = NWBFile("three units", "id", datetime(2026, 1, 1, tzinfo=timezone.utc))
for times in SPIKES.values():
    file.add_unit(spike_times=times, obs_intervals=[[0.0, 2.0]])
with NWBHDF5IO("a.nwb", "w") as io:
    io.write(file)


def counts(group):
    return [len(group[unit]) for unit in SPIKES]


group = nap.TsGroup({unit: nap.Ts(times) for unit, times in SPIKES.items()})
loaded = nap.load_file("a.nwb")["units"]
given = nap.TsGroup({unit: nap.Ts(times) for unit, times in SPIKES.items()}, time_support=nap.IntervalSet(0, 2))
print("group:", counts(group), "rates", group.rates.round(2).tolist())
print("from NWB:", counts(loaded), "support", loaded.time_support.values.tolist())
print("with an epoch:", counts(given), "rates", given.rates.round(2).tolist())
assert counts(group) == [3, 0, 0] and counts(loaded) == [3, 0, 0] and counts(given) == [3, 1, 1]
assert loaded.time_support.values.tolist() == [[0.2, 0.9]]
PY
