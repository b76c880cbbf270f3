"""Which statement Shift+Enter runs."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

import whiskertoolbox_daemon
from whiskertoolbox_daemon.language.statements import statement_at

FILE = textwrap.dedent(
    """\
    import numpy as np

    values = np.array(
        [
            1,
        ]
    )
    # a comment
    @decorator
    @other(
        1)
    def area(width, height):
        size = width * height

        return size

    for index in range(3):
        print(index)
    else:
        print("done")
    try:
        risky()
    except ValueError:
        pass
    finally:
        print("end")
    a = 1; b = 2
    text = '''
    not = code
    '''; c = 3
    """
)


def extent(code: str, line: int) -> tuple[int, int] | None:
    found = statement_at(code, line)
    return None if found is None else (found.start_line, found.end_line)


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        pytest.param(0, (0, 0), id="one line"),
        pytest.param(4, (2, 6), id="inside brackets"),
        pytest.param(8, (8, 14), id="at a decorator"),
        pytest.param(12, (8, 14), id="inside a function"),
        pytest.param(13, (8, 14), id="a blank line inside a function"),
        pytest.param(19, (16, 19), id="an else clause of a loop"),
        pytest.param(24, (20, 25), id="a finally clause"),
        pytest.param(26, (26, 26), id="two statements on a line"),
        pytest.param(28, (27, 29), id="a string over several lines and what follows on its last"),
    ],
)
def test_the_whole_statement_around_the_line_is_found(line: int, expected: tuple[int, int]) -> None:
    assert extent(FILE, line) == expected


@pytest.mark.parametrize("line", [1, 7])
def test_a_blank_or_comment_line_stands_for_the_statement_below(line: int) -> None:
    found = extent(FILE, line)
    assert found is not None
    assert found[0] == line + 1


def test_there_is_nothing_below_the_last_statement() -> None:
    assert statement_at("x = 1\n\n# end\n", 1) is None


def test_the_next_line_is_the_next_statements_first() -> None:
    found = statement_at(FILE, 2)
    assert found is not None
    assert found.next_line == 8


def test_statements_around_a_syntax_error_are_found() -> None:
    code = "a = [\n    1,\n]\nb = = 2\nif a:\n    c = 3\nelse:\n    c = 4\n"
    assert extent(code, 1) == (0, 2)
    assert extent(code, 3) == (3, 3)
    assert extent(code, 7) == (4, 7)


def test_an_unclosed_bracket_does_not_swallow_the_statement_above() -> None:
    code = "a = 1\nb = (2,\nc = 3\n"
    assert extent(code, 0) == (0, 0)
    assert extent(code, 1) == (1, 1)
    assert extent(code, 2) == (2, 2)


FUNCTION = "def f(a):\n    return a\n\nvalue = f(\n    1\n)\n"


@pytest.mark.parametrize(
    "error",
    [
        pytest.param("b = = 2\n", id="a word too much"),
        pytest.param("b = (2,\n", id="an open bracket"),
        pytest.param("if b:\n", id="a block without a body"),
        pytest.param("b = 'text\n", id="an open string"),
        pytest.param("b = 1 \0\n", id="a character that Python does not read"),
    ],
)
def test_a_long_file_with_an_error_has_its_statements_before_and_after(error: str) -> None:
    code = FUNCTION * 500 + error + FUNCTION * 500
    error_line = 500 * 6
    for line, expected in ((5, (3, 5)), (2999, (2997, 2999)), (5999 + 1, (5998, 6000)), (3001, (3001, 3002))):
        assert extent(code, line) == expected
    broken = extent(code, error_line)
    assert broken is not None
    assert broken[1] == error_line


def test_statements_between_many_errors_are_found() -> None:
    code = "".join(f"a{number} = [\n    {number},\n]\nb{number} = = 2\n" for number in range(50))
    assert [extent(code, 4 * number + 1) for number in range(50)] == [(4 * n, 4 * n + 2) for n in range(50)]
    assert [extent(code, 4 * number + 3) for number in range(50)] == [(4 * n + 3, 4 * n + 3) for n in range(50)]


def test_a_string_that_ends_nowhere_leaves_the_statements_above_it() -> None:
    code = FUNCTION * 100 + "text = '''\n" + FUNCTION * 100 + "other = '''it's text'''\n"
    assert extent(code, 5) == (3, 5)
    assert extent(code, 599) == (597, 599)


def test_a_file_that_is_no_program_is_taken_line_by_line() -> None:
    assert extent("one two three\n" * 5000, 4321) == (4321, 4321)


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        pytest.param("x = [\n1,\n2,\n]\n", (0, 3), id="lines at the margin in brackets"),
        pytest.param("@decorator\n@other(\n1\n)\ndef f():\n    pass\n", (0, 5), id="decorators"),
        pytest.param("'''a text\nat the margin'''\n", (0, 1), id="a text"),
        pytest.param("if a:\n    b\nelif c:\n    d\n# note\nelse:\n    e\n", (0, 6), id="clauses"),
        pytest.param("if a\n    b\nelif c:\n    d\nelse:\n    e\n", (0, 5), id="clauses of what is broken itself"),
    ],
)
def test_a_statement_is_whole_while_others_are_broken(code: str, expected: tuple[int, int]) -> None:
    broken = "c = (\nb = = 2\n"
    for line in range(expected[0], expected[1] + 1):
        assert extent(code + broken, line) == expected
        assert extent(broken + code, line + 2) == (expected[0] + 2, expected[1] + 2)
    assert extent(broken + code, 0) == (0, 0)
    assert extent(broken + code, 1) == (1, 1)


@pytest.mark.parametrize("name", ["session.py", "cli.py", "language/calls.py"])
def test_an_error_below_changes_no_statement_above(name: str) -> None:
    """A file without errors is divided by Python's parser, one with an error piece by piece, with parso's tree."""
    code = (Path(whiskertoolbox_daemon.__file__).parent / name).read_text(encoding="utf-8")
    lines = range(len(code.splitlines()))
    found = [extent(code, line) for line in lines]
    assert len(set(found)) > 10
    assert [extent(f"{code}\nx = = 1\n", line) for line in lines] == found
