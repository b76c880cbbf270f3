"""JSON-RPC between daemon and interpreter, over two byte streams: one JSON message a line.

Lives here: framing, matching answers to requests, strict decoding, an answer to every request. Both sides use the
same `Channel`; neither knows what carries the bytes. Standard library only.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, BinaryIO, Protocol, TypeVar

from whiskertoolbox_protocol.late_classes import message
from whiskertoolbox_protocol.messages import MAX_BYTES, MessageError, RequestId, is_request_id, parse, too_large
from whiskertoolbox_protocol.methods import Notification, Request
from whiskertoolbox_protocol.wire import WireError, decode, encode

P = TypeVar("P")
R = TypeVar("R")

PARSE_ERROR, INVALID_REQUEST, METHOD_NOT_FOUND, INVALID_PARAMS, INTERNAL_ERROR = -32700, -32600, -32601, -32602, -32603
REQUEST_FAILED = -32803
"""A request that was understood and cannot be done; its message is for the user."""


MAX_ERROR_TEXT = 20_000


@message
class _Error:
    """The error of an answer."""

    code: int
    message: str


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
        try:
            self._send({"id": request_id, "method": method.name, "params": encode(params)})
        except (ValueError, RecursionError) as error:
            self._fail(request_id, RequestError(f"{method.name}: {error}", INVALID_REQUEST))
        return future

    def notify(self, method: Notification[P], params: P) -> None:
        """Send a notification; lost without a word when the other process is gone, or would refuse it."""
        with contextlib.suppress(ValueError, RecursionError):
            self._send({"method": method.name, "params": encode(params)})

    def serve(self) -> None:
        """Read messages until the other side closes; then fail what still waits for an answer."""
        try:
            while line := self._reader.readline(MAX_BYTES + 1):
                if len(line) > MAX_BYTES:
                    self._refuse(too_large(len(line) + self._skip_rest(line), line))
                else:
                    self._receive(line)
        except (OSError, ValueError):
            pass  # the stream was closed under us: the same as its end
        self._close()

    def _send(self, message: dict[str, Any]) -> None:
        """Send a message; raises `ValueError` for one that the other side would refuse."""
        line = json.dumps({"jsonrpc": "2.0", **message}, separators=(",", ":"), allow_nan=False).encode() + b"\n"
        if len(line) > MAX_BYTES:
            raise too_large(len(line))
        try:
            with self._write_lock:
                self._writer.write(line)
                self._writer.flush()
        except (OSError, ValueError):
            self._close()

    def _skip_rest(self, line: bytes) -> int:
        """Read on to the end of a line of which only the beginning is kept; return how much more there was."""
        skipped = 0
        while line and not line.endswith(b"\n"):
            line = self._reader.readline(MAX_BYTES)
            skipped += len(line)
        return skipped

    def _receive(self, line: bytes) -> None:
        try:
            message = parse(line)
        except MessageError as error:
            self._refuse(error)
            return
        if "method" in message:
            self._dispatch(message)
        else:
            self._resolve(message)

    def _refuse(self, error: MessageError) -> None:
        """End the one request that an unreadable message was part of, if it can be told which."""
        if error.kind == "request":
            self._answer_error(error.request_id, PARSE_ERROR, str(error))
        else:
            self._fail(error.request_id, RequestError(str(error), PARSE_ERROR))

    def _dispatch(self, message: dict[str, Any]) -> None:
        request_id, name = message.get("id"), message["method"]
        if request_id is not None and not is_request_id(request_id):
            return  # nobody waits for an answer that names no request
        known = self._handlers.get(name) if isinstance(name, str) else None
        if known is None:
            self._answer_error(request_id, METHOD_NOT_FOUND, f"unknown method {name!r:.200}")
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
                self._answer(request_id, method.name, outcome)

    def _answer(self, request_id: RequestId, name: str, result: object) -> None:
        try:
            self._send({"id": request_id, "result": encode(result)})
        except (ValueError, TypeError, RecursionError) as error:
            self._answer_error(request_id, INTERNAL_ERROR, f"{name}: {error}")

    def _answer_future(self, request_id: RequestId, name: str, future: Future[Any]) -> None:
        if future.cancelled():
            self._answer_error(request_id, REQUEST_FAILED, f"{name}: cancelled")
            return
        error = future.exception()
        if error is None:
            self._answer(request_id, name, future.result())
        elif isinstance(error, RequestError):
            self._answer_error(request_id, error.code, str(error))
        else:
            self._answer_error(request_id, INTERNAL_ERROR, f"{name}: {type(error).__name__}: {error}")

    def _answer_error(self, request_id: RequestId | None, code: int, text: str) -> None:
        if request_id is not None:
            self._send({"id": request_id, "error": {"code": code, "message": text[:MAX_ERROR_TEXT]}})

    def _resolve(self, message: dict[str, Any]) -> None:
        entry = self._take_pending(message.get("id"))
        if entry is None:
            return
        method, future = entry
        try:
            if "error" in message:
                error = decode(_Error, message["error"], "$.error")
                future.set_exception(RequestError(error.message, error.code))
            else:
                future.set_result(decode(method.result, message.get("result"), "$.result"))
        except WireError as error:
            future.set_exception(RequestError(f"{method.name}: {error}", INTERNAL_ERROR))

    def _fail(self, request_id: object, error: RequestError) -> None:
        """End a request of ours with an error."""
        entry = self._take_pending(request_id)
        if entry is not None:
            entry[1].set_exception(error)

    def _take_pending(self, request_id: object) -> tuple[Request[Any, Any], Future[Any]] | None:
        """Return a request that waits for its answer, which is now to be given."""
        with self._pending_lock:
            entry = self._pending.pop(request_id, None) if type(request_id) is int else None
        return entry if entry is not None and entry[1].set_running_or_notify_cancel() else None

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
