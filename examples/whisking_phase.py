"""Phase, amplitude and frequency of whisking by the Hilbert transform.

Reads `whisker_angle` and `trial_intervals`; stores `whisking_phase` (radians; 0: fully forward), `whisking_amplitude`
(degrees) and `whisking_frequency` (hertz) on the clock of the angle. Needs SciPy and matplotlib.

Run it in VS Code, or with: whiskertoolbox run whisking_phase.py --session DIR -- FIGURE.png
"""

# %% Keep the band of whisking; the slow set-point and the noise go
import sys

import matplotlib.pyplot as plt
import numpy as np
from scipy import signal

MASTER_RATE_HZ = 30_000
WHISKING_BAND_HZ = (4.0, 20.0)

angle = dm.getData("whisker_angle")
clock = dm.getTimeKey("whisker_angle")
time_s = dm.getTime(clock).times[angle.times] / MASTER_RATE_HZ
frame_rate_hz = 1 / np.diff(time_s).mean()
sos = signal.butter(2, WHISKING_BAND_HZ, btype="bandpass", fs=frame_rate_hz, output="sos")
whisking_deg = signal.sosfiltfilt(sos, angle.values)

# %% The analytic signal turns once per whisk: its angle is the phase, its length the amplitude
analytic = np.asarray(signal.hilbert(whisking_deg))
phase_rad = np.angle(analytic)
amplitude_deg = np.abs(analytic)
frequency_hz = np.gradient(np.unwrap(phase_rad), time_s) / (2 * np.pi)

vigorous = amplitude_deg > 5
print(f"whisking in {vigorous.mean():.0%} of the time, at {np.median(frequency_hz[vigorous]):.1f} Hz")

# %% Store them on the clock of the angle
for name, values in [
    ("whisking_phase", phase_rad),
    ("whisking_amplitude", amplitude_deg),
    ("whisking_frequency", frequency_hz),
]:
    dm.setData(name, wt.AnalogTimeSeries(values, angle.times), clock)

# %% Look at the first trial, and at the amplitude around all trials
trial_starts_s = np.array([int(trial.start) for trial in dm.getData("trial_intervals").toList()]) / MASTER_RATE_HZ
figure, (top, middle, bottom) = plt.subplots(3, 1, figsize=(8, 7), layout="constrained")
shown = (time_s > trial_starts_s[0] - 0.5) & (time_s < trial_starts_s[0] + 1.5)
top.plot(time_s[shown], angle.values[shown], color="gray", label="angle")
top.plot(time_s[shown], whisking_deg[shown], color="black", label="4 to 20 Hz")
top.axvline(trial_starts_s[0], color="tab:red", linestyle="--", label="trial start")
top.set(ylabel="angle (°)")
top.legend(loc="upper right")
middle.plot(time_s[shown], phase_rad[shown], ".", markersize=2)
middle.set(ylabel="phase (rad)", xlabel="time (s)", ylim=(-np.pi, np.pi))

lags_s = np.arange(-1, 3, 0.01)
around_trials = np.interp(trial_starts_s[:, np.newaxis] + lags_s, time_s, amplitude_deg)
bottom.plot(lags_s, around_trials.T, color="lightgray", linewidth=0.7)
bottom.plot(lags_s, around_trials.mean(axis=0), color="black")
bottom.set(xlabel="time after trial start (s)", ylabel="amplitude (°)")
if len(sys.argv) > 1:
    figure.savefig(sys.argv[1])
plt.show()
