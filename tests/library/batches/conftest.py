from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import whiskertoolbox_python as wt

HERE = Path(__file__).parent


@pytest.fixture(autouse=True)
def _importable(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let worker processes import `work`, as they would import a module beside the user's script."""
    monkeypatch.syspath_prepend(str(HERE))
    yield
    sys.modules.pop("work", None)


@pytest.fixture(autouse=True)
def _own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the secret of journals out of the home folder of whoever runs the tests."""
    home = str(tmp_path_factory.mktemp("home"))
    for name in ("HOME", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.setenv(name, home)


@pytest.fixture
def session(tmp_path: Path) -> Iterator[wt.DataManager]:
    with wt.DataManager.open(tmp_path / "session") as dm:
        fill(dm)
        yield dm


def fill(dm: wt.DataManager) -> None:
    dm.setTime("time", wt.TimeFrame(range(100)), overwrite=True)
    dm.setData("angle", wt.AnalogTimeSeries(range(100), 100), "time")
    dm.setData("trials", wt.DigitalIntervalSeries([wt.Interval(n, n + 4) for n in range(0, 100, 10)]), "time")
    groups = dm.getEntityGroupManager()
    groups.add_entities(groups.createGroup("go"), dm.getData("trials").entity_ids[[1, 3]])
    dm.flush()
