"""Completion on live objects, also while code runs."""

from __future__ import annotations

from pathlib import Path

from tests.support.interpreter_client import InterpreterClient, started


def test_names_of_the_namespace_are_completed(interpreter: InterpreterClient) -> None:
    interpreter.run("whisker_angle = 1")
    assert "whisker_angle" in interpreter.complete("whisker_a")


def test_attributes_of_live_objects_are_completed(interpreter: InterpreterClient) -> None:
    interpreter.run("import pandas\ntable = pandas.DataFrame({'a': [1]})")
    assert "shape" in interpreter.complete("table.sha")


def test_methods_of_the_session_are_completed(interpreter: InterpreterClient) -> None:
    assert "getData" in interpreter.complete("dm.getD")


def test_magics_are_completed_after_their_sign_only(interpreter: InterpreterClient) -> None:
    assert "%timeit" in interpreter.complete("%timei")
    assert not any(text.startswith("%") for text in interpreter.complete("timei"))


def test_names_are_completed_while_code_runs(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("lick_times = []\nprint('started')\nwhile True: pass")
    interpreter.wait_for_text(run, "started")
    assert "lick_times" in interpreter.complete("lick_t")
    interpreter.interrupt_and_finish(run)


def test_a_dir_that_never_returns_holds_up_nothing(interpreter: InterpreterClient) -> None:
    interpreter.run(
        """
        import threading
        release = threading.Event()
        class Slow:
            def __init__(self): self.field_of_slow = 1
            def __dir__(self): release.wait(); return []
        slow = Slow()
        """
    )
    assert "field_of_slow" in interpreter.complete("slow.field")
    assert "slow" in interpreter.complete("slo")
    interpreter.run("release.set()")


def jedi_answers(interpreter: InterpreterClient) -> bool:
    """Whether what only Jedi knows is completed; it may need longer for its first answer than is waited for."""
    interpreter.run("import types\ntrial = types.SimpleNamespace(lick=types.SimpleNamespace(time_of_lick=1))")
    return any("time_of_lick" in interpreter.complete("trial.lick.time_of") for _ in range(30))


def test_a_cache_that_a_killed_process_left_torn_is_made_anew(tmp_path: Path) -> None:
    cache = {"XDG_CACHE_HOME": str(tmp_path / "cache"), "LOCALAPPDATA": str(tmp_path / "cache"), "HOME": str(tmp_path)}
    with started(tmp_path, environment=cache) as first:
        assert jedi_answers(first)
    files = list(tmp_path.rglob("*.pkl"))
    assert files
    for path in files:
        path.write_bytes(path.read_bytes()[:100])
    with started(tmp_path, environment=cache) as second:
        assert jedi_answers(second)


def test_keys_of_a_dictionary_are_completed_inside_their_string(interpreter: InterpreterClient) -> None:
    interpreter.run("trials_by_side = {'left': 1, 'right': 2}")
    assert "left" in [text.strip("'\"]") for text in interpreter.complete("trials_by_side['le")]


def test_columns_of_a_table_are_completed_inside_their_string(interpreter: InterpreterClient) -> None:
    interpreter.run("import pandas\nlicks = pandas.DataFrame({'first_lick': [1]})")
    assert "first_lick" in [text.strip("'\"]") for text in interpreter.complete("licks['fir")]


def test_names_of_files_are_completed_only_where_a_file_is_meant(tmp_path: Path) -> None:
    (tmp_path / "notes_of_today.txt").write_text("")
    with started(tmp_path) as interpreter:
        for wanted in ('open("notes_of', 'numpy.loadtxt("notes_of', "%cd notes_of", 'x = "./notes_of'):
            # Its first answer may come too late.
            interpreter.poll(
                lambda: any("notes_of_today.txt" in text for text in interpreter.complete(wanted)),  # noqa: B023  # called at once
                wanted,
            )
        for unwanted in ('title = "notes_of', 'print("notes_of'):
            assert not any("notes_of_today.txt" in text for text in interpreter.complete(unwanted)), unwanted
