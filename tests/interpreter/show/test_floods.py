"""Outputs without end: bounded in number, and what is written over or removed costs nothing."""

from __future__ import annotations

from pathlib import Path

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol.execution import ClearOutput, DisplayOutput, StreamOutput


def test_texts_that_alternate_are_joined_by_their_streams(interpreter: InterpreterClient) -> None:
    code = """
        import sys
        for i in range(5000):
            print(i)
            print(-i, file=sys.stderr)
        """
    run = interpreter.run(code)
    assert len(run.outputs) < 1200
    assert run.text("stdout") == "".join(f"{i}\n" for i in range(5000))
    assert run.text("stderr") == "".join(f"{-i}\n" for i in range(5000))


def test_a_few_texts_that_alternate_keep_their_order(interpreter: InterpreterClient) -> None:
    run = interpreter.run("import sys\nfor i in range(50):\n    print(i)\n    print(i, file=sys.stderr)")
    texts = [(output.name, output.text) for output in run.outputs if isinstance(output, StreamOutput)]
    assert texts == [(name, f"{i}\n") for i in range(50) for name in ("stdout", "stderr")]


def test_of_many_displays_the_first_thousand_and_the_last_are_shown(interpreter: InterpreterClient) -> None:
    run = interpreter.run("for i in range(2000): display(i)")
    assert [display.data["text/plain"] for display in run.displays] == [*map(str, range(1000)), "1999"]
    assert run.text("stderr") == "[999 displays left out.]\n"


def test_clearing_many_times_is_one_clearing(interpreter: InterpreterClient) -> None:
    with interpreter.answers_held():
        run = interpreter.start_code(
            "from IPython.display import clear_output\nfor i in range(20_000): clear_output()\ndone = True"
        )
        interpreter.poll(lambda: interpreter.has_variable("done"), "the clearings")
    interpreter.finish(run)
    assert len(run.outputs) <= 3
    assert set(map(type, run.outputs)) == {ClearOutput}


def test_text_that_follows_a_clearing_at_once_is_behind_it(interpreter: InterpreterClient) -> None:
    code = """
        from IPython.display import clear_output
        for i in range(5):
            print(i)
            clear_output(wait=True)
        print("end")
        """
    *_, clearing, text = interpreter.run(code).outputs
    assert (clearing, text) == (ClearOutput(wait=True), StreamOutput(name="stdout", text="end\n"))


def test_a_clearing_that_waits_holds_up_no_text_behind_what_is_left_out(
    interpreter: InterpreterClient, tmp_path: Path
) -> None:
    seen = tmp_path / "seen"
    code = f"""
        import os, time
        from IPython.display import clear_output
        print("x" * 2_000_000)
        clear_output(wait=True)
        while not os.path.exists({str(seen)!r}):
            time.sleep(0.01)
        print("after")
        time.sleep(600)
        """
    run = interpreter.start_code(code)
    interpreter.wait_until(lambda: run.displays, "the end of what is left out")
    seen.touch()
    interpreter.wait_for_text(run, "after")
    interpreter.interrupt_and_finish(run)


def test_a_picture_that_is_drawn_again_and_again_is_shown_to_the_end(interpreter: InterpreterClient) -> None:
    code = """
        from IPython.display import HTML, clear_output
        for i in range(100):
            clear_output(wait=True)
            display(HTML("x" * 1_000_000 + str(i)))
        """
    run = interpreter.run(code)
    assert run.displays[-1].data["text/html"].endswith("x99")
    assert run.text("stderr") == ""


def test_a_line_that_is_written_over_counts_once(interpreter: InterpreterClient) -> None:
    code = "for i in range(5000): print(f'\\r{i:0400}', end='')\nprint('\\nafter')"
    run = interpreter.run(code)
    assert run.text().endswith(f"\r{4999:0400}\nafter\n")
    assert run.text("stderr") == ""


def test_what_a_shorter_text_leaves_of_a_longer_one_is_kept(interpreter: InterpreterClient) -> None:
    with interpreter.answers_held():
        run = interpreter.start_code("print('first')\nprint('a\\rlonger text\\rlong', end='')\nprint('!')\ndone = True")
        interpreter.poll(lambda: interpreter.has_variable("done"), "the text")
    interpreter.finish(run)
    assert run.text() in ("first\na\rlonger text\rlong!\n", "first\na\rlong!r text\n")


def test_the_end_of_what_is_left_out_is_shown_while_the_run_goes_on(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("import time\nprint('x' * 2_000_000)\nprint('still here')\ntime.sleep(600)")

    def tails() -> list[DisplayOutput]:
        return [display for display in run.displays if "left out so far" in "".join(display.data.values())]

    interpreter.wait_until(lambda: tails() and "still here" in "".join(tails()[-1].data.values()), "the tail")
    interpreter.interrupt_and_finish(run)
    assert run.displays[-1].is_update
    assert run.displays[-1].display_id == tails()[0].display_id


def test_a_representation_that_is_too_large_is_left_out_and_named(interpreter: InterpreterClient) -> None:
    code = """
        class Big:
            def _repr_html_(self): return "x" * 100_000_000
            def __repr__(self): return "its text"
        Big()
        """
    assert interpreter.run(code).result == "its text\n[Its text/html is not shown: it is too large (100 MB).]"
