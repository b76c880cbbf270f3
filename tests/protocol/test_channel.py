"""The channel between daemon and interpreter: every request is answered, whatever happens."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import Channel, ChannelClosed, RequestError
from whiskertoolbox_protocol.execution import CompleteCode, Completions
from whiskertoolbox_protocol.interpreter import Stack
from whiskertoolbox_protocol.launch import open_pipe
from whiskertoolbox_protocol.messages import MAX_BYTES
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.variables import DescribeVariable, VariablesChanged

LIMIT_S = 60.0


class Pair:
    """Two connected channels, each served by a thread."""

    def __init__(self) -> None:
        self.here, self.there, self._threads = self._connect()

    def _connect(self) -> tuple[Channel, Channel, list[threading.Thread]]:
        read_a, write_a = os.pipe()
        read_b, write_b = os.pipe()
        ends = ((read_a, "rb"), (write_b, "wb"), (read_b, "rb"), (write_a, "wb"))
        self.streams = [open_pipe(end, mode) for end, mode in ends]
        self.closed = threading.Event()
        here = Channel(self.streams[0], self.streams[1], on_closed=self.closed.set)
        there = Channel(self.streams[2], self.streams[3])
        threads = [threading.Thread(target=channel.serve) for channel in (here, there)]
        for thread in threads:
            thread.start()
        return here, there, threads

    def hang_up(self) -> None:
        """Close the far side's stream to us."""
        self.streams[3].close()

    def send_raw(self, line: bytes) -> None:
        """Write to the near side as a faulty far side would."""
        self.streams[3].write(line + b"\n")
        self.streams[3].flush()

    def close(self) -> None:
        self.streams[3].close()
        self.streams[1].close()
        for thread in self._threads:
            thread.join(LIMIT_S)
        for stream in self.streams:
            stream.close()


@pytest.fixture
def pair() -> Iterator[Pair]:
    made = Pair()
    yield made
    made.close()


def test_a_request_is_answered_with_the_handlers_result(pair: Pair) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Stack(text="here"))
    assert pair.here.request(methods.INTERPRETER_STACK, Empty()).result(LIMIT_S) == Stack(text="here")


def test_a_handler_may_answer_later(pair: Pair) -> None:
    later: Future[Stack] = Future()
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: later)
    answer = pair.here.request(methods.INTERPRETER_STACK, Empty())
    later.set_result(Stack(text="at last"))
    assert answer.result(LIMIT_S) == Stack(text="at last")


def test_answers_may_come_in_another_order(pair: Pair) -> None:
    first: Future[Empty] = Future()
    pair.there.handle(methods.INTERPRETER_SHUTDOWN, lambda _params: first)
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Stack(text="second"))
    slow = pair.here.request(methods.INTERPRETER_SHUTDOWN, Empty())
    assert pair.here.request(methods.INTERPRETER_STACK, Empty()).result(LIMIT_S) == Stack(text="second")
    first.set_result(Empty())
    assert slow.result(LIMIT_S) == Empty()


def test_a_notification_reaches_its_handler(pair: Pair) -> None:
    got: Future[VariablesChanged] = Future()
    pair.there.handle(methods.VARIABLES_CHANGED, got.set_result)
    pair.here.notify(methods.VARIABLES_CHANGED, VariablesChanged(revision=3))
    assert got.result(LIMIT_S) == VariablesChanged(revision=3)


def raising(error: Exception) -> Any:
    def handler(_params: object) -> None:
        raise error

    return handler


@pytest.mark.parametrize(
    ("handler", "code", "message"),
    [
        (raising(RequestError("There is no x.")), -32803, "There is no x."),
        (raising(KeyError("x")), -32603, "whiskertoolbox/variables/describe: KeyError: 'x'"),
        (None, -32601, "unknown method 'whiskertoolbox/variables/describe'"),
    ],
)
def test_a_request_that_fails_is_answered_with_the_reason(pair: Pair, handler: Any, code: int, message: str) -> None:
    if handler is not None:
        pair.there.handle(methods.VARIABLES_DESCRIBE, handler)
    error = pair.here.request(methods.VARIABLES_DESCRIBE, DescribeVariable(path=["x"])).exception(LIMIT_S)
    assert isinstance(error, RequestError)
    assert (error.code, str(error)) == (code, message)


def test_a_request_whose_later_answer_fails_is_answered(pair: Pair) -> None:
    later: Future[Empty] = Future()
    later.set_exception(OSError("disk full"))
    pair.there.handle(methods.INTERPRETER_SHUTDOWN, lambda _params: later)
    error = pair.here.request(methods.INTERPRETER_SHUTDOWN, Empty()).exception(LIMIT_S)
    assert str(error) == "interpreter/shutdown: OSError: disk full"


def test_params_that_do_not_fit_are_refused_with_their_place(pair: Pair) -> None:
    pair.there.handle(methods.COMPLETE, lambda _params: Completions(start=0, end=0, matches=[]))
    wrong: Any = CompleteCode(code="x", cursor="1")  # type: ignore[arg-type]  # what is tested
    error = pair.here.request(methods.COMPLETE, wrong).exception(LIMIT_S)
    assert isinstance(error, RequestError)
    assert (error.code, "$.params.cursor" in str(error)) == (-32602, True)


def test_a_result_that_does_not_fit_is_an_error(pair: Pair) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Future())
    answer = pair.here.request(methods.INTERPRETER_STACK, Empty())
    pair.send_raw(json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"text": 5}}).encode())
    assert "expected str, got int @ $.result.text" in str(answer.exception(LIMIT_S))


RUBBISH = {
    "no JSON": b"no JSON",
    "nothing": b"",
    "a list": b"[]",
    "a number": b"5",
    "a number of many digits": b"9" * 10_000,
    "not text": bytes(range(1, 256)).replace(b"\n", b""),
    "half a surrogate": b'"\\ud800"',
    "no number": b'{"jsonrpc": "2.0", "id": 99, "result": NaN}',
    "an answer that nobody waits for": b'{"jsonrpc": "2.0", "id": 99, "result": {}}',
    "an answer to a list": b'{"jsonrpc": "2.0", "id": [1], "result": {}}',
    "an answer to an object": b'{"jsonrpc": "2.0", "id": {}, "error": {"code": 1, "message": ""}}',
    "a notification of an unknown method": b'{"method": "?"}',
    "a method that is a list": b'{"id": 7, "method": [], "params": {}}',
    "a method that is null": b'{"id": 7, "method": null}',
    "a request of an object": b'{"id": {}, "method": "interpreter/stack", "params": {}}',
    "deep lists": b"[" * 100_000 + b"]" * 100_000,
    "deep objects": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "lists without end": b"[" * 100_000,
}


@pytest.mark.parametrize("line", RUBBISH.values(), ids=RUBBISH.keys())
def test_rubbish_on_the_line_stops_nothing(pair: Pair, line: bytes) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Stack(text="still here"))
    pair.send_raw(line)
    assert pair.here.request(methods.INTERPRETER_STACK, Empty()).result(LIMIT_S) == Stack(text="still here")


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(line=st.binary(max_size=200).map(lambda data: data.replace(b"\n", b"")))
def test_any_bytes_on_the_line_stop_nothing(pair: Pair, line: bytes) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Stack(text="still here"))
    pair.send_raw(line)
    assert pair.here.request(methods.INTERPRETER_STACK, Empty()).result(LIMIT_S) == Stack(text="still here")


BAD_ANSWERS = {
    "whose error is a text": b'{"jsonrpc":"2.0","id":1,"error":"no"}',
    "whose error has no message": b'{"jsonrpc":"2.0","id":1,"error":{"code":1}}',
    "whose error's code is a text": b'{"jsonrpc":"2.0","id":1,"error":{"code":"1","message":"no"}}',
    "that breaks off": b'{"jsonrpc":"2.0","id":1,"result":{"text":"',
    "that is too deep": b'{"jsonrpc":"2.0","id":1,"result":' + b"[" * 300 + b"]" * 300 + b"}",
    "that is far too deep": b'{"jsonrpc":"2.0","id":1,"result":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "without a number": b'{"jsonrpc":"2.0","id":1,"result":Infinity}',
    "that is too long": b'{"jsonrpc":"2.0","id":1,"result":{"text":"' + b"x" * MAX_BYTES + b'"}}',
}


@pytest.mark.parametrize("line", BAD_ANSWERS.values(), ids=BAD_ANSWERS.keys())
def test_a_bad_answer_ends_that_request_only(pair: Pair, line: bytes) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Future())
    pair.there.handle(methods.INTERPRETER_SHUTDOWN, lambda _params: Empty())
    answer = pair.here.request(methods.INTERPRETER_STACK, Empty())
    pair.send_raw(line)
    assert isinstance(answer.exception(LIMIT_S), RequestError)
    assert pair.here.request(methods.INTERPRETER_SHUTDOWN, Empty()).result(LIMIT_S) == Empty()


def test_a_request_that_is_too_large_fails_where_it_is_made(pair: Pair) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Stack(text="still here"))
    huge = pair.here.request(methods.VARIABLES_DESCRIBE, DescribeVariable(path=["x" * MAX_BYTES]))
    assert "bytes; at most 67,108,864 are passed on" in str(huge.exception(LIMIT_S))
    assert pair.here.request(methods.INTERPRETER_STACK, Empty()).result(LIMIT_S) == Stack(text="still here")


def test_an_answer_that_is_too_large_is_an_error(pair: Pair) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Stack(text="x" * MAX_BYTES))
    huge = pair.here.request(methods.INTERPRETER_STACK, Empty())
    assert "bytes; at most 67,108,864 are passed on" in str(huge.exception(LIMIT_S))


def test_text_that_is_half_a_surrogate_comes_through(pair: Pair) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Stack(text="\ud800"))
    assert pair.here.request(methods.INTERPRETER_STACK, Empty()).result(LIMIT_S) == Stack(text="\ud800")


def test_the_end_of_the_other_side_fails_what_waits(pair: Pair) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Future())
    waiting = pair.here.request(methods.INTERPRETER_STACK, Empty())
    pair.hang_up()
    assert isinstance(waiting.exception(LIMIT_S), ChannelClosed)
    assert pair.closed.wait(LIMIT_S)


def test_a_request_after_the_end_fails_at_once(pair: Pair) -> None:
    pair.hang_up()
    assert pair.closed.wait(LIMIT_S)
    assert isinstance(pair.here.request(methods.INTERPRETER_STACK, Empty()).exception(LIMIT_S), ChannelClosed)
