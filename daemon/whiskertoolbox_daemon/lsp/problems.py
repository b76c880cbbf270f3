"""Problems of open documents, told to the editor when nobody has typed for a moment, and their quick fixes."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from lsprotocol import types
from pygls.lsp.server import LanguageServer

from whiskertoolbox_daemon.language.calls import Place
from whiskertoolbox_daemon.language.configs import problems_of_config
from whiskertoolbox_daemon.language.names import names_of
from whiskertoolbox_daemon.language.problems import Problem, Remedy, problems_of
from whiskertoolbox_daemon.lsp.configs import config_path
from whiskertoolbox_daemon.lsp.documents import OpenDocuments, Text
from whiskertoolbox_daemon.lsp.settings import Settings
from whiskertoolbox_daemon.session import Session
from whiskertoolbox_protocol.channel import RequestError

QUIET_S = 0.3
"""So long after the last change a document is looked through."""
LONGEST_SOURCE = 1_000_000
"""Characters; longer documents are programs' work."""
SOURCE = "WhiskerToolbox"

logger = logging.getLogger(__name__)


class Problems:
    """Looks documents through, each on a thread and one after the other, and tells the editor."""

    def __init__(self, server: LanguageServer, session: Session, documents: OpenDocuments, settings: Settings) -> None:
        self._server = server
        self._session = session
        self._documents = documents
        self._settings = settings
        self._waiting: dict[str, asyncio.TimerHandle] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._one_at_a_time = asyncio.Lock()

    def look_soon(self, uri: str) -> None:
        """Look a document through when it has not changed for a moment."""
        if uri in self._waiting:
            self._waiting[uri].cancel()
        self._waiting[uri] = asyncio.get_running_loop().call_later(QUIET_S, self._begin, uri)

    def look_at_all(self) -> None:
        """Look through all that is open: the session has other names, or the settings are others."""
        for text in self._documents.all_open():
            self.look_soon(text.uri)

    def forget(self, uri: str) -> None:
        """A document was closed: nothing is shown of it any longer."""
        if uri in self._waiting:
            self._waiting.pop(uri).cancel()
        self._tell(uri, [])

    async def of(self, text: Text) -> list[Problem]:
        """Return the problems of a document that the user wants to see."""
        if len(text.source) > LONGEST_SOURCE:
            return []
        try:
            known = await self._session.data.known_names()
        except RequestError:  # no session: nothing can be said
            return []
        if (config := config_path(text.uri)) is not None:
            found = await asyncio.to_thread(problems_of_config, text.source, config)
            return [problem for problem in found if problem.kind in self._settings.severities]
        if text.is_json:  # a pipeline: its schema says what is wrong
            return []
        names = await asyncio.to_thread(names_of, text.source)
        found = await asyncio.to_thread(problems_of, text.source, names, known)
        return [problem for problem in found if problem.kind in self._settings.severities]

    def _begin(self, uri: str) -> None:
        del self._waiting[uri]
        task = asyncio.get_running_loop().create_task(self._look(uri))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _look(self, uri: str) -> None:
        async with self._one_at_a_time:
            text = self._documents.opened(uri)
            if text is None:
                return
            shown = [self.shown(text, problem) for problem in await self.of(text)]
            if self._documents.opened(uri) == text:  # else it is looked through again
                self._tell(uri, shown)

    def shown(self, text: Text, problem: Problem) -> types.Diagnostic:
        """Return a problem as the editor has it."""
        return types.Diagnostic(
            range=text.range_of(problem.place),
            message=problem.message,
            severity=self._settings.severities[problem.kind],
            code=problem.kind,
            source=SOURCE,
        )

    def _tell(self, uri: str, problems: list[types.Diagnostic]) -> None:
        self._server.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, problems))


def register_problems(
    server: LanguageServer, session: Session, documents: OpenDocuments, settings: Settings
) -> Callable[[], None]:
    """Let `server` tell problems and mend them; what is returned has all documents looked through again."""
    problems = Problems(server, session, documents, settings)

    @server.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(params: types.DidOpenTextDocumentParams) -> None:
        problems.look_soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(params: types.DidChangeTextDocumentParams) -> None:
        problems.look_soon(params.text_document.uri)

    @server.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(params: types.DidCloseTextDocumentParams) -> None:
        problems.forget(params.text_document.uri)

    @server.feature(
        types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
    )
    async def actions(params: types.CodeActionParams) -> list[types.CodeAction]:
        text = documents.opened(params.text_document.uri)
        if text is None:
            return []
        first, last = params.range.start.line, params.range.end.line
        return [
            _action(text, remedy, problems.shown(text, problem), is_first=number == 0)
            for problem in await problems.of(text)
            if first <= problem.place.line <= last
            for number, remedy in enumerate(problem.remedies)
        ]

    return problems.look_at_all


def _action(text: Text, remedy: Remedy, problem: types.Diagnostic, *, is_first: bool) -> types.CodeAction:
    replaced = text.range_of(remedy.place)
    if remedy.until is not None:
        replaced = types.Range(replaced.start, text.range_of(remedy.until).end)
    edits = [types.TextEdit(replaced, remedy.text)]
    if remedy.imports and f"import {remedy.imports}\n" not in text.source:
        line = _line_of_imports(text.source)
        edits.insert(0, types.TextEdit(text.range_of(Place(line, 0, 0)), f"import {remedy.imports}\n"))
    return types.CodeAction(
        title=remedy.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[problem],
        is_preferred=is_first,
        edit=types.WorkspaceEdit(changes={text.uri: edits}),
    )


def _line_of_imports(source: str) -> int:
    """Return the line of the first import that is not from ``__future__``; the first of the file if there is none."""
    for number, line in enumerate(source.split("\n")):
        if line.startswith(("import ", "from ")) and not line.startswith("from __future__"):
            return number
    return 0
