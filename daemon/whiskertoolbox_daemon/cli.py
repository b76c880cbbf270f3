"""The command `whiskertoolbox`: sessions without an editor. Opens a session in the same way as the daemon.

Exit codes: 0 done; 1 the work itself failed (an entry could not be loaded, the script raised); 2 it could not begin
(bad usage, no such file, the session cannot be opened). `batch` exits with the number of sessions that failed.
"""

from __future__ import annotations

import argparse
import json
import signal
import subprocess
import sys
import warnings
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whiskertoolbox_daemon import export_commands, transform_commands
from whiskertoolbox_daemon.data.keys import WORKSPACE_FOLDER, SessionUnavailable, open_store
from whiskertoolbox_daemon.data.known_names import listed_entries
from whiskertoolbox_daemon.interpreters.spawn import WINDOWS_FAILURES, exit_reason
from whiskertoolbox_daemon.pythons import INTERPRETER_PROGRAM
from whiskertoolbox_daemon.shell import (
    DONE,
    FAILED,
    NOT_BEGUN,
    CannotBegin,
    named_choices,
    named_values,
    print_json,
    tell_progress,
)
from whiskertoolbox_daemon.terminal import say
from whiskertoolbox_protocol.data import FileClock, FilePart, FilePreview, LoadFailure, LoadResult
from whiskertoolbox_protocol.wire import encode

if TYPE_CHECKING:
    from whiskertoolbox_python import Entry, LoadReport
    from whiskertoolbox_python.containers.importing import Preview


def main(arguments: list[str] | None = None) -> int:
    """Run a command; returns its exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    if words == ["-"]:  # more than a command line takes, from the daemon
        words = json.load(sys.stdin)
    end = words.index("--") if "--" in words else len(words)
    options = make_parser().parse_args(words[:end])
    options.script_arguments = words[end + 1 :]
    try:
        return int(options.command(options))
    except (CannotBegin, SessionUnavailable) as error:
        say(f"whiskertoolbox {options.name}: {error}", is_error=True)
        return NOT_BEGUN


def make_parser() -> argparse.ArgumentParser:
    """The command line."""
    parser = argparse.ArgumentParser(
        prog="whiskertoolbox", description="Load recordings into a session, look at its data keys, run scripts on it."
    )
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)

    loading = add_command(commands, "load", load, "load the data of a WhiskerToolbox load config (JSON)")
    loading.add_argument("config", metavar="CONFIG", type=Path, help="the load config")
    add_session(loading, required=False)
    loading.add_argument("--plan", action="store_true", help="show what would be loaded; no data file is opened")
    form = loading.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write the result as one JSON object")
    form.add_argument("--follow", action="store_true", help="write progress and result as JSON, one object a line")

    importing = add_command(commands, "import", import_, "load what is in a file or folder of any known format")
    importing.add_argument("path", metavar="PATH", type=Path, help="the file or folder; recognised by its content")
    add_session(importing, required=False)
    importing.add_argument("--preview", action="store_true", help="load nothing; list what is in it")
    importing.add_argument("--part", metavar="NAME[=KEY]", action="append", help="load this part (again for more)")
    importing.add_argument(
        "--clock", metavar="NAME=KEY", action="append", help="put parts on a clock of the session instead of the file's"
    )
    importing.add_argument("--option", metavar="NAME=VALUE", action="append", help="an option of the format")
    importing.add_argument("--config", action="store_true", help="with --preview: write a load config instead")
    kind = importing.add_mutually_exclusive_group()
    kind.add_argument("--json", action="store_true", help="write the result as one JSON object")
    kind.add_argument("--follow", action="store_true", help="write progress and result as JSON, one object a line")
    importing.usage = "whiskertoolbox import PATH (--preview | --session DIR) [options]"

    exporting = add_command(commands, "export", export_commands.export, "write keys for other tools")
    export_commands.add_export_options(exporting)
    keys = add_command(commands, "keys", show_keys, "list a session's data keys")
    add_session(keys)
    keys.add_argument("--json", action="store_true", help="write a JSON list of objects (key, type, time_key, size)")

    running = add_command(commands, "run", run, "run a script with the session's data as `dm`, as VS Code does")
    running.add_argument("script", metavar="SCRIPT", type=Path, help="the Python file; it runs in its own folder")
    add_session(running)
    transforming = add_command(commands, "transform", transform_commands.transform, "run one transform on a session")
    transform_commands.add_transform_options(transforming)
    piping = add_command(commands, "pipeline", transform_commands.pipeline, "run a pipeline (JSON) on a session")
    transform_commands.add_pipeline_options(piping)
    batching = add_command(commands, "batch", transform_commands.batch, "run a pipeline (JSON) on several sessions")
    transform_commands.add_batch_options(batching)
    serving = add_command(commands, "language-server", language_server, "tell any editor what a session holds")
    serving.add_argument("--workspace", metavar="DIR", type=Path, default=Path(), help="folder of the scripts (here)")
    add_session(serving, required=False)
    running.usage = "whiskertoolbox run SCRIPT --session DIR [-- ARGS ...]"
    return parser


def add_command(commands: Any, name: str, command: Any, help_text: str) -> argparse.ArgumentParser:
    """One command of the parser."""
    parser: argparse.ArgumentParser = commands.add_parser(name, help=help_text, description=help_text)
    parser.set_defaults(command=command, name=name)
    return parser


def add_session(parser: argparse.ArgumentParser, *, required: bool = True) -> None:
    """The option that every command has."""
    parser.add_argument("--session", metavar="DIR", type=Path, required=required, help="folder of the session store")


def load(options: argparse.Namespace) -> int:
    """Load a config; each entry that fails is listed."""
    if not options.config.is_file():
        raise CannotBegin(f"{options.config}: there is no such file.")
    if options.plan:
        return show_plan(options.config)
    if options.session is None:
        raise CannotBegin("--session DIR is missing: the session to load into (or give --plan to load nothing).")
    from whiskertoolbox_python import LoadError, LoadWarning
    from whiskertoolbox_python.formats.loading import carry_out

    with open_store(options.session) as manager:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", LoadWarning)  # the report has it all
                if options.follow:  # by an editor, which has asked its user about what the config wants of Python
                    report = carry_out(manager, manager.plan_load(options.config), progress=tell_progress)
                else:
                    report = manager.load(options.config)
        except LoadError as error:
            raise CannotBegin(str(error)) from error
    return tell(report, as_json=options.json, follow=options.follow)


def tell(report: LoadReport, *, as_json: bool, follow: bool = False) -> int:
    """Write what was loaded and what was not; return the exit code."""
    result = LoadResult(
        made=report.made,
        failures=[LoadFailure(key=item.key, file=str(item.file), reason=item.reason) for item in report.failures],
        warnings=report.warnings,
    )
    if follow:
        print_json({"result": encode(result)})
    elif as_json:
        print_json(encode(result))
    else:
        say(f"Loaded {len(result.made)} of {len(result.made) + len(result.failures)}: {', '.join(result.made)}")
    for warning in report.warnings:
        say(f"warning: {warning}", is_error=True)
    for failure in report.failures:
        say(f"failed: {failure}", is_error=True)
    return FAILED if report.failures else DONE


def show_plan(config: Path) -> int:
    """Show what a load config would load."""
    from whiskertoolbox_python import DataManager, LoadError

    try:
        plan = DataManager().plan_load(config)
    except LoadError as error:
        raise CannotBegin(str(error)) from error
    say(plan)
    return FAILED if plan.failures else DONE


def import_(options: argparse.Namespace) -> int:
    """Load what is in a file, or list it."""
    if not options.preview and options.session is None:
        raise CannotBegin("give --session DIR to load the file, or --preview to look into it.")
    from whiskertoolbox_python import DataManager, LoadError, LoadWarning

    try:
        chosen = named_values(options.option or [])
        preview = DataManager.preview_file(options.path, **chosen)
        parts = None
        if options.part:
            keys = {part.name: part.key for part in preview.parts}
            wanted = named_choices(options.part, keys)
            parts = {name: key or keys.get(name, name) for name, key in wanted.items()}
        clocks = named_choices(options.clock or [], [clock.name for clock in preview.clocks])
        preview = preview.chosen(parts, clocks)
        if options.preview:
            if options.json:
                print_json(encode(_file_preview(preview)))
            else:
                print(preview.config() if options.config else preview, end="" if options.config else "\n")
            return DONE
        with open_store(options.session) as manager, warnings.catch_warnings():
            warnings.simplefilter("ignore", LoadWarning)  # the report has it all
            progress = tell_progress if options.follow else None
            report = manager.import_file(options.path, parts=parts, clocks=clocks, progress=progress, **chosen)
    except LoadError as error:
        raise CannotBegin(str(error)) from error
    return tell(report, as_json=options.json, follow=options.follow)


def _file_preview(preview: Preview) -> FilePreview:
    """Return what the editor shows of a file."""
    parts = [
        FilePart(
            name=part.name,
            key=part.key,
            data_type=part.data_type,
            shape=" × ".join("?" if side < 0 else f"{side:,}" for side in part.shape),
            clock=part.clock,
            unit=part.unit,
            description=part.description,
            selected=part.selected,
        )
        for part in preview.parts
    ]
    clocks = [
        FileClock(name=clock.name, time_key=clock.key, rate=clock.ticks_per_second, size=clock.size)
        for clock in preview.clocks
    ]
    return FilePreview(
        title=preview.title,
        parts=parts,
        clocks=clocks,
        config=preview.config(),
        code=preview.code(),
        warnings=list(preview.warnings),
    )


def show_keys(options: argparse.Namespace) -> int:
    """List the data keys of a session."""
    if not options.session.is_dir():
        raise CannotBegin(f"{options.session}: there is no such session folder. `whiskertoolbox load` makes one.")
    with open_store(options.session, read_only=True) as manager:
        rows = [key_row(entry) for entry in sorted(listed_entries(manager), key=lambda entry: entry.key)]
    if options.json:
        print_json(rows)
        return DONE
    headings = {"key": "KEY", "type": "TYPE", "time_key": "CLOCK", "size": "SIZE"}
    widths = {name: max(len(str(row[name])) for row in [headings, *rows]) for name in headings}
    for row in [headings, *rows]:
        say("  ".join(str(row[name]).ljust(widths[name]) for name in headings).rstrip())
    return DONE


def key_row(entry: Entry) -> dict[str, Any]:
    """A data key as `keys` shows it."""
    return {"key": entry.key, "type": entry.kind.name, "time_key": entry.time_key, "size": entry.size}


def run(options: argparse.Namespace) -> int:
    """Run a script in a process of its own, with this terminal as its own."""
    if not options.script.is_file():
        raise CannotBegin(f"{options.script}: there is no such file.")
    program = INTERPRETER_PROGRAM / "run" / "script.py"
    command = [sys.executable, str(program), str(options.session), str(options.script), *options.script_arguments]
    child = subprocess.Popen(command)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C reaches the script as well, and the script decides
    code = child.wait()
    if code < 0 or code in WINDOWS_FAILURES:
        say(f"whiskertoolbox run: {options.script} ended early: {exit_reason(code)}.", is_error=True)
        return FAILED
    return code


def language_server(options: argparse.Namespace) -> int:
    """Serve an editor on stdin and stdout; it runs no code."""
    session = options.session or options.workspace / WORKSPACE_FOLDER / "session"
    if not session.is_dir():
        raise CannotBegin(f"{session}: there is no such session folder. `whiskertoolbox load` makes one.")
    places = ["--session", str(session), "--workspace", str(options.workspace)]
    return subprocess.call([sys.executable, "-I", "-S", str(Path(__file__).parent), *places, "--language-only"])


if __name__ == "__main__":
    sys.exit(main())
