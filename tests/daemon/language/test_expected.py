"""The table of what strings name, held against the library that it is about."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

import whiskertoolbox_python as wt
from whiskertoolbox_daemon.language.expected import EXPECTED, KEYWORD_ONLY, TAKES_INDEX

OWNERS: dict[str, Any] = {"manager": wt.DataManager, "module": wt, "groups": wt.EntityGroupManager}
ROWS = [(receiver, name) for receiver, table in EXPECTED.items() for name in table]


@pytest.mark.parametrize(("receiver", "name"), ROWS, ids=lambda value: str(value))
def test_the_parameters_are_those_of_the_library_in_their_order(receiver: str, name: str) -> None:
    function = getattr(OWNERS[receiver], name)
    parameters = [one for one in inspect.signature(function).parameters.values() if one.name != "self"]
    given = EXPECTED[receiver][name]  # type: ignore[index]
    kinds = inspect.Parameter
    positional = [
        f"*{one.name}" if one.kind is kinds.VAR_POSITIONAL else one.name
        for one in parameters
        if one.kind in (kinds.POSITIONAL_ONLY, kinds.POSITIONAL_OR_KEYWORD, kinds.VAR_POSITIONAL)
    ]
    keywords = {one.name for one in parameters if one.kind is kinds.KEYWORD_ONLY}
    in_table = list(given)
    of_position = [one for one in in_table if one not in keywords]
    assert of_position == positional[: len(of_position)]
    assert {one for one in in_table if one in keywords} <= KEYWORD_ONLY | {"name"}


def test_every_parameter_of_the_manager_that_is_a_key_or_clock_is_in_the_table() -> None:
    named = {"key", "data_key", "new_key", "time_key"}
    missing = [
        (name, parameter)
        for name, function in inspect.getmembers(wt.DataManager, inspect.isfunction)
        if not name.startswith("_")
        for parameter in inspect.signature(function).parameters
        if parameter in named and parameter not in EXPECTED["manager"].get(name, {})
    ]
    assert missing == []


def test_what_takes_an_index_exists() -> None:
    classes = [getattr(wt, name) for name in wt.__all__ if inspect.isclass(getattr(wt, name))]
    known = {name for one in classes for name in dir(one)} | set(wt.__all__)
    assert known >= TAKES_INDEX
