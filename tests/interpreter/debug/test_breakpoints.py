"""Where breakpoints stop, and which are refused: decided on text."""

from __future__ import annotations

from typing import Any

import pytest

from whiskertoolbox_interpreter.debug.breakpoints import Lines, Refused, checked, checked_function, log_expression

TEXT = '''\
"""A script."""

import os
# %% first
x = [
    1,
    os.sep,
]

def f(a,
      b):
    """Says nothing."""

    # a comment
    return a
# %% second
# nothing here
# %% third
match x:
    case []:

        y = 1
'''


@pytest.mark.parametrize(
    ("line", "stops_at"),
    [
        pytest.param(3, 3, id="a statement"),
        pytest.param(2, 3, id="a blank line"),
        pytest.param(4, 5, id="the line of the cell"),
        pytest.param(7, 7, id="a line within a statement"),
        pytest.param(8, 7, id="the closing bracket"),
        pytest.param(12, 15, id="a docstring"),
        pytest.param(14, 15, id="a comment"),
        pytest.param(17, None, id="a cell without code"),
        pytest.param(21, 22, id="a blank line in a match"),
        pytest.param(23, None, id="the end of the file"),
    ],
)
def test_a_line_is_moved_down_to_the_next_statement_of_its_cell(line: int, stops_at: int | None) -> None:
    assert Lines(TEXT).stopping_line(line) == stops_at


def test_a_cell_that_is_being_edited_moves_no_line_of_another() -> None:
    lines = Lines(TEXT.replace("match x:", "match x"))
    assert (lines.stopping_line(2), lines.stopping_line(14), lines.stopping_line(21)) == (3, 15, 22)


@pytest.mark.parametrize(
    ("text", "line", "stops_at"),
    [
        pytest.param("%matplotlib inline\nx = [\n    1,\n]", 4, 3, id="below a magic"),
        pytest.param("!ls\n\n# nothing\ny = 2", 2, 4, id="below a command"),
        pytest.param("x?\n\ny = 2", 2, 3, id="below a question"),
        pytest.param("%%time\nx = 1", 2, None, id="a cell magic"),
    ],
)
def test_a_line_is_moved_in_a_cell_with_magics_too(text: str, line: int, stops_at: int | None) -> None:
    assert Lines(text).stopping_line(line) == stops_at


@pytest.mark.parametrize(
    "fault",
    [
        {"hitCondition": "abc"},
        {"hitCondition": "3.0"},
        {"hitCondition": "0"},
        {"condition": "a b"},
        {"logMessage": "{"},
    ],
)
def test_what_can_never_be_met_is_refused_with_a_reason(fault: dict[str, Any]) -> None:
    refused = checked({"line": 3, **fault}, Lines(TEXT))
    assert isinstance(refused, Refused)
    assert refused.message


@pytest.mark.parametrize("hits", ["3", "== 3", ">=3", "> 3", "<= 3", "< 3", "% 3"])
def test_a_hit_count_is_accepted_as_it_is_commonly_written(hits: str) -> None:
    assert checked({"line": 3, "hitCondition": hits}, None) == {"line": 3, "hitCondition": hits}


@pytest.mark.parametrize("name", ["", "module.function", "f()"])
def test_a_function_that_no_call_can_have_is_refused(name: str) -> None:
    assert isinstance(checked_function({"name": name}), Refused)


@pytest.mark.parametrize(
    ("message", "printed"),
    [
        ("x is {x!r}", "x is 'a'\n"),
        ("{i:.2f} {i=}", "1.50 i=1.5\n"),
        ("{{literal}} 50 %", "{literal} 50 %\n"),
        (r"C:\new {d['k']}", "C:\\new 3\n"),
        ('he said "{x}"', 'he said "a"\n'),
    ],
)
def test_a_log_message_is_the_inside_of_an_f_string(message: str, printed: str) -> None:
    assert eval(log_expression(message), {"x": "a", "i": 1.5, "d": {"k": 3}}) == printed
