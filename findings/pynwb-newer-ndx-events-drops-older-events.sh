#!/usr/bin/env bash
# Importing a newer ndx-events makes pynwb leave out the events of files that an older one wrote.
#
# pynwb 4.2.0, hdmf 6.2.0, ndx-events 0.4.0 (reader) on a file by pynwb 2.8.3, hdmf 3.14.6, ndx-events 0.2.1 (writer), which
# put its specification into the file, as is the default. Without ndx_events imported, the reader builds the class from the
# file's own specification and `acquisition` has the LabeledEvents. With `import ndx_events` the file's specification is
# ignored (0.4 has no LabeledEvents), `read()` raises nothing, and `acquisition` is empty: the events are not there. The one
# sign is a UserWarning that the versions "may not be compatible"; nothing names the object that is missing. The type of
# events that most published files hold is the one of 0.2.
# Output seen: "without ndx_events: ['licks', 'rewards']", "with ndx_events: []".
# So: import no extension to read; read by structure (h5py), or count the groups of the file against what was built.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
export PYNWB_NO_CACHE_DIR=1
python3 -m venv writer
writer/bin/pip install --quiet pynwb==2.8.3 hdmf==3.14.6 ndx-events==0.2.1 "numpy<2.3"
python3 -m venv reader
reader/bin/pip install --quiet pynwb==4.2.0 hdmf==6.2.0 ndx-events==0.4.0

writer/bin/python -W ignore - <<'PY'
from datetime import datetime, timezone

import numpy as np
from ndx_events import Events, LabeledEvents
from pynwb import NWBHDF5IO, NWBFile

file = NWBFile("licking", "id", datetime(2026, 1, 1, tzinfo=timezone.utc))
file.add_acquisition(Events(name="rewards", description="valve", timestamps=[0.5, 1.0]))
which = np.array([0, 1, 0], np.uint8)
file.add_acquisition(
    LabeledEvents(name="licks", description="spout", timestamps=[0.5, 1.0, 2.0], data=which, labels=["left", "right"])
)
with NWBHDF5IO("events.nwb", "w") as io:
    io.write(file)
PY

cat > read.py <<'PY'
import sys

if sys.argv[1] == "with":
    import ndx_events  # noqa: F401
from pynwb import NWBHDF5IO

with NWBHDF5IO("events.nwb", "r") as io:
    names = sorted(io.read().acquisition)
print(sys.argv[1], "ndx_events:", names)
expected = [] if sys.argv[1] == "with" else ["licks", "rewards"]
sys.exit(names != expected)
PY
reader/bin/python -W ignore read.py without
reader/bin/python -W ignore read.py with
