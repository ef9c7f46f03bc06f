"""From where does the camera see the person, and which leg is nearer to it?"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.core.types import SIDES, Keypoints, View
from kinechain.evidence import constant


@dataclass(frozen=True)
class Sight:
    """The view; from the side, the near leg and the way the person faces in the picture (+1 to the right, -1 to the left).

    `azimuth_rad` is how far the body is turned from square to the camera: 0 front or rear, pi/2 side; NaN where nobody was found.
    """

    view: View
    near_side: str | None
    facing: int
    azimuth_rad: float


def estimate_sight(keypoints: Keypoints) -> Sight:
    """Tell the view from the body's proportions in the picture, with the network's own 3D as the second vote.

    In the picture the shoulders' breadth over the trunk's length is widest from the front and nearly nothing from the side; its
    azimuth and that of the network's 3D line through shoulders and hips are averaged. Frames count alike; the median rules.
    """
    azimuth = np.nanmedian(_azimuth_by_frame(keypoints)) if np.isfinite(keypoints.dataset["presence"].values).any() else np.nan
    if not np.isfinite(azimuth):
        return Sight(View.OBLIQUE, None, 1, float("nan"))
    if azimuth >= np.deg2rad(constant("view.side_from").value):
        return Sight(View.SIDE, _near_side(keypoints), _facing(keypoints), float(azimuth))
    if azimuth > np.deg2rad(constant("view.front_to").value):
        return Sight(View.OBLIQUE, _near_side(keypoints), _facing(keypoints), float(azimuth))
    # Facing the camera, the person's left is at the picture's right.
    left_at_right = np.nanmedian(_x(keypoints, "left_shoulder") - _x(keypoints, "right_shoulder")) > 0
    return Sight(View.FRONT if left_at_right else View.REAR, None, 1, float(azimuth))


def _azimuth_by_frame(keypoints: Keypoints) -> Float[np.ndarray, " time"]:
    shoulders = keypoints.xy("left_shoulder") - keypoints.xy("right_shoulder")
    trunk = 0.5 * (
        keypoints.xy("left_shoulder") + keypoints.xy("right_shoulder") - keypoints.xy("left_hip") - keypoints.xy("right_hip")
    )
    breadth = np.abs(shoulders[:, 0]) / np.linalg.norm(trunk, axis=1)
    by_picture = np.arccos(np.clip(breadth / constant("view.front_breadth").value, 0.0, 1.0))
    across = (
        keypoints.xyz("left_shoulder") - keypoints.xyz("right_shoulder") + keypoints.xyz("left_hip") - keypoints.xyz("right_hip")
    )
    by_network = np.arctan2(np.abs(across[:, 2]), np.abs(across[:, 0]))
    return np.asarray(0.5 * (by_picture + by_network))


def _near_side(keypoints: Keypoints) -> str:
    """Return the side whose hip and shoulder the network places nearer to the camera (z grows away from it)."""
    depth = {side: np.nanmedian(keypoints.xyz(f"{side}_hip")[:, 2] + keypoints.xyz(f"{side}_shoulder")[:, 2]) for side in SIDES}
    return min(SIDES, key=lambda side: float(depth[side]))


def _facing(keypoints: Keypoints) -> int:
    forward = sum(_x(keypoints, f"{side}_foot_index") - _x(keypoints, f"{side}_heel") for side in SIDES)
    return 1 if np.nanmedian(forward) >= 0 else -1


def _x(keypoints: Keypoints, name: str) -> Float[np.ndarray, " time"]:
    return keypoints.xy(name)[:, 0]
