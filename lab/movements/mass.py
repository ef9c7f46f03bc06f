"""Where is a body's centre of mass? Textbook shares of body mass, hung on the skeleton."""

import numpy as np
from jaxtyping import Float

from lab.rotations import apply
from lab.types import SEGMENTS, Pose, Skeleton

#: Share of body mass and how far along its own line (from the first point to the second) each part's centre of mass lies. Means of
#: the women's and men's values of de Leva 1996 (J Biomech 29:1223-1230, table 4).
_LIMBS: dict[str, tuple[float, str, str, float]] = {
    "thigh": (0.1447, "hip", "knee", 0.385),
    "shank": (0.0457, "knee", "ankle", 0.444),
    "foot": (0.0133, "heel", "foot_index", 0.421),
    "upper_arm": (0.0263, "shoulder", "elbow", 0.576),
    "forearm": (0.0150, "elbow", "wrist", 0.457),
    # The hand's centre lies about a quarter of the forearm's length beyond the wrist.
    "hand": (0.0059, "elbow", "wrist", 1.25),
}
#: The same for the trunk's three parts, along the line from the middle of the hips to the middle of the shoulders.
_TRUNK = {"pelvis": (0.1182, 0.11), "abdomen": (0.1549, 0.51), "thorax": (0.1571, 0.86)}
_HEAD_SHARE = 0.0681

#: Where a bar lies on the back of the shoulders, from the middle of the shoulder joints (m forward, up).
_BAR_M = (-0.06, 0.04)


class Mass:
    """A body's masses on its skeleton: shares of body mass fixed to segments at places; a bar is one part more."""

    def __init__(self, skeleton: Skeleton, bar_share: float = 0.0) -> None:
        parts = {name: (share, at) for name, share, at in _parts(skeleton)}
        self._segments = np.array([SEGMENTS.index(name) for name in parts] + [SEGMENTS.index("thorax")])
        shoulders = 0.5 * (skeleton.landmark("left_shoulder") + skeleton.landmark("right_shoulder"))
        places = np.array([at for _, at in parts.values()] + [shoulders + np.array([*_BAR_M, 0.0])])
        shares = np.array([share for share, _ in parts.values()] + [bar_share])
        self._shares = shares / shares.sum()
        self._offsets = places - skeleton.joints[self._segments]

    def centre(self, pose: Pose) -> Float[np.ndarray, "time 3"]:
        """Return the path of the centre of mass of body and bar (m)."""
        places = pose.joints[:, self._segments] + apply(pose.turns[:, self._segments], self._offsets)
        return np.asarray(np.einsum("p,tpi->ti", self._shares, places))


def _parts(skeleton: Skeleton) -> list[tuple[str, float, Float[np.ndarray, " 3"]]]:
    hips, shoulders, ears = (
        0.5 * (skeleton.landmark(f"left_{name}") + skeleton.landmark(f"right_{name}")) for name in ("hip", "shoulder", "ear")
    )
    parts = [(name, share, hips + along * (shoulders - hips)) for name, (share, along) in _TRUNK.items()]
    parts.append(("head", _HEAD_SHARE, ears))
    for side in ("left", "right"):
        for name, (share, start, end, along) in _LIMBS.items():
            first, second = skeleton.landmark(f"{side}_{start}"), skeleton.landmark(f"{side}_{end}")
            parts.append((f"{name}_{side[0]}", share, first + along * (second - first)))
    return parts
