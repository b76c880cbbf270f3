"""JSON schemas that the extension brings: written to its folder, or compared with what is there."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parent.parent / "extension/schemas"


def write_or_check(name: str, schema: dict[str, Any], doc: str | None) -> int:
    """Write a schema; with ``--check`` on the command line return 1 when the file is another one."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--check", action="store_true", help="change nothing; fail when the schema is out of date")
    file, text = FOLDER / name, json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    if parser.parse_args().check:
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            return 0
        program = f"tools/{Path(sys.argv[0]).name}"
        sys.stderr.write(f"{file} is out of date: run `python {program}`, commit the result.\n")
        return 1
    FOLDER.mkdir(exist_ok=True)
    file.write_text(text, encoding="utf-8", newline="\n")
    return 0
