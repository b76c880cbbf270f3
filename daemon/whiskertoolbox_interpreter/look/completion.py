"""Completion on the live namespace, off the main thread and bounded in time."""

from __future__ import annotations

import builtins
import keyword
import re
import shutil
import warnings
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any

from whiskertoolbox_interpreter.look.in_time import InTime
from whiskertoolbox_interpreter.look.safe_types import attributes, class_name, lineage
from whiskertoolbox_interpreter.run.shell import Shell
from whiskertoolbox_protocol.execution import CompleteCode, Completion, Completions

LONGEST_LIST = 500

_NAME_AT_END = re.compile(r"(?:\b([^\W\d]\w*)\.)?((?:%{1,2})?(?!\d)\w*)\Z")

_STRING_AT_END = re.compile(r"""(?:([\w.]+)\(\s*(?:[^()'"]*,\s*)?(?:\w+\s*=\s*)?)?[bruBRU]{0,2}(["'])([^"'\\\n]*)\Z""")
_TAKES_FILES = re.compile(
    r"""(?:^|[._])(?:open|path|pathlib|purepath|load\w*|save\w*|read\w*|write\w*|to_\w+|from\w*file|genfromtxt
    |imread|imwrite|memmap|chdir|listdir|glob|exists|file|savefig)$""",
    re.VERBOSE | re.IGNORECASE,
)


class Completer:
    """Completes with IPython and Jedi; with plain names when these take too long.

    IPython looks at live objects, which may call the user's ``__dir__``: hence `InTime`. `names` gives what can be
    written now, with values.
    """

    def __init__(self, shell: Shell, in_time: InTime, names: Callable[[], dict[str, Any]]) -> None:
        self._shell = shell
        self._in_time = in_time
        self._names = names
        self._cache_was_examined = False

    def complete(self, params: CompleteCode) -> Future[Completions]:
        """Complete code at a cursor."""
        return self._in_time.ask(
            lambda: self._by_ipython(params),
            lambda: complete_names(params, self._names(), self._magics()),
        )

    def _by_ipython(self, params: CompleteCode) -> Completions:
        if self._shell.Completer is None:
            self._shell.make_completer()
            from IPython.core.completer import ProvisionalCompleterWarning

            warnings.filterwarnings("ignore", category=ProvisionalCompleterWarning)
        from IPython.core.completer import rectify_completions

        names = self._names()
        self._shell.Completer.namespace = self._shell.Completer.global_namespace = names
        found = list(self._shell.Completer.completions(params.code, params.cursor))
        if not found and not self._cache_was_examined:
            self._cache_was_examined = True
            if _drop_cache_that_jedi_cannot_read(params.code[: params.cursor], names):
                found = list(self._shell.Completer.completions(params.code, params.cursor))
        found = list(rectify_completions(params.code, found))
        if not found:
            return Completions(start=params.cursor, end=params.cursor, matches=[])
        start, end = found[0].start, found[0].end
        if not params.code[start:end].startswith("%"):
            found = [item for item in found if not item.text.startswith("%")]  # magics are asked for by their sign
        if not _wants_files(params.code[: params.cursor]):
            found = [item for item in found if item.type != "path"]
        matches = {item.text: item.type or "" for item in found}
        return _completions(start, end, matches)

    def _magics(self) -> dict[str, str]:
        known = self._shell.magics_manager.lsmagic()
        return {f"{sign}{name}": "magic" for sign, kind in (("%", "line"), ("%%", "cell")) for name in known[kind]}


def _wants_files(before: str) -> bool:
    """Whether names of files make sense at the end of `before`: in commands, in paths, as what opens files takes."""
    if before.rpartition("\n")[2].lstrip().startswith(("%", "!")):
        return True
    match = _STRING_AT_END.search(before)
    if match is None:
        return False
    function, _, text = match.groups()
    return text.startswith(("~", ".", "/")) or "/" in text or bool(_TAKES_FILES.search(function or ""))


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
