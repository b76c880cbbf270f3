"""Text of files and keys in what an editor draws."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from whiskertoolbox_daemon.lsp.foreign_text import label_text, markdown_text, plain_text

SIGNS = st.sampled_from([*"[]()<>!*_`#-+~|&@:/.\\ $", "http://a.b", "www.a.b", "a@b.c", "&lt;", "](command:x)"])
FOREIGN = st.lists(SIGNS | st.text(max_size=3)).map("".join)


@given(FOREIGN)
def test_markdown_shows_it_as_it_is(text: str) -> None:
    (block,) = MarkdownIt("commonmark").parseInline(f"x{markdown_text(text)}x")
    assert {part.type for part in block.children or []} <= {"text", "text_special"}
    assert "".join(part.content for part in block.children or []) == f"x{plain_text(text)}x"


@pytest.mark.parametrize("text", ["https://a.b", "see www.a.b", "WWW.a.b", "mail a@b.c", "ftp://a.b"])
def test_no_address_becomes_a_link_by_itself(text: str) -> None:
    assert re.search(r"(?<!\\)(:/|@)|www\.", markdown_text(text), re.IGNORECASE) is None


@given(FOREIGN)
def test_nothing_is_hidden_or_turned_round(text: str) -> None:
    left = {unicodedata.category(character) for character in plain_text(text) if character != "\u200d"}
    assert not left & {"Cc", "Cf", "Cs", "Zl", "Zp"}


@given(FOREIGN)
def test_no_label_draws_an_icon(text: str) -> None:
    assert "$(" not in label_text(text)


@pytest.mark.parametrize("text", ["whisker angle", "Δt in µs", "1.5, -2.5, …", "👩\u200d🔬"])
def test_ordinary_text_stays_as_it_is(text: str) -> None:
    assert plain_text(text) == text


def test_text_is_bounded() -> None:
    assert len(plain_text("x" * 10_000_000)) == 1000
