"""Finds the Pythons of this machine without anybody waiting: what is known at once, the rest as it is found.

An environment is listed as soon as it is seen, as its files describe it, and again when its Python has answered.
"""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import get_args

from whiskertoolbox_daemon.environments.finders import (
    Candidate,
    Machine,
    all_candidates,
    unique_executables,
)
from whiskertoolbox_daemon.environments.on_disk import read_environment
from whiskertoolbox_daemon.environments.probe import NoPython, Probe, Probes
from whiskertoolbox_daemon.pythons import environment_name, is_environment, prefix_of
from whiskertoolbox_protocol.environments import Environment, EnvironmentKind, Environments

logger = logging.getLogger(__name__)

PROBES_AT_A_TIME = 16
"""More than there are processors: one that hangs, or waits for a network drive, delays no other."""
WAITS_AFTER_S = 0.25
"""A Python that has not answered by then is waiting for something, and leaves its processor to the next one."""
TELL_EVERY_S = 0.1
_ORDER: tuple[EnvironmentKind, ...] = get_args(EnvironmentKind)


class EnvironmentSearch:
    """One search at a time, however many ask; lives on the event loop.

    Parameters
    ----------
    workspace
        Folder that is open in the editor.
    on_change
        Called with what has been found so far, at once and then at most every `TELL_EVERY_S`, and once more at the end.
    machine, probes
        Where to look and what is known already.
    """

    def __init__(
        self,
        workspace: Path,
        on_change: Callable[[Environments], None],
        *,
        machine: Machine | None = None,
        probes: Probes | None = None,
    ) -> None:
        self._workspace = workspace
        self._on_change = on_change
        self._machine = machine or Machine()
        self._probes = probes or Probes(self._machine.cache / "whiskertoolbox" / "pythons.json")
        self._found: dict[str, Environment] = {}
        self._searched_for: tuple[str, ...] | None = None
        self._task: asyncio.Task[None] | None = None
        self._telling: asyncio.TimerHandle | None = None
        self._told_at = float("-inf")

    def find(self, *, refresh: bool, current: str, more: Iterable[str] = ()) -> Environments:
        """Return what is known now, and begin a search the first time, when `refresh` is set or when `more` changes.

        Parameters
        ----------
        current
            Executable of the chosen Python; listed even if no finder knows it.
        more
            Executables, environments and folders of environments that others know of.
        """
        asked = (current, *more)
        if self._task is None and (refresh or asked != self._searched_for):
            self._searched_for = asked
            self._task = asyncio.get_running_loop().create_task(self._search(current, [Path(path) for path in more]))
        return self._environments()

    async def check(self, path: str) -> Environment:
        """Ask one Python what it is; its `problem` says why it cannot be used."""
        candidate = Candidate(path=Path(path), kind="virtual" if is_environment(prefix_of(Path(path))) else "system")
        answer = await asyncio.to_thread(self._probes.probe, candidate.path)
        return _environment(candidate, answer)

    async def finished(self) -> None:
        """Wait for the search that is under way, if any."""
        if self._task is not None:
            await asyncio.shield(self._task)

    async def close(self) -> None:
        """End a search that is under way."""
        if self._telling is not None:
            self._telling.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _search(self, current: str, more: list[Path]) -> None:
        loop = asyncio.get_running_loop()
        found: dict[str, Environment] = {}
        pool = ThreadPoolExecutor(PROBES_AT_A_TIME, thread_name_prefix="environment probe")
        processors = asyncio.Semaphore(os.cpu_count() or 1)  # so that the first ones answer soon

        async def ask(candidate: Candidate) -> None:
            async with processors:
                probing = loop.run_in_executor(pool, self._probes.probe, candidate.path)
                await asyncio.wait([probing], timeout=WAITS_AFTER_S)
            answer = await probing
            # What Windows has where Python could be installed from its store is nothing that has broken.
            if isinstance(answer, Probe) or candidate.path.parent.name != "WindowsApps":
                add(candidate, answer)

        def add(candidate: Candidate, answer: Probe | NoPython) -> None:
            environment = _environment(candidate, answer)
            key = _key(candidate, answer)
            # Of two executables of one environment the one whose kind comes first in the list stands for it.
            if key not in found or _ORDER.index(environment.kind) < _ORDER.index(found[key].kind):
                found[key] = environment
            self._found = {**self._found, key: found[key]}
            self._tell_soon()

        try:
            asked: list[asyncio.Task[None]] = []
            # The finders look into many folders: each is asked for its next one on a thread.
            candidates = unique_executables(self._candidates(current, more))
            while (sighting := await asyncio.to_thread(self._next_sighting, candidates)) is not None:
                candidate, seen = sighting
                if isinstance(seen, Probe):
                    add(candidate, seen)
                    continue
                if seen is not None and (key := _key(candidate)) not in self._found:
                    self._found = {**self._found, key: seen}
                    self._tell_soon()
                asked.append(loop.create_task(ask(candidate)))
            await asyncio.gather(*asked)
            self._found = found  # without what is gone since the last search
            await asyncio.to_thread(self._probes.save)
        finally:
            pool.shutdown(wait=False, cancel_futures=True)
            self._task = None
            self._tell_soon()

    def _next_sighting(self, candidates: Iterator[Candidate]) -> tuple[Candidate, Probe | Environment | None] | None:
        """Return the next candidate with what can be said of it without starting it; None at the end."""
        candidate = next(candidates, None)
        if candidate is None:
            return None
        return candidate, self._probes.known(candidate.path) or _by_its_files(candidate)

    def _candidates(self, current: str, more: list[Path]) -> Iterable[Candidate]:
        # The chosen one stands under the kind that its finder knows; here it is only made sure of.
        yield from all_candidates(self._workspace, self._machine, [path for path in more if path.is_dir()])
        for executable in [*(path for path in more if not path.is_dir()), *([Path(current)] if current else [])]:
            kind: EnvironmentKind = "virtual" if is_environment(prefix_of(executable)) else "system"
            yield Candidate(path=executable, kind=kind)

    def _tell_soon(self) -> None:
        if self._telling is None:
            self._telling = asyncio.get_running_loop().call_at(self._told_at + TELL_EVERY_S, self._tell)

    def _tell(self) -> None:
        self._telling = None
        self._told_at = asyncio.get_running_loop().time()
        self._on_change(self._environments())

    def _environments(self) -> Environments:
        listed = sorted(self._found.values(), key=lambda one: (_ORDER.index(one.kind), one.name.casefold(), one.path))
        return Environments(environments=listed, searching=self._task is not None)


def _key(candidate: Candidate, answer: Probe | NoPython | None = None) -> str:
    """What environments are told apart by: two whose Pythons lead to the same one, or to none, are two."""
    if isinstance(answer, Probe):
        return os.path.realpath(answer.prefix)
    prefix = prefix_of(candidate.path)
    return os.path.realpath(prefix if is_environment(prefix) else candidate.path)


def _by_its_files(candidate: Candidate) -> Environment | None:
    prefix = prefix_of(candidate.path)
    said = read_environment(prefix)
    if said is None:
        return None
    return Environment(
        path=str(candidate.path),
        version=said.version,
        name=environment_name(prefix),
        kind=candidate.kind,
        numpy=said.numpy,
        state="found",
    )


def _environment(candidate: Candidate, answer: Probe | NoPython) -> Environment:
    if isinstance(answer, NoPython):
        name = environment_name(prefix_of(candidate.path)) or candidate.path.name
        return Environment(
            path=str(candidate.path), version="", name=name, kind=candidate.kind, problem=answer.reason, state="broken"
        )
    return Environment(
        path=str(candidate.path),
        version=answer.version,
        name=environment_name(Path(answer.prefix)) or f"Python {answer.version}",
        kind=candidate.kind,
        numpy=answer.numpy,
        problem=answer.problem,
        state=answer.state,
        note=answer.note,
    )
