"""Transforms through the daemon: what the interpreter lists, what a run makes of a key, and how the key was made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.data import KeyReference, Provenance
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.transforms import Transform

pytestmark = pytest.mark.asyncio(loop_scope="module")

MINE = """
@wt.transform(name="Halve")
def halve(signal: wt.AnalogTimeSeries, by: float = 2.0) -> wt.AnalogTimeSeries:
    "Divide a signal."
    return wt.AnalogTimeSeries.from_array(signal.values / by, signal.times)
dm.setData("angle", wt.AnalogTimeSeries([0, 2, 4], 3), "time")
"""


async def listed(client: DaemonClient) -> dict[str, Transform]:
    found = await client.request(methods.TRANSFORMS_LIST, Empty())
    return {transform.name: transform for transform in found.transforms}


async def test_built_in_transforms_are_listed_with_what_a_form_asks_for(shared: DaemonClient) -> None:
    found = (await listed(shared))["Interval Peak Detection"]
    assert found.kinds == ["Analog"]
    assert [(data.name, data.kinds) for data in found.data] == [("interval_series", ["DigitalInterval"])]
    (peak, *_) = found.parameters
    assert (peak.name, peak.choices, peak.default) == ("peak_type", ["Maximum", "Minimum"], '"Maximum"')


async def test_a_users_function_appears_is_run_and_says_how_the_key_was_made(shared: DaemonClient) -> None:
    assert (await shared.run(MINE, "register")).status == "ok"
    mine = (await listed(shared))["Halve"]
    assert (mine.origin, mine.summary, mine.stores) == ("user", "Divide a signal.", True)
    assert (await shared.run('dm.run_transform("Halve", "angle", "half", by=4)', "transform")).status == "ok"
    made = await shared.request(methods.DATA_DETAILS, KeyReference(key="half"))
    assert made.provenance == Provenance(transform="Halve", inputs=["angle"], parameters=["by=4.0"], out_of_date=False)
    assert (await shared.run('dm.setData("angle", wt.AnalogTimeSeries([0, 8], 2), "time")', "change")).status == "ok"
    assert (await shared.request(methods.DATA_DETAILS, KeyReference(key="half"))).provenance.out_of_date
    assert (await shared.run('print(dm.rerun("half").toList())', "again")).status == "ok"
    assert shared.text_of("again") == "[0.0, 2.0]\n"


async def test_a_key_that_was_not_made_of_others_says_nothing(shared: DaemonClient) -> None:
    made = await shared.request(methods.DATA_DETAILS, KeyReference(key="angle"))
    assert made.provenance == Provenance(transform="", inputs=[], parameters=[], out_of_date=False)
    assert made.said == []


async def test_what_a_file_says_of_a_key_is_told_with_its_details(shared: DaemonClient) -> None:
    known = '{"unit": "mV", "electrode": {"location": "S1"}, "recording": {"subject": {"sex": "F"}}}'
    code = f'dm.setData("lfp", wt.AnalogTimeSeries([0, 8], 2), "time"); dm.getData("lfp").attributes = {known}'
    assert (await shared.run(code, "attributes")).status == "ok"
    said = (await shared.request(methods.DATA_DETAILS, KeyReference(key="lfp"))).said
    assert [(one.name, one.value) for one in said] == [
        ("unit", "mV"),
        ("electrode", "location S1"),
        ("subject", "sex F"),
    ]


async def test_a_running_transform_is_interrupted_and_stores_nothing(shared: DaemonClient) -> None:
    code = """
import time
@wt.transform(name="Endless")
def endless(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:
    print("begun", flush=True)
    while True: time.sleep(0.01)
dm.run_transform("Endless", "angle", "never")
"""
    running = await shared.begin_run(code, "endless")
    await shared.until(lambda: "begun" in shared.text_of("endless"))
    await shared.request(methods.INTERRUPT, Empty())
    assert (await running).status != "ok"
    keys = await shared.request(methods.DATA_LIST, Empty())
    assert "never" not in [key.key for key in keys.keys]


async def test_the_transforms_of_the_workspace_are_loaded(shared: DaemonClient, tmp_path: Path) -> None:
    (tmp_path / "transforms").mkdir()
    (tmp_path / "transforms" / "doubles.py").write_text(
        "import whiskertoolbox_python as wt\n"
        "@wt.transform(name='Double')\n"
        "def double(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:\n"
        "    return wt.AnalogTimeSeries.from_array(signal.values * 2, signal.times)\n"
    )
    assert (await shared.run(f"wt.load_transforms({str(tmp_path)!r})", "load")).status == "ok"
    assert "Double" in await listed(shared)
