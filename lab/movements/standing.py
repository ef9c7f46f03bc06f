"""How does a person stand? The plan from which every movement sets out."""

import numpy as np

from lab.movements.arms import Arms
from lab.movements.balance import STRICT_M, Plan
from lab.movements.feet import Footing, bearing, knee_aims, over_feet, set_feet
from lab.movements.habits import Habits, Wander
from lab.movements.tempo import Curve
from lab.types import Skeleton

#: The body goes aside by this share of the way before a foot steps: nobody waits until all is over the other one.
_ASIDE_SHARE = 0.5


def standing_plan(skeleton: Skeleton, time_s: Curve, footing: Footing, habits: Habits, wander: Wander, arms: Arms) -> Plan:
    """Return the plan of somebody who just stands on these feet, swaying as people do."""
    shares = bearing(footing)
    nothing = np.zeros_like(time_s)
    return Plan(
        time_s=time_s,
        feet=set_feet(skeleton, footing),
        knee_aim=knee_aims(footing.yaw * [1.0, -1.0] + wander.aim),
        knee_flexion=np.maximum(habits.standing_knee + wander.knee, 0.0),
        bearing=shares,
        over=over_feet(skeleton, footing, 0.5 + _ASIDE_SHARE * (shares - 0.5), habits.over_foot_m) + wander.over,
        over_ease=np.full((time_s.size, 2), STRICT_M),
        shank=0.5 * habits.standing_knee + wander.shank,
        shank_ease=np.full(time_s.size, np.deg2rad(8.0)),
        lean=habits.standing_lean + wander.lean,
        lean_ease=np.full(time_s.size, np.deg2rad(1.0)),
        pelvis_x=nothing,
        pelvis_ease=np.full(time_s.size, np.inf),
        pelvis_share=habits.pelvis_share,
        tuck=nothing,
        drop=wander.drop,
        turn=wander.turn,
        bend=wander.bend,
        twist=wander.twist,
        level=habits.level,
        gaze=wander.gaze,
        arms=arms,
        seated=np.zeros(time_s.shape, dtype=bool),
    )
