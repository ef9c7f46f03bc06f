"""How is a smooth function of several variables written as a table? Products of Chebyshev polynomials, with exact derivatives.

A term is T_a(x) T_b(y) ..., its exponents a, b, ... one for each variable, each variable first brought to -1 to 1 over its range.
The derivative of a sum of such terms is a sum of terms of the same table, so that a function and all its derivatives come from one
table of terms by matrix products. Values come on NumPy arrays, and given JAX arrays on JAX.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Float, Int

#: How far beyond its range, as a share of half the range, a variable may lie by rounding alone.
ROUNDING = 1e-9

Coefficients = Float[np.ndarray, "term function"]
Exponents = Int[np.ndarray, "term variable"]
Places = Float[Any, "*more"]
Powers = Float[Any, "power *more"]


def list_exponents(degrees: Sequence[int]) -> Exponents:
    """Return the exponents of all terms with a / degrees[0] + b / degrees[1] + ... at most 1, the constant first.

    With equal degrees these are all terms up to that total degree; with unequal ones a variable may bend more than another, and one
    of degree 0 does not bend at all.
    """
    rows: list[tuple[tuple[int, ...], float]] = [((), 1.0)]
    for degree in degrees:
        rows = [
            ((*row, power), left - power / max(degree, 1))
            for row, left in rows
            for power in range(int(np.floor(left * degree + 1e-9)) + 1)
        ]
    return np.array([row for row, _ in rows], dtype=int).reshape(len(rows), len(degrees))


def unite_exponents(*tables: Int[np.ndarray, "_ variable"]) -> Exponents:
    """Return the terms that are in any of the tables, each once."""
    return np.asarray(np.unique(np.concatenate(tables), axis=0))


def chebyshev_table(places: Places, degree: int) -> Powers:
    """Return T_0 to T_degree at `places`, which are scaled to -1 to 1, by T_n = 2 x T_(n-1) - T_(n-2)."""
    xp = places.__array_namespace__()
    rows, twice = [xp.ones_like(places), places], 2.0 * places
    for _ in range(degree - 1):
        rows.append(twice * rows[-1] - rows[-2])
    return xp.stack(rows[: degree + 1])


def ranged_table(values: Float[Any, " time"], low: float, high: float, degree: int) -> Float[Any, "power time"]:
    """Return T_0 to T_degree of a variable brought to -1 to 1 over its range; NaN outside."""
    xp = values.__array_namespace__()
    place = (2.0 * values - (high + low)) / (high - low)
    return chebyshev_table(xp.where(xp.abs(place) <= 1.0 + ROUNDING, place, xp.nan), degree)


@dataclass(frozen=True)
class ProductBasis:
    """The terms of a table over the box `low` to `high`; with a term the table holds all that are lower in some variable."""

    low: Float[np.ndarray, " variable"]
    high: Float[np.ndarray, " variable"]
    exponents: Exponents

    def __post_init__(self) -> None:
        count = self.exponents.shape[1]
        if self.low.shape != (count,) or self.high.shape != (count,) or not (self.high > self.low).all():
            raise ValueError(f"Expected a rising range for each of {count} variables, got {self.low} to {self.high}. Mend it.")
        terms = set(map(tuple, self.exponents.tolist()))
        if len(terms) != len(self.exponents) or not all(lower in terms for row in terms for lower in _lower(row)):
            raise ValueError("Expected with every term the lower ones, each once, got a table with gaps. Use list_exponents.")

    @property
    def degrees(self) -> tuple[int, ...]:
        """The highest exponent of each variable."""
        return tuple(int(degree) for degree in self.exponents.max(axis=0))

    @property
    def degree(self) -> int:
        """The highest exponent of any variable."""
        return int(self.exponents.max())

    def places(self, points: Float[Any, "time variable"]) -> Float[Any, "time variable"]:
        """Return points brought to -1 to 1 over the box."""
        return (2.0 * points - (self.high + self.low)) / (self.high - self.low)

    def terms(self, points: Float[Any, "time variable"]) -> Float[Any, "term time"]:
        """Return every term at every point; a function's values are the transpose of its coefficients times this."""
        table = chebyshev_table(self.places(points).T, self.degree)
        return self.combined([table[:, variable] for variable in range(self.exponents.shape[1])])

    def combined(self, tables: Sequence[Float[Any, "_ time"]]) -> Float[Any, "term time"]:
        """Return every term from a table of the Chebyshev polynomials of each variable, which may go beyond what is needed."""
        values = tables[0][self._steps[0][1]]
        for table, (parent, power) in zip(tables[1:], self._steps[1:], strict=True):
            values = values[parent] * table[power]
        return values

    def differentiated(self, coefficients: Coefficients, variable: int) -> Coefficients:
        """Return the coefficients of the derivative by one variable, in the variable's own unit.

        T_n' = 2 n (T_(n-1) + T_(n-3) + ...), of which T_0 counts half.
        """
        slope = np.zeros_like(coefficients)
        for at, row in enumerate(self.exponents.tolist()):
            for power in range(row[variable] - 1, -1, -2):
                lower = self._index[(*row[:variable], power, *row[variable + 1 :])]
                slope[lower] += (2.0 if power else 1.0) * row[variable] * coefficients[at]
        return np.asarray(slope * 2.0 / (self.high[variable] - self.low[variable]))

    @cached_property
    def _index(self) -> dict[tuple[int, ...], int]:
        return {tuple(row): at for at, row in enumerate(self.exponents.tolist())}

    @cached_property
    def _steps(self) -> list[tuple[Int[np.ndarray, " product"], Int[np.ndarray, " product"]]]:
        """Return for each variable how the products up to it are made: which product of those before it, and which power of it."""
        steps, products = [], self.exponents
        for _ in range(self.exponents.shape[1]):
            shorter, parent = np.unique(products[:, :-1], axis=0, return_inverse=True)
            steps.append((parent.reshape(-1), products[:, -1]))
            products = shorter
        return steps[::-1]


def _lower(row: tuple[int, ...]) -> list[tuple[int, ...]]:
    return [(*row[:at], power - 1, *row[at + 1 :]) for at, power in enumerate(row) if power]
