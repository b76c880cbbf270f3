"""Classes that are completed when they are first used."""

from __future__ import annotations

import dataclasses
import os
import signal
import sys
import threading
from typing import Any

import pytest

from whiskertoolbox_protocol.late_classes import made_late, message


@message
class Sample:
    """A message with a value that has a default, and one that has a factory."""

    key: str
    index: int = 0
    notes: list[str] = dataclasses.field(default_factory=list)


@message
class LabeledSample(Sample):
    """A message made from another one."""

    label: str


def counted() -> tuple[type, list[type]]:
    """A class that is made late, and the list of how often it was made."""
    made: list[type] = []

    class Value:
        number: int

    def make(cls: type) -> None:
        made.append(cls)
        dataclasses.dataclass(cls)

    return made_late(Value, make, fields="__dataclass_fields__"), made


def test_a_class_is_made_with_its_first_object_and_only_then() -> None:
    cls, made = counted()
    assert made == []
    assert [cls(number=number).number for number in (1, 2)] == [1, 2]
    assert made == [cls]


def test_a_class_is_made_when_its_fields_are_asked_for() -> None:
    cls, made = counted()
    assert dataclasses.is_dataclass(cls)
    assert [field.name for field in dataclasses.fields(cls)] == ["number"]
    assert made == [cls]


def test_a_class_that_was_being_made_when_it_was_interrupted_is_made_by_its_next_use() -> None:
    interrupts = [KeyboardInterrupt]

    class Value:
        number: int
        notes: list[str] = dataclasses.field(default_factory=list)

    def make(cls: type) -> None:
        dataclasses.dataclass(cls)
        if interrupts:
            raise interrupts.pop()

    cls: Any = made_late(Value, make, fields="__dataclass_fields__")
    with pytest.raises(KeyboardInterrupt):
        cls(number=1)
    assert cls(number=2) == cls(number=2, notes=[])


def test_threads_that_use_a_class_at_once_get_whole_objects_of_one_class() -> None:
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        for _ in range(50):
            cls, made = counted()
            begin = threading.Barrier(4)
            numbers: list[int] = []

            def use(cls: Any = cls, begin: threading.Barrier = begin, numbers: list[int] = numbers) -> None:
                begin.wait()
                numbers.append(cls(number=7).number)

            threads = [threading.Thread(target=use) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            assert (numbers, made) == ([7] * 4, [cls])
    finally:
        sys.setswitchinterval(before)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_a_process_that_is_forked_while_a_class_is_made_makes_classes_too() -> None:
    is_making, may_go_on = threading.Event(), threading.Event()

    class Slow:
        number: int

    def make(cls: type) -> None:
        is_making.set()
        may_go_on.wait(60)
        dataclasses.dataclass(cls)

    slow: Any = made_late(Slow, make, fields="__dataclass_fields__")
    quick, _ = counted()
    making = threading.Thread(target=slow, kwargs={"number": 1})
    making.start()
    is_making.wait(60)
    threading.Timer(0.05, may_go_on.set).start()  # the fork waits for it, so nothing here could tell it to
    child = os.fork()
    if child == 0:
        signal.alarm(30)  # rather than to wait for a lock that nobody holds
        os._exit(0 if (quick(number=2).number, slow(number=3).number) == (2, 3) else 1)
    making.join()
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_a_message_is_a_frozen_dataclass_with_keywords_only() -> None:
    sample = Sample(key="angle")
    assert sample == Sample(key="angle", index=0, notes=[])
    assert repr(sample).endswith("Sample(key='angle', index=0, notes=[])")
    assert dataclasses.replace(sample, index=3) == Sample(key="angle", index=3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        sample.index = 1  # type: ignore[misc]
    with pytest.raises(TypeError, match="positional"):
        Sample("angle")  # type: ignore[misc]
    with pytest.raises(TypeError, match="missing"):
        Sample()  # type: ignore[call-arg]


def test_a_message_has_the_fields_of_the_message_that_it_is_made_from() -> None:
    assert [field.name for field in dataclasses.fields(LabeledSample)] == ["key", "index", "notes", "label"]
    assert LabeledSample(key="angle", label="whisker 1").index == 0
