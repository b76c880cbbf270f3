"""One table: the handlers, the generated TypeScript, the page and the golden examples say the same."""

from __future__ import annotations

import dataclasses
import inspect
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.protocol.examples import dataclasses_of_the_table
from whiskertoolbox_daemon import requests  # noqa: F401  # registers the handlers
from whiskertoolbox_daemon.requests.handlers import HANDLERS
from whiskertoolbox_protocol import methods
from whiskertoolbox_protocol.methods import TABLE, Request
from whiskertoolbox_protocol.wire import decode, encode

ROOT = Path(__file__).resolve().parents[2]
GOLDEN = Path(__file__).parent / "golden"
CONSTANTS = {name.lower(): value for name, value in vars(methods).items() if value in TABLE}
ALL_FILES = sorted(GOLDEN.glob("*.json"))


def test_names_are_unique() -> None:
    names = [message.name for message in TABLE]
    assert len(set(names)) == len(names)


def test_every_message_of_the_client_has_a_handler_and_there_are_no_others() -> None:
    from_client = {message.name for message in TABLE if (message.sender, message.receiver) == ("client", "daemon")}
    assert set(HANDLERS) == from_client


@pytest.mark.parametrize("name", sorted(HANDLERS))
def test_a_handler_is_annotated_with_the_types_of_the_table(name: str) -> None:
    method, handler = HANDLERS[name]
    annotations = inspect.get_annotations(handler, eval_str=True)
    result = method.result if isinstance(method, Request) else None
    assert (annotations[list(annotations)[1]], annotations["return"]) == (method.params, result)


def test_generated_files_are_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools/generate_protocol.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_message_has_a_golden_example() -> None:
    assert {path.stem for path in ALL_FILES} == set(CONSTANTS)


@pytest.mark.parametrize("path", ALL_FILES, ids=lambda path: path.stem)
def test_a_golden_example_is_exactly_what_python_writes(path: Path) -> None:
    example = json.loads(path.read_text(encoding="utf-8"))
    message = CONSTANTS[path.stem]
    parts: dict[str, Any] = {"params": message.params}
    if isinstance(message, Request):
        parts["result"] = message.result
    assert example == {
        "method": message.name,
        **{part: encode(decode(cls, example[part])) for part, cls in parts.items()},
    }


def test_golden_examples_use_every_type() -> None:
    seen: set[type] = set()

    def visit(value: object) -> None:
        if isinstance(value, list):
            for item in value:
                visit(item)
        elif dataclasses.is_dataclass(value):
            seen.add(type(value))
            for field in dataclasses.fields(value):
                visit(getattr(value, field.name))

    for path in ALL_FILES:
        example, message = json.loads(path.read_text(encoding="utf-8")), CONSTANTS[path.stem]
        visit(decode(message.params, example["params"]))
        if isinstance(message, Request):
            visit(decode(message.result, example["result"]))
    assert seen == dataclasses_of_the_table()
