"""The stored films of the wall, the toes and the chair: every count is right, and no error exceeds what is published."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from kinechain.core.types import SIDES
from kinechain.evidence import constant
from kinechain.kinematics.movements import MOVEMENTS
from kinechain.kinematics.movements.heel_raise import leg_stood_on
from lab import doors
from lab.records import load_plan, load_record, perturbed_keypoints, record_paths
from lab.wall_toes_chair import TESTS, Looked, look_at, true_keypoints, wall_toes_chair_section


@cache
def paths(test: str) -> tuple[Path, ...]:
    return tuple(path for path in record_paths(doors.CLIPS) if load_plan(path)["movement"] == test)


@cache
def looked(test: str) -> tuple[Looked, ...]:
    return tuple(look_at(path) for path in paths(test))


def errors(test: str, code: str, group: str) -> np.ndarray:
    return np.array([one.error for film in looked(test) for one in film.compared if (one.code, one.group) == (code, group)])


@pytest.mark.parametrize(("test", "code", "films"), [("heel-raise", "heel_raise_count", 18), ("sit-to-stand", "rises", 8)])
def test_every_count_is_right(test: str, code: str, films: int) -> None:
    counted = np.concatenate([errors(test, code, group) for group in ("calibrate", "test")])
    assert counted.size >= films
    assert (counted == 0.0).all()


@pytest.mark.parametrize(
    ("test", "code", "most"),
    [
        ("knee-to-wall", "knee_to_wall_deg_film", np.deg2rad(9.0)),
        ("heel-raise", "heel_raise_height", 0.015),
        ("heel-raise", "heel_raise_tempo", 2.5),
        ("sit-to-stand", "rise_s", 0.12),
    ],
)
def test_no_film_of_a_test_person_errs_by_more_than_the_page_says(test: str, code: str, most: float) -> None:
    assert np.abs(errors(test, code, "test")).max() < most


def test_the_shins_interval_is_as_wide_as_the_calibration_people_say() -> None:
    off = errors("knee-to-wall", "knee_to_wall_deg_film", "calibrate")
    assert np.sqrt(np.mean(off**2)) == pytest.approx(constant("knee_to_wall.angle_sd").si, abs=np.deg2rad(0.5))


def test_films_are_sent_back_for_the_far_leg_or_the_view_and_hardly_for_anything_else() -> None:
    why = {test: {film.refused for film in looked(test)} - {""} for test in TESTS}
    assert why["knee-to-wall"] == {"tested_leg_far", "legs_exchanged"}
    assert why["heel-raise"] == why["sit-to-stand"] == {"wrong_view"}


def test_which_leg_is_stood_on_is_seen_in_every_film_of_heel_raises() -> None:
    for path in paths("heel-raise"):
        record = load_record(path)
        lower = np.median(record.truth.path("left_ankle")[:, 1] - record.truth.path("right_ankle")[:, 1])
        true = None if abs(lower) < 0.1 else SIDES[int(lower > 0.0)]
        assert leg_stood_on(perturbed_keypoints(record)) == true, path.name


def test_the_rules_find_every_rise_in_the_true_joint_centres() -> None:
    for path in paths("sit-to-stand")[:6]:
        record = load_record(path)
        if record.view == "side":
            found = MOVEMENTS["sit-to-stand"].find_repetitions(true_keypoints(record), None)
            assert len(found) == int(np.sum(np.diff(record.truth.seated.astype(int)) < 0))


def test_the_page_says_how_many_films_there_are() -> None:
    page = "\n".join(wall_toes_chair_section(looked("sit-to-stand")))
    assert f"of {len(paths('sit-to-stand'))} films sent back" in page
    assert wall_toes_chair_section(()) == []
