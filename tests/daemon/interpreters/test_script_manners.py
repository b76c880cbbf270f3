"""Scripts are ordinary Python: their streams, signal handlers, imports and worker processes."""

import asyncio
from pathlib import Path

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import ErrorOutput, RunFile, RunResult
from whiskertoolbox_protocol.status import Empty

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def run_script(client: DaemonClient, path: Path, text: str, run_id: str) -> RunResult:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    result: RunResult = await client.request(methods.RUN_FILE, RunFile(run_id=run_id, path=str(path), arguments=[]))
    return result


async def test_a_script_may_reconfigure_its_stdout(shared: DaemonClient, tmp_path: Path) -> None:
    text = "import sys\nsys.stdout.reconfigure(encoding='utf-8', line_buffering=True)\nprint('result: 42')\n"
    assert (await run_script(shared, tmp_path / "s.py", text, "reconfigure")).status == "ok"
    assert shared.text_of("reconfigure") == "result: 42\n"


async def test_text_in_a_wrapper_of_stdout_is_shown_with_its_run(shared: DaemonClient, tmp_path: Path) -> None:
    text = "import io, sys\nsys.stdout = io.TextIOWrapper(sys.stdout.buffer, encoding='utf-8')\nprint('result: 42')\n"
    await run_script(shared, tmp_path / "s.py", text, "wrapper")
    assert shared.text_of("wrapper") == "result: 42\n"
    await shared.run("print('later')", "after wrapper")
    assert shared.text_of("after wrapper") == "later\n"


async def test_a_stream_that_a_script_leaves_is_gone_in_the_next_run(shared: DaemonClient, tmp_path: Path) -> None:
    text = (
        "import sys\nclass Tee:\n    def __init__(self, stream): self.stream = stream\n"
        "    def write(self, s): self.stream.write('[log] ' + s if s.strip() else s)\n"
        "    def flush(self): pass\nsys.stdout = Tee(sys.stdout)\nprint('result')\n"
    )
    for run_id in ("tee 1", "tee 2"):
        await run_script(shared, tmp_path / "s.py", text, run_id)
        assert shared.text_of(run_id) == "[log] result\n"
    await shared.run("print('console')", "after tee")
    assert shared.text_of("after tee") == "console\n"


@pytest.mark.parametrize("handler", ["SIG_IGN", "SIG_DFL"])
async def test_a_signal_handler_that_a_run_leaves_does_not_count_in_the_next(
    shared: DaemonClient, handler: str
) -> None:
    await shared.run(f"import signal; kept = 1; signal.signal(signal.SIGINT, signal.{handler})", f"leaves {handler}")
    running = await shared.begin_run("import time\nwhile True: time.sleep(0.05)", f"loop {handler}")
    await shared.request(methods.INTERRUPT, Empty())
    assert (await asyncio.wait_for(running, 20)).status == "interrupted"
    await shared.run("print(kept)", f"kept {handler}")
    assert shared.text_of(f"kept {handler}") == "1\n"


async def test_the_folder_of_a_script_is_first_in_sys_path_while_it_runs(shared: DaemonClient, tmp_path: Path) -> None:
    text = (
        "import os, sys\nprint(sys.path[0] == os.path.dirname(os.path.abspath(__file__)))\n"
        "os.chdir('/')\nimport beside_it\nprint(beside_it.VALUE)\n"
    )
    (tmp_path / "beside_it.py").write_text("VALUE = 7\n", encoding="utf-8")
    await run_script(shared, tmp_path / "s.py", text, "path")
    assert shared.text_of("path") == "True\n7\n"


async def test_a_function_that_a_script_leaves_imports_what_lies_beside_it(
    shared: DaemonClient, tmp_path: Path
) -> None:
    (tmp_path / "beside_late.py").write_text("VALUE = 8\n", encoding="utf-8")
    text = "def late():\n    import beside_late\n    return beside_late.VALUE\n"
    await run_script(shared, tmp_path / "s.py", text, "late")
    await shared.run("print(late())", "called late")
    assert shared.text_of("called late") == "8\n"


POOL = """
import multiprocessing
top_level = dm.getAllKeys() is not None
def keys(number):
    return sorted(dm.getAllKeys()), isinstance(dm, wt.DataManager), number
if __name__ == "__main__":
    with multiprocessing.get_context({method!r}).Pool(2) as pool:
        print(pool.map(keys, [1, 2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("method", ["spawn", "forkserver"])
async def test_workers_of_a_pool_find_the_session(shared: DaemonClient, tmp_path: Path, method: str) -> None:
    await shared.run("dm.setData('ev', wt.DigitalEventSeries([1]), 'time')", f"data {method}")
    await run_script(shared, tmp_path / "pool.py", POOL.format(method=method), f"pool {method}")
    assert shared.text_of(f"pool {method}", "stdout") == "[(['ev', 'media'], True, 1), (['ev', 'media'], True, 2)]\n"


@pytest.mark.slow
async def test_workers_of_a_forkserver_run_the_script_that_starts_them_and_no_earlier_one(
    shared: DaemonClient, tmp_path: Path
) -> None:
    text = POOL.format(method="forkserver")
    await run_script(shared, tmp_path / "first.py", text, "first of two")
    await run_script(shared, tmp_path / "second.py", text.replace(", number", ", -number"), "second of two")
    assert shared.text_of("second of two", "stdout").endswith(", -1), (['ev', 'media'], True, -2)]\n")


LOST_FUNCTION = """
import multiprocessing
def square(number):
    return number * number
with multiprocessing.get_context("spawn").Pool(1) as pool:
    print(pool.map(square, [1, 2]))
"""
FAILING_START = """
import multiprocessing
def begin():
    raise ValueError("no camera")
if __name__ == "__main__":
    with multiprocessing.get_context("spawn").Pool(1, initializer=begin) as pool:
        print(pool.map(abs, [1, 2]))
"""


@pytest.mark.slow
async def test_a_pool_whose_workers_cannot_find_the_function_ends_with_one_error(shared: DaemonClient) -> None:
    result = await shared.run(LOST_FUNCTION, "lost function")
    assert result.status == "interrupted"
    assert shared.text_of("lost function", "stderr").count("A worker process has ended with an error") == 1


@pytest.mark.slow
async def test_a_pool_whose_workers_cannot_start_ends_with_one_error(shared: DaemonClient, tmp_path: Path) -> None:
    result = await run_script(shared, tmp_path / "pool.py", FAILING_START, "failing start")
    assert result.status == "interrupted"
    assert shared.text_of("failing start", "stderr").count("A worker process has ended with an error") == 1


async def test_exits_are_errors_unless_they_say_that_all_is_well(shared: DaemonClient) -> None:
    for call, status in (("sys.exit()", "ok"), ("sys.exit(0)", "ok"), ("sys.exit(1)", "error")):
        assert (await shared.run(f"import sys\n{call}", call)).status == status
    assert (await shared.run("raise SystemExit('no camera')", "text")).status == "error"
    errors = [output for run, output in shared.outputs if run == "text" and isinstance(output, ErrorOutput)]
    assert [error.message for error in errors] == ["no camera"]


async def test_a_value_that_cannot_be_shown_ends_its_cell_as_an_error_once(shared: DaemonClient) -> None:
    code = "class Bad:\n    def __repr__(self): raise ValueError('no text')\nBad()"
    assert (await shared.run(code, "unshown")).status == "error"
    errors = [output for run, output in shared.outputs if run == "unshown" and isinstance(output, ErrorOutput)]
    assert [error.message for error in errors] == ["no text"]
