"""The methods of `DataManager` that read and write files; `formats`, imported when used, does the work."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, cast

from whiskertoolbox_python.upstream.bindings import Bound

if TYPE_CHECKING:
    from whiskertoolbox_python.data_manager import DataManager
    from whiskertoolbox_python.formats.report import LoadReport


class FileMethods(Bound):
    """Loading and saving; the base of `DataManager`."""

    __slots__ = ()

    def load(
        self,
        config_path: str | os.PathLike[str],
        *,
        progress: Callable[[int, int, str], None] | None = None,
    ) -> LoadReport:
        """Load what a WhiskerToolbox load config (JSON) lists; `load_file` loads one file without a config.

        A config is a list of entries, each with the type and format of a file, the key to make and the clock it is on
        (``"time"`` by default). docs/formats.md lists types, formats and their options.

        Parameters
        ----------
        config_path : path
            The config; relative file paths in it start at its folder.
        progress : callable, optional
            Called with the number of entries done, their total, and the name of the next; once more at the end.

        Returns
        -------
        LoadReport
            What was made, a failure for each entry that could not be loaded (the others are loaded all the same), and
            warnings of what was left out. ``report.raise_failures()`` turns failures into an error.

        Raises
        ------
        LoadError
            When the config itself cannot be used; nothing has been loaded then.

        Warns
        -----
        LoadWarning
            When an entry could not be loaded, naming the first.

        Examples
        --------
        >>> import json
        >>> from pathlib import Path
        >>> _ = Path("angle.csv").write_text("1.5\\n2.5\\n")
        >>> entries = [{"data_type": "analog", "format": "csv", "name": "angle", "filepath": "angle.csv"}]
        >>> _ = Path("recording.json").write_text(json.dumps(entries))
        >>> dm = DataManager()
        >>> print(dm.load("recording.json"))
        loaded: angle
        >>> dm.getData("angle").toList()
        [1.5, 2.5]
        """
        from whiskertoolbox_python.formats._load import load

        return load(cast("DataManager", self), config_path, progress=progress)

    def load_file(
        self,
        path: str | os.PathLike[str],
        *,
        data_type: str,
        format: str | None = None,
        name: str | None = None,
        clock: str = "time",
        **options: Any,
    ) -> list[str]:
        """Load one file or folder.

        Parameters
        ----------
        path : path
        data_type, format : str
            As in a load config; docs/formats.md lists them.
        name : str, optional
            Key to make, or first part of the keys when there are several; the file's stem by default.
        clock : str
            Time key to register the data on; it must exist.
        **options
            Options of the format.

        Returns
        -------
        list of str
            The keys that were made.

        Raises
        ------
        LoadError
            When the file cannot be loaded, or a data type, format, option or clock is not known.

        Warns
        -----
        LoadWarning
            For what was left out, with the lines.

        Examples
        --------
        >>> from pathlib import Path
        >>> _ = Path("licks.csv").write_text("10\\n20\\n")
        >>> dm = DataManager()
        >>> dm.load_file("licks.csv", data_type="digital_event", format="csv")
        ['licks']
        """
        from whiskertoolbox_python.formats._load import load_file

        manager = cast("DataManager", self)
        return load_file(manager, path, data_type=data_type, format=format, name=name, clock=clock, **options)

    def save(
        self, key: str, path: str | os.PathLike[str], *, format: str | None = None, **options: Any
    ) -> dict[str, Any]:
        """Save the data of a key to a file.

        Parameters
        ----------
        key : str
        path : path
            File to write, or folder for formats of several files. A file is replaced when all of the new one has been
            written, never before.
        format : str, optional
            As in a load config; by default what the end of the file name says.
        **options
            Options of the format; docs/formats.md lists them. `parent_dir` and `filename` replace the parts of `path`.

        Returns
        -------
        dict
            The entry for a load config that reads the file back.

        Raises
        ------
        SaveError
            When there is no such key, the format or an option is not known, or the format cannot hold the data.
        OSError
            When the file cannot be written.

        Warns
        -----
        SaveWarning
            When the file holds less than the data, as fewer decimals.

        Examples
        --------
        >>> dm = DataManager()
        >>> dm.setData("licks", DigitalEventSeries([10, 20]), "time")
        >>> entry = dm.save("licks", "licks.csv", save_header=False)
        >>> entry["format"], entry["has_header"]
        ('csv', False)
        """
        from whiskertoolbox_python.formats._save import save

        return save(cast("DataManager", self), key, path, format=format, **options)
