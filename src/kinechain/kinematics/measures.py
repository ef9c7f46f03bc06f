"""Which numbers describe each repetition of a squat, and all of them together? Curves and repetitions in, measures out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import erf, nan, sqrt

import numpy as np
from jaxtyping import Float

from kinechain.core.types import SIDES, Measure, Motion, Repetition, View
from kinechain.core.units import INTERVAL_HALF_WIDTH, INTERVAL_LEVEL
from kinechain.evidence import constant
from kinechain.kinematics.film_check import Examination
from kinechain.kinematics.repetitions import hip_depth_px

Curve = Float[np.ndarray, " time"]


@dataclass(frozen=True)
class _Peak:
    """A measure that is the largest value of a curve in a repetition."""

    code: str
    curve: str
    each_leg: bool
    heel_down: bool = False
    from_standing: bool = True


_SIDE_PEAKS = (
    _Peak("knee_flexion_peak", "knee_flexion", each_leg=True),
    _Peak("trunk_thigh_flexion_peak", "trunk_thigh_flexion", each_leg=True),
    _Peak("shank_inclination_peak", "shank_inclination", each_leg=True, heel_down=True),
    _Peak("trunk_lean_peak", "trunk_lean", each_leg=False),
    _Peak("thigh_inclination_peak", "thigh_inclination", each_leg=True, from_standing=False),
)


def measure_squat(examination: Examination, motion: Motion | None) -> tuple[Measure, ...]:
    """Return the measures of every repetition of a film, then those over the repetitions.

    From the side the near leg's peaks, from the front the frontal ones, the times from any view. What cannot be judged is a measure
    with value NaN and the code of its reason. Over the repetitions is the mean of the whole ones, the first left out where there
    are more than two; its interval is no narrower than one repetition's, because the error is bias and repeats itself.
    """
    reader = _Reader(examination, motion)
    by_rep = [measure for repetition in examination.repetitions for measure in reader.read(repetition)]
    return (*by_rep, *_over_repetitions(by_rep, counted_repetitions(examination.repetitions)), *reader.never())


def counted_repetitions(repetitions: tuple[Repetition, ...]) -> tuple[int, ...]:
    """Return the indices of the repetitions that a mean counts: the whole ones, without the first where there are more than two."""
    whole = [repetition.index for repetition in repetitions if not repetition.partial]
    return tuple(whole[1:] if len(whole) > 2 else whole)


@dataclass(frozen=True)
class _Reader:
    """Reads the measures of one film, repetition by repetition."""

    examination: Examination
    motion: Motion | None

    def read(self, repetition: Repetition) -> Iterable[Measure]:
        yield from self._times(repetition)
        if self.motion is None:
            return
        if self.examination.sight.view is View.SIDE:
            yield from self._from_the_side(self.motion, repetition)
        else:
            yield from self._from_the_front(self.motion, repetition)

    def never(self) -> Iterable[Measure]:
        """Yield what this view can never tell."""
        view, near = self.examination.sight.view, self.examination.sight.near_side
        if view is View.SIDE:
            yield self._unjudged("knee_flexion_peak", "right" if near == "left" else "left", None, "rad", "far_leg_hidden")
        elif view is not View.OBLIQUE:
            yield from (self._unjudged("toe_out", side, None, "rad", "not_from_one_camera") for side in SIDES)

    def _times(self, repetition: Repetition) -> Iterable[Measure]:
        time_s, height = self.examination.keypoints.time_s, self._hip_height()
        codes = ("descent_s", "hold_s", "ascent_s")
        if any(reason.code == "slow_motion" for reason in self.examination.quality.reasons):
            yield from (self._unjudged(code, "both", repetition.index, "s", "slow_motion") for code in codes)
            return
        first, last = _bottom(height, repetition)
        edges = (repetition.start, first, last, repetition.end)
        for code, begin, end in zip(codes, edges, edges[1:], strict=False):
            yield self._judged(
                code, "both", repetition, float(time_s[end] - time_s[begin]), constant("planar.time_sd").value, "s", least=0.0
            )

    def _hip_height(self) -> Curve:
        return -hip_depth_px(self.examination.keypoints)

    def _from_the_side(self, motion: Motion, repetition: Repetition) -> Iterable[Measure]:
        near = self.examination.sight.near_side
        for peak in _SIDE_PEAKS:
            side = near if peak.each_leg else None
            yield from self._peak(motion, repetition, peak, side)
        yield self._hip_drop(motion, repetition)
        yield self._heel_rise(motion, repetition, near or "left")

    def _peak(self, motion: Motion, repetition: Repetition, peak: _Peak, side: str | None) -> Iterable[Measure]:
        curve, shown_side = motion.values(peak.curve, side), side or "both"
        spread = float(np.nanmax(motion.values(f"{peak.curve}_sd", side), initial=0.0))
        usable = np.isfinite(curve[_span(repetition)])
        if peak.heel_down:
            # Where the heel cannot be told (no quiet standing) it counts as down.
            usable &= ~(self._heel_rise_curve(motion, repetition, side or "left") > constant("heel.seen_from").value)
        why = self._why_not(curve, repetition)
        from_standing = f"{peak.code}_from_standing"
        if why:
            codes = (peak.code, from_standing) if peak.from_standing else (peak.code,)
            yield from (self._unjudged(code, shown_side, repetition.index, "rad", why) for code in codes)
            return
        value = float(np.max(curve[_span(repetition)][usable], initial=-np.inf))
        yield self._judged(peak.code, shown_side, repetition, value, spread, "rad")
        if not peak.from_standing:
            return
        standing = self.examination.standing
        at_rest = curve[standing.start : standing.stop] if standing else np.empty(0)
        if np.isfinite(at_rest).any():
            yield self._judged(from_standing, shown_side, repetition, value - float(np.nanmedian(at_rest)), spread, "rad")
        else:
            yield self._unjudged(from_standing, shown_side, repetition.index, "rad", "no_quiet_standing")

    def _heel_rise_curve(self, motion: Motion, repetition: Repetition, side: str) -> Curve:
        """Return how high the heel is over a repetition, from where it stood as the repetition began: feet may step before it."""
        curve = motion.values("heel_rise", side)[_span(repetition)]
        standing = motion.time_s[_span(repetition)] <= motion.time_s[repetition.start] + constant("heel.lasting").value
        return curve - (np.nanmedian(curve[standing]) if np.isfinite(curve[standing]).any() else np.nan)

    def _heel_rise(self, motion: Motion, repetition: Repetition, side: str) -> Measure:
        code, curve = "heel_rise_peak", self._heel_rise_curve(motion, repetition, side)
        if self.examination.standing is None:
            return self._unjudged(code, side, repetition.index, "m", "no_quiet_standing")
        if why := self._why_not(motion.values("heel_rise", side), repetition):
            return self._unjudged(code, side, repetition.index, "m", why)
        value, seen_from = lasting_peak(curve, motion.time_s[_span(repetition)]), constant("heel.seen_from").value
        if not value >= seen_from:
            seen = {f"seen_{cm}_cm": heel_rise_seen_share(cm / 100.0) for cm in (1, 2, 3)}
            falsely = heel_rise_seen_share(0.0)
            return self._unjudged(code, side, repetition.index, "m", "no_heel_rise_seen", falsely=falsely, **seen)
        return self._judged(code, side, repetition, value, constant("planar.heel_rise_sd").value, "m", least=0.0)

    def _hip_drop(self, motion: Motion, repetition: Repetition) -> Measure:
        height = motion.values("hip_height")
        if self.examination.standing is None:
            return self._unjudged("hip_height_drop", "both", repetition.index, "%", "no_quiet_standing")
        if why := self._why_not(height, repetition):
            return self._unjudged("hip_height_drop", "both", repetition.index, "%", why)
        drop = 100.0 * (1.0 - float(np.nanmin(height[_span(repetition)])))
        return self._judged("hip_height_drop", "both", repetition, drop, 100.0 * constant("planar.hip_height_sd").value, "%")

    def _from_the_front(self, motion: Motion, repetition: Repetition) -> Iterable[Measure]:
        for side in SIDES:
            yield self._fppa(motion, repetition, side)
        for code, curve, unit in (
            ("knee_ankle_separation_ratio", "knee_ankle_separation_ratio", "1"),
            ("stance_width", "stance_width", "m"),
        ):
            values, spread = motion.values(curve), constant(f"planar.{curve}_sd").value
            if why := self._why_not(values, repetition):
                yield self._unjudged(code, "both", repetition.index, unit, why)
            else:
                yield self._judged(code, "both", repetition, float(values[repetition.deepest]), spread, unit, least=0.0)
        yield self._hip_drop(motion, repetition)
        yield self._pelvic_shift(motion, repetition)

    def _fppa(self, motion: Motion, repetition: Repetition, side: str) -> Measure:
        code, values = "fppa_at_peak_flexion", motion.values("fppa", side)
        if self.examination.exchanges.exchanged[repetition.deepest]:
            return self._unjudged(code, side, repetition.index, "rad", "legs_exchanged")
        if not np.isfinite(values[repetition.deepest]):
            limits = {"low_deg": constant("fppa.flexion_from").value, "high_deg": constant("fppa.flexion_to").value}
            return self._unjudged(code, side, repetition.index, "rad", "beyond_fppa_range", **limits)
        spread = float(np.deg2rad(constant("planar.fppa_sd").value))
        return self._judged(code, side, repetition, float(values[repetition.deepest]), spread, "rad")

    def _pelvic_shift(self, motion: Motion, repetition: Repetition) -> Measure:
        code, values, spread = "pelvic_shift_peak", motion.values("pelvic_shift"), constant("planar.pelvic_shift_sd").value
        if self.examination.standing is None:
            return self._unjudged(code, "both", repetition.index, "m", "no_quiet_standing")
        if why := self._why_not(values, repetition):
            return self._unjudged(code, "both", repetition.index, "m", why)
        span = values[_span(repetition)]
        value = float(span[np.nanargmax(np.abs(span))])
        if abs(value) < INTERVAL_HALF_WIDTH * spread:
            return self._unjudged(
                code, "both", repetition.index, "m", "smaller_than_noise", noise=f"{INTERVAL_HALF_WIDTH * spread * 100:.1f} cm"
            )
        return self._judged(code, "both", repetition, value, spread, "m")

    def _why_not(self, curve: Curve, repetition: Repetition) -> str | None:
        """Return why a repetition cannot be read from a curve, None where it can: most of it known, and its deepest frame."""
        span = curve[_span(repetition)]
        needed = constant("measure.known_share").value
        if np.isfinite(curve[repetition.deepest]) and np.isfinite(span).mean() >= needed:
            return None
        return "legs_exchanged" if self.examination.exchanges.exchanged[_span(repetition)].any() else "gap_in_track"

    def _judged(
        self, code: str, side: str, repetition: Repetition, value: float, spread: float, unit: str, least: float = -np.inf
    ) -> Measure:
        half = INTERVAL_HALF_WIDTH * spread
        return Measure(
            code, side, repetition.index, value, max(value - half, least), value + half, unit, self.examination.header.sha256
        )

    def _unjudged(self, code: str, side: str, rep: int | None, unit: str, why: str, **parameters: object) -> Measure:
        return Measure(code, side, rep, nan, nan, nan, unit, self.examination.header.sha256, INTERVAL_LEVEL, why, dict(parameters))


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


def _over_repetitions(by_rep: list[Measure], counted: tuple[int, ...]) -> Iterable[Measure]:
    groups: dict[tuple[str, str], list[Measure]] = {}
    for measure in by_rep:
        if measure.rep in counted:
            groups.setdefault((measure.code, measure.side), []).append(measure)
    for group in groups.values():
        judged = [measure for measure in group if measure.cannot_judge is None]
        if not judged:
            yield replace(group[0], rep=None)
            continue
        value, low, high = np.mean([(measure.value, measure.low, measure.high) for measure in judged], axis=0)
        yield replace(judged[0], rep=None, value=float(value), low=float(low), high=float(high))
