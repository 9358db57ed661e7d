"""Geometry of the two small charts: bars and one line.

Positions across are percentages and heights are pixels, so the drawing fits a phone and a projector while its letters
keep their size; nothing needs a style attribute, which the content policy would refuse. Bars and lines start at zero.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Amount = int | float

#: Height of the field in which a line is drawn, and the room above it for the topmost label.
LINE_HEIGHT = 160
_TOP = 24
#: Room at both sides, in percent, so that the first and last labels are not cut.
_SIDE = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar: `share` is its length in percent of the longest; a missing value has no bar and is not 0."""

    label: str
    value: Amount | None
    share: str


@dataclass(frozen=True, slots=True)
class Point:
    """One point of a line; `anchor` keeps its label inside the picture."""

    label: str
    value: Amount | None
    x: str
    y: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Line:
    """What the line macro draws: points, segments between known neighbours, height of the limit, place of the mark."""

    points: tuple[Point, ...]
    segments: tuple[tuple[Point, Point], ...]
    limit_y: float | None
    mark_x: str | None
    base_y: float


def bar_rows(rows: Sequence[tuple[str, Amount | None]], whole: Amount | None = None) -> list[Bar]:
    """Bars for (label, value) rows, measured against `whole` or, without it, against the largest value."""
    top = whole or max((value for _label, value in rows if value is not None), default=0)
    return [Bar(label, value, _percent((value or 0) * 100 / top if top else 0)) for label, value in rows]


def line_points(
    rows: Sequence[tuple[str, Amount | None]], *, limit: Amount | None = None, mark: str | None = None
) -> Line:
    """A line through (label, value) rows; `limit` is a level drawn across, `mark` the label under a deadline."""
    known = [value for _label, value in rows if value is not None]
    top = max([*known, limit or 0], default=0) or 1
    step = (100 - 2 * _SIDE) / (len(rows) - 1) if len(rows) > 1 else 0
    points = tuple(
        Point(
            label,
            value,
            _percent(_SIDE + index * step),
            _height(value or 0, top),
            "start" if index == 0 else "end" if index == len(rows) - 1 else "middle",
        )
        for index, (label, value) in enumerate(rows)
    )
    segments = tuple(
        (left, right) for left, right in pairwise(points) if left.value is not None and right.value is not None
    )
    mark_x = next((point.x for point in points if point.label == mark), None) if mark else None
    return Line(points, segments, None if limit is None else _height(limit, top), mark_x, _height(0, top))


def _height(value: Amount, top: Amount) -> float:
    return round(_TOP + (LINE_HEIGHT - _TOP) * (1 - value / top), 1)


def _percent(value: float) -> str:
    return f"{min(max(value, 0), 100):.2f}%"
