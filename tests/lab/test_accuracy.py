"""The tables say what was put in: marks of stick people with errors known by hand, some refused, some corrected, and one page."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import xarray as xr
from hypothesis import given
from hypothesis import strategies as st
from made_records import made_record, moved, rolled

from figures import Figure, squats
from kinechain.core.types import Motion
from lab.accuracy import FIRST_LINE, accuracy_page, evaluate, number, percent
from lab.angles import true_angles
from lab.methods import METHODS, Line, Method, Seen, correct, learn_line, planar, see
from lab.records import Record, record_name, save_record
from lab.scores import FLEXION_EDGES_DEG, QUANTITIES, Facts, Score, learn_lines, pairs_of, score_record, summarise

SHORT = squats(2, still_s=2.0)
PLANAR = [METHODS[[one.name for one in METHODS].index("planar")]]


def _score(record: Record, quantity: str, method: str = "planar") -> Score:
    scored = score_record(record, {}, [one for one in METHODS if one.name == method])
    (score,) = [score for score in scored if score.quantity == quantity]
    return score


def _made_score(person: int = 0, mae: float = 1.0, **fields: object) -> Score:
    facts = Facts("name", "test", person, "squat", "drawn", "side", (), True, True, 0.0, "side", True, "fit", (), 100, 1.0, 1.0)
    return replace(Score(facts, "planar", "knee_flexion", 100, 0.0, mae, mae, 1.0, 2.0, (), (), (), (), (mae,) * 5), **fields)


def test_true_marks_make_no_error() -> None:
    record = made_record("side", SHORT)
    for quantity in ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "thigh_inclination", "trunk_lean"):
        score = _score(record, quantity)
        assert score.mae < 0.1
        assert score.refused == 0.0
        assert len(score.peak_errors) == 2
        assert np.abs(score.peak_errors + score.range_errors).max() < 0.3
    assert _score(made_record("front", replace(SHORT, knee_in_m=0.03)), "fppa").mae < 0.2


def test_a_picture_turned_by_five_degrees_leans_shank_and_trunk_by_five() -> None:
    # Seen from the person's right they face to the picture's right, so clockwise is forward.
    record = rolled(made_record("side", SHORT), 5.0)
    for quantity in ("shank_inclination", "trunk_lean"):
        score = _score(record, quantity)
        assert score.bias == pytest.approx(5.0, abs=0.1)
        assert score.mae == pytest.approx(5.0, abs=0.1)
        assert score.peak_errors == pytest.approx((5.0, 5.0), abs=0.3)
        assert score.range_errors == pytest.approx((0.0, 0.0), abs=0.3)
        assert np.array(score.by_flexion)[:4] == pytest.approx(5.0, abs=0.3)
    assert _score(record, "knee_flexion").mae < 0.1


def test_an_interval_holds_the_truth_where_the_error_is_smaller_than_its_half_width() -> None:
    # The shank's spread of 5.2 degrees makes an interval of 8.6 to either side.
    for error_deg, held in ((7.5, 1.0), (9.5, 0.0)):
        score = _score(rolled(made_record("side", SHORT), error_deg), "shank_inclination")
        assert score.covered == held
        assert score.peaks_covered == (bool(held),) * 2


def _of_draws(record: Record, deviations_deg: np.ndarray) -> Score:
    """Score the true knee flexion with draws that lie beside it by so many degrees, a row of `deviations_deg` each."""

    def estimate(seen: Seen) -> Motion:
        true = true_angles(record.truth)["knee_flexion"]
        drawn = true + np.deg2rad(deviations_deg)[:, :, None]
        spread = np.broadcast_to(np.deg2rad(deviations_deg.std(axis=0))[:, None], true.shape)
        dims, unit = ("time", "side"), {"units": "rad"}
        coordinates = {"time": record.truth.time_s, "side": ["left", "right"]}
        curves = xr.Dataset({"knee_flexion": (dims, true, unit), "knee_flexion_sd": (dims, spread, unit)}, coords=coordinates)
        return Motion(curves, xr.Dataset({"knee_flexion": (("draw", *dims), drawn, unit)}, coords=coordinates))

    (score,) = [one for one in score_record(record, {}, [Method("made", estimate)]) if one.quantity == "knee_flexion"]
    return score


def test_peaks_are_held_where_the_true_one_lies_among_the_peaks_of_draws() -> None:
    record, even = made_record("side", SHORT), np.linspace(-2.0, 2.0, 101)[:, None]
    count = SHORT.time_s.size
    about = _of_draws(record, even + np.zeros(count))
    assert about.peaks_covered == (True, True)
    assert about.peak_widths == pytest.approx((3.6, 3.6))  # from 5 to 95 % of four degrees
    assert about.width == pytest.approx(2 * 1.645 * even.std(), rel=1e-3)
    beside = _of_draws(record, even + 3.0 * (np.arange(count) > count // 2))
    assert beside.peaks_covered == (True, False)


def test_from_the_side_the_near_leg_is_judged_from_the_front_both() -> None:
    frames = SHORT.time_s.size
    assert _score(moved(made_record("side", SHORT), "left_knee", np.array([60.0, 0.0])), "knee_flexion").mae < 0.1
    assert _score(made_record("side", SHORT), "knee_flexion").frames == frames
    assert _score(made_record("front", SHORT), "knee_flexion", "network 3D").frames == 2 * frames


def test_fppa_counts_only_where_the_knee_is_bent_20_to_75_degrees() -> None:
    within = (SHORT.knee >= 20.0) & (SHORT.knee <= 75.0)
    assert _score(made_record("front", SHORT), "fppa").frames == 2 * within.sum()


def test_what_the_product_does_not_say_is_refused() -> None:
    assert _score(made_record("front", SHORT), "knee_flexion").refused == 1.0
    assert np.isnan(_score(made_record("front", SHORT), "knee_flexion").mae)
    assert _score(made_record("oblique", SHORT), "fppa").refused == 1.0


def test_a_film_that_is_sent_back_is_refused_and_said_to_be() -> None:
    record = made_record("side", SHORT)
    for side in ("left", "right"):
        for point in ("ankle", "heel", "foot_index"):
            record = moved(record, f"{side}_{point}", np.array([0.0, 600.0]))
    score = _score(record, "knee_flexion")
    assert (score.refused, score.facts.verdict, score.facts.refilm_codes) == (1.0, "refilm", ("feet_outside",))
    assert _score(record, "knee_flexion", "network 3D").mae < 0.1


@pytest.mark.parametrize(("movement", "refused"), [("squat", 1.0), ("single-leg-stance", 0.0)])
def test_only_squats_are_sent_back_for_want_of_squats(movement: str, refused: float) -> None:
    still = Figure(np.arange(150) / 30.0, np.full(150, 8.0), np.full(150, 4.0), np.full(150, 3.0))
    assert _score(made_record("side", still, movement=movement), "knee_flexion").refused == refused


def test_what_counts_from_standing_needs_a_film_that_starts_with_it() -> None:
    scored = {score.quantity for score in score_record(made_record("side", SHORT, standing_first=False), {}, PLANAR)}
    assert scored == {quantity.name for quantity in QUANTITIES if "side" in quantity.views and not quantity.from_rest}


@given(intercept=st.floats(-1.0, 1.0), slope=st.floats(0.3, 3.0))
def test_a_linear_distortion_is_undone(intercept: float, slope: float) -> None:
    truths = [np.linspace(0.1, 2.0, count) for count in (50, 20, 30)]
    line = learn_line([((truth - intercept) / slope, truth) for truth in truths])
    assert line is not None
    assert (line.intercept, line.slope, line.spread) == pytest.approx((intercept, slope, 0.0), abs=1e-6)


def test_in_a_correction_each_clip_counts_the_same() -> None:
    def clip(offset: float, count: int) -> tuple[np.ndarray, np.ndarray]:
        estimate = np.linspace(0.0, 1.0, count)
        return estimate, estimate + offset

    line = learn_line([clip(-0.1, 1000), clip(0.1, 101), clip(-0.1, 11), clip(0.1, 500)])
    assert line is not None
    assert (line.intercept, line.slope, line.spread) == pytest.approx((0.0, 1.0, 0.1), abs=1e-9)


def test_a_few_slips_do_not_tilt_a_correction_but_widen_its_spread() -> None:
    truth = np.linspace(0.0, 2.0, 200)
    estimate = truth - 0.1
    estimate[::40] -= 6.0
    line = learn_line([(estimate, truth)] * 3)
    assert line is not None
    assert (line.intercept, line.slope) == pytest.approx((0.1, 1.0), abs=0.01)
    assert line.spread > 0.5


def test_two_clips_teach_no_correction() -> None:
    curve = np.linspace(0.0, 1.0, 20)
    assert learn_line([(curve, curve), (curve, curve), (np.full(20, np.nan), curve)]) is None


def test_a_corrected_motion_carries_its_line_and_what_the_line_left_over() -> None:
    motion = planar(see(made_record("side", SHORT)))
    assert motion is not None
    better = correct(motion, {"knee_flexion": Line(0.1, 1.2, 0.05)})
    before, after = motion.values("knee_flexion", "right"), better.values("knee_flexion", "right")
    np.testing.assert_allclose(after, 0.1 + 1.2 * before)
    assert set(better.values("knee_flexion_sd", "right")) == {0.05}
    assert np.isnan(better.values("knee_flexion_sd", "left")).all()
    assert isinstance(better, Motion)
    assert "trunk_lean" not in better.dataset


def test_a_correction_from_other_people_undoes_their_common_error_only() -> None:
    tuning = [rolled(made_record("side", SHORT, person=person, group="tune"), 5.0) for person in range(3)]
    lines = learn_lines(map(pairs_of, tuning))
    alike, unlike = rolled(made_record("side", SHORT, person=9), 5.0), made_record("side", SHORT, person=9)
    for record, expected in ((alike, 0.0), (unlike, 5.0)):
        (score,) = [
            score
            for score in score_record(record, lines, [one for one in METHODS if one.estimate is planar])
            if (score.method, score.quantity) == ("planar, corrected", "shank_inclination")
        ]
        assert score.mae == pytest.approx(expected, abs=0.1)


def test_the_view_and_the_near_leg_are_told() -> None:
    for view in ("side", "front", "oblique", "rear"):
        facts = score_record(made_record(view, SHORT), {}, PLANAR)[0].facts
        assert (facts.view, facts.seen_view, facts.near_leg_right) == (view, view, True if view == "side" else None)


def test_a_mean_counts_each_film_the_same_and_says_how_many() -> None:
    scores = [_made_score(0, 1.0, frames=10), _made_score(1, 4.0, frames=1000), _made_score(1, float("nan"), refused=1.0)]
    summary = summarise(scores)
    assert (summary.mae, summary.persons, summary.clips, summary.frames) == (2.5, 2, 3, 1110)
    assert summary.refused == pytest.approx(1.0 / 3.0)
    assert np.isnan(summary.low)  # two persons say nothing of others


@given(errors=st.lists(st.floats(0.1, 30.0), min_size=5, max_size=30))
def test_the_interval_lies_between_the_least_and_the_greatest_person(errors: list[float]) -> None:
    summary = summarise([_made_score(person, error) for person, error in enumerate(errors)])
    slack = 1e-9
    assert min(errors) - slack <= summary.low <= summary.high <= max(errors) + slack
    shuffled = summarise([_made_score(person, error) for person, error in reversed(list(enumerate(errors)))])
    assert (shuffled.low, shuffled.high) == pytest.approx((summary.low, summary.high))


def test_of_one_person_more_films_make_no_narrower_interval() -> None:
    few = [_made_score(person, float(person)) for person in range(8)]
    assert (summarise(few * 4).low, summarise(few * 4).high) == pytest.approx((summarise(few).low, summarise(few).high))


def test_numbers_have_one_decimal_and_no_minus_before_zero() -> None:
    assert [number(value) for value in (1.25, -0.04, float("nan"), 10.0)] == ["1.2", "0.0", "-", "10.0"]
    assert [percent(share) for share in (0.904, float("nan"))] == ["90 %", "-"]


@pytest.mark.soak
def test_the_page_tells_of_the_test_persons_and_is_the_same_twice(tmp_path: Path) -> None:
    records = [rolled(made_record("side", SHORT, person=person, group="tune"), 5.0) for person in range(3)]
    records += [rolled(made_record("side", SHORT, person=person), 5.0) for person in (10,)]
    records += [made_record("front", SHORT, person=12, distance_m=4.0), made_record("side", SHORT, person=13, group="calibrate")]
    for record in records:
        save_record(tmp_path / f"{record_name(record.plan)}.npz", record)

    page = accuracy_page(evaluate(tmp_path, workers=1))
    assert page.splitlines()[0] == FIRST_LINE
    assert "rendered people, not on real ones" in FIRST_LINE
    assert "2 films of 2 rendered people" in page
    assert "learned on 3 films" in page
    assert re.search(r"\| shank, deg \| squat \| [^|]+ \| 5.0 \| 0.0 \|", page)
    assert re.search(r"\| knee flexion, deg \| squat \| [^|]+ \| refused \|", page)
    assert "## Are the intervals true?" in page
    assert "## Real films" in page
    assert "## What damaged marks do" in page
    assert "The lab holds 6 films" in page
    assert all(method.name in page for method in METHODS if "side" in method.views)
    assert accuracy_page(evaluate(tmp_path, workers=1)) == page


def test_every_range_of_flexion_has_its_place() -> None:
    assert len(_score(made_record("side", SHORT), "knee_flexion").by_flexion) == len(FLEXION_EDGES_DEG) - 1
