"""The average around licks has the response that was put into every channel."""

import json
from pathlib import Path

import numpy as np

here = Path(__file__).parent
response = np.load(here / "ground_truth.npz")["lick_response_uv"]
gains = json.loads((here / "ground_truth.json").read_text())["lick_response"]["channel_gains"]
after_lick = dm.getTime("lick_lag").times >= 0

for channel, gain in enumerate(gains):
    average = dm.getData(f"lick_aligned_lfp_{channel}").values[after_lick][: response.size]
    assert np.corrcoef(average, gain * response)[0, 1] > 0.98
print("as in the ground truth")
