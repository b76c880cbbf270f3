"""The list of Pythons: known ones at once, the others as they are found, and a slow one delays nobody."""

from __future__ import annotations

import asyncio
import os
import sys
import venv
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_daemon.environments.finders import Machine
from whiskertoolbox_daemon.environments.probe import MARK, Probes
from whiskertoolbox_daemon.environments.search import EnvironmentSearch
from whiskertoolbox_daemon.pythons import environment_name
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.environments import Environment, Environments, FindEnvironments, PythonReference

if sys.platform == "win32":
    pytest.skip("the stand-ins for a Python are shell scripts", allow_module_level=True)


class Told:
    """What a search has told, and a way to wait for it."""

    def __init__(self) -> None:
        self.last = Environments(environments=[], searching=True)
        self._news = asyncio.Condition()
        self._noting: set[asyncio.Task[None]] = set()

    def __call__(self, found: Environments) -> None:
        self.last = found
        self._noting.add(asyncio.get_running_loop().create_task(self._note()))

    async def _note(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def until_listed(self, name: str) -> Environment:
        """Wait until it is listed, whether its Python has answered or not."""
        await self._until(lambda: name in [one.name for one in self.last.environments])
        return self[name]

    async def until_answered(self, name: str) -> Environment:
        await self._until(lambda: name in [one.name for one in self.last.environments if one.state != "found"])
        return self[name]

    async def until_ended(self) -> list[Environment]:
        await self._until(lambda: not self.last.searching)
        return self.last.environments

    def __getitem__(self, name: str) -> Environment:
        return next(one for one in self.last.environments if one.name == name)

    async def _until(self, condition: Callable[[], bool]) -> None:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(condition), 60)


def stand_in(prefix: Path, before: str = "") -> Path:
    """An environment whose Python is a script that answers as one."""
    python = prefix / "bin" / "python"
    python.parent.mkdir(parents=True)
    (prefix / "pyvenv.cfg").write_text("")
    said = f'{{"version": "3.12.1", "prefix": "{prefix}", "packages": "{prefix}", "numpy": "2.0"}}'
    python.write_text(f"#!/bin/sh\n{before}\necho '{MARK}{said}'\n")
    python.chmod(0o755)
    return python


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    (tmp_path / "home").mkdir()
    return Machine(home=tmp_path / "home", variables={}, platform="linux", root=tmp_path / "root")


async def test_a_python_that_hangs_delays_no_other(tmp_path: Path, machine: Machine) -> None:
    stand_in(tmp_path / "a-hangs", before=f"while [ ! -e {tmp_path}/enough ]; do sleep 0.05; done")
    stand_in(tmp_path / "b-answers")
    told = Told()
    search = EnvironmentSearch(tmp_path, told, machine=machine, probes=Probes())
    assert search.find(refresh=False, current="").searching
    assert (await told.until_answered("b-answers")).state == "usable"
    assert (await told.until_listed("a-hangs")).state == "found"
    (tmp_path / "enough").touch()
    assert (await told.until_answered("a-hangs")).state == "usable"
    await search.close()


async def test_an_environment_is_listed_by_its_files_before_its_python_has_answered(
    tmp_path: Path, machine: Machine
) -> None:
    python = stand_in(tmp_path / "mouse", before=f"while [ ! -e {tmp_path}/enough ]; do sleep 0.05; done")
    (tmp_path / "mouse" / "pyvenv.cfg").write_text("home = /usr/bin\nversion = 3.12.1\n")
    told = Told()
    search = EnvironmentSearch(tmp_path, told, machine=machine, probes=Probes())
    search.find(refresh=False, current="")
    listed = await told.until_listed("mouse")
    assert listed == Environment(path=str(python), version="3.12.1", name="mouse", kind="workspace", state="found")
    (tmp_path / "enough").touch()
    assert (await told.until_answered("mouse")).numpy == "2.0"
    await search.close()


async def test_one_whose_answer_is_remembered_is_not_asked_again(tmp_path: Path, machine: Machine) -> None:
    python = stand_in(tmp_path / "mouse", before=f"echo asked >> {tmp_path}/log")
    probes = Probes()
    for _ in range(2):
        told = Told()
        EnvironmentSearch(tmp_path, told, machine=machine, probes=probes).find(refresh=False, current=str(python))
        await told.until_ended()
        assert (told["mouse"].numpy, told["mouse"].state) == ("2.0", "usable")
    assert (tmp_path / "log").read_text() == "asked\n"


async def test_what_an_environment_has_said_stands_while_it_is_searched_for_again(
    tmp_path: Path, machine: Machine
) -> None:
    python = stand_in(tmp_path / "mouse")
    told = Told()
    search = EnvironmentSearch(tmp_path, told, machine=machine, probes=Probes())
    search.find(refresh=False, current="")
    await told.until_ended()
    python.write_text(f"#!/bin/sh\nwhile [ ! -e {tmp_path}/enough ]; do sleep 0.05; done\nexit 3\n")
    (tmp_path / "rat").mkdir()
    (tmp_path / "rat" / "pyvenv.cfg").write_text("")
    stand_in(tmp_path / "rat" / "inner")
    search.find(refresh=True, current="")
    await told.until_listed("inner")
    assert told["mouse"].state == "usable"
    (tmp_path / "enough").touch()
    await told.until_ended()
    assert told["mouse"].problem == "It crashed (exit code 3)."


async def test_the_first_that_is_found_is_told_at_once_and_the_others_later(
    tmp_path: Path, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("whiskertoolbox_daemon.environments.search.TELL_EVERY_S", 600)
    stand_in(tmp_path / "a-comes-first")
    stand_in(tmp_path / "b-comes-later")
    told = Told()
    search = EnvironmentSearch(tmp_path, told, machine=machine, probes=Probes())
    search.find(refresh=False, current="")
    await told.until_listed("a-comes-first")
    assert told.last.searching
    await search.finished()
    assert [(one.name, one.state) for one in told.last.environments] == [("a-comes-first", "found")]
    await search.close()


async def test_what_is_known_is_answered_at_once(tmp_path: Path, machine: Machine) -> None:
    stand_in(tmp_path / "mouse")
    told = Told()
    search = EnvironmentSearch(tmp_path, told, machine=machine, probes=Probes())
    search.find(refresh=False, current="")
    ended = await told.until_ended()
    again = search.find(refresh=False, current="")
    assert (again.environments, again.searching) == (ended, False)


async def test_an_environment_is_listed_once_however_many_finders_see_it(tmp_path: Path, machine: Machine) -> None:
    workspace = tmp_path / "workspace"
    venv.create(workspace / ".venv", symlinks=True)
    (machine.home / ".virtualenvs").mkdir()
    (machine.home / ".virtualenvs" / "same").symlink_to(workspace / ".venv")
    python = str(workspace / ".venv" / "bin" / "python")
    told = Told()
    EnvironmentSearch(workspace, told, machine=machine, probes=Probes()).find(refresh=False, current=python)
    found = await told.until_ended()
    ours = [one for one in found if os.path.realpath(Path(one.path).parents[1]) == str(workspace / ".venv")]
    assert [(one.path, one.kind, one.name) for one in ours] == [(python, "workspace", "workspace/.venv")]


async def test_a_broken_environment_stands_in_the_list_with_its_reason(tmp_path: Path, machine: Machine) -> None:
    (tmp_path / "old" / "bin").mkdir(parents=True)
    (tmp_path / "old" / "pyvenv.cfg").write_text("")
    (tmp_path / "old" / "bin" / "python").symlink_to("/no/such/python")
    told = Told()
    EnvironmentSearch(tmp_path, told, machine=machine, probes=Probes()).find(refresh=False, current="")
    broken = await told.until_answered("old")
    assert (broken.state, broken.problem) == ("broken", "The Python that it was made from is gone.")


async def test_the_way_to_the_store_that_windows_has_for_a_python_is_not_listed(tmp_path: Path) -> None:
    (tmp_path / "WindowsApps").mkdir()
    program = tmp_path / "WindowsApps" / "python"
    program.write_text("#!/bin/sh\necho 'Python was not found; install it from the store'\nexit 49\n")
    program.chmod(0o755)
    machine = Machine(home=tmp_path / "home", variables={"PATH": str(program.parent)}, root=tmp_path)
    told = Told()
    EnvironmentSearch(tmp_path, told, machine=machine, probes=Probes()).find(refresh=False, current="")
    assert await told.until_ended() == []


async def test_environments_whose_pythons_lead_to_the_same_place_are_listed_each(
    tmp_path: Path, machine: Machine
) -> None:
    for name in ("mouse", "rat"):
        (tmp_path / name / "bin").mkdir(parents=True)
        (tmp_path / name / "pyvenv.cfg").write_text("")
        (tmp_path / name / "bin" / "python").symlink_to("/no/such/python")
    told = Told()
    EnvironmentSearch(tmp_path, told, machine=machine, probes=Probes()).find(refresh=False, current="")
    broken = [one.name for one in await told.until_ended() if one.state == "broken"]
    assert broken == ["mouse", "rat"]


async def test_a_folder_that_others_know_of_is_searched_too(tmp_path: Path, machine: Machine) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    stand_in(tmp_path / "lab" / "imaging")
    told = Told()
    search = EnvironmentSearch(workspace, told, machine=machine, probes=Probes())
    search.find(refresh=False, current="")
    assert "imaging" not in [one.name for one in await told.until_ended()]
    search.find(refresh=False, current="", more=[str(tmp_path / "lab")])
    await told.until_answered("imaging")


@pytest.mark.parametrize(
    ("folder", "marker", "name"),
    [("mouse", "pyvenv.cfg", "mouse"), ("mouse/.venv", "pyvenv.cfg", "mouse/.venv"), ("mouse", "conda-meta", "mouse")],
)
def test_an_environment_is_called_by_its_folder(tmp_path: Path, folder: str, marker: str, name: str) -> None:
    prefix = tmp_path / folder
    prefix.mkdir(parents=True)
    (prefix / marker).mkdir() if marker == "conda-meta" else (prefix / marker).write_text("")
    assert environment_name(prefix) == name


def test_a_python_that_is_no_environment_has_no_name(tmp_path: Path) -> None:
    assert environment_name(tmp_path) == ""


async def test_the_daemon_lists_its_own_python(workspace: Path) -> None:
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.request(methods.ENVIRONMENTS_FIND, FindEnvironments())
        await client.until(lambda: any(not one.searching for one in client.received(methods.ENVIRONMENTS_FOUND)))
        found = client.received(methods.ENVIRONMENTS_FOUND)[-1]
        prefixes = [os.path.realpath(Path(one.path).parents[1]) for one in found.environments if one.state == "usable"]
        assert os.path.realpath(sys.prefix) in prefixes
        assert len(set(prefixes)) == len(prefixes)


async def test_a_path_that_is_no_python_is_told_before_anything_is_stopped(workspace: Path) -> None:
    (workspace / "notes.txt").write_text("no program")
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        found = await client.request(methods.ENVIRONMENTS_CHECK, PythonReference(python=str(workspace / "notes.txt")))
        assert (found.state, found.problem != "") == ("broken", True)
