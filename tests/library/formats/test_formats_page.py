"""docs/formats.md says what the loaders and savers declare."""

import subprocess
import sys
from pathlib import Path

import pytest

from whiskertoolbox_python.formats._loader import Loader
from whiskertoolbox_python.formats._saver import Saver
from whiskertoolbox_python.formats.registry import loaders, savers

ROOT = Path(__file__).resolve().parents[3]


def test_the_page_is_up_to_date() -> None:
    command = [sys.executable, str(ROOT / "tools/generate_formats.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("described", [*loaders(), *savers()], ids=lambda one: f"{one.data_type} {one.formats}")
def test_every_option_says_what_it_means(described: Loader | Saver) -> None:
    for field in described.options.__dataclass_fields__.values():
        assert field.metadata["doc"], field.name


def test_whatever_is_saved_can_be_loaded() -> None:
    loadable = {(loader.data_type, name) for loader in loaders() for name in loader.formats}
    assert {(saver.data_type, name) for saver in savers() for name in saver.formats} <= loadable
