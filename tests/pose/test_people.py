"""Is the person to measure the largest one who stays? Told on a stage where it is known who moves where."""

import gc
import random
import weakref
from collections.abc import Iterator

import numpy as np
import pytest
from stage import FPS, Body, Scene, Stage, play

from kinechain.core.types import KEYPOINT_NAMES, Keypoints, Picture
from kinechain.pose import estimate_keypoints

PERSON = Body(200.0, 150.0, 100.0)


def nobody(time_s: float) -> list[Body]:
    return []


def alone(time_s: float) -> list[Body]:
    return [PERSON]


def with_mirror(time_s: float) -> list[Body]:
    return [Body(300.0, 120.0, 70.0), PERSON]


def follow(scene: Scene, seconds: float) -> Keypoints:
    return estimate_keypoints(play(seconds), Stage(scene))


def centre_x(keypoints: Keypoints) -> np.ndarray:
    """The middle of the landmarks: the measured body's x, NaN where nobody was measured."""
    return keypoints.dataset["position"].sel(space="x").mean("keypoint", skipna=False).values


def test_one_person_is_measured_in_every_picture():
    keypoints = follow(alone, 4.0)
    assert np.allclose(centre_x(keypoints), 200.0)
    assert keypoints.dataset["keypoint"].values.tolist() == list(KEYPOINT_NAMES)
    assert keypoints.engine.pose_model == "stage"
    assert all("units" in variable.attrs for variable in keypoints.dataset.data_vars.values())


def test_one_looks_for_everybody_about_once_a_second():
    stage = Stage(alone)
    people = estimate_keypoints(play(10.0), stage).dataset["people"].values
    assert 10 <= stage.looked <= 14
    assert np.isfinite(people).sum() == stage.looked
    assert set(people[np.isfinite(people)]) == {1.0}


def test_a_smaller_one_in_the_mirror_is_counted_but_never_measured():
    keypoints = follow(with_mirror, 4.0)
    assert np.allclose(centre_x(keypoints), 200.0)
    assert np.nanmax(keypoints.dataset["people"]) == 2.0


def test_who_sets_up_the_camera_and_leaves_is_not_measured():
    """A helper stands there for two seconds; the person, larger, comes after one and a half and stays."""

    def scene(time_s: float) -> list[Body]:
        return ([Body(60.0, 150.0, 80.0)] if time_s < 2.0 else []) + ([PERSON] if time_s >= 1.5 else [])

    x = centre_x(follow(scene, 10.0))
    assert np.isnan(x[: int(1.5 * FPS)]).all()
    assert np.allclose(x[int(2.6 * FPS) :], 200.0)
    assert set(np.unique(x[np.isfinite(x)])) <= {200.0}


def test_a_larger_passer_by_does_not_take_the_track():
    """Somebody crosses close to the camera within two seconds; for a moment the network sees only them."""

    def scene(time_s: float) -> list[Body]:
        crossing = Body(-100.0 + 300.0 * (time_s - 4.0), 150.0, 140.0)
        return [PERSON] + ([crossing] if 4.0 <= time_s < 6.0 else [])

    x = centre_x(follow(scene, 10.0))
    assert np.allclose(x[: int(4.5 * FPS)], 200.0)
    assert np.allclose(x[int(7.1 * FPS) :], 200.0)
    assert np.nanmax(np.abs(x - 200.0)) < 40.0  # within the sway of one body; the rest of the crossing is missing


def test_who_is_lost_is_found_again():
    keypoints = follow(lambda time_s: [] if 3.0 <= time_s < 4.0 else [PERSON], 8.0)
    x = centre_x(keypoints)
    times = keypoints.time_s
    gone = (times >= 3.0) & (times < 4.0)
    assert np.isnan(x[gone]).all()
    assert np.allclose(x[~gone], 200.0)
    assert np.nanmin(keypoints.dataset["people"]) == 0.0


def test_who_walks_out_on_one_side_and_comes_back_on_the_other_is_one_person_or_none():
    """Two places, never both at once: what is measured is one of the stays, the longer one, or both; never anything between."""

    def scene(time_s: float) -> list[Body]:
        return [Body(100.0, 150.0, 100.0)] if time_s < 2.0 else [Body(600.0, 150.0, 100.0)] if time_s > 3.0 else []

    x = centre_x(follow(scene, 9.0))
    assert np.allclose(x[int(3.1 * FPS) :], 600.0)


def test_somebody_who_walks_about_alone_stays_the_same_person():
    keypoints = follow(lambda time_s: [Body(100.0 + 60.0 * time_s, 150.0, 100.0)], 8.0)
    assert np.isfinite(centre_x(keypoints)).all()


def test_nobody_in_view_leaves_everything_missing():
    keypoints = follow(nobody, 1.0)
    assert np.isnan(keypoints.dataset["position"]).all()
    assert np.isnan(keypoints.dataset["presence"]).all()
    assert (keypoints.dataset["people"] == 0.0).all()


def test_a_film_without_pictures_gives_no_keypoints():
    assert follow(nobody, 0.0).time_s.size == 0


def test_the_answer_does_not_depend_on_how_fast_each_lane_is():
    def scene(time_s: float) -> list[Body]:
        return [Body(200.0 + 80.0 * np.sin(4.0 * time_s), 150.0, 100.0), Body(200.0, 100.0, 90.0)]

    chance = random.Random(1)
    hasty = estimate_keypoints(play(2.0), Stage(scene))
    dawdling = estimate_keypoints(play(2.0), Stage(scene, dawdle=lambda: chance.choice([0.0, 0.0, 0.01])))
    assert hasty.dataset.equals(dawdling.dataset)


def test_pictures_are_let_go_as_soon_as_they_are_measured():
    alive: list[weakref.ref] = []
    most = 0

    def watched() -> Iterator[Picture]:
        nonlocal most
        for picture in play(0.6):
            alive.append(weakref.ref(picture.rgb))
            yield picture
            del picture
            gc.collect()
            most = max(most, sum(reference() is not None for reference in alive))

    estimate_keypoints(watched(), Stage(alone))
    assert most <= 4


def test_progress_is_told_picture_by_picture():
    told: list[int] = []
    estimate_keypoints(play(0.5), Stage(alone), told.append)
    assert told == list(range(1, 16))


def test_pictures_of_two_sizes_are_refused():
    def mixed() -> Iterator[Picture]:
        yield Picture(0, 0.0, np.zeros((24, 32, 3), np.uint8))
        yield Picture(1, 0.1, np.zeros((32, 24, 3), np.uint8))

    with pytest.raises(ValueError, match=r"Expected pictures of 32 x 24 px throughout, got 24 x 32 in picture 1"):
        estimate_keypoints(mixed(), Stage(nobody))
