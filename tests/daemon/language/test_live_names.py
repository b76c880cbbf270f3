"""Variables of the session in Python files: completed and explained as they are, and only while the file means them."""

from __future__ import annotations

import itertools
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient
from tests.support.documents import CURSOR, opened
from whiskertoolbox_daemon.language.bindings import LastBindings
from whiskertoolbox_daemon.language.live_names import typed_call_at
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import RunFile

_numbers = itertools.count()

RAN = """import numpy as np

called = []

class Trial:
    def __init__(self):
        self.reaction_time = 0.25

    def __getattr__(self, name):
        called.append(name)

    @property
    def outcome(self):
        called.append("outcome")

trial = Trial()
settings = {"cut_off": 8.0, "order": 4, 3: None}
angles = np.zeros((300, 2), "f4")

def smooth(signal, width=5, *, mode="same"):
    \"\"\"Smooth a signal.\"\"\"
    return signal
"""


@pytest_asyncio.fixture(loop_scope="module")
async def client(shared: DaemonClient) -> AsyncIterator[DaemonClient]:
    assert (await shared.run("%reset -f")).status == "ok"
    assert (await shared.run(RAN, "ran")).status == "ok"
    yield shared


pytestmark = pytest.mark.asyncio(loop_scope="module")


def in_file(client: DaemonClient, code: str) -> dict[str, Any]:
    return opened(client, code, f"file:///work/script_{next(_numbers)}.py")


async def labels(client: DaemonClient, code: str) -> list[str]:
    found = await client.call("textDocument/completion", in_file(client, code))
    return [] if found is None else [item["label"] for item in found["items"]]


async def told(client: DaemonClient, code: str) -> str:
    found = await client.call("textDocument/hover", in_file(client, code))
    return "" if found is None else str(found["contents"]["value"])


async def test_attributes_of_an_object_as_it_is_are_completed_and_nothing_is_called(client: DaemonClient) -> None:
    found = await labels(client, f"{RAN}trial.{CURSOR}")
    assert {"reaction_time", "outcome"} <= set(found)
    assert (await client.run("print(called)", "after")).status == "ok"
    assert client.text_of("after") == "[]\n"


async def test_keys_of_a_dictionary_are_completed_between_its_quotes(client: DaemonClient) -> None:
    assert await labels(client, f'{RAN}settings["{CURSOR}"]') == ["cut_off", "order"]
    assert await labels(client, f"{RAN}settings['cu{CURSOR}") == ["cut_off"]


async def test_a_hover_says_shape_and_dtype(client: DaemonClient) -> None:
    text = await told(client, f"{RAN}print(angl{CURSOR}es.mean())")
    assert "ndarray" in text
    assert "(300, 2) float32" in text.replace("\\", "")


async def test_a_hover_shows_what_an_assignment_has_made(client: DaemonClient) -> None:
    code = RAN.replace("angles =", f"ang{CURSOR}les =")
    assert "float32" in await told(client, code)


async def test_a_property_is_not_read_for_a_hover(client: DaemonClient) -> None:
    assert await told(client, f"{RAN}trial.outc{CURSOR}ome") == ""
    assert await told(client, f"{RAN}trial.unkn{CURSOR}own") == ""


async def test_the_call_of_a_function_of_the_session_shows_its_parameters(client: DaemonClient) -> None:
    found = await client.call("textDocument/signatureHelp", in_file(client, f"{RAN}smooth(angles, mode={CURSOR}"))
    (signature,) = found["signatures"]
    assert signature["label"] == "smooth(signal, width=5, *, mode='same')"
    assert found["activeParameter"] == 3


async def test_a_name_that_the_editor_has_bound_to_something_else_is_not_shown(client: DaemonClient) -> None:
    edited = RAN.replace('settings = {"cut_off": 8.0, "order": 4, 3: None}', 'settings = {"other": 1}')
    assert await labels(client, f'{edited}settings["{CURSOR}"]') == []
    assert await told(client, f"{edited}sett{CURSOR}ings") == ""


async def test_a_variable_of_the_console_that_the_file_does_not_bind_is_shown(client: DaemonClient) -> None:
    assert await labels(client, f'settings["{CURSOR}"]') == ["cut_off", "order"]
    assert await labels(client, f"sett{CURSOR}") == ["settings"]


async def test_a_local_name_of_a_function_is_not_the_sessions(client: DaemonClient) -> None:
    assert await labels(client, f'def f(settings):\n    settings["{CURSOR}"]\n') == []
    assert await labels(client, f'[settings["{CURSOR}"] for settings in others]\n') == []


async def test_in_comments_and_texts_nothing_is_completed(client: DaemonClient) -> None:
    assert await labels(client, f"# trial.{CURSOR}") == []
    assert await labels(client, f'"""\ntrial.{CURSOR}\n"""') == []


async def test_the_setting_turns_it_off(client: DaemonClient) -> None:
    for wanted, expected in ((False, []), (True, ["cut_off", "order"])):
        settings = {"settings": {"whiskertoolbox": {"language": {"liveNames": wanted}}}}
        client.rpc.protocol.notify("workspace/didChangeConfiguration", settings)
        assert await labels(client, f'settings["{CURSOR}"]') == expected


async def test_a_script_that_ran_has_bound_its_names(client: DaemonClient, tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text('limits = {"low": 1}\n', encoding="utf-8")
    assert (await client.request(methods.RUN_FILE, RunFile(run_id="script", path=str(script)))).status == "ok"
    assert await labels(client, f'limits = {{"low": 1}}\nlimits["{CURSOR}"]') == ["low"]
    assert await labels(client, f'limits = {{"high": 1}}\nlimits["{CURSOR}"]') == []


@pytest.mark.parametrize(
    ("ran", "source", "line", "is_meant"),
    [
        ("x = 1", "x = 1\nx\n", 1, True),
        ("x = 1", "x = 2\nx\n", 1, False),
        ("x = 1", "x\n", 0, True),
        ("x = 1\nx = 2", "x = 1\nx\nx = 2\n", 1, False),
        ("x = 1\nx = 2", "x = 1\nx\nx = 2\nx\n", 3, True),
        ("for x in a:\n    pass", "for x in a:\n    y = 3\n    x\n", 2, True),
        ("for x in a:\n    pass", "for x in b:\n    x\n", 1, False),
        ("with a as x:\n    pass", "with a as x:\n    x\n", 1, True),
        ("import x", "import x\nx\n", 1, True),
        ("if a:\n    x = 1", "if a:\n  x = 1\nx\n", 2, True),
        ("x = 1", "x = 1\nx.y = 3\nx\n", 2, True),
        ("x = 1", "x = 1\nclass A:\n    x = 3\n    x\n", 3, False),
        ("x = 1", "x = 1\nx = x.\n", 1, True),
        ("def x(): pass", "def x(): return 1\nx\n", 1, False),
        ("def x():\n    pass", "def x():\n    pass\n\nx\n", 3, True),
        ("x = 1", "x = 1\ndef f(x):\n    pass\nx\n", 3, True),
        ("x = 1", "x = 1\ndef f(x):\n    x\n", 2, False),
        ("@a\ndef x(): pass", "@b\ndef x(): pass\nx\n", 2, False),
        ("if (x := 1):\n    pass", "if (x := 1):\n    x\n", 1, True),
    ],
)
async def test_a_name_is_meant_while_the_statement_above_is_the_one_that_ran(
    ran: str, source: str, line: int, is_meant: bool
) -> None:
    last = LastBindings()
    last.begin(ran)
    last.end(ran)
    assert last.is_meant(source, line, "x") == is_meant


async def test_code_that_has_not_ended_makes_names_uncertain() -> None:
    last = LastBindings()
    last.begin("x = 1\ny = 2")
    last.end("x = 1\ny = 2")
    last.begin("x = 3\ny = 2")
    assert not last.is_meant("x = 3\nx", 1, "x")
    assert not last.is_meant("x = 1\nx", 1, "x")
    assert last.is_meant("y = 2\ny", 1, "y")


@pytest.mark.parametrize(
    ("code", "called", "position", "keyword"),
    [
        ("f(", "f", 0, ""),
        ("a.f(1, (2, 3), ", "a.f", 2, ""),
        ("f(1, width=", "f", 1, "width"),
        ('f("(", g(1), ', "f", 2, ""),
        ("f(g(1, ", "g", 1, ""),
    ],
)
async def test_the_argument_at_the_cursor_is_known(code: str, called: str, position: int, keyword: str) -> None:
    found = typed_call_at(code, 0, len(code))
    assert found is not None
    assert (found.expression, found.position, found.keyword) == (called, position, keyword)


@pytest.mark.parametrize("code", ["def f(", "class A(", "if (", "(1, ", "f(x)", "[f, ", "f([1, "])
async def test_where_nothing_is_called_no_parameters_are_shown(code: str) -> None:
    assert typed_call_at(code, 0, len(code)) is None
