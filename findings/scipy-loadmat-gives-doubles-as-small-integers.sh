#!/usr/bin/env bash
# scipy.io.loadmat gives MATLAB's doubles as the small integers that they are packed into, and arithmetic wraps around.
#
# SciPy 1.17.1, NumPy 2.4.6, CPython 3.11. MATLAB writes an array of class double, when all its values are whole, as the smallest type
# that holds them (uint8, int16, uint16 …). loadmat gives that type, not the class:
#   x = [200 100 50], double:         uint8; x + x is 144, 200, 100; diff(x) is 156, 206.
#   frames = [40000 2 3], double:     uint16; diff is 25538, 1.
#   position = [-5 30000 20000]:      int16; x + x is -10, -5536, -25536.
# The type depends on the values of each file: one recording's frame numbers are uint8, the next one's uint16, and a script that
# worked on all goes wrong on one. mat_dtype=True gives float64 for each; it is not the default, nor set by simplify_cells.
# So: loadmat(path, mat_dtype=True), or convert before any arithmetic. Ours converts on import.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet scipy==1.17.1 numpy==2.4.6
venv/bin/python - <<'PY'
import struct

import numpy as np
from scipy.io import loadmat

DOUBLE_CLASS, STORED_AS = 6, {"u1": 2, "<i2": 3, "<u2": 4}


def element(kind, content):
    return struct.pack("<II", kind, len(content)) + content + b"\0" * (-len(content) % 8)


def write(path, values, stored):
    """A row of class double as MATLAB writes one of whole numbers."""
    body = element(6, struct.pack("<II", DOUBLE_CLASS, 0)) + element(5, struct.pack("<ii", 1, len(values)))
    body += element(1, b"x") + element(STORED_AS[stored], np.array(values, stored).tobytes())
    head = b"MATLAB 5.0 MAT-file, Platform: PCWIN64".ljust(124, b" ") + struct.pack("<H", 0x0100) + b"IM"
    with open(path, "wb") as file:
        file.write(head + element(14, body))


expected = {
    "u1": ([200, 100, 50], "uint8", [144, 200, 100], [156, 206]),
    "<u2": ([40000, 2, 3], "uint16", [14464, 4, 6], [25538, 1]),
    "<i2": ([-5, 30000, 20000], "int16", [-10, -5536, -25536], [30005, -10000]),
}
for stored, (values, kind, twice, steps) in expected.items():
    write("a.mat", values, stored)
    x = loadmat("a.mat", simplify_cells=True)["x"]
    print(f"double {values}: {x.dtype}, x + x = {(x + x).tolist()}, diff = {np.diff(x).tolist()}")
    assert (x.dtype.name, (x + x).tolist(), np.diff(x).tolist()) == (kind, twice, steps)
    assert loadmat("a.mat", mat_dtype=True)["x"].dtype == np.float64
PY
