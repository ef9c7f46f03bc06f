"""What does a kneecap bear in an exercise, at each bend of the knee? The load engine's own leg, standing, pressing, held or lying.

Squats on two legs are predicted postures. In a lunge, on a step or on one leg the posture is laid down instead: the share of the
body's weight that the leg carries and how far the shank leans for a bend of the knee are rows `exercise_load.*`. At a wall its push
follows from balance. Where no ground pushes, the moment is a share of what the person could make, or the leg's own weight. The same
muscles answer in all of them. All is at rest: speed is not in it, but where a row says so.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import NamedTuple

import numpy as np
from jaxtyping import Complex, Float

from kinechain.body.strength import knee_extension
from kinechain.core.types import Ranged
from kinechain.evidence import constant
from kinechain.loads.patellofemoral import METHODS, classify
from kinechain.loads.sagittal_chain import Each, Feet, SagittalBody, Values
from kinechain.loads.squat_loads import Bent, leg_loads
from kinechain.loads.squatter import Change, People, Squatter, squatting
from kinechain.loads.what_if import ranged

_SIDE = "right"

#: What the ground does, and where, as forward and up: of each draw and, where it differs, of each bend.
_Way = Complex[np.ndarray, "#draw #depth"]
#: Bends of the knee (rad).
Bends = Float[np.ndarray, " bend"]


@dataclass(frozen=True)
class Borne:
    """What the kneecap bears at one bend of the knee (rad): `force` in body weights, NaN where no number is told, and its class.

    The interval holds what is not known of body, posture and muscles, and what the published methods make of the same moment.
    `place` is the class's place in `Loads.CLASSES`, -1 where it cannot be told.
    """

    flexion_rad: float
    force: Ranged
    place: int


class Asked(NamedTuple):
    """A leg bent so, and what is asked of hip, knee and ankle (Nm: extension, and plantarflexion); with a seat if `seated`."""

    bent: Bent
    moments: tuple[Values, Values, Values]
    seated: bool = False

    @property
    def knee(self) -> Values:
        """What is asked of the knee."""
        return self.moments[1]


def kneecap_borne(kind: str, bends: Bends, squatter: Squatter, people: People) -> tuple[Borne, ...]:
    """Return what a kneecap bears in one of `KINDS` at bends of the knee, one after the other.

    A weight that stays the same all the way is one that the person can move through all of `bends`.
    """
    asked = asked_of_leg(kind, bends, squatter, people)
    loads, weight = leg_loads(squatter, asked.bent, asked.moments, people, asked.seated), squatter.body.weight_n
    knee, told = np.broadcast_to(bends, asked.knee.shape) + 0.0, np.isfinite(loads.kneecap)
    ways = [loads.kneecap, *(np.where(told, method(knee, asked.knee), np.nan) for method in METHODS.values())]
    borne = []
    for nth, bend in enumerate(bends):
        middle = np.array([ranged(loads.unclassed[:, nth]).value])
        force, spread = ranged(ways[0][:, nth] / weight), ranged(np.concatenate([way[:, nth] for way in ways]) / weight)
        place = int(classify(middle, bends[nth : nth + 1], weight)[0])
        borne.append(Borne(float(bend), Ranged(force.value, spread.low, spread.high), place))
    return tuple(borne)


def asked_of_leg(kind: str, bends: Bends, squatter: Squatter, people: People) -> Asked:
    """Return how the leg is bent and what is asked of it in one of `KINDS`, by draw and bend of the knee (rad)."""
    return KINDS[kind](np.broadcast_to(bends, (people.draws + 1, bends.size)) + 0.0, squatter, people)


def _two_legs(knee: Values, squatter: Squatter, people: People) -> Asked:
    postures = squatting(squatter, people).postures(knee)
    moments = postures.moments
    return Asked(Bent(postures.knee, postures.hip_flexion, postures.dorsiflexion), (moments.hip, moments.knee, moments.ankle))


def _loaded(knee: Values, squatter: Squatter, people: People, load: str, at: str) -> Asked:
    """Return a squat with a share of the body's weight held somewhere."""
    kilograms = constant(f"exercise_load.{load}").value * squatter.body.weight_n / constant("body.gravity").value
    return _two_legs(knee, squatter.changed((Change("load_kg", kilograms), Change("load_at", at))), people)


def _wedge(knee: Values, squatter: Squatter, people: People) -> Asked:
    return _two_legs(knee, squatter.changed((Change("heel_m", constant("exercise_load.wedge").si),)), people)


def _standing(knee: Values, squatter: Squatter, people: People, stance: str) -> Asked:
    """Return a leg that carries a share of the body's weight, the ground pushing straight up where people usually stand."""
    leg = _OneLeg.of(squatter, people)
    push = _drawn(f"{stance}_share", people) * leg.weight * 1j
    return leg.asked(knee, leg.shank(knee, _drawn(f"{stance}_shank", people)), push)


def _wall(knee: Values, squatter: Squatter, people: People) -> Asked:
    """Return one of two legs of a person with an upright back against a smooth wall, which pushes as balance asks.

    The weight lies behind the feet; so that nobody falls the wall pushes forward, and the ground keeps the feet from sliding.
    """
    leg = _OneLeg.of(squatter, people)
    shank = leg.shank(knee, _drawn("wall_shank", people))
    legs = leg.body.legs(knee, shank)
    upright = np.full_like(knee, leg.body.shape.upright)
    upper = leg.body.upper(upright, upright)
    height = legs.hip.imag + _drawn("wall_height", people) * upper.shoulder.imag - leg.foot.imag
    wall = leg.weight * (leg.foot.real - leg.body.centre(legs, upper)) / height
    return leg.asked(knee, shank, 0.5 * (leg.weight * 1j - np.maximum(wall, 0.0)), 0.0 * knee)


def _press(knee: Values, squatter: Squatter, people: People) -> Asked:
    """Return one of two legs that press a plate away along the line from hip to foot; the legs' own weight is left out."""
    leg = _OneLeg.of(squatter, people)
    legs = leg.body.legs(knee, 0.5 * knee)
    push = 0.5 * _drawn("press_share", people) * leg.weight * (legs.hip - leg.foot) / np.abs(legs.hip - leg.foot)
    bent = Bent(knee, constant("exercise_load.press_hip").si + 0.5 * knee, 0.5 * knee)
    return Asked(bent, (0.0 * knee, -_turning(push, leg.foot - legs.knee), _turning(push, leg.foot)))


def _isometric(knee: Values, squatter: Squatter, people: People) -> Asked:
    """Return a seated leg that pushes at every bend with the same share of what it could there."""
    return _seated(knee, _drawn("open_chain_share", people) * _strongest(knee, squatter, people))


def _even(knee: Values, squatter: Squatter, people: People, share: str) -> Asked:
    """Return a seated leg against the same moment all the way: a share of what it could where it is weakest on it."""
    most = _strongest(knee, squatter, people).min(axis=1, keepdims=True)
    return _seated(knee, _drawn(share, people) * most + 0.0 * knee)


def _seated(knee: Values, moment: Values) -> Asked:
    hip = np.full_like(knee, constant("strength.test_hip_flexion").si)
    return Asked(Bent(knee, hip, 0.0 * knee), (0.0 * knee, moment, 0.0 * knee), seated=True)


def _strongest(knee: Values, squatter: Squatter, people: People) -> Values:
    """Return by which moment (Nm) each draw could extend its knee, seated."""
    body, strength = squatter.body, squatter.body.strength
    by_angle = None if strength is None else strength.by_angle[_SIDE]
    usual = knee_extension(body.model, _SIDE, knee[0], constant("strength.test_hip_flexion").si, by_angle)
    spread = 0.0 if strength is None else strength.spread[f"recfem_{_SIDE[0]}"]
    return np.asarray(usual * np.exp(spread * people.of("strength quadriceps")))


def _raised(knee: Values, squatter: Squatter, people: People) -> Asked:
    """Return a leg that is held just off the ground, its owner lying on their back: it bears its own weight."""
    lying = np.full_like(knee, -0.5 * np.pi)
    return _OneLeg.of(squatter, people, lying[:, :1]).asked(knee, lying, np.zeros((1, 1), complex), lying)


@dataclass(frozen=True)
class _OneLeg:
    """One leg by itself, straight ahead: where the ground pushes on its foot, seen from the ankle, and the body's weight (N)."""

    body: SagittalBody
    foot: _Way
    weight: Each
    ankle: Each
    trunk: Each

    @classmethod
    def of(cls, squatter: Squatter, people: People, pitch: Each | None = None) -> "_OneLeg":
        """Return the right leg of everyone who might be the squatter, its sole turned up by a `pitch` (rad)."""
        those = squatting(squatter, people)
        body, none = those.body, np.zeros((people.draws + 1, 1))
        under = 2.0 * body.weights.longer["trunk"] * body.shape.hip_half  # straight below the hip
        alone = replace(body, feet=Feet(none if pitch is None else pitch, none, under))
        heel, toe = alone.soles
        weight = np.asarray(body.weights.whole * constant("body.gravity").value)
        return cls(alone, heel + _drawn("place", people) * (toe - heel), weight, those.limits.ankle, _drawn("trunk", people))

    def shank(self, knee: Values, share: Each) -> Values:
        """Return how far the shank leans: a share of the knee's bend, as far as the ankle goes (rad)."""
        return np.asarray(np.minimum(share * knee, self.ankle))

    def asked(self, knee: Values, shank: Values, push: _Way, tilt: Values | None = None) -> Asked:
        """Return what the leg is asked where the ground pushes on its foot so (N); the pelvis has a `tilt`, else the trunk's."""
        body, shape, legs = self.body, self.body.shape, self.body.legs(knee, shank)
        gravity, mass = 0.5 * constant("body.gravity").value, body.weights.mass  # the weights are of both legs
        below_knee = legs.moments["foot"] + legs.moments["shank"]
        shin = gravity * (below_knee - (mass["foot"] + mass["shank"]) * legs.knee.real)
        whole = gravity * (sum(legs.moments.values()) - sum(mass[part] for part in legs.moments) * legs.hip.real)
        leant = body.pelvis_share * self.trunk * knee if tilt is None else tilt
        hip = legs.thigh_lean + np.interp(knee, shape.bends, shape.thigh_back) + leant
        moments = (
            _turning(push, self.foot - legs.hip) - whole,
            shin - _turning(push, self.foot - legs.knee),
            _turning(push, self.foot) - gravity * legs.moments["foot"],
        )
        return Asked(Bent(knee, hip, shank - body.feet.pitch), moments)


def _turning(push: _Way, arm: _Way) -> Each:
    """Return the moment (Nm) of a push (N) at an arm (m), from forward to up."""
    return np.asarray((np.conj(arm) * push).imag)


def _drawn(name: str, people: People) -> Each:
    """Return a row of `exercise_load` for everybody; who leans the shank far in one exercise does so in all, and so on."""
    row = constant(f"exercise_load.{name}")
    return np.asarray(row.value + row.sd * people.of(f"exercise {name.rpartition('_')[2]}"))


#: Postures with a share of the body's weight on one leg, each with its rows `exercise_load.<name>_share` and `_shank`.
STANCES: tuple[str, ...] = ("split", "rear_raised", "back_lunge", "forward_lunge", "short_lunge", "step", "one_leg", "drill")
#: Kinds of exercises by how their posture and load are found.
KINDS: Mapping[str, Callable[[Values, Squatter, People], Asked]] = {
    "two_legs": _two_legs,
    "goblet": partial(_loaded, load="goblet", at="front"),
    "barbell": partial(_loaded, load="barbell", at="shoulders"),
    "wedge": _wedge,
    **{stance: partial(_standing, stance=stance) for stance in STANCES},
    "wall": _wall,
    "press": _press,
    "isometric": _isometric,
    "machine": partial(_even, share="open_chain_share"),
    "band": partial(_even, share="band_share"),
    "raised": _raised,
}
