"""Load configs that are open in the editor: what of them cannot be loaded, and the files that they name."""

from __future__ import annotations

import json
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from tests.support.daemon_client import DaemonClient
from tests.support.documents import CURSOR, opened
from whiskertoolbox_daemon.language.configs import is_config

pytestmark = pytest.mark.asyncio(loop_scope="module")

MANIFEST = json.loads((Path(__file__).parents[3] / "package.json").read_text(encoding="utf-8"))


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def session(shared: DaemonClient) -> AsyncIterator[DaemonClient]:
    assert (await shared.run("pass")).status == "ok"
    yield shared


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "angle.csv").write_text("1\n2\n3\n")
    (tmp_path / "ä b.csv").write_text("1\n2\n3\n")
    return tmp_path


async def told(client: DaemonClient, file: Path, text: str) -> list[tuple[str, str]]:
    """Open a config, and return each problem: the text that is underlined, and the message."""
    uri = opened(client, text, file.as_uri())["textDocument"]["uri"]
    await client.until(lambda: uri in client.problems)
    return [(part(text, problem["range"]), problem["message"]) for problem in client.problems[uri]]


def part(text: str, place: dict[str, Any]) -> str:
    assert place["start"]["line"] == place["end"]["line"]
    return text.split("\n")[place["start"]["line"]][place["start"]["character"] : place["end"]["character"]]


def config(*entries: dict[str, Any], **more: Any) -> str:
    return json.dumps({**more, "data": entries} if more else list(entries), indent=2)


def angle(name: str = "angle", filepath: str = "angle.csv", **more: Any) -> dict[str, Any]:
    return {"data_type": "analog", "format": "csv", "name": name, "filepath": filepath, **more}


async def test_an_entry_that_cannot_be_loaded_is_underlined_with_the_reason(
    session: DaemonClient, folder: Path
) -> None:
    text = config(angle(), angle("licks", "missing.csv"), angle("odd", delimiter=3))
    (missing, odd) = await told(session, folder / "recording.json", text)
    assert missing[0] == "licks"
    assert "missing.csv" in missing[1]
    assert odd[0] == "odd"
    assert "delimiter" in odd[1]


async def fixed(client: DaemonClient, file: Path, text: str, title: str) -> str:
    """Return a config after the quick fix of its first problem that is called so."""
    uri = opened(client, text, file.as_uri())["textDocument"]["uri"]
    await client.until(lambda: uri in client.problems)
    told = client.problems[uri]
    asked = {"textDocument": {"uri": uri}, "range": told[0]["range"], "context": {"diagnostics": told}}
    actions = {one["title"]: one for one in await client.call("textDocument/codeAction", asked)}
    (edit,) = actions[title]["edit"]["changes"][uri]
    lines = text.split("\n")
    start, end = (sum(len(line) + 1 for line in lines[: at["line"]]) + at["character"] for at in edit["range"].values())
    return f"{text[:start]}{edit['newText']}{text[end:]}"


@pytest.mark.parametrize(
    ("entry", "title", "mended"),
    [
        (angle("x", "angel.csv"), "Change to 'angle.csv'", angle("x")),
        ({**angle("x"), "format": "cvs"}, "Change to 'csv'", angle("x")),
        ({**angle("x"), "data_type": "analogue"}, "Change to 'analog'", angle("x")),
    ],
)
async def test_what_an_entry_misnames_is_changed_to_what_is_nearest(
    session: DaemonClient, folder: Path, entry: dict[str, Any], title: str, mended: dict[str, Any]
) -> None:
    text = await fixed(session, folder / "misnamed.load.json", config(angle(), entry), title)
    assert json.loads(text) == [angle(), mended]


@pytest.mark.parametrize("position", [0, 1, 2])
async def test_an_entry_that_cannot_be_loaded_can_be_removed(
    session: DaemonClient, folder: Path, position: int
) -> None:
    entries = [angle("a"), angle("b"), angle("c")]
    text = config(*[one if n != position else {"name": "lost"} for n, one in enumerate(entries)])
    text = await fixed(session, folder / f"remove{position}.load.json", text, "Remove this entry")
    assert json.loads(text) == [one for n, one in enumerate(entries) if n != position]


@pytest.mark.parametrize(
    ("text", "title", "mended"),
    [
        ('{"data":\n {"a":\n 3}}', 'Change "data" to []', {"data": []}),
        ('{"clocks": 3, "data": []}', 'Change "clocks" to []', {"clocks": [], "data": []}),
        ('{"variables": {}}', 'Add an empty list of entries, "data"', {"data": [], "variables": {}}),
        ("{}", 'Add an empty list of entries, "data"', {"data": []}),
        ("7", "Change to an empty list of entries", []),
    ],
)
async def test_what_is_no_load_config_is_made_one(
    session: DaemonClient, folder: Path, text: str, title: str, mended: object
) -> None:
    assert json.loads(await fixed(session, folder / f"{abs(hash(text))}.load.json", text, title)) == mended


async def test_loops_and_variables_are_resolved_as_loading_does(session: DaemonClient, folder: Path) -> None:
    shared = {"variables": {"root": folder.as_posix()}, "loops": {"n": [0, 1]}}
    text = config(angle("a_{n}", "${root}/angle.csv"), angle("b_{n}", "b{n}.csv"), **shared)
    (repeated,) = await told(session, folder / "loops.load.json", text)
    assert repeated[0] == "b_{n}"
    assert "b0.csv" in repeated[1]


async def test_an_entry_without_a_name_is_underlined_where_it_begins(session: DaemonClient, folder: Path) -> None:
    text = '[\n  {"filepath": "angle.csv"},\n  7\n]'
    first, second = await told(session, folder / "nameless.load.json", text)
    assert first[0] == '{"filepath": "angle.csv"},'
    assert second[0] == "7"


async def test_what_is_no_load_config_says_so(session: DaemonClient, folder: Path) -> None:
    ((where, message),) = await told(session, folder / "list.load.json", '{"data": 3}')
    assert where == '{"data": 3}'
    assert message == '"data" must be the list of entries'


@pytest.mark.parametrize("text", ["", "[", '[{"name": }]', "[" * 100_000])
async def test_what_is_half_written_is_left_to_the_editor(session: DaemonClient, folder: Path, text: str) -> None:
    assert await told(session, folder / f"half{len(text)}.load.json", text) == []


async def test_the_files_that_a_config_names_are_links(session: DaemonClient, folder: Path) -> None:
    text = textwrap.dedent("""
        {"clocks": [], "data": [
            {"data_type": "analog", "format": "csv", "name": "x", "filepath": "ä b.csv"},
            {"data_type": "analog", "format": "csv", "name": "y", "filepath": "missing.csv"},
            {"name": "\\u0061[{", "data_type": "analog", "filepath" : "angle.csv", "format": "csv"}
        ]}
    """)
    document = opened(session, text, (folder / "links.load.json").as_uri())
    links = await session.call("textDocument/documentLink", {"textDocument": document["textDocument"]})
    assert [(part(text, link["range"]), link["target"]) for link in links] == [
        ("ä b.csv", (folder / "ä b.csv").as_uri()),
        ("angle.csv", (folder / "angle.csv").as_uri()),
    ]


async def test_other_json_has_no_problems_and_no_links(session: DaemonClient, folder: Path) -> None:
    text = config(angle("x", "missing.csv"))
    assert await told(session, folder / "package.json", text) == []
    asked = {"textDocument": {"uri": (folder / "package.json").as_uri()}}
    assert await session.call("textDocument/documentLink", asked) == []


async def test_configs_are_called_as_the_manifest_says() -> None:
    loading, *others = (validation["fileMatch"] for validation in MANIFEST["contributes"]["jsonValidation"])
    assert all(is_config(f"/data/{pattern.replace('*', 'mouse 3')}") for pattern in loading)
    assert not any(is_config(f"/data/{pattern.replace('*', 'mouse 3')}") for other in others for pattern in other)
    assert not any(map(is_config, ["/data/my_recording.json", "/data/load.json", "/data/recording.json/x.json"]))


async def test_a_pipeline_is_neither_a_load_config_nor_code(session: DaemonClient, folder: Path) -> None:
    step = {"step_id": "one", "transform_name": "ZScoreNormalizeV2", "input_key": "no such key"}
    text = json.dumps({"steps": [step], "note": "dm.getData('no such key')"})
    assert await told(session, folder / "pipeline.json", text) == []


async def test_a_hover_in_a_config_explains_a_key(session: DaemonClient, folder: Path) -> None:
    assert (await session.run('dm.setData("hovered", wt.AnalogTimeSeries([1, 2], 2), "time")')).status == "ok"
    step = {"step_id": "one", "transform_name": "ZScoreNormalizeV2", "input_key": f"{CURSOR}hovered"}
    asked = opened(session, json.dumps({"steps": [step]}, ensure_ascii=False), (folder / "a.pipeline.json").as_uri())
    hover = await session.call("textDocument/hover", asked)
    assert "type: Analog" in hover["contents"]["value"]
