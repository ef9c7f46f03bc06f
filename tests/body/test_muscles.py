"""Muscles whose lengths are known by hand: a line across a hinge, two hinges, a leg and its mirror image, and one that jumps."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from kinechain.body.muscle_fit import FitOptions, FittedGeometry, fit_geometry
from kinechain.body.muscles import MuscleGeometry
from kinechain.core.errors import DataFileError
from kinechain.core.muscles import Muscle, PathPoint

#: Where a muscle arises above a hinge and ends below it (m).
ABOVE, BELOW = 0.30, 0.05

HINGE = (0.0, 2.4)
SMALL = FitOptions(poses=2000, held_out=200, terms=(21, 80, 150))

Law = Callable[[np.ndarray], np.ndarray]


def make_muscle(name: str, *crosses: str) -> Muscle:
    path = (PathPoint("thigh", (0.0, 0.0, 0.0)), PathPoint("shank", (0.0, -0.1, 0.0)))
    return Muscle(name, 1000.0, 0.1, 0.2, 0.0, 10.0, 0.01, path, crosses, {})


def sampler(laws: dict[str, tuple[tuple[str, ...], Law]]) -> Callable[..., np.ndarray]:
    """What OpenSim would say of muscles whose lengths follow `laws` of the coordinates named; others rest at 0."""

    def sample(names: Sequence[str], poses: np.ndarray, muscles: Sequence[str]) -> np.ndarray:
        at = dict(zip(names, poses.T, strict=True))
        still = np.zeros(len(poses))
        columns = [laws[name][1](np.stack([at.get(crossed, still) for crossed in laws[name][0]])) for name in muscles]
        return np.column_stack(columns)

    return sample


def fit(laws: dict[str, tuple[tuple[str, ...], Law]], options: FitOptions = SMALL) -> FittedGeometry:
    muscles = [make_muscle(name, *crosses) for name, (crosses, _) in laws.items()]
    ranges = {name: HINGE for crosses, _ in laws.values() for name in crosses}
    return fit_geometry(sampler(laws), muscles, ranges, options)


def across_hinge(angles: np.ndarray) -> np.ndarray:
    """The cosine rule: the straight line between two points, the hinge's sides 180 degrees less the flexion apart."""
    return np.sqrt(ABOVE**2 + BELOW**2 + 2.0 * ABOVE * BELOW * np.cos(angles[0]))


def across_two(angles: np.ndarray) -> np.ndarray:
    return np.sqrt(0.25 + 0.06 * np.cos(angles[0]) + 0.04 * np.cos(angles[0] - angles[1]))


def slipping(angles: np.ndarray) -> np.ndarray:
    """A smooth line that loses 12 mm at once where both joints are far flexed."""
    smooth = 0.3 + 0.02 * np.sin(angles[0]) * np.cos(0.5 * angles[1])
    return np.where(angles.sum(axis=0) > 4.2, smooth - 0.012, smooth)


def test_a_straight_line_across_a_hinge_obeys_the_cosine_rule() -> None:
    geometry = fit({"straight": (("knee",), across_hinge)}).geometry
    angles = np.linspace(*HINGE, 200)[:, None]
    lengths, arms = geometry.paths(angles, ["knee"])
    assert lengths[:, 0] == pytest.approx(across_hinge(angles.T), abs=1e-6)
    # The pull's lever is the hinge's distance from the line; flexing shortens the muscle, so it is a flexor: positive.
    lever = ABOVE * BELOW * np.sin(angles[:, 0]) / across_hinge(angles.T)
    assert arms[:, 0, 0] == pytest.approx(lever, abs=1e-5)
    assert lever.max() > 0.04


def test_moment_arms_are_the_derivative_of_the_lengths_that_are_given() -> None:
    geometry = fit({"one": (("knee",), across_hinge), "two": (("hip", "knee"), across_two)}).geometry
    names, step = ["hip", "other", "knee"], 1e-6
    values = np.random.default_rng(3).uniform(0.1, 2.3, (40, 3))
    arms = geometry.moment_arms(values, names)
    for at in range(3):
        ahead = step * np.eye(3)[at]
        differences = geometry.lengths(values + ahead, names) - geometry.lengths(values - ahead, names)
        assert arms[:, :, at] == pytest.approx(-differences / (2.0 * step), abs=1e-8)
    assert not arms[:, :, 1].any(), "no muscle crosses the other coordinate"
    assert not arms[:, 0, 0].any(), "the first muscle does not cross the hip"


def test_right_and_left_share_one_fit_where_they_are_mirror_images() -> None:
    fitted = fit({"a_r": (("hip_r", "knee_r"), across_two), "a_l": (("hip_l", "knee_l"), across_two)})
    assert fitted.mirrored
    values = np.random.default_rng(1).uniform(0.0, 2.4, (30, 2))
    lengths = fitted.geometry.lengths(np.hstack([values, values]), ["hip_l", "knee_l", "hip_r", "knee_r"])
    assert np.array_equal(lengths[:, 0], lengths[:, 1])
    right, left = fitted.fits
    assert (right.name, left.name) == ("a_r", "a_l")
    assert left.length_rms_m == right.length_rms_m
    assert set(left.length_worst_at) == {"hip_l", "knee_l"}


def test_legs_that_differ_are_fitted_each_by_itself() -> None:
    def longer(angles: np.ndarray) -> np.ndarray:
        return across_two(angles) + 0.001

    fitted = fit({"a_r": (("hip_r", "knee_r"), across_two), "a_l": (("hip_l", "knee_l"), longer)})
    assert not fitted.mirrored
    names = ["hip_r", "knee_r", "hip_l", "knee_l"]
    lengths = fitted.geometry.lengths(np.full((1, 4), 1.0), names)[0]
    assert lengths[1] - lengths[0] == pytest.approx(0.001, abs=1e-6)


def test_a_line_that_jumps_is_followed_up_to_the_jump_and_the_table_tells_how_often_it_does() -> None:
    crosses = ("hip", "knee")
    fitted = fit({"slips": (crosses, slipping), "stays": (crosses, across_two)}, FitOptions(poses=3000, held_out=3000))
    values = np.random.default_rng(5).uniform(*HINGE, (5000, 2))
    beyond = values.sum(axis=1) > 4.2
    off = np.abs(fitted.geometry.lengths(values, crosses)[:, 0] - slipping(values.T))
    assert 0.02 < beyond.mean() < 0.10
    assert off[~beyond].max() < 2e-4
    assert np.median(off[beyond]) == pytest.approx(0.012, abs=0.002), "it goes on as if nothing had slipped"
    slips, stays = fitted.fits
    assert slips.jumped == pytest.approx(beyond.mean(), abs=0.01)
    assert slips.length_worst_m == pytest.approx(0.012, abs=0.003)
    assert stays.jumped == 0.0
    assert stays.length_worst_m < 1e-5


def test_outside_the_range_nothing_is_told_and_only_there() -> None:
    geometry = fit({"one": (("knee",), across_hinge), "two": (("hip", "knee"), across_two)}).geometry
    values = np.array([[1.0, 1.0], [2.5, 1.0], [1.0, -0.1], [1.0, np.nan], [0.0, 2.4]])
    assert geometry.within(values, ["hip", "knee"]).tolist() == [True, False, False, False, True]
    lengths, arms = geometry.paths(values, ["hip", "knee"])
    assert np.isnan(lengths).tolist() == [[False, False], [False, True], [True, True], [True, True], [False, False]]
    assert np.isnan(arms[1]).tolist() == [[False, False], [True, True]]


def test_many_frames_at_once_give_what_each_gives_alone() -> None:
    geometry = fit({"a_r": (("hip_r", "knee_r"), across_two), "a_l": (("hip_l", "knee_l"), across_two)}).geometry
    values = np.random.default_rng(2).uniform(0.0, 2.4, (700, 4))
    lengths, arms = geometry.paths(values, geometry.coordinates)
    for frame in (0, 255, 256, 699):
        alone = geometry.paths(values[[frame]], geometry.coordinates)
        assert alone.lengths[0] == pytest.approx(lengths[frame], abs=1e-14)
        assert alone.moment_arms[0] == pytest.approx(arms[frame], abs=1e-13)
    assert geometry.lengths(values, geometry.coordinates) == pytest.approx(lengths, abs=1e-14)
    assert geometry.lengths(values[:0], geometry.coordinates).shape == (0, 2)


def test_a_file_gives_back_what_was_put_in(tmp_path: Path) -> None:
    geometry = fit({"one": (("knee",), across_hinge), "two": (("hip", "knee"), across_two)}).geometry
    np.savez(tmp_path / "muscles.npz", **geometry.to_arrays())
    with np.load(tmp_path / "muscles.npz") as arrays:
        again = MuscleGeometry.from_arrays(arrays)
    values = np.random.default_rng(2).uniform(0.0, 2.4, (20, 2))
    assert np.array_equal(again.moment_arms(values, ["hip", "knee"]), geometry.moment_arms(values, ["hip", "knee"]))
    assert again.ranges == geometry.ranges
    assert again.muscles == geometry.muscles


def test_a_damaged_file_is_refused() -> None:
    arrays = fit({"one": (("knee",), across_hinge)}).geometry.to_arrays()
    with pytest.raises(DataFileError, match="Compile the model anew"):
        MuscleGeometry.from_arrays({name: array for name, array in arrays.items() if name != "group_0_range"})
    with pytest.raises(DataFileError, match="Compile the model anew"):
        MuscleGeometry.from_arrays({**arrays, "group_0_coefficients": np.zeros((3, 1))})


def test_a_motion_without_a_coordinate_is_told_which() -> None:
    geometry = fit({"two": (("hip", "knee"), across_two)}).geometry
    with pytest.raises(DataFileError, match="Expected the coordinates knee, got a motion without them"):
        geometry.lengths(np.zeros((3, 1)), ["hip"])


def test_a_muscle_that_crosses_nothing_or_a_joint_without_end_is_refused() -> None:
    with pytest.raises(DataFileError, match="idle, which crosses 0"):
        fit_geometry(sampler({}), [make_muscle("idle")], {})
    with pytest.raises(DataFileError, match="range of at most 180 degrees for spin"):
        fit_geometry(sampler({}), [make_muscle("odd", "spin")], {"spin": (-4.0, 4.0)})
