"""What are the true angles of a rendered person? The project's own definitions, taken from exact joint centres in space.

Signs and zero are those of the project's table of signs: flexion and valgus positive, trunk and shank forward positive, thigh
inclination 0 when level and positive below level, shift towards the person's own left positive, nothing zeroed on standing.
"""

import numpy as np
from jaxtyping import Float

from lab.types import Truth

Curve = Float[np.ndarray, " time"]
Path = Float[np.ndarray, "time 3"]

#: What stands "at rest" means here: the first second of the clip.
_REST_S = 1.0

_SIDES = ("left", "right")


def true_angles(truth: Truth) -> dict[str, Float[np.ndarray, " time *side"]]:
    """Return all true angles and lengths of a clip by name: (time,), or (time, 2) for left and right; rad, m or ratios.

    `knee_flexion` and `trunk_thigh_flexion` are angles in space between lines through joint centres, 0 when straight.
    `shank_inclination`, `thigh_inclination` and `trunk_lean` are seen from the person's side, `fppa`,
    `knee_ankle_separation_ratio`, `stance_width` (m) and `pelvic_shift` (m) from the person's front. `fppa` means something only
    between about 20 and 75 degrees of knee flexion. `foot_pitch` is how far the line from heel to toe points down, `toe_out` how
    far it points outward, seen from above. `heel_rise` (m) is how far the heel is above its lowest place in the first second,
    `hip_height` the height of the hips above the resting heels as a share of the first second's, `pelvic_shift` the change since.
    """
    sides = [_of_one_leg(truth, side) for side in _SIDES]
    return {name: np.column_stack([side[name] for side in sides]) for name in sides[0]} | _of_the_whole(truth)


def _of_one_leg(truth: Truth, side: str) -> dict[str, Curve]:
    hip, knee, ankle, heel, tip = (truth.path(f"{side}_{joint}") for joint in ("hip", "knee", "ankle", "heel", "foot_index"))
    foot = tip - heel
    forward, up, right = _directions(truth.facing_rad)
    medial = right if side == "left" else -right
    return {
        "knee_flexion": _angle_between(hip - knee, knee - ankle),
        "trunk_thigh_flexion": _angle_between(_trunk(truth), hip - knee),
        "shank_inclination": lean(knee - ankle, forward, up),
        "thigh_inclination": -lean(hip - knee, forward, up) - 0.5 * np.pi,
        "fppa": lean(knee - ankle, medial, up) - lean(hip - knee, medial, up),
        "foot_pitch": np.arctan2(-foot[:, 1], np.hypot(foot[:, 0], foot[:, 2])),
        "toe_out": np.arctan2(foot @ -medial, foot @ forward),
        "heel_rise": heel[:, 1] - heel[at_rest(truth), 1].min(),
    }


def _of_the_whole(truth: Truth) -> dict[str, Curve]:
    forward, up, right = _directions(truth.facing_rad)
    apart = {joint: np.abs((truth.path(f"right_{joint}") - truth.path(f"left_{joint}")) @ right) for joint in ("knee", "ankle")}
    shift = (_middle(truth, "ankle") - _middle(truth, "hip")) @ right
    rest = at_rest(truth)
    height = _middle(truth, "hip")[:, 1] - np.median(_middle(truth, "heel")[rest, 1])
    return {
        "trunk_lean": lean(_trunk(truth), forward, up),
        "knee_ankle_separation_ratio": apart["knee"] / apart["ankle"],
        "stance_width": apart["ankle"],
        "pelvic_shift": shift - np.median(shift[rest]),
        "hip_height": height / np.median(height[rest]),
    }


def at_rest(truth: Truth) -> slice:
    """Return the frames of the clip's first second."""
    return slice(0, int(np.searchsorted(truth.time_s, truth.time_s[0] + _REST_S, side="right")))


def _directions(facing_rad: float) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Return forward, up and to the right of a person who has turned to the left by `facing_rad`."""
    cosine, sine = np.cos(facing_rad), np.sin(facing_rad)
    return np.array([cosine, 0.0, -sine]), np.array([0.0, 1.0, 0.0]), np.array([sine, 0.0, cosine])


def _middle(truth: Truth, joint: str) -> Path:
    return np.asarray(0.5 * (truth.path(f"left_{joint}") + truth.path(f"right_{joint}")))


def _trunk(truth: Truth) -> Path:
    return np.asarray(_middle(truth, "shoulder") - _middle(truth, "hip"))


def lean(line: Path, towards: Float[np.ndarray, " 3"], up: Float[np.ndarray, " 3"]) -> Curve:
    """Return how far a line leans from `up` to `towards` (rad), seen across both."""
    return np.asarray(np.arctan2(line @ towards, line @ up))


def _angle_between(first: Path, second: Path) -> Curve:
    return np.asarray(np.arctan2(np.linalg.norm(np.cross(first, second), axis=1), np.sum(first * second, axis=1)))
