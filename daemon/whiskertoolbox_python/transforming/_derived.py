"""Running transforms in a session: inputs by key, results stored on their clock with ids, groups and provenance."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from whiskertoolbox_python.errors import DamagedStoreError, ParameterError, TransformError
from whiskertoolbox_python.target import Target
from whiskertoolbox_python.transforming._declarations import Transform
from whiskertoolbox_python.transforming._pieces import run_over
from whiskertoolbox_python.transforming._provenance import Provenance, Source, code_hash, describe
from whiskertoolbox_python.transforming._text import closest
from whiskertoolbox_python.transforming.registry import find, users
from whiskertoolbox_python.transforming.running import Outcome, Progress, run
from whiskertoolbox_python.types.data_object import DataObject, EntityBearing


@dataclass(frozen=True)
class Made:
    """A result that is not stored (yet): with its clock, the entities its entries come from, and how it was made."""

    data: Any
    time_key: str
    entity_ids: Any = None
    provenance: Provenance | None = None


@dataclass(frozen=True)
class Inputs:
    """Where inputs are looked up: results of this run first, then the session."""

    target: Target
    made: Mapping[str, Made] = field(default_factory=dict)

    def get(self, key: str) -> tuple[Any, str, Source]:
        """Return an object, its time key and what to note of it.

        Raises
        ------
        TransformError
            When there is no such key; the message names the closest.
        """
        if key in self.made:
            made = self.made[key]
            return made.data, made.time_key, Source("", 0)
        entry = next((entry for entry in self.target.entries() if entry.key == key), None)
        data = self.target.getData(key)
        if data is None or entry is None:
            raise TransformError(f"there is no data key {closest(key, [entry.key for entry in self.target.entries()])}")
        return data, entry.time_key, Source(key, entry.version)


def run_in_session(
    target: Target,
    name: str,
    input_key: str,
    output_key: str | None,
    parameters: Mapping[str, Any],
    *,
    over: Any = None,
    progress: Progress | None = None,
) -> Any:
    """Carry out `DataManager.run_transform`."""
    made = make(Inputs(target), find(name), input_key, parameters, over=over, progress=progress)
    if output_key:
        store(target, output_key, made)
    return made.data


def make(
    inputs: Inputs,
    transform: Transform,
    input_key: str,
    parameters: Mapping[str, Any],
    *,
    over: Any = None,
    progress: Progress | None = None,
    ignore_unknown: bool = False,
) -> Made:
    """Run a transform on what a key holds, or on the pieces of it `over` something; data may be given by key."""
    data, time_key, source = inputs.get(input_key)
    sources, given = {"input": source}, dict(parameters)
    clocks = {id(data.getTimeFrame()): time_key} if isinstance(data, DataObject) else {}
    for parameter in transform.data_parameters:
        value = given.get(parameter.name)
        if isinstance(value, str):
            if not value:
                given.pop(parameter.name)
                continue
            given[parameter.name], other_key, sources[parameter.name] = inputs.get(value)
            clocks.setdefault(id(given[parameter.name].getTimeFrame()), other_key)
        elif value is not None:
            if not isinstance(value, DataObject):
                raise ParameterError(f'{transform.name}: "{parameter.name}" must be a data key, not {value!r}')
            sources[parameter.name] = Source("", 0)
    given["groups"] = inputs.target.getEntityGroupManager()
    if progress is not None:
        given["progress"] = progress
    if over is None:
        outcome = run(transform, data, given, ignore_unknown=ignore_unknown)
    else:
        pieces, sources["over"] = over, Source("", 0)
        if isinstance(over, str):
            pieces, other_key, sources["over"] = inputs.get(over)
            clocks.setdefault(id(pieces.getTimeFrame()), other_key)
        outcome = run_over(transform, data, pieces, given, progress)
    known = {name: value for name, value in given.items() if name not in ("groups", "progress")}
    values = transform.parse(known, ignore_unknown=ignore_unknown)
    provenance = describe(transform, values, sources)
    earlier = inputs.made.get(input_key)
    if earlier is not None and earlier.provenance is not None:
        before = earlier.provenance
        step = {"transform": before.transform, "parameters": before.parameters, "inputs": before.as_json()["inputs"]}
        provenance = replace(provenance, steps=[*before.steps, step])
    if isinstance(outcome.data, DataObject):
        time_key = clocks.get(id(outcome.data.getTimeFrame()), time_key)
    return Made(outcome.data, time_key, _entities(data, outcome, earlier), provenance)


def store(target: Target, key: str, made: Made) -> bool:
    """Store a result under a key; False, and nothing happens, if it is the input itself (as of grouping).

    Of a function of the user's that returns what it was given, a copy is stored.
    """
    if not isinstance(made.data, DataObject):
        raise TransformError(f"{key!r}: a {type(made.data).__name__} cannot be stored; it is returned")
    if made.data._listeners:
        if made.provenance is None or not users([made.provenance.transform]) or target.getData(key) is made.data:
            return False
        copied = type(made.data).from_columns(made.data.to_columns())
        copied.attributes = made.data.attributes
        made = replace(made, data=copied)
    provenance = {} if made.provenance is None else made.provenance.as_json()
    target.set_derived(key, made.data, made.time_key, provenance=provenance, entity_ids=made.entity_ids)
    return True


def _entities(data: Any, outcome: Outcome, earlier: Made | None) -> Any:
    """Return the identity of the input's entry that each entry of the result comes from, or None."""
    if outcome.entries is None or not isinstance(data, EntityBearing) or not isinstance(outcome.data, EntityBearing):
        return None
    ids = data.entity_ids if earlier is None else earlier.entity_ids
    return None if ids is None else ids[outcome.entries]


def provenance_of(target: Target, key: str) -> Provenance | None:
    """Return how data were made, or None."""
    data = target.getData(key)
    stored = None if data is None else data._provenance
    if not stored:
        return None
    try:
        return Provenance.from_json(stored)
    except (AttributeError, TypeError, ValueError, LookupError) as error:
        raise DamagedStoreError(
            f"how {key!r} was made makes no sense in the session ({type(error).__name__}: {error}); run the transform "
            "again, or restore the session from a copy",
            readable=True,
        ) from error


def out_of_date(target: Target) -> list[str]:
    """Carry out `DataManager.out_of_date`."""
    entries = target.entries()
    versions = {entry.key: entry.version for entry in entries}
    made: dict[str, Provenance] = {}
    for entry in entries:
        with contextlib.suppress(DamagedStoreError):  # of what cannot be read nobody can tell
            if (provenance := provenance_of(target, entry.key)) is not None:
                made[entry.key] = provenance
    users: dict[str, list[str]] = {}
    stale: set[str] = set()
    for key, provenance in made.items():
        sources = [source for source in provenance.inputs.values() if source.key]
        for source in sources:
            users.setdefault(source.key, []).append(key)
        if any(versions.get(source.key) != source.version for source in sources) or _code_has_changed(provenance):
            stale.add(key)
    followed = list(stale)
    while followed:
        new = [user for user in users.get(followed.pop(), ()) if user not in stale]
        stale.update(new)
        followed += new
    return [key for key in made if key in stale]


def _code_has_changed(provenance: Provenance) -> bool:
    try:
        return code_hash(find(provenance.transform)) != provenance.code
    except TransformError:
        return False  # without its code nobody can tell


def rerun(target: Target, key: str) -> Any:
    """Carry out `DataManager.rerun`."""
    provenance = provenance_of(target, key)
    if provenance is None:
        raise TransformError(f"{key!r} was not made by a transform")
    last = {
        "transform": provenance.transform,
        "parameters": provenance.parameters,
        "inputs": provenance.as_json()["inputs"],
    }
    made: dict[str, Made] = {}
    result: Made | None = None
    for one in [*provenance.steps, last]:
        given = dict(one["parameters"])
        for name, source in one["inputs"].items():
            if name not in ("input", "over"):
                given[name] = source["key"]
        over = one["inputs"].get("over", {}).get("key")
        input_key = one["inputs"]["input"]["key"]
        if not input_key and result is None:
            raise TransformError(f"{key!r} was made of something that was not stored")
        if not input_key and result is not None:
            made = {"": result}
        if any(not source["key"] for name, source in one["inputs"].items() if name != "input"):
            raise TransformError(f"{key!r} was made with data that were not stored")
        result = make(Inputs(target, made), find(one["transform"]), input_key, given, over=over)
    assert result is not None  # there is one step at least
    store(target, key, result)
    return result.data
