"""Each curve comes from the estimator that the table names; a fit that is not believed leaves no trace but its reason."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import xarray as xr

from figures import STATURE_M, changed, film_of, header, squats
from kinechain.core.types import SIDES, Keypoints, Motion, Person, Quality, Reason, Verdict, View
from kinechain.kinematics import choice
from kinechain.kinematics.choice import choose_curves, estimate_motion
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.fit import Fitted
from kinechain.kinematics.fit.film import Repairs
from kinechain.kinematics.fit.trust import Doubt
from kinechain.kinematics.legs import rename_legs
from kinechain.kinematics.measures import measure_squat
from kinechain.kinematics.movements.squat import FROM_FIT
from kinematics import posed

PERSON = Person(STATURE_M, 70.0)
SIDED = {"knee_flexion", "trunk_thigh_flexion", "shank_inclination", "thigh_inclination", "fppa", "foot_pitch", "heel_rise"}
LENGTHS = dict.fromkeys(("trunk", "shoulder", "hip", "thigh", "shank", "ankle", "heel", "toe"), (0.4, 0.01))


def examined(keypoints: Keypoints) -> Examination:
    return examine_film(header(keypoints), keypoints, mirror_known=True)


def flat_fit(time_s: np.ndarray, angle_deg: float, names: tuple[str, ...]) -> Motion:
    """A fit in which every angle is the same all the time, with two draws a degree off to either side."""
    variables, draws = {}, {}
    for name in names:
        dims = ("time", "side") if name in SIDED else ("time",)
        shape = (time_s.size, 2) if name in SIDED else (time_s.size,)
        curve = np.full(shape, np.deg2rad(angle_deg))
        variables[name] = (dims, curve, {"units": "rad"})
        variables[f"{name}_sd"] = (dims, np.full(shape, np.deg2rad(1.0)), {"units": "rad"})
        draws[name] = (("draw", *dims), np.stack([curve - np.deg2rad(1.0), curve + np.deg2rad(1.0)]), {"units": "rad"})
    coordinates = {"time": time_s, "side": list(SIDES)}
    return Motion(xr.Dataset(variables, coordinates, {"estimator": "fit"}), xr.Dataset(draws, coordinates))


def fitted(examination: Examination, *doubts: Doubt, exchanged: np.ndarray | None = None, stray: int = 0) -> Fitted:
    time_s = examination.keypoints.time_s
    far = np.zeros((time_s.size, 12), dtype=bool)
    far.flat[:stray] = True
    repairs = Repairs(np.zeros(time_s.size, dtype=bool) if exchanged is None else exchanged, far)
    return Fitted(flat_fit(time_s, 40.0, tuple({*FROM_FIT[View.OBLIQUE], "toe_out"})), LENGTHS, repairs, doubts)


@pytest.fixture
def fit_is(monkeypatch: pytest.MonkeyPatch):
    """Return a function that says what the fit will answer."""

    def answer(result: Fitted) -> None:
        monkeypatch.setattr(choice, "estimate_fitted_motion", lambda *_, **__: result)

    return answer


def codes(examination: Examination) -> dict[str, Reason]:
    return {reason.code: reason for reason in examination.quality.reasons}


@pytest.mark.parametrize("azimuth_deg", [90.0, 0.0, 180.0, 45.0])
def test_every_curve_says_which_estimator_made_it_and_is_the_one_of_the_table(azimuth_deg: float, fit_is) -> None:
    examination = examined(film_of(squats(2), azimuth_deg))
    fit_is(fitted(examination))
    estimate = estimate_motion(examination, PERSON)
    motion, view = estimate.motion, examination.sight.view
    assert motion is not None
    made = {name: motion.estimator(name) for name in map(str, motion.dataset) if not name.endswith("_sd")}
    assert {name for name, by in made.items() if by == "fit"} == set(FROM_FIT[view])
    assert {name for name in made if motion.is_drawn(name)} == set(FROM_FIT[view])
    beside = {View.SIDE: {"heel_rise", "hip_height", "shoulder_flexion", "elbow_flexion"}, View.OBLIQUE: set()}
    frontal = {"knee_ankle_separation_ratio", "stance_width", "pelvic_shift", "hip_height"}
    assert {name for name, by in made.items() if by == "planar"} == beside.get(view, frontal)
    assert np.allclose(motion.values("fppa" if view is View.REAR else "knee_flexion", "left"), np.deg2rad(40.0))
    assert estimate.lengths == LENGTHS
    assert codes(estimate.examination) == codes(examination)


def test_what_a_view_cannot_see_is_not_taken_from_the_fit() -> None:
    assert "fppa" not in FROM_FIT[View.SIDE]
    assert "trunk_lean" not in {*FROM_FIT[View.FRONT], *FROM_FIT[View.REAR]}
    assert not any("pelvis" in name or "tilt" in name for names in FROM_FIT.values() for name in names)


def test_the_projection_angle_of_the_fit_is_kept_where_it_means_something() -> None:
    time_s = np.arange(4) / 30.0
    fit = flat_fit(time_s, 10.0, ("knee_flexion", "fppa"))
    knee = np.deg2rad([[10.0, 40.0], [30.0, 40.0], [70.0, 40.0], [80.0, 40.0]])
    fit = Motion(fit.dataset.assign(knee_flexion=fit.dataset["knee_flexion"].copy(data=knee)), fit.draws)
    chosen = choose_curves(fit, None, FROM_FIT[View.FRONT])
    assert np.isfinite(chosen.values("fppa", "left")).tolist() == [False, True, True, False]
    assert np.isfinite(chosen.drawn("fppa", "left")).tolist() == [[False, True, True, False]] * 2
    assert np.isfinite(chosen.values("fppa", "right")).all()


@pytest.mark.parametrize(("azimuth_deg", "left"), [(90.0, {"knee_flexion", "trunk_lean"}), (0.0, {"fppa"}), (45.0, set())])
def test_a_fit_with_doubts_is_not_used_and_one_reason_says_so(azimuth_deg: float, left: set[str], fit_is) -> None:
    examination = examined(film_of(squats(2), azimuth_deg))
    fit_is(fitted(examination, Doubt("fit_body_odd", {"what": "thigh", "spreads": -3.2}), Doubt("fit_not_settled", {})))
    estimate = estimate_motion(examination, PERSON)
    reason = codes(estimate.examination)["fit_not_trusted"]
    assert (reason.weight, reason.parameters["why"], reason.parameters["view"]) == (
        Verdict.CAUTION,
        "fit_body_odd",
        examination.sight.view,
    )
    assert reason.parameters["doubts"] == {"fit_body_odd": {"what": "thigh", "spreads": -3.2}, "fit_not_settled": {}}
    assert (estimate.motion is None) == (not left)
    if estimate.motion is not None:
        assert left <= set(map(str, estimate.motion.dataset))
        assert estimate.motion.dataset.attrs["estimator"] == "planar"
        assert estimate.motion.draws is None
    assert not estimate.lengths


def test_a_film_that_has_to_be_made_again_is_not_fitted(fit_is) -> None:
    examination = examined(film_of(squats(2)))
    hopeless = replace(examination, quality=Quality((Reason("scene_cut", Verdict.REFILM),)))
    fit_is(SimpleNamespace())
    assert estimate_motion(hopeless, PERSON).motion is None


def test_legs_put_right_are_renamed_everywhere_and_listed(fit_is) -> None:
    true = film_of(squats(2))
    wrong = np.zeros(true.time_s.size, dtype=bool)
    wrong[50:62] = True
    examination = examined(rename_legs(true, wrong))
    fit_is(fitted(examination, exchanged=wrong, stray=7))
    estimate = estimate_motion(examination, PERSON)
    repaired = estimate.examination.keypoints
    xr.testing.assert_equal(repaired.dataset, true.dataset)
    assert not estimate.examination.exchanges.exchanged.any()
    assert estimate.motion is not None
    assert np.isfinite(estimate.motion.values("heel_rise", "right")).all(), "the plain twin loses no frame either"
    reasons = codes(estimate.examination)
    assert (reasons["legs_renamed"].weight, reasons["legs_renamed"].parameters["pictures"]) == (Verdict.OK, 12)
    assert (reasons["marks_set_aside"].weight, reasons["marks_set_aside"].parameters["marks"]) == (Verdict.OK, 7)


def test_renaming_twice_changes_nothing_and_leaves_the_arms_alone() -> None:
    keypoints = film_of(squats(1), 30.0)
    some = np.arange(keypoints.time_s.size) % 3 == 0
    once = rename_legs(keypoints, some)
    np.testing.assert_array_equal(once.xy("left_knee")[some], keypoints.xy("right_knee")[some])
    np.testing.assert_array_equal(once.xyz("left_foot_index")[~some], keypoints.xyz("left_foot_index")[~some])
    np.testing.assert_array_equal(once.xy("left_shoulder"), keypoints.xy("left_shoulder"))
    xr.testing.assert_equal(rename_legs(once, some).dataset, keypoints.dataset)
    np.testing.assert_array_equal(changed(keypoints).xy("left_knee"), keypoints.xy("left_knee"))


def test_a_stick_person_between_side_and_front_is_measured_by_the_fit() -> None:
    """The whole way once, with the fit itself: a stick person's knee, from where the plain twin can say nothing."""
    figure = squats(2, depth_deg=80.0)
    estimate = estimate_motion(examined(film_of(figure, 45.0)), PERSON)
    assert "fit_not_trusted" not in codes(estimate.examination)
    assert estimate.motion is not None
    error = np.rad2deg(estimate.motion.values("knee_flexion", "right")) - figure.knee
    assert np.abs(error).mean() < 10.0


def test_from_behind_bending_is_not_told_and_the_projection_angle_is_the_fits() -> None:
    assert FROM_FIT[View.REAR] == ("fppa",)
    time_s, share = posed.squat_shares()
    film = posed.film_of(time_s, posed.squat_coordinates(share, heading_rad=np.pi), posed.phone())
    examination = examined(film)
    assert examination.sight.view is View.REAR
    examination = replace(examination, quality=Quality())  # one repetition is too few for a film, and enough for this
    estimate = estimate_motion(examination, Person(posed.STATURE_M, 75.0))
    assert estimate.motion is not None
    assert "knee_flexion" not in estimate.motion.dataset
    assert np.isfinite(estimate.motion.values("fppa", "left")).any()
    codes = {(measure.code, measure.cannot_judge) for measure in measure_squat(estimate.examination, estimate.motion)}
    assert ("knee_flexion_peak", "not_seen_from_behind") in codes
