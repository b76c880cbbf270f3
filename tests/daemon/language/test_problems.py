"""Problems that only the session can see, as the editor is told of them, and what mends each."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, get_args

import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient
from tests.support.documents import edited, opened
from whiskertoolbox_daemon.language.problems import ProblemKind
from whiskertoolbox_daemon.lsp.settings import DEFAULTS

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANIFEST = json.loads((Path(__file__).parents[3] / "package.json").read_text(encoding="utf-8"))

SESSION = """
dm.setTime("camera", wt.TimeFrame(range(100), ticks_per_second=50))
dm.setData("whisker_angle", wt.AnalogTimeSeries([0.0] * 100, 100), "camera")
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(shared: DaemonClient) -> AsyncIterator[DaemonClient]:
    assert (await shared.run(SESSION)).status == "ok"
    yield shared


async def problems(client: DaemonClient, code: str) -> tuple[str, list[dict[str, Any]]]:
    """Return the document and what the editor is told of it."""
    uri = opened(client, code)["textDocument"]["uri"]
    await client.until(lambda: uri in client.problems)
    return uri, client.problems[uri]


async def mended(client: DaemonClient, code: str, title: str) -> str:
    """Return code after a quick fix."""
    uri, found = await problems(client, code)
    params = {"textDocument": {"uri": uri}, "range": found[0]["range"], "context": {"diagnostics": found}}
    actions = await client.call("textDocument/codeAction", params)
    (action,) = [action for action in actions if action["title"].startswith(title)]
    assert action["diagnostics"][0]["code"] == found[0]["code"]
    return edited(code, action["edit"]["changes"][uri])


async def test_a_name_that_is_near_none_is_offered_some_that_there_are(session: DaemonClient) -> None:
    assert await mended(session, 'dm.getData("zzz")', "Change to 'whisker_angle'") == 'dm.getData("whisker_angle")'


@pytest.mark.parametrize(
    ("code", "kind", "part"),
    [
        ('dm.getData("wisker_angle")', "unknownKey", "Did you mean 'whisker_angle'?"),
        ('dm.each_interval("trials")', "unknownKey", "no data key 'trials'"),
        ('dm.getTime("camra")', "unknownClock", "Did you mean 'camera'?"),
        ('dm.setData("new", series, "camra")', "unknownClock", "no clock 'camra'"),
        ('dm.getData("new")\ndm.setData("new", series, "camera")', "unknownKey", "'new'"),
        ('KEY = "wisker_angle"\ndm.getData(KEY)', "unknownKey", "'wisker_angle'"),
        ('def broken(:\n    pass\ndm.getData("wisker_angle")', "unknownKey", "'wisker_angle'"),
        ("angle.getAtTime(1.5)", "secondsAsIndex", "1.5 looks like seconds"),
        ("angle.getDataInRange(0, 2.5)", "secondsAsIndex", "2.5 looks like seconds"),
        ("licks.getEventsInRange(0.5, 2)", "secondsAsIndex", "0.5"),
        ("wt.Interval(0.1, 5)", "secondsAsIndex", "0.1"),
        ('name = input("Name? ")', "input", "input() fails in a session"),
        ("input()", "input", "input() fails in a session"),
        (
            'dm.setData("new", wt.LineData(), "camera")\ndm.setData("new", wt.MaskData.from_arrays(t, o, p), "camera")',
            "conflictingTypes",
            "'new' is made as MaskData here and as LineData in line 1",
        ),
        (
            'a = wt.LineData()\ndm.setData("n", a, "time")\nb = wt.PointData()\ndm.setData("n", b, "time")',
            "conflictingTypes",
            "PointData",
        ),
    ],
)
async def test_a_problem_is_told_once_with_its_reason(session: DaemonClient, code: str, kind: str, part: str) -> None:
    _, found = await problems(session, code)
    assert [one["code"] for one in found] == [kind]
    assert part in found[0]["message"]
    assert found[0]["source"] == "WhiskerToolbox"
    assert found[0]["severity"] == 2


@pytest.mark.parametrize(
    "code",
    [
        'dm.getData("whisker_angle")',
        'dm.setData("new", series, "camera")\ndm.getData("new")',
        'for n in range(3):\n    dm.setData(f"lfp_{n}", series, "camera")\ndm.getData("lfp_2")',
        'dm.setData("lfp_" + name, series, "camera")\ndm.getData("lfp_2")',
        'dm.load("recording.json")\ndm.getData("anything")',
        'dm.run_transform("Hilbert Phase", "whisker_angle", "phase")\ndm.getData("phase")',
        'dm.setTime("lags", clock)\ndm.setData("a", series, "lags")',
        'dm.load_file("a.csv", data_type="time", name="mine")\ndm.getTime("mine")',
        'if "maybe" in dm:\n    pass',
        'dm.deleteData("maybe")',
        'dm.getType("maybe")',
        'own = wt.DataManager()\nown.getData("mine")',
        'dm = wt.DataManager.open("other")\ndm.getData("mine")',
        'table.getData("other")',
        '"""dm.getData("text")"""',
        '# dm.getData("comment")',
        "",
        "angle.getAtTime(15)",
        'licks.getEventsInRange(0.5, 2.5, unit="seconds")',
        "point = wt.Point2D(0.5, 1.5)",
        "self.input()",
        'dm.setData("a", wt.LineData(), "time")\ndm.setData("a", wt.LineData(), "time")',
        'dm.setData("a", wt.LineData(), "time")\ndm.deleteData("a")\ndm.setData("a", wt.MaskData(), "time")',
    ],
)
async def test_what_is_right_has_no_problem(session: DaemonClient, code: str) -> None:
    assert (await problems(session, code))[1] == []


@pytest.mark.parametrize(
    ("code", "title", "after"),
    [
        ('dm.getData("wisker_angle")', "Change to", 'dm.getData("whisker_angle")'),
        ('dm.setData("a", series, "camra")', "Change to", 'dm.setData("a", series, "camera")'),
        (
            "angle.getAtTime(1.5)",
            "Convert",
            "angle.getAtTime(angle.getTimeFrame().getIndexAtTime(round(1.5 * angle.getTimeFrame().ticks_per_second)))",
        ),
        ("wt.Interval(2.0, 5)", "Use the index 2", "wt.Interval(2, 5)"),
        ("licks.getEventsInRange(0.5, 2)", "Query in seconds", 'licks.getEventsInRange(0.5, 2, unit="seconds")'),
        ('import os\nname = input("Name? ")', "Take it from", "import sys\nimport os\nname = sys.argv[1]"),
        (
            'dm.setData("a", wt.LineData(), "time")\ndm.setData("a", wt.MaskData(), "time")',
            "Change to 'a_2'",
            'dm.setData("a", wt.LineData(), "time")\ndm.setData("a_2", wt.MaskData(), "time")',
        ),
    ],
)
async def test_a_quick_fix_mends_it(session: DaemonClient, code: str, title: str, after: str) -> None:
    assert await mended(session, code, title) == after
    assert (await problems(session, after))[1] == []


async def test_a_problem_goes_when_the_key_is_made(session: DaemonClient) -> None:
    uri, found = await problems(session, 'dm.getData("made_later")')
    assert len(found) == 1
    assert (await session.run('dm.setData("made_later", wt.LineData(), "time")')).status == "ok"
    await session.until(lambda: session.problems[uri] == [])
    assert (await session.run('dm.deleteData("made_later")')).status == "ok"
    await session.until(lambda: session.problems[uri] != [])


async def test_no_more_are_told_than_somebody_reads(session: DaemonClient) -> None:
    _, found = await problems(session, "\n".join(f'dm.getData("no_{n}")' for n in range(1000)))
    assert len(found) == 100


async def test_each_problem_has_a_setting(session: DaemonClient) -> None:
    uri, _ = await problems(session, 'dm.getData("wisker_angle")\ninput()\nangle.getAtTime(1.5)')
    chosen = {"unknownKey": "error", "input": "off"}
    session.rpc.protocol.notify(
        "workspace/didChangeConfiguration", {"settings": {"whiskertoolbox": {"language": {"problems": chosen}}}}
    )
    wanted = [("unknownKey", 1), ("secondsAsIndex", 2)]
    await session.until(lambda: [(one["code"], one["severity"]) for one in session.problems[uri]] == wanted)
    session.rpc.protocol.notify(
        "workspace/didChangeConfiguration", {"settings": {"whiskertoolbox": {"language": {"problems": {}}}}}
    )
    await session.until(lambda: len(session.problems[uri]) == 3)


async def test_nothing_is_told_of_a_document_that_was_closed(session: DaemonClient) -> None:
    uri, found = await problems(session, 'dm.getData("wisker_angle")')
    assert found
    session.rpc.protocol.notify("textDocument/didClose", {"textDocument": {"uri": uri}})
    await session.until(lambda: session.problems[uri] == [])


async def test_every_problem_has_a_setting() -> None:
    properties = MANIFEST["contributes"]["configuration"]
    sections = properties if isinstance(properties, list) else [properties]
    settings = {name for section in sections for name in section["properties"]}
    kinds = set(get_args(ProblemKind))
    assert kinds == set(DEFAULTS)
    assert {f"whiskertoolbox.language.problems.{kind}" for kind in kinds} <= settings
