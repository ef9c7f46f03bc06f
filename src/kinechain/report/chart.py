"""How does one quantity run against another? One inline SVG: lines with their bands, what is not modelled shaded.

Colours come from CSS classes, sizes are in the units of the view box. What is not known stays a gap. The title and the description
say the same in words.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kinechain.report.curves import Frame
from kinechain.report.field import Axis, Band, Field, between, grid, runs, text
from kinechain.report.layers import Layer, Level, Zone, draw_layer, draw_level, draw_spread, draw_zone
from kinechain.report.words import say

#: One of several charts side by side.
COMPACT = Frame(400.0, 268.0, 52.0, 388.0, 34.0, 206.0)


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

    Behind the lines, from the back: `zones` of x, `layers` stacked on each other, and `spreads`, bands of another kind than the
    lines' own. `levels` are heights with a word, `headings` words above places of x, `divides` places of x that part the field.
    The lines are named by their sides below, unless the page names them itself.
    """

    bands: Sequence[Band]
    marks: Sequence[Mark] = ()
    unknown: Sequence[tuple[float, float]] = ()
    named: bool = True
    zones: Sequence[Zone] = ()
    layers: Sequence[Layer] = ()
    spreads: Sequence[Band] = ()
    levels: Sequence[Level] = ()
    headings: Sequence[tuple[float, str]] = ()
    divides: Sequence[float] = ()


def draw_chart(
    key: str, title: str, description: str, across: Axis, up: Axis, chart: Chart, language: str = "en", frame: Frame = COMPACT
) -> str:
    """Return the chart as an SVG element; `key` makes its ids unique on a page."""
    field = Field(across, up, frame)
    body = [*grid(field), *(_shaded(field, stretch) for stretch in chart.unknown)]
    body += [draw_zone(field, zone) for zone in chart.zones]
    body += [draw_layer(field, layer) for layer in chart.layers]
    body += [_divide(field, at) for at in chart.divides]
    body += [_area(field, band) for band in chart.bands]
    body += [draw_spread(field, band) for band in chart.spreads]
    body += [draw_level(field, level) for level in chart.levels]
    body += [_line(field, band, dashed=band.side == "right" and len(chart.bands) > 1) for band in chart.bands]
    body += [text(field.x(at), frame.top - 10, words, "middle", "heading") for at, words in chart.headings]
    body += [_dot(field, mark) for mark in chart.marks]
    broad = frame.width > COMPACT.width
    height = frame.bottom + (40.0 if broad else 30.0)
    if len(chart.bands) > 1 and chart.named:
        body += _names(field, chart.bands, language)
        height = frame.height
    return (
        f'<svg class="curve {"wide" if broad else "compact"}" viewBox="0 0 {frame.width:g} {height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="15">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>{"".join(body)}</svg>'
    )


def _shaded(field: Field, stretch: tuple[float, float]) -> str:
    left, right = (min(max(field.x(end), field.frame.left), field.frame.right) for end in stretch)
    top, height = field.frame.top, field.frame.bottom - field.frame.top
    return f'<rect class="unknown" x="{left:.1f}" y="{top:g}" width="{max(right - left, 1.5):.1f}" height="{height:g}"/>'


def _divide(field: Field, at: float) -> str:
    x = field.x(at)
    return f'<line class="deepest" x1="{x:.1f}" x2="{x:.1f}" y1="{field.frame.top:g}" y2="{field.frame.bottom:g}"/>'


def _line(field: Field, band: Band, dashed: bool) -> str:
    pieces = []
    for run in runs(band):
        points = [f"{field.x(band.x[i]):.1f} {field.y(band.y[i]):.1f}" for i in run]
        pieces.append(f"M{points[0]}" + (f"L{' '.join(points[1:])}" if len(points) > 1 else "h.1"))
    return f'<path class="line {band.side}{" dashed" if dashed else ""}" d="{"".join(pieces)}"/>' if pieces else ""


def _area(field: Field, band: Band) -> str:
    path = between(field, band)
    return f'<path class="band {band.side}" d="{path}"/>' if path else ""


def _dot(field: Field, mark: Mark) -> str:
    x, y = field.x(mark.x), field.y(mark.y)
    inside = min(max(x, field.frame.left + 16), field.frame.right - 16)
    words = text(inside, y - 12, mark.words, "middle", "peak") if mark.words else ""
    return f'<circle class="mark {mark.side}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>{words}'


def _names(field: Field, bands: Sequence[Band], language: str) -> list[str]:
    """Name the lines below, so that nobody depends on their colours."""
    parts = []
    for number, band in enumerate(bands):
        x, y = field.frame.left + 4 + 100 * number, field.frame.height - 12
        parts.append(f'<path class="line {band.side}{" dashed" if band.side == "right" else ""}" d="M{x:g} {y:g}h26"/>')
        parts.append(text(x + 33, y + 5, say(f"side.{band.side}", language=language), "start", "name"))
    return parts
