"""Answers about variables."""

import asyncio
from typing import TypeVar

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.execution import Inspection
from whiskertoolbox_protocol.methods import Request
from whiskertoolbox_protocol.tables import CopyTable, ReadTable, TablePart, TableText
from whiskertoolbox_protocol.variables import DescribeVariable, ListVariables, Variables

P = TypeVar("P")
R = TypeVar("R")

DESCRIBE_LIMIT_S = 2.0
TABLE_LIMIT_S = 20.0
"""Sorting a long column takes its time; a page is there at once."""


@handles(methods.VARIABLES_LIST)
async def list_variables(session: Session, params: ListVariables) -> Variables:
    """The namespace, or the children of a variable."""
    return await session.variables.list(params)


@handles(methods.VARIABLES_DESCRIBE)
async def describe_variable(session: Session, params: DescribeVariable) -> Inspection:
    """What a hover shows of a variable."""
    return await _ask_in_time(session, methods.VARIABLES_DESCRIBE, params, DESCRIBE_LIMIT_S)


@handles(methods.TABLES_READ)
async def read_table(session: Session, params: ReadTable) -> TablePart:
    """The part of a table that is seen."""
    return await _ask_in_time(session, methods.TABLES_READ, params, TABLE_LIMIT_S)


@handles(methods.TABLES_COPY)
async def copy_table(session: Session, params: CopyTable) -> TableText:
    """A part of a table as text."""
    return await _ask_in_time(session, methods.TABLES_COPY, params, TABLE_LIMIT_S)


async def _ask_in_time(session: Session, method: Request[P, R], params: P, limit_s: float) -> R:
    try:
        return await asyncio.wait_for(session.interpreter.ask(method, params), limit_s)
    except asyncio.TimeoutError:
        raise RequestError("The interpreter is not responding; try again when it does.") from None
