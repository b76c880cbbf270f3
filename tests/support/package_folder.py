"""Packages in a folder, from which pip and uv install without an index; and an environment that has NumPy alone.

As a program: ``python package_folder.py WORKSPACE`` makes ``wheels`` and ``env`` there, with this Python's NumPy.
"""

from __future__ import annotations

import importlib.metadata
import sys
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

PACKAGES: tuple[tuple[str, str, Sequence[str]], ...] = (
    ("whisker-tools", "1.0", ()),
    ("whisker-tools", "1.1", ()),
    ("whisker-plots", "2.0", ("whisker-tools",)),
    ("whisker-needy", "0.1", ("whisker-tools>=9",)),
)
"""Name, version, and what it requires. The last can never be installed."""


def write_wheels(folder: Path) -> None:
    """Write `PACKAGES` as wheels, and this Python's NumPy."""
    folder.mkdir()
    _write_numpy(folder)
    for name, version, requires in PACKAGES:
        write_wheel(folder, name, version, requires)


def write_wheel(folder: Path, name: str, version: str, requires: Sequence[str] = ()) -> None:
    """Write a package with one module, which tells its version."""
    module = name.replace("-", "_")
    info = f"{module}-{version}.dist-info"
    metadata = [
        "Metadata-Version: 2.1",
        f"Name: {name}",
        f"Version: {version}",
        f"Summary: Something for {name.partition('-')[2]}",
        "Home-page: https://example.org/",
        *(f"Requires-Dist: {required}" for required in requires),
    ]
    with zipfile.ZipFile(folder / f"{module}-{version}-py3-none-any.whl", "w") as wheel:
        wheel.writestr(f"{module}.py", f"version = {version!r}\n")
        wheel.writestr(f"{info}/METADATA", "\n".join([*metadata, ""]))
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", f"{module}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")


def _write_numpy(folder: Path) -> None:
    numpy = importlib.metadata.distribution("numpy")
    tag = (numpy.read_text("WHEEL") or "").partition("Tag: ")[2].splitlines()[0]
    files = [file for file in numpy.files or [] if file.parts[0] != ".." and file.suffix != ".pyc"]
    with zipfile.ZipFile(folder / f"numpy-{numpy.version}-{tag}.whl", "w") as wheel:
        for file in files:
            if file.name not in ("RECORD", "INSTALLER", "REQUESTED"):
                wheel.write(str(numpy.locate_file(file)), file.as_posix())
        wheel.writestr(f"numpy-{numpy.version}.dist-info/RECORD", "".join(f"{file.as_posix()},,\n" for file in files))


def make_environment(folder: Path, wheels: Path) -> None:
    """Make an environment without pip, as uv does, with the NumPy of `wheels`."""
    venv.create(folder, symlinks=True, with_pip=False)
    packages = folder / "lib" / f"python{sys.version_info[0]}.{sys.version_info[1]}" / "site-packages"
    # Real files: pip moves a folder away as a whole when all else in it are links.
    with zipfile.ZipFile(next(wheels.glob("numpy-*.whl"))) as wheel:
        wheel.extractall(packages)


if __name__ == "__main__":
    write_wheels(Path(sys.argv[1]) / "wheels")
    make_environment(Path(sys.argv[1]) / "env", Path(sys.argv[1]) / "wheels")
