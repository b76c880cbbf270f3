"""Scripts: what surrounds them while they run, and what of them stays."""

from __future__ import annotations

from pathlib import Path

from tests.support.interpreter_client import InterpreterClient


def test_a_script_leaves_its_variables_in_the_session(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("made_by_script = dm is not None\n")
    interpreter.run_file(script)
    assert interpreter.run("made_by_script").result == "True"


def test_a_script_is_main(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("if __name__ == '__main__':\n    print('main')\n")
    assert interpreter.run_file(script).text() == "main\n"


def test_a_script_knows_its_file_its_arguments_and_its_folder(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("import os, sys\nprint(__file__, sys.argv, os.getcwd(), sep='|')\n")
    run = interpreter.run_file(script, "--trial", "3")
    assert run.text() == f"{script}|{[str(script), '--trial', '3']}|{script.parent}\n"


def test_all_is_as_before_after_a_script(interpreter: InterpreterClient, script: Path) -> None:
    ask = "import os, sys\n'__file__' in globals(), sys.argv, os.getcwd()"
    before = interpreter.run(ask).result
    script.write_text("import os\nos.chdir('/')\nraise SystemExit(0)\n")
    interpreter.run_file(script)
    assert interpreter.run(ask).result == before


def test_a_script_imports_modules_of_its_folder(interpreter: InterpreterClient, script: Path) -> None:
    (script.parent / "helper_of_script.py").write_text("value = 7\n")
    script.write_text("import helper_of_script\nprint(helper_of_script.value)\n")
    assert interpreter.run_file(script).text() == "7\n"


def test_an_error_in_a_script_names_its_line(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("def fail():\n    raise KeyError('lfp')\n\nfail()\n")
    run = interpreter.start_file(script)
    assert interpreter.finish(run).status == "error"
    assert run.error.name == "KeyError"
    assert "whiskertoolbox_interpreter" not in run.error.traceback


def test_a_script_that_is_missing_is_named(interpreter: InterpreterClient, script: Path) -> None:
    run = interpreter.start_file(script)
    assert interpreter.finish(run).status == "error"
    assert f"Could not open file: {script}" in run.error.message


def test_a_syntax_error_in_a_script_names_its_line(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("x = 1\nx = = 2\n")
    run = interpreter.start_file(script)
    assert interpreter.finish(run).status == "error"
    assert run.error.name == "SyntaxError"
    assert f"{script}:2" in run.error.traceback


def test_a_script_may_be_in_another_encoding(interpreter: InterpreterClient, script: Path) -> None:
    script.write_bytes("# coding: latin-1\nprint('µm')\n".encode("latin-1"))
    assert interpreter.run_file(script).text() == "µm\n"


def test_functions_of_a_script_can_be_used_in_processes(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text(
        "import multiprocessing\n"
        "def double(x):\n"
        "    return 2 * x\n"
        "if __name__ == '__main__':\n"
        "    for method in ('spawn', 'fork'):\n"
        "        with multiprocessing.get_context(method).Pool(1) as pool:\n"
        "            print(pool.map(double, [1, 2]))\n"
    )
    assert interpreter.run_file(script).text() == "[2, 4]\n[2, 4]\n"
