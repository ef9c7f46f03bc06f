"""A long film is fitted in windows: as if it were whole, to a degree, and each window only as long as it may be."""

from itertools import pairwise

import numpy as np
import pytest
from posed import STATURE_M, film_of, phone, squat_coordinates, squat_shares

from kinechain.core.types import Keypoints, View
from kinechain.kinematics.fit import Fitted, estimate_fitted_motion, windows
from kinechain.kinematics.fit.windows import window_frames
from kinechain.kinematics.standing import Standing

QUIET = Standing(0, 30, 1.0)
TIME_S, SHARE = squat_shares(count=5)


@pytest.fixture(scope="module")
def film() -> Keypoints:
    return film_of(TIME_S, squat_coordinates(SHARE, np.deg2rad(30.0)), phone(), noise_px=2.0)


@pytest.fixture(scope="module")
def whole(film: Keypoints) -> Fitted:
    return estimate_fitted_motion(film, View.OBLIQUE, STATURE_M, QUIET)


def in_windows(film: Keypoints, frames: list[slice], monkeypatch: pytest.MonkeyPatch) -> Fitted:
    monkeypatch.setattr(windows, "window_frames", lambda _: frames)
    return estimate_fitted_motion(film, View.OBLIQUE, STATURE_M, QUIET)


def test_windows_cover_a_film_evenly_and_overlap() -> None:
    time_s = np.arange(0.0, 600.0, 1.0 / 30.0)
    frames = window_frames(time_s)
    assert (frames[0].start, frames[-1].stop) == (0, time_s.size)
    lengths = [time_s[one.stop - 1] - time_s[one.start] for one in frames]
    assert max(lengths) <= 30.05
    assert max(lengths) - min(lengths) < 0.1
    overlaps = [time_s[one.stop - 1] - time_s[two.start] for one, two in pairwise(frames)]
    assert overlaps == pytest.approx([2.0] * len(overlaps), abs=0.1)
    assert window_frames(time_s[:300]) == [slice(0, 300)]


def test_a_film_in_windows_is_the_film_as_a_whole(film: Keypoints, whole: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    parted = in_windows(film, [slice(0, 150), slice(110, 260), slice(220, TIME_S.size)], monkeypatch)
    for name in ("knee_flexion", "shank_inclination", "trunk_lean"):
        one, other = (np.rad2deg(fitted.motion.dataset[name].values) for fitted in (whole, parted))
        assert np.abs(one - other).mean() < 1.0, name
        assert np.abs(np.diff(other, axis=0)).max() < 1.2 * np.abs(np.diff(one, axis=0)).max(), name
    for name, (length, spread) in parted.lengths.items():
        assert length == pytest.approx(whole.lengths[name][0], abs=2.0 * spread), name
    assert parted.doubts == whole.doubts == ()
    assert not parted.repairs.exchanged.any()
    assert parted.repairs.stray.shape == (TIME_S.size, 12)


def test_draws_keep_their_error_from_window_to_window(film: Keypoints, monkeypatch: pytest.MonkeyPatch) -> None:
    parted = in_windows(film, [slice(0, 200), slice(140, TIME_S.size)], monkeypatch).motion
    name = "knee_flexion"
    assert parted.draws is not None
    off = parted.draws[name].values - parted.dataset[name].values
    spread = np.sqrt((off**2).mean(axis=0))
    assert np.abs(np.diff(spread[130:210], axis=0)).max() < 0.2 * spread.mean()  # the overlap and what is beside it
    first, last = off[:, 45], off[:, -20]  # in the first squat and in the last
    assert np.corrcoef(first[:, 0], last[:, 0])[0, 1] > 0.3


def test_one_window_is_the_fit_itself(film: Keypoints, whole: Fitted, monkeypatch: pytest.MonkeyPatch) -> None:
    again = in_windows(film, [slice(0, TIME_S.size)], monkeypatch)
    assert again.motion.dataset.identical(whole.motion.dataset)
