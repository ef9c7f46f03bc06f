"""How long does a person stand on one leg, and how much does the pelvis sway meanwhile?

A stand lasts from when the other foot has left the floor until it is down again, until the foot that stands hops, or until the film
ends: then nobody knows how long it would have lasted, and its time is a lower bound.
"""

from collections.abc import Iterator
from dataclasses import replace
from math import inf

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import Keypoints, Measure, Motion, Person, Reason, Repetition, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.measures import unjudged
from kinechain.kinematics.movements.movement import Movement, reason
from kinechain.kinematics.movements.one_leg import ask_for_leg, foot_path_px, leg_px, leg_that_stands, other_leg
from kinechain.kinematics.movements.readings import judged
from kinechain.kinematics.planar import metres_per_pixel
from kinechain.kinematics.repetitions import bridged
from kinechain.maths.filters import known_stretches, low_pass

Curve = Float[np.ndarray, " time"]
Frames = Bool[np.ndarray, " time"]


def lifted_height(keypoints: Keypoints, side: str) -> Curve:
    """Return how high the other foot is above the one that stands (leg lengths), bridged where it was not seen.

    It counts from where it is lowest, for the farther foot is higher in the picture; but from no more than `one_leg.floor_slant`,
    for it may never come down.
    """
    height = (foot_path_px(keypoints, side) - foot_path_px(keypoints, other_leg(side)))[:, 1] / leg_px(keypoints)
    height, slant = bridged(height, keypoints.time_s), constant("one_leg.floor_slant").value
    return np.asarray(height - np.clip(np.percentile(height, 2), -slant, slant))


def find_stands(keypoints: Keypoints, side: str | None) -> tuple[Repetition, ...]:
    """Return every stand on one leg that lasts `one_leg.shortest_stand`, first to last; none where the leg is not known.

    The foot is aloft where it is higher than half of what it mostly reaches, and about there for as long as it is higher than
    `one_leg.clear_share` of it.
    """
    if side is None:
        return ()
    height, time_s = lifted_height(keypoints, side), keypoints.time_s
    reach = float(np.percentile(height, 95))
    if reach < constant("one_leg.least_lift").value:
        return ()
    clear = (height > constant("one_leg.clear_share").value * reach) & ~_hops(keypoints, side)
    step = float(np.median(np.diff(time_s)))
    stands = [
        (start, stop - 1)
        for start, stop in known_stretches(clear, time_s, 1.5 * step)
        if height[start:stop].max() > 0.5 * reach and time_s[stop - 1] - time_s[start] >= constant("one_leg.shortest_stand").value
    ]
    return tuple(Repetition(number, first, (first + last) // 2, last) for number, (first, last) in enumerate(stands, start=1))


def _find_side(keypoints: Keypoints) -> str | None:
    """Return the leg whose foot stays, if the other one is seen to be lifted: legs that the network mixes up are not."""
    side = leg_that_stands(keypoints)
    return side if find_stands(keypoints, side) else None


def _hops(keypoints: Keypoints, side: str) -> Frames:
    """Tell in which frames the foot that stands is away from where it mostly is, by `one_leg.hop` leg lengths."""
    path = foot_path_px(keypoints, side)
    away = np.linalg.norm(path - np.nanmedian(path, axis=0), axis=1) / leg_px(keypoints)
    return np.asarray(np.nan_to_num(away) > constant("one_leg.hop").value)


def _check(examination: Examination) -> Iterator[Reason]:
    if not examination.repetitions:
        yield reason("no_foot_lifted", Verdict.REFILM, examination)
        return
    yield from ask_for_leg(examination)


def _measure(examination: Examination, _: Motion | None, person: Person) -> tuple[Measure, ...]:
    """Return time and sway of every stand, and of the longest one."""
    side, stands = examination.side, examination.repetitions
    if side is None or not stands:
        return ()  # the film check has sent it back
    longest = max(stands, key=lambda stand: stand.end - stand.start)
    each = ((stand, stand.index) for stand in stands)
    return tuple(
        measure
        for stand, index in (*each, (longest, None))
        for measure in (_time(examination, side, stand, index), _sway(examination, person, side, stand, index))
    )


def _time(examination: Examination, side: str, stand: Repetition, index: int | None) -> Measure:
    """Return how long a stand lasted; where the film does not show all of it, that is its lower end, and there is no upper one."""
    if any(reason.code == "slow_motion" for reason in examination.quality.reasons):
        return unjudged(examination, "stance_s", side, index, "s", "slow_motion")
    time_s = examination.keypoints.time_s
    cut_off = stand.start == 0 or stand.end == time_s.size - 1
    # A foot counts as up once it is clear of the floor, and as down as soon as it is no longer.
    seen, unseen = float(time_s[stand.end] - time_s[stand.start]), constant("single_leg_stance.unclear").value
    ends = (stand.start > 0) + (stand.end < time_s.size - 1)
    measure = judged(
        examination, "stance_s", side, index, seen + ends * unseen, constant("single_leg_stance.time_sd").value, "s", least=0.0
    )
    return replace(measure, high=inf, parameters={"at_least": True}) if cut_off else measure


def _sway(examination: Examination, person: Person, side: str, stand: Repetition, index: int | None) -> Measure:
    """Return how far the middle of the hips is from its mean place on the average over a stand, across the picture.

    The first and last `one_leg.unsettled` of it are left out, where the weight comes over the leg and back. Filtered at
    `one_leg.sway_cutoff`.
    """
    keypoints, aside = examination.keypoints, constant("one_leg.unsettled").value
    time_s = keypoints.time_s
    settled = (time_s >= time_s[stand.start] + aside) & (time_s <= time_s[stand.end] - aside)
    hips = 0.5 * (keypoints.steady_xy("left_hip") + keypoints.steady_xy("right_hip"))[:, :1]
    across = low_pass(hips, time_s, constant("one_leg.sway_cutoff").value, constant("filter.longest_gap").value)[settled, 0]
    if settled.sum() < 2 or not np.isfinite(across).mean() >= constant("measure.known_share").value:
        return unjudged(examination, "sway_amplitude", side, index, "m", "stand_too_short")
    standing = examination.standing
    scale = metres_per_pixel(keypoints, person, slice(standing.start, standing.stop) if standing else None)
    amplitude = scale * float(np.nanstd(across))
    return judged(examination, "sway_amplitude", side, index, amplitude, constant("single_leg_stance.sway_sd").si, "m", least=0.0)


SINGLE_LEG_STANCE = Movement(
    test="single-leg-stance",
    views=(View.SIDE, View.FRONT),
    find_repetitions=find_stands,
    check=_check,
    measure=_measure,
    from_fit={},
    find_side=_find_side,
)
