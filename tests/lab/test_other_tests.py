"""The tests on one leg beside stored truth: the right leg or none, the right counts, errors as large as the rows say."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from kinechain.kinematics.movements import MOVEMENTS
from lab.doors import CLIPS
from lab.other_tests import errors_of, look, one_leg_section, rows_of, standing_leg, summed_up
from lab.records import Record, load_plan, load_record, perturbed_keypoints, record_paths

ONE_LEG = ("step-down", "single-leg-squat", "single-leg-stance")


@cache
def paths() -> dict[str, tuple[Path, ...]]:
    """Return the stored films of each test on one leg, from the views that it allows."""
    plans = {path: load_plan(path) for path in record_paths(CLIPS)}
    return {
        test: tuple(path for path, plan in plans.items() if plan["movement"] == test and plan["view"] in MOVEMENTS[test].views)
        for test in ONE_LEG
    }


def records(test: str) -> list[Record]:
    return [load_record(path) for path in paths()[test]]


@pytest.mark.parametrize("test", ONE_LEG)
def test_the_leg_that_stands_is_found_or_none_is_and_never_the_other(test: str) -> None:
    find_side = MOVEMENTS[test].find_side
    assert find_side is not None
    films = records(test)
    found = [(find_side(perturbed_keypoints(record)), standing_leg(record.truth)) for record in films]
    assert all(seen in (None, true) for seen, true in found)
    # A foot held in front of somebody who faces the camera does not show: such films are sent back.
    assert sum(seen is not None for seen, _ in found) > 0.5 * len(films), "a method that never tells would pass too"


@pytest.mark.parametrize("test", ["step-down", "single-leg-squat"])
def test_repetitions_are_as_many_as_there_are(test: str) -> None:
    for record in records(test):
        found = MOVEMENTS[test].find_repetitions(perturbed_keypoints(record), None)
        assert sum(not repetition.partial for repetition in found) == len(record.truth.repetitions), record.plan


def test_stands_are_timed_to_a_third_of_a_second() -> None:
    errors = [error for record in records("single-leg-stance") for error in errors_of(look(record)) if error.code == "stance_s"]
    assert len(errors) >= 5
    assert max(abs(error.off) for error in errors) < 0.33
    assert np.mean([error.inside for error in errors]) >= 0.9


def test_a_row_is_the_mean_of_its_films_errors() -> None:
    film = next(film for record in records("single-leg-stance") if (film := summed_up(look(record))).errors)
    (error,) = (error for error in film.errors if error.code == "stance_s")
    row = next(row for row in rows_of([film, film], film.group) if row.code == "stance_s")
    assert (row.films, row.measured) == (2, 2)
    assert row.mean_error == pytest.approx(error.off)
    assert row.mean_absolute_error == pytest.approx(abs(error.off))
    assert rows_of([film], "nobody") == ()
    assert one_leg_section([]) == []
