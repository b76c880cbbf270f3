"""Data keys through the daemon: listing, changes by any process, deleting, loading."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import pytest
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import WAIT_LIMIT_S, DaemonClient
from tests.support.field_files import POSE
from tests.support.recordings import analog, write_config
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.data import (
    ClockChoice,
    DataColumn,
    DataKey,
    ImportFile,
    KeyReference,
    LoadData,
    LoadProgress,
    PartChoice,
    PreviewFile,
)
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_python import AnalogTimeSeries, DataManager

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def keys_of(client: DaemonClient) -> list[str]:
    return [entry.key for entry in (await client.request(methods.DATA_LIST, Empty())).keys]


async def until_listed(client: DaemonClient, key: str) -> None:
    """Do what a tree does: list again whenever the daemon says that data changed, until `key` is there."""
    await client.until_changed(methods.DATA_CHANGED, lambda: keys_of(client), lambda keys: key in keys)


async def session_of(client: DaemonClient) -> Path:
    return Path((await client.request(methods.SESSION_STATUS, Empty())).session_path)


async def test_a_key_is_described_without_its_data(shared: DaemonClient) -> None:
    await shared.run("dm.setData('angle', wt.AnalogTimeSeries([1.0] * 30_000, list(range(30_000))), 'time')")
    listed = await shared.request(methods.DATA_LIST, Empty())
    entry = next(entry for entry in listed.keys if entry.key == "angle")
    assert entry == DataKey(
        key="angle",
        type="Analog",
        time_key="time",
        size=30_000,
        size_label="30,000 samples",
        num_bytes=entry.num_bytes,
        columns=entry.columns,
    )
    assert DataColumn(name="values", dtype="float32", shape=[30_000]) in entry.columns
    assert not listed.truncated


async def test_the_empty_placeholder_media_is_left_out(shared: DaemonClient) -> None:
    assert "media" not in await keys_of(shared)


async def test_clocks_are_listed(shared: DaemonClient) -> None:
    await shared.run("dm.setTime('camera', wt.TimeFrame([0, 60, 120]))")
    clocks = (await shared.request(methods.DATA_LIST, Empty())).clocks
    assert {clock.time_key: clock.size for clock in clocks}["camera"] == 3


async def test_a_change_while_code_runs_is_told_and_listed(shared: DaemonClient) -> None:
    code = "import time\ndm.setData('midway', wt.AnalogTimeSeries([1.0], [0]), 'time')\nwhile True: time.sleep(0.01)"
    running = asyncio.ensure_future(shared.run(code, "midway"))
    await until_listed(shared, "midway")
    await shared.request(methods.INTERRUPT, Empty())
    assert (await running).status == "interrupted"


async def test_a_change_by_another_process_is_told(shared: DaemonClient) -> None:
    with DataManager.open(await session_of(shared)) as other:
        other.setData("from outside", AnalogTimeSeries([1.0], [0]), "time")
    await until_listed(shared, "from outside")


async def test_a_deleted_key_is_gone_from_the_interpreter_too(shared: DaemonClient) -> None:
    await shared.run("dm.setData('unwanted', wt.AnalogTimeSeries([1.0], [0]), 'time')")
    await shared.request(methods.DATA_DELETE, KeyReference(key="unwanted"))
    assert "unwanted" not in await keys_of(shared)
    await shared.run("print(dm.getData('unwanted'))", "deleted")
    assert shared.text_of("deleted") == "None\n"


async def test_deleting_an_unknown_key_says_so(shared: DaemonClient) -> None:
    error = await shared.error_of(methods.DATA_DELETE, KeyReference(key="nothing"))
    assert (error.code, "no data key 'nothing'" in error.message) == (-32803, True)


async def test_a_load_makes_keys_and_tells_its_progress(shared: DaemonClient, tmp_path: Path) -> None:
    config = write_config(tmp_path, [analog(tmp_path, "first"), analog(tmp_path, "second")])
    result = await shared.request(methods.DATA_LOAD, LoadData(path=str(config), load_id="load-1"))
    assert (result.made, result.failures) == (["first", "second"], [])
    assert {"first", "second"} <= set(await keys_of(shared))
    progress = [step for step in shared.received(methods.DATA_PROGRESS) if step.load_id == "load-1"]
    assert progress[0] == LoadProgress(load_id="load-1", done=0, total=2, label=progress[0].label)
    assert (progress[-1].done, progress[-1].total) == (2, 2)


async def test_loaded_data_is_there_for_the_next_run(shared: DaemonClient, tmp_path: Path) -> None:
    config = write_config(tmp_path, [analog(tmp_path, "loaded")])
    await shared.request(methods.DATA_LOAD, LoadData(path=str(config), load_id="load-2"))
    await shared.run("print(dm.getData('loaded').values[:2])", "loaded")
    assert shared.text_of("loaded") == "[0.5 1.5]\n"


async def test_an_entry_that_fails_is_named_and_the_others_are_loaded(shared: DaemonClient, tmp_path: Path) -> None:
    missing = {**analog(tmp_path, "missing"), "filepath": "nowhere.csv"}
    config = write_config(tmp_path, [missing, analog(tmp_path, "present")])
    result = await shared.request(methods.DATA_LOAD, LoadData(path=str(config), load_id="load-3"))
    assert result.made == ["present"]
    assert [(failure.key, "nowhere.csv" in failure.file) for failure in result.failures] == [("missing", True)]


async def test_a_file_is_previewed_and_its_parts_are_loaded_under_the_keys_that_are_chosen(
    shared: DaemonClient,
) -> None:
    path = str(POSE / "dlc_single.csv")
    preview = await shared.request(methods.DATA_PREVIEW, PreviewFile(path=path, parts=[], clocks=[]))
    assert [(part.key, part.data_type, part.shape) for part in preview.parts][:2] == [
        ("nose", "points", "4 × 2"),
        ("nose_likelihood", "analog", "4"),
    ]
    chosen = [PartChoice(name="nose", key="snout"), PartChoice(name="tail", key="tail")]
    wanted = ImportFile(path=path, load_id="import-1", parts=chosen, clocks=[])
    result = await shared.request(methods.DATA_IMPORT, wanted)
    assert (result.made, result.failures) == (["snout", "tail"], [])
    assert {"snout", "tail"} <= set(await keys_of(shared))
    progress = [step for step in shared.received(methods.DATA_PROGRESS) if step.load_id == "import-1"]
    assert (progress[-1].done, progress[-1].total) == (2, 2)


async def test_a_preview_gives_the_config_and_the_code_of_what_is_chosen(shared: DaemonClient) -> None:
    path = str(POSE / "dlc_single.csv")
    parts = [PartChoice(name="nose", key="snout=2")]
    preview = await shared.request(methods.DATA_PREVIEW, PreviewFile(path=path, parts=parts, clocks=[]))
    assert [part.key for part in preview.parts if part.selected] == ["snout=2"]
    assert [entry["name"] for entry in json.loads(preview.config)] == ["snout=2"]
    assert preview.code == f"dm.import_file({path!r}, parts={{'nose': 'snout=2'}})"


async def test_parts_are_put_on_the_clock_that_is_chosen(shared: DaemonClient) -> None:
    path = str(POSE / "dlc_single.csv")
    preview = await shared.request(methods.DATA_PREVIEW, PreviewFile(path=path, parts=[], clocks=[]))
    (clock,) = preview.clocks
    assert (clock.name, clock.time_key) == (preview.parts[0].clock, "time")
    parts = [PartChoice(name="nose", key="nose_of_nowhere")]
    lost = ImportFile(path=path, load_id="2", parts=parts, clocks=[ClockChoice(name=clock.name, time_key="nowhere")])
    assert 'there is no clock "nowhere"' in (await shared.error_of(methods.DATA_IMPORT, lost)).message


async def test_a_file_that_is_not_recognised_says_what_it_was_taken_for(shared: DaemonClient, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("just\nsome, words\n")
    error = await shared.error_of(
        methods.DATA_PREVIEW, PreviewFile(path=str(tmp_path / "notes.txt"), parts=[], clocks=[])
    )
    assert error.message.startswith(str(tmp_path / "notes.txt"))
    assert "it is text, but no table" in error.message


@pytest.mark.parametrize("content", [None, "{ not json", '"neither list nor object"'])
async def test_a_config_that_cannot_be_used_is_an_error_that_names_it(
    shared: DaemonClient, tmp_path: Path, content: str | None
) -> None:
    config = tmp_path / "broken.json"
    if content is not None:
        config.write_text(content)
    error = await shared.error_of(methods.DATA_LOAD, LoadData(path=str(config), load_id="load-4"))
    assert error.code == -32803
    assert str(config) in error.message
    assert "Traceback" not in error.message


@pytest.mark.skipif(sys.platform == "win32", reason="there, a file takes its room before it is written")
async def test_a_cancelled_load_ends_and_keeps_what_was_loaded(shared: DaemonClient, tmp_path: Path) -> None:
    entries = [analog(tmp_path, f"part {number}") for number in range(3)]
    with (tmp_path / "part 1.csv").open("wb") as file:
        file.truncate(1 << 40)  # takes an hour to read, and no room
    words = {"data_type": "digital_event", "format": "uint16", "channel": 0, "transition": "rising"}
    config = write_config(tmp_path, [entries[0], {**entries[1], **words}, entries[2]])
    answer = shared.begin(methods.DATA_LOAD, LoadData(path=str(config), load_id="long"), "long-load")
    await shared.until(
        lambda: any(step.load_id == "long" and step.done > 0 for step in shared.received(methods.DATA_PROGRESS))
    )
    shared.cancel("long-load")
    with pytest.raises(JsonRpcException) as caught:
        await asyncio.wait_for(answer, WAIT_LIMIT_S)
    assert caught.value.code == -32800
    assert [key for key in await keys_of(shared) if key.startswith("part")] == ["part 0"]
