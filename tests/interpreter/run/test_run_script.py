"""`run/script.py`, which `whiskertoolbox run` starts: a plain Python with the session's data."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from tests.support.interpreter_client import DAEMON_FOLDER
from whiskertoolbox_python import DataManager

PROGRAM = DAEMON_FOLDER / "whiskertoolbox_interpreter" / "run" / "script.py"


def command(script: Path, *arguments: str) -> list[str]:
    return [sys.executable, str(PROGRAM), str(script.parent / "session"), str(script), *arguments]


def run(script: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command(script, *arguments), capture_output=True, text=True, check=False, timeout=60)


def test_a_script_runs_with_its_arguments_in_its_folder(script: Path) -> None:
    script.write_text("import os, sys\nprint(__name__, __file__, sys.argv[1:], os.getcwd(), wt.__name__)\n")
    finished = run(script, "--trial", "3")
    assert finished.stderr == ""
    assert finished.stdout == f"__main__ {script} ['--trial', '3'] {script.parent} whiskertoolbox_python\n"
    assert finished.returncode == 0


def test_what_a_script_stores_and_changes_is_committed(script: Path) -> None:
    script.write_text("events = wt.DigitalEventSeries([1])\ndm.setData('licks', events, 'time')\nevents.addEvent(2)\n")
    assert run(script).returncode == 0
    with DataManager.open(script.parent / "session") as data_manager:
        assert data_manager.getData("licks").size() == 2


def test_a_script_that_raises_ends_with_1_and_its_own_traceback(script: Path) -> None:
    script.write_text("def fail():\n    raise ValueError('no licks')\nfail()\n")
    finished = run(script)
    assert finished.returncode == 1
    assert f'File "{script}", line 3' in finished.stderr
    assert "ValueError: no licks" in finished.stderr
    assert str(PROGRAM) not in finished.stderr


def test_a_script_chooses_its_exit_code(script: Path) -> None:
    script.write_text("import sys\nsys.exit(3)\n")
    assert run(script).returncode == 3


def test_an_exit_message_goes_to_stderr(script: Path) -> None:
    script.write_text("raise SystemExit('no data')\n")
    finished = run(script)
    assert (finished.returncode, finished.stderr) == (1, "no data\n")


def test_a_syntax_error_is_shown_with_its_line(script: Path) -> None:
    script.write_text("x = = 1\n")
    finished = run(script)
    assert finished.returncode == 1
    assert f'File "{script}", line 1' in finished.stderr


def test_an_interrupted_script_ends_with_130(script: Path) -> None:
    script.write_text("import time\nprint('started', flush=True)\nwhile True: time.sleep(0.01)\n")
    # What a shell has started in the background, these tests perhaps, ignores the signal and hands that on.
    heed = "import os, signal, sys; signal.signal(signal.SIGINT, signal.SIG_DFL); os.execv(sys.argv[1], sys.argv[1:])"
    program = [sys.executable, "-c", heed, *command(script)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "started\n"
        process.send_signal(signal.SIGINT)
        try:
            _, errors = process.communicate(timeout=60)
        finally:
            process.kill()
    assert process.returncode == 130
    assert errors.endswith("KeyboardInterrupt\n")


def test_stdin_and_stdout_are_the_terminals(script: Path) -> None:
    script.write_text("print(input().upper())\n")
    finished = subprocess.run(command(script), input="lick\n", capture_output=True, text=True, check=True, timeout=60)
    assert finished.stdout == "LICK\n"


def test_a_session_that_cannot_be_opened_is_named(script: Path) -> None:
    script.write_text("print('ran')\n")
    (script.parent / "session").write_text("a file, not a folder")
    finished = run(script)
    assert finished.returncode == 2
    assert str(script.parent / "session") in finished.stderr
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_threads_of_a_script_may_use_the_session_to_their_end(script: Path) -> None:
    script.write_text(
        "import threading, time\n"
        "def work():\n"
        "    threading.main_thread().join()\n"
        "    dm.setData('late', wt.AnalogTimeSeries([1.0], [0]), 'time')\n"
        "threading.Thread(target=work).start()\n"
    )
    assert run(script).stderr == ""
    with DataManager.open(script.parent / "session") as data_manager:
        assert "late" in data_manager.getAllKeys()


def test_functions_of_a_script_can_be_used_in_processes(script: Path) -> None:
    script.write_text(
        "import multiprocessing\n"
        "def double(x):\n"
        "    return 2 * x\n"
        "if __name__ == '__main__':\n"
        "    for method in ('spawn', 'fork'):\n"
        "        with multiprocessing.get_context(method).Pool(1) as pool:\n"
        "            print(pool.map(double, [1, 2]))\n"
    )
    finished = run(script)
    assert finished.stdout == "[2, 4]\n[2, 4]\n", finished.stderr


def test_ipython_is_not_needed(script: Path) -> None:
    script.write_text("import sys\nprint('IPython' in sys.modules)\n")
    assert run(script).stdout == "False\n"
