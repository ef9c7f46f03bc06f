"""What stands round a person in the pictures of a guide? Floor, wall, seat, step, phone, tape, angles and words, as pieces of SVG.

Centimetres, x to the right, y down, the floor at 0.
"""

import math
from collections.abc import Sequence
from html import escape
from typing import NamedTuple

from kinechain.report.posed_figure import Place
from kinechain.report.words import say

Box = tuple[float, float, float, float]


class Label(NamedTuple):
    """Words of the catalogue's group `guide_label` at a place."""

    at: Place
    code: str
    anchor: str = "middle"
    size: float = 7.5


#: What a picture is made of: elements of SVG, and words.
Piece = str | Label


def picture(
    key: str, title: str, description: str, box: Box, pieces: Sequence[Piece], language: str = "en", kind: str = "scene"
) -> str:
    """Return an SVG element that shows `box` (left, top, width, height) of the scene."""
    left, top, width, height = box
    drawn = "".join(_words(piece, language) if isinstance(piece, Label) else piece for piece in pieces)
    return (
        f'<svg class="guide {kind}" viewBox="{left:g} {top:g} {width:g} {height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc"><title id="{key}-title">{escape(title)}</title>'
        f'<desc id="{key}-desc">{escape(description)}</desc>{drawn}</svg>'
    )


def floor(left: float, right: float) -> str:
    """Return the floor."""
    return f'<path class="floor" d="M{left:g} 0H{right:g}"/>'


def block(left: float, top: float, width: float, height: float, kind: str = "prop") -> str:
    """Return a wall, a step, a seat or a table."""
    return f'<rect class="{kind}" x="{left:g}" y="{top:g}" width="{width:g}" height="{height:g}" rx="1.5"/>'


def chair(seat_left: float, seat_height: float, depth: float = 42.0, back_on_left: bool = True) -> str:
    """Return a chair from the side, its seat beginning at `seat_left`."""
    right = seat_left + depth
    back = seat_left if back_on_left else right - 4.0
    legs = "".join(block(x, -seat_height, 4.0, seat_height) for x in (seat_left, right - 4.0))
    return legs + block(seat_left, -seat_height, depth, 4.5) + block(back, -seat_height - 44.0, 4.0, 48.0)


def slope(left: float, right: float, degrees: float) -> str:
    """Return a wedge that rises to the right."""
    high = (right - left) * math.tan(math.radians(degrees))
    return f'<path class="prop" d="M{left:g} 0H{right:g}V{-high:.1f}Z"/>'


def span(start: Place, end: Place, kind: str = "measure") -> str:
    """Return a measuring line with a bar at each end."""
    (x0, y0), (x1, y1) = start, end
    long = max(math.hypot(x1 - x0, y1 - y0), 1e-6)
    nx, ny = -3.2 * (y1 - y0) / long, 3.2 * (x1 - x0) / long
    bars = "".join(f"M{x - nx:.1f} {y - ny:.1f}L{x + nx:.1f} {y + ny:.1f}" for x, y in (start, end))
    return f'<path class="{kind}" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}{bars}"/>'


def arrow(start: Place, end: Place, barb: float = 5.0) -> str:
    """Return an arrow; a short `barb` makes it a fine one."""
    (x0, y0), (x1, y1) = start, end
    way = math.atan2(y1 - y0, x1 - x0)
    barbs = "".join(
        f"M{x1:.1f} {y1:.1f}l{-barb * math.cos(way + turn):.1f} {-barb * math.sin(way + turn):.1f}" for turn in (0.5, -0.5)
    )
    kind = "arrow" if barb > 2.0 else "arrow fine"
    return f'<path class="{kind}" d="M{x0:.1f} {y0:.1f}L{x1:.1f} {y1:.1f}{barbs}"/>'


def angle(centre: Place, start_deg: float, end_deg: float, radius: float = 26.0, reach: float = 40.0) -> str:
    """Return an angle between two directions (0 to the right, 90 up): the first dashed, an arc between them."""
    x, y = centre
    ends = [(x + radius * math.cos(math.radians(one)), y - radius * math.sin(math.radians(one))) for one in (start_deg, end_deg)]
    away = (x + reach * math.cos(math.radians(start_deg)), y - reach * math.sin(math.radians(start_deg)))
    sweep, large = (0, 1)[end_deg < start_deg], int(abs(end_deg - start_deg) > 180.0)
    (x0, y0), (x1, y1) = ends
    return (
        f'<path class="dashes" d="M{x:.1f} {y:.1f}L{away[0]:.1f} {away[1]:.1f}"/>'
        f'<path class="measure" d="M{x0:.1f} {y0:.1f}A{radius:g} {radius:g} 0 {large} {sweep} {x1:.1f} {y1:.1f}"/>'
    )


def device(at: Place, turned_deg: float = 0.0, long: float = 15.0, wide: float = 7.5) -> str:
    """Return a phone, upright at 0, turned clockwise."""
    return (
        f'<g class="device" transform="translate({at[0]:.1f} {at[1]:.1f}) rotate({turned_deg:.1f})">'
        f'<rect x="{-wide / 2:g}" y="{-long / 2:g}" width="{wide:g}" height="{long:g}" rx="1.6"/>'
        f'<path d="M{-wide / 2 + 1.6:g} {-long / 2 + 3:g}H{wide / 2 - 1.6:g}"/></g>'
    )


def watch(at: Place) -> str:
    """Return a stop-watch."""
    x, y = at
    return (
        f'<g class="device"><rect x="{x - 1.6:g}" y="{y - 13:g}" width="3.2" height="5"/><circle cx="{x:g}" cy="{y:g}" r="9"/>'
        f'<path d="M{x:g} {y - 5.5:g}V{y:g}l4 2.6"/></g>'
    )


def _words(label: Label, language: str) -> str:
    (x, y), text = label.at, say(f"guide_label.{label.code}", language=language)
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{label.anchor}" font-size="{label.size:g}">{escape(text)}</text>'
