"""Scenes and cameras drawn by chance: within their stated ranges, the same for the same seed, with the person in the picture."""

import numpy as np
import pytest
from capsules import capsule_person

from lab.scene import LANDSCAPE, PORTRAIT, draw_camera, draw_scene, heading, look
from lab.types import LANDMARKS, Camera, Prop

_SEEDS = range(40)


def _camera(seed: int, *, azimuth_deg: float = 30.0, portrait: bool = True, handheld: bool | None = None) -> Camera:
    rng = np.random.default_rng(seed)
    return draw_camera(
        rng, azimuth_rad=np.deg2rad(azimuth_deg), portrait=portrait, stature_m=1.73, frames=90, fps=30.0, handheld=handheld
    )  # fmt: skip


@pytest.mark.parametrize("portrait", [True, False])
def test_cameras_stay_in_their_stated_ranges(portrait: bool) -> None:
    for seed in _SEEDS:
        camera = _camera(seed, portrait=portrait)
        assert (camera.width_px, camera.height_px) == (PORTRAIT if portrait else LANDSCAPE)
        assert 0.60 <= camera.focal_px / max(camera.width_px, camera.height_px) <= 0.95
        assert 2.0 - 1e-9 <= np.hypot(camera.position[0], camera.position[2]) <= 4.5 + 1e-9
        assert 0.3 <= camera.position[1] <= 1.9
        forward = camera.turn[45, 2]
        assert np.deg2rad(-13.0) <= -np.arcsin(forward[1]) <= np.deg2rad(21.0)
        np.testing.assert_allclose(camera.turn @ np.swapaxes(camera.turn, 1, 2), np.tile(np.eye(3), (90, 1, 1)), atol=1e-12)
        np.testing.assert_allclose(np.linalg.det(camera.turn), 1.0)


@pytest.mark.parametrize("portrait", [True, False])
def test_the_whole_person_is_nearly_always_in_the_picture(portrait: bool) -> None:
    places = capsule_person().skeleton.landmarks[None]
    inside = []
    for seed in _SEEDS:
        camera = _camera(seed, azimuth_deg=45.0 * (seed % 8), portrait=portrait)
        x, y = camera.project(np.tile(places, (90, 1, 1)))[[0, -1]].reshape(-1, 2).T
        inside.append(((x > 0) & (x < camera.width_px) & (y > 0) & (y < camera.height_px)).mean())
    assert np.mean(inside) > 0.98
    assert min(inside) > 0.8


def test_azimuth_90_sees_the_left_side() -> None:
    skeleton = capsule_person().skeleton
    places = {name: np.linalg.norm(skeleton.landmark(name) - _camera(1, azimuth_deg=90.0).position) for name in LANDMARKS}
    assert places["left_shoulder"] < places["right_shoulder"]
    assert places["left_ankle"] < places["right_ankle"]


def test_azimuth_0_sees_the_front_with_the_left_hand_at_the_right() -> None:
    skeleton, camera = capsule_person().skeleton, _camera(2, azimuth_deg=0.0, handheld=False)
    pixels = camera.project(np.tile(skeleton.landmarks, (90, 1, 1)))[0]
    x = dict(zip(LANDMARKS, pixels[:, 0], strict=True))
    assert x["left_wrist"] > x["right_wrist"]
    y = dict(zip(LANDMARKS, pixels[:, 1], strict=True))
    assert y["nose"] < y["left_hip"] < y["left_ankle"]


def test_a_tripod_stands_still_and_a_hand_sways_slowly() -> None:
    still, swaying = _camera(3, handheld=False), _camera(3, handheld=True)
    assert np.ptp(still.turn, axis=0).max() == 0.0
    for seed in _SEEDS:
        turn = _camera(seed, handheld=True).turn
        between = np.arccos(np.clip(0.5 * (np.einsum("tij,tij->t", turn[1:], turn[:-1]) - 1.0), -1.0, 1.0))
        assert 0.0 < between.max() < np.deg2rad(0.3)  # a thirtieth of a second
    assert np.ptp(swaying.turn, axis=0).max() > 0.0


def test_look_tilts_down_and_rolls_clockwise() -> None:
    down = look(0.0, np.deg2rad(14.0))
    np.testing.assert_allclose(down[2], [np.cos(np.deg2rad(14.0)), -np.sin(np.deg2rad(14.0)), 0.0])
    np.testing.assert_allclose(down[0], [0.0, 0.0, 1.0])
    # A phone rolled clockwise about its axis sees an upright line lean to the left.
    assert (look(0.0, 0.0, np.deg2rad(5.0)) @ [0.0, 1.0, 0.0])[0] < 0.0


def test_the_same_seed_draws_the_same_scene() -> None:
    one, other = (draw_scene(np.random.default_rng(7), azimuth_rad=0.5) for _ in range(2))
    assert repr(one) == repr(other)
    assert repr(one) != repr(draw_scene(np.random.default_rng(8), azimuth_rad=0.5))


def test_nothing_stands_in_the_persons_way() -> None:
    seat = Prop("seat", np.array([-0.5, 0.22, 0.0]), np.array([0.25, 0.22, 0.25]))
    for seed in _SEEDS:
        scene = draw_scene(np.random.default_rng(seed), azimuth_rad=0.15 * seed, props=(seat,), clearance_m=1.3)
        for box in scene.boxes:
            assert np.hypot(box.prop.centre[0], box.prop.centre[2]) > 1.3
        for wall in scene.walls:
            assert wall.distance_m >= 1.3
            assert np.linalg.norm(wall.normal) == pytest.approx(1.0)
            assert wall.normal @ seat.centre + wall.distance_m > 0.25


def test_clothes_come_in_all_kinds() -> None:
    looks = [draw_scene(np.random.default_rng(seed), azimuth_rad=0.0).looks for seed in range(150)]
    assert {look.shoes is None for look in looks} == {True, False}
    assert {look.sleeveless for look in looks} == {True, False}
    assert min(look.bottom.length for look in looks) < 0.4
    assert max(look.bottom.looseness_m for look in looks) > 0.014
    assert min(sum(look.skin) for look in looks) < 1.0 < 2.2 < max(sum(look.skin) for look in looks)


def test_heading_turns_to_the_left() -> None:
    np.testing.assert_allclose(heading(np.deg2rad(90.0)), [0.0, 0.0, -1.0], atol=1e-15)
