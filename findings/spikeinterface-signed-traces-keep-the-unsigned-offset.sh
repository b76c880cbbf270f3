#!/usr/bin/env bash
# SpikeInterface: unsigned_to_signed moves the counts by half their range and leaves the offset to microvolts as it was.
#
# spikeinterface 0.105.3, NumPy 2.4.6, CPython 3.11. Intan, Maxwell and other devices record uint16; a reader gives the gain 0.195 µV and
# the offset -6389.76 µV (0.195 × -32768), so that the count 32768 is 0 µV. unsigned_to_signed makes it the count 0, but
# get_channel_offsets() still says -6389.76:
#   counts 0, 32768, 65535:    before -6389.76, 0, 6389.565 µV; after -12779.52, -6389.76, -0.195 µV.
# Every trace in microvolts is 6.4 mV too low, without a warning: thresholds in µV, saturation checks, exports with their scale
# (NWB, phy) and plots are off by more than any signal. Filters hide it, since they take the mean away.
# So: after it, set_channel_offsets(offset + gain × 2 ** (bits - 1)); or scale to floats first.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet spikeinterface==0.105.3 numpy==2.4.6
venv/bin/python - <<'PY'
import numpy as np
from spikeinterface.core import NumpyRecording
from spikeinterface.preprocessing import unsigned_to_signed

recording = NumpyRecording([np.array([[0], [32768], [65535]], np.uint16)], 30000.0)
recording.set_channel_gains(0.195)
recording.set_channel_offsets(-0.195 * 32768)
signed = unsigned_to_signed(recording)
before = recording.get_traces(return_in_uV=True).ravel()
after = signed.get_traces(return_in_uV=True).ravel()
print("counts", recording.get_traces().ravel().tolist(), "are", before.round(3).tolist(), "µV")
print("counts", signed.get_traces().ravel().tolist(), "are", after.round(3).tolist(), "µV; offsets", signed.get_channel_offsets())
assert signed.get_traces().ravel().tolist() == [-32768, 0, 32767]
np.testing.assert_allclose(before, [-6389.76, 0, 6389.565], atol=0.01)
np.testing.assert_allclose(after, [-12779.52, -6389.76, -0.195], atol=0.01)
PY
