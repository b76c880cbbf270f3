"""Files of a stranger: opened only as the formats that we name, and what they refer to is read only beside them."""

from __future__ import annotations

import shutil
import warnings
from pathlib import Path

import av
import h5py
import numpy as np
import pytest
from PIL import Image

from whiskertoolbox_python import DataManager, LoadError
from whiskertoolbox_python.types._images import ImageFrames
from whiskertoolbox_python.types._video import VideoFrames


class TestImages:
    @pytest.mark.parametrize("extension", ["png", "jpg", "bmp", "gif", "tif", "webp", "ppm"])
    def test_the_formats_that_are_named_are_read(self, tmp_path: Path, extension: str) -> None:
        Image.new("L", (4, 3), 7).save(tmp_path / f"a.{extension}")
        assert ImageFrames.open([tmp_path / f"a.{extension}"], color=False).width == 4

    def test_a_program_that_is_named_like_an_image_is_not_given_to_what_would_run_it(self, tmp_path: Path) -> None:
        (tmp_path / "a.png").write_text(
            "%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 3\n%%EndComments\nshowpage\n%%EOF\n"
        )
        with pytest.raises(ValueError, match=r"a\.png is not an image of a format that is read"):
            ImageFrames.open([tmp_path / "a.png"], color=False)

    @pytest.mark.parametrize("extension", ["ico", "tga", "pcx", "sgi"])
    def test_other_formats_are_not_read_whatever_their_name(self, tmp_path: Path, extension: str) -> None:
        Image.new("L", (16, 16), 7).save(tmp_path / f"a.{extension}")
        shutil.move(tmp_path / f"a.{extension}", tmp_path / "a.png")
        with pytest.raises(ValueError, match="not an image of a format that is read"):
            ImageFrames.open([tmp_path / "a.png"], color=False)

    def test_an_image_that_would_fill_the_memory_is_refused(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        Image.new("L", (64, 64), 7).save(tmp_path / "a.png")
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)
        with pytest.raises(ValueError, match=r"a\.png is too large"):
            ImageFrames.open([tmp_path / "a.png"], color=False)


def video(path: Path) -> None:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("ffv1", rate=25)
        stream.width, stream.height, stream.pix_fmt = 16, 16, "gray"
        for value in range(3):
            frame = av.VideoFrame.from_ndarray(np.full((16, 16), value, np.uint8), format="gray")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())


class TestVideo:
    @pytest.mark.parametrize("extension", ["mkv", "avi", "nut"])
    def test_the_formats_that_are_named_are_read(self, tmp_path: Path, extension: str) -> None:
        video(tmp_path / f"a.{extension}")
        assert VideoFrames.open(tmp_path / f"a.{extension}", color=False).count == 3

    @pytest.mark.parametrize(
        "text",
        [
            "ffconcat version 1.0\nfile real.mkv\n",
            "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nreal.mkv\n#EXT-X-ENDLIST\n",
            "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=a\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\n",
        ],
        ids=["a list of files", "a list of pieces", "an address"],
    )
    def test_a_list_of_other_files_or_addresses_is_not_followed(self, tmp_path: Path, text: str) -> None:
        video(tmp_path / "real.mkv")
        (tmp_path / "a.mp4").write_text(text)
        with pytest.raises(ValueError, match=r"a\.mp4"):
            VideoFrames.open(tmp_path / "a.mp4", color=False)


class TestHDF5:
    def load(self, path: Path, key: str = "v") -> list[float]:
        with DataManager() as manager:
            manager.load_file(path, data_type="analog", name="x", format="hdf5", time_key="t", value_key=key)
            values: list[float] = manager.getData("x").toList()
            return values

    @pytest.fixture
    def folders(self, tmp_path: Path) -> tuple[Path, Path]:
        """Return the folder of the file that is read, and another one."""
        inside, outside = tmp_path / "inside", tmp_path / "outside"
        for folder, value in ((inside, 1.0), (outside, 99.0)):
            folder.mkdir()
            with h5py.File(folder / "data.h5", "w") as file:
                file["v"] = np.full(4, value)
            np.full(4, value).tofile(folder / "raw.bin")
        return inside, outside

    @pytest.mark.parametrize("through", ["v", "group/v"])
    def test_links_lead_to_files_of_the_same_folder(self, folders: tuple[Path, Path], through: str) -> None:
        with h5py.File(folders[0] / "main.h5", "w") as file:
            file["t"] = np.arange(4)
            file[through] = h5py.ExternalLink("data.h5", "/v")
            file["soft"] = h5py.SoftLink(f"/{through}")
        assert self.load(folders[0] / "main.h5", through) == [1, 1, 1, 1]
        assert self.load(folders[0] / "main.h5", "soft") == [1, 1, 1, 1]

    @pytest.mark.parametrize("how", ["link", "soft link", "group", "chain", "storage", "view"])
    @pytest.mark.parametrize("is_absolute", [True, False])
    def test_what_lies_elsewhere_is_not_read(self, folders: tuple[Path, Path], how: str, is_absolute: bool) -> None:
        inside, outside = folders
        base = str(outside) if is_absolute else "../outside"
        with h5py.File(inside / "main.h5", "w") as file:
            file["t"] = np.arange(4)
            if how == "storage":
                file.create_dataset("v", (4,), "f8", external=[(f"{base}/raw.bin", 0, 32)])
            elif how == "view":
                layout = h5py.VirtualLayout((4,), "f8")
                layout[:] = h5py.VirtualSource(f"{base}/data.h5", "v", (4,))
                file.create_virtual_dataset("v", layout)
            elif how == "chain":
                file["v"] = h5py.ExternalLink("second.h5", "/v")
                with h5py.File(inside / "second.h5", "w") as second:
                    second["v"] = h5py.ExternalLink(f"{base}/data.h5", "/v")
            elif how == "group":
                file["g"] = h5py.ExternalLink(f"{base}/data.h5", "/")
            else:
                file["far"] = h5py.ExternalLink(f"{base}/data.h5", "/v")
                file["v"] = h5py.SoftLink("far")
        key = {"link": "far", "group": "g/v"}.get(how, "v")
        with pytest.raises(LoadError, match="not in its folder"):
            self.load(inside / "main.h5", key)

    @pytest.mark.parametrize("how", ["storage", "view"])
    def test_storage_beside_the_file_is_read_wherever_we_work(
        self, folders: tuple[Path, Path], how: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        inside, outside = folders
        monkeypatch.chdir(outside)  # which has files of the same names
        with h5py.File(inside / "main.h5", "w") as file:
            file["t"] = np.arange(4)
            if how == "storage":
                file.create_dataset("v", (4,), "f8", external=[("raw.bin", 0, 32)])
            else:
                layout = h5py.VirtualLayout((4,), "f8")
                layout[:] = h5py.VirtualSource("data.h5", "v", (4,))
                file.create_virtual_dataset("v", layout)
        np.full(4, 1.0).tofile(inside / "raw.bin")
        assert self.load(inside / "main.h5") == [1, 1, 1, 1]

    @pytest.mark.parametrize("how", ["file", "dataset"])
    def test_a_source_that_is_missing_is_not_read_as_zeros(self, folders: tuple[Path, Path], how: str) -> None:
        with h5py.File(folders[0] / "main.h5", "w") as file:
            file["t"] = np.arange(4)
            layout = h5py.VirtualLayout((4,), "f8")
            names = ("gone.h5", "v") if how == "file" else ("data.h5", "gone")
            layout[:] = h5py.VirtualSource(*names, (4,))
            file.create_virtual_dataset("v", layout)
        with pytest.raises(LoadError, match="which is not there"):
            self.load(folders[0] / "main.h5")

    def test_links_in_a_circle_are_an_error(self, folders: tuple[Path, Path]) -> None:
        with h5py.File(folders[0] / "main.h5", "w") as file:
            file["t"] = np.arange(4)
            file["v"] = h5py.SoftLink("/w")
            file["w"] = h5py.SoftLink("/v")
        with pytest.raises(LoadError):
            self.load(folders[0] / "main.h5")


class TestConfigs:
    def test_a_config_is_not_given_the_environment(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("SOME_PASSWORD", "hush")
        (tmp_path / "config.json").write_text(
            '{"data": [{"data_type": "analog", "format": "csv", "name": "x", "filepath": "${SOME_PASSWORD}.csv"}]}'
        )
        with DataManager() as manager, warnings.catch_warnings():
            warnings.simplefilter("ignore")
            report = manager.load(tmp_path / "config.json")
        said = "\n".join([*report.warnings, *map(str, report.failures)])
        assert "hush" not in said
        assert "${SOME_PASSWORD} is an environment variable that load configs are not given" in said
        assert "whiskertoolbox.configVariables" in said
