"""Asking a Python what it is: once, whatever its start files print, with a reason when it does not answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from whiskertoolbox_daemon.environments.probe import MARK, NoPython, Probe, Probes, run_probe

if sys.platform == "win32":
    pytest.skip("the stand-ins for a Python are shell scripts", allow_module_level=True)


def program(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def answer(**more: object) -> Probe:
    facts = {"version": "3.12.1", "prefix": "/usr", "packages": "/usr/lib", "numpy": "2.4.6"}
    return Probe(**{**facts, **more})  # type: ignore[arg-type]  # the values are of the right types


def test_a_python_says_what_it_is() -> None:
    probe = run_probe(Path(sys.executable))
    assert isinstance(probe, Probe)
    assert (probe.version, probe.prefix) == (sys.version.split()[0], sys.prefix)
    assert (probe.numpy[0].isdigit(), probe.problem, probe.state) == (True, "", "usable")


def test_what_start_files_print_is_no_part_of_the_answer(tmp_path: Path) -> None:
    venv.create(tmp_path / "env", symlinks=True)
    (packages,) = (tmp_path / "env").glob("lib/python*/site-packages")
    (packages / "talks.pth").write_text("import sys; sys.stdout.write('hello from a start file')\n")
    (packages / "sitecustomize.py").write_text("import atexit\natexit.register(print, 'goodbye')\nprint('{')\n")
    probe = run_probe(tmp_path / "env" / "bin" / "python")
    assert isinstance(probe, Probe)
    assert (probe.prefix, probe.state) == (str(tmp_path / "env"), "needsNumpy")


def test_an_environment_whose_base_is_gone_is_named_as_such(tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python").symlink_to("/no/such/python3")
    assert run_probe(tmp_path / "bin" / "python") == NoPython(reason="The Python that it was made from is gone.")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("#!/bin/sh\necho hello\n", "It does not answer as a Python."),
        ("#!/bin/sh\nexit 3\n", "It crashed (exit code 3)."),
        ("not even a script", "It cannot be started: Exec format error."),
    ],
)
def test_what_is_no_python_has_a_reason(tmp_path: Path, text: str, reason: str) -> None:
    assert run_probe(program(tmp_path / "python", text)) == NoPython(reason=reason)


@pytest.mark.parametrize(
    ("probe", "state", "problem"),
    [
        (answer(version="3.9.18"), "unusable", "Python 3.9.18 is too old: 3.10 or newer is needed."),
        (answer(numpy=""), "needsNumpy", "NumPy is missing."),
        (answer(numpy="1.21.6"), "needsNumpy", "NumPy 1.21.6 is too old: 1.23 or newer is needed."),
        (answer(numpy="unknown"), "usable", ""),
        (answer(implementation="pypy"), "unusable", "PyPy cannot be used: WhiskerToolbox needs CPython."),
        (
            answer(version="3.13.1", free_threaded=True),
            "unusable",
            "This build of Python 3.13.1 is free-threaded: WhiskerToolbox needs the ordinary build.",
        ),
    ],
)
def test_problems_are_named(probe: Probe, state: str, problem: str) -> None:
    assert (probe.state, probe.problem) == (state, problem)


def test_a_newer_python_than_those_tested_is_offered_with_a_note() -> None:
    probe = answer(version="3.14.0")
    assert (probe.state, probe.note) == ("usable", "newer than 3.13, the newest tested")


def counting_python(folder: Path) -> tuple[Path, Path]:
    """A stand-in for a Python that notes each time it is run, and the folder of its packages."""
    packages = folder / "site-packages"
    packages.mkdir()
    said = f'{{"version": "3.12.1", "prefix": "{folder}", "packages": "{packages}", "numpy": "2.0"}}'
    text = f"#!/bin/sh\necho run >> {folder}/runs\necho '{MARK}{said}'\n"
    return program(folder / "env" / "bin" / "python", text), packages


def test_an_unchanged_python_is_asked_once(tmp_path: Path) -> None:
    python, _ = counting_python(tmp_path)
    probes = Probes()
    assert probes.probe(python) == probes.probe(python)
    assert (tmp_path / "runs").read_text() == "run\n"


def test_a_python_is_asked_again_when_a_package_was_installed(tmp_path: Path) -> None:
    python, packages = counting_python(tmp_path)
    probes = Probes()
    probes.probe(python)
    os.utime(packages, ns=(0, 0))
    probes.probe(python)
    assert (tmp_path / "runs").read_text() == "run\nrun\n"


def test_answers_are_remembered_over_sessions(tmp_path: Path) -> None:
    python, _ = counting_python(tmp_path)
    first = Probes(tmp_path / "cache" / "pythons.json")
    first.probe(python)
    first.save()
    Probes(tmp_path / "cache" / "pythons.json").probe(python)
    assert (tmp_path / "runs").read_text() == "run\n"


@pytest.mark.parametrize("text", ["", "{", '[["/usr/bin/python", [1, 2], {"no": 1}]]', "[[1]]"])
def test_a_damaged_cache_is_passed_over(tmp_path: Path, text: str) -> None:
    (tmp_path / "pythons.json").write_text(text)
    assert isinstance(Probes(tmp_path / "pythons.json").probe(Path(sys.executable)), Probe)


@pytest.mark.parametrize(
    "wrong", [{"version": 3}, {"numpy": None}, {"packages": 2}, {"freeThreaded": "no"}, {"more": 1}]
)
def test_a_cache_whose_answers_are_none_is_passed_over(tmp_path: Path, wrong: dict[str, object]) -> None:
    answer = {"version": "3.11.0", "prefix": "", "packages": "", "numpy": ""}
    stamp = [os.stat(sys.executable).st_mtime_ns, 0]
    known = []
    for given in (answer, answer | wrong):
        (tmp_path / "pythons.json").write_text(json.dumps([[sys.executable, stamp, given]]))
        known.append(Probes(tmp_path / "pythons.json").known(Path(sys.executable)))
    assert [isinstance(one, Probe) for one in known] == [True, False]


def test_the_probe_does_not_read_the_folder_it_is_started_in(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('not the library')\n")
    monkeypatch.chdir(tmp_path)
    assert subprocess.run([sys.executable, "-c", "import json"], check=False).returncode == 1
    assert isinstance(run_probe(Path(sys.executable)), Probe)
