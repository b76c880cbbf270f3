#!/usr/bin/env bash
# elephant: a firing rate smoothed with a causal kernel rises before the spike, unless one says otherwise.
#
# elephant 1.2.1, neo 0.14.6, quantities 0.16.4, NumPy 2.4.6, CPython 3.11, x86-64. ExponentialKernel and AlphaKernel are 0 before
# their spike, and are chosen so that a rate says nothing of what has not happened yet. instantaneous_rate moves every kernel by its
# median (center_kernel=True is the default). One spike at 500 ms, sampled each millisecond, kernels of 50 ms:
#   exponential: the rate jumps to its maximum at 466 ms, 34 ms before the spike;
#   alpha: it rises from 441 ms on, and is highest at 476 ms;
#   with center_kernel=False: exponential from 500 ms on, alpha from 501 ms on.
# The latency of every response is too short by as much, and cells seem to fire before the stimulus that drives them.
# So: center_kernel=False with kernels that are not symmetric.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet elephant==1.2.1 neo==0.14.6 quantities==0.16.4 numpy==2.4.6
cat > check.py <<'PY'
import neo
import numpy as np
import quantities as pq
from elephant import kernels
from elephant.statistics import instantaneous_rate

spike = neo.SpikeTrain([0.5], units="s", t_stop=1.0)


def rate(kernel, **options):
    found = instantaneous_rate(spike, 1 * pq.ms, kernel=kernel(50 * pq.ms), **options).magnitude.ravel()
    return int(np.flatnonzero(found > 1e-9)[0]), int(np.argmax(found))


for kernel, centred in ((kernels.ExponentialKernel, (466, 466)), (kernels.AlphaKernel, (441, 476))):
    by_default, as_it_is = rate(kernel), rate(kernel, center_kernel=False)
    print(kernel.__name__, "begins and is highest at", by_default, "ms; center_kernel=False:", as_it_is)
    assert by_default == centred, by_default
    assert 499 <= as_it_is[0] <= 501 and as_it_is[1] >= 499, as_it_is
PY
venv/bin/python check.py
