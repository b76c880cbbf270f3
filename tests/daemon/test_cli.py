"""The command `whiskertoolbox`, run as people run it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.field_files import POSE
from tests.support.recordings import analog, write_config
from whiskertoolbox_python import AnalogTimeSeries, DataManager, TimeFrame

DAEMON_FOLDER = Path(__file__).resolve().parents[2] / "daemon"


def whiskertoolbox(*arguments: object, python: str = sys.executable) -> subprocess.CompletedProcess[str]:
    """Run the command; its exit code, stdout and stderr."""
    command = [python, "-m", "whiskertoolbox_daemon.cli", *map(str, arguments)]
    return subprocess.run(command, cwd=DAEMON_FOLDER, capture_output=True, text=True, encoding="utf-8", check=False)


@pytest.fixture
def session(tmp_path: Path) -> Path:
    """A session with one key."""
    folder = tmp_path / "session"
    with DataManager.open(folder) as manager:
        manager.setData("angle", AnalogTimeSeries([1.0, 2.0, 3.0], [0, 1, 2]), "time")
    return folder


def write_script(folder: Path, text: str) -> Path:
    path = folder / "script.py"
    path.write_text(text, encoding="utf-8")
    return path


# load ------------------------------------------------------------------------------------------------------------


def test_load_makes_the_session_and_its_keys(tmp_path: Path) -> None:
    config = write_config(tmp_path, [analog(tmp_path, "first"), analog(tmp_path, "second")])
    done = whiskertoolbox("load", config, "--session", tmp_path / "session")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Loaded 2 of 2: first, second\n"
    with DataManager.open(tmp_path / "session") as manager:
        assert sorted(manager.getAnalogKeys()) == ["first", "second"]


def test_load_lists_each_entry_that_fails_and_loads_the_others(tmp_path: Path) -> None:
    missing = {**analog(tmp_path, "missing"), "filepath": "nowhere.csv"}
    config = write_config(tmp_path, [missing, analog(tmp_path, "present")])
    done = whiskertoolbox("load", config, "--session", tmp_path / "session")
    assert done.returncode == 1
    assert done.stdout == "Loaded 1 of 2: present\n"
    assert done.stderr.startswith("failed: missing")
    assert "nowhere.csv" in done.stderr


def test_a_plan_is_shown_and_nothing_is_made(tmp_path: Path) -> None:
    config = write_config(tmp_path, [analog(tmp_path, "first")])
    before = sorted(tmp_path.iterdir())
    done = whiskertoolbox("load", config, "--plan")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("load first: analog csv from ")
    assert sorted(tmp_path.iterdir()) == before


def test_load_without_a_session_says_what_is_missing(tmp_path: Path) -> None:
    done = whiskertoolbox("load", write_config(tmp_path, [analog(tmp_path, "first")]))
    assert done.returncode == 2
    assert "--session DIR is missing" in done.stderr


def test_load_writes_its_result_as_json(tmp_path: Path) -> None:
    config = write_config(tmp_path, [analog(tmp_path, "only")])
    done = whiskertoolbox("load", config, "--session", tmp_path / "session", "--json")
    assert json.loads(done.stdout) == {"made": ["only"], "failures": [], "warnings": []}


def test_load_tells_what_a_config_needs_of_python_but_not_an_editor_that_has_asked(tmp_path: Path) -> None:
    config = write_config(tmp_path, [analog(tmp_path, "only")])
    needs = {"required_imports": ["whisker_magic"]}
    config.write_text(json.dumps({"data": json.loads(config.read_text()), "python": needs}))
    done = whiskertoolbox("load", config, "--session", tmp_path / "session")
    assert done.returncode == 0
    assert '"python" requires whisker_magic, which ' in done.stderr
    done = whiskertoolbox("load", config, "--session", tmp_path / "other", "--follow")
    assert "whisker_magic" not in done.stdout + done.stderr


@pytest.mark.parametrize("content", [None, "{ not json"])
def test_load_of_a_config_that_cannot_be_used_says_so_in_one_line(tmp_path: Path, content: str | None) -> None:
    config = tmp_path / "config.json"
    if content is not None:
        config.write_text(content)
    done = whiskertoolbox("load", config, "--session", tmp_path / "session")
    assert done.returncode == 2
    assert str(config) in done.stderr
    assert "Traceback" not in done.stderr


# keys ------------------------------------------------------------------------------------------------------------


def test_keys_are_written_as_json(session: Path) -> None:
    done = whiskertoolbox("keys", "--session", session, "--json")
    assert json.loads(done.stdout) == [{"key": "angle", "type": "Analog", "time_key": "time", "size": 3}]
    assert (done.returncode, done.stderr) == (0, "")


def test_keys_are_written_as_a_table(session: Path) -> None:
    done = whiskertoolbox("keys", "--session", session)
    assert [line.split() for line in done.stdout.splitlines()] == [
        ["KEY", "TYPE", "CLOCK", "SIZE"],
        ["angle", "Analog", "time", "3"],
    ]


def test_keys_of_an_empty_session_are_an_empty_list(tmp_path: Path) -> None:
    DataManager.open(tmp_path / "session").close()
    assert whiskertoolbox("keys", "--session", tmp_path / "session", "--json").stdout == "[]\n"


def test_keys_of_a_folder_that_is_not_there_makes_none(tmp_path: Path) -> None:
    done = whiskertoolbox("keys", "--session", tmp_path / "nowhere")
    assert (done.returncode, str(tmp_path / "nowhere") in done.stderr) == (2, True)
    assert not (tmp_path / "nowhere").exists()


# run -------------------------------------------------------------------------------------------------------------


def test_run_gives_the_script_the_session_and_its_arguments(session: Path, tmp_path: Path) -> None:
    code = "import sys\nprint(dm.getData('angle').values, wt.__name__, __name__, sys.argv[1:])\n"
    done = whiskertoolbox("run", write_script(tmp_path, code), "--session", session, "--", "--trial", "3")
    assert done.stdout == "[1. 2. 3.] whiskertoolbox_python __main__ ['--trial', '3']\n"
    assert (done.returncode, done.stderr) == (0, "")


def test_run_keeps_what_the_script_stores(session: Path, tmp_path: Path) -> None:
    code = "dm.setData('twice', wt.AnalogTimeSeries(dm.getData('angle').values * 2, [0, 1, 2]), 'time')\n"
    assert whiskertoolbox("run", write_script(tmp_path, code), "--session", session).returncode == 0
    with DataManager.open(session) as manager:
        assert manager.getData("twice").values.tolist() == [2.0, 4.0, 6.0]


def test_run_of_a_script_that_raises_shows_its_traceback_only(session: Path, tmp_path: Path) -> None:
    script = write_script(tmp_path, "def fails():\n    1 / 0\n\nfails()\n")
    done = whiskertoolbox("run", script, "--session", session)
    assert done.returncode == 1
    assert done.stderr.startswith("Traceback (most recent call last):")
    assert f'File "{script}", line 2, in fails' in done.stderr
    assert "whiskertoolbox_interpreter" not in done.stderr


def test_run_passes_the_scripts_exit_code_on(session: Path, tmp_path: Path) -> None:
    assert whiskertoolbox("run", write_script(tmp_path, "raise SystemExit(7)"), "--session", session).returncode == 7


def test_run_of_a_script_that_is_not_there_says_so(session: Path, tmp_path: Path) -> None:
    done = whiskertoolbox("run", tmp_path / "nowhere.py", "--session", session)
    assert (done.returncode, str(tmp_path / "nowhere.py") in done.stderr) == (2, True)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
def test_run_of_a_script_that_is_killed_says_by_what(session: Path, tmp_path: Path) -> None:
    script = write_script(tmp_path, "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    done = whiskertoolbox("run", script, "--session", session)
    assert (done.returncode, "killed by SIGKILL" in done.stderr) == (1, True)


# any command -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["load", "keys", "run"])
def test_a_folder_that_is_no_session_is_named(tmp_path: Path, command: str) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    (folder / "holiday.jpg").write_bytes(b"no session")
    arguments = {
        "load": [write_config(tmp_path, [analog(tmp_path, "a")])],
        "keys": [],
        "run": [write_script(tmp_path, "print('ran')")],
    }[command]
    done = whiskertoolbox(command, *arguments, "--session", folder)
    assert done.returncode == 2
    assert done.stderr.startswith(f"whiskertoolbox {command}: ")
    assert str(folder) in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [[], ["eat"], ["load"], ["keys"], ["run", "script.py"]])
def test_wrong_usage_is_explained(arguments: list[str]) -> None:
    done = whiskertoolbox(*arguments)
    assert (done.returncode, "usage: whiskertoolbox" in done.stderr) == (2, True)


def test_help_names_the_commands() -> None:
    done = whiskertoolbox("--help")
    assert done.returncode == 0
    assert all(command in done.stdout for command in ("load", "keys", "run"))


# import ----------------------------------------------------------------------------------------------------------


def test_import_loads_any_known_file(tmp_path: Path) -> None:
    done = whiskertoolbox("import", POSE / "dlc_single.csv", "--session", tmp_path / "session")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Loaded 4 of 4: nose, nose_likelihood, tail, tail_likelihood\n"


def test_import_loads_the_parts_that_are_named_under_other_keys(tmp_path: Path) -> None:
    chosen = ["--part", "nose=snout", "--part", "tail", "--option", "threshold=0.95", "--json"]
    done = whiskertoolbox("import", POSE / "dlc_single.csv", "--session", tmp_path / "session", *chosen)
    assert json.loads(done.stdout)["made"] == ["snout", "tail"]
    with DataManager.open(tmp_path / "session") as manager:
        assert len(manager.getData("snout")) == 0


def test_import_puts_parts_on_the_clock_that_is_named(tmp_path: Path) -> None:
    session = tmp_path / "session"
    with DataManager.open(session) as manager:
        manager.setTime("camera", TimeFrame(range(0, 40, 10)))
    done = whiskertoolbox(
        "import", POSE / "dlc_single.csv", "--session", session, "--part=nose", "--clock=frames=camera"
    )
    assert (done.returncode, done.stderr) == (0, "")
    with DataManager.open(session) as manager:
        assert manager.getTimeKey("nose") == "camera"


def test_import_previews_without_a_session() -> None:
    done = whiskertoolbox("import", POSE / "dlc_single.csv", "--preview")
    assert done.returncode == 0
    assert "nose_likelihood" in done.stdout


def test_the_config_of_a_preview_loads_the_same(tmp_path: Path) -> None:
    done = whiskertoolbox("import", POSE / "dlc_single.csv", "--preview", "--config")
    (tmp_path / "config.json").write_text(done.stdout, encoding="utf-8")
    again = whiskertoolbox("load", tmp_path / "config.json", "--session", tmp_path / "session")
    assert again.stdout == "Loaded 4 of 4: nose, nose_likelihood, tail, tail_likelihood\n"


def test_import_of_a_file_that_is_not_recognised_does_not_begin(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("just\nsome, words\n")
    done = whiskertoolbox("import", tmp_path / "notes.txt", "--session", tmp_path / "session")
    assert done.returncode == 2
    assert "cannot be imported: it is text" in done.stderr
    assert not (tmp_path / "session").exists()
