"""Nothing is completed twice: beside basedpyright's language server, which stands for Pylance, in one workspace."""

from __future__ import annotations

import asyncio
import json
import os
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from lsprotocol import types
from pygls.lsp.client import LanguageClient

from tests.support.daemon_client import DaemonClient
from tests.support.documents import CURSOR, opened
from whiskertoolbox_daemon.language.stubs import StubNames, write_stubs

pytestmark = pytest.mark.asyncio(loop_scope="module")

ROOT = Path(__file__).resolve().parents[3]
PROGRAM = "Scripts/basedpyright-langserver.exe" if os.name == "nt" else "bin/basedpyright-langserver"
SERVER = ROOT / ".cache" / "python-checkers" / PROGRAM
LIMIT_S = 280
CURSORS = json.loads((Path(__file__).parent / "cursors.json").read_text(encoding="utf-8"))
RAN = """import math

class Trial:
    lick_count = 3

    def __init__(self):
        self.reaction_time = 0.25

trial = Trial()
trial.added_later = 1
settings = {"cut_off": 8.0}
settings.update(order=4)
"""
SESSION = """
dm.setTime("camera", wt.TimeFrame(range(10)))
dm.setData("whisker_angle", wt.AnalogTimeSeries([0.0] * 10, 10), "camera")
dm.setData("trials", wt.DigitalIntervalSeries(), "camera")
"""
OF_THE_CODE = [
    f"{RAN}trial.{CURSOR}",
    f'{RAN}settings["{CURSOR}"]',
    f"{RAN}math.{CURSOR}",
    f"{RAN}Trial.{CURSOR}",
    f"{RAN}tri{CURSOR}",
    f"{RAN}dm.{CURSOR}",
    f'{RAN}dm.getData("whisker_angle").{CURSOR}',
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("workspace").resolve()
    keys = {"whisker_angle": "AnalogTimeSeries", "trials": "DigitalIntervalSeries"}
    assert write_stubs(folder, StubNames(keys, ["camera", "time"]))
    return folder


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def ours(workspace: Path) -> AsyncIterator[DaemonClient]:
    session = workspace / ".whiskertoolbox" / "session"
    options = {"staticTools": True}
    async with DaemonClient.start(session=session, workspace=workspace, initialization=options) as client:
        await client.until_state("idle")
        assert (await client.run(SESSION)).status == "ok"
        assert (await client.run(RAN)).status == "ok"
        wanted = {"settings": {"whiskertoolbox": {"language": {"typeStubs": True}}}}
        client.rpc.protocol.notify("workspace/didChangeConfiguration", wanted)
        yield client


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def theirs(workspace: Path) -> AsyncIterator[LanguageClient]:
    assert SERVER.exists(), "`npm test` installs basedpyright into .cache/python-checkers"
    client = LanguageClient("an editor", "1")
    await client.start_io(str(SERVER), "--stdio")
    folder = types.WorkspaceFolder(workspace.as_uri(), "workspace")
    params = types.InitializeParams(types.ClientCapabilities(), root_uri=workspace.as_uri(), workspace_folders=[folder])
    await asyncio.wait_for(client.initialize_async(params), LIMIT_S)
    client.initialized(types.InitializedParams())
    yield client
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]  # pygls left it without types


async def their_labels(client: LanguageClient, uri: str, code: str, position: dict[str, Any]) -> set[str]:
    document = types.TextDocumentItem(uri, "python", 1, code.replace(CURSOR, ""))
    client.text_document_did_open(types.DidOpenTextDocumentParams(document))
    asked = types.CompletionParams(types.TextDocumentIdentifier(uri), types.Position(**position))
    found = await asyncio.wait_for(client.text_document_completion_async(asked), LIMIT_S)
    items = found.items if isinstance(found, types.CompletionList) else found or []
    return {item.label.strip("\"'") for item in items}


@pytest.mark.parametrize("code", [*(row["code"] for row in CURSORS), *OF_THE_CODE])
async def test_no_item_is_offered_by_both(
    workspace: Path, ours: DaemonClient, theirs: LanguageClient, code: str
) -> None:
    uri = (workspace / f"script_{abs(hash(code))}.py").as_uri()
    place = opened(ours, code, uri)
    found = await ours.call("textDocument/completion", place)
    own = {item["label"] for item in (found or {"items": []})["items"]}
    assert own & await their_labels(theirs, uri, code, place["position"]) == set()


async def test_what_only_the_session_knows_is_offered_all_the_same(workspace: Path, ours: DaemonClient) -> None:
    found = await ours.call("textDocument/completion", opened(ours, OF_THE_CODE[1], (workspace / "own.py").as_uri()))
    assert [item["label"] for item in found["items"]] == ["order"]
