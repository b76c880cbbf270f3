#!/usr/bin/env bash
# quantities (and so neo): NumPy's functions take the bare numbers of times in other units, and most of them say nothing.
#
# quantities 0.16.4, neo 0.14.6, NumPy 2.4.6, CPython 3.11. Spikes at 0.2, 0.5 and 1.2 s, as a neo SpikeTrain in seconds; trials and
# bins in milliseconds, as task software has them. Operators convert (spikes > 1000 ms: the third), and so does clip. But:
#   searchsorted(spikes, 1000 ms):                  3, after all spikes; it should be 2.
#   histogram(spikes, bins [0, 1000, 2000] ms):     3 and 0 instead of 2 and 1; digitize likewise.
#   interp(500 ms, spikes, [0, 1, 2]):              2, the last value, instead of 1.
#   where(spikes > 1 s, spikes, 500 ms):            500, 500, 1.2.
#   concatenate([spikes, [300, 400] ms]):           0.2, 0.5, 1.2, 300, 400, "dimensionless".
#   Quantity([1 s, 500 ms], "s"):                   1 s and 500 s.
# maximum, minimum and the method spikes.searchsorted() raise ValueError for such quantities, so a script that fails once is
# "mended" by calling the function of NumPy instead. The library defines ufuncs, not __array_function__.
# So: rescale everything to one unit and take .magnitude before any function of NumPy; our clocks hold plain numbers of one unit.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet neo==0.14.6 quantities==0.16.4 numpy==2.4.6
cat > check.py <<'PY'
import warnings

import neo
import numpy as np
import quantities as pq

spikes = neo.SpikeTrain([0.2, 0.5, 1.2] * pq.s, t_stop=2 * pq.s)
bins = np.array([0, 1000, 2000]) * pq.ms
with warnings.catch_warnings():
    warnings.simplefilter("error", UserWarning)
    compared = (spikes > 1000 * pq.ms).tolist()
    position = int(np.searchsorted(spikes, 1000 * pq.ms))
    counts = np.histogram(spikes, bins)[0].tolist()
    digits = np.digitize(spikes, bins).tolist()
    value = float(np.interp(500 * pq.ms, spikes, [0.0, 1.0, 2.0]))
    chosen = np.where(spikes > 1 * pq.s, spikes, 500 * pq.ms)
    joined = np.concatenate([spikes, [300, 400] * pq.ms])
    both = pq.Quantity([1 * pq.s, 500 * pq.ms], "s")
print(f"> 1000 ms: {compared}; searchsorted {position}; histogram {counts}; digitize {digits}; interp {value}")
print(f"where {np.asarray(chosen)}; concatenate {joined}; Quantity {both}")
assert compared == [False, False, True]
assert position == 3 and counts == [3, 0] and digits == [1, 1, 1] and value == 2.0
assert np.asarray(chosen).tolist() == [500.0, 500.0, 1.2]
assert np.asarray(joined).tolist() == [0.2, 0.5, 1.2, 300.0, 400.0] and joined.dimensionality.string == "dimensionless"
assert both.rescale("s").magnitude.tolist() == [1.0, 500.0]
for refused in (
    lambda: np.maximum(spikes.view(pq.Quantity), 1000 * pq.ms),
    lambda: spikes.view(pq.Quantity).searchsorted(1000 * pq.ms),
):
    try:
        refused()
    except ValueError:
        continue
    raise SystemExit("no error")
PY
venv/bin/python -W ignore::DeprecationWarning check.py
