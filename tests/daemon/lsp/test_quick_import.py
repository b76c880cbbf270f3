"""lsprotocol's classes, when they are made late, are what they are when lsprotocol is imported by itself."""

from __future__ import annotations

import json
import subprocess
import sys

DESCRIBE = """
import json, sys
import attrs
{first}
from lsprotocol import converters, types

converter = converters.get_converter()
params = {{
    "processId": 1,
    "rootUri": None,
    "capabilities": {{"textDocument": {{"completion": {{"completionItem": {{"snippetSupport": True}}}}}}}},
}}
initialize = converter.structure(params, types.InitializeParams)
range_ = types.Range(types.Position(1, 2), types.Position(3, 4))
fields = {{
    name: [(f.name, str(f.type), str(f.default), f.kw_only, f.init) for f in attrs.fields(cls)]
    for name, cls in types.ALL_TYPES_MAP.items()
    if isinstance(cls, type) and attrs.has(cls)
}}
print(json.dumps({{
    "fields": fields,
    "initialize": converter.unstructure(initialize),
    "text": repr(initialize),
    "range": [repr(range_), range_ == types.Range(types.Position(1, 2), types.Position(3, 4)),
              types.Position(1, 2) < types.Position(1, 3), converter.unstructure(range_)],
}}, sort_keys=True))
"""
QUICK = "from whiskertoolbox_daemon.lsp.quick_import import import_lsprotocol; import_lsprotocol()"


def described(first: str) -> dict[str, object]:
    """What another process finds lsprotocol to be."""
    code = DESCRIBE.format(first=first)
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    answer: dict[str, object] = json.loads(ended.stdout)
    return answer


def test_classes_made_late_have_the_same_fields_and_convert_in_the_same_way() -> None:
    by_itself, late = described(""), described(QUICK)
    assert len(str(by_itself["fields"])) > 10_000
    assert late == by_itself


def test_a_class_is_not_made_before_it_is_used() -> None:
    code = (
        f"{QUICK}; from lsprotocol import types; print('__init__' in vars(types.Hover), types.Hover('text').contents)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert ended.stdout.split() == ["False", "text"]
