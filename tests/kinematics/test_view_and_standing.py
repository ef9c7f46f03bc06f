"""Where the camera stands is read off the body; quiet standing is quiet and tall."""

import numpy as np
import pytest

from figures import Figure, changed, film_of, squats
from kinechain.core.types import View
from kinechain.kinematics.standing import find_quiet_standing, longest_standing_s
from kinechain.kinematics.view import estimate_sight


@pytest.mark.parametrize(
    ("azimuth_deg", "view", "near", "facing"),
    [
        (0.0, View.FRONT, None, 1),
        (180.0, View.REAR, None, 1),
        (90.0, View.SIDE, "right", 1),
        (-90.0, View.SIDE, "left", -1),
        (80.0, View.SIDE, "right", 1),
        (45.0, View.OBLIQUE, "right", 1),
        (-45.0, View.OBLIQUE, "left", -1),
    ],
)
def test_the_view_is_named_with_near_leg_and_facing(azimuth_deg: float, view: View, near: str | None, facing: int) -> None:
    sight = estimate_sight(film_of(squats(1), azimuth_deg))
    assert (sight.view, sight.near_side, sight.facing) == (view, near, facing)


@pytest.mark.parametrize("azimuth_deg", [10.0, 50.0, 85.0])
def test_the_azimuth_is_the_cameras(azimuth_deg: float) -> None:
    # The picture vote takes shoulders for 0.80 of the trunk; this figure's are 0.40 / 0.50 = 0.80.
    assert np.rad2deg(estimate_sight(film_of(squats(1), azimuth_deg)).azimuth_rad) == pytest.approx(azimuth_deg, abs=4.0)


def test_nobody_found_is_no_view() -> None:
    keypoints = film_of(squats(1))
    nobody = changed(
        keypoints,
        position=np.full_like(keypoints.dataset["position"].values, np.nan),
        world=np.full_like(keypoints.dataset["world"].values, np.nan),
        presence=np.full(keypoints.time_s.size, np.nan),
    )
    assert estimate_sight(nobody).view is View.OBLIQUE
    assert find_quiet_standing(nobody) is None
    assert longest_standing_s(nobody) == 0.0


def test_quiet_standing_is_the_start_not_the_pause_at_the_bottom() -> None:
    figure = squats(1, still_s=1.5, pause_s=3.0)
    standing = find_quiet_standing(film_of(figure, noise_px=0.5))
    assert standing is not None
    assert standing.start <= 3
    assert 1.0 < standing.duration_s < 1.7


def test_without_quiet_standing_none_is_found_but_the_longest_is_told() -> None:
    figure = squats(2, still_s=0.1)
    moving = Figure(figure.time_s, figure.knee, figure.shank, figure.trunk, shift_left_m=0.2 * np.sin(4.0 * figure.time_s))
    keypoints = film_of(moving, 0.0)
    assert find_quiet_standing(keypoints) is None
    assert longest_standing_s(keypoints) < 0.5


def test_a_swaying_camera_does_not_disturb_standing() -> None:
    keypoints = film_of(squats(1))
    sway = 30.0 * np.column_stack([np.sin(3.0 * keypoints.time_s), np.cos(3.0 * keypoints.time_s)])
    swaying = changed(keypoints, position=keypoints.dataset["position"].values + sway[:, :, None])
    assert find_quiet_standing(swaying) is None
    assert find_quiet_standing(changed(swaying, camera_shift=sway)) is not None
