#!/usr/bin/env bash
# neo: its reader of NWB applies the conversion of a series but not its offset, and gives no trials; many files it cannot read.
#
# neo 0.14.6 (NWBIO), pynwb 4.2.0, NumPy 2.4.6, CPython 3.11. A TimeSeries of 0, 1, 2 with conversion 1e-6, offset 0.5 and unit volts,
# which are 0.5, 0.500001, 0.500002 V: neo gives 0, 1, 2 µV. Two trials: no epochs. No warning.
#   Units without obs_intervals (an optional column):                  KeyError 'obs_intervals', nothing of the file is read.
#   An ElectricalSeries of two electrodes (every extracellular file):  ValueError "Invalid annotation …", nothing is read.
# So: read NWB with pynwb (get_data_in_units()) or with ours, by structure, offset and all.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export PYNWB_NO_CACHE_DIR=1
python3 -m venv venv
venv/bin/pip install --quiet neo==0.14.6 pynwb==4.2.0 numpy==2.4.6
venv/bin/python -W ignore - <<'PY'
from datetime import datetime, timezone

import neo
import numpy as np
from pynwb import NWBHDF5IO, NWBFile, TimeSeries
from pynwb.ecephys import ElectricalSeries


def outcome(name, fill):
    file = NWBFile(name, "id", datetime(2026, 1, 1, tzinfo=timezone.utc))
    fill(file)
    with NWBHDF5IO(f"{name}.nwb", "w") as io:
        io.write(file)
    reader = neo.NWBIO(f"{name}.nwb", "r")
    try:
        (segment,) = reader.read_block().segments
    except (KeyError, ValueError) as error:
        print(f"{name}: {type(error).__name__}: {error}")
        return type(error).__name__
    signals = [(signal.units.dimensionality.string, signal.magnitude.ravel().tolist()) for signal in segment.analogsignals]
    print(f"{name}: signals {signals}, {len(segment.epochs)} epochs, {[len(one) for one in segment.spiketrains]} spikes")
    return signals, len(segment.epochs)


def signal_and_trials(file):
    data = np.arange(3, dtype=np.int16)
    file.add_acquisition(TimeSeries(name="a", data=data, unit="volts", conversion=1e-6, offset=0.5, rate=10.0))
    for start in (0.0, 0.2):
        file.add_trial(start_time=start, stop_time=start + 0.1)


def units(file):
    file.add_unit(spike_times=[0.5, 1.0])


def electrodes(file):
    device = file.create_device("probe")
    group = file.create_electrode_group("shank", description="d", location="S1", device=device)
    for _ in range(2):
        file.add_electrode(group=group, location="S1")
    region = file.create_electrode_table_region([0, 1], "both")
    file.add_acquisition(ElectricalSeries(name="raw", data=np.zeros((5, 2), np.int16), electrodes=region, rate=10.0))


assert outcome("signal_and_trials", signal_and_trials) == ([("uV", [0, 1, 2])], 0)
assert outcome("units", units) == "KeyError"
assert outcome("electrodes", electrodes) == "ValueError"
PY
