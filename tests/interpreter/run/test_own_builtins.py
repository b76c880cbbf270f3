"""Builtins that user code overwrites: Python's own are back before anything else goes on."""

from __future__ import annotations

import pytest

from tests.support.interpreter_client import InterpreterClient

NAMES = ("len", "isinstance", "print", "str", "type", "getattr", "list", "dict", "Exception", "__import__", "any")


@pytest.mark.parametrize("name", NAMES)
def test_a_builtin_that_is_overwritten_is_put_back_and_named(interpreter: InterpreterClient, name: str) -> None:
    run = interpreter.run(f"import builtins\nbuiltins.{name} = None")
    assert run.text("stderr") == f"[Put back in builtins, for nothing works with others: {name}.]\n"
    assert interpreter.run("1 + 1").result == "2"


def test_all_builtins_can_be_deleted(interpreter: InterpreterClient) -> None:
    interpreter.start_code("import builtins\nvars(builtins).clear()")
    assert interpreter.run("len([1, 2])").result == "2"


def test_a_print_of_its_own_stays(interpreter: InterpreterClient) -> None:
    interpreter.run("import builtins\nkept = print\nbuiltins.print = lambda *texts: kept('mine', *texts)")
    run = interpreter.run("print('text')\nbuiltins.print = kept")
    assert (run.text(), run.text("stderr")) == ("mine text\n", "")
