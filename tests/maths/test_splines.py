"""Splines by hand against scipy's: same weights, same curves; straight lines and cubics come back as they went in."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.interpolate import BSpline

from kinechain.maths.splines import EvenSpline

grids = st.builds(EvenSpline, start=st.floats(-5.0, 5.0), step=st.floats(0.02, 2.0), count=st.integers(4, 30))


def inside(spline: EvenSpline, count: int = 50) -> np.ndarray:
    return np.linspace(spline.start, spline.start + (spline.count - 3) * spline.step, count)


@settings(max_examples=30, deadline=None)
@given(grids, st.integers(0, 1000))
def test_curves_are_those_of_scipy(spline: EvenSpline, seed: int) -> None:
    control = np.random.default_rng(seed).standard_normal((spline.count, 2))
    knots = spline.start + spline.step * np.arange(-3, spline.count + 1)
    at = inside(spline)[1:-1]
    assert spline.weights(at).values(control) == pytest.approx(BSpline(knots, control, 3)(at), abs=1e-9)


@settings(max_examples=30, deadline=None)
@given(grids)
def test_weights_share_out_one_and_are_never_negative(spline: EvenSpline) -> None:
    weights = spline.weights(inside(spline)).each
    assert weights.sum(axis=1) == pytest.approx(1.0, abs=1e-12)
    assert weights.min() > -1e-9


def test_a_spline_covers_its_times_with_knots_no_further_apart_than_asked() -> None:
    spline = EvenSpline.over(1.0, 2.05, 0.1)
    assert spline.start == 1.0
    assert spline.start + (spline.count - 3) * spline.step == pytest.approx(2.05)
    assert 0.09 < spline.step <= 0.1
    assert EvenSpline.over(3.0, 3.0, 0.1).count == 4


def test_a_control_point_weighs_most_at_its_middle() -> None:
    spline = EvenSpline(0.0, 0.5, 8)
    inner = spline.middles[1:-1]
    weights = spline.weights(inner)
    assert weights.each.max(axis=1) == pytest.approx(2.0 / 3.0)


@pytest.mark.parametrize("degree", [0, 1, 2])
def test_what_is_smooth_enough_is_fitted_exactly_also_across_a_gap(degree: int) -> None:
    spline = EvenSpline.over(0.0, 2.0, 0.1)
    at = np.linspace(0.0, 2.0, 61)
    curve = (at - 0.7) ** degree
    seen = np.column_stack([curve, np.where((at > 0.8) & (at < 1.3), np.nan, curve)])
    control = spline.fitted(seen, at)
    assert spline.weights(at).values(control) == pytest.approx(np.column_stack([curve, curve]), abs=1e-6)


def test_a_cubic_that_is_seen_densely_is_fitted_to_a_thousandth() -> None:
    spline = EvenSpline.over(0.0, 2.0, 0.1)
    at = np.linspace(0.0, 2.0, 2001)
    curve = (at - 0.3) * (at - 1.1) * (at - 1.9)
    assert spline.weights(at).values(spline.fitted(curve[:, None], at))[:, 0] == pytest.approx(curve, abs=1e-3)


def test_sums_over_times_are_the_transpose_of_reading_values() -> None:
    spline = EvenSpline.over(0.0, 1.0, 0.15)
    at = np.linspace(0.0, 1.0, 40)
    random = np.random.default_rng(2)
    values, control, weights = random.standard_normal((40, 3)), random.standard_normal((spline.count, 3)), spline.weights(at)
    assert np.sum(weights.collected(values) * control) == pytest.approx(np.sum(values * weights.values(control)))
    dense = weights.values(np.eye(spline.count))
    normal = dense.T @ (values[:, :1] * dense)
    for reach in range(4):
        expected = np.append(np.diagonal(normal, -reach), np.zeros(reach))
        assert weights.paired(values[:, 0])[:, reach] == pytest.approx(expected, abs=1e-12)
