"""What an interval lacks is learned rightly: errors made by hand need the stretch, gain and shift that they were made with."""

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_records import made_record

from figures import squats
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.evidence import read_constants, studies
from kinechain.kinematics.fit.intervals import excursion, interval_of, widen
from lab.calibration import Track, as_rows, bound_of_most, learn_widening, learn_widenings, tracks_of
from lab.doors import CALIBRATION, calibration_is_fresh

FRAMES, DRAWS, LAG = 300, 60, 9
TIME_S = np.arange(FRAMES) / 30.0
SWING = 1.0 - np.cos(2.0 * np.pi * TIME_S / 2.5)
WINDOWS = tuple(slice(75 * number, 75 * (number + 1)) for number in range(4))


def _track(
    number: int, error: np.ndarray, deviations: np.ndarray | None = None, extreme: int = 0, estimate: np.ndarray = SWING
) -> Track:
    drawn = np.zeros((DRAWS, FRAMES)) if deviations is None else deviations
    return Track("front", "knee_flexion", f"clip {number}", number, LAG, estimate, error, drawn, WINDOWS, extreme)


def _noise(seed: int, *shape: int) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape)


def test_errors_twice_as_fast_as_the_draws_stretch_them_to_twice() -> None:
    lesson = learn_widening([_track(n, 2.0 * _noise(n, FRAMES), _noise(1000 + n, DRAWS, FRAMES)) for n in range(60)])
    a_little_more = NormalDist().inv_cdf(0.5 + 0.45 * 61 / 60) / INTERVAL_HALF_WIDTH  # for the one who is never held
    assert lesson.widening.stretch == pytest.approx(2.0 * a_little_more, rel=0.03)
    assert lesson.frames_held == pytest.approx(0.91, abs=0.015)
    assert lesson.widening.shift < 0.5
    assert lesson.widening.gain < 0.3


def test_errors_that_stay_the_same_over_a_film_are_a_shift() -> None:
    lesson = learn_widening([_track(n, np.full(FRAMES, 3.0 * (-1.0) ** n)) for n in range(20)])
    assert (lesson.widening.stretch, lesson.widening.gain) == (0.0, 0.0)
    assert lesson.widening.shift == pytest.approx(3.0 / INTERVAL_HALF_WIDTH, rel=1e-6)
    assert lesson.width == pytest.approx(6.0, rel=1e-6)


def test_errors_in_proportion_to_the_excursion_are_a_gain() -> None:
    # A swing that spends as long above as below its middle, so that middle and mean are one.
    swing = np.cos(2.0 * np.pi * TIME_S / 2.5 + 0.01)
    lesson = learn_widening([_track(n, 0.1 * (-1.0) ** n * excursion(swing), estimate=swing) for n in range(20)])
    assert lesson.widening.gain == pytest.approx(0.1 / INTERVAL_HALF_WIDTH, rel=0.01)
    assert lesson.widening.shift < 0.01


def test_peaks_that_are_missed_widen_the_shift_and_held_ones_are_counted() -> None:
    missed = -0.5 * (SWING > 1.99)  # only the largest values, one frame in twenty, are read too small
    frames, both = (learn_widening([_track(n, missed, extreme=extreme) for n in range(20)]) for extreme in (0, 1))
    assert np.isnan(frames.peaks_held)
    assert both.widening.shift > frames.widening.shift
    assert both.peaks_held >= 0.9


def test_every_film_counts_the_same_however_long() -> None:
    short = [np.full(10, 1.0)] * 5
    long = [np.full(1000, 5.0)]
    assert bound_of_most([*short * 20, *long]) == 1.0
    assert bound_of_most([*short, *long]) == 5.0


def test_one_more_film_that_is_never_held_stands_for_the_next_person() -> None:
    # Nine films of ten: with the next person it would be nine of eleven, which is not enough.
    assert bound_of_most([np.full(4, float(score)) for score in (*range(1, 10), 50)]) == 50.0


def test_too_few_films_teach_nothing() -> None:
    with pytest.raises(ValueError, match="at least 10 films"):
        learn_widenings([_track(n, np.ones(FRAMES)) for n in range(9)])


def test_what_is_learned_is_written_as_rows_of_evidence() -> None:
    lessons = learn_widenings([_track(n, np.full(FRAMES, np.deg2rad(3.0) * (-1.0) ** n)) for n in range(20)])
    rows = read_constants(as_rows(lessons), "calibration.toml", studies())
    assert set(rows) == {f"fit.front_knee_flexion_{what}" for what in ("stretch", "gain", "shift")}
    shift = rows["fit.front_knee_flexion_shift"]
    assert (shift.unit, shift.kind, shift.source, shift.n) == ("deg", "derived", "kinechain-lab", 20)
    assert shift.value == pytest.approx(3.0 / INTERVAL_HALF_WIDTH, abs=1e-3)
    assert "20 films" in shift.place


@given(shift=st.floats(0.0, 5.0), gain=st.floats(0.0, 0.5))
def test_widened_draws_have_the_spread_that_was_asked_for(shift: float, gain: float) -> None:
    estimate = np.array([0.0, 1.0, 2.0])
    drawn = widen(np.zeros((4000, 3)), estimate, 1.0, gain, shift, np.random.default_rng(0))
    np.testing.assert_allclose(drawn.std(axis=0), np.hypot(shift, gain * np.abs(estimate - 1.0)), rtol=0.05, atol=1e-9)
    assert interval_of(drawn[:, 1]) == pytest.approx(
        (-INTERVAL_HALF_WIDTH * shift, INTERVAL_HALF_WIDTH * shift), rel=0.01, abs=1e-9
    )


def test_a_curve_unknown_for_a_while_has_an_excursion_elsewhere() -> None:
    np.testing.assert_array_equal(excursion(np.array([1.0, np.nan, 3.0])), [-1.0, np.nan, 1.0])
    assert np.isnan(excursion(np.full(3, np.nan))).all()


def test_tracks_of_a_film_hold_its_own_errors() -> None:
    record = made_record("front", squats(2, still_s=2.0), group="calibrate", distance_m=4.0)
    tracks = tracks_of(record)
    knees = [track for track in tracks if track.curve == "knee_flexion"]
    assert [track.place for track in knees] == ["front"] * 2
    assert all(np.rad2deg(np.abs(track.error).mean()) < 15.0 for track in knees)
    assert all(len(track.deviations) == 60 and len(track.windows) == 2 for track in knees)
    assert {track.clip for track in tracks} == {knees[0].clip}


@pytest.mark.soak
def test_the_shipped_rows_are_what_the_stored_clips_teach() -> None:
    assert calibration_is_fresh(), f"{CALIBRATION} is out of date: run `kinechain lab calibrate`."
