"""Answers about running code."""

from typing import TypeVar

from whiskertoolbox_daemon.clients import CALLER
from whiskertoolbox_daemon.interpreters.process import within
from whiskertoolbox_daemon.language.completeness import completeness
from whiskertoolbox_daemon.language.names import line_and_column, typed_at
from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import (
    CompleteCode,
    Completeness,
    Completions,
    Inspection,
    InterruptResult,
    RunCode,
    RunFile,
    RunInFrame,
    RunReference,
    RunResult,
    Signatures,
    TypedCode,
    UnseenRuns,
)
from whiskertoolbox_protocol.figures import FigureFile, SaveFigure
from whiskertoolbox_protocol.methods import Request
from whiskertoolbox_protocol.status import Empty

P = TypeVar("P")
R = TypeVar("R")

COMPLETE_LIMIT_S = 2.0
"""A completion that comes later is of no use to somebody who types."""


@handles(methods.RUN_CODE)
async def run_code(session: Session, params: RunCode) -> RunResult:
    """Run code as a cell."""
    return await session.run(methods.RUN_CODE, params)


@handles(methods.RUN_FILE)
async def run_file(session: Session, params: RunFile) -> RunResult:
    """Run a script."""
    return await session.run(methods.RUN_FILE, params)


@handles(methods.RUN_IN_FRAME)
async def run_in_frame(session: Session, params: RunInFrame) -> RunResult:
    """Run code where code stands."""
    return await session.run_at_stop(params)


@handles(methods.UNSEEN_RUNS)
async def list_unseen(session: Session, _params: Empty) -> UnseenRuns:
    """Runs whose windows are gone."""
    return UnseenRuns(runs=session.runs.unseen())


@handles(methods.FOLLOW_RUN)
async def follow_run(session: Session, params: RunReference) -> RunResult:
    """Show a run in another window than the one that asked for it."""
    return await session.runs.follow(params.run_id, CALLER.get())


@handles(methods.INTERRUPT)
async def interrupt(session: Session, _params: Empty) -> InterruptResult:
    """Interrupt running code, and drop what waits behind it."""
    return await session.interpreter.interrupt()


@handles(methods.COMPLETE)
async def complete(session: Session, params: CompleteCode) -> Completions:
    """Completions by the live namespace; none in strings that name something of the session: those are LSP's."""
    nothing = Completions(start=params.cursor, end=params.cursor, matches=[])
    if typed_at(params.code, *line_and_column(params.code, params.cursor)) is not None:
        return nothing
    return await _ask_in_time(session, methods.COMPLETE, params, nothing)


@handles(methods.CHECK_COMPLETE)
async def check_complete(session: Session, params: TypedCode) -> Completeness:
    """Whether code can be run; by the daemon's own Python when the interpreter cannot say in time."""
    return await _ask_in_time(session, methods.CHECK_COMPLETE, params, completeness(params.code))


@handles(methods.SIGNATURES)
async def find_signatures(session: Session, params: CompleteCode) -> Signatures:
    """The signatures of the call at the cursor."""
    return await _ask_in_time(session, methods.SIGNATURES, params, Signatures(signatures=[]))


@handles(methods.INSPECT)
async def inspect_name(session: Session, params: CompleteCode) -> Inspection:
    """What the name at the cursor stands for."""
    return await _ask_in_time(session, methods.INSPECT, params, Inspection(expression=""))


async def _ask_in_time(session: Session, method: Request[P, R], params: P, otherwise: R) -> R:
    if session.interpreter.state in ("starting", "dead"):
        return otherwise
    return await within(COMPLETE_LIMIT_S, session.interpreter.ask(method, params), otherwise)


@handles(methods.FIGURES_SAVE)
async def save_figure(session: Session, params: SaveFigure) -> FigureFile:
    """Draw a shown figure in another format."""
    return await session.interpreter.ask_in_turn(methods.FIGURES_SAVE, params)


@handles(methods.NAMESPACE_CLEAR)
async def clear_namespace(session: Session, _params: Empty) -> Empty:
    """Delete all variables, after the runs that were asked for before."""
    return await session.interpreter.ask_in_turn(methods.NAMESPACE_CLEAR, Empty())
