"""File formats: one module for each, found through `registry`. The names here are what a format is made of."""

from __future__ import annotations

from whiskertoolbox_python.formats._loader import FileClock, LoadedItem, Loader, Source
from whiskertoolbox_python.formats._saver import Destination, Saver, write_files, write_text

__all__ = ["Destination", "FileClock", "LoadedItem", "Loader", "Saver", "Source", "write_files", "write_text"]
