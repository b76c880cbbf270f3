"""Cells of notebooks and of the console for the debugger: their breakpoints stop the code that they have run last.

pydevd is told of each cell as a document whose lines are those of some code; older code of the cell is code of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whiskertoolbox_interpreter.debug.dap import name_of_document
from whiskertoolbox_interpreter.interrupts import InterruptGate
from whiskertoolbox_interpreter.run.events import NamedCell

MOST_CELLS = 500
"""So many cells, of those that ran last, can be stopped in; and older ones that have breakpoints."""


class Cells:
    """The cells that have run last."""

    def __init__(self, gate: InterruptGate) -> None:
        self._gate = gate
        self._by_uri: dict[str, NamedCell] = {}
        self._show: Callable[[NamedCell], None] = lambda _cell: None
        self._forget: Callable[[NamedCell], bool] = lambda _cell: True

    def connect(self, debugger: Any, breakpoints_moved: Callable[[], None]) -> None:
        """Show all cells, and those that will run, to pydevd's object; `breakpoints_moved` is called when they have."""

        def show(cell: NamedCell) -> None:
            if _show_in_document(debugger, cell):
                breakpoints_moved()

        self._show = show
        self._forget = lambda cell: _forget_document(debugger, cell)
        for cell in self._by_uri.values():
            show(cell)

    def named(self, cell: NamedCell) -> None:
        """The cell's breakpoints are those of the code that is about to be compiled, and no more of older code."""
        self._by_uri.pop(cell.uri, None)
        self._by_uri[cell.uri] = cell  # the last one now
        with self._gate:
            for old in list(self._by_uri.values())[:-MOST_CELLS]:
                if self._forget(old):
                    del self._by_uri[old.uri]
            self._show(cell)

    def place_of(self, path: str) -> str:
        """What people call the place of code with this path."""
        return next((f"In[{cell.number}]" for cell in self._by_uri.values() if cell.name == path), path)


def _show_in_document(debugger: Any, cell: NamedCell) -> bool:
    """Take the code of a cell for that of the document that shows it; returns whether that has breakpoints."""
    from _pydevd_bundle.pydevd_api import PyDevdAPI

    document = name_of_document(cell.uri)
    code = PyDevdAPI.SourceMappingEntry(1, cell.line_count, 1, cell.name)
    code.source_filename = document
    with debugger._main_lock:  # the requests of VS Code are handled on another thread
        debugger.source_mapping.set_source_mapping(document, [code])
        if not _has_breakpoints(debugger, document):
            return False
        PyDevdAPI().reapply_breakpoints(debugger)
        return True


def _forget_document(debugger: Any, cell: NamedCell) -> bool:
    """Forget a cell, unless its document has breakpoints; returns whether that was done."""
    import pydevd_file_utils

    document = name_of_document(cell.uri)
    with debugger._main_lock:
        if _has_breakpoints(debugger, document):
            return False
        debugger.source_mapping.set_source_mapping(document, [])
        debugger.source_mapping._mappings_to_server.pop(pydevd_file_utils.normcase(document), None)
        return True


def _has_breakpoints(debugger: Any, document: str) -> bool:
    return document in [parameters[0] for _file, parameters in debugger.api_received_breakpoints.values()]
