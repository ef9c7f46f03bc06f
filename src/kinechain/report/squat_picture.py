"""How do two squats look beside each other? Stick figures in real proportions, seen from the side, as one inline SVG.

Colours come from CSS classes; the figures stand on one ground line at one scale. The title says the same in words.
"""

import cmath
import math
from collections.abc import Iterator
from html import escape

from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.loads.what_if import Figure

#: Units of the picture for a metre; room around the figures; how large a head is against the trunk, and how thick limbs are.
_SCALE, _MARGIN, _GAP = 260.0, 26.0, 46.0
_HEAD, _NECK = 0.3, 0.12
_CAPTION, _TOP = 56.0, 16.0
_LIMBS = (("shoulder", "hand", "arm"), ("hip", "knee", "thigh"), ("knee", "ankle", "shank"))


def draw_squats(key: str, title: str, captions: tuple[str, str], figures: tuple[Figure, Figure]) -> str:
    """Return both figures as an SVG element; `captions` stand below them."""
    lows = [min(place.imag for place in figure.points.values()) for figure in figures]
    width = max(_reach(figure)[1] - _reach(figure)[0] for figure in figures) * _SCALE
    height = max(_head(figure).imag + _radius(figure) - low for figure, low in zip(figures, lows, strict=True)) * _SCALE
    whole, tall = 2.0 * (width + 2.0 * _MARGIN) + _GAP, height + _TOP + _CAPTION
    ground = _TOP + height
    body: list[str] = [f'<path class="ground" d="M0 {ground:.1f}H{whole:.1f}"/>']
    for nth, (figure, low, caption) in enumerate(zip(figures, lows, captions, strict=True)):
        left = nth * (width + 2.0 * _MARGIN + _GAP) + _MARGIN
        start, end = _reach(figure)
        shift = left + 0.5 * (width - _SCALE * (end - start)) - _SCALE * start
        body += _figure(figure, shift, ground + _SCALE * low, ("before", "after")[nth])
        body += _caption(caption, left + 0.5 * width, ground + 24.0)
    return (
        f'<svg class="squats" viewBox="0 0 {whole:.0f} {tall:.0f}" role="img" aria-labelledby="{key}">'
        f'<title id="{key}">{escape(title)}</title>{"".join(body)}</svg>'
    )


def _figure(figure: Figure, shift: float, ground: float, when: str) -> Iterator[str]:
    def at(place: complex) -> tuple[float, float]:
        return shift + _SCALE * place.real, ground - _SCALE * place.imag

    points = figure.points
    yield f'<g class="{when}">'
    x, _ = at(complex(figure.centre, 0.0))
    top, floor = at(points["hip"])[1] - 40.0, at(points["toe"])[1]
    yield f'<path class="weight" d="M{x:.1f} {top:.1f}V{floor:.1f}"/>'
    yield f'<path class="press" d="M{x - 6:.1f} {floor + 9:.1f}L{x:.1f} {floor:.1f}L{x + 6:.1f} {floor + 9:.1f}"/>'
    if figure.heel_m:
        yield _wedge(at(points["heel"]), at(points["toe"]))
    for first, second, name in _LIMBS:
        (x1, y1), (x2, y2) = at(points[first]), at(points[second])
        yield f'<path class="limb {name}" d="M{x1:.1f} {y1:.1f}L{x2:.1f} {y2:.1f}"/>'
    (x1, y1), (x2, y2), (x3, y3) = (at(points[name]) for name in ("hip", "back", "shoulder"))
    yield f'<path class="limb trunk" d="M{x1:.1f} {y1:.1f}Q{x2:.1f} {y2:.1f} {x3:.1f} {y3:.1f}"/>'
    foot = "L".join(f"{x:.1f} {y:.1f}" for x, y in (at(points[name]) for name in ("heel", "ankle", "toe")))
    yield f'<path class="limb foot" d="M{foot}Z"/>'
    hx, hy = at(_head(figure))
    yield f'<circle class="head" cx="{hx:.1f}" cy="{hy:.1f}" r="{_SCALE * _radius(figure):.1f}"/>'
    for name in ("shoulder", "hip", "knee", "ankle"):
        px, py = at(points[name])
        yield f'<circle class="joint" cx="{px:.1f}" cy="{py:.1f}" r="5.5"/>'
    yield _angle(figure, at(points["knee"]), at(points["hip"]), at(points["ankle"]))
    yield "</g>"


def _angle(figure: Figure, knee: tuple[float, float], hip: tuple[float, float], ankle: tuple[float, float]) -> str:
    """Return the bend of the knee as an arc from the shank's line carried on to the thigh, with its number."""
    along = math.atan2(knee[1] - ankle[1], knee[0] - ankle[0])
    thigh = math.atan2(hip[1] - knee[1], hip[0] - knee[0])
    radius = 34.0
    x1, y1 = knee[0] + radius * math.cos(along), knee[1] + radius * math.sin(along)
    x2, y2 = knee[0] + radius * math.cos(thigh), knee[1] + radius * math.sin(thigh)
    tx, ty = knee[0] + 0.55 * radius, knee[1] + 0.75 * radius  # before the shin, where nothing else is
    return (
        f'<path class="reach" d="M{knee[0]:.1f} {knee[1]:.1f}L{x1:.1f} {y1:.1f}"/>'
        f'<path class="arc" d="M{x1:.1f} {y1:.1f}A{radius} {radius} 0 0 0 {x2:.1f} {y2:.1f}"/>'
        f'<text class="angle" x="{tx:.1f}" y="{ty:.1f}">{round(figure.knee * DEGREES_PER_RADIAN)}°</text>'
    )


def _wedge(heel: tuple[float, float], toe: tuple[float, float]) -> str:
    raised, low = (heel, toe) if heel[1] < toe[1] else (toe, heel)
    return f'<path class="wedge" d="M{raised[0]:.1f} {raised[1]:.1f}L{low[0]:.1f} {low[1]:.1f}H{raised[0]:.1f}Z"/>'


def _caption(text: str, x: float, y: float) -> Iterator[str]:
    """Yield a caption, broken before what follows a colon and a comma."""
    first, _, rest = text.partition(": ")
    yield f'<text class="when" x="{x:.1f}" y="{y:.1f}">{escape(first)}</text>'
    yield f'<text class="what" x="{x:.1f}" y="{y + 20.0:.1f}">{escape(rest)}</text>'


def _head(figure: Figure) -> complex:
    shoulder, back = figure.points["shoulder"], figure.points["back"]
    spine = shoulder - back
    return shoulder + cmath.rect(_trunk(figure) * (_NECK + 0.5 * _HEAD), cmath.phase(spine))


def _radius(figure: Figure) -> float:
    return 0.5 * _HEAD * _trunk(figure)


def _trunk(figure: Figure) -> float:
    return abs(figure.points["shoulder"] - figure.points["hip"])


def _reach(figure: Figure) -> tuple[float, float]:
    """Return how far a figure reaches back and forward (m)."""
    head, radius = _head(figure).real, _radius(figure)
    places = [place.real for place in figure.points.values()]
    return min(*places, head - radius), max(*places, head + radius)
