"""Transforms by their exact name: the built-in ones, those of installed packages, of the workspace and of the session.

A new built-in transform is a decorated function in a module of ``builtin``; a new module is one line in `_MODULES`.
"""

from __future__ import annotations

import functools
import importlib
import os
import threading
from collections.abc import Callable, Iterable
from pathlib import Path
from types import ModuleType
from typing import Any, TypeVar

from whiskertoolbox_python.errors import TransformError, TransformWarning
from whiskertoolbox_python.plugins import plugins, refuse_plugin
from whiskertoolbox_python.transforming._declarations import Origin, Transform, declare
from whiskertoolbox_python.transforming._text import closest
from whiskertoolbox_python.upstream.notices import notice

F = TypeVar("F", bound=Callable[..., Any])

_PACKAGE = "whiskertoolbox_python.transforming.builtin"
_MODULES = (
    "thresholds",
    "intervals",
    "peaks",
    "scaling",
    "filters",
    "phase",
    "differences",
    "masks",
    "mask_lines",
    "line_measures",
    "line_shapes",
    "line_subsegments",
    "alignment",
    "tracing",
    "grouping",
    "outliers",
    "tracking",
    "particles",
    "values",
    "reductions",
    "interval_tables",
    "tensors",
    "decomposition",
)

_registered: dict[str, Transform] = {}
_users: dict[str, Transform] = {}
_files: dict[str, tuple[Transform, Path]] = {}
"""Those that files of a workspace have registered."""
_lock = threading.RLock()
_is_loaded = False


def transform(
    name: str | None = None,
    *,
    inputs: type[Any] | None = None,
    output: type[Any] | None = None,
    keeps_unit: bool = False,
) -> Callable[[F], F]:
    """Register a function as a transform; it stays an ordinary function.

    Parameters
    ----------
    name : str, optional
        Exact name; by default the function's.
    inputs, output : type, optional
        What it takes and gives: a data type (`AnalogTimeSeries`), or what one entry of it is (`Line2D`, `Mask2D`,
        `Point2D`, ``float``; then the function is called for each entry). By default, its type hints.
    keeps_unit : bool
        Whether what it makes is in the unit of its input, as of a filter; the result then has that attribute, too.

    Raises
    ------
    TransformError
        When the name is a built-in one, or a parameter has no usable type hint.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> @wt.transform(name="Clip values", inputs=wt.AnalogTimeSeries, output=wt.AnalogTimeSeries)
    ... def clip_values(signal: wt.AnalogTimeSeries, limit: float = 1.0) -> wt.AnalogTimeSeries:
    ...     '''Limit a signal to ±limit.'''
    ...     return wt.AnalogTimeSeries.from_array(np.clip(signal.values, -limit, limit), signal.times)
    >>> wt.run_transform("Clip values", wt.AnalogTimeSeries([0, 3], 2), limit=2).toList()
    [0.0, 2.0]
    """

    def register(function: F) -> F:
        declared = declare(function, name, inputs=inputs, output=output, keeps_unit=keeps_unit)
        with _lock:
            if declared.name in _built_in():
                raise TransformError(f"there is a built-in transform {declared.name!r}; give yours another name")
            _users[declared.name] = declared
        return function

    return register


def built_in(name: str, origin: Origin, **options: Any) -> Callable[[F], F]:
    """Register a function of the package ``builtin``; `options` are `declare`'s."""

    def register(function: F) -> F:
        if name in _registered:
            raise TransformError(f"two built-in transforms are called {name!r}")
        _registered[name] = declare(function, name, origin=origin, **options)
        return function

    return register


def find(name: str) -> Transform:
    """Return the transform of exactly that name.

    Raises
    ------
    TransformError
        When there is none; the message names the closest.
    """
    with _lock:
        _load_packages()
        found = _users.get(name) or _built_in().get(name)
        if found is None:
            base = name.removesuffix("WithContext")  # upstream's names of the same functions with a progress report
            found = _built_in().get(base) if base != name else None
    if found is None:
        raise TransformError(f"there is no transform {closest(name, transforms())}; wt.transforms() lists all")
    return found


def transforms() -> list[str]:
    """Return the names of all transforms, sorted."""
    with _lock:
        _load_packages()
        return sorted({*_built_in(), *_users})


def all_transforms() -> list[Transform]:
    """Return all transforms, sorted by name; the user's replace those of packages."""
    return [find(name) for name in transforms()]


def load_transforms(folder: str | os.PathLike[str] = ".") -> list[str]:
    """Register the transforms of a workspace: run its files ``transforms/*.py``, again after a change.

    Returns
    -------
    list of str
        Names of the transforms that are the user's now.

    Warns
    -----
    TransformWarning
        For each file that fails; the others are run all the same.

    Examples
    --------
    >>> from pathlib import Path
    >>> Path("transforms").mkdir()
    >>> _ = Path("transforms/halves.py").write_text(
    ...     "import whiskertoolbox_python as wt\\n"
    ...     "@wt.transform(name='Halve')\\n"
    ...     "def halve(signal: wt.AnalogTimeSeries) -> wt.AnalogTimeSeries:\\n"
    ...     "    return wt.AnalogTimeSeries.from_array(signal.values / 2, signal.times)\\n"
    ... )
    >>> "Halve" in load_transforms(".")
    True
    """
    for path in sorted(Path(folder, "transforms").glob("*.py")):
        try:
            run_file(path)
        except Exception as error:  # noqa: PERF203 - whatever a user's file does, the others count
            notice(f"{path}: {type(error).__name__}: {error}", category=TransformWarning)
    return sorted(_users)


def run_file(path: str | os.PathLike[str]) -> None:
    """Run a file that registers transforms."""
    import runpy  # slow, and seldom needed

    before = dict(_users)
    whole = Path(path).absolute()
    try:
        runpy.run_path(str(whole), run_name=f"transforms.{whole.stem}")
    finally:
        _files.update({name: (one, whole) for name, one in _users.items() if before.get(name) is not one})


def users(names: Iterable[str]) -> list[tuple[Transform, Path | None]]:
    """Return those of some transforms that are the user's, with the file of the workspace that each is from."""
    found = []
    for one in [_users[name] for name in dict.fromkeys(names) if name in _users]:
        registered, path = _files.get(one.name, (None, None))
        found.append((one, path if registered is one else None))
    return found


def _built_in() -> dict[str, Transform]:
    global _is_loaded
    with _lock:
        if not _is_loaded:
            for module in _MODULES:
                importlib.import_module(f"{_PACKAGE}.{module}")
            _is_loaded = True
    return _registered


@functools.cache
def _load_packages() -> None:
    """Import what installed packages offer: functions that `transform` has decorated, and so registered.

    Done when transforms are asked for, never by `transform` itself: the package that it is used in is being imported.
    """
    for label, loaded in plugins("whiskertoolbox.transforms"):
        if not callable(loaded) and not isinstance(loaded, ModuleType):
            refuse_plugin("whiskertoolbox.transforms", label, "it must be a function or module with @wt.transform")
