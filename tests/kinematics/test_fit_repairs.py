"""What the network gets wrong, the fit puts right and says so; what nobody saw, it does not tell."""

import numpy as np

from kinechain.core.types import SIDES, Keypoints, View
from kinechain.kinematics.fit import Fitted, estimate_fitted_motion
from kinechain.kinematics.legs import find_exchanges
from kinematics.posed import STATURE_M, film_of, phone, squat_coordinates, squat_shares

_LEG = ("hip", "knee", "ankle", "heel", "foot_index")


def _oblique_film() -> tuple[Keypoints, np.ndarray]:
    time_s, share = squat_shares()
    return film_of(time_s, squat_coordinates(share, heading_rad=np.deg2rad(40.0)), phone()), np.deg2rad(8.0 + 92.0 * share)


def _fitted(film: Keypoints) -> Fitted:
    return estimate_fitted_motion(film, View.OBLIQUE, STATURE_M, None, find_exchanges(film).exchanged)


def _with_exchanged_legs(film: Keypoints, frames: slice) -> Keypoints:
    dataset = film.dataset.copy(deep=True)
    names = list(dataset.keypoint.values)
    position = dataset["position"]
    for point in _LEG:
        left, right = ({"time": frames, "keypoint": names.index(f"{side}_{point}")} for side in SIDES)
        kept = position[left].values.copy()
        position[left] = position[right].values
        position[right] = kept
    return Keypoints(dataset)


def _without(film: Keypoints, name: str, frames: slice) -> Keypoints:
    dataset = film.dataset.copy(deep=True)
    dataset["position"][{"time": frames, "keypoint": list(dataset.keypoint.values).index(name)}] = np.nan
    return Keypoints(dataset)


def test_legs_that_carry_each_others_names_for_a_while_get_their_own_back() -> None:
    film, knee = _oblique_film()
    fitted = _fitted(_with_exchanged_legs(film, slice(40, 48)))
    assert list(np.flatnonzero(fitted.repairs.exchanged)) == list(range(40, 48))
    assert np.abs(np.rad2deg(fitted.motion.values("knee_flexion", "left") - knee)).mean() < 3.0


def test_a_mark_that_jumps_away_is_listed_as_stray_and_moves_nothing() -> None:
    film, _ = _oblique_film()
    dataset = film.dataset.copy(deep=True)
    number = list(dataset.keypoint.values).index("left_knee")
    dataset["position"][{"time": slice(50, 54), "keypoint": number}] += 300.0
    fitted, plain = _fitted(Keypoints(dataset)), _fitted(film)
    assert fitted.repairs.stray.any(axis=1).nonzero()[0].tolist() == [50, 51, 52, 53]
    moved = fitted.motion.values("knee_flexion", "left") - plain.motion.values("knee_flexion", "left")
    assert np.abs(np.rad2deg(moved)).max() < 2.0


def test_a_short_hole_is_bridged_and_the_interval_grows_in_it() -> None:
    film, _ = _oblique_film()
    hole = slice(50, 62)
    fitted, plain = _fitted(_without(film, "left_knee", hole)), _fitted(film)
    assert np.isfinite(fitted.motion.values("knee_flexion", "left")).all()
    moved = fitted.motion.values("knee_flexion", "left") - plain.motion.values("knee_flexion", "left")
    assert np.abs(np.rad2deg(moved[hole])).max() < 3.0
    assert (
        fitted.motion.values("knee_flexion_sd", "left")[hole] > plain.motion.values("knee_flexion_sd", "left")[hole]
    ).mean() > 0.9


def test_a_leg_that_is_long_out_of_sight_is_not_told() -> None:
    film, _ = _oblique_film()
    fitted = _fitted(_without(film, "left_ankle", slice(30, 75)))
    assert np.isnan(fitted.motion.values("knee_flexion", "left")[30:75]).all()
    assert np.isnan(fitted.motion.drawn("knee_flexion", "left")[:, 30:75]).all()
    assert np.isfinite(fitted.motion.values("knee_flexion", "left")[:30]).all()
    assert np.isfinite(fitted.motion.values("knee_flexion", "right")).all()
