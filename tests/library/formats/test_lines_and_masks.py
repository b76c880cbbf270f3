"""Lines and masks: text, HDF5 and images."""

from pathlib import Path
from typing import Any, ClassVar

import h5py
import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image

from whiskertoolbox_python.data_manager import DataManager
from whiskertoolbox_python.errors import LoadError, LoadWarning
from whiskertoolbox_python.testing.loader_contract import FileLoaderContract, TextLoaderContract


def entries(data: Any) -> list[tuple[int, list[list[float]]]]:
    return [
        (time, data.points[start:end].tolist())
        for time, start, end in zip(
            data.times.tolist(), data.offsets[:-1].tolist(), data.offsets[1:].tolist(), strict=True
        )
    ]


def write_hdf5(path: Path, frames: Any, **rows: list[list[float]]) -> Path:
    with h5py.File(path, "w") as file:
        file["frames"] = frames
        for name, values in rows.items():
            dataset = file.create_dataset(name, (len(values),), h5py.vlen_dtype(np.float32))
            for position, row in enumerate(values):
                dataset[position] = row
    return path


class TestLines(TextLoaderContract):
    entry: ClassVar = {"data_type": "line", "format": "csv", "image_width": 64, "image_height": 48}

    def write(self, folder: Path) -> Path:
        text = 'Frame,X,Y\n3,"1,2.5,3","4,5,6"\n1,"7","8"\n3,"0","0"\n'
        (folder / "whiskers.csv").write_text(text, encoding="utf-8")
        return folder / "whiskers.csv"

    def check(self, manager: DataManager) -> None:
        lines = manager.getData("thing")
        assert entries(lines) == [(1, [[7, 8]]), (3, [[1, 4], [2.5, 5], [3, 6]]), (3, [[0, 0]])]
        assert lines.getImageSize().height == 48


class TestFolderOfLines(FileLoaderContract):
    entry: ClassVar = {"data_type": "line", "format": "csv", "multi_file": True}

    def write(self, folder: Path) -> Path:
        (folder / "whiskers").mkdir()
        (folder / "whiskers" / "0000012.csv").write_text("X,Y\n1,2\n3.5,4\n", encoding="utf-8")
        (folder / "whiskers" / "notes.csv").write_text("no line\n", encoding="utf-8")
        return folder / "whiskers"

    def damaged_file(self, path: Path) -> Path:
        return path / "0000012.csv"

    def check(self, manager: DataManager) -> None:
        assert entries(manager.getData("thing")) == [(12, [[1, 2], [3.5, 4]])]


class TestLinesInHdf5(FileLoaderContract):
    entry: ClassVar = {"data_type": "line", "format": "hdf5", "width": 64, "height": 48}

    def write(self, folder: Path) -> Path:
        # Upstream's defaults swap the names.
        return write_hdf5(folder / "lines.h5", [5, 2, 9], y=[[1, 2], [3], []], x=[[10, 20], [30], []])

    def check(self, manager: DataManager) -> None:
        assert entries(manager.getData("thing")) == [(2, [[3, 30]]), (5, [[1, 10], [2, 20]])]


class TestMasks(TextLoaderContract):
    entry: ClassVar = {"data_type": "mask", "format": "csv", "width": 64, "height": 48}

    def write(self, folder: Path) -> Path:
        (folder / "paw.csv").write_text('Frame,RLE\n4,"2,5,3,3,6,1"\n1,"0,0,1"\n4,"9,9,2"\n', encoding="utf-8")
        return folder / "paw.csv"

    def check(self, manager: DataManager) -> None:
        masks = manager.getData("thing")
        assert entries(masks) == [(1, [[0, 0]]), (4, [[5, 2], [6, 2], [7, 2], [6, 3]]), (4, [[9, 9], [10, 9]])]
        assert masks.getImageSize().width == 64


class TestMasksInHdf5(FileLoaderContract):
    entry: ClassVar = {"data_type": "mask", "format": "hdf5"}

    def write(self, folder: Path) -> Path:
        return write_hdf5(folder / "masks.h5", [5], widths=[[1, 2.9]], heights=[[10, 20]])

    def check(self, manager: DataManager) -> None:
        assert entries(manager.getData("thing")) == [(5, [[1, 10], [2, 20]])]


class TestMaskImages(FileLoaderContract):
    entry: ClassVar = {"data_type": "mask", "format": "image", "filename_prefix": "paw"}

    def write(self, folder: Path) -> Path:
        (folder / "masks").mkdir()
        save_image(folder / "masks" / "paw0007.PNG", [[0, 128, 0], [255, 0, 127]])
        save_image(folder / "masks" / "other1.png", [[255]])
        return folder / "masks"

    def damaged_file(self, path: Path) -> Path:
        return path / "paw0007.PNG"

    def check(self, manager: DataManager) -> None:
        masks = manager.getData("thing")
        assert entries(masks) == [(7, [[1, 0], [0, 1]])]
        assert (masks.getImageSize().width, masks.getImageSize().height) == (3, 2)


def save_image(path: Path, pixels: Any) -> None:
    Image.fromarray(np.array(pixels, np.uint8)).save(path)


def load_one(path: Path, **options: Any) -> Any:
    manager = DataManager()
    manager.load_file(path, name="thing", **options)
    return manager.getData("thing")


def write(folder: Path, text: str) -> Path:
    (folder / "rows.csv").write_text(text, encoding="utf-8")
    return folder / "rows.csv"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,1,2", "no two quoted lists"),
        ('2,"1,2"', "no two quoted lists"),
        ('2,"1,2","3"', "2 x and 1 y"),
        ('2,"1,b","3,4"', '"b" is not a number'),
        ('2,"1e39","3"', "too large"),
        ('x,"1","3"', '"x" is not a number'),
        ('-2,"1","3"', 'frame "-2" is negative'),
    ],
)
def test_a_bad_row_of_a_line_file_is_left_out_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    path = write(tmp_path, f'Frame,X,Y\n1,"1","1"\n{row}\n3,"2","2"\n')
    with pytest.warns(LoadWarning, match=rf"rows\.csv: 1 row left out \(line 3: .*{reason}"):
        assert load_one(path, data_type="line", format="csv").times.tolist() == [1, 3]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("2,1", "no quoted list"),
        ('2,"1,2"', "2 numbers are not runs"),
        ('2,"1,2,x"', "not a whole number"),
        ('2,"1,-2,3"', "outside any image"),
        ('2,"0,0,4294967296"', "outside any image"),
        ('2,"0,0,4000000000"', "4,000,000,000 pixels"),
        ('2,"0,0,99999999999999999999"', "not a whole number"),
    ],
)
def test_a_bad_row_of_a_mask_file_is_left_out_with_its_line(tmp_path: Path, row: str, reason: str) -> None:
    path = write(tmp_path, f'Frame,RLE\n1,"1,1,1"\n{row}\n3,"2,2,2"\n')
    with pytest.warns(LoadWarning, match=rf"rows\.csv: 1 row left out \(line 3: .*{reason}"):
        assert load_one(path, data_type="mask", format="csv").times.tolist() == [1, 3]


def test_the_first_line_is_a_header_only_if_it_says_so(tmp_path: Path) -> None:
    path = write(tmp_path, '1,"1","1"\n2,"2","2"\n')
    assert load_one(path, data_type="line", format="csv").times.tolist() == [1, 2]


def test_the_delimiters_of_lists_are_chosen(tmp_path: Path) -> None:
    path = write(tmp_path, '1;"1 2";"3 4"\n')
    lines = load_one(path, data_type="line", format="csv", delimiter=";", coordinate_delimiter=" ")
    assert lines.points.tolist() == [[1, 3], [2, 4]]


def test_a_table_of_something_else_is_refused_with_the_layout(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r'none of the 2 rows can be read.*Rows are frame,"x1,x2,…","y1,y2,…"'):
        load_one(write(tmp_path, "1,2\n3,4\n"), data_type="line", format="csv")


def test_a_bad_file_in_a_folder_of_lines_is_skipped_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "1.csv").write_text("X,Y\n1,2\n", encoding="utf-8")
    (tmp_path / "2.csv").write_text("X,Y\nbad\n", encoding="utf-8")
    with pytest.warns(LoadWarning, match=r"2\.csv: none of the 1 rows can be read.*file skipped"):
        assert load_one(tmp_path, data_type="line", format="csv", multi_file=True).times.tolist() == [1]


def test_a_folder_without_frames_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match="has no files named by a frame"):
        load_one(tmp_path, data_type="line", format="csv", multi_file=True)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"x_key": "why"}, r'unknown dataset "why" .*known: frames, x, y'),
        ({"frame_key": "x"}, '"x" must hold numbers in one dimension'),
        ({"x_key": "frames"}, '"frames" must hold rows of numbers'),
    ],
)
def test_a_dataset_that_is_missing_or_of_another_kind_is_named(
    tmp_path: Path, options: dict[str, str], expected: str
) -> None:
    path = write_hdf5(tmp_path / "lines.h5", [1, 2], x=[[1], [2]], y=[[1], [2]])
    with pytest.raises(LoadError, match=expected):
        load_one(path, data_type="line", format="hdf5", **options)


def test_datasets_of_different_lengths_are_refused(tmp_path: Path) -> None:
    path = write_hdf5(tmp_path / "lines.h5", [1, 2], x=[[1], [2]], y=[[1]])
    with pytest.raises(LoadError, match='different lengths: "frames" 2, "y" 1, "x" 2'):
        load_one(path, data_type="line", format="hdf5")


def test_a_row_with_more_x_than_y_is_named(tmp_path: Path) -> None:
    path = write_hdf5(tmp_path / "lines.h5", [1, 2], x=[[1], [2, 3]], y=[[1], [2]])
    with pytest.raises(LoadError, match="row 1 has 1 x and 2 y"):
        load_one(path, data_type="line", format="hdf5")


@pytest.mark.parametrize("frames", [[1.5, 2.0], [np.nan, 1.0], [1e30, 1.0]])
def test_frames_that_are_not_whole_are_refused(tmp_path: Path, frames: list[float]) -> None:
    path = write_hdf5(tmp_path / "lines.h5", frames, x=[[1], [2]], y=[[1], [2]])
    with pytest.raises(LoadError, match='dataset "frames" holds what is not a whole number'):
        load_one(path, data_type="line", format="hdf5")


def test_a_pixel_outside_any_image_is_refused(tmp_path: Path) -> None:
    path = write_hdf5(tmp_path / "masks.h5", [1], widths=[[-1]], heights=[[2]])
    with pytest.raises(LoadError, match="a pixel is negative or too large"):
        load_one(path, data_type="mask", format="hdf5")


def mask_folder(folder: Path, images: dict[str, npt.ArrayLike]) -> Path:
    for name, pixels in images.items():
        save_image(folder / name, pixels)
    return folder


def test_images_without_mask_pixels_make_no_mask(tmp_path: Path) -> None:
    folder = mask_folder(tmp_path, {"1.png": [[0, 0]], "2.png": [[0, 200]]})
    assert load_one(folder, data_type="mask", format="image").times.tolist() == [2]


def test_threshold_and_inversion_choose_the_pixels(tmp_path: Path) -> None:
    folder = mask_folder(tmp_path, {"1.png": [[10, 20, 30]]})
    assert load_one(folder, data_type="mask", format="image", threshold_value=20).points.tolist() == [[1, 0], [2, 0]]
    inverted = load_one(folder, data_type="mask", format="image", threshold_value=20, invert_mask=True)
    assert inverted.points.tolist() == [[0, 0]]


def test_images_of_different_sizes_leave_the_image_size_unknown(tmp_path: Path) -> None:
    folder = mask_folder(tmp_path, {"1.png": [[255]], "2.png": [[255, 255]]})
    assert load_one(folder, data_type="mask", format="image").getImageSize().width == -1


def test_an_image_that_cannot_be_read_is_skipped_with_a_warning(tmp_path: Path) -> None:
    folder = mask_folder(tmp_path, {"1.png": [[255]]})
    (folder / "2.png").write_bytes(b"no image")
    with pytest.warns(LoadWarning, match=r"2\.png cannot be read as an image.*file skipped"):
        assert load_one(folder, data_type="mask", format="image").times.tolist() == [1]


def test_a_name_without_a_frame_is_skipped_with_a_warning(tmp_path: Path) -> None:
    folder = mask_folder(tmp_path, {"1.png": [[255]], "mean.png": [[255]]})
    with pytest.warns(LoadWarning, match=r"mean\.png: the name has no frame number"):
        load_one(folder, data_type="mask", format="image")


def test_a_folder_without_images_is_refused(tmp_path: Path) -> None:
    with pytest.raises(LoadError, match=r"has no image that matches \*\.png"):
        load_one(tmp_path, data_type="mask", format="image")


@pytest.mark.parametrize("size", [2**64 - 16, 2**64 - 23])
def test_a_heap_that_hdf5_itself_would_never_leave_is_refused(tmp_path: Path, size: int) -> None:
    path = write_hdf5(tmp_path / "lines.h5", [1, 2], x=[[1, 2], [3]], y=[[4, 5], [6]])
    content = bytearray(path.read_bytes())
    heap = content.index(b"GCOL")
    content[heap + 24 : heap + 32] = size.to_bytes(8, "little")  # of the first object, whose header is at 16
    path.write_bytes(content)
    with pytest.raises(LoadError, match=r"lines\.h5 is damaged: object 1 of the heap"):
        load_one(path, data_type="line", format="hdf5")


def test_a_heap_whose_free_space_has_no_size_is_refused(tmp_path: Path) -> None:
    path = write_hdf5(tmp_path / "masks.h5", [1], widths=[[1, 2]], heights=[[4, 5]])
    content = bytearray(path.read_bytes())
    heap = content.index(b"GCOL")
    content[heap + 16 : heap + 32] = bytes(16)
    path.write_bytes(content)
    with pytest.raises(LoadError, match=r"masks\.h5 is damaged: object 0 of the heap"):
        load_one(path, data_type="mask", format="hdf5")


def test_label_images_are_a_mask_for_each_label(tmp_path: Path) -> None:
    from PIL import Image

    labels = np.zeros((4, 6), np.uint8)
    labels[0, :2], labels[2, 3] = 1, 2
    Image.fromarray(labels).save(tmp_path / "5.png")
    with pytest.warns(LoadWarning, match=r"none as bright as threshold_value 128 \(first: 5\.png\).*set labels"):
        DataManager().load_file(tmp_path, data_type="mask", format="image", name="dark")
    for kind in (np.uint8, np.uint16):
        Image.fromarray(labels.astype(kind)).save(tmp_path / "5.png")
        manager = DataManager()
        manager.load_file(tmp_path, data_type="mask", format="image", name="cells", labels=True)
        found = entries(manager.getData("cells"))
        assert found == [(5, [[0, 0], [1, 0]]), (5, [[3, 2]])]


def test_cell_arrays_of_matlab_are_rows(tmp_path: Path) -> None:
    import h5py

    with h5py.File(tmp_path / "m.mat", "w", userblock_size=512) as file:
        file["frames"] = np.array([[3.0, 7.0]])
        for name, rows in (("x", ([1.0, 2.0], [5.0])), ("y", ([3.0, 4.0], [6.0]))):
            references = []
            for place, row in enumerate(rows):
                file[f"#refs#/{name}{place}"] = np.array([row]).T
                references.append(file[f"#refs#/{name}{place}"].ref)
            file.create_dataset(name, data=np.array([references], object), dtype=h5py.ref_dtype)
    manager = DataManager()
    manager.load_file(tmp_path / "m.mat", data_type="line", format="hdf5", name="w", x_key="x", y_key="y")
    assert entries(manager.getData("w")) == [(3, [[1, 3], [2, 4]]), (7, [[5, 6]])]


@pytest.mark.parametrize("run", ["5,9223372036854775807,9223372036854775807", "1_0,2,3", "１,2,3"])
def test_runs_that_overflow_or_are_no_plain_digits_are_refused(tmp_path: Path, run: str) -> None:
    path = write(tmp_path, f'Frame,RLE\n1,"1,1,1"\n2,"{run}"\n')
    with pytest.warns(LoadWarning, match=r"1 row left out \(line 3"):
        assert load_one(path, data_type="mask", format="csv").times.tolist() == [1]
