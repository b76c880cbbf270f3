"""Answers about Python environments."""

import asyncio

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.environments import Environments, FindEnvironments


@handles(methods.ENVIRONMENTS_FIND)
async def find(session: Session, params: FindEnvironments) -> Environments:
    """The Pythons of this machine."""
    current = session.interpreter.python
    found = await asyncio.to_thread(session.environments.find, refresh=params.refresh, current=current)
    return Environments(environments=found)
