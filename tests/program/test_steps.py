"""One step at a time: what is harder next, what is easier, and what has to wait."""

import itertools
import math
from dataclasses import replace
from datetime import date

import pytest

from kinechain.core.training import EQUIPMENT, Basis, Dose, Intake, Part, Prescription, Program
from kinechain.program.building import build
from kinechain.program.catalogue import exercise
from kinechain.program.checks import faults, line_faults
from kinechain.program.steps import back, kind_of, load_class, may_begin, next_harder

START = date(2026, 11, 23)
WEEKS = 12


def program(**told: object) -> Program:
    return build(Basis(Intake(usual_pain=3.0, **told)), START)


def line(slot: str, of: Program, **changes: object) -> Prescription:
    found = of.line(slot)
    assert found is not None
    dose = {name: value for name, value in changes.items() if name in Dose.__dataclass_fields__}
    rest = {name: value for name, value in changes.items() if name not in dose}
    return replace(found, dose=replace(found.dose, **dose), **rest)


def with_line(of: Program, new: Prescription) -> Program:
    left_out = tuple(one for one in of.left_out if one.what != new.exercise)
    return replace(of, prescriptions=tuple(new if each.slot == new.slot else each for each in of.prescriptions), left_out=left_out)


def forwards(at: Prescription, of: Program, week: int) -> Prescription | None:
    """Return a line one step harder where its week allows that."""
    harder = next_harder(at, of)
    return harder if harder is not None and may_begin(harder, of, week) else None


def climb(slot: str, of: Program, week: int = WEEKS) -> list[Prescription]:
    """Return a line as it is after every step forwards that a week allows."""
    way = [line(slot, of)]
    while (harder := forwards(way[-1], of, week)) is not None:
        way.append(harder)
        of = with_line(of, harder)
    return way


def told(way: list[Prescription]) -> list[tuple[str, int, int, int]]:
    return [(one.exercise, one.dose.sets, one.dose.repetitions, round(math.degrees((one.flexion_rad or (0, 0))[1]))) for one in way]


def test_the_squat_gets_repetitions_then_a_set_then_depth_then_the_next_exercise() -> None:
    of = program(equipment=("chair",))
    box = line("knee", of, exercise="box_squat", flexion_rad=(0.0, math.radians(45)))
    assert told(climb("knee", with_line(of, box)))[:9] == [
        ("box_squat", 2, 8, 45),
        ("box_squat", 2, 10, 45),
        ("box_squat", 2, 12, 45),
        ("box_squat", 2, 15, 45),
        ("box_squat", 3, 15, 45),
        ("box_squat", 3, 15, 60),
        ("squat", 2, 8, 60),
        ("squat", 2, 10, 60),
        ("squat", 2, 12, 60),
    ]


def test_back_is_the_reverse_from_where_a_line_begins() -> None:
    of = program()
    at = line("knee", of, exercise="squat", flexion_rad=(0.0, math.radians(45)), sets=3, repetitions=10)
    way = [at]
    while (easier := back(way[-1], with_line(of, way[-1]))) is not None:
        way.append(easier)
    assert told(way)[:6] == [
        ("squat", 3, 10, 45),
        ("squat", 3, 10, 30),
        ("squat", 3, 10, 15),
        ("squat", 2, 10, 15),
        ("squat", 2, 8, 15),
        ("supported_squat", 2, 8, 15),
    ], "there is no chair for the box squat, so it is passed over"


def test_a_hold_is_held_longer_and_depth_stays_on_marks_up_to_the_exercises_end() -> None:
    of = program(equipment=("chair",), pain_free_flexion_rad=math.radians(52))
    stretch = replace(
        line("balance", of), slot="stretch", exercise="calf_stretch", dose=Dose(3, 1, 3, 30.0), flexion_rad=(0.0, 0.0)
    )
    one = replace(of, prescriptions=(*of.of(Part.STRENGTH), stretch))
    seconds = [each.dose.seconds for each in climb("stretch", one) if each.exercise == "calf_stretch"]
    assert seconds[:4] == [30.0, 35.0, 40.0, 45.0]
    deep = line("knee", of, exercise="box_squat", flexion_rad=(0.0, math.radians(52)), sets=3, repetitions=15)
    assert told(climb("knee", with_line(of, deep)))[1] == ("box_squat", 3, 15, 60)
    assert told([back(deep, of)] if back(deep, of) else [])[0][3] == 45


def test_a_step_back_undoes_repetitions_by_no_more_than_a_step() -> None:
    of = program()
    hip = line("hip", of, repetitions=15)
    easier = back(hip, of)
    assert easier is not None
    assert (easier.dose.sets, easier.dose.repetitions) == (2, 13)


def test_what_the_week_does_not_allow_is_waited_for_and_not_gone_round() -> None:
    of = program(equipment=EQUIPMENT, pain_free_flexion_rad=math.radians(60))
    at = line("knee", of, exercise="squat", flexion_rad=(0.0, math.radians(60)), sets=3, repetitions=15)
    harder = next_harder(at, with_line(of, at))
    assert harder is not None
    assert (harder.exercise, kind_of(at, harder), load_class(harder)) == ("squat", "depth", "high")
    weeks = [week for week in range(1, WEEKS + 1) if forwards(at, with_line(of, at), week) is not None]
    assert weeks == [week for week in range(1, WEEKS + 1) if of.load_caps[week - 1] == "high"]
    assert weeks[0] > 1


def test_the_next_exercise_needs_its_equipment_and_is_not_one_that_is_there_already() -> None:
    bare = program()
    top = line("hip", bare, exercise="side_lying_abduction", sets=3, repetitions=15)
    assert next_harder(top, with_line(bare, top)).exercise == "side_bridge"
    banded = program(equipment=("band",))
    assert next_harder(top, with_line(banded, top)).exercise == "band_side_step"
    other = replace(line("knee", banded), slot="limit_hip", exercise="band_side_step", flexion_rad=(0.35, 0.52))
    both = with_line(replace(banded, prescriptions=(*banded.prescriptions, other)), top)
    assert next_harder(top, both).exercise == "side_bridge"


def test_a_run_comes_in_stages_each_no_longer_than_what_is_done_now_and_not_before_its_week() -> None:
    of = program(goals=("running",))
    way = climb("running", of)
    stages = [one.exercise for one in way]
    assert list(dict.fromkeys(stages)) == ["walk_run", "easy_run", "longer_run"]
    for before, after in itertools.pairwise(way):
        lasting = [one.dose.sets * one.dose.repetitions * one.dose.seconds for one in (before, after)]
        if before.exercise != after.exercise:
            assert lasting[1] <= lasting[0]
        elif kind_of(before, after) == "seconds":
            assert after.dose.seconds - before.dose.seconds <= max(60.0, 0.1 * before.dose.seconds)
    last = next(one for one in way if forwards(one, with_line(of, one), WEEKS) is not None and one.dose.repetitions == 10)
    weeks = [week for week in range(1, WEEKS + 1) if forwards(last, with_line(of, last), week) is not None]
    assert weeks[0] == 6, "the week after the first one of walking and running by turns"


def test_a_walk_never_becomes_a_run_that_nobody_asked_for() -> None:
    of = program()
    assert {one.exercise for one in climb("walking", of)} == {"walk"}
    assert back(line("walking", of), of) is None


@pytest.mark.parametrize("slot", ["knee", "hip", "ankle", "foot", "balance", "walking", "running"])
def test_each_step_of_a_whole_ladder_changes_one_thing_and_breaks_no_law(slot: str) -> None:
    of = program(equipment=EQUIPMENT, goals=("running", "squat_deeper"))
    way = climb(slot, of)
    assert len(way) > 1
    for before, after in itertools.pairwise(way):
        if before.exercise != after.exercise:
            least = exercise(after.exercise)
            assert after.exercise in exercise(before.exercise).progress, "all equipment is there, so no rung is passed over"
            assert (after.dose.sets, after.dose.repetitions, after.dose.seconds) == (
                least.sets[0],
                least.repetitions[0],
                least.seconds[0],
            )
        else:
            dose = [getattr(before.dose, what) != getattr(after.dose, what) for what in ("sets", "repetitions", "seconds")]
            assert sum(dose) + (before.flexion_rad != after.flexion_rad) == 1
        assert line_faults(after, of, WEEKS) == ()
        assert faults(with_line(of, after), WEEKS) == ()


@pytest.mark.parametrize("slot", ["knee", "hip", "ankle", "foot", "running"])
def test_a_step_back_never_loads_the_kneecap_more(slot: str) -> None:
    of = program(equipment=EQUIPMENT, goals=("running",))
    order = ["none", "low", "moderate", "high"]
    for at in climb(slot, of):
        easier = back(at, with_line(of, at))
        if easier is not None:
            assert order.index(load_class(easier)) <= order.index(load_class(at))
            assert faults(with_line(of, easier), WEEKS) == ()
