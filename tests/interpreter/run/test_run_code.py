"""Cells: values, errors, the session's names, and what does not end the session."""

from __future__ import annotations

import re
import textwrap
from pathlib import Path

import pytest

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import CodePlace, RunCode
from whiskertoolbox_protocol.status import Empty


def plain(traceback: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", traceback)


def test_the_value_of_the_last_expression_is_shown(interpreter: InterpreterClient) -> None:
    assert interpreter.run("a = 3\na * 2").result == "6"


def test_a_semicolon_hides_the_value(interpreter: InterpreterClient) -> None:
    assert interpreter.run("1 + 1;").displays == []


def test_variables_live_from_run_to_run(interpreter: InterpreterClient) -> None:
    interpreter.run("kept = 41")
    assert interpreter.run("kept + 1").result == "42"


def test_the_last_value_is_in_the_underscore(interpreter: InterpreterClient) -> None:
    interpreter.run("'whisker'")
    assert interpreter.run("_ + 's'").result == "'whiskers'"


def test_runs_are_counted(interpreter: InterpreterClient) -> None:
    first = interpreter.finish(interpreter.start_code("1"))
    second = interpreter.finish(interpreter.start_code("1"))
    assert second.execution_count == first.execution_count + 1


def test_the_session_is_bound_again_in_every_run(interpreter: InterpreterClient) -> None:
    interpreter.run("dm = wt = None")
    assert interpreter.run("type(dm).__name__, wt.__name__").result == "('DataManager', 'whiskertoolbox_python')"


def test_data_that_a_run_stores_is_there_for_other_processes(interpreter: InterpreterClient, tmp_path: Path) -> None:
    interpreter.run(
        """
        from whiskertoolbox_python import AnalogTimeSeries, DataManager
        dm.setData("stored", AnalogTimeSeries([1.0, 2.0], [0, 1]), "time")
        """
    )
    code = "DataManager.open(dm.path, read_only=True).getAllKeys()"
    assert "stored" in interpreter.run(f"from whiskertoolbox_python import DataManager\n{code}").result


def test_a_cell_has_no_arguments_as_in_any_interactive_python(interpreter: InterpreterClient) -> None:
    assert interpreter.run("import sys; print(sys.argv)").text() == "['']\n"


def test_cells_run_in_the_workspace_folder(interpreter: InterpreterClient) -> None:
    assert interpreter.run("import os; os.path.isdir('session')").result == "True"


def test_modules_of_the_workspace_folder_can_be_imported(interpreter: InterpreterClient) -> None:
    interpreter.run("from pathlib import Path\nPath('my_module.py').write_text('value = 5');")
    assert interpreter.run("import my_module\nmy_module.value").result == "5"


def test_autoreload_takes_up_an_edited_module(interpreter: InterpreterClient) -> None:
    interpreter.run("import os\nfrom pathlib import Path\nPath('edited.py').write_text('value = 1');")
    interpreter.run("%load_ext autoreload\n%autoreload 2\nimport edited")
    interpreter.run("Path('edited.py').write_text('value = 22 # longer')\nos.utime('edited.py', (2e9, 2e9))")
    assert interpreter.run("edited.value").result == "22"


def test_an_error_in_the_console_names_its_cell_and_line(interpreter: InterpreterClient) -> None:
    run = interpreter.run_failing("fine = 1\nfine / 0")
    assert run.error.name == "ZeroDivisionError"
    assert run.error.message == "division by zero"
    assert re.search(r"Cell In\[\d+\], line 2", plain(run.error.traceback))


def test_an_error_in_a_file_names_the_file_and_its_line(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("# comment\n" * 10 + "def fail():\n    1 / 0\nfail()\n")
    place = CodePlace(path=str(script), line=10)
    run = interpreter.run_failing("def fail():\n    1 / 0\nfail()\n", place)
    traceback = plain(run.error.traceback)
    assert f"File {script}:13" in traceback
    assert f"File {script}:12, in fail()" in traceback
    assert "whiskertoolbox_interpreter" not in traceback


def test_a_traceback_shows_the_text_of_an_editor_that_was_not_saved(
    interpreter: InterpreterClient, script: Path
) -> None:
    script.write_text("# one\n# two\n")
    run = interpreter.run_failing("unsaved_name", CodePlace(path=str(script), line=1))
    assert "----> 2 unsaved_name" in plain(run.error.traceback)


def test_blank_lines_before_the_code_do_not_shift_its_lines(interpreter: InterpreterClient, script: Path) -> None:
    script.write_text("\n\n\nmissing_name\n")
    run = interpreter.run_failing("\n\n\nmissing_name\n", CodePlace(path=str(script), line=0))
    assert f"File {script}:4" in plain(run.error.traceback)


def test_a_syntax_error_in_a_file_names_the_line_in_the_file(interpreter: InterpreterClient, script: Path) -> None:
    run = interpreter.run_failing("1 +", CodePlace(path=str(script), line=6))
    assert f"File {script}:7\n----> 7 1 +" in plain(run.error.traceback)


def test_a_return_outside_a_function_is_a_syntax_error(interpreter: InterpreterClient) -> None:
    assert interpreter.run_failing("return 1").error.name == "SyntaxError"


def test_a_traceback_has_colours(interpreter: InterpreterClient) -> None:
    assert "\x1b[" in interpreter.run_failing("1 / 0").error.traceback


def test_a_path_in_the_home_folder_is_written_out(interpreter: InterpreterClient) -> None:
    place = CodePlace(path=str(Path.home() / "analysis.py"), line=0)
    assert f"File {Path.home() / 'analysis.py'}:1" in plain(interpreter.run_failing("1 / 0", place).error.traceback)


def test_a_missing_magic_is_an_error(interpreter: InterpreterClient) -> None:
    assert interpreter.run_failing("%no_such_magic").error.name == "UsageError"


def test_an_error_in_an_error_message_is_survived(interpreter: InterpreterClient) -> None:
    run = interpreter.run_failing("class Bad(Exception):\n    def __str__(self): return 1 / 0\nraise Bad")
    assert run.error.name == "Bad"


def test_input_is_disabled(interpreter: InterpreterClient) -> None:
    error = interpreter.run_failing("input('name?')").error
    assert error.name == "RuntimeError"
    assert "disabled" in error.message


@pytest.mark.parametrize("code", ["exit()", "quit()", "import sys; sys.exit()", "import sys; sys.exit(0)"])
def test_leaving_python_does_not_end_the_session(interpreter: InterpreterClient, code: str) -> None:
    interpreter.run(code)
    assert interpreter.run("1 + 1").result == "2"


def test_leaving_python_with_a_code_is_an_error(interpreter: InterpreterClient) -> None:
    assert interpreter.run_failing("import sys; sys.exit('no data')").error.message == "no data"


def test_await_works_at_the_top_level(interpreter: InterpreterClient) -> None:
    assert interpreter.run("import asyncio\nawait asyncio.sleep(0, 'done')").result == "'done'"


def test_a_task_goes_on_in_the_next_cell_that_awaits(interpreter: InterpreterClient) -> None:
    interpreter.run("import asyncio\ntask = asyncio.create_task(asyncio.sleep(0, 'later'))\nawait asyncio.sleep(0)")
    assert interpreter.run("await task").result == "'later'"


def test_a_cell_magic_works(interpreter: InterpreterClient) -> None:
    run = interpreter.run("%%capture captured\nprint('hidden')")
    assert run.outputs == []
    assert interpreter.run("captured.stdout").result == r"'hidden\n'"


def test_a_shell_command_keeps_its_place_among_prints(interpreter: InterpreterClient) -> None:
    assert interpreter.run("word = 'b'\nprint('a')\n!echo {word}\nprint('c')").text() == "a\nb\nc\n"


def test_a_command_in_a_shell_that_fails_is_no_error(interpreter: InterpreterClient) -> None:
    assert interpreter.run("!exit 3\n_exit_code").result == "3"


def test_code_without_history_does_not_count(interpreter: InterpreterClient) -> None:
    before = interpreter.finish(interpreter.start_code("1")).execution_count
    silent = RunCode(run_id="silent", code="secret = 1", store_history=False)
    interpreter.ask(methods.RUN_CODE, silent)
    assert interpreter.finish(interpreter.start_code("1")).execution_count == before + 1
    assert interpreter.run("any('secret = 1' == line for line in In)").result == "False"


def test_clearing_the_namespace_leaves_the_session(interpreter: InterpreterClient) -> None:
    interpreter.run("import math\ngone = 1")
    interpreter.ask(methods.NAMESPACE_CLEAR, Empty())
    assert interpreter.run("'gone' in globals(), 'math' in globals(), dm is not None").result == "(False, False, True)"


def test_clearing_the_namespace_undoes_redirections(interpreter: InterpreterClient) -> None:
    interpreter.run("import builtins, io, sys\nsys.stdout = io.StringIO()\nbuiltins.input = str")
    interpreter.ask(methods.NAMESPACE_CLEAR, Empty())
    assert interpreter.run("print('shown')").text() == "shown\n"
    assert interpreter.run_failing("input()").error.name == "RuntimeError"


def test_the_session_is_as_new_after_the_reset_magic(interpreter: InterpreterClient) -> None:
    interpreter.run("5")
    interpreter.run("%reset -f")
    assert interpreter.variables() == []
    interpreter.run("exit()\n")
    interpreter.run("6")
    assert interpreter.run("_").result == "6"


def test_classes_of_the_session_can_be_pickled(interpreter: InterpreterClient) -> None:
    code = """
        import pickle
        class Trial:
            pass
        type(pickle.loads(pickle.dumps(Trial()))).__name__
        """
    assert interpreter.run(textwrap.dedent(code)).result == "'Trial'"


def test_an_exception_group_is_shown_with_its_parts(interpreter: InterpreterClient) -> None:
    code = """
        try:
            from builtins import ExceptionGroup
        except ImportError:
            from exceptiongroup import ExceptionGroup
        raise ExceptionGroup("outer", [ValueError("inner")])
        """
    error = interpreter.run_failing(textwrap.dedent(code)).error
    assert error.name == "ExceptionGroup"
    assert "inner" in error.traceback


def failing(interpreter: InterpreterClient, code: str) -> str:
    """Return the traceback of code that raises."""
    run = interpreter.start_code(textwrap.dedent(code))
    assert interpreter.finish(run).status == "error"
    return plain(run.error.traceback)


def test_an_error_of_the_library_is_shown_where_the_user_called_it(interpreter: InterpreterClient) -> None:
    shown = failing(
        interpreter,
        """
        def ask():
            return wt.run_transform("No Such Transform", wt.DigitalEventSeries([1]))
        ask()
        """,
    )
    assert 'return wt.run_transform("No Such Transform"' in shown
    assert "whiskertoolbox_python" not in shown


def test_an_error_of_a_function_that_the_library_called_is_shown_where_it_was_raised(
    interpreter: InterpreterClient,
) -> None:
    shown = failing(
        interpreter,
        """
        @wt.transform(name="Fails")
        def fails(events: wt.DigitalEventSeries) -> wt.DigitalEventSeries:
            raise ArithmeticError("by itself")
        wt.run_transform("Fails", wt.DigitalEventSeries([1]))
        """,
    )
    assert 'raise ArithmeticError("by itself")' in shown
    assert shown.rstrip().endswith("ArithmeticError: by itself")
