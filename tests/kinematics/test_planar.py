"""The plain estimator gives back the angles that a stick person was built from."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from figures import SHANK_M, STATURE_M, THIGH_M, Figure, changed, film_of, squats
from kinechain.core.types import Keypoints, Motion, Person, View
from kinechain.evidence import constant
from kinechain.kinematics.planar import estimate_planar_motion, marker_paths, metres_per_pixel
from kinechain.kinematics.standing import find_quiet_standing
from kinechain.kinematics.view import estimate_sight

PERSON = Person(STATURE_M, 70.0)


def measured(keypoints: Keypoints, exchanged: np.ndarray | None = None) -> Motion:
    exchanged = np.zeros(keypoints.time_s.size, dtype=bool) if exchanged is None else exchanged
    return estimate_planar_motion(keypoints, estimate_sight(keypoints), PERSON, find_quiet_standing(keypoints), exchanged)


def degrees(motion: Motion, name: str, side: str | None = None) -> np.ndarray:
    return np.rad2deg(motion.values(name, side))


@pytest.mark.parametrize(("azimuth_deg", "near"), [(90.0, "right"), (-90.0, "left")])
def test_a_side_view_gives_back_the_angles_of_the_near_leg(azimuth_deg: float, near: str) -> None:
    figure = squats()
    motion = measured(film_of(figure, azimuth_deg))
    assert np.abs(degrees(motion, "knee_flexion", near) - figure.knee).max() < 1.0
    assert np.abs(degrees(motion, "shank_inclination", near) - figure.shank).max() < 0.5
    assert np.abs(degrees(motion, "trunk_lean") - figure.trunk).max() < 0.5
    # Trunk against thigh: the trunk leans 38 degrees forward, the thigh 68 back from the vertical.
    assert degrees(motion, "trunk_thigh_flexion", near).max() == pytest.approx(38.0 + 68.0, abs=1.0)
    # The thigh is 68 degrees from the vertical, so it is 22 degrees short of level.
    assert degrees(motion, "thigh_inclination", near).max() == pytest.approx(-22.0, abs=1.0)
    far = "left" if near == "right" else "right"
    assert np.isnan(motion.values("knee_flexion", far)).all()
    assert motion.dataset.attrs["estimator"] == "planar"


def test_left_and_right_swap_when_the_film_is_taken_from_the_other_side() -> None:
    figure = squats(1)
    right, left = measured(film_of(figure, 90.0)), measured(film_of(figure, -90.0))
    np.testing.assert_allclose(right.values("knee_flexion", "right"), left.values("knee_flexion", "left"), atol=1e-9)


def test_hip_height_is_a_share_of_the_persons_own_standing() -> None:
    figure = squats(1, depth_deg=90.0)
    height = measured(film_of(figure)).values("hip_height")
    standing = 0.06 + SHANK_M * np.cos(np.deg2rad(4)) + THIGH_M * np.cos(np.deg2rad(-4))
    deepest = 0.06 + SHANK_M * np.cos(np.deg2rad(32)) + THIGH_M * np.cos(np.deg2rad(32 - 90))
    assert height.min() == pytest.approx(deepest / standing, abs=0.01)
    assert height[:30] == pytest.approx(1.0, abs=0.005)


def test_a_heel_that_rises_by_ten_degrees_of_the_foot_is_seen_as_such() -> None:
    still = squats(1)
    raised = Figure(still.time_s, still.knee, still.shank, still.trunk, heel_up_deg=10.0 * (still.knee > 60.0))
    motion = measured(film_of(raised))
    scale = PERSON.height_m * constant("body.shoulder_to_ankle_share").value / (0.5 + THIGH_M + SHANK_M)
    assert np.nanmax(motion.values("heel_rise", "right")) == pytest.approx(scale * 0.22 * np.sin(np.deg2rad(10.0)), abs=0.003)
    assert np.nanmax(measured(film_of(still)).values("heel_rise", "right")) < 1e-6


@pytest.mark.parametrize("azimuth_deg", [0.0, 180.0])
def test_knees_that_fall_in_by_4_cm_are_valgus_on_both_sides(azimuth_deg: float) -> None:
    still = squats(1, depth_deg=60.0)
    figure = Figure(still.time_s, still.knee, still.shank, still.trunk, knee_in_m=0.04)
    keypoints = film_of(figure, azimuth_deg)
    motion = measured(keypoints)
    at = int(np.argmax(still.knee))
    # By hand: lines from the knee, 4 cm inwards, to hip and ankle, whose heights above and below the knee the angles give.
    thigh = np.arctan2(0.04, THIGH_M * np.cos(np.deg2rad(still.shank[at] - still.knee[at])))
    shank = np.arctan2(0.04, SHANK_M * np.cos(np.deg2rad(still.shank[at])))
    for side in ("left", "right"):
        assert degrees(motion, "fppa", side)[at] == pytest.approx(np.rad2deg(thigh + shank), abs=0.3)
    assert motion.values("knee_ankle_separation_ratio")[at] == pytest.approx((0.24 - 0.08) / 0.24, abs=0.01)
    assert estimate_sight(keypoints).view is (View.FRONT if azimuth_deg == 0.0 else View.REAR)


@pytest.mark.parametrize("azimuth_deg", [0.0, 180.0])
def test_a_shift_to_the_persons_own_left_is_positive_from_front_and_rear(azimuth_deg: float) -> None:
    still = squats(1)
    figure = Figure(still.time_s, still.knee, still.shank, still.trunk, shift_left_m=0.05 * (still.knee > 50.0))
    shift = measured(film_of(figure, azimuth_deg)).values("pelvic_shift")
    assert 0.03 < shift[int(np.argmax(still.knee))] < 0.07


def test_fppa_is_missing_where_the_knee_is_bent_too_little_or_too_much() -> None:
    figure = squats(1, depth_deg=110.0)
    fppa = measured(film_of(figure, 0.0)).values("fppa", "left")
    assert np.isnan(fppa[figure.knee > 100.0]).all()
    assert np.isnan(fppa[figure.knee < 12.0]).all()
    assert np.isfinite(fppa[(figure.knee > 35.0) & (figure.knee < 60.0)]).all()


def test_a_short_gap_is_bridged_and_a_long_one_stays_missing() -> None:
    figure = squats()
    keypoints = film_of(figure)
    position = keypoints.dataset["position"].values.copy()
    position[60:65] = np.nan  # 5 frames, 0.17 s
    position[100:110] = np.nan  # 10 frames, 0.33 s
    knee = degrees(measured(changed(keypoints, position=position)), "knee_flexion", "right")
    assert np.abs(knee[60:65] - figure.knee[60:65]).max() < 3.0
    assert np.isnan(knee[100:110]).all()
    assert np.isfinite(knee[:100]).all()


def test_a_person_marked_upside_down_has_no_knee_bent_by_a_whole_turn() -> None:
    """A network that slips may mark a person head down; angles between lines do not care, and none leaps by 360 degrees."""
    keypoints = film_of(squats(1))
    dataset = keypoints.dataset.copy(deep=True)
    middle = np.array([360.0, 640.0]).reshape(1, 2, 1)
    dataset["position"][40:80] = 2.0 * middle - dataset["position"][40:80].values
    flipped = measured(Keypoints(dataset))
    for name in ("knee_flexion", "trunk_thigh_flexion", "thigh_inclination"):
        assert np.nanmax(np.abs(degrees(flipped, name, "right"))) <= 180.0, name
    inside = slice(52, 68)
    np.testing.assert_allclose(
        degrees(flipped, "knee_flexion", "right")[inside], degrees(measured(keypoints), "knee_flexion", "right")[inside], atol=1.0
    )


def test_exchanged_frames_count_as_missing() -> None:
    figure = squats(1)
    exchanged = np.zeros(figure.time_s.size, dtype=bool)
    exchanged[40:60] = True
    assert np.isnan(measured(film_of(figure), exchanged).values("knee_flexion", "right")[40:60]).all()


def test_an_oblique_view_gives_no_planar_angle() -> None:
    with pytest.raises(ValueError, match="oblique"):
        measured(film_of(squats(1), 45.0))


def test_markers_lie_where_the_joints_are() -> None:
    figure = squats(1)
    keypoints = film_of(figure)
    standing = find_quiet_standing(keypoints)
    sight, exchanged = estimate_sight(keypoints), np.zeros(figure.time_s.size, dtype=bool)
    markers = marker_paths(keypoints, sight, PERSON, standing, exchanged)
    scale = metres_per_pixel(keypoints, PERSON, slice(standing.start, standing.stop)) * 400.0
    shank = (markers["right_knee"] - markers["right_ankle"])[0] / scale
    np.testing.assert_allclose(shank, [SHANK_M * np.sin(np.deg2rad(4)), SHANK_M * np.cos(np.deg2rad(4)), 0.0], atol=2e-3)
    front = marker_paths(film_of(figure, 0.0), estimate_sight(film_of(figure, 0.0)), PERSON, standing, exchanged)
    assert front["right_hip"][0, 2] > 0.0 > front["left_hip"][0, 2]  # z grows to the person's right


@settings(max_examples=15, deadline=None)
@given(scale=st.floats(0.5, 2.0), across=st.floats(-50.0, 50.0), up=st.floats(-50.0, 50.0))
def test_angles_do_not_change_with_picture_scale_or_place(scale: float, across: float, up: float) -> None:
    keypoints = film_of(squats(1))
    moved = changed(keypoints, position=keypoints.dataset["position"].values * scale + np.array([across, up])[None, :, None])
    for name in ("knee_flexion", "trunk_thigh_flexion", "shank_inclination"):
        np.testing.assert_allclose(measured(moved).values(name, "right"), measured(keypoints).values(name, "right"), atol=1e-9)
