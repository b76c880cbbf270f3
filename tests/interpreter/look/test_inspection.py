"""Hover and parameters on the live namespace, and whether typed code is whole."""

from __future__ import annotations

import pytest

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.execution import CompleteCode, Completeness, Inspection, Signatures, TypedCode


def inspect(interpreter: InterpreterClient, code: str, cursor: int | None = None) -> Inspection:
    where = len(code) if cursor is None else cursor
    return interpreter.ask(methods.INSPECT, CompleteCode(code=code, cursor=where))


def signatures(interpreter: InterpreterClient, code: str) -> Signatures:
    return interpreter.ask(methods.SIGNATURES, CompleteCode(code=code, cursor=len(code)))


def completeness(interpreter: InterpreterClient, code: str) -> Completeness:
    return interpreter.ask(methods.CHECK_COMPLETE, TypedCode(code=code))


def test_a_name_shows_type_shape_and_dtype(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nangle_a = numpy.zeros((300, 2), 'f4')")
    found = inspect(interpreter, "print(angle_a.mean())", 9)
    assert (found.expression, found.type, found.summary) == ("angle_a", "ndarray", "(300, 2) float32")


def test_an_array_shows_its_statistics_and_how_many_are_nan(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nangle_b = numpy.array([1.5, numpy.nan, -2.0, 4.0])")
    assert inspect(interpreter, "angle_b").statistics == "min -2, max 4, mean 1.16667, 1 NaN"


def test_what_a_class_has_is_found_without_its_own_code(interpreter: InterpreterClient) -> None:
    interpreter.run(
        """
        asked = []
        class Asking(type):
            def __getattribute__(cls, name):
                asked.append(name)
                return type.__getattribute__(cls, name)
        class Trial(metaclass=Asking):
            rate_hz = 500
        trial = Trial()
        asked.clear()
        """
    )
    assert inspect(interpreter, "trial.rate_hz").summary == "500"
    assert interpreter.run("asked").result == "[]"


def test_masked_values_do_not_count(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nangle_c = numpy.ma.array([1, 2, 999], mask=[0, 0, 1])")
    assert inspect(interpreter, "angle_c").statistics == "min 1, max 2, mean 1.5, 1 masked"


def test_a_strided_array_is_summed_without_being_copied_whole(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nangle_d = numpy.arange(20).reshape(4, 5).T")
    assert inspect(interpreter, "angle_d").statistics == "min 0, max 19, mean 9.5"


def test_a_long_array_is_looked_at_for_a_while_only_and_says_so(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nangle_e = numpy.lib.stride_tricks.as_strided(numpy.ones(1), (10**11,), (0,))")
    assert "of the first" in inspect(interpreter, "angle_e").statistics
    assert "of 100,000,000,000 values" in inspect(interpreter, "angle_e").statistics


def test_a_function_shows_its_parameters_and_what_it_says_of_itself(interpreter: InterpreterClient) -> None:
    interpreter.run("def ratio(a, b=2):\n    'Divide.'\n    return a / b")
    found = inspect(interpreter, "ratio(1)", 2)
    assert (found.signature, found.documentation) == ("ratio(a, b=2)", "Divide.")


def test_a_method_of_the_session_shows_its_documentation(interpreter: InterpreterClient) -> None:
    assert "key" in inspect(interpreter, "dm.getData", 6).signature


def test_looking_at_a_name_calls_no_property_of_the_user(interpreter: InterpreterClient) -> None:
    interpreter.run("class Rig:\n    @property\n    def lamp(self): raise SystemExit\nrig = Rig()")
    assert inspect(interpreter, "rig.lamp").type == "property"


@pytest.mark.parametrize(("code", "cursor"), [("'angle'", 3), ("1 + 1", 2), ("", 0), ("unknown_name", 3)])
def test_what_is_no_known_name_shows_nothing(interpreter: InterpreterClient, code: str, cursor: int) -> None:
    assert inspect(interpreter, code, cursor).expression == ""


def test_the_parameter_at_the_cursor_is_known(interpreter: InterpreterClient) -> None:
    interpreter.run("def weigh(sample, scale=1): return sample * scale")
    interpreter.poll(lambda: signatures(interpreter, "weigh(3, ").signatures, "Jedi's first answer")
    (found,) = signatures(interpreter, "weigh(3, ").signatures
    assert (found.parameters, found.active_parameter) == (["sample", "scale=1"], 1)


def test_outside_of_a_call_there_are_no_parameters(interpreter: InterpreterClient) -> None:
    assert signatures(interpreter, "1 + ").signatures == []


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1 + 1", Completeness(status="complete")),
        ("for i in range(3):", Completeness(status="incomplete", indent="    ")),
        ("if True:\n    if True:", Completeness(status="incomplete", indent="        ")),
        ("print(1,", Completeness(status="incomplete", indent="")),
        ('"""text', Completeness(status="incomplete", indent="")),
        ("for i in range(3):\n    print(i)\n", Completeness(status="complete")),
        ("1 +* 2", Completeness(status="invalid")),
        ("%timeit 1 + 1", Completeness(status="complete")),
        ("%%timeit", Completeness(status="incomplete", indent="")),
        ("@decorated", Completeness(status="incomplete", indent="")),
    ],
)
def test_incomplete_code_goes_on_and_says_with_which_indentation(
    interpreter: InterpreterClient, code: str, expected: Completeness
) -> None:
    assert completeness(interpreter, code) == expected


def test_code_is_checked_while_code_runs(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("print('started')\nwhile True: pass")
    interpreter.wait_for_text(run, "started")
    assert completeness(interpreter, "if True:").status == "incomplete"
    interpreter.interrupt_and_finish(run)
