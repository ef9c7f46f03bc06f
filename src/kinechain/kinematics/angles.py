"""Which angles and distances describe a posture? Functions of the skeleton's points in space, by the table of signs.

Angles are between lines through joint centres, never zeroed on standing. What has a plane (inclination, lean, frontal plane
projection angle, shift) is seen from the person's own side or front, by the direction the person faces over the whole clip.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinechain.body.skeleton import POINT_AT
from kinechain.core.types import SIDES

Points = Float[np.ndarray, "*any point 3"]
Angles = Float[np.ndarray, "*any"]

#: Unit of every curve that is not an angle.
UNITS: Mapping[str, str] = {
    "knee_ankle_separation_ratio": "1",
    "stance_width": "m",
    "pelvic_shift": "m",
    "hip_height": "m",
    "heel_height": "m",
}

#: The curves that each leg has one of.
SIDED = (
    "knee_flexion",
    "trunk_thigh_flexion",
    "shank_inclination",
    "thigh_inclination",
    "fppa",
    "foot_pitch",
    "heel_height",
    "toe_out",
)


def posture_curves(points: Points, facing_rad: float) -> dict[str, Float[np.ndarray, "..."]]:
    """Return curves by name over the leading axes of `points` (..., point, 3), in m, y up; sided ones end with an axis left, right.

    `facing_rad`: how far the person faces from +x towards -z. Angles in radians, distances in metres; `hip_height` and
    `heel_height` are heights in the world, `pelvic_shift` the place of the hips' middle beside the ankles' towards the own left.
    """
    at = {name: points[..., number, :] for name, number in POINT_AT.items()}
    forward = np.array([np.cos(facing_rad), 0.0, -np.sin(facing_rad)])
    right = np.array([np.sin(facing_rad), 0.0, np.cos(facing_rad)])
    middle = {joint: 0.5 * (at[f"left_{joint}"] + at[f"right_{joint}"]) for joint in ("shoulder", "hip", "ankle")}
    trunk = middle["shoulder"] - middle["hip"]
    sided: dict[str, list[Angles]] = {name: [] for name in SIDED}
    for side in SIDES:
        medial = right if side == "left" else -right
        hip, knee, ankle, heel, tip = (at[f"{side}_{point}"] for point in ("hip", "knee", "ankle", "heel", "foot_index"))
        thigh, shank, foot = hip - knee, knee - ankle, tip - heel
        sided["knee_flexion"].append(_between(thigh, shank))
        sided["trunk_thigh_flexion"].append(_between(trunk, thigh))
        sided["shank_inclination"].append(_lean(shank, forward))
        sided["thigh_inclination"].append(-_lean(thigh, forward) - 0.5 * np.pi)
        sided["fppa"].append(_lean(shank, medial) - _lean(thigh, medial))
        sided["foot_pitch"].append(-np.arctan2(foot[..., 1], np.hypot(foot[..., 0], foot[..., 2])))
        sided["heel_height"].append(heel[..., 1])
        sided["toe_out"].append(np.arctan2(foot @ -medial, foot @ forward))
    apart = {joint: np.abs((at[f"right_{joint}"] - at[f"left_{joint}"]) @ right) for joint in ("knee", "ankle")}
    return {
        **{name: np.stack(curves, axis=-1) for name, curves in sided.items()},
        "trunk_lean": _lean(trunk, forward),
        "knee_ankle_separation_ratio": apart["knee"] / apart["ankle"],
        "stance_width": apart["ankle"],
        "pelvic_shift": (middle["ankle"] - middle["hip"]) @ right,
        "hip_height": middle["hip"][..., 1],
    }


def _lean(line: Float[np.ndarray, "*any 3"], towards: Float[np.ndarray, " 3"]) -> Angles:
    """Return how far a line leans from the vertical, seen across `towards`."""
    return np.asarray(np.arctan2(line @ towards, line[..., 1]))


def _between(first: Float[np.ndarray, "*any 3"], second: Float[np.ndarray, "*any 3"]) -> Angles:
    return np.asarray(np.arctan2(np.linalg.norm(np.cross(first, second), axis=-1), np.sum(first * second, axis=-1)))
