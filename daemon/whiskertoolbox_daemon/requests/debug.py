"""The relay between the editor's debugger and the interpreter's."""

from whiskertoolbox_daemon.clients import CALLER
from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.debug import DebugMessage, SelectFrame
from whiskertoolbox_protocol.status import Empty


@handles(methods.DEBUG_ATTACH)
async def attach(session: Session, _params: Empty) -> Empty:
    """Connect the interpreter's debugger to the relay."""
    return await session.debugging.attach(CALLER.get())


@handles(methods.DEBUG_SEND)
async def send(session: Session, params: DebugMessage) -> None:
    """Pass a message on to the debugger; a request is answered in any case."""
    session.debugging.send(params, CALLER.get())


@handles(methods.DEBUG_SELECT_FRAME)
async def select_frame(session: Session, params: SelectFrame) -> None:
    """Look at another frame."""
    session.debugging.select_frame(params, CALLER.get())
