"""Which leg does a person stand on, where is the other foot, and how do the hips come down over one leg?"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from kinechain.core.types import SIDES, Keypoints, Reason, Repetition, Verdict
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.movements.movement import reason
from kinechain.kinematics.repetitions import hip_depth_px, repetitions_of
from kinechain.kinematics.standing import hip_to_ankle_px
from kinechain.maths.filters import low_pass

_FOOT = ("ankle", "heel", "foot_index")


def leg_that_stands(keypoints: Keypoints) -> str | None:
    """Return the leg whose foot stays where it is while the other one moves about; None where that is not clear.

    Clear: the other foot is `one_leg.least_way` leg lengths away from its usual place on the average, and `one_leg.stays` times as
    far as the one that stays.
    """
    way = {side: _way(keypoints, side) for side in SIDES}
    stays, moves = sorted(SIDES, key=lambda side: way[side])
    clear = way[moves] >= constant("one_leg.least_way").value and way[moves] >= constant("one_leg.stays").value * way[stays]
    return stays if clear else None


def other_leg(side: str) -> str:
    """Return the other side."""
    return SIDES[1 - SIDES.index(side)]


def foot_path_px(keypoints: Keypoints, side: str) -> Float[np.ndarray, "time 2"]:
    """Return where a foot's middle is in the picture (px, camera sway removed), smoothed."""
    path = np.mean([keypoints.steady_xy(f"{side}_{point}") for point in _FOOT], axis=0)
    return low_pass(path, keypoints.time_s, constant("repetition.cutoff").value, constant("filter.longest_gap").value)


def leg_px(keypoints: Keypoints) -> float:
    """Return how long the legs are in the picture, from the ankles up to the hips of a person who stands."""
    return float(np.nanpercentile(hip_to_ankle_px(keypoints), 95))


def find_bends(keypoints: Keypoints, _: str | None) -> tuple[Repetition, ...]:
    """Return how often the hips came down by `one_leg.prominence` leg lengths: one leg bends, the other may do what it likes."""
    depth = hip_depth_px(keypoints)
    return repetitions_of(depth, depth, keypoints.time_s, constant("one_leg.prominence").value * leg_px(keypoints))


def ask_for_leg(examination: Examination) -> Iterator[Reason]:
    """Ask which leg stands, and whether the one that was told is the one that is seen to."""
    seen = leg_that_stands(examination.keypoints)
    if examination.side is None:
        yield reason("standing_leg_unclear", Verdict.CAUTION, examination)
    elif seen is not None and seen != examination.side:
        yield reason("other_leg_stands", Verdict.CAUTION, examination, told=examination.side, seen=seen)


def _way(keypoints: Keypoints, side: str) -> float:
    """Return how far a foot is from its usual place on the average (leg lengths); 0 where it is never seen."""
    path = foot_path_px(keypoints, side)
    known = np.isfinite(path).all(axis=1)
    if not known.any():
        return 0.0
    return float(np.linalg.norm(path[known] - np.median(path[known], axis=0), axis=1).mean() / leg_px(keypoints))
