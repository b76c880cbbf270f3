"""What docs/formats.md says in its own words, around what `generate_formats.py` writes from the declarations."""

CONTAINERS_INTRODUCTION = """\
Any of these files or folders is imported with `dm.import_file(path)`, or with
`whiskertoolbox import PATH --session DIR` in a shell; `dm.preview_file(path)` and `--preview` show what is in it
(key, type, shape, clock, rate, unit), with the load config and the code that do the same. A file is recognised
by its content. One that is not recognised says what it was taken for.

Each part of a file becomes a key; each of the file's clocks becomes a time key, shared by the parts that are on
it. Frame numbers go on `time`, the clock of the video. In a load config an entry loads one part or clock; an entry
for a clock is needed only to give it a name or options of your own:

```json
[
  {"data_type": "time", "format": "nwb", "filepath": "day1.nwb", "part": "acquisition/lfp", "name": "lfp_time"},
  {"data_type": "analog", "format": "nwb", "filepath": "day1.nwb", "part": "acquisition/lfp", "name": "lfp",
   "clock": "lfp_time"}
]
```

What is in the file is kept: likelihoods become signals beside the points (a threshold is an option), gaps and
pauses keep their times, units that a table does not list stay. What cannot be kept is named in a warning.

**Attributes.** What a file says beside the numbers is kept with each key: `dm.getData("lfp_e2").attributes` has
`unit`, `description`, `electrode` (with its group, location and device), `obs_intervals` and other columns of a unit,
`columns` of trials, and under `recording` what holds for all of it: subject, start, experimenter, protocol. They are
read-only; `data.attributes = {**data.attributes, "unit": "mV"}` changes one. An entry of a load config may give more,
under `"attributes"`. An export writes them where the format has a place: NWB (subject, electrodes, units, trials),
Parquet (in the metadata of the column), the folder of CSV files, with `to_xarray` and `to_pandas` as `attrs`. Pose
files keep those of each key point: DeepLabCut's HDF5 and movement as an attribute of the table or dataset (60,000
characters at most), SLEAP's analysis file in its `provenance`, all as JSON under `whiskertoolbox`; movement has the
unit of the positions as `units`, too. Other tools pass over them, and an import here gives them back. With
`to_pynapple` an `IntervalSet` has the columns of a table of trials as metadata, a `TsdFrame` the unit; its `Ts` and
`Tsd` have no place for any, nor does a single CSV table. Hovers of a key, also in *Data Keys*, show unit,
description, electrode and subject.

**Frame numbers of tracked points** are those of the program that tracked. Frame *k* of a video is here the *k*-th
picture that a full decode shows. Where a recording has pauses, other readers count otherwise: imageio-ffmpeg 0.8.1
repeats the last picture through each pause, and sleap-io 0.9.5 shows, of one Matroska file, 200, 100 or no frames by
the package that happens to be installed (`findings/`). Compare the last tracked frame with
`dm.getData("video").getTotalFrameCount()`.

**Memory.** A file larger than the memory can be loaded into a session: beyond the result, loading needs about a chunk
(64 MB) of it. What is compressed in one piece (`.npz`, MATLAB 5 to 7, stacks of TIFF, HDF5 of poses, Parquet, text) is
unpacked once into the session's folder, which needs room for it until the file is loaded. More memory is needed for:

- structs, cells, text, sparse and complex matrices of MATLAB 5 to 7, all of them at once, as SciPy reads them; arrays
  of numbers at the top of a file are read piece by piece;
- spikes and events of Blackrock, Neuralynx, Plexon, TDT and Spike2, of which neo returns those of a channel as a whole,
  and the sample numbers of Intan; signals are read piece by piece;
- `.measurements` of Janelia's tracker, and the instances of a SLEAP project: some hundred bytes for each row;
- trials and labelled events of NWB, lines of digital inputs of Open Ephys: some dozens of bytes for each;
- points, 8 bytes for each; the members of a group of entities, as all units of Kilosort are, 16 bytes for each spike.

`dm.preview_file` looks into a file outside a session, so that tables as text and the poses of DeepLabCut, SLEAP and
movement are in memory while it does.

**Two devices** are brought to one clock by *Synchronise Clocks…* in the menu of *Data Keys*, or
`wt.synchronise_keys(dm, "flashes", "ttl")` in a script: by pulses that both have recorded, of which missing and extra
ones are found; the console draws the residuals. Or by a camera's frame counts and its exposures
(`wt.synchronise_frames`), of which lost frames are found. `.store(dm, "camera on daq", keys=[...])` keeps the clock.
Times that a file gives are clocks already when it is imported; parts are put on another clock of the session in its
preview.

**Lab Streaming Layer** (`.xdf`) is not read here; where pyxdf 1.17.5 reads it, give `dejitter_timestamps=False`, or
pauses below a second are spread over the whole stream.

### What other programs do with the same data

Seen with the versions named, on valid files; a script in `findings/` shows each.

- **tifffile** 2026.3.3 shapes ScanImage files by the frames that were planned; of a stopped recording `imread` gives
  the channels in turns, as frames. Import them here, or read `pages[channel::channels]`.
- **SciPy** 1.17.1 `loadmat` gives MATLAB's doubles as the small integers they are packed into, whose sums wrap around:
  `mat_dtype=True`. Here they are floats.
- **MNE** 1.13.2 resamples slow channels of EDF by the stretch that is asked for, so a value depends on what else is
  read. Read channels of one rate with `include=`.
- **SpikeInterface** 0.105.3 `unsigned_to_signed` keeps the offset of the unsigned counts, so traces in µV are 6.4 mV
  too low. Set the offsets after it.
- **SpikeInterface** 0.105.3 `save(dtype="int16")` cuts off floats and wraps those beyond the range to the other sign.
  Round and clip first.
- **pynapple** 0.11.4: a unit with one spike loses it in a `TsGroup`, also from NWB, unless another unit fires before
  and after it. Give `time_support`.
- **pynapple** 0.11.4 joins trials of NWB that overlap, drops those without a duration, and then leaves out the columns
  of all. Import them here; `to_pynapple` says what it loses.
- **neo** 0.14.6 `NWBIO` leaves out a series' offset and the trials, and refuses files with an `ElectricalSeries`.
- **neo** 0.14.6 `time_slice`: a spike or event on the border of two slices is in both. Select `start <= t < end`.
- **OpenCV** 5.0 seeks to a time by the mean rate, to another frame where a recording pauses. Seek by frame numbers.
- **xarray** 2026.9.0 `to_zarr(append_dim=…)` writes appended times in another unit than the store's, and they are read
  years away. Give the first write an encoding in nanoseconds.
- **xarray** 2026.9.0 packs changed values as the file had them, and what does not fit wraps around. `drop_encoding()`
  before writing.
- **movement** 0.17.0 saves poses of a part of a video to DeepLabCut, Lightning Pose and SLEAP from frame 0 on, gaps
  closed. Give it all frames first; ours writes them all.
- **decord** 0.6.0: in a video that was cut without re-encoding, frame *k* is another picture after a seek than in turn.
  **imageio** 2.38.1 with the plugin `pyav` makes up the last frames of it. Here are as many frames as a decode shows.
- **open-ephys-python-tools** 0.1.13 maps streams by each one's first and last pulse, so one that is missing stretches
  the clock by a second; 1.0.1 raises TypeError. `wt.synchronise` pairs by intervals (make them uneven).
- **SpikeInterface** 0.105.3 `from_neo_spiketrain_list` puts some spikes a sample early and leaves `t_start` in. Round,
  and make the sorting from samples.
- **quantities** 0.16.4 under neo: `searchsorted`, `histogram`, `interp` and other functions of NumPy ignore units.
  Rescale first, then take `.magnitude`.
- **iblatlas** 1.3.0 leaves out regions that it does not know, and with `remap` the left hemisphere, so rows move up.
- **SciPy** 1.17.1 `correlate` of integers or booleans wraps around, and its lag is wrong. Convert to floats.
- **PyWavelets** 1.9.0 `cwt` is half a sample late: 18 degrees at a tenth of the rate.
- **tdt** 0.7.6 and **neo** 0.14.6 join a TDT stream over its pauses, and `tdt` says that one which begins late began
  with the block. Import it here, by its block's folder; times are kept.
- **elephant** 1.2.1 moves kernels by their median, so a causal one rises before its spike, an exponential one of 50
  ms by 34 ms. `instantaneous_rate(…, center_kernel=False)`.
- **pynwb** 4.2.0 `add_trial(timeseries=…)` cuts off the first sample, so trials of a regular series begin a sample
  early here and there. Compute it with `rint`; trials imported here go by their times.
- **SciPy** 1.17.1 `scipy.ndimage` smooths integer counts to whole numbers, cut off: low rates become 0. Convert to
  floats.
- **SciPy** 1.17.1 `uniform_filter1d` is NaN, or off, from a missing sample or huge artefact to the end. Fill gaps
  first.
- **SciPy** 1.17.1 `find_peaks` measures prominence and width of a peak only as far as the next NaN, and so drops
  large peaks beside gaps. Interpolate first.
- **xarray** 2026.9.0 keeps, of the difference of two signals, the times that agree to the last bit: 912 of 1000. Give
  both one coordinate; what `to_xarray` makes of keys on one clock has the same.
- **xarray** 2026.9.0 and h5netcdf 1.8.2 read netCDF samples that were never written as 9.97e36 or -32767. Write with
  `_FillValue`.
- **pandas** 3.1.1 and **pyarrow** 26.0.1 read a folder of Parquet files with the columns of its first file. Read them
  one by one.
- **Zarr** 3.1.6: an array made shorter and then longer shows old values again, up to a chunk's border.
"""

EXPORT_INTRODUCTION = """\
## Exporting

*Export Data…* in VS Code, `wt.export_file(dm, path, keys=[...])` in a script and
`whiskertoolbox export PATH --session DIR --key KEY` in a shell write keys into one file or folder. They do the same:
the file appears when all of it has been written, a cancelled export leaves nothing, what a format has no place for is
named, and the command line and VS Code replace nothing unless told to. `wt.export_formats(dm, keys)` and
`--formats` list the formats that can hold keys together.

A pose format takes points, and with each the signal `<key>_likelihood` (or `_score`, `_confidence`) where there is one.
movement has named its axes in the singular since 0.16; for 0.15, the newest on Python 3.11, rename them:
`dataset.rename(keypoint="keypoints", individual="individuals")`. In NWB each signal with an electrode is an
`ElectricalSeries` of its own, called as its key. Cap'n Proto files are read, not written: upstream reads the CSV and
HDF5 files of lines that are saved here.
`wt.to_pandas(data)`, `to_arrow`, `to_xarray`, `to_pynapple` and `from_pynapple` hand single objects over.
"""

INTRODUCTION = """\
# Files that can be loaded and saved

<!-- Written by tools/generate_formats.py from the loaders and savers; do not edit. -->

A **load config** is a JSON file that lists what a recording consists of:

```json
{
  "variables": {"day": "2026-03-01"},
  "loops": {"channel": [0, 1]},
  "clocks": ["camera"],
  "data": [
    {"data_type": "time", "name": "camera", "format": "uint16", "filepath": "ttl.dat",
     "channel": 3, "transition": "rising"},
    {"data_type": "analog", "name": "lfp_{channel}", "format": "csv", "filepath": "${day}/lfp_{channel}.csv"},
    {"data_type": "digital_event", "name": "licks", "format": "csv", "filepath": "lick*.csv", "clock": "camera"}
  ]
}
```

Load it with **WhiskerToolbox: Load Data…** in VS Code, with `dm.load("recording.json")` in a script, or with
`whiskertoolbox load recording.json --session DIR` in a shell. One file alone is loaded with
`dm.load_file("licks.csv", data_type="digital_event", format="csv", name="licks", clock="camera")`.

VS Code completes and checks configs that are called `recording.json`, `*.load.json` or `*.wtconfig.json`; the schema
is `extension/schemas/load-config.schema.json`. `whiskertoolbox load recording.json --plan` (`dm.plan_load` in a
script) shows what would be loaded, from where and onto which clock, without opening a data file.

- The root is this object, or just the list of entries. Relative paths start at the config's folder. `*` in a
  file name takes the first file by name that matches.
- `${name}` is replaced by a value of `variables`, else by an environment variable, else left as it is (only in
  the form with `data`; a bare list of entries has no variables). Of the environment a config, which may be a
  stranger's, is given `HOME`, `LOGNAME`, `USER`, `USERNAME` and `USERPROFILE`, and those that you name in the setting
  `whiskertoolbox.configVariables`, or outside VS Code in the environment variable
  `WHISKERTOOLBOX_CONFIG_VARIABLES`, with commas between.
- An entry with `{name}` in its texts is repeated for every value of that loop: a list, or
  `{"from": 0, "to": 3, "step": 1}` with both ends included. An entry can use one loop.
- `clock` names the time key that the data belongs to. It may be made by a later entry. Without one the data
  is on the clock that the file gives, under the time key that `dm.import_file` gives it, or on `time` when the file
  gives none. Clocks listed under `clocks` exist, empty, from the beginning.
- If `time` has no times at the end and media were loaded, it gets the numbers of their frames.
- `python` says what scripts of the recording need: `venv_path`, the folder of an environment;
  `prepend_sys_paths`, folders that come first on `sys.path`; `required_imports`, modules that must be installed, and
  `"fail_on_missing_imports": false` if they are only to be mentioned. Relative paths start at the config's folder.
  *Load Data…* in VS Code compares that with the Python in use and asks once, before anything is changed; the command
  line and `dm.load` change nothing and warn of what is not met. The data is loaded in any case.
- `attributes` of an entry of data is an object of what is known beside the numbers, such as `{"unit": "mV"}`.
- `color` is accepted and has no effect. The blocks `commands` and `saves` are not applied, and a
  warning says so; `transformations` (pipelines) run after all data.

A config that cannot be used and a file given to `load_file` raise `LoadError`, data that cannot be saved
`SaveError`; the message names the file or key and says what to do.

Nothing stops the other entries: `dm.load` returns a report of what was made, of each entry that failed (key,
file, reason) and of what was left out; a `LoadWarning` tells of failures as well. In text files a row with a bad
cell is left out, with a warning that names the file and the line. Indices are exact at any size; fractions of an
index are cut off, with a warning, since most often such times are seconds. Text is UTF-8, with or without byte
order mark, with any line ends; names in another encoding are kept apart, with such bytes as codes (`\\xe9`).
An entry that makes several keys makes all of them or none.

**Saving**: `dm.save("licks", "licks.csv")` writes what a loader reads, and returns the entry that reads it
back. A file is replaced only when the new one has been written whole; of files that belong together, all or
none. Values are indices of the data's clock, never mapped through it.
"""
