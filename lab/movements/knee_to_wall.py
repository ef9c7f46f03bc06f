"""How is the knee brought to the wall? A lunge on the front foot, heel down, until the knee touches."""

from dataclasses import replace

import numpy as np

from lab.movements.arms import draw_arms
from lab.movements.balance import STRICT_M, embody
from lab.movements.feet import Footing, knee_aims, middle_of_foot, planted, slipping
from lab.movements.habits import draw_habits, draw_wander
from lab.movements.standing import standing_plan
from lab.movements.tempo import draw_tempo, rise
from lab.skeleton import leg_vectors
from lab.types import Performance, Prop, Skeleton

FAULTS = ("knees_in", "heels_up", "limited_dorsiflexion", "uneven_tempo", "pause", "partial")

#: How far the shank leans when the knee touches (deg), and the toes' distance from the wall that it may come to (m).
_SHANK_DEG, _TOES_M = (22.0, 46.0), (0.0, 0.12)
#: A stiff ankle stops here (deg); a partial lunge at this share of the way.
_STIFF_SHANK_DEG, _PARTIAL_SHARE = (12.0, 19.0), (0.4, 0.65)
#: From the knee's centre to the skin in front of the kneecap, and from the toes' landmark to the tip of the shoe (shares of leg
#: length).
_KNEECAP_SHARE, _TIP_SHARE = 0.06, 0.02
#: Front knee flexion in the stride and with the knee at the wall, less the shank's lean (deg): so far the thigh lies back.
_STRIDE_KNEE_DEG, _THIGH_BACK_DEG = (18.0, 35.0), (22.0, 42.0)
#: How far the rear foot stands behind (share of leg length) and how far its heel is up at the start and at the end (deg).
_BEHIND, _REAR_UP_DEG = (0.32, 0.46), ((8.0, 22.0), (26.0, 44.0))
_SHORTEST_S, _LONGEST_S = 1.2, 4.0
#: Held so, the arms do not go through the wall.
_HOLDS = {"hips": 0.5, "hanging": 0.25, "crossed": 0.25}


def knee_to_wall(
    skeleton: Skeleton, rng: np.random.Generator, fps: float, faults: tuple[str, ...], standing_first: bool
) -> Performance:
    """Return lunges of one knee towards a wall; `standing_first` is quiet standing in the stride."""
    degrees = np.deg2rad
    habits = draw_habits(rng)
    side, wish, stiff = int(rng.integers(2)), degrees(rng.uniform(*_SHANK_DEG)), degrees(rng.uniform(*_STIFF_SHANK_DEG))
    partial, stride_knee, back = (
        rng.uniform(*_PARTIAL_SHARE),
        degrees(rng.uniform(*_STRIDE_KNEE_DEG)),
        degrees(rng.uniform(*_THIGH_BACK_DEG)),
    )
    behind, apart = rng.uniform(*_BEHIND) * skeleton.leg_length, rng.uniform(0.5, 1.1)
    rear_up = degrees([rng.uniform(*_REAR_UP_DEG[0]), rng.uniform(*_REAR_UP_DEG[1])])
    toe_out, inward, heel_up = (
        degrees(rng.uniform(0.0, 10.0, 2)),
        degrees(rng.uniform(12.0, 24.0)),
        degrees(rng.uniform(10.0, 20.0)),
    )
    aim, upright = degrees(rng.normal(0.0, 4.0)), degrees(rng.uniform(2.0, 16.0))
    hold = str(rng.choice(list(_HOLDS), p=list(_HOLDS.values())))
    tempo = draw_tempo(rng, fps, faults, standing_first, _SHORTEST_S, _LONGEST_S)
    time_s, depth = tempo.time_s, np.clip(tempo.done, 0.0, 1.0)
    wander = draw_wander(rng, time_s, habits, 1.0)

    touching, toes_m = _reach_of_the_knee(skeleton, side, wish)
    peak = min(stiff, touching) if "limited_dorsiflexion" in faults else touching
    start = 0.15 * stride_knee
    shank = start + (peak - start) * depth * (partial if "partial" in faults else 1.0)
    raised = heel_up * ("heels_up" in faults) * rise(1.3 * depth)
    hips = float(np.linalg.norm(skeleton.landmark("left_hip") - skeleton.landmark("right_hip")))
    footing = _stride(time_s.size, side, behind, apart * hips, toe_out)
    footing = slipping(footing, rng, time_s, 0.0008)
    up = np.zeros((time_s.size, 2))
    up[:, side], up[:, 1 - side] = raised, rear_up[0] + (rear_up[1] - rear_up[0]) * rise(depth)
    footing = replace(footing, heel_up=up)
    calm = standing_plan(skeleton, time_s, footing, habits, wander, draw_arms(rng, hold, np.zeros_like(depth), wander.arms))

    knee = stride_knee + (peak + back - stride_knee) * depth + 0.9 * raised
    front, rear = (middle_of_foot(skeleton, number, footing) for number in (side, 1 - side))
    outward = 0.8 * toe_out + wander.aim
    outward[:, side] += aim * depth - inward * ("knees_in" in faults) * rise(1.4 * depth)
    bears = np.zeros((time_s.size, 2)) + np.eye(2)[side]
    plan = replace(
        calm,
        knee_aim=knee_aims(outward),
        knee_flexion=np.maximum(knee + wander.knee, 0.0),
        bearing=bears,
        over=front + (0.45 - 0.25 * depth)[:, None] * (rear - front) + wander.over,
        over_ease=np.tile([0.06, 2.0 * STRICT_M], (time_s.size, 1)),
        shank=shank + raised + 0.3 * wander.shank,
        shank_ease=np.full_like(time_s, np.deg2rad(0.3)),
        lean=habits.standing_lean + (upright - habits.standing_lean) * depth + wander.lean,
        lean_ease=np.full_like(time_s, np.deg2rad(1.5)),
    )
    wall_x = _wall_x(skeleton, side, footing, toes_m)
    return Performance(
        embody(skeleton, plan),
        tempo.repetitions,
        (Prop("wall", np.array([wall_x + 0.05, 1.3, 0.0]), np.array([0.05, 1.3, 1.2])),),
        faults=faults,
    )


def _stride(count: int, side: int, behind_m: float, apart_m: float, toe_out: np.ndarray) -> Footing:
    """Return the front foot at x = 0 and the other one behind, both flat."""
    place = np.array([[0.0, -0.5 * apart_m], [0.0, 0.5 * apart_m]])
    place[1 - side, 0] = -behind_m
    return planted(count, place, np.array([toe_out[0], -toe_out[1]]))


def _tip_of_toes_m(skeleton: Skeleton, side: int) -> float:
    """Return how far ahead of the ankle the foot ends (m)."""
    name = ("left", "right")[side]
    ahead = float(skeleton.landmark(f"{name}_foot_index")[0] - skeleton.landmark(f"{name}_ankle")[0])
    return ahead + _TIP_SHARE * skeleton.leg_length


def _reach_of_the_knee(skeleton: Skeleton, side: int, wish: float) -> tuple[float, float]:
    """Return the shank's lean with which the knee touches the wall, as near the wish as the toes' range of distances lets it."""
    shank = float(np.linalg.norm(leg_vectors(skeleton, "lr"[side])[1]))
    kneecap = _KNEECAP_SHARE * skeleton.leg_length
    tip = _tip_of_toes_m(skeleton, side)
    toes_m = float(np.clip(shank * np.sin(wish) + kneecap - tip, *_TOES_M))
    return float(np.arcsin(np.clip((tip + toes_m - kneecap) / shank, 0.0, 1.0))), toes_m


def _wall_x(skeleton: Skeleton, side: int, footing: Footing, toes_m: float) -> float:
    return float(footing.place[0, side, 0] + _tip_of_toes_m(skeleton, side) + toes_m)
