"""Where names are made and used in a workspace, and renaming a data key in files, configs and the session."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import DaemonClient
from tests.support.documents import CURSOR, edited, opened
from tests.support.recordings import analog, write_config

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILTERING = """angle = dm.getData("angle")
dm.setData("angle_filtered", wt.AnalogTimeSeries(angle.values, angle.times), "camera")
"""
USING = """import numpy as np

FILTERED = "angle_filtered"
slow = dm.getData(FILTERED)
print("angle_filtered")
if "angle_filtered" in dm:
    dm.each_interval('trials')
"""
CLOCK = [{"data_type": "time", "name": "camera", "filepath": "t.csv", "format": "text"}]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def client(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[DaemonClient]:
    folder = tmp_path_factory.mktemp("workspace")
    (folder / "filtering.py").write_text(FILTERING, encoding="utf-8")
    (folder / "using.py").write_text(USING, encoding="utf-8")
    (folder / "package.json").write_text('{"name": "angle"}', encoding="utf-8")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "old.py").write_text('dm.getData("angle_filtered")', encoding="utf-8")
    (folder / "venv").mkdir()
    (folder / "venv" / "pyvenv.cfg").touch()
    (folder / "venv" / "lib.py").write_text('dm.getData("angle_filtered")', encoding="utf-8")
    write_config(folder, [analog(folder, "angle"), *CLOCK])
    pipeline = {"steps": [{"transform_name": "X", "input_key": "angle", "output_key": "angle_filtered"}]}
    (folder / "pipeline.json").write_text(json.dumps(pipeline, indent=1), encoding="utf-8")
    async with DaemonClient.start(session=folder / "session", workspace=folder) as client:
        client.folder = folder  # type: ignore[attr-defined]
        await client.until_state("idle")
        yield client


def folder_of(client: DaemonClient) -> Path:
    found: Path = client.folder  # type: ignore[attr-defined]
    return found


async def places(client: DaemonClient, method: str, code: str, **more: Any) -> list[str]:
    """Return where an answer points to, as ``file:line``, the document itself as ``here``."""
    asked = opened(client, code)
    found = await client.call(f"textDocument/{method}", {**asked, **more})
    own = asked["textDocument"]["uri"]
    client.rpc.protocol.notify("textDocument/didClose", {"textDocument": asked["textDocument"]})
    return [
        f"{'here' if one['uri'] == own else one['uri'].rpartition('/')[2]}:{one['range']['start']['line'] + 1}"
        for one in found
    ]


async def test_a_key_is_defined_where_a_line_makes_it(client: DaemonClient) -> None:
    found = await places(client, "definition", f'dm.getData("angle_{CURSOR}filtered")')
    assert found == ["filtering.py:2", "pipeline.json:6"]


async def test_a_key_is_defined_in_the_load_config_that_loads_it(client: DaemonClient) -> None:
    assert await places(client, "definition", f'wt.plot("ang{CURSOR}le")') == ["recording.json:1"]


async def test_a_clock_is_defined_in_the_load_config_that_loads_it(client: DaemonClient) -> None:
    assert await places(client, "definition", f'dm.getTime("cam{CURSOR}era")') == ["recording.json:1"]


async def test_a_line_of_the_document_itself_comes_first(client: DaemonClient) -> None:
    code = f'dm.setData("angle_filtered", wt.LineData(), "time")\ndm.getData("angle_{CURSOR}filtered")'
    found = await places(client, "definition", code)
    assert found == ["here:1", "filtering.py:2", "pipeline.json:6"]


async def test_all_uses_are_found_in_files_and_configs(client: DaemonClient) -> None:
    more = {"context": {"includeDeclaration": True}}
    found = await places(client, "references", f'dm.deleteData("angle_{CURSOR}filtered")', **more)
    assert found == ["here:1", "filtering.py:2", "pipeline.json:6", "using.py:3", "using.py:6"]


async def test_a_pipeline_is_looked_from_as_well(client: DaemonClient) -> None:
    step = {"transform_name": "X", "input_key": f"ang{CURSOR}le"}
    asked = opened(
        client, json.dumps({"steps": [step]}, ensure_ascii=False), (folder_of(client) / "pipeline.json").as_uri()
    )
    found = await client.call("textDocument/definition", asked)
    client.rpc.protocol.notify("textDocument/didClose", {"textDocument": asked["textDocument"]})
    assert [one["uri"].rpartition("/")[2] for one in found] == ["recording.json"]


async def test_elsewhere_nothing_is_found(client: DaemonClient) -> None:
    assert await places(client, "definition", f'print("angle_{CURSOR}filtered")') == []


async def test_a_rename_changes_files_configs_and_the_session(client: DaemonClient) -> None:
    assert (await client.run('dm.setData("trials", wt.DigitalIntervalSeries(), "time")')).status == "ok"
    asked = opened(client, f'for trial in dm.each_interval("tri{CURSOR}als"):\n    pass\n')
    prepared = await client.call("textDocument/prepareRename", asked)
    assert prepared["placeholder"] == "trials"
    edit = await client.call("textDocument/rename", {**asked, "newName": "rewarded trials"})
    using = (folder_of(client) / "using.py").as_uri()
    assert set(edit["changes"]) == {asked["textDocument"]["uri"], using}
    assert "dm.each_interval('rewarded trials')" in edited(USING, edit["changes"][using])
    assert (await client.run("print(sorted(dm.getAllKeys()))", "keys")).status == "ok"
    assert "rewarded trials" in client.text_of("keys")
    assert "'trials'" not in client.text_of("keys")


async def test_a_rename_to_a_key_in_use_is_refused_and_nothing_changes(client: DaemonClient) -> None:
    assert (await client.run('for k in "ab": dm.setData(k, wt.LineData(), "time")')).status == "ok"
    asked = opened(client, f'dm.getData("a{CURSOR}")')
    with pytest.raises(JsonRpcException, match="'b' is a data key already"):
        await client.call("textDocument/rename", {**asked, "newName": "b"})
    assert (await client.run('print("a" in dm)', "still")).status == "ok"
    assert "True" in client.text_of("still")


async def test_a_group_is_renamed_in_code_and_in_the_session(client: DaemonClient) -> None:
    making = 'groups = dm.getEntityGroupManager()\nfor name in ("hits", "misses"): groups.createGroup(name)'
    assert (await client.run(making)).status == "ok"
    code = f'groups = dm.getEntityGroupManager()\ngroups.find("hits")\ndm.getGroup("hi{CURSOR}ts")\n'
    asked = opened(client, code)
    assert (await client.call("textDocument/prepareRename", asked))["placeholder"] == "hits"
    with pytest.raises(JsonRpcException, match="'misses' is a group already"):
        await client.call("textDocument/rename", {**asked, "newName": "misses"})
    edit = await client.call("textDocument/rename", {**asked, "newName": "rewarded"})
    renamed = edited(code.replace(CURSOR, ""), edit["changes"][asked["textDocument"]["uri"]])
    assert renamed == 'groups = dm.getEntityGroupManager()\ngroups.find("rewarded")\ndm.getGroup("rewarded")\n'
    shown = "print([one.name for one in dm.getEntityGroupManager().getAllGroupDescriptors()])"
    assert (await client.run(shown, "groups")).status == "ok"
    assert "['rewarded', 'misses']" in client.text_of("groups")


async def test_a_group_that_the_session_does_not_have_is_not_renamed(client: DaemonClient) -> None:
    asked = opened(client, f'dm.getGroup("hi{CURSOR}ts")\n')
    with pytest.raises(JsonRpcException, match="There is no group 'hits'"):
        await client.call("textDocument/rename", {**asked, "newName": "others"})


async def test_what_the_library_names_is_not_renamed(client: DaemonClient) -> None:
    code = f'dm.run_transform("Hilbert{CURSOR} Phase", "angle", "phase")'
    assert await client.call("textDocument/prepareRename", opened(client, code)) is None
    assert await client.call("textDocument/prepareRename", opened(client, f'print("tri{CURSOR}als")')) is None


async def test_a_clock_is_renamed_in_files_configs_and_the_session(client: DaemonClient) -> None:
    made = 'dm.setTime("camera", wt.TimeFrame(range(9)), True); dm.setData("timed", wt.LineData(), "camera")'
    assert (await client.run(made)).status == "ok"
    asked = opened(client, f'dm.getTime("cam{CURSOR}era")\ndm.setTimeKey("timed", "camera")\nprint("camera")\n')
    assert (await client.call("textDocument/prepareRename", asked))["placeholder"] == "camera"
    edit = await client.call("textDocument/rename", {**asked, "newName": 'top "camera"'})
    files = {uri.rpartition("/")[2]: [one["newText"] for one in edits] for uri, edits in edit["changes"].items()}
    here = asked["textDocument"]["uri"]
    client.rpc.protocol.notify("textDocument/didClose", {"textDocument": asked["textDocument"]})
    assert files[here.rpartition("/")[2]] == ['top \\"camera\\"'] * 2
    assert files["filtering.py"] == ['top \\"camera\\"']
    assert files["recording.json"] == ['top \\"camera\\"']
    assert (await client.run('print(dm.getTimeFrameKeys(), dm.getTimeKey("timed"))', "clocks")).status == "ok"
    assert client.text_of("clocks") == "['time', 'top \"camera\"'] top \"camera\"\n"


async def test_the_clock_of_every_session_is_not_renamed(client: DaemonClient) -> None:
    asked = opened(client, f'dm.getTime("ti{CURSOR}me")')
    with pytest.raises(JsonRpcException, match="'time' cannot be renamed"):
        await client.call("textDocument/rename", {**asked, "newName": "clock"})
