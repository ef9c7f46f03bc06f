"""How does a person sit down and stand up? Trunk forward, buttocks off the seat, and up."""

from dataclasses import replace

import numpy as np

from lab.movements.arms import draw_arms
from lab.movements.balance import STRICT_M, embody
from lab.movements.feet import apart, knee_aims, slipping, stance
from lab.movements.habits import draw_habits, draw_wander
from lab.movements.standing import standing_plan
from lab.movements.tempo import Curve, Tempo, draw_tempo, from_first_bottom, ramp, rise
from lab.skeleton import leg_vectors
from lab.types import Performance, Prop, Skeleton

FAULTS = ("knees_in", "shift", "trunk_lean", "uneven_tempo", "pause", "leg_spared")

#: A seat's height (m), chosen within this range so that the thighs are about level, by so much more or less.
_SEAT_M, _SEAT_SD_M = (0.40, 0.50), 0.02
#: A hip centre sits above the seat by this share of leg length (soft parts and pelvis: 8 to 9 cm).
_SITTING_SHARE = 0.10
_SHORTEST_S, _LONGEST_S = 2.5, 3.4
#: How long a person rests on the seat (s); the trunk is on its way back a little before and after.
_RESTING_S, _OVERLAP_S = (0.6, 1.2), 0.15
_SEAT_HALF_M = (0.22, 0.24)
_HOLDS = {"crossed": 0.5, "front": 0.2, "hips": 0.1, "clasped": 0.1, "hanging": 0.1}
#: The seat bears as long as the hips are no higher above their place than this (m).
_SEATED_M = 0.006


def sit_to_stand(
    skeleton: Skeleton, rng: np.random.Generator, fps: float, faults: tuple[str, ...], standing_first: bool
) -> Performance:
    """Return sitting down and standing up; without standing first the clip starts on the seat with the standing up."""
    habits = draw_habits(rng)
    side, feet_back = int(rng.integers(2)), np.deg2rad(rng.uniform(-2.0, 16.0))
    stance_share, toe_out = rng.uniform(1.0, 1.9), np.deg2rad(rng.uniform(2.0, 22.0, 2))
    sitting_lean, forward_lean = np.deg2rad(rng.uniform(-6.0, 10.0)), np.deg2rad(rng.uniform(26.0, 42.0))
    higher_m, more_lean = rng.normal(0.0, _SEAT_SD_M), np.deg2rad(rng.uniform(12.0, 20.0))
    shift_m, inward, ahead_m = rng.uniform(0.035, 0.06), np.deg2rad(rng.uniform(12.0, 24.0)), rng.uniform(0.04, 0.09)
    hold = str(rng.choice(list(_HOLDS), p=list(_HOLDS.values())))
    tempo = draw_tempo(rng, fps, faults, True, _SHORTEST_S, _LONGEST_S, hold_s=rng.uniform(*_RESTING_S))
    if not standing_first:
        tempo = from_first_bottom(tempo, fps)
    time_s = tempo.time_s
    wander = draw_wander(rng, time_s, habits)
    hips = float(np.linalg.norm(skeleton.landmark("left_hip") - skeleton.landmark("right_hip")))
    spared = "leg_spared" in faults
    ahead = ahead_m * (1.0 if side == 0 else -1.0) if spared else 0.0
    still = stance(time_s.size, stance_share * hips, (toe_out[0], toe_out[1]), ahead)
    footing = slipping(still, rng, time_s, 0.001)
    depth = np.clip(tempo.done, 0.0, 1.0)
    calm = standing_plan(skeleton, time_s, footing, habits, wander, draw_arms(rng, hold, 0.6 * depth, wander.arms))

    knee_height, hip_above = _heights(skeleton, feet_back)
    seat = float(np.clip(knee_height - hip_above + higher_m, *_SEAT_M))
    hip_x, hip_y = _hip_on(skeleton, seat + hip_above, feet_back)
    sitting_knee = _knee_there(skeleton, footing.place[0], hip_x, hip_y, hips)
    knee = habits.standing_knee + (sitting_knee - habits.standing_knee) * depth + wander.knee * (1.0 - depth)
    # The trunk leans most just as the buttocks leave the seat or come down on it, and is nearly upright once they rest there.
    upright = _upright(tempo)
    bow = forward_lean + more_lean * ("trunk_lean" in faults)
    lean = habits.standing_lean + (bow - habits.standing_lean) * rise(depth / 0.8)
    lean = lean + (sitting_lean - lean) * upright
    loaded = rise(depth / 0.4) * (1.0 - upright)
    towards = (1.0 if side == 0 else -1.0) * shift_m * (("shift" in faults) + 0.7 * spared)
    plan = replace(
        calm,
        knee_aim=knee_aims(
            apart(skeleton, footing, knee, 0.9 * toe_out + wander.aim - (inward * ("knees_in" in faults) * loaded)[:, None])
        ),
        knee_flexion=np.maximum(knee, 0.0),
        over=calm.over + np.outer(loaded, [0.0, towards]),
        shank=feet_back + wander.shank,
        shank_ease=np.deg2rad(8.0 + 40.0 * depth),
        lean=lean + wander.lean,
        tuck=np.deg2rad(18.0) * upright,
    )
    # In balance first, as if without a seat; then the hips go over to the seat, where the feet need not carry.
    balanced = embody(skeleton, plan)
    to_seat = rise((depth - 0.15) / 0.85)
    carried = replace(
        plan,
        pelvis_x=balanced.pelvis[:, 0] + to_seat * (hip_x - balanced.pelvis[:, 0]),
        pelvis_ease=np.full_like(time_s, 0.5 * STRICT_M),
        over_ease=np.tile([np.inf, STRICT_M], (time_s.size, 1)),
    )
    posture = embody(skeleton, carried)
    posture = replace(posture, seated=posture.pelvis[:, 1] < np.min(posture.pelvis[:, 1]) + _SEATED_M)
    half_depth, half_width = _SEAT_HALF_M
    # The thighs lie on the seat from its front edge, a hand's breadth behind the knees.
    centre = np.array([hip_x + 0.10 - half_depth + 0.12, 0.5 * seat, 0.0])
    return Performance(
        posture, tempo.repetitions, (Prop("seat", centre, np.array([half_depth, 0.5 * seat, half_width])),), faults=faults
    )


def _upright(tempo: Tempo) -> Curve:
    """Return how far the trunk has come upright on the seat: all the way in the middle of every bottom."""
    back = [
        ramp(tempo.time_s, bottom - _OVERLAP_S, bottom + 0.4 * (leave - bottom))
        - ramp(tempo.time_s, leave - 0.4 * (leave - bottom), leave + _OVERLAP_S)
        for bottom, leave in tempo.bottoms
    ]
    return np.asarray(np.sum(back, axis=0))


def _heights(skeleton: Skeleton, shank_lean: float) -> tuple[float, float]:
    """Return the height of the knees over the floor with the shanks leaning so, and of the hips above a seat (m)."""
    shank = float(np.linalg.norm(leg_vectors(skeleton, "l")[1]))
    return float(skeleton.joint("foot_l")[1]) + shank * float(np.cos(shank_lean)), _SITTING_SHARE * skeleton.leg_length


def _hip_on(skeleton: Skeleton, height: float, shank_lean: float) -> tuple[float, float]:
    """Return where the middle of the hips is (x, y; m) at this height, the ankles at x = 0 and the shanks leaning so."""
    thigh, shank = (float(np.linalg.norm(line)) for line in leg_vectors(skeleton, "l"))
    knee_x = shank * np.sin(shank_lean)
    knee_y = float(skeleton.joint("foot_l")[1]) + shank * np.cos(shank_lean)
    return float(knee_x - np.sqrt(max(thigh**2 - (height - knee_y) ** 2, 0.0))), height


def _knee_there(skeleton: Skeleton, place: np.ndarray, hip_x: float, hip_y: float, hips_m: float) -> float:
    """Return the knee flexion of the legs with the pelvis there (law of cosines, the mean of both legs' squared lengths)."""
    thigh, shank = (float(np.linalg.norm(line)) for line in leg_vectors(skeleton, "l"))
    aside = np.array([-0.5, 0.5]) * hips_m - place[:, 1]
    squared = (hip_x - place[:, 0]) ** 2 + aside**2 + (hip_y - float(skeleton.joint("foot_l")[1])) ** 2
    return float(np.arccos(np.clip((squared.mean() - thigh**2 - shank**2) / (2.0 * thigh * shank), -1.0, 1.0)))
