"""Answers about running code."""

from whiskertoolbox_daemon.interpreters.process import within
from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import CompleteCode, Completions, InterruptResult, RunCode, RunFile, RunResult
from whiskertoolbox_protocol.session import Empty

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


@handles(methods.INTERRUPT)
async def interrupt(session: Session, _params: Empty) -> InterruptResult:
    """Interrupt running code, and drop what waits behind it."""
    return await session.interpreter.interrupt()


@handles(methods.COMPLETE)
async def complete(session: Session, params: CompleteCode) -> Completions:
    """Completions on the live namespace; none when it cannot answer in time."""
    nothing = Completions(start=params.cursor, end=params.cursor, matches=[])
    if session.interpreter.state in ("starting", "dead"):
        return nothing
    return await within(COMPLETE_LIMIT_S, session.interpreter.ask(methods.COMPLETE, params), nothing)


@handles(methods.NAMESPACE_CLEAR)
async def clear_namespace(session: Session, _params: Empty) -> Empty:
    """Delete all variables, after the runs that were asked for before."""
    return await session.interpreter.ask_in_turn(methods.NAMESPACE_CLEAR, Empty())
