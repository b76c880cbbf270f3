"""Entry of the daemon: ``python …/whiskertoolbox_daemon --session DIR --workspace DIR --interpreter PYTHON``.

Speaks the Language Server Protocol on stdin and stdout; the log goes to stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import BinaryIO

PACKAGES = Path(__file__).resolve().parent.parent
BUNDLE = PACKAGES.parent / "bundled" / "libs"
"""Third-party libraries that come with the extension; there are none in a source checkout."""


def main(arguments: list[str] | None = None) -> int:
    """Run the daemon until the editor goes."""
    options = parse_arguments(arguments)
    reader, writer = take_standard_streams()

    from whiskertoolbox_daemon.interpreters.spawn import Spawned, SpawnError, spawn_interpreter

    # First of all: the interpreter starts on one core while this process imports pygls on another.
    interpreter: Spawned | SpawnError
    try:
        interpreter = spawn_interpreter(options.interpreter, session=options.session, workspace=options.workspace)
    except SpawnError as error:
        interpreter = error

    import asyncio
    import logging

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(levelname)s %(message)s", stream=sys.stderr)
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # endpoint.py logs what fails, once and shorter

    from whiskertoolbox_daemon.lsp.server import serve

    return asyncio.run(
        serve(
            session_path=options.session,
            workspace=options.workspace,
            python=options.interpreter,
            interpreter=interpreter,
            reader=reader,
            writer=writer,
        )
    )


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="whiskertoolbox_daemon", description="Started by the editor.")
    parser.add_argument("--session", required=True, type=absolute_path, help="folder of the session store")
    parser.add_argument("--workspace", required=True, type=absolute_path, help="folder that is open in the editor")
    parser.add_argument("--interpreter", default=sys.executable, help="Python that runs user code")
    return parser.parse_args(arguments)


def absolute_path(text: str) -> Path:
    """A path that does not depend on the working folder."""
    return Path(text).absolute()


def take_standard_streams() -> tuple[BinaryIO, BinaryIO]:
    """The editor's connection, out of reach of stray prints: stdout of this process becomes stderr."""
    reader, writer = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    return reader, writer


if __name__ == "__main__":
    if sys.version_info < (3, 10):  # noqa: UP036  # any Python may be chosen
        sys.exit(f"Python {sys.version.split()[0]} is too old: WhiskerToolbox needs 3.10 or newer.")
    # Python has put this folder first; its file names are not to be importable from anywhere.
    sys.path[0] = str(PACKAGES)
    if BUNDLE.is_dir():
        sys.path.insert(1, str(BUNDLE))
    code = main()
    sys.stderr.flush()
    os._exit(code)  # a thread may still wait for stdin, and Python would wait for it
