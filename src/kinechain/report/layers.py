"""What may lie behind a chart's lines? Layers stacked on each other, a spread drawn as a comb, zones in which less is told.

No pattern fills: a comb's teeth and a zone's strokes are lines of their own, so that a page needs no reference, in print too.
"""

import math
from dataclasses import dataclass

import numpy as np

from kinechain.report.field import Band, Field, Values, between, runs, text

_TOOTH, _STROKE = 7.0, 11.0
#: A word above a level stands where there is so much height for it, in units of the view box.
_ROOM = 27.0


@dataclass(frozen=True)
class Layer:
    """What one part adds to those below it, from `low` to `high`; `kind` names its colour."""

    kind: str
    x: Values
    low: Values
    high: Values


@dataclass(frozen=True)
class Zone:
    """A stretch of x in which less is told, and what is said of it; `kind` is a class of the style sheet."""

    kind: str
    low: float
    high: float
    words: str


@dataclass(frozen=True)
class Level:
    """A height that parts what lies below from what lies above, with a word for each, empty for none."""

    at: float
    below: str
    above: str = ""


def draw_layer(field: Field, layer: Layer) -> str:
    """Return a layer as a filled shape."""
    path = between(field, Band(layer.kind, layer.x, layer.high, layer.low, layer.high))
    return f'<path class="layer {layer.kind}" d="{path}"/>' if path else ""


def draw_spread(field: Field, band: Band) -> str:
    """Return a band as a comb: upright teeth between its ends, and the ends themselves as dashed lines."""
    teeth, ends = [], []
    for run in runs(band):
        known = [i for i in run if math.isfinite(band.low[i]) and math.isfinite(band.high[i])]
        if len(known) < 2:
            continue
        x = np.array([field.x(band.x[i]) for i in known])
        low, high = (np.array([field.y(values[i]) for i in known]) for values in (band.low, band.high))
        places = np.arange(math.ceil(x[0] / _TOOTH) * _TOOTH, x[-1], _TOOTH)
        teeth += [f"M{at:.1f} {np.interp(at, x, low):.1f}V{np.interp(at, x, high):.1f}" for at in places]
        ends += [f"M{' '.join(f'{a:.1f} {b:.1f}' for a, b in zip(x, y, strict=True))}" for y in (low, high)]
    if not ends:
        return ""
    return f'<path class="teeth {band.side}" d="{"".join(teeth)}"/><path class="ends {band.side}" d="{"".join(ends)}"/>'


def draw_zone(field: Field, zone: Zone) -> str:
    """Return a zone as a shaded field with slanting strokes and its words upright in it."""
    frame = field.frame
    left, right = (min(max(field.x(end), frame.left), frame.right) for end in (zone.low, zone.high))
    if right - left < 1.0:
        return ""
    strokes = "".join(_slanting(left, right, frame.top, frame.bottom))
    x, y = 0.5 * (left + right), 0.5 * (frame.top + frame.bottom)
    upright = f' dominant-baseline="central" transform="rotate(-90 {x:.1f} {y:.1f})"'
    return (
        f'<g class="zone {zone.kind}"><rect x="{left:.1f}" y="{frame.top:g}" width="{right - left:.1f}" '
        f'height="{frame.bottom - frame.top:g}"/><path d="{strokes}"/>{text(x, y, zone.words, "middle", "zone-name", upright)}</g>'
    )


def draw_level(field: Field, level: Level) -> str:
    """Return a level as a dotted line, its words just below and above it at the left."""
    frame, y = field.frame, field.y(level.at)
    if y < frame.top:
        return ""
    line = f'<line class="level" x1="{frame.left:g}" x2="{frame.right:g}" y1="{y:.1f}" y2="{y:.1f}"/>'
    above = text(frame.left + 6, y - 7, level.above, "start", "level-name") if level.above and y - frame.top > _ROOM else ""
    return line + text(frame.left + 6, y + 5, level.below, "start", "level-name", ' dominant-baseline="hanging"') + above


def _slanting(left: float, right: float, top: float, bottom: float) -> list[str]:
    """Return strokes at 45 degrees, cut to a rectangle."""
    height, strokes = bottom - top, []
    for start in np.arange(left - height, right, _STROKE):
        first, last = max(start, left), min(start + height, right)
        if last > first:
            strokes.append(f"M{first:.1f} {bottom - (first - start):.1f}L{last:.1f} {bottom - (last - start):.1f}")
    return strokes
