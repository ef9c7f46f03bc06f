"""What must hold of a fit, whoever is filmed: no side is preferred, the phone may stand anywhere, stillness stays still."""

from dataclasses import replace

import numpy as np
import pytest
from posed import (
    LENGTHS_M,
    STATURE_M,
    enlarged,
    film_of,
    mirrored,
    phone,
    squat_coordinates,
    squat_shares,
)

from kinechain.body.skeleton import AT, POINTS, lay_out
from kinechain.core.types import Keypoints, Markers
from kinechain.kinematics.angles import posture_curves
from kinechain.kinematics.fit.beliefs import Balance
from kinechain.kinematics.fit.film import Fit, fit_film
from kinechain.kinematics.fit.markers import MarkerFit, fit_markers
from kinechain.kinematics.fit.solver import Problem
from kinechain.kinematics.fit.state import State
from kinechain.kinematics.standing import Standing

ANGLES = ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "trunk_lean")
STILL_S = 1.0
TIME_S, SHARE = squat_shares(STILL_S)
QUIET = Standing(0, round(30 * STILL_S), STILL_S)
OBLIQUE = np.deg2rad(30.0)


def angles_of(points: np.ndarray, facing_rad: float) -> dict[str, np.ndarray]:
    curves = posture_curves(points, facing_rad)
    return {name: np.rad2deg(curves[name]) for name in ANGLES}


def fitted(film: Keypoints, quiet: Standing = QUIET) -> Fit:
    fit = fit_film(film, STATURE_M, quiet)
    assert fit.settled
    return fit


def angles(film: Keypoints, quiet: Standing = QUIET) -> dict[str, np.ndarray]:
    fit = fitted(film, quiet)
    posture = fit.state.at(fit.marks.samples)
    return angles_of(posture.laid.points, float(np.median(posture.coordinates[:, AT["pelvis_rotation"]])))


def apart(one: dict[str, np.ndarray], other: dict[str, np.ndarray]) -> float:
    """How far two films' angles are from each other where they differ most (degrees)."""
    return max(float(np.abs(one[name] - other[name]).max()) for name in ANGLES)


@pytest.fixture(scope="module")
def noisy() -> Keypoints:
    return film_of(TIME_S, squat_coordinates(SHARE, OBLIQUE), phone(), noise_px=3.0)


@pytest.fixture(scope="module")
def seen(noisy: Keypoints) -> dict[str, np.ndarray]:
    return angles(noisy)


def test_mirroring_exchanges_left_and_right(noisy: Keypoints, seen: dict[str, np.ndarray]) -> None:
    other = {name: curve[:, ::-1] if curve.ndim == 2 else curve for name, curve in angles(mirrored(noisy)).items()}
    assert apart(seen, other) < 0.01


def test_more_pixels_of_the_same_picture_change_nothing(noisy: Keypoints, seen: dict[str, np.ndarray]) -> None:
    assert apart(seen, angles(enlarged(noisy, 2))) < 0.01


def test_zoom_yaw_and_pitch_of_the_phone_change_next_to_nothing() -> None:
    coordinates = squat_coordinates(SHARE, OBLIQUE)
    plain = angles(film_of(TIME_S, coordinates, phone()))
    for other in (phone(zoom=1.1), phone(yaw_deg=8.0), phone(pitch_deg=0.0)):
        assert apart(plain, angles(film_of(TIME_S, coordinates, other))) < 1.0


@pytest.mark.parametrize("heading_deg", [0.0, 45.0, 90.0, 180.0])
def test_whichever_way_the_body_faces_the_knee_bends_as_far(heading_deg: float) -> None:
    heading = np.deg2rad(heading_deg)
    coordinates = squat_coordinates(SHARE, heading)
    truth = angles_of(lay_out(coordinates, LENGTHS_M).points, heading)
    found = angles(film_of(TIME_S, coordinates, phone()))
    bent = truth["knee_flexion"] > 30.0  # from the front, a knee that is nearly straight is belief more than measurement
    assert np.abs(found["knee_flexion"] - truth["knee_flexion"])[bent].max() < 2.5


def test_a_still_person_gives_still_angles() -> None:
    still = np.zeros(75)
    film = film_of(np.arange(still.size) / 30.0, squat_coordinates(still, OBLIQUE), phone())
    found = angles(film, Standing(0, still.size, still.size / 30.0))
    assert max(float(np.ptp(curve, axis=0).max()) for curve in found.values()) < 0.05


def points_as_markers(heading_rad: float = 0.0) -> tuple[Markers, dict[str, np.ndarray]]:
    """Exact points of our own skeleton, and its true angles."""
    points = lay_out(squat_coordinates(SHARE, heading_rad), LENGTHS_M).points
    return Markers(TIME_S, tuple(POINTS), points), angles_of(points, heading_rad)


@pytest.mark.parametrize("heading_deg", [0.0, 70.0, -150.0])
def test_exact_points_in_space_give_exact_angles_whatever_the_heading(heading_deg: float) -> None:
    markers, truth = points_as_markers(np.deg2rad(heading_deg))
    fit = fit_markers(markers, knot_step_s=1.0 / 30.0)
    assert fit.settled
    assert apart(angles_of(fit.state.at(fit.places.samples).laid.points, np.deg2rad(heading_deg)), truth) < 0.1


def shaken(state: State) -> State:
    """A state somewhat beside the best one, so that every term pulls."""
    random = np.random.default_rng(4)
    return state.moved(0.02 * random.standard_normal(state.control.size), 0.02 * random.standard_normal(state.shared.size))


def downhill_by_differences(problem: Problem, state: State, chain: np.ndarray, shared: np.ndarray) -> float:
    step = 1e-6
    ahead, behind = (problem.cost(state.moved(sign * step * chain, sign * step * shared)) for sign in (1.0, -1.0))
    return (ahead - behind) / (4.0 * step)


@pytest.mark.parametrize("kind", ["film", "markers"])
def test_the_solvers_gradient_is_that_of_the_cost(kind: str, noisy: Keypoints) -> None:
    fit: Fit | MarkerFit = fitted(noisy) if kind == "film" else fit_markers(points_as_markers()[0])
    # the balance's directions are taken as fixed, by intent
    problem = replace(fit.problem, terms=[term for term in fit.problem.terms if not isinstance(term, Balance)])
    state = shaken(fit.state)
    _, chain, shared = problem.normal(state)
    random = np.random.default_rng(6)
    for _ in range(5):
        along, aside = random.standard_normal(chain.size), random.standard_normal(shared.size)
        expected = downhill_by_differences(problem, state, along, aside)
        assert chain @ along + shared @ aside == pytest.approx(expected, rel=1e-4)
