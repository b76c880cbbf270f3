"""One window's connection: a pygls server of its own on the one session."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, TypeVar

from lsprotocol import types
from pygls.exceptions import FeatureRequestError, JsonRpcException
from pygls.lsp.server import LanguageServer

from whiskertoolbox_daemon import requests  # noqa: F401  # registers the handlers
from whiskertoolbox_daemon.handover import VERSION
from whiskertoolbox_daemon.lsp.configs import register_configs
from whiskertoolbox_daemon.lsp.documents import OpenDocuments
from whiskertoolbox_daemon.lsp.endpoint import Protocol, register_handlers
from whiskertoolbox_daemon.lsp.framing import MessageReader
from whiskertoolbox_daemon.lsp.inlays import ask_again, register_inlays
from whiskertoolbox_daemon.lsp.lines import Line
from whiskertoolbox_daemon.lsp.names import register_names
from whiskertoolbox_daemon.lsp.problems import register_problems
from whiskertoolbox_daemon.lsp.references import register_references
from whiskertoolbox_daemon.lsp.settings import Settings, register_settings
from whiskertoolbox_daemon.lsp.type_stubs import keep_stubs
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import REQUEST_FAILED, RequestError
from whiskertoolbox_protocol.messages import MessageError
from whiskertoolbox_protocol.methods import Notification, Request
from whiskertoolbox_protocol.wire import WireError, decode, encode

P = TypeVar("P")
R = TypeVar("R")

logger = logging.getLogger(__name__)


class Server(LanguageServer):
    """pygls' server; errors go to the log, because every request has its own answer."""

    def __init__(self) -> None:
        super().__init__(
            "whiskertoolbox",
            VERSION,
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
        )
        # Notebooks are of no use to the daemon: without these it is not sent them.
        builtin = self.protocol.fm.builtin_features
        for method in [name for name in builtin if name.startswith("notebookDocument/")]:
            del builtin[method]
        # The one would end the process, the other cancel what a window that goes has asked for.
        del builtin[types.EXIT], builtin[types.SHUTDOWN]

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log what pygls could not handle."""
        if source is not FeatureRequestError:  # the editor has been answered
            logger.error("%s: %s", getattr(source, "__name__", source), error)


class Connection:
    """A window, as the session sees it: typed messages to it, none before it has said that it is ready.

    Parameters
    ----------
    came, left
        Called when it is ready, and when it is there no longer; `close` is to be called after that.
    type_stubs
        Whether type checkers are told of the session unless the editor has a setting for it.
    """

    def __init__(
        self,
        session: Session,
        line: Line,
        *,
        came: Callable[[Connection], None],
        left: Callable[[Connection], None],
        type_stubs: bool = False,
    ) -> None:
        self._line = line
        self._left = left
        self.gone = False
        """It is there no longer."""
        self._ready = False
        self._asked: set[asyncio.Future[Any]] = set()
        self._messages = MessageReader()
        self._server = Server()
        protocol = self._server.protocol
        assert isinstance(protocol, Protocol)
        self._protocol = protocol
        protocol.set_writer(JoiningWriter(line))
        register_handlers(self._server, session, self)
        self._documents, settings = OpenDocuments(self._server), Settings(type_stubs=type_stubs)
        register_names(self._server, session, self._documents, settings)
        register_inlays(self._server, session, self._documents, settings)
        register_configs(self._server, session, self._documents)
        register_references(self._server, session, self._documents)
        look_for_problems = register_problems(self._server, session, self._documents, settings)
        write_stubs = keep_stubs(session, settings)

        def changed() -> None:
            look_for_problems()
            write_stubs()
            ask_again(self._server, settings)

        ask_for_settings = register_settings(self._server, settings, on_change=changed)
        self._stop_looking: list[Callable[[], None]] = []

        @self._server.feature(types.INITIALIZE)
        def initialize(params: types.InitializeParams) -> None:
            settings.take_options(params.initialization_options)

        @self._server.feature(types.INITIALIZED)
        async def initialized(_params: types.InitializedParams) -> None:
            self._ready = True
            self._stop_looking = [
                session.on_data_changed(changed),
                session.on_run_ended(lambda: ask_again(self._server, settings)),
            ]
            came(self)
            await ask_for_settings()
            write_stubs()

        @self._server.feature(types.TEXT_DOCUMENT_DID_SAVE)
        def saved(_params: types.DidSaveTextDocumentParams) -> None:
            write_stubs()

        @self._server.feature(types.SHUTDOWN)
        def shutdown(_params: None) -> None:
            protocol.refuse_requests()

        @self._server.feature(types.EXIT)
        def exit_notification(_params: None) -> None:
            self.leave()

    async def open(self) -> None:
        """Begin to answer."""
        await self._line.open(self._receive, self.leave)

    def leave(self) -> None:
        """The window is there no longer."""
        if not self.gone:
            self.gone = True
            for stop in self._stop_looking:
                stop()
            for answer in self._asked:
                if not answer.done():
                    answer.set_exception(RequestError("The window has gone."))
            self._left(self)

    def close(self) -> None:
        """Let the window go."""
        self.leave()
        self._line.close()

    def _receive(self, data: bytes) -> None:
        for body in self._messages.feed(data):
            self._handle(body)

    def _handle(self, body: bytes | MessageError) -> None:
        try:
            self._protocol.handle_body(body)
        except Exception:
            logger.exception("A message of the editor could not be handled")

    # As the session sees it -----------------------------------------------------------------------------------------

    @property
    def connected(self) -> bool:
        """Whether it is there and has said that it is ready."""
        return self._ready and not self.gone

    def log(self, text: str) -> None:
        """Write to the window's log."""
        self._line.log(text)

    def text(self, uri: str) -> str | None:
        """Text of a document with line feeds between its lines; None when it is not open."""
        return self._documents.text(uri)

    def notify(self, method: Notification[P], params: P) -> None:
        """Send a notification; one that comes too early is lost, the client asks for the state when it starts."""
        if self.connected:
            self._protocol.notify(method.name, encode(params))

    async def request(self, method: Request[P, R], params: P) -> R:
        """Send a request and wait for its answer; raises `RequestError`, also when the window goes."""
        if not self.connected:
            raise RequestError("The window has gone.")
        asked = self._protocol.send_request_async(method.name, encode(params))
        self._asked.add(asked)
        try:
            return decode(method.result, await asked, "$.result")
        except JsonRpcException as error:
            raise RequestError(error.message, error.code) from error
        except WireError as error:
            raise RequestError(f"{method.name}: {error}", REQUEST_FAILED) from error
        finally:
            self._asked.discard(asked)


class JoiningWriter:
    """Writes what is sent in one turn of the event loop at once: each write wakes the editor."""

    def __init__(self, target: Line) -> None:
        self._target = target
        self._waiting: list[bytes] = []

    def write(self, data: bytes) -> None:
        """Send `data` at the end of this turn."""
        if not self._waiting:
            asyncio.get_running_loop().call_soon(self.flush)
        self._waiting.append(data)

    def flush(self) -> None:
        """Send what waits, now."""
        data, self._waiting = b"".join(self._waiting), []
        self._target.write(data)

    def close(self) -> None:
        """Nothing: the connection closes the line."""
