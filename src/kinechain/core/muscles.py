"""What is a muscle, as a model of the body states it? Strength, fibres, tendon and the points its line passes through."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


class PathPoint(NamedTuple):
    """A point of a muscle's line: on which segment, and where in that segment's own axes (m)."""

    segment: str
    location_m: tuple[float, float, float]


class Bones(NamedTuple):
    """Segments that muscles pull on as on one rigid body, and the segment in whose axes the pull is told."""

    segments: frozenset[str]
    axes: str


@dataclass(frozen=True)
class Muscle:
    """One muscle-tendon unit under OpenSim's names.

    `path` runs from origin to insertion; a point that moves with a joint is given where it lies in the model's default pose.
    `crosses` are the coordinates its length depends on, in the model's order. `max_contraction_velocity` is in optimal fibre
    lengths a second, `min_activation` the least activation the model allows. `curves` are the parameters of its force curves, by
    OpenSim's names of curve and parameter (`ActiveForceLengthCurve`, `max_norm_active_fiber_length`), empty where there are none.
    """

    name: str
    max_isometric_force_n: float
    optimal_fibre_length_m: float
    tendon_slack_length_m: float
    pennation_rad: float
    max_contraction_velocity: float
    min_activation: float
    path: tuple[PathPoint, ...]
    crosses: tuple[str, ...]
    curves: Mapping[str, Mapping[str, float]]

    def __post_init__(self) -> None:
        lengths = (self.max_isometric_force_n, self.optimal_fibre_length_m, self.tendon_slack_length_m)
        if not all(value > 0.0 for value in lengths):
            raise ValueError(f"Expected a force and lengths above 0 of muscle {self.name}, got {lengths}. Mend the model.")
        if len(self.path) < 2:
            raise ValueError(f"Expected origin and insertion of muscle {self.name}, got {len(self.path)} points. Mend the model.")

    @property
    def origin(self) -> PathPoint:
        """Where it arises."""
        return self.path[0]

    @property
    def insertion(self) -> PathPoint:
        """Where it ends."""
        return self.path[-1]
