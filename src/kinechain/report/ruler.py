"""How do the repetitions compare? One ruler in degrees, a dot and its interval for each repetition, as inline SVG."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from kinechain.report.curves import round_ticks
from kinechain.report.numbers import rounded
from kinechain.report.words import say

_WIDTH, _LEFT, _RIGHT, _TOP, _ROW = 640, 52, 604, 10, 34
_STEPS = (10.0, 15.0, 30.0, 45.0, 60.0)
_FULL_DEG = 150.0


@dataclass(frozen=True)
class Bar:
    """One leg in one repetition: its number, its side (which names its colour), and its value and interval in degrees."""

    index: int
    side: str
    value: float
    low: float
    high: float


def draw_ruler(key: str, title: str, bars: Sequence[Bar], language: str = "en") -> str:
    """Return the ruler as an SVG element; `key` makes its ids unique on a page."""
    least, most = min(0.0, *(bar.low for bar in bars)), max(_FULL_DEG, *(bar.high for bar in bars))
    ticks = round_ticks(least, most, _STEPS, 7)

    def x(degrees: float) -> float:
        return _LEFT + (_RIGHT - _LEFT) * (degrees - ticks[0]) / (ticks[-1] - ticks[0])

    foot = _TOP + _ROW * len(bars)
    parts = [
        f'<line class="grid" x1="{x(tick):.1f}" x2="{x(tick):.1f}" y1="{_TOP}" y2="{foot}"/>'
        f'<text class="tick" x="{x(tick):.1f}" y="{foot + 8}" text-anchor="middle" dominant-baseline="hanging">'
        f"{_degrees(tick)}</text>"
        for tick in ticks
    ]
    for number, bar in enumerate(bars):
        y = _TOP + _ROW * (number + 0.5)
        if number == 0 or bar.index != bars[number - 1].index:
            at = f'x="{_LEFT - 24}" y="{y:.1f}" text-anchor="middle" dominant-baseline="central"'
            parts.append(f'<text class="number" {at}>{bar.index}</text>')
        parts.append(
            f'<line class="reach {bar.side}" x1="{x(bar.low):.1f}" x2="{x(bar.high):.1f}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<circle class="mark {bar.side}" cx="{x(bar.value):.1f}" cy="{y:.1f}" r="7"/>'
        )
    description = " ".join(
        say(
            "curve.words.bar",
            language=language,
            index=bar.index,
            side=bar.side,
            value=_degrees(bar.value),
            low=_degrees(bar.low),
            high=_degrees(bar.high),
        )
        for bar in bars
    )
    return (
        f'<svg class="ruler" viewBox="0 0 {_WIDTH} {foot + 34}" role="img" aria-labelledby="{key}-title {key}-desc" font-size="15">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def _degrees(number: float) -> str:
    return f"{rounded(number, 0)}°".replace("-", "−")
