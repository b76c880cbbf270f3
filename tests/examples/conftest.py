"""One made recording, loaded once through the command line, for all tests of this folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from make_recording import make_recording
from numpy.typing import NDArray

REPOSITORY = Path(__file__).parents[2]
EXAMPLES = REPOSITORY / "examples"


@dataclass(frozen=True)
class Recording:
    """A made recording and what is true of it."""

    config: Path
    truth: dict[str, Any]
    series: dict[str, NDArray[Any]]


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Recording:
    config = make_recording(tmp_path_factory.mktemp("recording"))
    truth = json.loads((config.parent / "ground_truth.json").read_text())
    with np.load(config.parent / "ground_truth.npz") as arrays:
        return Recording(config, truth, dict(arrays))


def whiskertoolbox(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Run the command line as a user without a screen does."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY / "daemon"), "MPLBACKEND": "agg"}
    command = [sys.executable, "-m", "whiskertoolbox_daemon.cli", *map(str, arguments)]
    return subprocess.run(command, env=environment, capture_output=True, text=True, encoding="utf-8", timeout=250)


@pytest.fixture(scope="session")
def loaded_session(recording: Recording, tmp_path_factory: pytest.TempPathFactory) -> Path:
    session = tmp_path_factory.mktemp("loaded") / "session"
    done = whiskertoolbox("load", recording.config, "--session", session)
    assert done.returncode == 0, done.stderr
    return session


@pytest.fixture
def run_example(loaded_session: Path, tmp_path: Path) -> Callable[..., Path]:
    """Run an example script in a copy of the loaded session; returns the session's folder."""

    def run(name: str, *arguments: object) -> Path:
        session = tmp_path / "session"
        shutil.copytree(loaded_session, session)
        done = whiskertoolbox("run", EXAMPLES / name, "--session", session, "--", *arguments)
        assert done.returncode == 0, done.stderr
        return session

    return run
