"""Table of trials: a row for each interval, with what happened in it."""

# %% Choose
import numpy as np

interval_key = dm.getDigitalIntervalKeys()[0]
signal_key = dm.getAnalogKeys()[0]
event_key = dm.getDigitalEventKeys()[0]


def ticks(key, indices):
    """Indices of a key's data as ticks of its clock."""
    return dm.getTime(dm.getTimeKey(key)).times[np.asarray(indices, dtype=np.int64)]


# %% Measure
signal = dm.getData(signal_key)
signal_ticks = ticks(signal_key, signal.times)
event_ticks = ticks(event_key, dm.getData(event_key).toList())
print(f"{'trial':>5} {'first tick':>12} {'last tick':>12} {'mean':>10} {'events':>7}")
for number, interval in enumerate(dm.getData(interval_key).toList()):
    first, last = ticks(interval_key, [interval.start, interval.end])
    inside = signal.values[(signal_ticks >= first) & (signal_ticks <= last)]
    events = int(((event_ticks >= first) & (event_ticks <= last)).sum())
    mean = inside.mean() if len(inside) else np.nan
    print(f"{number:>5} {first:>12} {last:>12} {mean:>10.3f} {events:>7}")
