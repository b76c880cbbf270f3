"""Average the field potential and the whisker angle around licks.

Reads `lfp_0`, `lfp_1`, … (one key per channel), `whisker_angle` and `lick_events`. Stores `lick_aligned_lfp_0`, … on a
clock of lags in master ticks (`lick_lag`), and `lick_aligned_whisker_angle` on one with a tick per video frame
(`lick_lag_frames`). Needs matplotlib.

Run it in VS Code, or with: whiskertoolbox run lick_aligned_average.py --session DIR -- FIGURE.png
"""

# %% Licks that have the whole window around them
import sys

import matplotlib.pyplot as plt
import numpy as np

MASTER_RATE_HZ = 30_000
FRAME_TICKS = 60
BEFORE_S, AFTER_S = 0.05, 0.12

lag_ticks = np.arange(-round(BEFORE_S * MASTER_RATE_HZ), round(AFTER_S * MASTER_RATE_HZ) + 1)
camera_ticks = dm.getTime("camera").times
lick_ticks = np.array(dm.getData("lick_events").toList(), dtype=np.int64)
inside = (lick_ticks + lag_ticks[0] >= camera_ticks[0]) & (lick_ticks + lag_ticks[-1] <= camera_ticks[-1])
lick_ticks = lick_ticks[inside]
print(f"{len(lick_ticks)} licks")

# %% Field potential: one window per lick, its level before the lick taken off. A master index is a master tick
channels = sorted(key for key in dm.getAnalogKeys() if key.startswith("lfp_"))
windows = lick_ticks[:, np.newaxis] + lag_ticks
average_uv, error_uv = {}, {}
for channel in channels:
    snippets = dm.getData(channel).values[windows]
    snippets = snippets - snippets[:, lag_ticks < 0].mean(axis=1, keepdims=True)
    average_uv[channel] = snippets.mean(axis=0)
    error_uv[channel] = snippets.std(axis=0, ddof=1) / np.sqrt(len(snippets))
    peak = np.abs(average_uv[channel]).argmax()
    print(f"{channel}: {average_uv[channel][peak]:+.0f} µV at {1000 * lag_ticks[peak] / MASTER_RATE_HZ:.0f} ms")

# %% Whisker angle: on the camera's clock, so its frames are looked up by time
frame_lag_ticks = np.arange(lag_ticks[0], lag_ticks[-1] + 1, FRAME_TICKS)
angle_deg = dm.getData("whisker_angle").values
average_deg = np.interp(lick_ticks[:, np.newaxis] + frame_lag_ticks, camera_ticks, angle_deg).mean(axis=0)

# %% Store the averages, each on its clock of lags
dm.setTime("lick_lag", wt.TimeFrame(lag_ticks), overwrite=True)
dm.setTime("lick_lag_frames", wt.TimeFrame(frame_lag_ticks), overwrite=True)
for channel in channels:
    series = wt.AnalogTimeSeries(average_uv[channel], len(lag_ticks))
    dm.setData(f"lick_aligned_{channel}", series, "lick_lag")
dm.setData("lick_aligned_whisker_angle", wt.AnalogTimeSeries(average_deg, len(frame_lag_ticks)), "lick_lag_frames")

# %% Look at them
figure, (top, bottom) = plt.subplots(2, 1, sharex=True, figsize=(7, 6), layout="constrained")
lag_ms = 1000 * lag_ticks / MASTER_RATE_HZ
for channel in channels:
    top.plot(lag_ms, average_uv[channel], label=channel)
    top.fill_between(
        lag_ms, average_uv[channel] - error_uv[channel], average_uv[channel] + error_uv[channel], alpha=0.25
    )
top.set(ylabel="field potential (µV)", title=f"Average of {len(lick_ticks)} licks, ± standard error")
top.legend(loc="upper right")
bottom.plot(1000 * frame_lag_ticks / MASTER_RATE_HZ, average_deg, color="black")
bottom.set(xlabel="time after lick (ms)", ylabel="whisker angle (°)")
if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
plt.show()
