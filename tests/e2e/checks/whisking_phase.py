"""Phase and frequency are those of the made movement, where it is large enough to have any."""

from pathlib import Path

import numpy as np

truth = np.load(Path(__file__).with_name("ground_truth.npz"))
vigorous = truth["whisking_amplitude_deg"] > 8
phase_error_rad = np.angle(np.exp(1j * (dm.getData("whisking_phase").values - truth["whisking_phase_rad"])))
frequency_error_hz = dm.getData("whisking_frequency").values - truth["whisking_frequency_hz"]

assert np.median(np.abs(phase_error_rad[vigorous])) < 0.05
assert np.median(np.abs(frequency_error_hz[vigorous])) < 0.3
print("as in the ground truth")
