#!/usr/bin/env bash
# pyabf 2.3.8: an ABF that its own writer makes of few samples cannot be read by its own reader.
#
# Seen on Linux, Python 3.11: writeABF1 with 3 sweeps of 10 samples writes a file without complaint; pyabf.ABF on it raises
# struct.error "unpack requires a buffer of 80 bytes". With 3 sweeps of 2000 samples the same code reads back its 3 sweeps.
# So: a short test recording says nothing about a reader of ABF; write at least some thousand samples.
# Exits non-zero when the behaviour changes.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet pyabf==2.3.8
cd "$folder"
"$folder/venv/bin/python" - <<'PY'
import struct
import numpy as np
import pyabf, pyabf.abfWriter

def write(samples):
    sweeps = np.arange(3 * samples, dtype=float).reshape(3, samples) / 100
    pyabf.abfWriter.writeABF1(sweeps, "a.abf", 1000.0, units="pA")

write(10)
try:
    pyabf.ABF("a.abf")
except struct.error as error:
    print("3 x 10 samples:", error)
    assert "80 bytes" in str(error), error
else:
    raise SystemExit("a short file is read now")
write(2000)
abf = pyabf.ABF("a.abf")
print("3 x 2000 samples:", abf.sweepCount, "sweeps of", abf.sweepPointCount)
assert (abf.sweepCount, abf.sweepPointCount) == (3, 2000)
PY
