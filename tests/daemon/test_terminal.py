"""Text of files and keys on a terminal."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whiskertoolbox_daemon.terminal import shown


@given(st.text())
def test_no_text_can_tell_a_terminal_anything(text: str) -> None:
    left = {unicodedata.category(character) for character in shown(text) if character != "\n"}
    assert not left & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_shown_can_be_written(text: str) -> None:
    shown(text).encode()


@pytest.mark.parametrize("text", ["whisker angle", "Δt in µs", "Tönnchen 3", "two\nlines"])
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert shown(text) == text


def test_a_command_to_the_terminal_is_shown_as_text() -> None:
    assert shown("key\x1b]0;title\x07") == "key\\x1b]0;title\\x07"


def test_text_is_bounded() -> None:
    assert len(shown("x" * 10_000_000)) < 200_000
