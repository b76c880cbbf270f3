"""Answers about transforms: which there are, and how far batches of them are."""

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.transforms import Batches, Transforms
from whiskertoolbox_protocol.views import PreviewSteps, StepPreview


@handles(methods.TRANSFORMS_LIST)
async def list_transforms(session: Session, params: Empty) -> Transforms:
    """The transforms of the interpreter, where those of the user are registered."""
    return await session.interpreter.ask(methods.TRANSFORMS_LIST, params)


@handles(methods.TRANSFORMS_PREVIEW)
async def preview_steps(session: Session, params: PreviewSteps) -> StepPreview:
    """What a step makes of a window."""
    await session.data.wait_until_open()
    return await session.previews.read(params, session.interpreter.python)


@handles(methods.BATCHES_LIST)
async def list_batches(session: Session, params: Empty) -> Batches:
    """How far the batches of the interpreter are."""
    return await session.interpreter.ask(methods.BATCHES_LIST, params)
