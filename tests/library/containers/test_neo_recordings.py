"""Recordings that are read through neo 0.14.6: gaps and pauses keep their times."""

import struct
from importlib import metadata
from pathlib import Path

import numpy as np
import pytest

from tests.support.field_files import read
from tests.support.intan import SAMPLES_PER_BLOCK, write_intan
from whiskertoolbox_python import DataManager, LoadError
from whiskertoolbox_python.containers import neo_recordings
from whiskertoolbox_python.containers._packages import MissingPackageError

pytestmark = [pytest.mark.extra, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

RATE = 32000
RECORD = 512


def write_neuralynx(folder: Path, *, records: int, gap_after: int, gap_us: int) -> Path:
    """Write a channel whose samples count up, with a gap in time after some records."""
    folder.mkdir()
    header = "\r\n".join(
        [
            "######## Neuralynx Data File Header",
            "-FileType NCS",
            "-FileVersion 3.4",
            "-RecordSize 1044",
            "-HardwareSubSystemType DigitalLynxSX",
            '-ApplicationName Cheetah "6.4.1"',
            "-TimeCreated 2026/03/01 12:00:00",
            "-AcqEntName CSC1",
            f"-SamplingFrequency {RATE}",
            "-ADMaxValue 32767",
            "-ADBitVolts 0.000000091555",
            "-NumADChannels 1",
            "-ADChannel 0",
            "-InputRange 3000",
            "-InputInverted False",
            "",
        ]
    )
    data = header.encode("latin-1").ljust(16384, b"\0")
    for record in range(records):
        stamp = 1_000_000_000 + record * RECORD * 1_000_000 // RATE + (gap_us if record >= gap_after else 0)
        samples = np.arange(record * RECORD, (record + 1) * RECORD, dtype="<i2")
        data += struct.pack("<QIII", stamp, 0, RATE, RECORD) + samples.tobytes()
    (folder / "CSC1.ncs").write_bytes(data)
    return folder


def test_a_gap_of_neuralynx_keeps_its_time(tmp_path: Path) -> None:
    """neo with a tolerance of a second gives what follows 48 ms early, and without one refuses the file."""
    folder = write_neuralynx(tmp_path / "nlx", records=8, gap_after=5, gap_us=48_000)
    contents, warnings = read(neo_recordings.read, folder, name="neuralynx")
    (part,) = contents.parts
    assert part.shape == (8 * RECORD, 1)
    ticks = contents.clocks[part.clock].ticks() / 1e9
    assert ticks[5 * RECORD] - ticks[5 * RECORD - 1] == pytest.approx(0.048 + 1 / RATE, abs=1e-6)
    assert np.diff(ticks[: 5 * RECORD]).max() == pytest.approx(1 / RATE, abs=1e-6)
    assert "has 2 pieces" in warnings[0]
    values = part.read()
    assert values.raw[5 * RECORD - 1 : 5 * RECORD + 1].ravel().tolist() == [5 * RECORD - 1, 5 * RECORD]
    assert DataManager.preview_file(folder).format == "neuralynx"
    assert DataManager.preview_file(folder / "CSC1.ncs").format == "neuralynx"


def write_blackrock(path: Path, packets: list[tuple[int, int]], units: tuple[bytes, ...] = (b"uV", b"uV")) -> Path:
    """Write a file of spec 2.3 with two channels; a packet is (timestamp, samples)."""
    channels = len(units)
    basic = b"NEURALCD" + bytes([2, 3]) + struct.pack("<I", 314 + 66 * channels)
    basic += b"1 kS/s".ljust(16, b"\0") + b"".ljust(256, b"\0") + struct.pack("<II", 30, 30000)
    basic += struct.pack("<8H", 2026, 3, 0, 1, 12, 0, 0, 0) + struct.pack("<I", channels)
    extended = b""
    for channel, unit in enumerate(units):
        extended += b"CC" + struct.pack("<H", channel + 1) + f"chan{channel}".encode().ljust(16, b"\0")
        extended += bytes([1, 1]) + struct.pack("<4h", -8000, 8000, -2000, 2000) + unit.ljust(16, b"\0")
        extended += struct.pack("<IIHIIH", 0, 0, 0, 0, 0, 0)
    data, count = basic + extended, 0
    for stamp, size in packets:
        data += b"\x01" + struct.pack("<II", stamp, size)
        data += np.column_stack([np.arange(count, count + size), np.full(size, 5)]).astype("<i2").tobytes()
        count += size
    path.write_bytes(data)
    return path


def test_a_pause_of_blackrock_keeps_its_time(tmp_path: Path) -> None:
    path = write_blackrock(tmp_path / "a.ns2", [(0, 1000), (90000, 500)])
    contents, warnings = read(neo_recordings.read, path, name="blackrock")
    part = contents.parts[0]
    ticks = contents.clocks[part.clock].ticks() / 1e9
    assert len(ticks) == 1500
    assert ticks[[0, 999, 1000]].tolist() == pytest.approx([0, 0.999, 3.0])
    assert "go on at 3 s" in warnings[0]
    values = part.read()
    assert (values.raw[998:1002][:, 0] * values.gains[0]).tolist() == pytest.approx([249.5, 249.75, 250, 250.25])
    assert DataManager.preview_file(path).format == "blackrock"


def test_channels_in_other_units_are_parts_of_their_own(tmp_path: Path) -> None:
    """Blackrock records electrodes in microvolts and analog inputs in millivolts, into one stream."""
    path = write_blackrock(tmp_path / "a.ns2", [(0, 10), (3000, 10)], (b"uV", b"mV"))
    contents, _ = read(neo_recordings.read, path, name="blackrock")
    first, second = contents.parts
    assert [(part.unit, part.channels) for part in contents.parts] == [("uV", ("chan0",)), ("mV", ("chan1",))]
    assert first.clock == second.clock
    assert first.read().raw[8:12].ravel().tolist() == [8, 9, 10, 11]
    assert second.read().raw[8:12].ravel().tolist() == [5, 5, 5, 5]
    assert second.name.endswith(" in mV")


AMPLIFIER, AUXILIARY = "RHD2000 amplifier channel", "RHD2000 auxiliary input channel"


def write_tdt(
    tank: Path,
    starts: list[float],
    *,
    rate: float = 1000.0,
    block: int = 100,
    name: str = "Block-1",
    begin: float = 1.7e9,
) -> Path:
    """Write a block of a tank: two channels whose samples count up from the block's start, in blocks of samples."""
    folder = tank / name
    folder.mkdir(parents=True)
    stream, mark = 0x8101, 0x8801
    index = [bytes(40), struct.pack("<iiiHHdqif", 10, mark, 1, 0, 0, begin, 0, 0, 0)]
    data = b""
    for start in starts:
        for channel in (1, 2):
            code = int.from_bytes(b"LFP1", "little")
            place = (begin + start, len(data), 0, rate)
            index.append(struct.pack("<iiiHHdqif", 10 + block, stream, code, channel, 0, *place))
            data += np.rint(start * rate + np.arange(block)).astype("<f4").tobytes()
    index.append(struct.pack("<iiiHHdqif", 10, mark + 1, 2, 0, 0, begin + 10, 0, 0, 0))
    fields = {"StoreName": "LFP1", "HeadName": "LFP1", "Enabled": 1, "CircType": 0, "NumChan": 2, "StrobeMode": 0}
    fields |= {"TankEvType": stream, "NumPoints": block, "DataFormat": 0, "SampleFreq": rate}
    notes = "".join(f"NAME={key};TYPE=S;VALUE={value};\n" for key, value in fields.items())
    stem = folder / f"{tank.name}_{name}"
    stem.with_suffix(".tsq").write_bytes(b"".join(index))
    stem.with_suffix(".tev").write_bytes(data)
    stem.with_suffix(".Tbk").write_text(f"{notes}[STOREHDRITEM][USERNOTEDELIMITER]", "utf-8")
    stem.with_suffix(".Tdx").write_bytes(b"")
    return folder


@pytest.mark.filterwarnings("ignore:Could not identify sev files")
@pytest.mark.parametrize("whole_tank", [False, True])
def test_a_pause_of_tdt_keeps_its_time(tmp_path: Path, whole_tank: bool) -> None:
    """neo 0.14.6 joins the blocks of samples, so what follows a pause of a second would be a second early."""
    starts = [one / 10 for one in range(5, 40) if not 15 <= one < 25]
    folder = write_tdt(tmp_path / "Tank", starts)
    contents, warnings = read(neo_recordings.read, folder.parent if whole_tank else folder, name="tdt")
    (part,) = contents.parts
    clock = contents.clocks[part.clock]
    assert clock.ticks_per_second is not None
    ticks = clock.ticks() / clock.ticks_per_second
    samples = part.read().raw[0:2500][:, 0]
    assert part.shape == (2500, 2)
    np.testing.assert_allclose(ticks, samples / 1000, atol=1e-6)
    assert len(warnings) == 1
    assert "2 pieces, which go on at 2.5 s" in warnings[0]


@pytest.mark.filterwarnings("ignore:Could not identify sev files")
def test_a_tdt_stream_without_a_pause_is_one_piece(tmp_path: Path) -> None:
    folder = write_tdt(tmp_path / "Tank", [one / 10 for one in range(5, 40)])
    contents, warnings = read(neo_recordings.read, folder, name="tdt")
    (part,) = contents.parts
    clock = contents.clocks[part.clock]
    assert part.shape == (3500, 2)
    assert clock.ticks_per_second is not None
    assert clock.ticks()[0] / clock.ticks_per_second == pytest.approx(0.5, abs=1e-6)
    assert warnings == []


@pytest.mark.filterwarnings("ignore:Could not identify sev files")
def test_a_block_of_tdt_is_imported_by_its_folder_or_one_of_its_files(tmp_path: Path) -> None:
    folder = write_tdt(tmp_path / "Tank", [one / 10 for one in range(40)])
    for path in (folder, folder / "Tank_Block-1.tsq"):
        data_manager = DataManager()
        data_manager.import_file(path)
        assert {key for key in data_manager.getAllKeys() if key.startswith("LFP1")}


@pytest.mark.filterwarnings("ignore:Could not identify sev files")
def test_a_tank_of_tdt_is_imported_by_its_folder_and_its_blocks_keep_their_times(tmp_path: Path) -> None:
    write_tdt(tmp_path / "Tank", [0.0, 0.1])
    write_tdt(tmp_path / "Tank", [0.0, 0.1], name="Block-2", begin=1.7e9 + 60)
    (tmp_path / "Tank" / "notes").mkdir()
    manager = DataManager()
    report = manager.import_file(tmp_path / "Tank")
    assert report.failures == []
    key = next(key for key in manager.getAllKeys() if key.startswith("LFP1"))
    clock = manager.getData(key).getTimeFrame()
    assert len(clock) == 400
    assert clock.seconds_at([0, 199, 200, 399]).tolist() == pytest.approx([0.0, 0.199, 60.0, 60.199], abs=1e-4)


@pytest.mark.parametrize("first", [0, -640, 1_200_000])
def test_sample_numbers_of_intan_say_where_a_file_begins(tmp_path: Path, first: int) -> None:
    """neo 0.14.6 begins at 0, though a recording may begin before its trigger and go on over several files."""
    path = write_intan(tmp_path / "a.rhd", first + np.arange(5 * SAMPLES_PER_BLOCK))
    contents, warnings = read(neo_recordings.read, path, name="intan")
    assert warnings == []
    seconds = {name: clock.ticks() / clock.ticks_per_second for name, clock in contents.clocks.items()}
    assert seconds[AMPLIFIER][[0, 1]].tolist() == pytest.approx([first / 20000, (first + 1) / 20000])
    assert seconds[AUXILIARY][[0, 1]].tolist() == pytest.approx([first / 20000, (first + 4) / 20000])


def test_a_pause_of_intan_keeps_its_time_on_every_stream(tmp_path: Path) -> None:
    numbers = np.arange(4 * SAMPLES_PER_BLOCK)
    numbers[2 * SAMPLES_PER_BLOCK :] += 5000
    contents, warnings = read(neo_recordings.read, write_intan(tmp_path / "a.rhd", numbers), name="intan")
    assert "jump 1 times, the first from 255 to 5,256" in warnings[0]
    assert contents.clocks[AMPLIFIER].ticks()[[255, 256]].tolist() == [255, 5256]
    assert contents.clocks[AUXILIARY].ticks()[[63, 64]].tolist() == [252, 5256]
    assert {clock.ticks_per_second for clock in contents.clocks.values()} == {20000}
    values = contents[AMPLIFIER].read()
    assert (values.raw[255:257][:, 0] * values.gains[0] + values.offsets[0]).tolist() == pytest.approx(
        [255 * 0.195 - 6389.76, 256 * 0.195 - 6389.76]
    )


def test_auxiliary_channels_of_intan_in_files_of_their_own_have_the_rate_of_the_amplifier(tmp_path: Path) -> None:
    """neo 0.14.6 gives them a quarter of it, so that they last four times as long."""
    write_intan(tmp_path / "info.rhd", np.arange(0))
    (np.arange(400, dtype="<i4") - 100).tofile(tmp_path / "time.dat")
    np.zeros((400, 2), "<i2").tofile(tmp_path / "amplifier.dat")
    np.zeros((400, 1), "<u2").tofile(tmp_path / "auxiliary.dat")
    contents, warnings = read(neo_recordings.read, tmp_path, name="intan")
    assert warnings == []
    for name in (AMPLIFIER, AUXILIARY):
        clock = contents.clocks[name]
        assert (clock.ticks_per_second, clock.ticks()[0], clock.size) == (20000, -100, 400)


def test_a_neo_that_moves_times_is_not_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before 0.14.6 the reader of Neuralynx could not be told what a gap is."""
    version = metadata.version  # other packages ask for theirs when they are imported
    monkeypatch.setattr(metadata, "version", lambda name: "0.14.5" if name == "neo" else version(name))
    path = write_blackrock(tmp_path / "a.ns2", [(0, 1000)])
    with pytest.raises(MissingPackageError, match=r"neo 0\.14\.5 is too old.*neo>=0\.14\.6"):
        neo_recordings.read(path, name="blackrock", warn=print)


def test_a_recording_that_is_cut_off_is_one_clear_error(tmp_path: Path) -> None:
    path = write_blackrock(tmp_path / "a.ns2", [(0, 1000)])
    path.write_bytes(path.read_bytes()[:200])
    with pytest.raises(LoadError, match="cannot be read as blackrock"):
        read(neo_recordings.read, path, name="blackrock")
