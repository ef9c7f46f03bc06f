"""How are heels raised? On both feet or on one, up about the balls of the feet, the toes bending."""

from dataclasses import replace

import numpy as np

from lab.movements.arms import draw_arms
from lab.movements.balance import Swing, embody
from lab.movements.feet import ball_of_foot, set_feet, slipping, stance
from lab.movements.habits import draw_habits, draw_wander
from lab.movements.standing import standing_plan
from lab.movements.tempo import draw_tempo, rise
from lab.types import Performance, Skeleton

FAULTS = ("trunk_lean", "shift", "uneven_tempo", "pause", "partial", "leg_spared")

#: How far the foot tips about its ball at the top (deg); a partial raise stops at a share of it, a spared heel too.
_TOP_DEG, _PARTIAL_SHARE, _SPARED_SHARE = (26.0, 48.0), (0.35, 0.6), (0.3, 0.6)
_SHORTEST_S, _LONGEST_S = 1.0, 2.8
_HOLDS = {"hips": 0.35, "hanging": 0.3, "front": 0.2, "crossed": 0.15}
_ONE_LEG_SHARE = 0.4


def heel_raise(
    skeleton: Skeleton, rng: np.random.Generator, fps: float, faults: tuple[str, ...], standing_first: bool
) -> Performance:
    """Return heel raises; on one leg (the other one bent behind) in some clips, but never where a leg is to be spared."""
    habits = draw_habits(rng)
    one_leg = bool(rng.random() < _ONE_LEG_SHARE) and "leg_spared" not in faults and "shift" not in faults
    side, top = int(rng.integers(2)), np.deg2rad(rng.uniform(*_TOP_DEG))
    partial, spared = rng.uniform(*_PARTIAL_SHARE), rng.uniform(*_SPARED_SHARE)
    apart, toe_out = rng.uniform(0.8, 1.3), np.deg2rad(rng.uniform(0.0, 15.0, 2))
    more_lean, shift_m, ahead_m = np.deg2rad(rng.uniform(12.0, 22.0)), rng.uniform(0.035, 0.06), rng.normal(0.0, 0.006)
    soft_knee, free_knee = np.deg2rad(rng.normal(0.0, 5.0)), np.deg2rad(rng.uniform(60.0, 95.0))
    hold = str(rng.choice(list(_HOLDS), p=list(_HOLDS.values())))
    tempo = draw_tempo(rng, fps, faults, standing_first, _SHORTEST_S, _LONGEST_S)
    time_s = tempo.time_s
    wander = draw_wander(rng, time_s, habits, 1.5 if one_leg else 1.0)
    hips = float(np.linalg.norm(skeleton.landmark("left_hip") - skeleton.landmark("right_hip")))
    footing = slipping(stance(time_s.size, apart * hips, (toe_out[0], toe_out[1])), rng, time_s, 0.0008)

    height = np.clip(tempo.depth, 0.0, None) * (partial if "partial" in faults else 1.0)
    shares = np.ones(2)
    if "leg_spared" in faults:
        shares[side] = spared
    if one_leg:
        shares[1 - side] = 0.0
    footing = replace(footing, heel_up=top * height[:, None] * shares)
    calm = standing_plan(skeleton, time_s, footing, habits, wander, draw_arms(rng, hold, np.zeros_like(time_s), wander.arms))

    # The body goes forward over the balls of the feet as the heels begin to rise.
    up = rise(np.sqrt(np.clip(tempo.depth, 0.0, None)))
    bears = np.zeros((time_s.size, 2)) + (np.eye(2)[side] if one_leg else 0.5)
    ball = sum(bears[:, [number]] * ball_of_foot(skeleton, number, footing) for number in (0, 1)) + np.array([ahead_m, 0.0])
    flat = calm.over
    if one_leg:
        flat = flat + (ball - flat) * np.array([0.0, 1.0])
    over = flat + up[:, None] * (ball + 0.6 * wander.over - flat)
    # Weight goes to the side that works: away from a spared leg, or simply aside.
    away = (1.0 if side == 0 else -1.0) * shift_m * (("shift" in faults) + 0.6 * ("leg_spared" in faults))
    return Performance(
        embody(
            skeleton,
            replace(
                calm,
                feet=set_feet(skeleton, footing),
                bearing=bears,
                over=over + np.outer(up, [0.0, away]),
                knee_flexion=np.maximum(calm.knee_flexion + soft_knee * up, np.deg2rad(1.0)),
                lean=calm.lean + more_lean * ("trunk_lean" in faults) * up,
                lean_ease=np.deg2rad(1.0 + 0.8 * up),
                swing=_bent_behind(1 - side, time_s, free_knee) if one_leg else None,
            ),
        ),
        tempo.repetitions,
        faults=faults,
    )


def _bent_behind(side: int, time_s: np.ndarray, knee: float) -> Swing:
    constant = np.ones_like(time_s)
    return Swing(
        side, constant, np.deg2rad(5.0) * constant, np.deg2rad(3.0) * constant, knee * constant, np.deg2rad(-20.0) * constant
    )
