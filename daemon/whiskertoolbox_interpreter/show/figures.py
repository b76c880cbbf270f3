"""Matplotlib draws inline, without costing anything until user code imports it."""

from __future__ import annotations

import importlib.util
import os
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Any

INLINE_BACKEND = "module://matplotlib_inline.backend_inline"


class _MatplotlibFinder:
    """Finds matplotlib once, and lets its import end with our backend chosen."""

    def find_spec(self, name: str, _path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        if name != "matplotlib":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.loader is not None:
            spec.loader = _ThenInline(spec.loader)  # type: ignore[assignment]  # a wrapper, not a subclass
        return spec


class _ThenInline:
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def __getattr__(self, name: str) -> Any:
        return getattr(self._loader, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        module: ModuleType | None = self._loader.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        self._loader.exec_module(module)
        module.__loader__ = self._loader
        module.__spec__.loader = self._loader  # type: ignore[union-attr]  # a module being imported has a spec
        # Not by the variable MPLBACKEND: processes that user code starts would inherit it.
        if "MPLBACKEND" not in os.environ:
            _register_inline()
            module.rcParams["backend"] = INLINE_BACKEND


def _register_inline() -> None:
    """Tell matplotlib (since 3.9) of the backend: it looks for it among installed packages, and ours may be bundled."""
    from matplotlib import backends

    registry = getattr(backends, "backend_registry", None)
    if registry is not None and "inline" not in registry._name_to_module:
        registry._backend_to_gui_framework["inline"] = "unknown"
        registry._name_to_module["inline"] = "matplotlib_inline.backend_inline"


def draw_inline() -> None:
    """From now on an import of matplotlib selects the inline backend; figures appear when shown or when a run ends."""
    sys.meta_path.insert(0, _MatplotlibFinder())
