"""How is a given function of one variable kept, with its slope and bend? As pieces of polynomials, exact where it is one."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

Values = Float[np.ndarray, " time"]


class Jet(NamedTuple):
    """A function's value, first and second derivative at some places."""

    value: Values
    slope: Values
    bend: Values


@dataclass(frozen=True)
class Curve:
    """Polynomials side by side: piece k holds from `starts[k]` on (the first also before), in powers of x - `origins[k]`, rising.

    >>> float(Curve.polynomial([1.0, 2.0]).at(np.array([3.0])).value[0])
    7.0
    """

    starts: Float[np.ndarray, " piece"]
    origins: Float[np.ndarray, " piece"]
    coefficients: Float[np.ndarray, "piece power"]

    @classmethod
    def polynomial(cls, rising: "list[float] | Float[np.ndarray, ' power']") -> "Curve":
        """Return one polynomial by its coefficients, the constant first."""
        return cls(np.zeros(1), np.zeros(1), np.atleast_2d(np.asarray(rising, dtype=float)))

    @classmethod
    def cubics(
        cls, knots: Float[np.ndarray, " knot"], values: Float[np.ndarray, " knot"], slopes: Float[np.ndarray, " knot"]
    ) -> "Curve":
        """Return the cubics with these values and slopes at the knots; before the first and after the last it is straight."""
        step, rise = np.diff(knots), np.diff(values)
        square = (3.0 * rise / step - 2.0 * slopes[:-1] - slopes[1:]) / step
        cube = (slopes[:-1] + slopes[1:] - 2.0 * rise / step) / step**2
        inner = np.column_stack([values[:-1], slopes[:-1], square, cube])
        first, last = (np.array([values[end], slopes[end], 0.0, 0.0]) for end in (0, -1))
        starts = np.concatenate([[-np.inf], knots])
        return cls(starts, np.concatenate([knots[:1], knots]), np.vstack([first, inner, last]))

    @property
    def is_identity(self) -> bool:
        """Whether the function is its own variable."""
        return self.coefficients.shape[0] == 1 and bool(self.origins[0] == 0.0) and list(self.coefficients[0]) == [0.0, 1.0]

    @property
    def is_constant(self) -> bool:
        """Whether the function is the same everywhere."""
        return self.coefficients.shape[0] == 1 and not self.coefficients[0, 1:].any()

    def times(self, factor: float) -> "Curve":
        """Return the function so many times as large."""
        return Curve(self.starts, self.origins, factor * self.coefficients)

    def at(self, x: Values) -> Jet:
        """Return value, slope and bend at these places."""
        piece = np.searchsorted(self.starts[1:], x, side="right")
        from_origin = x - self.origins[piece]
        value, slope, bend = (np.zeros_like(from_origin) for _ in range(3))
        for rising in self.coefficients.T[::-1]:  # Horner's scheme, and its derivatives
            bend = bend * from_origin + 2.0 * slope
            slope = slope * from_origin + value
            value = value * from_origin + rising[piece]
        return Jet(value, slope, bend)
