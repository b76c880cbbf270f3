"""Answers about Python environments and their packages."""

from collections.abc import Callable

from whiskertoolbox_daemon.clients import CALLER
from whiskertoolbox_daemon.environments import packages
from whiskertoolbox_daemon.environments.creating import create_environment
from whiskertoolbox_daemon.environments.deleting import delete_environment
from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.environments import (
    ChangePackages,
    CreateEnvironment,
    Environment,
    Environments,
    FindEnvironments,
    OutdatedPackages,
    PackageLog,
    Packages,
    PythonReference,
)
from whiskertoolbox_protocol.status import Empty


@handles(methods.ENVIRONMENTS_FIND)
async def find(session: Session, params: FindEnvironments) -> Environments:
    """The Pythons of this machine that are known now; those found later are told."""
    return session.environments.find(refresh=params.refresh, current=session.interpreter.python, more=params.more)


@handles(methods.ENVIRONMENTS_CHECK)
async def check(session: Session, params: PythonReference) -> Environment:
    """What one Python is, and why it cannot be used if it cannot."""
    return await session.environments.check(params.python)


@handles(methods.PACKAGES_LIST)
async def list_packages(_session: Session, params: PythonReference) -> Packages:
    """What is installed."""
    return await packages.list_packages(params.python)


@handles(methods.PACKAGES_OUTDATED)
async def outdated(_session: Session, params: PythonReference) -> OutdatedPackages:
    """Of what there are newer versions."""
    return await packages.outdated_packages(params.python)


@handles(methods.PACKAGES_CHANGE)
async def change(_session: Session, params: ChangePackages) -> Empty:
    """Install, upgrade or uninstall; cancelling ends the installer."""
    await packages.change_packages(params, _log(params.change_id))
    return Empty()


@handles(methods.ENVIRONMENTS_CREATE)
async def create(session: Session, params: CreateEnvironment) -> PythonReference:
    """Make an environment with NumPy in it; cancelling removes what was made of it."""
    log = _log(params.change_id)
    return PythonReference(python=await create_environment(params, session.interpreter.python, log))


@handles(methods.ENVIRONMENTS_DELETE)
async def delete(session: Session, params: PythonReference) -> Empty:
    """Delete an environment that nothing of the session uses."""
    await delete_environment(params.python, in_use=[session.interpreter.python])
    return Empty()


def _log(change_id: str) -> Callable[[str], None]:
    caller = CALLER.get()
    return lambda text: caller.notify(methods.PACKAGES_LOG, PackageLog(change_id=change_id, text=text))
