"""A stick person whose angles are known because they were chosen: built forwards from angles, seen by a distant camera."""

from dataclasses import dataclass

import numpy as np
import xarray as xr

from kinechain.core.types import KEYPOINT_NAMES, FilmHeader, Keypoints

THIGH_M, SHANK_M, TRUNK_M, HALF_HIPS_M, HALF_SHOULDERS_M = 0.42, 0.40, 0.50, 0.12, 0.20
STATURE_M = 1.75


@dataclass(frozen=True)
class Figure:
    """Angles of both legs alike over time (degrees), and what goes wrong on purpose."""

    time_s: np.ndarray
    knee: np.ndarray
    shank: np.ndarray
    trunk: np.ndarray
    heel_up_deg: np.ndarray | float = 0.0
    knee_in_m: float = 0.0
    shift_left_m: np.ndarray | float = 0.0


def squats(
    count: int = 3, depth_deg: float = 100.0, fps: float = 30.0, still_s: float = 1.5, down_s: float = 1.0, pause_s: float = 0.0
) -> Figure:
    """Stand still, then squat `count` times between 8 and `depth_deg` of knee flexion, smoothly, resting half a second between."""
    step = 1.0 / fps
    rise = np.sin(0.5 * np.pi * np.arange(0.0, 1.0, step / down_s)) ** 2
    one = np.concatenate([rise, np.ones(round(pause_s * fps) + 1), rise[::-1], np.zeros(round(0.5 * fps))])
    share = np.concatenate([np.zeros(round(still_s * fps)), *[one] * count, np.zeros(round(0.5 * fps))])
    return Figure(np.arange(share.size) * step, 8 + (depth_deg - 8) * share, 4 + 28 * share, 3 + 35 * share)


def film_of(
    figure: Figure, azimuth_deg: float = 90.0, px_per_m: float = 400.0, size: tuple[int, int] = (720, 1280), noise_px: float = 0.0
) -> Keypoints:
    """Return what a distant camera sees: 0 degrees from the front, 90 from the person's right side, 180 from behind."""
    joints = _joints(figure)
    yaw = np.deg2rad(azimuth_deg)
    count = figure.time_s.size
    xy, world = np.empty((count, 33, 2)), np.empty((count, 33, 3))
    middle = 0.5 * (joints["left_hip"] + joints["right_hip"])
    random = np.random.default_rng(1)
    for index, name in enumerate(KEYPOINT_NAMES):
        forward, left, up = joints[name].T
        across, away = left * np.cos(yaw) + forward * np.sin(yaw), left * np.sin(yaw) - forward * np.cos(yaw)
        mid_forward, mid_left, mid_up = middle.T
        mid_across, mid_away = (
            mid_left * np.cos(yaw) + mid_forward * np.sin(yaw),
            mid_left * np.sin(yaw) - mid_forward * np.cos(yaw),
        )
        xy[:, index] = np.column_stack([0.5 * size[0] + across * px_per_m, 0.9 * size[1] - up * px_per_m])
        world[:, index] = np.column_stack([across - mid_across, mid_up - up, away - mid_away])
    xy += noise_px * random.standard_normal(xy.shape)
    return keypoints_of(figure.time_s, xy, world, size)


def keypoints_of(time_s: np.ndarray, xy: np.ndarray, world: np.ndarray, size: tuple[int, int] = (720, 1280)) -> Keypoints:
    """Wrap landmark paths (time, 33, 2) and (time, 33, 3) as the pose room would."""
    count = time_s.size
    found = np.isfinite(xy).all(axis=(1, 2))
    dataset = xr.Dataset(
        {
            "position": (("time", "space", "keypoint"), xy.transpose(0, 2, 1)),
            "confidence": (("time", "keypoint"), np.where(np.isfinite(xy[:, :, 0]), 0.99, np.nan)),
            "world": (("time", "axis", "keypoint"), world.transpose(0, 2, 1)),
            "presence": (("time",), np.where(found, 0.99, np.nan)),
            "camera_shift": (("time", "space"), np.zeros((count, 2))),
            "scene_change": (("time",), np.zeros(count)),
            "people": (("time",), np.ones(count)),
            "brightness": (("time",), np.full(count, 0.5)),
        },
        coords={"time": time_s, "space": ["x", "y"], "axis": ["x", "y", "z"], "keypoint": list(KEYPOINT_NAMES)},
        attrs={"width_px": size[0], "height_px": size[1], "pose_model": "stick", "pose_sha256": "0" * 64, "camera_roll_rad": 0.0},
    )
    return Keypoints(dataset)


def changed(keypoints: Keypoints, **variables: np.ndarray) -> Keypoints:
    """Return keypoints with some variables replaced."""
    dataset = keypoints.dataset.copy(deep=True)
    for name, values in variables.items():
        dataset[name] = (dataset[name].dims, values)
    return Keypoints(dataset)


def header(keypoints: Keypoints, **fields: object) -> FilmHeader:
    """Return a film header that fits the keypoints."""
    given: dict[str, object] = {
        "name": "film.mp4",
        "sha256": "f" * 64,
        "codec": "h264",
        "width_px": keypoints.dataset.attrs["width_px"],
        "height_px": keypoints.dataset.attrs["height_px"],
        "rotation_deg": 0,
        "announced_frames": keypoints.time_s.size,
        "announced_duration_s": float(keypoints.time_s[-1]),
        "announced_fps": 30.0,
    }
    return FilmHeader(**(given | fields))


def _joints(figure: Figure) -> dict[str, np.ndarray]:
    """Return paths (time, 3) as forward, left, up in metres."""
    count = figure.time_s.size
    shank, thigh, trunk = np.deg2rad(figure.shank), np.deg2rad(figure.shank - figure.knee), np.deg2rad(figure.trunk)
    heel_up = np.deg2rad(np.broadcast_to(figure.heel_up_deg, count))
    shift = np.broadcast_to(figure.shift_left_m, count)

    def at(forward: object, left: object, up: object) -> np.ndarray:
        return np.column_stack([np.broadcast_to(part, count) for part in (forward, left, up)]).astype(float)

    def along(angle: np.ndarray, length: float) -> np.ndarray:
        return at(length * np.sin(angle), 0.0, length * np.cos(angle))

    joints: dict[str, np.ndarray] = {}
    for side, sign in (("left", 1.0), ("right", -1.0)):
        toe = at(0.17, sign * HALF_HIPS_M, 0.02)
        heel = toe + at(-0.22 * np.cos(heel_up), 0.0, 0.22 * np.sin(heel_up))
        ankle = heel + at(0.05, 0.0, 0.06)
        knee = ankle + along(shank, SHANK_M) + at(0.0, -sign * figure.knee_in_m, 0.0)
        hip = ankle + along(shank, SHANK_M) + along(thigh, THIGH_M) + at(0.0, shift, 0.0)
        shoulder = hip + along(trunk, TRUNK_M) + at(0.0, sign * (HALF_SHOULDERS_M - HALF_HIPS_M), 0.0)
        joints |= {
            f"{side}_{name}": path
            for name, path in {
                "foot_index": toe,
                "heel": heel,
                "ankle": ankle,
                "knee": knee,
                "hip": hip,
                "shoulder": shoulder,
            }.items()
        }
    head = 0.5 * (joints["left_shoulder"] + joints["right_shoulder"]) + at(0.08, 0.0, 0.22)
    for name in KEYPOINT_NAMES:
        joints.setdefault(
            name,
            head if "left" not in name and "right" not in name else joints[f"{'left' if 'left' in name else 'right'}_shoulder"],
        )
    return joints
