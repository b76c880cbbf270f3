"""Deleting an environment takes its folder and nothing else, and never what is in use."""

from __future__ import annotations

import shutil
import sys
import sysconfig
import venv
from pathlib import Path

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_daemon.environments.deleting import delete_environment
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.environments import PythonReference
from whiskertoolbox_protocol.execution import RunCode
from whiskertoolbox_protocol.status import Empty, SelectInterpreter


def python_in(folder: Path) -> str:
    return str(folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python"))


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    venv.create(tmp_path / "env", symlinks=sys.platform != "win32")
    return tmp_path / "env"


async def test_an_environment_is_deleted_with_all_that_is_in_it(environment: Path, workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.request(methods.ENVIRONMENTS_DELETE, PythonReference(python=python_in(environment)))
    assert not environment.exists()


async def test_the_environment_that_runs_user_code_is_kept(environment: Path) -> None:
    python = python_in(environment)
    with pytest.raises(RequestError, match="is in use"):
        await delete_environment(python, in_use=[python])
    assert Path(python).exists()


async def test_the_environment_of_the_daemon_is_kept() -> None:
    with pytest.raises(RequestError, match=r"is in use|is not an environment"):
        await delete_environment(sys.executable, in_use=[])
    assert Path(sys.executable).exists()


async def test_a_project_whose_folder_is_its_environment_is_kept(environment: Path) -> None:
    (environment / "analysis.py").write_text("mine")
    with pytest.raises(RequestError, match=r"it also holds analysis\.py"):
        await delete_environment(python_in(environment), in_use=[])
    assert (environment / "analysis.py").read_text() == "mine"
    assert Path(python_in(environment)).exists()


async def test_an_installation_of_python_is_kept(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").write_text("")
    with pytest.raises(RequestError, match="is not an environment"):
        await delete_environment(str(tmp_path / "bin" / "python"), in_use=[])
    assert (tmp_path / "bin" / "python").exists()


async def test_an_installation_of_conda_is_kept(tmp_path: Path) -> None:
    for folder in ("bin", "conda-meta", "envs"):
        (tmp_path / folder).mkdir()
    with pytest.raises(RequestError, match="is an installation of conda"):
        await delete_environment(str(tmp_path / "bin" / "python"), in_use=[])
    assert (tmp_path / "conda-meta").is_dir()


@pytest.mark.skipif(sys.platform == "win32", reason="links to folders need rights there")
async def test_what_a_link_leads_to_is_kept(environment: Path, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(environment)
    with pytest.raises(RequestError, match="it is a link"):
        await delete_environment(python_in(tmp_path / "link"), in_use=[])
    assert Path(python_in(environment)).exists()


async def test_the_daemon_goes_on_when_the_environment_that_it_was_started_from_is_gone(
    environment: Path, workspace: Path
) -> None:
    packages = Path(sysconfig.get_path("purelib", vars={"base": str(environment)}))
    (packages / "ours.pth").write_text(sysconfig.get_path("purelib"))  # in place of what comes with the extension
    async with DaemonClient.start(
        session=workspace / "session", workspace=workspace, python=python_in(environment)
    ) as client:
        await client.until_state("idle")
        shutil.rmtree(environment)
        ran = await client.request(methods.RUN_CODE, RunCode(run_id="1", code="print('still here')"))
        assert (ran.status, client.text_of("1")) == ("ok", "still here\n")
        await client.request(methods.INTERPRETER_SELECT, SelectInterpreter(path=sys.executable))
        await client.request(methods.INTERPRETER_RESTART, Empty())
        await client.until_state("idle")
        listed = await client.request(methods.PACKAGES_LIST, PythonReference(python=sys.executable))
        assert "numpy" in [package.name for package in listed.packages]
        found = await client.request(methods.ENVIRONMENTS_CHECK, PythonReference(python=python_in(environment)))
        assert found.state == "broken"
