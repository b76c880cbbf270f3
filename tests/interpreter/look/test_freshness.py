"""An interpreter that stands ready says whether a new one would be the same."""

from __future__ import annotations

import os
from pathlib import Path

from tests.support.interpreter_client import InterpreterClient, started
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.interpreter import Freshness
from whiskertoolbox_protocol.status import Empty


def is_fresh(interpreter: InterpreterClient) -> bool:
    answer: Freshness = interpreter.ask(methods.INTERPRETER_IS_FRESH, Empty())
    return answer.is_fresh


def test_a_new_one_would_be_the_same_until_packages_change(tmp_path: Path) -> None:
    packages = tmp_path / "site-packages"
    packages.mkdir()
    with started(tmp_path) as interpreter:
        assert is_fresh(interpreter)
        interpreter.run(f"import sys; sys.path.append({str(packages)!r})")
        (packages / "new").mkdir()
        assert not is_fresh(interpreter)


def test_a_module_that_is_gone_would_not_be_there(tmp_path: Path) -> None:
    module = tmp_path / "soon_gone.py"
    module.write_text("")
    os.utime(module, (0, 0))
    with started(tmp_path) as interpreter:
        interpreter.run("import soon_gone")
        module.unlink()
        assert not is_fresh(interpreter)


def test_a_session_that_lies_where_another_was_is_not_the_one_that_is_open(tmp_path: Path) -> None:
    with started(tmp_path) as interpreter:
        session = Path(interpreter.run("print(dm.path, end='')").text())
        session.rename(tmp_path / "before")
        session.mkdir()
        assert not is_fresh(interpreter)


def test_a_working_folder_that_lies_where_another_was_is_not_the_one_that_it_works_in(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    with started(workspace) as interpreter:
        workspace.rename(tmp_path / "before")
        workspace.mkdir()
        assert not is_fresh(interpreter)
