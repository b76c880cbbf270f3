"""Answers what the viewer shows."""

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.views import (
    DescribeViews,
    Edited,
    EditSeries,
    FindTick,
    FoundTick,
    FrameView,
    LocateIndex,
    PeriEventView,
    ReadFrame,
    ReadPeriEvent,
    ReadViews,
    ViewerState,
    Views,
    ViewsOfKeys,
)


@handles(methods.VIEWS_DESCRIBE)
async def describe_views(session: Session, params: DescribeViews) -> ViewsOfKeys:
    """How keys are drawn."""
    return await (await session.views()).describe(params)


@handles(methods.VIEWS_READ)
async def read_views(session: Session, params: ReadViews) -> Views:
    """What a window shows."""
    return await (await session.views()).read(params)


@handles(methods.VIEWS_FRAME)
async def read_frame(session: Session, params: ReadFrame) -> FrameView:
    """A picture and what is drawn over it."""
    overlays = await (await session.views()).overlays(params)
    return await session.frames.read(params, session.interpreter.python, overlays)


@handles(methods.VIEWS_FIND)
async def find_tick(session: Session, params: FindTick) -> FoundTick:
    """The next or previous event, interval, frame or entry."""
    return await (await session.views()).find(params)


@handles(methods.VIEWS_LOCATE)
async def locate_index(session: Session, params: LocateIndex) -> FoundTick:
    """The tick of an index or a frame."""
    return await (await session.views()).locate(params)


@handles(methods.VIEWS_PERI_EVENT)
async def peri_event(session: Session, params: ReadPeriEvent) -> PeriEventView:
    """A raster and a PSTH."""
    return await (await session.views()).peri_event(params)


@handles(methods.VIEWS_EDIT)
async def edit_series(session: Session, params: EditSeries) -> Edited:
    """Change events or intervals."""
    return await session.data.edit(params)


@handles(methods.VIEWER_STATE)
async def tell_state(session: Session, params: ViewerState) -> None:
    """Pass on where the viewer is."""
    session.interpreter.tell(methods.VIEWER_STATE, params)
