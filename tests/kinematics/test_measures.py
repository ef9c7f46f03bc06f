"""Each repetition is described by numbers that can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from figures import STATURE_M, Figure, changed, film_of, header, squats
from kinechain.core.types import SIDES, Keypoints, Measure, Motion, Person, Quality, Reason, Repetition, Verdict, View
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.measures import counted_repetitions, heel_rise_seen_share, interval_of, measure_squat
from kinechain.kinematics.planar import estimate_planar_motion


def measures_of(keypoints: Keypoints, **fields: object) -> dict[tuple[str, str, int | None], Measure]:
    examination = examine_film(header(keypoints, **fields), keypoints, mirror_known=True)
    motion = None
    if examination.sight.view is not View.OBLIQUE:
        person = Person(STATURE_M, 70.0)
        motion = estimate_planar_motion(keypoints, examination.sight, person, examination.standing, examination.exchanges.exchanged)
    return {(measure.code, measure.side, measure.rep): measure for measure in measure_squat(examination, motion)}


def test_the_peaks_of_a_side_view_with_their_intervals() -> None:
    measures = measures_of(film_of(squats(3, depth_deg=100.0)))
    knee = measures["knee_flexion_peak", "right", 2]
    assert np.rad2deg(knee.value) == pytest.approx(100.0, abs=1.0)
    assert np.rad2deg(knee.high - knee.value) == pytest.approx(1.645 * constant("planar.knee_flexion_sd").value, abs=0.01)
    assert np.rad2deg(measures["knee_flexion_peak_from_standing", "right", 2].value) == pytest.approx(92.0, abs=1.0)
    assert np.rad2deg(measures["shank_inclination_peak", "right", 2].value) == pytest.approx(32.0, abs=0.5)
    assert np.rad2deg(measures["trunk_lean_peak", "both", 2].value) == pytest.approx(38.0, abs=0.5)
    assert measures["heel_rise_peak", "right", 2].cannot_judge == "no_heel_rise_seen"
    assert measures["knee_flexion_peak", "left", None].cannot_judge == "far_leg_hidden"
    assert measures["fppa_at_peak_flexion", "left", None].cannot_judge == "not_seen_from_side"


def test_over_the_repetitions_is_the_mean_without_the_first_and_no_narrower_than_one() -> None:
    first, others = squats(1, depth_deg=60.0), squats(2, depth_deg=100.0, still_s=0.0)
    joined = {name: np.concatenate([getattr(first, name), getattr(others, name)]) for name in ("knee", "shank", "trunk")}
    measures = measures_of(film_of(Figure(np.arange(joined["knee"].size) / 30.0, **joined)))
    one, over = measures["knee_flexion_peak", "right", 2], measures["knee_flexion_peak", "right", None]
    assert np.rad2deg(over.value) == pytest.approx(100.0, abs=1.0)
    assert over.high - over.low == pytest.approx(one.high - one.low)


@pytest.mark.parametrize(
    ("partial", "counted"),
    [((False, False), (1, 2)), ((False, False, False), (2, 3)), ((True, False, False, False), (3, 4)), ((), ()), ((True,), ())],
)
def test_which_repetitions_a_mean_counts(partial: tuple[bool, ...], counted: tuple[int, ...]) -> None:
    repetitions = tuple(Repetition(index, 0, 1, 2, is_partial) for index, is_partial in enumerate(partial, start=1))
    assert counted_repetitions(repetitions) == counted


def test_times_down_at_the_bottom_and_up() -> None:
    measures = measures_of(film_of(squats(2, down_s=1.0, pause_s=1.0)))
    descent, hold, ascent = (measures[code, "both", 1].value for code in ("descent_s", "hold_s", "ascent_s"))
    # The last twentieth of the way down and the first of the way up belong to the hold.
    assert descent == pytest.approx(0.85, abs=0.15)
    assert ascent == pytest.approx(0.85, abs=0.15)
    assert hold == pytest.approx(1.3, abs=0.2)


def test_a_lifted_heel_is_measured_and_its_shank_angle_is_not_taken_for_ankle_motion() -> None:
    still = squats(2)
    lifted = Figure(still.time_s, still.knee, still.shank, still.trunk, heel_up_deg=20.0 * (still.knee > 80.0))
    measures = measures_of(film_of(lifted))
    assert measures["heel_rise_peak", "right", 1].value == pytest.approx(0.22 * np.sin(np.deg2rad(20.0)), abs=0.012)
    shank_with_heel_down = np.rad2deg(measures["shank_inclination_peak", "right", 1].value)
    assert shank_with_heel_down < 28.0  # at 80 degrees of knee flexion the shank leans 26; the peak of 32 has the heel up


def test_a_heel_that_twitches_for_one_frame_has_not_risen() -> None:
    still = squats(2)
    twitch = np.zeros(still.time_s.size)
    twitch[int(np.argmax(still.knee))] = 25.0
    measures = measures_of(film_of(Figure(still.time_s, still.knee, still.shank, still.trunk, heel_up_deg=twitch)))
    assert measures["heel_rise_peak", "right", 1].cannot_judge == "no_heel_rise_seen"


def test_how_often_a_heel_rise_is_seen_follows_from_the_spread() -> None:
    falsely, one, two, three = (heel_rise_seen_share(rise) for rise in (0.0, 0.01, 0.02, 0.03))
    assert falsely == pytest.approx(0.059, abs=0.001)  # P(z > 2.5 / 1.6)
    assert one == pytest.approx(0.174, abs=0.001)
    assert two == pytest.approx(0.377, abs=0.001)
    assert three == pytest.approx(0.623, abs=0.001)


def test_the_frontal_measures_of_a_front_view() -> None:
    still = squats(3, depth_deg=60.0)
    measures = measures_of(film_of(Figure(still.time_s, still.knee, still.shank, still.trunk, knee_in_m=0.03), 0.0))
    assert measures["knee_ankle_separation_ratio", "both", 1].value == pytest.approx(0.18 / 0.24, abs=0.01)
    assert measures["fppa_at_peak_flexion", "left", 1].value > 0.0
    assert measures["pelvic_shift_peak", "both", 1].cannot_judge == "smaller_than_noise"
    assert measures["toe_out", "left", None].cannot_judge == "not_from_one_camera"
    assert ("knee_flexion_peak", "left", 1) not in measures
    assert measures["trunk_lean_peak", "both", None].cannot_judge == "not_seen_from_front"
    deep = measures_of(film_of(squats(3, depth_deg=110.0), 0.0))
    assert deep["fppa_at_peak_flexion", "left", 1].cannot_judge == "beyond_fppa_range"


def test_an_oblique_view_without_a_fit_gives_times_and_no_angle() -> None:
    measures = measures_of(film_of(squats(2), 45.0)).values()
    assert {one.code for one in measures if one.cannot_judge is None} == {"descent_s", "hold_s", "ascent_s"}


def test_slow_motion_gives_angles_and_no_times() -> None:
    measures = measures_of(film_of(squats(2)), capture_fps=240.0)
    assert measures["descent_s", "both", 1].cannot_judge == "slow_motion"
    assert measures["knee_flexion_peak", "right", 1].cannot_judge is None


def test_a_hole_at_the_deepest_point_cannot_be_judged() -> None:
    figure = squats(2)
    keypoints = film_of(figure)
    position = keypoints.dataset["position"].values.copy()
    at = int(np.argmax(figure.knee))
    position[at - 6 : at + 6, :, 26] = np.nan  # the right knee
    measures = measures_of(changed(keypoints, position=position))
    assert measures["knee_flexion_peak", "right", 1].cannot_judge == "gap_in_track"
    assert measures["trunk_lean_peak", "both", 1].cannot_judge is None


def test_without_standing_nothing_is_compared_with_it() -> None:
    keypoints = film_of(squats(3, still_s=0.1))
    measures = measures_of(keypoints)
    assert measures["knee_flexion_peak", "right", 1].cannot_judge is None
    for code, side in (("knee_flexion_peak_from_standing", "right"), ("heel_rise_peak", "right"), ("hip_height_drop", "both")):
        assert measures[code, side, 1].cannot_judge == "no_quiet_standing"


# --- intervals from draws: a motion made by hand, whose errors are known ---

#: Errors in degrees, alike on both sides of zero; with the fifth of ninety from each end at 16.
ERRORS = np.arange(-20.0, 20.5, 0.5)


def examined(azimuth_deg: float = 90.0) -> Examination:
    keypoints = film_of(squats(3), azimuth_deg)
    return examine_film(header(keypoints), keypoints, mirror_known=True)


def drawn(examination: Examination, errors: dict[str, np.ndarray], name: str = "knee_flexion") -> Motion:
    """A motion whose draws of each leg are the true curve with errors (draw, time) in degrees."""
    figure, time_s = squats(3), examination.keypoints.time_s
    true = figure.knee[: time_s.size]
    draws = np.stack([true + np.broadcast_to(errors[side], (ERRORS.size, time_s.size)) for side in SIDES], axis=2)
    coordinates = {"time": time_s, "side": list(SIDES)}
    values = np.column_stack([true, true])
    best = {name: (("time", "side"), values), f"{name}_sd": (("time", "side"), draws.std(axis=0))}

    def dataset(variables: dict[str, tuple[tuple[str, ...], np.ndarray]]) -> xr.Dataset:
        return xr.Dataset({key: (dims, np.deg2rad(one), {"units": "rad"}) for key, (dims, one) in variables.items()}, coordinates)

    return Motion(dataset(best), dataset({name: (("draw", "time", "side"), draws)}))


def read(examination: Examination, motion: Motion | None) -> dict[tuple[str, str, int | None], Measure]:
    return {(one.code, one.side, one.rep): one for one in measure_squat(examination, motion)}


def width(measure: Measure) -> float:
    return float(np.rad2deg(measure.high - measure.low))


def test_an_error_that_all_frames_share_is_as_wide_in_the_mean_as_in_one_repetition_and_cancels_against_standing() -> None:
    examination = examined()
    shift = ERRORS[:, None] * np.ones(examination.keypoints.time_s.size)
    measures = read(examination, drawn(examination, {"left": 2.0 * shift, "right": shift}))
    one, over = measures["knee_flexion_peak", "right", 2], measures["knee_flexion_peak", "right", None]
    # Of 81 even errors from -20 to 20, 90 % lie within 18.2.
    assert width(one) == pytest.approx(2 * 18.2, abs=0.1)
    assert width(over) == pytest.approx(width(one), abs=1e-6)
    assert np.rad2deg(over.value) == pytest.approx(100.0, abs=1.0)
    change = measures["knee_flexion_peak_from_standing", "right", None]
    assert (np.rad2deg(change.value), width(change)) == (pytest.approx(92.0, abs=1.0), pytest.approx(0.0, abs=1e-6))


def test_the_far_leg_is_measured_with_its_own_wider_interval() -> None:
    examination = examined()
    shift = ERRORS[:, None] * np.ones(examination.keypoints.time_s.size)
    measures = read(examination, drawn(examination, {"left": 2.0 * shift, "right": shift}))
    near, far = measures["knee_flexion_peak", "right", None], measures["knee_flexion_peak", "left", None]
    assert far.cannot_judge is None
    assert width(far) == pytest.approx(2.0 * width(near))


def test_errors_of_single_repetitions_average_out_in_the_mean() -> None:
    examination = examined()
    time_s = examination.keypoints.time_s
    errors = np.zeros((ERRORS.size, time_s.size))
    second, third = examination.repetitions[1:]
    random = np.random.default_rng(2)
    for repetition in (second, third):
        errors[:, repetition.start : repetition.end + 1] = random.permutation(ERRORS)[:, None]
    measures = read(examination, drawn(examination, {"left": errors, "right": errors}))
    one, over = measures["knee_flexion_peak", "right", 2], measures["knee_flexion_peak", "right", None]
    assert 0.6 * width(one) < width(over) < 0.85 * width(one)
    # Standing knows no error here, so the change has all of it.
    assert width(measures["knee_flexion_peak_from_standing", "right", 2]) == pytest.approx(width(one), abs=1e-6)


def test_an_interval_lies_about_its_value_even_where_every_draw_lies_beside_it() -> None:
    low, high = interval_of(np.array([10.0, *(30.0 + ERRORS)]))
    assert (low, high) == (pytest.approx(10.0 - 18.2, abs=0.1), pytest.approx(10.0 + 18.2, abs=0.1))


def test_without_draws_nothing_is_taken_to_cancel() -> None:
    measures = measures_of(film_of(squats(3)))
    peak, change = (measures[code, "right", 2] for code in ("knee_flexion_peak", "knee_flexion_peak_from_standing"))
    assert width(change) == pytest.approx(width(peak))


def test_a_fit_that_is_not_trusted_leaves_a_front_view_without_bends_and_says_so() -> None:
    examination = examined(0.0)
    distrusted = replace(examination, quality=Quality((Reason("fit_not_trusted", Verdict.CAUTION),)))
    measures = read(distrusted, None)
    for side in SIDES:
        assert measures["knee_flexion_peak", side, None].cannot_judge == "fit_not_trusted"
    assert measures["trunk_lean_peak", "both", None].cannot_judge == "not_seen_from_front"


def test_both_knees_bend_in_a_front_view_that_was_fitted() -> None:
    examination = examined(0.0)
    shift = ERRORS[:, None] * np.ones(examination.keypoints.time_s.size)
    measures = read(examination, drawn(examination, {"left": shift, "right": shift}))
    for side in SIDES:
        assert np.rad2deg(measures["knee_flexion_peak", side, None].value) == pytest.approx(100.0, abs=1.0)
