"""What a session must survive: after each item, code runs, all keys are listed, and an interrupt works."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import DisplayOutput, ErrorOutput
from whiskertoolbox_protocol.status import Empty

pytestmark = [
    pytest.mark.asyncio(loop_scope="module"),
    pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's"),
]

ENDS = {
    "a read of invalid memory": "import ctypes\nctypes.string_at(0)",
    "abort": "import os\nos.abort()",
    "os._exit": "import os\nos._exit(3)",
    "SIGKILL": "import os, signal\nos.kill(os.getpid(), signal.SIGKILL)",
    "SIGTERM": "import os, signal, time\nos.kill(os.getpid(), signal.SIGTERM)\ntime.sleep(60)",
}
"""Code that ends the process."""

LEFT_BEHIND = {
    "a SIGINT handler that ignores": "import signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)",
    "a SIGINT handler of its own": "import signal\nsignal.signal(signal.SIGINT, lambda *_: None)",
    "sys.stdout replaced": "import io, sys\nsys.stdout = io.StringIO()",
    "sys.stdout closed": "import sys\nsys.stdout.close()",
    "builtins overwritten": "import builtins\nbuiltins.len = builtins.isinstance = builtins.print = None",
    "no builtins": "import builtins\nvars(builtins).clear()",
    "numpy hidden": "import sys\nsys.modules['numpy'] = None",
    "sys.modules cleared": "import sys\nsys.modules.clear()",
    "all modules hidden": "import sys\nsys.modules.update(dict.fromkeys(sys.modules))",
    "sys.stdout and sys.stderr taken away": "import sys\nsys.stdout = sys.stderr = None",
    "fds 1 and 2 elsewhere": "import os\nfor fd in (1, 2): os.dup2(os.open(os.devnull, os.O_RDWR), fd)",
    "atexit that hangs": "import atexit, time\natexit.register(time.sleep, 600);",
    "warnings as errors": "import warnings\nwarnings.simplefilter('error')",
    "2000 threads": (
        "import threading\nend = threading.Event()\n"
        "for _ in range(2000): threading.Thread(target=end.wait, daemon=True).start()"
    ),
    "a working folder that is gone": "import os, tempfile\nos.chdir(tempfile.mkdtemp())\nos.rmdir(os.getcwd())",
    "an alarm": "import signal as s\ns.signal(s.SIGALRM, lambda *_: None)\nold = s.setitimer(s.ITIMER_REAL, 0.05)",
    "a trace function": "import sys\nsys.settrace(lambda *_: None)",
    "a low recursion limit": "import sys\nsys.setrecursionlimit(120)",
    "a thread that does not end": "import threading, time\nthreading.Thread(target=time.sleep, args=(600,)).start()",
    "logging to stdout": "import logging, sys\nlogging.basicConfig(stream=sys.stdout, level=0, force=True)",
    "an event loop that is closed": (
        "import asyncio\nasyncio.set_event_loop(asyncio.new_event_loop())\nasyncio.get_event_loop().close()"
    ),
}
"""Code that changes the process for what comes after."""

BAD_OBJECTS = {
    "a repr that raises": "class Bad:\n    def __repr__(self): raise ValueError('bad')\nbad = Bad()\nbad",
    "a str of an exception that raises": (
        "class Bad(Exception):\n    def __str__(self): raise ValueError('bad')\nraise Bad"
    ),
    "a repr that recurses": "class Bad:\n    def __repr__(self): return repr(self)\nbad = Bad()\nbad",
    "a dir that raises": "class Bad:\n    def __dir__(self): raise ValueError('bad')\nbad = Bad()",
    "attributes that raise": "class Bad:\n    def __getattr__(self, name): raise ValueError(name)\nbad = Bad()\nbad",
    "a metaclass that raises": (
        "class Meta(type):\n    def __instancecheck__(cls, other): raise ValueError('bad')\n"
        "class Bad(metaclass=Meta): pass\nBad()"
    ),
    "rich displays that raise": "class Bad:\n    def _repr_html_(self): raise ValueError('bad')\nBad()",
}
"""Objects that raise where nobody expects it."""

FLOODS = {
    "prints to stdout and stderr in turn": (
        "import sys\nfor i in range(20_000):\n    print(i)\n    print(i, file=sys.stderr)"
    ),
    "displays": "for i in range(5000): display(i)",
    "clearings": "from IPython.display import clear_output\nfor i in range(30_000): clear_output()",
}
"""Outputs without end."""

BLOCKING = {
    "sleep": "import time\ntime.sleep(600)",
    "a lock": "import threading\nlock = threading.Lock()\nlock.acquire()\nlock.acquire()",
    "a queue": "import queue\nqueue.Queue().get()",
    "join": (
        "import threading, time\nthread = threading.Thread(target=time.sleep, args=(600,), daemon=True)\n"
        "thread.start()\nthread.join()"
    ),
    "a subprocess": "import subprocess\nsubprocess.run(['sleep', '600'])",
    "a pipe": "import os\nreading, writing = os.pipe()\nos.read(reading, 1)",
    "a loop": "while True: pass",
}
"""Code that waits for ever, and is interrupted."""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DaemonClient]:
    folder: Path = tmp_path_factory.mktemp("workspace")
    async with DaemonClient.start(session=folder / "session", workspace=folder) as client:
        await client.until_state("idle")
        await client.run("dm.setData('angle', wt.AnalogTimeSeries([1.0, 2.0], [0, 1]), 'time')")
        yield client
        await client.request(methods.INTERPRETER_RESTART, Empty())  # what was left behind may keep it from ending


async def is_alive(client: DaemonClient) -> None:
    """Code runs, all keys are listed, and the next run can be interrupted."""
    number = len(client.outputs)
    assert (await client.run("1 + 1", f"after {number}")).status == "ok"
    assert [output.data for output in client.outputs_of(f"after {number}") if isinstance(output, DisplayOutput)] == [
        {"text/plain": "2"}
    ]
    assert [entry.key for entry in (await client.request(methods.DATA_LIST, Empty())).keys] == ["angle"]
    running = asyncio.ensure_future(client.run("print('begun')\nwhile True: pass", f"endless {number}"))
    await client.until(lambda: "begun" in client.text_of(f"endless {number}") or running.done())
    assert (await client.request(methods.INTERRUPT, Empty())).stopped
    assert (await running).status == "interrupted"


@pytest.mark.parametrize("name", ENDS)
async def test_the_session_survives_an_end_of_the_process(session: DaemonClient, name: str) -> None:
    assert (await session.run(ENDS[name], name)).status == "died"
    await is_alive(session)


@pytest.mark.parametrize("name", BAD_OBJECTS)
async def test_the_session_survives_bad_objects(session: DaemonClient, name: str) -> None:
    await session.run(BAD_OBJECTS[name], name)
    await is_alive(session)


async def test_a_recursion_of_many_thousand_calls_is_shown_by_both_ends(session: DaemonClient) -> None:
    code = "import sys\nsys.setrecursionlimit(60_000)\ndef sink(n): return sink(n - 1) if n else 1 / 0\nsink(20_000)"
    assert (await session.run(code, "recursion")).status == "error"
    [error] = session.outputs_of("recursion")
    assert isinstance(error, ErrorOutput)
    assert "frames in the middle of the traceback are left out" in error.traceback
    assert "ZeroDivisionError" in error.traceback.splitlines()[-1]
    await is_alive(session)


@pytest.mark.parametrize("name", FLOODS)
async def test_the_session_survives_floods_and_shows_a_bounded_part(session: DaemonClient, name: str) -> None:
    assert (await session.run(FLOODS[name], name)).status == "ok"
    assert len(session.outputs_of(name)) < 1500
    await is_alive(session)


@pytest.mark.parametrize("name", BLOCKING)
async def test_code_that_waits_for_ever_is_interrupted(session: DaemonClient, name: str) -> None:
    running = await session.begin_run(BLOCKING[name], name)
    assert (await session.request(methods.INTERRUPT, Empty())).stopped
    assert (await running).status == "interrupted"
    await is_alive(session)


@pytest.mark.parametrize("name", LEFT_BEHIND)
async def test_the_session_survives_what_code_leaves_behind(session: DaemonClient, name: str) -> None:
    await asyncio.wait_for(session.request(methods.INTERPRETER_RESTART, Empty()), 60)
    await session.run(LEFT_BEHIND[name], name)
    await is_alive(session)
