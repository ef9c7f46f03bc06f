"""How is a film of step-downs checked and measured? From the front and from the side; thirty seconds of it are counted."""

from kinechain.core.types import Measure, Motion, Person, View
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.measures import unjudged
from kinechain.kinematics.movements.bends import check_bends, measure_bends
from kinechain.kinematics.movements.movement import Movement
from kinechain.kinematics.movements.one_leg import find_bends, leg_that_stands

#: So long step-downs are counted (s).
COUNTED_S = 30.0


def _measure(examination: Examination, motion: Motion | None, person: Person) -> tuple[Measure, ...]:
    return (*measure_bends(examination, motion, person), _count(examination))


def _count(examination: Examination) -> Measure:
    """Return how many whole step-downs reach their lowest point within thirty seconds of the first one's start.

    Those that are shallower than the others may count or not: its upper end counts them.
    """
    code, side, time_s = "step_downs_30s", examination.side, examination.keypoints.time_s
    found = examination.repetitions
    if side is None:
        return unjudged(examination, code, "both", None, "1", "standing_leg_unclear")
    if any(reason.code == "slow_motion" for reason in examination.quality.reasons):
        return unjudged(examination, code, side, None, "1", "slow_motion")
    filmed_s = float(time_s[-1] - time_s[found[0].start]) if found else 0.0
    if filmed_s < COUNTED_S:
        return unjudged(examination, code, side, None, "1", "not_thirty_seconds", filmed_s=filmed_s, needed_s=COUNTED_S)
    counted = [rep for rep in found if time_s[rep.deepest] <= time_s[found[0].start] + COUNTED_S]
    whole = float(sum(not rep.partial for rep in counted))
    return Measure(code, side, None, whole, whole, float(len(counted)), "1", examination.header.sha256)


STEP_DOWN = Movement(
    test="step-down",
    views=(View.SIDE, View.FRONT),
    find_repetitions=find_bends,
    check=check_bends,
    measure=_measure,
    from_fit={View.SIDE: ("knee_flexion", "shank_inclination", "trunk_lean"), View.FRONT: ("fppa",)},
    find_side=leg_that_stands,
    fppa_margin=INTERVAL_HALF_WIDTH,
)
