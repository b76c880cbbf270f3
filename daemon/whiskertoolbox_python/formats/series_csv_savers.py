"""Analog signals, events and intervals as tables of indices."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from whiskertoolbox_python.formats._saver import Destination, Saver, require_entries, write_text
from whiskertoolbox_python.formats._text_writing import HeaderOptions, decimals, integers, table
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.events import DigitalEventSeries
from whiskertoolbox_python.types.intervals import DigitalIntervalSeries


@dataclass(frozen=True, kw_only=True)
class AnalogOptions(HeaderOptions):
    """Options of analog csv."""

    header: str = option("Time,Data", "The header line.")
    precision: int | None = option(2, "Decimals of a value; null (None) writes as many digits as read back exactly.")


@dataclass(frozen=True, kw_only=True)
class EventOptions(HeaderOptions):
    """Options of digital_event csv."""

    header: str = option("Event", "The header line.")
    precision: int | None = option(None, "No effect: indices are whole numbers.")


@dataclass(frozen=True, kw_only=True)
class IntervalOptions(HeaderOptions):
    """Options of digital_interval csv."""

    header: str = option("Start,End", "The header line.")


def save_analog(data: AnalogTimeSeries, target: Destination, options: AnalogOptions) -> dict[str, Any]:
    """Write index and value of each sample."""
    require_entries(len(data), target)
    times, values = data.toTimeValueArrays()
    as_text = decimals(values, options.precision, target)
    write_text(target.path, table(options, options.header, [(times, integers), (values, as_text)]))
    return {"delimiter": options.delimiter, "has_header": options.save_header, "single_column_format": False}


def save_events(data: DigitalEventSeries, target: Destination, options: EventOptions) -> dict[str, Any]:
    """Write the index of each event."""
    require_entries(len(data), target)
    write_text(target.path, table(options, options.header, [(data.times, integers)]))
    return {"delimiter": options.delimiter, "has_header": options.save_header}


def save_intervals(data: DigitalIntervalSeries, target: Destination, options: IntervalOptions) -> dict[str, Any]:
    """Write start and end of each interval."""
    options.require_lines(len(data), target)
    columns = [(data.intervals[:, 0], integers), (data.intervals[:, 1], integers)]
    write_text(target.path, table(options, options.header, columns))
    return {"delimiter": options.delimiter, "skip_header": options.save_header}


ANALOG_SAVER = Saver("analog", ("csv",), AnalogOptions, save_analog, "`index,value` rows.")
EVENT_SAVER = Saver("digital_event", ("csv",), EventOptions, save_events, "One index a line.")
INTERVAL_SAVER = Saver("digital_interval", ("csv",), IntervalOptions, save_intervals, "`start,end` rows.")
