"""Where are the feet? Planted, slipping a little, heels that unload or rise about the ball of the foot, and feet that step."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from lab.movements.tempo import Curve, ramp, rise, sway
from lab.rotations import Y, Z, about, apply
from lab.skeleton import foot_direction
from lab.types import Skeleton

#: From here on a heel counts as lifted (m). Half a centimetre is what the eye begins to see.
HEEL_OFF_M = 0.005
#: From here on a foot stands on its heel alone (rad).
_TOES_OFF_RAD = 0.03


#: A foot lifted by this much bears nothing (m).
_FREE_M = 0.02


@dataclass(frozen=True)
class Feet:
    """Both feet over time: ankle centres (time, 2, 3), turns from rest, toe flexion, and whether heel and toes bear."""

    ankle: Float[np.ndarray, "time 2 3"]
    turn: Float[np.ndarray, "time 2 3 3"]
    toe_flexion: Float[np.ndarray, "time 2"]
    contact: Bool[np.ndarray, "time 2 2"]


@dataclass(frozen=True)
class Footing:
    """Where feet stand.

    `place` (time, 2, 2) x and z of the ankles with flat feet; `yaw` (time, 2) where they point to, to the left positive; `lift`
    (time, 2) m above the floor; `heel_up` (time, 2) rad about the ball of the foot (negative: toes up about the heel); `floor` (2,)
    the floor's height under each.
    """

    place: Float[np.ndarray, "time 2 2"]
    yaw: Float[np.ndarray, "time 2"]
    lift: Float[np.ndarray, "time 2"]
    heel_up: Float[np.ndarray, "time 2"]
    floor: Float[np.ndarray, " 2"]


def stance(count: int, apart_m: float, toe_out: tuple[float, float], ahead_m: float = 0.0) -> Footing:
    """Return feet side by side, `apart_m` between the ankles, toes out by so much (rad, left and right), the left one ahead."""
    heights = 0.5 * ahead_m, -0.5 * ahead_m
    place = np.array([[heights[0], -0.5 * apart_m], [heights[1], 0.5 * apart_m]])
    return Footing(
        place=np.tile(place, (count, 1, 1)),
        yaw=np.tile([toe_out[0], -toe_out[1]], (count, 1)),
        lift=np.zeros((count, 2)),
        heel_up=np.zeros((count, 2)),
        floor=np.zeros(2),
    )


def slipping(footing: Footing, rng: np.random.Generator, time_s: Curve, size_m: float) -> Footing:
    """Return the footing with feet that creep over the floor by a few millimetres and turn by a fraction of a degree."""
    creep = sway(rng, time_s, size_m, 0.05, 0.4, columns=6)
    creep = creep - creep[:1]
    return replace(footing, place=footing.place + creep[:, :4].reshape(-1, 2, 2), yaw=footing.yaw + creep[:, 4:] * 2.0)


def stepping(
    footing: Footing, time_s: Curve, side: int, start_s: float, end_s: float, to_m: tuple[float, float], height_m: float
) -> Footing:
    """Return the footing with one foot lifted and put down elsewhere, `to_m` (x, z) away."""
    way = ramp(time_s, start_s + 0.15 * (end_s - start_s), end_s - 0.1 * (end_s - start_s))
    arc = height_m * np.sin(np.pi * np.clip((time_s - start_s) / (end_s - start_s), 0.0, 1.0)) ** 2
    place, lift = footing.place.copy(), footing.lift.copy()
    place[:, side] += way[:, None] * np.array(to_m)
    lift[:, side] += arc
    return replace(footing, place=place, lift=lift)


def set_feet(skeleton: Skeleton, footing: Footing) -> Feet:
    """Return ankles, turns and toes for a footing.

    Heels rise about the ball of the foot, whose toes stay flat; where `heel_up` is negative the toes rise about the heel.
    """
    count = footing.yaw.shape[0]
    ankle, turn = np.empty((count, 2, 3)), np.empty((count, 2, 3, 3))
    heel_height = np.empty((count, 2))
    for number, side in enumerate("lr"):
        rest = _rest_yaw(skeleton, side)
        across = apply(about(Y, rest), Z)
        rest_ankle, ball = skeleton.joint(f"foot_{side}"), skeleton.joint(f"toes_{side}")
        flat, tip = about(Y, footing.yaw[:, number] - rest), about(across, -footing.heel_up[:, number])
        heel = skeleton.landmark(f"{'left' if side == 'l' else 'right'}_heel")
        pivot = np.where(footing.heel_up[:, number, None] >= 0.0, ball, heel)
        height = footing.lift[:, number] + footing.floor[number]
        on_floor = np.stack([footing.place[:, number, 0], height + rest_ankle[1], footing.place[:, number, 1]], axis=-1)
        pivot_now = on_floor + apply(flat, pivot - rest_ankle)
        turn[:, number] = flat @ tip
        ankle[:, number] = pivot_now + apply(turn[:, number], rest_ankle - pivot)
        heel_height[:, number] = apply(tip, heel - pivot)[:, 1] + pivot[:, 1] - heel[1] + footing.lift[:, number]
    toes_bear = (footing.lift < HEEL_OFF_M) & (footing.heel_up > -_TOES_OFF_RAD)
    contact = np.stack([heel_height < HEEL_OFF_M, toes_bear], axis=-1)
    return Feet(ankle, turn, np.maximum(footing.heel_up, 0.0), contact)


def _rest_yaw(skeleton: Skeleton, letter: str) -> float:
    """Return where a foot points at rest, to the left positive (rad)."""
    forward, _, right = foot_direction(skeleton, letter)
    return float(np.arctan2(-right, forward))


def middle_of_foot(skeleton: Skeleton, side: int, footing: Footing) -> Float[np.ndarray, "time 2"]:
    """Return the point of the floor (x, z) halfway between heel and toes of a foot."""
    letter, name = (("l", "left"), ("r", "right"))[side]
    heel, toes = skeleton.landmark(f"{name}_heel"), skeleton.landmark(f"{name}_foot_index")
    offset = 0.5 * (heel + toes) - skeleton.joint(f"foot_{letter}")
    turn = about(Y, footing.yaw[:, side] - _rest_yaw(skeleton, letter))
    return np.asarray(footing.place[:, side] + apply(turn, offset)[:, [0, 2]])


def ball_of_foot(skeleton: Skeleton, side: int, footing: Footing) -> Float[np.ndarray, "time 2"]:
    """Return the point of the floor (x, z) under the ball of a foot."""
    letter = "lr"[side]
    offset = skeleton.joint(f"toes_{letter}") - skeleton.joint(f"foot_{letter}")
    turn = about(Y, footing.yaw[:, side] - _rest_yaw(skeleton, letter))
    return np.asarray(footing.place[:, side] + apply(turn, offset)[:, [0, 2]])


def bearing(footing: Footing) -> Float[np.ndarray, "time 2"]:
    """Return in which shares the legs bear: alike, but a lifted foot bears nothing."""
    free = rise(np.abs(footing.lift) / _FREE_M)
    left = 0.5 + 0.5 * free[:, 1] - 0.5 * free[:, 0]
    return np.stack([left, 1.0 - left], axis=-1)


def over_feet(
    skeleton: Skeleton, footing: Footing, shares: Float[np.ndarray, "time 2"], ahead_m: float
) -> Float[np.ndarray, "time 2"]:
    """Return the point of the floor between the middles of the feet in their shares, and so far ahead of it."""
    between = sum(shares[:, [side]] * middle_of_foot(skeleton, side, footing) for side in (0, 1))
    return np.asarray(between + np.array([ahead_m, 0.0]))


def knee_aims(outward: Float[np.ndarray, "time 2"]) -> Float[np.ndarray, "time 2 3"]:
    """Return the level directions in which the knees point, turned outward by so much (rad, left and right)."""
    yaw = outward * [1.0, -1.0]
    return np.stack([np.cos(yaw), np.zeros_like(yaw), -np.sin(yaw)], axis=-1)
