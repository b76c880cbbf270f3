"""What must happen around a fork: locks are held across it, connections do not cross it."""

from __future__ import annotations

import os
import weakref
from typing import Protocol


class Forkable(Protocol):
    """Something with a lock, a thread or a connection.

    Locks are taken by rising ``fork_order``, which is the order in which they nest: two threads would else wait for
    each other.
    """

    @property
    def fork_order(self) -> int:
        """Place among the others."""

    def before_fork(self) -> None:
        """Acquire locks; close what must not cross."""

    def after_fork_in_parent(self) -> None:
        """Release locks."""

    def after_fork_in_child(self) -> None:
        """Release locks; drop what belongs to the parent."""


_participants: weakref.WeakSet[Forkable] = weakref.WeakSet()
_held: list[Forkable] = []


def survive_fork(participant: Forkable) -> None:
    """Have an object told before and after each fork, for as long as it lives."""
    _participants.add(participant)


def _before() -> None:
    _held.extend(sorted(_participants, key=lambda participant: participant.fork_order))
    for participant in _held:
        participant.before_fork()


def _after_in_parent() -> None:
    while _held:
        _held.pop().after_fork_in_parent()


def _after_in_child() -> None:
    while _held:
        _held.pop().after_fork_in_child()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(before=_before, after_in_parent=_after_in_parent, after_in_child=_after_in_child)
