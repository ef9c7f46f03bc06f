"""What is believed of posture before any mark is seen? Each belief is a row with its reason, and worth few observations."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.mass import mass_at_points
from kinechain.body.skeleton import AT, LENGTHS, POINT_AT
from kinechain.core.types import SIDES
from kinechain.evidence import constant
from kinechain.kinematics.fit.state import COORDINATE_COUNT, Samples, State
from kinechain.kinematics.fit.terms import Slopes, columns_of

_FEET = tuple(POINT_AT[f"{side}_{point}"] for side in SIDES for point in ("heel", "foot_index"))


@dataclass(frozen=True)
class Belief:
    """A sum of coordinates, and the row that says what it is about; `only` -1 counts it where it is below, 1 where above."""

    row: str
    coordinates: Mapping[str, float]
    only: int = 0


def _of_each_leg(row: str, *names: tuple[str, float], only: int = 0) -> tuple[Belief, ...]:
    return tuple(
        Belief(row, {(f"{name}_{side[0]}" if name not in AT else name): share for name, share in names}, only) for side in SIDES
    )


_LEAN = {"pelvis_tilt": -1.0, "lumbar_extension": -1.0}


def _upright(how: str) -> tuple[Belief, ...]:
    return (
        *_of_each_leg(f"fit.{how}_knee", ("knee_angle", 1.0)),
        *_of_each_leg(f"fit.{how}_shank", ("pelvis_tilt", -1.0), ("hip_flexion", -1.0), ("knee_angle", 1.0)),
        Belief(f"fit.{how}_trunk", _LEAN),
    )


#: What quiet standing looks like, and the tallest posture of somebody who does not stand quietly.
STANDING, TALL = _upright("standing"), _upright("tall")


def _of_the_pelvis() -> Belief:
    """Return the belief that the pelvis takes its share of the trunk's lean: no mark tells, and something must."""
    share = constant("fit.pelvis_share").value
    return Belief("fit.pelvis_share_of_lean", {"pelvis_tilt": 1.0 - share, "lumbar_extension": -share})


#: What holds in every posture: how far joints go, and how far people turn what they need not turn.
ALWAYS: tuple[Belief, ...] = (
    _of_the_pelvis(),
    *_of_each_leg("fit.hip_rotation", ("hip_rotation", 1.0)),
    *_of_each_leg("fit.hip_adduction", ("hip_adduction", 1.0)),
    *_of_each_leg("fit.subtalar_angle", ("subtalar_angle", 1.0)),
    *_of_each_leg("fit.foot_rotation", ("foot_rotation", 1.0)),
    Belief("fit.pelvis_list", {"pelvis_list": 1.0}),
    Belief("fit.lumbar_bending", {"lumbar_bending": 1.0}),
    Belief("fit.lumbar_rotation", {"lumbar_rotation": 1.0}),
    *_of_each_leg("fit.least_knee", ("knee_angle", 1.0), only=-1),
    *_of_each_leg("fit.most_knee", ("knee_angle", 1.0), only=1),
    *_of_each_leg("fit.most_dorsiflexion", ("ankle_angle", 1.0), only=1),
    Belief("fit.least_lean", _LEAN, only=-1),
    Belief("fit.most_lean", _LEAN, only=1),
)


@dataclass(frozen=True, eq=False)
class Beliefs:
    """Beliefs about single coordinates and their sums, at all samples or, by `share` (time, belief), at some of them."""

    samples: Samples
    beliefs: tuple[Belief, ...]
    share: Float[np.ndarray, "time belief"]

    def cost(self, state: State) -> float:
        """Sum of squares."""
        return float((self._residual(state) ** 2).sum())

    def slopes(self, state: State) -> Slopes:
        """One residual a belief; nothing shared."""
        angles, scale = self._angles(state), self._scale
        counts = np.where(self._counts(angles), scale, 0.0)
        by_coordinate = counts[..., None] * self._design
        nothing = np.zeros((*counts.shape, 0))
        return Slopes(self._residual(state), by_coordinate, np.zeros(0, dtype=int), nothing)

    @property
    def _design(self) -> Float[np.ndarray, "belief coordinate"]:
        design = np.zeros((len(self.beliefs), COORDINATE_COUNT))
        for row, belief in enumerate(self.beliefs):
            for name, share in belief.coordinates.items():
                design[row, AT[name]] = share
        return design

    @property
    def _means(self) -> Float[np.ndarray, " belief"]:
        return np.deg2rad([constant(belief.row).value for belief in self.beliefs])

    @property
    def _scale(self) -> Float[np.ndarray, "time belief"]:
        return np.asarray(np.sqrt(self.share)) / np.deg2rad([constant(belief.row).sd for belief in self.beliefs])

    def _angles(self, state: State) -> Float[np.ndarray, "time belief"]:
        return np.asarray(state.at(self.samples).coordinates @ self._design.T - self._means)

    def _counts(self, angles: Float[np.ndarray, "time belief"]) -> Bool[np.ndarray, "time belief"]:
        only = np.array([belief.only for belief in self.beliefs])
        return np.asarray((only == 0) | (np.sign(angles) == only))

    def _residual(self, state: State) -> Float[np.ndarray, "time belief"]:
        angles = self._angles(state)
        return np.where(self._counts(angles), self._scale * angles, 0.0)


@dataclass(frozen=True, eq=False)
class Balance:
    """Whoever stands on both feet keeps the centre of mass over them. A stated assumption, never a measurement of anything."""

    samples: Samples
    share: Float[np.ndarray, " time"]

    def cost(self, state: State) -> float:
        """Sum of squares."""
        return float((self._residual(state) ** 2).sum())

    def slopes(self, state: State) -> Slopes:
        """Two residuals: centre of mass ahead of and beside the middle of the feet."""
        posture = state.at(self.samples)
        by_coordinate = np.einsum("p,tpij->tij", self._shares, posture.by_coordinate)
        by_length = np.einsum("p,tpij->tij", self._shares, posture.by_log_length)
        level = self._directions(state) * np.sqrt(self.share)[:, None, None]
        return Slopes(self._residual(state), level @ by_coordinate, columns_of(slice(0, len(LENGTHS))), level @ by_length)

    @property
    def _shares(self) -> Float[np.ndarray, " point"]:
        shares = mass_at_points().copy()
        shares[list(_FEET)] -= 1.0 / len(_FEET)
        return shares

    def _directions(self, state: State) -> Float[np.ndarray, "time 2 3"]:
        """Return forward and right of the pelvis, each over the spread along it; their turning is not followed."""
        turn = state.at(self.samples).coordinates[:, AT["pelvis_rotation"]]
        cosine, sine, nothing = np.cos(turn), np.sin(turn), np.zeros_like(turn)
        forward = np.column_stack([cosine, nothing, -sine]) / constant("fit.balance_forward").sd
        right = np.column_stack([sine, nothing, cosine]) / constant("fit.balance_aside").sd
        return np.stack([forward, right], axis=1)

    def _residual(self, state: State) -> Float[np.ndarray, "time 2"]:
        beside = np.einsum("p,tpi->ti", self._shares, state.at(self.samples).laid.points)
        return np.asarray((self._directions(state) @ beside[..., None])[..., 0] * np.sqrt(self.share)[:, None])
