"""What a screen can show of data: shapes within a budget of points, whatever the size of the data.

Pure: arrays in, arrays out. Nothing here knows keys, stores, sessions or screens. A window is a range of ticks of the
one clock that all panels share; a `Timeline` says which tick a row of a column has.
"""

from whiskertoolbox_python.views.filtering import Band, filtered
from whiskertoolbox_python.views.frame import Frame, frame
from whiskertoolbox_python.views.grid import Grid, grid
from whiskertoolbox_python.views.perievent import (
    PeriEvent,
    bin_edges,
    events_in_windows,
    first_latencies,
    peri_event,
    recorded_stretches,
)
from whiskertoolbox_python.views.pyramid import Pyramid
from whiskertoolbox_python.views.spans import Spans, spans
from whiskertoolbox_python.views.spectrogram import Spectrogram, spectrogram
from whiskertoolbox_python.views.ticks import Ticks, ticks
from whiskertoolbox_python.views.timeline import Timeline, Window
from whiskertoolbox_python.views.trace import Trace, rows_of_trace, trace

__all__ = [
    "Band",
    "Frame",
    "Grid",
    "PeriEvent",
    "Pyramid",
    "Spans",
    "Spectrogram",
    "Ticks",
    "Timeline",
    "Trace",
    "Window",
    "bin_edges",
    "events_in_windows",
    "filtered",
    "first_latencies",
    "frame",
    "grid",
    "peri_event",
    "recorded_stretches",
    "rows_of_trace",
    "spans",
    "spectrogram",
    "ticks",
    "trace",
]
