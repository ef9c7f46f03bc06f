"""What the kneecap bears: published formulas worked out by hand, and laws that any such formula keeps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.types import Loads
from kinechain.evidence import constant
from kinechain.loads.patellofemoral import (
    METHODS,
    classify,
    compute_contact_area,
    compute_impulse,
    compute_method_range,
    compute_stress,
    numbers_told,
    piecewise,
    van_eijden,
)

#: Worked out by hand, at 0, 45, 60 and 90 degrees: arms 46.0, 39.57, 33.28 and 24.22 mm, ratios .462, .8640, .9465 and .9813 for
#: the first method; arms 30.0, 34.65, 26.8 and 20.0 mm, angles 30.46, 54.31, 62.26 and 78.16 degrees for the second.
BY_HAND = {
    "van_eijden": {0.0: 10.0, 15.0: 12.7, 30.0: 16.6, 45.0: 21.8, 60.0: 28.4, 75.0: 35.6, 90.0: 40.5},
    "piecewise": {0.0: 17.5, 15.0: 18.6, 30.0: 19.2, 45.0: 26.3, 60.0: 38.6, 75.0: 50.6, 90.0: 63.0},
}
BENDS = st.floats(0.0, 90.0)
METHOD = st.sampled_from(sorted(METHODS))


def at(degrees: float | list[float]) -> np.ndarray:
    return np.deg2rad(np.atleast_1d(np.asarray(degrees, dtype=float)))


def force_of(method: str, degrees: float, moment: float) -> float:
    return float(METHODS[method](at(degrees), np.array([moment]))[0])


# --- force ---


@pytest.mark.parametrize("method", METHODS)
def test_a_newton_metre_presses_as_worked_out_by_hand(method: str) -> None:
    bends = list(BY_HAND[method])
    forces = METHODS[method](at(bends), np.ones(len(bends)))
    np.testing.assert_allclose(forces, list(BY_HAND[method].values()), atol=0.05)


def test_the_first_method_step_by_step_at_45_degrees() -> None:
    arm_mm = 46.0 + 0.28 * 45.0 - 0.013 * 2025.0 + 0.00008 * 91125.0
    ratio = (0.462 + 0.06615 - 0.07776) / (1.0 - 0.729 + 0.313875 - 0.06360525)
    assert arm_mm == pytest.approx(39.565)
    assert force_of("van_eijden", 45.0, 50.0) == pytest.approx(50.0 / 0.039565 * ratio, rel=1e-9)


def test_the_second_method_is_two_pulls_at_an_angle() -> None:
    """At 60 degrees: arm 4.3 - 0.027 x 60 = 2.68 cm, angle 30.46 + 31.8 = 62.26 degrees."""
    assert force_of("piecewise", 60.0, 50.0) == pytest.approx(2.0 * 50.0 / 0.0268 * np.sin(np.deg2rad(31.13)), rel=1e-9)


def test_methods_disagree_by_as_much_as_is_known() -> None:
    least, greatest = compute_method_range(at([0.0, 30.0, 90.0]), np.full(3, 80.0))
    np.testing.assert_allclose(greatest / least, [1.74, 1.16, 1.56], atol=0.01)


def test_a_models_own_force_widens_the_range_and_stands_alone_where_no_method_holds() -> None:
    least, greatest = compute_method_range(at([90.0, 90.0, 100.0]), np.full(3, 10.0), np.array([1000.0, 500.0, 700.0]))
    np.testing.assert_allclose(least, [405.2, 405.2, 700.0], atol=0.1)
    np.testing.assert_allclose(greatest, [1000.0, 630.4, 700.0], atol=0.1)


@pytest.mark.parametrize("method", METHODS)
def test_beyond_its_range_a_method_says_nothing(method: str) -> None:
    assert np.isnan(METHODS[method](at([-0.5, 90.5, 128.0, 140.0, np.nan]), np.full(5, 50.0))).all()
    assert np.isnan(force_of(method, 45.0, np.nan))


def test_the_range_of_the_first_method_ends_before_its_formulas_break() -> None:
    """Its arm turns where 3 x 8e-5 x^2 - 0.026 x + 0.28 = 0, which is at 96 degrees."""
    turns = max(np.roots([3.0 * 8e-5, -2.0 * 0.013, 0.28]))
    pole = next(root.real for root in np.roots([-6.98e-7, 1.55e-4, -0.0162, 1.0]) if abs(root.imag) < 1e-9)
    assert turns == pytest.approx(96.0, abs=0.5)
    assert pole == pytest.approx(128.0, abs=1.0)
    assert constant("patellofemoral.van_eijden_up_to").value < turns < pole


@given(method=METHOD, degrees=BENDS, moment=st.floats(0.0, 400.0), more=st.floats(0.1, 100.0))
def test_force_grows_with_the_moment_and_doubles_with_it(method: str, degrees: float, moment: float, more: float) -> None:
    force = force_of(method, degrees, moment)
    assert 0.0 <= force < force_of(method, degrees, moment + more)
    assert force_of(method, degrees, 2.0 * moment) == pytest.approx(2.0 * force)


@given(method=METHOD, degrees=BENDS, moment=st.floats(-400.0, 0.0))
def test_a_moment_that_bends_the_knee_presses_nothing(method: str, degrees: float, moment: float) -> None:
    assert force_of(method, degrees, moment) == 0.0


def test_arrays_of_any_shape_go_through_alike() -> None:
    knee, moment = np.tile(at([30.0, 60.0]), (4, 3, 1)), np.full((4, 3, 2), 50.0)
    for method in (van_eijden, piecewise):
        assert method(knee, moment).shape == (4, 3, 2)
        np.testing.assert_array_equal(method(knee, moment)[2, 1], method(at([30.0, 60.0]), np.full(2, 50.0)))


# --- contact area and stress ---


@pytest.mark.parametrize(("sex", "unloaded"), [("m", (210.0, 414.0, 520.0)), ("f", (210.0, 269.0, 396.0))])
def test_areas_are_the_measured_ones_under_load(sex: str, unloaded: tuple[float, ...]) -> None:
    area = compute_contact_area(at([0.0, 30.0, 60.0]), sex).area
    np.testing.assert_allclose(area, 1.24e-6 * np.array(unloaded))


def test_between_measured_angles_lies_a_straight_line_and_past_the_last_it_stays() -> None:
    area = compute_contact_area(at([45.0, 60.0, 90.0, 110.0]), "m").area
    np.testing.assert_allclose(1e6 * area, 1.24 * np.array([467.0, 520.0, 520.0, 520.0]))


def test_an_unknown_sex_lies_between_both_and_its_spread_reaches_them() -> None:
    knee = at([0.0, 30.0, 60.0, 90.0])
    women, men, either = (compute_contact_area(knee, sex) for sex in ("f", "m", None))
    np.testing.assert_allclose(either.area, 0.5 * (women.area + men.area))
    for sex in (women, men):
        assert (np.abs(sex.area - either.area) <= either.relative_sd * either.area).all()
    assert (either.relative_sd >= men.relative_sd).all()


def test_past_the_last_measured_angle_an_area_is_less_sure_and_nowhere_jumps() -> None:
    spread = compute_contact_area(at([0.0, 59.9, 60.1, 75.0, 90.0, 120.0]), "f").relative_sd
    np.testing.assert_allclose(spread, [0.15, 0.15, 0.15, 0.20, 0.25, 0.25], atol=0.001)


def test_stress_is_force_over_area() -> None:
    """3000 N on a man's knee at 60 degrees, 644.8 mm2: 4.65 MPa."""
    assert compute_stress(np.array([3000.0]), compute_contact_area(at(60.0), "m").area)[0] == pytest.approx(4.6526e6, rel=1e-4)


# --- impulse ---


def test_the_impulse_of_a_triangle_is_half_its_base_times_its_height() -> None:
    impulse = compute_impulse(np.array([0.0, 500.0, 1000.0, 0.0]), np.array([0.0, 0.5, 1.0, 2.0]))
    assert float(impulse.value) == pytest.approx(1000.0)
    assert float(impulse.left_out) == 0.0


def test_what_is_not_known_is_left_out_and_told() -> None:
    impulse = compute_impulse(np.array([[100.0, 100.0, np.nan, 100.0, 100.0], [np.nan] * 5]), np.arange(5.0))
    np.testing.assert_allclose(impulse.value, [200.0, np.nan])
    np.testing.assert_allclose(impulse.left_out, [0.5, 1.0])


def test_one_frame_has_no_impulse() -> None:
    impulse = compute_impulse(np.array([100.0]), np.array([0.0]))
    assert np.isnan(impulse.value)
    assert np.isnan(impulse.left_out)


@given(st.lists(st.floats(0.0, 5000.0), min_size=3, max_size=20), st.integers(1, 18))
def test_two_parts_of_a_movement_add_up_to_the_whole(forces: list[float], cut: int) -> None:
    force, times, cut = np.array(forces), np.cumsum(1.0 + np.arange(len(forces)) % 3), min(cut, len(forces) - 2)
    parts = [compute_impulse(force[part], times[part]).value for part in (slice(cut + 1), slice(cut, None))]
    assert float(sum(parts)) == pytest.approx(float(compute_impulse(force, times).value))


# --- what may be said ---


def test_numbers_end_at_90_degrees_and_the_class_at_110() -> None:
    knee = at([89.9, 90.0, 90.1, 110.0, 110.1, np.nan])
    np.testing.assert_array_equal(numbers_told(knee), [True, True, False, False, False, False])
    np.testing.assert_array_equal(classify(np.full(6, 2100.0), knee, 700.0), [1, 1, 1, 1, -1, -1])


def test_a_force_of_two_body_weights_is_moderate_and_of_four_is_high() -> None:
    places = classify(700.0 * np.array([0.0, 1.99, 2.0, 3.99, 4.0, 9.0, np.nan]), np.full(7, 1.0), 700.0)
    assert [Loads.CLASSES[place] if place >= 0 else None for place in places] == [
        "low",
        "low",
        "moderate",
        "moderate",
        "high",
        "high",
        None,
    ]


@given(force=st.floats(0.0, 10000.0), more=st.floats(0.0, 10000.0), degrees=st.floats(0.0, 110.0), weight=st.floats(200.0, 2000.0))
def test_more_force_is_never_a_lower_class_and_only_body_weights_count(
    force: float, more: float, degrees: float, weight: float
) -> None:
    lower, higher = classify(np.array([force, force + more]), np.tile(at(degrees), 2), weight)
    assert 0 <= lower <= higher <= 2
    twice = classify(2.0 * np.array([force, force + more]), np.tile(at(degrees), 2), 2.0 * weight)
    assert tuple(twice) == (lower, higher)
