"""A client of the daemon for benchmarks: LSP framing over stdio and nothing else, so that it adds next to no time.

It answers the daemon's requests for output as the extension does, and keeps what was shown.
"""

from __future__ import annotations

import itertools
import json
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

DAEMON = Path(__file__).parents[1] / "daemon" / "whiskertoolbox_daemon"
SECONDS_TO_ANSWER = 300

Message = dict[str, Any]


class DaemonClient:
    """A running daemon with an initialized session; `close` ends it."""

    def __init__(self, workspace: Path, *, python: str = sys.executable, daemon: Path = DAEMON) -> None:
        self._session = session = workspace / ".whiskertoolbox" / "session"
        options = ["--session", str(session), "--interpreter", python, "--workspace", str(workspace)]
        self._process = subprocess.Popen(
            [python, "-I", "-S", str(daemon), *options],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._to, self._from = self._process.stdin, self._process.stdout
        self._ids = itertools.count(1)
        self._answers: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._write_lock = threading.Lock()
        self.shown: list[Message] = []
        threading.Thread(target=self._read, daemon=True).start()
        self.request("initialize", {"processId": os.getpid(), "rootUri": workspace.as_uri(), "capabilities": {}})
        self._send({"method": "initialized", "params": {}})

    def run(self, code: str) -> Message:
        """Run code; returns when it has ended and all its output has arrived."""
        self.shown = []
        run_id = str(next(self._ids))
        return self.request("whiskertoolbox/execution/runCode", {"runId": run_id, "code": code, "storeHistory": False})

    def request(self, method: str, params: Message | None) -> Message:
        """Send a request and return its result."""
        self.begin(method, params)
        return self.answer()

    def begin(self, method: str, params: Message | None) -> None:
        """Send a request; `answer` returns its result, when those sent before have been answered."""
        self._send({"id": next(self._ids), "method": method, "params": params})

    def answer(self) -> Message:
        """Return the next result."""
        answer = self._answers.get(timeout=SECONDS_TO_ANSWER)
        if "result" not in answer:
            raise RuntimeError(f"a request failed: {answer}")
        return answer["result"] or {}

    def processor_time_s(self) -> float:
        """Return the processor time that the session's processes have taken; Linux only."""
        ticks = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                if os.fsencode(self._session) in stat.with_name("cmdline").read_bytes():
                    fields = stat.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
                    ticks += int(fields[11]) + int(fields[12])
            except OSError:  # noqa: PERF203 - it has ended
                continue
        return ticks / os.sysconf("SC_CLK_TCK")

    def notify(self, method: str, params: Message) -> None:
        """Send a notification."""
        self._send({"method": method, "params": params})

    def close(self) -> None:
        """End the daemon and wait until it is gone."""
        self.request("shutdown", None)
        self._send({"method": "exit"})
        self._process.wait(SECONDS_TO_ANSWER)

    def _send(self, message: Message) -> None:
        body = json.dumps({"jsonrpc": "2.0", **message}).encode()
        with self._write_lock:
            self._to.write(b"Content-Length: %d\r\n\r\n" % len(body) + body)
            self._to.flush()

    def _read(self) -> None:
        while header := self._from.readline():
            length = 0
            while header.strip():
                name, _, value = header.partition(b":")
                if name.lower() == b"content-length":
                    length = int(value)
                header = self._from.readline()
            message = json.loads(self._from.read(length))
            if "method" not in message:
                self._answers.put(message)
            elif "id" in message:
                if message["method"] == "whiskertoolbox/execution/output":
                    self.shown += message["params"]["outputs"]
                self._send({"id": message["id"], "result": {}})
        self._answers.put({"error": "the daemon has ended"})
