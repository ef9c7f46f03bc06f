"""What if the network's marks are damaged? Marks that are missing, legs that exchange names, a hole in one knee; else as it was."""

import numpy as np
from jaxtyping import Bool

from kinechain.core.types import Keypoints
from kinechain.kinematics.legs import rename_legs

Frames = Bool[np.ndarray, " time"]


def drop_marks(keypoints: Keypoints, share: float, rng: np.random.Generator) -> Keypoints:
    """Return keypoints of which a share is missing, each mark of each frame drawn by itself."""
    position = keypoints.dataset["position"].transpose("time", "space", "keypoint")
    gone = rng.random((position.sizes["time"], position.sizes["keypoint"])) < share
    return _without(keypoints, gone)


def exchange_legs(keypoints: Keypoints, times: int, frames: int, rng: np.random.Generator) -> tuple[Keypoints, Frames]:
    """Return keypoints whose legs carry each other's names, so many times for so many frames, and which frames these are.

    The stretches are spread over the film, one in each equal part of it, and never touch.
    """
    count = keypoints.time_s.size
    part = count // times
    if part < frames + 2:
        raise ValueError(f"Expected a film of at least {times * (frames + 2)} frames, got {count}. Exchange the legs less often.")
    exchanged = np.zeros(count, dtype=bool)
    for number in range(times):
        start = number * part + 1 + int(rng.integers(part - frames - 1))
        exchanged[start : start + frames] = True
    return rename_legs(keypoints, exchanged), exchanged


def cut_hole(keypoints: Keypoints, point: str, middle_s: float, seconds: float) -> Keypoints:
    """Return keypoints in which one mark is missing for a time about `middle_s`."""
    names = list(keypoints.dataset["keypoint"].values)
    gone = np.zeros((keypoints.time_s.size, len(names)), dtype=bool)
    gone[np.abs(keypoints.time_s - middle_s) <= 0.5 * seconds, names.index(point)] = True
    return _without(keypoints, gone)


def _without(keypoints: Keypoints, gone: Bool[np.ndarray, "time keypoint"]) -> Keypoints:
    """Return keypoints without the places of some marks; confidence and the network's own 3D stay, as nobody reads them there."""
    dataset = keypoints.dataset.copy()
    position = dataset["position"].transpose("time", "space", "keypoint")
    dataset["position"] = position.copy(data=np.where(gone[:, None], np.nan, position.values))
    return Keypoints(dataset)
