"""Breakpoints as calls in the code itself, for Pythons without `sys.monitoring` (before 3.12).

There, tracing makes a thread's code many times slower, whichever file it is of. A call where a breakpoint is costs
nothing elsewhere. Pure: works on code objects.
"""

from __future__ import annotations

import itertools
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from types import CodeType, FrameType
from typing import Any

from bytecode import Bytecode, ConcreteBytecode, Instr, Label, SetLineno
from bytecode.instr import InstrLocation

Passed = Callable[["Stop", FrameType], None]
"""Called when code is about to execute the line of a stop."""

# A line of its own would be stepped through; from no line to the line of the breakpoint is a new line for Python.
_NO_LINE = InstrLocation(None, None, None, None)


@dataclass(frozen=True, eq=False)
class Stop:
    """A constant in instrumented code; to look at its documentation is the call."""

    passed: Passed
    file: str
    line: int
    original: CodeType

    @property
    def __doc__(self) -> str:  # type: ignore[override]  # every object has it, also what pickle makes of this one
        self.passed(self, sys._getframe(1))
        return ""

    def __reduce__(self) -> tuple[type, tuple[()]]:
        """Stand for nothing in another process."""
        return bool, ()


def original_of(code: CodeType) -> CodeType:
    """Return the code as it was compiled."""
    stops = [constant for constant in code.co_consts if type(constant) is Stop]
    return stops[0].original if stops else code


def lines_of(code: CodeType) -> set[int]:
    """Return the lines of a code object and of all that is defined in it."""
    lines = {line for _start, _end, line in code.co_lines() if line}
    return lines.union(*(lines_of(inner) for inner in _inner(code)))


def instrumented(code: CodeType, file: str, lines: Collection[int], passed: Passed) -> CodeType:
    """Return code that calls `passed` before each of `lines`, and so does what is defined in it.

    Raises ValueError when that cannot be done.
    """
    if not lines_of(code).intersection(lines):
        return code
    own = {line for _start, _end, line in code.co_lines() if line}.intersection(lines)
    try:
        changed = _with_calls(code, own, lambda line: Stop(passed, file, line, code))
    except (ArithmeticError, AssertionError, LookupError, RuntimeError, TypeError) as error:
        raise ValueError(f"{code.co_name}: {error}") from error
    constants = [
        instrumented(constant, file, lines, passed) if isinstance(constant, CodeType) else constant
        for constant in changed.co_consts
    ]
    if not own:  # as a mark of the original
        constants.append(Stop(passed, file, 0, code))
    return changed.replace(co_consts=tuple(constants))


def _inner(code: CodeType) -> Iterator[CodeType]:
    return (constant for constant in code.co_consts if isinstance(constant, CodeType))


def _with_calls(code: CodeType, lines: Collection[int], stop: Callable[[int], Stop]) -> CodeType:
    if not lines:
        return code
    bytecode = Bytecode.from_code(code)
    bytecode[:] = _instructions(bytecode, lines, stop)
    concrete = bytecode.to_concrete_bytecode()
    changed = concrete.to_code()
    return changed if sys.version_info >= (3, 11) else changed.replace(co_linetable=_line_table(concrete))


def _instructions(bytecode: Bytecode, lines: Collection[int], stop: Callable[[int], Stop]) -> Iterator[Any]:
    """Call where Python would report a new line: where one begins, and where a loop comes back to it."""
    instructions = list(bytecode)
    loops = _loop_heads(instructions)
    before = 0
    # What comes before RESUME makes the frame ready, and is of no line for Python.
    is_ready = not any(isinstance(item, Instr) and item.name == "RESUME" for item in instructions)
    for index, item in enumerate(instructions):
        if not isinstance(item, Instr):
            if (
                isinstance(item, Label)
                and item in loops
                and before in lines
                and _next_line(instructions[index:]) == before
            ):
                skip = Label()
                yield Instr("JUMP_FORWARD", skip, location=_NO_LINE)
                yield item
                yield from _call(stop(before))
                yield skip
            else:
                yield item
            continue
        line = item.lineno if isinstance(item.lineno, int) else 0
        if is_ready and line != before and line in lines and item.name != "GEN_START":
            yield from _call(stop(line))
        if item.name == "RESUME":
            is_ready = True
        elif is_ready and item.name != "GEN_START":
            before = line
        yield item


def _call(stop: Stop) -> Iterator[Instr]:
    yield Instr("LOAD_CONST", stop, location=_NO_LINE)
    yield Instr("LOAD_ATTR", "__doc__", location=_NO_LINE)
    yield Instr("POP_TOP", location=_NO_LINE)


def _loop_heads(instructions: Sequence[object]) -> set[object]:
    """Labels that are jumped back to, but for those where one waits: an `await` is one line, however often it waits."""
    seen: set[object] = set()
    heads: set[object] = set()
    waits = {
        label for label, item in itertools.pairwise(instructions) if isinstance(item, Instr) and item.name == "SEND"
    }
    for item in instructions:
        if isinstance(item, Label):
            seen.add(item)
        elif isinstance(item, Instr) and isinstance(item.arg, Label) and item.arg in seen:
            heads.add(item.arg)
    return heads - waits


def _next_line(instructions: Iterable[object]) -> object:
    return next((item.lineno for item in instructions if isinstance(item, Instr)), None)


def _line_table(concrete: ConcreteBytecode) -> bytes:
    """Python 3.10's table of lines; `bytecode` gives what follows code without a line no line either."""
    table = bytearray()
    current = concrete.first_lineno
    for size, line in _runs(concrete):
        left, change = size, -128
        if line is not None:
            change = line - current
            current = line
            while abs(change) > 127:
                step = max(-127, min(127, change))
                table += bytes((0, step & 255))
                change -= step
        while left > 0:
            table += bytes((min(left, 254), change & 255))
            left -= 254
            change = change if line is None else 0
    return bytes(table)


def _runs(concrete: ConcreteBytecode) -> Iterator[tuple[int, int | None]]:
    """Sizes in bytes of what lies together, and its line."""
    size, current = 0, None
    for item in concrete:
        if isinstance(item, SetLineno):
            continue
        if item.lineno != current and size:
            yield size, current
            size = 0
        current = item.lineno
        size += item.size
    yield size, current
