"""Packages that a format needs, imported when it is used."""

from __future__ import annotations

import importlib
from typing import Any

from whiskertoolbox_python.errors import LoadError


class MissingPackageError(LoadError):
    """A format needs a package that is not installed.

    Attributes
    ----------
    requirement : str
        What to give to ``pip install``.
    """

    def __init__(self, what: str, requirement: str, reason: str) -> None:
        super().__init__(f'{what} need a package that cannot be used ({reason}): pip install "{requirement}"')
        self.requirement = requirement


def import_package(module: str, requirement: str, what: str) -> Any:
    """Import a module.

    Parameters
    ----------
    module : str
    requirement : str
        The package to install for it.
    what : str
        The files that need it, as "MATLAB files".

    Raises
    ------
    MissingPackageError
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise MissingPackageError(what, requirement, str(error)) from error
