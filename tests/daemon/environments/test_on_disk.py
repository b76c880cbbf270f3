"""What the files of environments say, as venv, virtualenv, uv and conda write them, without starting a Python."""

from __future__ import annotations

from pathlib import Path

import pytest

from whiskertoolbox_daemon.environments.on_disk import FilesSay, read_environment

VENV = "home = /usr/bin\ninclude-system-site-packages = false\nversion = 3.11.7\nexecutable = /usr/bin/python3.11\n"
VIRTUALENV = "home = /usr/bin\nimplementation = CPython\nversion_info = 3.12.1.final.0\nversion = 3.12.1\n"
UV = "home = /usr/bin\nimplementation = CPython\nuv = 0.9.1\nversion_info = 3.13.0\nprompt = mouse\n"


@pytest.mark.parametrize(
    ("text", "version"), [(VENV, "3.11.7"), (VIRTUALENV, "3.12.1"), (UV, "3.13.0"), ("home = /usr/bin\n", "")]
)
def test_pyvenv_cfg_says_the_version(tmp_path: Path, text: str, version: str) -> None:
    (tmp_path / "pyvenv.cfg").write_text(text)
    assert read_environment(tmp_path) == FilesSay(version=version, numpy="")


@pytest.mark.parametrize("packages", ["lib/python3.11/site-packages", "Lib/site-packages"])
def test_the_version_of_numpy_stands_in_the_name_of_a_folder(tmp_path: Path, packages: str) -> None:
    (tmp_path / "pyvenv.cfg").write_text(VENV)
    (tmp_path / packages / "numpy-2.1.3.dist-info").mkdir(parents=True)
    (tmp_path / packages / "numpy_financial-1.0.dist-info").mkdir()
    assert read_environment(tmp_path) == FilesSay(version="3.11.7", numpy="2.1.3")


def test_conda_says_both_in_the_names_of_its_records(tmp_path: Path) -> None:
    records = tmp_path / "conda-meta"
    records.mkdir()
    for name in ("numpy-2.4.6-py312h33ff503_0", "numpy-base-2.4.5-h1_0", "python-3.12.7-hc5c86c4_0_cpython", "history"):
        (records / f"{name}.json").write_text("{}")
    assert read_environment(tmp_path) == FilesSay(version="3.12.7", numpy="2.4.6")


def test_numpy_that_pip_has_put_into_an_environment_of_condas_is_seen(tmp_path: Path) -> None:
    (tmp_path / "conda-meta").mkdir()
    (tmp_path / "lib" / "python3.12" / "site-packages" / "numpy-2.0.0.dist-info").mkdir(parents=True)
    assert read_environment(tmp_path) == FilesSay(version="", numpy="2.0.0")


def test_a_file_that_is_no_text_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "pyvenv.cfg").write_bytes(b"\xff\xfe\x00version")
    assert read_environment(tmp_path) == FilesSay(version="", numpy="")


def test_a_folder_that_is_no_environment_says_nothing(tmp_path: Path) -> None:
    assert read_environment(tmp_path) is None
