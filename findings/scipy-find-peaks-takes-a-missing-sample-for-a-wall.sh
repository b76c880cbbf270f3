#!/usr/bin/env bash
# SciPy: a missing sample (NaN) near a peak is a wall for its prominence and width, so find_peaks drops large peaks beside gaps.
#
# SciPy 1.17.1, NumPy 2.4.6, CPython 3.11, x86-64. Tracked points and filtered signals have NaN where nothing was seen. The base of a peak is
# looked for sample by sample as long as values are not higher than the peak, and a comparison with NaN ends the search as if
# the signal were higher there. A sine of two hertz, 100 samples a second, amplitude 1, of its peaks that at sample 62:
#   with every sample, prominence 1.999 and width 25.0 samples; with sample 87 missing (in the next trough) 1.987 and 24.9;
#   with the single sample 60 missing, prominence 0.012 and width 1.6: find_peaks(x, prominence=1) leaves that peak out.
# Which peaks there are is found right in all cases; what is measured of those beside a gap is not. No error, no warning.
# So: interpolate gaps first, or measure pieces between gaps apart and do not trust those at their ends.
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
from scipy.signal import find_peaks, peak_prominences, peak_widths

warnings.simplefilter("error")
x = np.sin(2 * np.pi * 2 * np.arange(400) / 100 + 0.03)


def measured(missing):
    y = x.copy()
    y[missing] = np.nan
    assert find_peaks(y)[0].tolist() == EVERY
    one = np.array([62])
    found = find_peaks(y, prominence=1)[0].tolist()
    return found, round(float(peak_prominences(y, one)[0][0]), 3), round(float(peak_widths(y, one)[0][0]), 1)


EVERY = [12, 62, 112, 162, 212, 262, 312, 362]
whole, trough, beside = measured([]), measured([87]), measured([60])
for name, one in (("none", whole), ("sample 87", trough), ("sample 60", beside)):
    print(name, "missing: prominent peaks, prominence and width of that at 62:", *one)
assert whole[1:] == (1.999, 25.0) and trough[1:] == (1.987, 24.9) and beside[1:] == (0.012, 1.6)
assert whole[0] == trough[0] == EVERY[1:] and beside[0] == EVERY[2:]
PY
venv/bin/python check.py
