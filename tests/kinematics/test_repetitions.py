"""Squats are counted by how far they stand out, and timed where the hips leave and regain the top."""

import numpy as np
import pytest

from figures import Figure, film_of, squats
from kinechain.kinematics.repetitions import find_repetitions


@pytest.mark.parametrize("azimuth_deg", [0.0, 45.0, 90.0, 180.0])
@pytest.mark.parametrize("count", [1, 3, 7])
def test_every_squat_is_counted_from_any_view(azimuth_deg: float, count: int) -> None:
    assert len(find_repetitions(film_of(squats(count), azimuth_deg))) == count


def test_a_squat_starts_when_the_hips_leave_the_top_and_ends_when_they_regain_it() -> None:
    # 1.5 s still, 1 s down, at once 1 s up, half a second rest.
    figure = squats(2, still_s=1.5, down_s=1.0)
    first, second = find_repetitions(film_of(figure))
    assert figure.time_s[first.start] == pytest.approx(1.5, abs=0.15)
    assert figure.time_s[first.deepest] == pytest.approx(2.5, abs=0.07)
    assert figure.time_s[first.end] == pytest.approx(3.5, abs=0.15)
    assert figure.time_s[second.deepest] - figure.time_s[first.deepest] == pytest.approx(2.5, abs=0.1)


def test_a_pause_at_the_bottom_does_not_part_a_squat() -> None:
    figure = squats(2, pause_s=2.0)
    repetitions = find_repetitions(film_of(figure, noise_px=1.0))
    assert len(repetitions) == 2
    assert all(figure.time_s[rep.end] - figure.time_s[rep.start] > 3.5 for rep in repetitions)


def test_a_pause_half_way_down_belongs_to_the_squat() -> None:
    plain = squats(1)
    share = (plain.knee - 8.0) / 92.0
    half = int(np.flatnonzero(share >= 0.5)[0])
    held = np.concatenate([share[:half], np.full(45, share[half]), share[half:]])
    figure = Figure(np.arange(held.size) / 30.0, 8 + 92 * held, 4 + 28 * held, 3 + 35 * held)
    (repetition,) = find_repetitions(film_of(figure))
    assert figure.time_s[repetition.start] == pytest.approx(1.5, abs=0.2)


def test_a_broken_off_squat_is_counted_and_named_partial() -> None:
    whole, shallow = squats(1, depth_deg=100.0), squats(1, depth_deg=50.0)
    knee, shank, trunk = (
        np.concatenate([getattr(whole, name), getattr(shallow, name), getattr(whole, name)]) for name in ("knee", "shank", "trunk")
    )
    figure = Figure(np.arange(knee.size) / 30.0, knee, shank, trunk)
    assert [rep.partial for rep in find_repetitions(film_of(figure))] == [False, True, False]


def test_a_film_that_starts_at_the_bottom_still_shows_its_first_squat() -> None:
    figure = squats(2)
    low = int(np.argmax(figure.knee))
    cut = Figure(figure.time_s[low:] - figure.time_s[low], figure.knee[low:], figure.shank[low:], figure.trunk[low:])
    first, _ = find_repetitions(film_of(cut))
    assert first.start == first.deepest or first.deepest <= 2


def test_standing_still_is_no_squat() -> None:
    time_s = np.arange(150) / 30.0
    still = Figure(time_s, np.full(150, 8.0), np.full(150, 4.0), np.full(150, 3.0))
    assert find_repetitions(film_of(still, noise_px=2.0)) == ()


def test_times_do_not_hang_on_the_frame_rate() -> None:
    slow, fast = (find_repetitions(film_of(squats(2, fps=fps))) for fps in (24.0, 60.0))
    for at_24, at_60 in zip(slow, fast, strict=True):
        assert at_24.deepest / 24.0 == pytest.approx(at_60.deepest / 60.0, abs=0.1)
