"""When does the person stand still, and how large are they in the picture then?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES, Keypoints
from kinechain.evidence import constant
from kinechain.maths.filters import known_stretches, low_pass


@dataclass(frozen=True)
class Standing:
    """The first quiet standing: frames `[start, stop)` and how long they last."""

    start: int
    stop: int
    duration_s: float


def find_quiet_standing(keypoints: Keypoints, enough_s: float | None = None) -> Standing | None:
    """Return the first stretch of at least `enough_s` (default: the row `film.quiet_standing`) in which nothing moves and the legs are long.

    Quiet: shoulders, hips and knees move slower than `standing.speed` leg lengths a second. Tall: the hips are at least
    `standing.height_share` of their greatest height above the ankles. None where there is no such stretch.
    """
    enough_s = constant("film.quiet_standing").value if enough_s is None else enough_s
    longest: Standing | None = None
    time_s = keypoints.time_s
    for start, stop in known_stretches(_quiet_and_tall(keypoints), time_s, 2.5 * float(np.median(np.diff(time_s)))):
        duration = float(time_s[stop - 1] - time_s[start])
        if duration >= enough_s:
            return Standing(start, stop, duration)
        if longest is None or duration > longest.duration_s:
            longest = Standing(start, stop, duration)
    return None


def longest_standing_s(keypoints: Keypoints) -> float:
    """Return how long the longest quiet standing lasts, 0 where there is none."""
    time_s = keypoints.time_s
    stretches = known_stretches(_quiet_and_tall(keypoints), time_s, 2.5 * float(np.median(np.diff(time_s))))
    return max((float(time_s[stop - 1] - time_s[start]) for start, stop in stretches), default=0.0)


def hip_to_ankle_px(keypoints: Keypoints) -> Float[np.ndarray, " time"]:
    """Return how high the hips are above the ankles in the picture (px, mean of both legs)."""
    heights = [keypoints.xy(f"{side}_ankle")[:, 1] - keypoints.xy(f"{side}_hip")[:, 1] for side in SIDES]
    return 0.5 * (heights[0] + heights[1])


def _quiet_and_tall(keypoints: Keypoints) -> Bool[np.ndarray, " time"]:
    time_s = keypoints.time_s
    height = hip_to_ankle_px(keypoints)
    if not np.isfinite(height).any() or time_s.size < 3:
        return np.zeros(time_s.shape, dtype=bool)
    tallest = np.nanpercentile(height, 95)
    joints = [keypoints.xy(f"{side}_{joint}") for side in SIDES for joint in ("shoulder", "hip", "knee")]
    shift = np.asarray(keypoints.dataset["camera_shift"].values, dtype=float)
    paths = np.concatenate([joint - np.where(np.isfinite(shift), shift, 0.0) for joint in joints], axis=1)
    smooth = low_pass(paths, time_s, constant("standing.cutoff").value, constant("filter.longest_gap").value)
    speeds = np.gradient(smooth, time_s, axis=0).reshape(time_s.size, -1, 2)
    speed = np.median(np.linalg.norm(speeds, axis=2), axis=1) / tallest
    known = np.isfinite(speed) & np.isfinite(height)
    return known & (speed < constant("standing.speed").value) & (height > constant("standing.height_share").value * tallest)
