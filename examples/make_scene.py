"""What the camera of the made recording sees: two whiskers and a face, as video, lines, masks and tracked points.

Used by make_recording.py; everything comes from the same movement, so that each file can be checked against others.
Nothing here writes files. NumPy is enough for all but the video, which takes PyAV.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Image = NDArray[np.uint8]

WIDTH, HEIGHT = 256, 192
POINTS_PER_LINE = 24
MASK_EVERY_FRAMES = 10
TRACING_NOISE_PX = 0.15
TRACKING_NOISE_PX = 0.3
LIKELIHOOD_THRESHOLD = 0.6

FACE_CENTRE, FACE_RADII = (8.0, 112.0), (58.0, 72.0)
BACKGROUND_GRAY, FACE_GRAY, WHISKER_GRAY = 205.0, 60.0, 70.0
FRAME_NUMBER_BITS, BIT_PX = 12, 6
"""The frame's number stands in its top left corner, lowest bit first, dark for 1: so a decoded frame names itself."""


@dataclass(frozen=True, kw_only=True)
class Whisker:
    """A whisker as an arc of a circle that turns about its base.

    ``angle_deg`` (frames,) is the direction at the base, upwards from the x axis; ``curvature_per_px`` (frames,) is how
    much that direction turns per pixel along the whisker, in radians.
    """

    name: str
    base: tuple[float, float]
    length_px: float
    angle_deg: Floats
    curvature_per_px: Floats

    def points(self, count: int) -> tuple[Floats, Floats, Floats]:
        """``count`` points from base to tip: x to the right and y down in pixels, and the slope; (frames, count)."""
        angle, curvature = np.deg2rad(self.angle_deg)[:, np.newaxis], self.curvature_per_px[:, np.newaxis]
        direction = angle + curvature * np.linspace(0, self.length_px, count)
        x = self.base[0] + (np.sin(direction) - np.sin(angle)) / curvature
        y = self.base[1] + (np.cos(direction) - np.cos(angle)) / curvature
        return x, y, -np.tan(direction)

    def tips(self) -> Floats:
        """Position of the tip in pixels, (frames, 2)."""
        x, y, _ = self.points(2)
        return np.column_stack([x[:, -1], y[:, -1]])


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Files by name, their entries of the load config, and what is true of them."""

    files: dict[str, bytes]
    entries: list[dict[str, object]]
    truth: dict[str, object]
    truth_arrays: dict[str, NDArray[Any]]


def make_scene(rng: np.random.Generator, phase_rad: Floats, angle_deg: Floats, frame_rate_hz: int) -> Scene:
    """Film the whisker whose angle and phase at every frame are given, beside a second one that follows it."""
    lagging_deg = np.interp(np.arange(angle_deg.size) - 4.0, np.arange(angle_deg.size), angle_deg)
    bend = 0.3 * np.cos(phase_rad)
    c1 = Whisker(
        name="C1", base=(58.0, 98.0), length_px=130.0, angle_deg=angle_deg, curvature_per_px=-0.004 * (1 + bend)
    )
    c2 = Whisker(
        name="C2",
        base=(54.0, 132.0),
        length_px=105.0,
        angle_deg=0.8 * lagging_deg - 8.0,
        curvature_per_px=-0.006 * (1 + bend),
    )
    breath_px = 1.5 * np.sin(2 * np.pi * 2.5 * np.arange(angle_deg.size) / frame_rate_hz)
    c1_is_first = rng.random(angle_deg.size) < 0.7
    mask_frames = np.arange(0, angle_deg.size, MASK_EVERY_FRAMES)
    masks = {int(frame): _face(breath_px[frame]) > 0 for frame in mask_frames}

    clock = {"clock": "camera"}
    size = {"width": WIDTH, "height": HEIGHT}
    files = {
        "whisker_lines.csv": _lines_csv(rng, c1, c2, c1_is_first),
        "face_mask.csv": _masks_csv(masks),
        "tracked_points.csv": _tracked_points_csv(rng, c1, c2, breath_px),
    }
    entries: list[dict[str, object]] = [
        {
            "data_type": "line",
            "name": "whisker_lines",
            "filepath": "whisker_lines.csv",
            "format": "csv",
            **size,
            **clock,
        },
        {"data_type": "mask", "name": "face_mask", "filepath": "face_mask.csv", "format": "csv", **size, **clock},
        {
            "data_type": "points",
            "name": "tracked",
            "filepath": "tracked_points.csv",
            "format": "dlc_csv",
            "likelihood_threshold": LIKELIHOOD_THRESHOLD,
            **size,
            **clock,
        },
    ]
    encode = _find_encoder()
    if encode is not None:
        files["whisker_video.mp4"] = encode(_frames(rng, c1, c2, breath_px), frame_rate_hz)
        video = {"data_type": "video", "name": "whisker_video", "filepath": "whisker_video.mp4", "clock": "video"}
        entries.append(video)
    return Scene(
        files=files,
        entries=entries,
        truth={
            "image_size": [WIDTH, HEIGHT],
            "clip_frames": int(angle_deg.size),
            "has_video": encode is not None,
            "whiskers": [{"name": w.name, "base": w.base, "length_px": w.length_px} for w in (c1, c2)],
            "tracing_noise_px": TRACING_NOISE_PX,
            "tracking_noise_px": TRACKING_NOISE_PX,
        },
        truth_arrays={
            "c1_angle_deg": c1.angle_deg,
            "c2_angle_deg": c2.angle_deg,
            "c1_curvature_per_px": c1.curvature_per_px,
            "c2_curvature_per_px": c2.curvature_per_px,
            "c1_tip_px": c1.tips(),
            "c2_tip_px": c2.tips(),
            "c1_is_first_line": c1_is_first,
            "mask_frames": mask_frames,
            "mask_area_px": np.array([mask.sum() for mask in masks.values()]),
        },
    )


def _lines_csv(rng: np.random.Generator, c1: Whisker, c2: Whisker, c1_is_first: NDArray[np.bool_]) -> bytes:
    """Two lines per frame, in no reliable order: a tracer does not know which whisker is which."""
    traced = np.stack([np.stack(whisker.points(POINTS_PER_LINE)[:2], axis=1) for whisker in (c1, c2)])
    traced += rng.normal(0, TRACING_NOISE_PX, traced.shape)
    rows = ["Frame,X,Y"]
    for frame, first in enumerate(c1_is_first):
        for whisker in (0, 1) if first else (1, 0):
            x, y = (",".join(f"{value:.2f}" for value in axis) for axis in traced[whisker, frame])
            rows.append(f'{frame},"{x}","{y}"')
    return "\n".join([*rows, ""]).encode()


def _masks_csv(masks: dict[int, NDArray[np.bool_]]) -> bytes:
    """Run-length rows: the face has at most one run in a row of pixels."""
    rows = ["Frame,RLE"]
    for frame, mask in masks.items():
        runs = ((y, int(mask[y].argmax()), int(mask[y].sum())) for y in np.flatnonzero(mask.any(axis=1)))
        rows.append(f'{frame},"' + ",".join(f"{y},{x},{length}" for y, x, length in runs) + '"')
    return "\n".join([*rows, ""]).encode()


def _tracked_points_csv(rng: np.random.Generator, c1: Whisker, c2: Whisker, breath_px: Floats) -> bytes:
    """DeepLabCut's table; about one point in forty is lost: somewhere else, and of low likelihood."""
    parts = ["nose", "c1_tip", "c2_tip"]
    rows = [
        "scorer" + ",made" * 3 * len(parts),
        "bodyparts," + ",".join(part for part in parts for _ in range(3)),
        "coords" + ",x,y,likelihood" * len(parts),
    ]
    nose = np.column_stack([np.full(breath_px.size, FACE_CENTRE[0] + FACE_RADII[0]), FACE_CENTRE[1] + breath_px])
    truth = np.stack([nose, c1.tips(), c2.tips()], axis=1)
    lost = rng.random(truth.shape[:2]) < 0.025
    elsewhere = rng.uniform((0, 0), (WIDTH, HEIGHT), truth.shape)
    seen = np.where(lost[..., np.newaxis], elsewhere, truth + rng.normal(0, TRACKING_NOISE_PX, truth.shape))
    likelihood = np.where(lost, rng.uniform(0.05, 0.4, lost.shape), rng.uniform(0.9, 1.0, lost.shape))
    for frame, cells in enumerate(np.dstack([seen, likelihood]).reshape(len(truth), -1)):
        rows.append(f"{frame}," + ",".join(f"{cell:.3f}" for cell in cells))
    return "\n".join([*rows, ""]).encode()


def _face(breath_px: float) -> Floats:
    """Positive inside the face, falling to 0 at its edge; shape (height, width)."""
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    across = ((x - FACE_CENTRE[0]) / FACE_RADII[0]) ** 2
    down = ((y - FACE_CENTRE[1] - breath_px) / FACE_RADII[1]) ** 2
    return np.asarray(1.0 - across - down)


def _frames(rng: np.random.Generator, c1: Whisker, c2: Whisker, breath_px: Floats) -> Iterator[Image]:
    """Gray frames, (height, width): dark face and whiskers before a bright screen."""
    y, x = np.ogrid[:HEIGHT, :WIDTH]
    vignette = ((x - WIDTH / 2) / WIDTH) ** 2 + ((y - HEIGHT / 2) / HEIGHT) ** 2
    background = (BACKGROUND_GRAY * (1 - 0.35 * vignette)).astype(np.float32)
    # A few noise images used in turn: new noise for every frame would take longer than all the rest.
    noise = 2 * rng.standard_normal((8, HEIGHT, WIDTH), dtype=np.float32)
    whiskers = [np.stack(whisker.points(64), axis=1) for whisker in (c1, c2)]
    for frame, breath in enumerate(breath_px):
        image = background + noise[frame % len(noise)]
        inside = np.clip(12 * _face(breath), 0, 1).astype(np.float32)
        image += inside * (FACE_GRAY - image)
        for whisker in whiskers:
            _draw_whisker(image, *whisker[frame])
        for bit in range(FRAME_NUMBER_BITS):
            image[:BIT_PX, bit * BIT_PX : (bit + 1) * BIT_PX] = 0 if frame >> bit & 1 else 255
        yield np.clip(image, 0, 255).astype(np.uint8)


def _draw_whisker(image: NDArray[np.float32], x: Floats, y: Floats, slope: Floats) -> None:
    """Darken the columns that the whisker crosses, with a Gaussian profile that narrows towards the tip."""
    columns = np.arange(int(np.ceil(x[0])), min(int(x[-1]), WIDTH - 1) + 1)
    centre = np.interp(columns, x, y)
    width = np.interp(columns, x, np.linspace(1.5, 0.6, x.size))
    rows = np.rint(centre).astype(int) + np.arange(-5, 6)[:, None]
    distance = (rows - centre) / np.sqrt(1 + np.interp(columns, x, slope) ** 2)
    strength = np.exp(-0.5 * (distance / width) ** 2)
    visible = (rows >= 0) & (rows < HEIGHT)
    at = rows[visible], np.broadcast_to(columns, rows.shape)[visible]
    image[at] += strength[visible] * (WHISKER_GRAY - image[at])


def _find_encoder() -> Callable[[Iterator[Image], int], bytes] | None:
    """A function that makes an MP4 file, or None without PyAV."""
    try:
        import av
    except ImportError:
        return None

    def encode(frames: Iterator[Image], frame_rate_hz: int) -> bytes:
        file = io.BytesIO()
        with av.open(file, "w", format="mp4") as container:
            codec = "libx264" if "libx264" in av.codecs_available else "mpeg4"
            stream = container.add_stream(codec, rate=frame_rate_hz)
            stream.width, stream.height, stream.pix_fmt = WIDTH, HEIGHT, "yuv420p"
            # With one thread the file does not depend on the number of cores.
            stream.codec_context.thread_count = 1
            if codec == "libx264":
                stream.options = {"crf": "20", "preset": "ultrafast", "bf": "2", "g": "100"}
            for frame in frames:
                container.mux(stream.encode(av.VideoFrame.from_ndarray(frame, format="gray")))
            container.mux(stream.encode(None))
        return file.getvalue()

    return encode
