"""The channel between daemon and interpreter: every request is answered, whatever happens."""

from __future__ import annotations

import json
import os
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from typing import Any

import pytest

from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import Channel, ChannelClosed, RequestError
from whiskertoolbox_protocol.execution import CompleteCode, Completions
from whiskertoolbox_protocol.interpreter import Stack
from whiskertoolbox_protocol.launch import open_pipe
from whiskertoolbox_protocol.session import Empty
from whiskertoolbox_protocol.variables import VariableReference, VariablesChanged

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
    pair.there.handle(methods.INTERPRETER_VARIABLES_CHANGED, got.set_result)
    pair.here.notify(methods.INTERPRETER_VARIABLES_CHANGED, VariablesChanged(revision=3))
    assert got.result(LIMIT_S) == VariablesChanged(revision=3)


def raising(error: Exception) -> Any:
    def handler(_params: object) -> None:
        raise error

    return handler


@pytest.mark.parametrize(
    ("handler", "code", "message"),
    [
        (raising(RequestError("There is no x.")), -32803, "There is no x."),
        (raising(KeyError("x")), -32603, "interpreter/deleteVariable: KeyError: 'x'"),
        (None, -32601, "unknown method 'interpreter/deleteVariable'"),
    ],
)
def test_a_request_that_fails_is_answered_with_the_reason(pair: Pair, handler: Any, code: int, message: str) -> None:
    if handler is not None:
        pair.there.handle(methods.INTERPRETER_DELETE, handler)
    error = pair.here.request(methods.INTERPRETER_DELETE, VariableReference(name="x")).exception(LIMIT_S)
    assert isinstance(error, RequestError)
    assert (error.code, str(error)) == (code, message)


def test_a_request_whose_later_answer_fails_is_answered(pair: Pair) -> None:
    later: Future[Empty] = Future()
    later.set_exception(OSError("disk full"))
    pair.there.handle(methods.INTERPRETER_SHUTDOWN, lambda _params: later)
    error = pair.here.request(methods.INTERPRETER_SHUTDOWN, Empty()).exception(LIMIT_S)
    assert str(error) == "interpreter/shutdown: OSError: disk full"


def test_params_that_do_not_fit_are_refused_with_their_place(pair: Pair) -> None:
    pair.there.handle(methods.INTERPRETER_COMPLETE, lambda _params: Completions(start=0, end=0, matches=[]))
    wrong: Any = CompleteCode(code="x", cursor="1")  # type: ignore[arg-type]  # what is tested
    error = pair.here.request(methods.INTERPRETER_COMPLETE, wrong).exception(LIMIT_S)
    assert isinstance(error, RequestError)
    assert (error.code, "$.params.cursor" in str(error)) == (-32602, True)


def test_a_result_that_does_not_fit_is_an_error(pair: Pair) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Future())
    answer = pair.here.request(methods.INTERPRETER_STACK, Empty())
    pair.send_raw(json.dumps({"jsonrpc": "2.0", "id": 1, "result": {"text": 5}}).encode())
    assert "expected str, got int @ $.result.text" in str(answer.exception(LIMIT_S))


@pytest.mark.parametrize("line", [b"no JSON", b"[]", b'{"jsonrpc": "2.0", "id": 99, "result": {}}', b'{"method": "?"}'])
def test_rubbish_on_the_line_stops_nothing(pair: Pair, line: bytes) -> None:
    pair.there.handle(methods.INTERPRETER_STACK, lambda _params: Stack(text="still here"))
    pair.send_raw(line)
    assert pair.here.request(methods.INTERPRETER_STACK, Empty()).result(LIMIT_S) == Stack(text="still here")


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
