"""Attributes of key points in files of other tools: as JSON, where those tools keep what they do not know."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from whiskertoolbox_python.containers._contents import Contents
from whiskertoolbox_python.formats._hdf5 import open_whole_hdf5
from whiskertoolbox_python.types.attributes import plain

NAME = "whiskertoolbox"
"""Of the attribute, or of the entry in SLEAP's provenance."""
LARGEST = 60_000
"""Characters: an attribute of HDF5 has 64 KiB at most."""


def text_of(attributes: Mapping[str, Mapping[str, Any]], warn: Callable[[str], None]) -> str:
    """Return the attributes of key points, by what they are called in the file; what all say of the recording, once."""
    known = {label: plain(own) for label, own in attributes.items() if own}
    recordings = [own.get("recording") for own in known.values()]
    said: dict[str, Any] = {"key_points": known}
    if recordings and all(one == recordings[0] for one in recordings) and recordings[0] is not None:
        said = {"recording": recordings[0], "key_points": known}
        for own in known.values():
            del own["recording"]
    text = json.dumps(said) if known else ""
    if len(text) > LARGEST:
        warn(f"the attributes of the key points take {len(text):,} characters, more than the format holds; left out")
        return ""
    return text


def attributes_in(text: str | bytes) -> dict[str, Any]:
    """Return attributes that were written as JSON; none of what is no such text."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def in_sleap(file: Any) -> Any:
    """Return what is in the provenance of an analysis file."""
    said = attributes_in(file["provenance"][()]) if "provenance" in file else {}
    return json.dumps(said.get(NAME, {}))


def in_deeplabcut(file: Any) -> Any:
    """Return what stands with the table."""
    return next((one.attrs[NAME] for one in file.values() if NAME in one.attrs), "")


def in_movement(file: Any) -> Any:
    """Return what is an attribute of the dataset."""
    return file.attrs.get(NAME, "")


def described(read: Callable[..., Contents], said: Callable[[Any], Any]) -> Callable[..., Contents]:
    """Return a reader that also gives key points the attributes with which they were exported."""

    @functools.wraps(read)
    def reading(path: Path, **options: Any) -> Contents:
        contents = read(path, **options)
        with open_whole_hdf5(path) as file:
            found = said(file)
        known = attributes_in(found) if isinstance(found, str | bytes) else {}
        of_all = {"recording": known["recording"]} if isinstance(known.get("recording"), dict) else {}
        points = known.get("key_points")
        own = points if isinstance(points, dict) else {}
        parts = tuple(
            replace(part, attributes={**of_all, **_mapping(own.get(part.name)), **part.attributes})
            for part in contents.parts
        )
        return replace(contents, parts=parts)

    return reading


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
