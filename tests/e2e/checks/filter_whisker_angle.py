"""The filtered angle is nearer to the noiseless one than the measured one is."""

from pathlib import Path

import numpy as np

truth = np.load(Path(__file__).with_name("ground_truth.npz"))["angle_deg"]
filtered = dm.getData("whisker_angle_filtered")
measured = dm.getData("whisker_angle")


def error_deg(values):
    return np.sqrt(np.mean((values - truth) ** 2))


assert dm.getTimeKey("whisker_angle_filtered") == "camera"
assert error_deg(filtered.values) < 0.4 * error_deg(measured.values)
print("as in the ground truth")
