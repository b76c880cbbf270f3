"""The namespace as seen from outside, at any time, without running any of the user's code."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.status import Empty
from whiskertoolbox_protocol.variables import DescribeVariable, ListVariables


@pytest.fixture(autouse=True)
def cleared(interpreter: InterpreterClient) -> Iterator[None]:
    yield
    interpreter.ask(methods.NAMESPACE_CLEAR, Empty())


def test_a_new_session_shows_no_variables(interpreter: InterpreterClient) -> None:
    interpreter.run("1 + 1")
    assert interpreter.variables() == []


def test_functions_classes_and_modules_are_folded_away(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nfrom pathlib import Path\nfrom textwrap import dedent")
    interpreter.run("def mine(a): pass\nclass Own: pass\n_x = 1")
    answer = interpreter.ask(methods.VARIABLES_LIST, ListVariables())
    assert [variable.name for variable in answer.variables] == ["_x"]
    assert [(folded.kind, folded.count) for folded in answer.folded] == [("function", 2), ("class", 2), ("module", 1)]
    assert listed(interpreter, kind="function") == ["dedent", "mine"]
    assert listed(interpreter, kind="class") == ["Own", "Path"]
    assert listed(interpreter, kind="module") == ["numpy"]


def listed(interpreter: InterpreterClient, **params: Any) -> list[str]:
    return [item.name for item in interpreter.ask(methods.VARIABLES_LIST, ListVariables(**params)).variables]


def test_a_filter_looks_at_names_and_types_of_every_kind(interpreter: InterpreterClient) -> None:
    interpreter.run("import textwrap\ntext = 'a'\nnumber = 3\nother = 'b'")
    assert listed(interpreter, filter="TEXT") == ["text", "textwrap"]
    assert listed(interpreter, filter="str") == ["other", "text"]


def test_variables_are_sorted_by_name_type_size_and_recency(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nb = numpy.zeros(1000)\na = 'text'\nc = numpy.zeros(10_000)")
    interpreter.poll(lambda: listed(interpreter, sort="recent"), "they are listed")
    interpreter.run("a = 'another text'")
    assert listed(interpreter) == ["a", "b", "c"]
    assert listed(interpreter, sort="type") == ["b", "c", "a"]
    assert listed(interpreter, sort="size") == ["c", "b", "a"]
    interpreter.poll(lambda: listed(interpreter, sort="recent")[0] == "a", "what was changed last comes first")


@pytest.mark.parametrize(
    ("code", "size"),
    [
        ("__import__('numpy').zeros((100, 10))", 8000),
        ("__import__('numpy').broadcast_to(__import__('numpy').float32(1), (10, 100))", 4000),
        ("wt.AnalogTimeSeries.from_array(__import__('numpy').zeros(1000, 'f4'))", 4000),
        ("__import__('pandas').DataFrame({'a': __import__('numpy').zeros(1000)})", 8132),
    ],
)
def test_the_memory_of_a_variable_is_known(interpreter: InterpreterClient, code: str, size: int) -> None:
    interpreter.run(f"value = {code}")
    assert interpreter.variable("value").size_bytes == size


def test_memory_that_variables_share_counts_once_in_total(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\na = numpy.zeros(1_000_000)\nb = a[:]\nc = [a, a]")
    answer = interpreter.ask(methods.VARIABLES_LIST, ListVariables())
    assert [item.size_bytes for item in answer.variables[:2]] == [8_000_000, 8_000_000]
    assert 8_000_000 < answer.total_bytes < 8_001_000


@pytest.mark.parametrize(
    ("code", "statistics"),
    [
        ("__import__('numpy').array([1.0, 2.0, float('nan')])", "min 1, max 2, mean 1.5, 1 NaN"),
        ("wt.AnalogTimeSeries([1.0, 3.0], [0, 1])", "min 1, max 3, mean 2"),
        ("wt.TensorData.from_array([[1, 2], [3, 6]])", "min 1, max 6, mean 3"),
        ("__import__('pandas').Series([1.0, 2.0])", "min 1, max 2, mean 1.5"),
        ("'text'", ""),
    ],
)
def test_statistics_of_a_variable_are_told(interpreter: InterpreterClient, code: str, statistics: str) -> None:
    interpreter.run(f"value = {code}")
    found = interpreter.ask(methods.VARIABLES_DESCRIBE, DescribeVariable(path=["value"]))
    assert found.statistics == statistics


def test_statistics_of_a_part_are_told(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nparts = {('left', 1): numpy.array([4, 6])}")
    (part,) = interpreter.variables("parts")
    assert (part.name, part.expression) == ("[('left', 1)]", "parts[('left', 1)]")
    found = interpreter.ask(methods.VARIABLES_DESCRIBE, DescribeVariable(path=["parts", part.child_id]))
    assert found.statistics == "min 4, max 6, mean 5"


@pytest.mark.parametrize(
    ("code", "kind", "summary"),
    [
        ("3", "int", "3"),
        ("True", "bool", "True"),
        ("1.5", "float", "1.5"),
        ("None", "NoneType", "None"),
        ("'whisker'", "str", "'whisker'"),
        ("10 ** 1000", "int", "integer of 3,322 bits"),
        ("'x' * 10_000_000", "str", "10,000,000 characters: 'xxx"),
        ("[1, 'a', [2]]", "list", "3 items: 1, 'a', list"),
        ("[]", "list", "empty"),
        ("{'a': 1}", "dict", "1 item: 'a': 1"),
        ("(1, 2)", "tuple", "2 items: 1, 2"),
        ("{5}", "set", "1 item: 5"),
        ("range(5)", "range", "range(0, 5)"),
        ("__import__('collections').Counter('aab')", "Counter", "2 items: 'a': 2, 'b': 1"),
        ("__import__('pathlib').Path('/tmp/x')", "PosixPath", "/tmp/x"),
        ("__import__('datetime').datetime(2026, 1, 2)", "datetime", "2026-01-02 00:00:00"),
        ("__import__('numpy').zeros((3, 4))", "ndarray", "(3, 4) float64"),
        ("__import__('numpy').arange(3)", "ndarray", "(3,) int64: [0, 1, 2]"),
        ("__import__('numpy').ma.masked_array([1, 2, 3], [0, 1, 0])", "MaskedArray", "(3,) int64, 1 masked"),
        ("__import__('numpy').zeros(2, 'i4, f8')", "ndarray", "(2,) with the fields f0, f1"),
        ("__import__('numpy').array([None, 'a'])", "ndarray", "(2,) object"),
        ("{('a', 1): 2}", "dict", "1 item: ('a', 1): 2"),
        ("__import__('numpy').float32(2.5)", "float32", "2.5"),
        ("__import__('pandas').DataFrame({'a': [1, 2]})", "DataFrame", "2 rows × 1 columns: 'a'"),
        ("__import__('pandas').Series([1, 2])", "Series", "(2,) int64"),
        ("wt.AnalogTimeSeries([1.0, 2.0], [0, 1])", "AnalogTimeSeries", "2 samples"),
        ("wt.DigitalEventSeries([5, 6, 7])", "DigitalEventSeries", "3 events"),
        ("wt.DigitalEventSeries(range(31625))", "DigitalEventSeries", "31,625 events"),
        ("wt.Line2D([1.0, 2.0], [3.0, 4.0])", "Line2D", "points=2"),
        ("wt.Interval(3, 9)", "Interval", "3, 9"),
        ("wt.TimeFrame([1, 2, 3])", "TimeFrame", "3 times"),
    ],
)
def test_a_value_is_summarized(interpreter: InterpreterClient, code: str, kind: str, summary: str) -> None:
    interpreter.run(f"value = {code}")
    variable = interpreter.variable("value")
    assert variable.type == kind
    assert variable.summary.startswith(summary)
    assert len(variable.summary) <= 120


def test_nothing_of_the_users_code_is_called(interpreter: InterpreterClient) -> None:
    interpreter.run(
        """
        class Meta(type):
            def __getattribute__(cls, name): calls.append(name); return super().__getattribute__(name)
        class Trap(metaclass=Meta):
            def __init__(self): self.__dict__["inside"] = 1
            def __getattribute__(self, name): calls.append(name); return super().__getattribute__(name)
            def __repr__(self): calls.append("repr"); return "trap"
            __str__ = __repr__
            def __len__(self): calls.append("len"); return 1
            def __iter__(self): calls.append("iter"); return iter(())
            def __eq__(self, other): calls.append("eq"); return False
            def __hash__(self): calls.append("hash"); return 1
        class Subclass(dict):
            def __len__(self): calls.append("len"); return 1
            def items(self): calls.append("items"); return []
        class Text(str):
            def __repr__(self): calls.append("repr"); return ""
        calls = []
        trap, others, text = Trap(), Subclass(a=1), Text("t")
        trap_list = [trap]
        calls.clear()
        """
    )
    assert interpreter.variable("trap").type == "Trap"
    assert interpreter.variable("trap").summary == "inside=1"
    assert interpreter.variable("others").summary == "1 item: 'a': 1"
    assert interpreter.variable(".inside", "trap").summary == "1"
    assert interpreter.variables("trap_list")[0].type == "Trap"
    assert interpreter.run("calls").result == "[]"


def test_a_list_is_opened_in_windows(interpreter: InterpreterClient) -> None:
    interpreter.run("numbers = list(range(100_000))")
    answer = interpreter.ask(methods.VARIABLES_LIST, ListVariables(path=["numbers"], offset=99_998, limit=50))
    assert answer.total == 100_000
    assert [(item.name, item.summary) for item in answer.variables] == [("[99998]", "99998"), ("[99999]", "99999")]


@pytest.mark.parametrize(
    ("code", "child", "expression", "value"),
    [
        ("{'a': 10}", "['a']", "value['a']", "10"),
        ("[10]", "[0]", "value[0]", "10"),
        ("__import__('types').SimpleNamespace(x=10)", ".x", "value.x", "10"),
        ("__import__('numpy').array([10])", "[0]", "value[0]", "10"),
        ("__import__('pandas').Series([10])", "[0]", "value.iloc[0]", "10"),
        ("__import__('pandas').DataFrame({'a': [10]})", "['a']", "value.iloc[:, 0]", "(1,) int64"),
    ],
)
def test_a_child_has_an_expression_that_evaluates_to_it(
    interpreter: InterpreterClient, code: str, child: str, expression: str, value: str
) -> None:
    interpreter.run(f"value = {code}")
    assert interpreter.variable("value").has_children
    variable = interpreter.variable(child, "value")
    assert (variable.expression, variable.summary) == (expression, value)
    interpreter.run(variable.expression)


def test_values_are_opened_at_any_depth(interpreter: InterpreterClient) -> None:
    interpreter.run("import numpy\nvalue = {'a': [numpy.eye(2)]}")
    outer = interpreter.variable("['a']", "value")
    inner = interpreter.variable("[0]", "value", outer.child_id)
    row = interpreter.variable("[1]", "value", outer.child_id, inner.child_id)
    assert (row.expression, row.summary) == ("value['a'][0][1]", "(2,) float64: [0.0, 1.0]")


def test_a_data_object_is_opened_into_its_arrays(interpreter: InterpreterClient) -> None:
    interpreter.run("signal = wt.AnalogTimeSeries([1.0, 2.0], [0, 1])")
    assert "(2,) float32: [1.0, 2.0]" in [item.summary for item in interpreter.variables("signal")]


def test_a_part_that_is_gone_is_an_error_with_its_variable(interpreter: InterpreterClient) -> None:
    interpreter.run("value = []")
    with pytest.raises(RequestError, match="'value'"):
        interpreter.variables("value", "5")


def test_a_run_that_has_ended_is_told_of(interpreter: InterpreterClient) -> None:
    before = len(interpreter.variable_revisions)
    interpreter.run("value = 1")
    interpreter.wait_until(lambda: len(interpreter.variable_revisions) > before, "change of variables")


def test_variables_are_listed_and_changes_told_of_while_code_runs(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("import time\ncount = 0\nwhile True:\n    count += 1\n    time.sleep(0.001)")
    interpreter.poll(lambda: interpreter.has_variable("count"))
    before = len(interpreter.variable_revisions)
    interpreter.wait_until(lambda: len(interpreter.variable_revisions) >= before + 2, "changes of variables")
    assert not run.answer.done()
    interpreter.interrupt_and_finish(run)


def test_variables_are_listed_while_a_loop_is_busy(interpreter: InterpreterClient) -> None:
    run = interpreter.start_code("count = 0\nprint('started')\nwhile True: count += 1")
    interpreter.wait_for_text(run, "started")
    assert interpreter.has_variable("count")
    interpreter.interrupt_and_finish(run)


def test_a_namespace_with_many_variables_is_listed_in_windows(interpreter: InterpreterClient) -> None:
    interpreter.run("globals().update({f'v{i:05}': [i] for i in range(20_000)})")
    answer = interpreter.ask(methods.VARIABLES_LIST, ListVariables(offset=19_999, limit=10))
    assert answer.total == 20_000
    assert [variable.name for variable in answer.variables] == ["v19999"]


@pytest.mark.parametrize("name", ["x; import os", "x\nquit()", "a.b", "print('x')", "class", "1"])
def test_a_name_that_is_code_is_nothing_to_insert(interpreter: InterpreterClient, name: str) -> None:
    """As an array of a file may have, which `globals().update(np.load(…))` makes a variable."""
    interpreter.run(f"globals()[{name!r}] = [[1]]")
    assert interpreter.variable(name).expression == ""
    assert interpreter.variable("[0]", name).expression == ""
