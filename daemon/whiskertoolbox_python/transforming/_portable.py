"""Pipelines without keys: steps for one input, with numbers that are computed of it first and bound to parameters."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from whiskertoolbox_python.errors import TransformError
from whiskertoolbox_python.transforming._declarations import Transform
from whiskertoolbox_python.transforming._steps import read_json
from whiskertoolbox_python.transforming.registry import find
from whiskertoolbox_python.transforming.running import run


@dataclass(frozen=True)
class PortableStep:
    """A transform, its parameters, and which of them are taken from the stored numbers."""

    transform: Transform
    parameters: Mapping[str, Any] = field(default_factory=dict)
    bindings: Mapping[str, str] = field(default_factory=dict)
    output_key: str = ""

    def run(self, data: Any, values: Mapping[str, float]) -> Any:
        """Run it, with the numbers that are bound."""
        known = {parameter.name for parameter in self.transform.parameters}
        given = dict(self.parameters)
        for name, key in self.bindings.items():
            if key not in values:
                raise TransformError(f"{self.transform.name}: {name} is bound to {key!r}, which nothing has computed")
            if not math.isfinite(values[key]):
                raise TransformError(f"{self.transform.name}: {name} is bound to {key!r}, which is {values[key]}")
            if name in known:
                given[name] = values[key]
        return run(self.transform, data, given, ignore_unknown=True).data


@dataclass(frozen=True)
class PortablePipeline:
    """Steps of the second generation for one input.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> bindings = {"mean": "m", "std_dev": "s"}
    >>> z_score = wt.read_portable_pipeline({
    ...     "pre_reductions": [{"reduction_name": "MeanValueRaw", "output_key": "m"},
    ...                        {"reduction_name": "StdValueRaw", "output_key": "s"}],
    ...     "steps": [{"step_id": "z", "transform_name": "ZScoreNormalizeV2", "param_bindings": bindings}],
    ... })
    >>> z_score.run(wt.AnalogTimeSeries([1, 3], 2)).toList()
    [-1.0, 1.0]
    """

    steps: tuple[PortableStep, ...]
    pre_reductions: tuple[PortableStep, ...] = ()
    range_reduction: PortableStep | None = None

    def run(self, data: Any, values: Mapping[str, float] | None = None) -> Any:
        """Run it on an object.

        Parameters
        ----------
        data : DataObject
            What the first step takes.
        values : dict of float, optional
            Numbers that parameters may be bound to, such as ``alignment_time``.

        Returns
        -------
        object
            What the last step makes; a number where there is a range reduction.
        """
        known = dict(values or {})
        for reduction in self.pre_reductions:
            known[reduction.output_key] = float(reduction.run(data, known))
        for step in self.steps:
            data = step.run(data, known)
        return data if self.range_reduction is None else self.range_reduction.run(data, known)


def read_portable_pipeline(source: str | os.PathLike[str] | Mapping[str, Any]) -> PortablePipeline:
    """Read a pipeline without keys (upstream's library files and tensor columns), from a file or an object.

    Raises
    ------
    TransformError
        When it cannot be used; the message names the step.
    """
    described, label = read_json(source)
    steps = [entry for entry in described.get("steps") or [] if entry.get("enabled", True) is not False]
    read = tuple(_step(entry, "transform_name", f"{label}: step {entry.get('step_id', '')!r}") for entry in steps)
    before = tuple(
        _step(entry, "reduction_name", f"{label}: pre-reduction {entry.get('output_key', '')!r}")
        for entry in described.get("pre_reductions") or []
    )
    last = described.get("range_reduction")
    reduction = None if last is None else _step(last, "reduction_name", f"{label}: range reduction")
    if not read and reduction is None:
        raise TransformError(f"{label} needs a step or a range reduction")
    for one in [*before, *([] if reduction is None else [reduction])]:
        if one.transform.origin != "range reduction":
            raise TransformError(f"{label}: {one.transform.name} is not a range reduction")
    return PortablePipeline(read, before, reduction)


def _step(entry: Mapping[str, Any], name: str, where: str) -> PortableStep:
    if not isinstance(entry.get(name), str):
        raise TransformError(f'{where}: "{name}" is missing; it must be a text')
    try:
        transform = find(entry[name])
        transform.parse(entry.get("parameters") or {}, ignore_unknown=True)
    except TransformError as error:
        raise TransformError(f"{where}: {error}") from error
    bindings = entry.get("param_bindings") or {}
    return PortableStep(transform, entry.get("parameters") or {}, bindings, str(entry.get("output_key") or ""))
