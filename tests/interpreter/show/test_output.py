"""Text that runs write: streamed while they run, bounded, attributed to its run, from every layer of the process."""

from __future__ import annotations

import textwrap

import pytest

from tests.support.interpreter_client import InterpreterClient

MEBIBYTE = 1024 * 1024


def test_stdout_and_stderr_are_told_apart(interpreter: InterpreterClient) -> None:
    run = interpreter.run("import sys\nprint('out')\nprint('err', file=sys.stderr)")
    assert (run.text("stdout"), run.text("stderr")) == ("out\n", "err\n")


def test_text_keeps_its_place_among_displays(interpreter: InterpreterClient) -> None:
    run = interpreter.run("print('a')\ndisplay('b')\nprint('c')\n'd'")
    assert [type(output).__name__ for output in run.outputs] == [
        "StreamOutput",
        "DisplayOutput",
        "StreamOutput",
        "DisplayOutput",
    ]


def test_text_arrives_while_the_run_goes_on(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("import time\nprint('early')\ntime.sleep(600)")
    interpreter.wait_for_text(run, "early")
    assert not run.answer.done()
    interpreter.interrupt_and_finish(run)


def test_text_is_complete_when_the_run_is_answered(interpreter: InterpreterClient) -> None:
    run = interpreter.run("for i in range(2000): print(i)")
    assert run.text() == "".join(f"{i}\n" for i in range(2000))


def test_a_flood_is_bounded_and_says_what_was_left_out(interpreter: InterpreterClient) -> None:
    run = interpreter.run("for i in range(10 * 1024 * 16): print(f'{i:063}')")
    assert len(run.text()) <= 1.1 * MEBIBYTE
    assert run.text().endswith(f"{10 * 1024 * 16 - 1:063}\n")
    # Where the end was shown while the run went on, there.
    live = [text for display in run.displays for text in display.data.values()]
    assert "9,420,800 characters left out.]" in run.text("stderr") + "".join(live[-1:])


def test_one_huge_text_is_bounded(interpreter: InterpreterClient) -> None:
    run = interpreter.run("print('x' * 50_000_000)")
    assert len(run.text()) <= 1.1 * MEBIBYTE


def test_the_bound_holds_for_each_run_anew(interpreter: InterpreterClient) -> None:
    interpreter.run("print('x' * 2_000_000)")
    assert interpreter.run("print('x' * 1000)").text() == "x" * 1000 + "\n"


def test_a_writer_waits_while_nobody_reads(interpreter: InterpreterClient) -> None:
    with interpreter.answers_held():
        interpreter.run("written = 0")
        run = interpreter.start_code("while True:\n    print('x' * 1023)\n    written += 1")
        interpreter.poll(lambda: "_changed.wait(ALLOWED_WAIT_S)" in interpreter.stack(), "the writer to wait")
        # The buffer takes half a MiB to a whole one; without waiting the loop would go on to any number.
        assert 500 < int(interpreter.variable("written").summary) < 1100
    interpreter.interrupt_and_finish(run)


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("import os\nos.write(1, b'by descriptor')", "by descriptor"),
        ("import ctypes\nctypes.CDLL(None).printf(b'by C')", "by C"),
        ("import subprocess\nsubprocess.run(['echo', 'by a process'])", "by a process\n"),
        ("import os\nos.system('echo by a shell')", "by a shell\n"),
        ("import sys\nprint('by the first stdout', file=sys.__stdout__)", "by the first stdout\n"),
    ],
)
def test_text_written_to_the_file_descriptor_arrives_before_the_answer(
    interpreter: InterpreterClient, code: str, text: str
) -> None:
    run = interpreter.run(code)
    assert interpreter.fd_text(run, "stdout") == text


def test_a_process_can_be_given_our_stdout(interpreter: InterpreterClient) -> None:
    run = interpreter.run("import subprocess, sys\nsubprocess.run(['echo', 'given'], stdout=sys.stdout)")
    assert interpreter.fd_text(run, "stdout") == "given\n"


def test_the_mark_of_a_run_arrives_although_its_code_closes_the_descriptor(interpreter: InterpreterClient) -> None:
    run = interpreter.run("import os\nkept = os.dup(1)\nos.close(1)\nos.open(os.devnull, os.O_WRONLY);")
    assert interpreter.fd_text(run, "stdout") == ""
    interpreter.run("os.dup2(kept, 1);")


def test_a_thread_writes_for_the_run_that_started_it(interpreter: InterpreterClient) -> None:
    first = interpreter.run(
        """
        import threading
        go_on = threading.Event()
        thread = threading.Thread(target=lambda: (go_on.wait(), print("late")))
        thread.start()
        """
    )
    second = interpreter.run("go_on.set(); thread.join(); print('now')")
    interpreter.wait_for_text(first, "late\n")
    assert second.text() == "now\n"


def test_threads_lose_no_text(interpreter: InterpreterClient) -> None:
    code = """
        from concurrent.futures import ThreadPoolExecutor
        with ThreadPoolExecutor(8) as pool:
            list(pool.map(lambda i: print(f"{i} ", end=""), range(4000)))
        """
    run = interpreter.run(textwrap.dedent(code))
    assert sorted(map(int, run.text().split())) == list(range(4000))


@pytest.mark.parametrize("text", ["µ ∂ 测试 🐭", "\\ud800 alone", "\\x00 and \\x1b[31mred"])
def test_any_text_can_be_printed(interpreter: InterpreterClient, text: str) -> None:
    run = interpreter.run(f"print('{text}')")
    assert run.text() == f"{text}\n".encode().decode("unicode_escape") if text.startswith("\\x") else run.text()
    assert run.text().endswith("\n")


def test_bytes_can_be_written_to_the_buffer(interpreter: InterpreterClient) -> None:
    run = interpreter.run(
        "import sys\nwritten = sys.stdout.buffer.write('µ'.encode()[:1])\n"
        "written = sys.stdout.buffer.write('µ'.encode()[1:])"
    )
    assert run.text() == "µ"


def test_stdout_is_no_terminal(interpreter: InterpreterClient) -> None:
    assert interpreter.run("import sys\nsys.stdout.isatty(), sys.stdout.encoding").result == "(False, 'utf-8')"


def test_closing_stdout_does_not_silence_the_session(interpreter: InterpreterClient) -> None:
    interpreter.run("import sys\nsys.stdout.close()")
    assert interpreter.run("print('still here')").text() == "still here\n"


def test_a_finalizer_that_prints_while_printing_is_survived(interpreter: InterpreterClient) -> None:
    code = """
        import gc
        class Loud:
            def __init__(self): self.me = self
            def __del__(self): print("gone")
        threshold = gc.get_threshold()
        gc.set_threshold(1)
        for _ in range(200):
            Loud()
            print("here")
        gc.set_threshold(*threshold)
        gc.collect()
        """
    assert interpreter.run(textwrap.dedent(code)).text().count("gone") == 200
