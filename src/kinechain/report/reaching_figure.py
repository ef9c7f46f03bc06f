"""How does a person look whose feet and hands are where they should be? Knees and elbows follow from where the limbs have to reach.

Centimetres, x forward, y up and z to the person's right; the ground is at y = 0, and under a standing person's ankles x is 0. The
limbs are as long as those of `posed_figure.py` and look the same. Any camera, and any way to stand, sit, kneel or lie.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from kinechain.body.skeleton import FOOT_HEIGHTS
from kinechain.core.types import SIDES, View
from kinechain.report.posed_figure import (
    CHEST,
    CM,
    FOREARM,
    HEAD,
    LIMB,
    PELVIS,
    UPPER_ARM,
    Place,
    draw_arm,
    draw_leg,
    draw_trunk,
    hull,
)  # fmt: skip

#: A place of the scene, or a way in it: forward, up, to the right (cm).
Spot = tuple[float, float, float]
Vector = Float[np.ndarray, " 3"]

#: How high the middle of the hips is over the soles of somebody who stands upright.
UPRIGHT = CM["ankle"] + CM["shank"] + CM["thigh"] + 0.4
#: Which way knees and elbows point where two ways are open.
_KNEES, _ELBOWS = (1.0, 0.3, 0.0), (-1.0, -0.4, 0.0)


@dataclass(frozen=True)
class Camera:
    """From where a person is seen (degrees): `around` from their right side towards their front (90), and from `above`."""

    around: float = 0.0
    above: float = 0.0

    def sees(self, spot: Spot | Vector) -> Place:
        """Return where a place of the scene is in the picture: to the right, down."""
        right, up, _ = self._axes
        return float(np.dot(right, spot)), -float(np.dot(up, spot))

    def nearness(self, spot: Spot | Vector) -> float:
        """Return how far a place is towards the camera (cm)."""
        return float(np.dot(self._axes[2], spot))

    @property
    def _axes(self) -> tuple[Vector, Vector, Vector]:
        turn, tilt = math.radians(self.around), math.radians(self.above)
        level = np.array([math.sin(turn), 0.0, math.cos(turn)])
        right, up = np.array([math.cos(turn), 0.0, -math.sin(turn)]), np.array([0.0, 1.0, 0.0])
        return right, up * math.cos(tilt) - level * math.sin(tilt), level * math.cos(tilt) + up * math.sin(tilt)


@dataclass(frozen=True)
class Foot:
    """Where a foot is when flat: its ankle over `x`, its sole at `y`, so far `out` of its hip; then how far its toes point `up`.

    Toes that point down lift the heel over the toes, which stay; toes that point up stand on the heel. `tilt` turns the sole
    outwards, `knee` is the way in which the knee points.
    """

    x: float = 0.0
    y: float = 0.0
    out: float = 0.0
    up: float = 0.0
    tilt: float = 0.0
    knee: Spot = _KNEES


@dataclass(frozen=True)
class Hand:
    """Where a wrist is: in the `scene`, from the hips along the `trunk`, or from its `shoulder`; z is to its own side."""

    at: Spot
    of: str = "scene"
    elbow: Spot = _ELBOWS


#: Arms that hang, reach forward, are crossed on the chest, rest on the hips, or lie along the body.
HANGING = Hand((3.0, -53.0, 3.0), "shoulder")
FORWARD = Hand((53.0, -4.0, -4.0), "shoulder")
CROSSED = Hand((15.0, 34.0, -7.0), "trunk", (0.2, -1.0, 0.6))
ON_HIPS = Hand((4.0, 8.0, 12.0), "trunk", (-0.8, 0.0, 1.0))


@dataclass(frozen=True)
class Pose:
    """Where hips, feet and hands are, and how the trunk leans (degrees): forward (-90 on the back), to the right; the head `nods`.

    Both hands are as `hands` says but for one that is told by itself. `rolled` then turns the whole person about the line forward
    through the hips, 90 onto their left side, and `laid` is where the middle of the hips comes to lie, if not where they are.
    """

    hips: tuple[float, float] = (0.0, UPRIGHT)
    lean: float = 0.0
    sideways: float = 0.0
    right: Foot = field(default_factory=Foot)
    left: Foot = field(default_factory=Foot)
    hands: Hand = HANGING
    right_hand: Hand | None = None
    left_hand: Hand | None = None
    nods: float = 0.0
    rolled: float = 0.0
    laid: Spot | None = None


def lifted(x: float, y: float, up: float, out: float = 0.0, tilt: float = 0.0, knee: Spot = _KNEES) -> Foot:
    """Return a foot whose ankle is at a place, with its toes so far up."""
    foot = Foot(0.0, 0.0, out, up, tilt, knee)
    ankle = _wanted(foot, 1.0)
    return Foot(x - float(ankle[0]), y - float(ankle[1]), out, up, tilt, knee)


def bent(knee: float, shank: float, ankle: Place = (0.0, CM["ankle"] + 0.4)) -> tuple[float, float]:
    """Return where the hips are over an ankle when the knee bends so far and the shank leans forward so far (degrees)."""
    lean, thigh = math.radians(shank), math.radians(knee - shank)
    x = ankle[0] + CM["shank"] * math.sin(lean) - CM["thigh"] * math.sin(thigh)
    return x, ankle[1] + CM["shank"] * math.cos(lean) + CM["thigh"] * math.cos(thigh)


@dataclass(frozen=True)
class Drawn:
    """A person in the picture: the SVG, the places of their points, the outermost places, and the points in the scene (cm)."""

    svg: str
    places: Mapping[str, Place]
    box: tuple[float, float, float, float]
    points: Mapping[str, Vector]


def draw_person(pose: Pose, camera: Camera, working: Sequence[str] = ()) -> Drawn:
    """Return a person as the camera sees them, the `working` legs marked; what is nearer hides what is farther."""
    points = lay_out_pose(pose)
    flat = {name: np.array(camera.sees(point)) for name, point in points.items()}
    view = View.SIDE if camera == Camera() else View.FRONT
    far = {side: view is View.SIDE and side == "left" for side in SIDES}
    parts = [(camera.nearness(points["chest"] + points["middle_hip"]) / 2.0, f'<g class="skin near">{_body(flat, view)}</g>')]
    for side in SIDES:
        depth = "far" if far[side] else "near"
        leg = draw_leg(flat, side, depth, side if side in working else "")
        parts.append((_middle(points, camera, side, ("knee", "ankle")), leg))
        parts.append((_middle(points, camera, side, ("elbow", "wrist")), draw_arm(flat, side, depth)))
    body, left_leg, left_arm, right_leg, right_arm = parts
    beside = [left_arm, left_leg, body, right_leg, right_arm]
    order = beside if view is View.SIDE else sorted(parts, key=lambda part: part[0])
    reach = [(at, _THICK.get(name, LIMB.get(name.partition("_")[2], 0.0))) for name, at in flat.items()]
    reach += [(_fingers(flat, side), 2.4) for side in SIDES]
    reach += [(0.5 * (flat[f"{side}_heel"] + flat[f"{side}_foot_index"]), 3.2) for side in SIDES]
    box = (
        min(at[0] - r for at, r in reach), min(at[1] - r for at, r in reach),
        max(at[0] + r for at, r in reach), max(at[1] + r for at, r in reach),
    )  # fmt: skip
    places = {name: (float(at[0]), float(at[1])) for name, at in flat.items()}
    return Drawn("".join(svg for _, svg in order), places, box, points)


def _fingers(flat: Mapping[str, Float[np.ndarray, " 2"]], side: str) -> Float[np.ndarray, " 2"]:
    elbow, wrist = flat[f"{side}_elbow"], flat[f"{side}_wrist"]
    return np.asarray(wrist + 0.32 * (wrist - elbow))


_THICK = {"middle_hip": PELVIS, "chest": CHEST, "head": HEAD + 2.1, "nose": 2.0}


def lay_out_pose(pose: Pose) -> dict[str, Vector]:
    """Return the points of a person in the scene (cm): those of the skeleton, and elbows, wrists, chest, neck, head and nose."""
    forward, up, out = _frame(pose.lean, pose.sideways)
    looks, above, _ = _frame(pose.lean + pose.nods, pose.sideways)
    roll = _about_x(pose.rolled)
    middle = np.array(pose.laid if pose.laid is not None else (*pose.hips, 0.0))
    shoulders = CM["trunk"] * up
    points = {"middle_hip": np.zeros(3), "chest": shoulders - 9.0 * up, "neck": shoulders + 4.0 * above}
    points["head"] = shoulders + 19.0 * above
    points["nose"] = points["head"] + 8.6 * looks - above
    for side, foot, hand in (
        ("right", pose.right, pose.right_hand or pose.hands),
        ("left", pose.left, pose.left_hand or pose.hands),
    ):
        way = 1.0 if side == "right" else -1.0
        hip, shoulder = np.array([0.0, 0.0, way * CM["hip"]]), shoulders + way * CM["shoulder"] * out
        points |= {f"{side}_hip": hip, f"{side}_shoulder": shoulder} | _leg(side, hip, foot, pose.hips, way)
        mirror, (x, y, z) = np.array([1.0, 1.0, way]), hand.at
        if hand.of == "scene":
            wrist = roll.T @ (mirror * np.array(hand.at) - middle)
        elif hand.of == "trunk":
            wrist = x * forward + y * up + way * z * out
        else:
            wrist = shoulder + mirror * np.array(hand.at)
        elbow, wrist = _two_bones(shoulder, wrist, (UPPER_ARM, FOREARM), mirror * np.array(hand.elbow))
        points |= {f"{side}_elbow": elbow, f"{side}_wrist": wrist}
    return {name: roll @ point + middle for name, point in points.items()}


def knee_flexion(points: Mapping[str, Vector], side: str) -> float:
    """Return how far a knee is bent (degrees)."""
    thigh, shank = points[f"{side}_knee"] - points[f"{side}_hip"], points[f"{side}_ankle"] - points[f"{side}_knee"]
    return math.degrees(math.acos(min(1.0, float(thigh @ shank) / float(np.linalg.norm(thigh) * np.linalg.norm(shank)))))


def _leg(side: str, hip: Vector, foot: Foot, hips: tuple[float, float], way: float) -> dict[str, Vector]:
    """Return knee, ankle, heel and toe of a leg, from the middle of the hips."""
    across, above = _foot_ways(foot, way)
    wanted = _wanted(foot, way) + np.array([-hips[0], -hips[1], way * CM["hip"]])
    pole = np.array([foot.knee[0], foot.knee[1], way * foot.knee[2]])
    knee, ankle = _two_bones(hip, wanted, (CM["thigh"], CM["shank"]), pole)
    heel = ankle - CM["heel"] * across - (1.0 - FOOT_HEIGHTS["heel"]) * CM["ankle"] * above
    toe = ankle + CM["toe"] * across - (1.0 - FOOT_HEIGHTS["foot_index"]) * CM["ankle"] * above
    return {f"{side}_knee": knee, f"{side}_ankle": ankle, f"{side}_heel": heel, f"{side}_foot_index": toe}


def _foot_ways(foot: Foot, way: float) -> tuple[Vector, Vector]:
    """Return a foot's own ways towards its toes and towards its ankle."""
    turn, tilt = math.radians(foot.up), math.radians(foot.tilt)
    above = np.array([-math.sin(turn) * math.cos(tilt), math.cos(turn) * math.cos(tilt), -way * math.sin(tilt)])
    return np.array([math.cos(turn), math.sin(turn), 0.0]), above


def _wanted(foot: Foot, way: float) -> Vector:
    """Return where an ankle is to be: turned about the toes, or about the heel, which stay where they are."""
    across, above = _foot_ways(foot, way)
    pivot, share = (CM["toe"], FOOT_HEIGHTS["foot_index"]) if foot.up < 0.0 else (-CM["heel"], FOOT_HEIGHTS["heel"])
    stays = np.array([foot.x + pivot, foot.y + 0.4 + share * CM["ankle"], way * foot.out])
    return np.asarray(stays - pivot * across + (1.0 - share) * CM["ankle"] * above)


def _two_bones(root: Vector, wanted: Vector, bones: tuple[float, float], pole: Vector) -> tuple[Vector, Vector]:
    """Return the joint between two bones and their end, which is where it is wanted, or as near to it as the bones reach."""
    first, second = bones
    away = wanted - root
    far = float(np.linalg.norm(away))
    along = away / far
    far = min(max(far, abs(first - second) + 0.5), first + second - 1e-3)
    beside = pole - (pole @ along) * along
    beside = beside / np.linalg.norm(beside)
    reach = (first**2 - second**2 + far**2) / (2.0 * far)
    return root + reach * along + math.sqrt(max(first**2 - reach**2, 0.0)) * beside, root + far * along


def _frame(lean_deg: float, sideways_deg: float) -> tuple[Vector, Vector, Vector]:
    """Return the trunk's own ways: forward, up and to the right."""
    lean, side = math.radians(lean_deg), math.radians(sideways_deg)
    forward = np.array([math.cos(lean), -math.sin(lean), 0.0])
    straight, right = np.array([math.sin(lean), math.cos(lean), 0.0]), np.array([0.0, 0.0, 1.0])
    return forward, straight * math.cos(side) + right * math.sin(side), right * math.cos(side) - straight * math.sin(side)


def _about_x(degrees: float) -> Float[np.ndarray, "3 3"]:
    c, s = math.cos(math.radians(degrees)), math.sin(math.radians(degrees))
    return np.array([[1.0, 0.0, 0.0], [0.0, c, s], [0.0, -s, c]])


def _middle(points: Mapping[str, Vector], camera: Camera, side: str, names: tuple[str, str]) -> float:
    return sum(camera.nearness(points[f"{side}_{name}"]) for name in names) / 2.0


def _body(flat: Mapping[str, Float[np.ndarray, " 2"]], view: View) -> str:
    """Return trunk and head, the head with a nose, which tells where they look."""
    nose = hull((flat["head"], 4.0), (flat["nose"], 1.7))
    return draw_trunk(flat, view).replace('"/>', f'{nose}"/>')
