"""Whatever way code comes to run, it stops at a breakpoint in its file, on each supported Python."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import pytest

from tests.support.debug_session import DebugSession
from tests.support.interpreter_client import InterpreterClient


class Kind(NamedTuple):
    """Code whose breakpoint is at the line that ends in `# here`."""

    text: str
    function: str


KINDS = {
    "a callback": Kind("def key(n):\n    return -n  # here\nprint(sorted([1], key=key))\n", "key"),
    "an observer": Kind(
        "def changed():\n    seen.append(1)  # here\nseen = []\nhandle = dm.addObserver(changed)\n"
        "dm.setData('licks', wt.DigitalEventSeries([1]), 'time')\ndm.removeObserver(handle)\ndm.deleteData('licks')\n",
        "changed",
    ),
    "a thread": Kind(
        "import threading\ndef work():\n    return 1  # here\nthread = threading.Thread(target=work)\n"
        "thread.start()\nthread.join()\n",
        "work",
    ),
    "a pool of threads": Kind(
        "from concurrent.futures import ThreadPoolExecutor\ndef work(n):\n    return n  # here\n"
        "with ThreadPoolExecutor(1) as pool:\n    print(list(pool.map(work, [1])))\n",
        "work",
    ),
    "a coroutine": Kind(
        "import asyncio\nasync def work():\n    await asyncio.sleep(0)\n    return 1  # here\n"
        "print(asyncio.run(work()))\n",
        "work",
    ),
    "an await that waits": Kind(
        "import asyncio\nasync def work():\n    await asyncio.sleep(0.01)  # here\n    return 1\n"
        "print(asyncio.run(work()))\n",
        "work",
    ),
    "a generator that yields from another": Kind(
        "def numbers():\n    yield from [1, 2]  # here\nprint(list(numbers()))\n", "numbers"
    ),
    "a loop that awaits": Kind(
        "import asyncio\nasync def numbers():\n    await asyncio.sleep(0)\n    yield 1\nasync def work():\n"
        "    async for n in numbers():\n        await asyncio.sleep(0)  # here\nasyncio.run(work())\n",
        "work",
    ),
    "a generator": Kind("def numbers():\n    yield 1\n    yield 2  # here\nprint(list(numbers()))\n", "numbers"),
    "a comprehension": Kind("print([\n    n + 1  # here\n    for n in range(1)\n])\n", ""),
    "a property": Kind(
        "class Trial:\n    @property\n    def first(self):\n        return 1  # here\nprint(Trial().first)\n", "first"
    ),
    "a finalizer": Kind(
        "class Trial:\n    def __del__(self):\n        self.gone = 1  # here\ntrial = Trial()\ndel trial\n", "__del__"
    ),
    "a handler": Kind("try:\n    1 / 0\nexcept ZeroDivisionError:\n    print('caught')  # here\n", "<module>"),
    "a lambda": Kind("later = lambda n: (\n    n + 1)  # here\nprint(later(1))\n", "<lambda>"),
}


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    return KINDS[request.param]


def test_code_of_any_kind_stops_once_and_goes_on(
    each_python: InterpreterClient, debugging: DebugSession, tmp_path: Path, kind: Kind
) -> None:
    script = tmp_path / "kinds.py"
    script.write_text(kind.text)
    line = next(number for number, text in enumerate(kind.text.split("\n"), 1) if text.endswith("# here"))
    debugging.break_at(script, line)
    debugging.configured()
    run = each_python.start_file(script)
    thread = debugging.stopped()
    name, stopped_at = debugging.places(thread)[0]
    assert (stopped_at, name if kind.function else "") == (line, kind.function)
    debugging.proceed(thread)
    assert each_python.finish(run).status == "ok", run.outputs


def test_a_thread_that_outlives_its_run_stops_and_later_runs_end_when_it_goes_on(
    each_python: InterpreterClient, debugging: DebugSession, tmp_path: Path
) -> None:
    script = tmp_path / "outlives.py"
    script.write_text(
        "import threading\ngo_on = threading.Event()\ndef work():\n    go_on.wait()\n    global done\n    done = 1\n"
        "thread = threading.Thread(target=work)\nthread.start()\n"
    )
    debugging.break_at(script, 6)
    debugging.configured()
    each_python.run_file(script)
    run = each_python.start_code("go_on.set(); thread.join(); done")  # since Python 3.12 it stands as well
    outliving = debugging.stopped()
    assert debugging.places(outliving)[0] == ("work", 6)
    debugging.proceed(outliving)
    debugging.proceed(outliving)  # nothing stands any more: answered all the same
    assert each_python.finish(run).status == "ok"
    assert run.result == "1"


def test_threads_that_come_to_a_breakpoint_together_stop_one_after_the_other(
    each_python: InterpreterClient, debugging: DebugSession, tmp_path: Path
) -> None:
    script = tmp_path / "together.py"
    script.write_text(
        "import threading\n"
        "def work(number):\n"
        "    done.append(number)\n"
        "done = []\n"
        "threads = [threading.Thread(target=work, args=(number,)) for number in range(3)]\n"
        "for thread in threads:\n"
        "    thread.start()\n"
        "for thread in threads:\n"
        "    thread.join()\n"
        "print(sorted(done))\n"
    )
    debugging.break_at(script, 3)
    debugging.configured()
    run = each_python.start_file(script)
    stopped = set()
    for _ in range(3):
        thread = debugging.stopped()
        stopped.add(thread)
        assert debugging.places(thread)[0] == ("work", 3)
        debugging.proceed(thread)
    assert len(stopped) == 3
    assert each_python.finish(run).status == "ok"
    assert run.text() == "[0, 1, 2]\n"
