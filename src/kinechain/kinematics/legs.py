"""Does the network keep left and right legs apart? Exchanges and legs that change their length, frame by frame."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES, Keypoints
from kinechain.evidence import constant

_LEG = ("hip", "knee", "ankle", "heel", "foot_index")


@dataclass(frozen=True)
class Exchanges:
    """Where the legs change names: `frames` at which it happens, and `exchanged`, true while they carry the rarer labelling."""

    frames: tuple[int, ...]
    exchanged: Bool[np.ndarray, " time"]


def find_exchanges(keypoints: Keypoints) -> Exchanges:
    """Tell where the network exchanges left and right legs, which it does with full confidence.

    From one frame to the next, the legs' joints travel so far under their own names, and so far under exchanged names. Where the
    exchange shortens the way by more than `legs.shortening`, and the way was longer than `legs.jump` of the leg's length, the names
    have jumped. Which of the two labellings is the true one cannot be told; the one that lasts longer is taken for it.
    """
    legs = {side: np.stack([keypoints.xy(f"{side}_{joint}") for joint in _LEG], axis=1) for side in SIDES}
    size = _leg_length_px(legs)
    kept = _way(legs["left"], legs["left"]) + _way(legs["right"], legs["right"])
    swapped = _way(legs["left"], legs["right"]) + _way(legs["right"], legs["left"])
    with np.errstate(invalid="ignore"):
        jumps = (swapped < (1.0 - constant("legs.shortening").value) * kept) & (
            kept > constant("legs.jump").value * 2 * len(_LEG) * size
        )
    frames = np.flatnonzero(jumps) + 1
    label = np.zeros(keypoints.time_s.size, dtype=int)
    label[frames] = 1
    state = np.cumsum(label) % 2
    rarer = 1 if state.mean() <= 0.5 else 0
    return Exchanges(tuple(int(frame) for frame in frames), state == rarer if frames.size else np.zeros(state.shape, dtype=bool))


def rename_legs(keypoints: Keypoints, frames: Bool[np.ndarray, " time"]) -> Keypoints:
    """Return keypoints with the names of the two legs exchanged in these frames."""
    dataset = keypoints.dataset.copy()
    names = list(dataset["keypoint"].values)
    order = np.arange(len(names))
    for joint in _LEG:
        left, right = names.index(f"left_{joint}"), names.index(f"right_{joint}")
        order[left], order[right] = right, left
    for variable in ("position", "confidence", "world"):  # whose last dimension is the keypoint
        values = dataset[variable].values.copy()
        values[frames] = values[frames][..., order]
        dataset[variable] = dataset[variable].copy(data=values)
    return Keypoints(dataset)


def _way(before: Float[np.ndarray, "time joint 2"], after: Float[np.ndarray, "time joint 2"]) -> Float[np.ndarray, " step"]:
    """Return the summed way of a leg's joints from each frame of `before` to the next frame of `after`."""
    return np.asarray(np.linalg.norm(after[1:] - before[:-1], axis=2).sum(axis=1))


def _leg_length_px(legs: dict[str, Float[np.ndarray, "time joint 2"]]) -> float:
    lengths = [
        np.linalg.norm(leg[:, 0] - leg[:, 1], axis=1) + np.linalg.norm(leg[:, 1] - leg[:, 2], axis=1) for leg in legs.values()
    ]
    return float(np.nanmedian(np.concatenate(lengths)))


def leg_length_change(keypoints: Keypoints, side: str) -> dict[str, float]:
    """Return how much thigh and shank of one leg vary in the picture: (95th - 5th percentile) / median."""
    joints = [keypoints.xy(f"{side}_{joint}") for joint in ("hip", "knee", "ankle")]
    change = {}
    for name, upper, lower in zip(("thigh", "shank"), joints, joints[1:], strict=False):
        length = np.linalg.norm(lower - upper, axis=1)
        low, middle, high = np.nanpercentile(length, [5, 50, 95])
        change[name] = float((high - low) / middle)
    return change
