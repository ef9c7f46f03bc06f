"""How often, how high and how fast are the heels raised? Read off the whole body, which goes up and down with them.

The network's marks of the heel hardly follow a heel that lifts; hips and shoulders go up by as much as the ankle does, and they are
followed well. So the height is that of the body, less than the heel's own. From the front it cannot be told: as the body goes up it
comes forward over the toes, nearer to the camera, and looks higher by that.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from kinechain.core.types import SIDES, Keypoints, Measure, Motion, Person, Reason, Repetition, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.measures import unjudged
from kinechain.kinematics.movements.movement import Movement, ask_for_repetitions, reason
from kinechain.kinematics.movements.readings import judged, over_repetitions
from kinechain.kinematics.planar import metres_per_pixel
from kinechain.kinematics.repetitions import bridged, repetitions_of, smooth
from kinechain.kinematics.standing import hip_to_ankle_px

Curve = Float[np.ndarray, " time"]
_SECONDS_A_MINUTE = 60.0


def leg_stood_on(keypoints: Keypoints) -> str | None:
    """Return the leg that bears alone, None where both feet are down: the other ankle is then no higher than `one_leg.lifted`."""
    higher = np.nanmedian(keypoints.xy("right_ankle")[:, 1] - keypoints.xy("left_ankle")[:, 1])  # y counts down
    if not abs(higher) >= constant("one_leg.lifted").value * _leg_px(keypoints):
        return None
    return "right" if higher > 0.0 else "left"


def body_height_px(keypoints: Keypoints) -> Curve:
    """Return how high hips and shoulders are in the picture (px, up positive, camera sway removed), smoothed and bridged."""
    heights = [-keypoints.steady_xy(f"{side}_{joint}")[:, 1] for side in SIDES for joint in ("hip", "shoulder")]
    return bridged(smooth(np.mean(heights, axis=0), keypoints.time_s), keypoints.time_s)


def _leg_px(keypoints: Keypoints) -> float:
    return float(np.nanpercentile(hip_to_ankle_px(keypoints), 95))


def _find_repetitions(keypoints: Keypoints, _: str | None) -> tuple[Repetition, ...]:
    height = body_height_px(keypoints)
    least = constant("heel_raise.prominence").value * _leg_px(keypoints)
    share = constant("heel_raise.least_share").value
    return repetitions_of(height, height, keypoints.time_s, max(least, share * float(np.ptp(height))))


def _check(examination: Examination) -> Iterator[Reason]:
    reach = np.ptp(body_height_px(examination.keypoints)) / _leg_px(examination.keypoints)
    if reach > constant("heel_raise.most_reach").value:
        yield reason("another_movement", Verdict.CAUTION, examination, test=examination.test)
    yield from ask_for_repetitions(examination, 1)


def _measure(examination: Examination, _: Motion | None, person: Person) -> tuple[Measure, ...]:
    """Return the height of every raise and of all, how many there were, and how many a minute."""
    keypoints, standing, side = examination.keypoints, examination.standing, examination.side or "both"
    rest = slice(standing.start, standing.stop) if standing else None
    height = metres_per_pixel(keypoints, person, rest) * body_height_px(keypoints)
    spread = constant("heel_raise.height_sd").value
    if examination.sight.view is not View.SIDE:
        unseen = unjudged(examination, "heel_raise_height", side, None, "m", "height_needs_side_view")
        return unseen, _count(examination, side), _tempo(examination, side)
    heights = [
        judged(examination, "heel_raise_height", side, rep.index, _rise(height, rep), spread, "m", least=0.0)
        for rep in examination.repetitions
    ]
    return (*heights, *over_repetitions(examination, heights), _count(examination, side), _tempo(examination, side))


def _rise(height: Curve, rep: Repetition) -> float:
    """Return how much higher the body is at the top than where the raise starts and ends."""
    return float(height[rep.deepest] - 0.5 * (height[rep.start] + height[rep.end]))


def _count(examination: Examination, side: str) -> Measure:
    """Return how many raises were whole; as many as all of them may count."""
    found = examination.repetitions
    whole = float(sum(not rep.partial for rep in found))
    return Measure("heel_raise_count", side, None, whole, whole, float(len(found)), "1", examination.header.sha256)


def _tempo(examination: Examination, side: str) -> Measure:
    code, unit = "heel_raise_tempo", "1/min"
    tops = examination.keypoints.time_s[[rep.deepest for rep in examination.repetitions if not rep.partial]]
    if any(reason.code == "slow_motion" for reason in examination.quality.reasons):
        return unjudged(examination, code, side, None, unit, "slow_motion")
    if tops.size < 2:
        return unjudged(examination, code, side, None, unit, "one_repetition")
    lasting = float(tops[-1] - tops[0])
    tempo = _SECONDS_A_MINUTE * (tops.size - 1) / lasting
    return judged(
        examination, code, side, None, tempo, tempo * np.sqrt(2.0) * constant("heel_raise.top_sd").value / lasting, unit, 0.0
    )


HEEL_RAISE = Movement(
    test="heel-raise",
    views=(View.SIDE, View.FRONT),
    find_repetitions=_find_repetitions,
    check=_check,
    measure=_measure,
    from_fit={},
    find_side=leg_stood_on,
)
