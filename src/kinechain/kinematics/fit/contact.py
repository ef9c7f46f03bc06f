"""Where do the feet rest? Found in the picture, planted anew after a step, and held only as firmly as feet are."""

from collections.abc import Sequence
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

    A foot rests while its slower end moves slower than `fit.rest_speed` leg lengths a second. Rests in the same place, to
    `fit.step_least`, are one planting if at most `fit.rest_gap` lies between them; a planting lasts at least `fit.rest_shortest`.
    """
    return tuple(planting for side in SIDES for planting in _plantings_of(side, paths, time_s, leg))


def _plantings_of(
    side: str, paths: dict[str, Float[np.ndarray, "time axis"]], time_s: Float[np.ndarray, " time"], leg: float
) -> list[Planting]:
    ends = [
        low_pass(paths[f"{side}_{point}"], time_s, constant("fit.rest_cutoff").value, np.inf) / leg
        for point in ("heel", "foot_index")
    ]
    speed = np.minimum(*(np.linalg.norm(np.gradient(end, time_s, axis=0), axis=1) for end in ends))
    step = float(np.median(np.diff(time_s)))
    resting = np.nan_to_num(speed) < constant("fit.rest_speed").value
    found: list[Planting] = []
    for start, stop in known_stretches(resting, time_s, step):
        rest = Planting(side, start, stop)
        if found and _same_place(found[-1], rest, ends, time_s):
            rest = Planting(side, found.pop().start, stop)
        found.append(rest)
    shortest = constant("fit.rest_shortest").value
    return [planting for planting in found if time_s[planting.stop - 1] - time_s[planting.start] >= shortest]


def _same_place(
    before: Planting, after: Planting, ends: list[Float[np.ndarray, "time axis"]], time_s: Float[np.ndarray, " time"]
) -> bool:
    """Tell whether a foot rests again where it rested just before: one of its ends has hardly moved."""
    if time_s[after.start] - time_s[before.stop - 1] > constant("fit.rest_gap").value:
        return False
    moved = [
        np.linalg.norm(np.nanmedian(end[after.start : after.stop], axis=0) - np.nanmedian(end[before.start : before.stop], axis=0))
        for end in ends
    ]
    return bool(min(moved) < constant("fit.step_least").value)


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


def contacts(samples: Samples, plantings: Sequence[Planting]) -> tuple[Contact, ...]:
    """Return both feet's contacts, left and right, as the plantings have them."""
    planted = np.full((samples.time_s.size, len(SIDES)), -1)
    for number, planting in enumerate(plantings):
        planted[planting.start : planting.stop, SIDES.index(planting.side)] = number
    share = samples.worth(constant("fit.contact_correlation").value)
    return tuple(Contact(samples, side, planted[:, number], share) for number, side in enumerate(SIDES))
