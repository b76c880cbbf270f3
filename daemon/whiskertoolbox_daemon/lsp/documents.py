"""Documents as they are in the editor, and places in them as the editor counts."""

from __future__ import annotations

from dataclasses import dataclass

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import PositionCodec

from whiskertoolbox_daemon.language.calls import Place


@dataclass(frozen=True)
class Text:
    """A document with line feeds between its lines; columns here are code points, the editor's are not."""

    uri: str
    source: str
    codec: PositionCodec

    @property
    def is_json(self) -> bool:
        """Whether it is a config, and not code."""
        return self.uri.endswith(".json")

    @property
    def lines(self) -> list[str]:
        """Its lines, without their ends."""
        return self.source.split("\n")

    def cursor(self, position: types.Position) -> tuple[int, int]:
        """Return line and column of a position."""
        found = self.codec.position_from_client_units(self.lines, types.Position(position.line, position.character))
        return found.line, found.character

    def range_of(self, place: Place) -> types.Range:
        """Return a place as the editor has it."""
        lines = self.lines
        ends = (types.Position(place.line, column) for column in (place.start, place.end))
        return types.Range(*(self.codec.position_to_client_units(lines, end) for end in ends))


class OpenDocuments:
    """Documents as they are in the editor, kept by pygls from what the editor sends of them."""

    def __init__(self, server: LanguageServer) -> None:
        self._server = server

    def text(self, uri: str) -> str | None:
        """Text of a document with line feeds between its lines; None when it is not open."""
        document = self.opened(uri)
        return None if document is None else document.source

    def opened(self, uri: str) -> Text | None:
        """Return an open document; None when it is not open."""
        document = self._server.workspace.text_documents.get(uri)
        return None if document is None else self.made(uri, document.source)

    def made(self, uri: str, source: str) -> Text:
        """Return a text that need not be open."""
        return Text(uri, source.replace("\r\n", "\n"), self._server.workspace.position_codec)

    def all_open(self) -> list[Text]:
        """Return all that is open."""
        return [text for uri in list(self._server.workspace.text_documents) if (text := self.opened(uri))]
