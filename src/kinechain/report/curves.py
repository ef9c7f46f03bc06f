"""How did an angle run over time? One inline SVG: a line with its interval as a band, repetitions shaded, the largest value marked.

Colours come from CSS classes, so that a page shows them light or dark; sizes are in the units of the view box. What was not
measured stays a gap. The title and the description say the same in words.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np
from jaxtyping import Float

from kinechain.report.words import say

_MOST_POINTS = 700
_STEPS_DEG = (1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, 90.0, 180.0)
_STEPS_S = (0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 60.0, 120.0, 300.0, 600.0)

Curve = Float[np.ndarray, " time"]


@dataclass(frozen=True)
class Frame:
    """The picture's size and the field inside its axes, in the units of the view box."""

    width: float
    height: float
    left: float
    right: float
    top: float
    bottom: float


#: A curve that may fill the page's width, and one of several side by side.
WIDE, COMPACT = Frame(640.0, 334.0, 64.0, 626.0, 58.0, 268.0), Frame(400.0, 250.0, 52.0, 388.0, 34.0, 206.0)


@dataclass(frozen=True)
class Line:
    """One angle over time in degrees with its interval; `side` is left, right or middle and names its colour."""

    side: str
    values_deg: Curve
    low_deg: Curve
    high_deg: Curve


@dataclass(frozen=True)
class Span:
    """A repetition in seconds."""

    index: int
    start_s: float
    deepest_s: float
    end_s: float


def draw_curve(
    key: str,
    title: str,
    time_s: Curve,
    lines: Sequence[Line],
    spans: Sequence[Span],
    *,
    frame: Frame = WIDE,
    label_peaks: bool = True,
    language: str = "en",
) -> str:
    """Return the curve as an SVG element; `key` makes its ids unique on a page.

    With `label_peaks` the largest value of the first line within each repetition gets a dot and its number; without, the dots sit
    at the deepest moment and bear no number. Returns an SVG that says so where nothing was measured.
    """
    scale = _Scale.over(time_s, lines, frame)
    body = [_axes(scale, language), *(_shade(scale, span) for span in spans)]
    for line in lines:
        body += [_band(scale, line, time_s), _path(scale, line, time_s, dashed=line.side == "right" and len(lines) > 1)]
    for span in spans:
        body += _marks(scale, span, time_s, lines, label_peaks)
    if len(lines) > 1:
        body += _names(frame, lines, language)
    if not any(np.isfinite(line.values_deg).any() for line in lines):
        middle = ((frame.left + frame.right) / 2, (frame.top + frame.bottom) / 2)
        body.append(_text(*middle, say("curve.words.empty", language=language), "middle", "empty"))
    height = frame.height if len(lines) > 1 else frame.bottom + 30.0
    description = " ".join(_in_words(title, time_s, lines, spans, label_peaks, language))
    return (
        f'<svg class="curve {"wide" if frame is WIDE else "compact"}" viewBox="0 0 {frame.width:g} {height:g}" role="img" '
        f'aria-labelledby="{key}-title {key}-desc" font-size="15">'
        f'<title id="{key}-title">{escape(title)}</title><desc id="{key}-desc">{escape(description)}</desc>'
        + "".join(body)
        + "</svg>"
    )


def round_ticks(low: float, high: float, steps: Sequence[float], most: int) -> list[float]:
    """Return at most `most` ticks at whole multiples of the smallest step that allows it, from `low` down to `high` up.

    >>> round_ticks(3.0, 112.0, (10.0, 20.0, 30.0), 6)
    [0.0, 30.0, 60.0, 90.0, 120.0]
    """
    for step in steps:
        first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
        if last - first + 1 <= most:
            return [number * step for number in range(first, max(last, first + 1) + 1)]
    step = max(steps[-1], (high - low) / max(most - 2, 1))
    return [math.floor(low / step) * step + number * step for number in range(most)]


@dataclass(frozen=True)
class _Scale:
    """From seconds and degrees to the view box."""

    frame: Frame
    times: list[float]
    angles: list[float]
    end_s: float

    @classmethod
    def over(cls, time_s: Curve, lines: Sequence[Line], frame: Frame) -> "_Scale":
        every = np.concatenate([np.concatenate([line.values_deg, line.low_deg, line.high_deg]) for line in lines] or [np.empty(0)])
        every = every[np.isfinite(every)]
        low, high = (min(float(every.min()), 0.0), max(float(every.max()), 10.0)) if every.size else (0.0, 90.0)
        end_s = float(time_s[-1]) if time_s.size else 1.0
        return cls(frame, round_ticks(0.0, end_s, _STEPS_S, 7), round_ticks(low, high, _STEPS_DEG, 7), max(end_s, 1e-3))

    def x(self, seconds: float) -> float:
        return self.frame.left + (self.frame.right - self.frame.left) * seconds / self.end_s

    def y(self, degrees: float) -> float:
        share = (degrees - self.angles[0]) / (self.angles[-1] - self.angles[0])
        return self.frame.bottom - (self.frame.bottom - self.frame.top) * share


def _axes(scale: _Scale, language: str) -> str:
    frame, parts = scale.frame, []
    for angle in scale.angles:
        kind = "zero" if angle == 0.0 else "grid"
        parts.append(
            f'<line class="{kind}" x1="{frame.left}" x2="{frame.right}" y1="{scale.y(angle):.1f}" y2="{scale.y(angle):.1f}"/>'
        )
        parts.append(_text(frame.left - 8, scale.y(angle), f"{angle:.0f}°".replace("-", "−"), "end", "tick", middle=True))
    shown = [time for time in scale.times if time <= scale.end_s]
    for time in shown:
        words = say("curve.words.seconds", language=language, time=f"{time:g}")
        # The last label would reach over the edge where it stands at the very end.
        anchor = "end" if scale.x(time) > frame.right - 12 else "middle"
        parts.append(_text(scale.x(time), frame.bottom + 10, words, anchor, "tick", below=True))
    return "".join(parts)


def _shade(scale: _Scale, span: Span) -> str:
    left, right, top, bottom = scale.x(span.start_s), scale.x(span.end_s), scale.frame.top, scale.frame.bottom
    deepest = scale.x(span.deepest_s)
    return (
        f'<rect class="rep" x="{left:.1f}" y="{top:g}" width="{max(right - left, 1.0):.1f}" height="{bottom - top:g}"/>'
        f'<line class="deepest" x1="{deepest:.1f}" x2="{deepest:.1f}" y1="{top:g}" y2="{bottom:g}"/>'
        + _text((left + right) / 2, top - 8, str(span.index), "middle", "number")
    )


def _runs(line: Line, time_s: Curve) -> Iterator[list[int]]:
    """Yield the stretches of frames that were measured, thinned where a film has more frames than the picture has columns."""
    measured = np.isfinite(line.values_deg)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], measured, [False]]).astype(int)))
    step = max(1, math.ceil(time_s.size / _MOST_POINTS))
    for start, stop in edges.reshape(-1, 2):
        yield sorted({*range(int(start), int(stop), step), int(stop) - 1})


def _path(scale: _Scale, line: Line, time_s: Curve, dashed: bool) -> str:
    pieces = []
    for run in _runs(line, time_s):
        points = [f"{scale.x(time_s[i]):.1f} {scale.y(line.values_deg[i]):.1f}" for i in run]
        pieces.append(f"M{points[0]}" + (f"L{' '.join(points[1:])}" if len(points) > 1 else "h.1"))
    return f'<path class="line {line.side}{" dashed" if dashed else ""}" d="{"".join(pieces)}"/>' if pieces else ""


def _band(scale: _Scale, line: Line, time_s: Curve) -> str:
    pieces = []
    for run in _runs(line, time_s):
        known = [i for i in run if math.isfinite(line.low_deg[i]) and math.isfinite(line.high_deg[i])]
        if len(known) > 1:
            upper = [f"{scale.x(time_s[i]):.1f} {scale.y(line.high_deg[i]):.1f}" for i in known]
            lower = [f"{scale.x(time_s[i]):.1f} {scale.y(line.low_deg[i]):.1f}" for i in reversed(known)]
            pieces.append(f"M{' '.join(upper + lower)}Z")
    return f'<path class="band {line.side}" d="{"".join(pieces)}"/>' if pieces else ""


def _marks(scale: _Scale, span: Span, time_s: Curve, lines: Sequence[Line], label_peaks: bool) -> list[str]:
    frames = [_largest(line, span, time_s) if label_peaks else _at(line, span.deepest_s, time_s) for line in lines]
    marked = [
        (line, frame, scale.x(time_s[frame]), scale.y(line.values_deg[frame]))
        for line, frame in zip(lines, frames, strict=True)
        if frame is not None
    ]
    parts = [f'<circle class="mark {line.side}" cx="{x:.1f}" cy="{y:.1f}" r="5"/>' for line, _, x, y in marked]
    if label_peaks and marked and marked[0][0] is lines[0]:
        line, frame, x, _ = marked[0]
        highest = min(y for *_, y in marked)  # no other mark may hide the number
        parts.append(_text(x, highest - 12, f"{line.values_deg[frame]:.0f}°".replace("-", "−"), "middle", "peak"))
    return parts


def _largest(line: Line, span: Span, time_s: Curve) -> int | None:
    inside = np.where((time_s >= span.start_s) & (time_s <= span.end_s), line.values_deg, np.nan)
    return int(np.nanargmax(inside)) if np.isfinite(inside).any() else None


def _at(line: Line, seconds: float, time_s: Curve) -> int | None:
    frame = int(np.abs(time_s - seconds).argmin())
    return frame if math.isfinite(line.values_deg[frame]) else None


def _names(frame: Frame, lines: Sequence[Line], language: str) -> list[str]:
    """Name the lines in the corner, so that nobody depends on their colours."""
    parts = []
    for number, line in enumerate(lines):
        x = frame.left + 4 + 100 * number
        dashed = " dashed" if line.side == "right" else ""
        parts.append(f'<path class="line {line.side}{dashed}" d="M{x:g} {frame.height - 9:g}h26"/>')
        parts.append(_text(x + 33, frame.height - 4, say(f"side.{line.side}", language=language), "start", "name"))
    return parts


def _in_words(
    title: str, time_s: Curve, lines: Sequence[Line], spans: Sequence[Span], label_peaks: bool, language: str
) -> Iterator[str]:
    duration = float(time_s[-1] - time_s[0]) if time_s.size else 0.0
    step_s = float(np.median(np.diff(time_s))) if time_s.size > 1 else 0.0
    for line in lines:
        measured = np.isfinite(line.values_deg)
        if not measured.any():
            continue
        low, high = f"{np.nanmin(line.values_deg):.0f}", f"{np.nanmax(line.values_deg):.0f}"
        code = "curve.words.range" if line.side in ("left", "right") else "curve.words.range_one"
        yield say(code, language=language, name=title, side=line.side, low=low, high=high, duration=duration)
        for span in spans if label_peaks else ():
            frame = _largest(line, span, time_s)
            if frame is not None:
                value, at = f"{line.values_deg[frame]:.0f}", float(time_s[frame])
                yield say("curve.words.largest", language=language, index=span.index, value=value, time=at)
        if not measured.all():
            yield say("curve.words.gap", language=language, seconds=float((~measured).sum() * step_s))
    yield say(
        "curve.words.band" if any(np.isfinite(line.values_deg).any() for line in lines) else "curve.words.empty", language=language
    )


def _text(x: float, y: float, words: str, anchor: str, kind: str, *, middle: bool = False, below: bool = False) -> str:
    base = ' dominant-baseline="central"' if middle else ' dominant-baseline="hanging"' if below else ""
    return f'<text class="{kind}" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{base}>{escape(words)}</text>'
