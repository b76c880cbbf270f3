"""Look at a signal: plot some seconds of it on its clock."""

# %% Choose
import matplotlib.pyplot as plt

key = dm.getAnalogKeys()[0]
first, last = 0, 2000  # samples

# %% Look
signal = dm.getData(key)
clock = dm.getTime(dm.getTimeKey(key))
ticks = clock.times[signal.times[first:last]]

plt.figure(figsize=(9, 3), layout="constrained")
plt.plot(ticks, signal.values[first:last], linewidth=0.8)
plt.xlabel(f"ticks of {dm.getTimeKey(key)}")
plt.ylabel(key)
plt.show()
