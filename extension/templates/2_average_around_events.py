"""Average a signal around events, with the standard error."""

# %% Choose
import matplotlib.pyplot as plt
import numpy as np

signal_key = dm.getAnalogKeys()[0]
event_key = dm.getDigitalEventKeys()[0]
before, after = 100, 200  # samples of the signal

# %% Cut a window out for each event; those whose window is not whole are left out
signal = dm.getData(signal_key)
signal_ticks = dm.getTime(dm.getTimeKey(signal_key)).times[signal.times]
event_ticks = dm.getTime(dm.getTimeKey(event_key)).times[np.array(dm.getData(event_key).toList(), dtype=np.int64)]
centers = np.searchsorted(signal_ticks, event_ticks)
centers = centers[(centers >= before) & (centers + after < len(signal_ticks))]
lags = np.arange(-before, after + 1)
windows = signal.values[centers[:, np.newaxis] + lags]
print(f"{len(centers)} of {len(event_ticks)} events have a whole window")

# %% Look
mean = windows.mean(axis=0)
error = windows.std(axis=0, ddof=1) / np.sqrt(len(windows))
plt.figure(figsize=(6, 4), layout="constrained")
plt.fill_between(lags, mean - error, mean + error, alpha=0.3)
plt.plot(lags, mean)
plt.axvline(0, color="gray", linewidth=0.8)
plt.xlabel(f"samples from {event_key}")
plt.ylabel(signal_key)
plt.show()
