"""The interpreter answers what the table says that it answers."""

from __future__ import annotations

import dataclasses
from typing import Any

import pytest

from tests.support.interpreter_client import InterpreterClient
from whiskertoolbox_protocol.channel import INVALID_PARAMS, RequestError
from whiskertoolbox_protocol.methods import TABLE, Request

ANSWERED = [
    message
    for message in TABLE
    if isinstance(message, Request)
    and (message.receiver == "interpreter" or (message.relayed and message.sender == "client"))
]


@dataclasses.dataclass(frozen=True)
class Nonsense:
    """Params that no message has."""

    no_such_field: int = 0


@pytest.mark.parametrize("message", ANSWERED, ids=lambda message: message.name)
def test_every_request_of_the_table_that_is_meant_for_the_interpreter_is_known_to_it(
    interpreter: InterpreterClient, message: Request[Any, Any]
) -> None:
    with pytest.raises(RequestError) as refused:
        interpreter.ask(dataclasses.replace(message, params=Nonsense), Nonsense())
    assert refused.value.code == INVALID_PARAMS  # an unknown method has a code of its own
