"""What is known of data beside the numbers, into an NWB file: subject, electrodes, columns of units and of trials."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeGuard

import numpy as np
import numpy.typing as npt

from whiskertoolbox_python.containers._contents import OBSERVED, SORTED_UNIT, imported_columns
from whiskertoolbox_python.errors import SaveError
from whiskertoolbox_python.types.attributes import plain

Seconds = npt.NDArray[np.float64]

GENERAL = (
    *("experimenter", "experiment_description", "session_id", "institution", "lab", "notes", "keywords"),
    *("pharmacology", "protocol", "related_publications", "slices", "data_collection", "surgery", "virus"),
)
"""What NWB says of a whole recording in texts of its own."""
_OF_GROUP = (
    "group_name",
    "group_description",
    "group_location",
    "device",
    "device_description",
    "device_manufacturer",
    "device_model",
)
_PLACE = ("x", "y", "z", "imp", "filtering", "reference", "rel_x", "rel_y", "rel_z")
"""Columns that NWB has of itself."""
_OTHERS_OF_UNITS = ("waveform_mean", "waveform_sd", "electrode_group", "electrodes", "id", "unit_name")


def recording_of(chosen: Mapping[str, Any], warn: Callable[[str], None]) -> dict[str, Any]:
    """Return what all keys that know their recording say alike of it; tell what they say differently."""
    known = {key: data.attributes["recording"] for key, data in chosen.items() if "recording" in data.attributes}
    agreed: dict[str, Any] = {}
    for name in ("subject", "session_start_time", "session_description", *GENERAL):
        said = {key: one[name] for key, one in known.items() if isinstance(one, Mapping) and one.get(name)}
        first = next(iter(said), None)
        if first is None:
            continue
        other = next((key for key, value in said.items() if value != said[first]), None)
        if other is not None:
            warn(f"{first!r} and {other!r} come from recordings with another {name}; none is written")
            continue
        agreed[name] = plain(said[first])
    for name in ("experimenter", "keywords", "related_publications"):
        if isinstance(agreed.get(name), str):
            agreed[name] = [agreed[name]]
    return agreed


def subject_of(pynwb: Any, subject: Mapping[str, Any]) -> Any:
    """Return a subject; dates of birth may be texts."""
    fields = plain(subject)
    born = fields.get("date_of_birth")
    if isinstance(born, str):
        try:
            fields["date_of_birth"] = datetime.fromisoformat(born.replace("Z", "+00:00"))
        except ValueError:
            raise SaveError(f"the subject's date_of_birth {born!r} is no date; write it as 2026-03-01") from None
    return pynwb.file.Subject(**fields)


def is_extracellular(electrode: Any) -> TypeGuard[Mapping[str, Any]]:
    """Return whether an attribute names an electrode in a group, as tables of extracellular electrodes do."""
    return isinstance(electrode, Mapping) and "group_name" in electrode


class Electrodes:
    """The electrodes of a file: each is a row once, however many signals come from it."""

    def __init__(self, file: Any, electrodes: Iterable[Mapping[str, Any]]) -> None:
        self._file = file
        self._rows: list[Mapping[str, Any]] = []
        for one in electrodes:
            if one not in self._rows:
                self._rows.append(one)
        columns = _examples(self._rows, (*_OF_GROUP, "id", "location"))
        for name in columns:
            if name not in _PLACE:
                file.add_electrode_column(name, f"{name}, as it was imported")
        for one in self._rows:
            values = {name: _like(example, one.get(name)) for name, example in columns.items()}
            location = str(one.get("location", one.get("group_location", "unknown")))
            file.add_electrode(group=self._group(one), location=location, **values)

    def region(self, electrode: Mapping[str, Any]) -> Any:
        """Return what names the row of one electrode."""
        return self._file.create_electrode_table_region(
            region=[self._rows.index(electrode)], description="the electrode of the signal"
        )

    def _group(self, electrode: Mapping[str, Any]) -> Any:
        name = str(electrode["group_name"])
        if name in self._file.electrode_groups:
            return self._file.electrode_groups[name]
        return self._file.create_electrode_group(
            name=name,
            description=electrode.get("group_description", "no description"),
            location=electrode.get("group_location", "unknown"),
            device=self._device(electrode),
        )

    def _device(self, electrode: Mapping[str, Any]) -> Any:
        name, maker = str(electrode.get("device", "device")), electrode.get("device_manufacturer")
        if name in self._file.devices:
            return self._file.devices[name]
        made: dict[str, Any] = {"name": name, "description": electrode.get("device_description")}
        if maker and hasattr(self._file, "create_device_model"):  # as NWB says it from 2.9 on
            model = str(electrode.get("device_model", f"{name}_model"))
            known = self._file.device_models
            made["model"] = (
                known[model] if model in known else self._file.create_device_model(name=model, manufacturer=maker)
            )
        elif maker:
            made["manufacturer"] = maker
        return self._file.create_device(**made)


def write_units(
    file: Any,
    attributes: Mapping[str, Mapping[str, Any]],
    spikes: Mapping[str, Seconds],
    warn: Callable[[str], None],
) -> None:
    """Write sorted units with the columns that their attributes make; absent values are empty or NaN."""
    examples = _examples(
        attributes.values(), ("unit", "description", "recording", SORTED_UNIT, OBSERVED, *_OTHERS_OF_UNITS)
    )
    file.add_unit_column("unit_name", "key in WhiskerToolbox")
    for name in examples:
        file.add_unit_column(name, f"{name}, as it was imported")
    unobserved = [key for key, own in attributes.items() if not own.get(OBSERVED)]
    if unobserved and len(unobserved) < len(attributes):
        warn(f"of {unobserved[0]!r} it is not known when it was observed, so no unit's obs_intervals are written")
    for key, own in attributes.items():
        row = {name: _like(example, own.get(name)) for name, example in examples.items()}
        if not unobserved:
            row[OBSERVED] = np.asarray(own[OBSERVED], float)
        file.add_unit(spike_times=spikes[key], unit_name=key, **row)


def add_columns(
    table: Any, key: str, columns: Mapping[str, Sequence[Any]], bounds: Seconds, warn: Callable[[str], None]
) -> None:
    """Give a table of intervals the columns that it was imported with, unless the intervals have changed since."""
    for name, values in imported_columns(repr(key), columns, bounds, warn).items():
        table.add_column(name, f"{name}, as it was imported", data=values)


def _examples(rows: Iterable[Mapping[str, Any]], reserved: Sequence[str]) -> dict[str, Any]:
    """Return a value of each column that some rows make; a text where any of its values is one."""
    found: dict[str, Any] = {}
    for row in rows:
        for name, value in row.items():
            if name not in reserved and isinstance(value, str | int | float):
                known = found.setdefault(name, value)
                found[name] = str(value) if isinstance(value, str) != isinstance(known, str) else known
    return found


def _like(example: Any, value: Any) -> Any:
    if value is None:
        return _absent(example)
    return str(value) if isinstance(example, str) else float(value) if isinstance(example, float) else value


def _absent(example: Any) -> Any:
    return "" if isinstance(example, str) else float("nan")
