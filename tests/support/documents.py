"""Documents of a test, as an editor opens and changes them."""

from __future__ import annotations

import itertools
from typing import Any

from tests.support.daemon_client import DaemonClient

CURSOR = "\N{BROKEN BAR}"
_numbers = itertools.count()


def opened(client: DaemonClient, code: str, uri: str = "") -> dict[str, Any]:
    """Open code as a document of its own; returns what a request says of it and of the position of its cursor."""
    uri = uri or f"untitled:document-{next(_numbers)}.py"
    before, _, after = code.partition(CURSOR)
    item = {"uri": uri, "languageId": "python", "version": 1, "text": before + after}
    client.rpc.protocol.notify("textDocument/didOpen", {"textDocument": item})
    last = before.rpartition("\n")[2]
    position = {"line": before.count("\n"), "character": len(last.encode("utf-16-le")) // 2}
    return {"textDocument": {"uri": uri}, "position": position}


def edited(code: str, edits: list[dict[str, Any]]) -> str:
    """Return code after the edits of an answer, all of which are within one line each; ASCII only."""
    lines = code.split("\n")
    ordered = sorted(edits, key=lambda edit: (edit["range"]["start"]["line"], edit["range"]["start"]["character"]))
    for edit in reversed(ordered):
        start, end = edit["range"]["start"], edit["range"]["end"]
        assert start["line"] == end["line"]
        line = lines[start["line"]]
        lines[start["line"]] = line[: start["character"]] + edit["newText"] + line[end["character"] :]
    return "\n".join(lines)
