"""The process that a load runs in."""

import json
import sys
from pathlib import Path

import pytest

from whiskertoolbox_daemon.data.loading import load
from whiskertoolbox_protocol.data import LoadData
from whiskertoolbox_python import DataManager


async def test_a_load_lets_its_process_end_by_itself(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "licks.csv").write_text("10\n20\n", encoding="utf-8")
    entry = {"data_type": "digital_event", "format": "csv", "name": "licks", "filepath": "licks.csv"}
    (tmp_path / "config.json").write_text(json.dumps([entry]), encoding="utf-8")
    session = tmp_path / "session"
    DataManager.open(session).close()
    result = await load(
        LoadData(path=str(tmp_path / "config.json"), load_id="1"),
        session_path=session,
        python=sys.executable,
        on_progress=lambda _progress: None,
    )
    assert result.made == ["licks"]
    assert "Unknown child process" not in caplog.text
