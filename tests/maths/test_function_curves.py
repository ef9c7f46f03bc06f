"""Pieces of polynomials: those of numpy and scipy, their derivatives, and straight on where they end."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.polynomial import Polynomial
from scipy.interpolate import CubicHermiteSpline

from kinechain.maths.curves import Curve

coefficients = st.lists(st.floats(-3.0, 3.0), min_size=1, max_size=6)
seeds = st.integers(0, 10_000)


@given(coefficients, st.floats(-2.0, 2.0))
def test_a_polynomial_has_numpys_value_slope_and_bend(rising: list[float], x: float) -> None:
    told = Curve.polynomial(rising).at(np.array([x]))
    expected = Polynomial(rising)
    assert [part[0] for part in told] == pytest.approx([expected(x), expected.deriv()(x), expected.deriv(2)(x)], abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(seeds)
def test_cubics_between_knots_are_those_of_scipy_and_straight_outside(seed: int) -> None:
    random = np.random.default_rng(seed)
    knots = np.cumsum(random.uniform(0.05, 1.0, int(random.integers(2, 9))))
    values, slopes = random.standard_normal((2, knots.size))
    curve, theirs = Curve.cubics(knots, values, slopes), CubicHermiteSpline(knots, values, slopes)
    inside = np.linspace(knots[0], knots[-1], 97)[1:-1]
    inside = inside[np.abs(inside[:, None] - knots).min(axis=1) > 1e-9]
    for order, part in enumerate(curve.at(inside)):
        assert part == pytest.approx(theirs(inside, order), abs=1e-6 * (1.0 + np.abs(theirs(inside, order)).max()))
    at_knots = curve.at(knots)
    assert at_knots.value == pytest.approx(values, abs=1e-9)
    assert at_knots.slope == pytest.approx(slopes, abs=1e-6 * (1.0 + np.abs(slopes).max()))
    for end, beyond in ((0, knots[0] - 2.0), (-1, knots[-1] + 2.0)):
        jet = curve.at(np.array([beyond]))
        assert jet.value[0] == pytest.approx(values[end] + slopes[end] * (beyond - knots[end]))
        assert (jet.slope[0], jet.bend[0]) == (pytest.approx(slopes[end]), 0.0)


@settings(max_examples=50, deadline=None)
@given(seeds, st.floats(-4.0, 4.0))
def test_a_curve_so_many_times_as_large_is_so_in_every_derivative(seed: int, factor: float) -> None:
    random = np.random.default_rng(seed)
    curve = Curve.cubics(np.arange(4.0), *random.standard_normal((2, 4)))
    x = random.uniform(-1.0, 4.0, 20)
    for once, times in zip(curve.at(x), curve.times(factor).at(x), strict=True):
        assert times == pytest.approx(factor * once, abs=1e-12)


def test_identity_and_constants_are_known_as_such() -> None:
    assert Curve.polynomial([0.0, 1.0]).is_identity
    assert not Curve.polynomial([0.0, 1.0, 0.0]).is_constant
    assert not Curve.polynomial([0.1, 1.0]).is_identity
    assert not Curve.polynomial([0.0, -1.0]).is_identity
    assert Curve.polynomial([0.3]).is_constant
    assert Curve.polynomial([0.3, 0.0, 0.0]).is_constant
    assert not Curve.cubics(np.array([0.0, 1.0]), np.zeros(2), np.zeros(2)).is_identity
