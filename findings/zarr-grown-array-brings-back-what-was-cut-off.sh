#!/usr/bin/env bash
# Zarr: an array that is made shorter and then longer again brings back some of what was cut off, up to the border of a chunk.
#
# zarr 3.1.6, h5py 3.16.0, NumPy 2.4.6, CPython 3.11. 10 values 0 … 9 in chunks of 8, fill value -1; resize((3,)), as a
# recording is cut where it became bad, then resize((10,)) for what comes next:
#   Zarr:  0, 1, 2, 3, 4, 5, 6, 7, -1, -1.  Five values that no longer existed are back, the rest is fill.
#   HDF5:  0, 1, 2, -1, -1, -1, -1, -1, -1, -1.  The same steps on a dataset of h5py.
# resize() deletes the chunks wholly outside and leaves the last one as it is, hidden; zarr format 2 and 3, with shards up to the shard's
# border. Which old values return depends on the chunks alone. append() writes over them; growing to a planned length and filling
# in parts does not.
# So: after shrinking, set the hidden part to the fill value before (array[n:] = fill), or make a new array.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet zarr==3.1.6 h5py==3.16.0 numpy==2.4.6
cat > check.py <<'PY'
import warnings

import h5py
import numpy as np
import zarr

warnings.simplefilter("error")
values = np.arange(10, dtype=np.int32)


def cut_and_grown(array):
    array[:] = values
    array.resize((3,))
    array.resize((10,))
    return array[:].tolist()


found = {}
options = {"shape": (10,), "dtype": "int32", "fill_value": -1}
found["zarr 3"] = cut_and_grown(zarr.create_array("three.zarr", chunks=(8,), **options))
found["zarr 2"] = cut_and_grown(zarr.create_array("two.zarr", chunks=(8,), zarr_format=2, **options))
found["shards"] = cut_and_grown(zarr.create_array("shards.zarr", chunks=(2,), shards=(8,), **options))
with h5py.File("a.h5", "w") as file:
    found["hdf5"] = cut_and_grown(file.create_dataset("a", (10,), "i4", chunks=(8,), maxshape=(None,), fillvalue=-1))
for name, result in found.items():
    print(name, result)
assert found["zarr 3"] == found["zarr 2"] == found["shards"] == [0, 1, 2, 3, 4, 5, 6, 7, -1, -1]
assert found["hdf5"] == [0, 1, 2] + [-1] * 7
PY
venv/bin/python check.py
