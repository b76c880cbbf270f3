"""Protocol types of Python environments."""

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, kw_only=True)
class FindEnvironments:
    """Ask for the Pythons of this machine."""

    refresh: bool = False
    """Search again instead of answering from the cache."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """A Python that could run user code."""

    path: str
    """Absolute path of the executable."""
    version: str
    name: str
    kind: Literal["workspace", "virtual", "conda", "pyenv", "system"]
    problem: str = ""
    """Why it cannot be used as it is (too old, no NumPy); empty when it can."""


@dataclass(frozen=True, kw_only=True)
class Environments:
    """The Pythons found, the workspace's own first."""

    environments: list[Environment]
