"""The commands `transform`, `pipeline` and `batch` of `whiskertoolbox`: transforms without an editor."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from whiskertoolbox_daemon.data.keys import open_store
from whiskertoolbox_daemon.shell import DONE, FAILED, CannotBegin
from whiskertoolbox_daemon.terminal import say

if TYPE_CHECKING:
    from whiskertoolbox_python import BatchProgress

MOST_FAILURES = 100
"""Exit codes above have other meanings in a shell."""


def add_transform_options(parser: argparse.ArgumentParser) -> None:
    """The options of `transform`."""
    parser.add_argument("transform", metavar="NAME", help="exact name, as docs/transforms.md lists them")
    parser.add_argument("--session", metavar="DIR", type=Path, required=True, help="folder of the session store")
    parser.add_argument("--input", metavar="KEY", required=True, help="data key to take")
    parser.add_argument("--output", metavar="KEY", help="data key to make; without it a number is printed")
    parser.add_argument(
        "-p",
        "--parameter",
        metavar="NAME=VALUE",
        action="append",
        default=[],
        help="a parameter, its value as JSON or text",
    )


def add_pipeline_options(parser: argparse.ArgumentParser) -> None:
    """The options of `pipeline`."""
    parser.add_argument("pipeline", metavar="PIPELINE", type=Path, help="the pipeline (JSON, of either generation)")
    parser.add_argument("--session", metavar="DIR", type=Path, required=True, help="folder of the session store")


def add_batch_options(parser: argparse.ArgumentParser) -> None:
    """The options of `batch`."""
    parser.add_argument("pipeline", metavar="PIPELINE", type=Path, help="the pipeline (JSON, of either generation)")
    parser.add_argument("--over", metavar="DIR", type=Path, nargs="+", required=True, help="session folders")
    parser.add_argument("--workers", metavar="N", type=int, help="processes; by default one for each processor")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask scheduler, as tcp://host:8786")
    parser.add_argument(
        "--resume", metavar="FILE", type=Path, help="keeps what is done; the same batch goes on from there"
    )


def transform(options: argparse.Namespace) -> int:
    """Run one transform on a session."""
    from whiskertoolbox_python import StoreError, TransformError

    with open_store(existing(options.session)) as manager:
        try:
            made = manager.run_transform(
                options.transform, options.input, options.output, **dict(map(parameter, options.parameter))
            )
        except (TransformError, StoreError, ImportError) as error:
            say(f"whiskertoolbox transform: {error}", is_error=True)
            return FAILED
        say(made)
    return DONE


def pipeline(options: argparse.Namespace) -> int:
    """Run a pipeline on a session."""
    from whiskertoolbox_python import PipelineError, TransformError, read_pipeline

    try:
        steps = read_pipeline(options.pipeline)
    except TransformError as error:
        raise CannotBegin(str(error)) from error
    with open_store(existing(options.session)) as manager:
        try:
            report = steps.run(manager)
        except PipelineError as error:
            say(f"made: {', '.join(getattr(error.report, 'made', []))}")
            say(f"whiskertoolbox pipeline: {error}", is_error=True)
            return FAILED
        say(report)
    return DONE


def batch(options: argparse.Namespace) -> int:
    """Run a pipeline on several sessions; the exit code is the number that failed."""
    import whiskertoolbox_python as wt

    for folder in options.over:
        existing(folder)
    try:
        result = wt.batch(
            wt.read_pipeline(options.pipeline),
            over=list(options.over),
            workers=options.workers,
            scheduler=options.scheduler,
            resume=options.resume,
            progress=line if sys.stderr.isatty() else None,
        )
    except (wt.TransformError, wt.StoreError, ImportError, OSError) as error:
        raise CannotBegin(str(error)) from error
    for label, made in zip(result.labels, result.values, strict=True):
        if made is not None:
            say(f"{label}: {', '.join(made)}")
    for failed in result.errors:
        say(f"failed: {failed}", is_error=True)
    return min(len(result.errors), MOST_FAILURES)


def line(progress: BatchProgress) -> None:
    """Write progress in one line of the terminal."""
    end = "\n" if progress.done == progress.total else ""
    sys.stderr.write(f"\r{progress}\033[K{end}")
    sys.stderr.flush()


def existing(folder: Path) -> Path:
    """Return the folder of a session that is there."""
    if not folder.is_dir():
        raise CannotBegin(f"{folder}: there is no such session folder. `whiskertoolbox load` makes one.")
    return folder


def parameter(text: str) -> tuple[str, Any]:
    """Read ``name=value``; what is not JSON is a text."""
    name, separator, value = text.partition("=")
    if not separator or not name:
        raise CannotBegin(f"-p takes NAME=VALUE, not {text!r}")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
