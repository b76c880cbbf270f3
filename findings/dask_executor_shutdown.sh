#!/usr/bin/env bash
# Dask's executor says it is a concurrent.futures.Executor, but its shutdown() does not take cancel_futures.
#
# distributed 2026.8.0, CPython 3.10 to 3.13. The standard library's Executor.shutdown(wait=True, *, cancel_futures=False)
# has had that argument since 3.9; ClientExecutor.shutdown raises TypeError for it, so code that is handed "any Executor"
# and cancels what waits fails at the very end, after all work is done (and its `with` block cannot be used to cancel).
# What we do: cancel the futures ourselves and call shutdown(wait=...) only.
#
# Exit code 0 while it behaves so, 1 when it no longer does.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
python3 -m venv venv
venv/bin/python -m pip install --quiet --disable-pip-version-check "distributed==2026.8.0"
cat > check.py <<'PY'
import inspect
from concurrent.futures import Executor, ThreadPoolExecutor

import distributed
from distributed import Client

print("distributed", distributed.__version__)
print("Executor.shutdown      ", inspect.signature(Executor.shutdown))
if __name__ == "__main__":
    ThreadPoolExecutor(1).shutdown(wait=False, cancel_futures=True)
    print("ThreadPoolExecutor.shutdown(wait=False, cancel_futures=True): done")
    with Client(processes=False, n_workers=1, threads_per_worker=1, dashboard_address=None) as client:
        executor = client.get_executor(pure=False)
        print("is an Executor:", isinstance(executor, Executor))
        print("1 + 1 =", executor.submit(sum, [1, 1]).result())
        try:
            executor.shutdown(wait=False, cancel_futures=True)
        except TypeError as error:
            print("TypeError:", error)
            raise SystemExit(0)
    raise SystemExit("it takes cancel_futures now")
PY
venv/bin/python check.py
