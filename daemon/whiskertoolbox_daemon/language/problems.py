"""What is wrong in a file as far as the session tells, each with its remedies. Knows no server."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from whiskertoolbox_daemon.language.calls import Argument, Place
from whiskertoolbox_daemon.language.expected import TAKES_INDEX, TAKES_UNIT
from whiskertoolbox_daemon.language.names import FileNames, Name, as_written

ProblemKind = Literal["unknownKey", "unknownClock", "secondsAsIndex", "input", "conflictingTypes", "unloadableEntry"]
MOST_PROBLEMS = 100
"""So many of a file are shown."""
MOST_NEAR = 3
MOST_COMPARED = 2000
"""Names: a comparison takes some microseconds, and a file may misname many."""


@dataclass(frozen=True)
class Remedy:
    """A change of the file that ends a problem: what it does, and the text that comes in the place of another."""

    title: str
    place: Place
    text: str
    imports: str = ""
    """A module that has to be imported for it."""
    until: Place | None = None
    """Where what is replaced ends, if that is on another line."""


@dataclass(frozen=True)
class Problem:
    """Something wrong at a place."""

    kind: ProblemKind
    message: str
    place: Place
    remedies: tuple[Remedy, ...] = ()


def problems_of(source: str, names: FileNames, known: Mapping[str, Mapping[str, str]]) -> list[Problem]:
    """Return the problems of a file, in the order of their places; at most `MOST_PROBLEMS`.

    Parameters
    ----------
    known
        Kind of name -> names that the session has.
    """
    found = [*_unknown(names, known), *_arguments(source, names.arguments), *_conflicts(source, names.names)]
    return sorted(found, key=lambda problem: (problem.place.line, problem.place.start))[:MOST_PROBLEMS]


def _unknown(names: FileNames, known: Mapping[str, Mapping[str, str]]) -> Iterator[Problem]:
    """Yield the names of keys and clocks that there are neither in the session nor made by an earlier line."""
    made = {""}  # a name that is about to be typed
    count = 0
    for name in names.names:
        if name.role == "makes":
            made.add(name.text)  # of any kind: what a file is loaded as may be either
            continue
        kind: ProblemKind | None = {"key": "unknownKey", "clock": "unknownClock"}.get(name.kind)  # type: ignore[assignment]
        there = known[name.kind] if kind else {}
        if kind is None or name.role != "uses" or not name.of_session or name.text in there or name.text in made:
            continue
        patterns = (one.expression for one in names.made if one.line <= name.place.line)
        if any(re.fullmatch(pattern, name.text) for pattern in patterns):
            continue
        near = _near(name.text, (*there, *made))
        what = "data key" if name.kind == "key" else "clock"
        hint = f" Did you mean {' or '.join(map(repr, near))}?" if near else f" Make it, or use one of its {what}s."
        offered = near or [one for one in (*there, *made) if one][:MOST_NEAR]
        remedies = tuple(Remedy(f"Change to {one!r}", name.place, as_written(one)) for one in offered)
        count += 1
        if count > MOST_PROBLEMS:
            return
        yield Problem(kind, f"The session has no {what} {name.text!r}.{hint}", name.place, remedies)


def _near(name: str, known: tuple[str, ...]) -> list[str]:
    """Return the nearest names; of very many only those that begin alike are compared."""
    compared = known
    if len(known) > MOST_COMPARED:
        compared = tuple(one for one in known if one[:2].casefold() == name[:2].casefold())[:MOST_COMPARED]
    return difflib.get_close_matches(name, compared, n=MOST_NEAR, cutoff=0.6)


def _arguments(source: str, arguments: tuple[Argument, ...]) -> Iterator[Problem]:
    with_unit = {one.function_place for one in arguments if one.keyword == "unit"}
    asked: set[Place] = set()
    for one in arguments:
        if one.function == "input" and not one.receiver and one.function_place not in asked:
            asked.add(one.function_place)
            yield _input(source, one)
        is_index = one.function in TAKES_INDEX and one.position < 2 and one.keyword in ("", "time", "start", "end")
        says_unit = one.function in TAKES_UNIT and one.function_place in with_unit
        if is_index and not says_unit and one.form == "number" and not _is_whole(one.value):
            yield _seconds(source, one)


def _input(source: str, call: Argument) -> Problem:
    line = source.split("\n")[call.function_place.line]
    end = line.find(")", call.place.end if call.form == "text" else call.place.start)
    remedies: tuple[Remedy, ...] = ()
    if end >= 0:
        place = Place(call.function_place.line, call.function_place.start, end + 1)
        remedies = (Remedy("Take it from the script's arguments: sys.argv[1]", place, "sys.argv[1]", imports="sys"),)
    message = "input() fails in a session: there is nobody to answer. Use an argument of the script or a constant."
    return Problem("input", message, call.function_place, remedies)


def _seconds(source: str, argument: Argument) -> Problem:
    remedies: list[Remedy] = []
    value = float(argument.value)
    if argument.function in TAKES_UNIT:
        line = source.split("\n")[argument.place.line]
        end = line.find(")", argument.place.end)
        if end >= 0:
            place = Place(argument.place.line, end, end)
            remedies.append(Remedy("Query in seconds", place, ', unit="seconds"'))
    elif argument.receiver.isidentifier() and argument.receiver != "wt":
        clock = f"{argument.receiver}.getTimeFrame()"
        index = f"{clock}.getIndexAtTime(round({argument.value} * {clock}.ticks_per_second))"
        remedies.append(Remedy("Convert seconds to an index of its clock", argument.place, index))
    remedies.append(Remedy(f"Use the index {round(value)}", argument.place, str(round(value))))
    message = f"{argument.function} takes an index of a clock, a whole number; {argument.value} looks like seconds."
    return Problem("secondsAsIndex", message, argument.place, tuple(remedies))


def _is_whole(number: str) -> bool:
    return not re.fullmatch(r"\d*\.\d*(?:[eE][+-]?\d+)?|\d+[eE][+-]?\d+", number.replace("_", ""))


def _conflicts(source: str, names: tuple[Name, ...]) -> Iterator[Problem]:
    """Yield the places where a key is made again as something else."""
    first: dict[str, tuple[str, Name]] = {}
    for name in names:
        if name.role == "deletes":
            first.pop(name.text, None)
        made = _class_of(source, name) if name.kind == "key" and name.role == "makes" else ""
        if not made:
            continue
        before, at = first.setdefault(name.text, (made, name))
        if before != made:
            message = (
                f"The data key {name.text!r} is made as {made} here and as {before} in line {at.place.line + 1}. "
                "Give one of them another key."
            )
            remedies = (Remedy(f"Change to '{name.text}_2'", name.place, as_written(f"{name.text}_2")),)
            yield Problem("conflictingTypes", message, name.place, remedies)


_CLASS = re.compile(r"[A-Z]\w*")


def _class_of(source: str, name: Name) -> str:
    """Return the data class that a key is made as, as far as the file tells; empty if it does not."""
    written = name.stored
    if written.isidentifier() and not _CLASS.fullmatch(written):
        assigned = re.findall(rf"^[ \t]*{written}[ \t]*=[ \t]*(?:\w+\.)?([A-Z]\w*)[.(]", source, re.MULTILINE)
        written = assigned[0] if len(set(assigned)) == 1 else ""
    parts = [part for part in written.split(".") if _CLASS.fullmatch(part)]
    return parts[0] if parts else ""
