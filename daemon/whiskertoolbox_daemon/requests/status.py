"""Answers about the session and its interpreter."""

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.status import Empty, SelectInterpreter, SessionOptions, SessionStatus


@handles(methods.SESSION_STATUS)
async def status(session: Session, _params: Empty) -> SessionStatus:
    """State of the session now."""
    return session.status()


@handles(methods.INTERPRETER_SELECT)
async def select(session: Session, params: SelectInterpreter) -> SessionStatus:
    """Restart user code in another Python; one that is not a Python, or too old, leaves all as it is."""
    found = await session.environments.check(params.path)
    if found.state == "broken":
        raise RequestError(f"{params.path} cannot be run as Python. {found.problem} Select another interpreter.")
    if found.state == "unusable":  # what is missing can be installed afterwards, with a button
        raise RequestError(f"{params.path}: {found.problem} Select another interpreter.")
    await session.open_data()
    await session.interpreter.select(params.path)
    return session.status()


@handles(methods.INTERPRETER_RESTART)
async def restart(session: Session, _params: Empty) -> SessionStatus:
    """Restart the interpreter, and open the session again if it could not be opened."""
    await session.open_data()
    await session.interpreter.replace()
    return session.status()


@handles(methods.SESSION_CONFIGURE)
async def configure(session: Session, params: SessionOptions) -> Empty:
    """Take over what a window's settings say; the last one that said something holds."""
    session.linger_s = params.linger_s
    session.interpreter.keep_spare(params.spare_after_s)
    return Empty()


@handles(methods.SESSION_STOP)
async def stop(session: Session, _params: Empty) -> Empty:
    """End the session for all windows; the answer goes out before."""
    session.end("The session was stopped.")
    return Empty()
