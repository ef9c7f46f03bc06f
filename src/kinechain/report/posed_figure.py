"""How is a person sketched in a posture? Limbs as hulls round the points of the skeleton, from the side or from the front.

Lengths and widths are a drawing's, of a grown person (cm). Nothing is computed from them.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from kinechain.body.skeleton import AT, COORDINATES, LENGTHS, POINT_AT, lay_out
from kinechain.core.types import SIDES, View
from kinechain.report.hulls import CIRCLE, convex, path_of

#: Lengths of the person drawn (cm), and half widths of what is drawn round them.
CM: Mapping[str, float] = {
    "trunk": 50.0, "shoulder": 17.0, "hip": 8.5, "thigh": 42.0, "shank": 41.0, "ankle": 8.5, "heel": 6.0, "toe": 18.0,
}  # fmt: skip
UPPER_ARM, FOREARM = 28.0, 27.0
LIMB = {
    "hip": 8.6,
    "knee": 5.6,
    "calf": 5.6,
    "ankle": 3.4,
    "heel": 2.9,
    "foot_index": 2.1,
    "shoulder": 4.6,
    "elbow": 3.5,
    "wrist": 2.6,
}
CHEST, PELVIS, _NECK, HEAD = 10.4, 9.6, 4.6, 9.4

Place = tuple[float, float]


@dataclass(frozen=True)
class Leg:
    """One leg (degrees): how far the thigh points forward of straight down, the knee bends, and the toes point up.

    `apart` is how far the thigh leads away from the other, `turned` how far it turns in.
    """

    thigh: float = 0.0
    knee: float = 0.0
    toes_up: float = 0.0
    apart: float = 3.0
    turned: float = 0.0


@dataclass(frozen=True)
class Arm:
    """One arm (degrees): how far the upper arm points forward and outwards, the elbow bends, the forearm leads inwards."""

    forward: float = 0.0
    elbow: float = 8.0
    apart: float = 8.0
    across: float = 0.0


@dataclass(frozen=True)
class Posture:
    """A posture (degrees): the trunk's lean forward (90 face down, -90 on the back) and to the person's right, legs and arms."""

    lean: float = 0.0
    sideways: float = 0.0
    left: Leg = field(default_factory=Leg)
    right: Leg = field(default_factory=Leg)
    left_arm: Arm = field(default_factory=Arm)
    right_arm: Arm = field(default_factory=Arm)


@dataclass(frozen=True)
class Figure:
    """A person in the picture: the SVG of their body, and where their points are (cm, x to the right, y down, the ground at 0)."""

    svg: str
    places: Mapping[str, Place]


def draw_figure(posture: Posture, view: View, *, near: str = "right", tested: str = "", lift: float = 0.0) -> Figure:
    """Return a person standing, sitting or lying so that their lowest point is `lift` (cm) above the ground.

    From the side the person faces right with their right leg `near`, left with their left one; the `tested` leg is marked.
    """
    points = _points(posture)
    lowest = min(point[1] - LIMB.get(name.partition("_")[2], HEAD) for name, point in points.items())
    lying = abs(posture.lean) > 60.0
    if lying:
        lowest = min(lowest, points["middle_hip"][1] - PELVIS, points["chest"][1] - CHEST)
    flat = {name: _seen(point - np.array([0.0, lowest - lift, 0.0]), view, near) for name, point in points.items()}
    first = "left" if near == "right" else "right"
    order = [(first, "far"), (near, "near")] if view is View.SIDE else [("left", "near"), ("right", "near")]
    parts = []
    for side, depth in order:
        if depth == "far":
            parts += [draw_arm(flat, side, depth), draw_leg(flat, side, depth, tested)]
    parts.append(f'<g class="skin near">{draw_trunk(flat, view)}</g>')
    parts += [draw_leg(flat, side, depth, tested) + draw_arm(flat, side, depth) for side, depth in order if depth == "near"]
    return Figure("".join(parts), {name: (float(at[0]), float(at[1])) for name, at in flat.items()})


def _points(posture: Posture) -> dict[str, Float[np.ndarray, " 3"]]:
    values = np.zeros(len(COORDINATES))
    degrees = {"pelvis_tilt": -posture.lean, "pelvis_list": 0.0, "lumbar_bending": posture.sideways}
    for side, leg in (("left", posture.left), ("right", posture.right)):
        s = side[0]
        degrees |= {
            f"hip_flexion_{s}": leg.thigh + posture.lean,
            f"hip_adduction_{s}": -leg.apart,
            f"hip_rotation_{s}": leg.turned,
            f"knee_angle_{s}": leg.knee,
            f"ankle_angle_{s}": leg.toes_up - leg.thigh + leg.knee,
        }
    for name, value in degrees.items():
        values[AT[name]] = math.radians(value)
    laid = lay_out(values[None, :], np.array([CM[name] for name in LENGTHS]))
    points = {name: laid.points[0, number] for name, number in POINT_AT.items()}
    hips, shoulders = ((points[f"left_{name}"] + points[f"right_{name}"]) / 2.0 for name in ("hip", "shoulder"))
    up = (shoulders - hips) / np.linalg.norm(shoulders - hips)
    points |= {"middle_hip": hips, "chest": shoulders - 9.0 * up, "neck": shoulders + 4.0 * up, "head": shoulders + 19.0 * up}
    for side, arm in (("left", posture.left_arm), ("right", posture.right_arm)):
        out = 1.0 if side == "right" else -1.0
        elbow = points[f"{side}_shoulder"] + UPPER_ARM * _way(arm.forward, out * arm.apart)
        wrist = elbow + FOREARM * _way(arm.forward + arm.elbow, out * (0.4 * arm.apart - arm.across))
        points |= {f"{side}_elbow": elbow, f"{side}_wrist": wrist}
    return points


def _way(forward_deg: float, apart_deg: float) -> Float[np.ndarray, " 3"]:
    forward, apart = math.radians(forward_deg), math.radians(apart_deg)
    return np.array([math.sin(forward) * math.cos(apart), -math.cos(forward) * math.cos(apart), math.sin(apart)])


def _seen(point: Float[np.ndarray, " 3"], view: View, near: str) -> Float[np.ndarray, " 2"]:
    x, y, z = point
    if view is View.SIDE:
        return np.array([x if near == "right" else -x, -y])
    return np.array([-z, -y])


def hull(*balls: tuple[Float[np.ndarray, " 2"], float]) -> str:
    """Return the outline round balls."""
    return path_of(convex(np.concatenate([at + radius * CIRCLE for at, radius in balls])))


def draw_leg(flat: Mapping[str, Float[np.ndarray, " 2"]], side: str, depth: str, tested: str) -> str:
    """Return a leg that is drawn `near` or `far`, marked if it is the `tested` one; `flat` are its points as they are seen."""
    hip, knee, ankle, heel, toe = (flat[f"{side}_{name}"] for name in ("hip", "knee", "ankle", "heel", "foot_index"))
    calf = knee + 0.3 * (ankle - knee)
    parts = (
        hull((hip, LIMB["hip"]), (knee, LIMB["knee"])),
        hull((knee, LIMB["knee"]), (calf, LIMB["calf"])),
        hull((calf, LIMB["calf"]), (ankle, LIMB["ankle"])),
        hull((ankle, LIMB["ankle"]), (heel, LIMB["heel"]), (heel + 0.5 * (toe - heel), 3.2)),
        hull((heel, LIMB["heel"]), (toe, LIMB["foot_index"])),
    )
    skin = f'<path d="{"".join(parts)}"/>'
    chosen = " tested" if side == tested else ""
    line = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in (hip, knee, ankle, toe))
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="1.9"/>' for x, y in (hip, knee, ankle))
    chain = f'<g class="bones{chosen}"><path d="{line}"/>{dots}</g>' if depth == "near" else ""
    return f'<g class="skin {depth}{chosen}">{skin}</g>{chain}'


def draw_arm(flat: Mapping[str, Float[np.ndarray, " 2"]], side: str, depth: str) -> str:
    """Return an arm that is drawn `near` or `far`."""
    shoulder, elbow, wrist = (flat[f"{side}_{name}"] for name in ("shoulder", "elbow", "wrist"))
    hand = wrist + 0.32 * (wrist - elbow)
    parts = (
        hull((shoulder, LIMB["shoulder"]), (elbow, LIMB["elbow"])),
        hull((elbow, LIMB["elbow"]), (wrist, LIMB["wrist"])),
        hull((wrist, LIMB["wrist"]), (hand, 2.4)),
    )
    return f'<g class="skin arm {depth}"><path d="{"".join(parts)}"/></g>'


def draw_trunk(flat: Mapping[str, Float[np.ndarray, " 2"]], view: View) -> str:
    """Return trunk, neck and head."""
    hips, chest, neck, head = (flat[name] for name in ("middle_hip", "chest", "neck", "head"))
    wide, top = [(hips, PELVIS), (chest, CHEST)], [(chest, CHEST), (neck, _NECK)]
    if view is not View.SIDE:
        shoulders = [flat[f"{side}_shoulder"] for side in SIDES]
        wide = [(flat[f"{side}_hip"], PELVIS - 1.0) for side in SIDES]
        wide += [(at + 0.42 * (chest - at), 8.0) for at in shoulders]
        top += [(at, LIMB["shoulder"]) for at in shoulders]
    parts = (
        hull(*wide),
        hull(*top),
        hull((neck, _NECK), (head, 5.0)),
        hull((head, HEAD), (head + 0.2 * (head - neck), HEAD - 1.0)),
    )
    return f'<path d="{"".join(parts)}"/>'
