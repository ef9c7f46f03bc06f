"""How does the knee of the leg that stands behave as it bends, in step-downs and in squats on one leg?

Each measure's error in the lab is its interval: by test, in the rows `step_down.*` and `single_leg_squat.*`.
"""

from collections.abc import Iterator

import numpy as np

from kinechain.core.types import Measure, Motion, Person, Reason, Repetition, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.measures import unjudged
from kinechain.kinematics.movements.movement import ask_for_repetitions, ask_for_standing, reason
from kinechain.kinematics.movements.one_leg import ask_for_leg
from kinechain.kinematics.movements.readings import judged, over_repetitions
from kinechain.kinematics.planar import metres_per_pixel

#: As many repetitions make the mean, as Munro and Herrington take it.
THREE = 3
#: Frames before and after the deepest one that are averaged, for marks jitter.
_BESIDE = 2
_FRONTAL = {"fppa_at_peak_flexion": "rad", "knee_over_second_toe": "m"}


def check_bends(examination: Examination) -> Iterator[Reason]:
    """Ask for the leg, the camera's side, quiet standing and three repetitions."""
    yield from ask_for_leg(examination)
    near = examination.sight.near_side
    if examination.sight.view is View.SIDE and examination.side is not None and examination.side != near:
        yield reason("tested_leg_far", Verdict.CAUTION, examination, side=examination.side)
    if examination.sight.view is View.FRONT:
        yield reason("projection_without_verdict", Verdict.OK, examination)
    yield from ask_for_standing(examination)
    yield from ask_for_repetitions(examination, THREE)


def measure_bends(examination: Examination, motion: Motion | None, person: Person) -> tuple[Measure, ...]:
    """Return the measures of each repetition, and their mean over the first three whole ones."""
    if examination.side is None:
        codes = {"knee_flexion_peak": "rad"} if examination.sight.view is View.SIDE else _FRONTAL
        return tuple(unjudged(examination, code, "both", None, unit, "standing_leg_unclear") for code, unit in codes.items())
    by_rep = [measure for rep in examination.repetitions for measure in _of_one(examination, motion, person, examination.side, rep)]
    counted = tuple(rep.index for rep in examination.repetitions if not rep.partial)[:THREE]
    return (*by_rep, *over_repetitions(examination, by_rep, counted), *_never(examination, examination.side))


def _of_one(examination: Examination, motion: Motion | None, person: Person, side: str, rep: Repetition) -> Iterator[Measure]:
    if examination.sight.view is View.SIDE:
        yield _knee_flexion(examination, motion, side, rep)
        return
    yield _projection(examination, motion, side, rep)
    yield _over_toe(examination, person, side, rep)


def _never(examination: Examination, side: str) -> Iterator[Measure]:
    """Yield what this view can never tell."""
    if examination.sight.view is View.SIDE:
        yield unjudged(examination, "fppa_at_peak_flexion", side, None, "rad", "not_seen_from_side")
    else:
        yield unjudged(examination, "knee_flexion_peak", side, None, "rad", "one_leg_from_front")


def _knee_flexion(examination: Examination, motion: Motion | None, side: str, rep: Repetition) -> Measure:
    code = "knee_flexion_peak"
    if side != examination.sight.near_side:
        return unjudged(examination, code, side, rep.index, "rad", "tested_leg_far")
    curve = np.full(1, np.nan) if motion is None else motion.values("knee_flexion", side)[rep.start : rep.end + 1]
    if not np.isfinite(curve).mean() >= constant("measure.known_share").value:
        return unjudged(examination, code, side, rep.index, "rad", _why_lost(examination, rep))
    return judged(examination, code, side, rep.index, float(np.nanmax(curve)), _spread(examination, "knee_flexion_sd"), "rad", 0.0)


def _projection(examination: Examination, motion: Motion | None, side: str, rep: Repetition) -> Measure:
    """Return the angle between the lines of thigh and shank in the frontal picture where the knee is bent most."""
    code = "fppa_at_peak_flexion"
    if motion is None or examination.exchanges.exchanged[rep.deepest]:
        return unjudged(examination, code, side, rep.index, "rad", _why_lost(examination, rep))
    value = float(motion.values("fppa", side)[rep.deepest])
    if not np.isfinite(value):
        limits = {"low_deg": constant("fppa.flexion_from").value, "high_deg": constant("fppa.flexion_to").value}
        return unjudged(examination, code, side, rep.index, "rad", "beyond_fppa_range", **limits)
    fitted = motion.estimator("fppa") == "fit"
    spread = _spread(examination, "fppa_sd") if fitted else constant("one_leg.fppa_in_picture_sd").si
    return judged(examination, code, side, rep.index, value, spread, "rad")


def _over_toe(examination: Examination, person: Person, side: str, rep: Repetition) -> Measure:
    """Return how far the knee is towards the middle from the foot's tip (outwards negative), seen from the front.

    The network's tip of the foot is taken for the second toe.
    """
    code, keypoints = "knee_over_second_toe", examination.keypoints
    frames = slice(max(rep.deepest - _BESIDE, 0), rep.deepest + _BESIDE + 1)
    sure = keypoints.dataset["confidence"].sel(keypoint=[f"{side}_foot_index", f"{side}_heel"]).values[frames]
    if examination.exchanges.exchanged[rep.deepest] or not np.nanmean(sure) >= constant("one_leg.foot_seen").value:
        return unjudged(examination, code, side, rep.index, "m", "foot_not_seen")
    standing = examination.standing
    scale = metres_per_pixel(keypoints, person, slice(standing.start, standing.stop) if standing else None)
    beside_px = np.nanmean((keypoints.xy(f"{side}_knee") - keypoints.xy(f"{side}_foot_index"))[frames, 0])
    # Facing the camera, the person's left is at the picture's right.
    medial = -1.0 if side == "left" else 1.0
    return judged(examination, code, side, rep.index, float(medial * scale * beside_px), _spread(examination, "over_toe_sd"), "m")


def _spread(examination: Examination, name: str) -> float:
    """Return a test's own row of errors, in SI units."""
    row = constant(f"step_down.{name}") if examination.test == "step-down" else constant(f"single_leg_squat.{name}")
    return row.si


def _why_lost(examination: Examination, rep: Repetition) -> str:
    return "legs_exchanged" if examination.exchanges.exchanged[rep.start : rep.end + 1].any() else "gap_in_track"
