"""Measures debugging here beside plain debugpy on the same Python: steps, *continue*, attaching, log messages.

And code and console lines with a breakpoint elsewhere beside those without, and without a debugger beside plain Python.

``python bench/debugging.py [--soak CYCLES] [PYTHON …]``; each Python needs NumPy, IPython and debugpy. Prints one line
for each number. ``--soak 200``: so many sessions with a stop, an evaluation, a step, and an interrupt or a continue,
data keys asked for at each stop, and the interpreter restarted at times.

Ratios are of processor time, and of what ran in turns, so that another program's load does not count. Python keeps what
it has compiled, as it does unless told otherwise; ``first attach`` is not the first one after an installation.
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parents[1] / "daemon")]

from tests.support.daemon_client import DaemonClient  # noqa: E402  # the path has to be set first
from tests.support.daemon_debugger import CYCLED, cycle, held, seconds_of_listing  # noqa: E402
from tests.support.debug_session import DebugSession  # noqa: E402
from tests.support.interpreter_client import InterpreterClient, started  # noqa: E402
from whiskertoolbox_protocol import methods  # noqa: E402
from whiskertoolbox_protocol.execution import CodePlace  # noqa: E402
from whiskertoolbox_protocol.status import Empty  # noqa: E402

STEPS = 100
KEYS = 100
MESSAGES = 20_000
COMMANDS = {"a step": "next", "continue": "continue"}
STEPPED = "def f():\n" + "    x = 1\n" * (STEPS + 20) + "f()\n"
LOGGED = (
    f"import time\nbegun = time.process_time()\nfor i in range({MESSAGES}):\n    pass\ntime.process_time() - begun\n"
)
WORK = """\
import time
def call(n):
    return n + 1
def measure():
    begun = time.thread_time()
    n = 0
    for _ in range(300_000):
        n = call(n)
    calls = time.thread_time() - begun
    begun = time.thread_time()
    for _ in range(2_000_000):
        n += 1
    return calls, time.thread_time() - begun
"""
TURNS = 5


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


def messages_per_second(interpreter: InterpreterClient, folder: Path) -> tuple[float, float]:
    """By the clock, and by the processor time of all threads."""
    script = folder / "logged.py"
    with DebugSession(interpreter) as session:
        session.breakpoints(script, {"line": 4, "logMessage": "{i}"})
        session.configured()
        run = interpreter.start_code(script.read_text(), CodePlace(path=str(script), line=0))
        seconds = _seconds(lambda: interpreter.finish(run))
    return MESSAGES / seconds, MESSAGES / float(run.result)


def times_of_work(interpreter: InterpreterClient) -> list[float]:
    return _numbers(interpreter.run("measure()").result)


@contextmanager
def plain_python(python: str, folder: Path) -> Iterator[Callable[[], list[float]]]:
    """One process for all turns, as there is one interpreter: where code lies in memory makes some percent."""
    code = "import sys; from work import measure\nfor _ in sys.stdin: print(measure(), flush=True)"
    command = [python, "-c", code]
    with subprocess.Popen(command, cwd=folder, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        asked, answers = process.stdin, process.stdout

        def times_of_work_there() -> list[float]:
            print(file=asked, flush=True)
            return _numbers(answers.readline().strip())

        yield times_of_work_there


def time_of(interpreter: InterpreterClient, work: Callable[[], object]) -> float:
    """Processor time of all threads."""
    now = "import time; print(time.process_time())"
    begun = float(interpreter.run(now).text())
    work()
    return float(interpreter.run(now).text()) - begun


def time_of_lines(interpreter: InterpreterClient) -> float:
    return time_of(interpreter, lambda: [interpreter.run("x = 1") for _ in range(STEPS)])


def print_ratios(names: Sequence[str], of: str, before: list[list[float]], after: list[list[float]]) -> None:
    """The fastest of all turns beside each other."""
    for name, ours, theirs in zip(
        names, map(min, zip(*after, strict=True)), map(min, zip(*before, strict=True)), strict=True
    ):
        print(f"  {name:28} {ours / theirs:6.2f} of {of}")


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
            _attach(interpreter)
        with started(folder, python=python) as interpreter:
            print(interpreter.run("import platform\nprint('Python', platform.python_version())").text().strip())
            interpreter.run_file(folder / "work.py")
            plain, without, with_one = [], [], []
            with plain_python(python, folder) as times_of_work_there:
                for _ in range(TURNS):
                    plain.append(times_of_work_there())
                    without.append(times_of_work(interpreter))
            print_ratios(("calls, no debugger", "a loop, no debugger"), "plain Python", plain, without)
            first, later = (time_of(interpreter, lambda: _attach(interpreter)) for _ in range(2))
            print(f"  {'first attach':28} {first - later:6.2f} s more than a later one")
            without = []
            for _ in range(TURNS):
                without.append([*times_of_work(interpreter), time_of_lines(interpreter)])
                with DebugSession(interpreter) as session:
                    session.break_at(folder / "other.py", 1)
                    session.configured()
                    with_one.append([*times_of_work(interpreter), time_of_lines(interpreter)])
            names = [f"{what}, breakpoint elsewhere" for what in ("calls", "a loop", "a console line")]
            print_ratios(names, "without", without, with_one)
            messages, of_processor = messages_per_second(interpreter, folder)
            print(f"  {'log messages':28} {messages:,.0f} a second, {of_processor:,.0f} a second of processor time")
            for what, command in COMMANDS.items():
                ours = our_steps(interpreter, folder, command)
                theirs = plain_steps(python, folder, command)
                _line(f"{what} here", ours)
                _line(f"{what} with plain debugpy", theirs)
                print(f"  {what + ', ratio':28} {statistics.median(ours) / statistics.median(theirs):6.2f}")


async def soak(python: str, cycles: int) -> None:
    """Print what many debug sessions leave behind, and how long data keys take at their stops."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        script = folder / "cycled.py"
        script.write_text(CYCLED)
        async with DaemonClient.start(session=folder / "session", workspace=folder, interpreter=python) as client:
            await client.until_state("idle")
            code = f"for i in range({KEYS}): dm.setData(f'key {{i}}', wt.DigitalEventSeries([i]), 'time')"
            await client.run(code)
            times, while_idle, seen = [], [], []
            for number in range(cycles):
                times.append(await cycle(client, script, number, keys=KEYS))
                while_idle.append(await seconds_of_listing(client, KEYS))
                interpreter = (await client.request(methods.SESSION_STATUS, Empty())).interpreter
                assert interpreter is not None
                if number % 4 == 2:  # before a restart
                    seen.append((held(client.daemon_id), held(interpreter.process_id)))
        print(f"{cycles} sessions, {cycles // 4} restarts on {python}")
        for who, first, last in zip(("daemon", "interpreter"), seen[0], seen[-1], strict=True):
            print(f"  {who:28} {first} in the beginning, {last} in the end")
        _line(f"{KEYS} data keys at a stop", times)
        _line(f"{KEYS} data keys while idle", while_idle)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--soak", type=int, metavar="CYCLES")
    parser.add_argument("pythons", nargs="*", default=[sys.executable])
    chosen = parser.parse_args()
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    with tempfile.TemporaryDirectory() as compiled:
        os.environ["PYTHONPYCACHEPREFIX"] = compiled
        for each in map(os.path.abspath, chosen.pythons):
            if chosen.soak:
                asyncio.run(soak(each, chosen.soak))
            else:
                measure(each)
