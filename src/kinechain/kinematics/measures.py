"""Which numbers describe each repetition of a squat, and all of them together? Curves and repetitions in, measures out.

Every number is read from the curve and from each of its draws in the same way; how far these readings scatter is its interval. So
an error that all frames of a film share is shared by its repetitions and cancels where two moments of one film are compared. Where
a curve has no draws, only an assumed spread, nothing is known of what cancels, and nothing does.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from math import erf, nan, sqrt

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES, Measure, Motion, Repetition, View
from kinechain.core.units import INTERVAL_LEVEL, NORMAL_SHIFTS
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.repetitions import hip_depth_px

Curve = Float[np.ndarray, " time"]
#: A number read from the curve itself, and after it the same number read from each of its draws.
Readings = Float[np.ndarray, " reading"]


@dataclass(frozen=True)
class _Peak:
    """A measure that is the largest value of a curve in a repetition."""

    code: str
    curve: str
    each_leg: bool
    heel_down: bool = False
    from_standing: bool = True


_PEAKS = (
    _Peak("knee_flexion_peak", "knee_flexion", each_leg=True),
    _Peak("trunk_thigh_flexion_peak", "trunk_thigh_flexion", each_leg=True),
    _Peak("shank_inclination_peak", "shank_inclination", each_leg=True, heel_down=True),
    _Peak("trunk_lean_peak", "trunk_lean", each_leg=False),
    _Peak("thigh_inclination_peak", "thigh_inclination", each_leg=True, from_standing=False),
)
#: Measures of the deepest moment, with their units.
_AT_DEEPEST = {"knee_ankle_separation_ratio": "1", "stance_width": "m"}


@dataclass(frozen=True)
class _Read:
    """A measure with the readings that its interval was made of; None where it could not be judged."""

    measure: Measure
    readings: Readings | None = None
    least: float = -np.inf


def measure_squat(examination: Examination, motion: Motion | None) -> tuple[Measure, ...]:
    """Return the measures of every repetition of a film, then those over the repetitions.

    The peaks and frontal measures that the motion holds, the times from any view. What cannot be judged is a measure with value NaN
    and the code of its reason. Over the repetitions is the mean of the whole ones, the first left out where there are more than
    two, read from every draw: what all repetitions share does not average out.
    """
    reader = _Reader(examination, motion)
    by_rep = [read for repetition in examination.repetitions for read in reader.read(repetition)]
    over = _over_repetitions(by_rep, counted_repetitions(examination.repetitions))
    return (*(read.measure for read in by_rep), *over, *reader.never())


def counted_repetitions(repetitions: tuple[Repetition, ...]) -> tuple[int, ...]:
    """Return the indices of the repetitions that a mean counts: the whole ones, without the first where there are more than two."""
    whole = [repetition.index for repetition in repetitions if not repetition.partial]
    return tuple(whole[1:] if len(whole) > 2 else whole)


def unjudged(examination: Examination, code: str, side: str, rep: int | None, unit: str, why: str, **parameters: object) -> Measure:
    """Return a measure that cannot be judged, and the code of why."""
    return Measure(code, side, rep, nan, nan, nan, unit, examination.header.sha256, INTERVAL_LEVEL, why, dict(parameters))


def interval_of(readings: Readings) -> tuple[float, float]:
    """Return the interval about the first reading, as wide as the others scatter about their own middle.

    >>> low, high = interval_of(np.array([10.0, *range(1, 100)]))
    >>> round(low, 2), round(high, 2)
    (-35.0, 55.0)
    """
    value, scatter = readings[0], readings[1:] - np.median(readings[1:])
    tail = 0.5 * (1.0 - INTERVAL_LEVEL)
    low, high = np.quantile(scatter, (tail, 1.0 - tail), method="hazen")
    return float(value + low), float(value + high)


@dataclass(frozen=True)
class _Reader:
    """Reads the measures of one film, repetition by repetition."""

    examination: Examination
    motion: Motion | None

    def read(self, repetition: Repetition) -> Iterator[_Read]:
        yield from self._times(repetition)
        if self.motion is None:
            return
        view, motion = self.examination.sight.view, self.motion
        for peak in _PEAKS:
            for side in self._sides(motion, peak.curve):
                yield from self._peak(motion, repetition, peak, side)
        if view is not View.SIDE:
            for side in SIDES:
                yield self._fppa(motion, repetition, side)
            for code, unit in _AT_DEEPEST.items():
                yield self._at_deepest(motion, repetition, code, unit)
        yield self._hip_drop(motion, repetition)
        if view is View.SIDE:
            yield self._heel_rise(motion, repetition, self._near)
        else:
            yield self._pelvic_shift(motion, repetition)

    def never(self) -> Iterator[Measure]:
        """Yield what this view, or this film, can never tell."""
        view = self.examination.sight.view
        distrusted = any(reason.code == "fit_not_trusted" for reason in self.examination.quality.reasons)
        if view is View.SIDE:
            if not self._holds("knee_flexion", self._far):
                yield self._unjudged("knee_flexion_peak", self._far, None, "rad", "far_leg_hidden")
            yield from (self._unjudged("fppa_at_peak_flexion", side, None, "rad", "not_seen_from_side") for side in SIDES)
            return
        if view is not View.OBLIQUE:
            yield self._unjudged("trunk_lean_peak", "both", None, "rad", "not_seen_from_front")
        yield from (self._unjudged("toe_out", side, None, "rad", "not_from_one_camera") for side in SIDES)
        if view is View.REAR:
            bending = [peak.code for peak in _PEAKS if peak.each_leg]
            yield from (self._unjudged(code, side, None, "rad", "not_seen_from_behind") for code in bending for side in SIDES)
            return
        for peak in _PEAKS if distrusted else ():
            if peak.each_leg or view is View.OBLIQUE:
                sides = SIDES if peak.each_leg else ("both",)
                yield from (self._unjudged(peak.code, side, None, "rad", "fit_not_trusted") for side in sides)
        if distrusted and view is View.OBLIQUE:
            yield from (self._unjudged("fppa_at_peak_flexion", side, None, "rad", "fit_not_trusted") for side in SIDES)

    @property
    def _near(self) -> str:
        return self.examination.sight.near_side or "left"

    @property
    def _far(self) -> str:
        return "right" if self._near == "left" else "left"

    def _holds(self, name: str, side: str | None) -> bool:
        return self.motion is not None and bool(np.isfinite(self.motion.values(name, side)).any())

    def _sides(self, motion: Motion, name: str) -> tuple[str | None, ...]:
        """Return for which legs a curve is to be read, None for the whole person: from the side the near one always."""
        if name not in motion.dataset:
            return ()
        if "side" not in motion.dataset[name].dims:
            return (None,)
        near = self._near if self.examination.sight.view is View.SIDE else None
        return tuple(side for side in SIDES if side == near or self._holds(name, side))

    def _times(self, repetition: Repetition) -> Iterator[_Read]:
        time_s, height = self.examination.keypoints.time_s, self._hip_height()
        codes = ("descent_s", "hold_s", "ascent_s")
        if any(reason.code == "slow_motion" for reason in self.examination.quality.reasons):
            yield from (_Read(self._unjudged(code, "both", repetition.index, "s", "slow_motion")) for code in codes)
            return
        first, last = _bottom(height, repetition)
        edges = (repetition.start, first, last, repetition.end)
        for code, begin, end in zip(codes, edges, edges[1:], strict=False):
            readings = _shifted(float(time_s[end] - time_s[begin]), constant("planar.time_sd").value)
            yield self._judged(code, "both", repetition, readings, "s", least=0.0)

    def _hip_height(self) -> Curve:
        return -hip_depth_px(self.examination.keypoints)

    def _peak(self, motion: Motion, repetition: Repetition, peak: _Peak, side: str | None) -> Iterator[_Read]:
        curve, shown_side = motion.values(peak.curve, side), side or "both"
        usable = np.isfinite(curve)
        usable[: repetition.start] = usable[repetition.end + 1 :] = False
        if peak.heel_down:
            # Where the heel cannot be told (no quiet standing) it counts as down.
            up = self._heel_rise_curve(motion, repetition, side or "left") > constant("heel.seen_from").value
            usable[_span(repetition)] &= ~up
        why = self._why_not(curve, repetition)
        from_standing = f"{peak.code}_from_standing"
        if why:
            codes = (peak.code, from_standing) if peak.from_standing else (peak.code,)
            yield from (_Read(self._unjudged(code, shown_side, repetition.index, "rad", why)) for code in codes)
            return

        def largest(curve: Curve) -> float:
            return float(np.max(curve[usable], initial=-np.inf))

        yield self._judged(peak.code, shown_side, repetition, _readings(motion, peak.curve, side, largest), "rad")
        if not peak.from_standing:
            return
        rest = self._rest(curve)
        if rest is None:
            yield _Read(self._unjudged(from_standing, shown_side, repetition.index, "rad", "no_quiet_standing"))
            return

        def change(curve: Curve) -> float:
            return largest(curve) - float(np.median(curve[rest]))

        yield self._judged(from_standing, shown_side, repetition, _readings(motion, peak.curve, side, change), "rad")

    def _rest(self, curve: Curve) -> Bool[np.ndarray, " time"] | None:
        """Return the frames of quiet standing at which a curve is known, None without any."""
        standing, known = self.examination.standing, np.isfinite(curve)
        if standing is None:
            return None
        known[: standing.start] = known[standing.stop :] = False
        return known if known.any() else None

    def _heel_rise_curve(self, motion: Motion, repetition: Repetition, side: str) -> Curve:
        """Return how high the heel is over a repetition, from where it stood as the repetition began: feet may step before it."""
        curve = motion.values("heel_rise", side)[_span(repetition)]
        standing = motion.time_s[_span(repetition)] <= motion.time_s[repetition.start] + constant("heel.lasting").value
        return curve - (np.nanmedian(curve[standing]) if np.isfinite(curve[standing]).any() else np.nan)

    def _heel_rise(self, motion: Motion, repetition: Repetition, side: str) -> _Read:
        code, curve = "heel_rise_peak", self._heel_rise_curve(motion, repetition, side)
        if self.examination.standing is None:
            return _Read(self._unjudged(code, side, repetition.index, "m", "no_quiet_standing"))
        if why := self._why_not(motion.values("heel_rise", side), repetition):
            return _Read(self._unjudged(code, side, repetition.index, "m", why))
        value, seen_from = lasting_peak(curve, motion.time_s[_span(repetition)]), constant("heel.seen_from").value
        if not value >= seen_from:
            seen = {f"seen_{cm}_cm": heel_rise_seen_share(cm / 100.0) for cm in (1, 2, 3)}
            falsely = heel_rise_seen_share(0.0)
            return _Read(self._unjudged(code, side, repetition.index, "m", "no_heel_rise_seen", falsely=falsely, **seen))
        return self._judged(code, side, repetition, _shifted(value, constant("planar.heel_rise_sd").value), "m", least=0.0)

    def _hip_drop(self, motion: Motion, repetition: Repetition) -> _Read:
        code, height = "hip_height_drop", motion.values("hip_height")
        if self.examination.standing is None:
            return _Read(self._unjudged(code, "both", repetition.index, "%", "no_quiet_standing"))
        if why := self._why_not(height, repetition):
            return _Read(self._unjudged(code, "both", repetition.index, "%", why))

        def drop(height: Curve) -> float:
            return 100.0 * (1.0 - float(np.nanmin(height[_span(repetition)])))

        return self._judged(code, "both", repetition, _readings(motion, "hip_height", None, drop, scale=100.0), "%")

    def _at_deepest(self, motion: Motion, repetition: Repetition, code: str, unit: str) -> _Read:
        if why := self._why_not(motion.values(code), repetition):
            return _Read(self._unjudged(code, "both", repetition.index, unit, why))
        readings = _readings(motion, code, None, lambda curve: float(curve[repetition.deepest]))
        return self._judged(code, "both", repetition, readings, unit, least=0.0)

    def _fppa(self, motion: Motion, repetition: Repetition, side: str) -> _Read:
        code, values = "fppa_at_peak_flexion", motion.values("fppa", side)
        if self.examination.exchanges.exchanged[repetition.deepest]:
            return _Read(self._unjudged(code, side, repetition.index, "rad", "legs_exchanged"))
        if not np.isfinite(values[repetition.deepest]):
            limits = {"low_deg": constant("fppa.flexion_from").value, "high_deg": constant("fppa.flexion_to").value}
            return _Read(self._unjudged(code, side, repetition.index, "rad", "beyond_fppa_range", **limits))
        readings = _readings(motion, "fppa", side, lambda curve: float(curve[repetition.deepest]))
        return self._judged(code, side, repetition, readings, "rad")

    def _pelvic_shift(self, motion: Motion, repetition: Repetition) -> _Read:
        code, values = "pelvic_shift_peak", motion.values("pelvic_shift")
        if self.examination.standing is None:
            return _Read(self._unjudged(code, "both", repetition.index, "m", "no_quiet_standing"))
        if why := self._why_not(values, repetition):
            return _Read(self._unjudged(code, "both", repetition.index, "m", why))
        furthest = repetition.start + int(np.nanargmax(np.abs(values[_span(repetition)])))
        readings = _readings(motion, "pelvic_shift", None, lambda curve: float(curve[furthest]))
        low, high = interval_of(readings)
        if low <= 0.0 <= high:
            noise = f"{0.5 * (high - low) * 100:.1f} cm"
            return _Read(self._unjudged(code, "both", repetition.index, "m", "smaller_than_noise", noise=noise))
        return self._judged(code, "both", repetition, readings, "m")

    def _why_not(self, curve: Curve, repetition: Repetition) -> str | None:
        """Return why a repetition cannot be read from a curve, None where it can: most of it known, and its deepest frame."""
        span = curve[_span(repetition)]
        needed = constant("measure.known_share").value
        if np.isfinite(curve[repetition.deepest]) and np.isfinite(span).mean() >= needed:
            return None
        return "legs_exchanged" if self.examination.exchanges.exchanged[_span(repetition)].any() else "gap_in_track"

    def _judged(self, code: str, side: str, repetition: Repetition, readings: Readings, unit: str, least: float = -np.inf) -> _Read:
        low, high = interval_of(readings)
        value, sha256 = float(readings[0]), self.examination.header.sha256
        return _Read(Measure(code, side, repetition.index, value, max(low, least), high, unit, sha256), readings, least)

    def _unjudged(self, code: str, side: str, rep: int | None, unit: str, why: str, **parameters: object) -> Measure:
        return unjudged(self.examination, code, side, rep, unit, why, **parameters)


def _readings(motion: Motion, name: str, side: str | None, number: Callable[[Curve], float], scale: float = 1.0) -> Readings:
    """Return a number read from a curve and from each of its draws.

    Without draws it is shifted by the curve's largest spread, times `scale` where the number is in another unit.
    """
    value = number(motion.values(name, side))
    if not motion.is_drawn(name):
        return _shifted(value, scale * float(np.nanmax(motion.values(f"{name}_sd", side), initial=0.0)))
    return np.array([value, *(number(curve) for curve in motion.drawn(name, side))])


def _shifted(value: float, spread: float) -> Readings:
    return value + spread * np.array([0.0, *NORMAL_SHIFTS])


def _span(repetition: Repetition) -> slice:
    return slice(repetition.start, repetition.end + 1)


def _bottom(height: Curve, repetition: Repetition) -> tuple[int, int]:
    """Return the first and last frame round the deepest one at which the hips stay within `repetition.bottom_share` of it."""
    span = height[_span(repetition)]
    limit = span.min() + constant("repetition.bottom_share").value * (span.max() - span.min())
    away = np.flatnonzero(height > limit)
    first = away[away < repetition.deepest].max(initial=repetition.start - 1) + 1
    last = away[away > repetition.deepest].min(initial=repetition.end + 1) - 1
    return int(np.clip(first, repetition.start, repetition.deepest)), int(np.clip(last, repetition.deepest, repetition.end))


def lasting_peak(curve: Curve, time_s: Curve) -> float:
    """Return the greatest height that a curve keeps for the row `heel.lasting`, about its largest value without the spikes.

    >>> import numpy as np
    >>> lasting_peak(np.array([0.0, 9.0, 0.0, 2.0, 2.0, 2.0, 2.0, 0.0]), np.arange(8) * 0.05)
    2.0
    """
    window = max(1, int(np.floor(constant("heel.lasting").value / float(np.median(np.diff(time_s))) + 1e-6)) + 1)
    if curve.size < window:
        return float(np.nanmin(curve))
    return float(np.nanmax(np.lib.stride_tricks.sliding_window_view(curve, window).min(axis=1)))


def heel_rise_seen_share(rise_m: float) -> float:
    """Return how often a heel that rises by `rise_m` is seen to rise (0 m: falsely seen), for normal errors.

    The share of errors that lift the measured rise over the row `heel.seen_from`, with the spread `planar.heel_rise_sd`.

    >>> round(heel_rise_seen_share(0.025), 2)
    0.5
    """
    past = (rise_m - constant("heel.seen_from").value) / constant("planar.heel_rise_sd").value
    return 0.5 * (1.0 + erf(past / sqrt(2.0)))


def _over_repetitions(by_rep: list[_Read], counted: tuple[int, ...]) -> Iterable[Measure]:
    groups: dict[tuple[str, str], list[_Read]] = {}
    for read in by_rep:
        if read.measure.rep in counted:
            groups.setdefault((read.measure.code, read.measure.side), []).append(read)
    for group in groups.values():
        judged = [(read, read.readings) for read in group if read.readings is not None]
        if not judged:
            yield replace(group[0].measure, rep=None)
            continue
        first, readings = judged[0][0], np.mean([one for _, one in judged], axis=0)
        low, high = interval_of(readings)
        yield replace(first.measure, rep=None, value=float(readings[0]), low=max(low, first.least), high=high)
