"""Which state explains all terms best? Gauss-Newton on the whole clip at once, and draws from what is left open.

Steps that overshoot are halved, not damped: damping holds every frame by itself, and the body's distance from the camera, which all
frames share, would creep.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from kinechain.kinematics.fit.state import COORDINATE_COUNT, Samples, Shared, State
from kinechain.kinematics.fit.terms import Slopes, Term
from kinechain.maths.bordered import Bordered
from kinechain.maths.splines import SPAN

#: Share by which the diagonal grows, only against rounding; the smallest share of a step; steps at most; the gain that ends it.
_DAMPING, _SMALLEST, _STEPS, _ENOUGH = 1e-9, 1.0 / 256.0, 30, 0.05


@dataclass(frozen=True)
class Prior:
    """What is believed of the shared unknowns before a film is seen: mean, and precision (the inverse of the covariance)."""

    mean: Shared
    precision: Float[np.ndarray, "shared shared"]


@dataclass(frozen=True)
class Problem:
    """Everything that speaks about the unknowns. `acceleration_sd` (23,): how hard each coordinate usually changes."""

    terms: Sequence[Term]
    prior: Prior
    acceleration_sd: Float[np.ndarray, " coordinate"]

    def cost(self, state: State) -> float:
        """Return twice the negative log posterior, up to a constant."""
        off = state.shared - self.prior.mean
        rough = self._acceleration(state) / self.acceleration_sd
        return float(off @ self.prior.precision @ off + (rough**2).sum() + sum(term.cost(state) for term in self.terms))

    def normal(self, state: State) -> tuple[Bordered, Float[np.ndarray, " unknown"], Shared]:
        """Return the normal matrix at a state, and the cost's half gradient over the chain and over the shared unknowns."""
        blocks, shared = state.spline.count, state.layout.size
        chain, border = self._smoothness(state), np.zeros((blocks, COORDINATE_COUNT, shared))
        downhill = _second_difference_transposed(self._acceleration(state) / self.acceleration_sd**2, state.spline.step)
        corner = self.prior.precision.copy()
        aside = self.prior.precision @ (state.shared - self.prior.mean)
        for samples, terms in self._by_samples:
            own = np.zeros((samples.time_s.size, COORDINATE_COUNT, COORDINATE_COUNT))
            pull = np.zeros((samples.time_s.size, COORDINATE_COUNT))
            for term in terms:
                slopes = term.slopes(state)
                across = np.swapaxes(slopes.by_coordinate, 1, 2)
                own += across @ slopes.by_coordinate
                pull += (across @ slopes.residual[..., None])[..., 0]
                for columns, mixed in _mixed(slopes):
                    border[:, :, columns] += samples.weights.collected(mixed)
                _add_shared(slopes, corner, aside)
            chain += samples.weights.paired(own)
            downhill += samples.weights.collected(pull)
        return Bordered(chain, border.reshape(-1, shared), corner), downhill.reshape(-1), aside

    def solve(self, state: State) -> tuple[State, bool]:
        """Return the best state near this one, and whether it was reached within the steps allowed."""
        cost = self.cost(state)
        for _ in range(_STEPS):
            normal, downhill, aside = self.normal(state)
            chain, shared = normal.factor(_DAMPING).solve(-downhill, -aside)
            share, tried = 1.0, state.moved(chain, shared)
            while (reached := self.cost(tried)) >= cost:
                share *= 0.5
                if share < _SMALLEST:
                    return state, True  # no step leads downhill: this is the bottom
                tried = state.moved(share * chain, share * shared)
            state, gain, cost = tried, cost - reached, reached
            if gain < _ENOUGH:
                return state, True
        return state, False

    @property
    def _by_samples(self) -> list[tuple[Samples, list[Term]]]:
        """Return the terms by when they speak."""
        found: dict[int, tuple[Samples, list[Term]]] = {}
        for term in self.terms:
            found.setdefault(id(term.samples), (term.samples, []))[1].append(term)
        return list(found.values())

    def _acceleration(self, state: State) -> Float[np.ndarray, "knot coordinate"]:
        """Return the second derivative at the knots, where that of a cubic spline is a second difference."""
        return np.asarray(np.diff(state.control, 2, axis=0) / state.spline.step**2)

    def _smoothness(self, state: State) -> Float[np.ndarray, "block reach size size"]:
        blocks = state.spline.count
        chain = np.zeros((blocks, SPAN, COORDINATE_COUNT, COORDINATE_COUNT))
        each = np.arange(COORDINATE_COUNT)
        for distance, band in enumerate(_second_difference_bands(blocks)):
            chain[:, distance, each, each] = band[:, None] / (state.spline.step**4 * self.acceleration_sd**2)
        return chain


def draw_states(problem: Problem, state: State, rng: np.random.Generator, count: int) -> list[State]:
    """Return draws from the normal distribution about a solution (Laplace's approximation)."""
    normal, _, _ = problem.normal(state)
    chain, shared = normal.factor().draw(rng, count)
    return [state.moved(chain[:, number], shared[:, number]) for number in range(count)]


def _mixed(slopes: Slopes) -> Iterator[tuple[Int[np.ndarray, " column"], Float[np.ndarray, "time coordinate column"]]]:
    """Yield the products of slopes with coordinates and with shared unknowns, and the places of these."""
    yield slopes.columns, np.swapaxes(slopes.by_coordinate, 1, 2) @ slopes.by_shared
    if slopes.own_columns is not None and slopes.by_own is not None:
        groups, count = slopes.own_columns.shape[0], slopes.residual.shape[0]
        by_coordinate, by_own = (each.reshape(count, groups, -1, each.shape[2]) for each in (slopes.by_coordinate, slopes.by_own))
        products = np.swapaxes(by_coordinate, 2, 3) @ by_own
        yield slopes.own_columns.ravel(), np.swapaxes(products, 1, 2).reshape(count, COORDINATE_COUNT, -1)


def _add_shared(slopes: Slopes, corner: Float[np.ndarray, "shared shared"], aside: Shared) -> None:
    """Add the products of slopes with shared unknowns among themselves, and with the residuals."""
    flat = _flat(slopes.by_shared)
    corner[np.ix_(slopes.columns, slopes.columns)] += flat.T @ flat
    aside[slopes.columns] += flat.T @ slopes.residual.reshape(-1)
    if slopes.own_columns is not None and slopes.by_own is not None:
        size = slopes.residual.shape[1] // len(slopes.own_columns)
        for group, columns in enumerate(slopes.own_columns):
            rows = slice(group * size, (group + 1) * size)
            flat, own = _flat(slopes.by_shared[:, rows]), _flat(slopes.by_own[:, rows])
            corner[np.ix_(columns, columns)] += own.T @ own
            corner[np.ix_(columns, slopes.columns)] += own.T @ flat
            corner[np.ix_(slopes.columns, columns)] += flat.T @ own
            aside[columns] += own.T @ slopes.residual[:, rows].reshape(-1)


def _flat(slopes: Float[np.ndarray, "time residual column"]) -> Float[np.ndarray, "row column"]:
    return slopes.reshape(slopes.shape[0] * slopes.shape[1], slopes.shape[2])


def _second_difference_transposed(
    rough: Float[np.ndarray, "knot coordinate"], step: float
) -> Float[np.ndarray, "control coordinate"]:
    padded = np.pad(rough, ((2, 2), (0, 0)))
    return np.asarray((padded[2:] - 2.0 * padded[1:-1] + padded[:-2]) / step**2)


def _second_difference_bands(blocks: int) -> list[Float[np.ndarray, " block"]]:
    """Return diagonal and lower bands of D'D, D the second differences, each as long as the diagonal."""
    diagonal, first, second = np.zeros(blocks), np.zeros(blocks), np.zeros(blocks)
    for row, share in enumerate((1.0, -2.0, 1.0)):
        diagonal[row : row + blocks - 2] += share**2
    first[: blocks - 2] += -2.0
    first[1 : blocks - 1] += -2.0
    second[: blocks - 2] += 1.0
    return [diagonal, first, second]
