"""Matplotlib draws inline, without costing anything until user code imports it."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any, Literal

from whiskertoolbox_interpreter.show.imports import after_import

INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


def _choose_inline(matplotlib: ModuleType) -> None:
    # Not by the variable MPLBACKEND: processes that user code starts would inherit it.
    if "MPLBACKEND" not in os.environ:
        _register_inline()
        matplotlib.rcParams["backend"] = INLINE_BACKEND


def _register_inline() -> None:
    """Tell matplotlib (since 3.9) of the backend: it looks for it among installed packages, and ours may be bundled."""
    from matplotlib import backends

    registry = getattr(backends, "backend_registry", None)
    if registry is not None and "inline" not in registry._name_to_module:
        registry._backend_to_gui_framework["inline"] = "unknown"
        registry._name_to_module["inline"] = "matplotlib_inline.backend_inline"


def draw_inline() -> None:
    """From now on an import of matplotlib selects the inline backend; figures appear when shown or when a run ends."""
    after_import("matplotlib", _choose_inline)


@contextlib.contextmanager
def set_aside() -> Iterator[None]:
    """Within, no figure is open: what is typed where code stands neither shows nor closes those of that code."""
    state = [
        (owner, name, getattr(owner, name))
        for module, attribute, names in (
            ("matplotlib._pylab_helpers", "Gcf", ("figs",)),
            ("matplotlib_inline.backend_inline", "show", ("_draw_called", "_to_draw")),
        )
        for owner in (getattr(sys.modules.get(module), attribute, None),)
        for name in names
        if hasattr(owner, name)
    ]
    for owner, name, value in state:
        setattr(owner, name, type(value)())
    try:
        yield
    finally:
        for owner, name, value in state:
            setattr(owner, name, value)


class FigureFormat:
    """How matplotlib's figures are drawn: as the window says, until user code says otherwise by `%config`."""

    def __init__(self, config: Any) -> None:
        self._config = config
        self._chosen = "png"

    def choose(self, figure_format: Literal["png", "retina", "svg"]) -> None:
        """Let figures be drawn so from now on."""
        if figure_format == self._chosen:
            return
        self._chosen = figure_format
        self._config.InlineBackend.figure_formats = {figure_format}
        module = sys.modules.get("matplotlib_inline.config")
        if module is not None and module.InlineBackend.initialized():
            module.InlineBackend.instance().figure_formats = {figure_format}
