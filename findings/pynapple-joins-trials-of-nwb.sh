#!/usr/bin/env bash
# pynapple: trials of an NWB file that overlap are joined, those without a duration dropped, and the others lose their columns.
#
# pynapple 0.11.4, pynwb 4.2.0, NumPy 2.4.6, CPython 3.11. Five trials: 0 to 1 s, 1 to 2, 1.5 to 3, 4 to 4, 5 to 6, each with its
# outcome. load_file()["trials"] has three: 0 to 0.999999, 1 to 3, 5 to 6, and no column "outcome" for any of them.
# An interval set holds no overlaps: the second and third become one trial, the fourth is gone, a trial that ends where the next
# begins ends a microsecond early, and as soon as one is joined or dropped the columns of all are left out. UserWarnings say that,
# without which or how many; trial k of the table is no longer row k.
# So: read trials with pynwb (trials.to_dataframe()) or ours; our to_pynapple says how many it loses, and the first.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export PYNWB_NO_CACHE_DIR=1
python3 -m venv venv
venv/bin/pip install --quiet pynapple==0.11.4 pynwb==4.2.0 numpy==2.4.6
venv/bin/python -W ignore - <<'PY'
from datetime import datetime, timezone

import pynapple as nap
from pynwb import NWBHDF5IO, NWBFile


def trials(name, bounds):
    file = NWBFile("trials", "id", datetime(2026, 1, 1, tzinfo=timezone.utc))
    file.add_trial_column("outcome", "what the animal did")
    for number, (start, stop) in enumerate(bounds):
        file.add_trial(start_time=start, stop_time=stop, outcome=f"outcome {number}")
    with NWBHDF5IO(name, "w") as io:
        io.write(file)
    loaded = nap.load_file(name)["trials"]
    print(bounds, "->", loaded.values.tolist(), "columns", list(loaded.metadata_columns))
    return loaded.values.tolist(), list(loaded.metadata_columns)


assert trials("apart.nwb", [(0.0, 1.0), (2.0, 3.0)]) == ([[0, 1], [2, 3]], ["outcome"])
values, columns = trials("a.nwb", [(0.0, 1.0), (1.0, 2.0), (1.5, 3.0), (4.0, 4.0), (5.0, 6.0)])
assert values == [[0, 0.999999], [1, 3], [5, 6]] and columns == []
PY
