#!/usr/bin/env bash
# SpikeInterface: a recording of floats that is saved as int16 is cut off towards zero, and what is too large changes its sign.
#
# spikeinterface 0.105.3, NumPy 2.4.6, CPython 3.11. Filters, whitening and scaling give float32; sorters such as Kilosort read int16, so
# recording.save(dtype="int16") and write_binary_recording(dtype="int16") are how it is handed over. Both cast each value plainly:
#   40000, -40000, 1.6, -1.6:    -25536, 25536, 1, -1.
# An artefact beyond the range becomes one of the other sign, with a step of 65536 where it crosses; and a whitened or filtered
# signal of a few units, cut off instead of rounded, has a dead zone twice as wide at zero (of normal noise with SD 1, 68 % of the
# samples are 0; rounded, 38 %). The gains stay as they were. No warning.
# So: scale into the range first, round (numpy.rint) and clip, then save.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet spikeinterface==0.105.3 numpy==2.4.6
cat > check.py <<'PY'
import warnings

import numpy as np
from spikeinterface.core import NumpyRecording, load, write_binary_recording

noise = np.random.default_rng(0).normal(0, 1, (30000, 1)).astype(np.float32)
values = np.array([[40000], [-40000], [1.6], [-1.6]], np.float32)
with warnings.catch_warnings():
    warnings.simplefilter("error", RuntimeWarning)
    write_binary_recording(NumpyRecording([values], 30000.0), file_paths=["a.raw"], dtype="int16", verbose=False)
    NumpyRecording([values], 30000.0).save(folder="saved", dtype="int16", verbose=False)
    NumpyRecording([noise], 30000.0).save(folder="noise", dtype="int16", verbose=False)
written = np.fromfile("a.raw", np.int16).tolist()
saved = load("saved").get_traces().ravel().tolist()
zeros = float((load("noise").get_traces() == 0).mean())
rounded = float((np.rint(noise) == 0).mean())
print(f"{values.ravel().tolist()}: written {written}, saved {saved}; zeros in noise {zeros:.2f}, rounded {rounded:.2f}")
assert written == saved == [-25536, 25536, 1, -1]
assert 0.67 < zeros < 0.70 and 0.37 < rounded < 0.40
PY
venv/bin/python check.py 2>/dev/null
