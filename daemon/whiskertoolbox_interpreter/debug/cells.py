"""Cells of notebooks and of the console for the debugger: their breakpoints stop the code that they have run last.

pydevd is told of each cell as a document whose lines are those of some code; older code of the cell is code of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from whiskertoolbox_interpreter.debug.dap import name_of_document
from whiskertoolbox_interpreter.interrupts import InterruptGate
from whiskertoolbox_interpreter.run.events import NamedCell


class Cells:
    """The cells that have run."""

    def __init__(self, gate: InterruptGate) -> None:
        self._gate = gate
        self._by_uri: dict[str, NamedCell] = {}
        self._show: Callable[[NamedCell], None] = lambda _cell: None

    def connect(self, debugger: Any, breakpoints_moved: Callable[[], None]) -> None:
        """Show all cells, and those that will run, to pydevd's object; `breakpoints_moved` is called when they have."""

        def show(cell: NamedCell) -> None:
            if _show_in_document(debugger, cell):
                breakpoints_moved()

        self._show = show
        for cell in self._by_uri.values():
            show(cell)

    def named(self, cell: NamedCell) -> None:
        """The cell's breakpoints are those of the code that is about to be compiled, and no more of older code."""
        self._by_uri[cell.uri] = cell
        with self._gate:
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
        received = [parameters[0] for _file, parameters in debugger.api_received_breakpoints.values()]
        if document not in received:
            return False
        PyDevdAPI().reapply_breakpoints(debugger)
        return True
