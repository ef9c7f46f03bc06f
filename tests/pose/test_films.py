"""Does the whole stage hold on to the person in films: with a mirror behind, with somebody beside, with a gap?"""

from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from kinechain.core.types import Keypoints, Picture
from kinechain.io.film import open_film
from kinechain.pose import BlazePose, estimate_keypoints


def shown(film: Path, wanted: range) -> Iterator[Picture]:
    """Yield some pictures of a film, counted anew."""
    with open_film(film) as opened:
        for index, picture in enumerate(islice(opened.pictures(), wanted.start, wanted.stop, wanted.step)):
            yield Picture(index, picture.time_s, picture.rgb)


def rendered(film: Path) -> list[Picture]:
    """Forty-five pictures of the rendered person: every second one of three seconds."""
    return list(shown(film, range(0, 90, 2)))


@pytest.fixture(scope="session")
def side_pictures(sample: Path) -> list[Picture]:
    return rendered(sample / "squat_side.mp4")


@pytest.fixture(scope="session")
def side_alone(side_pictures: list[Picture], blazepose: BlazePose) -> Keypoints:
    return estimate_keypoints(side_pictures, blazepose)


def with_somebody_beside(pictures: list[Picture], shrink: int, left: bool) -> Iterator[Picture]:
    """Paste a smaller, mirrored copy of the person (from other moments) beside them, on a wider picture."""
    for picture, other in zip(pictures, reversed(pictures), strict=True):
        small = other.rgb[::shrink, ::shrink][:, ::-1]
        wall = np.full((picture.rgb.shape[0], small.shape[1], 3), 150, np.uint8)
        wall[200 : 200 + small.shape[0]] = small
        yield Picture(picture.index, picture.time_s, np.concatenate([wall, picture.rgb] if left else [picture.rgb, wall], axis=1))


def leg_px(keypoints: Keypoints) -> np.ndarray:
    """Thigh and shank of the left leg together, px."""
    hip, knee, ankle = (keypoints.xy(f"left_{name}") for name in ("hip", "knee", "ankle"))
    return np.linalg.norm(hip - knee, axis=1) + np.linalg.norm(knee - ankle, axis=1)


def test_all_variables_of_a_quiet_film_are_filled(side_alone: Keypoints):
    dataset = side_alone.dataset
    for name in ("position", "confidence", "world", "presence", "camera_shift", "brightness"):
        assert np.isfinite(dataset[name].values).all(), name
    assert np.isnan(dataset["scene_change"].values[0])
    assert np.nanmax(dataset["scene_change"].values) < 0.1
    assert np.abs(dataset["camera_shift"].values).max() < 1.0
    assert np.nanmax(dataset["people"].values) == np.nanmin(dataset["people"].values) == 1.0
    assert (dataset.attrs["width_px"], dataset.attrs["height_px"]) == (720, 1280)


@pytest.mark.parametrize("left", [True, False])
def test_a_smaller_person_beside_does_not_steal_the_track(left: bool, blazepose: BlazePose, sample: Path):
    pictures = rendered(sample / "squat_front.mp4")
    alone = estimate_keypoints(pictures, blazepose)
    keypoints = estimate_keypoints(with_somebody_beside(pictures, 2, left), blazepose)
    moved = np.array([pictures[0].rgb.shape[1] // 2 if left else 0, 0])
    apart = np.linalg.norm(keypoints.xy("left_knee") - moved - alone.xy("left_knee"), axis=1)
    assert np.isfinite(apart).all()
    assert np.max(apart) < 0.1 * np.median(leg_px(alone))
    assert np.nanmax(keypoints.dataset["people"]) == 2.0


def test_the_mirror_behind_does_not_steal_the_track(blazepose: BlazePose, shared_data: Path):
    """A real film with a second person, and the squatter's own back, in a mirror; around the bottom of both squats."""
    film = shared_data / "video" / "squat_side_phone.mp4"
    for wanted in (range(260, 360, 3), range(480, 570, 3)):
        keypoints = estimate_keypoints(shown(film, wanted), blazepose)
        ankle, hip = keypoints.xy("right_ankle"), keypoints.xy("right_hip")
        assert np.isfinite(ankle).all()
        assert ankle[:, 1].min() > 780.0  # the mirror ends at 690 px
        assert np.ptp(ankle, axis=0).max() < 60.0  # the feet stand
        assert np.ptp(hip[:, 1]) > 100.0  # and the hips squat


def test_who_is_hidden_for_a_while_is_lost_and_found_again(
    side_pictures: list[Picture], side_alone: Keypoints, blazepose: BlazePose
):
    def curtain() -> Iterator[Picture]:
        for picture in side_pictures:
            hidden = 15 <= picture.index < 25
            yield Picture(picture.index, picture.time_s, np.full_like(picture.rgb, 120) if hidden else picture.rgb)

    keypoints = estimate_keypoints(curtain(), blazepose)
    found = np.isfinite(keypoints.dataset["presence"].values)
    assert found.tolist() == [not 15 <= index < 25 for index in range(45)]
    apart = np.linalg.norm(keypoints.xy("left_knee") - side_alone.xy("left_knee"), axis=1)
    assert np.nanmax(apart) < 0.1 * np.median(leg_px(side_alone))
    change, time_s = keypoints.dataset["scene_change"].values, keypoints.time_s
    for cut in (15, 25):  # told within a tenth of a second
        assert np.nanmax(change[(time_s >= time_s[cut]) & (time_s <= time_s[cut] + 0.101)]) == 1.0


def test_two_pictures_in_work_cost_no_accuracy(
    side_pictures: list[Picture], side_alone: Keypoints, pose_weights: tuple[bytes, bytes]
):
    """Looking where the body was two pictures ago, not one, moves a landmark by less than the network's own unrest.

    Measured: 0.5 % of the leg's length; against the true knee angle both err alike (on the right by 10.2 and 10.5 degrees, the
    network's bias, with the same scatter of 2.4).
    """
    one_by_one = estimate_keypoints(side_pictures, BlazePose(*pose_weights, "blazepose-full", lanes=1))
    apart = np.linalg.norm((one_by_one.dataset["position"] - side_alone.dataset["position"]).values, axis=1)[:, 23:]
    assert np.median(apart) < 0.01 * np.median(leg_px(side_alone))


def test_the_same_film_twice_gives_the_same_keypoints(side_pictures: list[Picture], side_alone: Keypoints, blazepose: BlazePose):
    assert estimate_keypoints(side_pictures, blazepose).dataset.identical(side_alone.dataset)
