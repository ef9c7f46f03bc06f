"""Where do the feet rest? Found in the picture, planted anew after a step, and held only as firmly as feet are."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinechain.body.skeleton import FOOT_HEIGHTS, LENGTHS, POINT_AT
from kinechain.core.types import SIDES
from kinechain.evidence import constant
from kinechain.kinematics.fit.state import Samples, State
from kinechain.kinematics.fit.terms import Slopes, cauchy_cost, cauchy_weight, columns_of
from kinechain.maths.filters import known_stretches, low_pass

#: Unknowns of one planting: heel and toes on the floor's plane (x, z each), and how high the floor is there (m).
UNKNOWNS_A_PLANTING = 5

#: For heel then toes: the point's axis (x, z, y) and the planting's unknown it is compared with.
_ROWS = (("heel", 0, 0), ("heel", 2, 1), ("heel", 1, 4), ("foot_index", 0, 2), ("foot_index", 2, 3), ("foot_index", 1, 4))


@dataclass(frozen=True)
class Planting:
    """One foot resting in one place for the frames `[start, stop)`."""

    side: str
    start: int
    stop: int


def find_plantings(
    paths: dict[str, Float[np.ndarray, "time axis"]], time_s: Float[np.ndarray, " time"], leg: float
) -> tuple[Planting, ...]:
    """Return where each foot rests, from the paths of both heels and foot tips in any plane or space; `leg` in the same unit.

    A foot rests while its slower end moves slower than `fit.rest_speed` leg lengths a second, for at least `fit.rest_shortest`.
    """
    found = []
    for side in SIDES:
        speeds = []
        for point in ("heel", "foot_index"):
            smooth = low_pass(paths[f"{side}_{point}"], time_s, constant("fit.rest_cutoff").value, np.inf)
            speeds.append(np.linalg.norm(np.gradient(smooth, time_s, axis=0), axis=1) / leg)
        speed = np.nan_to_num(np.minimum(*speeds))
        for start, stop in known_stretches(speed < constant("fit.rest_speed").value, time_s, constant("fit.rest_gap").value):
            if time_s[stop - 1] - time_s[start] >= constant("fit.rest_shortest").value:
                found.append(Planting(side, start, stop))
    return tuple(found)


def _tails() -> Float[np.ndarray, " row"]:
    """Return for each residual of a foot beyond how many spreads it is let go: heels lift in many a squat, toes do not."""
    heel, toes = constant("fit.heel_tail").value, constant("fit.toes_tail").value
    return np.array([heel if point == "heel" else toes for point, _, _ in _ROWS])


@dataclass(frozen=True, eq=False)
class Contact:
    """Feet that rest keep heel and toes where they are, flat on the floor; what lifts or slides is let go by Cauchy's weights.

    `planted` (time): which planting the foot of `side` is in, -1 for none. The shared unknowns are called `plantings`.
    """

    samples: Samples
    side: str
    planted: Int[np.ndarray, " time"]
    share: float

    def cost(self, state: State) -> float:
        """Cauchy's cost of heel and toes beside their places."""
        return float(self.share * cauchy_cost(self._misfit(state) ** 2, _tails()).sum())

    def slopes(self, state: State) -> Slopes:
        """Six residuals a frame: heel and toes along x, z and y."""
        posture, misfit = state.at(self.samples), self._misfit(state)
        weight = cauchy_weight(misfit**2, _tails())
        scale = np.sqrt(self.share * weight) / constant("fit.contact").sd * self._rests[:, None]
        points, axes = [POINT_AT[f"{self.side}_{point}"] for point, _, _ in _ROWS], [axis for _, axis, _ in _ROWS]
        columns = columns_of(state.layout["lengths"], state.layout["plantings"])
        by_shared = np.zeros((*misfit.shape, columns.size))
        by_shared[..., : len(LENGTHS)] = posture.by_log_length[:, points, axes]
        for row, (point, axis, unknown) in enumerate(_ROWS):
            if axis == 1:
                by_shared[:, row, LENGTHS.index("ankle")] -= FOOT_HEIGHTS[point] * posture.lengths[LENGTHS.index("ankle")]
            frames = np.flatnonzero(self._rests)
            by_shared[frames, row, len(LENGTHS) + UNKNOWNS_A_PLANTING * self.planted[frames] + unknown] -= 1.0
        return Slopes(
            misfit * np.sqrt(self.share * weight),
            posture.by_coordinate[:, points, axes] * scale[..., None],
            columns,
            by_shared * scale[..., None],
        )

    @property
    def _rests(self) -> np.ndarray:
        return self.planted >= 0

    def _misfit(self, state: State) -> Float[np.ndarray, "time 6"]:
        posture = state.at(self.samples)
        places = state.shared[state.layout["plantings"]].reshape(-1, UNKNOWNS_A_PLANTING)[np.maximum(self.planted, 0)]
        ankle = posture.lengths[LENGTHS.index("ankle")]
        beside = [
            posture.laid.points[:, POINT_AT[f"{self.side}_{point}"], axis]
            - places[:, unknown]
            - (FOOT_HEIGHTS[point] * ankle if axis == 1 else 0.0)
            for point, axis, unknown in _ROWS
        ]
        return np.where(self._rests[:, None], np.column_stack(beside) / constant("fit.contact").sd, 0.0)
