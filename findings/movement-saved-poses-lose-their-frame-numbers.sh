#!/usr/bin/env bash
# movement: poses of a part of a video, or with frames left out, are saved as if they began at frame 0 and had no gaps.
#
# movement 0.17.0, sleap-io 0.9.5, pynwb 4.2.0, h5py 3.16.0, CPython 3.12. Frames 10, 11, 12, 15 and 16 of 20 are selected, as one
# does with a trial or after leaving out bad frames; dataset.time is 10, 11, 12, 15, 16 (with
# fps=50 0.2 s … 0.32 s). Saved and read again:
#   to_dlc_file, to_lp_file:       the frame column is 0, 1, 2, 3, 4, with fps or without.
#   to_sleap_analysis_file:        5 columns, no first frame; sleap-io and movement read frames 0 … 4. Its tracking_scores and
#     instance_scores have 7 columns, for 10 to 16, so two tables of one file disagree.
#   to_nwb_file, without fps:      the times kept, but as timestamps of 10.0, 11.0 … "seconds": frame numbers taken for seconds.
# No warning. Laid over the video, every point is on another picture, and speeds across the gap are those of neighbours.
# So: reindex to all frames from 0 before saving (dataset.reindex(time=range(n))), which leaves blanks; keep netCDF for parts. Ours
# writes all frames from 0 on, blank where there is none.
#
# Exit code 0 while it behaves so, 1 when it no longer does. Needs a python3.12 (PYTHON312 names another one).
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
for python in "${PYTHON312:-python3.12}" "$HOME"/.pyenv/versions/3.12.*/bin/python; do
  "$python" -c "import sys; sys.exit(sys.version_info[:2] != (3, 12))" 2> found.txt && break
done
"$python" -m venv venv
venv/bin/python -m pip install --quiet movement==0.17.0 sleap-io==0.9.5 pynwb==4.2.0 h5py==3.16.0
cat > check.py <<'PY'
import logging
import warnings
from pathlib import Path

import h5py
import numpy as np
import sleap_io
from movement.io import load_poses, save_poses

warnings.filterwarnings("error", category=UserWarning, module="movement")
logging.disable(logging.INFO)
FRAMES = [10, 11, 12, 15, 16]
positions = np.zeros((20, 2, 2, 1))
positions[:] = np.arange(20)[:, None, None, None]


def column(path):
    return [int(line.split(",")[0]) for line in path.read_text().splitlines() if line[0].isdigit()]


for fps in (None, 50):
    part = load_poses.from_numpy(positions, np.ones((20, 2, 1)), fps=fps).isel(time=FRAMES)
    assert np.allclose(part.time.values, np.array(FRAMES) / (fps or 1))
    folder = Path(f"fps {fps}")
    folder.mkdir()
    save_poses.to_dlc_file(part, folder / "dlc.csv", split_individuals=False)
    save_poses.to_lp_file(part, folder / "lp.csv")
    save_poses.to_sleap_analysis_file(part, folder / "sleap.h5")
    dlc = column(folder / "dlc.csv")
    lightning = column(next(folder.glob("lp*.csv")))
    again = load_poses.from_dlc_file(folder / "dlc.csv", fps=fps)
    with h5py.File(folder / "sleap.h5") as file:
        shapes = {name: file[name].shape[-1] for name in ("tracks", "tracking_scores", "instance_scores")}
    frames = [labelled.frame_idx for labelled in sleap_io.load_file(str(folder / "sleap.h5"))]
    sleap = load_poses.from_sleap_file(folder / "sleap.h5", fps=fps)
    print(f"fps {fps}: DLC {dlc}, LP {lightning}, SLEAP {shapes}, sleap-io {frames}, movement {again.time.values}")
    assert dlc == lightning == frames == [0, 1, 2, 3, 4]
    assert again.position.values[:, 0, 0, 0].tolist() == FRAMES
    for one in (again, sleap):
        assert np.allclose(one.time.values, np.arange(5) / (fps or 1))
    assert shapes["tracks"] == 5
    if fps is None:
        pose = save_poses.to_nwb_file(part).processing["behavior"]["PoseEstimation"]
        series = next(iter(pose.pose_estimation_series.values()))
        print("NWB", series.timestamps[:], series.timestamps_unit)
        assert list(series.timestamps[:]) == FRAMES and series.timestamps_unit == "seconds"
        assert shapes["tracking_scores"] == shapes["instance_scores"] == 7
PY
venv/bin/python check.py
