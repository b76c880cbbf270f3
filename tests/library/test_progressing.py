"""`progress`: the items come through, and a listener is told how far the loop is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

import whiskertoolbox_python as wt
from whiskertoolbox_python import progressing
from whiskertoolbox_python.progressing import LoopProgress


@pytest.fixture
def told() -> Iterator[list[LoopProgress]]:
    found: list[LoopProgress] = []
    progressing.connect(found.append)
    yield found
    progressing.connect(None)


def test_items_come_through_where_nobody_listens() -> None:
    assert list(wt.progress("abc", "letters")) == ["a", "b", "c"]


def test_the_beginning_and_the_end_are_told(told: list[LoopProgress]) -> None:
    list(wt.progress([7, 8, 9], "trials"))
    first, last = told[0], told[-1]
    assert (first.description, first.done, first.total, first.has_ended) == ("trials", 0, 3, False)
    assert (last.number, last.done, last.has_ended) == (first.number, 3, True)


def test_the_total_of_a_generator_is_not_known_unless_it_is_given(told: list[LoopProgress]) -> None:
    list(wt.progress(item for item in range(2)))
    list(wt.progress((item for item in range(2)), total=2))
    assert [loop.total for loop in told if loop.has_ended] == [None, 2]


def test_a_fast_loop_is_not_told_at_every_item(told: list[LoopProgress]) -> None:
    list(wt.progress(range(100_000)))
    assert len(told) < 10_000


def test_a_loop_that_is_left_has_ended(told: list[LoopProgress]) -> None:
    for item in wt.progress(range(10)):
        if item == 3:
            break
    assert told[-1].has_ended
    assert told[-1].done == 3


def test_two_loops_are_told_apart(told: list[LoopProgress]) -> None:
    list(zip(wt.progress("ab"), wt.progress("cd"), strict=True))
    assert len({loop.number for loop in told}) == 2
