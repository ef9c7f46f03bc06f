"""A number that a person typed becomes a measure, or is refused in one sentence that says what to write."""

import math
from statistics import NormalDist

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Person
from kinechain.core.units import UNITS
from kinechain.evidence.norms import norms
from kinechain.screening.battery import JUDGED
from kinechain.screening.typed import TypedMeasure, find_typed, noted_tests, notes, read_notes, read_typed, typed_measures

PERSON = Person(1.75, 70.0)


@pytest.mark.parametrize("measure", typed_measures().values(), ids=lambda measure: measure.code)
def test_the_example_of_every_measure_is_read_on_each_of_its_sides(measure: TypedMeasure) -> None:
    for side in measure.sides:
        read = read_typed(measure.code, side, measure.example, PERSON)
        assert (read.code, read.side, read.clip, read.rep) == (measure.code, side, "", None)
        assert read.low <= read.value <= read.high
        assert read.unit in UNITS


def test_every_measure_is_judged_by_the_test_that_it_is_typed_in() -> None:
    for measure in typed_measures().values():
        judged = {one.code: one.link for one in JUDGED[measure.test]}
        assert judged.get(measure.code) == measure.link, f"{measure.code} is not judged in {measure.test}"


def test_every_note_is_of_a_measure() -> None:
    assert {name for names in noted_tests().values() for name in names} == set(notes())


def test_centimetres_and_degrees_become_metres_and_radians() -> None:
    assert read_typed("knee_to_wall_cm", "left", 12, PERSON).value == pytest.approx(0.12)
    assert read_typed("knee_to_wall_deg", "left", "38", PERSON).value == pytest.approx(math.radians(38))
    assert read_typed("midfoot_width_change", "left", "0.9 cm", PERSON).value == pytest.approx(0.009)
    assert read_typed("hip_flexion_range", "left", "120°", PERSON).value == pytest.approx(math.radians(120))


def test_a_torque_is_for_body_mass_however_it_was_read() -> None:
    as_is = read_typed("knee_extension_torque", "left", "2.3 Nm/kg", PERSON)
    assert as_is.unit == "Nm/kg"
    for told in ("161 Nm", "460 N at 35 cm"):
        assert read_typed("knee_extension_torque", "left", told, PERSON).value == pytest.approx(as_is.value)


def test_the_interval_is_that_of_the_smallest_real_change() -> None:
    # Two measurements differ by more than 1.9 cm in one of twenty pairs, so that one of them errs by 1.9 / (1.96 root 2) = 0.69 cm.
    read = read_typed("knee_to_wall_cm", "left", 12, PERSON)
    change = norms()["knee-to-wall.powden-2015-one-cm"].mdc
    assert change == 1.9
    assert 100.0 * (read.high - read.value) == pytest.approx(0.6855 * NormalDist().inv_cdf(0.95), abs=1e-3)
    assert read.high - read.value == pytest.approx(read.value - read.low)


@pytest.mark.parametrize(
    ("name", "side", "told", "said"),
    [
        ("knee_to_wal_cm", "left", 9, "Did you mean knee_to_wall_cm?"),
        ("knee_to_wall_cm", "left", "38 deg", "Expected knee_to_wall_cm in cm, got '38 deg'. For deg write knee_to_wall_deg."),
        ("knee_to_wall_deg", "left", "9 cm", "For cm write knee_to_wall_cm."),
        ("knee_to_wall_cm", "left", 95, "between 0 and 30 cm, got 95"),
        ("hip_flexion_range", "left", 120, 'Expected hip_flexion_range with its unit, got 120. Write it like "120 deg".'),
        ("knee_extension_torque", "left", "20 kg", "Expected knee_extension_torque in Nm/kg"),
        ("heel_raise_count", "left", "20 s", "Expected heel_raise_count, got '20 s'"),
        ("patella_tilt", "left", "perhaps", "as yes or no"),
        ("stance_s", "left", "long", "as a number s"),
        ("stance_s", "left", True, "as a number s"),
        ("stance_s", "both", 30, "for left or right, got both"),
        ("sit_to_stand_s", "left", 9, "Write it under [typed], for the whole person."),
        ("navicular_drop", "left", 8, "kappa 0.40"),
        ("pelvic-drop", "left", 5, "smaller than the noise of its own measurement"),
    ],
)
def test_what_makes_no_sense_is_refused_in_one_sentence(name: str, side: str, told: object, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read_typed(name, side, told, PERSON)
    assert said in str(refused.value)


def test_what_was_noted_stays_with_its_measure_only() -> None:
    noted = read_notes("single-leg-stance", {"eyes": "Open", "stopped": "45 s", "footwear": "barefoot"})
    assert read_typed("stance_s", "left", 45, PERSON, noted).parameters == noted | {"eyes": "open"}
    assert read_typed("hip_flexion_range", "left", "120 deg", PERSON, noted).parameters == {}
    assert read_notes("knee-to-wall", {"foot_straight": True})["foot_straight"] == "yes"


@pytest.mark.parametrize(
    ("test", "told", "said"),
    [
        ("knee-to-wall", {"eyes": "open"}, "a note of knee-to-wall"),
        ("single-leg-stance", {"eyes": "half"}, "eyes among open, shut"),
        ("heel-raise", {"slope_deg": 80}, "slope_deg as a number between 0 and 30"),
        ("heel-raise", {"slope_deg": "steep"}, "slope_deg as a number"),
        ("hip", {"footwear": "barefoot"}, "Nothing is noted in this test"),
    ],
)
def test_notes_that_make_no_sense_are_refused(test: str, told: dict[str, object], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        read_notes(test, told)


_OF_EACH_LEG = [code for code, measure in typed_measures().items() if measure.each_leg and measure.unit not in ("1", "yes")]


@given(st.sampled_from(_OF_EACH_LEG), st.floats(0.0, 1.0))
def test_left_and_right_are_read_alike(code: str, place: float) -> None:
    measure = find_typed(code)
    told = f"{measure.low + place * (measure.high - measure.low):.4f} {measure.unit}"
    left, right = (read_typed(code, side, told, PERSON) for side in SIDES)
    assert (left.value, left.low, left.high) == (right.value, right.low, right.high)
    assert (left.side, right.side) == SIDES
