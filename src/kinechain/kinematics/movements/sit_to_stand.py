"""How long do five rises from a chair take, and how many are there in 30 seconds? Read off the hips' height.

A film has no starting signal, so the clock starts as the trunk begins to bow. It stops at the fifth full stand; some studies let it
run until the person sits again, which takes about a second more.
"""

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from kinechain.core.types import Keypoints, Measure, Motion, Person, Reason, Repetition, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.measures import unjudged
from kinechain.kinematics.movements.movement import Movement, ask_for_repetitions, reason
from kinechain.kinematics.movements.readings import judged
from kinechain.kinematics.repetitions import bridged, hip_depth_px, smooth
from kinechain.kinematics.standing import hip_to_ankle_px

Curve = Float[np.ndarray, " time"]
_FIVE, _LASTING_S = 5, 30.0
#: A person is up from where the hips have risen so far (share of the way), until they are down again so far: sway changes nothing.
_UP, _DOWN = 2.0 / 3.0, 1.0 / 3.0


def risen_share(keypoints: Keypoints) -> Curve | None:
    """Return how far the hips have risen from the seat, 0 to 1 in a full stand; None where they hardly rise at all."""
    height = -hip_depth_px(keypoints)
    seat, top = np.percentile(height, [2, 98])
    if not top - seat >= constant("sit_to_stand.least_rise").value * np.nanpercentile(hip_to_ankle_px(keypoints), 95):
        return None
    return np.asarray((height - seat) / (top - seat))


def _find_repetitions(keypoints: Keypoints, _: str | None) -> tuple[Repetition, ...]:
    """Return the rises: from the trunk's first bow, by the full stand, to where the hips are down again, or the film ends."""
    share, near = risen_share(keypoints), constant("sit_to_stand.near_share").value
    if share is None:
        return ()
    shoulders = _shoulder_height(keypoints)
    rises: list[Repetition] = []
    for first, stop in _stands(share):
        seated = np.flatnonzero(share[:first] <= near)
        if not seated.size:
            continue  # the film starts with a person who stands: nobody has risen yet
        full, down = np.flatnonzero(share[first:stop] >= 1.0 - near), np.flatnonzero(share[stop:] <= near)
        stand = first + int(full[0] if full.size else np.argmax(share[first:stop]))
        end = stop + int(down[0]) if down.size else share.size - 1
        begun = _begin_of_bow(share, shoulders, int(seated[-1]))
        rises.append(Repetition(len(rises) + 1, begun, stand, end, partial=not full.size))
    return tuple(rises)


def _stands(share: Curve) -> Iterator[tuple[int, int]]:
    """Yield frames `[first, stop)` in which the person is up: from more than two thirds up until more than two thirds down."""
    up, first = bool(share[0] > 0.5), 0
    for frame, value in enumerate(share):
        if not up and value > _UP:
            up, first = True, frame
        elif up and value < _DOWN:
            up = False
            yield first, frame
    if up:
        yield first, share.size


def _shoulder_height(keypoints: Keypoints) -> Curve:
    """Return how high the shoulders are in the picture (px, camera sway removed), smoothed and bridged."""
    middle = -0.5 * (keypoints.steady_xy("left_shoulder") + keypoints.steady_xy("right_shoulder"))[:, 1]
    return bridged(smooth(middle, keypoints.time_s), keypoints.time_s)


def _begin_of_bow(share: Curve, shoulders: Curve, seat_off: int) -> int:
    """Return the last frame on the seat, before the hips leave it, at which the shoulders are nearly as high as they get there."""
    near = constant("sit_to_stand.near_share").value
    above = np.flatnonzero(share[:seat_off] > _DOWN)
    came_down = int(above[-1]) + 1 if above.size else 0
    seated = came_down + int(np.argmax(share[came_down : seat_off + 1] <= near))
    on_seat = shoulders[seated : seat_off + 1]
    nearly = on_seat.max() - near * np.ptp(on_seat)
    return seated + int(np.flatnonzero(on_seat >= nearly)[-1])


def _check(examination: Examination) -> Iterator[Reason]:
    share = risen_share(examination.keypoints)
    if share is None or share[0] > 0.5:
        yield reason("another_movement", Verdict.CAUTION, examination, test=examination.test)
    yield from ask_for_repetitions(examination, _FIVE)


def _measure(examination: Examination, _: Motion | None, __: Person) -> tuple[Measure, ...]:
    return (_five(examination), _count(examination))


def _five(examination: Examination) -> Measure:
    """Return the time of five rises (s), from the first bow to the fifth full stand."""
    code, rises, time_s = (
        "sit_to_stand_s",
        [rep for rep in examination.repetitions if not rep.partial],
        examination.keypoints.time_s,
    )
    if why := _why_no_time(examination):
        return unjudged(examination, code, "both", None, "s", why)
    if len(rises) < _FIVE:
        return unjudged(examination, code, "both", None, "s", "fewer_than_five", found=len(rises))
    lasting = float(time_s[rises[_FIVE - 1].deepest] - time_s[rises[0].start])
    return judged(examination, code, "both", None, lasting, constant("sit_to_stand.time_sd").value, "s", least=0.0)


def _count(examination: Examination) -> Measure:
    """Return how often the person had risen by more than half when 30 seconds were over."""
    code, rises, time_s = "sit_to_stand_count", examination.repetitions, examination.keypoints.time_s
    if why := _why_no_time(examination):
        return unjudged(examination, code, "both", None, "1", why)
    share = risen_share(examination.keypoints)
    if share is None or not rises or time_s[-1] - time_s[rises[0].start] < _LASTING_S:
        return unjudged(examination, code, "both", None, "1", "shorter_than_thirty_s")
    half_up = [time_s[rep.start + int(np.argmax(share[rep.start : rep.deepest + 1] > 0.5))] for rep in rises]
    over, spread = float(time_s[rises[0].start]) + _LASTING_S, constant("sit_to_stand.time_sd").value
    value, low, high = (float(np.sum(np.array(half_up) <= over + late)) for late in (0.0, -spread, spread))
    return Measure(code, "both", None, value, low, high, "1", examination.header.sha256)


def _why_no_time(examination: Examination) -> str | None:
    return "slow_motion" if any(reason.code == "slow_motion" for reason in examination.quality.reasons) else None


SIT_TO_STAND = Movement(
    test="sit-to-stand",
    views=(View.SIDE,),
    find_repetitions=_find_repetitions,
    check=_check,
    measure=_measure,
    from_fit={},
)
