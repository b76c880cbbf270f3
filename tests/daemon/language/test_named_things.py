"""Where in code a data key, a clock or a group is named."""

from __future__ import annotations

import pytest

from whiskertoolbox_daemon.language.named_things import NamedThing, named_thing_at


@pytest.mark.parametrize(
    ("code", "kind", "prefix"),
    [
        ('dm.getData("whi', "key", "whi"),
        ("angle = dm.getData('", "key", ""),
        ('x = [dm.getData("a"), dm.getData("b', "key", "b"),
        ('dm.setData("new", series, "cam', "clock", "cam"),
        ('dm.setData("new", data, time_key="cam', "clock", "cam"),
        ('dm.getTime("cam', "clock", "cam"),
        ('dm.setTimeKey("angle", "', "clock", ""),
        ('dm.getGroup("good', "group", "good"),
        ('for trial in dm.each_interval("tri', "key", "tri"),
        ('dm.run_transform("Hilbert", "whi', "key", "whi"),
        ('manager.getData("a, b', "key", "a, b"),
        ('dm.getData(\n    "whi', "key", "whi"),
    ],
)
def test_a_name_of_the_session_is_known_where_it_is_typed(code: str, kind: str, prefix: str) -> None:
    assert named_thing_at(code, len(code)) == NamedThing(kind=kind, prefix=prefix)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "code",
    [
        'print("whi',
        'dm.getData("whi")',
        "dm.getData(whi",
        'dm.getData(name + "whi',
        'dm.run_transform("Hil',
        'table.getData("whi',
        'dm.load("whi',
        "",
    ],
)
def test_elsewhere_nothing_is_named(code: str) -> None:
    assert named_thing_at(code, len(code)) is None
