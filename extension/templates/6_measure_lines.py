"""Measure lines: the length of each traced line over time."""

# %% Choose
import matplotlib.pyplot as plt
import numpy as np

key = dm.getLineKeys()[0]

# %% Measure: the points of all lines are one array, and a line is a part of it
lines = dm.getData(key)
frames, lengths = [], []
for frame in lines.getTimesWithData():
    for line in lines.getAtTime(frame):
        points = np.array([(point.x, point.y) for point in line])
        frames.append(int(frame))
        lengths.append(float(np.hypot(*np.diff(points, axis=0).T).sum()))
print(f"{len(lengths)} lines, {np.mean(lengths):.1f} pixels long on average")

# %% Look
plt.figure(figsize=(9, 3), layout="constrained")
plt.plot(frames, lengths, ".", markersize=2)
plt.xlabel(f"frames of {dm.getTimeKey(key)}")
plt.ylabel("length (pixels)")
plt.show()
