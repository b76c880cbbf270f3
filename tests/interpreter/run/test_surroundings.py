"""What code of a file finds around it: its name, its folder, and its modules as they are now."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from tests.support.interpreter_client import InterpreterClient, Run, started
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import CodePlace, RunCode, RunOptions


def run_cell(interpreter: InterpreterClient, code: str, file: Path, **options: object) -> Run:
    """Run a cell of a file with options."""
    run_id = secrets.token_hex(4)
    run = interpreter.runs[run_id] = Run(run_id, None)
    place = CodePlace(path=str(file), line=0)
    params = RunCode(run_id=run_id, code=code, place=place, options=RunOptions(**options))  # type: ignore[arg-type]
    interpreter.ask(methods.RUN_CODE, params)
    return run


def test_a_cell_knows_its_file_and_imports_from_beside_it(interpreter: InterpreterClient, tmp_path: Path) -> None:
    (tmp_path / "beside_the_cell.py").write_text("answer = 42\n")
    run = run_cell(interpreter, "import beside_the_cell\nprint(__file__, beside_the_cell.answer)", tmp_path / "a.py")
    assert run.text() == f"{tmp_path / 'a.py'} 42\n"
    assert interpreter.run("print('__file__' in globals())").text() == "False\n"


def test_a_cell_runs_in_the_working_directory_that_is_set_and_leaves_it(
    interpreter: InterpreterClient, tmp_path: Path
) -> None:
    before = interpreter.run("import os; print(os.getcwd())").text()
    run = run_cell(interpreter, "print(os.getcwd())", tmp_path / "a.py", working_directory=str(tmp_path))
    assert run.text() == f"{tmp_path}\n"
    assert interpreter.run("print(os.getcwd())").text() == before


def test_environment_variables_are_there_during_the_run_and_as_before_afterwards(
    interpreter: InterpreterClient, tmp_path: Path
) -> None:
    interpreter.run("import os; os.environ['STAYS'] = 'before'; os.environ.pop('COMES', None)")
    code = "print(os.environ.get('COMES'), os.environ.get('STAYS'))"
    run = run_cell(interpreter, code, tmp_path / "a.py", environment={"COMES": "now", "STAYS": None})
    assert run.text() == "now None\n"
    assert interpreter.run(code).text() == "None before\n"


def test_a_cell_that_goes_to_a_folder_stays_there(interpreter: InterpreterClient, tmp_path: Path) -> None:
    (tmp_path / "inner").mkdir()
    run_cell(interpreter, "import os; os.chdir('inner')", tmp_path / "a.py", working_directory=str(tmp_path))
    assert interpreter.run("print(os.getcwd())").text() == f"{tmp_path / 'inner'}\n"


def save(path: Path, text: str, time_ns: int) -> None:
    """Write a file with a time of its own: two edits within a tick of the clock are two."""
    path.write_text(text)
    os.utime(path, ns=(time_ns, time_ns))


def test_an_edited_module_of_the_workspace_is_reloaded_before_a_run_and_named(tmp_path: Path) -> None:
    module = tmp_path / "edited_helpers.py"
    save(module, "def twice(x): return x + x\n", 10**18)
    with started(tmp_path) as interpreter:
        run_cell(interpreter, "from edited_helpers import twice", tmp_path / "a.py")
        save(module, "def twice(x): return 2 * x + 1\n", 2 * 10**18)
        run = run_cell(interpreter, "print(twice(3))", tmp_path / "a.py", reload_edited_modules=True)
        assert run.text() == "[Reloaded edited_helpers: edited since the last run.]\n7\n"
        again = run_cell(interpreter, "print(twice(3))", tmp_path / "a.py", reload_edited_modules=True)
        assert again.text() == "7\n"


def test_a_module_that_cannot_be_reloaded_is_named_and_its_old_code_goes_on(tmp_path: Path) -> None:
    module = tmp_path / "broken_helpers.py"
    save(module, "def twice(x): return x + x\n", 10**18)
    with started(tmp_path) as interpreter:
        run_cell(interpreter, "import broken_helpers", tmp_path / "a.py")
        save(module, "def twice(x) return\n", 2 * 10**18)
        run = run_cell(interpreter, "print(broken_helpers.twice(3))", tmp_path / "a.py", reload_edited_modules=True)
        assert run.text() == "6\n"
        assert "broken_helpers was edited and could not be reloaded" in run.text("stderr")
        assert "SyntaxError" in run.text("stderr")


def test_without_the_option_modules_stay_as_they_were_imported(tmp_path: Path) -> None:
    module = tmp_path / "kept_helpers.py"
    save(module, "answer = 1\n", 10**18)
    with started(tmp_path) as interpreter:
        run_cell(interpreter, "import kept_helpers", tmp_path / "a.py")
        save(module, "answer = 2\n", 2 * 10**18)
        assert run_cell(interpreter, "print(kept_helpers.answer)", tmp_path / "a.py").text() == "1\n"
