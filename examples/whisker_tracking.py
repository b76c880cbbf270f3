"""From traced whisker lines to the angle and curvature of each whisker.

Reads `whisker_lines` (several lines per video frame, in no order) and `whisker_video`. Makes one entity group per
whisker (`C1`, `C2`) and stores `c1_angle`, `c2_angle` (degrees upwards from the x axis, at the base), `c1_curvature`
and `c2_curvature` (radians per pixel, negative: bent downwards) on the clock of the lines. Needs matplotlib.

Run it in VS Code, or with: whiskertoolbox run whisker_tracking.py --session DIR -- FIGURE.png
"""

# %% Which line is which whisker? Whiskers keep their place on the face: C1 is the upper one
import sys

import matplotlib.pyplot as plt
import numpy as np

lines = dm.getData("whisker_lines")
clock = dm.getTimeKey("whisker_lines")
base_y = lines.points[lines.offsets[:-1], 1]
is_c1 = base_y < (base_y.min() + base_y.max()) / 2
print(f"{len(lines)} lines in {lines.getTimeCount()} frames, {is_c1.sum()} of them of C1")

# %% Entity groups: they outlive this script, so old ones of the same name are replaced
groups = dm.getEntityGroupManager()
for group in groups.getAllGroupDescriptors():
    if group.name in {"C1", "C2"}:
        groups.deleteGroup(group.id)
for name, chosen in [("C1", is_c1), ("C2", ~is_c1)]:
    groups.add_entities(groups.createGroup(name, "whisker, by its place on the face"), lines.entity_ids[chosen])


# %% A whisker is nearly an arc of a circle, which gives the angle at the base and the curvature
def measure(points):
    """Angle at the base in degrees, curvature in radians per pixel; points (n, 2) in pixels, y downwards."""
    x, y = points.T.astype(float) * [[1], [-1]]
    # Least squares of x² + y² = 2 x cx + 2 y cy + c for the circle's centre (cx, cy).
    coefficients = np.linalg.lstsq(np.column_stack([x, y, np.ones(len(x))]), x**2 + y**2, rcond=None)[0]
    out_x, out_y = x[0] - coefficients[0] / 2, y[0] - coefficients[1] / 2
    # At the base the whisker runs at a right angle to the radius: to its right when it bends downwards.
    side = np.sign(out_x * (y[-1] - y[0]) - out_y * (x[-1] - x[0]))
    return np.rad2deg(np.arctan2(side * out_x, -side * out_y)), side / np.hypot(out_x, out_y)


for whisker in ("C1", "C2"):
    members = dm.getGroup(whisker)
    frames = lines.times[np.isin(lines.entity_ids, members.entity_ids)]
    shapes = [measure(np.asarray(item.data)) for item in members]
    angle_deg, curvature_per_px = (np.array(column) for column in zip(*shapes, strict=True))
    dm.setData(f"{whisker.lower()}_angle", wt.AnalogTimeSeries(angle_deg, frames), clock)
    dm.setData(f"{whisker.lower()}_curvature", wt.AnalogTimeSeries(curvature_per_px, frames), clock)
    print(f"{whisker}: {angle_deg.mean():.1f} ± {angle_deg.std():.1f} degrees")

# %% Check against the angle that was measured during the recording
c1_angle = dm.getData("c1_angle")
measured = dm.getData("whisker_angle").values[c1_angle.times]
print(f"correlation with whisker_angle: {np.corrcoef(c1_angle.values, measured)[0, 1]:.4f}")

# %% Look at a frame with its lines, and at both whiskers over time
figure, (left, right) = plt.subplots(1, 2, figsize=(10, 4), layout="constrained", width_ratios=[1, 1.4])
frame = int(c1_angle.times[len(c1_angle) // 2])
video = dm.getData("whisker_video")
if video is not None:
    height, width = video.getHeight(), video.getWidth()
    left.imshow(np.reshape(video.getRawData8(frame), (height, width)), cmap="gray", vmin=0, vmax=255)
for line, of_c1 in zip(lines.getAtTime(frame), is_c1[lines.times == frame], strict=True):
    left.plot(*np.asarray(line).T, color="tab:blue" if of_c1 else "tab:orange")
left.set(title=f"frame {frame}", aspect="equal")
if video is None:
    left.invert_yaxis()
for name in ("c1_angle", "c2_angle"):
    series = dm.getData(name)
    right.plot(series.times, series.values, label=name, linewidth=0.8)
right.set(xlabel="frame", ylabel="angle at the base (°)")
right.legend()
if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
plt.show()
