"""DeepLabCut's tables: pandas 1.5 to 3.1, as table and fixed, and CSV; Lightning Pose and EKS as well."""

import pickle
from pathlib import Path

import h5py
import numpy as np
import pandas as pd
import pytest

from tests.support.field_files import POSE, names, read
from whiskertoolbox_python import LoadError
from whiskertoolbox_python.containers.deeplabcut import read_csv, read_hdf5

SINGLE = ("dlc_single_fixed_pandas_1_5.h5", "dlc_single_table_pandas_1_5.h5", "dlc_single_table_pandas_3_1.h5")
MULTI = ("dlc_multi_fixed_pandas_3_1.h5", "dlc_multi_table_pandas_2_2.h5")
HEADER = "scorer,S,S,S\nbodyparts,nose,nose,nose\ncoords,x,y,likelihood\n"


@pytest.mark.parametrize("name", SINGLE)
def test_a_table_of_any_pandas_gives_the_points_of_each_body_part(name: str) -> None:
    """pandas 1.5.3 to 2.3.3 cannot read the tables of 3.1.1, whose names PyTables 3.11.1 pickles."""
    contents, warnings = read(read_hdf5, POSE / name)
    assert warnings == []
    assert names(contents) == ["nose", "nose_likelihood", "tail", "tail_likelihood"]
    assert contents["tail"].read().xy.tolist() == [[100, 150], [101, 151], [102, 152], [103, 153]]
    assert contents["tail"].read().frames.tolist() == [0, 1, 2, 3]
    assert contents["nose_likelihood"].read().values.tolist() == [0.9] * 4


@pytest.mark.parametrize("name", MULTI)
def test_an_individual_with_body_parts_of_its_own_is_read_beside_the_others(name: str) -> None:
    """movement 0.17.0 raises ValueError on such a file."""
    contents, _ = read(read_hdf5, POSE / name)
    assert [part.name for part in contents.parts if part.kind == "points"] == [
        "m1/nose",
        "m1/tail",
        "m2/nose",
        "m2/tail",
        "single/led",
    ]
    assert contents["single/led"].read().xy[0].tolist() == [400, 450]


def test_csv_and_hdf5_of_the_same_table_are_the_same() -> None:
    csv, _ = read(read_csv, POSE / "dlc_multi_with_unique.csv")
    hdf5, _ = read(read_hdf5, POSE / "dlc_multi_fixed_pandas_3_1.h5")
    assert names(csv) == names(hdf5)
    for part in csv.parts:
        if part.kind == "points":
            assert part.read().xy.tolist() == hdf5[part.name].read().xy.tolist()


def test_the_row_index_is_the_frame(tmp_path: Path) -> None:
    """movement 0.17.0 numbers the rows from 0."""
    (tmp_path / "a.csv").write_text(HEADER + "100,1,2,0.9\n101,3,4,0.9\n105,5,6,0.9\n")
    contents, _ = read(read_csv, tmp_path / "a.csv")
    assert contents["nose"].read().frames.tolist() == [100, 101, 105]
    assert contents["nose_likelihood"].read().indices.tolist() == [100, 101, 105]


@pytest.mark.parametrize("form", ["table", "fixed"])
def test_the_row_index_of_hdf5_is_the_frame(tmp_path: Path, form: str) -> None:
    columns = pd.MultiIndex.from_product([["S"], ["nose"], ["x", "y"]], names=["scorer", "bodyparts", "coords"])
    frame = pd.DataFrame([[1.0, 2.0], [3.0, 4.0]], index=[7, 9], columns=columns)
    frame.to_hdf(tmp_path / "a.h5", key="df_with_missing", format=form)
    contents, _ = read(read_hdf5, tmp_path / "a.h5")
    assert contents["nose"].read().frames.tolist() == [7, 9]


def test_points_below_the_threshold_are_left_out_and_their_likelihood_stays(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "0,1,2,0.2\n1,3,4,0.9\n2,5,6,\n")
    contents, _ = read(read_csv, tmp_path / "a.csv", threshold=0.5)
    assert contents["nose"].read().frames.tolist() == [1]
    assert contents["nose_likelihood"].read().values[:2].tolist() == [0.2, 0.9]
    everything, _ = read(read_csv, tmp_path / "a.csv")
    assert everything["nose"].read().frames.tolist() == [0, 1, 2]


def test_labelled_frames_are_numbered_by_their_images(tmp_path: Path) -> None:
    """One index column in DeepLabCut before 2.2, three after."""
    one = HEADER.replace(",nose,nose,nose", ",nose,nose").replace("S,S,S", "S,S").replace(",likelihood", "")
    (tmp_path / "old.csv").write_text(one + "labeled-data/v/img0012.png,1,2\nlabeled-data/v/img0040.png,3,4\n")
    contents, _ = read(read_csv, tmp_path / "old.csv")
    assert contents["nose"].read().frames.tolist() == [12, 40]
    three = "scorer,,,S,S\nbodyparts,,,nose,nose\ncoords,,,x,y\n"
    (tmp_path / "new.csv").write_text(three + "labeled-data,v,img0012.png,1,2\nlabeled-data,v,img0040.png,3,4\n")
    contents, _ = read(read_csv, tmp_path / "new.csv")
    assert contents["nose"].read().frames.tolist() == [12, 40]
    assert contents["nose"].read().xy.tolist() == [[1, 2], [3, 4]]


def test_columns_of_ensemble_kalman_smoother_go_by_name() -> None:
    """ensemble-kalman-smoother 4.6.2 writes nine per key point, of which movement 0.17.0 takes eight for axes."""
    contents, _ = read(read_csv, POSE / "ensemble_kalman_smoother.csv")
    table = pd.read_csv(POSE / "ensemble_kalman_smoother.csv", header=[0, 1, 2], index_col=0)
    (scorer,) = {column[0] for column in table.columns}
    np.testing.assert_array_equal(contents["tail"].read().xy[:, 0], table[scorer]["tail"]["x"])
    np.testing.assert_array_equal(
        contents["tail_y_posterior_var"].read().values, table[scorer]["tail"]["y_posterior_var"]
    )
    assert [part.name for part in contents.parts if part.selected] == [
        "nose",
        "nose_likelihood",
        "tail",
        "tail_likelihood",
    ]


def test_frames_that_come_twice_are_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text(HEADER + "0,1,2,0.9\n1,3,4,0.9\n1,5,6,0.9\n")
    contents, (warning,) = read(read_csv, tmp_path / "a.csv")
    assert "1 rows repeat a frame" in warning
    assert contents["nose"].read().xy.tolist() == [[1, 2], [5, 6]]


def test_a_body_part_without_x_is_left_out_with_a_warning(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("scorer,S,S,S\nbodyparts,nose,nose,ear\ncoords,x,y,likelihood\n0,1,2,0.9\n")
    contents, (warning,) = read(read_csv, tmp_path / "a.csv")
    assert names(contents) == ["nose"]
    assert "ear has no x and y" in warning


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("a,b\n1,2\n", "missing DeepLabCut's header rows"),
        ("scorer,S\nbodyparts,nose\ncoords,likelihood\n0,1\n", "no body part has the columns x and y"),
        (HEADER.replace("coords,x,y,likelihood", "coords,x,y") + "0,1,2,3\n", "different lengths"),
        (HEADER.replace("x,y,likelihood", "x,x,y") + "0,1,2,3\n", "two columns 'x'"),
        ("scorer,S,S\nbodyparts,n,n\ncoords,x,y\nimages/nose.png,1,2\n", "without a frame number"),
    ],
)
def test_a_malformed_csv_is_one_clear_error(tmp_path: Path, text: str, reason: str) -> None:
    (tmp_path / "a.csv").write_text(text)
    with pytest.raises(LoadError, match=reason) as caught:
        read(read_csv, tmp_path / "a.csv")
    assert str(tmp_path / "a.csv") in str(caught.value)


class _Opened:
    """What an attacker would put into a pickle: its making opens a file."""

    def __init__(self, path: str) -> None:
        self.path = path

    def __reduce__(self) -> tuple[object, ...]:
        return open, (self.path, "w")


def test_a_pickle_of_more_than_names_is_never_run(tmp_path: Path) -> None:
    target = tmp_path / "pwned"
    data = (POSE / "dlc_single_table_pandas_3_1.h5").read_bytes()
    (tmp_path / "a.h5").write_bytes(data)
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["df_with_missing"].attrs["non_index_axes"] = np.bytes_(pickle.dumps(_Opened(str(target)), 0))
    with pytest.raises(LoadError, match="found none"):
        read(read_hdf5, tmp_path / "a.h5")
    assert not target.exists()
