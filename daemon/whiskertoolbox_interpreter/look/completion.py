"""Completion on the live namespace, off the main thread and bounded in time."""

from __future__ import annotations

import builtins
import concurrent.futures
import keyword
import re
import shutil
import warnings
from concurrent.futures import Future
from queue import SimpleQueue
from typing import Any

from whiskertoolbox_interpreter.interrupts import start_hidden_thread
from whiskertoolbox_interpreter.look.safe_types import attributes, class_name, lineage
from whiskertoolbox_interpreter.run.shell import Shell
from whiskertoolbox_protocol.execution import CompleteCode, Completion, Completions

LIMIT_S = 1.0
LONGEST_LIST = 500

_NAME_AT_END = re.compile(r"(?:\b([^\W\d]\w*)\.)?((?:%{1,2})?(?!\d)\w*)\Z")

_Question = tuple[CompleteCode, "Future[Completions]"]


class Completer:
    """Completes with IPython and Jedi; with plain names when these take too long.

    IPython looks at live objects, which may call the user's ``__dir__``. So it works on a thread of its own, and no
    answer waits for that thread longer than `LIMIT_S`.
    """

    def __init__(self, shell: Shell) -> None:
        self._shell = shell
        self._cache_was_examined = False
        self._questions: SimpleQueue[_Question] = SimpleQueue()
        self._for_ipython: SimpleQueue[_Question] = SimpleQueue()
        start_hidden_thread("completion", self._answer_forever)
        start_hidden_thread("completion by IPython", self._work_forever)

    def complete(self, params: CompleteCode) -> Future[Completions]:
        """Complete code at a cursor."""
        answer: Future[Completions] = Future()
        self._questions.put((params, answer))
        return answer

    def _answer_forever(self) -> None:
        while True:
            params, answer = self._questions.get()
            thorough: Future[Completions] = Future()
            self._for_ipython.put((params, thorough))
            try:
                answer.set_result(thorough.result(LIMIT_S))
            except (Exception, concurrent.futures.CancelledError):
                thorough.cancel()  # if it has not begun: IPython's thread is busy with an older one
                answer.set_result(complete_names(params, self._shell.user_ns, self._magics()))

    def _work_forever(self) -> None:
        while True:
            params, thorough = self._for_ipython.get()
            if thorough.set_running_or_notify_cancel():
                try:
                    thorough.set_result(self._by_ipython(params))
                except Exception as error:  # `_answer_forever` has another way
                    thorough.set_exception(error)

    def _by_ipython(self, params: CompleteCode) -> Completions:
        if self._shell.Completer is None:
            self._shell.make_completer()
            from IPython.core.completer import ProvisionalCompleterWarning

            warnings.filterwarnings("ignore", category=ProvisionalCompleterWarning)
        from IPython.core.completer import rectify_completions

        found = list(self._shell.Completer.completions(params.code, params.cursor))
        if not found and not self._cache_was_examined:
            self._cache_was_examined = True
            if _drop_cache_that_jedi_cannot_read(params.code[: params.cursor], self._shell.user_ns):
                found = list(self._shell.Completer.completions(params.code, params.cursor))
        found = list(rectify_completions(params.code, found))
        if not found:
            return Completions(start=params.cursor, end=params.cursor, matches=[])
        start, end = found[0].start, found[0].end
        if not params.code[start:end].startswith("%"):
            found = [item for item in found if not item.text.startswith("%")]  # magics are asked for by their sign
        matches = {item.text: item.type or "" for item in found}
        return _completions(start, end, matches)

    def _magics(self) -> dict[str, str]:
        known = self._shell.magics_manager.lsmagic()
        return {f"{sign}{name}": "magic" for sign, kind in (("%", "line"), ("%%", "cell")) for name in known[kind]}


def _drop_cache_that_jedi_cannot_read(code: str, namespace: dict[str, Any]) -> bool:
    """Whether the cache was dropped. A process that is killed while it writes there leaves a torn file for all others.

    Jedi fails on it ever after, and IPython hides that: nothing would be completed, in any session.
    """
    import jedi

    try:
        jedi.Interpreter(code, [namespace]).complete()
    except Exception:  # a torn pickle may fail in any way
        shutil.rmtree(jedi.settings.cache_directory, ignore_errors=True)
        return True
    return False


def complete_names(params: CompleteCode, namespace: dict[str, Any], magics: dict[str, str]) -> Completions:
    """Complete a name, a magic, or an attribute of a variable, from what is there; calls nothing of the user's."""
    match = _NAME_AT_END.search(params.code[: params.cursor])
    owner, prefix = (match[1], match[2] or "") if match else (None, "")
    candidates: dict[str, str] = {}
    if prefix.startswith("%"):
        candidates = magics
    elif owner is not None:
        if owner in namespace:
            value = namespace[owner]
            candidates = dict.fromkeys(attributes(value), "instance")
            for cls in lineage(type(value)):
                candidates.update({name: "" for name in vars(cls).copy() if type(name) is str})
    elif prefix:
        candidates = dict.fromkeys(keyword.kwlist, "keyword")
        for names in (vars(builtins), namespace):
            candidates.update((name, class_name(type(value))) for name, value in names.copy().items())
    matches = {name: kind for name, kind in sorted(candidates.items()) if name.startswith(prefix)}
    return _completions(params.cursor - len(prefix), params.cursor, matches)


def _completions(start: int, end: int, matches: dict[str, str]) -> Completions:
    listed = list(matches.items())[:LONGEST_LIST]
    return Completions(start=start, end=end, matches=[Completion(text=text, type=kind) for text, kind in listed])
