"""Protocol types of Python environments and the packages in them."""

from dataclasses import field
from typing import Literal

from whiskertoolbox_protocol.late_classes import message

EnvironmentKind = Literal["workspace", "virtual", "conda", "poetry", "hatch", "pyenv", "uv", "system"]
"""What made an environment; in the order in which lists show them."""

EnvironmentState = Literal["found", "usable", "needsNumpy", "unusable", "broken"]
"""``found``: listed by what stands in its files, its Python has not answered yet. ``needsNumpy``: NumPy is missing or
too old. ``unusable``: it runs, but not our code. ``broken``: it does not run."""


@message
class FindEnvironments:
    """Ask for the Pythons of this machine."""

    refresh: bool = False
    """Search again instead of answering from what is known."""
    more: list[str] = field(default_factory=list)
    """Executables, environments and folders of environments to look at besides: from settings and other extensions."""


@message
class Environment:
    """A Python that could run user code."""

    path: str
    """Absolute path of the executable."""
    version: str
    """For example ``3.11.7``; empty for one that does not run."""
    name: str
    kind: EnvironmentKind
    numpy: str = ""
    """Version of NumPy; empty when there is none, ``unknown`` when it does not say."""
    problem: str = ""
    """Why it cannot be used as it is (too old, no NumPy, its base is gone); empty when it can."""
    note: str = ""
    """What a user should know who chooses it."""
    state: EnvironmentState = "usable"


@message
class Environments:
    """The Pythons found so far, the workspace's own first."""

    environments: list[Environment]
    searching: bool = False
    """More may come: another message follows."""


@message
class PythonReference:
    """Name a Python."""

    python: str
    """Absolute path of the executable."""


@message
class Package:
    """A distribution that is installed in an environment."""

    name: str
    version: str
    summary: str = ""
    homepage: str = ""
    needed_by: list[str] = field(default_factory=list)
    """Names of the installed distributions that require it."""


@message
class Packages:
    """What is installed in an environment, by name."""

    packages: list[Package]
    installer: Literal["uv", "pip", "conda"]
    """What installs into it."""


@message
class OutdatedPackage:
    """A distribution of which there is a newer version."""

    name: str
    latest: str


@message
class OutdatedPackages:
    """Of what there are newer versions."""

    packages: list[OutdatedPackage]


@message
class ChangePackages:
    """Install, upgrade or uninstall packages."""

    change_id: str
    """Of the client's choice; `PackageLog` carries it."""
    python: str
    action: Literal["install", "upgrade", "reinstall", "uninstall"]
    packages: list[str] = field(default_factory=list)
    """Names, with version and extras if wanted: ``scipy>=1.11``, ``dask[distributed]``."""
    requirements: str = ""
    """Path of a ``requirements.txt``, or of a ``pyproject.toml`` whose project's needs are to be installed."""


@message
class PackageLog:
    """What the installer says, as it says it."""

    change_id: str
    text: str


@message
class CreateEnvironment:
    """Make a new environment with NumPy in it."""

    change_id: str
    folder: str
    """Absolute path; must not exist yet, or be empty."""
    kind: Literal["virtual", "conda"] = "virtual"
    """``virtual``: made by uv where there is one, else by venv. ``conda``: by conda, mamba or micromamba."""
    base: str = ""
    """Executable of the Python to make it from; empty: the one that runs user code. conda takes its version only."""
    version: str = ""
    """Python version to get through uv or conda, for example ``3.12``, instead of that of `base`."""
