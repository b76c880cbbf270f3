#!/usr/bin/env bash
# xarray: values changed after loading a packed variable are packed again as before, and those beyond its range wrap around.
#
# xarray 2026.9.0, h5netcdf 1.8.2, NumPy 2.4.6, CPython 3.11, x86-64. A signal packed as int16 with scale_factor 0.01 (range ±327.67, as
# acquisition data in netCDF is) is loaded, changed in place, and written. The encoding of the file it came from stays with the
# variable, unseen in its values (float64), and the new ones go through int16 without a check:
#   values 0.1, 300, 400, 1000 are read back as 0.1, 300, -255.36, -310.72.
# Plausible values, without an error or a warning. Arithmetic that makes a new variable (x * 1) loses the encoding and is
# right; assignment, fillna by .values, clipping in place and where the variable is passed on keep it.
# So: dataset.drop_encoding() (or reset the variable's .encoding) before writing what was changed.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet xarray==2026.9.0 h5netcdf==1.8.2 h5py==3.16.0 numpy==2.4.6
cat > check.py <<'PY'
import warnings

import numpy as np
import xarray

packed = xarray.Dataset({"v": ("time", np.array([0.1, 1.0, 2.0, 3.0]))})
packed.v.encoding = {"dtype": "int16", "scale_factor": 0.01, "_FillValue": -32768}
packed.to_netcdf("packed.nc", engine="h5netcdf")


def written(change, name):
    data = xarray.load_dataset("packed.nc", engine="h5netcdf")
    data = change(data)
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        data.to_netcdf(name, engine="h5netcdf")
    assert not seen, [str(one.message) for one in seen]
    values = xarray.load_dataset(name, engine="h5netcdf").v.values.round(2).tolist()
    print(name, data.v.dtype, data.v.values.tolist(), "->", values)
    return values


def assign(data):
    data.v[:] = [0.1, 300.0, 400.0, 1000.0]
    return data


assert written(assign, "assigned.nc") == [0.1, 300.0, -255.36, -310.72]
assert written(lambda data: assign(data).drop_encoding(), "dropped.nc") == [0.1, 300.0, 400.0, 1000.0]
assert written(lambda data: assign(data) * 1, "new.nc") == [0.1, 300.0, 400.0, 1000.0]
PY
venv/bin/python check.py
