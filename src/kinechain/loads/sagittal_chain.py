"""How does a person stand still with knees bent, seen from the side? The load engine's model laid into the plane, many at once.

Joint centres, masses and their centres are those of the model's segments, at every bend of the knee where it has them; so is how
pelvis and spine share the trunk's lean. Places are complex numbers, forward and up (m), seen from the ankle. Feet may be turned out
and apart: each leg then bends in a plane of its own, of which the side shows the shorter part.

At rest the ground pushes straight up, right under the body's weight. So the centre of pressure is known from masses alone, and a
joint's moment is what the weights on one side of it do about it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex, Float

from kinechain.body.model import BodyModel
from kinechain.evidence import constant
from kinechain.loads.feet import find_soles
from kinechain.maths.multibody import Laid, Tree, lay_out

#: A number of each draw and, where it differs, of each depth.
Each = Float[np.ndarray, "#draw #depth"]
Values = Float[np.ndarray, "draw depth"]
Places = Complex[np.ndarray, "draw depth"]
Table = Float[np.ndarray, " bend"]

#: How arms may be held.
ARMS = ("hanging", "forward", "crossed", "overhead")
#: The body's parts by the model's segments, without their side; a `load` comes on top.
PARTS: Mapping[str, tuple[str, ...]] = {
    "foot": ("talus", "calcn", "toes"),
    "shank": ("tibia",),
    "thigh": ("femur", "patella"),
    "pelvis": ("pelvis",),
    "torso": ("torso",),
    "arm": ("humerus", "ulna", "radius", "hand"),
}
#: What may be longer or shorter than the model's.
LONGER = ("foot", "shank", "thigh", "trunk")

_FOOT, _ARM = ("talus_r", "calcn_r", "toes_r"), ("humerus_r", "ulna_r", "radius_r", "hand_r")
#: Bends of the knee at which the model is asked where its shank is (rad).
_KNEES = np.deg2rad(np.arange(-10.0, 141.0, 2.0))
#: How far upper arm and forearm are turned where arms are crossed before the chest (rad).
_CROSSED = {"arm_flex": np.deg2rad(50.0), "elbow_flex": np.deg2rad(110.0)}


@dataclass(frozen=True)
class Shape:
    """A model's places in the plane (m), as complex numbers: forward and up of an upright segment, or along and across its line.

    Of the foot (flat) from the ankle, of the shank from the ankle and of the thigh from the knee along the line to the joint above,
    of the pelvis from the hips, of the torso from the back's joint, of the hanging arm from the shoulder. `knees` are the model's
    own knee angles and `thigh_back` how far its thigh's line leans, by `bends` of the knee between lines (rad).
    """

    bends: Table
    knees: Table
    thigh_back: Table
    shank: Table
    shank_centre: Complex[np.ndarray, " bend"]
    thigh_centre: Complex[np.ndarray, " bend"]
    thigh: float
    hip_half: float
    heel: complex
    toe: complex
    ball: complex
    foot_centre: complex
    pelvis_centre: complex
    hips_to_back: complex
    torso_centre: complex
    back_to_shoulders: complex
    arm: float
    hand: float
    crossed_arm: complex
    crossed_hand: complex

    @property
    def upright(self) -> float:
        """How far the line from hips to shoulders leans forward where pelvis and spine are upright (rad)."""
        return float(np.angle(1j / (self.hips_to_back + self.back_to_shoulders)))


@dataclass(frozen=True)
class Weights:
    """What the parts weigh (kg, both sides together) and how much longer than the shape they are, each (draw, 1).

    `load` hangs in the hands where `in_hands`, else on the torso at `load_place`, seen from the back's joint.
    """

    mass: Mapping[str, Each]
    longer: Mapping[str, Each]
    load: float = 0.0
    load_place: complex = 0.0
    in_hands: bool = False

    @property
    def whole(self) -> Each:
        """All of it (kg)."""
        return np.asarray(sum(self.mass.values()) + self.load)


@dataclass(frozen=True)
class Feet:
    """How feet stand: `pitch` of the soles (rad, heels up positive), `toe_out` (rad), ankles `apart` (m), each (draw, 1)."""

    pitch: Each
    toe_out: Each
    apart: Each


class Legs(NamedTuple):
    """Both legs as the side shows them; `thigh_lean` is how far the thigh leans back (rad), `moments` parts' mass times place."""

    knee: Places
    hip: Places
    thigh_lean: Values
    moments: Mapping[str, Values]


class Upper(NamedTuple):
    """What stands on the hips, seen from them; `moment` is its mass times how far ahead of them it is (kg m).

    `of_back` is that of what stands on the back's joint, ahead of it.
    """

    back: Places
    shoulder: Places
    hand: Places
    tilt: Values
    moment: Values
    of_back: Values


class Moments(NamedTuple):
    """What muscles make (Nm), of one leg and half of the back: extension, and plantarflexion of the ankle, positive."""

    back: Values
    hip: Values
    knee: Values
    ankle: Values


@dataclass(frozen=True)
class SagittalBody:
    """Bodies in the plane: a shape, each draw's own weights and lengths, its feet, and how arms are held.

    `pelvis_share` (draw, 1) is the share of the trunk's lean that the pelvis tilts, as long as hips let it.
    """

    shape: Shape
    weights: Weights
    feet: Feet
    arms: str
    pelvis_share: Each

    @property
    def soles(self) -> tuple[Complex[np.ndarray, "#draw #depth"], Complex[np.ndarray, "#draw #depth"]]:
        """Where heel and toes press on the ground."""
        return self._of_foot(self.shape.heel), self._of_foot(self.shape.toe)

    @property
    def heel_and_toe(self) -> tuple[Each, Each]:
        """Where the soles end, forward of the ankle as the side shows it (m)."""
        heel, toe = self.soles
        return heel.real, toe.real

    def legs(self, knee: Values, shank: Values) -> Legs:
        """Return the legs with knees bent and shanks leaning forward (rad), each in the plane of its own leg."""
        shape, longer, feet = self.shape, self.weights.longer, self.feet
        turned = np.cos(feet.toe_out)
        length = longer["shank"] * np.interp(knee, shape.bends, shape.shank)
        thigh = longer["thigh"] * shape.thigh
        sideways = np.sin(shank) * np.sin(feet.toe_out)
        outward = np.clip((0.5 * feet.apart - longer["trunk"] * shape.hip_half + length * sideways) / thigh, -0.9, 0.9)
        seen = np.sqrt(1.0 - outward**2)
        across, up = np.sin(shank) * turned, np.cos(shank)
        between = np.arccos(np.clip((np.cos(knee) + sideways * outward) / (np.hypot(across, up) * seen), -1.0, 1.0))
        thigh_lean = between - np.arctan2(across, up)
        at_knee = _flattened(length * _up(shank), turned)
        thigh_up = seen * _up(-thigh_lean)
        mass = self.weights.mass
        shank_centre = _flattened(longer["shank"] * _up(shank) * _between(knee, shape.bends, shape.shank_centre), turned)
        thigh_centre = at_knee + longer["thigh"] * thigh_up * _between(knee, shape.bends, shape.thigh_centre)
        moments = {
            "foot": mass["foot"] * self._of_foot(shape.foot_centre).real + 0.0 * knee,
            "shank": mass["shank"] * shank_centre.real,
            "thigh": mass["thigh"] * thigh_centre.real,
        }
        return Legs(at_knee, at_knee + thigh * thigh_up, thigh_lean, moments)

    def upper(self, lean: Values, tilt_most: Values) -> Upper:
        """Return what stands on the hips where its line leans forward (rad), the pelvis tilted forward by `tilt_most` at most."""
        shape, longer, mass = self.shape, self.weights.longer["trunk"], self.weights.mass
        tilt = np.minimum(self.pelvis_share * (lean - shape.upright), tilt_most)
        lower, upper = shape.hips_to_back * np.exp(-1j * tilt), shape.back_to_shoulders
        line = _up(lean)
        aside = (lower / line).imag / abs(upper)  # the spine makes up for what the pelvis leaves to the line's side
        turned = np.exp(-1j * (lean + float(np.angle(upper / 1j)) + np.arcsin(np.clip(aside, -1.0, 1.0))))
        back = longer * lower
        shoulder = back + longer * upper * turned
        own, hand = self._arm(turned)
        carried = shoulder + longer * hand if self.weights.in_hands else back + self.weights.load_place * turned
        riding = (
            (mass["torso"], back + longer * shape.torso_centre * turned),
            (mass["arm"], shoulder + longer * own),
            (self.weights.load, carried),
        )
        of_back = sum(kg * (place - back).real for kg, place in riding)
        pelvis = mass["pelvis"] * (longer * shape.pelvis_centre * np.exp(-1j * tilt)).real
        moment = pelvis + sum(kg * place.real for kg, place in riding)
        return Upper(back, shoulder, shoulder + longer * hand, tilt, np.asarray(moment), np.asarray(of_back))

    def centre(self, legs: Legs, upper: Upper) -> Values:
        """Return how far ahead of the ankle the body's weight lies, and at rest the ground pushes (m)."""
        whole = self.weights.whole
        below = sum(legs.moments.values())
        above = whole - sum(self.weights.mass[part] for part in ("foot", "shank", "thigh"))
        return np.asarray((below + above * legs.hip.real + upper.moment) / whole)

    def moments(self, legs: Legs, upper: Upper, centre: Values) -> Moments:
        """Return what each leg's joints bear, half of all, where the ground pushes up at `centre` (m)."""
        mass, gravity = self.weights.mass, constant("body.gravity").value
        half, turned = 0.5 * gravity, np.cos(self.feet.toe_out)
        foot, shank = legs.moments["foot"], legs.moments["shank"]
        knee_x = legs.knee.real
        knee = self.weights.whole * (knee_x - centre) - (mass["foot"] + mass["shank"]) * knee_x + foot + shank
        ankle = self.weights.whole * centre - foot
        return Moments(half * upper.of_back, half * upper.moment, half * knee / turned, half * ankle / turned)

    def _of_foot(self, place: complex) -> Complex[np.ndarray, "#draw #depth"]:
        return _flattened(self.weights.longer["foot"] * place * np.exp(-1j * self.feet.pitch), np.cos(self.feet.toe_out))

    def _arm(self, turned: Places) -> tuple[Places, Places]:
        """Return where the arms' mass and the hands are, seen from the shoulders; `turned` is how the torso is."""
        shape = self.shape
        if self.arms == "crossed":
            return shape.crossed_arm * turned, shape.crossed_hand * turned
        way = {"hanging": np.full_like(turned, -1j), "forward": np.full_like(turned, 1.0), "overhead": 1j * turned}[self.arms]
        return shape.arm * way, shape.hand * way


def shape_of(model: BodyModel) -> Shape:
    """Return the places of a model's segments in the plane, upright and at every bend of the knee."""
    tree, joint = model.tree, {link.name: link.in_parent.origin for link in model.tree.links}
    bent = _laid(model, _KNEES.size, {"knee_angle_r": _KNEES})
    hip, knee = _seen(bent, "pelvis", joint["femur_r"]), _seen(bent, "femur_r", joint["tibia_r"])
    ankle = _seen(bent, "tibia_r", joint["talus_r"])
    thigh, shank = hip - knee, knee - ankle
    bends = np.angle(thigh / shank)
    still, crossed = _laid(model, 1), _laid(model, 1, {f"{name}_r": np.array([turn]) for name, turn in _CROSSED.items()})
    foot, soles = _seen(still, "tibia_r", joint["talus_r"])[0], find_soles(still)
    hips, back, shoulder = joint["femur_r"], joint["torso"], joint["humerus_r"]
    heel, toe = (complex(*end[0, 1, :2]) - foot for end in (soles.heel, soles.toe))
    arm, hand = (_centre(still, links)[0] - _seen(still, "torso", shoulder)[0] for links in (_ARM, _ARM[-1:]))
    crossed_arm, crossed_hand = (_centre(crossed, links)[0] - _seen(crossed, "torso", shoulder)[0] for links in (_ARM, _ARM[-1:]))
    return Shape(
        bends=bends,
        knees=_KNEES,
        thigh_back=np.angle(thigh / 1j),
        shank=np.abs(shank),
        shank_centre=(_centre(bent, ("tibia_r",)) - ankle) / (shank / np.abs(shank)),
        thigh_centre=(_centre(bent, ("femur_r", "patella_r")) - knee) / (thigh / np.abs(thigh)),
        thigh=float(np.abs(thigh).mean()),
        hip_half=float(abs(hips[2])),
        heel=heel,
        toe=toe,
        ball=_seen(still, "calcn_r", joint["toes_r"])[0] - foot,
        foot_centre=_centre(still, _FOOT)[0] - foot,
        pelvis_centre=_plane(tree.links[tree.link_at["pelvis"]].centre - hips),
        hips_to_back=_plane(back - hips),
        torso_centre=_plane(tree.links[tree.link_at["torso"]].centre),
        back_to_shoulders=_plane(shoulder),
        arm=abs(arm),
        hand=abs(hand),
        crossed_arm=crossed_arm,
        crossed_hand=crossed_hand,
    )


def part_masses(tree: Tree) -> dict[str, float]:
    """Return what the parts of a tree weigh (kg), both sides together."""
    of = {segment: part for part, segments in PARTS.items() for segment in segments}
    masses = dict.fromkeys(PARTS, 0.0)
    for link in tree.links:
        masses[of[link.name.removesuffix("_r").removesuffix("_l")]] += link.mass
    return masses


def _laid(model: BodyModel, count: int, turned: Mapping[str, Table] | None = None) -> Laid:
    tree = model.tree
    rest = dict(model.rest) | dict.fromkeys(("pelvis_tx", "pelvis_ty", "pelvis_tz"), 0.0)
    poses = np.tile([rest[name] for name in tree.coordinates], (count, 1))
    for name, angles in (turned or {}).items():
        poses[:, tree.at[name]] = angles
    return lay_out(tree, tree.with_followers(poses))


def _seen(laid: Laid, link: str, point: Float[np.ndarray, " 3"]) -> Complex[np.ndarray, " frame"]:
    place = laid.place(link, point)
    return np.asarray(place[:, 0] + 1j * place[:, 1])


def _centre(laid: Laid, links: Sequence[str]) -> Complex[np.ndarray, " frame"]:
    """Return where the mass of some links lies together."""
    those = [laid.tree.links[laid.tree.link_at[name]] for name in links]
    return np.asarray(sum(link.mass * _seen(laid, link.name, link.centre) for link in those) / sum(link.mass for link in those))


def _plane(point: Float[np.ndarray, " 3"]) -> complex:
    return complex(point[0], point[1])


def _up(lean: Values) -> Places:
    """Return the way up that leans forward by an angle (rad)."""
    return np.asarray(1j * np.exp(-1j * lean))


def _flattened(place: Places, share: Each) -> Places:
    """Return a place in a leg's own plane as the side shows it: forward it is shorter."""
    return np.asarray(place.real * share + 1j * place.imag)


def _between(knee: Values, bends: Table, table: Complex[np.ndarray, " bend"]) -> Places:
    return np.asarray(np.interp(knee, bends, table.real) + 1j * np.interp(knee, bends, table.imag))
