"""What the daemon and an interpreter agree on before they talk."""

import os

from whiskertoolbox_protocol.launch import Launch, mark_start, open_pipe, run_mark


def test_a_command_line_is_read_back_as_it_was_made() -> None:
    launch = Launch(session="/a b/session", workspace="C:\\mouse 12", receive=3, send=4, words=5)
    assert Launch.parse(launch.arguments()) == launch


def test_a_pipe_end_is_not_passed_on_to_other_processes() -> None:
    reading, writing = os.pipe()
    os.set_inheritable(reading, True)
    with open_pipe(reading, "rb") as reader, open(writing, "wb") as writer:
        assert not os.get_inheritable(reader.fileno())
        writer.write(b"x")
        writer.flush()
        assert reader.read(1) == b"x"


def test_marks_of_different_runs_differ_and_begin_alike() -> None:
    first, second = run_mark("token", "1"), run_mark("token", "ü\x1e\n")
    assert first != second
    assert first.startswith(mark_start("token"))
    assert second.startswith(mark_start("token"))
    assert second.count(b"\x1e") == 2
