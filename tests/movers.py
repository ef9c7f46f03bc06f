"""Stick people at a wall, on their toes and on a chair, whose counts, heights, angles and times are known by hand."""

import numpy as np

from figures import Figure, changed, film_of
from kinechain.core.types import KEYPOINT_NAMES, Keypoints

STEP_S = 1.0 / 30.0
#: From the person's right side; 270 is from the left.
SIDE = 90.0


def way(seconds: float, start: float, end: float) -> np.ndarray:
    share = np.arange(0.0, 1.0, STEP_S / seconds)
    return start + (end - start) * np.sin(0.5 * np.pi * share) ** 2


def still(seconds: float, value: float) -> np.ndarray:
    return np.full(round(seconds / STEP_S), value)


def figure(knee: np.ndarray, shank: np.ndarray, trunk: np.ndarray, heel_up: np.ndarray | float = 0.0) -> Figure:
    return Figure(np.arange(knee.size) * STEP_S, knee, shank, trunk, heel_up)


def lunges(count: int = 3, lean_deg: float = 38.0, azimuth_deg: float = SIDE, behind: str | None = "left") -> Keypoints:
    """A knee goes to the wall `count` times; the leg `behind` stands 40 cm behind the other one."""
    lean = np.concatenate(
        [still(1.0, 5.0), *[way(1.0, 5.0, lean_deg), still(0.3, lean_deg), way(1.0, lean_deg, 5.0)] * count, still(0.8, 5.0)]
    )
    seen = film_of(figure(lean + 20.0, lean, np.full(lean.size, 5.0)), azimuth_deg)
    back_px = -0.4 * 400.0 * np.sin(np.deg2rad(azimuth_deg))
    position = seen.dataset["position"].values.copy()
    for name in ("hip", "knee", "ankle", "heel", "foot_index") if behind else ():
        position[:, 0, KEYPOINT_NAMES.index(f"{behind}_{name}")] += back_px * (1.0 if name != "hip" else 0.0)
    return changed(seen, position=position)


def raises(count: int = 4, up_deg: float = 20.0, azimuth_deg: float = SIDE, free: str | None = None) -> Keypoints:
    """The heels go up `count` times in two seconds each; `free` is a foot that is held off the floor."""
    up = np.concatenate(
        [still(1.5, 0.0), *[way(0.8, 0.0, up_deg), way(0.8, up_deg, 0.0), still(0.4, 0.0)] * count, still(0.5, 0.0)]
    )
    seen = film_of(figure(np.full(up.size, 6.0), np.full(up.size, 3.0), np.full(up.size, 3.0), up), azimuth_deg)
    position = seen.dataset["position"].values.copy()
    for name in ("ankle", "heel", "foot_index") if free else ():
        position[:, 1, KEYPOINT_NAMES.index(f"{free}_{name}")] -= 0.25 * 400.0
    return changed(seen, position=position)


def rises(count: int = 5, azimuth_deg: float = SIDE, seated_s: float = 1.0, first_standing: bool = False) -> Keypoints:
    """From the seat: bow in 0.5 s, up in 0.8 s, stand 0.4 s, down in 0.8 s, upright on the seat in 0.5 s and on at once."""
    trunk_one = np.concatenate(
        [way(0.5, 3.0, 38.0), way(0.8, 38.0, 3.0), still(0.4, 3.0), way(0.8, 3.0, 38.0), way(0.5, 38.0, 3.0)]
    )
    knee_one = np.concatenate([still(0.5, 92.0), way(0.8, 92.0, 6.0), still(0.4, 6.0), way(0.8, 6.0, 92.0), still(0.5, 92.0)])
    knee = np.concatenate([still(seated_s, 92.0), *[knee_one] * count, still(1.0, 92.0)])
    trunk = np.concatenate([still(seated_s, 3.0), *[trunk_one] * count, still(1.0, 3.0)])
    if first_standing:
        knee, trunk = (np.concatenate([still(1.0, before), curve]) for before, curve in ((6.0, knee), (3.0, trunk)))
    size = min(knee.size, trunk.size)
    return film_of(figure(knee[:size], np.full(size, 4.0), trunk[:size]), azimuth_deg)


def mirrored(keypoints: Keypoints) -> Keypoints:
    """Return what a mirror shows of the same film: the picture turned, and every left side called right."""
    order = [KEYPOINT_NAMES.index(other_side(name)) for name in KEYPOINT_NAMES]
    position, world = (keypoints.dataset[name].values[:, :, order].copy() for name in ("position", "world"))
    position[:, 0] = keypoints.dataset.attrs["width_px"] - position[:, 0]
    world[:, 0] *= -1.0
    return changed(keypoints, position=position, world=world)


def other_side(name: str) -> str:
    if "left" in name:
        return name.replace("left", "right")
    return name.replace("right", "left")
