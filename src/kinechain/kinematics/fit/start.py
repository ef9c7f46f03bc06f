"""Where does the search begin? Joint angles in closed form from points in space, and the camera that would see them so."""

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.skeleton import AT, COORDINATES, FOOT_HEIGHTS, LENGTHS, POINT_AT, POINTS, lay_out
from kinechain.core.types import SIDES, Keypoints
from kinechain.evidence import constant
from kinechain.kinematics.fit.camera import Phone
from kinechain.maths.filters import low_pass

Paths = dict[str, Float[np.ndarray, "time 3"]]
Turns = Float[np.ndarray, "time 3 3"]
Known = Bool[np.ndarray, "time point"]

#: Twist of the thigh is not read from a shank that is bent less than this (rad), nor beyond this far.
_TWIST_FROM, _MOST_TWIST = 0.8, 0.5


def network_points(keypoints: Keypoints) -> Paths:
    """Return the network's own 3D of the skeleton's points, smoothed and bridged, as a level camera's world: metres, y up."""
    cutoff = constant("filter.cutoff").value
    paths = {}
    for name in POINTS:
        smooth = low_pass(keypoints.xyz(name), keypoints.time_s, cutoff, np.inf)
        paths[name] = bridged(smooth[:, [2, 1, 0]] * [-1.0, -1.0, -1.0], keypoints.time_s)
    return paths


def bridged(values: Float[np.ndarray, "time column"], time_s: Float[np.ndarray, " time"]) -> Float[np.ndarray, "time column"]:
    """Return values with gaps bridged by straight lines and ends held; all zero where nothing is known."""
    columns = []
    for column in values.T:
        known = np.isfinite(column)
        columns.append(np.interp(time_s, time_s[known], column[known]) if known.any() else np.zeros_like(column))
    return np.column_stack(columns)


def coordinates_of(points: Paths) -> Float[np.ndarray, "time coordinate"]:
    """Return the coordinates whose skeleton comes near the points, segment by segment; the pelvis stays at the origin."""
    count = points["left_hip"].shape[0]
    coordinates = np.zeros((count, len(COORDINATES)))
    across = points["right_hip"] - points["left_hip"] + 0.5 * (points["right_shoulder"] - points["left_shoulder"])
    coordinates[:, AT["pelvis_rotation"]] = np.unwrap(np.arctan2(across[:, 0], across[:, 2]))
    pelvis = _turn(1, coordinates[:, AT["pelvis_rotation"]])
    trunk = _within(pelvis, sum((points[f"{side}_shoulder"] - points[f"{side}_hip"] for side in SIDES), np.zeros((count, 3))))
    tilt = -np.arctan2(trunk[:, 0], trunk[:, 1])
    share = constant("fit.pelvis_share").value
    coordinates[:, AT["pelvis_tilt"]], coordinates[:, AT["lumbar_extension"]] = share * tilt, (1.0 - share) * tilt
    pelvis = pelvis @ _turn(2, share * tilt)
    for side, mirrored in (("right", 1.0), ("left", -1.0)):
        s = side[0]
        thigh = _within(pelvis, points[f"{side}_knee"] - points[f"{side}_hip"])
        flexion = np.mod(np.arctan2(thigh[:, 0], -thigh[:, 1]) + 0.5 * np.pi, 2.0 * np.pi) - 0.5 * np.pi  # -90 to 270 degrees
        adduction = np.arcsin(np.clip(-thigh[:, 2] / np.linalg.norm(thigh, axis=1), -1.0, 1.0))
        shank = _within(pelvis @ _turn(2, flexion) @ _turn(0, adduction), points[f"{side}_ankle"] - points[f"{side}_knee"])
        knee = np.arctan2(np.hypot(shank[:, 0], shank[:, 2]), -shank[:, 1])
        twist = np.clip(np.arctan2(shank[:, 2], -shank[:, 0]), -_MOST_TWIST, _MOST_TWIST) * np.minimum(1.0, knee / _TWIST_FROM)
        coordinates[:, AT[f"hip_flexion_{s}"]] = flexion
        coordinates[:, AT[f"hip_adduction_{s}"]] = mirrored * adduction
        coordinates[:, AT[f"hip_rotation_{s}"]] = mirrored * twist
        coordinates[:, AT[f"knee_angle_{s}"]] = knee
        coordinates[:, AT[f"ankle_angle_{s}"]] = knee - flexion - share * tilt  # the foot level
    return coordinates


def squat_by_height(keypoints: Keypoints) -> Float[np.ndarray, "time coordinate"]:
    """Return a plain squat, as deep as the hips have come nearer to the ankles in the picture, that faces where the network has it.

    A second place to begin, for films in which the network's own 3D stands on its head: with equal thighs and shanks the distance
    is cos(knee / 2) of the straight leg's, and shank and trunk lean by usual shares of the knee's flexion.
    """
    time_s = keypoints.time_s
    legs = [keypoints.xy(f"{side}_hip") - keypoints.xy(f"{side}_ankle") for side in SIDES]
    apart = np.linalg.norm(legs, axis=2).mean(axis=0)
    smooth = low_pass(bridged(apart[:, None], time_s), time_s, constant("filter.cutoff").value, np.inf)[:, 0]
    knee = 2.0 * np.arccos(np.clip(smooth / np.percentile(smooth, 95), 0.0, 1.0))
    shank, trunk = constant("fit.shank_of_knee").value * knee, constant("fit.trunk_of_knee").value * knee
    share = constant("fit.pelvis_share").value
    coordinates = np.zeros((time_s.size, len(COORDINATES)))
    coordinates[:, AT["pelvis_rotation"]] = np.median(coordinates_of(network_points(keypoints))[:, AT["pelvis_rotation"]])
    coordinates[:, AT["pelvis_tilt"]], coordinates[:, AT["lumbar_extension"]] = -share * trunk, (share - 1.0) * trunk
    for side in SIDES:
        coordinates[:, AT[f"knee_angle_{side[0]}"]] = knee
        coordinates[:, AT[f"hip_flexion_{side[0]}"]] = knee - shank + share * trunk
        coordinates[:, AT[f"ankle_angle_{side[0]}"]] = shank
    return coordinates


def stand_before(
    phone: Phone,
    coordinates: Float[np.ndarray, "time coordinate"],
    lengths: Float[np.ndarray, " length"],
    pixels: Float[np.ndarray, "time point 2"],
    time_s: Float[np.ndarray, " time"],
) -> tuple[Float[np.ndarray, "time coordinate"], Phone]:
    """Return the coordinates with the pelvis where a level camera sees the body so, and the camera at its height above the feet.

    The distance is one for the whole clip: frame by frame it would swing with every bend of the body.
    """
    body = lay_out(coordinates, lengths).points @ phone.turn.T
    sights = (pixels - phone.middle) / phone.focal
    known = np.asarray(np.isfinite(sights).all(axis=2))
    spread, seen = _spread(body[..., :2], known), _spread(sights, known)
    distance = float(np.nanmedian(spread / seen))
    depth = distance - body[..., 2] + _middle(body[..., 2:], known)
    place = np.stack([sights[..., 0] * depth - body[..., 0], -sights[..., 1] * depth - body[..., 1]], axis=-1)
    across = _middle(place, known)
    away = np.full(time_s.shape, -distance)
    path = bridged(np.column_stack([across, away]), time_s)
    path = low_pass(path, time_s, constant("filter.cutoff").value, np.inf)
    placed = coordinates.copy()
    placed[:, :3] = path @ phone.turn
    soles = lay_out(placed, lengths).points[:, [POINT_AT[f"{side}_foot_index"] for side in SIDES], 1]
    height = -float(np.median(soles)) + FOOT_HEIGHTS["foot_index"] * lengths[LENGTHS.index("ankle")]
    placed[:, 1] += height
    unknowns = phone.unknowns.copy()
    unknowns[5] += height
    return placed, Phone(unknowns, phone.middle)


def _middle(points: Float[np.ndarray, "time point axis"], known: Known) -> Float[np.ndarray, "time axis"]:
    """Return the median of the known points, frame by frame; NaN where none is known."""
    middle, some = np.full((points.shape[0], points.shape[2]), np.nan), known.any(axis=1)
    middle[some] = np.nanmedian(np.where(known[some, :, None], points[some], np.nan), axis=1)
    return middle


def _spread(points: Float[np.ndarray, "time point 2"], known: Known) -> Float[np.ndarray, " time"]:
    """Return how far points lie from their middle, frame by frame; NaN where fewer than six are known."""
    beside = np.where(known[..., None], points - _middle(points, known)[:, None], 0.0)
    count = known.sum(axis=1)
    return np.where(count >= 6, np.sqrt((beside**2).sum(axis=(1, 2)) / np.maximum(count, 1)), np.nan)


def _turn(axis: int, angle: Float[np.ndarray, " time"]) -> Turns:
    turn = np.zeros((angle.size, 3, 3))
    second, third = (axis + 1) % 3, (axis + 2) % 3
    turn[:, axis, axis] = 1.0
    turn[:, second, second] = turn[:, third, third] = np.cos(angle)
    turn[:, third, second], turn[:, second, third] = np.sin(angle), -np.sin(angle)
    return turn


def _within(turn: Turns, line: Float[np.ndarray, "time 3"]) -> Float[np.ndarray, "time 3"]:
    """Return lines of the world in the axes of a segment."""
    return np.asarray(np.einsum("tji,tj->ti", turn, line))
