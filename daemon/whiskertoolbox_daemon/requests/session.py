"""Answers about the session and its interpreter."""

import asyncio

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.session import Empty, SelectInterpreter, SessionStatus


@handles(methods.SESSION_STATUS)
async def status(session: Session, _params: Empty) -> SessionStatus:
    """State of the session now."""
    return session.status()


@handles(methods.INTERPRETER_SELECT)
async def select(session: Session, params: SelectInterpreter) -> SessionStatus:
    """Restart user code in another Python; one that is no Python, or too old, leaves all as it is."""
    probe = await asyncio.to_thread(session.environments.probe, params.path)
    if probe is None:
        raise RequestError(f"{params.path} is not a Python that runs. Select another one.")
    if probe.too_old:
        raise RequestError(f"{params.path}: {probe.problem} Select another one.")
    await session.open_data()
    await session.interpreter.replace(params.path)
    return session.status()


@handles(methods.INTERPRETER_RESTART)
async def restart(session: Session, _params: Empty) -> SessionStatus:
    """Restart the interpreter, and open the session again if it could not be opened."""
    await session.open_data()
    await session.interpreter.replace()
    return session.status()
