"""A stick person lunges to a wall, rises on the toes and gets up from a chair: counts, heights, angles and times known by hand."""

from dataclasses import replace

import numpy as np
import pytest

from figures import STATURE_M, changed, film_of, header, squats
from kinechain.core.types import Keypoints, Measure, Person, Verdict
from kinechain.evidence import constant
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.movements import MOVEMENTS
from movers import lunges, mirrored, other_side, raises, rises

PERSON = Person(STATURE_M, 70.0)


def examined(keypoints: Keypoints, test: str, side: str | None = None) -> Examination:
    return examine_film(header(keypoints), keypoints, mirror_known=True, test=test, side=side)


def measured(examination: Examination) -> dict[tuple[str, str, int | None], Measure]:
    return {(one.code, one.side, one.rep): one for one in MOVEMENTS[examination.test].measure(examination, None, PERSON)}


def codes(examination: Examination) -> dict[str, Verdict]:
    return {reason.code: reason.weight for reason in examination.quality.reasons}


@pytest.mark.parametrize("lean_deg", [15.0, 38.0, 48.0])
def test_the_shin_leans_at_the_wall_as_far_as_it_does(lean_deg: float) -> None:
    examination = examined(lunges(3, lean_deg), "knee-to-wall")
    assert (examination.quality.verdict, examination.side, len(examination.repetitions)) == (Verdict.OK, "right", 3)
    over = measured(examination)["knee_to_wall_deg_film", "right", None]
    assert np.rad2deg(over.value) == pytest.approx(lean_deg, abs=0.5)
    assert over.low < over.value < over.high


def test_a_phone_held_askew_changes_nothing_where_an_upright_line_tells() -> None:
    straight = lunges()
    turn = np.deg2rad(6.0)
    clockwise = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])  # y counts down
    position = np.einsum("ij,tjk->tik", clockwise, straight.dataset["position"].values - 500.0) + 500.0
    askew = changed(straight, position=position)
    askew.dataset.attrs["camera_roll_rad"] = turn
    unknown = changed(askew)
    unknown.dataset.attrs["camera_roll_rad"] = float("nan")
    key = ("knee_to_wall_deg_film", "right", None)
    level, told, untold = (measured(examined(film, "knee-to-wall"))[key] for film in (straight, askew, unknown))
    assert told.value == pytest.approx(level.value, abs=1e-6)
    assert abs(untold.value - level.value) == pytest.approx(turn, abs=1e-3)
    assert untold.high - untold.low > told.high - told.low
    assert "no_upright_line" in codes(examined(unknown, "knee-to-wall"))
    assert "no_upright_line" not in codes(examined(askew, "knee-to-wall"))


def test_a_film_tells_nothing_of_the_heel_at_the_wall() -> None:
    heel = measured(examined(lunges(), "knee-to-wall"))["heel_rise_peak", "right", None]
    assert heel.cannot_judge == "heel_not_told_in_lunge"


def test_the_leg_at_the_wall_is_the_one_ahead_or_the_one_that_was_named() -> None:
    assert examined(lunges(behind="left"), "knee-to-wall").side == "right"
    beside = lunges(behind=None)
    assert codes(examined(beside, "knee-to-wall")) == {"tested_leg_unknown": Verdict.REFILM}
    told = examined(beside, "knee-to-wall", "right")
    assert (told.side, len(told.repetitions)) == ("right", 3)
    assert codes(told) == {"another_movement": Verdict.CAUTION}


def test_a_leg_on_the_far_side_has_to_be_filmed_from_its_own() -> None:
    assert codes(examined(lunges(behind="right"), "knee-to-wall")) == {"tested_leg_far": Verdict.REFILM}


@pytest.mark.parametrize(("up_deg", "count"), [(10.0, 1), (20.0, 4), (28.0, 7)])
def test_heels_are_raised_so_often_so_high_and_so_fast(up_deg: float, count: int) -> None:
    examination = examined(raises(count, up_deg), "heel-raise")
    by_code = measured(examination)
    assert (examination.quality.verdict, examination.side) == (Verdict.OK, None)
    assert by_code["heel_raise_count", "both", None].value == count
    height, true_m = by_code["heel_raise_height", "both", None], 0.22 * np.sin(np.deg2rad(up_deg))
    assert height.low <= true_m <= height.high
    assert height.value == pytest.approx(true_m, rel=0.08)
    tempo = by_code["heel_raise_tempo", "both", None]
    if count == 1:
        assert tempo.cannot_judge == "one_repetition"
    else:
        assert tempo.value == pytest.approx(30.0, abs=0.5)


def test_height_is_not_told_from_the_front_but_count_and_pace_are() -> None:
    by_code = measured(examined(raises(4, azimuth_deg=0.0), "heel-raise"))
    assert by_code["heel_raise_count", "both", None].value == 4
    assert by_code["heel_raise_tempo", "both", None].value == pytest.approx(30.0, abs=0.5)
    assert by_code["heel_raise_height", "both", None].cannot_judge == "height_needs_side_view"


@pytest.mark.parametrize("free", ["left", "right"])
def test_the_leg_stood_on_is_the_one_whose_foot_is_down(free: str) -> None:
    assert examined(raises(free=free), "heel-raise").side == other_side(free)
    assert examined(raises(free=free), "heel-raise", free).side == free, "who was told knows better"


def test_five_rises_take_from_the_first_bow_to_the_fifth_full_stand() -> None:
    examination = examined(rises(6), "sit-to-stand")
    assert examination.quality.verdict is Verdict.OK
    assert len(examination.repetitions) == 6
    five = measured(examination)["sit_to_stand_s", "both", None]
    # Four whole rounds of 3 s, then half a second of bowing and 0.8 s of rising, without the first and the last tenth of them.
    assert 4 * 3.0 + 0.8 < five.value < 4 * 3.0 + 1.3
    assert five.low < 4 * 3.0 + 1.3 < five.high
    assert measured(examination)["sit_to_stand_count", "both", None].cannot_judge == "shorter_than_thirty_s"


def test_four_rises_are_no_five() -> None:
    examination = examined(rises(4), "sit-to-stand")
    five = measured(examination)["sit_to_stand_s", "both", None]
    assert (five.cannot_judge, five.parameters["found"]) == ("fewer_than_five", 4)
    assert codes(examination) == {"too_few_repetitions": Verdict.CAUTION}


def test_in_thirty_seconds_a_rise_counts_that_was_more_than_half_up() -> None:
    examination = examined(rises(12), "sit-to-stand")
    count = measured(examination)["sit_to_stand_count", "both", None]
    # One rise every 3 s, half up 0.9 s after its bow begins: the tenth at 27.9 s, the eleventh at 30.9 s.
    assert count.value == 10
    assert count.low <= 10 <= count.high


def test_a_film_that_begins_with_a_stand_counts_rises_only_and_is_questioned() -> None:
    examination = examined(rises(5, first_standing=True), "sit-to-stand")
    assert len(examination.repetitions) == 5
    assert codes(examination) == {"another_movement": Verdict.CAUTION}


@pytest.mark.parametrize(
    ("film", "test"),
    [
        (lunges(azimuth_deg=0.0, behind=None), "knee-to-wall"),
        (raises(azimuth_deg=180.0), "heel-raise"),
        (raises(azimuth_deg=45.0), "heel-raise"),
        (rises(azimuth_deg=0.0), "sit-to-stand"),
    ],
)
def test_a_view_that_does_not_show_a_test_is_refused_by_name(film: Keypoints, test: str) -> None:
    examination = examined(film, test)
    (wrong,) = [reason for reason in examination.quality.reasons if reason.weight is Verdict.REFILM]
    assert (wrong.code, wrong.parameters["test"]) == ("wrong_view", test)
    assert wrong.parameters["view"] == examination.sight.view.value


@pytest.mark.parametrize("test", ["knee-to-wall", "heel-raise", "sit-to-stand"])
def test_a_film_of_squats_is_not_taken_for_it(test: str) -> None:
    assert not {"another_movement", "tested_leg_unknown"}.isdisjoint(codes(examined(film_of(squats(5)), test)))


@pytest.mark.parametrize("test", ["knee-to-wall", "heel-raise", "sit-to-stand"])
def test_a_person_who_stands_still_has_done_nothing(test: str) -> None:
    nothing = {"knee-to-wall": lunges(2, 5.0), "heel-raise": raises(2, 0.0), "sit-to-stand": raises(2, 0.0)}
    examination = examined(nothing[test], test)
    assert examination.repetitions == ()
    assert codes(examination)["too_few_repetitions"] is Verdict.REFILM


@pytest.mark.parametrize(
    ("film", "test"), [(lunges(), "knee-to-wall"), (raises(free="left"), "heel-raise"), (rises(5), "sit-to-stand")]
)
def test_in_a_mirror_every_answer_changes_sides_and_nothing_else(film: Keypoints, test: str) -> None:
    plain, turned = (measured(examined(shown, test)) for shown in (film, mirrored(film)))
    assert len(plain) > 0
    for (code, side, rep), measure in plain.items():
        other = turned[code, other_side(side) if side != "both" else "both", rep]
        assert (other.value, other.low, other.high) == pytest.approx((measure.value, measure.low, measure.high), nan_ok=True)
        assert other.cannot_judge == measure.cannot_judge


def test_slow_motion_takes_the_times_away() -> None:
    film = raises()
    slow = examine_film(replace(header(film), announced_fps=30.0, capture_fps=240.0), film, mirror_known=True, test="heel-raise")
    assert measured(slow)["heel_raise_tempo", "both", None].cannot_judge == "slow_motion"
    assert measured(slow)["heel_raise_count", "both", None].value == 4


def test_intervals_are_as_wide_as_their_rows_say() -> None:
    angle = measured(examined(lunges(), "knee-to-wall"))["knee_to_wall_deg_film", "right", None]
    height = measured(examined(raises(), "heel-raise"))["heel_raise_height", "both", None]
    assert 0.5 * (angle.high - angle.low) == pytest.approx(1.645 * constant("knee_to_wall.angle_sd").si, rel=1e-3)
    assert 0.5 * (height.high - height.low) == pytest.approx(1.645 * constant("heel_raise.height_sd").value, rel=1e-3)
