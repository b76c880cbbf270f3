"""A package outside the repository with a data type, its format and a transform, as pip leaves it when installed.

``python tests/support/plugin_package.py FOLDER`` writes it into a folder of installed packages.
"""

from __future__ import annotations

import sys
from pathlib import Path

PACKAGE = '''\
"""Counts of photons: a data type, its format and a transform."""

from dataclasses import dataclass

import numpy as np

from whiskertoolbox_python import AnalogTimeSeries, DataObject, transform
from whiskertoolbox_python.arrays.columns import Columns
from whiskertoolbox_python.errors import LoadError
from whiskertoolbox_python.formats import LoadedItem, Loader, Saver
from whiskertoolbox_python.formats import write_files
from whiskertoolbox_python.parameters import option
from whiskertoolbox_python.types.kinds import KindInfo


class PhotonCounts(DataObject):
    """Photons counted at each index, from 0."""

    __slots__ = ("_counts",)
    kind = KindInfo("PhotonCounts", "Photon Counts", "count", "lightbulb", order=35, config_word="photons")

    def __init__(self, counts=()):
        self._counts = np.array(counts, np.int64)
        self._counts.flags.writeable = False

    @property
    def counts(self):
        """The counts, int64, read-only."""
        return self._counts.view()

    def to_columns(self):
        """Return the counts."""
        return Columns({"counts": self.counts})

    @classmethod
    def from_columns(cls, columns):
        """Make an object over stored counts."""
        made = cls()
        made._counts = columns.arrays["counts"]
        return made

    def _entry_count(self):
        return len(self._counts)

    def _restricted(self, start_index, end_index):
        kept = self._counts[max(0, start_index) : max(0, end_index + 1)]
        return type(self).from_columns(Columns({"counts": kept}))

    def __repr__(self):
        return f"PhotonCounts(counts={len(self._counts)})"


@dataclass(frozen=True)
class Options:
    """How the file is written."""

    offset: int = option(0, "what is added to each count")


def load(source, options):
    """Read one byte for each count."""
    data = source.path.read_bytes()
    if not data:
        raise LoadError(f"{source.path} holds no counts")
    yield LoadedItem(source.name, PhotonCounts(np.frombuffer(data, np.uint8) + options.offset))


def save(data, destination, options):
    """Write one byte for each count."""
    write_files([(destination.path, lambda path: path.write_bytes(data.counts.astype(np.uint8).tobytes()))])
    return {}


LOADER = Loader("photons", ("bytes",), Options, load, "One byte for each count.")
FORMATS = (LOADER, Saver("photons", ("bytes",), Options, save, "One byte for each count."))


@transform(name="Photon Rate")
def photon_rate(counts: PhotonCounts, bins_per_second: float = 1.0) -> AnalogTimeSeries:
    """Photons in a second at each index."""
    return AnalogTimeSeries.from_array((counts.counts * bins_per_second).astype(np.float32))
'''

ENTRY_POINTS = """\
[whiskertoolbox.types]
photons = photon_package:PhotonCounts

[whiskertoolbox.formats]
photons = photon_package:FORMATS

[whiskertoolbox.transforms]
photon_rate = photon_package:photon_rate
"""


def install(folder: Path) -> None:
    """Write the package into a folder of installed packages."""
    information = folder / "photon_package-1.0.dist-info"
    information.mkdir(parents=True)
    (folder / "photon_package.py").write_text(PACKAGE, encoding="utf-8")
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: photon-package\nVersion: 1.0\n", "utf-8")
    (information / "entry_points.txt").write_text(ENTRY_POINTS, encoding="utf-8")


if __name__ == "__main__":
    install(Path(sys.argv[1]))
