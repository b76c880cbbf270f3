"""Checkers that users have, run on the examples in a workspace with a session: names, types, and a misspelt key."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from whiskertoolbox_daemon.language.checkers import CHECKERS, write_checkers
from whiskertoolbox_daemon.language.stubs import StubNames, write_stubs
from whiskertoolbox_daemon.language.workspace import unmade_names

ROOT = Path(__file__).resolve().parents[3]
PROGRAMS = "Scripts" if os.name == "nt" else "bin"
CHECKERS_PYTHON = ROOT / ".cache" / "python-checkers" / PROGRAMS / ("python.exe" if os.name == "nt" else "python")
MYPY_CACHE = ROOT / ".cache" / "mypy-of-examples"
"""What mypy knows of NumPy, SciPy and Matplotlib, which takes it a minute, is kept for the next time."""
NODE = ROOT / "node_modules" / "node" / "bin" / ("node.exe" if os.name == "nt" else "node")
PYRIGHT = Path(__file__).parent / "pyright" / "node_modules" / "pyright" / "index.js"
LIMIT_S = 280

RECORDING = {
    **{f"lfp_{channel}": "AnalogTimeSeries" for channel in range(4)},
    "whisker_angle": "AnalogTimeSeries",
    "lick_events": "DigitalEventSeries",
    "trial_intervals": "DigitalIntervalSeries",
    "whisker_lines": "LineData",
    "whisker_video": "MediaData",
}
"""The keys of the demo recording that the examples use."""
TYPES = {
    'dm.getData("whisker_angle")': "AnalogTimeSeries",
    'dm.getData("lick_events")': "DigitalEventSeries",
    'dm.getTime("camera")': "TimeFrame",
    'dm.getGroup("hit")': "Group",
    "wt.LineData()": "LineData",
}
MISSPELT = """dm.getData("wisker_angle").values
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the examples, before any of them has run, and with what checkers are told of its session."""
    folder = tmp_path_factory.mktemp("workspace").resolve()
    for example in (
        "filter_whisker_angle",
        "lick_aligned_average",
        "make_groups",
        "whisker_tracking",
        "whisking_phase",
    ):
        shutil.copy(ROOT / "examples" / f"{example}.py", folder)
    (folder / "revealed.py").write_text("".join(f"reveal_type({one})\n" for one in TYPES), encoding="utf-8")
    (folder / "misspelt.py").write_text(MISSPELT, encoding="utf-8")
    names = StubNames(RECORDING, ["camera", "master", "time"], unmade_names(folder, {"key": RECORDING})["key"])
    assert write_stubs(folder, names)
    write_checkers(folder, CHECKERS)
    return folder


@dataclass(frozen=True)
class Said:
    """A line that a checker has said of a script."""

    script: str
    line: int
    is_error: bool
    text: str


def run(workspace: Path, *command: str | Path, path: str | None = None) -> list[str]:
    environment = {**os.environ, "NO_COLOR": "1", "PATH": path or os.environ.get("PATH", "")}
    done = subprocess.run(
        [*map(str, command)],
        cwd=workspace,
        env=environment,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode in (0, 1, 2), done.stderr
    return done.stdout.splitlines()


def scripts(workspace: Path) -> list[str]:
    return sorted(path.name for path in workspace.glob("*.py"))


def program(name: str) -> Path:
    found = CHECKERS_PYTHON.with_name(name + (".exe" if os.name == "nt" else ""))
    assert found.exists(), f"`npm test` installs {name} into .cache/python-checkers"
    return found


def pyright(workspace: Path) -> list[str]:
    assert PYRIGHT.exists(), "`npm test` installs pyright"
    return run(workspace, NODE, PYRIGHT, "--pythonpath", CHECKERS_PYTHON, *scripts(workspace))


def basedpyright(workspace: Path) -> list[str]:
    found = program("basedpyright")
    return run(workspace, found, "--pythonpath", CHECKERS_PYTHON, *scripts(workspace))


def mypy(workspace: Path, cache: Path = MYPY_CACHE) -> list[str]:
    options = ["--python-executable", CHECKERS_PYTHON, "--cache-dir", cache]
    return run(workspace, sys.executable, "-m", "mypy", *options, *scripts(workspace))


def pyrefly(workspace: Path) -> list[str]:
    options = ["--python-interpreter-path", CHECKERS_PYTHON, "--output-format", "min-text"]
    return run(workspace, program("pyrefly"), "check", *options, *scripts(workspace))


SAID = re.compile(r"(?:.*[\\/])?\s*(\w+\.py):(\d+)(?:[:-]\d+)*(?: - |: )(?:(\w+): )?(.*)")
"""Script, line, level and text, as all of them write them; Pyrefly has the level in front."""


NAMED_TYPE = re.compile(r"(?: is |type: )\"?(?:[\w.]*\.)?(\w+)")


def said_by(checker: Callable[[Path], list[str]], workspace: Path) -> list[Said]:
    found = []
    for line in checker(workspace):
        words = line.strip().partition(" ")
        level, rest = (words[0], words[2]) if words[0] in ("INFO", "WARN", "ERROR") else ("", line)
        match = SAID.match(rest.strip())
        if match is not None:
            found.append(Said(match[1], int(match[2]), "error" in (level.lower(), match[3]), match[4]))
    return found


@pytest.mark.parametrize("checker", [pyright, basedpyright, mypy, pyrefly])
def test_examples_have_no_errors_types_are_right_and_a_misspelt_key_is_an_error(
    workspace: Path, checker: Callable[[Path], list[str]]
) -> None:
    said = said_by(checker, workspace)
    revealed = {one.line: one.text for one in said if one.script == "revealed.py" and "ype" in one.text}
    types = {line: NAMED_TYPE.findall(text)[-1:] for line, text in revealed.items()}
    assert types == {line: [name] for line, name in enumerate(TYPES.values(), 1)}, said
    assert {one.script for one in said if one.is_error} == {"misspelt.py"}, said
    assert [one.line for one in said if one.is_error] == [1]


def test_mypy_knows_the_names_still_when_the_keys_have_changed_since_its_last_run(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(f"reveal_type({next(iter(TYPES))})\n", encoding="utf-8")
    write_checkers(tmp_path, CHECKERS)
    for keys in (RECORDING, {**RECORDING, "another": "LineData"}):
        assert write_stubs(tmp_path, StubNames(keys, ["camera"], []))
        write_checkers(tmp_path, CHECKERS)
        (said,) = said_by(lambda workspace: mypy(workspace, workspace / "cache"), tmp_path)
        assert NAMED_TYPE.findall(said.text) == ["AnalogTimeSeries"]


def test_ruff_and_pylint_know_the_names(workspace: Path) -> None:
    others = [name for name in scripts(workspace) if name != "revealed.py"]  # which is for type checkers
    assert run(workspace, sys.executable, "-m", "ruff", "check", "--no-cache", "--select", "F", *others) == [
        "All checks passed!"
    ]
    undefined = workspace / "undefined.py"
    undefined.write_text("dm.getData(nothing)\n", encoding="utf-8")
    only = ["--disable=all", "--enable=undefined-variable"]
    told = run(workspace, CHECKERS_PYTHON, "-m", "pylint", *only, *others, undefined)
    undefined.unlink()
    assert [re.findall("'(.*)'", line) for line in told if "undefined-variable" in line] == [["nothing"]]


def test_every_type_of_the_library_is_known(tmp_path: Path) -> None:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", "")])
    told = run(tmp_path, NODE, PYRIGHT, "--ignoreexternal", "--verifytypes", "whiskertoolbox_python", path=path)
    assert [line.split(":")[1].strip() for line in told if line.startswith("Type completeness score")] == ["100%"], [
        line for line in told if "error" in line
    ]
