#!/usr/bin/env bash
# iblatlas: regions that it does not know, and all of the left hemisphere, are left out of the answer, and the rows behind move up.
#
# iblatlas 1.3.0, iblutil 1.20.0, NumPy 2.4.6, CPython 3.11. BrainRegions turns a column of regions (one row a channel or a cluster)
# into another column. The answer has only what was found, so it is shorter than the question:
#   acronym2id(["VISp1", "VISp2", "CA1", "CP"]):            593, 382, 672: CA1's id in the second row. (Layer 2 is "VISp2/3" here.)
#   id2acronym([385, 90000001, 672]):                        VISp, CP.
#   remap([-385, 672, 385, -672], "Allen", "Beryl"):         672, 385. Left regions have negative ids, which its own table
#     and its own "Allen-lr" mapping use; as "Allen", id2acronym knows them (VISp, CP, VISp, CP), remap leaves them out.
# No exception and no warning. Set beside its channels by position, every depth gets the region of another one.
# So: compare lengths after each call, take np.abs of ids first, and look up row by row what is not in .id or .acronym.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/pip install --quiet iblatlas==1.3.0 iblutil==1.20.0 ONE-api==3.6.1 numpy==2.4.6
cat > check.py <<'PY'
import warnings

import numpy as np
from iblatlas.regions import BrainRegions

regions = BrainRegions()
sided = np.array([-385, 672, 385, -672])
with warnings.catch_warnings():
    warnings.simplefilter("error")
    ids = regions.acronym2id(np.array(["VISp1", "VISp2", "CA1", "CP"])).tolist()
    acronyms = regions.id2acronym(np.array([385, 90000001, 672])).tolist()
    remapped = regions.remap(sided, "Allen", "Beryl").tolist()
    lateral = regions.remap(sided, "Allen-lr", "Beryl-lr").tolist()
    named = regions.id2acronym(sided).tolist()
print(f"acronym2id {ids}; id2acronym {acronyms}; remap {remapped}; remap of -lr {lateral}; id2acronym of the same {named}")
assert ids == [593, 382, 672]
assert acronyms == ["VISp", "CP"]
assert remapped == [672, 385]
assert lateral == sided.tolist()
assert named == ["VISp", "CP", "VISp", "CP"]
assert set(sided.tolist()) <= set(regions.id.tolist())
PY
venv/bin/python check.py
