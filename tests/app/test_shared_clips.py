"""Real people on real phones: repetitions and deepest frames were counted by eye before any program saw the films."""

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from kinechain.app.films import look_at_film, measure_film
from kinechain.core.types import Person, Verdict, View
from kinechain.kinematics.film_check import Examination
from kinechain.pose.blazepose import BlazePose


@pytest.fixture(scope="module")
def look(shared_data: Path, backend: BlazePose):
    """Return a function that looks at a shared film, once for all tests."""
    return cache(lambda name: look_at_film(shared_data / "video" / name, backend, mirrored=False))


def reasons(examination: Examination) -> set[str]:
    return {reason.code for reason in examination.quality.reasons}


def bent_alike_or_said_why(film: Examination) -> None:
    """From the front both knees of every repetition bend alike within their intervals, or the fit is not believed and says so."""
    clip = measure_film(film, Person(1.8, 80.0))
    peaks = [one for one in clip.measures if one.code == "knee_flexion_peak" and one.rep is not None and one.cannot_judge is None]
    if any(reason.code == "fit_not_trusted" for reason in clip.quality.reasons):
        assert not peaks
        return
    assert len(peaks) == 2 * len(film.repetitions)
    assert max(one.low for one in peaks) < min(one.high for one in peaks)
    assert ("trunk_lean_peak", "not_seen_from_front") in {(one.code, one.cannot_judge) for one in clip.measures}


def test_a_phone_from_the_side_with_a_mirror_behind(look) -> None:
    film = look("squat_side_phone.mp4")
    assert (film.sight.view, film.sight.near_side) == (View.SIDE, "right")
    deepest = [repetition.deepest for repetition in film.repetitions]
    assert np.abs(np.subtract(deepest, [311, 523])).max() <= 5
    # The mirror's person is a third as tall; from nose to heel a deep squat leaves well over half of the standing height.
    heights = film.keypoints.xy("right_heel")[:, 1] - film.keypoints.xy("nose")[:, 1]
    assert np.nanmin(heights) > 0.5 * np.nanmedian(heights)


def test_its_knee_angles_are_plausible_whether_or_not_its_fit_is_believed(look) -> None:
    clip = measure_film(look("squat_side_phone.mp4"), Person(1.75, 75.0))
    peaks = [measure for measure in clip.measures if measure.code == "knee_flexion_peak"]
    assert all(105.0 < np.rad2deg(measure.value) < 120.0 for measure in peaks if measure.side == "right")
    far = [measure.cannot_judge for measure in peaks if measure.side == "left"]
    distrusted = any(reason.code == "fit_not_trusted" for reason in clip.quality.reasons)
    assert far == (["far_leg_hidden"] if distrusted else [None, None, None])  # two repetitions and their mean


def test_five_squats_from_the_front(look) -> None:
    film = look("squat_front.mp4")
    assert film.sight.view is View.FRONT
    deepest = [repetition.deepest for repetition in film.repetitions]
    assert np.abs(np.subtract(deepest, [35, 107, 182, 256, 333])).max() <= 5
    assert "no_quiet_standing" in reasons(film)
    assert film.quality.verdict is Verdict.CAUTION
    bent_alike_or_said_why(film)


def test_exchanged_legs_are_named_and_the_film_is_not_ok(look) -> None:
    film = look("split_squat_side_leg_swaps.mp4")
    assert "legs_exchanged" in reasons(film)
    assert film.quality.verdict is not Verdict.OK
    assert len(film.repetitions) == 11
    # By eye the legs are plainly wrong at frame 380: an exchange is found near it.
    assert min(abs(frame - 380) for frame in film.exchanges.frames) < 15


def test_a_phone_in_front_at_60_frames_a_second(look) -> None:
    film = look("squat_front_oblique_60fps.mov")
    assert len(film.repetitions) == 6
    assert film.sight.view in (View.FRONT, View.OBLIQUE)
    bent_alike_or_said_why(film)


def test_no_other_film_is_said_to_exchange_legs(look) -> None:
    for name in ("squat_side_phone.mp4", "squat_front.mp4", "squat_front_oblique_60fps.mov"):
        assert "legs_exchanged" not in reasons(look(name))
