"""What does all that is known or believed say of the unknowns? Each term answers with weighted residuals and their slopes."""

from dataclasses import dataclass
from typing import Protocol, runtime_checkable

import numpy as np
from jaxtyping import Float, Int

from kinechain.kinematics.fit.state import Samples, State

Residual = Float[np.ndarray, "time residual"]


@dataclass(frozen=True)
class Slopes:
    """A term's residuals at its samples, each over its standard deviation, and how they move.

    `by_coordinate` (time, residual, 23) with the coordinates of the same time, `by_shared` (time, residual, column) with the shared
    unknowns whose places are `columns`. Where residuals come in equally large groups, one after the other, that have shared
    unknowns of their own, `by_own` (time, residual, own) are the slopes with those at `own_columns` (group, own). Robust weights
    are already in all of them.
    """

    residual: Residual
    by_coordinate: Float[np.ndarray, "time residual coordinate"]
    columns: Int[np.ndarray, " column"]
    by_shared: Float[np.ndarray, "time residual column"]
    own_columns: Int[np.ndarray, "group own"] | None = None
    by_own: Float[np.ndarray, "time residual own"] | None = None


@runtime_checkable
class Term(Protocol):
    """One piece of evidence or belief. `cost` is twice its negative log likelihood; `slopes` its Gauss-Newton model at a state."""

    @property
    def samples(self) -> Samples:
        """When it speaks."""

    def cost(self, state: State) -> float:
        """Return twice the negative log likelihood, up to a constant."""

    def slopes(self, state: State) -> Slopes:
        """Return residuals and slopes at a state."""


def columns_of(*places: slice) -> Int[np.ndarray, " column"]:
    """Return the columns that slices cover, one after the other."""
    return np.concatenate([np.arange(place.start, place.stop) for place in places])


def cauchy_cost(squared: Float[np.ndarray, "*any"], width: float | Float[np.ndarray, " last"]) -> Float[np.ndarray, "*any"]:
    """Return Cauchy's cost of squared residuals (over their variance), which grows slowly beyond `width` deviations."""
    return np.asarray(width**2 * np.log1p(squared / width**2))


def cauchy_weight(squared: Float[np.ndarray, "*any"], width: float | Float[np.ndarray, " last"]) -> Float[np.ndarray, "*any"]:
    """Return the weights that make least squares follow `cauchy_cost`."""
    return np.asarray(1.0 / (1.0 + squared / width**2))
