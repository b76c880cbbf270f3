"""Writes the JSON schema of pipelines, by which VS Code completes and checks them, from the transforms' declarations.

python tools/generate_pipeline_schema.py            write the schema
python tools/generate_pipeline_schema.py --check    change nothing; exit code 1 when it is out of date
"""

from __future__ import annotations

import sys
import typing
from pathlib import Path
from typing import Any, Literal

from schema_files import write_or_check

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "daemon"))

from whiskertoolbox_python.transforming._declarations import REQUIRED, Parameter, Transform  # noqa: E402  # path first
from whiskertoolbox_python.transforming._declarations import _without_none as without_none  # noqa: E402
from whiskertoolbox_python.transforming.registry import all_transforms  # noqa: E402

TEXT = {"type": "string"}
VARIABLE = {"type": "string", "pattern": r"^\$\{[^}]+\}$"}
"""A parameter that is nothing else takes the value of a variable, whatever that is."""
KINDS = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object"}


def schema() -> dict[str, Any]:
    """Return the schema: an object with steps, the steps alone, or an object that has them as ``transformations``."""
    transforms = [one for one in all_transforms() if one.origin != "user"]  # not what happens to be installed here
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "WhiskerToolbox pipeline",
        "definitions": {
            "pipeline": {
                "type": "object",
                "required": ["steps"],
                "properties": {
                    "metadata": {
                        "type": "object",
                        "description": "what people want to know of the pipeline",
                        "properties": {
                            "name": TEXT,
                            "description": TEXT,
                            "version": TEXT,
                            "variables": {"type": "object", "description": "what ${name} is replaced by"},
                        },
                    },
                    "steps": {"$ref": "#/definitions/steps"},
                },
            },
            "portable": {
                "type": "object",
                "description": "a pipeline without keys, for one input",
                "properties": {
                    "steps": {"type": "array", "items": {"$ref": "#/definitions/step"}},
                    "pre_reductions": {
                        "type": "array",
                        "description": "numbers that are computed of the input first",
                        "items": reduction(transforms),
                    },
                    "range_reduction": {**reduction(transforms), "description": "what makes one number of the result"},
                },
            },
            "steps": {
                "type": "array",
                "items": {
                    "allOf": [{"$ref": "#/definitions/step"}],
                    "required": ["step_id", "transform_name", "input_key"],
                },
            },
            "step": step(transforms),
        },
        "if": {"type": "array"},
        "then": {"$ref": "#/definitions/steps"},
        "else": {
            "if": {"anyOf": [{"required": ["pre_reductions"]}, {"required": ["range_reduction"]}]},
            "then": {"$ref": "#/definitions/portable"},
            "else": {
                "if": {"required": ["transformations"], "not": {"required": ["steps"]}},
                "then": {"properties": {"transformations": {"$ref": "#/definitions/pipeline"}}},
                "else": {"$ref": "#/definitions/pipeline"},
            },
        },
    }


def step(transforms: list[Transform]) -> dict[str, Any]:
    """Return the schema of a step: what all have, and for each transform its parameters."""
    return {
        "type": "object",
        "required": ["transform_name"],
        "properties": {
            "step_id": {**TEXT, "minLength": 1, "description": "the step's own name; others take its result by it"},
            "transform_name": {**names_of(transforms), "description": "exact name of the transform"},
            "input_key": {**TEXT, "minLength": 1, "description": "data key of the input"},
            "output_key": {
                **TEXT,
                "description": "data key of the result; without it later steps take it as <step_id>_output",
            },
            "parameters": {"type": "object", "description": "data that it takes beside its input, by key, and values"},
            "additional_input_keys": {
                "type": "array",
                "items": TEXT,
                "maxItems": 1,
                "description": "data key that the transform takes beside its input",
            },
            "phase": {"type": "integer", "minimum": 0, "default": 0, "description": "steps run phase by phase"},
            "enabled": {"type": "boolean", "default": True, "description": "false: the step is left out"},
            "output_time_key": {**TEXT, "description": "clock of the result, if it is not that of the input"},
            "description": {**TEXT, "description": "for people"},
            "param_bindings": {"type": "object", "description": "parameters that take a number computed before"},
        },
        "allOf": [rule("transform_name", one) for one in transforms if one.parameters or one.data_parameters],
    }


def reduction(transforms: list[Transform]) -> dict[str, Any]:
    """Return the schema of what makes one number of data."""
    known = [one for one in transforms if one.origin == "range reduction"]
    return {
        "type": "object",
        "required": ["reduction_name"],
        "properties": {
            "reduction_name": {**names_of(known), "description": "exact name of the range reduction"},
            "output_key": {**TEXT, "description": "what param_bindings call the number"},
            "parameters": {"type": "object"},
        },
        "allOf": [rule("reduction_name", one) for one in known if one.parameters],
    }


def names_of(transforms: list[Transform]) -> dict[str, Any]:
    """Return the schema of a transform's name: those that are built in, and any, as users and packages add others."""
    listed = {"enum": [one.name for one in transforms], "enumDescriptions": [one.summary for one in transforms]}
    return {"anyOf": [listed, TEXT]}


def rule(word: str, transform: Transform) -> dict[str, Any]:
    """Return what holds for the parameters of one transform."""
    described: dict[str, Any] = {
        data.name: {**TEXT, "description": f"data key ({data.kind.__name__}). {data.doc}".strip()}
        for data in transform.data_parameters
    }
    described |= {one.name: parameter(one) for one in transform.parameters}
    then: dict[str, Any] = {"properties": described}
    if transform.origin == "first generation":  # of the others upstream ignores what it does not know
        then["propertyNames"] = {"enum": list(described)}
    condition = {"properties": {word: {"const": transform.name}}, "required": [word]}
    return {"if": condition, "then": {"properties": {"parameters": then}}}


def parameter(declared: Parameter) -> dict[str, Any]:
    """Return the schema of a value that a transform takes."""
    hint, optional = without_none(declared.hint)
    described = value(hint)
    limits = {"minimum": declared.limits.minimum, "maximum": declared.limits.maximum}
    described |= {name: limit for name, limit in limits.items() if limit is not None}
    others = ([] if described.get("type") == "string" else [VARIABLE]) + ([{"type": "null"}] if optional else [])
    told = f"{declared.doc} Unit: {declared.unit}." if declared.unit else declared.doc
    schema: dict[str, Any] = {"anyOf": [described, *others]} if others else described
    schema |= {"description": told} if told else {}
    return schema if declared.default is REQUIRED else {**schema, "default": declared.default}


def value(hint: Any) -> dict[str, Any]:
    """Return the schema of the values of a type."""
    if typing.get_origin(hint) is Literal:
        return {"enum": list(typing.get_args(hint))}
    if typing.get_origin(hint) is list:
        return {"type": "array", "items": value(typing.get_args(hint)[0])}
    # Whole numbers are taken from fractions, as `Parameter.parse` does.
    return {"type": "number" if hint is int else KINDS[hint]}


if __name__ == "__main__":
    sys.exit(write_or_check("pipeline.schema.json", schema(), __doc__))
