#!/usr/bin/env bash
# xarray: times appended to a Zarr store are written in another unit than the store's, and come back a century late.
#
# xarray 2026.9.0, zarr 3.1.6, NumPy 2.4.6, CPython 3.11. A recording is written block by block with to_zarr(append_dim="time"). The
# first block's times are whole seconds, so the store says "seconds since 2026-01-01 00:00:00". The next block goes on at 30 frames
# a second from 00:00:03. Its times are encoded anew, in nanoseconds, and those numbers are appended under the store's unit:
#   written 2026-01-01T00:00:03.000000000, …03.033366667; read 2121-01-25T05:20:00, 2122-02-15T09:51:07.
# With whole milliseconds first, times at 30000/1001 fps come back a day late. No error; the warning says that the times were
# serialized "with units 'nanoseconds since 2026-01-01' instead", which sounds right; the store's unit stays.
# So: give the first write an encoding that holds all ({"time": {"units": "nanoseconds since …", "dtype": "int64"}}), or floats.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet xarray==2026.9.0 zarr==3.1.6 numpy==2.4.6
cat > check.py <<'PY'
import warnings

import numpy as np
import xarray

START = np.datetime64("2026-01-01T00:00:00", "ns")


def block(first_ns, step_ns):
    times = START + (first_ns + np.arange(3) * step_ns).astype("timedelta64[ns]")
    return xarray.Dataset({"v": ("time", np.arange(3.0))}, coords={"time": times})


def again(name, first, second, **options):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        first.to_zarr(name, **options)
        second.to_zarr(name, append_dim="time")
        times = xarray.open_zarr(name).time
    said = [str(one.message) for one in seen if "serialized faithfully" in str(one.message)]
    assert options or (len(said) == 1 and "instead" in said[0]), said
    print(name, times.encoding["units"], "written", second.time.values[:2], "read", times.values[3:5])
    return times.values[3:]


second = block(3_000_000_000, 33_366_667)
read = again("seconds.zarr", block(0, 1_000_000_000), second)
assert read[0] == np.datetime64("2121-01-25T05:20:00"), read
second = block(100_100_001, 33_366_667)
read = again("milliseconds.zarr", block(0, 33_000_000), second)
assert read[0] - START > np.timedelta64(1, "D"), read
encoding = {"time": {"units": "nanoseconds since 2026-01-01", "dtype": "int64"}}
read = again("nanoseconds.zarr", block(0, 1_000_000_000), second, encoding=encoding)
assert (read == second.time.values).all()
PY
venv/bin/python check.py
