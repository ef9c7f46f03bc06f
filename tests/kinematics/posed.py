"""A skeleton in postures chosen by hand, and the film that a pinhole camera makes of it: every coordinate is known."""

import numpy as np

from figures import keypoints_of
from kinechain.body.proportions import usual_log_lengths
from kinechain.body.skeleton import AT, COORDINATES, LENGTHS, POINT_AT, POINTS, lay_out
from kinechain.core.types import KEYPOINT_NAMES, SIDES, Keypoints
from kinechain.kinematics.fit.camera import Phone
from kinechain.kinematics.fit.marks import usual_offsets

STATURE_M = 1.75
LENGTHS_M = np.exp(usual_log_lengths(STATURE_M))
LEG_M = float(LENGTHS_M[[LENGTHS.index("thigh"), LENGTHS.index("shank")]].sum())
SIZE = (720, 1280)

#: How far the body stands from the camera (m).
_AWAY_M = 3.5


def squat_shares(still_s: float = 1.0, one_s: float = 2.0, count: int = 1, fps: float = 30.0) -> tuple[np.ndarray, np.ndarray]:
    """Times, and how deep the body is at each: 0 standing, 1 deepest; quiet first, then smooth squats, quiet again."""
    time_s = np.arange(0.0, still_s + count * one_s + 0.5, 1.0 / fps)
    phase = np.clip(time_s - still_s, 0.0, count * one_s) / one_s
    return time_s, np.sin(np.pi * phase) ** 2


def squat_coordinates(share: np.ndarray, heading_rad: float = 0.0, deepest_deg: float = 100.0) -> np.ndarray:
    """Coordinates of a squat on flat feet: knee 8 degrees to the deepest, shank 4 to 32, trunk 3 to 38; ankles stay in place."""
    knee, shank, trunk = (np.deg2rad(low + (high - low) * share) for low, high in ((8.0, deepest_deg), (4.0, 32.0), (3.0, 38.0)))
    coordinates = np.zeros((share.size, len(COORDINATES)))
    coordinates[:, AT["pelvis_rotation"]] = heading_rad
    coordinates[:, AT["pelvis_tilt"]], coordinates[:, AT["lumbar_extension"]] = -0.6 * trunk, -0.4 * trunk
    for side in SIDES:
        coordinates[:, AT[f"knee_angle_{side[0]}"]] = knee
        coordinates[:, AT[f"hip_flexion_{side[0]}"]] = knee - shank + 0.6 * trunk
        coordinates[:, AT[f"ankle_angle_{side[0]}"]] = shank
    ankles = lay_out(coordinates, LENGTHS_M).points[:, [POINT_AT[f"{side}_ankle"] for side in SIDES]].mean(axis=1)
    coordinates[:, :3] = [0.0, LENGTHS_M[LENGTHS.index("ankle")], 0.0] - ankles
    return coordinates


def phone(pitch_deg: float = 5.0, zoom: float = 1.0, yaw_deg: float = 0.0, size: tuple[int, int] = SIZE) -> Phone:
    """A phone at 1.2 m, looking along -x at the body before it."""
    focal = 0.75 * zoom * max(size)
    unknowns = np.array([np.log(focal), np.deg2rad(pitch_deg), 0.0, np.deg2rad(yaw_deg), _AWAY_M, 1.2, 0.0])
    return Phone(unknowns, (0.5 * (size[0] - 1), 0.5 * (size[1] - 1)))


def film_of(
    time_s: np.ndarray, coordinates: np.ndarray, camera: Phone, size: tuple[int, int] = SIZE, noise_px: float = 0.0
) -> Keypoints:
    """What a pose network that marks every point where it usually does would say of the film."""
    laid = lay_out(coordinates, LENGTHS_M)
    marked = laid.points + (laid.carriers @ (LEG_M * usual_offsets())[..., None])[..., 0]
    about = laid.points - coordinates[:, None, :3]
    xy, world = np.empty((time_s.size, 33, 2)), np.zeros((time_s.size, 33, 3))
    xy[:] = camera.project(marked).mean(axis=1, keepdims=True)
    pixels = camera.project(marked) + noise_px * np.random.default_rng(3).standard_normal((time_s.size, len(POINTS), 2))
    for number, name in enumerate(POINTS):
        xy[:, KEYPOINT_NAMES.index(name)] = pixels[:, number]
        world[:, KEYPOINT_NAMES.index(name)] = -about[:, number, [2, 1, 0]]
    return keypoints_of(time_s, xy, world, size)


def mirrored(film: Keypoints) -> Keypoints:
    """The film in a mirror: pixels from the other edge, the network's x the other way, left and right exchanged."""
    order = [KEYPOINT_NAMES.index(name) for name in map(_other_side, KEYPOINT_NAMES)]
    xy = np.stack([film.xy(name) for name in KEYPOINT_NAMES], axis=1)[:, order]
    world = np.stack([film.xyz(name) for name in KEYPOINT_NAMES], axis=1)[:, order]
    size = int(film.dataset.attrs["width_px"]), int(film.dataset.attrs["height_px"])
    return keypoints_of(film.time_s, xy * [-1.0, 1.0] + [size[0] - 1.0, 0.0], world * [-1.0, 1.0, 1.0], size)


def enlarged(film: Keypoints, factor: int) -> Keypoints:
    """The film with so many times the pixels along each edge; pixel centres are at whole numbers."""
    xy = np.stack([film.xy(name) for name in KEYPOINT_NAMES], axis=1)
    world = np.stack([film.xyz(name) for name in KEYPOINT_NAMES], axis=1)
    size = factor * int(film.dataset.attrs["width_px"]), factor * int(film.dataset.attrs["height_px"])
    return keypoints_of(film.time_s, factor * (xy + 0.5) - 0.5, world, size)


def _other_side(name: str) -> str:
    for one, other in (("left", "right"), ("right", "left")):
        if one in name:
            return name.replace(one, other)
    return name
