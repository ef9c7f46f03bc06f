"""How do weeks of training look? Inline SVG: pain, sessions kept, the kneecap's load, scores, and each test before and now.

Colours come from CSS classes, sizes are in the units of the view box. The title and the description say the same in words.
"""

import math
from collections.abc import Iterator, Sequence
from html import escape

import numpy as np

from kinechain.core.training import Score
from kinechain.core.types import Ranged
from kinechain.core.units import to_shown
from kinechain.evidence import constant
from kinechain.program.outcomes import Change, instrument
from kinechain.report.chart import Chart, Mark, draw_chart
from kinechain.report.curves import Frame
from kinechain.report.field import Axis, Band, Field, Values, grid, text
from kinechain.report.layers import Layer, Level
from kinechain.report.progress_reading import Progress, RetestReading, pain_sentences, pains, strength_weeks
from kinechain.report.words import say

_PAIN_FRAME = Frame(480.0, 330.0, 44.0, 468.0, 12.0, 280.0)
_SMALL = Frame(400.0, 206.0, 52.0, 388.0, 34.0, 176.0)
_WEEK_STEPS = (1.0, 2.0, 4.0, 8.0, 13.0, 26.0, 52.0)
_STEPS = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0, 500.0, 1000.0, 2000.0, 5000.0)
_MOST_PAIN = 10.0
#: Half the width of a week's bar, in weeks.
_BAR = 0.3
#: So many weeks are named below the bars.
_MOST_WEEKS = 13
_SPANS = (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0)
#: A strip with one test: its width and height, where its axis runs and where the two lines lie.
_STRIP = Frame(400.0, 92.0, 64.0, 388.0, 6.0, 64.0)
_LINES = (24.0, 48.0)


def draw_pain(progress: Progress, language: str = "en") -> str:
    """Return the pain of the sessions over the weeks, with the limit and the person's own usual level."""
    weeks = np.array([progress.week(session.on) for session in progress.sessions])
    told = [pains(session) for session in progress.sessions]
    bands = [_line(name, weeks, [one[name] for one in told]) for name in ("before", "morning", "during")]
    limit, usual = constant("safety.stop_pain").value, progress.usual_pain
    levels = [Level(level, "") for level in (limit, usual) if level is not None]
    pain = Axis(0.0, _MOST_PAIN, (1.0,), _whole, at=(0.0, 2.0, 4.0, 6.0, 8.0, 10.0))
    return draw_chart(
        "pain",
        say("progress.pain", language=language),
        " ".join((say("progress.pain_picture", language=language), *pain_sentences(progress, language))),
        _weeks(progress, weeks),
        pain,
        Chart(bands, _marks(bands), levels=levels, named=False),
        language,
        _PAIN_FRAME,
    )


def draw_kept(progress: Progress, language: str = "en") -> str:
    """Return how many strength sessions were planned and done, a pair of bars a week."""
    weeks = strength_weeks(progress)
    most = max(max(one.planned, one.done) for one in weeks)
    last = max(one.week for one in weeks)
    each = math.ceil(last / _MOST_WEEKS)
    places = (0.5, *(float(week) for week in range(1, last + 1) if week % each == 0))
    across = Axis(0.5, last + 0.5, (1.0,), lambda tick: "" if tick == places[0] else _whole(tick), at=places)
    field = Field(across, Axis(0.0, float(max(most, 1)), (1.0, 2.0, 5.0), _whole), _SMALL)
    bars = [bar for one in weeks for bar in (_bar(field, "due", one.week, one.planned), _bar(field, "done", one.week, one.done))]
    told = "; ".join(
        say("progress.adherence_week", language=language, week=one.week, done=one.done, due=one.planned) for one in weeks
    )
    return _svg(
        "kept",
        say("progress.adherence", language=language),
        say("progress.adherence_picture", language=language, weeks=told),
        _SMALL,
        [*grid(field), *bars],
    )


def draw_load(progress: Progress, language: str = "en") -> str:
    """Return what a kneecap bore in each session, with its interval."""
    loads = progress.loads
    weeks = np.array([progress.week(day) for day, _ in loads])
    high = max(one.high if math.isfinite(one.high) else one.value for _, one in loads)
    up = Axis(0.0, high, _STEPS, _whole, say("progress.load_unit", language=language), most=5)
    field = Field(_weeks(progress, weeks), up, _SMALL)
    dots = [part for week, (_, load) in zip(weeks, loads, strict=True) for part in _whisker(field, float(week), load)]
    values = [one.value for _, one in loads]
    return _svg(
        "load",
        say("progress.load", language=language),
        say("progress.load_picture", language=language, low=round(min(values)), high=round(max(values))),
        _SMALL,
        [*grid(field), *dots],
    )


def draw_score(progress: Progress, change: Change, scores: Sequence[Score], language: str = "en") -> str:
    """Return an instrument's scores over the weeks, with the band that a change has to leave."""
    of = instrument(change.instrument)
    weeks = np.array([progress.week(one.on) for one in scores])
    totals = np.array([one.total for one in scores])
    middle = 0.0 if of.rates_change else scores[0].total
    low, high = max(middle - of.threshold, of.low), min(middle + of.threshold, of.high)
    edge = np.array([weeks[0], max(weeks[-1], weeks[0] + 0.5)])
    noise = Layer("noise", edge, np.full(2, low), np.full(2, high))
    told = ", ".join(
        say("progress.score_told", language=language, value=one.total, week=max(math.floor(week) + 1, 1))
        for one, week in zip(scores, weeks, strict=True)
    )
    name = say(f"outcome.{of.code}.name", language=language)
    unknown = np.full(weeks.size, math.nan)
    bands = [Band("during", weeks, totals, unknown, unknown)]
    return draw_chart(
        f"score-{of.code}",
        name,
        say("progress.score_picture", language=language, name=name, told=told),
        _weeks(progress, weeks),
        Axis(of.low, of.high, _STEPS, _whole, most=6),
        Chart(bands, _marks(bands), layers=[noise], named=False),
        language,
        _SMALL,
    )


def draw_retest(key: str, test: RetestReading, language: str = "en") -> str:
    """Return one measure before and now, each with its interval, and how far the test by itself may be off round the first."""
    retest = test.retest
    _, factor = to_shown(retest.unit)
    least = factor * retest.least
    ranges = [Ranged(*(factor * getattr(one, end) for end in ("value", "low", "high"))) for one in (retest.before, retest.after)]
    ends = [end for one in ranges for end in (one.value, one.low, one.high)]
    ends += [ranges[0].value - least, ranges[0].value + least]
    known = [end for end in ends if math.isfinite(end)]
    across = Axis(min(known), max(max(known), min(known) + 1e-6), _SPANS, _number, most=5)
    ticks = across.ticks
    axis = Axis(ticks[0], ticks[-1], (), _number, at=tuple(ticks))
    words = say("retest.picture", language=language, name=test.name, before=test.before, after=test.after)
    if test.needed:
        words = f"{words} {say('retest.picture_error', language=language, least=test.needed)}"
    field = Field(axis, Axis(0.0, 1.0, (1.0,), _number), _STRIP)
    return _svg(key, test.name, words, _STRIP, list(_strip(field, ranges, least, language)), "strip-test")


def _strip(field: Field, ranges: Sequence[Ranged], least: float, language: str) -> Iterator[str]:
    frame = field.frame
    if math.isfinite(least):
        left, right = (field.x(ranges[0].value + sign * least) for sign in (-1.0, 1.0))
        width, height = right - left, frame.bottom - frame.top
        yield f'<rect class="noise" x="{left:.1f}" y="{frame.top:g}" width="{width:.1f}" height="{height:g}"/>'
    for tick in field.across.ticks:
        x = field.x(tick)
        yield f'<line class="grid" x1="{x:.1f}" x2="{x:.1f}" y1="{frame.top:g}" y2="{frame.bottom:g}"/>'
        anchor = "end" if x > frame.right - 12 else "middle"
        yield text(x, frame.bottom + 8, field.across.written(tick), anchor, "tick", ' dominant-baseline="hanging"')
    for when, y, one in zip(("before", "after"), _LINES, ranges, strict=True):
        low, high = (min(max(field.x(end), frame.left), frame.right) for end in (_known(one.low, -1.0), _known(one.high, 1.0)))
        yield text(frame.left - 8, y, say(f"retest.{when}", language=language), "end", "name", ' dominant-baseline="central"')
        if not math.isnan(one.low):
            yield f'<line class="reach {when}" x1="{low:.1f}" x2="{high:.1f}" y1="{y:g}" y2="{y:g}"/>'
        yield f'<circle class="mark {when}" cx="{field.x(one.value):.1f}" cy="{y:g}" r="6"/>'


def _known(end: float, sign: float) -> float:
    """Return an end, far outside the field where it has none."""
    return end if not math.isinf(end) else sign * 1e9


def _marks(bands: Sequence[Band]) -> list[Mark]:
    return [Mark(band.side, float(x), float(y)) for band in bands for x, y in zip(band.x, band.y, strict=True)]


def _line(name: str, weeks: Values, told: Sequence[float | None]) -> Band:
    """Return the pain that was told, without a gap where it was not: the sessions stand apart anyway."""
    known = np.array([pain is not None for pain in told], dtype=bool)
    values = np.array([pain for pain in told if pain is not None], dtype=float)
    unknown = np.full(values.size, math.nan)
    return Band(name, weeks[known], values, unknown, unknown)


def _weeks(progress: Progress, weeks: Values) -> Axis:
    """Return the axis of weeks: all charts of a page end at the last day that anything was told."""
    told = [*(one.on for one in progress.diary.sessions), *(one.on for one in progress.diary.scores)]
    every = [*weeks.tolist(), *map(progress.week, told), 0.0, 1.0]
    return Axis(min(every), max(every), _WEEK_STEPS, _whole, most=9)


def _bar(field: Field, kind: str, week: int, count: int) -> str:
    left, right = field.x(week - _BAR), field.x(week + _BAR)
    top, bottom = field.y(float(count)), field.frame.bottom
    return f'<rect class="bar {kind}" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" height="{bottom - top:.1f}"/>'


def _whisker(field: Field, week: float, load: Ranged) -> Iterator[str]:
    x = field.x(week)
    if math.isfinite(load.low) and math.isfinite(load.high):
        yield f'<line class="reach both" x1="{x:.1f}" x2="{x:.1f}" y1="{field.y(load.low):.1f}" y2="{field.y(load.high):.1f}"/>'
    yield f'<circle class="mark both" cx="{x:.1f}" cy="{field.y(load.value):.1f}" r="5"/>'


def _svg(key: str, title: str, description: str, frame: Frame, body: Sequence[str], kind: str = "curve compact") -> str:
    return (
        f'<svg class="{kind}" viewBox="0 0 {frame.width:g} {frame.height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="15">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>{"".join(body)}</svg>'
    )


def _whole(tick: float) -> str:
    return f"{tick:g}".replace("-", "−")


def _number(tick: float) -> str:
    return f"{round(tick, 2) + 0.0:g}".replace("-", "−")
