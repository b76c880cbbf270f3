"""A client of the daemon for tests and benchmarks: starts a real daemon process and speaks typed messages with it.

    async with DaemonClient.start(session=folder, workspace=folder) as client:
        result = await client.request(methods.RUN_CODE, RunCode(run_id="1", code="print(1)"))
        client.text_of("1")    # what the run printed

Outputs are answered at once, as a window that shows them would; `hold_outputs` makes it a slow window.
"""

from __future__ import annotations

import asyncio
import contextlib
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from pygls.client import JsonRPCClient
from pygls.exceptions import JsonRpcException
from pygls.protocol import JsonRPCNotification, JsonRPCProtocol, JsonRPCRequestMessage, JsonRPCResponseMessage

from whiskertoolbox_daemon.interpreters.output_relay import merged
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import Output, Outputs, RunCode, RunResult, StreamOutput
from whiskertoolbox_protocol.methods import Notification, Request
from whiskertoolbox_protocol.status import Empty, SessionOptions, SessionState, SessionStatus
from whiskertoolbox_protocol.wire import decode, encode

P = TypeVar("P")
R = TypeVar("R")

DAEMON = Path(__file__).resolve().parents[2] / "daemon" / "whiskertoolbox_daemon"
WAIT_LIMIT_S = 60.0


def wait_for_file(path: Path) -> str:
    """Code that goes on when the test has made a file."""
    return f"import os, time\nwhile not os.path.exists({str(path)!r}): time.sleep(0.01)\n"


class RawProtocol(JsonRPCProtocol):
    """Messages as they come: pygls would rename the fields of what it does not know."""

    def structure_message(self, data: dict[str, Any]) -> Any:
        if data.get("jsonrpc") != self.VERSION:
            return data
        if "method" in data and "id" in data:
            return JsonRPCRequestMessage(data["id"], data["method"], self.VERSION, data.get("params"))
        if "method" in data:
            return JsonRPCNotification(data["method"], self.VERSION, data.get("params"))
        if "error" in data:
            return super().structure_message(data)
        return JsonRPCResponseMessage(data["id"], self.VERSION, data.get("result"))


class DaemonClient:
    """A connected client that remembers what it was told."""

    def __init__(self) -> None:
        self.rpc = JsonRPCClient(RawProtocol)
        self.outputs: list[tuple[str, Output]] = []
        self.notifications: dict[str, list[Any]] = {}
        self.problems: dict[str, list[dict[str, Any]]] = {}
        """Document -> the diagnostics that were told of it last."""
        self.batches_waiting = 0
        self.capabilities: dict[str, Any] = {}
        self._news = asyncio.Condition()
        self._may_show = asyncio.Event()
        self._may_show.set()
        self._register()

    @classmethod
    @contextlib.asynccontextmanager
    async def start(
        cls,
        *,
        session: Path,
        workspace: Path,
        interpreter: str = sys.executable,
        python: str = sys.executable,
        daemon: Path = DAEMON,
        options: tuple[str, ...] = (),
        linger_s: float = 0,
        initialization: Mapping[str, object] | None = None,
        **popen: Any,
    ) -> AsyncIterator[DaemonClient]:
        """Start a daemon in `python`, or join the one that is there, and say hello; leaves it at the end of the block.

        The daemon ends then, unless it is to go on for `linger_s`.
        """
        client = cls()
        client.session = session
        arguments = ["--session", str(session), "--workspace", str(workspace), "--interpreter", interpreter, *options]
        await client.rpc.start_io(python, "-I", "-S", str(daemon), *arguments, **popen)
        log = asyncio.create_task(client._read_log())
        hello = await client._hello(log, initialization)
        client.capabilities = hello["capabilities"]
        client.version = hello["serverInfo"]["version"]
        client.rpc.protocol.notify("initialized", {})
        if linger_s:
            await client.request(methods.SESSION_CONFIGURE, SessionOptions(linger_s=linger_s))
        try:
            yield client
        finally:
            client._may_show.set()
            assert client.process is not None
            await client._say_goodbye()
            try:
                await asyncio.wait_for(client.process.wait(), WAIT_LIMIT_S)
            except asyncio.TimeoutError:
                client.process.kill()
                raise
            finally:
                await client.rpc.stop()  # type: ignore[no-untyped-call]  # pygls left it without types
                client.log = await log

    async def _say_goodbye(self) -> None:
        """Shut down and exit, unless the process ends before it answers, as when a test has killed the daemon."""
        assert self.process is not None
        if self.process.returncode is not None:
            return
        goodbye = asyncio.ensure_future(self.call("shutdown", None))
        ended = asyncio.ensure_future(self.process.wait())
        await asyncio.wait([goodbye, ended], return_when=asyncio.FIRST_COMPLETED)
        ended.cancel()
        if goodbye.done() and goodbye.exception() is None:
            self.rpc.protocol.notify("exit", None)
        goodbye.cancel()

    async def _hello(self, log: asyncio.Task[str], initialization: Mapping[str, object] | None) -> Any:
        """Say hello; fails at once, with its last words, when the daemon ends before it answers."""
        params: dict[str, object] = {"processId": None, "rootUri": None, "capabilities": {}}
        if initialization is not None:
            params["initializationOptions"] = initialization
        hello = asyncio.ensure_future(self.call("initialize", params))
        await asyncio.wait([hello, log], return_when=asyncio.FIRST_COMPLETED)
        if not hello.done():
            hello.cancel()
            raise AssertionError(f"The daemon ended before it answered:\n{log.result()}")
        return hello.result()

    log: str = ""
    """What the daemon wrote to stderr; known after its end."""

    session: Path
    """Folder of the session."""

    version: str
    """Of the extension, as the daemon says."""

    @property
    def process(self) -> asyncio.subprocess.Process | None:
        """What the editor has started: the bridge, on Windows the daemon itself."""
        return self.rpc._server

    @property
    def daemon_id(self) -> int:
        """The daemon's process."""
        if sys.platform == "win32":
            assert self.process is not None
            return self.process.pid
        from whiskertoolbox_daemon.rendezvous import Rendezvous

        return int(Rendezvous(self.session).process_id.read_text())

    async def _read_log(self) -> str:
        assert self.process is not None
        assert self.process.stderr is not None
        return (await self.process.stderr.read()).decode("utf-8", errors="replace")

    # Messages -----------------------------------------------------------------------------------------------------

    async def call(self, method: str, params: object) -> Any:
        """Send any request; its result as it came, or raises `JsonRpcException`."""
        return await asyncio.wait_for(self.rpc.protocol.send_request_async(method, params), WAIT_LIMIT_S)

    async def request(self, method: Request[P, R], params: P) -> R:
        """Send a request of the table; raises `JsonRpcException`."""
        return decode(method.result, await self.call(method.name, encode(params)))

    def begin(self, method: Request[P, R], params: P, request_id: str) -> asyncio.Future[Any]:
        """Send a request without waiting, so that it can be cancelled with `cancel`."""
        return asyncio.wrap_future(self.rpc.protocol.send_request(method.name, encode(params), msg_id=request_id))

    def cancel(self, request_id: str) -> None:
        """Send $/cancelRequest."""
        self.rpc.protocol.notify("$/cancelRequest", {"id": request_id})

    def notify(self, method: Notification[P], params: P) -> None:
        """Send a notification of the table."""
        self.rpc.protocol.notify(method.name, encode(params))

    async def run(self, code: str, run_id: str = "run") -> RunResult:
        """Run code as a cell."""
        return await self.request(methods.RUN_CODE, RunCode(run_id=run_id, code=code))

    async def begin_run(self, code: str, run_id: str) -> asyncio.Future[RunResult]:
        """Run code as a cell; returns when it has begun. It writes a line ``begun`` first, without Python's help."""
        begun = "__import__('os').write(1, b'begun\\n')"
        running = asyncio.ensure_future(self.run(f"{begun}\n{code}", run_id))
        await self.until(lambda: "begun\n" in self.text_of(run_id) or running.done())
        return running

    async def begin_behind(self, code: str, run_id: str) -> asyncio.Future[Any]:
        """Ask for a run while another one is under way; returns when the daemon knows of it."""
        waiting = self.begin(methods.RUN_CODE, RunCode(run_id=run_id, code=code), run_id)
        await self.request(methods.SESSION_STATUS, Empty())  # messages are taken in the order they were sent in
        return waiting

    async def error_of(self, method: Request[P, Any], params: P) -> JsonRpcException:
        """The error that a request is answered with."""
        try:
            answer = await self.request(method, params)
        except JsonRpcException as error:
            return error
        raise AssertionError(f"{method.name} was answered with {answer}")

    # What the daemon told -----------------------------------------------------------------------------------------

    def _register(self) -> None:
        for method in methods.TABLE:
            if method.sender == "daemon" and method.receiver == "client" and isinstance(method, Notification):
                self._remember(method)

        async def output(params: Any) -> Any:
            batch = decode(Outputs, params)
            self.batches_waiting += 1
            await self._tell()
            await self._may_show.wait()
            self.batches_waiting -= 1
            self.outputs += [(batch.run_id, item) for item in batch.outputs]
            await self._tell()
            return encode(Empty())

        async def diagnostics(params: Any) -> None:
            self.problems[params["uri"]] = params["diagnostics"]
            await self._tell()

        self.rpc.feature(methods.OUTPUT.name)(output)
        self.rpc.feature("textDocument/publishDiagnostics")(diagnostics)

    def _remember(self, method: Notification[Any]) -> None:
        async def remember(params: Any) -> None:
            self.notifications.setdefault(method.name, []).append(decode(method.params, params))
            await self._tell()

        self.rpc.feature(method.name)(remember)

    async def _tell(self) -> None:
        async with self._news:
            self._news.notify_all()

    def hold_outputs(self, hold: bool) -> None:
        """Answer no batch of outputs until `hold_outputs(False)`."""
        if hold:
            self._may_show.clear()
        else:
            self._may_show.set()

    def received(self, method: Notification[P]) -> list[P]:
        """All notifications of this kind, oldest first."""
        return self.notifications.get(method.name, [])

    def outputs_of(self, run_id: str) -> list[Output]:
        """What a run showed; where a text was cut into batches depends on time, and is not seen here."""
        return merged([output for of_run, output in self.outputs if of_run == run_id])

    def text_of(self, run_id: str, name: str | None = None) -> str:
        """What a run wrote to stdout and stderr, or to one of them."""
        return "".join(
            output.text
            for of_run, output in self.outputs
            if of_run == run_id and isinstance(output, StreamOutput) and name in (None, output.name)
        )

    async def until(self, condition: Callable[[], bool]) -> None:
        """Wait until `condition` holds; it is looked at whenever a message has come."""
        try:
            async with self._news:
                await asyncio.wait_for(self._news.wait_for(condition), WAIT_LIMIT_S)
        except asyncio.TimeoutError:
            told = {name: (len(params), params[-1]) for name, params in self.notifications.items()}
            ended = self.process is None or self.process.returncode is not None
            raise AssertionError(f"This did not come. The window's process has ended: {ended}. Told: {told}") from None

    async def until_changed(
        self, method: Notification[Any], look: Callable[[], Awaitable[R]], condition: Callable[[R], bool]
    ) -> R:
        """Look now and after each notification of this kind until what is seen is as wanted."""
        while True:
            told = len(self.received(method))
            seen = await look()
            if condition(seen):
                return seen
            await self.until(lambda told=told: len(self.received(method)) > told)  # type: ignore[misc]  # mypy 11335

    async def until_state(self, state: SessionState) -> SessionStatus:
        """Wait until the session is in `state`."""

        def last() -> SessionStatus | None:
            told = self.received(methods.SESSION_CHANGED)
            return told[-1] if told else None

        await self.until(lambda: (status := last()) is not None and status.state == state)
        status = last()
        assert status is not None
        return status
