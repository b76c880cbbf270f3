"""Names of the session in strings: what is completed where, and what a hover says, through a real daemon."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient
from tests.support.documents import CURSOR, opened
from tests.support.pythons_lock import hold_the_lock, let_go, not_on_windows
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import RunFile

pytestmark = pytest.mark.asyncio(loop_scope="module")

CURSORS = json.loads((Path(__file__).parent / "cursors.json").read_text(encoding="utf-8"))
"""Code with a cursor in it, the kind of name that is expected there, and what of it has been typed."""

NAMES = {
    "key": ["it's", "lick_events", "trials", "whisker_angle", "whisker_angle_filtered"],
    "clock": ["camera", "time"],
    "group": ["good trials", "wall"],
    "nothing": [],
}
KNOWN = {
    "dataType": {"analog", "digital_event", "line", "video"},
    "format": {"csv", "binary"},
    "transform": {"Hilbert Phase", "Threshold Event Detection"},
}
"""Some of those that come with the library."""
SESSION = """
dm.setTime("camera", wt.TimeFrame(range(0, 60000, 60), ticks_per_second=30000))
dm.setData("whisker_angle", wt.AnalogTimeSeries([1.5, -2.5] * 500, 1000), "camera")
dm.setData("whisker_angle_filtered", wt.AnalogTimeSeries([0.0] * 1000, 1000), "camera")
dm.setData("lick_events", wt.DigitalEventSeries([10, 20, 300]), "camera")
dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(0, 99), wt.Interval(200, 299)]), "camera")
dm.setData("it's", wt.LineData(), "time")
groups = dm.getEntityGroupManager()
groups.createGroup("wall")
good = groups.createGroup("good trials")
groups.add_entities(good, dm.getData("trials").entity_ids[:1])
"""


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(shared: DaemonClient) -> AsyncIterator[DaemonClient]:
    assert (await shared.run(SESSION)).status == "ok"
    yield shared


async def items_at(client: DaemonClient, code: str) -> list[dict[str, Any]]:
    place = opened(client, code)
    found = await client.call("textDocument/completion", place)
    return [] if found is None else list(found["items"])


@pytest.mark.parametrize("row", CURSORS, ids=lambda row: row["code"].replace("\n", "; "))
async def test_names_are_completed_where_they_are_expected(session: DaemonClient, row: dict[str, str]) -> None:
    items = await items_at(session, row["code"])
    labels = [item["label"] for item in items]
    if row["expected"] in KNOWN:
        assert set(labels) >= KNOWN[row["expected"]]
    else:
        assert labels == NAMES[row["expected"]]
    for item in items:
        place = item["textEdit"]["range"]
        line = row["code"].replace(CURSOR, "").split("\n")[place["start"]["line"]].encode("utf-16-le")
        replaced = line[2 * place["start"]["character"] : 2 * place["end"]["character"]].decode("utf-16-le")
        assert replaced.startswith(row["typed"])


async def test_the_table_of_cursors_is_large_enough() -> None:
    assert len(CURSORS) >= 60


async def test_a_key_is_completed_with_its_type_size_and_clock(session: DaemonClient) -> None:
    items = {item["label"]: item for item in await items_at(session, f'dm.getData("{CURSOR}')}
    assert items["whisker_angle"]["detail"] == "Analog · 1,000 samples · camera"
    assert items["trials"]["detail"] == "Digital Interval · 2 intervals · camera"


async def test_a_name_with_a_quote_is_written_so_that_it_is_read_again(session: DaemonClient) -> None:
    items = {item["label"]: item for item in await items_at(session, f"dm.getData('{CURSOR}')")}
    assert items["it's"]["textEdit"]["newText"] == r"it\'s"


async def test_a_key_that_was_made_just_now_is_completed(session: DaemonClient) -> None:
    assert (await session.run('dm.setData("brand_new", wt.PointData(), "time")')).status == "ok"
    assert "brand_new" in [item["label"] for item in await items_at(session, f'dm.getData("{CURSOR}')]
    assert (await session.run('dm.deleteData("brand_new")')).status == "ok"
    assert "brand_new" not in [item["label"] for item in await items_at(session, f'dm.getData("{CURSOR}')]


async def test_of_many_keys_those_that_begin_with_what_was_typed_come_first(session: DaemonClient) -> None:
    many = "for n in range(700): dm.setData(f'many_{n}', wt.DigitalEventSeries([1]), 'time')"
    assert (await session.run(many)).status == "ok"
    place = opened(session, f'dm.getData("whisk{CURSOR}')
    found = await session.call("textDocument/completion", place)
    assert [item["label"] for item in found["items"]] == ["whisker_angle", "whisker_angle_filtered"]
    place = opened(session, f'dm.getData("{CURSOR}')
    found = await session.call("textDocument/completion", place)
    assert found["isIncomplete"]
    assert len(found["items"]) == 500
    assert (await session.run("for n in range(700): dm.deleteData(f'many_{n}')")).status == "ok"


async def hover(client: DaemonClient, code: str) -> str:
    place = opened(client, code)
    found = await client.call("textDocument/hover", place)
    return "" if found is None else found["contents"]["value"].replace("\\", "")


async def test_a_hover_says_what_a_key_stands_for(session: DaemonClient) -> None:
    text = await hover(session, f'dm.getData("whisker{CURSOR}_angle")')
    for part in (
        "**whisker_angle**",
        "type: Analog",
        "size: 1,000 samples",
        "clock: camera",
        "rate: 30,000 ticks/s",
        "first values: 1.5, -2.5, 1.5, -2.5, 1.5, -2.5, …",
        "time range: 0 to 59,940 ticks (0 to 1.998 s)",
        "`██",
    ):
        assert part in text


async def test_a_hover_says_what_is_known_of_a_key_beside_the_numbers(session: DaemonClient) -> None:
    known = '{"unit": "deg", "electrode": {"location": "S1"}, "recording": {"subject": {"sex": "F", "age": "P90D"}}}'
    assert (await session.run(f'dm.getData("whisker_angle").attributes = {known}')).status == "ok"
    text = await hover(session, f'dm.getData("whisker{CURSOR}_angle")')
    for part in ("unit: deg", "electrode: location S1", "subject: sex F, age P90D"):
        assert part in text


async def test_a_hover_says_where_a_key_came_from(session: DaemonClient, tmp_path: Path) -> None:
    script = tmp_path / "storing.py"
    script.write_text('\n\ndm.setData("stored", wt.LineData(), "time")\n', encoding="utf-8")
    assert (await session.request(methods.RUN_FILE, RunFile(run_id="storing", path=str(script)))).status == "ok"
    assert f"from: {script}:3, 20" in await hover(session, f'dm.getData("stor{CURSOR}ed")')
    assert (await session.run('dm.setData("typed", wt.LineData(), "time")')).status == "ok"
    assert "from: In [" in await hover(session, f'dm.getData("typ{CURSOR}ed")')
    (tmp_path / "licks.csv").write_text("10\n20\n")
    loading = f'dm.load_file({str(tmp_path / "licks.csv")!r}, data_type="digital_event", format="csv", name="read")'
    assert (await session.run(loading)).status == "ok"
    assert f"from: {tmp_path / 'licks.csv'}, In [" in await hover(session, f'dm.getData("re{CURSOR}ad")')
    assert (await session.run('for key in ("stored", "typed", "read"): dm.deleteData(key)')).status == "ok"


async def test_a_hover_names_the_groups_of_entities(session: DaemonClient) -> None:
    assert "groups: good trials (1)" in await hover(session, f'dm.each_interval("trial{CURSOR}s")')


async def test_a_hover_says_from_what_a_key_was_made(session: DaemonClient) -> None:
    made = 'dm.run_transform("Threshold Event Detection", "whisker_angle", "touches", threshold_value=1)'
    assert (await session.run(made)).status == "ok"
    text = await hover(session, f'dm.getData("touches{CURSOR}")')
    assert "made by: Threshold Event Detection of whisker_angle (threshold_value=1" in text
    assert (await session.run('dm.deleteData("touches")')).status == "ok"


@pytest.mark.parametrize(
    ("code", "part"),
    [
        ('dm.getTime("cam¦era")', "time range: 0 to 59940"),
        ('dm.getGroup("wall¦")', "type: group"),
        ('dm.run_transform("Hilbert¦ Phase", "x")', "transform"),
        ('KEY = "trials"\ndm.getData("trial¦s")', "type: Digital Interval"),
    ],
)
async def test_clocks_groups_and_transforms_have_hovers_too(session: DaemonClient, code: str, part: str) -> None:
    assert part in await hover(session, code)


async def test_a_key_that_does_not_exist_has_no_hover(session: DaemonClient) -> None:
    assert await hover(session, f'dm.getData("wisker{CURSOR}_angle")') == ""
    assert await hover(session, f'print("whisker{CURSOR}_angle")') == ""


@not_on_windows
async def test_names_are_completed_while_c_code_holds_pythons_lock(session: DaemonClient, tmp_path: Path) -> None:
    running = asyncio.ensure_future(session.run(hold_the_lock(tmp_path / "fifo"), "holding"))
    await session.until(lambda: "holding" in session.text_of("holding"))
    items = await items_at(session, f'dm.getData("{CURSOR}')
    assert not running.done()
    let_go(tmp_path / "fifo")
    assert "whisker_angle" in [item["label"] for item in items]
    assert (await running).status == "ok"


async def test_lenses_show_the_state_of_what_is_stored_when_the_user_wants_them(session: DaemonClient) -> None:
    code = 'dm.setData("trials", x, "time")\ndm.setData("not_yet", x, "time")\ndm.getData("trials")'
    asked = {"textDocument": opened(session, code)["textDocument"]}
    assert await session.call("textDocument/codeLens", asked) == []
    session.rpc.protocol.notify(
        "workspace/didChangeConfiguration", {"settings": {"whiskertoolbox": {"language": {"codeLens": True}}}}
    )
    lenses = await session.call("textDocument/codeLens", asked)
    assert [(one["range"]["start"]["line"], one["command"]["title"]) for one in lenses] == [
        (0, "Digital Interval · 2 intervals · camera"),
        (1, "not stored yet"),
    ]
