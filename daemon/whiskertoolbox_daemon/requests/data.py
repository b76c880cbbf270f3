"""Answers about data keys."""

from whiskertoolbox_daemon.data.loading import load
from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.data import DataKeys, KeyReference, LoadData, LoadResult
from whiskertoolbox_protocol.session import Empty


@handles(methods.DATA_LIST)
async def list_keys(session: Session, _params: Empty) -> DataKeys:
    """All data keys and clocks."""
    return await session.data.keys()


@handles(methods.DATA_DELETE)
async def delete_key(session: Session, params: KeyReference) -> Empty:
    """Delete a data key."""
    await session.data.delete(params.key)
    return Empty()


@handles(methods.DATA_LOAD)
async def load_config(session: Session, params: LoadData) -> LoadResult:
    """Load a load config; cancelling it keeps what was loaded before."""
    return await load(
        params,
        session_path=session.path,
        python=session.interpreter.python,
        on_progress=lambda progress: session.client.notify(methods.DATA_PROGRESS, progress),
    )
