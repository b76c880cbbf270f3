"""Every public exception and warning of the library."""

from __future__ import annotations


class LoadError(ValueError):
    """A file or a load config cannot be used; the message names the file and says what to do."""


class LoadWarning(UserWarning):
    """Something in a file was left out; the message names the file and the lines."""


class SaveError(ValueError):
    """Data cannot be saved as asked; the message names the file or the key and says what to do."""


class SaveWarning(UserWarning):
    """A file holds less than the data; the message says what and how to keep it."""


class TransformError(ValueError):
    """A transform, a step or a pipeline cannot be run; the message names it and says what to do."""


class ParameterError(TransformError):
    """A parameter is unknown, missing or of the wrong type."""


class TransformWarning(UserWarning):
    """A result is upstream's, and not what one would expect; the message says where and how to get the other."""


class Cancelled(TransformError):
    """The run was cancelled; nothing of it was stored."""


class StoreError(Exception):
    """A session folder cannot be used as asked; the message names it and says what to do.

    Attributes
    ----------
    readable : bool
        Opening it with ``read_only=True`` works.
    """

    readable: bool = False

    def __init__(self, message: str, *, readable: bool | None = None) -> None:
        super().__init__(message)
        if readable is not None:
            self.readable = readable


class NotASessionError(StoreError):
    """There is no session in that folder."""


class NewerStoreError(StoreError):
    """The session was written by a newer version."""


class DamagedStoreError(StoreError):
    """The session's files are incomplete or not what they should be."""


class LockedStoreError(StoreError):
    """Another process keeps the session's catalogue locked."""

    readable = True


class ReadOnlyStoreError(StoreError):
    """The session cannot be written: opened read-only, or no permission."""

    readable = True


class StoreFullError(StoreError):
    """There is no room for the data; what was stored before is unchanged."""

    readable = True


class PipelineError(TransformError):
    """A step of a pipeline failed; the message names it and its input.

    Attributes
    ----------
    report : PipelineReport
        What was done before.
    """

    def __init__(self, message: str, report: object = None) -> None:
        super().__init__(message)
        self.report = report


class BatchError(TransformError):
    """Items of a batch failed; the message names the first."""
