"""Measures debugging here beside plain debugpy on the same Python: steps, *continue*, attaching, log messages.

And code and console lines with a breakpoint elsewhere beside those without, and without a debugger beside plain Python.

``python bench/debugging.py [--soak CYCLES] [PYTHON …]``; each Python needs NumPy, IPython and debugpy. Prints one line
for each number. ``--soak 200``: so many sessions with a stop, an evaluation, a step, and an interrupt or a continue.
"""

from __future__ import annotations

import argparse
import itertools
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "daemon")]

from tests.support.debug_session import DebugSession  # noqa: E402  # the path has to be set first
from tests.support.interpreter_client import InterpreterClient, started  # noqa: E402

STEPS = 100
MESSAGES = 20_000
COMMANDS = {"a step": "next", "continue": "continue"}
STEPPED = "def f():\n" + "    x = 1\n" * (STEPS + 20) + "f()\n"
LOGGED = f"import time\nbegun = time.perf_counter()\nfor i in range({MESSAGES}):\n    pass\n"
WORK = """\
import time
def call(n):
    return n + 1
def measure():
    begun = time.perf_counter()
    n = 0
    for _ in range(300_000):
        n = call(n)
    calls = time.perf_counter() - begun
    begun = time.perf_counter()
    for _ in range(2_000_000):
        n += 1
    return calls, time.perf_counter() - begun
"""


class PlainSession:
    """A DAP client of debugpy's own adapter, on a script that it starts."""

    def __init__(self, python: str, script: Path) -> None:
        with closing(socket.socket()) as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        command = [python, "-m", "debugpy", "--listen", f"127.0.0.1:{port}", "--wait-for-client", str(script)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        deadline = time.monotonic() + 60
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port))
                self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                break
            except OSError:
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.05)
        self.stream = self.socket.makefile("rb")
        self.numbers = itertools.count(1)
        self.send("initialize", adapterID="bench")
        self.send("attach", justMyCode=True)
        self.wait(lambda item: item.get("event") == "initialized")

    def send(self, command: str, **arguments: Any) -> int:
        number = next(self.numbers)
        data = json.dumps({"seq": number, "type": "request", "command": command, "arguments": arguments}).encode()
        self.socket.sendall(b"Content-Length: %d\r\n\r\n%b" % (len(data), data))
        return number

    def wait(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        while header := self.stream.readline():
            length = int(header.partition(b":")[2])
            while self.stream.readline().strip():
                pass
            message: dict[str, Any] = json.loads(self.stream.read(length))
            if wanted(message):
                return message
        raise EOFError("debugpy has ended")

    def stopped(self) -> int:
        thread: int = self.wait(lambda item: item.get("event") == "stopped")["body"]["threadId"]
        return thread

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        self.socket.close()


def plain_steps(python: str, folder: Path, command: str) -> list[float]:
    script = folder / "stepped.py"
    session = PlainSession(python, script)
    with closing(session):
        breakpoints = [{"line": line} for line in lines_for(command)]
        session.send("setBreakpoints", source={"path": str(script)}, breakpoints=breakpoints)
        session.send("configurationDone")
        thread = session.stopped()

        def step() -> None:
            session.send(command, threadId=thread)
            session.stopped()

        return [_seconds(step) for _ in range(STEPS)]


def lines_for(command: str) -> range:
    """Steps need a breakpoint at the first line, *continue* one at each."""
    return range(2, 3) if command == "next" else range(2, STEPS + 4)


def our_steps(interpreter: InterpreterClient, folder: Path, command: str) -> list[float]:
    script = folder / "stepped.py"
    with DebugSession(interpreter) as session:
        session.break_at(script, *lines_for(command))
        session.configured()
        run = interpreter.start_file(script)
        thread = session.stopped()

        def step() -> None:
            session.request(command, threadId=thread)
            session.stopped()

        times = [_seconds(step) for _ in range(STEPS)]
        session.break_at(script)
        session.proceed(thread)
        interpreter.finish(run)
    return times


def messages_per_second(interpreter: InterpreterClient, folder: Path) -> float:
    script = folder / "logged.py"
    with DebugSession(interpreter) as session:
        session.breakpoints(script, {"line": 4, "logMessage": "{i}"})
        session.configured()
        run = interpreter.start_file(script)
        seconds = _seconds(lambda: interpreter.finish(run))
    return MESSAGES / seconds


def times_of_work(interpreter: InterpreterClient, folder: Path, *, elsewhere: bool) -> list[float]:
    other = folder / "other.py"
    code = "min(measure() for _ in range(3))"
    if not elsewhere:
        return _numbers(interpreter.run(code).result)
    with DebugSession(interpreter) as session:
        session.break_at(other, 1)
        session.configured()
        return _numbers(interpreter.run(code).result)


def times_in_plain_python(python: str, folder: Path) -> list[float]:
    code = "from work import measure; print(min(measure() for _ in range(3)))"
    answer = subprocess.run([python, "-c", code], cwd=folder, stdout=subprocess.PIPE, text=True, check=True)
    return _numbers(answer.stdout.strip())


def times_of_lines(interpreter: InterpreterClient) -> list[float]:
    return [_seconds(lambda: interpreter.run("x = 1")) for _ in range(STEPS)]


def _attach(interpreter: InterpreterClient) -> None:
    with DebugSession(interpreter) as session:
        session.configured()


def _numbers(text: str) -> list[float]:
    return [float(part) for part in text.strip("()").split(",")]


def _seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def _line(name: str, times: list[float]) -> None:
    ordered = sorted(times)
    print(f"  {name:28} median {statistics.median(ordered) * 1e3:6.1f} ms   p99 {ordered[-2] * 1e3:6.1f} ms")


def measure(python: str) -> None:
    """Print all numbers for one Python."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in (("stepped.py", STEPPED), ("logged.py", LOGGED), ("work.py", WORK), ("other.py", "x = 1\n")):
            (folder / file).write_text(text)
        with started(folder, python=python) as interpreter:
            print(interpreter.run("import platform\nprint('Python', platform.python_version())").text().strip())
            interpreter.run_file(folder / "work.py")
            lines = times_of_lines(interpreter)
            plain = times_in_plain_python(python, folder)
            without = times_of_work(interpreter, folder, elsewhere=False)
            for what, before, after in zip(("calls", "a loop"), plain, without, strict=True):
                print(f"  {what + ', no debugger':28} {after / before:6.2f} of plain Python")
            print(f"  {'first attach':28} {_seconds(lambda: _attach(interpreter)):6.2f} s")
            with_one = times_of_work(interpreter, folder, elsewhere=True)
            for what, before, after in zip(("calls", "a loop"), without, with_one, strict=True):
                print(f"  {what + ', breakpoint elsewhere':28} {after / before:6.2f} of without")
            with DebugSession(interpreter) as session:
                session.break_at(folder / "other.py", 1)
                session.configured()
                ratio = statistics.median(times_of_lines(interpreter)) / statistics.median(lines)
            print(f"  {'a console line, elsewhere':28} {ratio:6.2f} of without")
            print(f"  {'log messages':28} {messages_per_second(interpreter, folder):,.0f} a second")
            for what, command in COMMANDS.items():
                ours = our_steps(interpreter, folder, command)
                theirs = plain_steps(python, folder, command)
                _line(f"{what} here", ours)
                _line(f"{what} with plain debugpy", theirs)
                print(f"  {what + ', ratio':28} {statistics.median(ours) / statistics.median(theirs):6.2f}")


def soak(python: str, cycles: int) -> None:
    """Print what many debug sessions leave behind in one interpreter."""
    count = "import os, threading\nlen(threading._active), len(os.listdir('/proc/self/fd'))"
    with tempfile.TemporaryDirectory() as name, started(Path(name), python=python) as interpreter:
        script = Path(name) / "stepped.py"
        script.write_text(STEPPED)
        before = after = ""
        begun = time.perf_counter()
        for cycle in range(cycles):
            with DebugSession(interpreter) as session:
                session.break_at(script, 2)
                session.configured()
                run = interpreter.start_file(script)
                thread = session.stopped()
                assert session.evaluate(thread, "1 + 1") == "2"
                typed = interpreter.start_in_frame("1 + 1")
                assert interpreter.finish(typed).status == "ok"
                session.request("next", threadId=thread)
                thread = session.stopped()
                if cycle % 4:
                    session.break_at(script)
                    session.proceed(thread)
                    assert interpreter.finish(run).status == "ok"
                else:
                    assert interpreter.interrupt_and_finish(run).status == "interrupted"
            after = interpreter.run(count).result
            before = before or after
        print(f"{cycles} sessions in {time.perf_counter() - begun:.0f} s on {python}")
        print(f"  threads and descriptors      {before} after the first, {after} after the last")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=int, metavar="CYCLES")
    parser.add_argument("pythons", nargs="*", default=[sys.executable])
    chosen = parser.parse_args()
    for each in chosen.pythons:
        if chosen.soak:
            soak(each, chosen.soak)
        else:
            measure(each)
