#!/usr/bin/env bash
# netCDF: samples that were never written are 9.97e36, or -32767, to xarray and h5netcdf; only netCDF4 knows that they are missing.
#
# xarray 2026.9.0, h5netcdf 1.8.2, netCDF4 1.7.5.1.post1 (writer), NumPy 2.4.6, pandas 3.1.1, CPython 3.11, x86-64. A recording along an
# unlimited dimension, whose program stopped after ten times and six samples (float32 and int16), has files that are valid. Of the four
# samples that are not there:
#   netCDF4 masks them, as netCDF's default fill values say;
#   xarray, by either engine, and h5netcdf give 9.96921e+36 and -32767, as numbers: the mean of 0 … 5 is 4e36, and the counter goes on
#   at -32767. isnull() finds none. h5py says that the variable has six samples.
# The default fill value stands in no attribute, and these readers look for the attribute _FillValue only. No error, no warning.
# So: write with an explicit _FillValue (xarray does), or compare with netCDF4.default_fillvals after reading such files.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet xarray==2026.9.0 h5netcdf==1.8.2 h5py==3.16.0 netCDF4==1.7.5.1.post1 numpy==2.4.6 pandas==3.1.1
cat > check.py <<'PY'
import warnings

import h5netcdf
import h5py
import netCDF4
import numpy as np
import xarray

with netCDF4.Dataset("stopped.nc", "w") as file:
    file.createDimension("time", None)
    time = file.createVariable("time", "f8", ("time",))
    signal = file.createVariable("signal", "f4", ("time",))
    counter = file.createVariable("counter", "i2", ("time",))
    time[:] = np.arange(10.0)
    signal[0:6] = np.arange(6)
    counter[0:6] = 1

with netCDF4.Dataset("stopped.nc") as file:
    masked = file["signal"][:].mask.sum(), file["counter"][:].mask.sum()
print("masked by netCDF4:", *masked)
assert masked == (4, 4)
warnings.simplefilter("error")
for engine in ("netcdf4", "h5netcdf"):
    with xarray.open_dataset("stopped.nc", engine=engine) as data:
        mean, missing = float(data.signal.mean()), int(data.signal.isnull().sum())
        print("xarray,", engine, "mean", mean, "missing", missing, "counter", data.counter.values.tolist())
        assert data.sizes["time"] == 10 and missing == 0 and 3.9e36 < mean < 4.1e36
        assert data.counter.values.tolist() == [1] * 6 + [-32767] * 4
with h5netcdf.File("stopped.nc") as file:
    assert (file["signal"][6:] > 9e36).all()
with h5py.File("stopped.nc") as file:
    assert file["signal"].shape == (6,)
PY
venv/bin/python check.py
