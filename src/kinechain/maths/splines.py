"""How is a smooth curve written in few numbers? Cubic B-splines on an even grid, whatever the times of the samples."""

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from jaxtyping import Float, Int

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

#: Control points that a cubic spline's value at one time hangs on.
SPAN = 4

Control = Float[np.ndarray, "control *more"]
Values = Float[np.ndarray, "time *more"]


@dataclass(frozen=True)
class SplineWeights:
    """What the control points of a spline weigh at some times: the `first` that counts, and `each` of it and the next three."""

    first: Int[np.ndarray, " time"]
    each: Float[np.ndarray, "time 4"]
    count: int

    def values(self, control: Control) -> Values:
        """Return the spline's values."""
        return np.asarray(np.einsum("ti,ti...->t...", self.each, control[self.first[:, None] + np.arange(SPAN)]))

    def collected(self, values: Values) -> Control:
        """Return for each control point the sum over times of its weight times the values: the transpose of `values`."""
        return _times(self._single, values).reshape(self.count, *values.shape[1:])

    def paired(self, values: Values) -> Float[np.ndarray, "control reach *more"]:
        """Return at [k, d] the sum over times of the weights of the control points k and k + d times the values."""
        return _times(self._pairs, values).reshape(self.count, SPAN, *values.shape[1:])

    @cached_property
    def _single(self) -> "csr_matrix":
        rows = self.first[:, None] + np.arange(SPAN)
        return _sparse(rows, self.each, self.count)

    @cached_property
    def _pairs(self) -> "csr_matrix":
        low, high = np.triu_indices(SPAN)
        rows = (self.first[:, None] + low) * SPAN + high - low
        return _sparse(rows, self.each[:, low] * self.each[:, high], self.count * SPAN)


@dataclass(frozen=True)
class EvenSpline:
    """Cubic B-splines with knots every `step` from `start` on; `count` control points.

    It is defined from `start` to `start + (count - 3) * step`; control point k weighs most at `start + (k - 1) * step`.
    """

    start: float
    step: float
    count: int

    @classmethod
    def over(cls, first: float, last: float, step: float) -> "EvenSpline":
        """Return the spline that covers `first` to `last` with knots about every `step`, at most that far apart."""
        intervals = max(1, int(np.ceil((last - first) / step - 1e-9)))
        return cls(first, (last - first) / intervals if last > first else step, intervals + 3)

    @property
    def middles(self) -> Float[np.ndarray, " control"]:
        """Return where each control point has its greatest weight."""
        return np.asarray(self.start + (np.arange(self.count) - 1.0) * self.step)

    def weights(self, at: Float[np.ndarray, " time"]) -> SplineWeights:
        """Return what the control points weigh at these times; the weights of one time are together 1."""
        place = (at - self.start) / self.step
        first = np.clip(np.floor(place).astype(int), 0, self.count - SPAN)
        u = place - first
        weights = np.stack([(1.0 - u) ** 3, 3.0 * u**3 - 6.0 * u**2 + 4.0, -3.0 * u**3 + 3.0 * u**2 + 3.0 * u + 1.0, u**3], axis=1)
        return SplineWeights(first, weights / 6.0, self.count)

    def fitted(self, values: Float[np.ndarray, "time column"], at: Float[np.ndarray, " time"]) -> Control:
        """Return the control points of the smoothest spline near `values`; times without values (NaN) are bridged.

        Penalised least squares on third differences (Eilers & Marx 1996, eq. 7, of order 3).
        """
        from scipy.linalg import solveh_banded  # imported here: it costs a second or more

        weights = self.weights(at)
        control = np.empty((self.count, values.shape[1]))
        known = np.isfinite(values)
        for pattern in np.unique(known, axis=1).T:
            alike = np.flatnonzero((known == pattern[:, None]).all(axis=0))
            bands = weights.paired(pattern.astype(float)).T + 0.1 * _third_difference_bands(self.count)
            bands[0] += 1e-9
            right = weights.collected(np.where(pattern[:, None], values[:, alike], 0.0))
            control[:, alike] = solveh_banded(bands, right, lower=True)
        return control


def _third_difference_bands(count: int) -> Float[np.ndarray, "4 control"]:
    """Return diagonal and lower bands of D'D, D the third differences, each as long as the diagonal."""
    bands = np.zeros((SPAN, count))
    for first, one in enumerate(_THIRD):
        for distance, other in enumerate(_THIRD[first:]):
            bands[distance, first : first + count - 3] += one * other
    return bands


#: Shares of four neighbours in a third difference.
_THIRD = (-1.0, 3.0, -3.0, 1.0)


def _sparse(rows: Int[np.ndarray, "time entry"], entries: Float[np.ndarray, "time entry"], count: int) -> "csr_matrix":
    """Return the matrix with the entries of each time in its column."""
    from scipy.sparse import csr_matrix  # imported here: it costs a second or more

    columns = np.repeat(np.arange(rows.shape[0]), rows.shape[1])
    return csr_matrix((entries.ravel(), (rows.ravel(), columns)), shape=(count, rows.shape[0]))


def _times(matrix: "csr_matrix", values: Values) -> Float[np.ndarray, "row column"]:
    return np.asarray(matrix @ values.reshape(values.shape[0], int(np.prod(values.shape[1:]))))
