"""The true angles are the project's own: what a square camera's planar angles would be, had it seen the joint centres exactly."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textbook import rest_posture, textbook_skeleton

from figures import keypoints_of
from kinechain.core.types import KEYPOINT_NAMES, Person
from kinechain.kinematics.planar import estimate_planar_motion
from kinechain.kinematics.standing import find_quiet_standing
from kinechain.kinematics.view import estimate_sight
from lab.angles import true_angles
from lab.rotations import about, apply
from lab.skeleton import landmark_paths, pose
from lab.types import LANDMARKS, Camera, Truth

BODY = textbook_skeleton(1.75)
UP = np.array([0.0, 1.0, 0.0])
FAR_M = 400.0  # so far away that perspective is gone


def square_camera(azimuth_deg: float, count: int) -> Camera:
    """A distant level camera: 0 degrees from the front, 90 from the person's right side, 180 from behind."""
    away = apply(about(UP, -np.deg2rad(azimuth_deg)), np.array([1.0, 0.0, 0.0]))
    ahead, down = -away, -UP
    turn = np.stack([np.cross(down, ahead), down, ahead])
    return Camera(720, 1280, 400.0 * FAR_M, away * FAR_M + 0.9 * UP, np.broadcast_to(turn, (count, 3, 3)))


def truth_of(centres: np.ndarray, azimuth_deg: float = 90.0, facing_rad: float = 0.0) -> Truth:
    count = len(centres)
    return Truth(
        time_s=np.arange(count) / 30.0,
        centres=centres,
        contact=np.ones((count, 2, 2), dtype=bool),
        seated=np.zeros(count, dtype=bool),
        camera=square_camera(azimuth_deg, count),
        repetitions=(),
        facing_rad=facing_rad,
    )


def bent(hip_back_m: float, drop_m: float, aside_m: float = 0.0, knees_in: float = 0.0, count: int = 1) -> np.ndarray:
    """Centres of a body that first stands for two seconds and then lowers its pelvis, as far as `drop_m`."""
    rest = rest_posture(BODY, 60 + count)
    share = np.concatenate([np.zeros(60), np.linspace(0.0, 1.0, count + 1)[1:]])
    pelvis = rest.pelvis + [0.0, -0.003, 0.0] + share[:, None] * [-hip_back_m, -drop_m, aside_m]
    aim = rest.knee_aim + knees_in * share[:, None, None] * np.array([[0.0, 0.0, 1.0], [0.0, 0.0, -1.0]])
    return landmark_paths(BODY, pose(BODY, replace(rest, pelvis=pelvis, knee_aim=aim)))


def test_a_right_angle_at_the_knee_is_ninety_degrees() -> None:
    centres = bent(0.0, 0.49 * 1.75 * (1.0 - np.sqrt(0.5)) - 0.003)
    angles = true_angles(truth_of(centres))
    assert np.rad2deg(angles["knee_flexion"][-1]) == pytest.approx([90.0, 90.0], abs=1e-6)
    assert np.rad2deg(angles["shank_inclination"][-1]) == pytest.approx([45.0, 45.0], abs=1e-6)
    assert np.rad2deg(angles["thigh_inclination"][-1]) == pytest.approx([-45.0, -45.0], abs=1e-6)
    assert np.rad2deg(angles["trunk_thigh_flexion"][-1]) == pytest.approx([45.0, 45.0], abs=1e-6)  # the trunk is upright
    assert angles["trunk_lean"][-1] == pytest.approx(0.0, abs=1e-9)
    assert angles["heel_rise"][-1] == pytest.approx([0.0, 0.0], abs=1e-3)


def test_knees_in_are_valgus_on_both_sides_and_a_shift_to_the_left_is_positive() -> None:
    angles = true_angles(truth_of(bent(0.05, 0.15, aside_m=-0.04, knees_in=0.4), azimuth_deg=0.0))
    assert (np.rad2deg(angles["fppa"][-1]) > 5.0).all()
    assert angles["knee_ankle_separation_ratio"][-1] < 0.9
    assert angles["pelvic_shift"][-1] == pytest.approx(0.04)


@pytest.mark.parametrize(("azimuth_deg", "near"), [(90.0, "right"), (-90.0, "left"), (0.0, "left"), (180.0, "right")])
def test_the_products_planar_angles_of_the_true_centres_are_the_true_angles(azimuth_deg: float, near: str) -> None:
    side_on = abs(azimuth_deg) == 90.0
    aside, knees_in = (0.0, 0.0) if side_on else (-0.03, 0.3)
    centres = bent(0.12, 0.2 if side_on else 0.09, aside, knees_in, count=40)
    centres = np.concatenate([centres, np.repeat(centres[-1:], 30, axis=0)])  # held, so that smoothing takes nothing off
    truth = truth_of(centres, azimuth_deg)
    seen = truth.camera.project(truth.centres)
    xy = np.full((len(centres), 33, 2), np.nan)
    for index, name in enumerate(KEYPOINT_NAMES):
        xy[:, index] = seen[:, truth.index[name]] if name in LANDMARKS else seen[:, truth.index["nose"]]
    deep = (truth.centres - truth.centres[:, [truth.index["left_hip"]]]) @ truth.camera.turn[0].T
    world = np.stack([deep[:, truth.index[name] if name in LANDMARKS else 0] for name in KEYPOINT_NAMES], axis=1)
    film = keypoints_of(truth.time_s, xy, world)
    sight = estimate_sight(film)
    exchanged = np.zeros(len(centres), dtype=bool)
    planar = estimate_planar_motion(film, sight, Person(1.75, 70.0), find_quiet_standing(film), exchanged)
    angles = true_angles(truth)
    names = ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "thigh_inclination") if side_on else ("fppa",)
    held = slice(-20, -8)
    for name in names:
        true = angles[name][held, ("left", "right").index(near)]
        assert np.rad2deg(planar.values(name, near)[held]) == pytest.approx(np.rad2deg(true), abs=0.3), name
    if side_on:
        assert np.rad2deg(planar.values("trunk_lean")[held]) == pytest.approx(np.rad2deg(angles["trunk_lean"][held]), abs=0.3)
    else:
        ratio = planar.values("knee_ankle_separation_ratio")[held]
        assert ratio == pytest.approx(angles["knee_ankle_separation_ratio"][held], abs=0.01)
        assert np.sign(planar.values("pelvic_shift")[held]) == pytest.approx(np.sign(angles["pelvic_shift"][held]))
    assert planar.values("hip_height")[held] == pytest.approx(angles["hip_height"][held], abs=0.005)


@settings(max_examples=6, deadline=None)
@given(facing_rad=st.floats(-3.0, 3.0))
def test_angles_do_not_change_when_the_person_turns_about_the_vertical(facing_rad: float) -> None:
    centres = bent(0.1, 0.25, aside_m=0.02, knees_in=0.2)
    turned = apply(about(UP, facing_rad), centres)
    plain, other = true_angles(truth_of(centres)), true_angles(truth_of(turned, facing_rad=facing_rad))
    for name, values in plain.items():
        np.testing.assert_allclose(other[name], values, atol=1e-9, err_msg=name)
