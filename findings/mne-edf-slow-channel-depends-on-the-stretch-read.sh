#!/usr/bin/env bash
# MNE: what an EDF channel of a lower rate shows at a moment depends on which stretch of the file is read.
#
# mne 1.13.2 on a file by pyedflib 0.1.42, NumPy 2.4.6, SciPy 1.17.1, CPython 3.11. Two channels, 100 and 10 Hz, for 10 s; the slow one
# is 0 µV for 5 s, then 100 µV. MNE gives both at 100 Hz, and resamples what is asked for through a Fourier transform, which
# takes the end of the stretch for what comes before its beginning.
#   get_data() of all:       sample 1 is -6.1 µV, the last 7.7 µV, the step rings by 14 µV.
#   get_data(495, 505):      differs from the same samples of the whole by up to 114 µV, more than the step is high.
#   include=["slow"]:        10 Hz, every value exact.
# No warning. Preloaded or not, an epoch, a chunk of a filter and a plot's window each see other values of a slow channel (skin
# conductance, temperature, position, a stimulus channel).
# So: read channels of one rate at a time (include=...), and resample yourself.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet mne==1.13.2 pyedflib==0.1.42 numpy==2.4.6 scipy==1.17.1
venv/bin/python -W error::RuntimeWarning - <<'PY'
import mne
import numpy as np
import pyedflib

slow = np.r_[np.zeros(50), np.full(50, 100.0)]
with pyedflib.EdfWriter("a.edf", 2) as writer:
    common = {"dimension": "uV", "physical_min": -3276.8, "physical_max": 3276.7, "digital_min": -32768, "digital_max": 32767}
    common |= {"transducer": "", "prefilter": ""}
    writer.setSignalHeaders(
        [{"label": "fast", "sample_frequency": 100, **common}, {"label": "slow", "sample_frequency": 10, **common}]
    )
    writer.writeSamples([np.zeros(1000), slow])

raw = mne.io.read_raw_edf("a.edf", verbose="error")
whole = raw.get_data()[1] * 1e6
part = raw.get_data(start=495, stop=505)[1] * 1e6
alone = mne.io.read_raw_edf("a.edf", include=["slow"], verbose="error")
print(f"rate {raw.info['sfreq']:g} Hz; samples 0, 1 and the last: {whole[0]:.1f}, {whole[1]:.1f}, {whole[-1]:.1f} µV")
print("495 to 505 of the whole:", whole[495:505].round(1).tolist())
print("495 to 505 alone:       ", part.round(1).tolist())
print(f"slow channel alone: {alone.info['sfreq']:g} Hz, error {np.abs(alone.get_data()[0] * 1e6 - slow).max():.2g} µV")
assert raw.info["sfreq"] == 100 and alone.info["sfreq"] == 10
assert -7 < whole[1] < -5 and 7 < whole[-1] < 9
assert np.abs(part - whole[495:505]).max() > 100
assert np.abs(alone.get_data()[0] * 1e6 - slow).max() < 0.06
PY
