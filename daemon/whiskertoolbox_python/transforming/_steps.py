"""Steps of a pipeline, and the pipelines of upstream's JSON files read as such."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from whiskertoolbox_python.errors import ParameterError, TransformError, TransformWarning
from whiskertoolbox_python.transforming._declarations import Transform
from whiskertoolbox_python.transforming.registry import find
from whiskertoolbox_python.upstream.notices import notice

Generation = Literal["first generation", "second generation"]
_VARIABLE = re.compile(r"\$\{([^}]+)\}")
_FORGIVING = ("Group Lines by Proximity",)
"""Upstream only warns of their bad parameters."""


@dataclass(frozen=True)
class Step:
    """One transform in a pipeline.

    Attributes
    ----------
    transform : str
        Exact name.
    input_key, output_key : str
        Data keys; without an output key the result is kept for later steps only, as ``<step_id>_output``.
    parameters : dict
        Data parameters by their key.
    step_id : str
    phase : int
        Steps of a phase run before those of the next.
    output_time_key : str
        Clock of the result, if it is not that of the input.

    Examples
    --------
    >>> Step("Group Intervals", "trials", "blocks", {"max_spacing": 10}).output_key
    'blocks'
    """

    transform: str
    input_key: str
    output_key: str = ""
    parameters: Mapping[str, Any] = field(default_factory=dict)
    step_id: str = ""
    phase: int = 0
    enabled: bool = True
    output_time_key: str = ""
    description: str = ""

    def as_json(self) -> dict[str, Any]:
        """Return it as a step of upstream's JSON."""
        written: dict[str, Any] = {
            "step_id": self.step_id,
            "transform_name": self.transform,
            "input_key": self.input_key,
        }
        optional = {
            "output_key": self.output_key,
            "parameters": dict(self.parameters),
            "output_time_key": self.output_time_key,
            "description": self.description,
        }
        written |= {name: value for name, value in optional.items() if value}
        return written | ({"phase": self.phase} if self.phase else {}) | ({} if self.enabled else {"enabled": False})


def step(transform: str, input_key: str, output_key: str | None = None, /, **parameters: Any) -> Step:
    """Make a step of a pipeline; data parameters are given by key.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> wt.step("Group Intervals", "trials", "blocks", max_spacing=10).as_json()["parameters"]
    {'max_spacing': 10}
    """
    return Step(transform, input_key, output_key or "", parameters)


def read_json(source: str | os.PathLike[str] | Mapping[str, Any]) -> tuple[Mapping[str, Any], str]:
    """Return a pipeline's JSON and what to call it in messages.

    Raises
    ------
    TransformError
        When the file cannot be read or holds no object.
    """
    if isinstance(source, Mapping):
        return source, "the pipeline"
    if not isinstance(source, (str, os.PathLike)):
        raise TransformError(f'the pipeline must be an object with "steps", not {source!r}')
    path = Path(source)
    try:
        described = json.loads(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError) as error:
        raise TransformError(f"{path} cannot be read: {error}") from error
    except (ValueError, RecursionError) as error:  # or nested too deeply
        raise TransformError(f"{path} is not valid JSON: {error}") from error
    if isinstance(described, list):
        described = {"steps": described}
    if isinstance(described, Mapping) and "transformations" in described and "steps" not in described:
        described = described["transformations"]
    if not isinstance(described, Mapping):
        raise TransformError(f'{path} must be an object with "steps"')
    return described, str(path)


def steps_of(described: Mapping[str, Any], label: str) -> tuple[list[Step], Generation]:
    """Read and check the steps of either generation; nothing is looked up in a session.

    Raises
    ------
    TransformError
        When a step is not whole, or a transform or a parameter is unknown; the message names the step.
    """
    metadata = described.get("metadata")
    variables = metadata.get("variables") if isinstance(metadata, Mapping) else None
    raw = described.get("steps")
    if not isinstance(raw, list):
        raise TransformError(f'{label}: "steps" is missing; it must be a list')
    steps: list[Step] = []
    transforms: list[Transform] = []
    for position, entry in enumerate(raw):
        where = f"{label}: step {position + 1}"
        if not isinstance(entry, Mapping):
            raise TransformError(f"{where} must be an object, not {entry!r}")
        entry = _substituted(entry, variables if isinstance(variables, Mapping) else {})
        name = entry.get("step_id")
        where = f"{label}: step {name!r}" if isinstance(name, str) and name else where
        for required in ("step_id", "transform_name", "input_key"):
            if not isinstance(entry.get(required), str) or not entry[required]:
                raise TransformError(f'{where}: "{required}" is missing; it must be a text')
        if any(other.step_id == name for other in steps):
            raise TransformError(f"{where}: there are two steps of that id; each needs its own")
        try:
            transforms.append(find(entry["transform_name"]))
            steps.append(_step(entry, transforms[-1]))
        except TransformError as error:
            raise TransformError(f"{where}: {error}") from error
    second = any(transform.origin in ("second generation", "range reduction") for transform in transforms)
    second = second or any(isinstance(entry.get("additional_input_keys"), list) for entry in raw)
    return steps, "second generation" if second else "first generation"


def _step(entry: Mapping[str, Any], transform: Transform) -> Step:
    """Read a step; fields of a wrong type are as if they were not there."""

    def given(name: str, kind: type[Any], default: Any) -> Any:
        value = entry.get(name)
        matches = isinstance(value, kind) and (kind is bool or not isinstance(value, bool))
        return value if matches else default

    phase = given("phase", int, 0)
    if phase < 0:
        raise TransformError(f"phase must be 0 or more, not {phase}")
    parameters = dict(given("parameters", Mapping, {}))
    others = given("additional_input_keys", list, [])
    if others:
        if len(others) != 1 or not isinstance(others[0], str) or not transform.data_parameters:
            takes = "one" if transform.data_parameters else "no"
            raise TransformError(f"{transform.name} takes {takes} additional input, not {others!r}")
        parameters.setdefault(transform.data_parameters[0].name, others[0])
    return Step(
        transform.name,
        entry["input_key"],
        given("output_key", str, ""),
        _checked(parameters, transform),
        entry["step_id"],
        phase,
        given("enabled", bool, True),
        given("output_time_key", str, ""),
        given("description", str, ""),
    )


def _checked(parameters: Mapping[str, Any], transform: Transform) -> dict[str, Any]:
    kept = dict(parameters)
    for name, value in parameters.items():
        reason = _refusal(name, value, transform)
        if reason is None:
            continue
        if transform.name not in _FORGIVING:
            raise ParameterError(reason)
        notice(f"{transform.name}: {reason}; it is ignored", category=TransformWarning)
        del kept[name]
    return kept


def _refusal(name: str, value: Any, transform: Transform) -> str | None:
    """Return why a parameter cannot be used, or None."""
    if any(parameter.name == name for parameter in transform.data_parameters):
        return None if isinstance(value, str) else f'parameter "{name}" must be a data key, not {value!r}'
    try:
        transform.parse_one(name, value, ignore_unknown=transform.origin == "second generation")
    except ParameterError as error:
        return str(error)
    return None


def _substituted(value: Any, variables: Mapping[str, Any], inside: str = "") -> Any:
    """Replace ``${name}`` in every text; a parameter that is nothing else gets the variable's own value."""
    if isinstance(value, Mapping):
        return {
            key: _substituted(item, variables, "parameters" if key == "parameters" or inside else "")
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [_substituted(item, variables, inside) for item in value]
    if not isinstance(value, str):
        return value
    whole = _VARIABLE.fullmatch(value)
    if whole and inside and whole[1] in variables:
        return variables[whole[1]]
    return _VARIABLE.sub(lambda match: _text(variables[match[1]]) if match[1] in variables else match[0], value)


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return f"{value:.6f}" if isinstance(value, (int, float)) else str(value)


def in_order(steps: list[Step]) -> Iterator[Step]:
    """Yield steps by phase; within one, those that make something before those that take it, else as listed."""
    for phase in sorted({step.phase for step in steps}):
        waiting = [step for step in steps if step.phase == phase]
        while waiting:
            ready = next((step for step in waiting if not any(_feeds(other, step) for other in waiting)), waiting[0])
            waiting.remove(ready)
            yield ready


def _feeds(maker: Step, taker: Step) -> bool:
    if maker is taker or not maker.enabled:
        return False
    makes = {f"{maker.step_id}_output", maker.output_key} - {"", maker.input_key}
    takes = {taker.input_key, *(value for value in taker.parameters.values() if isinstance(value, str))}
    return bool(makes & takes)
