"""With which arm does a muscle pull as one joint bends and all others stand still? Curves for people to look at."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import without_side
from kinechain.body.signs import MOMENTS, POSTURE, Sign

Points = Float[np.ndarray, " point"]


@dataclass(frozen=True)
class ArmCurve:
    """A muscle's moment arm (m, OpenSim's sign) about a coordinate at its values (rad), everything else as the model stands.

    NaN where the model does not hold.
    """

    muscle: str
    coordinate: str
    values: Points
    arms: Points

    @property
    def direction(self) -> Sign | None:
        """The row of the table of signs in whose direction the muscle pulls for most of the way, None where the table has none."""
        rows = MOMENTS if np.nansum(self.arms) < 0.0 else POSTURE
        name = without_side(self.coordinate)
        return next((row for row in rows if row.coordinate == name), None)

    @property
    def pulled(self) -> Points:
        """The arms counted in `direction`, or in OpenSim's where there is none."""
        return np.asarray(self.arms if self.direction is None else self.direction.factor * self.arms)


def posture_at_rest(model: BodyModel) -> Float[np.ndarray, " coordinate"]:
    """Return the model's coordinates at rest, in its tree's order, each at least at the edge of what its muscles allow."""
    limits = model.geometry.ranges
    rest = [float(np.clip(model.rest[name], *limits.get(name, (-np.inf, np.inf)))) for name in model.tree.coordinates]
    return np.array(rest)


def arm_curves(model: BodyModel, muscles: Sequence[str], coordinate: str, values: Points) -> tuple[ArmCurve, ...]:
    """Return the curve of each muscle about a coordinate at its values (rad)."""
    names = model.tree.coordinates
    postures = np.tile(posture_at_rest(model), (values.size, 1))
    postures[:, model.tree.at[coordinate]] = values
    arms = model.geometry.moment_arms(model.tree.with_followers(postures), names)[:, :, model.tree.at[coordinate]]
    at = [model.geometry.muscles.index(muscle) for muscle in muscles]
    return tuple(ArmCurve(muscle, coordinate, values, arms[:, column]) for muscle, column in zip(muscles, at, strict=True))


def working_range(model: BodyModel, coordinate: str, step_deg: int = 1) -> Points:
    """Return values (rad) of a coordinate over its working range, at the multiples of some degrees."""
    low, high = model.geometry.ranges[coordinate]
    first, last = np.rad2deg([low, high]) / step_deg
    # A range may end a hair before the whole degree that is meant.
    degrees = step_deg * np.arange(np.ceil(first - 1e-3), np.floor(last + 1e-3) + 1.0)
    return np.asarray(np.clip(np.deg2rad(degrees), low, high))
