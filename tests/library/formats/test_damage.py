"""What goes wrong with files and folders of any format: one error that names the file, and no part of the keys."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning, StoreFullError

STATES = "Time\ta\tb\n0\t1\tx\n1\t0\ty\n"


def refusal(path: Path, **options: Any) -> str:
    """Return why a file is not loaded, when nothing has been made of it."""
    manager = DataManager()
    with pytest.raises(LoadError) as caught:
        manager.load_file(path, name="thing", **options)
    assert manager.getAllKeys() == ["media"]
    return str(caught.value)


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    "options",
    [
        {"data_type": "tensors"},
        {"data_type": "analog", "format": "xls"},
        {"data_type": "analog", "format": "csv", "time_column": -1, "single_column_format": False},
        {"data_type": "analog", "format": "binary", "num_channels": 0},
        {"data_type": "digital_event", "format": "csv", "scale": 0},
        {"data_type": "digital_event", "format": "uint16"},
        {"data_type": "digital_interval", "format": "csv", "csv_layout": "binary_state", "header_lines_to_skip": -1},
        {"data_type": "mask", "format": "csv", "width": 10**12, "height": 10**12},
        {"data_type": "time", "format": "multi_column_binary", "sampling_rate": 0},
        {"data_type": "time", "format": "uint16_length", "ticks_per_second": -1},
    ],
)
def test_a_bad_option_is_told_with_the_file(tmp_path: Path, options: dict[str, Any]) -> None:
    assert "rows.csv" in refusal(written(tmp_path / "rows.csv", "1,2\n3,4\n"), **options)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.csv")
    assert "pipe.csv must be a file" in refusal(tmp_path / "pipe.csv", data_type="analog", format="csv")
    (tmp_path / "pipe.csv").rename(tmp_path / "1.csv")
    assert "no files named by a frame" in refusal(tmp_path, data_type="line", format="csv", multi_file=True)
    (tmp_path / "1.csv").rename(tmp_path / "1.png")
    assert "no image that matches" in refusal(tmp_path, data_type="mask", format="image")


UNREADABLE = """
import contextlib, importlib, os, sys
sys.path.insert(0, sys.argv[1])
import numpy, whiskertoolbox_python as wt  # before the rights to read them go
from whiskertoolbox_python.formats.registry import loaders
loaders()
for extra in ("h5py", "av", "PIL.Image"):
    with contextlib.suppress(ImportError):
        importlib.import_module(extra)
if os.geteuid() == 0:
    os.setegid(65534)
    os.seteuid(65534)
try:
    wt.DataManager().load_file(sys.argv[2], **dict(option.split("=") for option in sys.argv[3:]))
except wt.LoadError as error:
    print(error)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
@pytest.mark.parametrize(
    "options",
    [
        ["data_type=analog", "format=csv"],
        pytest.param(["data_type=analog", "format=hdf5", "value_key=x", "time_key=t"], marks=pytest.mark.extra),
        pytest.param(["data_type=mask", "format=hdf5"], marks=pytest.mark.extra),
        pytest.param(["data_type=video"], marks=pytest.mark.extra),
    ],
)
def test_a_file_that_may_not_be_read_is_told_with_what_to_do(tmp_path: Path, options: list[str]) -> None:
    path = written(tmp_path / "rows.csv", "1\n")
    path.chmod(0)
    assert_told(path, options)


@pytest.mark.extra
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
def test_a_folder_of_images_that_may_not_be_read_is_told_with_what_to_do(tmp_path: Path) -> None:
    path = tmp_path / "images"
    path.mkdir()
    path.chmod(0)
    assert_told(path, ["data_type=images"])
    path.chmod(0o755)


def assert_told(path: Path, options: list[str]) -> None:
    """Load what may not be read in a process without the rights of an administrator."""
    tmp_path = path.parent
    for folder in (tmp_path, *list(tmp_path.parents)[:-2]):
        folder.chmod(0o755)
    library = Path(__file__).resolve().parents[3] / "daemon"
    command = [sys.executable, "-c", UNREADABLE, str(library), str(path), *options]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    assert told.startswith(f"{path} cannot be read")
    assert told.endswith("; change its permissions\n")
    assert "Errno" not in told


def test_columns_that_are_text_are_empty_and_the_others_are_read(tmp_path: Path) -> None:
    manager = DataManager()
    options = {"csv_layout": "binary_state", "all_columns": True, "header_lines_to_skip": 0}
    with pytest.warns(LoadWarning, match="thing_b is empty"):
        manager.load_file(
            written(tmp_path / "states.csv", STATES),
            name="thing",
            data_type="digital_interval",
            format="csv",
            **options,
        )
    assert manager.getData("thing_a").intervals.tolist() == [[0, 0]]
    assert len(manager.getData("thing_b")) == 0


def test_blank_and_short_first_rows_do_not_empty_the_columns(tmp_path: Path) -> None:
    manager = DataManager()
    options = {"csv_layout": "binary_state", "all_columns": True, "header_lines_to_skip": 0}
    path = written(tmp_path / "states.csv", "Time\ta\tb\n\n0\t1\n1\t1\t1\n")
    with pytest.warns(LoadWarning, match=r"(is|are) nan \(line 2: the line is blank"):
        manager.load_file(path, name="thing", data_type="digital_interval", format="csv", **options)
    assert manager.getData("thing_a").intervals.tolist() == [[1, 2]]
    assert manager.getData("thing_b").intervals.tolist() == [[2, 2]]


def test_columns_of_one_name_are_told_and_the_last_is_kept(tmp_path: Path) -> None:
    manager = DataManager()
    options = {"csv_layout": "binary_state", "all_columns": True, "header_lines_to_skip": 0}
    path = written(tmp_path / "states.csv", "Time\ta\ta\n0\t1\t0\n1\t0\t1\n")
    with pytest.warns(LoadWarning, match="defines 'thing_a' 2 times; the last one is used"):
        made = manager.load_file(path, name="thing", data_type="digital_interval", format="csv", **options)
    assert made == ["thing_a"]
    assert manager.getData("thing_a").intervals.tolist() == [[1, 1]]


def test_names_in_another_encoding_stay_apart(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_bytes(b"1,\xe9t\xe9\n2,\xe8t\xe8\n")
    manager = DataManager()
    options = {"data_type": "digital_event", "format": "csv", "identifier_column": 1}
    assert manager.load_file(tmp_path / "units.csv", name="thing", **options) == ["thing_0", "thing_1"]


def test_times_of_identified_events_are_exact_at_any_size(tmp_path: Path) -> None:
    path = written(tmp_path / "units.csv", "9007199254740993,a\n9007199254740995,a\n")
    manager = DataManager()
    manager.load_file(path, name="thing", data_type="digital_event", format="csv", identifier_column=1)
    assert manager.getData("thing").times.tolist() == [9007199254740993, 9007199254740995]


def test_two_files_of_one_frame_are_two_lines(tmp_path: Path) -> None:
    for name in ("12.csv", "0012.csv"):
        written(tmp_path / name, "X,Y\n1,2\n")
    manager = DataManager()
    manager.load_file(tmp_path, name="thing", data_type="line", format="csv", multi_file=True)
    assert manager.getData("thing").times.tolist() == [12, 12]


@pytest.mark.parametrize(
    ("data_type", "row", "good"),
    [("line", '2,"1,2","3,4\n', '1,"1","2"\n'), ("mask", '2,"1,2,3\n', '1,"1,2,3"\n')],
)
def test_a_row_that_was_cut_off_within_a_quote_is_left_out(tmp_path: Path, data_type: str, row: str, good: str) -> None:
    manager = DataManager()
    with pytest.warns(LoadWarning, match="line 2: a quote is not closed"):
        manager.load_file(written(tmp_path / "rows.csv", good + row), name="thing", data_type=data_type, format="csv")
    assert manager.getData("thing").times.tolist() == [1]


def test_fractions_of_frames_of_lines_are_told(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.csv", '1.9,"1","2"\n')
    with pytest.warns(LoadWarning, match="fractions were cut off"):
        DataManager().load_file(path, name="thing", data_type="line", format="csv")


def test_gray_images_of_16_bits_are_read_by_their_upper_bits(tmp_path: Path) -> None:
    pixels = np.array([[200, 0], [32767, 32768], [65535, 40000]], np.uint16)
    Image.fromarray(pixels).save(tmp_path / "1.png")
    manager = DataManager()
    manager.load_file(tmp_path, name="thing", data_type="mask", format="image")
    assert manager.getData("thing").points.tolist() == [[1, 1], [0, 2], [1, 2]]


@pytest.mark.parametrize("name", ["2.png", "99999999999999999999.png"])
def test_an_image_that_cannot_be_used_does_not_stop_the_others(tmp_path: Path, name: str) -> None:
    Image.fromarray(np.full((1, 1), 255, np.uint8)).save(tmp_path / "1.png")
    good = (tmp_path / "1.png").read_bytes()
    # Pillow raises SyntaxError for a chunk whose name is none.
    (tmp_path / name).write_bytes(good.replace(b"IDAT", b"\x04\xf4\xa6\x02"))
    manager = DataManager()
    with pytest.warns(LoadWarning, match=f"{name}.*skipped"):
        manager.load_file(tmp_path, name="thing", data_type="mask", format="image")
    assert manager.getData("thing").times.tolist() == [1]


@pytest.mark.parametrize("cell", ["3.4028234663852886e38", "-3.4028235e38", "3.40282347e+38"])
def test_what_float32_rounds_to_its_largest_is_a_value(tmp_path: Path, cell: str) -> None:
    manager = DataManager()
    manager.load_file(written(tmp_path / "rows.csv", f"{cell}\n"), name="thing", data_type="analog", format="csv")
    assert abs(manager.getData("thing").values[0]) == np.finfo(np.float32).max


def test_frames_of_points_are_digits_only(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.csv", "3.7 10 20\n3 1 1\n+4 2 2\n5e0 3 3\n")
    manager = DataManager()
    with pytest.warns(LoadWarning, match='3 rows left out .*frame "3.7" is not a whole number'):
        manager.load_file(path, name="thing", data_type="points", format="csv")
    assert manager.getData("thing").times.tolist() == [3]
    assert manager.getData("thing").points.tolist() == [[1, 1]]


def test_a_row_of_points_with_another_delimiter_is_no_header(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.csv", "1,2,3\n")
    assert "none of the 1 rows can be read" in refusal(path, data_type="points", format="csv")


def test_channels_begin_after_the_samples_that_are_skipped(tmp_path: Path) -> None:
    np.arange(5, dtype=np.int16).tofile(tmp_path / "raw.bin")
    manager = DataManager()
    options = {"data_type": "analog", "format": "binary", "num_channels": 2, "offset": 1}
    manager.load_file(tmp_path / "raw.bin", name="thing", **options)
    assert [manager.getData(f"thing_{channel}").toList() for channel in (0, 1)] == [[1, 3], [2, 4]]


@pytest.mark.parametrize("last", ["20260301123456", "9" * 30])
def test_a_clock_of_more_ticks_than_there_can_be_is_refused(tmp_path: Path, last: str) -> None:
    (tmp_path / f"f_{last}.png").touch()
    options = {"data_type": "time", "format": "filename", "regex_pattern": "f_(\\d+)", "mode": "zero_to_max"}
    assert str(tmp_path) in refusal(tmp_path, **options)


@pytest.mark.skipif(sys.platform == "win32", reason="files cannot be limited in size")
def test_an_entry_that_there_is_no_room_for_leaves_none_of_its_keys(tmp_path: Path) -> None:
    import resource

    rows = "".join(f"{row}\t1\t{row % 2}\n" for row in range(200_000))
    path = written(tmp_path / "states.csv", "Time\ta\tb\n" + rows)
    options = {"csv_layout": "binary_state", "all_columns": True, "header_lines_to_skip": 0}
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    with DataManager.open(tmp_path / "session") as manager:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, before[1]))  # enough for one interval, not for 100 000
        try:
            with pytest.raises(StoreFullError):
                manager.load_file(path, name="thing", data_type="digital_interval", format="csv", **options)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, before)
        assert manager.getAllKeys() == ["media"]


def test_images_of_32_bits_are_read_by_their_values(tmp_path: Path) -> None:
    Image.fromarray(np.array([[0, 1, 255, 70000]], np.int32)).save(tmp_path / "1.tif")
    manager = DataManager()
    manager.load_file(tmp_path, name="thing", data_type="mask", format="image", file_pattern="*.tif")
    assert manager.getData("thing").points.tolist() == [[2, 0], [3, 0]]


def test_a_table_that_is_read_as_one_column_is_told(tmp_path: Path) -> None:
    path = written(tmp_path / "rows.csv", "0,1.5\n1,2.5\n")
    with pytest.warns(LoadWarning, match="2 columns, of which the first was taken as the values"):
        DataManager().load_file(path, name="thing", data_type="analog", format="csv")


def test_a_clock_that_takes_the_place_of_one_of_known_rate_is_told(tmp_path: Path) -> None:
    np.zeros(3, np.uint16).tofile(tmp_path / "camera.dat")
    manager = DataManager()
    options = {"name": "camera", "data_type": "time", "format": "uint16_length"}
    manager.load_file(tmp_path / "camera.dat", ticks_per_second=500, **options)
    with pytest.warns(LoadWarning, match=r"'camera' was replaced by one of unknown rate \(before: 500\.0\)"):
        manager.load_file(tmp_path / "camera.dat", **options)
