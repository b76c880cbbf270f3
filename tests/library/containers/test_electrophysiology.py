"""Open Ephys, SpikeGLX, and folders of sorted spikes."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from tests.support.field_files import FIELD, names, read
from whiskertoolbox_python import LoadError
from whiskertoolbox_python.containers import openephys, phy, spikeglx

STREAM = "Acquisition_Board-100.acquisition_board"


@pytest.fixture
def open_ephys(tmp_path: Path) -> Path:
    """A copy of a recording of GUI 0.6."""
    shutil.copytree(FIELD / "openephys", tmp_path / "oe")
    return tmp_path / "oe"


def recording(folder: Path) -> Path:
    return next(folder.rglob("structure.oebin")).parent


def test_headstage_and_adc_channels_are_parts_with_their_own_unit() -> None:
    contents, warnings = read(openephys.read, FIELD / "openephys")
    assert warnings == []
    board, adc = contents[STREAM], contents[f"{STREAM}_ADC"]
    assert (board.unit, board.channels, board.shape) == ("uV", ("CH1", "CH2", "CH3", "CH4"), (3000, 4))
    assert (adc.unit, adc.channels) == ("V", ("ADC1", "ADC2"))
    values = adc.read()
    assert values.raw[:1][0, 0] * values.gains[0] == pytest.approx(0.15258789)


def test_a_line_that_is_high_at_the_end_lasts_to_the_end() -> None:
    """neo 0.14.6 drops it. Line 1 is high from sample 10 to 19, and again from 40 on."""
    contents, _ = read(openephys.read, FIELD / "openephys")
    assert contents[f"{STREAM}/TTL_1"].read().bounds.tolist() == [[10, 19], [40, 2999]]
    assert contents[f"{STREAM}/TTL_3"].read().bounds.tolist() == [[30, 49]]


def test_times_are_the_synchronised_seconds() -> None:
    contents, _ = read(openephys.read, FIELD / "openephys")
    ticks = contents.clocks[STREAM].ticks()
    assert contents.clocks[STREAM].ticks_per_second == 1e9
    assert ticks[:2].tolist() == [166_666_667, 166_700_000]


def test_before_gui_0_6_the_timestamps_are_sample_numbers(open_ephys: Path) -> None:
    folder = recording(open_ephys)
    stream = folder / "continuous" / STREAM
    shutil.move(stream / "sample_numbers.npy", stream / "timestamps.npy")
    ttl = folder / "events" / STREAM / "TTL"
    shutil.move(ttl / "sample_numbers.npy", ttl / "timestamps.npy")
    shutil.move(ttl / "states.npy", ttl / "channel_states.npy")
    contents, _ = read(openephys.read, open_ephys)
    assert contents.clocks[STREAM].ticks_per_second == 30000
    assert contents.clocks[STREAM].ticks()[0] == 5000
    assert contents[f"{STREAM}/TTL_1"].read().bounds.tolist() == [[10, 19], [40, 2999]]


def test_a_gap_in_the_recording_is_told_and_kept(open_ephys: Path) -> None:
    stream = recording(open_ephys) / "continuous" / STREAM
    numbers = np.load(stream / "sample_numbers.npy")
    numbers[1000:] += 500
    np.save(stream / "sample_numbers.npy", numbers)
    (stream / "timestamps.npy").unlink()
    contents, warnings = read(openephys.read, open_ephys)
    assert "1 gaps, the first after sample 5,999 (500 samples)" in warnings[0]
    assert np.diff(contents.clocks[STREAM].ticks())[999] == 501


def test_a_lost_change_of_a_line_is_told(open_ephys: Path) -> None:
    ttl = recording(open_ephys) / "events" / STREAM / "TTL"
    states = np.load(ttl / "states.npy")
    states[1] = 1
    np.save(ttl / "states.npy", states)
    warnings: list[str] = []
    contents = openephys.read(open_ephys, warn=warnings.append)
    assert contents[f"{STREAM}/TTL_1"].read().bounds.tolist() == [[10, 2999]]
    assert "2 changes to the level it had already" in warnings[0]


def test_a_file_that_is_cut_off_is_read_as_far_as_it_goes(open_ephys: Path) -> None:
    data = recording(open_ephys) / "continuous" / STREAM / "continuous.dat"
    data.write_bytes(data.read_bytes()[:-7])
    contents, warnings = read(openephys.read, open_ephys)
    assert contents[STREAM].shape == (2999, 4)
    assert "the last 5 bytes" in warnings[0]
    assert "2,999 samples and 3,000 sample numbers" in warnings[1]


def test_a_structure_that_is_damaged_is_one_clear_error(open_ephys: Path) -> None:
    (recording(open_ephys) / "structure.oebin").write_text("{")
    with pytest.raises(LoadError, match=r"structure\.oebin cannot be read"):
        read(openephys.read, open_ephys)


RUN = "run_g0_t0.imec0.ap"
SAMPLES = 50


def write_spikeglx(folder: Path, *, channels: tuple[int, ...] = (0, 1, 2, 768), **more: str) -> Path:
    """Write a probe file of a few channels whose values are their channel number, and a sync pulse."""
    width = len(channels)
    meta = {
        "acqApLfSy": "384,384,1",
        "typeThis": "imec",
        "firstSample": "12345",
        "imAiRangeMax": "0.6",
        "imMaxInt": "512",
        "imSampRate": "30000",
        "nSavedChans": str(width),
        "snsSaveChanSubset": ",".join(str(channel) for channel in channels),
        "~imroTbl": "(0,384)" + "".join(f"({channel} 0 0 {500 if channel else 250} 125 1)" for channel in range(384)),
        "fileSizeBytes": str(2 * width * SAMPLES),
        **more,
    }
    samples = np.tile(np.array(channels, "<i2"), (SAMPLES, 1))
    samples[:, -1] = 0
    samples[10:20, -1] = 64 | 1
    samples[40:, -1] = 64
    folder.mkdir(exist_ok=True)
    (folder / f"{RUN}.meta").write_text("".join(f"{key}={value}\n" for key, value in meta.items()))
    samples.tofile(folder / f"{RUN}.bin")
    return folder / f"{RUN}.bin"


def test_spikeglx_gains_are_those_of_each_channel(tmp_path: Path) -> None:
    contents, warnings = read(spikeglx.read, write_spikeglx(tmp_path))
    assert warnings == []
    part = contents["imec0.ap"]
    assert (part.unit, part.channels) == ("V", ("AP0", "AP1", "AP2"))
    np.testing.assert_allclose(part.read().gains, [0.6 / 512 / 250, 0.6 / 512 / 500, 0.6 / 512 / 500])


def test_spikeglx_lf_channels_have_the_lf_gain(tmp_path: Path) -> None:
    contents, _ = read(spikeglx.read, write_spikeglx(tmp_path, channels=(384, 385, 768)))
    part = contents["imec0.ap"]
    assert part.channels == ("LF0", "LF1")
    np.testing.assert_allclose(part.read().gains, 0.6 / 512 / 125)


@pytest.mark.parametrize(("probe", "gain"), [("24", 80), ("2013", 100)])
def test_neuropixels_2_has_one_gain(tmp_path: Path, probe: str, gain: float) -> None:
    table = f"({probe},384)" + "".join(f"({channel} 0 0 0 {channel})" for channel in range(384))
    contents, _ = read(spikeglx.read, write_spikeglx(tmp_path, **{"~imroTbl": table, "imMaxInt": "8192"}))
    np.testing.assert_allclose(contents["imec0.ap"].read().gains, 0.6 / 8192 / gain)


def test_spikeglx_sync_is_bit_6_as_intervals_and_times_begin_at_the_first_sample(tmp_path: Path) -> None:
    """neo 0.14.6 offers no sync events, and gives the word in microvolts."""
    contents, _ = read(spikeglx.read, write_spikeglx(tmp_path))
    assert contents["imec0.ap/sync"].read().bounds.tolist() == [[10, 19], [40, 49]]
    assert contents.clocks["imec0.ap"].ticks()[0] == 12345
    assert contents.clocks["imec0.ap"].ticks_per_second == 30000


def test_nidq_has_analog_inputs_and_digital_lines(tmp_path: Path) -> None:
    meta = {
        "typeThis": "nidq",
        "niSampRate": "25000",
        "niAiRangeMax": "5",
        "niMNGain": "200",
        "niMAGain": "1",
        "acqMnMaXaDw": "0,0,2,1",
        "snsMnMaXaDw": "0,0,2,1",
        "niXDChans1": "0:1",
        "nSavedChans": "3",
        "snsSaveChanSubset": "all",
        "firstSample": "0",
    }
    (tmp_path / "r_g0_t0.nidq.meta").write_text("".join(f"{key}={value}\n" for key, value in meta.items()))
    samples = np.zeros((20, 3), "<i2")
    samples[:, 0], samples[5:8, 2] = 16384, 2
    samples.tofile(tmp_path / "r_g0_t0.nidq.bin")
    contents, _ = read(spikeglx.read, tmp_path)
    assert names(contents) == ["nidq", "nidq/line_0", "nidq/line_1"]
    values = contents["nidq"].read()
    assert values.raw[0, 0] * values.gains[0] == 2.5
    assert contents["nidq/line_1"].read().bounds.tolist() == [[5, 7]]
    assert contents["nidq/line_0"].read().bounds.tolist() == []


def test_a_spikeglx_file_shorter_than_its_meta_says_is_told(tmp_path: Path) -> None:
    path = write_spikeglx(tmp_path)
    path.write_bytes(path.read_bytes()[:-3])
    contents, (warning,) = read(spikeglx.read, path)
    assert "it has 397 bytes, the .meta says 400" in warning
    assert contents["imec0.ap"].shape == (49, 3)


def test_a_meta_without_its_bin_is_one_clear_error(tmp_path: Path) -> None:
    write_spikeglx(tmp_path).unlink()
    with pytest.raises(LoadError, match=r"\.bin does not exist"):
        read(spikeglx.read, tmp_path)


@pytest.fixture
def sorted_spikes(tmp_path: Path) -> Path:
    """A copy of a folder of phy."""
    shutil.copytree(FIELD / "phy", tmp_path / "phy")
    return tmp_path / "phy"


def groups(folder: Path) -> dict[str, str]:
    contents, _ = read(phy.read, folder)
    return {part.name: part.group for part in contents.parts}


def test_every_unit_of_spike_clusters_is_read_whatever_the_tables_list(sorted_spikes: Path) -> None:
    """spikeinterface 0.105.3 gives units 0 and 1 alone where cluster_info.tsv is missing."""
    (sorted_spikes / "cluster_info.tsv").unlink()
    assert groups(sorted_spikes) == {
        "unit_0": "good",
        "unit_1": "noise",
        "unit_2": "unsorted",
        "unit_3": "unsorted",
        "unit_7": "mua",
    }


def test_without_any_table_of_groups_kilosorts_label_counts(sorted_spikes: Path) -> None:
    for name in ("cluster_info.tsv", "cluster_group.tsv"):
        (sorted_spikes / name).unlink()
    assert groups(sorted_spikes)["unit_1"] == "good"
    assert groups(sorted_spikes)["unit_7"] == "unsorted"


def test_spikes_are_on_the_samples_of_the_recording(sorted_spikes: Path) -> None:
    contents, _ = read(phy.read, sorted_spikes)
    clock = contents.clocks["spikes"]
    times, clusters = np.load(sorted_spikes / "spike_times.npy"), np.load(sorted_spikes / "spike_clusters.npy")
    assert clock.ticks_per_second == 30000
    ticks = clock.ticks()[contents["unit_7"].read().indices]
    assert ticks.tolist() == sorted(times.ravel()[clusters.ravel() == 7].tolist())


def test_params_are_read_and_never_run(sorted_spikes: Path, tmp_path: Path) -> None:
    target = tmp_path / "pwned"
    (sorted_spikes / "params.py").write_text(f"open({str(target)!r}, 'w')\nsample_rate = 25000\n")
    contents, _ = read(phy.read, sorted_spikes)
    assert contents.clocks["spikes"].ticks_per_second == 25000
    assert not target.exists()


def test_spikes_and_clusters_of_different_length_are_refused(sorted_spikes: Path) -> None:
    np.save(sorted_spikes / "spike_clusters.npy", np.zeros(5, int))
    with pytest.raises(LoadError, match="300 spike times and 5 clusters"):
        read(phy.read, sorted_spikes)


def test_a_python_object_in_an_array_is_never_loaded(sorted_spikes: Path) -> None:
    np.save(sorted_spikes / "spike_clusters.npy", np.array([{"a": 1}] * 300, object))
    with pytest.raises(LoadError, match=r"spike_clusters\.npy cannot be read"):
        read(phy.read, sorted_spikes)


def test_the_structure_names_a_stream_that_is_not_there(open_ephys: Path) -> None:
    path = recording(open_ephys) / "structure.oebin"
    structure = json.loads(path.read_text())
    structure["continuous"].append({**structure["continuous"][0], "folder_name": "gone/"})
    path.write_text(json.dumps(structure))
    contents, (warning,) = read(openephys.read, open_ephys)
    assert "gone" in warning
    assert STREAM in names(contents)


@pytest.mark.parametrize("part", ["continuous", "events"])
@pytest.mark.parametrize(
    "leading", ["../../elsewhere", "a/../../../elsewhere", "..\\..\\elsewhere", "C:/elsewhere", ""]
)
def test_a_stream_in_a_folder_elsewhere_is_not_read(open_ephys: Path, part: str, leading: str) -> None:
    path = recording(open_ephys) / "structure.oebin"
    structure = json.loads(path.read_text())
    structure[part][0]["folder_name"] = f"{leading}/"
    path.write_text(json.dumps(structure))
    with pytest.raises(LoadError, match="which is not in the recording"):
        read(openephys.read, open_ephys)
