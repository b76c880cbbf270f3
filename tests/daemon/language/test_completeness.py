"""Whether typed code is whole, while no interpreter can say so."""

from __future__ import annotations

import pytest

from whiskertoolbox_daemon.language.completeness import completeness
from whiskertoolbox_protocol.execution import Completeness


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("1 + 1", Completeness(status="complete")),
        ("%timeit 1", Completeness(status="complete")),
        ("1 +* 2", Completeness(status="complete")),
        ("for i in range(3):", Completeness(status="incomplete", indent="    ")),
        ("for i in range(3):\n    print(i)", Completeness(status="incomplete", indent="    ")),
        ("for i in range(3):\n    print(i)\n    ", Completeness(status="complete")),
        ("print(1,", Completeness(status="incomplete", indent="")),
    ],
)
def test_code_goes_on_where_python_would_ask_for_more(code: str, expected: Completeness) -> None:
    assert completeness(code) == expected
