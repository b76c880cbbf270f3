"""What both channels hold a message to before they look into it: its size, its depth, and that it is JSON.

A message that is not is answered with an error when it can be told which request it was; what is read after it is not
affected. Standard library only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any, Literal, TypeGuard

MAX_BYTES = 1 << 26
"""Size of a message. Outputs, listings and code are bounded far below it where they are made."""
MAX_DEPTH = 200
"""Lists and objects within each other."""

RequestId = int | str

_START = re.compile(rb'\s*\{\s*(?:"jsonrpc"\s*:\s*"2\.0"\s*,\s*)?"id"\s*:\s*(\d{1,18}|"[^"\\\\]{0,100}")\s*,\s*"(\w+)"')


class MessageError(ValueError):
    """Bytes that are not a message."""

    def __init__(self, reason: str, start: bytes = b"") -> None:
        super().__init__(reason)
        found = _START.match(start[:1000])
        self.request_id: RequestId | None = json.loads(found[1]) if found else None
        """The request that it was, or that it answers, as far as its beginning says."""
        self.kind: Literal["request", "answer"] = "request" if found and found[2] == b"method" else "answer"


def parse(body: bytes) -> dict[str, Any]:
    """The message in `body`; raises `MessageError`."""
    try:
        message = json.loads(body, parse_constant=_no_number)
    except (ValueError, RecursionError) as error:
        reason = "too deep" if isinstance(error, RecursionError) else f"not JSON: {error}"
        raise MessageError(f"the message is {reason}", body) from None
    if not isinstance(message, dict):
        raise MessageError("a message must be a JSON object", body)
    # Fewer brackets than that cannot be deeper; counting them costs nothing beside reading them.
    if body.count(b"[") + body.count(b"{") > MAX_DEPTH and is_deep(message):
        raise MessageError(f"the message is nested deeper than {MAX_DEPTH} levels", body)
    return message


def too_large(size: int, start: bytes = b"") -> MessageError:
    """The error for a message of more than `MAX_BYTES`."""
    return MessageError(f"the message has {size:,} bytes; at most {MAX_BYTES:,} are passed on", start)


def is_deep(value: object) -> bool:
    """Return whether a JSON value is nested deeper than `MAX_DEPTH`, itself counted."""
    level = [value]
    for _ in range(MAX_DEPTH):
        level = [inner for item in level if isinstance(item, (dict, list)) for inner in _members(item)]
        if not level:
            return False
    return True


def is_request_id(value: object) -> TypeGuard[RequestId]:
    """Return whether a value can be the id of a request."""
    return type(value) in (int, str)


def _members(value: Mapping[str, Any] | list[Any]) -> list[Any]:
    return list(value.values()) if isinstance(value, Mapping) else value


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is not a number")
