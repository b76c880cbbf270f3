"""What is changed in messages between VS Code and pydevd, and what is known from them."""

from __future__ import annotations

from typing import Any

import pytest

from whiskertoolbox_interpreter.debug.dap import Translator


def hiding_rules(just_my_code: bool) -> list[dict[str, object]]:
    return [{"path": "ours", "include": False}] if just_my_code else []


@pytest.fixture
def translator() -> Translator:
    return Translator(hiding_rules, lambda _path: None, lambda: True)


def request(seq: int, command: str, **arguments: Any) -> dict[str, Any]:
    return {"seq": seq, "type": "request", "command": command, "arguments": arguments}


def response(request_seq: int, command: str, **body: Any) -> dict[str, Any]:
    return {
        "seq": 100,
        "type": "response",
        "request_seq": request_seq,
        "success": True,
        "command": command,
        "body": body,
    }


def event(name: str, **body: Any) -> dict[str, Any]:
    return {"seq": 100, "type": "event", "event": name, "body": body}


def test_a_launch_attaches_and_vscode_sees_its_own_request_answered(translator: Translator) -> None:
    sent = translator.outgoing(request(2, "launch", program="a.py")).message
    assert sent is not None
    assert (sent["seq"], sent["command"], sent["arguments"]["program"]) == (2, "attach", "a.py")
    assert translator.incoming(response(2, "attach"))["command"] == "launch"
    assert translator.incoming(response(3, "attach"))["command"] == "attach"


def test_our_frames_are_hidden_and_the_users_rules_stay(translator: Translator) -> None:
    theirs = {"path": "theirs", "include": False}
    sent = translator.outgoing(request(1, "attach", rules=[theirs])).message
    assert sent is not None
    assert sent["arguments"]["rules"] == [theirs, {"path": "ours", "include": False}]
    assert sent["arguments"]["justMyCode"] is True
    all_code = translator.outgoing(request(2, "attach", justMyCode=False)).message
    assert all_code is not None
    assert all_code["arguments"]["rules"] == []


def test_a_session_is_active_from_attach_to_disconnect(translator: Translator) -> None:
    assert not translator.session_active
    translator.outgoing(request(1, "attach"))
    assert translator.session_active
    translator.outgoing(request(2, "disconnect"))
    assert not translator.session_active


@pytest.mark.parametrize("stop", [True, False])
def test_stop_interrupts_the_run_and_never_ends_the_process(translator: Translator, stop: bool) -> None:
    outgoing = translator.outgoing(request(1, "disconnect", terminateDebuggee=stop))
    assert outgoing.message is not None
    assert outgoing.message["arguments"]["terminateDebuggee"] is False
    assert outgoing.interrupts is stop


def test_a_request_to_terminate_is_an_interrupt_and_is_answered_here(translator: Translator) -> None:
    outgoing = translator.outgoing(request(7, "terminate"))
    assert outgoing.message is None
    assert outgoing.interrupts
    answer, ended = outgoing.answers
    assert (answer["request_seq"], answer["command"], answer["success"]) == (7, "terminate", True)
    assert ended["event"] == "terminated"


def test_vscode_is_told_that_stop_is_a_disconnect(translator: Translator) -> None:
    answer = translator.incoming(response(1, "initialize", supportsTerminateRequest=True, other=1))
    assert (answer["body"]["supportsTerminateRequest"], answer["body"]["other"]) == (False, 1)


@pytest.mark.parametrize("going_on", [event("continued"), response(9, "disconnect")], ids=["continued", "disconnect"])
def test_it_is_known_whether_code_stands(translator: Translator, going_on: dict[str, Any]) -> None:
    assert not translator.stopped
    translator.incoming(event("stopped", threadId=4))
    assert translator.stopped
    translator.incoming(going_on)
    assert not translator.stopped


def test_everything_else_is_passed_on_as_it_is(translator: Translator) -> None:
    asked, answer = request(7, "scopes", frameId=1), response(7, "scopes", scopes=[])
    assert translator.outgoing(asked).message is asked
    assert translator.incoming(answer) is answer
