"""What a transform is: a plain function, declared once by its type hints and its docstring.

No transform lives here and nothing is run here; `running` runs them, `registry` finds them by name.
"""

from __future__ import annotations

import dataclasses
import inspect
import re
import textwrap
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

import numpy as np

from whiskertoolbox_python.errors import ParameterError, TransformError
from whiskertoolbox_python.parameters import suggest
from whiskertoolbox_python.types.data_object import DataObject

REQUIRED: Any = inspect.Parameter.empty
Origin = Literal["first generation", "second generation", "range reduction", "extra", "user"]


@dataclass(frozen=True)
class Unit:
    """The unit of a parameter, for forms and docs.

    Examples
    --------
    >>> from typing import Annotated
    >>> Frequency = Annotated[float, Unit("Hz")]
    """

    name: str


@dataclass(frozen=True)
class Limits:
    """The smallest and largest value that a parameter takes.

    Examples
    --------
    >>> from typing import Annotated
    >>> Order = Annotated[int, Limits(1, 8)]
    """

    minimum: float | None = None
    maximum: float | None = None

    def __str__(self) -> str:
        if self.minimum is None:
            return "any number" if self.maximum is None else f"at most {self.maximum:g}"
        return f"at least {self.minimum:g}" + ("" if self.maximum is None else f" and at most {self.maximum:g}")


@dataclass(frozen=True)
class Parameter:
    """A value that a transform takes.

    Attributes
    ----------
    name : str
    hint : type
        bool, int, float, str, dict, a Literal, or a list of one of these.
    default : object
        `REQUIRED` when it must be given.
    doc, unit : str
    limits : Limits
    """

    name: str
    hint: Any
    default: Any = REQUIRED
    doc: str = ""
    unit: str = ""
    limits: Limits = Limits()

    def parse(self, value: Any) -> Any:
        """Return a value of the right type, or raise ParameterError; whole numbers are taken from fractions."""
        accepted = _accept(value, self.hint)
        if accepted is _REFUSED:
            raise ParameterError(f'parameter "{self.name}" must be {type_name(self.hint)}, not {value!r}')
        low, high = self.limits.minimum, self.limits.maximum
        if (low is not None and accepted < low) or (high is not None and accepted > high):
            raise ParameterError(f'parameter "{self.name}" must be {self.limits}, not {value!r}')
        return accepted

    def as_json(self) -> dict[str, Any]:
        """Return the declaration as JSON, as forms use it."""
        hint, optional = _without_none(self.hint)
        kind = {bool: "boolean", int: "integer", float: "number", str: "string", dict: "object"}.get(hint, "array")
        described: dict[str, Any] = {"name": self.name, "type": kind, "doc": self.doc, "unit": self.unit}
        if typing.get_origin(hint) is Literal:
            described |= {"type": "string", "choices": list(typing.get_args(hint))}
        if self.default is not REQUIRED:
            described["default"] = self.default
        bounds = {"minimum": self.limits.minimum, "maximum": self.limits.maximum}
        described |= {name: bound for name, bound in bounds.items() if bound is not None}
        return described | {"required": self.default is REQUIRED and not optional}


@dataclass(frozen=True)
class DataParameter:
    """A data object that a transform takes beside its input; in a pipeline it is named by its key."""

    name: str
    kind: type[Any]
    required: bool
    doc: str = ""


@dataclass(frozen=True)
class Transform:
    """A registered transform: its exact name, its function and all that the function's signature says.

    Attributes
    ----------
    input, output : type
        A data type, or what one entry of it is (`Line2D`, `Mask2D`, `Point2D`, float): then the function is called for
        every entry.
    takes_groups, takes_progress : bool
        Whether the function has parameters ``groups`` (the session's groups) and ``progress``.
    origin : str
        Where it is from: one of upstream's generations, ours, or the user's.
    keeps_unit : bool
        Whether what it makes is in the unit of its input.
    """

    name: str
    function: Callable[..., Any]
    input: type[Any]
    output: type[Any] | None
    parameters: tuple[Parameter, ...]
    data_parameters: tuple[DataParameter, ...]
    summary: str
    notes: str
    takes_groups: bool
    takes_progress: bool
    origin: Origin
    keeps_unit: bool = False

    def parse(self, given: Mapping[str, Any], *, ignore_unknown: bool = False) -> dict[str, Any]:
        """Return the values of all parameters, those that were not given at their defaults.

        Raises
        ------
        ParameterError
            When one is unknown, has the wrong type or is missing. Data parameters are not this method's matter.
        """
        data_names = {parameter.name for parameter in self.data_parameters}
        values: dict[str, Any] = {}
        for name, value in given.items():
            if name not in data_names:
                values |= self.parse_one(name, value, ignore_unknown=ignore_unknown)
        for parameter in self.parameters:
            if parameter.name not in values:
                if parameter.default is REQUIRED:
                    raise ParameterError(f'{self.name}: parameter "{parameter.name}" is required: {parameter.doc}')
                values[parameter.name] = parameter.default
        return values

    def parse_one(self, name: str, value: Any, *, ignore_unknown: bool = False) -> dict[str, Any]:
        """Return the value of one parameter by its name; nothing for an unknown one that is ignored."""
        known = {parameter.name: parameter for parameter in self.parameters}
        if name in known:
            return {name: known[name].parse(value)}
        if ignore_unknown:
            return {}
        names = [*known, *(parameter.name for parameter in self.data_parameters)]
        raise ParameterError(f"{self.name}: unknown parameter {suggest(name, names)}")

    def as_json(self) -> dict[str, Any]:
        """Return the declaration as JSON, as forms and the protocol use it."""
        return {
            "name": self.name,
            "summary": self.summary,
            "input": self.input.__name__,
            "output": "" if self.output is None else self.output.__name__,
            "origin": self.origin,
            "parameters": [parameter.as_json() for parameter in self.parameters],
            "data_parameters": [
                {"name": data.name, "type": data.kind.__name__, "required": data.required, "doc": data.doc}
                for data in self.data_parameters
            ],
        }


def declare(
    function: Callable[..., Any],
    name: str | None = None,
    *,
    inputs: type[Any] | None = None,
    output: type[Any] | None = None,
    origin: Origin = "user",
    keeps_unit: bool = False,
) -> Transform:
    """Make a transform of a function: the first parameter is the input, the others are read off its signature.

    Raises
    ------
    TransformError
        When a parameter has no type hint, or one that no form can ask for.
    """
    label = name or function.__name__.replace("_", " ").capitalize()
    hints = typing.get_type_hints(function, include_extras=True)
    signature = inspect.signature(function)
    if not signature.parameters:
        raise TransformError(f"{label}: the function needs a parameter for its input")
    first, *others = signature.parameters.values()
    summary, notes, docs = read_docstring(inspect.getdoc(function) or "")
    parameters: list[Parameter] = []
    data_parameters: list[DataParameter] = []
    special = {parameter.name for parameter in others if parameter.name in ("groups", "progress")}
    for parameter in others:
        if parameter.name in special:
            continue
        if parameter.kind in (inspect.Parameter.VAR_KEYWORD, inspect.Parameter.VAR_POSITIONAL):
            raise TransformError(f"{label}: *{parameter.name} cannot be asked for; name each parameter")
        hint: Any = hints.get(parameter.name, type(parameter.default) if parameter.default is not REQUIRED else None)
        plain, extras = (hint.__origin__, hint.__metadata__) if typing.get_origin(hint) is Annotated else (hint, ())
        base, optional = _without_none(plain)
        doc = docs.get(parameter.name, "")
        if isinstance(base, type) and issubclass(base, DataObject):
            data_parameters.append(DataParameter(parameter.name, base, not optional, doc))
            continue
        if not _is_askable(base):
            raise TransformError(
                f"{label}: parameter {parameter.name!r} needs a type hint: bool, int, float, str, a Literal, a list of "
                "these, or a data type"
            )
        unit = next((extra.name for extra in extras if isinstance(extra, Unit)), "")
        limits = next((extra for extra in extras if isinstance(extra, Limits)), Limits())
        parameters.append(Parameter(parameter.name, plain, parameter.default, doc, unit, limits))
    input_type = inputs or _without_none(hints.get(first.name))[0]
    if not isinstance(input_type, type):
        raise TransformError(f"{label}: say what it takes, with inputs=... or a type hint of {first.name!r}")
    returned = output or _without_none(hints.get("return"))[0]
    return Transform(
        name=label,
        function=function,
        input=input_type,
        output=returned if isinstance(returned, type) and returned is not types.NoneType else None,
        parameters=tuple(parameters),
        data_parameters=tuple(data_parameters),
        summary=summary,
        notes=notes,
        takes_groups="groups" in special,
        takes_progress="progress" in special,
        origin=origin,
        keeps_unit=keeps_unit,
    )


def renamed(transform: Transform, name: str) -> Transform:
    """Return the same transform under another name."""
    return dataclasses.replace(transform, name=name)


def read_docstring(text: str) -> tuple[str, str, dict[str, str]]:
    """Return summary, the paragraphs after it, and what the numpydoc section "Parameters" says of each name."""
    head, *sections = re.split(r"\n(?=[A-Z][a-z]+\n-{3,}\n)", "\n" + text)
    docs: dict[str, str] = {}
    for section in sections:
        title, _, *lines = section.split("\n")
        if title != "Parameters":
            continue
        names: list[str] = []
        for line in lines:
            if line and not line.startswith(" "):
                names = [name.strip() for name in line.split(":")[0].split(",")]
            elif line.strip():
                for name in names:
                    docs[name] = f"{docs.get(name, '')} {line.strip()}".strip()
    summary, _, notes = head.strip().partition("\n\n")
    return " ".join(summary.split()), textwrap.dedent(notes).strip(), docs


def type_name(hint: Any) -> str:
    """Return how messages and docs call the values a parameter takes."""
    base, optional = _without_none(hint)
    if typing.get_origin(base) is Literal:
        named = " or ".join(f'"{choice}"' for choice in typing.get_args(base))
    elif typing.get_origin(base) is list:
        named = f"a list of {type_name(typing.get_args(base)[0]).removeprefix('a ')}s"
    else:
        names = {bool: "true or false", int: "a whole number", float: "a number", str: "a text", dict: "an object"}
        named = names[base]
    return f"{named} or null" if optional else named


_REFUSED = object()


def _accept(value: Any, hint: Any) -> Any:
    """Return the value as the hint's type, or _REFUSED. Texts are not numbers: they may be a misplaced key."""
    base, optional = _without_none(hint)
    if optional and value is None:
        return None
    if typing.get_origin(base) is Literal:
        return value if value in typing.get_args(base) and isinstance(value, str) else _REFUSED
    if typing.get_origin(base) is list:
        if not isinstance(value, (list, tuple, range, np.ndarray)):
            return _REFUSED
        items = [_accept(item, typing.get_args(base)[0]) for item in list(value)]
        return _REFUSED if any(item is _REFUSED for item in items) else items
    if base is bool:
        return bool(value) if isinstance(value, (bool, np.bool_)) else _REFUSED
    if base is str:
        return value if isinstance(value, str) else _REFUSED
    if base is dict:
        return dict(value) if isinstance(value, Mapping) else _REFUSED
    if isinstance(value, (bool, np.bool_)) or not isinstance(value, (int, float, np.integer, np.floating)):
        return _REFUSED
    if base is float:
        return float(value)
    return int(value) if np.isfinite(value) else _REFUSED


def _without_none(hint: Any) -> tuple[Any, bool]:
    """Return a hint without metadata and None, and whether it had None."""
    if typing.get_origin(hint) is Annotated:
        hint = hint.__origin__
    optional = False
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        kinds = [kind for kind in typing.get_args(hint) if kind is not types.NoneType]
        optional = len(kinds) < len(typing.get_args(hint))
        hint = kinds[0] if len(kinds) == 1 else hint
    return (dict if typing.get_origin(hint) is dict else hint), optional


def _is_askable(hint: Any) -> bool:
    if typing.get_origin(hint) is list:
        return _is_askable(typing.get_args(hint)[0])
    return typing.get_origin(hint) is Literal or hint in (bool, int, float, str, dict)
