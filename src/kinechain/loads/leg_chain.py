"""What does one leg's every muscle do, and what do its kneecap and knee bear? From moments on, for the best estimate and any draw.

A row is one frame of one draw. A moment that no film can tell is not taken at its word: as much reserve as it is unsure costs as
much as a muscle's full activation, so that muscles are not made to work for what may not be there.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kinechain.body.model import BodyModel
from kinechain.body.pulls import Pulls
from kinechain.body.strength import Strength
from kinechain.core.types import SIDES, Loads
from kinechain.evidence import constant
from kinechain.loads.joint_moments import Borne
from kinechain.loads.motion import Moving
from kinechain.loads.patellofemoral import compute_contact_area, compute_stress
from kinechain.loads.peaks import adds_up
from kinechain.loads.static_optimization import RESERVE_NM, Leg, Muscles, solve_leg
from kinechain.loads.uncertainty import Unknowns

#: Rows that are solved at once, over several draws.
_BATCH = 16384

Rows = Int[np.ndarray, "draw frame"]
PerFrame = Float[np.ndarray, "draw frame"]
PerMuscle = Float[np.ndarray, "muscle draw frame"]


@dataclass(frozen=True)
class StrongBody:
    """A person's model with their `strength` (None: the model's own), their `sex` where it is known, and their weight (N)."""

    model: BodyModel
    strength: Strength | None
    sex: str | None
    weight_n: float

    @property
    def pulls(self) -> Pulls:
        """How its muscles pull on kneecap and shin."""
        if self.model.pulls is None:
            raise ValueError("Expected a model with kneecaps, got one without. Ask `has_kneecaps` first.")
        return self.model.pulls


def has_kneecaps(model: BodyModel) -> bool:
    """Whether a model tells what kneecaps bear: it has them, and legs whose six moments are balanced."""
    return model.pulls is not None and all(f"{name}_{side[0]}" in model.tree.at for name in Loads.LOADED for side in SIDES)


class Worked(NamedTuple):
    """One leg in rows: what muscles do, and what kneecap (N, Pa) and knee (N) bear."""

    activation: PerMuscle
    force: PerMuscle
    reserve: Float[np.ndarray, "balanced draw frame"]
    demand: PerFrame
    kneecap: PerFrame
    stress: PerFrame
    knee: PerFrame


@dataclass(frozen=True)
class LegChain:
    """One leg's way from moments to what kneecap and knee bear, over rows of a motion."""

    leg: Leg
    body: StrongBody
    moving: Moving
    borne: Borne

    def flexion(self, rows: Int[np.ndarray, "*frames"]) -> Float[np.ndarray, "*frames"]:
        """Return how far the knee is bent (rad)."""
        return np.asarray(self.moving.coordinates[rows, self.moving.tree.at[f"knee_angle_{self.leg.side[0]}"]])

    def allowance(self, rows: Rows) -> Float[np.ndarray, "balanced draw frame"]:
        """Return how much reserve (Nm) costs as much as a muscle: what is not known of a moment that is hidden, as it may be so."""
        side, spread = SIDES.index(self.leg.side), np.nan_to_num(self.borne.moment_sd)
        hidden = self.borne.hidden[rows][..., side, :]
        allowed = np.where(hidden, np.maximum(spread[rows][..., side, :], RESERVE_NM), RESERVE_NM)
        return np.moveaxis(allowed, -1, 0)

    def drawn(self, rows: Rows, unknowns: Unknowns, start: Float[np.ndarray, "balanced 1 frame"]) -> Worked:
        """Return every draw, some of them at a time."""
        at_once = max(1, _BATCH // rows.shape[1])
        parts = []
        for first in range(0, rows.shape[0], at_once):
            some = slice(first, first + at_once)
            parts.append(self.worked(rows[some], unknowns.some(some), start=start))
        return Worked(*(np.concatenate(values, axis=-2) for values in zip(*parts, strict=True)))

    def worked(
        self,
        rows: Rows,
        unknowns: Unknowns,
        start: Float[np.ndarray, "balanced 1 frame"] | None = None,
        passive: bool = False,
    ) -> Worked:
        """Return what muscles do and what is borne in rows, a draw each; NaN where the model does not hold."""
        leg, side = self.leg, SIDES.index(self.leg.side)
        flexion = self.flexion(rows)
        doubts = unknowns.doubts(leg, self.body.strength, flexion)
        moments = self.borne.moment[rows][..., side, :] + np.einsum(
            "df...,df->d...", np.moveaxis(self.borne.changes[rows][..., side, :], 2, 1), unknowns.ground[..., side]
        )
        moments = np.moveaxis(moments, -1, 0).reshape(len(leg.balanced), -1)
        flat = rows.ravel()
        at = {name: self.moving.tree.at[name] for name in leg.coordinates}
        values, rates = self.moving.coordinates[flat], self.moving.rates[flat]
        kept = np.isfinite(moments).all(axis=0) & self._within(values, at)
        angles, speeds = ({name: table[kept, column] for name, column in at.items()} for table in (values, rates))
        near = None if start is None else np.broadcast_to(start, (start.shape[0], *rows.shape)).reshape(start.shape[0], -1)[:, kept]
        muscles = solve_leg(
            leg,
            angles,
            speeds,
            moments[:, kept],
            doubts.at(kept),
            allowance=self.allowance(rows).reshape(len(leg.balanced), -1)[:, kept],
            start=near,
            passive=passive,
        )
        kneecap, knee = self._borne(values[kept], muscles, self._shin_force(rows, unknowns)[kept])

        def spread(found: np.ndarray) -> np.ndarray:
            whole = np.full((*found.shape[:-1], kept.size), np.nan)
            whole[..., kept] = found
            return whole.reshape(*found.shape[:-1], *rows.shape)

        area = compute_contact_area(flexion, self.body.sex)
        resting = area.area * np.exp(unknowns.area[:, None] * area.relative_sd)
        force = spread(kneecap)
        return Worked(
            spread(muscles.activation),
            spread(muscles.force),
            spread(muscles.reserve),
            spread(muscles.demand),
            force,
            compute_stress(force, resting),
            spread(knee),
        )

    def explained(self, best: Worked, rows: Int[np.ndarray, " frame"], loads: Loads) -> Bool[np.ndarray, " frame"]:
        """Return in which frames muscles that are not spent make all of the moments that are known, and little is left over."""
        spent = (best.activation[:, 0] >= constant("muscle.spent_from").value).any(axis=0)
        side = SIDES.index(self.leg.side)
        known = ~self.borne.hidden[rows, side]
        moments = np.where(known, np.abs(self.borne.moment[rows, side]), 0.0)
        peaks = np.maximum(np.nan_to_num(moments).max(axis=0), constant("explained.least_moment").value)
        lacking = (np.abs(best.reserve[:, 0].T) > constant("explained.reserve_share").value * peaks) & known
        fine = ~spent & ~lacking.any(axis=1) & adds_up(loads)
        return np.asarray(fine & np.isfinite(best.demand[0]))

    def _within(self, values: Float[np.ndarray, "row coordinate"], at: Mapping[str, int]) -> Bool[np.ndarray, " row"]:
        ranges = self.leg.geometry.ranges
        low, high = np.array([ranges[name] for name in at]).T
        own = values[:, list(at.values())]
        return np.asarray(((own >= low) & (own <= high)).all(axis=1))

    def _shin_force(self, rows: Rows, unknowns: Unknowns) -> Float[np.ndarray, "row 3"]:
        side = SIDES.index(self.leg.side)
        changed = np.einsum("dfus,du->dfs", self.borne.shin_changes[rows][..., side, :], unknowns.ground[..., side])
        return np.asarray((self.borne.shin_force[rows][..., side, :] + changed).reshape(-1, 3))

    def _borne(
        self, values: Float[np.ndarray, "row coordinate"], muscles: Muscles, shin_force: Float[np.ndarray, "row 3"]
    ) -> tuple[Float[np.ndarray, " row"], Float[np.ndarray, " row"]]:
        """Return the force (N) between kneecap and thigh, and between shin and thigh."""
        tensions = dict(zip(self.leg.names, muscles.force, strict=True))
        kneecap, shin = self.body.pulls.forces(values, self.moving.tree.coordinates, self.leg.side, tensions)
        return np.linalg.norm(kneecap, axis=0), np.linalg.norm(shin_force.T - shin, axis=0)
