"""Writes the JSON schema of load configs, by which VS Code completes and checks them, from the declared options.

python tools/generate_load_schema.py            write the schema
python tools/generate_load_schema.py --check    change nothing; exit code 1 when it is out of date
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from schema_files import write_or_check

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "daemon"))

from whiskertoolbox_python.formats import Loader  # noqa: E402  # the path has to be set first
from whiskertoolbox_python.formats.plan import known_keys  # noqa: E402
from whiskertoolbox_python.formats.registry import built_in_loaders  # noqa: E402
from whiskertoolbox_python.parameters import json_schema  # noqa: E402

TEXT = {"type": "string"}


def schema() -> dict[str, Any]:
    """Return the schema: a list of entries, or an object with them and what they share."""
    built_in = built_in_loaders()  # not what happens to be installed here
    entries = {"type": "array", "items": {"$ref": "#/definitions/entry"}}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "WhiskerToolbox load config",
        "oneOf": [entries, {"$ref": "#/definitions/config"}],
        "definitions": {
            "config": {
                "type": "object",
                "required": ["data"],
                "properties": {
                    "data": entries,
                    "clocks": {"type": "array", "items": TEXT, "description": "clocks that exist from the beginning"},
                    "variables": {"type": "object", "description": "what ${name} is replaced by"},
                    "loops": {"type": "object", "description": "what an entry with {name} is repeated for"},
                    "python": python_block(),
                },
            },
            "entry": entry(built_in),
        },
    }


def python_block() -> dict[str, Any]:
    """Return the schema of what scripts of the recording need of Python."""
    texts = {"type": "array", "items": TEXT}
    return {
        "type": "object",
        "additionalProperties": False,
        "description": "what scripts of the recording need of Python; nothing is changed without a question",
        "properties": {
            "venv_path": {**TEXT, "description": "folder of the environment to run them in"},
            "prepend_sys_paths": {**texts, "description": "folders that come first on sys.path, in this order"},
            "required_imports": {**texts, "description": "modules that must be installed"},
            "fail_on_missing_imports": {
                "type": "boolean",
                "default": True,
                "description": "false: missing modules are only mentioned",
            },
        },
    }


def entry(built_in: tuple[Loader, ...]) -> dict[str, Any]:
    """Return the schema of an entry: what all have, and for each data type and format its options."""
    words = list(dict.fromkeys(loader.data_type for loader in built_in))
    return {
        "type": "object",
        "properties": {
            # Packages add types; that there is none of a name is what the daemon says.
            "data_type": {"anyOf": [{"enum": words}, TEXT], "description": "what the file holds"},
            "name": {**TEXT, "description": "key of what is made"},
            "filepath": {**TEXT, "description": "file or folder; relative paths start at the folder of this config"},
            "clock": {
                **TEXT,
                "description": "time key that the data belongs to; by default the clock of the file, else time",
            },
            "attributes": {
                "type": "object",
                "description": "what is known of the data beside the numbers, such as its unit; not of clocks",
            },
            "color": TEXT,
        },
        "anyOf": [{"required": ["data_type"]}, {"required": ["transformations"]}],
        "allOf": [rule for word in words for rule in rules([one for one in built_in if one.data_type == word])],
    }


def rules(of_type: list[Loader]) -> list[dict[str, Any]]:
    """Return what holds for the entries of one data type."""
    is_type = {"properties": {"data_type": {"const": of_type[0].data_type}}, "required": ["data_type"]}
    known = list(dict.fromkeys(name for loader in of_type for name in loader.formats))
    found: list[dict[str, Any]] = []
    always_named = all(loader.formats for loader in of_type)
    if always_named:
        found.append({"if": is_type, "then": {"properties": {"format": {"enum": known}}, "required": ["format"]}})
    groups: dict[Any, list[Loader]] = {}
    for loader in of_type:
        layouts = [one for one in of_type if one.formats == loader.formats]
        groups.setdefault(loader.formats if len(layouts) > 1 else loader.options, []).append(loader)
    for same in groups.values():
        formats = list(dict.fromkeys(name for loader in same for name in loader.formats))
        condition: dict[str, Any] = is_type
        if formats:
            condition = {
                "properties": {**is_type["properties"], "format": {"enum": formats}},
                "required": ["data_type", "format"],
            }
        elif known:  # the suffix says what such a file is, unless a format is named
            named = {"properties": {"format": {"enum": known}}, "required": ["format"]}
            condition = {**is_type, "not": named}
        options: dict[str, Any] = {}
        for loader in same:
            options |= json_schema(loader.options)["properties"]
            if loader.layout_option:
                options.setdefault(loader.layout_option, {"description": "which of several layouts the file has"})
        has_layouts = len({loader.options for loader in same}) > 1 or same[0].layout_option is not None
        required = [] if has_layouts else json_schema(same[0].options).get("required", [])
        names = list(dict.fromkeys(name for loader in same for name in known_keys(loader)))
        then = {"properties": options, "propertyNames": {"enum": names}}
        then |= {"required": required} if required else {}
        found.append({"if": condition, "then": then})
    return found


if __name__ == "__main__":
    sys.exit(write_or_check("load-config.schema.json", schema(), __doc__))
