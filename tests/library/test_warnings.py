"""Warnings quote files, keys and names, and are written to terminals."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.support.strangers import edit
from whiskertoolbox_python import AnalogTimeSeries, DataManager


@pytest.mark.skipif(sys.platform == "win32", reason="Windows allows no such names")
def test_a_name_that_is_a_command_to_the_terminal_is_shown_as_text(tmp_path: Path) -> None:
    session = tmp_path / "\x1b]0;title\x07\u202egpj.exe"
    DataManager.open(session).close()
    edit(session, "UPDATE entries SET section = 'soup' WHERE section = 'object'")
    with pytest.warns(UserWarning, match="it is left out") as caught:
        DataManager.open(session).close()
    shown = str(caught[0].message)
    assert "\\x1b]0;title\\x07\\u202egpj.exe" in shown
    assert shown.isprintable()


def test_a_warning_is_bounded() -> None:
    with pytest.warns(UserWarning, match="setData") as caught:
        DataManager().setData("x" * 1_000_000, AnalogTimeSeries(), "nowhere")
    assert len(str(caught[0].message)) < 20_000
