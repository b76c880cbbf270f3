"""The places in tracebacks, as each version of IPython writes them."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from whiskertoolbox_interpreter.show.tracebacks import FRAMES_AT_EACH_END, shortened, with_linkable_places


@pytest.mark.parametrize(
    "line",
    [
        pytest.param("File \x1b[0;32m~/a b/x.py:3\x1b[0m, in \x1b[0;36mf\x1b[0;34m(n)\x1b[0m", id="IPython 8"),
        pytest.param(
            "\x1b[36mFile\x1b[39m\x1b[36m \x1b[39m\x1b[32m~/a b/x.py:3\x1b[39m, in \x1b[36mf\x1b[39m(n)", id="IPython 9"
        ),
    ],
)
def test_a_place_is_written_so_that_vs_code_links_it(line: str) -> None:
    assert with_linkable_places(f"before\n{line}\nafter") == (
        f"before\nFile \x1b[0;32m{Path.home()}/a b/x.py:3\x1b[0m, in f(n)\nafter"
    )


def test_lines_of_code_keep_their_colours() -> None:
    text = "\x1b[1;32m      3\x1b[0m File = 3:4"
    assert with_linkable_places(text) == text


def test_a_faulty_line_is_marked_so_that_vs_code_links_it() -> None:
    text = "  \x1b[36mFile \x1b[32m/data/x.py:12\x1b[0m\n\x1b[31m    1 +\x1b[0m\n       ^\nSyntaxError: invalid syntax"
    place, code, caret, message = with_linkable_places(text).split("\n")
    assert place == "  File \x1b[0;32m/data/x.py:12\x1b[0m"
    assert code == "\x1b[0;32m----> 12 \x1b[0m\x1b[31m1 +\x1b[0m"
    assert caret == "            ^"
    assert message == "SyntaxError: invalid syntax"


def sink(depth: int, end: Callable[[], None]) -> None:
    if depth:
        sink(depth - 1, end)
    else:
        end()


def fail() -> None:
    raise ValueError("at the bottom")


def names_of(error: BaseException) -> list[str]:
    return [frame.f_code.co_name for frame, _ in traceback.walk_tb(error.__traceback__)]


def test_both_ends_of_a_deep_traceback_are_kept() -> None:
    with pytest.raises(ValueError, match="bottom") as raised:
        sink(500, fail)
    whole = names_of(raised.value)
    assert shortened(raised.value) == len(whole) - 2 * FRAMES_AT_EACH_END
    assert names_of(raised.value) == whole[:FRAMES_AT_EACH_END] + whole[-FRAMES_AT_EACH_END:]
    assert shortened(raised.value) == 0


def test_the_error_behind_an_error_is_shortened_too() -> None:
    def fail_after() -> None:
        try:
            sink(300, fail)
        except ValueError as error:
            raise KeyError from error

    with pytest.raises(KeyError) as raised:
        fail_after()
    behind = raised.value.__cause__
    assert behind is not None
    assert shortened(raised.value) > 0
    assert len(names_of(behind)) == 2 * FRAMES_AT_EACH_END
    assert names_of(behind)[-1] == "fail"
