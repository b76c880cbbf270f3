"""Protocol types of the viewer: what a screen asks of data, within a budget of points, and what it is answered.

Ticks are those of the one clock that all panels share. Arrays of ticks are float64, of values float32, of counts
uint32, of identities int64 (0: none).
"""

from typing import Literal

from whiskertoolbox_protocol.arrays import WireArray
from whiskertoolbox_protocol.late_classes import message

ViewShape = Literal["trace", "ticks", "spans", "grid", "frames", "marks", "none"]
"""How a data key is drawn: a signal, events, intervals, a heat map, pictures, shapes over pictures, not at all."""


@message
class DescribeViews:
    """Ask how data keys are drawn."""

    keys: list[str]
    """Empty: all that can be drawn."""


@message
class ViewOfKey:
    """How a data key is drawn."""

    key: str
    shape: ViewShape
    type: str
    """Name of the DataType member."""
    time_key: str
    size_label: str
    ticks_per_second: float | None
    """Rate of its clock, where it is known."""
    start: float | None
    """First tick; None without data."""
    end: float | None
    low: float | None
    """Range in which its values lie, where that is known without looking at all of them."""
    high: float | None
    channels: list[str]
    """Names of the columns of a tensor."""
    width: int
    """Size of the pictures, of those that the shapes belong to, or of a tensor's rows as heat maps; 0: unknown."""
    height: int
    likelihood_key: str
    """Signal that says how sure its points are; empty: none."""
    problem: str
    """What is wrong with it, for people; empty when all is well."""


@message
class ViewsOfKeys:
    """How data keys are drawn, at one revision; keys that are not there are left out."""

    revision: int
    keys: list[ViewOfKey]
    groups: list[str]
    """Names of the groups of entities."""


@message
class LaneQuery:
    """One series of a window."""

    key: str
    channel: int
    """Column of a tensor that is drawn as a trace; -1: the whole key."""
    budget: int
    """The most points, from the pixels of the panel."""
    remove_mean: bool = False
    """Of a trace: its values less the mean of the whole signal."""
    high_pass: float | None = None
    """Of a trace: cut-off in Hz of a Butterworth filter of order 3, forward and backward."""
    low_pass: float | None = None
    is_spectrogram: bool = False
    """Of a trace: its power by time and frequency, between the cut-offs, as a heat map."""


@message
class ReadViews:
    """Ask for what a window shows. A newer request of the same view overtakes it."""

    view_id: str
    start: float
    end: float
    lanes: list[LaneQuery]


@message
class TraceView:
    """A signal: samples where there are few, the extremes of bins where there are many."""

    starts: WireArray
    ends: WireArray
    low: WireArray
    high: WireArray
    is_exact: bool
    """Every point is one sample."""
    gap: float | None
    """Points further apart than so many ticks have a gap between them."""
    sample_count: int
    missing_count: int
    outside_count: int
    """Samples of the whole signal that have no tick, because their index is outside their clock."""
    kind: Literal["trace"] = "trace"


@message
class TicksView:
    """Events: one by one where there are few, counted per bin where there are many."""

    starts: WireArray
    ends: WireArray
    counts: WireArray
    entity_ids: WireArray
    is_exact: bool
    event_count: int
    outside_count: int
    kind: Literal["ticks"] = "ticks"


@message
class SpansView:
    """Intervals: one by one where there are few, stretches that hold some where there are many."""

    starts: WireArray
    ends: WireArray
    counts: WireArray
    entity_ids: WireArray
    is_exact: bool
    interval_count: int
    outside_count: int
    kind: Literal["spans"] = "spans"


@message
class GridView:
    """A heat map: the means of bins of rows."""

    starts: WireArray
    ends: WireArray
    cells: WireArray
    """float32, ``(bins, channels)``."""
    channel_step: int
    low: float | None
    high: float | None
    gap: float | None
    row_count: int
    outside_count: int
    bottom: float | None = None
    """Lowest frequency of a spectrogram, in Hz, whose channels begin with the highest."""
    top: float | None = None
    kind: Literal["grid"] = "grid"


@message
class NoView:
    """Nothing can be drawn, and why: the key was deleted, say."""

    message: str
    kind: Literal["none"] = "none"


@message
class ViewInPreparation:
    """A long signal is being looked at for the first time; ask again."""

    done: float
    """From 0 to 1."""
    kind: Literal["preparing"] = "preparing"


LaneView = TraceView | TicksView | SpansView | GridView | NoView | ViewInPreparation


@message
class Views:
    """What a window shows, one answer per lane; none when the request was overtaken."""

    revision: int
    is_overtaken: bool
    lanes: list[LaneView]


@message
class OverlayQuery:
    """What is drawn over a picture of one key: points, lines, masks, intervals, or rows of a tensor with more than two
    axes, as heat maps."""

    key: str
    group: str = ""
    """Name of the group whose entities are shown; empty: all are."""
    threshold: float = 0.0
    """Points with a lower likelihood are left out."""
    channel: int = 0
    """Of a tensor with four axes: its last."""


@message
class ReadFrame:
    """Ask for the picture at a tick, and the shapes that are drawn over it."""

    view_id: str
    key: str
    """Media; empty: the shapes only."""
    tick: float
    budget: int
    """The most pixels."""
    overlays: list[OverlayQuery]
    trail: int = 0
    """For so many indices before, points come along as trails."""


@message
class OverlayView:
    """The shapes of one key at a tick."""

    key: str
    shape: Literal["points", "lines", "masks", "intervals", "heat"]
    """Of intervals only the identities of those that hold the tick."""
    offsets: WireArray
    """Where each shape begins in `points`, and the end."""
    points: WireArray
    """float32, ``(points, 2)``: x and y in pixels of the original picture."""
    entity_ids: WireArray
    likelihoods: WireArray
    """float32, of each point; empty when no signal says how sure they are."""
    cells: WireArray
    """float32, ``(height, width)``: a heat map of the whole picture."""
    trail: WireArray
    """float32, ``(tracks, indices, 2)``: the first, second, … point of each index of the trail; NaN where none is."""
    tick: float | None
    """Of the index that the shapes belong to."""


@message
class FrameView:
    """A picture; `pixels` is empty when the request was overtaken, or there is none."""

    is_overtaken: bool
    index: int
    """Number of the frame; -1: none."""
    tick: float | None
    next_tick: float | None
    """Of the frame after it."""
    frame_count: int
    width: int
    """Of the original."""
    height: int
    step: int
    """Pixels of the original that became one, along each axis."""
    pixels: WireArray
    """uint8, ``(height, width)`` or ``(height, width, 3)``."""
    overlays: list[OverlayView]
    message: str
    """Why there is no picture, and what to do; empty when there is one."""


@message
class FindTick:
    """Ask for the next, or the previous, event, interval, frame or entry of a key."""

    key: str
    tick: float
    forward: bool


@message
class LocateIndex:
    """Ask which tick an index of a key's clock has; of a video, the index is the number of a frame."""

    key: str
    index: int


@message
class FoundTick:
    """Where it is; None at the end."""

    tick: float | None
    end: float | None
    """Last tick of an interval."""


@message
class TrialOrder:
    """How the trials of a raster are sorted; those that have no value come last."""

    by: Literal["time", "latency", "count", "duration", "column"]
    """When they were; the time of the first event after the alignment; how many events there are; how long the interval
    is; a column of a table of the trials."""
    key: str = ""
    """Tensor that is such a table."""
    column: int = 0
    is_descending: bool = False


@message
class TrialTable:
    """A tensor with a row for trials, by its time, or by its number where its rows are plain numbers."""

    key: str
    columns: list[str]


@message
class ReadPeriEvent:
    """Ask for a raster and a PSTH; times are in seconds, or in ticks where no clock has `ticks_per_second`."""

    view_id: str
    key: str
    """Events."""
    alignment_key: str
    """Events, or intervals, whose starts are taken."""
    before: float
    after: float
    bin_width: float
    budget: int
    """The most events of the raster."""
    order: TrialOrder
    """Of the trials in the raster."""


@message
class PeriEventView:
    """Events around others, trial by trial, and their mean rate."""

    revision: int
    is_overtaken: bool
    is_in_seconds: bool
    edges: WireArray
    """float64, of the bins, from the alignment; 0 is one of them."""
    rates: WireArray
    """float64, events per second (or tick) and trial while it was recorded; NaN in bins that never were."""
    event_count: int
    trial_count: int
    trials: WireArray
    """uint32, the row of each event of the raster: the place of its trial in the order."""
    offsets: WireArray
    """float32, its time from the alignment."""
    raster_trial_count: int
    """The first trials of the order, which the raster has."""
    has_durations: bool
    """The trials are intervals."""
    tables: list[TrialTable]
    """What the trials can be sorted by."""
    outside_count: int
    """Events and alignments that have no tick."""
    least_exposure: float
    """In how many trials the bin was recorded that was so least; lower than `trial_count` at ends and pauses."""


@message
class EditRow:
    """One event (its tick) or interval (first and last tick), before or after an edit."""

    start: float
    end: float
    entity_id: int = 0
    """Of what is added: the identity that it keeps, since it was moved or deleted; 0: a new one."""


@message
class EditSeries:
    """Take some events or intervals out of a series and put others in, in one commit."""

    key: str
    removed: list[EditRow]
    added: list[EditRow]


@message
class Edited:
    """What was changed, by the ticks that the clock has; the opposite edit undoes it."""

    removed: list[EditRow]
    added: list[EditRow]


@message
class EditShape:
    """Give one point, line or mask other points, add one, or delete one, in one commit."""

    key: str
    tick: float
    """It belongs to the last index of the key's clock that is not after it."""
    entity_id: int
    """0: one that is added gets a new identity."""
    place: int
    """Before so many others of its index one is put that is added; -1: after them all."""
    before: WireArray
    """float32, ``(points, 2)``: what it is now; empty: it is added."""
    after: WireArray
    """As `before`; empty: it is deleted."""


@message
class AssignEntity:
    """Put an entity into a group, or take it out."""

    entity_id: int
    group_number: int
    """1 for the group that was made first; the number after the last makes one."""
    is_member: bool | None
    """Whether it is to be in the group; None: in it if it is not, and else not."""


@message
class AssignedEntity:
    """The group, and whether the entity is in it now."""

    name: str
    count: int
    """Of the entities that the group has."""
    is_member: bool


@message
class ShowViews:
    """Code asks for the viewer."""

    keys: list[str]
    """Shown as well; empty: what is shown stays."""
    time: float | None
    """Tick to go to."""
    start: float | None
    """Window to go to; None: it stays."""
    end: float | None


@message
class ViewerState:
    """Where the viewer is."""

    time: float
    start: float
    end: float
    selected_key: str
    """Data key of what was clicked; empty: nothing."""
    selected_id: int
    """Its entity id."""


@message
class PreviewSteps:
    """Ask what the last of some steps makes of a window of the data. A newer request overtakes it."""

    pipeline: str
    """The steps, as JSON."""
    start: float | None
    """None: from where the input begins, for as long as can be looked at quickly."""
    end: float | None
    time: float | None
    """The shapes over a picture are those of this tick."""
    budget: int
    """The most points of a lane."""


@message
class PreviewLane:
    """What a step takes, or makes."""

    described: ViewOfKey
    view: LaneView
    shapes: OverlayView | None
    """Of points, lines and masks."""


@message
class StepPreview:
    """What a step takes and makes, within a window; nothing of it is stored."""

    is_overtaken: bool
    message: str
    """Why there is none; empty when there is one."""
    start: float
    end: float
    lanes: list[PreviewLane]
