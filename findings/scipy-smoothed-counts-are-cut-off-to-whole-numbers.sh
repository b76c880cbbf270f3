#!/usr/bin/env bash
# SciPy: smoothing spike counts (integers) with scipy.ndimage gives whole numbers, cut off: a low firing rate becomes none at all.
#
# SciPy 1.17.1, NumPy 2.4.6, CPython 3.11, x86-64. gaussian_filter1d, uniform_filter1d and the others give their result the type of the input.
# numpy.histogram gives spike counts as int64. 1000 bins of 10 ms, a spike in every tenth (10 a second):
#   gaussian_filter1d(counts, 5): 0 everywhere, where float counts give about 0.1; sigma 0.4 keeps 0.92 of a spike as 0;
#   of 5 spikes in a bin, uniform_filter1d over 4 bins has 1 where it should have 1.25;
#   of booleans (a spike raster) all is False, of uint8 images sobel wraps around (-5 is 251).
# scipy.signal's savgol_filter, filtfilt and sosfilt of the same integers give floats. No error, no warning.
# So: counts.astype(float), or output=float.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet scipy==1.17.1 numpy==2.4.6
cat > check.py <<'PY'
import warnings

import numpy as np
from scipy import ndimage, signal

warnings.simplefilter("error")
spikes = np.arange(0.05, 10, 0.1)
counts = np.histogram(spikes, bins=1000, range=(0, 10))[0]
smooth = ndimage.gaussian_filter1d(counts, 5)
right = ndimage.gaussian_filter1d(counts.astype(float), 5)
print("counts", counts.dtype, "sum", counts.sum(), "-> smoothed sum", smooth.sum(), smooth.dtype, "; of floats", round(right.sum(), 3))
assert counts.dtype == np.int64 and counts.sum() == 100
assert smooth.dtype == np.int64 and (smooth == 0).all() and abs(right.sum() - 100) < 1
one = np.array([0, 0, 1, 0, 0])
narrow = ndimage.gaussian_filter1d(one, 0.4), ndimage.gaussian_filter1d(one.astype(float), 0.4)[2]
print("sigma 0.4:", narrow[0].tolist(), round(narrow[1], 2))
assert (narrow[0] == 0).all() and narrow[1] > 0.9
assert ndimage.uniform_filter1d(np.array([0, 0, 0, 5, 0, 0, 0]), 4).max() == 1
assert not ndimage.gaussian_filter1d(np.array([True, False, True, False]), 1).any()
assert ndimage.sobel(np.array([0, 0, 5, 0, 0], dtype=np.uint8)).max() == 251
assert signal.savgol_filter(one, 3, 1).dtype == np.float64
PY
venv/bin/python check.py
