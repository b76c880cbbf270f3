"""The relay between the editor's debugger and the interpreter's."""

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.debug import DebugMessage
from whiskertoolbox_protocol.status import Empty


@handles(methods.DEBUG_ATTACH)
async def attach(session: Session, _params: Empty) -> Empty:
    """Connect the interpreter's debugger to the relay."""
    return await session.interpreter.ask(methods.DEBUG_ATTACH, Empty())


@handles(methods.DEBUG_SEND)
async def send(session: Session, params: DebugMessage) -> None:
    """Pass a message on to the debugger."""
    session.interpreter.tell(methods.DEBUG_SEND, params)
