#!/usr/bin/env bash
# The same data has the opposite PCA scores in scikit-learn before and from 1.5 on.
#
# scikit-learn 1.4.2 and 1.9.1 (NumPy 1.26.4 and newer), CPython 3.11, svd_solver "full": components and scores of 200 × 5
# invented numbers are equal to rounding, but with the other sign in both components. Until 1.4 the sign was chosen by
# the largest score, from 1.5 on by the largest loading, so it depends on the data which components turn round.
# No warning says so, and random_state does not matter.
# So: scores saved with one version and projected or compared with another can be mirrored; a tool that promises the same
# numbers must choose the sign itself.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv old
old/bin/pip install --quiet scikit-learn==1.4.2 numpy==1.26.4
python3 -m venv new
new/bin/pip install --quiet scikit-learn==1.9.1
cat > fit.py <<'PY'
import sys

import numpy as np
from sklearn.decomposition import PCA

numbers = np.random.default_rng(0)
data = numbers.normal(size=(200, 5)) @ numbers.normal(size=(5, 5))
np.save(sys.argv[1], PCA(2, svd_solver="full").fit_transform(data))
PY
old/bin/python fit.py old.npy
new/bin/python fit.py new.npy
new/bin/python - <<'PY'
import numpy as np

old, new = np.load("old.npy"), np.load("new.npy")
print("first scores with 1.4.2:", old[0], "with 1.9.1:", new[0])
np.testing.assert_allclose(np.abs(old), np.abs(new), rtol=1e-9)
assert (np.sign(old[0]) == -np.sign(new[0])).all(), "the signs agree now"
PY
