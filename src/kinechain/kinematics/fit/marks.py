"""What do one camera's marks say? Each lies beside where the pinhole camera sees a point of the skeleton, and not by chance.

The network marks other places than joint centres, by 2 to 5 % of leg length, nearly always the same way on the same person. So each
mark has an offset fixed to its segment, part constant and part growing with the depth of the squat, which the fit finds or leaves
open; without it segment lengths and focal length would absorb it. What is left is slow too: a film of thirty frames a second holds
far fewer than thirty independent marks a second.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.skeleton import POINT_AT
from kinechain.evidence import constant
from kinechain.kinematics.fit.camera import UNKNOWNS, Phone
from kinechain.kinematics.fit.state import POINT_COUNT, Posture, Samples, State
from kinechain.kinematics.fit.terms import Slopes, cauchy_cost, cauchy_weight, columns_of

#: Unknown offsets of all marks: forward, up and to the right in the axes of their segments.
OFFSETS = 3 * POINT_COUNT

_AXES = ("forward", "up", "outward")


def usual_offsets() -> Float[np.ndarray, "point 3"]:
    """Return where the network usually marks the points (leg lengths; forward, up, right), by the rows `mark.*`."""
    offsets = np.zeros((POINT_COUNT, 3))
    for name, number in POINT_AT.items():
        side, point = name.split("_", 1)
        offsets[number] = [constant(f"mark.{point}_{axis}").value for axis in _AXES]
        offsets[number, 2] *= 1.0 if side == "right" else -1.0
    return offsets


@dataclass(frozen=True, eq=False)
class Marks:
    """One camera's marks as evidence.

    `pixels` (time, point, 2), NaN where missing; `spread_px` (time, point) of a single mark; `share`: what one frame's marks are
    worth of an independent one; `depth` (time) 0 standing to 1 deepest; `leg_m` the leg length that offsets are shares of;
    `phone` and `offsets` name the shared unknowns.
    """

    samples: Samples
    pixels: Float[np.ndarray, "time point 2"]
    spread_px: Float[np.ndarray, "time point"]
    share: float
    depth: Float[np.ndarray, " time"]
    leg_m: float
    middle: tuple[float, float]
    phone: str = "phone"
    offsets: str = "offsets"

    def camera(self, state: State) -> Phone:
        """Return the camera of a state."""
        return Phone(state.shared[state.layout[self.phone]], self.middle)

    def cost(self, state: State) -> float:
        """Cauchy's cost of the distances between marks and what the camera would see."""
        squared = (self._misfit(state) ** 2).sum(axis=2)
        return float(self.share * cauchy_cost(squared, constant("fit.mark_tail").value).sum())

    def slopes(self, state: State) -> Slopes:
        """Residuals over across and down in the picture, point by point; slopes with lengths, camera and offsets."""
        posture, phone = state.at(self.samples), self.camera(state)
        places = self._places(state, posture)
        misfit = self._misfit(state)
        weight = cauchy_weight((misfit**2).sum(axis=2), constant("fit.mark_tail").value)
        scale = np.where(self.known, np.sqrt(self.share * weight) / self.spread_px, 0.0)[..., None, None]
        by_place = phone.by_place(places) * scale
        by_offset = by_place @ posture.laid.carriers * self.leg_m
        rows = (places.shape[0], 2 * POINT_COUNT)
        layout = state.layout
        return Slopes(
            (misfit * np.sqrt(self.share * weight)[..., None]).reshape(rows),
            (by_place @ posture.laid.by_coordinate(places)).reshape(*rows, -1),
            columns_of(layout["lengths"], layout[self.phone]),
            np.concatenate([by_place @ posture.by_log_length, phone.by_unknowns(places) * scale], axis=3).reshape(*rows, -1),
            np.swapaxes(columns_of(layout[self.offsets]).reshape(2, POINT_COUNT, 3), 0, 1).reshape(POINT_COUNT, -1),
            np.concatenate([by_offset, by_offset * self.depth[:, None, None, None]], axis=3).reshape(*rows, -1),
        )

    def distances(self, state: State) -> Float[np.ndarray, "time point"]:
        """Return how far each mark is from where the state would have it, over its spread; NaN where it is missing."""
        return np.where(self.known, np.sqrt((self._misfit(state) ** 2).sum(axis=2)), np.nan)

    @property
    def known(self) -> Bool[np.ndarray, "time point"]:
        """Where there is a mark."""
        return np.asarray(np.isfinite(self.pixels).all(axis=2))

    def expected(self, state: State) -> Float[np.ndarray, "time point 2"]:
        """Return where the state would have the marks (px)."""
        return self.camera(state).project(self._places(state, state.at(self.samples)))

    def _places(self, state: State, posture: Posture) -> Float[np.ndarray, "time point 3"]:
        constant_part, with_depth = state.shared[state.layout[self.offsets]].reshape(2, POINT_COUNT, 3) * self.leg_m
        offset = constant_part + self.depth[:, None, None] * with_depth
        return np.asarray(posture.laid.points + (posture.laid.carriers @ offset[..., None])[..., 0])

    def _misfit(self, state: State) -> Float[np.ndarray, "time point 2"]:
        beside = (self.expected(state) - self.pixels) / self.spread_px[..., None]
        return np.where(self.known[..., None], beside, 0.0)


#: Sizes of the shared unknowns of one camera's marks: the camera, and the offsets (constant, then with depth).
MARKS_UNKNOWNS: dict[str, int] = {"phone": len(UNKNOWNS), "offsets": 2 * OFFSETS}
