"""What the kneecap bears is asked of the table in the program's words: classes, how far the knee may bend, sums of repetitions."""

import math
from collections.abc import Mapping

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.training import LOAD_CLASSES
from kinechain.evidence import constant
from kinechain.program import exercise_loads
from kinechain.program.catalogue import catalogue, exercise
from kinechain.program.exercise_loads import (
    ExerciseLoad,
    deepest_within,
    highest_class,
    impulse,
    load_of,
    read_exercise_loads,
)

CODES = tuple(catalogue())
#: Exercises on the feet that go from nearly straight to deep.
STANDING = ("squat", "goblet_squat", "barbell_squat", "wedge_squat", "single_leg_squat", "step_down", "forward_lunge", "wall_sit")
ROW = """
[squat]
method = "computed"
kind = "two_legs"
reason = "Made up."
sources = ["exercise_load.tempo"]
flexion_deg = [0, 30, 60, 90, 100]
force = [0.0, 1.0, 3.0, 5.0]
low = [0.0, 0.5, 2.0, 4.0]
high = [0.0, 1.5, 4.0, 7.0]
load_class = ["low", "low", "moderate", "high", ""]
"""


def deg(value: float) -> float:
    return math.radians(value)


def force_at(code: str, degrees: float) -> float:
    return next(
        row.force.value
        for row in load_of(code).rows
        if row.flexion_rad is not None and math.isclose(row.flexion_rad, deg(degrees), abs_tol=1e-9)
    )


def read(text: str) -> Mapping[str, ExerciseLoad]:
    return read_exercise_loads(text, "loads.toml", {"exercise_load.tempo"})


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> None:
    """The squat's load is a made-up one whose answers are known by hand."""
    monkeypatch.setattr(exercise_loads, "exercise_loads", lambda: read(ROW))


# --- answers known by hand ---


@pytest.mark.parametrize(
    ("way", "expected"),
    [((0, 30), "low"), ((0, 31), "moderate"), ((0, 60), "moderate"), ((60, 61), "high"), ((0, 90), "high"), ((95, 130), "high")],
)
def test_between_two_rows_the_higher_class_counts(made: None, way: tuple[float, float], expected: str) -> None:
    assert highest_class("squat", (deg(way[0]), deg(way[1]))) == expected


@pytest.mark.parametrize(
    ("cap", "most", "expected"),
    [
        ("low", 90, 30),
        ("low", 20, 20),
        ("moderate", 90, 60),
        ("moderate", 50, 50),
        ("high", 90, 90),
        ("high", 130, 90),
        ("none", 90, None),
    ],
)
def test_the_knee_bends_as_far_as_the_class_lets_it(made: None, cap: str, most: float, expected: float | None) -> None:
    found = deepest_within("squat", cap, deg(most))
    assert (None if found is None else round(math.degrees(found), 6)) == expected


def test_a_repetition_adds_up_the_force_over_its_time(made: None) -> None:
    once = impulse("squat", (0.0, deg(60)), 6.0)  # half of the way at 0.5 on average, the other half at 2
    assert once.value == pytest.approx(6.0 * 1.25)
    assert [once.low, once.high] == pytest.approx([6.0 * 0.75, 6.0 * 1.75])
    held = impulse("squat", (deg(45), deg(45)), 30.0)
    assert held.value == pytest.approx(60.0)
    assert impulse("squat", (0.0, deg(60))).value == pytest.approx(constant("exercise_load.tempo").value * 1.25)
    assert math.isnan(impulse("squat", (0.0, deg(95))).value)


def test_what_is_not_estimated_counts_as_the_highest_however_low_the_rest_is(monkeypatch: pytest.MonkeyPatch) -> None:
    low = ROW.replace("moderate", "low").replace('"high"', '"low"')
    monkeypatch.setattr(exercise_loads, "exercise_loads", lambda: read(low))
    assert highest_class("squat", (0.0, deg(90))) == "low"
    assert highest_class("squat", (0.0, deg(95))) == LOAD_CLASSES[-1]
    assert load_of("squat").rows[-1].load_class is None


# --- the shipped table ---


def test_every_exercise_of_the_catalogue_has_a_load_and_says_how_it_is_known() -> None:
    assert set(exercise_loads.exercise_loads()) == set(CODES), "Run `kinechain lab exercises`."
    for code in CODES:
        load = load_of(code)
        assert load.reason
        assert load.sources or load.method in ("assumed", "none")
        assert highest_class(code, None) in LOAD_CLASSES
        assert (load.method == "none") == (highest_class(code, None) == "none")


def test_an_exercise_that_is_not_there_says_so() -> None:
    with pytest.raises(UsageError, match="got 'sqat'"):
        load_of("sqat")


@given(code=st.sampled_from(CODES), cap=st.sampled_from(LOAD_CLASSES), most=st.floats(0.0, 140.0))
@settings(max_examples=150, deadline=None)
def test_as_far_as_a_class_lets_it_the_class_holds_and_no_further_row_would(code: str, cap: str, most: float) -> None:
    start, end = exercise(code).flexion_rad or (0.0, deg(most))
    limit, found = min(end, deg(most)), deepest_within(code, cap, deg(most))

    def fits(to: float) -> bool:
        return LOAD_CLASSES.index(highest_class(code, (start, to))) <= LOAD_CLASSES.index(cap)

    if found is None:
        assert limit < start or not fits(start)
        return
    assert start <= found <= limit
    assert fits(found)
    deeper = [row.flexion_rad for row in load_of(code).rows if row.flexion_rad is not None and found < row.flexion_rad <= limit]
    assert not any(fits(bend) for bend in deeper)


@given(code=st.sampled_from(STANDING), one=st.floats(0.0, 130.0), other=st.floats(0.0, 130.0))
@settings(max_examples=100, deadline=None)
def test_deeper_is_never_a_lower_class(code: str, one: float, other: float) -> None:
    shallow, deep = sorted((one, other))
    classes = [LOAD_CLASSES.index(highest_class(code, (deg(bend), deg(bend)))) for bend in (shallow, deep)]
    assert classes == sorted(classes)


@given(code=st.sampled_from(STANDING), shallow=st.floats(5.0, 85.0), more=st.floats(1.0, 5.0), seconds=st.floats(1.0, 30.0))
@settings(max_examples=100, deadline=None)
def test_deeper_and_longer_repetitions_add_up_to_more(code: str, shallow: float, more: float, seconds: float) -> None:
    usual = impulse(code, (0.0, deg(shallow)), seconds)
    assert usual.low <= usual.value <= usual.high
    assert impulse(code, (0.0, deg(shallow + more)), seconds).value > usual.value
    assert impulse(code, (0.0, deg(shallow)), seconds + more).value > usual.value


def test_weight_and_fewer_legs_bear_more_at_every_bend() -> None:
    for more, less in (
        ("goblet_squat", "squat"),
        ("barbell_squat", "goblet_squat"),
        ("single_leg_squat", "squat"),
        ("single_leg_squat", "step_down"),
        ("step_down", "split_squat"),
        ("short_lunge", "back_lunge"),
        ("forward_lunge", "back_lunge"),
    ):
        assert all(force_at(more, bend) > force_at(less, bend) for bend in range(15, 91, 15)), (more, less)


def test_one_weight_all_the_way_loads_a_nearly_straight_knee_more_than_squats_and_a_bent_one_less() -> None:
    """The order that Powers and others (2014) found: see docs/exercises.md for the heavier weight of a shorter way."""
    assert all(force_at("full_knee_extension", bend) > force_at("squat", bend) for bend in (0, 15, 30))
    assert all(force_at("full_knee_extension", bend) < force_at("squat", bend) for bend in (60, 75, 90))
    assert force_at("machine_knee_extension", 60) > force_at("squat", 60)


def test_published_forces_are_those_of_their_rows() -> None:
    for code, row, expected in (("walk", "walk", "low"), ("easy_run", "run", "high"), ("hop", "hop", "high")):
        load = load_of(code)
        assert load.method == "published"
        assert constant(f"exercise_load.{row}").source in load.sources
        assert load.rows[0].force.value == constant(f"exercise_load.{row}").value
        assert highest_class(code, None) == expected
        assert math.isnan(impulse(code, None).value)


def test_numbers_end_at_90_degrees_and_classes_at_110() -> None:
    bends = np.rad2deg([row.flexion_rad or 0.0 for row in load_of("deep_squat").rows])
    told = [bend for bend, row in zip(bends, load_of("deep_squat").rows, strict=True) if math.isfinite(row.force.value)]
    assert max(told) == pytest.approx(constant("patellofemoral.numbers_up_to").value)
    assert max(bends) == pytest.approx(constant("patellofemoral.class_up_to").value)
    assert highest_class("deep_squat", None) == "high"


# --- tables that are none ---


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('method = "computed"', 'method = "guessed"', "got 'guessed' in exercise squat of loads.toml"),
        ('reason = "Made up."', "", "a reason in every row"),
        ('"low", "low"', '"low", "little"', "a class among"),
        ("exercise_load.tempo", "smith-2001", "the key of a row or a study"),
        ("[0, 30, 60, 90, 100]", "[0, 30, 30, 90, 100]", "bends that rise"),
        ("[0, 30, 60, 90, 100]", "[0, 30, 60, 90]", "bends that rise, each with a class"),
        ("low = [0.0, 0.5, 2.0, 4.0]", "low = [0.0, 0.5]", "as many forces as lows and highs"),
        ('method = "computed"', 'method = "none"', "classes where the knee carries something"),
        ('kind = "two_legs"', 'colour = "red"', "got colour|colour in"),
    ],
)
def test_a_bad_row_is_refused_in_one_sentence(old: str, new: str, said: str) -> None:
    assert old in ROW
    with pytest.raises(DataFileError, match=said):
        read(ROW.replace(old, new))
