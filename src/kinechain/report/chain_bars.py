"""How far would a freer link lead, and where among healthy people is a number? Two small drawings as inline SVG."""

import math
from html import escape

from markupsafe import Markup

from kinechain.core.types import Ranged
from kinechain.report.numbers import rounded
from kinechain.report.words import say

_WIDTH, _LEFT, _RIGHT = 340.0, 62.0, 292.0
_ROW, _THICK = 30.0, 14.0
#: What the bars reach to at most, unless a depth is beyond (degrees of knee flexion).
_DEEPEST_DEG = 150.0
_STRIP = 124.0


def draw_gain(key: str, title: str, before: Ranged, after: Ranged, aim_deg: float, language: str = "en") -> Markup:
    """Return the depth (degrees) as all is, and with the link freer, as two bars with their intervals; the aim is a dashed line."""
    most = max(_DEEPEST_DEG, aim_deg, *(one for one in (before.value, before.high, after.value, after.high) if math.isfinite(one)))
    bars = (("before", before), ("after", after))
    words = " ".join(say(f"chain.{code}_words", language=language, degrees=one.value) for code, one in bars)
    body = "".join(_bar(code, one, _ROW * (row + 0.5), most, language) for row, (code, one) in enumerate(bars))
    aim = _LEFT + (_RIGHT - _LEFT) * aim_deg / most
    body += f'<path class="aim" d="M{aim:.1f} -2V{2 * _ROW:g}"/>'
    body += (
        f'<text class="aim" x="{aim:.1f}" y="-7" text-anchor="middle">{escape(say("chain.aim_level", language=language))}</text>'
    )
    return Markup(
        f'<svg class="gain" viewBox="0 -22 {_WIDTH:g} {2 * _ROW + 22:g}" role="img" aria-labelledby="{key}-title {key}-desc">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(words)}</desc>{body}</svg>'
    )


def draw_place(percentile: float, verdict: str, words: str) -> Markup:
    """Return where a number is among a hundred healthy people: the middle half shaded, a dot on the line."""
    x = 6.0 + (_STRIP - 12.0) * min(max(percentile, 0.0), 100.0) / 100.0
    quarter = 0.25 * (_STRIP - 12.0)
    return Markup(
        f'<svg class="place is-{verdict}" viewBox="0 0 {_STRIP:g} 22" role="img" aria-label="{escape(words)}">'
        f'<path class="all" d="M6 11H{_STRIP - 6:g}"/><path class="middle" d="M{6 + quarter:g} 11h{2 * quarter:g}"/>'
        f'<circle cx="{x:.1f}" cy="11" r="5.5"/></svg>'
    )


def _bar(code: str, depth: Ranged, y: float, most: float, language: str) -> str:
    x, low, high = (_LEFT + (_RIGHT - _LEFT) * max(one, 0.0) / most for one in (depth.value, depth.low, depth.high))
    name = say(f"chain.{code}", language=language)
    line = f"M{low:.1f} {y:g}H{high:.1f}"
    reach = f'<path class="edge" d="{line}"/><path class="reach" d="{line}"/>' if math.isfinite(low) and math.isfinite(high) else ""
    at = max(x, high) if math.isfinite(high) else x
    return (
        f'<text x="{_LEFT - 8:g}" y="{y + 5:g}" text-anchor="end">{escape(name)}</text>'
        f'<rect class="ground" x="{_LEFT:g}" y="{y - _THICK / 2:g}" width="{_RIGHT - _LEFT:g}" height="{_THICK:g}" rx="4"/>'
        f'<rect class="{code}" x="{_LEFT:g}" y="{y - _THICK / 2:g}" width="{x - _LEFT:.1f}" height="{_THICK:g}" rx="4"/>{reach}'
        f'<text class="number" x="{max(at, _RIGHT) + 6:.1f}" y="{y + 5:g}">{rounded(depth.value, 0)}°</text>'
    )
