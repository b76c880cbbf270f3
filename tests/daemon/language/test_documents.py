"""The daemon knows the Python documents that are open in the editor, as they are there."""

from __future__ import annotations

import pytest
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.code import Statement, StatementAt

pytestmark = pytest.mark.asyncio(loop_scope="module")

URI = "untitled:Untitled-1"


async def statement(client: DaemonClient, line: int) -> Statement | None:
    return (await client.request(methods.STATEMENT_AT, StatementAt(uri=URI, line=line))).statement


def open_document(client: DaemonClient, text: str) -> None:
    document = {"uri": URI, "languageId": "python", "version": 1, "text": text}
    client.rpc.protocol.notify("textDocument/didOpen", {"textDocument": document})


def insert(client: DaemonClient, line: int, text: str) -> None:
    place = {"line": line, "character": 0}
    change = {"range": {"start": place, "end": place}, "text": text}
    document = {"uri": URI, "version": 2}
    client.rpc.protocol.notify("textDocument/didChange", {"textDocument": document, "contentChanges": [change]})


def close(client: DaemonClient) -> None:
    client.rpc.protocol.notify("textDocument/didClose", {"textDocument": {"uri": URI}})


async def test_a_statement_is_found_in_what_was_typed_last(shared: DaemonClient) -> None:
    open_document(shared, "a = 1\nb = (\n    2\n)\n")
    assert await statement(shared, 2) == Statement(start_line=1, end_line=3, next_line=4)
    insert(shared, 2, "    1,\n")
    assert await statement(shared, 2) == Statement(start_line=1, end_line=4, next_line=5)
    close(shared)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
async def test_lines_may_end_in_either_way(shared: DaemonClient, end: str) -> None:
    open_document(shared, end.join(["a = [", "    1", "]", "", "b = = 2", "c = 3", ""]))
    assert await statement(shared, 1) == Statement(start_line=0, end_line=2, next_line=4)
    assert await statement(shared, 5) == Statement(start_line=5, end_line=5, next_line=6)
    close(shared)


async def test_a_document_that_is_not_open_is_named(shared: DaemonClient) -> None:
    open_document(shared, "a = 1\n")
    close(shared)
    with pytest.raises(JsonRpcException, match=f"{URI} is not open"):
        await statement(shared, 0)
