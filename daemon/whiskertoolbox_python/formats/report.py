"""What a load made, and what it could not."""

from __future__ import annotations

from dataclasses import dataclass, field

from whiskertoolbox_python.errors import LoadError


@dataclass(frozen=True)
class LoadFailure:
    """One entry of a load config that made nothing.

    Attributes
    ----------
    key : str
        The entry's ``name``, or its position as ``entry 3`` when it has none.
    file : str
        The file or folder the entry is about; the config itself when the entry names none.
    reason : str
        What is wrong and what to do.
    """

    key: str
    file: str
    reason: str

    def __str__(self) -> str:
        # Most reasons come from a loader and name the file already.
        return f"{self.key}: {self.reason}" if self.file in self.reason else f"{self.key} ({self.file}): {self.reason}"


@dataclass(frozen=True)
class LoadReport:
    """What a load made, and what it could not.

    Attributes
    ----------
    made : list of str
        Keys of the data objects and clocks that were made, in order.
    failures : list of LoadFailure
        One for every entry that made nothing, or was put on ``time`` because there is no such clock.
    warnings : list of str
        What was left out of the entries that were loaded: rows, unknown options, blocks that are not applied.
    """

    made: list[str] = field(default_factory=list)
    failures: list[LoadFailure] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def raise_failures(self) -> None:
        """Raise one LoadError that lists every failure; do nothing when there is none."""
        if self.failures:
            raise LoadError("\n".join(str(failure) for failure in self.failures))

    def __str__(self) -> str:
        lines = [f"loaded: {', '.join(self.made) or 'nothing'}"]
        lines += [f"failed: {failure}" for failure in self.failures]
        lines += [f"warning: {warning}" for warning in self.warnings]
        return "\n".join(lines)


def one_line_reason(error: BaseException) -> str:
    """Return an exception's message without line breaks; its class when it has none.

    What may not be read says what to do, whichever library was refused.
    """
    if isinstance(error, PermissionError):
        denied = "permission denied" if error.filename is None else f"{error.filename} cannot be read"
        return f"{denied}; change its permissions"
    return " ".join(str(error).split()) or type(error).__name__
