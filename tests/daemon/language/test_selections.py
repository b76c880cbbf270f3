"""The table of cursors in awkward files: which statement each of them runs.

Each row of ``selections/table.json`` is a file, how much is taken, the line of the cursor, and the first, last and next
line of what is expected (lines from 1; null: nothing).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from whiskertoolbox_daemon.language.statements import statement_at

FOLDER = Path(__file__).parent / "selections"
TABLE: list[list[Any]] = json.loads((FOLDER / "table.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("file", "block", "line", "expected"), [(row[0], row[1], row[2], row[3:]) for row in TABLE])
def test_a_cursor_runs_the_statement_of_the_table(file: str, block: Any, line: int, expected: list[int | None]) -> None:
    text = (FOLDER / f"{file}.txt").read_text(encoding="utf-8")
    found = statement_at(text, line - 1, block)
    lines = [None] if found is None else [found.start_line + 1, found.end_line + 1, found.next_line + 1]
    assert lines == expected


def test_the_table_has_many_cursors_and_every_file() -> None:
    assert len(TABLE) >= 80
    assert {row[0] for row in TABLE} == {path.stem for path in FOLDER.glob("*.txt")}


def test_no_statement_inside_of_a_block_begins_with_a_further_clause() -> None:
    for file, block, _line, *expected in TABLE:
        if block != "line" and expected[0] is not None:
            first = (FOLDER / f"{file}.txt").read_text(encoding="utf-8").split("\n")[expected[0] - 1]
            assert not first.lstrip().startswith(("elif", "else:", "except", "finally", "case "))
