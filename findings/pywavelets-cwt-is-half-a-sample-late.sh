#!/usr/bin/env bash
# PyWavelets: the continuous wavelet transform is half a sample late, at every scale, so phases depend on the sampling rate.
#
# PyWavelets 1.9.0, NumPy 2.4.6, CPython 3.11. pywt.cwt of one impulse has its centre of gravity 0.50 samples behind the impulse, with
# mexh, morl, cmor1.5-1.0 and gaus1 and at scales from 2 to 64. The phase that a complex wavelet gives for a cosine at its
# crests, which should be 0, is thus minus half a sample of its cycle:
#   10 Hz at 1000 samples/s:   -1.8 degrees.
#   100 Hz:                    -18 degrees; sampled at 5000/s, -3.6 degrees.
# Frequencies and power are right. Nothing is said. Phases of ripples or whisking differ between rigs of another rate, and from those
# of a Hilbert transform, and phase differences between bands of one signal are off by what differs.
# So: add pi * frequency / rate to the phases, or interpolate half a sample; SciPy's hilbert and sosfiltfilt have no shift.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet PyWavelets==1.9.0 scipy==1.17.1 numpy==2.4.6
cat > check.py <<'PY'
import numpy as np
import pywt
from scipy import signal

impulse = np.zeros(1001)
impulse[500] = 1


def centre(wavelet, scale):
    power = abs(pywt.cwt(impulse, [scale], wavelet)[0][0]) ** 2
    return float((power * (np.arange(1001) - 500)).sum() / power.sum())


def phase(frequency, rate):
    """The phases, in degrees, of a cosine at a crest: of the wavelet transform and of the Hilbert transform."""
    wave = np.cos(2 * np.pi * frequency * np.arange(2 * rate) / rate)
    scale = pywt.central_frequency("cmor1.5-1.0") * rate / frequency
    transform = pywt.cwt(wave, [scale], "cmor1.5-1.0", sampling_period=1 / rate)[0][0]
    return tuple(float(np.degrees(np.angle(values[rate]))) for values in (transform, signal.hilbert(wave)))


centres = {(wavelet, scale): centre(wavelet, scale) for wavelet in ("mexh", "morl", "cmor1.5-1.0", "gaus1") for scale in (2, 8, 64)}
print("centres", {key: round(value, 3) for key, value in centres.items()})
assert all(0.48 < value < 0.52 for value in centres.values())
for frequency, rate in ((10, 1000), (100, 1000), (100, 5000)):
    found, hilbert = phase(frequency, rate)
    print(f"{frequency} Hz at {rate}/s: {found:.2f} degrees, Hilbert {hilbert:.2f}")
    assert abs(found + 180 * frequency / rate) < 0.5 and abs(hilbert) < 0.1
PY
venv/bin/python check.py
