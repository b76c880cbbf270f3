"""What stands under the cursor: its type, shape and statistics for hovers, its parameters while it is called."""

from __future__ import annotations

import builtins
import inspect
import re
import sys
from collections import ChainMap
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from whiskertoolbox_interpreter.look.in_time import InTime
from whiskertoolbox_interpreter.look.inspectors import summarize
from whiskertoolbox_interpreter.look.live_names import LONGEST_DOCUMENTATION, look_up
from whiskertoolbox_interpreter.look.safe_types import MISSING, class_name, lineage, qualified_name, resolve
from whiskertoolbox_interpreter.look.statistics import describe_numbers
from whiskertoolbox_protocol.execution import CompleteCode, Inspection, Signature, Signatures
from whiskertoolbox_protocol.interpreter import LookedUp, LookUp
from whiskertoolbox_python import AnalogTimeSeries, TensorData

_DOTTED = re.compile(r"(?<![\w.\"'])[^\W\d]\w*(?:\.[^\W\d]\w*)*")


class Inspector:
    """Answers on what `names` gives, the live namespace; what may call user code is bounded in time."""

    def __init__(self, in_time: InTime, names: Callable[[], dict[str, Any]]) -> None:
        self._in_time = in_time
        self._names = names

    def signatures(self, params: CompleteCode) -> Future[Signatures]:
        """The signatures of the call around the cursor."""
        return self._in_time.ask(lambda: self._jedi_signatures(params), lambda: Signatures(signatures=[]))

    def inspect(self, params: CompleteCode) -> Future[Inspection]:
        """The name at the cursor."""
        expression = dotted_name_at(params.code, params.cursor)
        value = resolve(expression, ChainMap(self._names(), vars(builtins))) if expression else MISSING
        if value is MISSING:
            return self._in_time.ask(lambda: Inspection(expression=""), lambda: Inspection(expression=""))
        return self.describe(value, expression)

    def look_up(self, params: LookUp) -> LookedUp:
        """A dotted name of a file."""
        return look_up(params, self._names())

    def describe(self, value: Any, expression: str) -> Future[Inspection]:
        """A value that is known already."""
        return self._in_time.ask(
            lambda: _describe(expression, value, with_documentation=True),
            lambda: _describe(expression, value, with_documentation=False),
        )

    def _jedi_signatures(self, params: CompleteCode) -> Signatures:
        import jedi

        before = params.code[: params.cursor]
        line, column = before.count("\n") + 1, len(before) - (before.rfind("\n") + 1)
        found = jedi.Interpreter(params.code, [self._names()]).get_signatures(line, column)
        return Signatures(
            signatures=[
                Signature(
                    label=signature.to_string(),
                    parameters=[parameter.to_string() for parameter in signature.params],
                    active_parameter=-1 if signature.index is None else signature.index,
                    documentation=signature.docstring(raw=True)[:LONGEST_DOCUMENTATION],
                )
                for signature in found
            ]
        )


def dotted_name_at(code: str, cursor: int) -> str:
    """``a.b`` for a cursor on ``b`` of ``a.b.c``; empty when it is on no name."""
    start = code.rfind("\n", 0, cursor) + 1
    end = code.find("\n", cursor)
    line = code[start : len(code) if end < 0 else end]
    for match in _DOTTED.finditer(line):
        if start + match.start() <= cursor <= start + match.end():
            rest = match[0].find(".", cursor - start - match.start())
            return match[0] if rest < 0 else match[0][:rest]
    return ""


def _describe(expression: str, value: Any, *, with_documentation: bool) -> Inspection:
    is_class = type in lineage(type(value))
    is_callable = is_class or callable(value)
    return Inspection(
        expression=expression,
        type="class" if is_class else class_name(type(value)),
        summary="" if is_callable else summarize(value),
        statistics=_statistics(value),
        signature=_signature(expression, value) if is_callable and with_documentation else "",
        documentation=_documentation(value) if is_callable and with_documentation else "",
    )


def _statistics(value: Any) -> str:
    names = {qualified_name(cls) for cls in lineage(type(value))}
    if type(value) in (AnalogTimeSeries, TensorData):
        return describe_numbers(value.values)
    if names & {"pandas.Series", "pandas.core.series.Series"}:
        values = value.to_numpy()
        return describe_numbers(values) if values.dtype.kind in "iufb" else ""
    if "numpy.ndarray" not in names:
        return ""
    numpy: Any = sys.modules["numpy"]
    plain = numpy.ndarray.view(value, numpy.ndarray)
    is_masked = bool(names & {"numpy.ma.MaskedArray", "numpy.ma.core.MaskedArray"})
    return describe_numbers(plain, numpy.ma.getmaskarray(value) if is_masked else None)


def _signature(expression: str, value: Any) -> str:
    try:
        return f"{expression.rpartition('.')[2]}{inspect.signature(value)}"
    except (TypeError, ValueError):  # made in C, without a signature
        return ""


def _documentation(value: Any) -> str:
    return (inspect.getdoc(value) or "")[:LONGEST_DOCUMENTATION]
