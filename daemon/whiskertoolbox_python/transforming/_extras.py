"""Import of what only some transforms need, with an error that says what to install."""

from __future__ import annotations

import importlib
from typing import Any


def extra(module: str) -> Any:
    """Return a module of the extra ``[transforms]``.

    Raises
    ------
    ImportError
        When it is not installed; the message says how to install it.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        package = {"skimage": "scikit-image", "sklearn": "scikit-learn"}.get(module.partition(".")[0], "scipy")
        message = f"this transform needs {package}: pip install 'whiskertoolbox[transforms]' (or pip install {package})"
        raise ImportError(message) from error
