"""What goes wrong with transforms."""

from __future__ import annotations


class TransformError(ValueError):
    """A transform, a step or a pipeline cannot be run; the message names it and says what to do."""


class ParameterError(TransformError):
    """A parameter is unknown, missing or of the wrong type."""


class TransformWarning(UserWarning):
    """A result is upstream's, and not what one would expect; the message says where and how to get the other."""


class Cancelled(TransformError):
    """The run was cancelled; nothing of it was stored."""
