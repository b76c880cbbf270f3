"""What is changed in messages between VS Code and pydevd, and what is known from them."""

from __future__ import annotations

from typing import Any

import pytest

from whiskertoolbox_interpreter.debug.dap import Message, Outgoing, Translator, failure


def hiding_rules(just_my_code: bool) -> list[dict[str, object]]:
    return [{"path": "ours", "include": False}] if just_my_code else []


def received(translator: Translator, message: dict[str, Any]) -> Message:
    """The one message that VS Code gets for one of pydevd."""
    (changed,) = translator.incoming(message).messages
    return changed


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
    assert received(translator, response(2, "attach"))["command"] == "launch"
    assert received(translator, response(3, "attach"))["command"] == "attach"


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
    answer = received(translator, response(1, "initialize", supportsTerminateRequest=True, other=1))
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
    assert received(translator, answer) is answer


def test_the_session_learns_when_breakpoints_are_set_and_when_the_debugger_has_let_go(translator: Translator) -> None:
    assert translator.incoming(response(1, "configurationDone")).phase == "configured"
    assert translator.incoming(response(2, "disconnect")).phase == "ended"
    assert translator.incoming(response(3, "stackTrace", stackFrames=[])).phase is None
    assert translator.incoming({**response(4, "disconnect"), "success": False}).phase is None


def test_a_message_for_an_interpreter_that_was_replaced_is_refused_and_its_farewell_ends_the_session() -> None:
    refused = failure(request(1, "continue"), "It is a new one.")
    assert (refused.messages[0]["success"], refused.messages[0]["message"], refused.phase) == (
        False,
        "It is a new one.",
        None,
    )
    assert failure(request(2, "disconnect"), "It is a new one.").phase == "ended"
    assert failure(response(3, "runInTerminal"), "It is a new one.").messages == []


def test_an_evaluation_without_a_frame_happens_in_the_innermost_frame_of_the_stopped_thread(
    translator: Translator,
) -> None:
    translator.incoming(event("stopped", threadId=4))
    asked = translator.outgoing(request(9, "evaluate", expression="x", context="repl"))
    assert asked.message is not None
    assert (asked.message["command"], asked.message["arguments"]["threadId"]) == ("stackTrace", 4)
    answered = translator.incoming(response(asked.message["seq"], "stackTrace", stackFrames=[{"id": 71, "name": "f"}]))
    assert answered.messages == []  # VS Code has not asked for the stack
    assert answered.reply == request(9, "evaluate", expression="x", context="repl", frameId=71)


def test_what_an_evaluation_may_have_changed_is_shown_again(translator: Translator) -> None:
    translator.outgoing(request(9, "evaluate", expression="x = 1", context="repl", frameId=71))
    answer = response(9, "evaluate", result="")
    first, shown = translator.incoming(answer).messages
    assert first is answer
    assert (shown["event"], shown["body"]) == ("invalidated", {"areas": ["variables"]})


@pytest.mark.parametrize("goes_on", [None, event("continued")], ids=["never stopped", "went on"])
def test_an_evaluation_without_a_frame_is_refused_when_nothing_is_stopped(
    translator: Translator, goes_on: dict[str, Any] | None
) -> None:
    if goes_on is not None:
        translator.incoming(event("stopped", threadId=4))
        translator.incoming(goes_on)
    outgoing = translator.outgoing(request(9, "evaluate", expression="x", context="repl"))
    assert outgoing.message is None
    (answer,) = outgoing.answers
    assert (answer["request_seq"], answer["success"]) == (9, False)
    assert "not stopped" in answer["message"]


def test_an_evaluation_is_answered_when_its_frame_is_gone(translator: Translator) -> None:
    translator.incoming(event("stopped", threadId=4))
    asked = translator.outgoing(request(9, "evaluate", expression="x", context="repl")).message
    assert asked is not None
    (answer,) = translator.incoming(response(asked["seq"], "stackTrace", stackFrames=[])).messages
    assert (answer["request_seq"], answer["command"], answer["success"]) == (9, "evaluate", False)


def test_a_request_to_go_on_is_answered_once_also_when_nothing_stands(translator: Translator) -> None:
    go_on = request(7, "continue", threadId=5)
    assert [item["success"] for item in translator.outgoing(go_on).answers] == [True]
    translator.incoming(event("stopped", threadId=5))
    assert translator.outgoing(go_on) == Outgoing(message=go_on)
    continued = event("continued", threadId=5)
    passed, answer = translator.incoming(continued).messages
    assert (passed, answer["request_seq"], answer["success"]) == (continued, 7, True)
    assert translator.incoming(response(7, "continue")).messages == []


@pytest.mark.parametrize(
    ("command", "arguments", "why"),
    [
        ("dataBreakpointInfo", {"name": "x"}, "does not know"),
        ("variables", {}, "variablesReference"),
        ("setBreakpoints", {"source": {"name": "a.py"}}, "source.path"),
        ("goto", {"threadId": 1, "targetId": 1}, "not stopped"),
    ],
)
def test_a_request_that_the_debugger_would_leave_without_an_answer_is_refused(
    translator: Translator, command: str, arguments: dict[str, Any], why: str
) -> None:
    outgoing = translator.outgoing(request(3, command, **arguments))
    assert outgoing.message is None
    (answer,) = outgoing.answers
    assert (answer["request_seq"], answer["success"], why in answer["message"]) == (3, False, True)
