"""Where does a value lie in a chart? Its axes, its field and the grid; lines as pieces of SVG. Used by whatever draws one."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np
from jaxtyping import Float

from kinechain.report.curves import Frame, round_ticks

_MOST_POINTS = 500

Values = Float[np.ndarray, " point"]


@dataclass(frozen=True)
class Axis:
    """One axis: its range, the steps its ticks may have, how a tick reads, and the unit that stands at its end.

    `at` are the places of the ticks where they are not whole multiples of a step; the first one is the axis' beginning.
    """

    low: float
    high: float
    steps: tuple[float, ...]
    written: Callable[[float], str]
    unit: str = ""
    most: int = 6
    at: tuple[float, ...] = ()

    @property
    def ticks(self) -> list[float]:
        """Round places from below `low` to above `high`, or those that were asked for."""
        return list(self.at) or round_ticks(self.low, self.high, self.steps, self.most)


@dataclass(frozen=True)
class Band:
    """One line with its interval; `side` (a leg's, or another class of the style sheet) names its colour."""

    side: str
    x: Values
    y: Values
    low: Values
    high: Values


@dataclass(frozen=True)
class Field:
    """From values to the view box."""

    across: Axis
    up: Axis
    frame: Frame

    def x(self, value: float) -> float:
        """Return where a value lies across."""
        low, high = self.across.ticks[0], self.across.high
        return self.frame.left + (self.frame.right - self.frame.left) * (value - low) / max(high - low, 1e-9)

    def y(self, value: float) -> float:
        """Return where a value lies up and down."""
        ticks = self.up.ticks
        return self.frame.bottom - (self.frame.bottom - self.frame.top) * (value - ticks[0]) / (ticks[-1] - ticks[0])


def grid(field: Field) -> list[str]:
    """Return the lines of the grid with what its ticks say."""
    frame, parts = field.frame, []
    for tick in field.up.ticks:
        kind, y = "zero" if abs(tick) < 1e-9 else "grid", field.y(tick)
        parts.append(f'<line class="{kind}" x1="{frame.left}" x2="{frame.right}" y1="{y:.1f}" y2="{y:.1f}"/>')
        parts.append(text(frame.left - 8, y, field.up.written(tick), "end", "tick", ' dominant-baseline="central"'))
    for tick in field.across.ticks:
        x = field.x(tick)
        if x <= frame.right + 1.0:
            anchor = "end" if x > frame.right - 12 else "middle"
            below = ' dominant-baseline="hanging"'
            parts.append(text(x, frame.bottom + 10, field.across.written(tick), anchor, "tick", below))
    parts.append(text(frame.left - 44, frame.top - 18, field.up.unit, "start", "unit"))
    return parts


def runs(band: Band) -> list[list[int]]:
    """Return the stretches of points that are known, thinned where there are more than the picture has columns."""
    known = np.isfinite(band.x) & np.isfinite(band.y)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], known, [False]]).astype(int)))
    step = max(1, math.ceil(band.x.size / _MOST_POINTS))
    return [sorted({*range(int(start), int(stop), step), int(stop) - 1}) for start, stop in edges.reshape(-1, 2)]


def between(field: Field, band: Band) -> str:
    """Return the path round all that lies between a band's ends, empty where nothing is known."""
    pieces = []
    for run in runs(band):
        known = [i for i in run if math.isfinite(band.low[i]) and math.isfinite(band.high[i])]
        if len(known) > 1:
            upper = [f"{field.x(band.x[i]):.1f} {field.y(band.high[i]):.1f}" for i in known]
            lower = [f"{field.x(band.x[i]):.1f} {field.y(band.low[i]):.1f}" for i in reversed(known)]
            pieces.append(f"M{' '.join(upper + lower)}Z")
    return "".join(pieces)


def text(x: float, y: float, words: str, anchor: str, kind: str, more: str = "") -> str:
    """Return words in the picture, escaped; `more` are further attributes."""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{more}>{escape(words)}</text>'
