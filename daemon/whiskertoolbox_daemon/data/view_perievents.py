"""Rasters and PSTHs of the session's events."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from whiskertoolbox_daemon.data.view_sources import Source, ViewSources
from whiskertoolbox_daemon.data.view_trials import ordered_trials, trial_tables
from whiskertoolbox_protocol.arrays import encode_array
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.views import PeriEventView, ReadPeriEvent
from whiskertoolbox_python.views import bin_edges, peri_event, recorded_stretches

EVENTS_LIMIT = 1 << 24
RASTER_LIMIT = 1 << 15


def read_peri_event(sources: ViewSources, params: ReadPeriEvent, is_newest: Callable[[], bool]) -> PeriEventView:
    """Events around each event, or each start of an interval, of another key."""
    revision = sources.refresh()
    events, alignments = _source(sources, params.key, ("ticks",)), _source(sources, params.alignment_key, None)
    clocks = (events.clock, alignments.clock)
    rates = sorted({clock.ticks_per_second for clock in clocks if clock.ticks_per_second is not None})
    if len(rates) > 1:
        raise RequestError(
            f"The clocks of {params.key} and {params.alignment_key} count different ticks: {rates[0]:g} and "
            f"{rates[1]:g} in a second. Give both the same."
        )
    rate = rates[0] if rates else None
    unit = rate or 1.0
    clock = events.clock
    event_ticks, trial_ticks = _ticks(events, params.key), _ticks(alignments, params.alignment_key)
    try:
        bins = bin_edges(params.before * unit, params.after * unit, params.bin_width * unit)
        order = ordered_trials(sources, params.order, alignments, (event_ticks, trial_ticks, bins))
        found = peri_event(
            event_ticks,
            trial_ticks[order],
            bins,
            recorded=recorded_stretches(clock.ticks, is_regular=clock.is_regular),
            budget=min(max(params.budget, 0), RASTER_LIMIT),
            is_wanted=is_newest,
        )
    except ValueError as error:
        raise RequestError(f"No PSTH: {error}.") from error
    except InterruptedError:
        return _overtaken()
    edges = found.edges / unit
    with np.errstate(invalid="ignore", divide="ignore"):
        rates_of_bins = found.counts / found.exposure / np.diff(edges)
    return PeriEventView(
        revision=revision,
        is_overtaken=False,
        is_in_seconds=rate is not None,
        edges=encode_array(edges),
        rates=encode_array(rates_of_bins),
        event_count=int(found.counts.sum()),
        trial_count=len(trial_ticks),
        trials=encode_array(found.trials.astype(np.uint32)),
        offsets=encode_array((found.offsets / unit).astype(np.float32)),
        raster_trial_count=found.raster_trials,
        has_durations=alignments.shape == "spans",
        tables=trial_tables(sources, alignments, trial_ticks),
        outside_count=alignments.timeline.outside + events.timeline.outside,
        least_exposure=float(found.exposure.min()),
    )


def _overtaken() -> PeriEventView:
    nothing = encode_array(np.zeros(0))
    return PeriEventView(
        revision=0,
        is_overtaken=True,
        is_in_seconds=False,
        edges=nothing,
        rates=nothing,
        event_count=0,
        trial_count=0,
        trials=encode_array(np.zeros(0, np.uint32)),
        offsets=encode_array(np.zeros(0, np.float32)),
        raster_trial_count=0,
        has_durations=False,
        tables=[],
        outside_count=0,
        least_exposure=0.0,
    )


def _source(sources: ViewSources, key: str, shapes: tuple[str, ...] | None) -> Source:
    source = sources.existing(key)
    if source.shape not in (shapes or ("ticks", "spans")):
        raise RequestError(f"{key} holds no events{'' if shapes else ' and no intervals'}.")
    return source


def _ticks(source: Source, key: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    timeline = source.timeline
    if timeline.end - timeline.first > EVENTS_LIMIT:
        raise RequestError(f"{key} has more than {EVENTS_LIMIT:,} events, too many for a PSTH on the screen.")
    return timeline.ticks(np.arange(timeline.first, timeline.end, dtype=np.int64))
