"""Pipelines: steps run one after the other in a session. The JSON is read in `_steps`."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from whiskertoolbox_python.errors import Cancelled, PipelineError, TransformError
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.transforming._derived import Inputs, Made, make, store
from whiskertoolbox_python.transforming._results import offsets_of
from whiskertoolbox_python.transforming._steps import Generation, Step, in_order, read_json, step, steps_of
from whiskertoolbox_python.transforming.registry import find
from whiskertoolbox_python.types._ragged_data import RaggedData
from whiskertoolbox_python.types.analog import AnalogTimeSeries
from whiskertoolbox_python.types.points import PointData
from whiskertoolbox_python.types.tensor import TensorData

PipelineProgress = Callable[[int, int, str], None]
"""Told the number of steps done, their total, and the step that is next; raises `Cancelled` to end the run."""


@dataclass(frozen=True)
class StepReport:
    """What became of a step: ``"done"``, ``"disabled"``, ``"failed"`` or ``"not run"``."""

    step_id: str
    transform: str
    key: str
    status: str
    message: str = ""


@dataclass(frozen=True)
class PipelineReport:
    """What a pipeline made.

    Attributes
    ----------
    steps : list of StepReport
    made : list of str
        Data keys that were stored.

    Examples
    --------
    >>> print(PipelineReport(made=["contacts"]))
    made: contacts
    """

    steps: list[StepReport] = field(default_factory=list)
    made: list[str] = field(default_factory=list)

    @property
    def success(self) -> bool:
        """Whether no step failed."""
        return not any(report.status == "failed" for report in self.steps)

    def __str__(self) -> str:
        failed = [f"{report.step_id}: {report.message}" for report in self.steps if report.status == "failed"]
        return "\n".join([f"made: {', '.join(self.made) or 'nothing'}", *failed])


@dataclass(frozen=True)
class Pipeline:
    """Steps, in the rules of the generation that they are written for.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> dm = wt.DataManager()
    >>> dm.setData("angle", wt.AnalogTimeSeries([0, 2, 2, 0, 3], 5), "time")
    >>> beyond = wt.step("Threshold Interval Detection", "angle", "contacts", threshold_value=1)
    >>> joined = wt.step("Group Intervals", "contacts", "bouts", max_spacing=2)
    >>> print(wt.pipeline(beyond, joined).run(dm))
    made: contacts, bouts
    >>> dm.getData("bouts").intervals.tolist()
    [[1, 4]]
    """

    steps: tuple[Step, ...]
    generation: Generation = "first generation"
    label: str = "the pipeline"

    @property
    def title(self) -> str:
        """What lists call it: its file's name, or its transforms."""
        if self.label != "the pipeline":
            return os.path.basename(self.label)
        return ", ".join(one.transform for one in self.steps[:3]) + (", …" if len(self.steps) > 3 else "")

    def as_json(self) -> dict[str, Any]:
        """Return it in upstream's JSON."""
        return {"steps": [step.as_json() for step in self.steps]}

    def as_code(self) -> str:
        """Return it as Python."""
        lines = []
        for one in self.steps:
            arguments = [one.transform, one.input_key, *([one.output_key] if one.output_key else [])]
            named = [f"{name}={value!r}" for name, value in one.parameters.items()]
            lines.append(f"    wt.step({', '.join([*map(repr, arguments), *named])}),\n")
        return f"wt.pipeline(\n{''.join(lines)}).run(dm)\n"

    def needs(self) -> list[str]:
        """Return the data keys that must be there before."""
        made: set[str] = set()
        needed: dict[str, None] = {}
        for one in in_order(list(self.steps)) if self.generation == "first generation" else self.steps:
            data_names = [parameter.name for parameter in find(one.transform).data_parameters]
            taken = [one.input_key, *(one.parameters[name] for name in data_names if name in one.parameters)]
            if one.enabled:
                needed |= dict.fromkeys(key for key in taken if key and key not in made)
                made |= {one.output_key, one.step_id, f"{one.step_id}_output"}
        return list(needed)

    def run(self, target: Target, *, progress: PipelineProgress | None = None) -> PipelineReport:
        """Run all steps in a session.

        Parameters
        ----------
        target : DataManager
            What it takes and stores.
        progress : callable, optional
            Told the number of steps done, their total, and the next.

        Raises
        ------
        PipelineError
            When a step fails: it and those after it store nothing, what was there before stays. The message names the
            step and its input; ``error.report`` says what was done.
        """
        report = PipelineReport()
        made: dict[str, Made] = {}
        ordered = list(in_order(list(self.steps))) if self.generation == "first generation" else list(self.steps)
        for number, one in enumerate(ordered):
            if progress is not None:
                progress(number, len(ordered), one.step_id)
            if not one.enabled:
                report.steps.append(StepReport(one.step_id, one.transform, one.output_key, "disabled"))
                continue
            try:
                self._run_step(target, one, made, report)
            except Cancelled:
                raise
            except Exception as error:
                reason = str(error) if isinstance(error, TransformError) else f"{type(error).__name__}: {error}"
                report.steps.append(StepReport(one.step_id, one.transform, one.output_key, "failed", reason))
                for rest in ordered[number + 1 :]:
                    report.steps.append(StepReport(rest.step_id, rest.transform, rest.output_key, "not run"))
                message = f"{self.label}: step {one.step_id!r} ({one.transform} of {one.input_key!r}) failed: {reason}"
                raise PipelineError(message, report) from error
        if progress is not None:
            progress(len(ordered), len(ordered), "done")
        return report

    def _run_step(self, target: Target, one: Step, made: dict[str, Made], report: PipelineReport) -> None:
        second = self.generation == "second generation"
        result = make(Inputs(target, made), find(one.transform), one.input_key, one.parameters, ignore_unknown=second)
        if one.output_time_key:
            result = _on_clock(target, one, result)
        if not one.output_key:
            made[one.step_id if second else f"{one.step_id}_output"] = result
        else:
            if second:
                result = _merged(target, one.output_key, result)
            if store(target, one.output_key, result):
                report.made.append(one.output_key)
        report.steps.append(StepReport(one.step_id, one.transform, one.output_key, "done"))


def pipeline(*steps: Step) -> Pipeline:
    """Make a pipeline of steps, as `step` makes them; they run by phase, and each after what it takes is made."""
    numbered = tuple(
        one if one.step_id else replace(one, step_id=f"step {number + 1}") for number, one in enumerate(steps)
    )
    described = {"steps": [one.as_json() for one in numbered]}
    checked, generation = steps_of(described, "the pipeline")
    return Pipeline(tuple(checked), generation)


def read_pipeline(source: str | os.PathLike[str] | Mapping[str, Any]) -> Pipeline:
    """Read a pipeline of upstream's JSON, of either generation, from a file or an object.

    Raises
    ------
    TransformError
        When it cannot be used; the message names the file and the step. Nothing is run then.
    """
    described, label = read_json(source)
    steps, generation = steps_of(described, label)
    return Pipeline(tuple(steps), generation, label)


def _on_clock(target: Target, one: Step, result: Made) -> Made:
    clock = target.getTime(one.output_time_key)
    if clock is None:
        known = ", ".join(sorted(key for key, _ in target.clocks()))
        raise TransformError(f'there is no clock "{one.output_time_key}" (known: {known})')
    if isinstance(result.data, (AnalogTimeSeries, TensorData)) and result.data._entry_count() != len(clock):
        raise TransformError(
            f'the result has {result.data._entry_count()} samples, and the clock "{one.output_time_key}" {len(clock)} '
            "indices"
        )
    if result.data._listeners:
        return result
    result.data.setTimeFrame(clock)
    return replace(result, time_key=one.output_time_key)


def _merged(target: Target, key: str, result: Made) -> Made:
    """Merge lines, masks or points over those that a key holds: at times that both have, the new ones count."""
    old, new = target.getData(key), result.data
    if old is None or old is new:
        return result
    if old.data_type is not new.data_type:
        raise TransformError(
            f"{key!r} holds {old.data_type.name}, and the result is {new.data_type.name}; choose another output_key"
        )
    if not isinstance(old, RaggedData):
        return result
    if old.getTimeFrame() is not new.getTimeFrame():
        raise TransformError(f"{key!r} is on another clock than the result; choose another output_key")
    kept = np.flatnonzero(~np.isin(old.times, new.times))
    rest = old.at_times(old.times[kept])
    counts = [np.diff(part.offsets) for part in (rest, new)]
    times, points = np.concatenate([rest.times, new.times]), np.concatenate([rest.points, new.points])
    size = new.getImageSize()
    kind: Any = type(new)
    arrays = (times, points) if isinstance(new, PointData) else (times, offsets_of(np.concatenate(counts)), points)
    merged = kind.from_arrays(*arrays, image_size=size)
    merged.setTimeFrame(new.getTimeFrame())
    if result.entity_ids is None:
        return replace(result, data=merged)
    ids = np.concatenate([old.entity_ids[kept], result.entity_ids])
    return replace(result, data=merged, entity_ids=ids[np.argsort(times, kind="stable")])


__all__ = ["Pipeline", "PipelineReport", "StepReport", "pipeline", "read_pipeline", "step"]
