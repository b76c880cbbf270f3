"""The text of small SVG pictures, in the colours of the editor's theme where it has any."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

BLUE = "var(--vscode-charts-blue, #3572b0)"
OVERLAY = ("#ffb000", "#00c8ff", "#ff5fa2", "#7be05a", "#c08bff", "#ff7040", "#40e0d0", "#f0f060")
"""Colours that show on grey pictures, one for each overlay."""

Numbers = npt.NDArray[np.floating]


def picture(parts: Iterable[str], *, width: float, height: float, shown_width: float | None = None) -> str:
    """Return an SVG document; `shown_width` is its width on the screen, by default its own."""
    scale = 1.0 if shown_width is None else shown_width / width
    size = f'width="{width * scale:.0f}" height="{height * scale:.0f}" viewBox="0 0 {width:g} {height:g}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" role="img" {size}>{"".join(parts)}</svg>'


def lines(x1: Numbers, y1: Numbers, x2: Numbers, y2: Numbers, *, width: float = 1.0, color: str = BLUE) -> str:
    """Return straight lines, as one path."""
    rows = np.round(np.column_stack(np.broadcast_arrays(x1, y1, x2, y2)), 1).tolist()
    path = "".join(f"M{a:g} {b:g}L{c:g} {d:g}" for a, b, c, d in rows)
    return f'<path d="{path}" fill="none" stroke="{color}" stroke-width="{width:g}"/>'


def polyline(x: Numbers, y: Numbers, *, width: float = 1.0, color: str = BLUE) -> str:
    """Return a line through points; where one is NaN the line is broken."""
    path, is_open = [], False
    for a, b in np.round(np.column_stack([x, y]).astype(float), 1).tolist():
        if a != a or b != b:
            is_open = False
            continue
        path.append(f"{'L' if is_open else 'M'}{a:g} {b:g}")
        is_open = True
    style = f'fill="none" stroke="{color}" stroke-width="{width:g}" stroke-linejoin="round" stroke-linecap="round"'
    return f'<path d="{"".join(path)}" {style}/>'


def boxes(x: Numbers, widths: Numbers, *, y: float, height: float, color: str = BLUE) -> str:
    """Return filled boxes of one height, as one path."""
    rows = np.round(np.column_stack([x, widths]), 1).tolist()
    path = "".join(f"M{a:g} {y:g}h{b:g}v{height:g}h{-b:g}z" for a, b in rows)
    return f'<path d="{path}" fill="{color}"/>'


def dots(x: Numbers, y: Numbers, *, radius: float, color: str = BLUE) -> str:
    """Return dots; those that are NaN are left out."""
    rows = np.round(np.column_stack([x, y]).astype(float), 1)
    rows = rows[np.isfinite(rows).all(axis=1)]
    path = "".join(f"M{a:g} {b:g}h0" for a, b in rows.tolist())
    return f'<path d="{path}" stroke="{color}" stroke-width="{2 * radius:g}" stroke-linecap="round"/>'


def image(pixels: npt.NDArray[np.uint8], *, width: float, height: float, opacity: float = 1.0) -> str:
    """Return pixels as an image; they are as for `png`."""
    data = base64.b64encode(png(pixels)).decode("ascii")
    size = f'width="{width:g}" height="{height:g}" preserveAspectRatio="none" opacity="{opacity:g}"'
    return f'<image {size} href="data:image/png;base64,{data}"/>'


def png(pixels: npt.NDArray[np.uint8]) -> bytes:
    """Return a PNG file of ``(rows, columns)``, grey, or ``(rows, columns, 3 or 4)``, RGB or RGBA."""
    rows, columns = pixels.shape[:2]
    color_type = {2: 0, 3: 2}[pixels.ndim] if pixels.ndim == 2 or pixels.shape[2] == 3 else 6
    flat = np.ascontiguousarray(pixels).reshape(rows, -1)
    filtered = np.concatenate([np.zeros((rows, 1), np.uint8), flat], axis=1)  # each row begins with its filter: none
    header = struct.pack(">IIBBBBB", columns, rows, 8, color_type, 0, 0, 0)
    chunks = (b"IHDR", header), (b"IDAT", zlib.compress(filtered.tobytes(), 6)), (b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in chunks
    )
