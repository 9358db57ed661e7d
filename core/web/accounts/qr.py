"""A QR code as the path of an inline drawing: no picture leaves for anywhere."""

from __future__ import annotations

from dataclasses import dataclass

import qrcode


@dataclass(frozen=True, slots=True)
class Drawing:
    """``d`` of an SVG path on a square of ``size`` units, quiet zone included."""

    size: int
    d: str


def qr_path(text: str) -> Drawing:
    """The QR code of ``text``, dark modules only."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    code.make(fit=True)
    matrix = code.get_matrix()
    parts = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(matrix) for x, is_dark in enumerate(row) if is_dark]
    return Drawing(len(matrix), "".join(parts))
