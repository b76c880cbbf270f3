"""What the user has set for the language features, as the editor tells it; defaults until then."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any

from lsprotocol import types
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer

from whiskertoolbox_daemon.language.checkers import CHECKERS

SECTION = "whiskertoolbox"
Severity = types.DiagnosticSeverity

_SEVERITIES = {
    "error": Severity.Error,
    "warning": Severity.Warning,
    "information": Severity.Information,
    "hint": Severity.Hint,
}
DEFAULTS = {
    "unknownKey": "warning",
    "unknownClock": "warning",
    "secondsAsIndex": "warning",
    "input": "warning",
    "conflictingTypes": "warning",
    "unloadableEntry": "warning",
}
"""The problems that are looked for, and how they are shown unless the user says otherwise."""


class Settings:
    """The settings in force. `pictures`: the editor shows images in Markdown; `static_tools`: it analyses code.

    `checkers`: the tools that it runs on code, as `language.checkers` calls them.
    """

    def __init__(self, *, type_stubs: bool = False) -> None:
        self.pictures = False
        self.static_tools = False
        self.checkers: frozenset[str] = frozenset()
        self.severities = {name: _SEVERITIES[word] for name, word in DEFAULTS.items()}
        self.code_lens = False
        self.inlay_hints = False
        self.type_stubs = type_stubs
        self.live_names = True

    def take_options(self, options: object) -> None:
        """Use what the editor says of itself when it starts."""
        told = options if isinstance(options, Mapping) else {}
        self.pictures = told.get("pictures") is True
        self.static_tools = told.get("staticTools") is True
        checkers = told.get("checkers")
        self.checkers = frozenset(checkers if isinstance(checkers, list) else ()) & frozenset(CHECKERS)

    def take(self, settings: object) -> bool:
        """Use what the editor tells; return whether there was anything of ours."""
        ours = _part(settings, SECTION)
        language = _part(ours, "language")
        if not language:
            return False
        words = {**DEFAULTS, **_part(language, "problems")}
        self.severities = {name: _SEVERITIES[words[name]] for name in DEFAULTS if words[name] in _SEVERITIES}
        self.code_lens = language.get("codeLens") is True
        self.inlay_hints = language.get("inlayHints") is True
        self.type_stubs = language.get("typeStubs", self.type_stubs) is True
        self.live_names = language.get("liveNames") is not False
        return True


def register_settings(
    server: LanguageServer, settings: Settings, on_change: Callable[[], None]
) -> Callable[[], Coroutine[Any, Any, None]]:
    """Keep `settings` as the editor has them; what is returned asks for them, once the editor is ready."""

    async def ask() -> None:
        workspace = server.client_capabilities.workspace
        if workspace is None or not workspace.configuration:
            return  # an editor that only tells
        items = types.ConfigurationParams([types.ConfigurationItem(section=SECTION)])
        try:
            answer = await server.protocol.send_request_async(types.WORKSPACE_CONFIGURATION, items)
        except JsonRpcException:  # the defaults stay
            return
        if isinstance(answer, list) and answer and settings.take({SECTION: answer[0]}):
            on_change()

    async def begin() -> None:
        changes = server.client_capabilities.workspace and server.client_capabilities.workspace.did_change_configuration
        if changes and changes.dynamic_registration:
            method = types.WORKSPACE_DID_CHANGE_CONFIGURATION
            options = types.DidChangeConfigurationRegistrationOptions(section=SECTION)
            server.client_register_capability(
                types.RegistrationParams([types.Registration("settings", method, options)])
            )
        await ask()

    @server.feature(types.WORKSPACE_DID_CHANGE_CONFIGURATION)
    async def changed(params: types.DidChangeConfigurationParams) -> None:
        if settings.take(params.settings):
            on_change()
        else:
            await ask()

    return begin


def _part(settings: object, name: str) -> Mapping[str, Any]:
    """Return an object within settings, whatever the editor sent."""
    found = settings.get(name) if isinstance(settings, Mapping) else None
    return found if isinstance(found, Mapping) else {}
