"""Answers about tables: parts, orders, filters, shades and copies, on a thread of its own."""

from __future__ import annotations

import re
import sys
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any, TypeVar

from whiskertoolbox_interpreter.interrupts import start_hidden_thread
from whiskertoolbox_interpreter.look.inspectors import summarize
from whiskertoolbox_interpreter.look.safe_types import class_name, module_name
from whiskertoolbox_interpreter.look.tables import Column, Table, table_of
from whiskertoolbox_protocol.channel import RequestError
from whiskertoolbox_protocol.tables import CopyTable, ReadTable, TableColumn, TablePart, TableText, TableView

MOST_ROWS, MOST_COLUMNS = 500, 100
ORDERED_ROWS = 20_000_000
"""Sorting and filtering look at a whole column; of longer tables a slice can be shown."""
SEARCHED_COLUMNS = 50
SHADED_VALUES = 1 << 20
"""Values from which the range of the shades is taken, from the beginning, besides those that are seen."""
COPIED_CELLS = 1_000_000
LONGEST_CELL = 200

T = TypeVar("T")

_FILTER = re.compile(r"\s*(?P<column>.*?)\s*(?P<operator>>=|<=|==|!=|>|<|=)\s*(?P<value>[^<>=!]+?)\s*")
_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">=": lambda a, b: a >= b,
    "<=": lambda a, b: a <= b,
    "==": lambda a, b: a == b,
    "=": lambda a, b: a == b,
    "!=": lambda a, b: a != b,
    ">": lambda a, b: a > b,
    "<": lambda a, b: a < b,
}


class TableReader:
    """Reads tables of variables; one after the other, beside running code and beside other answers.

    Parameters
    ----------
    resolve
        The value at a path of child ids, and the Python that evaluates to it.
    revision
        Of the namespace; what was ordered before counts only while it stays.
    """

    def __init__(self, resolve: Callable[[list[str]], tuple[Any, str]], revision: Callable[[], int]) -> None:
        self._resolve = resolve
        self._revision = revision
        self._questions: SimpleQueue[tuple[Callable[[], Any], Future[Any]]] = SimpleQueue()
        self._ordered: tuple[Any, Any] | None = None
        start_hidden_thread("tables", self._answer_forever)

    def read(self, params: ReadTable) -> Future[TablePart]:
        """A part of a table."""
        return self._ask(lambda: self._read(params))

    def copy(self, params: CopyTable) -> Future[TableText]:
        """A rectangle as text."""
        return self._ask(lambda: self._copy(params))

    def _ask(self, work: Callable[[], T]) -> Future[T]:
        answer: Future[T] = Future()
        self._questions.put((work, answer))
        return answer

    def _answer_forever(self) -> None:
        while True:
            work, answer = self._questions.get()
            if not answer.set_running_or_notify_cancel():
                continue
            try:
                answer.set_result(work())
            except RequestError as error:
                answer.set_exception(error)
            except Exception as error:  # changed while being looked at, by code that runs
                answer.set_exception(RequestError(f"The table cannot be read now: {error}"))

    def _read(self, params: ReadTable) -> TablePart:
        view = params.view
        value, expression = self._resolve(view.path)
        table = table_of(value, view.index)
        order, note = self._order_or_note(table, view, value)
        total = table.row_total if order is None else len(order)
        rows = _window(order, params.first_row, min(params.row_count, MOST_ROWS), total)
        columns = _columns(table, params.first_column, min(params.column_count, MOST_COLUMNS))
        values = [column.read(rows) for column in columns]
        return TablePart(
            title=f"{class_name(type(value))}  {summarize(value)}",
            row_total=total,
            column_total=table.column_total,
            axes=list(table.axes),
            columns=[TableColumn(name=item.name, type=item.type, is_number=item.is_number) for item in columns],
            row_labels=list(table.labels(rows)),
            cells=[[cell_text(item) for item in _items(part)] for part in values],
            shades=_shades(table, columns, values) if params.shades else [],
            code=_code(table, view, expression) if not note else "",
            note=note,
        )

    def _copy(self, params: CopyTable) -> TableText:
        value, _expression = self._resolve(params.view.path)
        table = table_of(value, params.view.index)
        order, _note = self._order_or_note(table, params.view, value)
        total = table.row_total if order is None else len(order)
        columns = _columns(table, params.first_column, params.column_count)
        if params.row_count * len(columns) > COPIED_CELLS:
            raise RequestError(f"A copy holds at most {COPIED_CELLS:,} cells. Select fewer, or insert the code.")
        rows = _window(order, params.first_row, params.row_count, total)
        texts = [[full_text(item) for item in _items(column.read(rows))] for column in columns]
        lines = ["\t".join(column.name for column in columns)] if params.with_names else []
        lines += ["\t".join(line) for line in zip(*texts, strict=True)]
        return TableText(text="\n".join(lines))

    def _order_or_note(self, table: Table, view: TableView, value: Any) -> tuple[Any, str]:
        try:
            return self._order(table, view, value), ""
        except RequestError as error:
            return None, str(error)

    def _order(self, table: Table, view: TableView, value: Any) -> Any:
        """The numbers of the rows that are shown, in their order; None: all as they are."""
        if view.sort_column < 0 and not view.filter.strip():
            return None
        if table.row_total > ORDERED_ROWS:
            raise RequestError(
                f"Tables of up to {ORDERED_ROWS:,} rows are sorted and filtered; this one has {table.row_total:,}. "
                "Show a slice of it."
            )
        key = view, id(value), self._revision()
        if self._ordered is not None and self._ordered[0] == key:
            return self._ordered[1]
        numpy: Any = sys.modules["numpy"]
        rows = numpy.arange(table.row_total)
        if view.filter.strip():
            rows = numpy.flatnonzero(_matches(table, view.filter))
        if 0 <= view.sort_column < table.column_total:
            rows = rows[_sorted_places(table.column(view.sort_column).read(rows), descending=view.descending)]
        self._ordered = key, rows
        return rows


def _window(order: Any, first: int, count: int, total: int) -> Any:
    first = min(max(first, 0), total)
    stop = min(first + max(count, 0), total)
    return slice(first, stop) if order is None else order[first:stop]


def _columns(table: Table, first: int, count: int) -> list[Column]:
    first = min(max(first, 0), table.column_total)
    return [table.column(place) for place in range(first, min(first + max(count, 0), table.column_total))]


def _items(part: Any) -> Sequence[Any]:
    """The values of a part; Python's own numbers where it has them, and None for what is masked."""
    items: list[Any] = part.tolist() if part.dtype.kind in "biufcSU" else list(part)
    return items


# Order ---------------------------------------------------------------------------------------------------------------
def _sorted_places(values: Any, *, descending: bool) -> Any:
    """The places of values in order; what is missing comes last in either direction."""
    numpy: Any = sys.modules["numpy"]
    if values.dtype.kind == "O":
        texts = [full_text(item) for item in values]
        try:
            places = sorted(range(len(values)), key=lambda place: values[place])
        except Exception:  # of several types
            places = sorted(range(len(values)), key=lambda place: texts[place])
        return numpy.array(places[::-1] if descending else places, numpy.int64)
    masked = numpy.ma.getmaskarray(values)
    plain = numpy.ma.getdata(values)
    missing = masked | _is_missing(plain)
    places = numpy.argsort(plain, kind="stable")
    if descending:  # equal ones keep their order
        places = (len(plain) - 1 - numpy.argsort(plain[::-1], kind="stable"))[::-1]
    return numpy.concatenate([places[~missing[places]], places[missing[places]]])


def _is_missing(plain: Any) -> Any:
    numpy: Any = sys.modules["numpy"]
    if plain.dtype.kind in "fc":
        return numpy.isnan(plain)
    return numpy.isnat(plain) if plain.dtype.kind in "mM" else numpy.zeros(len(plain), bool)


def _matches(table: Table, text: str) -> Any:
    """Which rows pass a filter."""
    numpy: Any = sys.modules["numpy"]
    found = _FILTER.fullmatch(text)
    if found is None:
        wanted = text.strip().casefold()
        is_match = numpy.zeros(table.row_total, bool)
        for place in range(min(table.column_total, SEARCHED_COLUMNS)):
            items = _items(table.column(place).read(slice(0, table.row_total)))
            is_match |= numpy.fromiter((wanted in cell_text(item).casefold() for item in items), bool, len(items))
        return is_match
    values = table.column(_place_of(table, found["column"])).read(slice(0, table.row_total))
    compared = _comparable(values, found["value"])
    matches = _OPERATORS[found["operator"]](values, compared)
    return numpy.ma.filled(matches, False).astype(bool)


def _place_of(table: Table, name: str) -> int:
    name = name.strip("\"'")
    if not name:
        return 0
    if name in table.names:
        return list(table.names).index(name)
    if not table.names and name.isdecimal() and int(name) < table.column_total:
        return int(name)
    known = ", ".join(list(table.names)[:8]) or f"numbers from 0 to {table.column_total - 1}"
    raise RequestError(f"There is no column {name!r}; the columns are {known}.")


def _comparable(values: Any, text: str) -> Any:
    """What values are compared with."""
    numpy: Any = sys.modules["numpy"]
    plain = text.strip("\"'")
    kind = values.dtype.kind
    try:
        if kind in "iufb":
            return {"true": True, "false": False}.get(plain.casefold()) if kind == "b" else float(plain)
        if kind == "c":
            return complex(plain)
        if kind in "mM":
            return numpy.array(plain, values.dtype)
        if kind == "S":
            return plain.encode()
        return plain if kind == "U" or not _is_number(plain) or _holds_text(values) else float(plain)
    except ValueError:
        raise RequestError(f"{text!r} cannot be compared with values of {values.dtype}.") from None


def _holds_text(values: Any) -> bool:
    return any(type(item) is str for item in values[:100])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


# Text ----------------------------------------------------------------------------------------------------------------
def cell_text(value: Any) -> str:
    """A value as a cell shows it."""
    kind = type(value)
    if value is None:
        return "--"
    if kind in (float, complex):
        return f"{value:.6g}"
    if class_name(kind) == "NAType":
        return "--"
    text = full_text(value)
    return text if len(text) <= LONGEST_CELL else f"{text[: LONGEST_CELL - 1]}…"


def full_text(value: Any) -> str:
    """A value with all its digits; of objects that may be the user's own, what is known of them."""
    if value is None:
        return ""
    if type(value) in (int, float, bool, complex, str):
        return str(value)
    numpy: Any = sys.modules["numpy"]
    if isinstance(value, (numpy.generic, bytes)):
        return str(value)
    if value is numpy.ma.masked:
        return ""
    module = module_name(type(value))
    if class_name(type(value)) == "NAType":
        return ""
    return str(value) if module.startswith("pandas.") else summarize(value) or class_name(type(value))


# Shades --------------------------------------------------------------------------------------------------------------
def _shades(table: Table, columns: list[Column], values: list[Any]) -> list[list[int]]:
    share = max(1, SHADED_VALUES // max(1, len(columns)))
    ranges = [
        _range(column.read(slice(0, min(table.row_total, share))), seen)
        for column, seen in zip(columns, values, strict=True)
    ]
    if not table.shaded_by_column:
        known = [bounds for bounds in ranges if bounds is not None]
        whole = (min(low for low, _ in known), max(high for _, high in known)) if known else None
        ranges = [whole] * len(columns)
    return [_shades_of(part, bounds) for part, bounds in zip(values, ranges, strict=True)]


def _range(*parts: Any) -> tuple[float, float] | None:
    numpy: Any = sys.modules["numpy"]
    found: list[float] = []
    for part in parts:
        if part.dtype.kind in "iufb" and part.ndim == 1:
            plain = numpy.ma.compressed(part).astype(numpy.float64)
            plain = plain[numpy.isfinite(plain)]
            found += [float(plain.min()), float(plain.max())] if plain.size else []
    return (min(found), max(found)) if found else None


def _shades_of(part: Any, bounds: tuple[float, float] | None) -> list[int]:
    numpy: Any = sys.modules["numpy"]
    if bounds is None or part.dtype.kind not in "iufb" or part.ndim != 1:
        return [-1] * len(part)
    low, high = bounds
    values = numpy.ma.filled(part.astype(numpy.float64), numpy.nan)
    shares = (values - low) * (100 / (high - low)) if high > low else numpy.where(numpy.isnan(values), values, 50.0)
    return [int(share) for share in numpy.where(numpy.isnan(shares), -1, numpy.clip(shares, 0, 100)).tolist()]


# Code ----------------------------------------------------------------------------------------------------------------
def _code(table: Table, view: TableView, expression: str) -> str:
    """Python for the table that is shown; `np` is NumPy, as everybody has it."""
    if not expression:
        return ""
    code = f"{expression}{table.suffix}"
    found = _FILTER.fullmatch(view.filter)
    if view.filter.strip():
        if found is None or not table.filter_code:
            return ""
        column = table.column(_place_of(table, found["column"]))
        operator = {"=": "=="}.get(found["operator"], found["operator"])
        value = found["value"] if column.is_number or found["value"][0] in "\"'" else repr(found["value"])
        code += table.filter_code.format(f"{code}{column.code} {operator} {value}")
    if view.sort_column >= 0:
        if table.sort_code is None:
            return ""
        code += table.sort_code(table.column(view.sort_column), view.descending, code)
    return code
