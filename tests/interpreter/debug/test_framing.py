"""What is read from a connection to a debugger, however it ends."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from whiskertoolbox_interpreter.debug import framing

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    here, there = socket.socketpair()
    with here, there:
        yield here, there


def test_messages_are_read_until_the_other_side_is_gone(pair: Pair) -> None:
    here, there = pair
    framing.write(there, {"seq": 1, "command": "ä"})
    framing.write(there, {"seq": 2})
    there.close()
    assert list(framing.texts(here)) == ['{"seq": 1, "command": "\\u00e4"}', '{"seq": 2}']


@pytest.mark.parametrize("part", [b"Content-Le", b"Content-Length: 20\r\n", b'Content-Length: 20\r\n\r\n{"seq": 2'])
def test_a_message_in_the_middle_of_which_the_other_side_ends_is_left_out(pair: Pair, part: bytes) -> None:
    here, there = pair
    framing.write(there, {"seq": 1})
    there.sendall(part)
    there.close()
    assert list(framing.texts(here)) == ['{"seq": 1}']


def test_another_side_that_ends_without_having_read_is_gone_like_any_other(pair: Pair) -> None:
    here, there = pair
    framing.write(here, {"seq": 1})
    there.close()
    assert list(framing.texts(here)) == []
