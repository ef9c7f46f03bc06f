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


def find_quiet_standing(keypoints: Keypoints, until: int | None = None) -> Standing | None:
    """Return the first stretch of enough quiet standing (row `film.quiet_standing`), None where there is none.

    Quiet: the median of shoulders, hips and knees moves slower than `standing.speed` leg lengths a second. Tall: the hips are at
    least `standing.height_share` of their greatest height above the ankles. Only frames before `until`, the start of the first
    repetition, count: between repetitions people do not straighten all the way.
    """
    enough_s = constant("film.quiet_standing").value
    return next((standing for standing in _standings(keypoints, until) if standing.duration_s >= enough_s), None)


def longest_standing_s(keypoints: Keypoints, until: int | None = None) -> float:
    """Return how long the longest quiet standing before `until` lasts, 0 where there is none."""
    return max((standing.duration_s for standing in _standings(keypoints, until)), default=0.0)


def _standings(keypoints: Keypoints, until: int | None) -> list[Standing]:
    time_s, still = keypoints.time_s, _quiet_and_tall(keypoints)
    if until is not None:
        still[until:] = False
    step = float(np.median(np.diff(time_s))) if time_s.size > 1 else 0.0
    stretches = known_stretches(still, time_s, 1.5 * step)
    return [Standing(start, stop, float(time_s[stop - 1] - time_s[start])) for start, stop in stretches]


def hip_to_ankle_px(keypoints: Keypoints) -> Float[np.ndarray, " time"]:
    """Return how high the hips are above the ankles in the picture (px, mean of both legs)."""
    heights = [keypoints.xy(f"{side}_ankle")[:, 1] - keypoints.xy(f"{side}_hip")[:, 1] for side in SIDES]
    return np.asarray(0.5 * (heights[0] + heights[1]))


def _quiet_and_tall(keypoints: Keypoints) -> Bool[np.ndarray, " time"]:
    time_s = keypoints.time_s
    height = hip_to_ankle_px(keypoints)
    if not np.isfinite(height).any() or time_s.size < 3:
        return np.zeros(time_s.shape, dtype=bool)
    tallest = np.nanpercentile(height, 95)
    joints = [f"{side}_{joint}" for side in SIDES for joint in ("shoulder", "hip", "knee")]
    paths = np.concatenate([keypoints.steady_xy(joint) for joint in joints], axis=1)
    smooth = low_pass(paths, time_s, constant("standing.cutoff").value, constant("filter.longest_gap").value)
    speeds = np.gradient(smooth, time_s, axis=0).reshape(time_s.size, -1, 2)
    speed = np.median(np.linalg.norm(speeds, axis=2), axis=1) / tallest
    known = np.isfinite(speed) & np.isfinite(height)
    slow, tall = speed < constant("standing.speed").value, height > constant("standing.height_share").value * tallest
    return np.asarray(known & slow & tall)
