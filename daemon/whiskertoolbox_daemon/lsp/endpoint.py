"""Requests and notifications of ours on pygls: which function answers which method, strict decoding, an answer to all.

Params of our methods stay the raw JSON that came in, because pygls would rename their fields and coerce their values,
and would leave a request without an answer when they do not fit.
"""

from __future__ import annotations

import contextvars
import json
import logging
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException, JsonRpcInternalError, JsonRpcInvalidParams, JsonRpcParseError
from pygls.lsp.server import LanguageServer
from pygls.protocol import JsonRPCNotification, JsonRPCRequestMessage, JsonRPCResponseMessage, LanguageServerProtocol

from whiskertoolbox_daemon.clients import CALLER, Client
from whiskertoolbox_daemon.requests.handlers import HANDLERS, Handler
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.messages import MessageError, is_request_id, parse
from whiskertoolbox_protocol.methods import Notification, Request
from whiskertoolbox_protocol.wire import WireError, decode, encode

logger = logging.getLogger(__name__)


def register_handlers(server: LanguageServer, session: Session, client: Client) -> None:
    """Let `server`, which `client` is connected with, answer every method that has a handler."""
    for method, handler in HANDLERS.values():
        server.feature(method.name)(_answering(session, client, method, handler))


def _answering(
    session: Session, client: Client, method: Request[Any, Any] | Notification[Any], handler: Handler[Any, Any]
) -> Callable[[Mapping[str, Any] | None], Awaitable[object]]:
    # Not annotated as `object`: pygls would take the first parameter for one that asks for the server.
    async def answer(params: Mapping[str, Any] | None) -> object:
        try:
            # JSON-RPC allows params to be left out where there are none to give.
            arguments: Any = decode(method.params, {} if params is None else params, "$.params")
            CALLER.set(client)
        except WireError as error:
            raise JsonRpcInvalidParams(f"{method.name}: {error}") from error
        try:
            return encode(await handler(session, arguments))
        except RequestError as error:
            raise JsonRpcException(str(error), code=error.code) from error
        except Exception as error:
            logger.exception("%s failed", method.name)
            raise JsonRpcInternalError(f"{method.name}: {type(error).__name__}: {error}") from error

    return answer


OWN_MESSAGES = {
    JsonRPCResponseMessage: ("jsonrpc", "id", "result"),
    JsonRPCRequestMessage: ("jsonrpc", "id", "method", "params"),
    JsonRPCNotification: ("jsonrpc", "method", "params"),
}
"""pygls' classes of messages that are not LSP's, and their fields."""


class Protocol(LanguageServerProtocol):
    """pygls' protocol with raw params for methods that are not LSP's, and an answer to requests that do not decode."""

    def handle_body(self, body: bytes | MessageError) -> None:
        """Handle a message as it was read; one that is none is answered, if it was a request that can be told."""
        try:
            message = self._message(body)
        except MessageError as error:
            self._refuse(error)
        else:
            self.handle_message(message)

    def _message(self, body: bytes | MessageError) -> Any:
        if isinstance(body, MessageError):
            raise body
        data = parse(body)
        if data.get("jsonrpc") != self.VERSION or not isinstance(data.get("method", ""), str):
            raise MessageError("the message is not one of JSON-RPC 2.0", body)
        if "id" in data and not is_request_id(data["id"]):
            raise MessageError("a request's id is a number or a text", body)
        return self.structure_message(data)

    def _refuse(self, error: MessageError) -> None:
        """End the one request that an unreadable message was part of, if it can be told which."""
        logger.error("A message of the editor was not read: %s", error)
        answer = JsonRpcParseError(str(error)).to_response_error()
        if error.request_id is None:
            return
        if error.kind == "request":
            self._send_response(error.request_id, error=answer)
        else:
            self._handle_response(error.request_id, error=answer)

    def structure_message(self, data: dict[str, Any]) -> Any:
        """Make a message of a JSON object that is one."""
        method = data.get("method")
        if method is None and "error" not in data:
            return JsonRPCResponseMessage(id=data["id"], jsonrpc=self.VERSION, result=data.get("result"))
        if method is None or method in types.METHOD_TO_TYPES:
            return self._structure_lsp(data)
        if "id" in data:
            return JsonRPCRequestMessage(id=data["id"], method=method, jsonrpc=self.VERSION, params=data.get("params"))
        return JsonRPCNotification(method=method, jsonrpc=self.VERSION, params=data.get("params"))

    def handle_message(self, message: Any) -> None:
        """As pygls does, which finds out what a message is by runtime protocols, a good part of a short run's time."""
        context = contextvars.copy_context()
        if isinstance(message, JsonRPCResponseMessage):
            context.run(self._handle_response, message.id, message.result)
        elif self._shutdown or not isinstance(message, (JsonRPCRequestMessage, JsonRPCNotification)):
            super().handle_message(message)
        elif isinstance(message, JsonRPCRequestMessage):
            context.run(self._handle_request, message.id, message.method, message.params)
        else:
            context.run(self._handle_notification, message.method, message.params)

    def _execute_handler(
        self,
        msg_id: Any,
        handler: Callable[..., Any],
        callback: Callable[..., None],
        args: tuple[Any, ...] | None = None,
        kwargs: dict[str, Any] | None = None,
    ) -> None:
        """As pygls does, which keeps what has handled a notification, and the steps of a generator, for ever."""
        super()._execute_handler(msg_id, handler, callback, args, kwargs)
        future = self._request_futures.get(msg_id)
        if future is not None:
            future.add_done_callback(lambda _done: self._forget(msg_id, future))

    def _forget(self, msg_id: Any, future: object) -> None:
        if self._request_futures.get(msg_id) is future:
            del self._request_futures[msg_id]

    def refuse_requests(self) -> None:
        """From now on, as LSP says of what comes after `shutdown`."""
        self._shutdown = True

    def _send_data(self, data: Any) -> None:
        """As pygls does, which would look into every value of what is JSON already."""
        fields = OWN_MESSAGES.get(type(data))
        if fields is None:
            super()._send_data(data)
            return
        body = json.dumps({name: getattr(data, name) for name in fields}, default=self._serialize_message).encode()
        assert self.writer is not None
        self.writer.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)

    def _structure_lsp(self, data: dict[str, Any]) -> Any:
        try:
            return super().structure_message(data)
        except JsonRpcException as error:
            if "method" in data and "id" in data:
                self._send_response(data["id"], error=error.to_response_error())
            raise
