#!/usr/bin/env bash
# xarray: the difference of two signals with the same times keeps only those times that agree to the last bit; the others go unsaid.
#
# xarray 2026.9.0, NumPy 2.4.6, pandas 3.1.1, CPython 3.11, x86-64. Times in seconds made by numpy.arange(n) / rate, by
# arange(n) * (1 / rate) and by linspace are the same to a person and differ in the last bit here and there. Seen at 30 samples a second, 1000
# samples each:
#   a - b has 912 samples (88 are gone, here and there), no error, no warning; spectra and filters then run over a signal with holes;
#   Dataset(a=a, b=b) has 1088 times, and each of a and b is NaN at 88 of them;
#   at 1000 samples a second, 10,000 samples, a - b has 8,662.
# The default join of arithmetic is "inner", that of Dataset and concat "outer". join="exact" raises.
# So: take the coordinate of one for both (b = b.assign_coords(time=a.time)), use whole numbers (samples, nanoseconds) for
# times, or xarray.set_options(arithmetic_join="exact").
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet xarray==2026.9.0 numpy==2.4.6 pandas==3.1.1
cat > check.py <<'PY'
import warnings

import numpy as np
import xarray

warnings.simplefilter("error")


def signal(times):
    return xarray.DataArray(np.ones(len(times)), dims="time", coords={"time": times})


def kept(count, rate):
    a, b = signal(np.arange(count) / rate), signal(np.arange(count) * (1 / rate))
    assert np.allclose(a.time, b.time, rtol=0, atol=1e-12)
    return a, b, (a - b).sizes["time"]


a, b, at_30 = kept(1000, 30)
_, _, at_1000 = kept(10_000, 1000)
both = xarray.Dataset({"a": a, "b": b})
missing = int(np.isnan(both.a).sum()), int(np.isnan(both.b).sum())
print("difference at 30 a second:", at_30, "of 1000; at 1000 a second:", at_1000, "of 10000")
print("dataset:", both.sizes["time"], "times, NaN in a and b:", missing)
assert at_30 == 912, at_30
assert at_1000 == 8662, at_1000
assert (both.sizes["time"], missing) == (1088, (88, 88))
with xarray.set_options(arithmetic_join="exact"):
    try:
        a - b
    except Exception as error:
        print("exact:", type(error).__name__)
    else:
        raise SystemExit("exact joins no longer raise")
PY
venv/bin/python check.py
