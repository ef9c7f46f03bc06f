"""What does a person bring to every movement? How they stand, where they balance, how they sway and look about."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from lab.movements.tempo import Curve, sway

#: Standing, by joint centres: real people on film read 0 to 13 degrees at the knee and -3 to 12 at the trunk.
_STANDING_KNEE_DEG = (1.0, 15.0)
_STANDING_LEAN_DEG = (-3.0, 12.0)
#: Where the centre of mass is kept, ahead of the middle of the foot; kept well within the foot.
_OVER_FOOT_SD_M, _OVER_FOOT_MOST_M = 0.025, 0.05


@dataclass(frozen=True)
class Habits:
    """One person's constant habits (rad, m)."""

    standing_knee: float
    standing_lean: float
    over_foot_m: float
    pelvis_share: float
    level: float
    tremor: float


@dataclass(frozen=True)
class Wander:
    """What never keeps still, curve by curve (rad, m): `over` (time, 2) the balance point, `gaze` (time, 2: up, left), `arms`."""

    knee: Curve
    lean: Curve
    shank: Curve
    drop: Curve
    turn: Curve
    bend: Curve
    twist: Curve
    over: Float[np.ndarray, "time 2"]
    aim: Float[np.ndarray, "time 2"]
    gaze: Float[np.ndarray, "time 2"]
    arms: Float[np.ndarray, "time 4"]


def draw_habits(rng: np.random.Generator) -> Habits:
    """Return the habits of a person."""
    return Habits(
        standing_knee=np.deg2rad(rng.uniform(*_STANDING_KNEE_DEG)),
        standing_lean=np.deg2rad(rng.uniform(*_STANDING_LEAN_DEG)),
        over_foot_m=float(np.clip(rng.normal(0.0, _OVER_FOOT_SD_M), -_OVER_FOOT_MOST_M, _OVER_FOOT_MOST_M)),
        pelvis_share=rng.uniform(0.65, 1.0),
        level=rng.uniform(0.3, 0.95),
        tremor=np.deg2rad(rng.gamma(2.0, 0.06)),
    )


def draw_wander(rng: np.random.Generator, time_s: Curve, habits: Habits, size: float = 1.0) -> Wander:
    """Return one clip's wandering; `size` multiplies the balance point's (1: both feet on the floor)."""

    def degrees(size_deg: float, columns: int = 1) -> Float[np.ndarray, "time column"]:
        return sway(rng, time_s, np.deg2rad(size_deg), columns=columns)

    tremor = sway(rng, time_s, habits.tremor, 4.0, 9.0, columns=2)
    return Wander(
        knee=degrees(0.5)[:, 0] + tremor[:, 0],
        lean=degrees(0.6)[:, 0] + tremor[:, 1],
        shank=degrees(0.3)[:, 0],
        drop=degrees(0.5)[:, 0],
        turn=degrees(0.8)[:, 0],
        bend=degrees(0.6)[:, 0],
        twist=degrees(0.9)[:, 0],
        over=size * sway(rng, time_s, 0.004, 0.15, 1.2, columns=2),
        aim=degrees(1.2, columns=2),
        gaze=sway(rng, time_s, np.deg2rad(rng.uniform(1.5, 7.0)), 0.1, 0.7, columns=2),
        arms=degrees(1.5, columns=4),
    )
