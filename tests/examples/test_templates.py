"""Each template of a new script runs on the demo recording as it is offered."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .conftest import REPOSITORY, whiskertoolbox

pytestmark = pytest.mark.slow

TEMPLATES = sorted((REPOSITORY / "extension" / "templates").glob("*.py"))


def test_there_are_six_templates_each_of_which_says_what_it_does() -> None:
    assert len(TEMPLATES) == 6
    for path in TEMPLATES:
        first = path.read_text(encoding="utf-8").splitlines()[0]
        assert first.startswith('"""'), path.name
        assert first.endswith('."""'), path.name


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.stem)
def test_a_template_runs_on_the_demo_recording(template: Path, loaded_session: Path, tmp_path: Path) -> None:
    session = tmp_path / "session"
    shutil.copytree(loaded_session, session)
    done = whiskertoolbox("run", template, "--session", session)
    assert (done.returncode, done.stderr) == (0, "")
