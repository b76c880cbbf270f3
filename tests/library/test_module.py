"""The module has upstream's names, and its enumerations behave as pybind11's."""

import ast
import copy
import importlib
import operator
import os
import pickle
import pkgutil
import subprocess
import sys
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import whiskertoolbox_python as wt

UPSTREAM = {
    *("AnalogTimeSeries", "ClockTicks", "DataManager", "DataType", "DigitalEventSeries", "DigitalIntervalSeries"),
    *("EntityGroupManager", "EntityId", "GroupDescriptor", "ImageSize", "Interval", "Line2D", "LineData", "Mask2D"),
    *("MaskData", "MediaData", "MediaType", "Point2D", "Point2DU32", "PointData", "TensorData", "TimeFrame"),
    "TimeFrameIndex",
}


def test_every_name_of_upstream_is_there() -> None:
    assert set(wt.__all__) >= UPSTREAM


def test_a_star_import_brings_exactly_these() -> None:
    names: dict[str, Any] = {}
    exec("from whiskertoolbox_python import *", names)
    assert set(names) - {"__builtins__"} == set(wt.__all__)


def test_every_class_has_the_metaclass_that_upstream_scripts_look_for() -> None:
    assert {type(getattr(wt, name)).__name__ for name in UPSTREAM} == {"pybind11_type"}


def test_importing_it_imports_numpy_and_the_standard_library_only() -> None:
    code = """
import sys
sys.path += sys.argv[1:]
import whiskertoolbox_python
# Cython, inside NumPy, puts modules there that were imported from nowhere.
specs = {name: getattr(module, "__spec__", None) for name, module in sys.modules.items()}  # typing.io has none
found = {name.partition(".")[0] for name, spec in specs.items() if spec is not None}
print(*found - set(sys.stdlib_module_names))
"""
    folders = [Path(wt.__file__).parents[1], Path(np.__file__).parents[1]]
    # -S: without the start-up hooks of packages that happen to be installed.
    said = subprocess.run([sys.executable, "-S", "-c", code, *folders], capture_output=True, text=True, check=True)
    assert set(said.stdout.split()) == {"numpy", "whiskertoolbox_python"}


def fresh(code: str) -> list[str]:
    """Run code in a process of its own and return the words that it prints."""
    library = {**os.environ, "PYTHONPATH": str(Path(wt.__file__).parents[1])}
    return subprocess.run(
        [sys.executable, "-c", code], env=library, stdout=subprocess.PIPE, text=True, check=True
    ).stdout.split()


def test_importing_it_leaves_formats_transforms_and_batches_for_when_they_are_used() -> None:
    imported = fresh("import sys, whiskertoolbox_python; print(*sys.modules)")
    seldom = ("formats", "transforming", "batches", "containers", "pictures", "views", "iteration")
    assert [name for name in imported if name.startswith(tuple(f"{wt.__name__}.{one}" for one in seldom))] == []


def test_every_name_is_listed_before_it_is_used_and_there_when_it_is() -> None:
    unknown = fresh("import whiskertoolbox_python as wt; print(*set(wt.__all__) - set(dir(wt)))")
    missing = fresh("import whiskertoolbox_python as wt; print(*[n for n in wt.__all__ if not hasattr(wt, n)])")
    assert (unknown, missing) == ([], [])


def test_no_function_has_the_name_of_a_module_that_would_take_its_place() -> None:
    assert {module.name for module in pkgutil.iter_modules(wt.__path__)} & set(wt.__all__) == set()


def test_type_checkers_find_each_name_in_the_module_that_it_is_imported_from_when_used() -> None:
    tree = ast.parse(Path(wt.__file__).read_text(encoding="utf-8"))
    [block] = [node for node in tree.body if isinstance(node, ast.If) and isinstance(node.test, ast.Name)]
    imports = [node for node in block.body if isinstance(node, ast.ImportFrom)]
    declared = {alias.name: str(node.module) for node in imports for alias in node.names}
    assert set(fresh("import whiskertoolbox_python as wt; print(*set(wt.__all__) - set(vars(wt)))")) == set(declared)
    for name, module in declared.items():
        assert getattr(importlib.import_module(module), name) is getattr(wt, name)


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="has no attribute 'analog'"):
        wt.analog  # noqa: B018 - looking it up is what is tested


@pytest.mark.parametrize(
    ("name", "value"),
    {
        "Video": 0, "Images": 1, "Points": 2, "Mask": 3, "Line": 4, "Analog": 5,
        "DigitalEvent": 7, "DigitalInterval": 8, "Tensor": 9, "Unknown": 11,
    }.items(),
)  # fmt: skip
def test_data_types_have_upstreams_values(name: str, value: int) -> None:
    member = getattr(wt.DataType, name)
    assert (member.name, member.value, int(member), operator.index(member)) == (name, value, value, value)
    assert str(member) == f"DataType.{name}"
    assert repr(member) == f"<DataType.{name}: {value}>"
    assert wt.DataType(value) == member
    assert wt.DataType.__members__[name] == member
    assert isinstance(member, wt.DataType)


@pytest.mark.parametrize("kind", [wt.DataType, wt.MediaType])
def test_enumerations_are_equal_to_their_own_kind_only(kind: Any) -> None:
    member = kind(1)
    assert member == kind(1)
    assert member != kind(0)
    assert member != 1
    assert member != None  # noqa: E711 - this operator is what is tested
    assert {member: "x"}[kind(1)] == "x"
    with pytest.raises(TypeError):
        member < kind(2)  # noqa: B015 - that is the point


@pytest.mark.parametrize("kind", [wt.DataType, wt.MediaType])
def test_enumerations_can_be_pickled_and_copied_but_not_iterated(kind: Any) -> None:
    assert pickle.loads(pickle.dumps(kind(1))) == copy.copy(kind(1)) == copy.deepcopy(kind(1)) == kind(1)
    with pytest.raises(TypeError):
        iter(kind)
    for value in ("Video", 1.0, None, 2**31):
        with pytest.raises(TypeError):
            kind(value)


def test_a_data_type_is_no_media_type() -> None:
    assert wt.DataType.Video != wt.MediaType.Video


@pytest.mark.parametrize(
    "value",
    [
        wt.Point2D(), wt.Point2DU32(), wt.ImageSize(), wt.Interval(0, 1), wt.TimeFrame(), wt.TimeFrameIndex(0),
        wt.ClockTicks(0), wt.EntityId(), wt.Line2D(), wt.LineData(), wt.DataManager(),
    ],
    ids=lambda value: type(value).__name__,
)  # fmt: skip
def test_objects_can_be_referred_to_weakly_as_pybind11s(value: object) -> None:
    assert weakref.ref(value)() is value


@pytest.mark.parametrize("name", ["LoadError", "SaveError", "StoreError", "NotASessionError", "StoreFullError"])
def test_errors_are_reached_from_the_top(name: str) -> None:
    assert issubclass(getattr(wt, name), Exception)


def test_what_loading_and_saving_raise_is_what_the_top_has(tmp_path: Path) -> None:
    manager = wt.DataManager()
    with pytest.raises(wt.LoadError):
        manager.load(tmp_path / "none.json")
    with pytest.raises(wt.SaveError):
        manager.save("none", tmp_path / "none.csv")
    with pytest.raises(wt.StoreError):
        wt.DataManager.open(tmp_path / "none", read_only=True)
