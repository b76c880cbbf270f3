"""Raw binary samples."""

from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import numpy.typing as npt
import pytest

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.testing.loader_contract import FileLoaderContract

SAMPLES = np.arange(-60, 60, dtype=np.int16).reshape(-1, 3)


class TestOneChannel(FileLoaderContract):
    entry: ClassVar = {"data_type": "analog", "format": "binary"}

    def write(self, folder: Path) -> Path:
        SAMPLES.tofile(folder / "lfp.bin")
        return folder / "lfp.bin"

    def check(self, manager: DataManager) -> None:
        assert manager.getData("thing").toList() == list(range(-60, 60))


class TestThreeChannels(TestOneChannel):
    entry: ClassVar = {"data_type": "analog", "format": "binary", "num_channels": 3}
    keys: ClassVar[tuple[str, ...]] = ("thing_0", "thing_1", "thing_2")

    def check(self, manager: DataManager) -> None:
        for channel in range(3):
            assert manager.getData(f"thing_{channel}").toList() == SAMPLES[:, channel].tolist()


class TestTensorBacked(TestThreeChannels):
    entry: ClassVar = {**TestThreeChannels.entry, "use_tensor_backed": True}
    keys: ClassVar[tuple[str, ...]] = ("thing", "thing_0", "thing_1", "thing_2")

    def check(self, manager: DataManager) -> None:
        super().check(manager)
        tensor = manager.getData("thing")
        assert tensor.values.tolist() == SAMPLES.tolist()
        assert tensor.columnNames() == ["0", "1", "2"]
        assert tensor.row_times.tolist() == list(range(40))


def load_channels(
    folder: Path, samples: npt.NDArray[Any], *, header: bytes = b"", rest: bytes = b"", **options: Any
) -> list[list[float]]:
    (folder / "lfp.bin").write_bytes(header + samples.tobytes() + rest)
    manager = DataManager()
    keys = manager.load_file(folder / "lfp.bin", data_type="analog", format="binary", **options)
    return [manager.getData(key).toList() for key in keys]


@pytest.mark.parametrize("mapped", [False, True])
def test_scale_and_offset_are_honoured_mapped_or_not(tmp_path: Path, mapped: bool) -> None:
    (values,) = load_channels(
        tmp_path, np.array([1, -2, 300], np.int16), scale_factor=0.5, offset_value=10, use_memory_mapped=mapped
    )
    assert values == [10.5, 9, 160]


@pytest.mark.parametrize("dtype", ["int16", "float32", "int8", "uint16", "float64"])
def test_every_sample_type_is_read(tmp_path: Path, dtype: str) -> None:
    assert load_channels(tmp_path, np.array([1, 2, 100], dtype), binary_data_type=dtype) == [[1, 2, 100]]


def test_double_precision_is_scaled_before_it_is_rounded(tmp_path: Path) -> None:
    (values,) = load_channels(
        tmp_path, np.array([16777217, 16777219], np.float64), binary_data_type="float64", offset_value=-16777216
    )
    assert values == [1, 3]


def test_an_unknown_sample_type_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r'"binary_data_type" must be "int16" or "float32".*not \'int12\''):
        load_channels(tmp_path, np.array([1], np.int16), binary_data_type="int12")


def test_the_header_is_skipped(tmp_path: Path) -> None:
    assert load_channels(tmp_path, np.array([5, 6], np.int16), header=b"123", header_size=3) == [[5, 6]]


def test_an_incomplete_last_frame_is_left_out_with_a_warning(tmp_path: Path) -> None:
    with pytest.warns(LoadWarning, match=r"lfp\.bin: the last 3 bytes are not a whole frame of 4 bytes"):
        channels = load_channels(tmp_path, np.array([1, 2, 3, 4], np.int16), rest=b"abc", num_channels=2)
    assert channels == [[1, 3], [2, 4]]


def test_a_file_shorter_than_its_header_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"lfp\.bin has 4 bytes: not one frame of 2 bytes after a header of 100 bytes"):
        load_channels(tmp_path, np.array([1, 2], np.int16), header_size=100)


def test_offset_stride_and_number_of_samples_choose_what_is_read(tmp_path: Path) -> None:
    samples = np.arange(20, dtype=np.int16)
    assert load_channels(tmp_path, samples, offset=2, stride=4) == [[2, 6, 10, 14, 18]]
    assert load_channels(tmp_path, samples, offset=2, stride=4, num_samples=2) == [[2, 6]]
    assert load_channels(tmp_path, samples, offset=1, num_channels=2, stride=6) == [[1, 7, 13], [2, 8, 14]]


def test_more_samples_than_there_are_gives_all_and_a_warning(tmp_path: Path) -> None:
    with pytest.warns(LoadWarning, match="has 2 samples per channel, fewer than num_samples 9"):
        assert load_channels(tmp_path, np.array([1, 2], np.int16), num_samples=9) == [[1, 2]]


@pytest.mark.parametrize("option", ["num_channels", "stride"])
def test_sizes_below_one_are_refused(tmp_path: Path, option: str) -> None:
    options: dict[str, Any] = {option: 0}
    with pytest.raises(LoadError, match="must be at least 1"):
        load_channels(tmp_path, np.array([1, 2], np.int16), **options)


def test_a_recording_longer_than_one_block_is_read_whole(tmp_path: Path) -> None:
    samples = np.arange(3 * 70_000, dtype=np.float32)
    channels = load_channels(tmp_path, samples, num_channels=3, binary_data_type="float32")
    np.testing.assert_array_equal(np.transpose(channels), samples.reshape(-1, 3))
