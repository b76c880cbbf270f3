"""What type checkers are told of a session: the stubs' text, where they are written, and when."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient
from whiskertoolbox_daemon.language.checkers import remove_checkers, tools_in_use, write_checkers
from whiskertoolbox_daemon.language.stubs import MOST_NAMES, StubNames, remove_stubs, session_stub, write_stubs
from whiskertoolbox_daemon.language.workspace import unmade_names

NAMES = StubNames({"angle": "AnalogTimeSeries"}, ["time"])


async def until_gone(folder: Path) -> None:
    async def look() -> None:
        while folder.exists():
            await asyncio.sleep(0.02)

    await asyncio.wait_for(look(), WAIT_LIMIT_S)


async def until_written(file: Path, part: str) -> None:
    async def look() -> None:
        while not (file.exists() and part in file.read_text(encoding="utf-8")):
            await asyncio.sleep(0.02)

    await asyncio.wait_for(look(), WAIT_LIMIT_S)


def files_of(folder: Path) -> list[str]:
    """Return what lies directly in a folder, without what git keeps."""
    return sorted(path.name for path in folder.iterdir() if path.name != ".git")


def seen_by_git(folder: Path) -> str:
    done = subprocess.run(["git", "-C", str(folder), "status", "--porcelain"], capture_output=True, check=True)
    return done.stdout.decode()


def test_of_very_many_keys_some_are_left_to_the_checker() -> None:
    text = session_stub(StubNames({f"key_{n}": "LineData" for n in range(MOST_NAMES + 1)}, ["time"]))
    assert text.count("'key_") == MOST_NAMES
    assert "LiteralString) -> None" not in text


def test_before_there_is_data_every_key_may_come() -> None:
    assert "LiteralString) -> None" not in session_stub(StubNames({}, ["time"]))
    assert "LiteralString) -> None" in session_stub(NAMES)


def test_what_a_script_or_a_config_makes_may_be_there(tmp_path: Path) -> None:
    (tmp_path / "making.py").write_text(
        'dm.setData("made", x, "time")\n'
        'for side in ("left", "right"):\n    dm.setData(f"{side}_angle", x, "time")\n'
        'for name in ("left_angle", "other"):\n    dm.getData(name)\n',
        encoding="utf-8",
    )
    (tmp_path / "loading.py").write_text('dm.load("x.json")\ndm.getData("loaded")\nprint("other")\n', encoding="utf-8")
    (tmp_path / "using.py").write_text('dm.getData("misspelt")\n', encoding="utf-8")
    (tmp_path / "recording.json").write_text('[{"data_type": "analog", "name": "in_config"}]', encoding="utf-8")
    assert unmade_names(tmp_path, {"key": {"angle"}})["key"] == {"made", "left_angle", "loaded", "in_config"}
    assert unmade_names(tmp_path, {"key": {"made", "in_config"}})["key"] == {"left_angle", "loaded"}


def test_git_sees_none_of_it(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    folder = tmp_path / "recording"
    folder.mkdir()
    assert write_stubs(folder, NAMES)
    write_checkers(folder, ["ruff", "mypy", "pylint", "pyrefly"])
    assert files_of(folder) == [".mypy.ini", ".pylintrc.toml", ".ruff.toml", "pyrefly.toml", "typings"]
    assert seen_by_git(tmp_path) == ""


def test_a_further_work_tree_of_a_clone_is_kept_clean_too(tmp_path: Path) -> None:
    main, other = tmp_path / "main", tmp_path / "other"
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q", str(main)], check=True)
    subprocess.run([*git, "-C", str(main), "commit", "-q", "--allow-empty", "-m", "begin"], check=True)
    subprocess.run([*git, "-C", str(main), "worktree", "add", "-q", str(other)], check=True)
    write_checkers(other, ["ruff"])
    assert seen_by_git(other) == ""


def test_what_is_written_is_removed_and_nothing_else(tmp_path: Path) -> None:
    assert write_stubs(tmp_path, NAMES)
    write_checkers(tmp_path, ["ruff", "mypy", "pylint", "pyrefly"])
    remove_checkers(tmp_path)
    remove_stubs(tmp_path)
    assert files_of(tmp_path) == []
    (tmp_path / "typings").mkdir()
    (tmp_path / "typings" / "other.pyi").touch()
    assert write_stubs(tmp_path, NAMES)
    remove_stubs(tmp_path)
    assert files_of(tmp_path / "typings") == ["other.pyi"]


@pytest.mark.parametrize("own", ["typings/__builtins__.pyi", "typings/whiskertoolbox_session.pyi"])
def test_a_stub_of_the_users_is_left_alone(tmp_path: Path, own: str) -> None:
    (tmp_path / "typings").mkdir()
    (tmp_path / own).write_text("x: int\n", encoding="utf-8")
    assert not write_stubs(tmp_path, NAMES)
    remove_stubs(tmp_path)
    assert (tmp_path / own).read_text(encoding="utf-8") == "x: int\n"


def test_stubs_of_the_library_that_are_the_users_are_left_alone(tmp_path: Path) -> None:
    own = tmp_path / "typings" / "whiskertoolbox_python"
    own.mkdir(parents=True)
    assert not write_stubs(tmp_path, NAMES)
    remove_stubs(tmp_path)
    assert files_of(own) == []


@pytest.mark.parametrize(
    ("tool", "file", "text"),
    [
        ("mypy", "mypy.ini", "[mypy]\nstrict = true\n"),
        ("mypy", "pyproject.toml", "[tool.mypy]\nstrict = true\n"),
        ("pylint", "setup.cfg", "[pylint.main]\njobs = 2\n"),
        ("pyrefly", "pyproject.toml", "[tool.pyrefly]\n"),
        ("ruff", ".ruff.toml", "line-length = 100\n"),
    ],
)
def test_where_the_user_has_set_a_tool_nothing_takes_its_place(tmp_path: Path, tool: str, file: str, text: str) -> None:
    assert write_stubs(tmp_path, NAMES)
    write_checkers(tmp_path, [tool])
    assert len(files_of(tmp_path)) == 2
    if file == ".ruff.toml":
        (tmp_path / file).unlink()
    (tmp_path / file).write_text(text, encoding="utf-8")  # the user sets it later
    write_checkers(tmp_path, [tool])
    assert [name for name in files_of(tmp_path) if name != "typings"] == [file]
    assert (tmp_path / file).read_text(encoding="utf-8") == text


def test_ruff_keeps_what_the_user_has_set(tmp_path: Path) -> None:
    folder = tmp_path / "analysis"
    folder.mkdir()
    (tmp_path / "pyproject.toml").write_text('[tool.ruff]\nbuiltins = ["own"]\nlint.select = ["E711", "F"]\n')
    (folder / "script.py").write_text("if own == None:\n    print(dm, wt)\n", encoding="utf-8")
    write_checkers(folder, ["ruff"])
    done = subprocess.run(
        [sys.executable, "-m", "ruff", "check", "--no-cache", "--output-format", "concise", "script.py"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert [line.split(" ")[1] for line in done.stdout.splitlines() if line.startswith("script.py")] == ["E711"]


def test_a_tool_that_is_not_in_use_is_not_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "bin"
    programs.mkdir()
    monkeypatch.setenv("PATH", str(tmp_path))
    assert tools_in_use(str(programs / "python")) == set()
    assert tools_in_use(str(programs / "python"), ["ruff"]) == {"ruff"}
    found = programs / ("mypy.exe" if sys.platform == "win32" else "mypy")
    found.touch(mode=0o755)
    assert tools_in_use(str(programs / "python")) == {"mypy"}


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("linked", ["typings", "typings/__builtins__.pyi", "typings/whiskertoolbox_python"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_in_its_place_is_not_followed(tmp_path: Path, linked: str, exists: bool) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    (workspace / linked).parent.mkdir(parents=True)
    is_file = linked.endswith(".pyi")
    if exists:
        (outside.touch if is_file else outside.mkdir)()
    (workspace / linked).symlink_to(outside)
    assert not write_stubs(workspace, NAMES)
    remove_stubs(workspace)
    assert outside.exists() == exists
    assert not exists or (outside.read_text() == "" if is_file else not any(outside.iterdir()))


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_link_in_the_place_of_a_tools_file_is_not_followed(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / ".ruff.toml").symlink_to(outside)
    write_checkers(workspace, ["ruff"])
    remove_checkers(workspace)
    assert not outside.exists()
    assert (workspace / ".ruff.toml").is_symlink()


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("linked", [".git", ".git/info", ".git/info/exclude"])
def test_a_link_among_what_git_passes_over_is_not_followed(tmp_path: Path, linked: str) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    for clone in (workspace, outside):
        (clone / ".git" / "info").mkdir(parents=True)
        (clone / ".git" / "HEAD").write_text("ref: refs/heads/main\n", encoding="utf-8")
        (clone / ".git" / "info" / "exclude").write_text("own\n", encoding="utf-8")
    link = workspace / linked
    link.unlink() if link.is_file() else shutil.rmtree(link)
    link.symlink_to(outside / linked)
    write_checkers(workspace, ["ruff"])
    assert (workspace / ".ruff.toml").is_file()
    assert (outside / ".git" / "info" / "exclude").read_text(encoding="utf-8") == "own\n"


def test_a_folder_that_a_workspace_calls_its_clone_and_that_is_none_is_left_alone(tmp_path: Path) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    workspace.mkdir()
    outside.mkdir()
    (workspace / ".git").write_text(f"gitdir: {outside}\n", encoding="utf-8")
    write_checkers(workspace, ["ruff"])
    assert (workspace / ".ruff.toml").is_file()
    assert list(outside.iterdir()) == []


@pytest.mark.asyncio
async def test_they_follow_the_keys_and_the_setting(workspace: Path) -> None:
    stub = workspace / "typings" / "whiskertoolbox_session.pyi"

    def told(wanted: bool) -> dict[str, object]:
        return {"settings": {"whiskertoolbox": {"language": {"typeStubs": wanted}}}}

    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.until_state("idle")
        client.rpc.protocol.notify("workspace/didChangeConfiguration", told(True))
        assert (await client.run('dm.setData("angle", wt.AnalogTimeSeries([1], 1), "time")')).status == "ok"
        await until_written(stub, "bound=Literal['angle'])")
        assert (await client.run('dm.setData("later", wt.LineData(), "time")')).status == "ok"
        await until_written(stub, "bound=Literal['later'])")
        client.rpc.protocol.notify("workspace/didChangeConfiguration", told(False))
        await until_gone(workspace / "typings")
