"""The stub by which type checkers know the session: right types by key, and None for what is no key."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient
from whiskertoolbox_daemon.language.stubs import MOST_KEYS, stub_text, write_stub

DAEMON = Path(__file__).resolve().parents[3] / "daemon"


async def until_written(file: Path, part: str) -> None:
    async def look() -> None:
        while not (file.exists() and part in file.read_text(encoding="utf-8")):
            await asyncio.sleep(0.02)

    await asyncio.wait_for(look(), WAIT_LIMIT_S)


def test_a_checker_sees_the_type_of_each_key(tmp_path: Path) -> None:
    classes = {"whisker_angle": "AnalogTimeSeries", 'it\'s "it"': "LineData"}
    # Under another name: mypy, which is what there is to check with, has no place for more builtins.
    (tmp_path / "session_names.pyi").write_text(stub_text(classes), encoding="utf-8")
    script = tmp_path / "script.py"
    script.write_text(
        "from session_names import dm, wt\n"
        'reveal_type(dm.getData("whisker_angle"))\n'
        "reveal_type(dm.getData('it\\'s \"it\"'))\n"
        'reveal_type(dm.getData("wisker_angle"))\n'
        'dm.setData("new", wt.AnalogTimeSeries([1.0], 1), "time")\n'
        'dm.getData("wisker_angle").values\n',
        encoding="utf-8",
    )
    done = subprocess.run(
        [sys.executable, "-m", "mypy", "--config-file=", "--no-incremental", "--follow-imports=silent", str(script)],
        cwd=tmp_path,
        env={**os.environ, "MYPYPATH": os.pathsep.join([str(tmp_path), str(DAEMON)])},
        capture_output=True,
        text=True,
        timeout=280,
        check=False,
    )
    told = [line.split(": ", 1)[1] for line in done.stdout.splitlines() if line.startswith("script.py")]
    assert [line for line in told if line.startswith("note")] == [
        'note: Revealed type is "whiskertoolbox_python.types.analog.AnalogTimeSeries"',
        'note: Revealed type is "whiskertoolbox_python.types.lines.LineData"',
        'note: Revealed type is "None"',
    ], done.stdout + done.stderr
    errors = [line for line in told if line.startswith("error")]
    assert len(errors) == 1
    assert '"None" has no attribute "values"' in errors[0] or "does not return a value" in errors[0]


def test_of_very_many_keys_some_are_left_to_the_checker(tmp_path: Path) -> None:
    text = stub_text({f"key_{n}": "LineData" for n in range(MOST_KEYS + 1)})
    assert text.count("Literal['key_") == MOST_KEYS
    assert "key: LiteralString) -> Any" in text


def test_git_does_not_see_it_and_a_users_own_stub_is_left_alone(tmp_path: Path) -> None:
    assert write_stub(tmp_path, {})
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    seen = subprocess.run(["git", "-C", str(tmp_path), "status", "--porcelain"], capture_output=True, check=True)
    assert seen.stdout == b""
    own = tmp_path / "typings" / "__builtins__.pyi"
    own.write_text("x: int\n", encoding="utf-8")
    assert not write_stub(tmp_path, {"a": "LineData"})
    assert own.read_text(encoding="utf-8") == "x: int\n"


@pytest.mark.asyncio
async def test_it_follows_the_keys_when_the_user_wants_it(workspace: Path) -> None:
    stub = workspace / "typings" / "__builtins__.pyi"
    async with DaemonClient.start(session=workspace / "session", workspace=workspace) as client:
        await client.until_state("idle")
        assert (await client.run('dm.setData("angle", wt.AnalogTimeSeries([1], 1), "time")')).status == "ok"
        assert not stub.exists()
        wanted = {"settings": {"whiskertoolbox": {"language": {"typeStubs": True}}}}
        client.rpc.protocol.notify("workspace/didChangeConfiguration", wanted)
        await until_written(stub, "Literal['angle']) -> _wt.AnalogTimeSeries")
        assert (await client.run('dm.setData("later", wt.LineData(), "time")')).status == "ok"
        await until_written(stub, "Literal['later']) -> _wt.LineData")


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
@pytest.mark.parametrize("linked", ["typings", "typings/__builtins__.pyi"])
@pytest.mark.parametrize("exists", [True, False])
def test_a_link_in_its_place_is_not_followed(tmp_path: Path, linked: str, exists: bool) -> None:
    workspace, outside = tmp_path / "workspace", tmp_path / "outside"
    (workspace / linked).parent.mkdir(parents=True)
    if exists:
        (outside.mkdir if linked == "typings" else outside.touch)()
    (workspace / linked).symlink_to(outside)
    assert not write_stub(workspace, {"a": "LineData"})
    assert outside.exists() == exists
    assert not exists or (not any(outside.iterdir()) if outside.is_dir() else outside.read_text() == "")
