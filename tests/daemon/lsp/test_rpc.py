"""Every request is answered, whatever is sent."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import sys
from pathlib import Path
from typing import Any

import pytest
from pygls.exceptions import JsonRpcException

from tests.support.daemon_client import DAEMON, WAIT_LIMIT_S, DaemonClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import RunCode
from whiskertoolbox_protocol.messages import MAX_BYTES
from whiskertoolbox_protocol.methods import Request
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.wire import camel_case

pytestmark = pytest.mark.asyncio(loop_scope="module")

REQUESTS = [
    message
    for message in methods.TABLE
    if isinstance(message, Request) and (message.sender, message.receiver) == ("client", "daemon")
]


async def error_of(client: DaemonClient, method: str, params: object) -> JsonRpcException:
    with pytest.raises(JsonRpcException) as caught:
        await client.call(method, params)
    return caught.value


@pytest.mark.parametrize("method", REQUESTS, ids=lambda method: method.name)
async def test_params_with_an_unknown_field_are_refused(shared: DaemonClient, method: Request[Any, Any]) -> None:
    error = await error_of(shared, method.name, {"class": 1})
    assert (error.code, "unknown field 'class' @ $.params" in error.message) == (-32602, True)


@pytest.mark.parametrize(
    "method", [method for method in REQUESTS if dataclasses.fields(method.params)], ids=lambda method: method.name
)
async def test_params_with_a_wrong_type_are_refused_with_their_place(
    shared: DaemonClient, method: Request[Any, Any]
) -> None:
    field = camel_case(dataclasses.fields(method.params)[0].name)
    error = await error_of(shared, method.name, {field: {"a": 1}})
    assert (error.code, f"@ $.params.{field}" in error.message) == (-32602, True)


@pytest.mark.parametrize("params", [[1, 2], ["a"]])
async def test_params_in_a_list_are_refused(shared: DaemonClient, params: list[object]) -> None:
    error = await error_of(shared, methods.SESSION_STATUS.name, params)
    assert error.code == -32602


async def test_params_may_be_left_out_where_there_are_none(shared: DaemonClient) -> None:
    assert (await shared.call(methods.SESSION_STATUS.name, None))["state"] == "idle"


async def test_an_unknown_method_is_answered(shared: DaemonClient) -> None:
    error = await error_of(shared, "whiskertoolbox/data/eat", {})
    assert error.code == -32601


async def test_a_request_of_lsp_that_does_not_decode_is_answered(shared: DaemonClient) -> None:
    error = await error_of(shared, "textDocument/hover", {"position": "here"})
    assert error.code == -32602


async def test_a_notification_that_does_not_decode_stops_nothing(shared: DaemonClient) -> None:
    shared.rpc.protocol.notify(methods.DEBUG_SEND.name, {"content": 5})
    shared.rpc.protocol.notify("whiskertoolbox/nonsense", {})
    assert (await shared.request(methods.SESSION_STATUS, Empty())).state == "idle"


async def test_a_field_named_like_a_python_keyword_reaches_the_code(shared: DaemonClient) -> None:
    """pygls would rename it."""
    await shared.run("import json; print(json.loads('{\"class\": 1}'))", "keyword")
    assert "{'class': 1}" in shared.text_of("keyword")


async def test_a_cancelled_request_is_answered_as_cancelled(shared: DaemonClient) -> None:
    endless = RunCode(run_id="endless", code="print('begun')\nwhile True: pass")
    answer = shared.begin(methods.RUN_CODE, endless, "to-cancel")
    await shared.until(lambda: "begun" in shared.text_of("endless"))
    await shared.until_state("busy")  # or the "idle" of before would be taken for the one that follows
    shared.cancel("to-cancel")
    with pytest.raises(JsonRpcException) as caught:
        await asyncio.wait_for(answer, WAIT_LIMIT_S)
    assert caught.value.code == -32800
    await shared.until_state("idle")


async def test_the_editor_is_asked_for_changes_of_documents_and_for_no_notebooks(shared: DaemonClient) -> None:
    synchronization = shared.capabilities["textDocumentSync"]
    assert (synchronization["openClose"], synchronization["change"]) == (True, 2)
    assert shared.capabilities.get("notebookDocumentSync") is None


def framed(body: bytes) -> bytes:
    return b"Content-Length: %d\r\n\r\n" % len(body) + body


RUBBISH = {
    "no JSON": framed(b"no JSON"),
    "no text": framed(bytes(range(256))),
    "a list": framed(b"[]"),
    "deep lists": framed(b"[" * 100_000),
    "a message of another protocol": framed(b'{"id": 1, "method": "a"}'),
    "a method that is a list": framed(b'{"jsonrpc": "2.0", "id": 1, "method": []}'),
    "an id that is an object": framed(b'{"jsonrpc": "2.0", "id": {}, "method": "whiskertoolbox/session/status"}'),
    "an answer that nobody waits for": framed(b'{"jsonrpc": "2.0", "id": "nobody", "result": {}}'),
    "an error that is a text": framed(b'{"jsonrpc": "2.0", "id": "nobody", "error": "no"}'),
    "a length that is not a number": b"Content-Length: many\r\n\r\n",
    "a length below zero": b"Content-Length: -5\r\n\r\n",
    "a length of many digits": b"Content-Length: " + b"9" * 1000 + b"\r\n\r\n",
    "no length": b"Content-Type: text\r\n\r\n",
    "a header without end": b"x" * 100_000 + b"\r\n\r\n",
    "a message of no bytes": b"Content-Length: 0\r\n\r\n",
}


@pytest.mark.parametrize("data", RUBBISH.values(), ids=RUBBISH.keys())
async def test_rubbish_from_the_editor_stops_nothing(shared: DaemonClient, data: bytes) -> None:
    send_raw(shared, data)
    assert (await shared.request(methods.SESSION_STATUS, Empty())).state == "idle"


BAD_REQUESTS = {
    "that breaks off": b'{"jsonrpc":"2.0","id":"bad","method":"whiskertoolbox/session/status","params":{',
    "that is too deep": b'{"jsonrpc":"2.0","id":"bad","method":"a","params":' + b"[" * 300 + b"]" * 300 + b"}",
    "that is too large": b'{"jsonrpc":"2.0","id":"bad","method":"a","params":{"x":"' + b"x" * MAX_BYTES + b'"}}',
}


@pytest.mark.parametrize("body", BAD_REQUESTS.values(), ids=BAD_REQUESTS.keys())
async def test_a_request_that_cannot_be_read_is_answered(shared: DaemonClient, body: bytes) -> None:
    answer = shared.rpc.protocol.send_request_async("whiskertoolbox/nothing", {}, msg_id="bad")
    send_raw(shared, framed(body))
    with pytest.raises(JsonRpcException):
        await asyncio.wait_for(answer, WAIT_LIMIT_S)
    assert (await shared.request(methods.SESSION_STATUS, Empty())).state == "idle"


def send_raw(client: DaemonClient, data: bytes) -> None:
    assert client.rpc.protocol.writer is not None
    client.rpc.protocol.writer.write(data)


@pytest.fixture
def _talkative_start_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "start").mkdir()
    (tmp_path / "start" / "sitecustomize.py").write_text(
        f"import os\nprint('hello')\nos.write(1, b'Welcome!\\n')\nopen({str(tmp_path / 'printed')!r}, 'w').close()\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "start"))


@pytest.mark.usefixtures("_talkative_start_file")
async def test_what_start_files_print_does_not_reach_the_editors_connection(tmp_path: Path) -> None:
    pipe = asyncio.subprocess.PIPE
    options = ["--session", str(tmp_path / "session"), "--workspace", str(tmp_path)]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-S", str(DAEMON), *options, stdin=pipe, stdout=pipe, stderr=pipe
    )
    params = {"processId": None, "rootUri": None, "capabilities": {}}
    hello = json.dumps({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}).encode()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.write(b"Content-Length: %d\r\n\r\n%b" % (len(hello), hello))
    header = await asyncio.wait_for(process.stdout.readline(), WAIT_LIMIT_S)  # as strict as a client can be
    assert header.startswith(b"Content-Length: ")
    process.stdin.close()
    await asyncio.wait_for(process.communicate(), WAIT_LIMIT_S)
    assert (tmp_path / "printed").exists()
