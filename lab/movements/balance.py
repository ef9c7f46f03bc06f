"""How does a body do what it plans without falling? Each frame's pelvis and trunk lean are solved for.

Unknowns: where the pelvis is (forward, sideways) and how far the trunk leans. Wanted: the centre of mass over a point of the
floor (strictly, unless a seat or a second foot helps), the shank and the trunk as inclined as this person likes (as far as it
goes). The knees follow the plan exactly.
"""

from dataclasses import dataclass, fields, replace
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from lab.angles import lean
from lab.movements.arms import Arms
from lab.movements.feet import Feet
from lab.movements.mass import Mass
from lab.movements.tempo import Curve
from lab.rotations import X, Y, Z, about, apply, leaning, part_way
from lab.skeleton import landmark_paths, leg_vectors, pose
from lab.types import LANDMARKS, Posture, Skeleton

#: How strictly the centre of mass keeps to its place (m) where the plan says nothing else.
STRICT_M = 0.002
#: So many Gauss-Newton rounds at most, and fewer where a round changes no more than this (m, rad).
_ROUNDS, _SETTLED = 7, 2e-4
_NUDGE = 1e-4
#: One round moves the pelvis by this much at most (m), and turns the trunk by this many rad.
_STRIDE = 0.3
#: A leg that hangs by more than this share has left the floor.
_LIFTED_SHARE = 0.02

_AT = {name: number for number, name in enumerate(LANDMARKS)}


@dataclass(frozen=True)
class Swing:
    """A leg that hangs freely from the hip, so far as `share` (time) says (0: its foot is where the feet are).

    `thigh` (time) rad forward of hanging straight down, `outward` (time) rad, `knee` (time) flexion, `foot` (time) toes up.
    """

    side: int
    share: Curve
    thigh: Curve
    outward: Curve
    knee: Curve
    foot: Curve


@dataclass(frozen=True)
class Plan:
    """What a body means to do, frame by frame.

    `knee_flexion` (time) is wanted of the legs in their shares of `bearing` (time, 2; together 1). `over` (time, 2) is the point
    of the floor (x, z) under the centre of mass, to be kept to `over_ease` (time, 2; m). `shank` and `lean` (time) are the
    inclinations this person likes, each with how much it may give (`shank_ease`, `lean_ease`, rad); `pelvis_x` is where a seat
    holds the pelvis, to `pelvis_ease` (m, infinite where nothing holds it). The pelvis leans by `pelvis_share` of the trunk's lean
    less `tuck`, drops to the right by `drop` and turns to the left by `turn`; `bend` and `twist` do the same to the thorax. The
    head keeps `level` of its way back to upright and looks about by `gaze` (time, 2: up, left).
    """

    time_s: Curve
    feet: Feet
    knee_aim: Float[np.ndarray, "time 2 3"]
    knee_flexion: Curve
    bearing: Float[np.ndarray, "time 2"]
    over: Float[np.ndarray, "time 2"]
    over_ease: Float[np.ndarray, "time 2"]
    shank: Curve
    shank_ease: Curve
    lean: Curve
    lean_ease: Curve
    pelvis_x: Curve
    pelvis_ease: Curve
    pelvis_share: float
    tuck: Curve
    drop: Curve
    turn: Curve
    bend: Curve
    twist: Curve
    level: float
    gaze: Float[np.ndarray, "time 2"]
    arms: Arms
    seated: Bool[np.ndarray, " time"]
    swing: Swing | None = None
    bar_share: float = 0.0


def embody(skeleton: Skeleton, plan: Plan) -> Posture:
    """Return the posture in which the body does what it plans, in balance."""
    mass = Mass(skeleton, plan.bar_share)
    unknown = np.stack([plan.over[:, 0] - 0.4 * np.sin(plan.knee_flexion / 2.0) ** 2, plan.over[:, 1], plan.lean], axis=-1)
    count = plan.time_s.size
    # Each round looks at the posture and at three small nudges of it: four copies of the clip, laid end to end.
    nudges = np.repeat(np.concatenate([np.zeros((1, 3)), _NUDGE * np.eye(3)]), count, axis=0)
    fourfold = frames(plan, np.tile(np.arange(count), 4))
    for _ in range(_ROUNDS):
        missed = _misfit(skeleton, mass, fourfold, np.tile(unknown, (4, 1)) + nudges).reshape(4, count, -1)
        slopes = np.moveaxis((missed[1:] - missed[0]) / _NUDGE, 0, -1)
        turned = np.swapaxes(slopes, 1, 2)
        step = np.linalg.solve(turned @ slopes + 1e-6 * np.eye(3), turned @ missed[0][..., None])[..., 0]
        unknown = unknown - np.clip(step, -_STRIDE, _STRIDE)
        if np.abs(step).max() < _SETTLED:
            break
    return _posture(skeleton, plan, unknown)


def frames(plan: Plan, chosen: Int[np.ndarray, " chosen"]) -> Plan:
    """Return some frames of a plan, in the order of their numbers."""
    cut: Plan = _cut(plan, chosen)
    return cut


def _cut(part: Any, chosen: Int[np.ndarray, " chosen"]) -> Any:
    if isinstance(part, np.ndarray):
        return part[chosen]
    if not isinstance(part, (Plan, Feet, Arms, Swing)):
        return part
    return replace(part, **{field.name: _cut(getattr(part, field.name), chosen) for field in fields(part)})


def _misfit(skeleton: Skeleton, mass: Mass, plan: Plan, unknown: Float[np.ndarray, "time 3"]) -> Float[np.ndarray, "time wish"]:
    """Return how far each wish is missed, in units of how much it may give."""
    lying = pose(skeleton, _posture(skeleton, plan, unknown))
    paths = landmark_paths(skeleton, lying)
    centre = mass.centre(lying)
    trunk = 0.5 * (
        paths[:, _AT["left_shoulder"]] + paths[:, _AT["right_shoulder"]] - paths[:, _AT["left_hip"]] - paths[:, _AT["right_hip"]]
    )
    shank = [lean(paths[:, _AT[f"{side}_knee"]] - paths[:, _AT[f"{side}_ankle"]], X, Y) for side in ("left", "right")]
    return np.stack(
        [
            (centre[:, 0] - plan.over[:, 0]) / plan.over_ease[:, 0],
            (centre[:, 2] - plan.over[:, 1]) / plan.over_ease[:, 1],
            (np.sum(plan.bearing * np.stack(shank, axis=-1), axis=1) - plan.shank) / plan.shank_ease,
            (lean(trunk, X, Y) - plan.lean) / plan.lean_ease,
            (lying.joints[:, 0, 0] - plan.pelvis_x) / plan.pelvis_ease,
        ],
        axis=-1,
    )


def _posture(skeleton: Skeleton, plan: Plan, unknown: Float[np.ndarray, "time 3"]) -> Posture:
    trunk = unknown[:, 2]
    pelvis_turn = leaning(plan.pelvis_share * trunk - plan.tuck, plan.drop, plan.turn)
    thorax_turn = leaning(trunk, plan.bend, plan.twist)
    upright = np.broadcast_to(np.eye(3), thorax_turn.shape)
    looking = leaning(-plan.gaze[:, 0], np.zeros_like(trunk), plan.gaze[:, 1])
    upper, fore = plan.arms.directions(thorax_turn)
    pelvis = _pelvis_over_knees(skeleton, plan, pelvis_turn, unknown[:, 0], unknown[:, 1])
    feet = plan.feet if plan.swing is None else _with_free_leg(skeleton, plan.feet, plan.swing, pelvis, pelvis_turn)
    return Posture(
        time_s=plan.time_s,
        pelvis=pelvis,
        pelvis_turn=pelvis_turn,
        thorax_turn=thorax_turn,
        head_turn=part_way(thorax_turn, upright, plan.level) @ looking,
        ankle=feet.ankle,
        foot_turn=feet.turn,
        toe_flexion=feet.toe_flexion,
        knee_aim=plan.knee_aim,
        upper_arm=upper,
        forearm=fore,
        contact=feet.contact,
        seated=plan.seated,
    )


def _pelvis_over_knees(
    skeleton: Skeleton, plan: Plan, pelvis_turn: Float[np.ndarray, "time 3 3"], forward: Curve, aside: Curve
) -> Float[np.ndarray, "time 3"]:
    """Return the pelvis at the height at which the bearing knees are bent as planned."""
    hips = [apply(pelvis_turn, skeleton.joint(f"thigh_{side}") - skeleton.joint("pelvis")) for side in "lr"]
    level = np.stack([forward, np.zeros_like(forward), aside], axis=-1)
    both = np.stack([plan.knee_flexion, plan.knee_flexion], axis=-1)
    return height_over_legs(skeleton, plan.feet.ankle - np.stack(hips, axis=1), both, plan.bearing, level)


def height_over_legs(
    skeleton: Skeleton,
    places: Float[np.ndarray, "time 2 3"],
    knee_flexion: Float[np.ndarray, "time 2"],
    shares: Float[np.ndarray, "time 2"],
    level: Float[np.ndarray, "time 3"],
) -> Float[np.ndarray, "time 3"]:
    """Return the pelvis at the x and z of `level`, as high as knees bent so put it, the legs counting in their shares.

    `places` (time, side, 3) is where the pelvis would be were a hip on its ankle. With c that place and d the distance from hip to
    ankle (law of cosines), the mean of |pelvis - c|^2 over the legs in their shares is that of d^2: one equation for the height.
    """
    legs = [[float(np.linalg.norm(line)) for line in leg_vectors(skeleton, side)] for side in "lr"]
    thigh, shank = np.array(legs).T
    distance_squared = thigh**2 + shank**2 + 2.0 * thigh * shank * np.cos(knee_flexion)
    share = shares[..., None]
    middle = np.sum(share * places, axis=1)
    spread = np.sum(share * (places - middle[:, None]) ** 2, axis=(1, 2))
    away = (level[:, 0] - middle[:, 0]) ** 2 + (level[:, 2] - middle[:, 2]) ** 2
    height = np.sqrt(np.maximum(np.sum(shares * distance_squared, axis=1) - spread - away, 1e-4))
    return np.stack([level[:, 0], middle[:, 1] + height, level[:, 2]], axis=-1)


def _with_free_leg(
    skeleton: Skeleton, feet: Feet, swing: Swing, pelvis: Float[np.ndarray, "time 3"], pelvis_turn: Float[np.ndarray, "time 3 3"]
) -> Feet:
    """Return the feet, the free leg's between where it stood and where it hangs from the hip."""
    side, letter = swing.side, "lr"[swing.side]
    hip = pelvis + apply(pelvis_turn, skeleton.joint(f"thigh_{letter}") - skeleton.joint("pelvis"))
    thigh_m, shank_m = (float(np.linalg.norm(line)) for line in leg_vectors(skeleton, letter))
    outward = swing.outward if letter == "r" else -swing.outward
    aside = about(X, -outward)
    down = -Y
    thigh = apply(aside @ about(Z, swing.thigh), down)
    shank = apply(aside @ about(Z, swing.thigh - swing.knee), down)
    hanging = hip + thigh_m * thigh + shank_m * shank
    foot = aside @ about(Z, swing.thigh - swing.knee + swing.foot)
    ankle, turn = feet.ankle.copy(), feet.turn.copy()
    ankle[:, side] += swing.share[:, None] * (hanging - ankle[:, side])
    # The foot turns later than it rises, or its toes would go through the floor.
    turn[:, side] = part_way(turn[:, side], foot, swing.share**2)
    contact = feet.contact.copy()
    contact[:, side] &= (swing.share < _LIFTED_SHARE)[:, None]
    return Feet(ankle, turn, feet.toe_flexion, contact)
