"""Least squares between bounds: beside a solver that knows no bands, and by the conditions that a least point meets."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.maths.banded_box import least_between


def problem(seed: int, size: int = 24, band: int = 4) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Lower bands of a positive definite matrix, the matrix itself, and a right side."""
    rng = np.random.default_rng(seed)
    root = np.tril(np.triu(rng.normal(size=(size, size)), -band + 1)) + 2.0 * np.eye(size)
    matrix = root @ root.T
    bands = np.zeros((band, size))
    for below in range(band):
        bands[below, : size - below] = np.diagonal(matrix, -below)
    return bands, matrix, 5.0 * rng.normal(size=size)


def test_with_bounds_far_away_it_is_the_plain_solution() -> None:
    bands, matrix, right = problem(0)
    found = least_between(bands, right, np.full(24, -1e6), np.full(24, 1e6))
    assert np.allclose(matrix @ found, right)


def test_one_unknown_stops_at_its_bound() -> None:
    assert least_between(np.array([[2.0]]), np.array([8.0]), np.array([-1.0]), np.array([3.0])) == pytest.approx([3.0])


def test_bounds_that_meet_hold_an_unknown_and_the_others_go_round_it() -> None:
    bands, matrix, right = problem(3)
    low, high = np.full(24, -1e6), np.full(24, 1e6)
    low[5] = high[5] = 0.25
    found = least_between(bands, right, low, high)
    others = np.delete(np.arange(24), 5)
    assert found[5] == 0.25
    assert np.allclose((matrix @ found - right)[others], 0.0, atol=1e-9)


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10_000), reach=st.floats(0.01, 2.0))
def test_no_point_between_the_bounds_is_lower(seed: int, reach: float) -> None:
    bands, matrix, right = problem(seed)
    low, high = np.full(24, -reach), np.full(24, 0.5 * reach)
    found = least_between(bands, right, low, high)
    slope = matrix @ found - right
    assert ((found >= low) & (found <= high)).all()
    inside = (found > low) & (found < high)
    assert np.allclose(slope[inside], 0.0, atol=1e-7)
    assert (slope[found == low] >= -1e-7).all()
    assert (slope[found == high] <= 1e-7).all()
