"""The grammar of parso, whose trees are whole also where code is broken."""

from __future__ import annotations

import functools
from typing import Any


@functools.cache
def grammar() -> Any:
    """Return the newest grammar that parso has; what it does not know are errors with leaves on either side.

    Imported here, when code is first looked at: a session starts without it.
    """
    from parso.grammar import load_grammar

    return load_grammar(version="3.14")
