"""What a load config asks of Python is compared with the interpreter; nothing changes by asking."""

from __future__ import annotations

import json
import sys
import venv
from pathlib import Path
from typing import Any

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.data import ConfigReference, ConfigRequirements


async def requirements(workspace: Path, block: dict[str, Any]) -> ConfigRequirements:
    config = workspace / "recording.json"
    config.write_text(json.dumps({"data": [], "python": block}))
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        return await client.request(methods.DATA_REQUIREMENTS, ConfigReference(path=str(config)))


async def test_a_config_that_the_interpreter_satisfies_asks_for_nothing(workspace: Path) -> None:
    block = {"venv_path": sys.prefix, "required_imports": ["numpy.linalg", "os.path", "sys"]}
    assert await requirements(workspace, block) == ConfigRequirements()


async def test_missing_modules_are_named_once_and_not_imported(workspace: Path) -> None:
    (workspace / "tools").mkdir()
    (workspace / "tools" / "lab_tools.py").write_text("raise SystemExit('imported')")
    block = {
        "required_imports": ["whisker_magic.a", "whisker_magic.b", "lab_tools"],
        "prepend_sys_paths": ["tools"],
        "fail_on_missing_imports": False,
    }
    assert await requirements(workspace, block) == ConfigRequirements(
        missing=["whisker_magic"], modules_are_needed=False, paths=[str(workspace / "tools")]
    )


async def test_an_environment_that_is_not_there_is_a_problem(workspace: Path) -> None:
    found = await requirements(workspace, {"venv_path": "lab"})
    assert found == ConfigRequirements(problem=f"{workspace / 'lab'} does not exist.")


@pytest.mark.slow
async def test_an_environment_without_numpy_is_a_problem(workspace: Path) -> None:
    venv.create(workspace / "lab", symlinks=sys.platform != "win32")
    found = await requirements(workspace, {"venv_path": "lab"})
    assert found == ConfigRequirements(problem=f"{workspace / 'lab'}: NumPy is missing.")


@pytest.mark.slow
async def test_another_environment_is_named_by_its_executable_and_asked_for_the_modules(workspace: Path) -> None:
    venv.create(workspace / "lab", symlinks=sys.platform != "win32")
    packages = next((workspace / "lab").glob("[Ll]ib/**/site-packages"))
    (packages / "numpy").mkdir()
    (packages / "numpy-2.0.0.dist-info").mkdir()
    (packages / "lab_tools.py").write_text("")
    found = await requirements(workspace, {"venv_path": "lab", "required_imports": ["lab_tools", "pytest"]})
    assert Path(found.environment).parents[1] == workspace / "lab"
    assert found.missing == ["pytest"]


async def test_a_config_that_cannot_be_read_asks_for_nothing(workspace: Path) -> None:
    (workspace / "recording.json").write_text("{")
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        path = str(workspace / "recording.json")
        assert await client.request(methods.DATA_REQUIREMENTS, ConfigReference(path=path)) == ConfigRequirements()
