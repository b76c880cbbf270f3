"""The language server with an editor that nobody here wrote: Neovim, without a window."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import whiskertoolbox_python as wt

NEOVIM = shutil.which("nvim")
CLIENT = Path(__file__).parent / "neovim.lua"
DAEMON = Path(__file__).resolve().parents[3] / "daemon"
START = f"import sys; sys.path.insert(0, {str(DAEMON)!r}); from whiskertoolbox_daemon import cli; sys.exit(cli.main())"
SCRIPT = """dm.getData("")
angle = dm.getData("angle")
dm.getData("angel")
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    session = tmp_path / ".whiskertoolbox" / "session"
    session.parent.mkdir()
    with wt.DataManager.open(session) as dm:
        dm.setData("angle", wt.AnalogTimeSeries([1.5, 2.5], 2), "time")
    (tmp_path / "analysis.py").write_text(SCRIPT, encoding="utf-8")
    (tmp_path / "loading.py").write_text('dm.setData("angle", wt.AnalogTimeSeries(), "time")\n', encoding="utf-8")
    return tmp_path


@pytest.mark.skipif(NEOVIM is None, reason="Neovim is not installed; on Debian: apt-get install neovim")
def test_neovim_completes_explains_goes_to_marks_and_renames(workspace: Path) -> None:
    assert NEOVIM is not None
    command = [sys.executable, "-c", START, "language-server"]
    answers = workspace / "answers.json"
    environment = {**os.environ, "LANGUAGE_SERVER": json.dumps(command), "ANSWERS": str(answers)}
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        environment[name] = str(workspace / ".nvim")
    done = subprocess.run(
        [NEOVIM, "--headless", "--clean", "-S", str(CLIENT)],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(answers.read_text(encoding="utf-8"))
    assert found["completion"] == ["angle"]
    assert "type: Analog" in found["hover"]
    assert found["definition"] == [[str(workspace / "loading.py"), 0]]
    assert [line for line, _ in found["diagnostics"]] == [2]
    assert "Did you mean 'angle'?" in found["diagnostics"][0][1]
    assert found["renamed"] == ['dm.getData("")', 'angle = dm.getData("renamed")', 'dm.getData("angel")']
    with wt.DataManager.open(workspace / ".whiskertoolbox" / "session", read_only=True) as dm:
        assert dm.getAllKeys() == ["media", "renamed"]


def test_a_folder_without_a_session_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, "language-server", "--workspace", str(tmp_path)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=120,
        check=False,
    )
    assert done.returncode == 2
    assert "there is no such session folder" in done.stderr
    assert not (tmp_path / ".whiskertoolbox").exists()
