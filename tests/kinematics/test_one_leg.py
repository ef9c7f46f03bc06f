"""A stick person on one leg, whose angles and times are known because they were chosen."""

from dataclasses import replace
from math import inf

import numpy as np
import pytest
import xarray as xr

from figures import STATURE_M, Figure, changed, film_of, header, squats
from kinechain.core.types import KEYPOINT_NAMES, SIDES, Keypoints, Measure, Motion, Person, Verdict, View
from kinechain.kinematics.choice import estimate_motion
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.movements import MOVEMENTS
from kinechain.kinematics.movements.one_leg import leg_that_stands
from kinechain.report.words import say

PERSON = Person(STATURE_M, 70.0)
PX_PER_M = 400.0
ONE_LEG = ("step-down", "single-leg-squat", "single-leg-stance")
OTHER = {"left": "right", "right": "left"}
FOOT = ("ankle", "heel", "foot_index")


def lifted(keypoints: Keypoints, side: str, height_m: np.ndarray) -> Keypoints:
    """Return the film with one foot lifted by so much, frame by frame."""
    position = keypoints.dataset["position"].values.copy()
    for point in FOOT:
        position[:, 1, KEYPOINT_NAMES.index(f"{side}_{point}")] -= PX_PER_M * height_m
    return changed(keypoints, position=position)


def aloft(figure: Figure, *spans: tuple[float, float]) -> np.ndarray:
    """Return the height of a foot that leaves the floor at the start of each span, is back at its stop, and 0.3 m up in between."""
    inside = [np.minimum(figure.time_s - start, stop - figure.time_s) for start, stop in spans]
    return 0.3 * np.sin(0.5 * np.pi * np.clip(np.max(inside, axis=0) / 0.6, 0.0, 1.0)) ** 2


def still(seconds: float) -> Figure:
    """Stand for so long."""
    time_s = np.arange(0.0, seconds, 1.0 / 30.0)
    return Figure(time_s, np.full(time_s.size, 8.0), np.full(time_s.size, 4.0), np.full(time_s.size, 3.0))


def mirrored(keypoints: Keypoints) -> Keypoints:
    """Return the film as a mirror shows it: picture turned over, names of the sides exchanged."""
    order = [KEYPOINT_NAMES.index(other_name(name)) for name in KEYPOINT_NAMES]
    position = keypoints.dataset["position"].values[..., order].copy()
    position[:, 0] = keypoints.dataset.attrs["width_px"] - position[:, 0]
    world = keypoints.dataset["world"].values[..., order] * np.array([-1.0, 1.0, 1.0])[None, :, None]
    return changed(keypoints, position=position, world=world)


def other_name(name: str) -> str:
    for side, other in OTHER.items():
        if side in name:
            return name.replace(side, other)
    return name


def examined(test: str, keypoints: Keypoints, side: str | None = None) -> Examination:
    examination = examine_film(header(keypoints), keypoints, mirror_known=True, test=test, side=side)
    for reason in examination.quality.reasons:
        say(f"reason.{reason.code}", **reason.parameters)
        say(f"reason.{reason.code}.do", **reason.parameters)
    return examination


def codes(examination: Examination) -> dict[str, Verdict]:
    return {reason.code: reason.weight for reason in examination.quality.reasons}


def measured(examination: Examination, motion: Motion | None = None) -> dict[tuple[str, str, int | None], Measure]:
    measures = MOVEMENTS[examination.test].measure(examination, motion, PERSON)
    for measure in measures:
        if measure.cannot_judge is not None:
            say(f"cannot_judge.{measure.cannot_judge}", **measure.parameters)
    return {(measure.code, measure.side, measure.rep): measure for measure in measures}


def squats_on(stands: str, azimuth_deg: float, count: int = 3, depth_deg: float = 60.0, knee_in_m: float = 0.0) -> Keypoints:
    """Return squats on one leg: the other foot leaves the floor at once and stays up."""
    figure = replace(squats(count, depth_deg), knee_in_m=knee_in_m)
    return lifted(film_of(figure, azimuth_deg), OTHER[stands], aloft(figure, (1.0, inf)))


def projecting(examination: Examination, side: str, values_deg: list[float]) -> Motion:
    """Return a motion whose projection angle is known where each repetition is deepest."""
    curve = np.full((examination.keypoints.time_s.size, 2), np.nan)
    for repetition, value in zip(examination.repetitions, values_deg, strict=True):
        curve[repetition.deepest, SIDES.index(side)] = np.deg2rad(value)
    fppa = (("time", "side"), curve, {"units": "rad", "estimator": "fit"})
    coordinates = {"time": examination.keypoints.time_s, "side": list(SIDES)}
    return Motion(xr.Dataset({"fppa": fppa, "fppa_sd": fppa}, coords=coordinates))


@pytest.mark.parametrize("stands", SIDES)
@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0, -90.0])
def test_the_leg_whose_foot_stays_is_the_one_that_stands_and_a_mirror_swaps_it(stands: str, azimuth_deg: float) -> None:
    keypoints = squats_on(stands, azimuth_deg)
    assert leg_that_stands(keypoints) == stands
    assert leg_that_stands(mirrored(keypoints)) == OTHER[stands]


@pytest.mark.parametrize("test", ["step-down", "single-leg-squat"])
def test_where_no_foot_moves_the_leg_has_to_be_told(test: str) -> None:
    keypoints = film_of(squats(3, 60.0), 0.0)
    unclear = examined(test, keypoints)
    assert unclear.side is None
    assert codes(unclear)["standing_leg_unclear"] is Verdict.CAUTION
    assert {measure.cannot_judge for measure in measured(unclear).values()} == {"standing_leg_unclear"}
    assert examined(test, keypoints, "left").side == "left"


def test_a_told_leg_is_believed_but_what_is_seen_is_said() -> None:
    told = examined("single-leg-squat", squats_on("right", 0.0), "left")
    assert told.side == "left"
    assert codes(told)["other_leg_stands"] is Verdict.CAUTION


@pytest.mark.parametrize("test", ONE_LEG)
@pytest.mark.parametrize("azimuth_deg", [45.0, 180.0])
def test_a_wrong_view_is_refused_in_words_of_its_own(test: str, azimuth_deg: float) -> None:
    examination = examined(test, squats_on("right", azimuth_deg))
    assert codes(examination)["wrong_view"] is Verdict.REFILM
    assert say("test." + test).lower() in say("reason.wrong_view", test=test, view=examination.sight.view.value).lower()


@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0])
def test_repetitions_are_counted_whatever_the_other_foot_does(azimuth_deg: float) -> None:
    assert len(examined("single-leg-squat", squats_on("right", azimuth_deg, count=4)).repetitions) == 4
    assert examined("single-leg-squat", lifted(film_of(still(6.0)), "left", aloft(still(6.0), (1.0, 5.0)))).repetitions == ()


def test_from_the_side_the_near_leg_bends_as_far_as_it_does() -> None:
    near = examined("single-leg-squat", squats_on("right", 90.0))
    motion = estimate_motion(near, PERSON).motion
    bend = measured(near, motion)["knee_flexion_peak", "right", None]
    assert np.rad2deg(bend.value) == pytest.approx(60.0, abs=1.0)
    assert bend.low < bend.value < bend.high
    far = examined("single-leg-squat", squats_on("left", 90.0))
    assert codes(far)["tested_leg_far"] is Verdict.CAUTION
    assert measured(far, estimate_motion(far, PERSON).motion)["knee_flexion_peak", "left", None].cannot_judge == "tested_leg_far"


@pytest.mark.parametrize("stands", SIDES)
@pytest.mark.parametrize("inside_m", [0.05, -0.04])
def test_how_far_the_knee_is_inside_of_the_foot(stands: str, inside_m: float) -> None:
    examination = examined("step-down", squats_on(stands, 0.0, knee_in_m=inside_m))
    beside = measured(examination)["knee_over_second_toe", stands, None]
    assert beside.value == pytest.approx(inside_m, abs=0.005), "the stick's foot points straight ahead"
    assert beside.low < inside_m < beside.high


def test_a_foot_that_the_network_guesses_tells_nothing_of_the_knee_over_it() -> None:
    keypoints = squats_on("right", 0.0)
    hidden = changed(keypoints, confidence=np.full_like(keypoints.dataset["confidence"].values, 0.2))
    assert measured(examined("step-down", hidden))["knee_over_second_toe", "right", None].cannot_judge == "foot_not_seen"


@pytest.mark.parametrize("test", ["step-down", "single-leg-squat"])
def test_the_projection_angle_is_the_mean_of_the_first_three_repetitions(test: str) -> None:
    examination = examined(test, squats_on("left", 0.0, count=4))
    measures = measured(examination, projecting(examination, "left", [4.0, 8.0, 18.0, 60.0]))
    mean = measures["fppa_at_peak_flexion", "left", None]
    assert np.rad2deg(mean.value) == pytest.approx(10.0)
    one = measures["fppa_at_peak_flexion", "left", 1]
    assert mean.high - mean.low == pytest.approx(one.high - one.low), "what all repetitions share does not average out"
    assert measures["knee_flexion_peak", "left", None].cannot_judge == "one_leg_from_front"
    assert codes(examination)["projection_without_verdict"] is Verdict.OK, "it is no load, and no norm fits it"


def test_a_projection_angle_beyond_its_range_is_not_told() -> None:
    examination = examined("single-leg-squat", squats_on("left", 0.0))
    unknown = measured(examination, projecting(examination, "left", [np.nan] * 3))["fppa_at_peak_flexion", "left", None]
    assert unknown.cannot_judge == "beyond_fppa_range"


def test_step_downs_of_thirty_seconds_are_counted() -> None:
    # One takes 2.5 s; the lowest points of the first twelve are within 30 s of the first start.
    long = examined("step-down", squats_on("right", 0.0, count=15))
    assert len(long.repetitions) == 15
    assert measured(long)["step_downs_30s", "right", None].value == 12.0
    short = measured(examined("step-down", squats_on("right", 0.0, count=3)))["step_downs_30s", "right", None]
    assert short.cannot_judge == "not_thirty_seconds"
    assert short.parameters["filmed_s"] < 30.0


@pytest.mark.parametrize("azimuth_deg", [0.0, 90.0])
@pytest.mark.parametrize("stands", SIDES)
def test_a_stand_lasts_from_lift_to_touch_down_and_the_longest_counts(stands: str, azimuth_deg: float) -> None:
    figure = still(12.0)
    film = lifted(film_of(figure, azimuth_deg), OTHER[stands], aloft(figure, (1.0, 3.5), (5.0, 10.0)))
    examination = examined("single-leg-stance", film)
    measures = measured(examination)
    assert examination.side == stands
    assert len(examination.repetitions) == 2
    longest = measures["stance_s", stands, None]
    assert longest.low <= 5.0 <= longest.high
    assert longest.value == pytest.approx(5.0, abs=0.35)
    assert "at_least" not in longest.parameters
    assert measures["stance_s", stands, 1].value == pytest.approx(2.5, abs=0.35)


def test_a_stand_that_outlasts_its_film_is_a_lower_bound() -> None:
    figure = still(8.0)
    film = lifted(film_of(figure, 0.0), "left", aloft(figure, (2.0, inf)))
    time = measured(examined("single-leg-stance", film))["stance_s", "right", None]
    assert time.parameters == {"at_least": True}
    assert time.high == inf
    assert time.value == pytest.approx(6.0, abs=0.35)


def test_a_hop_ends_a_stand() -> None:
    figure = still(10.0)
    film = lifted(film_of(figure, 90.0), "left", aloft(figure, (1.0, inf)))
    hopped = lifted(film, "right", 0.2 * ((figure.time_s > 7.0) & (figure.time_s < 7.5)))
    time = measured(examined("single-leg-stance", hopped, "right"))["stance_s", "right", None]
    assert time.value == pytest.approx(6.0, abs=0.4)


@pytest.mark.parametrize("height_m", [0.0, 0.05])
def test_a_foot_that_is_not_seen_to_be_lifted_sends_the_film_back(height_m: float) -> None:
    figure = still(6.0)
    film = lifted(film_of(figure, 0.0), "left", height_m * (figure.time_s > 2.0))
    assert codes(examined("single-leg-stance", film, "right"))["no_foot_lifted"] is Verdict.REFILM


def test_hips_that_sway_as_a_sine_sway_by_its_spread() -> None:
    time_s = still(20.0).time_s
    swaying = replace(still(20.0), shift_left_m=0.02 * np.sin(2.0 * np.pi * 0.5 * time_s))
    film = lifted(film_of(swaying, 0.0), "left", aloft(swaying, (1.0, 18.0)))
    sway = measured(examined("single-leg-stance", film))["sway_amplitude", "right", None]
    assert sway.value == pytest.approx(0.02 / np.sqrt(2.0), rel=0.1)
    assert sway.low < 0.02 / np.sqrt(2.0) < sway.high


@pytest.mark.parametrize("test", ONE_LEG)
def test_every_test_on_one_leg_may_be_filmed_from_the_side_and_the_front(test: str) -> None:
    assert set(MOVEMENTS[test].views) == {View.SIDE, View.FRONT}
