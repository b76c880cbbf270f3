"""What the commands of the shell have in common: exit codes, and the error of a command that cannot begin."""

from __future__ import annotations

DONE, FAILED, NOT_BEGUN = 0, 1, 2


class CannotBegin(Exception):
    """The command cannot begin; the message says why and what to do."""
