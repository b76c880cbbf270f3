"""What a dotted name is now, without a line of the user's code."""

from __future__ import annotations

from typing import Any

import pytest

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.interpreter import LookedUp, LookUp

HOSTILE = """
calls = []
class Angry(type):
    def __getattribute__(cls, name):
        calls.append(1)
        return super().__getattribute__(name)

class Hostile(metaclass=Angry):
    def __init__(self):
        object.__setattr__(self, "kept", [1, 2])
    def __getattribute__(self, name):
        calls.append(1)
        return 1
    def __dir__(self):
        calls.append(1)
        return []
    def __repr__(self):
        calls.append(1)
        return ""
    def __hash__(self):
        calls.append(1)
        return 1
    def __call__(self, *arguments):
        calls.append(1)

hostile = Hostile()
keys = {hostile: 1, "plain": hostile}
def function(a, b=hostile, c: hostile = 3):
    pass
calls.clear()
"""


def look_up(interpreter: InterpreterClient, expression: str, want: Any, prefix: str = "") -> LookedUp:
    return interpreter.ask(methods.INTERPRETER_LOOK_UP, LookUp(expression=expression, want=want, prefix=prefix))


def names(found: LookedUp) -> list[str]:
    return [member.name for member in found.members]


def test_hostile_objects_are_looked_at_and_none_of_their_code_runs(interpreter: InterpreterClient) -> None:
    interpreter.run(HOSTILE)
    assert "kept" in names(look_up(interpreter, "hostile", "attributes"))
    assert names(look_up(interpreter, "keys", "items")) == ["plain"]
    assert look_up(interpreter, "hostile", "value").type == "Hostile"
    assert look_up(interpreter, "hostile.unknown", "value").found is False
    assert look_up(interpreter, "function", "value").parameters == ["a", "b=…", "c=3"]
    look_up(interpreter, "Hostile", "attributes")
    look_up(interpreter, "Hostile", "value")
    look_up(interpreter, "", "names")
    assert interpreter.run("print(len(calls))").text() == "0\n"


@pytest.mark.extra
def test_columns_of_a_table_are_items_and_attributes(interpreter: InterpreterClient) -> None:
    interpreter.run("import pandas\nframe = pandas.DataFrame({'angle': [1.5], 'in degrees': [2], 3: [4]})")
    assert names(look_up(interpreter, "frame", "items")) == ["angle", "in degrees"]
    assert names(look_up(interpreter, "frame", "attributes", "ang")) == ["angle"]


def test_fields_of_an_array_are_items(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nspikes = numpy.zeros(3, [('time', 'i8'), ('unit', 'i4')])")
    assert [(one.name, one.type, one.summary) for one in look_up(interpreter, "spikes", "items").members] == [
        ("time", "column", "int64"),
        ("unit", "column", "int32"),
    ]


def test_a_class_is_called_with_the_parameters_of_its_init(interpreter: InterpreterClient) -> None:
    interpreter.run(
        "class Trial:\n    '''A trial.'''\n    def __init__(self, start, /, end=1, *rest, unit='s', **more): pass"
    )
    found = look_up(interpreter, "Trial", "value")
    assert found.parameters == ["start", "/", "end=1", "*rest", "unit='s'", "**more"]
    assert found.documentation == "A trial."


def test_a_wrapped_function_shows_the_parameters_of_what_it_wraps(interpreter: InterpreterClient) -> None:
    interpreter.run(
        "import functools\ndef f(angle): pass\n@functools.wraps(f)\ndef g(*a, **k): pass\n"
        "class C:\n def m(self, x): pass\nc = C()"
    )
    assert look_up(interpreter, "g", "value").parameters == ["angle"]
    interpreter.run("bound = c.m")
    assert look_up(interpreter, "bound", "value").parameters == ["x"]


def test_a_very_large_dictionary_is_listed_within_bounds(interpreter: InterpreterClient) -> None:
    interpreter.run("large = {f'key {n}': n for n in range(100_000)}")
    assert len(look_up(interpreter, "large", "items").members) == 500
