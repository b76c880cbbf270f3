"""What the commands of the shell have in common: exit codes, options with values, results as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

DONE, FAILED, NOT_BEGUN = 0, 1, 2


class CannotBegin(Exception):
    """The command cannot begin; the message says why and what to do."""


def named_values(texts: list[str]) -> dict[str, Any]:
    """Return the names and values of ``NAME=VALUE``: numbers, true, false or null as JSON has them, else texts."""
    found: dict[str, Any] = {}
    for text in texts:
        name, sign, value = text.partition("=")
        if not sign:
            raise CannotBegin(f"{text!r} has no value: write NAME=VALUE.")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def named_choices(texts: list[str], names: Iterable[str]) -> dict[str, str]:
    """Return the names and values of ``NAME[=VALUE]``, in which both may have ``=`` as names of files' parts do."""
    known = set(names)
    found: dict[str, str] = {}
    for text in texts:
        places = [place for place, character in enumerate(text) if character == "=" and text[:place] in known]
        if text in known or not (places or "=" in text):
            found[text] = ""
        else:
            place = places[-1] if places else text.index("=")
            found[text[:place]] = text[place + 1 :]
    return found


def print_json(value: object) -> None:
    """Write JSON on one line, at once."""
    print(json.dumps(value), flush=True)  # all of it is ASCII, whatever keys and files are called


def tell_progress(done: int, total: int, label: str) -> None:
    """Write how far the work is, for who follows it."""
    print_json({"progress": {"done": done, "total": total, "label": label}})
