"""How far does the shin lean when the knee goes to the wall? Seen from the side, levelled by what is upright behind the person.

The picture's vertical is not gravity: upright edges of the room tell how far the camera was turned, and where there are none the
interval is as much wider as phones are held askew. What a film says of the shin is never graded. Of the far leg it says too
little, and nothing of the heel: in the lab the marks of a foot that stays flat move by 2 to 5 cm when the knee goes over it.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from kinechain.core.types import Keypoints, Measure, Motion, Person, Reason, Repetition, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.legs import find_exchanges
from kinechain.kinematics.measures import unjudged
from kinechain.kinematics.movements.movement import Movement, ask_for_repetitions, reason
from kinechain.kinematics.movements.readings import judged, over_repetitions
from kinechain.kinematics.repetitions import bridged, repetitions_of, smooth
from kinechain.kinematics.standing import hip_to_ankle_px
from kinechain.kinematics.view import estimate_sight
from kinechain.maths.filters import low_pass

Curve = Float[np.ndarray, " time"]


def leg_in_front(keypoints: Keypoints) -> str | None:
    """Return the leg that stands ahead, None where neither is ahead by `knee_to_wall.stride` leg lengths."""
    ahead = np.nanmedian(keypoints.xy("left_ankle")[:, 0] - keypoints.xy("right_ankle")[:, 0]) * estimate_sight(keypoints).facing
    if not abs(ahead) >= constant("knee_to_wall.stride").value * np.nanpercentile(hip_to_ankle_px(keypoints), 95):
        return None
    return "left" if ahead > 0.0 else "right"


def shin_lean(keypoints: Keypoints, side: str) -> Curve:
    """Return the lean of a shin (rad), towards where the person faces positive, from upright as far as the picture tells it.

    NaN where the legs carry each other's names.
    """
    shin = keypoints.xy(f"{side}_knee") - keypoints.xy(f"{side}_ankle")
    turned = np.arctan2(shin[:, 0], -shin[:, 1]) - (_roll(keypoints) if is_levelled(keypoints) else 0.0)
    return np.where(find_exchanges(keypoints).exchanged, np.nan, estimate_sight(keypoints).facing * turned)


def is_levelled(keypoints: Keypoints) -> bool:
    """Tell whether upright edges behind the person tell how far the camera was turned."""
    return bool(np.isfinite(_roll(keypoints)))


def _roll(keypoints: Keypoints) -> float:
    return float(keypoints.dataset.attrs.get("camera_roll_rad", np.nan))


def _find_repetitions(keypoints: Keypoints, side: str | None) -> tuple[Repetition, ...]:
    if side is None:
        return ()
    lean = bridged(smooth(shin_lean(keypoints, side), keypoints.time_s), keypoints.time_s)
    least = max(constant("knee_to_wall.prominence").si, constant("knee_to_wall.least_share").value * float(np.ptp(lean)))
    return repetitions_of(lean, lean, keypoints.time_s, least)


def _check(examination: Examination) -> Iterator[Reason]:
    if examination.side is None:
        yield reason("tested_leg_unknown", Verdict.REFILM, examination)
        return
    if leg_in_front(examination.keypoints) != examination.side:
        yield reason("another_movement", Verdict.CAUTION, examination, test=examination.test)
    if examination.side != examination.sight.near_side:
        yield reason("tested_leg_far", Verdict.REFILM, examination, side=examination.side)
    if not is_levelled(examination.keypoints):
        yield reason("no_upright_line", Verdict.OK, examination)
    yield from ask_for_repetitions(examination, 1)


def _measure(examination: Examination, _: Motion | None, __: Person) -> tuple[Measure, ...]:
    """Return how far the shin leans in every try and over the tries."""
    keypoints, side = examination.keypoints, examination.side
    if side is None:
        return ()
    cutoff, gap = constant("filter.cutoff").value, constant("filter.longest_gap").value
    lean = low_pass(shin_lean(keypoints, side), keypoints.time_s, cutoff, gap)
    tries = [_lean_of(examination, rep, side, lean[rep.start : rep.end + 1]) for rep in examination.repetitions]
    heel = unjudged(examination, "heel_rise_peak", side, None, "m", "heel_not_told_in_lunge")
    return (*tries, *over_repetitions(examination, tries), heel)


def _lean_of(examination: Examination, rep: Repetition, side: str, lean: Float[np.ndarray, " frame"]) -> Measure:
    code, known = "knee_to_wall_deg_film", np.isfinite(lean)
    if known.mean() < constant("measure.known_share").value:
        exchanged = examination.exchanges.exchanged[rep.start : rep.end + 1].any()
        return unjudged(examination, code, side, rep.index, "rad", "legs_exchanged" if exchanged else "gap_in_track")
    marks = constant("knee_to_wall.angle_sd").si
    askew = 0.0 if is_levelled(examination.keypoints) else constant("knee_to_wall.askew").si
    return judged(examination, code, side, rep.index, float(lean[known].max()), float(np.hypot(marks, askew)), "rad")


KNEE_TO_WALL = Movement(
    test="knee-to-wall",
    views=(View.SIDE,),
    find_repetitions=_find_repetitions,
    check=_check,
    measure=_measure,
    from_fit={},
    find_side=leg_in_front,
)
