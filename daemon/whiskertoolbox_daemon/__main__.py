"""Entry of the daemon: ``python -I -S …/whiskertoolbox_daemon --session DIR --workspace DIR --interpreter PYTHON``.

The editor speaks the Language Server Protocol with it on stdin and stdout; the log goes to stderr. What the editor
starts is the bridge (`bridge.py`); the daemon is started by that, or is there already, and outlives it. On Windows
there is no such place to meet: there the daemon is this program, and ends with the editor. Either way this program
begins without the start files of the environment (``sitecustomize``, ``.pth``), which may print.
"""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

PACKAGES = Path(__file__).resolve().parent.parent
BUNDLE = PACKAGES.parent / "bundled" / "libs"
"""Third-party libraries that come with the extension; there are none in a source checkout."""


def main(arguments: list[str] | None = None) -> int:
    """Connect the editor with its session's daemon, or be that daemon, until the end of either."""
    given = sys.argv[1:] if arguments is None else arguments
    options = parse_arguments(given)
    if options.listen is None and options.receive is None:
        if sys.platform != "win32" and not options.language_only:  # the one has no such place, the other needs none
            from whiskertoolbox_daemon.bridge import bridge

            command = [sys.executable, str(Path(__file__).parent), *given]
            return bridge(options.session, command, end_hung=options.end_hung)
        return start_with_environment(given)

    from whiskertoolbox_daemon.interpreters.spawn import Spawned, SpawnError, spawn_interpreter

    # First of all: the interpreter starts on one core while this process imports pygls on another.
    interpreter: Spawned | SpawnError
    if options.language_only:
        interpreter = SpawnError("This editor runs no code.")
    else:
        try:
            interpreter = spawn_interpreter(options.interpreter, session=options.session, workspace=options.workspace)
        except SpawnError as error:
            interpreter = error

    import asyncio

    from whiskertoolbox_daemon.lsp.quick_import import import_lsprotocol

    import_lsprotocol()
    from whiskertoolbox_daemon.lsp.door import Door, InheritedDoor
    from whiskertoolbox_daemon.lsp.server import serve

    door: Door
    if sys.platform != "win32" and options.listen is not None:
        from whiskertoolbox_daemon.lsp.meeting import MeetingDoor

        door = MeetingDoor(options.listen, options.session)
    else:
        door = InheritedDoor(options.receive, options.send)
    return asyncio.run(
        serve(
            session_path=options.session,
            workspace=options.workspace,
            python=options.interpreter,
            interpreter=interpreter,
            language_only=options.language_only,
            door=door,
            replaces=options.replaces,
        )
    )


def parse_arguments(arguments: list[str] | None) -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(prog="whiskertoolbox_daemon", description="Started by the editor.")
    parser.add_argument("--session", required=True, type=absolute_path, help="folder of the session store")
    parser.add_argument("--workspace", required=True, type=absolute_path, help="folder that is open in the editor")
    parser.add_argument("--interpreter", default=sys.executable, help="Python that runs user code")
    parser.add_argument("--language-only", action="store_true", help="for editors that know nothing of ours")
    parser.add_argument("--end-hung", action="store_true", help="end a session's process that does not answer")
    # Given by the bridge: descriptor of the socket at which windows come; why the daemon before ended for this one.
    parser.add_argument("--listen", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--replaces", help=argparse.SUPPRESS)
    # Given by `start_with_environment`: handles of the editor's connection, as in `whiskertoolbox_protocol.launch`.
    parser.add_argument("--receive", type=int, help=argparse.SUPPRESS)
    parser.add_argument("--send", type=int, help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def absolute_path(text: str) -> Path:
    """A path that does not depend on the working folder."""
    return Path(text).absolute()


def start_with_environment(arguments: list[str]) -> int:
    """Run this program in its environment, where stdout is stderr and the editor's connection has other handles."""
    descriptors = os.dup(0), os.dup(1)
    os.dup2(2, 1)
    nowhere = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nowhere, 0)
    os.close(nowhere)
    from whiskertoolbox_daemon.pythons import activated

    command = [sys.executable, str(Path(__file__).parent), *arguments]
    variables = activated(sys.executable, os.environ)
    if sys.platform == "win32":
        import msvcrt
        import subprocess

        handles = [msvcrt.get_osfhandle(descriptor) for descriptor in descriptors]
        for handle in handles:
            os.set_handle_inheritable(handle, True)
        command += ["--receive", str(handles[0]), "--send", str(handles[1])]
        return subprocess.call(command, close_fds=False, env=variables)
    for descriptor in descriptors:
        os.set_inheritable(descriptor, True)
    command += ["--receive", str(descriptors[0]), "--send", str(descriptors[1])]
    return os.execve(sys.executable, command, variables)


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
