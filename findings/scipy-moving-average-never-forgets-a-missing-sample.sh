#!/usr/bin/env bash
# SciPy: behind a missing sample, or a huge artefact, a moving average (uniform_filter1d) is wrong to the end of the recording.
#
# SciPy 1.17.1, NumPy 2.4.6, pandas 3.1.1, CPython 3.11, x86-64. uniform_filter and uniform_filter1d keep a running sum: what leaves the window is taken
# off again. NaN - NaN is NaN, and what was rounded away does not come back:
#   1000 ones, one NaN at 100, window 11: NaN from 95 to the end, 905 of 1000; gaussian_filter1d and numpy.convolve have some around it;
#   one infinite sample: infinite for 11, then NaN to the end;
#   one artefact of 1e17 at 100: from 106 on 1.4545 instead of 1, to the end, a plausible number.
# pandas' rolling(11).mean() is right again behind each of the three. No error, no warning.
# So: fill or cut out first, or numpy.convolve, which forgets.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet scipy==1.17.1 numpy==2.4.6 pandas==3.1.1
cat > check.py <<'PY'
import warnings

import numpy as np
import pandas as pd
from scipy.ndimage import gaussian_filter1d, uniform_filter1d

warnings.simplefilter("error")


def signal(value):
    made = np.ones(1000)
    made[100] = value
    return made


missing = np.isnan(uniform_filter1d(signal(np.nan), 11))
print("NaN: missing from", int(np.argmax(missing)), "on,", int(missing.sum()), "samples")
assert np.argmax(missing) == 95 and missing[95:].all()
assert np.isnan(gaussian_filter1d(signal(np.nan), 2)).sum() < 20
assert np.isnan(np.convolve(signal(np.nan), np.ones(11) / 11, "same")).sum() == 11
with np.errstate(invalid="ignore"):
    endless = uniform_filter1d(signal(np.inf), 11)
print("infinite:", int(np.isinf(endless).sum()), "then NaN:", int(np.isnan(endless).sum()))
assert np.isinf(endless).sum() == 11 and np.isnan(endless[106:]).all()
behind = uniform_filter1d(signal(1e17), 11)[106:]
print("artefact: behind it", np.unique(behind.round(4)))
assert np.allclose(behind, 16 / 11)
for value in (np.nan, np.inf, 1e17):
    assert (pd.Series(signal(value)).rolling(11).mean()[111:] == 1).all(), value
PY
venv/bin/python check.py
