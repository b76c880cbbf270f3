"""The relay between the editor's debugger and the interpreter's."""

import json

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.debug import DebuggerMessage, DebugMessage, SelectFrame
from whiskertoolbox_protocol.status import Empty

NO_INTERPRETER = "There is no interpreter to debug now. Wait until it has started, or restart it."


@handles(methods.DEBUG_ATTACH)
async def attach(session: Session, _params: Empty) -> Empty:
    """Connect the interpreter's debugger to the relay."""
    return await session.interpreter.ask(methods.DEBUG_ATTACH, Empty())


@handles(methods.DEBUG_SEND)
async def send(session: Session, params: DebugMessage) -> None:
    """Pass a message on to the debugger; a request is answered in any case."""
    if session.interpreter.tell(methods.DEBUG_SEND, params):
        return
    message = json.loads(params.content)
    if message.get("type") != "request":
        return
    ends = message["command"] == "disconnect"
    answer = {
        "seq": 0,
        "type": "response",
        "request_seq": message["seq"],
        "command": message["command"],
        "success": ends,
        "message": NO_INTERPRETER,
    }
    content = json.dumps(answer)
    session.editor.notify(methods.DEBUG_RECEIVED, DebuggerMessage(content=content, phase="ended" if ends else None))


@handles(methods.DEBUG_SELECT_FRAME)
async def select_frame(session: Session, params: SelectFrame) -> None:
    """Look at another frame."""
    session.interpreter.tell(methods.DEBUG_SELECT_FRAME, params)
