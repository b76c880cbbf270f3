"""What an NWB file says of the electrodes that its signals come from."""

from __future__ import annotations

from typing import Any

from whiskertoolbox_python.containers._nwb_tables import plain_columns
from whiskertoolbox_python.containers._tree import Node
from whiskertoolbox_python.types.attributes import is_empty

_NAMES = ("channel_name", "label", "id")


def electrodes_of(root: Node) -> list[dict[str, Any]]:
    """Return the rows of the table of extracellular electrodes, each with what its group and device are."""
    ephys = root.get("general/extracellular_ephys")
    table = None if ephys is None else ephys.get("electrodes")
    if ephys is None or table is None or table.is_array:
        return []
    children = table.children()
    count = next((child.shape[0] for child in children.values() if child.is_array and child.shape), 0)
    columns = {name: child.values().tolist() for name, child in plain_columns(children, count)}
    if "id" in children:
        columns["id"] = children["id"].values().tolist()
    devices, models = _named(root, "general/devices"), _named(root, "general/devices/models")
    groups = {name: _group(child, devices, models) for name, child in ephys.children().items() if not child.is_array}
    rows = [{name: values[place] for name, values in columns.items()} for place in range(count)]
    return [_filled({**groups.get(str(row.get("group_name", "")), {}), **row}) for row in rows]


def rows_of(electrodes: list[dict[str, Any]], children: dict[str, Node], count: int) -> list[dict[str, Any]]:
    """Return the rows of a series' channels; none when it does not name one for each."""
    region = children.get("electrodes")
    if region is None or not region.is_array or region.shape != (count,) or region.dtype.kind not in "iu":
        return []
    places = region.values().tolist()
    if any(not 0 <= place < len(electrodes) for place in places):
        return []
    return [electrodes[place] for place in places]


def channel_names(rows: list[dict[str, Any]], count: int) -> tuple[str, ...]:
    """Return the names of the electrodes where each has its own, or numbers."""
    for column in _NAMES:
        names = tuple(str(row[column]) for row in rows if column in row)
        if len(names) == len(set(names)) == count:
            return names
    return tuple(str(number) for number in range(count))


def intracellular(children: dict[str, Node]) -> dict[str, Any]:
    """Return what is said of the electrode of an intracellular series."""
    electrode = children.get("electrode")
    if electrode is None or electrode.is_array:
        return {}
    return _filled({name: child.scalar() for name, child in electrode.children().items() if child.is_array})


def _named(root: Node, path: str) -> dict[str, str]:
    """Return the names of what is in a group, by what links to it are told apart by."""
    group = root.get(path)
    return {} if group is None else {one.identity: name for name, one in group.children().items()}


def _group(group: Node, devices: dict[str, str], models: dict[str, str]) -> dict[str, Any]:
    """Return what is said of a group of electrodes, and of the device that it links to."""
    found = {"group_name": group.path.rsplit("/", 1)[-1]}
    found |= {f"group_{text}": group.attribute(text, "") for text in ("description", "location")}
    device = group.children().get("device")
    if device is not None:
        found["device"] = devices.get(device.identity, "device")
        found["device_description"] = device.attribute("description", "")
        model = device.children().get("model")  # which says who made it from NWB 2.9 on
        found["device_manufacturer"] = (model or device).attribute("manufacturer", "")
        found["device_model"] = "" if model is None else models.get(model.identity, "")
    return found


def _filled(found: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if not is_empty(value)}
