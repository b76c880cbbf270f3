"""Make a head-fixed mouse recording whose ground truth is known.

``python examples/make_recording.py OUT_DIR`` writes a WhiskerToolbox load config (``recording.json``), the data files
it names, and ``ground_truth.json`` / ``ground_truth.npz`` with what went into them, so that an analysis can be checked.

The mouse whisks, is cued in go and no-go trials, and licks when it expects a reward. A 30 kHz acquisition system (the
master clock) records the local field potential, the lick sensor and the camera's exposure signal; the camera takes
500 frames per second, and every frame has a tick on the master clock.

NumPy is enough; PyAV (``pip install av``) adds the video. The same seed gives the same files. What the camera sees is
made in make_scene.py.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from make_scene import make_scene
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

MASTER_RATE_HZ = 30_000
CAMERA_RATE_HZ = 500
FRAME_TICKS = MASTER_RATE_HZ // CAMERA_RATE_HZ
CAMERA_START_TICK = MASTER_RATE_HZ // 2
SHORTEST_RECORDING_S = 8.0

# Bits of digital_in.dat, as the wires of a rig are connected.
CAMERA_BIT, LICK_BIT, TRIAL_BIT = 0, 1, 2
LICK_CONTACT_TICKS = 240

LFP_UV_PER_BIT = 0.195
LFP_CHANNEL_GAINS = (1.0, 0.55, -0.25, -0.7)
"""Lick response per channel: it turns its sign along the depth, as across the layers of cortex."""
LICK_RESPONSE_UV = 150.0
LICK_RESPONSE_S = 0.09
THETA_UV = 40.0

ANGLE_NOISE_DEG = 0.8


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One trial; ticks of the master clock, both included."""

    start: int
    end: int
    is_go: bool
    licks: tuple[int, ...]

    @property
    def outcome(self) -> str:
        """Signal-detection name of what the mouse did."""
        if self.is_go:
            return "hit" if self.licks else "miss"
        return "false alarm" if self.licks else "correct rejection"


@dataclass(frozen=True, kw_only=True)
class Whisking:
    """Movement of the whisker at every camera frame; `angle_deg` is without measurement noise."""

    phase_rad: Floats
    frequency_hz: Floats
    amplitude_deg: Floats
    set_point_deg: Floats
    angle_deg: Floats


def make_recording(folder: Path | str, *, duration_s: float = 64.0, video_s: float = 5.0, seed: int = 1) -> Path:
    """Write a recording and its ground truth into `folder`; returns the path of the load config.

    Parameters
    ----------
    folder
        Made if absent. Files of the same names are replaced, each at once, the load config last.
    duration_s
        At least 8 s.
    video_s
        Length of the video, and of the lines, masks and points that were traced in it, from the first frame on.
    seed
        The same seed, durations and NumPy version give the same files.

    Raises
    ------
    ValueError
        The duration is too short to hold a trial.
    """
    if duration_s < SHORTEST_RECORDING_S:
        raise ValueError(f"duration_s is {duration_s}, but a recording takes at least {SHORTEST_RECORDING_S:g} s")
    folder = Path(folder)
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(seed)
    master_ticks = round(duration_s * MASTER_RATE_HZ)

    trials = _make_trials(rng, master_ticks)
    licks = np.array([lick for trial in trials for lick in trial.licks], dtype=np.int64)
    frame_ticks = _make_frame_ticks(rng, master_ticks)
    whisking = _make_whisking(rng, frame_ticks, trials)
    theta_rad = _make_theta(rng, master_ticks)
    measured_deg = whisking.angle_deg + rng.normal(0, ANGLE_NOISE_DEG, frame_ticks.size)

    video_frames = round(video_s * CAMERA_RATE_HZ)
    scene = make_scene(rng, whisking.phase_rad[:video_frames], whisking.angle_deg[:video_frames], CAMERA_RATE_HZ)

    files = {
        "digital_in.dat": _digital_words(master_ticks, frame_ticks, trials, licks).tobytes(),
        "lfp.dat": _lfp_samples(rng, theta_rad, licks).tobytes(),
        "whisker_angle.csv": _csv("frame,angle_deg", enumerate(f"{angle:.4f}" for angle in measured_deg)),
        "lick_events.csv": _csv("tick", ((lick,) for lick in licks)),
        "trial_intervals.csv": _csv("start,end", ((trial.start, trial.end) for trial in trials)),
        "trial_features.csv": _csv(
            "trial,is_go,responded,lick_count,mean_whisking_amplitude_deg",
            (_features(trial, frame_ticks, whisking) for trial in trials),
        ),
        **scene.files,
        "video_ticks.csv": _csv("tick", ((tick,) for tick in frame_ticks[:video_frames])),
        "ground_truth.npz": _npz(
            {
                "frame_ticks": frame_ticks,
                "whisking_phase_rad": whisking.phase_rad,
                "whisking_frequency_hz": whisking.frequency_hz,
                "whisking_amplitude_deg": whisking.amplitude_deg,
                "set_point_deg": whisking.set_point_deg,
                "angle_deg": whisking.angle_deg,
                "theta_phase_rad": theta_rad[frame_ticks],
                "lick_response_uv": _lick_response(),
                **scene.truth_arrays,
            }
        ),
        "ground_truth.json": _json(
            {
                "seed": seed,
                "duration_s": duration_s,
                "master_rate_hz": MASTER_RATE_HZ,
                "camera_rate_hz": CAMERA_RATE_HZ,
                "frames": int(frame_ticks.size),
                "trials": [_trial_truth(trial) for trial in trials],
                "lick_ticks": licks.tolist(),
                "lick_response": {"duration_s": LICK_RESPONSE_S, "channel_gains": LFP_CHANNEL_GAINS},
                "theta_amplitude_uv": THETA_UV,
                "angle_noise_deg": ANGLE_NOISE_DEG,
                **scene.truth,
            }
        ),
        # Last: whoever finds the load config finds all that it names.
        "recording.json": _json({"data": [*_config_entries(), *scene.entries]}),
    }
    for name, content in files.items():
        _write_atomically(folder / name, content)
    if not scene.truth["has_video"]:
        print("make_recording: made without the video, because PyAV is missing (pip install av)", file=sys.stderr)
    return folder / "recording.json"


# Behaviour -------------------------------------------------------------------------------------------------------
def _make_trials(rng: np.random.Generator, master_ticks: int) -> list[Trial]:
    """Two-second trials, a few seconds apart; the first one is a hit."""
    length = 2 * MASTER_RATE_HZ
    trials: list[Trial] = []
    start = round(1.5 * MASTER_RATE_HZ)
    while start + length + MASTER_RATE_HZ < master_ticks:
        is_go = not trials or bool(rng.random() < 0.6)
        licks_at = rng.random() < (0.9 if is_go else 0.25)
        reaction_s = rng.normal(0.45, 0.06)
        # Mice lick at 6 to 7 Hz; the response to one lick is over before the next.
        gaps_s = np.clip(rng.normal(0.155, 0.015, rng.integers(7, 10)), 0.12, 0.19)
        licks_s = reaction_s + np.concatenate([[0.0], np.cumsum(gaps_s)])
        licks = start + np.rint(licks_s * MASTER_RATE_HZ).astype(np.int64)
        licks = licks[licks < start + length - LICK_CONTACT_TICKS]
        responded = not trials or licks_at
        trials.append(
            Trial(start=start, end=start + length, is_go=is_go, licks=tuple(licks.tolist()) if responded else ())
        )
        start += length + round(rng.uniform(1.5, 2.5) * MASTER_RATE_HZ)
    return trials


def _make_frame_ticks(rng: np.random.Generator, master_ticks: int) -> Ints:
    """Tick of every camera frame: the camera starts late, stops early, and jitters by one tick."""
    count = (master_ticks - CAMERA_START_TICK - MASTER_RATE_HZ // 4) // FRAME_TICKS
    return CAMERA_START_TICK + np.arange(count) * FRAME_TICKS + rng.integers(-1, 2, count)


def _make_whisking(rng: np.random.Generator, frame_ticks: Ints, trials: list[Trial]) -> Whisking:
    """Set-point plus amplitude times cos(phase): 6 to 14 Hz, phase 0 is fully forward, vigorous in trials."""
    in_trial = np.zeros(frame_ticks.size)
    whisks = np.zeros(frame_ticks.size)
    for trial in trials:
        in_trial[(frame_ticks >= trial.start) & (frame_ticks <= trial.end)] = 1.0
        early, late = trial.start - 0.3 * MASTER_RATE_HZ, trial.end + 0.5 * MASTER_RATE_HZ
        whisks[(frame_ticks >= early) & (frame_ticks <= late)] = 1.0
    frequency_hz = 10 + 4 * np.tanh(_slow_noise(rng, frame_ticks.size, CAMERA_RATE_HZ, 1.2))
    phase_rad = 2 * np.pi * np.cumsum(frequency_hz) / CAMERA_RATE_HZ
    vigour = 1 + 0.15 * np.tanh(_slow_noise(rng, frame_ticks.size, CAMERA_RATE_HZ, 1.0))
    amplitude_deg = (2 + 13 * _smooth(whisks, CAMERA_RATE_HZ, 0.4)) * vigour
    drift = np.tanh(_slow_noise(rng, frame_ticks.size, CAMERA_RATE_HZ, 4.0))
    set_point_deg = 8 + 2 * drift + 12 * _smooth(in_trial, CAMERA_RATE_HZ, 0.6)
    return Whisking(
        phase_rad=phase_rad,
        frequency_hz=frequency_hz,
        amplitude_deg=amplitude_deg,
        set_point_deg=set_point_deg,
        angle_deg=set_point_deg + amplitude_deg * np.cos(phase_rad),
    )


def _features(trial: Trial, frame_ticks: Ints, whisking: Whisking) -> tuple[object, ...]:
    frames = (frame_ticks >= trial.start) & (frame_ticks <= trial.end)
    amplitude = whisking.amplitude_deg[frames].mean()
    return f"{trial.start}-{trial.end}", int(trial.is_go), int(bool(trial.licks)), len(trial.licks), f"{amplitude:.4f}"


# Signals ---------------------------------------------------------------------------------------------------------
def _make_theta(rng: np.random.Generator, master_ticks: int) -> Floats:
    """Phase of the theta rhythm (around 8 Hz) at every master tick, in radians."""
    coarse = np.arange(0, master_ticks + FRAME_TICKS, FRAME_TICKS)
    frequency_hz = 8 + 0.6 * np.tanh(_slow_noise(rng, coarse.size, CAMERA_RATE_HZ, 0.7))
    phase = rng.uniform(0, 2 * np.pi) + 2 * np.pi * np.cumsum(frequency_hz) / CAMERA_RATE_HZ
    return np.interp(np.arange(master_ticks), coarse, phase)


def _lick_response() -> Floats:
    """Field potential after one lick in the first channel, in microvolts at the master rate."""
    t = np.arange(round(LICK_RESPONSE_S * MASTER_RATE_HZ)) / (LICK_RESPONSE_S * MASTER_RATE_HZ)
    shape = np.sin(np.pi * t) ** 2 * np.sin(2 * np.pi * t)
    return np.asarray(-LICK_RESPONSE_UV * shape / np.abs(shape).max())


def _lfp_samples(rng: np.random.Generator, theta_rad: Floats, licks: Ints) -> NDArray[np.int16]:
    """Theta, the response to every lick, and noise: interleaved 16-bit samples."""
    response = _lick_response()
    evoked = np.zeros(theta_rad.size + response.size)
    for lick in licks:
        evoked[lick : lick + response.size] += response
    samples = np.empty((theta_rad.size, len(LFP_CHANNEL_GAINS)), dtype="<i2")
    for channel, gain in enumerate(LFP_CHANNEL_GAINS):
        microvolts = THETA_UV * np.cos(theta_rad - 0.3 * channel)
        microvolts += gain * evoked[: theta_rad.size]
        microvolts += 20 * _pink_noise(rng, theta_rad.size) + 4 * rng.standard_normal(theta_rad.size, dtype=np.float32)
        samples[:, channel] = np.clip(np.rint(microvolts / LFP_UV_PER_BIT), -32768, 32767)
    return samples


def _digital_words(master_ticks: int, frame_ticks: Ints, trials: list[Trial], licks: Ints) -> NDArray[np.uint16]:
    """One 16-bit word per master tick, one wire per bit."""
    words = np.zeros(master_ticks, dtype="<u2")
    for tick in range(FRAME_TICKS // 2):
        words[frame_ticks + tick] |= np.uint16(1 << CAMERA_BIT)
    for lick in licks:
        words[lick : lick + LICK_CONTACT_TICKS] |= np.uint16(1 << LICK_BIT)
    for trial in trials:
        words[trial.start : trial.end + 1] |= np.uint16(1 << TRIAL_BIT)
    return words


def _smooth(values: Floats, rate_hz: float, width_s: float) -> Floats:
    window = np.hanning(round(width_s * rate_hz) | 1)
    half = window.size // 2
    padded = np.pad(values, half, mode="edge")
    return np.convolve(padded, window / window.sum(), mode="valid")


def _slow_noise(rng: np.random.Generator, count: int, rate_hz: float, width_s: float) -> Floats:
    noise = _smooth(rng.standard_normal(count), rate_hz, width_s)
    return np.asarray((noise - noise.mean()) / noise.std())


def _pink_noise(rng: np.random.Generator, count: int) -> Floats:
    """1/f noise of unit standard deviation, without what is slower than 1 Hz."""
    spectrum = np.fft.rfft(rng.standard_normal(count))
    frequency_hz = np.fft.rfftfreq(count, 1 / MASTER_RATE_HZ)
    spectrum[frequency_hz < 1] = 0
    spectrum /= np.sqrt(np.maximum(frequency_hz, 1))
    noise = np.fft.irfft(spectrum, count)
    return np.asarray(noise / noise.std())


# Files -----------------------------------------------------------------------------------------------------------
def _config_entries() -> list[dict[str, object]]:
    """The `data` array of the load config. Clocks come first: multi-channel data cannot be bound to a later one."""
    words = {"filepath": "digital_in.dat", "format": "uint16"}
    camera = {**words, "channel": CAMERA_BIT, "transition": "rising"}
    # The video has the camera's first frames only, so it has a clock of its own.
    video = {
        "filepath": "video_ticks.csv",
        "format": "multi_column_binary",
        "header_lines_to_skip": 0,
        "delimiter": ",",
    }
    rate = {"ticks_per_second": MASTER_RATE_HZ}  # all clocks count the ticks of the acquisition system
    return [
        {"data_type": "time", "name": "master", "filepath": "digital_in.dat", "format": "uint16_length", **rate},
        {"data_type": "time", "name": "camera", **camera, **rate},
        {"data_type": "time", "name": "video", **video, **rate},
        {"data_type": "digital_event", "name": "camera_ttl", **camera, "clock": "master"},
        {
            "data_type": "analog",
            "name": "lfp",
            "filepath": "lfp.dat",
            "format": "binary",
            "binary_data_type": "int16",
            "num_channels": len(LFP_CHANNEL_GAINS),
            "scale_factor": LFP_UV_PER_BIT,
            "clock": "master",
        },
        {
            "data_type": "analog",
            "name": "whisker_angle",
            "filepath": "whisker_angle.csv",
            "format": "csv",
            "has_header": True,
            "single_column_format": False,
            "clock": "camera",
        },
        {
            "data_type": "digital_event",
            "name": "lick_events",
            "filepath": "lick_events.csv",
            "format": "csv",
            "has_header": True,
            "clock": "master",
        },
        {
            "data_type": "digital_interval",
            "name": "trial_intervals",
            "filepath": "trial_intervals.csv",
            "format": "csv",
            "clock": "master",
        },
        {
            "data_type": "tensor",
            "name": "trial_features",
            "filepath": "trial_features.csv",
            "format": "csv",
            "clock": "master",
        },
    ]


def _trial_truth(trial: Trial) -> dict[str, object]:
    return {
        "start": trial.start,
        "end": trial.end,
        "is_go": trial.is_go,
        "outcome": trial.outcome,
        "lick_ticks": trial.licks,
    }


def _csv(header: str, rows: Iterable[tuple[object, ...]]) -> bytes:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows), ""]).encode()


def _json(value: object) -> bytes:
    return (json.dumps(value, indent=2) + "\n").encode()


def _npz(arrays: dict[str, NDArray[Any]]) -> bytes:
    file = io.BytesIO()
    np.savez(file, **arrays)  # type: ignore[arg-type]  # mypy takes a name of ours for the keyword `allow_pickle`
    return file.getvalue()


def _write_atomically(path: Path, content: bytes) -> None:
    """Write beside `path`, then rename: whoever looks sees the whole file or none."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        temporary.write_bytes(content)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def main(arguments: list[str] | None = None) -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description="Make a recording with known ground truth.")
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--duration-s", type=float, default=64.0, help="seconds to record (default: %(default)s)")
    parser.add_argument("--video-s", type=float, default=5.0, help="seconds to film (default: %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    try:
        config = make_recording(
            options.out_dir, duration_s=options.duration_s, video_s=options.video_s, seed=options.seed
        )
    except (OSError, ValueError) as error:
        print(f"make_recording: {error}", file=sys.stderr)
        return 1
    print(config)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
