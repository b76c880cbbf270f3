"""The command `export` of `whiskertoolbox`: keys into the files of other tools."""

from __future__ import annotations

import argparse
import json
import warnings
from pathlib import Path
from typing import TYPE_CHECKING

from whiskertoolbox_daemon.data.keys import open_store
from whiskertoolbox_daemon.shell import DONE, FAILED, CannotBegin, named_values, print_json, tell_progress
from whiskertoolbox_daemon.terminal import say
from whiskertoolbox_protocol.data import ExportFormat, ExportFormats, ExportQuestion, ExportResult
from whiskertoolbox_protocol.wire import encode

if TYPE_CHECKING:
    from whiskertoolbox_python import ExportFormat as Format


def add_export_options(parser: argparse.ArgumentParser) -> None:
    """The options of `export`."""
    parser.add_argument("path", metavar="PATH", type=Path, nargs="?", help="the file or folder to write")
    parser.add_argument("--session", metavar="DIR", type=Path, required=True, help="folder of the session store")
    parser.add_argument("--key", metavar="KEY", action="append", help="write this key (again for more; all by default)")
    parser.add_argument("--format", metavar="NAME", help="by default what the end of PATH says")
    parser.add_argument("--option", metavar="NAME=VALUE", action="append", help="an option of the format")
    parser.add_argument("--overwrite", action="store_true", help="replace what is there")
    parser.add_argument("--formats", action="store_true", help="write nothing; list the formats that can hold the keys")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="write the result as one JSON object")
    form.add_argument("--follow", action="store_true", help="write progress and result as JSON, one object a line")
    parser.usage = "whiskertoolbox export (PATH | --formats) --session DIR [options]"


def export(options: argparse.Namespace) -> int:
    """Write keys, or list what they can be written as."""
    if not options.session.is_dir():
        raise CannotBegin(f"{options.session}: there is no such session folder.")
    if options.path is None and not options.formats:
        raise CannotBegin("give PATH, the file or folder to write, or --formats to list what there is.")
    return _list_formats(options) if options.formats else _write(options)


def _list_formats(options: argparse.Namespace) -> int:
    from whiskertoolbox_python import SaveError, export_formats

    try:
        with open_store(options.session, read_only=True) as manager:
            found = export_formats(manager, options.key)
    except SaveError as error:
        raise CannotBegin(str(error)) from error
    if options.json:
        print_json(encode(ExportFormats(formats=[_for_the_editor(one) for one in found])))
        return DONE
    for one in found:
        missing = f"  needs: pip install {' '.join(json.dumps(name) for name in one.missing)}" if one.missing else ""
        say(f"{one.name:16}{one.suffix or 'folder':14}{one.title}{missing}")
    return DONE


def _write(options: argparse.Namespace) -> int:
    from whiskertoolbox_python import SaveError, SaveWarning, export_file

    chosen = named_values(options.option or [])
    try:
        with open_store(options.session, read_only=True) as manager, warnings.catch_warnings(record=True) as told:
            warnings.simplefilter("ignore")  # of other packages, to their programmers
            warnings.simplefilter("always", SaveWarning)
            path = export_file(
                manager,
                options.path,
                keys=options.key,
                format=options.format,
                overwrite=options.overwrite,
                progress=tell_progress if options.follow else None,
                **chosen,
            )
    except (SaveError, OSError) as error:
        say(f"whiskertoolbox export: {str(error).replace('overwrite=True', '--overwrite')}", is_error=True)
        return FAILED
    result = ExportResult(path=str(path), is_taken=False, warnings=[str(one.message) for one in told])
    if options.follow:
        print_json({"result": encode(result)})
        return DONE
    if options.json:
        print_json(encode(result))
    else:
        say(f"Wrote {path}")
    for warning in result.warnings:
        say(f"warning: {warning}", is_error=True)
    return DONE


def _for_the_editor(one: Format) -> ExportFormat:
    return ExportFormat(
        name=one.name,
        title=one.title,
        suffix=one.suffix,
        missing=list(one.missing),
        questions=[ExportQuestion(option=q.option, prompt=q.prompt, example=q.example) for q in one.questions],
    )
