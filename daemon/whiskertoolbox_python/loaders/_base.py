"""What loading is made of: the report, the error, and how a loader describes itself. No file format lives here."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from whiskertoolbox_python._files import LoadError, LoadWarning

if TYPE_CHECKING:
    from whiskertoolbox_python.data_manager import DataManager
    from whiskertoolbox_python.time_frame import TimeFrame
    from whiskertoolbox_python.types._base import DataObject

    Loaded = Iterable[tuple[str, DataObject | TimeFrame]]


__all__ = ["LoadError", "LoadFailure", "LoadReport", "LoadWarning", "Loader", "Source", "one_line_reason"]


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


@dataclass(frozen=True)
class Source:
    """What one entry asks a loader to read."""

    path: Path
    """File or folder; for loaders that read none, the folder of the config."""
    name: str
    """The key to make, or the first part of the keys when there are several."""
    warn: Callable[[str], None]
    manager: DataManager
    """For times that are derived from loaded data; other loaders make objects only."""


@dataclass(frozen=True)
class Loader:
    """A format of a data type: one line in the registry.

    ``load`` checks everything it can before it makes the first object, so that a bad file never leaves a part of its
    keys.
    """

    data_type: str
    formats: tuple[str, ...]
    """Names of the same format; empty for data types whose entries have no ``format``."""
    options: type[Any]
    load: Callable[[Source, Any], Loaded]
    doc: str
    reads: Literal["file", "folder", "nothing"] = "file"
    layout_option: str | None = None
    """The option that chooses among several loaders of one format; None when there is one."""
    layout_value: object = None
    """The value that chooses this one."""
    default_name: str | None = None


def one_line_reason(error: BaseException) -> str:
    """Return an exception's message without line breaks; its class when it has none."""
    return " ".join(str(error).split()) or type(error).__name__
