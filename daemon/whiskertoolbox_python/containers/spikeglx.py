"""SpikeGLX: ``.bin`` with its ``.meta``, of Neuropixels probes (imec), NI-DAQ (nidq) and OneBox (obx).

Values are volts by the gains of the metadata; times begin at ``firstSample``. The sync line is bit 6 of the probe's
last word, and becomes intervals, as the digital lines of the NI-DAQ do.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path

import numpy as np

from whiskertoolbox_python.containers._contents import Array, Channels, Clock, Contents, Intervals, Part
from whiskertoolbox_python.containers._levels import intervals_of_bits
from whiskertoolbox_python.errors import LoadError

_SYNC_BIT = 6
_SECTION = re.compile(r"\(([^)]*)\)")
_GAIN_OF_PROBE = {21: 80.0, 24: 80.0, 2003: 100.0, 2004: 100.0, 2013: 100.0, 2014: 100.0, 2020: 100.0, 2021: 100.0}
"""Probes with one gain for all channels, which their table does not name."""
_WITH_GAIN_IN_HEADER = 1110

Meta = Mapping[str, str]


def find(path: Path) -> list[Path]:
    """Return the ``.meta`` files that belong to a file, or lie at or below a folder."""
    if path.is_dir():
        return sorted(found for found in path.rglob("*.meta") if _is_meta(found))
    meta = path.with_suffix(".meta")
    return [meta] if path.suffix in (".bin", ".meta") and meta.is_file() and _is_meta(meta) else []


def read(path: Path, *, warn: Callable[[str], None]) -> Contents:
    """Read a file, or every file below a run's folder; with several, names begin with ``imec0.ap`` and so on."""
    metas = find(path)
    if not metas:
        raise LoadError(f"{path}: there is no SpikeGLX .meta file for it")
    parts: list[Part] = []
    clocks: dict[str, Clock] = {}
    attributes: dict[str, object] = {}
    names = [_stream_name(meta) for meta in metas]
    for meta_path, name in zip(metas, names, strict=True):
        if names.count(name) > 1:
            name = meta_path.stem
        meta = read_meta(meta_path)
        attributes |= {key: meta[key] for key in ("fileCreateTime", "imDatPrb_pn", "imDatPrb_sn") if key in meta}
        try:
            stream = _Stream(meta_path.with_suffix(".bin"), meta)
        except (KeyError, ValueError, IndexError) as error:
            raise LoadError(f"{meta_path} is incomplete: {error}") from None
        count = stream.count(warn)
        clocks[name] = Clock.regular(
            count, stream.rate, start=float(meta.get("firstSample", 0)) / stream.rate, description="SpikeGLX samples"
        )
        parts += stream.parts(name, count)
    return Contents(tuple(parts), clocks, attributes)


def read_meta(path: Path) -> dict[str, str]:
    """Return the lines ``key=value`` of a ``.meta`` file; keys without their leading ``~``."""
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    pairs = (line.partition("=") for line in lines if "=" in line)
    return {key.strip().lstrip("~"): value.strip() for key, _, value in pairs}


def _is_meta(path: Path) -> bool:
    try:
        return path.is_file() and {"nSavedChans", "typeThis"} <= set(read_meta(path))
    except OSError:
        return False


def _stream_name(meta: Path) -> str:
    """Return ``imec0.ap`` of ``run_g0_t0.imec0.ap.meta``, ``nidq`` of ``run_g0_t0.nidq.meta``."""
    match = re.search(r"(imec\d*\.(?:ap|lf)|nidq|obx\d*(?:\.obx)?)$", meta.stem)
    return match[1] if match else meta.stem


class _Stream:
    """One file: its channels, each with a name, a gain to volts, and a kind."""

    def __init__(self, path: Path, meta: Meta) -> None:
        self.path = path
        self.kind = meta["typeThis"]
        self.width = int(meta["nSavedChans"])
        self.rate = float(meta[{"imec": "imSampRate", "nidq": "niSampRate", "obx": "obSampRate"}[self.kind]])
        saved = _saved_channels(meta, self.width)
        describe = {"imec": _imec, "nidq": _nidq, "obx": _obx}[self.kind]
        self.names, self.gains, self.is_word = zip(*(describe(meta, channel) for channel in saved), strict=True)
        self._meta = meta

    def count(self, warn: Callable[[str], None]) -> int:
        """Return the number of whole samples in the file, with a warning where the metadata promises another."""
        if not self.path.is_file():
            raise LoadError(f"{self.path} does not exist, but its .meta does; put both into one folder")
        size = self.path.stat().st_size
        count, rest = divmod(size, 2 * self.width)
        promised = int(self._meta.get("fileSizeBytes", size))
        if rest or promised != size:
            warn(
                f"{self.path}: it has {size:,} bytes, the .meta says {promised:,}; the {count:,} whole samples are read"
            )
        return count

    def parts(self, name: str, count: int) -> Iterator[Part]:
        """Yield the analog channels, and the lines of each digital word."""
        analog = [place for place, is_word in enumerate(self.is_word) if not is_word]
        if analog:
            names = tuple(self.names[place] for place in analog)
            gains = np.array([self.gains[place] for place in analog])
            read = partial(self._read, count, analog, names, gains)
            yield Part(name, "analog", (count, len(analog)), read, name, "V", channels=names)
        for place, is_word in enumerate(self.is_word):
            if is_word:
                for bit, label in self._lines(self.names[place]):
                    read_bit = partial(self._read_bit, count, place, bit)
                    yield Part(f"{name}/{label}", "digital_interval", (-1, 2), read_bit, name)

    def _lines(self, word: str) -> list[tuple[int, str]]:
        if self.kind == "imec" or word.startswith("SY"):
            return [(_SYNC_BIT, "sync")]
        number = int(word[2:])
        lines = _ranges(self._meta.get("niXDChans1", self._meta.get("obXDChans1", "0:15"))) or list(range(16))
        return [(line % 16, f"line_{line}") for line in lines if line // 16 == number]

    def _raw(self, count: int) -> Array:
        return np.memmap(self.path, "<i2", "r", shape=(count, self.width))

    def _read(self, count: int, chosen: list[int], names: tuple[str, ...], gains: Array) -> Channels:
        raw = self._raw(count)
        is_run = chosen == list(range(chosen[0], chosen[0] + len(chosen)))
        view = raw[:, chosen[0] : chosen[0] + len(chosen)] if is_run else raw[:, chosen]
        return Channels(view, names, gains, np.zeros(len(gains)))

    def _read_bit(self, count: int, place: int, bit: int) -> Intervals:
        words = self._raw(count).view("<u2")[:, place]
        return Intervals(intervals_of_bits(words, (bit,))[bit])


def _saved_channels(meta: Meta, width: int) -> list[int]:
    subset = meta.get("snsSaveChanSubset", "all")
    saved = list(range(width)) if subset == "all" else _ranges(subset)
    if len(saved) != width:
        raise ValueError(f"snsSaveChanSubset has {len(saved)} channels, nSavedChans says {width}")
    return saved


def _ranges(text: str) -> list[int]:
    """Return the numbers of ``0:3,7``."""
    numbers: list[int] = []
    for part in filter(None, text.split(",")):
        first, _, last = part.partition(":")
        numbers += range(int(first), int(last or first) + 1)
    return numbers


def _imec(meta: Meta, channel: int) -> tuple[str, float, bool]:
    ap, lf, _ = (int(number) for number in meta["acqApLfSy"].split(","))
    if channel >= ap + lf:
        return f"SY{channel - ap - lf}", 1.0, True
    is_ap = channel < ap
    number = channel if is_ap else channel - ap
    step = float(meta["imAiRangeMax"]) / float(meta.get("imMaxInt", 512))
    return f"{'AP' if is_ap else 'LF'}{number}", step / _imec_gain(meta, number, is_ap=is_ap), False


def _imec_gain(meta: Meta, number: int, *, is_ap: bool) -> float:
    named = meta.get(f"imChan{number}{'ap' if is_ap else 'lf'}Gain") or meta.get(
        f"imChan0{'ap' if is_ap else 'lf'}Gain"
    )
    if named:
        return float(named)
    header, *rows = _SECTION.findall(meta["imroTbl"])
    head = [int(value) for value in header.split(",")]
    probe = head[1] if len(head) == 3 else head[0]  # phase 3A: serial number, option, channels
    if probe in _GAIN_OF_PROBE:
        return _GAIN_OF_PROBE[probe]
    if probe == _WITH_GAIN_IN_HEADER:
        return float(head[3 if is_ap else 4])
    return float(rows[number].split()[3 if is_ap else 4])


def _nidq(meta: Meta, channel: int) -> tuple[str, float, bool]:
    mn, ma, xa, _ = (int(number) for number in meta["acqMnMaXaDw"].split(","))
    step = float(meta["niAiRangeMax"]) / float(meta.get("niMaxInt", 32768))
    if channel < mn:
        return f"MN{channel}", step / float(meta["niMNGain"]), False
    if channel < mn + ma:
        return f"MA{channel - mn}", step / float(meta["niMAGain"]), False
    if channel < mn + ma + xa:
        return f"XA{channel - mn - ma}", step, False
    return f"XD{channel - mn - ma - xa}", 1.0, True


def _obx(meta: Meta, channel: int) -> tuple[str, float, bool]:
    xa, dw, _ = (int(number) for number in meta["acqXaDwSy"].split(","))
    if channel < xa:
        return f"XA{channel}", float(meta["obAiRangeMax"]) / float(meta.get("obMaxInt", 32768)), False
    return (f"XD{channel - xa}" if channel < xa + dw else f"SY{channel - xa - dw}"), 1.0, True
