"""How much does a kneecap bear as the knee bends? A small bar: higher where more, with a line under the bends of the exercise."""

from collections.abc import Sequence
from html import escape

from kinechain.core.training import LOAD_CLASSES
from kinechain.report.exercise_reading import LoadReading, LoadRun
from kinechain.report.words import say

#: The picture, the bar in it (px), and how far the knee bends at its end (degrees).
_WIDTH, _HEIGHT, _LEFT, _LONG, _GROUND, _MOST = 240.0, 52.0, 6.0, 222.0, 30.0, 120.0
_STEP = 8.0
_TOLD_AT = (0.0, 30.0, 60.0, 90.0, 120.0)


def draw_load_bar(key: str, reading: LoadReading, language: str = "en") -> str:
    """Return the bar as an SVG element; where the class holds at any bend it is one even bar without angles."""
    title = say("exercises.bar_title", language=language, headline=reading.headline)
    anywhere = any(run.start_deg is None for run in reading.runs)
    body = "".join(_run(run) for run in reading.runs)
    if not anywhere:
        body += _scale() + _own(reading.own_deg)
    height = _GROUND + 2.0 if anywhere else _HEIGHT
    return (
        f'<svg class="load-bar" viewBox="0 0 {_WIDTH:g} {height:g}" role="img" aria-labelledby="{key}-title">'
        f'<title id="{key}-title">{escape(title)}</title>{body}</svg>'
    )


def _at(degrees: float) -> float:
    return _LEFT + _LONG * degrees / _MOST


def _run(run: LoadRun) -> str:
    start, end = (0.0, _MOST) if run.start_deg is None or run.end_deg is None else (run.start_deg, run.end_deg)
    if end - start < 1.0:
        start, end = max(0.0, start - 1.0), end + 1.0
    high = _STEP * LOAD_CLASSES.index(run.load_class) + 2.0
    x, wide = _at(start), _at(end) - _at(start) - 0.8
    return f'<rect class="is-{run.load_class}" x="{x:.1f}" y="{_GROUND - high:.1f}" width="{wide:.1f}" height="{high:.1f}"/>'


def _scale() -> str:
    ticks = "".join(f"M{_at(at):.1f} {_GROUND:g}v3" for at in _TOLD_AT)
    words = "".join(f'<text x="{_at(at):.1f}" y="{_HEIGHT - 3:g}" text-anchor="middle">{at:g}°</text>' for at in _TOLD_AT)
    return f'<path class="axis" d="M{_LEFT:g} {_GROUND:g}H{_LEFT + _LONG:g}{ticks}"/>{words}'


def _own(own: Sequence[float] | None) -> str:
    if own is None:
        return ""
    start, end = (_at(min(bend, _MOST)) for bend in own)
    end = max(end, start + 2.0)
    return f'<path class="own" d="M{start:.1f} {_GROUND + 4.5:g}H{end:.1f}"/>'
