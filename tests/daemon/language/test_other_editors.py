"""The language server with clients that nobody here wrote: pygls' own, and Neovim where there is one."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient
from pygls.uris import to_fs_path

import whiskertoolbox_python as wt

NEOVIM = shutil.which("nvim")
LIMIT_S = 280
IN_NEOVIM = Path(__file__).parent / "neovim.lua"
DAEMON = Path(__file__).resolve().parents[3] / "daemon"
START = f"import sys; sys.path.insert(0, {str(DAEMON)!r}); from whiskertoolbox_daemon import cli; sys.exit(cli.main())"
SCRIPT = """dm.getData("")
angle = dm.getData("angle")
dm.getData("angel")
"""


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path.resolve()
    session = folder / ".whiskertoolbox" / "session"
    session.parent.mkdir()
    with wt.DataManager.open(session) as dm:
        dm.setData("angle", wt.AnalogTimeSeries([1.5, 2.5], 2), "time")
    (folder / "analysis.py").write_text(SCRIPT, encoding="utf-8")
    (folder / "loading.py").write_text('dm.setData("angle", wt.AnalogTimeSeries(), "time")\n', encoding="utf-8")
    return folder


def in_neovim(workspace: Path) -> dict[str, Any]:
    """Return what Neovim was answered, and its text after a rename."""
    assert NEOVIM is not None
    answers = workspace / "answers.json"
    command = json.dumps([sys.executable, "-c", START, "language-server"])
    environment = {**os.environ, "LANGUAGE_SERVER": command, "ANSWERS": str(answers)}
    for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
        environment[name] = str(workspace / ".nvim")
    arguments = [NEOVIM, "--headless", "--clean", "-S", str(IN_NEOVIM)]
    done = subprocess.run(
        arguments, cwd=workspace, env=environment, capture_output=True, text=True, timeout=LIMIT_S, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(answers.read_text(encoding="utf-8"))
    return found


def in_pygls(workspace: Path) -> dict[str, Any]:
    """Return what pygls' client was answered; it applies no edits, so the text after a rename is made here."""
    return asyncio.run(asyncio.wait_for(_in_pygls(workspace), LIMIT_S))


async def _in_pygls(workspace: Path) -> dict[str, Any]:
    client = LanguageClient("a client", "1")
    told: asyncio.Queue[types.PublishDiagnosticsParams] = asyncio.Queue()

    @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
    def diagnostics(params: types.PublishDiagnosticsParams) -> None:
        told.put_nowait(params)

    await client.start_io(sys.executable, "-c", START, "language-server", "--workspace", str(workspace))
    await client.initialize_async(types.InitializeParams(types.ClientCapabilities()))
    client.initialized(types.InitializedParams())
    uri = (workspace / "analysis.py").as_uri()
    client.text_document_did_open(types.DidOpenTextDocumentParams(types.TextDocumentItem(uri, "python", 1, SCRIPT)))
    document, position = types.TextDocumentIdentifier(uri), types.Position(1, 21)
    completion = await client.text_document_completion_async(types.CompletionParams(document, types.Position(0, 12)))
    hover = await client.text_document_hover_async(types.HoverParams(document, position))
    definition = await client.text_document_definition_async(types.DefinitionParams(document, position))
    problems = (await told.get()).diagnostics
    edit = await client.text_document_rename_async(types.RenameParams(document, position, "renamed"))
    assert isinstance(completion, types.CompletionList)
    assert hover is not None
    assert isinstance(hover.contents, types.MarkupContent)
    assert isinstance(definition, list)
    assert edit is not None
    assert edit.changes is not None
    lines = SCRIPT.splitlines()
    for one in edit.changes[uri]:
        line, start, end = one.range.start.line, one.range.start.character, one.range.end.character
        lines[line] = lines[line][:start] + one.new_text + lines[line][end:]
    await client.shutdown_async(None)
    client.exit(None)
    await client.stop()  # type: ignore[no-untyped-call]  # pygls left it without types
    places = [place for place in definition if isinstance(place, types.Location)]
    return {
        "completion": [item.label for item in completion.items],
        "hover": hover.contents.value,
        "definition": [[to_fs_path(place.uri), place.range.start.line] for place in places],
        "diagnostics": [[one.range.start.line, one.message] for one in problems],
        "renamed": lines,
    }


@pytest.mark.parametrize("ask", [in_pygls, *([in_neovim] if NEOVIM else [])])
def test_another_editor_completes_explains_goes_to_marks_and_renames(workspace: Path, ask: Any) -> None:
    found = ask(workspace)
    assert found["completion"] == ["angle"]
    assert "type: Analog" in found["hover"]
    assert [(Path(path), line) for path, line in found["definition"]] == [(workspace / "loading.py", 0)]
    assert [line for line, _ in found["diagnostics"]] == [2]
    assert "Did you mean 'angle'?" in found["diagnostics"][0][1]
    assert found["renamed"] == ['dm.getData("")', 'angle = dm.getData("renamed")', 'dm.getData("angel")']
    with wt.DataManager.open(workspace / ".whiskertoolbox" / "session", read_only=True) as dm:
        assert dm.getAllKeys() == ["media", "renamed"]


def test_a_folder_without_a_session_is_named(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", START, "language-server", "--workspace", str(tmp_path)],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 2
    assert "there is no such session folder" in done.stderr
    assert not (tmp_path / ".whiskertoolbox").exists()
