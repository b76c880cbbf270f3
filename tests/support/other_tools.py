"""Run with the Python of `.cache/python-field`: sleap-io and movement write files of theirs, or say what ours hold.

python other_tools.py write FOLDER
python other_tools.py read FOLDER      prints JSON
"""

from __future__ import annotations

import importlib
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np


def write(folder: Path) -> dict[str, Any]:
    """Write the same two mice with each tool: frames 3, 4 and 6 by sleap-io, five frames by movement."""
    sleap_io = importlib.import_module("sleap_io")
    skeleton = sleap_io.Skeleton(["nose", "tail"], edges=[("nose", "tail")])
    tracks = [sleap_io.Track("m1"), sleap_io.Track("m2")]
    shape = {"shape": (10, 480, 640, 1)}
    video = sleap_io.Video(filename="mouse.mp4", backend_metadata=shape, open_backend=False)
    frames = []
    for number in (3, 4, 6):
        found = []
        for place, track in enumerate(tracks):
            points = np.array([[10.0 * place + number, 20.0], [30.0, 40.0 + number]])
            points[1] = points[1] if number < 6 else np.nan
            known = {"skeleton": skeleton, "track": track, "score": 0.8, "point_scores": np.array([0.9, 0.4])}
            found.append(sleap_io.PredictedInstance.from_numpy(points, **known))
        frames.append(sleap_io.LabeledFrame(video=video, frame_idx=number, instances=found))
    labels = sleap_io.Labels(frames, videos=[video], skeletons=[skeleton], tracks=tracks)
    sleap_io.save_file(labels, str(folder / "sleap.slp"))
    sleap_io.save_analysis_h5(labels, str(folder / "sleap.analysis.h5"))

    save = importlib.import_module("movement.io.save_poses")
    position = np.arange(40, dtype=float).reshape(5, 2, 2, 2)  # time, space, key point, individual
    names = {"individual_names": ["m1", "m2"], "keypoint_names": ["nose", "tail"]}
    dataset = importlib.import_module("movement.io.load_poses").from_numpy(
        position, np.full((5, 2, 2), 0.75), **names, fps=50, source_software="test"
    )
    dataset.to_netcdf(folder / "movement.nc")
    save.to_dlc_file(dataset, folder / "movement.h5")
    save.to_dlc_file(dataset, folder / "movement.csv")
    save.to_lp_file(dataset, folder / "lightning.csv")
    save.to_sleap_analysis_file(dataset, folder / "movement.analysis.h5")
    return {}


def read(folder: Path) -> dict[str, Any]:
    """Return what the tools find in files of ours; NaN as -1."""
    labels = importlib.import_module("sleap_io").load_file(str(folder / "ours.analysis.h5"))
    points = {
        f"{frame.frame_idx} {instance.track.name}": _numbers(instance.numpy())
        for frame in labels
        for instance in frame.instances
    }
    load = importlib.import_module("movement.io.load_poses")
    compute_speed = importlib.import_module("movement.kinematics").compute_speed
    datasets = {
        "ours.h5": load.from_dlc_file(folder / "ours.h5", fps=50),
        "ours.analysis.h5": load.from_sleap_file(folder / "ours.analysis.h5", fps=50),
        "ours.nc": importlib.import_module("xarray").load_dataset(folder / "ours.nc"),
    }
    found = {
        name: {
            "names": [one[dim].values.tolist() for dim in one.position.dims[1:]],
            "time": one.time.values.tolist(),
            "position": _numbers(one.position.values),
            "confidence": _numbers(one.confidence.values),
            "speed": list(compute_speed(one.position).shape),
        }
        for name, one in datasets.items()
    }
    return {"sleap_io": {"nodes": labels.skeleton.node_names, "points": points}, "movement": found}


def _numbers(values: Any) -> Any:
    return np.nan_to_num(values, nan=-1).tolist()


if __name__ == "__main__":
    print(json.dumps({"write": write, "read": read}[sys.argv[1]](Path(sys.argv[2]))))
