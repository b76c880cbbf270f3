"""Data objects in the console and in notebooks: as a picture and a small table, beside the text of their `repr`."""

from __future__ import annotations

from typing import Any

from whiskertoolbox_python import DataManager, DataObject
from whiskertoolbox_python.pictures import clock_to_html, residuals_to_html, to_html


def show_as_html(formatters: Any, data_manager: DataManager) -> None:
    """Let a shell's formatters show data objects of `data_manager` and others, and synchronised clocks, as HTML."""
    formatters["text/html"].for_type(DataObject, lambda data: to_html(data, data_manager))
    # By their names: they are imported when somebody synchronises.
    formatters["text/html"].for_type_by_name(
        "whiskertoolbox_python.clocks.synchronising", "Synchronisation", residuals_to_html
    )
    formatters["text/html"].for_type_by_name(
        "whiskertoolbox_python.synchronised_clocks", "SynchronisedClock", clock_to_html
    )
