"""What does the load engine say of a claim? Squats made up and put to it, where it can speak: depth, a stiff ankle, a squeeze.

A slow squat is made whose trunk leans, at every bend of the knee, exactly so far that the body's weight lies over the usual place
under the feet. So a shank that leans less is not a squat with all else alike: the trunk has to make up for it, as it has to in
people. What comes out holds for one made-up person and the model's way of sharing work; it is no finding in people.

What such a model cannot say: how vastus medialis and lateralis share (fixed by strength and lever arm, whatever else is asked of
the leg), timing, muscles that pain holds back, how a kneecap tracks, whether a knee falls inwards.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.app.loads import body_loads_with_muscles, strong_body
from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import GROUPS, without_side
from kinechain.core.types import Loads, Person
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import constant
from kinechain.evidence.made_squats import MadeSquat
from kinechain.loads.feet import find_soles
from kinechain.loads.ground_reaction import usual_pressure
from kinechain.loads.joint_moments import Borne
from kinechain.loads.leg_chain import StrongBody
from kinechain.loads.motion import Moving
from kinechain.loads.peaks import knee_flexion
from kinechain.loads.posture import SagittalPosture, take_posture
from kinechain.loads.static_optimization import Leg, solve_leg
from kinechain.loads.uncertainty import Chance
from kinechain.maths.multibody import lay_out

#: Bends of the knee at which people were measured in the study of claim f, and one beyond them (degrees).
DEPTHS_DEG = (20.0, 50.0, 80.0, 100.0)
#: Where the squeeze is tried: the middle one.
_SQUEEZED_AT_DEG = 50.0
_SIDE = "right"
_HEADS = ("vasmed", "vaslat", "vasint", "recfem")
_MOMENTS = {"hip_moment": ("hip_flexion", -1.0), "knee_moment": ("knee_angle", -1.0), "ankle_moment": ("ankle_angle", -1.0)}
_STANDING_DEG, _STEP_DEG = 5.0, 1.0
_BEYOND_DEG = 5.0  # the squat goes on past the last depth that is read, so that this is not its turning point
_FRAME_S, _SECONDS, _STILL_S = 0.05, 8.0, 0.5  # slow, so that few frames do
_HALVINGS = 20

Curve = Float[np.ndarray, " posture"]


@dataclass(frozen=True)
class Balanced:
    """Postures by the bend of the knee, all in rad: how far the shank leans and how far the trunk must, so that balance is kept."""

    knee: Curve
    shank: Curve
    lean: Curve

    @property
    def deepest(self) -> float:
        """The deepest bend of the knee that can be balanced (rad)."""
        return float(self.knee[-1])


def make_squats(chance: Chance | None = None) -> dict[str, MadeSquat]:
    """Return what the model says of the made-up person's squats, usual and stiff, at all depths they reach, and of a squeeze."""
    person = Person(constant("claim_test.stature").si, constant("claim_test.mass").value)
    body = strong_body(person)
    squats: dict[str, MadeSquat] = {}
    for ankle, less_deg in (("usual", 0.0), ("stiff", constant("claim_test.less_dorsiflexion").value)):
        way = balance(body.model, less_deg)
        motion = take_posture(body.model, _down_and_up(way))
        moving, borne, loads = body_loads_with_muscles(body, motion, person, chance or Chance())
        for depth in DEPTHS_DEG:
            if depth <= way.deepest * DEGREES_PER_RADIAN - _STEP_DEG:
                key = f"{ankle}_{depth:.0f}"
                squats[key] = _read(key, ankle, depth, way, loads, person)
        if ankle == "usual":
            squeezed = _squeeze(body, moving, borne, loads, squats[f"usual_{_SQUEEZED_AT_DEG:.0f}"])
    return squats | squeezed


def balance(model: BodyModel, less_dorsiflexion_deg: float = 0.0) -> Balanced:
    """Return the postures of a squat in which the body's weight lies over the usual place under the feet.

    The shank leans along with the knee's bend, up to what the row `claim_test.shank` holds at the deepest, less what the ankle
    lacks; where it can lean no further it stays. Postures end where even a level trunk leaves the weight behind that place.
    """
    reach = DEPTHS_DEG[-1] + _BEYOND_DEG
    knee_deg = np.arange(_STANDING_DEG, reach + _STEP_DEG, _STEP_DEG)
    most = constant("claim_test.shank").value
    shank_deg = np.minimum(most * (knee_deg - _STANDING_DEG) / (reach - _STANDING_DEG), most - less_dorsiflexion_deg)
    knee, shank = np.deg2rad(knee_deg), np.deg2rad(shank_deg)
    level = 0.5 * np.pi
    low, high = np.full_like(knee, -level), np.full_like(knee, level)
    for _ in range(_HALVINGS):
        lean = 0.5 * (low + high)
        ahead = _ahead(model, knee, shank, lean) > 0.0
        low, high = np.where(ahead, low, lean), np.where(ahead, lean, high)
    fails = np.flatnonzero(_ahead(model, knee, shank, np.full_like(knee, level)) < 0.0)
    held = slice(0, int(fails[0]) if fails.size else knee.size)
    return Balanced(knee[held], shank[held], lean[held])


def _ahead(model: BodyModel, knee: Curve, shank: Curve, lean: Curve) -> Curve:
    """Return how far the body's weight lies ahead of the usual place under the feet (m), at rest."""
    posture = SagittalPosture(_FRAME_S * np.arange(knee.size), knee, shank, lean, np.zeros_like(knee))
    laid = lay_out(model.tree, model.tree.with_followers(take_posture(model, posture).values))
    masses = np.array([link.mass for link in model.tree.links])
    centres = np.stack([laid.place(link.name, link.centre)[:, 0] for link in model.tree.links])
    return np.asarray(masses @ centres / masses.sum() - usual_pressure(find_soles(laid))[..., 0].mean(axis=1))


def _down_and_up(way: Balanced) -> SagittalPosture:
    """Return a slow squat from standing to the deepest posture of `way` and back."""
    time_s = np.arange(0.0, _SECONDS + 2.0 * _STILL_S, _FRAME_S)
    down = np.sin(np.pi * np.clip((time_s - _STILL_S) / _SECONDS, 0.0, 1.0)) ** 2
    knee = way.knee[0] + (way.deepest - way.knee[0]) * down
    shank, lean = (np.interp(knee, way.knee, curve) for curve in (way.shank, way.lean))
    return SagittalPosture(time_s, knee, shank, lean, np.zeros_like(knee))


def _frame(loads: Loads, depth_deg: float) -> int:
    """Return the frame on the way down at which the knee is bent so far."""
    bent = knee_flexion(loads, _SIDE)
    down = bent[: int(np.nanargmax(bent)) + 1]
    return int(np.argmin(np.abs(down - np.deg2rad(depth_deg))))


def _read(key: str, ankle: str, depth_deg: float, way: Balanced, loads: Loads, person: Person) -> MadeSquat:
    weight_n = person.mass_kg * constant("body.gravity").value
    bent = knee_flexion(loads, _SIDE)
    down = slice(int(np.nanargmax(bent)) + 1)

    def there(curve: Curve) -> float:
        return float(np.interp(np.deg2rad(depth_deg), bent[down], curve[down]))

    def activation(muscle: str, end: str = "") -> float:
        return there(loads.of_leg(f"activation{end}", _SIDE, muscle))

    def kneecap(end: str) -> float:
        return there(loads.of_leg(f"patellofemoral_force{end}", _SIDE)) / weight_n

    moments = {name: turn * there(loads.values("moment", _SIDE, of)) / person.mass_kg for name, (of, turn) in _MOMENTS.items()}
    shank, lean = (float(np.interp(np.deg2rad(depth_deg), way.knee, curve)) for curve in (way.shank, way.lean))
    return MadeSquat(
        key=key,
        ankle=ankle,
        knee_flexion_deg=depth_deg,
        shank_inclination_deg=shank * DEGREES_PER_RADIAN,
        trunk_lean_deg=lean * DEGREES_PER_RADIAN,
        deepest_deg=way.deepest * DEGREES_PER_RADIAN,
        **{name: activation(name) for name in _HEADS},
        hamstrings=float(np.mean([activation(name) for name in GROUPS["hamstrings"]])),
        **moments,
        vasmed_low=activation("vasmed", "_low"),
        vasmed_high=activation("vasmed", "_high"),
        kneecap=kneecap(""),
        kneecap_low=kneecap("_low"),
        kneecap_high=kneecap("_high"),
    )


def _squeeze(body: StrongBody, moving: Moving, borne: Borne, loads: Loads, squat: MadeSquat) -> dict[str, MadeSquat]:
    """Return a posture with what knees pressed together ask of the hip beside the squat, and without."""
    leg = Leg.of(body.model, _SIDE)
    at = _frame(loads, squat.knee_flexion_deg)
    angles, rates = (
        {name: table[at : at + 1, moving.tree.at[name]] for name in leg.coordinates} for table in (moving.coordinates, moving.rates)
    )
    asked = borne.moment[at, list(loads.dataset["side"].values).index(_SIDE)][:, None]
    some = constant("claim_test.squeeze").value
    found = {}
    for name, more in (("none", 0.0), ("some", some)):
        added = np.array([[more if of.startswith("hip_adduction") else 0.0] for of in leg.balanced])
        found[name] = _with(solve_leg(leg, angles, rates, asked + added).activation[:, 0], leg, f"squeeze_{name}", squat, more)
    return {each.key: each for each in found.values()}


def _with(activation: Float[np.ndarray, " muscle"], leg: Leg, key: str, squat: MadeSquat, more: float) -> MadeSquat:
    by_name: Mapping[str, float] = {without_side(name): float(one) for name, one in zip(leg.names, activation, strict=True)}
    heads = {name: by_name[name] for name in _HEADS}
    unknown = dict.fromkeys(("vasmed_low", "vasmed_high", "kneecap", "kneecap_low", "kneecap_high"), float("nan"))
    hamstrings = float(np.mean([by_name[name] for name in GROUPS["hamstrings"]]))
    return MadeSquat(**{**vars(squat), **heads, **unknown, "key": key, "adduction_nm": more, "hamstrings": hamstrings})
