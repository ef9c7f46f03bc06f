"""Who squats, how freely and with what? One person with their ranges, and many who might as well be that person.

What is not known of a person is drawn once, in standard deviations, and kept: the same draws with one link freer are the same
people with that link freer, so that what it brings is known better than how deep they squat.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain.body.anthropometry import mass_spread
from kinechain.body.burden import carrying
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES
from kinechain.evidence import constant
from kinechain.loads.leg_chain import StrongBody
from kinechain.loads.predicted_squat import Limits, Squatting
from kinechain.loads.sagittal_chain import ARMS, LONGER, Each, Feet, SagittalBody, Weights, part_masses, shape_of
from kinechain.loads.squat_effort import effort_of
from kinechain.loads.uncertainty import Chance

#: The ranges that a squat asks for, by the code of their measure, with the link that each belongs to.
RANGES: Mapping[str, str] = {"knee_to_wall_deg": "ankle", "hip_flexion_range": "hip", "knee_flexion_range": "knee"}
#: How a range is known.
TOLD = ("typed", "measured", "assumed")
#: What else may be changed.
SETTINGS = ("heel_m", "load_kg", "load_at", "arms", "stance_m", "toe_out_rad")

_MODES = ("by", "to", "at_least")
#: Whose mass varies like whose, by the table of people's masses.
_GROUP_OF = {"foot": "foot", "shank": "shank", "thigh": "thigh", "pelvis": "trunk", "torso": "trunk", "arm": "upper_arm"}


@dataclass(frozen=True)
class Range:
    """How far a joint goes (rad), the standard deviation of what is not known of it, and whether it was typed or measured."""

    value: float
    sd: float
    told: str

    def __post_init__(self) -> None:
        if self.told not in TOLD:
            raise ValueError(f"Expected a range that is {', '.join(TOLD)}, got {self.told!r}. Say how it is known.")


@dataclass(frozen=True)
class Change:
    """One thing that is made otherwise: a range of `RANGES` or a setting of `SETTINGS`.

    `value` (SI) is what it is changed `by`, or `to`, or to `at_least`; arms and the load's place have words. `side` is the leg,
    for ranges only.
    """

    measure: str
    value: float | str
    mode: str = "to"
    side: str = "both"

    def __post_init__(self) -> None:
        if self.measure not in (*RANGES, *SETTINGS):
            known = ", ".join((*RANGES, *SETTINGS))
            raise UsageError(f"a change of {known}", repr(self.measure), "Name one of these.")
        if self.mode not in _MODES or self.side not in (*SIDES, "both"):
            raise ValueError(f"Expected a change {', '.join(_MODES)}, of a side or both, got {self.mode!r} of {self.side!r}.")


@dataclass(frozen=True)
class Squatter:
    """A person as they squat: their body, by how much its lengths are unsure (`lengths_sd`, shares), and their ranges by side.

    `arms` is one of `ARMS`, `load_at` a place of `body.burden`. `stance_m` is how far ankles are apart and `toe_out_rad` how far
    feet are turned out, None where the usual is assumed. `heel_m` is how high heels are put up; below 0 the front of the feet is.
    """

    body: StrongBody
    lengths_sd: Mapping[str, float]
    ranges: Mapping[str, Mapping[str, Range]]
    arms: str = "crossed"
    load_kg: float = 0.0
    load_at: str = "shoulders"
    stance_m: float | None = None
    toe_out_rad: float | None = None
    heel_m: float = 0.0
    changes: tuple[Change, ...] = field(default=())

    def __post_init__(self) -> None:
        if self.arms not in ARMS:
            raise UsageError(f"arms held {', '.join(ARMS)}", repr(self.arms), "Say one of these.")
        highest = constant("squat_model.highest_heel").si
        if not -highest <= self.heel_m <= highest:
            raise UsageError(
                f"a heel up to {100.0 * highest:.0f} cm high", f"{100.0 * self.heel_m:g} cm", "Give --heel-cm in centimetres."
            )

    def changed(self, changes: Sequence[Change]) -> "Squatter":
        """Return the same person with some things otherwise."""
        settings: dict[str, Any] = {change.measure: _setting(self, change) for change in changes if change.measure in SETTINGS}
        ranges = tuple(change for change in changes if change.measure in RANGES)
        return replace(self, **settings, changes=(*self.changes, *ranges))


@dataclass(frozen=True)
class People:
    """Standard normal numbers (draw, 1) by what they stand for, the first row 0: the person as they most likely are."""

    seed: int
    draws: int

    def of(self, name: str) -> Each:
        """Return the numbers of one thing: always the same for the same name and seed, whatever else is asked."""
        rng = np.random.default_rng([self.seed, *name.encode()])
        return np.concatenate([np.zeros((1, 1)), rng.normal(size=(self.draws, 1))])

    @classmethod
    def by(cls, chance: Chance) -> "People":
        """Return people by how often and from which seed is drawn."""
        return cls(chance.seed, chance.draws)


def squatting(squatter: Squatter, people: People) -> Squatting:
    """Return all who might be the squatter, as bodies in the plane with their limits."""
    body = _body(squatter, people)
    return Squatting(body, _limits(squatter, people), effort_of(squatter.body))


def range_draws(squatter: Squatter, measure: str, people: People) -> Float[np.ndarray, "side draw"]:
    """Return how far each leg's joint goes in every draw (rad), as all is changed; one way of measuring errs alike on both legs."""
    rows = []
    for side in SIDES:
        own = squatter.ranges[measure][side]
        value = np.maximum(own.value + own.sd * people.of(measure)[:, 0], 0.0)
        for change in squatter.changes:
            if change.measure == measure and change.side in (side, "both"):
                value = _moved(value, change)
        rows.append(np.minimum(value, constant(f"squat_model.most_{RANGES[measure]}").si))
    return np.stack(rows)


def _moved(value: Float[np.ndarray, " draw"], change: Change) -> Float[np.ndarray, " draw"]:
    amount = float(change.value)
    if change.mode == "by":
        return value + amount
    return np.full_like(value, amount) if change.mode == "to" else np.maximum(value, amount)


def _setting(squatter: Squatter, change: Change) -> float | str:
    if isinstance(change.value, str) or change.mode == "to":
        return change.value
    now = getattr(squatter, change.measure) or 0.0
    return now + change.value if change.mode == "by" else max(now, change.value)


def _limits(squatter: Squatter, people: People) -> Limits:
    def assumed(name: str) -> Each:
        row = constant(f"squat_model.{name}")
        return row.si + (row.si / row.value) * row.sd * people.of(name)

    ankle, hip, knee = (range_draws(squatter, measure, people).min(axis=0)[:, None] for measure in RANGES)
    front = np.full_like(ankle, constant("squat_model.front").value)
    back = np.full_like(ankle, -constant("squat_model.back").si)
    return Limits(ankle, hip, knee, assumed("spine"), assumed("lean"), back, np.clip(assumed("rear"), 0.05, 0.4), front)


def _body(squatter: Squatter, people: People) -> SagittalBody:
    model = squatter.body.model
    shape, tree = shape_of(model), model.tree
    spread = {part: mass_spread(squatter.body.sex, group) for part, group in _GROUP_OF.items()}
    drawn = {part: kg * np.exp(spread[part] * people.of(f"mass {_GROUP_OF[part]}")) for part, kg in part_masses(tree).items()}
    fit = tree.mass / sum(drawn.values())
    longer = {part: np.exp(squatter.lengths_sd[part] * people.of(f"length {part}")) for part in LONGER}
    weights = _loaded(squatter, Weights({part: kg * fit for part, kg in drawn.items()}, longer))
    ball = abs(shape.ball - shape.heel)
    pitch = np.arcsin(np.clip(squatter.heel_m / (longer["foot"] * ball), -0.9, 0.9))
    toe_out, apart = constant("squat_model.toe_out"), constant("squat_model.apart_share")
    turned = np.deg2rad(toe_out.value + toe_out.sd * people.of("toe_out")) if squatter.toe_out_rad is None else squatter.toe_out_rad
    usual = 2.0 * shape.hip_half * (apart.value + apart.sd * people.of("apart"))
    stance = usual if squatter.stance_m is None else squatter.stance_m
    share = constant("loads.pelvis_share")
    none = np.zeros_like(fit)
    return SagittalBody(
        shape, weights, Feet(pitch, none + turned, none + stance), squatter.arms, share.value + share.sd * people.of("pelvis_share")
    )


def _loaded(squatter: Squatter, weights: Weights) -> Weights:
    """Return weights with what is carried, where the load engine puts it."""
    if not squatter.load_kg:
        return weights
    before, at = squatter.body.model.tree, squatter.body.model.tree.link_at["torso"]
    after = carrying(before, squatter.load_kg, squatter.load_at)
    bare, laden = before.links[at], after.links[at]
    if laden is bare:
        return replace(weights, load=squatter.load_kg, in_hands=True)
    place = (laden.mass * laden.centre - bare.mass * bare.centre) / squatter.load_kg
    return replace(weights, load=squatter.load_kg, load_place=complex(place[0], place[1]))
