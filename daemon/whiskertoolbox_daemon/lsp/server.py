"""The daemon's server: pygls, the session, and the wiring between them."""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

from lsprotocol import types
from pygls.exceptions import FeatureRequestError
from pygls.lsp.server import LanguageServer

from whiskertoolbox_daemon import requests  # noqa: F401  # registers the handlers
from whiskertoolbox_daemon.interpreters.spawn import Spawned, SpawnError
from whiskertoolbox_daemon.lsp.configs import register_configs
from whiskertoolbox_daemon.lsp.documents import OpenDocuments
from whiskertoolbox_daemon.lsp.endpoint import EditorConnection, Protocol, register_handlers
from whiskertoolbox_daemon.lsp.names import register_names
from whiskertoolbox_daemon.lsp.problems import register_problems
from whiskertoolbox_daemon.lsp.references import register_references
from whiskertoolbox_daemon.lsp.settings import Settings, register_settings
from whiskertoolbox_daemon.lsp.type_stubs import keep_stub
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.messages import MAX_BYTES, MessageError, too_large

_HEADER_LIMIT = 1 << 12
_MOST_DIGITS = 20

logger = logging.getLogger(__name__)


class Server(LanguageServer):
    """pygls' server; errors go to the log, because every request has its own answer."""

    def __init__(self) -> None:
        super().__init__(
            "whiskertoolbox",
            "0.1.0",
            text_document_sync_kind=types.TextDocumentSyncKind.Incremental,
            protocol_cls=Protocol,
        )
        # Notebooks are of no use to the daemon: without these it is not sent them.
        builtin = self.protocol.fm.builtin_features
        for method in [name for name in builtin if name.startswith("notebookDocument/")]:
            del builtin[method]
        del builtin[types.EXIT]  # would end the process before the session is closed

    def report_server_error(self, error: Exception, source: object) -> None:
        """Log what pygls could not handle."""
        if source is not FeatureRequestError:  # the editor has been answered
            logger.error("%s: %s", getattr(source, "__name__", source), error)


class JoiningWriter:
    """Writes what is sent in one turn of the event loop at once: each write wakes the editor."""

    def __init__(self, target: BinaryIO) -> None:
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
        self._target.flush()

    def close(self) -> None:
        """Close the target."""
        self._target.close()


async def serve(
    *,
    session_path: Path,
    workspace: Path,
    python: str,
    interpreter: Spawned | SpawnError,
    language_only: bool = False,
    reader: BinaryIO,
    writer: BinaryIO,
) -> int:
    """Serve the editor until it goes; returns the exit code.

    With `language_only` it is sent nothing but what the Language Server Protocol has.
    """
    server = Server()
    editor = EditorConnection(server)
    documents, settings = OpenDocuments(server), Settings()
    session = Session(path=session_path, workspace=workspace, editor=editor, documents=documents)
    server.protocol.set_writer(JoiningWriter(writer))
    register_handlers(server, session)
    register_names(server, session, documents, settings)
    register_configs(server, session, documents)
    register_references(server, session, documents)
    look_for_problems = register_problems(server, session, documents, settings)
    write_stub = keep_stub(session, settings)

    def settings_changed() -> None:
        look_for_problems()
        write_stub()

    ask_for_settings = register_settings(server, settings, on_change=settings_changed)
    session.on_data_changed(look_for_problems)
    session.on_data_changed(write_stub)
    gone: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    @server.feature(types.INITIALIZE)
    def initialize(params: types.InitializeParams) -> None:
        settings.take_options(params.initialization_options)

    @server.feature(types.INITIALIZED)
    async def initialized(_params: types.InitializedParams) -> None:
        if not language_only:
            editor.set_ready()
            session.greet()
        await ask_for_settings()

    @server.feature(types.EXIT)
    def exit_notification(_params: None) -> None:
        leave(0)

    def leave(code: int) -> None:
        if not gone.done():
            gone.set_result(code)

    session.start(interpreter, python)
    _read_on_thread(server, reader, on_end=lambda: leave(1))
    try:
        return await gone
    finally:
        await session.close()


def _read_on_thread(server: Server, reader: BinaryIO, on_end: Callable[[], None]) -> None:
    """Read messages on a thread (stdin cannot be waited for on every system) and handle them on the event loop."""
    loop = asyncio.get_running_loop()

    protocol = server.protocol
    assert isinstance(protocol, Protocol)

    def handle(body: bytes | MessageError) -> None:
        try:
            protocol.handle_body(body)
        except Exception:
            logger.exception("A message of the editor could not be handled")

    def read() -> None:
        try:
            for body in messages(reader):
                loop.call_soon_threadsafe(handle, body)
        finally:
            loop.call_soon_threadsafe(on_end)

    threading.Thread(target=read, name="editor", daemon=True).start()


def messages(reader: BinaryIO) -> Iterator[bytes | MessageError]:
    """Bodies of the messages of a stream, framed as the Language Server Protocol says, until its end.

    One that is larger than any message may be is read past, and an error in its place says so. A header that says no
    length is not a beginning of a message: what follows it is looked through for one.
    """
    length = 0
    while line := reader.readline(_HEADER_LIMIT):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value) if value.strip().isdigit() and len(value) < _MOST_DIGITS else 0
        elif not line.strip() and length:
            body = reader.read(min(length, MAX_BYTES))
            if len(body) < min(length, MAX_BYTES):
                return
            if length > MAX_BYTES:
                _skip(reader, length - MAX_BYTES)
                yield too_large(length, body)
            else:
                yield body
            length = 0


def _skip(reader: BinaryIO, count: int) -> None:
    while count and (passed := len(reader.read(min(count, MAX_BYTES)))):
        count -= passed
