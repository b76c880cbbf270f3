"""The codec: exact round trips, and nothing coerced."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.protocol.examples import types_of_the_table, values_of
from whiskertoolbox_protocol.data import KeyReference
from whiskertoolbox_protocol.execution import CodePlace, Outputs, RunCode, RunFile, StreamOutput
from whiskertoolbox_protocol.status import Empty, SessionStatus
from whiskertoolbox_protocol.variables import ListVariables
from whiskertoolbox_protocol.wire import WireError, decode, encode


@pytest.mark.parametrize("cls", types_of_the_table(), ids=lambda cls: cls.__name__)
@given(data=st.data())
@settings(deadline=None)  # a busy machine is not an error
def test_every_type_of_the_table_survives_json(cls: type, data: st.DataObject) -> None:
    value = data.draw(values_of(cls))
    assert decode(cls, json.loads(json.dumps(encode(value)))) == value


def test_field_names_are_camel_case_on_the_wire() -> None:
    assert encode(CodePlace(path="a.py", line=3)) == {"path": "a.py", "line": 3}
    assert encode(RunFile(run_id="1", path="a.py")) == {
        "runId": "1",
        "path": "a.py",
        "arguments": [],
        "batch": "",
        "options": {
            "reloadEditedModules": False,
            "figureFormat": "png",
            "stopOnEntry": False,
            "workingDirectory": "",
            "environment": {},
        },
    }


def test_a_field_with_a_default_may_be_left_out() -> None:
    assert decode(ListVariables, {}) == ListVariables(path=[], offset=0, limit=200)


def test_outputs_are_told_apart_by_their_kind() -> None:
    decoded = decode(Outputs, {"runId": "", "outputs": [{"kind": "stream", "name": "stdout", "text": "x"}]})
    assert decoded.outputs == [StreamOutput(name="stdout", text="x")]


@pytest.mark.parametrize(
    ("cls", "value", "message"),
    [
        (KeyReference, {"key": 5}, "expected str, got int @ $.key"),
        (KeyReference, {}, "missing field 'key' @ $"),
        (KeyReference, {"key": "a", "class": 1}, "unknown field 'class' @ $"),
        (KeyReference, [], "expected dict, got list @ $"),
        (KeyReference, None, "expected dict, got null @ $"),
        (Empty, {"extra": 1}, "unknown field 'extra' @ $"),
        (CodePlace, {"path": "a", "line": "3"}, "expected int, got str @ $.line"),
        (CodePlace, {"path": "a", "line": True}, "expected int, got bool @ $.line"),
        (CodePlace, {"path": "a", "line": 3.0}, "expected int, got float @ $.line"),
        (RunCode, {"runId": "1", "code": "", "place": {"path": "a"}}, "missing field 'line' @ $.place"),
        (RunFile, {"runId": "1", "path": "a", "arguments": ["x", 2]}, "expected str, got int @ $.arguments[1]"),
        (StreamOutput, {"name": "stdin", "text": "", "kind": "stream"}, "got 'stdin' @ $.name"),
        (Outputs, {"runId": "", "outputs": [{"kind": "sound"}]}, "unknown kind 'sound' @ $.outputs[0]"),
        (SessionStatus, {"state": "asleep", "sessionPath": ""}, "got 'asleep' @ $.state"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(cls: type, value: Any, message: str) -> None:
    with pytest.raises(WireError) as caught:
        decode(cls, value)
    assert message in str(caught.value)
