"""Low-pass filter the whisker angle without shifting it in time.

Reads `whisker_angle`, stores `whisker_angle_filtered` on the same clock. Needs SciPy.

Run it in VS Code (Run File, or cell by cell), or with: whiskertoolbox run filter_whisker_angle.py --session DIR
"""

# %% Read the angle, and the camera's real frame rate from its ticks on the 30 kHz master clock
import numpy as np
from scipy import signal

MASTER_RATE_HZ = 30_000

angle = dm.getData("whisker_angle")
clock = dm.getTimeKey("whisker_angle")
frame_interval_s = np.diff(dm.getTime(clock).times).mean() / MASTER_RATE_HZ
frame_rate_hz = 1 / frame_interval_s
print(f"{len(angle)} angles at {frame_rate_hz:.2f} Hz, {angle.values.min():.1f} to {angle.values.max():.1f} degrees")

# %% Filter forwards and backwards: whisking is slower than 15 Hz, so what is above 30 Hz is measurement noise
CUTOFF_HZ = 30.0

sos = signal.butter(4, CUTOFF_HZ, btype="lowpass", fs=frame_rate_hz, output="sos")
filtered_deg = signal.sosfiltfilt(sos, angle.values)
removed_deg = np.std(angle.values - filtered_deg)
print(f"removed noise of {removed_deg:.2f} degrees (standard deviation)")

# %% Store the result beside the original
dm.setData("whisker_angle_filtered", wt.AnalogTimeSeries(filtered_deg, angle.times), clock)
