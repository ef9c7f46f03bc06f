"""Two cameras know more than one: a front film alone cannot tell how far the trunk leans, with a side film beside it it can."""

import numpy as np
import pytest

from kinechain.core.types import Repetition
from kinechain.kinematics.angles import posture_curves
from kinechain.kinematics.fit.camera import Phone
from kinechain.kinematics.fit.film import Fit, fit_film
from kinechain.kinematics.fit.solver import draw_states
from kinechain.kinematics.fit.together import Take, by_repetition, fit_together
from kinematics.posed import STATURE_M, film_of, phone, squat_coordinates, squat_shares

#: A second phone at the body's left side, 3 m from it and as high as the first: the body stands at the world's origin.
_SIDE = Phone(np.array([*phone().unknowns[:3], 0.5 * np.pi, 0.0, 1.2, -3.0]), phone().middle)


def _trunk_lean(fit: Fit, control: np.ndarray | None = None) -> np.ndarray:
    state = fit.state if control is None else control
    posture = state.at(fit.marks.samples)
    return posture_curves(posture.laid.points, float(np.median(posture.coordinates[:, 3])))["trunk_lean"]


def _spread_deg(fit: Fit) -> float:
    draws = np.stack([_trunk_lean(fit, state) for state in draw_states(fit.problem, fit.state, np.random.default_rng(0), 40)])
    return float(np.rad2deg(draws.std(axis=0).mean()))


def test_a_side_film_of_the_same_moment_tells_the_front_film_how_far_the_trunk_leans() -> None:
    time_s, share = squat_shares()
    coordinates = squat_coordinates(share)
    true = np.deg2rad(3.0 + 35.0 * share)
    front, side = film_of(time_s, coordinates, phone()), film_of(time_s, coordinates, _SIDE)
    alone = fit_film(front, STATURE_M, None)
    both = fit_together([Take(front), Take(side, first_clock_s=time_s)], STATURE_M)
    assert np.abs(np.rad2deg(_trunk_lean(both) - true)).mean() < 1.5
    assert _spread_deg(both) < 0.6 * _spread_deg(alone)


def test_a_calibrated_pair_of_cameras_finds_the_movement_of_marks_that_lie_where_they_should() -> None:
    time_s, share = squat_shares()
    coordinates = squat_coordinates(share)
    front, side = film_of(time_s, coordinates, phone()), film_of(time_s, coordinates, _SIDE)
    both = fit_together([Take(front, phone=phone()), Take(side, first_clock_s=time_s, phone=_SIDE)], STATURE_M)
    knee = both.state.at(both.marks.samples).coordinates[:, 12]
    assert np.abs(np.rad2deg(_trunk_lean(both)) - (3.0 + 35.0 * share)).max() < 2.0
    assert np.isfinite(knee).all()


def test_repetitions_of_two_films_are_laid_upon_each_other_event_by_event() -> None:
    time_s = np.arange(50) * 0.1
    own, first = [Repetition(1, 10, 20, 30)], [Repetition(1, 5, 25, 40)]
    clock = by_repetition(time_s, own, first, time_s)
    assert clock[[10, 15, 20, 25, 30]] == pytest.approx([0.5, 1.5, 2.5, 3.25, 4.0])
    assert np.isnan(clock[[9, 31]]).all()


def test_a_side_film_of_another_squat_is_used_by_repetition() -> None:
    time_s, share = squat_shares()
    slow_s, slow = squat_shares(one_s=3.0)
    front = film_of(time_s, squat_coordinates(share), phone())
    side = film_of(slow_s, squat_coordinates(slow), _SIDE)
    clock = by_repetition(slow_s, [Repetition(1, 30, 75, 120)], [Repetition(1, 30, 60, 90)], time_s)
    both = fit_together([Take(front), Take(side, first_clock_s=clock, same_time=False)], STATURE_M)
    assert np.abs(np.rad2deg(_trunk_lean(both)) - (3.0 + 35.0 * share)).mean() < 2.0


def test_a_later_film_without_a_clock_is_refused() -> None:
    time_s, share = squat_shares()
    film = film_of(time_s, squat_coordinates(share), phone())
    with pytest.raises(ValueError, match="first_clock_s"):
        fit_together([Take(film), Take(film)], STATURE_M)
