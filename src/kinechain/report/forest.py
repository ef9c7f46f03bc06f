"""What did each study find, and what do they say together? A forest plot: one inline SVG, and the same for a terminal.

Each study has its name and numbers above its line, so that the picture can be read on a phone. Ratios lie on a logarithmic axis.
Colours come from CSS classes, sizes are in the units of the view box; the title and the description say the same in words.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import wrap

from kinechain.report.curves import round_ticks
from kinechain.report.field import text
from kinechain.report.words import has_words, say

_WIDTH, _LEFT, _RIGHT, _TOP = 400.0, 14.0, 386.0, 8.0
_LINE, _BELOW, _FOOT, _FAVOURS = 19.0, 26.0, 32.0, 26.0
_NAME_LETTERS = 44
_STEPS = (0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0)
_MOST_TICKS = 7
#: The axis holds every study's interval; the summary's own may reach further, but no more than by so many times their width.
_REACH = 0.5
_COLUMNS, _NAME_COLUMNS, _MOST_DECIMALS = 27, 24, 2


@dataclass(frozen=True)
class Line:
    """One line: what it is called, its estimate and interval (NaN where there is none), and how many people, None if unknown."""

    name: str
    estimate: float
    low: float
    high: float
    n: int | None = None


@dataclass(frozen=True)
class Together:
    """The summary of the lines: with its interval, and where a further study is expected (NaN where that cannot be said)."""

    name: str
    estimate: float
    low: float
    high: float
    prediction_low: float = math.nan
    prediction_high: float = math.nan


@dataclass(frozen=True)
class Forest:
    """What is drawn. `favours` are the words for values below and above no difference, empty where neither side is anybody's.

    `logarithmic` is for ratios, whose place of no difference is 1. `neutral` is that place, NaN where there is none (shares).
    """

    lines: Sequence[Line]
    together: Together | None
    unit: str
    favours: tuple[str, str] = ("", "")
    logarithmic: bool = False
    neutral: float = 0.0


@dataclass(frozen=True)
class _Axis:
    """From values to the length of the axis, from 0 to 1; beyond its ends a line is cut and shown to go on."""

    low: float
    high: float
    ticks: tuple[float, ...]
    there: Callable[[float], float]

    def share(self, value: float) -> float:
        return (self.there(value) - self.there(self.low)) / (self.there(self.high) - self.there(self.low))

    def held(self, value: float) -> float:
        return min(max(self.share(value), 0.0), 1.0)


def draw_forest(key: str, title: str, forest: Forest, language: str = "en") -> str:
    """Return the plot as an SVG element; `key` makes its ids unique on a page."""
    axis = _axis(forest)
    down, rows = _TOP, []
    for line in forest.lines:
        row, down = _study(axis, forest, line, down, language)
        rows.append(row)
    if forest.together is not None:
        row, down = _diamond(axis, forest, forest.together, down, language)
        rows.append(row)
    body = "".join([*_scaffold(axis, forest, down), *rows])
    spoken = escape(" ".join(describe_forest(forest, language)))
    height = down + _FOOT + (_FAVOURS if any(forest.favours) else 0.0)
    return (
        f'<svg class="curve compact forest" viewBox="0 0 {_WIDTH:g} {height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="15">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{spoken}</desc>{body}</svg>'
    )


def describe_forest(forest: Forest, language: str = "en") -> list[str]:
    """Return the plot in sentences: every line, the summary, and where a further study is expected."""
    told = [say("forest.line", language=language, name=line.name, value=_numbers(line, forest, language)) for line in forest.lines]
    if forest.together is None:
        return [*told, say("forest.not_pooled", language=language)]
    told.append(say("forest.together", language=language, value=_numbers(forest.together, forest, language)))
    if math.isfinite(forest.together.prediction_low):
        low, high = _prediction(forest)
        told.append(say("forest.prediction", language=language, low=low, high=high, unit=sign_of(forest.unit, language)))
    return told


def forest_lines(forest: Forest, language: str = "en") -> list[str]:
    """Return the plot for a terminal: about 80 columns of plain ASCII signs.

    `o` is an estimate, `-` its interval, `#` the summary's, `.` where a further study is expected, `|` no difference, `<` and `>`
    a line that goes on.
    """
    axis = _axis(forest)
    told = []
    for line in forest.lines:
        told += _typed(axis, forest, line, "-", language)
    if forest.together is not None:
        both = forest.together
        told += _typed(axis, forest, both, "#", language)
        if math.isfinite(both.prediction_low):
            name, reach = say("forest.further", language=language), (both.prediction_low, math.nan, both.prediction_high)
            told.append(f"{name[:_NAME_COLUMNS]:{_NAME_COLUMNS}} {_strip(axis, forest.neutral, reach, '.')}".rstrip())
    told.append(" " * (_NAME_COLUMNS + 1) + _typed_ticks(axis))
    if any(forest.favours):
        left, right = forest.favours
        told.append(f"{f'< {left}':>{_NAME_COLUMNS + _COLUMNS // 2}}  |  {right} >")
    return told


def _axis(forest: Forest) -> _Axis:
    there = math.log if forest.logarithmic else float
    back = math.exp if forest.logarithmic else float
    ends = [number for line in forest.lines for number in (line.low, line.estimate, line.high) if math.isfinite(number)]
    ends += [forest.neutral] if math.isfinite(forest.neutral) else []
    low, high = min(map(there, ends)), max(map(there, ends))
    if forest.together is not None:
        reach = _REACH * (high - low)
        more = [there(number) for number in _reaches(forest.together) if math.isfinite(number)]
        low, high = max(min(low, *more), low - reach), min(max(high, *more), high + reach)
    room = 0.04 * ((high - low) or 1.0)
    first, last = back(low - room), back(high + room)
    marks = _ratio_ticks(first, last) if forest.logarithmic else round_ticks(first, last, _STEPS, _MOST_TICKS)
    return _Axis(first, last, tuple(mark for mark in marks if first <= mark <= last), there)


def _reaches(both: Together) -> tuple[float, ...]:
    return (both.low, both.estimate, both.high, both.prediction_low, both.prediction_high)


def _ratio_ticks(low: float, high: float) -> list[float]:
    """Return 1, 2 and 5 times powers of ten between the ends; only the powers where that would be too many."""
    tens = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    marks = [digit * 10.0**ten for ten in tens for digit in (1.0, 2.0, 5.0)]
    inside = [mark for mark in marks if low <= mark <= high]
    return inside if len(inside) <= _MOST_TICKS else [mark for mark in inside if math.log10(mark) % 1.0 < 1e-9]


def _scaffold(axis: _Axis, forest: Forest, down: float) -> list[str]:
    parts = []
    for tick in axis.ticks:
        x = _x(axis.share(tick))
        parts.append(f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP:g}" y2="{down:g}"/>')
        anchor = "end" if x > _RIGHT - 12 else "start" if x < _LEFT + 12 else "middle"
        words = f"{tick:g}".replace("-", "−")
        parts.append(text(x, down + 8, words, anchor, "tick", ' dominant-baseline="hanging"'))
    if math.isfinite(forest.neutral):
        x = _x(axis.share(forest.neutral))
        parts.append(f'<line class="zero" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP:g}" y2="{down:g}"/>')
    left, right = forest.favours
    parts += [text(_LEFT, down + 44, f"← {left}", "start", "name")] if left else []
    parts += [text(_RIGHT, down + 44, f"{right} →", "end", "name")] if right else []
    return parts


def _study(axis: _Axis, forest: Forest, line: Line, down: float, language: str) -> tuple[str, float]:
    named = line.name if line.n is None else say("forest.named", language=language, name=line.name, n=line.n)
    words, down = _named(named, _numbers(line, forest, language), down, "name")
    y = down + 8
    parts = [words, _reach(axis, line.low, line.high, y, "line middle")]
    if math.isfinite(line.estimate) and 0.0 <= axis.share(line.estimate) <= 1.0:
        parts.append(
            f'<rect class="mark middle" x="{_x(axis.share(line.estimate)) - 5:.1f}" y="{y - 5:.1f}" width="10" height="10"/>'
        )
    return "".join(parts), down + _BELOW


def _diamond(axis: _Axis, forest: Forest, both: Together, down: float, language: str) -> tuple[str, float]:
    words, down = _named(both.name, _numbers(both, forest, language), down + 4, "peak")
    y, left, middle, right = down + 9, *(_x(axis.held(value)) for value in (both.low, both.estimate, both.high))
    points = f"{left:.1f},{y:.1f} {middle:.1f},{y - 8:.1f} {right:.1f},{y:.1f} {middle:.1f},{y + 8:.1f}"
    parts = [words, f'<polygon class="together" points="{points}"/>', _arrows(axis, both.low, both.high, y)]
    down += _BELOW + 2
    if math.isfinite(both.prediction_low):
        low, high = _prediction(forest)
        reach = say("forest.interval", language=language, low=low, high=high)
        words, down = _named(say("forest.further", language=language), reach, down, "name")
        parts += [words, _reach(axis, both.prediction_low, both.prediction_high, down + 8, "line middle dashed")]
        down += _BELOW
    return "".join(parts), down


def _named(name: str, value: str, down: float, kind: str) -> tuple[str, float]:
    """Return a name with its numbers behind it, on a line of their own where both would not fit, and the place below."""
    rows = [name] if len(name) + len(value) < _NAME_LETTERS else wrap(name, _NAME_LETTERS)
    parts = [text(_LEFT, down + 14 + _LINE * number, row, "start", kind) for number, row in enumerate(rows)]
    if len(rows) > 1 or len(name) + len(value) >= _NAME_LETTERS:
        rows = [*rows, ""]
    parts.append(text(_RIGHT, down + 14 + _LINE * (len(rows) - 1), value, "end", "value"))
    return "".join(parts), down + _LINE * len(rows)


def _reach(axis: _Axis, low: float, high: float, y: float, kind: str) -> str:
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    left, right = _x(axis.held(low)), _x(axis.held(high))
    caps = "".join(f"M{_x(axis.share(end)):.1f} {y - 4:.1f}v8" for end in (low, high) if 0.0 <= axis.share(end) <= 1.0)
    return f'<path class="{kind}" d="M{left:.1f} {y:.1f}H{right:.1f}"/><path class="line middle" d="{caps}"/>' + _arrows(
        axis, low, high, y
    )


def _arrows(axis: _Axis, low: float, high: float, y: float) -> str:
    """Return arrow heads at the ends of a line that goes on beyond the axis."""
    parts = []
    if axis.share(low) < 0.0:
        parts.append(f'<path class="line middle" d="M{_LEFT + 7:g} {y - 5:.1f}L{_LEFT:g} {y:.1f}L{_LEFT + 7:g} {y + 5:.1f}"/>')
    if axis.share(high) > 1.0:
        parts.append(f'<path class="line middle" d="M{_RIGHT - 7:g} {y - 5:.1f}L{_RIGHT:g} {y:.1f}L{_RIGHT - 7:g} {y + 5:.1f}"/>')
    return "".join(parts)


def _x(share: float) -> float:
    return _LEFT + (_RIGHT - _LEFT) * share


def _typed(axis: _Axis, forest: Forest, line: Line | Together, sign: str, language: str) -> list[str]:
    first, *more = wrap(line.name, _NAME_COLUMNS) or [""]
    strip = _strip(axis, forest.neutral, (line.low, line.estimate, line.high), sign)
    return [f"{first:{_NAME_COLUMNS}} {strip} {_numbers(line, forest, language).replace('−', '-')}", *more]


def _strip(axis: _Axis, neutral: float, numbers: tuple[float, float, float], sign: str) -> str:
    """Return one line of signs, `_COLUMNS` wide."""
    signs = [" "] * _COLUMNS
    if math.isfinite(neutral):
        signs[_column(axis, neutral)] = "|"
    low, middle, high = numbers
    if math.isfinite(low) and math.isfinite(high):
        for column in range(_column(axis, low), _column(axis, high) + 1):
            signs[column] = sign
        if axis.share(low) < 0.0:
            signs[0] = "<"
        if axis.share(high) > 1.0:
            signs[-1] = ">"
    if math.isfinite(middle):
        signs[_column(axis, middle)] = "o"
    return "".join(signs)


def _typed_ticks(axis: _Axis) -> str:
    signs = [" "] * (_COLUMNS + 6)
    end = -1
    for tick in axis.ticks:
        words = f"{tick:g}"
        start = max(_column(axis, tick) - len(words) // 2, 0)
        if start > end:
            signs[start : start + len(words)] = words
            end = start + len(words)
    return "".join(signs).rstrip()


def _column(axis: _Axis, value: float) -> int:
    return round((_COLUMNS - 1) * axis.held(value))


def _numbers(line: Line | Together, forest: Forest, language: str) -> str:
    """Return an estimate with its interval and unit: a study's with the digits it was given with, the summary's with no more."""
    decimals = _decimals_of(line) if isinstance(line, Line) else _decimals(forest)
    sign, value = sign_of(forest.unit, language), _digits(line.estimate, decimals)
    if not (math.isfinite(line.low) and math.isfinite(line.high)):
        return say("forest.no_interval", language=language, value=value, unit=sign)
    low, high = _digits(line.low, decimals), _digits(line.high, decimals)
    return say("forest.value", language=language, value=value, low=low, high=high, unit=sign)


def _decimals_of(line: Line) -> int:
    known = [number for number in (line.estimate, line.low, line.high) if math.isfinite(number)]
    exact = (places for places in range(_MOST_DECIMALS) if all(math.isclose(round(number, places), number) for number in known))
    return next(exact, _MOST_DECIMALS)


def _decimals(forest: Forest) -> int:
    return max(_decimals_of(line) for line in forest.lines)


def _prediction(forest: Forest) -> tuple[str, str]:
    both, decimals = forest.together, _decimals(forest)
    return (_digits(both.prediction_low, decimals), _digits(both.prediction_high, decimals)) if both else ("", "")


def _digits(value: float, decimals: int) -> str:
    """Return a number as it is printed; the sign before it is a minus, and none stands before a zero."""
    return f"{round(value, decimals) + 0.0:.{decimals}f}".replace("-", "−")


def sign_of(unit: str, language: str = "en") -> str:
    """Return what stands behind a number in this unit; the unit itself where the catalogue has no words for it."""
    return say(f"unit.{unit}.sign", language=language) if has_words(f"unit.{unit}.sign", language) else f" {unit}"
