#!/usr/bin/env bash
# SciPy: the cross-correlation of integer or boolean signals is computed in their own type, so the lag it finds is a random one.
#
# SciPy 1.17.1, NumPy 2.4.6, CPython 3.11. The same line recorded by two devices, the second 37 samples later; the lag is where
# scipy.signal.correlate is largest, by correlation_lags:
#   TTL states, bool:            sums are "or", every overlap is True; the lag found is -972.
#   the same as uint8, 0/200:    -970; sums modulo 256.
#   raw int16 noise (SD 3000):   -1555; sums modulo 65536.
#   each as float64:             37.
# method="direct", "fft" and the default give the wrong type alike (fft computes in floats, then casts; of bools it says -1998), and
# numpy.correlate does the same. fftconvolve(x, y[::-1]) gives floats and 37. No exception; the fft method of int16 alone hints at
# it ("invalid value encountered in cast"). Memory-mapped recordings are int16 and sync lines bool, and aligning is what one does.
# So: astype(float) both before correlating; ours aligns clocks by their events.
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
from scipy import signal

line = np.zeros(2000, bool)
line[500:520] = line[900:960] = line[1500:1510] = True
raw = np.random.default_rng(1).normal(0, 3000, 2000).astype(np.int16)


def lag(first, second, method="auto"):
    found = signal.correlate(second, first, method=method)
    assert found.dtype == first.dtype
    return int(signal.correlation_lags(second.size, first.size)[found.argmax()])


warnings.simplefilter("error")
for name, one in {"bool": line, "uint8": (line * 200).astype(np.uint8), "int16": raw}.items():
    other = np.roll(one, 37)
    found = [lag(one, other), lag(one, other, "direct")]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        found.append(lag(one, other, "fft"))
    plain = int(np.correlate(other, one, "full").argmax()) - 1999
    right = lag(one.astype(float), other.astype(float))
    convolved = int(signal.fftconvolve(other, one[::-1]).argmax()) - 1999
    print(f"{name}: auto, direct, fft {found}; numpy {plain}; as float64 {right}; fftconvolve {convolved}")
    assert right == convolved == 37
    assert 37 not in found and plain != 37
    assert found[:2] == [{"bool": -972, "uint8": -970, "int16": -1555}[name]] * 2
PY
venv/bin/python check.py
