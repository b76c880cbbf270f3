"""Events, intervals and clocks from the bits of 16-bit words."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.formats._binary import find_edges
from whiskertoolbox_python.testing.loader_contract import FileLoaderContract

BIT_3 = np.array([0, 0, 1, 1, 0, 1, 0, 0], np.uint16) << 3
OTHER_BITS = np.array([5, 1, 4, 5, 1, 0, 1, 7], np.uint16)
WORDS = BIT_3 | OTHER_BITS


class WordsContract(FileLoaderContract):
    def write(self, folder: Path) -> Path:
        (folder / "digital.dat").write_bytes(b"head" + WORDS.tobytes())
        return folder / "digital.dat"


class TestEvents(WordsContract):
    entry: ClassVar = {
        "data_type": "digital_event",
        "format": "uint16",
        "channel": 3,
        "transition": "rising",
        "header_size": 4,
    }

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").times.tolist() == [2, 5]


class TestFallingEvents(WordsContract):
    entry: ClassVar = {**TestEvents.entry, "format": "binary", "transition": "falling"}

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").times.tolist() == [4, 6]


class TestIntervals(WordsContract):
    entry: ClassVar = {**TestEvents.entry, "data_type": "digital_interval"}

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").intervals.tolist() == [[2, 4], [5, 6]]


class TestFallingIntervals(WordsContract):
    entry: ClassVar = {**TestIntervals.entry, "format": "binary", "transition": "falling"}

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").intervals.tolist() == [[4, 5]]


class TestClockOfEdges(WordsContract):
    entry: ClassVar = {**TestEvents.entry, "data_type": "time", "ticks_per_second": 30000}

    def check(self, manager: DataManager) -> None:
        assert self.clock(manager).times.tolist() == [2, 5]
        assert self.clock(manager).ticks_per_second == 30000


class TestClockOfWords(WordsContract):
    entry: ClassVar = {"data_type": "time", "format": "uint16_length", "header_size": 4}

    def check(self, manager: DataManager) -> None:
        assert self.clock(manager).times.tolist() == list(range(8))


def load_words(folder: Path, words: list[int], data_type: str, **options: Any) -> Any:
    np.array(words, np.uint16).tofile(folder / "digital.dat")
    manager = DataManager()
    manager.load_file(folder / "digital.dat", data_type=data_type, format="uint16", name="ttl", **options)
    return manager.getData("ttl")


def test_a_signal_that_starts_high_has_no_edge_at_the_start(tmp_path: Path) -> None:
    events = load_words(tmp_path, [1, 1, 0, 1], "digital_event", channel=0, transition="rising")
    assert events.times.tolist() == [3]


def test_runs_that_are_cut_off_at_either_end_make_no_interval(tmp_path: Path) -> None:
    intervals = load_words(tmp_path, [1, 0, 1, 0, 1], "digital_interval", channel=0, transition="rising")
    assert intervals.intervals.tolist() == [[2, 3]]


def test_a_bit_that_never_changes_gives_an_empty_series_and_a_warning(tmp_path: Path) -> None:
    with pytest.warns(LoadWarning, match="bit 2 has no rising edge"):
        assert len(load_words(tmp_path, [1, 0], "digital_event", channel=2, transition="rising")) == 0
    with pytest.warns(LoadWarning, match="bit 2 has no whole interval"):
        assert len(load_words(tmp_path, [1, 0], "digital_interval", channel=2, transition="rising")) == 0


def test_a_clock_without_edges_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="bit 2 has no rising edge, so there are no ticks"):
        load_words(tmp_path, [1, 0], "time", channel=2, transition="rising")


@pytest.mark.parametrize("missing", ["channel", "transition"])
def test_channel_and_transition_are_required(tmp_path: Path, missing: str) -> None:
    options = {"channel": 0, "transition": "rising"}
    del options[missing]
    with pytest.raises(LoadError, match=f'"{missing}" is required'):
        load_words(tmp_path, [1, 0], "digital_event", **options)


def test_a_bit_outside_the_word_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="must be a bit from 0 to 15, not 16"):
        load_words(tmp_path, [1, 0], "digital_event", channel=16, transition="rising")


def test_an_unknown_transition_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match='must be "rising" or "falling", not \'up\''):
        load_words(tmp_path, [1, 0], "digital_event", channel=0, transition="up")


def test_an_edge_between_two_blocks_is_found_once() -> None:
    words = np.zeros((1 << 22) + 2, np.uint16)
    words[1 << 22] = 1
    rising, falling = find_edges(words, 0)
    assert rising.tolist() == [1 << 22]
    assert falling.tolist() == [(1 << 22) + 1]
