#!/usr/bin/env bash
# open-ephys-python-tools: a sync pulse that one stream missed stretches that stream's whole clock; the newest release computes none.
#
# open-ephys-python-tools 0.1.13 and 1.0.1, pandas 3.1.1, NumPy 2.4.6, CPython 3.11. Two streams of 60 s with the same pulse each second;
# compute_global_timestamps() maps the second onto the first by the first and the last pulse that each of them has.
#   both have all 59 pulses:           the same pulse has equal times, to less than 1 ms.
#   the second stream's recording began after the first pulse: its first is taken for the other's first. Its samples are up
#     to 1.03 s off at the beginning, right at the end, and its rate is said to be 982.9 samples per second instead of 1000.1.
#   the last pulse is missing in it:   right at the beginning, 1.00 s off at the end.
# The numbers of pulses (59, 58) are printed, not compared; no exception, no warning.
# In 1.0.1 the same call raises TypeError ("'ContinuousMetadata' object is not subscriptable") for any continuous stream, so whoever needs
# it stays with 0.1.
# So: send pulses with uneven intervals, compare counts and intervals first, and map between pulses piece by piece. Ours pairs them
# by their intervals and keeps the rate; of pulses that are all alike none can tell which one is missing at an end.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
cat > check.py <<'PY'
import json
import sys
from pathlib import Path

import numpy as np
from open_ephys.analysis import Session

PULSES = np.arange(0.5, 59, 1.0)


def write(folder, missing):
    """Two streams with clocks of 1000 and 1000.1 Hz; the second lacks one of the pulses."""
    recording = folder / "Record Node 101" / "experiment1" / "recording1"
    info = {"GUI version": "0.6.7", "continuous": [], "events": [], "spikes": []}
    for node, (name, rate, start) in enumerate((("ProbeA", 1000.0, 5000), ("NIDAQ", 1000.1, 7000)), 100):
        source = f"Source-{node}.{name}"
        stream = recording / "continuous" / source
        stream.mkdir(parents=True)
        samples = np.arange(start, start + 60000)
        np.zeros((60000, 1), np.int16).tofile(stream / "continuous.dat")
        np.save(stream / "sample_numbers.npy", samples)
        np.save(stream / "timestamps.npy", samples / 1000)
        pulses = PULSES if node == 100 or missing is None else np.delete(PULSES, missing)
        edges = np.rint(start + np.c_[pulses, pulses + 0.1] * rate).astype(int).ravel()
        lines = recording / "events" / source / "TTL"
        lines.mkdir(parents=True)
        np.save(lines / "sample_numbers.npy", edges)
        np.save(lines / "timestamps.npy", edges / 1000)
        np.save(lines / "states.npy", np.tile([1, -1], pulses.size).astype(np.int16))
        np.save(lines / "full_words.npy", np.tile([1, 0], pulses.size).astype(np.uint64))
        channel = {"channel_name": "CH1", "bit_volts": 0.195}
        of_node = {"source_processor_name": "Source", "source_processor_id": node, "stream_name": name, "sample_rate": 1000.0}
        info["continuous"].append({"folder_name": f"{source}/", "num_channels": 1, "channels": [channel], **of_node})
        info["events"].append({"folder_name": f"{source}/TTL/", "channel_name": "TTL", **of_node})
    (recording / "structure.oebin").write_text(json.dumps(info))
    (folder / "Record Node 101" / "settings.xml").write_text("<SETTINGS/>")


def errors(missing):
    """How far the times of pulses are from the first stream's, in seconds: at the first and the last that both have."""
    folder = Path(f"missing {missing}")
    write(folder, missing)
    recording = Session(str(folder)).recordnodes[0].recordings[0]
    recording.add_sync_line(1, 100, "ProbeA", main=True)
    recording.add_sync_line(1, 101, "NIDAQ")
    recording.compute_global_timestamps()
    rising = recording.events[recording.events.state == 1]
    times = [rising[rising.processor_id == node].global_timestamp.to_numpy() for node in (100, 101)]
    main = times[0] if missing is None else np.delete(times[0], missing)
    error = times[1] - main
    print(f"missing {missing}: first {error[0]:.3f} s, last {error[-1]:.3f} s", file=sys.stderr)
    return abs(error[0]), abs(error[-1]), abs(error).max()


if sys.argv[1] == "newest":
    try:
        errors(None)
    except TypeError as error:
        print(error, file=sys.stderr)
        assert "subscriptable" in str(error)
    else:
        raise SystemExit("no error")
else:
    assert errors(None)[2] < 0.001
    first, last, _ = errors(0)
    assert 0.9 < first < 1.1 and last < 0.001
    first, last, _ = errors(-1)
    assert first < 0.001 and 0.9 < last < 1.1
PY
for version in 0.1.13 1.0.1; do
  python3 -m venv "venv$version"
  "venv$version/bin/pip" install --quiet "open-ephys-python-tools==$version" pandas==3.1.1 numpy==2.4.6
  mkdir "$version"
  name=$([ "$version" = 1.0.1 ] && echo newest || echo older)
  (cd "$version" && "../venv$version/bin/python" ../check.py "$name" > printed.txt)
done
