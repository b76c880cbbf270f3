#!/usr/bin/env bash
# pandas and pyarrow: a folder of Parquet files is read with the columns of its first file; columns that only later ones have are gone.
#
# pandas 3.1.1, pyarrow 26.0.1, NumPy 2.4.6, CPython 3.11, x86-64. A recording is written in pieces, a file for each hour; from the second file on
# there is one signal more (a laser was switched on, a key point added):
#   pandas.read_parquet(folder), pyarrow.parquet.read_table(folder) and pyarrow.dataset.dataset(folder) have the columns of the first file
#   by name; "laser" is in none of the rows, without an error or a warning;
#   with the files' names the other way round the column is there, and NaN for the rows of the other file.
# So whether a signal exists depends on the order of names. read_parquet(folder, columns=["laser"]) raises.
# So: pandas.concat of the files one by one, or dataset(folder, schema=pyarrow.unify_schemas([...])).
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet pandas==3.1.1 pyarrow==26.0.1 numpy==2.4.6
cat > check.py <<'PY'
import warnings
from pathlib import Path

import pandas as pd
import pyarrow
import pyarrow.dataset
import pyarrow.parquet

warnings.simplefilter("error")
short = pd.DataFrame({"time": [0.0, 1.0], "speed": [1.0, 2.0]})
wide = pd.DataFrame({"time": [2.0, 3.0], "speed": [3.0, 4.0], "laser": [1.0, 0.0]})
for folder, files in (("grows", (short, wide)), ("shrinks", (wide, short))):
    Path(folder).mkdir()
    for number, frame in enumerate(files):
        frame.to_parquet(Path(folder) / f"hour_{number}.parquet")

table = pd.read_parquet("grows")
print("grows:", table.columns.tolist(), len(table), "rows")
assert table.columns.tolist() == ["time", "speed"] and len(table) == 4
assert pyarrow.parquet.read_table("grows").column_names == ["time", "speed"]
assert pyarrow.dataset.dataset("grows").to_table().column_names == ["time", "speed"]
table = pd.read_parquet("shrinks")
print("shrinks:", table.columns.tolist(), table.laser.tolist())
assert table.columns.tolist() == ["time", "speed", "laser"] and table.laser.isna().tolist() == [False, False, True, True]
schema = pyarrow.unify_schemas([pyarrow.parquet.read_schema(path) for path in sorted(Path("grows").iterdir())])
assert "laser" in pyarrow.dataset.dataset("grows", schema=schema).to_table().column_names
try:
    pd.read_parquet("grows", columns=["laser"])
except Exception as error:
    print("asked for by name:", type(error).__name__)
else:
    raise SystemExit("a column of later files is found now")
PY
venv/bin/python check.py
