"""A filter that is zero-phase, keeps what is slow, and invents nothing across long gaps."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kinechain.maths.filters import known_stretches, low_pass

TIME_S = np.arange(300) / 100.0


def sine(hz: float) -> np.ndarray:
    return np.sin(2 * np.pi * hz * TIME_S)


def gain(hz: float) -> float:
    middle = slice(50, 250)
    return float(np.linalg.norm(low_pass(sine(hz), TIME_S, 6.0, 0.2)[middle]) / np.linalg.norm(sine(hz)[middle]))


def test_half_the_power_is_lost_at_the_cutoff_little_below_and_most_above() -> None:
    assert gain(6.0) == pytest.approx(2**-0.5, abs=0.02)
    assert gain(1.0) > 0.995
    assert gain(18.0) < 0.05


def test_a_peak_does_not_move_in_time() -> None:
    bump = np.exp(-0.5 * ((TIME_S - 1.5) / 0.15) ** 2)
    assert np.argmax(low_pass(bump, TIME_S, 6.0, 0.2)) == 150


def test_short_gaps_are_bridged_and_long_ones_part_the_curve() -> None:
    curve = sine(1.0)
    curve[40:60] = np.nan  # 0.20 s
    curve[120:141] = np.nan  # 0.21 s
    smooth = low_pass(curve, TIME_S, 6.0, 0.2)
    assert np.isfinite(smooth[:120]).all()
    assert np.isnan(smooth[120:141]).all()
    assert np.isfinite(smooth[141:]).all()


def test_uneven_times_are_no_harm() -> None:
    uneven = TIME_S + 0.003 * np.sin(40.0 * TIME_S)
    smooth = low_pass(np.sin(2 * np.pi * uneven), uneven, 6.0, 0.2)
    assert np.abs(smooth[20:-20] - np.sin(2 * np.pi * uneven)[20:-20]).max() < 0.02


def test_too_few_samples_or_too_slow_a_rate_leave_the_curve_alone() -> None:
    few = np.array([1.0, 5.0, 2.0])
    np.testing.assert_array_equal(low_pass(few, np.array([0.0, 0.01, 0.02]), 6.0, 0.2), few)
    slow = np.sin(np.arange(40.0))
    np.testing.assert_array_equal(low_pass(slow, np.arange(40.0) / 8.0, 6.0, 0.2), slow)
    assert np.isnan(low_pass(np.full(20, np.nan), np.arange(20.0), 6.0, 0.2)).all()


@settings(max_examples=30, deadline=None)
@given(arrays(float, 60, elements=st.floats(-1e3, 1e3)), st.floats(-5, 5), st.floats(-100, 100))
def test_the_filter_is_linear_keeps_constants_and_knows_no_direction(curve: np.ndarray, factor: float, offset: float) -> None:
    time_s = np.arange(60) / 30.0
    smooth = low_pass(curve, time_s, 6.0, 0.2)
    np.testing.assert_allclose(low_pass(factor * curve + offset, time_s, 6.0, 0.2), factor * smooth + offset, atol=1e-6)
    # Forwards and backwards differ by what the padding at the ends cuts off, less than a millionth of the curve's size.
    tolerance = 1e-6 * max(1.0, np.abs(curve).max())
    np.testing.assert_allclose(low_pass(curve[::-1].copy(), time_s, 6.0, 0.2)[::-1], smooth, atol=tolerance)


def test_curves_side_by_side_are_filtered_as_each_by_itself() -> None:
    curves = np.column_stack([sine(1.0), sine(3.0), sine(2.0)])
    curves[40:90, 1] = np.nan
    together = low_pass(curves, TIME_S, 6.0, 0.2)
    for index in range(3):
        np.testing.assert_allclose(together[:, index], low_pass(curves[:, index], TIME_S, 6.0, 0.2))


def test_stretches_by_hand() -> None:
    known = np.array([0, 1, 1, 0, 1, 0, 0, 1], dtype=bool)
    time_s = np.arange(8.0)
    assert known_stretches(known, time_s, 1.0) == [(1, 5), (7, 8)]
    assert known_stretches(known, time_s, 0.0) == [(1, 3), (4, 5), (7, 8)]
    assert known_stretches(~known & known, time_s, 1.0) == []
