"""Angle and curvature of both whiskers are those that were drawn."""

from pathlib import Path

import numpy as np

truth = np.load(Path(__file__).with_name("ground_truth.npz"))

for whisker in ("c1", "c2"):
    angle = dm.getData(f"{whisker}_angle")
    true_angle_deg = truth[f"{whisker}_angle_deg"]
    assert np.corrcoef(angle.values, true_angle_deg)[0, 1] > 0.98
    assert np.median(np.abs(angle.values - true_angle_deg)) < 1
print("as in the ground truth")
