"""What do markers seen in space say? Each lies beside a point of the skeleton, at a place fixed to the segment that carries it.

A marker sits on skin: beside the joint's centre by a usual offset that differs from person to person, which the fit finds or leaves
open as it does those of a film's marks. What is left is skin that slides, slow and far larger than the cameras' noise.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.evidence import constant
from kinechain.kinematics.fit.state import POINT_COUNT, Samples, State
from kinechain.kinematics.fit.terms import Slopes, cauchy_cost, cauchy_weight, columns_of

#: Sizes of the shared unknowns: where each marker sits beside its point, forward, up and to the right in its segment's axes (m).
PLACES_UNKNOWNS: dict[str, int] = {"marker_offsets": 3 * POINT_COUNT}


@dataclass(frozen=True, eq=False)
class MarkerPlaces:
    """Markers as evidence, one a point of the skeleton.

    `places` (time, point, 3) m in the world, NaN where missing; `spread_m` (point) of a single marker about its place; `share`:
    what one frame's markers are worth of independent ones. The shared unknowns are called `marker_offsets`.
    """

    samples: Samples
    places: Float[np.ndarray, "time point 3"]
    spread_m: Float[np.ndarray, " point"]
    share: float

    def cost(self, state: State) -> float:
        """Cauchy's cost of the distances between markers and where the state would have them."""
        squared = (self._misfit(state) ** 2).sum(axis=2)
        return float(self.share * cauchy_cost(squared, constant("fit.mark_tail").value).sum())

    def slopes(self, state: State) -> Slopes:
        """Three residuals a marker, along the world's axes; slopes with lengths and offsets."""
        posture, misfit = state.at(self.samples), self._misfit(state)
        weight = np.sqrt(self.share * cauchy_weight((misfit**2).sum(axis=2), constant("fit.mark_tail").value))
        scale = np.where(self.known, weight / self.spread_m, 0.0)[..., None, None]
        rows = (len(self.places), 3 * POINT_COUNT)
        return Slopes(
            (misfit * weight[..., None]).reshape(rows),
            (posture.laid.by_coordinate(self.expected(state)) * scale).reshape(*rows, -1),
            columns_of(state.layout["lengths"]),
            (posture.by_log_length * scale).reshape(*rows, -1),
            columns_of(state.layout["marker_offsets"]).reshape(POINT_COUNT, 3),
            (posture.laid.carriers * scale).reshape(*rows, -1),
        )

    @property
    def known(self) -> Bool[np.ndarray, "time point"]:
        """Where there is a marker."""
        return np.asarray(np.isfinite(self.places).all(axis=2))

    def expected(self, state: State) -> Float[np.ndarray, "time point 3"]:
        """Return where the state would have the markers (m)."""
        laid = state.at(self.samples).laid
        offset = state.shared[state.layout["marker_offsets"]].reshape(POINT_COUNT, 3)
        return np.asarray(laid.points + (laid.carriers @ offset[..., None])[..., 0])

    def distances_m(self, state: State) -> Float[np.ndarray, "time point"]:
        """Return how far each marker is from where the state would have it (m); NaN where it is missing."""
        return np.asarray(np.linalg.norm(self.expected(state) - self.places, axis=2))

    def _misfit(self, state: State) -> Float[np.ndarray, "time point 3"]:
        beside = (self.expected(state) - self.places) / self.spread_m[:, None]
        return np.where(self.known[..., None], beside, 0.0)
