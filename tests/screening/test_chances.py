"""Chances and places in closed form agree with a table of the normal distribution, and with counting draws."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.types import Measure
from kinechain.evidence import norms
from kinechain.screening.chances import chance_below, cut_off_spread, measurement_spread, percentile, smallest_change

#: Areas under the normal curve below z, from a printed table.
TABLE = {-2.0: 0.0228, -1.645: 0.0500, -1.0: 0.1587, -0.5: 0.3085, 0.0: 0.5, 0.67: 0.7486, 1.0: 0.8413, 1.96: 0.9750, 3.0: 0.9987}


@pytest.mark.parametrize(("z", "area"), TABLE.items())
def test_a_place_among_people_is_what_a_printed_table_says(z: float, area: float) -> None:
    """Of people of 12.0 cm on average, with a spread of 2.8 cm."""
    assert percentile(12.0 + 2.8 * z, 12.0, 2.8) == pytest.approx(100.0 * area, abs=0.01)


def test_without_a_spread_there_is_no_place() -> None:
    assert math.isnan(percentile(10.0, 12.0, math.nan))
    assert math.isnan(percentile(10.0, math.nan, 2.0))


def test_without_any_doubt_a_value_is_past_or_not_and_at_the_limit_it_is_even() -> None:
    assert (chance_below(9.0, 8.9, 0.0), chance_below(9.0, 9.1, 0.0), chance_below(9.0, 9.0, 0.0)) == (1.0, 0.0, 0.5)
    assert math.isnan(chance_below(9.0, 8.0, math.nan))


def test_the_error_of_a_cut_off_is_that_of_many_samples_of_people() -> None:
    """Mean less one spread of 35 people, drawn 20,000 times: the sample's own figure scatters as the formula says."""
    people = np.random.default_rng(0).normal(12.0, 2.8, size=(20_000, 35))
    scatter = float((people.mean(axis=1) - people.std(axis=1, ddof=1)).std())
    assert cut_off_spread(2.8, 35.0, 1.0) == pytest.approx(scatter, rel=0.03)


@given(
    st.floats(-3.0, 3.0),
    st.floats(0.1, 2.0),
    st.floats(0.0, 2.0),
)
def test_a_chance_is_the_share_of_draws_past_the_limit(distance: float, spread: float, limit_spread: float) -> None:
    draws = np.random.default_rng(1).normal(size=(2, 20_000))
    share = float(np.mean(spread * draws[0] < distance + limit_spread * draws[1]))
    assert chance_below(distance, 0.0, math.hypot(spread, limit_spread)) == pytest.approx(share, abs=0.02)


def test_the_spread_of_a_measure_is_its_interval_or_else_its_smallest_real_change() -> None:
    """An interval of 90 % reaches 1.645 spreads to each side; 1.9 cm is 1.96 times the root of 2 times 0.69 cm."""
    row = norms()["knee-to-wall.powden-2015-one-cm"]
    filmed = Measure("knee_to_wall_cm", "left", None, 0.10, 0.10 - 0.01645, 0.10 + 0.01645, "m", "")
    bare = Measure("knee_to_wall_cm", "left", None, 0.10, math.nan, math.nan, "m", "")
    assert smallest_change(row) == pytest.approx(0.019)
    assert measurement_spread(filmed, row) == pytest.approx(0.01, rel=1e-3)
    assert measurement_spread(bare, row) == pytest.approx(0.00685, rel=1e-2)
    assert math.isnan(measurement_spread(bare, None))
