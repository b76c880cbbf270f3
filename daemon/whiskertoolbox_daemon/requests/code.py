"""Answers about source code that is not run."""

import asyncio

from whiskertoolbox_daemon.clients import CALLER
from whiskertoolbox_daemon.language.statements import statement_at
from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.code import FoundStatement, StatementAt


@handles(methods.STATEMENT_AT)
async def find_statement(_session: Session, params: StatementAt) -> FoundStatement:
    """The statement to run at a line."""
    code = CALLER.get().text(params.uri)
    if code is None:
        raise RequestError(f"{params.uri} is not open as a Python document. Open it in the editor and run it again.")
    return FoundStatement(statement=await asyncio.to_thread(statement_at, code, params.line, params.block))
