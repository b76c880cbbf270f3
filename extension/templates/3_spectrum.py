"""Spectrum of a signal, by Welch's method."""

# %% Choose
import matplotlib.pyplot as plt
import numpy as np

key = dm.getAnalogKeys()[0]
rate_hz = 1000.0  # samples in a second: set it to that of your signal
window = 1024  # samples

# %% Average the spectra of windows that overlap by half
values = np.asarray(dm.getData(key).values, dtype=np.float64)
window = min(window, len(values))
starts = np.arange(0, len(values) - window + 1, max(1, window // 2))
taper = np.hanning(window)
segments = values[starts[:, np.newaxis] + np.arange(window)]
segments = (segments - segments.mean(axis=1, keepdims=True)) * taper
power = (np.abs(np.fft.rfft(segments, axis=1)) ** 2).mean(axis=0) * 2 / (rate_hz * (taper**2).sum())
frequencies_hz = np.fft.rfftfreq(window, 1 / rate_hz)

# %% Look
plt.figure(figsize=(6, 4), layout="constrained")
plt.semilogy(frequencies_hz[1:], power[1:])
plt.xlabel("frequency (Hz)")
plt.ylabel(f"power of {key}")
plt.show()
