"""Answers what the viewer shows."""

from whiskertoolbox_daemon.requests.handlers import handles
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.views import (
    AssignedEntity,
    AssignEntity,
    DescribeViews,
    Edited,
    EditSeries,
    EditShape,
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
async def change_series(session: Session, params: EditSeries) -> Edited:
    """Change events or intervals."""
    from whiskertoolbox_daemon.data.edits import edit_series  # late: NumPy may be missing

    return await session.data.change(lambda manager: edit_series(manager, params))


@handles(methods.VIEWS_EDIT_SHAPE)
async def change_shape(session: Session, params: EditShape) -> EditShape:
    """Change a point, line or mask."""
    from whiskertoolbox_daemon.data.shape_edits import edit_shape

    return await session.data.change(lambda manager: edit_shape(manager, params))


@handles(methods.VIEWS_ASSIGN)
async def assign(session: Session, params: AssignEntity) -> AssignedEntity:
    """Put an entity into a group, or take it out."""
    from whiskertoolbox_daemon.data.group_edits import assign_entity

    return await session.data.change(lambda manager: assign_entity(manager, params))


@handles(methods.VIEWER_STATE)
async def tell_state(session: Session, params: ViewerState) -> None:
    """Pass on where the viewer is."""
    session.interpreter.tell(methods.VIEWER_STATE, params)
