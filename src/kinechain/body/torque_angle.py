"""How does the strength of people's knee extension go with the knee's angle, and what does the model's have to be multiplied by?

The model's quadriceps are as strong as a person's at the best angle, but their moment arms fall too fast with flexion (42 to
46 mm at 20 degrees, 24 to 30 at 80, 17 to 19 at 100), so that the model alone is stronger than people near extension and weaker
deep in flexion. What people do is a cosine of the angle about the strongest one (Anderson, Madigan and Nussbaum 2007, their
coefficients C2 and C3, fitted to isometric and isokinetic tests of 34 people). The quotient of the two is a factor of *capacity*:
of the force that a fully active quadriceps can make at that angle. It is not one of force: the moment arms stay the model's, and
with them the force that a moment needs of the quadriceps and what the kneecap bears of it. It says how much of what the person
can give that is.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain.body.estimate import Estimate
from kinechain.core.types import Person
from kinechain.evidence import constant


@dataclass(frozen=True)
class TorqueAngle:
    """How the isometric moment of knee extension goes with the angle: cos(width (angle - place)), 1 at the strongest angle.

    `place` is the angle (rad) at which people are strongest, `width` tells how fast they weaken away from it; their spreads are
    those among people. The curve holds between `low` and `high` (rad); beyond them it is held as it is there.
    """

    place: Estimate
    width: Estimate
    low: float
    high: float

    def at(self, knee_flexion: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        """Return the share of the strongest moment at angles (rad)."""
        return np.asarray(np.cos(self._turn(knee_flexion)))

    def modes(self, knee_flexion: Float[np.ndarray, "..."]) -> Float[np.ndarray, "mode ..."]:
        """Return by what share the moment changes when place, and width, grow by their spread: one standard deviation each."""
        steep = np.tan(self._turn(knee_flexion))
        away = np.clip(knee_flexion, self.low, self.high) - self.place.value
        return np.stack([steep * self.width.value * self.place.sd, -steep * away * self.width.sd])

    def _turn(self, knee_flexion: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
        return np.asarray(self.width.value * (np.clip(knee_flexion, self.low, self.high) - self.place.value))


@dataclass(frozen=True)
class QuadricepsByAngle:
    """What a leg's quadriceps' force capacity is multiplied by, so that it extends the knee as people do over the angle.

    A chain of straight lines: `factor` at the `knots` (rad), before the first and after the last as there. The factor is about
    1 in the middle of the range, and alike for all four muscles and for every hip angle, though it was found seated: how the
    rectus femoris changes with the hip stays the model's. `modes` are two ways in which the shape is unsure, as shares of the
    factor at one standard deviation: another strongest angle, and a flatter or steeper curve. Both are 0 where the person's
    strength is known, at the angle of a dynamometer's reading or at the strongest.
    """

    knots: Float[np.ndarray, " knot"]
    factor: Float[np.ndarray, " knot"]
    modes: Float[np.ndarray, "mode knot"]

    def at(self, knee_flexion: Float[Any, "..."], draw: Float[Any, "mode ..."] | None = None) -> Float[Any, "..."]:
        """Return the factor at angles (rad), NumPy's or JAX's; NaN where the angle is.

        `draw` holds two standard normal numbers, or two arrays of them that broadcast against the angles: the factor is then one
        that the person may as well have.
        """
        xp = knee_flexion.__array_namespace__()
        factor = xp.interp(knee_flexion, self.knots, self.factor)
        if draw is None:
            return factor
        return factor * xp.exp(sum(z * xp.interp(knee_flexion, self.knots, mode) for z, mode in zip(draw, self.modes, strict=True)))

    def spread_at(self, knee_flexion: Float[Any, "..."]) -> Float[Any, "..."]:
        """Return how unsure the factor is at angles (rad): one standard deviation, as a share of it."""
        xp = knee_flexion.__array_namespace__()
        return xp.sqrt(sum(xp.interp(knee_flexion, self.knots, mode) ** 2 for mode in self.modes))


def torque_angle(person: Person) -> TorqueAngle:
    """Return how knee extension goes with the angle in people of this sex and age.

    Between the ages of the three groups that were tested there are straight lines; an unknown age counts as a young adult's, and
    where no sex is told both are taken together, their difference in the spread.
    """
    sexes = (person.sex,) if person.sex else ("f", "m")
    place, width = (_together([_by_age(f"{name}_{sex}", person.age_years) for sex in sexes]) for name in ("place", "width"))
    return TorqueAngle(place, width, constant("strength.shape_from").si, constant("strength.shape_to").si)


def quadriceps_by_angle(
    shape: TorqueAngle,
    knee_flexion: Float[np.ndarray, " angle"],
    moment: Float[np.ndarray, " angle"],
    strongest: float,
    known_at: float | None,
) -> QuadricepsByAngle:
    """Return the factor for a model whose quadriceps extend the knee by `moment` (Nm) at angles (rad) when fully active.

    With the factor the model is strongest where people are, and there as strong as `strongest` (Nm). `known_at` is the angle
    (rad) at which the person's strength was read, None for the strongest one.
    """
    anchor = np.array([shape.place.value if known_at is None else known_at])
    modes = shape.modes(knee_flexion) - shape.modes(anchor)
    return QuadricepsByAngle(knee_flexion, strongest * shape.at(knee_flexion) / moment, modes)


def _by_age(name: str, age_years: int | None) -> Estimate:
    """Return a coefficient at an age, between the groups that were tested."""
    groups = [constant(f"strength.shape_{group}_{name}") for group in ("young", "middle", "older")]
    ages = [row.value for row in map(constant, ("strength.decline_from", "strength.shape_middle_age", "strength.older_from"))]
    age = ages[0] if age_years is None else float(age_years)
    return Estimate(*(float(np.interp(age, ages, [getattr(row, field) for row in groups])) for field in ("value", "sd")))


def _together(some: list[Estimate]) -> Estimate:
    """Return what is known of a person who may belong to any of some groups alike."""
    value = float(np.mean([one.value for one in some]))
    return Estimate(value, float(np.sqrt(np.mean([one.sd**2 + (one.value - value) ** 2 for one in some]))))
