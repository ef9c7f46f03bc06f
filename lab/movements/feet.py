"""Where are the feet? Planted, slipping a little, heels that unload or rise about the ball of the foot, and feet that step."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from lab.movements.tempo import Curve, ramp, sway
from lab.rotations import Y, Z, about, apply
from lab.skeleton import foot_direction
from lab.types import Skeleton

#: From here on a heel counts as lifted (m). Half a centimetre is what the eye begins to see.
HEEL_OFF_M = 0.005
#: From here on a foot stands on its heel alone (rad).
_TOES_OFF_RAD = 0.03


#: The heel of a foot that is about to step comes up by so much.
_STEPPING_HEEL_RAD = np.deg2rad(30.0)
#: However far they fall in, the middles of two knees stay so far apart (m), which is reached softly (rad).
_KNEES_APART_M, _SOFTLY_RAD = 0.11, np.deg2rad(2.0)


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
    the floor's height under each; `free` (time, 2) how far each is unloaded, 0 to 1.
    """

    place: Float[np.ndarray, "time 2 2"]
    yaw: Float[np.ndarray, "time 2"]
    lift: Float[np.ndarray, "time 2"]
    heel_up: Float[np.ndarray, "time 2"]
    floor: Float[np.ndarray, " 2"]
    free: Float[np.ndarray, "time 2"]


def stance(count: int, apart_m: float, toe_out: tuple[float, float], ahead_m: float = 0.0) -> Footing:
    """Return feet side by side, `apart_m` between the ankles, toes out by so much (rad, left and right), the left one ahead."""
    heights = 0.5 * ahead_m, -0.5 * ahead_m
    place = np.array([[heights[0], -0.5 * apart_m], [heights[1], 0.5 * apart_m]])
    return planted(count, place, np.array([toe_out[0], -toe_out[1]]))


def planted(count: int, place: Float[np.ndarray, "2 2"], yaw: Float[np.ndarray, " 2"]) -> Footing:
    """Return flat feet that stand still: `place` x and z of each ankle, `yaw` where each points to."""
    return Footing(
        place=np.tile(place, (count, 1, 1)),
        yaw=np.tile(yaw, (count, 1)),
        lift=np.zeros((count, 2)),
        heel_up=np.zeros((count, 2)),
        floor=np.zeros(2),
        free=np.zeros((count, 2)),
    )


def slipping(footing: Footing, rng: np.random.Generator, time_s: Curve, size_m: float) -> Footing:
    """Return the footing with feet that creep over the floor by a few millimetres and turn by a fraction of a degree."""
    creep = sway(rng, time_s, size_m, 0.05, 0.4, columns=6)
    creep = creep - creep[:1]
    return replace(footing, place=footing.place + creep[:, :4].reshape(-1, 2, 2), yaw=footing.yaw + creep[:, 4:] * 2.0)


def stepping(
    footing: Footing, time_s: Curve, side: int, start_s: float, end_s: float, to_m: tuple[float, float], height_m: float
) -> Footing:
    """Return the footing with one foot unloaded, lifted, put down elsewhere, `to_m` (x, z) away, and loaded again."""
    third = (end_s - start_s) / 3.0
    off, down = start_s + third, end_s - third
    arc = height_m * np.sin(np.pi * np.clip((time_s - off) / (down - off), 0.0, 1.0)) ** 2
    place, lift, free, heel_up = (part.copy() for part in (footing.place, footing.lift, footing.free, footing.heel_up))
    place[:, side] += ramp(time_s, off + 0.1 * third, down - 0.1 * third)[:, None] * np.array(to_m)
    lift[:, side] += arc
    free[:, side] = ramp(time_s, start_s, off + 0.2 * third) - ramp(time_s, down - 0.2 * third, end_s)
    heel_up[:, side] += _STEPPING_HEEL_RAD * free[:, side]
    return replace(footing, place=place, lift=lift, free=free, heel_up=heel_up)


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
    return _point_under(skeleton, side, footing, 0.5 * (heel + toes) - skeleton.joint(f"foot_{letter}"))


def ball_of_foot(skeleton: Skeleton, side: int, footing: Footing) -> Float[np.ndarray, "time 2"]:
    """Return the point of the floor (x, z) under the ball of a foot."""
    letter = "lr"[side]
    return _point_under(skeleton, side, footing, skeleton.joint(f"toes_{letter}") - skeleton.joint(f"foot_{letter}"))


def _point_under(skeleton: Skeleton, side: int, footing: Footing, offset: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "time 2"]:
    """Return the point of the floor (x, z) under what lies at rest by `offset` from the ankle, the foot flat."""
    turn = about(Y, footing.yaw[:, side] - _rest_yaw(skeleton, "lr"[side]))
    return np.asarray(footing.place[:, side] + apply(turn, offset)[:, [0, 2]])


def bearing(footing: Footing) -> Float[np.ndarray, "time 2"]:
    """Return in which shares the legs bear: alike, but an unloaded foot bears nothing."""
    left = 0.5 + 0.5 * footing.free[:, 1] - 0.5 * footing.free[:, 0]
    return np.stack([left, 1.0 - left], axis=-1)


def over_feet(
    skeleton: Skeleton, footing: Footing, shares: Float[np.ndarray, "time 2"], ahead_m: float
) -> Float[np.ndarray, "time 2"]:
    """Return the point of the floor between the middles of the feet in their shares, and so far ahead of it."""
    between = sum(shares[:, [side]] * middle_of_foot(skeleton, side, footing) for side in (0, 1))
    return np.asarray(between + np.array([ahead_m, 0.0]))


def apart(
    skeleton: Skeleton, footing: Footing, knee_flexion: Curve, outward: Float[np.ndarray, "time 2"]
) -> Float[np.ndarray, "time 2"]:
    """Return how far the knees turn outward (rad) once they may not go through each other.

    A knee stands off the line from hip to ankle by half the leg's length times the sine of half its flexion.
    """
    hips = 0.5 * float(np.linalg.norm(skeleton.landmark("left_hip") - skeleton.landmark("right_hip")))
    ankles = 0.5 * np.abs(footing.place[:, 1, 1] - footing.place[:, 0, 1])
    off = np.maximum(0.5 * skeleton.leg_length * np.sin(0.5 * knee_flexion), 1e-3)
    least = -np.arcsin(np.clip((0.5 * (hips + ankles) - 0.5 * _KNEES_APART_M) / off, -1.0, 1.0))[:, None]
    return np.asarray(least + _SOFTLY_RAD * np.logaddexp(0.0, (outward - least) / _SOFTLY_RAD))


def knee_aims(outward: Float[np.ndarray, "time 2"]) -> Float[np.ndarray, "time 2 3"]:
    """Return the level directions in which the knees point, turned outward by so much (rad, left and right)."""
    yaw = outward * [1.0, -1.0]
    return np.stack([np.cos(yaw), np.zeros_like(yaw), -np.sin(yaw)], axis=-1)
