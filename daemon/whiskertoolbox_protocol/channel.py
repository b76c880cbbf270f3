"""JSON-RPC between daemon and interpreter, over two byte streams: one JSON message a line.

Lives here: framing, matching answers to requests, strict decoding, an answer to every request. Both sides use the
same `Channel`; neither knows what carries the bytes. Standard library only.
"""

from __future__ import annotations

import itertools
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, BinaryIO, Protocol, TypeVar

from whiskertoolbox_protocol.methods import Notification, Request
from whiskertoolbox_protocol.wire import WireError, decode, encode

P = TypeVar("P")
R = TypeVar("R")

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
REQUEST_FAILED = -32803
"""A request that was understood and cannot be done; its message is for the user."""


class RequestError(Exception):
    """A request was answered with an error, or is to be: the message says what happened and what to do."""

    def __init__(self, message: str, code: int = REQUEST_FAILED) -> None:
        super().__init__(message)
        self.code = code


class ChannelClosed(RequestError):
    """The other process is gone."""

    def __init__(self) -> None:
        super().__init__("The process on the other side has ended.")


class Writer(Protocol):
    """What a channel needs of the stream that it writes to."""

    def write(self, data: bytes, /) -> object:
        """Take all of `data`."""

    def flush(self) -> object:
        """Send what was taken."""


class Channel:
    """One end of a connection.

    A handler is called on the reading thread with decoded params and must not block. A request's handler returns the
    result, or a `concurrent.futures.Future` of it when the answer takes longer.
    """

    def __init__(self, reader: BinaryIO, writer: Writer, *, on_closed: Callable[[], None] | None = None) -> None:
        self._reader = reader
        self._writer = writer
        self._on_closed = on_closed
        self._ids = itertools.count(1)
        self._write_lock = threading.Lock()
        self._pending_lock = threading.Lock()
        self._pending: dict[int, tuple[Request[Any, Any], Future[Any]]] = {}
        self._handlers: dict[str, tuple[Request[Any, Any] | Notification[Any], Callable[[Any], Any]]] = {}
        self._closed = False

    def handle(self, method: Request[P, R] | Notification[P], handler: Callable[[P], Any]) -> None:
        """Answer `method` with `handler` from now on."""
        self._handlers[method.name] = (method, handler)

    def request(self, method: Request[P, R], params: P) -> Future[R]:
        """Send a request; the future holds its result, a `RequestError`, or `ChannelClosed`."""
        future: Future[R] = Future()
        with self._pending_lock:
            if self._closed:
                future.set_exception(ChannelClosed())
                return future
            request_id = next(self._ids)
            self._pending[request_id] = (method, future)
        self._send({"id": request_id, "method": method.name, "params": encode(params)})
        return future

    def notify(self, method: Notification[P], params: P) -> None:
        """Send a notification; lost without a word when the other process is gone."""
        self._send({"method": method.name, "params": encode(params)})

    def serve(self) -> None:
        """Read messages until the other side closes; then fail what still waits for an answer."""
        try:
            for line in iter(self._reader.readline, b""):
                self._receive(line)
        except (OSError, ValueError):
            pass  # the stream was closed under us: the same as its end
        self._close()

    def _send(self, message: dict[str, Any]) -> None:
        line = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        try:
            with self._write_lock:
                self._writer.write(line)
                self._writer.flush()
        except (OSError, ValueError):
            self._close()

    def _receive(self, line: bytes) -> None:
        try:
            message = json.loads(line)
        except ValueError as error:
            self._answer_error(None, PARSE_ERROR, f"not JSON: {error}")
            return
        if not isinstance(message, dict):
            self._answer_error(None, INVALID_REQUEST, "a message must be a JSON object")
        elif "method" in message:
            self._dispatch(message)
        else:
            self._resolve(message)

    def _dispatch(self, message: dict[str, Any]) -> None:
        request_id = message.get("id")
        known = self._handlers.get(message["method"])
        if known is None:
            self._answer_error(request_id, METHOD_NOT_FOUND, f"unknown method {message['method']!r}")
            return
        method, handler = known
        try:
            outcome = handler(decode(method.params, message.get("params"), "$.params"))
        except WireError as error:
            self._answer_error(request_id, INVALID_PARAMS, f"{method.name}: {error}")
        except RequestError as error:
            self._answer_error(request_id, error.code, str(error))
        except Exception as error:  # an answer is owed whatever a handler does
            self._answer_error(request_id, INTERNAL_ERROR, f"{method.name}: {type(error).__name__}: {error}")
        else:
            if request_id is None:
                return
            if isinstance(outcome, Future):
                outcome.add_done_callback(lambda future: self._answer_future(request_id, method.name, future))
            else:
                self._send({"id": request_id, "result": encode(outcome)})

    def _answer_future(self, request_id: int, name: str, future: Future[Any]) -> None:
        if future.cancelled():
            self._answer_error(request_id, REQUEST_FAILED, f"{name}: cancelled")
            return
        error = future.exception()
        if error is None:
            self._send({"id": request_id, "result": encode(future.result())})
        elif isinstance(error, RequestError):
            self._answer_error(request_id, error.code, str(error))
        else:
            self._answer_error(request_id, INTERNAL_ERROR, f"{name}: {type(error).__name__}: {error}")

    def _answer_error(self, request_id: int | None, code: int, text: str) -> None:
        if request_id is not None:
            self._send({"id": request_id, "error": {"code": code, "message": text}})

    def _resolve(self, message: dict[str, Any]) -> None:
        with self._pending_lock:
            entry = self._pending.pop(message.get("id", -1), None)
        if entry is None:
            return
        method, future = entry
        if not future.set_running_or_notify_cancel():
            return
        if "error" in message:
            future.set_exception(RequestError(message["error"]["message"], message["error"]["code"]))
            return
        try:
            future.set_result(decode(method.result, message.get("result"), "$.result"))
        except WireError as error:
            future.set_exception(RequestError(f"{method.name}: {error}", INTERNAL_ERROR))

    def _close(self) -> None:
        with self._pending_lock:
            if self._closed:
                return
            self._closed = True
            pending, self._pending = list(self._pending.values()), {}
        for _, future in pending:
            if future.set_running_or_notify_cancel():
                future.set_exception(ChannelClosed())
        if self._on_closed is not None:
            self._on_closed()
