"""New key from a signal: compute something and store it on the same clock."""

# %% Choose
import numpy as np

key = dm.getAnalogKeys()[0]
new_key = f"{key}_smooth"
width = 11  # samples of the running mean

# %% Compute, and store: it is in the Data Keys view at once, and kept
signal = dm.getData(key)
padded = np.pad(np.asarray(signal.values, dtype=np.float64), width // 2, mode="edge")
smooth = np.convolve(padded, np.ones(width) / width, mode="valid").astype(np.float32)
dm.setData(new_key, wt.AnalogTimeSeries(smooth, signal.times), dm.getTimeKey(key))
print(f"stored {new_key}: {len(smooth)} samples")
