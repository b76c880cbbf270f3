"""Entity groups of a made recording, from its ground truth: trials by outcome, traced lines by whisker.

A load config cannot hold groups, so this runs after loading:
whiskertoolbox run make_groups.py --session DIR -- RECORDING_DIR
"""

import json
import sys
from pathlib import Path

import numpy as np

recording = Path(sys.argv[1])
truth = json.loads((recording / "ground_truth.json").read_text(encoding="utf-8"))
groups = dm.getEntityGroupManager()


def make_group(name, description, entity_ids):
    """Make a group, in the place of one of the same name."""
    for old in groups.getAllGroupDescriptors():
        if old.name == name:
            groups.deleteGroup(old.id)
    groups.add_entities(groups.createGroup(name, description), entity_ids)


trials = dm.getData("trial_intervals")
outcomes = np.array([trial["outcome"] for trial in truth["trials"]])
for outcome in np.unique(outcomes):
    make_group(str(outcome), "trials with this outcome", trials.entity_ids[outcomes == outcome])

# Each frame has two lines, in an order that the tracer did not choose.
lines = dm.getData("whisker_lines")
with np.load(recording / "ground_truth.npz") as arrays:
    c1_is_first = np.repeat(arrays["c1_is_first_line"], 2)
is_c1 = c1_is_first == (np.arange(len(lines)) % 2 == 0)
make_group("C1", "lines of the upper whisker", lines.entity_ids[is_c1])
make_group("C2", "lines of the lower whisker", lines.entity_ids[~is_c1])
