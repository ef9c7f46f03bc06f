"""How does one quantity run against another? One inline SVG: lines of both legs with their bands, what is not modelled shaded.

Colours come from CSS classes, sizes are in the units of the view box. What is not known stays a gap. The title and the description
say the same in words.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from jaxtyping import Float

from kinechain.report.curves import Frame, round_ticks
from kinechain.report.words import say

_MOST_POINTS = 500
_FRAME = Frame(400.0, 268.0, 52.0, 388.0, 34.0, 206.0)

Values = Float[np.ndarray, " point"]


@dataclass(frozen=True)
class Axis:
    """One axis: its range, the steps its ticks may have, how a tick reads, and the unit that stands at its end."""

    low: float
    high: float
    steps: tuple[float, ...]
    written: Callable[[float], str]
    unit: str = ""
    most: int = 6

    @property
    def ticks(self) -> list[float]:
        """Round places from below `low` to above `high`."""
        return round_ticks(self.low, self.high, self.steps, self.most)


@dataclass(frozen=True)
class Band:
    """One leg's line with its interval; `side` names its colour."""

    side: str
    x: Values
    y: Values
    low: Values
    high: Values


@dataclass(frozen=True)
class Mark:
    """A dot on a leg's line, with a word above it where there is one."""

    side: str
    x: float
    y: float
    words: str = ""


@dataclass(frozen=True)
class Chart:
    """What is drawn: lines, dots, and stretches of x that are shaded because nothing is known there.

    The lines are named by their sides below, unless the page names them itself.
    """

    bands: Sequence[Band]
    marks: Sequence[Mark] = ()
    unknown: Sequence[tuple[float, float]] = ()
    named: bool = True


def draw_chart(key: str, title: str, description: str, across: Axis, up: Axis, chart: Chart, language: str = "en") -> str:
    """Return the chart as an SVG element; `key` makes its ids unique on a page."""
    place = _Place(across, up, _FRAME)
    body = [*_grid(place), *(_shaded(place, stretch) for stretch in chart.unknown)]
    body += [_area(place, band) for band in chart.bands]
    body += [_line(place, band, dashed=band.side == "right" and len(chart.bands) > 1) for band in chart.bands]
    body += [_dot(place, mark) for mark in chart.marks]
    height = _FRAME.bottom + 30.0
    if len(chart.bands) > 1 and chart.named:
        body += _names(place, chart.bands, language)
        height = _FRAME.height
    return (
        f'<svg class="curve compact" viewBox="0 0 {_FRAME.width:g} {height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="15">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>{"".join(body)}</svg>'
    )


@dataclass(frozen=True)
class _Place:
    """From values to the view box."""

    across: Axis
    up: Axis
    frame: Frame

    def x(self, value: float) -> float:
        low, high = self.across.ticks[0], self.across.high
        return self.frame.left + (self.frame.right - self.frame.left) * (value - low) / max(high - low, 1e-9)

    def y(self, value: float) -> float:
        ticks = self.up.ticks
        return self.frame.bottom - (self.frame.bottom - self.frame.top) * (value - ticks[0]) / (ticks[-1] - ticks[0])


def _grid(place: _Place) -> list[str]:
    frame, parts = place.frame, []
    for tick in place.up.ticks:
        kind, y = "zero" if abs(tick) < 1e-9 else "grid", place.y(tick)
        parts.append(f'<line class="{kind}" x1="{frame.left}" x2="{frame.right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(_text(frame.left - 8, y, place.up.written(tick), "end", "tick", ' dominant-baseline="central"'))
    for tick in place.across.ticks:
        x = place.x(tick)
        if x <= frame.right + 1.0:
            anchor = "end" if x > frame.right - 12 else "middle"
            below = ' dominant-baseline="hanging"'
            parts.append(_text(x, frame.bottom + 10, place.across.written(tick), anchor, "tick", below))
    parts.append(_text(frame.left - 44, frame.top - 18, place.up.unit, "start", "unit"))
    return parts


def _shaded(place: _Place, stretch: tuple[float, float]) -> str:
    left, right = (min(max(place.x(end), place.frame.left), place.frame.right) for end in stretch)
    top, height = place.frame.top, place.frame.bottom - place.frame.top
    return f'<rect class="unknown" x="{left:.1f}" y="{top:g}" width="{max(right - left, 1.5):.1f}" height="{height:g}"/>'


def _runs(band: Band) -> list[list[int]]:
    """Return the stretches of points that are known, thinned where there are more than the picture has columns."""
    known = np.isfinite(band.x) & np.isfinite(band.y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    step = max(1, math.ceil(band.x.size / _MOST_POINTS))
    return [sorted({*range(int(start), int(stop), step), int(stop) - 1}) for start, stop in edges.reshape(-1, 2)]


def _line(place: _Place, band: Band, dashed: bool) -> str:
    pieces = []
    for run in _runs(band):
        points = [f"{place.x(band.x[i]):.1f} {place.y(band.y[i]):.1f}" for i in run]
        pieces.append(f"M{points[0]}" + (f"L{' '.join(points[1:])}" if len(points) > 1 else "h.1"))
    return f'<path class="line {band.side}{" dashed" if dashed else ""}" d="{"".join(pieces)}"/>' if pieces else ""


def _area(place: _Place, band: Band) -> str:
    pieces = []
    for run in _runs(band):
        known = [i for i in run if math.isfinite(band.low[i]) and math.isfinite(band.high[i])]
        if len(known) > 1:
            upper = [f"{place.x(band.x[i]):.1f} {place.y(band.high[i]):.1f}" for i in known]
            lower = [f"{place.x(band.x[i]):.1f} {place.y(band.low[i]):.1f}" for i in reversed(known)]
            pieces.append(f"M{' '.join(upper + lower)}Z")
    return f'<path class="band {band.side}" d="{"".join(pieces)}"/>' if pieces else ""


def _dot(place: _Place, mark: Mark) -> str:
    x, y = place.x(mark.x), place.y(mark.y)
    inside = min(max(x, place.frame.left + 16), place.frame.right - 16)
    words = _text(inside, y - 12, mark.words, "middle", "peak") if mark.words else ""
    return f'<circle class="mark {mark.side}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>{words}'


def _names(place: _Place, bands: Sequence[Band], language: str) -> list[str]:
    """Name the lines below, so that nobody depends on their colours."""
    parts = []
    for number, band in enumerate(bands):
        x, y = place.frame.left + 4 + 100 * number, place.frame.height - 12
        parts.append(f'<path class="line {band.side}{" dashed" if band.side == "right" else ""}" d="M{x:g} {y:g}h26"/>')
        parts.append(_text(x + 33, y + 5, say(f"side.{band.side}", language=language), "start", "name"))
    return parts


def _text(x: float, y: float, words: str, anchor: str, kind: str, baseline: str = "") -> str:
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{baseline}>{escape(words)}</text>'
