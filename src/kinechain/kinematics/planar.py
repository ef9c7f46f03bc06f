"""What are the angles in the picture plane? The plain estimator: each frame by itself, smoothed over time.

From the side the sagittal angles of the near leg, from the front or rear the frontal ones. It believes that the picture plane is
the plane of movement and that up in the picture is up; the film check says when it is not. Its spreads are assumed rows.
"""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from kinechain.core.types import KEYPOINT_NAMES, SIDES, Keypoints, Motion, Person, View
from kinechain.evidence import constant
from kinechain.kinematics.standing import Standing
from kinechain.kinematics.view import Sight
from kinechain.maths.filters import low_pass

Curve = Float[np.ndarray, " time"]
Path = Float[np.ndarray, "time 2"]

_UNITS = {"hip_height": "1", "heel_rise": "m", "pelvic_shift": "m", "knee_ankle_separation_ratio": "1", "stance_width": "m"}
_CHAIN = tuple(f"{side}_{joint}" for side in SIDES for joint in ("shoulder", "hip", "knee", "ankle", "heel", "foot_index"))
_ARMS = tuple(f"{side}_{joint}" for side in SIDES for joint in ("elbow", "wrist"))
#: Share of a person's stature from shoulder over hip and knee to ankle, as the network marks them.
_CHAIN_ROW = "body.shoulder_to_ankle_share"


@dataclass(frozen=True)
class _Scene:
    """Smoothed landmark paths of one film in metres, up positive, and the frames that stand quietly."""

    paths: dict[str, Path]
    standing: slice | None

    def at_rest(self, curve: Curve) -> float:
        """Return the curve's median over the quiet standing; NaN without one."""
        if self.standing is None or not np.isfinite(curve[self.standing]).any():
            return float("nan")
        return float(np.nanmedian(curve[self.standing]))

    def middle(self, joint: str) -> Path:
        return np.asarray(0.5 * (self.paths[f"left_{joint}"] + self.paths[f"right_{joint}"]))


def estimate_planar_motion(
    keypoints: Keypoints, sight: Sight, person: Person, standing: Standing | None, exchanged: Bool[np.ndarray, " time"]
) -> Motion:
    """Return the planar angles of a film from the side, the front or the rear.

    Frames in which the legs are `exchanged` count as missing. Definitions, signs and zero are those of the table of signs: angles
    between lines through joint centres, flexion and valgus positive, trunk lean forward positive, thigh inclination 0 when level,
    shift towards the person's own left positive. Raises ValueError for an oblique view, whose planar angles mean nothing.
    """
    if sight.view is View.OBLIQUE:
        raise ValueError("Expected a side, front or rear view, got an oblique one. Planar angles mean nothing there.")
    rest = slice(standing.start, standing.stop) if standing else None
    scene = _Scene(_paths_in_metres(keypoints, person, rest, exchanged, _CHAIN + _ARMS), rest)
    curves = _sagittal(scene, sight) if sight.view is View.SIDE else _frontal(scene, sight)
    return _as_motion(keypoints.time_s, curves)


def _paths_in_metres(
    keypoints: Keypoints,
    person: Person,
    rest: slice | None,
    exchanged: Bool[np.ndarray, " time"],
    names: tuple[str, ...] | None = None,
) -> dict[str, Path]:
    cutoff, gap = constant("filter.cutoff").value, constant("filter.longest_gap").value
    scale = metres_per_pixel(keypoints, person, rest)
    paths = {}
    for name in KEYPOINT_NAMES if names is None else names:
        pixels = np.where(exchanged[:, None], np.nan, keypoints.steady_xy(name))
        paths[name] = low_pass(pixels, keypoints.time_s, cutoff, gap) * [scale, -scale]
    return paths


def marker_paths(
    keypoints: Keypoints, sight: Sight, person: Person, standing: Standing | None, exchanged: Bool[np.ndarray, " time"]
) -> dict[str, Float[np.ndarray, "time 3"]]:
    """Return all landmarks as markers in metres: x forward, y up, z to the person's right, what the picture cannot tell being 0.

    The origin lies between the heels where they rest (or, without quiet standing, at their median).
    """
    rest = slice(standing.start, standing.stop) if standing else None
    paths = _paths_in_metres(keypoints, person, rest, exchanged)
    heels = 0.5 * (paths["left_heel"] + paths["right_heel"])
    origin = np.nanmedian(heels[rest] if rest is not None else heels, axis=0)
    markers = {}
    for name, path in paths.items():
        across, up = (path - origin).T
        flat = np.where(np.isfinite(across), 0.0, np.nan)
        if sight.view is View.SIDE:
            markers[name] = np.column_stack([sight.facing * across, up, flat])
        else:
            markers[name] = np.column_stack([flat, up, -across if sight.view is View.FRONT else across])
    return markers


def metres_per_pixel(keypoints: Keypoints, person: Person, rest: slice | None) -> float:
    """Return the picture's scale at the person: stature times its share from shoulder to ankle, over that chain's length in pixels.

    The chain is measured over the quiet standing, or over the tallest tenth of the film where there is none.
    """
    chain = np.zeros(keypoints.time_s.shape)
    for side in SIDES:
        joints = [keypoints.xy(f"{side}_{joint}") for joint in ("shoulder", "hip", "knee", "ankle")]
        chain += 0.5 * sum(np.linalg.norm(lower - upper, axis=1) for upper, lower in pairwise(joints))
    length_px = np.nanmedian(chain[rest]) if rest is not None else np.nanpercentile(chain, 90)
    return float(person.height_m * constant(_CHAIN_ROW).value / length_px)


def _sagittal(scene: _Scene, sight: Sight) -> dict[str, Curve | dict[str, Curve]]:
    near = sight.near_side or "left"
    shoulder, hip, knee, ankle, heel, toe, elbow, wrist = (
        scene.paths[f"{near}_{joint}"] * [sight.facing, 1.0]
        for joint in ("shoulder", "hip", "knee", "ankle", "heel", "foot_index", "elbow", "wrist")
    )
    shank, thigh, trunk = _lean(ankle, knee), _lean(knee, hip), _lean(hip, shoulder)
    upper_arm, forearm = _lean(elbow, shoulder), _lean(wrist, elbow)
    foot_pitch = np.arctan2(heel[:, 1] - toe[:, 1], toe[:, 0] - heel[:, 0])
    foot_pitch = foot_pitch - scene.at_rest(foot_pitch)
    foot_length = scene.at_rest(np.linalg.norm(toe - heel, axis=1))
    ground = scene.at_rest(heel[:, 1])
    height = hip[:, 1] - ground
    return {
        "trunk_lean": trunk,
        "knee_flexion": {near: _within_half_a_turn(shank - thigh)},
        "trunk_thigh_flexion": {near: _within_half_a_turn(trunk - thigh)},
        "shank_inclination": {near: shank},
        "thigh_inclination": {near: _within_half_a_turn(-thigh - 0.5 * np.pi)},
        "shoulder_flexion": {near: _forward(trunk - upper_arm)},
        "elbow_flexion": {near: _forward(upper_arm - forearm)},
        "foot_pitch": {near: foot_pitch},
        "heel_rise": {near: foot_length * np.sin(foot_pitch)},
        "hip_height": height / scene.at_rest(height),
    }


def _frontal(scene: _Scene, sight: Sight) -> dict[str, Curve | dict[str, Curve]]:
    to_left = 1.0 if sight.view is View.FRONT else -1.0  # the person's left is at the picture's right, seen from the front
    fppa, drop = {}, scene.middle("hip")[:, 1] - scene.middle("heel")[:, 1]
    for side in SIDES:
        medial = -to_left if side == "left" else to_left
        hip, knee, ankle = (scene.paths[f"{side}_{joint}"] * [medial, 1.0] for joint in ("hip", "knee", "ankle"))
        angle = _within_half_a_turn(_lean(ankle, knee) - _lean(knee, hip))
        low, high = np.deg2rad(constant("fppa.flexion_from").value), np.deg2rad(constant("fppa.flexion_to").value)
        flexion = flexion_by_leg_length(scene, side)
        fppa[side] = np.where((flexion >= low) & (flexion <= high), angle, np.nan)
    knees = np.abs(scene.paths["left_knee"][:, 0] - scene.paths["right_knee"][:, 0])
    ankles = np.abs(scene.paths["left_ankle"][:, 0] - scene.paths["right_ankle"][:, 0])
    shift = (scene.middle("hip")[:, 0] - scene.middle("ankle")[:, 0]) * to_left
    return {
        "fppa": fppa,
        "knee_ankle_separation_ratio": knees / ankles,
        "stance_width": ankles,
        "pelvic_shift": shift - scene.at_rest(shift),
        "hip_height": drop / scene.at_rest(drop),
    }


def leg_length_flexion(
    keypoints: Keypoints, person: Person, standing: Standing | None, exchanged: Bool[np.ndarray, " time"]
) -> Float[np.ndarray, "time side"]:
    """Return for both legs the rough knee flexion that `flexion_by_leg_length` makes, to be compared with."""
    rest = slice(standing.start, standing.stop) if standing else None
    scene = _Scene(_paths_in_metres(keypoints, person, rest, exchanged, _CHAIN), rest)
    return np.column_stack([flexion_by_leg_length(scene, side) for side in SIDES])


def flexion_by_leg_length(scene: _Scene, side: str) -> Curve:
    """Return a rough knee flexion from how much nearer the hip has come to the ankle than in quiet standing (law of cosines).

    Good to some 6 degrees from the front where the trunk leans little; used to tell where other measures hold, never reported.
    Standing is taken as the row `body.standing_knee_flexion`.
    """
    distance = np.linalg.norm(scene.paths[f"{side}_hip"] - scene.paths[f"{side}_ankle"], axis=1)
    thigh, shank = constant("body.thigh_share").value, constant("body.shank_share").value
    standing = np.deg2rad(constant("body.standing_knee_flexion").value)
    # Without quiet standing the tallest tenth of the film stands in for it: rough, but only a range hangs on it.
    tall = scene.at_rest(distance) if scene.standing else np.nanpercentile(distance, 90)
    straight_squared = thigh**2 + shank**2 + 2.0 * thigh * shank * np.cos(standing)
    now_squared = (distance / tall) ** 2 * straight_squared
    return np.asarray(np.arccos(np.clip((now_squared - thigh**2 - shank**2) / (2.0 * thigh * shank), -1.0, 1.0)))


def _lean(lower: Path, upper: Path) -> Curve:
    """Return how far the line from `lower` to `upper` leans from the vertical towards +x (rad)."""
    line = upper - lower
    return np.asarray(np.arctan2(line[:, 0], line[:, 1]))


def _within_half_a_turn(angle: Curve) -> Curve:
    """Return the same angle between -180 and 180 degrees (rad): a difference of two directions can be a full turn off."""
    return np.asarray((angle + np.pi) % (2.0 * np.pi) - np.pi)


def _forward(angle: Curve) -> Curve:
    """Return the same angle between -90 and 270 degrees (rad): arms go overhead and elbows bend far, but neither goes far back."""
    return _within_half_a_turn(angle - 0.5 * np.pi) + 0.5 * np.pi


def _as_motion(time_s: Curve, curves: dict[str, Curve | dict[str, Curve]]) -> Motion:
    variables = {}
    for name, curve in curves.items():
        unit = _UNITS.get(name, "rad")
        row = constant(f"planar.{name}_sd")
        spread = np.deg2rad(row.value) if row.unit == "deg" else row.value
        if isinstance(curve, dict):
            values = np.column_stack([curve.get(side, np.full(time_s.shape, np.nan)) for side in SIDES])
            dims: tuple[str, ...] = ("time", "side")
        else:
            values, dims = curve, ("time",)
        variables[name] = (dims, values, {"units": unit})
        variables[f"{name}_sd"] = (dims, np.where(np.isfinite(values), spread, np.nan), {"units": unit})
    return Motion(
        xr.Dataset(variables, coords={"time": ("time", time_s, {"units": "s"}), "side": list(SIDES)}, attrs={"estimator": "planar"})
    )
