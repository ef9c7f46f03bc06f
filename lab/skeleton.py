"""How does every segment lie when a body takes a posture? Exact joints and turns; bone lengths never change.

The knee is a hinge: thigh and shank share its axis, which at rest is level-most and perpendicular to the line from hip to ankle.
"""

import numpy as np
from jaxtyping import Bool, Float

from lab.rotations import X, Y, about, across, apply, between, part_way, unit
from lab.types import LANDMARKS, PARENTS, SEGMENTS, Pose, Posture, Skeleton

#: How softly a leg that is asked to reach too far comes to its end (m): a hard end would make the knee jerk.
_REACH_SOFTNESS_M = 0.001

#: The arm's turn is the smallest one by way of this direction (forward, down, outward). The arm never points the opposite way,
#: where smallest turns are not continuous.
_ARM_WAYPOINT = (0.75, -0.2, 0.75)

_SIDES = "lr"
_AT = {segment: number for number, segment in enumerate(SEGMENTS)}


def pose(skeleton: Skeleton, posture: Posture) -> Pose:
    """Return how every segment lies, frame by frame.

    The pelvis, the ankles and the feet are where the posture asks, as far as the legs reach: a leg that bears and is too short
    pulls the pelvis down; a lifted one that is too short is straightened and its ankle comes nearer.
    """
    body = _Laying(skeleton, posture.time_s.size)
    hinges = {side: _Hinge(skeleton, side) for side in _SIDES}
    body.turns[:, 0], body.joints[:, 0] = posture.pelvis_turn, _pelvis_within_reach(skeleton, hinges, posture)
    body.hang("abdomen", part_way(posture.pelvis_turn, posture.thorax_turn, 0.5))
    body.hang("thorax", posture.thorax_turn)
    body.hang("head", posture.head_turn)
    for number, side in enumerate(_SIDES):
        line = posture.ankle[:, number] - body.place(f"thigh_{side}")
        bears = np.asarray(posture.contact[:, number].any(axis=1))
        thigh, shank = _leg_turns(hinges[side], line, posture.knee_aim[:, number], bears)
        body.hang(f"thigh_{side}", thigh)
        body.hang(f"shank_{side}", shank)
        foot = posture.foot_turn[:, number]
        body.hang(f"foot_{side}", foot)
        body.hang(f"toes_{side}", foot @ about(_toe_axis(skeleton, side), posture.toe_flexion[:, number]))
        upper, fore = _arm_turns(skeleton, side, posture.thorax_turn, posture.upper_arm[:, number], posture.forearm[:, number])
        body.hang(f"upper_arm_{side}", upper)
        body.hang(f"forearm_{side}", fore)
        body.hang(f"hand_{side}", fore)
    return Pose(posture.time_s, body.turns, body.joints)


class _Laying:
    """A pose in the making: segments are laid one by one, parents first."""

    def __init__(self, skeleton: Skeleton, count: int) -> None:
        self.skeleton = skeleton
        self.turns = np.empty((count, len(SEGMENTS), 3, 3))
        self.joints = np.empty((count, len(SEGMENTS), 3))

    def place(self, segment: str) -> Float[np.ndarray, "time 3"]:
        """Return where the segment's joint is: its parent lies already."""
        number, parent = _AT[segment], _AT[PARENTS[segment]]
        offset = self.skeleton.joints[number] - self.skeleton.joints[parent]
        return np.asarray(self.joints[:, parent] + self.turns[:, parent] @ offset)

    def hang(self, segment: str, turn: Float[np.ndarray, "time 3 3"]) -> None:
        """Lay a segment where it hangs on its parent."""
        self.joints[:, _AT[segment]], self.turns[:, _AT[segment]] = self.place(segment), turn


def landmark_paths(skeleton: Skeleton, pose: Pose) -> Float[np.ndarray, "time landmark 3"]:
    """Return where every landmark is, in the order of `LANDMARKS` (m)."""
    carrier = [_AT[segment] for segment in LANDMARKS.values()]
    return np.asarray(pose.joints[:, carrier] + apply(pose.turns[:, carrier], skeleton.landmarks - skeleton.joints[carrier]))


def leg_vectors(skeleton: Skeleton, side: str) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Return the lines from hip to knee and from knee to ankle at rest (m); `side` is `l` or `r`."""
    hip, knee, ankle = (skeleton.joint(f"{segment}_{side}") for segment in ("thigh", "shank", "foot"))
    return knee - hip, ankle - knee


def foot_direction(skeleton: Skeleton, side: str) -> Float[np.ndarray, " 3"]:
    """Return where a foot points at rest: level, from heel to toes, length 1."""
    name = {"l": "left", "r": "right"}[side]
    return unit(across(skeleton.landmark(f"{name}_foot_index") - skeleton.landmark(f"{name}_heel"), Y))


def _toe_axis(skeleton: Skeleton, side: str) -> Float[np.ndarray, " 3"]:
    return np.cross(foot_direction(skeleton, side), Y)


class _Hinge:
    """A knee at rest: the line of thigh and shank, the hinge's axis, and how the distance from hip to ankle hangs on its angle.

    With t, s the thigh and shank at rest, h the axis and the shank turned about h by a: |t + s(a)|^2 = |t|^2 + |s|^2 + 2 (A + B
    cos a + C sin a), where A = (t.h)(s.h), B = t.s - A and C = t.(h x s). Negative angles flex.
    """

    def __init__(self, skeleton: Skeleton, side: str) -> None:
        self.thigh, self.shank = leg_vectors(skeleton, side)
        self.axis = unit(np.cross(self.thigh + self.shank, X))
        along = float(self.thigh @ self.axis) * float(self.shank @ self.axis)
        cosine, sine = float(self.thigh @ self.shank) - along, float(self.thigh @ np.cross(self.axis, self.shank))
        self.straight = np.arctan2(sine, cosine)
        self.swing = np.hypot(sine, cosine)
        self.constant = float(self.thigh @ self.thigh + self.shank @ self.shank) + 2.0 * along
        self.reach = np.sqrt(self.constant + 2.0 * self.swing)

    def angle(self, distance: Float[np.ndarray, " time"]) -> Float[np.ndarray, " time"]:
        """Return the hinge angle at which hip and ankle are so far apart, as near as the leg can."""
        bend = np.arccos(np.clip((distance**2 - self.constant) / (2.0 * self.swing), -1.0, 1.0))
        return np.asarray(self.straight - bend)


def _softly_at_least_zero(excess: Float[np.ndarray, "*any"]) -> Float[np.ndarray, "*any"]:
    return np.asarray(_REACH_SOFTNESS_M * np.logaddexp(0.0, excess / _REACH_SOFTNESS_M))


def _pelvis_within_reach(skeleton: Skeleton, hinges: dict[str, _Hinge], posture: Posture) -> Float[np.ndarray, "time 3"]:
    """Return the pelvis, lowered just so far that every leg that bears reaches its ankle."""
    drops = np.zeros((posture.time_s.size, 2))
    for number, side in enumerate(_SIDES):
        offset = apply(posture.pelvis_turn, skeleton.joint(f"thigh_{side}") - skeleton.joint("pelvis"))
        line = posture.pelvis + offset - posture.ankle[:, number]
        level_squared = line[:, 0] ** 2 + line[:, 2] ** 2
        highest = np.sqrt(np.maximum(hinges[side].reach ** 2 - level_squared, 0.0))
        bears = np.asarray(posture.contact[:, number].any(axis=1))
        drops[:, number] = np.where(bears, _softly_at_least_zero(line[:, 1] - highest), 0.0)
    return np.asarray(posture.pelvis - drops.max(axis=1)[:, None] * Y)


def _leg_turns(
    hinge: _Hinge,
    line: Float[np.ndarray, "time 3"],
    aim: Float[np.ndarray, "time 3"],
    bears: Bool[np.ndarray, " time"],
) -> tuple[Float[np.ndarray, "time 3 3"], Float[np.ndarray, "time 3 3"]]:
    """Return the turns of thigh and shank that take the ankle along `line` from the hip, the knee towards `aim`.

    The pelvis has already come within reach of a leg that bears; any other comes softly to its end.
    """
    distance = np.linalg.norm(line, axis=1)
    nearer = np.where(bears, 0.0, _softly_at_least_zero(distance - hinge.reach))
    bent = about(hinge.axis, hinge.angle(distance - nearer))
    thigh = _axes(line, np.cross(line, aim)) @ np.swapaxes(
        _axes(hinge.thigh + apply(bent, hinge.shank), np.broadcast_to(hinge.axis, line.shape)), -1, -2
    )
    return thigh, np.asarray(thigh @ bent)


def _axes(first: Float[np.ndarray, "time 3"], second: Float[np.ndarray, "time 3"]) -> Float[np.ndarray, "time 3 3"]:
    """Return right-handed axes as columns: along `first`, along what is left of `second`, and across both."""
    a = unit(first)
    b = unit(across(second, a))
    return np.stack([a, b, np.cross(a, b)], axis=-1)


def _arm_turns(
    skeleton: Skeleton,
    side: str,
    thorax: Float[np.ndarray, "time 3 3"],
    upper: Float[np.ndarray, "time 3"],
    fore: Float[np.ndarray, "time 3"],
) -> tuple[Float[np.ndarray, "time 3 3"], Float[np.ndarray, "time 3 3"]]:
    """Return the turns of upper arm and forearm that make them point so, with no more twist than needed."""
    shoulder, elbow, wrist = (skeleton.joint(f"{segment}_{side}") for segment in ("upper_arm", "forearm", "hand"))
    waypoint = np.array(_ARM_WAYPOINT) * [1.0, 1.0, -1.0 if side == "l" else 1.0]
    within = apply(np.swapaxes(thorax, -1, -2), upper)
    upper_turn = thorax @ between(waypoint, within) @ between(elbow - shoulder, waypoint)
    return upper_turn, np.asarray(between(apply(upper_turn, wrist - elbow), fore) @ upper_turn)
