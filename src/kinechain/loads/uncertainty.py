"""What is not known of a person and of the ground, drawn at random: everything that makes a load unsure beside the motion itself.

One draw is one person who might as well stand there: muscles stronger or weaker than told, with other lever arms, a kneecap that
rests on more or less cartilage, and a ground that presses elsewhere. What is drawn once holds for the whole movement, because none
of it changes from frame to frame; so curves of one draw belong together, and a peak or a sum may be read from each.
"""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from kinechain.body.muscle_groups import GROUPS, group_of
from kinechain.body.strength import Strength
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES
from kinechain.evidence import constant
from kinechain.loads.joint_moments import UNKNOWN
from kinechain.loads.static_optimization import Doubts, Leg

_QUADRICEPS = "quadriceps"
_WAYS = ("place", "width")
_FEWEST, _MOST = 20, 5000

Standard = Float[np.ndarray, " draw"]


@dataclass(frozen=True)
class Chance:
    """How often all that is not known is drawn, by default as the row `loads.draws` has it, and from which seed.

    Raises UsageError for draws too few to tell an interval or more than anyone needs.
    """

    draws: int = field(default_factory=lambda: int(constant("loads.draws").value))
    seed: int = 0

    def __post_init__(self) -> None:
        if not _FEWEST <= self.draws <= _MOST:
            raise UsageError(
                f"{_FEWEST} to {_MOST} draws", f"{self.draws}", "200 are enough for most; more make the ends of intervals steadier."
            )
        if self.seed < 0:
            raise UsageError("a seed of 0 or more", f"{self.seed}", "Any whole number will do.")


@dataclass(frozen=True)
class Unknowns:
    """Draws, in standard deviations.

    `ground` (draw, unknown, side), by group of muscles their `strength` and `leverage` (draw), the `shape` (2, draw) of strength
    over the knee's angle, and the `area` (draw) of the kneecap's contact.
    """

    ground: Float[np.ndarray, "draw unknown side"]
    strength: dict[str, Standard]
    leverage: dict[str, Standard]
    shape: Float[np.ndarray, "mode draw"]
    area: Standard

    @classmethod
    def drawn(cls, rng: np.random.Generator, count: int) -> "Unknowns":
        """Return so many draws. What one foot bears more than its share the other bears less."""
        ground = rng.normal(size=(count, len(UNKNOWN), len(SIDES)))
        shared = UNKNOWN.index("shared")
        ground[:, shared, 1] = -ground[:, shared, 0]
        return cls(
            ground=ground,
            strength={group: rng.normal(size=count) for group in GROUPS},
            leverage={group: rng.normal(size=count) for group in GROUPS},
            shape=rng.normal(size=(len(_WAYS), count)),
            area=rng.normal(size=count),
        )

    @classmethod
    def none(cls) -> "Unknowns":
        """Return the one draw in which all is as it is most likely."""
        still = {group: np.zeros(1) for group in GROUPS}
        return cls(np.zeros((1, len(UNKNOWN), len(SIDES))), still, still, np.zeros((len(_WAYS), 1)), np.zeros(1))

    def some(self, draws: slice) -> "Unknowns":
        """Return some of the draws."""
        strength, leverage = ({group: z[draws] for group, z in each.items()} for each in (self.strength, self.leverage))
        return Unknowns(self.ground[draws], strength, leverage, self.shape[:, draws], self.area[draws])

    def doubts(self, leg: Leg, strength: Strength | None, knee_flexion: Float[np.ndarray, "draw time"]) -> Doubts:
        """Return each draw's muscles over its own frames, one draw after the other.

        `knee_flexion` (rad) tells how strong the quadriceps are there; without `strength` all are as the model has them. What is
        known of the quadriceps is the moment that they make, so that with shorter arms they are the stronger.
        """
        frames = knee_flexion.shape[1]
        own, other = constant("muscle.arm_spread_quadriceps").value, constant("muscle.arm_spread_other").value
        spread = {group: own if group == _QUADRICEPS else other for group in GROUPS}
        by_group = {group: np.exp(spread[group] * z) for group, z in self.leverage.items()}
        leverage = np.stack([by_group.get(group_of(name), np.ones_like(self.area)) for name in leg.names])
        strong = np.ones_like(leverage)[:, :, None] * np.ones((1, 1, frames))
        if strength is not None:
            by_angle = strength.by_angle[leg.side].at(knee_flexion, self.shape[:, :, None])
            for row, name in enumerate(leg.names):
                z = self.strength.get(group_of(name), np.zeros_like(self.area))
                strong[row] = np.exp(strength.spread[name] * z)[:, None]
                if row in leg.quadriceps:
                    strong[row] *= by_angle / leverage[row, :, None]
        return Doubts(strong.reshape(len(leg.names), -1), np.repeat(leverage, frames, axis=1))
