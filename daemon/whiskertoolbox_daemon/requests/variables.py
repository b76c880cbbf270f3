"""Answers about variables."""

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.variables import ListVariables, VariableReference, Variables


@handles(methods.VARIABLES_LIST)
async def list_variables(session: Session, params: ListVariables) -> Variables:
    """The namespace, or the children of a variable."""
    return await session.variables.list(params)


@handles(methods.VARIABLES_DELETE)
async def delete_variable(session: Session, params: VariableReference) -> Empty:
    """Delete a variable."""
    return await session.interpreter.ask(methods.VARIABLES_DELETE, params)
