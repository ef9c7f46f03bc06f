"""How is a smooth curve written in few numbers? Cubic B-splines on an even grid, whatever the times of the samples."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

#: Control points that a cubic spline's value at one time hangs on.
SPAN = 4

Control = Float[np.ndarray, "control *more"]
Values = Float[np.ndarray, "time *more"]


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

    def weights(self, at: Float[np.ndarray, " time"]) -> tuple[Int[np.ndarray, " time"], Float[np.ndarray, "time 4"]]:
        """Return for each time the first control point that counts, and the weights of it and the next three (together 1)."""
        place = (at - self.start) / self.step
        first = np.clip(np.floor(place).astype(int), 0, self.count - SPAN)
        u = place - first
        weights = np.stack([(1.0 - u) ** 3, 3.0 * u**3 - 6.0 * u**2 + 4.0, -3.0 * u**3 + 3.0 * u**2 + 3.0 * u + 1.0, u**3], axis=1)
        return first, weights / 6.0

    def values(self, control: Control, at: Float[np.ndarray, " time"]) -> Values:
        """Return the spline's values at the times `at`."""
        first, weights = self.weights(at)
        return np.asarray(np.einsum("ti,ti...->t...", weights, control[first[:, None] + np.arange(SPAN)]))

    def fitted(self, values: Float[np.ndarray, "time column"], at: Float[np.ndarray, " time"]) -> Control:
        """Return the control points of the smoothest spline near `values`; times without values (NaN) are bridged.

        Penalised least squares on third differences (Eilers & Marx 1996, eq. 7, of order 3).
        """
        from scipy.linalg import solveh_banded  # imported here: it costs a second or more

        first, weights = self.weights(at)
        rows = np.repeat(np.arange(at.size), SPAN)
        design = np.zeros((at.size, self.count))
        design[rows, (first[:, None] + np.arange(SPAN)).ravel()] = weights.ravel()
        rough = np.diff(np.eye(self.count), 3, axis=0)
        control = np.empty((self.count, values.shape[1]))
        for column, curve in enumerate(values.T):
            known = np.isfinite(curve)
            normal = design[known].T @ design[known] + 0.1 * rough.T @ rough + 1e-9 * np.eye(self.count)
            bands = np.zeros((SPAN, self.count))
            for offset in range(SPAN):
                bands[offset, : self.count - offset] = np.diagonal(normal, -offset)
            control[:, column] = solveh_banded(bands, design[known].T @ curve[known], lower=True)
        return control
