"""From what and how a data object was made; stored with it."""

from __future__ import annotations

import functools
import hashlib
import inspect
import json
import platform
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

import numpy as np

from whiskertoolbox_python.transforming._declarations import Transform

_PACKAGES = ("numpy", "scipy", "scikit-image", "scikit-learn", "whiskertoolbox")


@dataclass(frozen=True)
class Source:
    """An input at the time of the run: its key and its version; ``key`` is empty for what was not stored."""

    key: str
    version: int


@dataclass(frozen=True)
class Provenance:
    """How a data object was made.

    Attributes
    ----------
    transform : str
    parameters : dict
        All values, those at their defaults included.
    inputs : dict of Source
        ``"input"`` and the data parameters by name.
    code : str
        First 16 digits of the SHA-256 of the function's source.
    environment : dict
        Python, platform and versions of packages.
    steps : list of dict
        What led to an input that was not stored: the steps of the pipeline before this one.

    Examples
    --------
    >>> import whiskertoolbox_python as wt
    >>> dm = wt.DataManager()
    >>> dm.setData("angle", wt.AnalogTimeSeries([0, 2, 0], 3), "time")
    >>> _ = dm.run_transform("Threshold Event Detection", "angle", "touches")
    >>> print(dm.provenance("touches"))
    Threshold Event Detection of angle
    """

    transform: str
    parameters: dict[str, Any]
    inputs: dict[str, Source]
    code: str = ""
    environment: dict[str, str] = field(default_factory=dict)
    steps: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Provenance:
        """Make it of what `as_json` returned; TypeError, ValueError or LookupError for anything else."""
        inputs = {name: Source(**source) for name, source in stored["inputs"].items()}
        made = cls(**{**stored, "inputs": inputs})
        texts = [made.transform, made.code, *(source.key for source in inputs.values())]
        if not all(isinstance(text, str) for text in texts):
            raise ValueError("a name or a key is not text")
        if not all(type(source.version) is int for source in inputs.values()):
            raise ValueError("the version of an input is not a whole number")
        if not (isinstance(made.parameters, dict) and isinstance(made.environment, dict) and type(made.steps) is list):
            raise ValueError("the parameters, the environment or the steps are not what they should be")
        return made

    def __str__(self) -> str:
        return f"{self.transform} of {', '.join(source.key or '(not stored)' for source in self.inputs.values())}"


def describe(transform: Transform, parameters: Mapping[str, Any], inputs: Mapping[str, Source]) -> Provenance:
    """Return the provenance of a run."""
    plain = json.loads(json.dumps(dict(parameters), default=_plain))
    return Provenance(transform.name, plain, dict(inputs), code_hash(transform), environment())


def code_hash(transform: Transform) -> str:
    """Return a hash of the function's source, or of its compiled code where there is no source."""
    try:
        source = inspect.getsource(transform.function).encode()
    except (OSError, TypeError):
        source = getattr(getattr(transform.function, "__code__", None), "co_code", b"")
    return hashlib.sha256(source).hexdigest()[:16]


@functools.cache
def environment() -> dict[str, str]:
    """Return versions of Python and of the packages that do the work."""
    import importlib.metadata  # slow, and seldom needed

    versions = {"python": sys.version.split()[0], "platform": platform.platform(terse=True)}
    for package in _PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:  # noqa: PERF203 - few, and each may be missing
            continue
    return versions


def _plain(value: Any) -> Any:
    if isinstance(value, (np.integer, np.floating, np.bool_)):
        return value.item()
    return value.tolist() if isinstance(value, np.ndarray) else str(value)
