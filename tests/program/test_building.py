"""What people get, as a clinician would write it down beforehand, and laws that hold for whoever comes."""

import itertools
import math
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.core.errors import DataFileError
from kinechain.core.training import (
    EQUIPMENT,
    GOALS,
    LOAD_CLASSES,
    Basis,
    Because,
    Dose,
    Intake,
    LeftOut,
    Part,
    Prescription,
    Program,
)
from kinechain.core.types import Finding, FindingVerdict, Limit, Measure, Pain, Ranged
from kinechain.evidence import claims, constant
from kinechain.program.building import build
from kinechain.program.catalogue import catalogue, exercise
from kinechain.program.checks import faults, line_faults, reasons_of
from kinechain.program.choosing import Caps, Fit, fit, read_rules, rules
from kinechain.program.dosing import days_in, in_a_row, is_bound, load_caps, minutes_of, training_days
from kinechain.program.education import modules
from kinechain.program.exercise_loads import highest_class
from kinechain.program.facts import PAST_USUAL, facts_of
from kinechain.program.running import ACTIVITIES, first_week, stages
from kinechain.program.supports import supports
from kinechain.report.reasons import read_reason, references
from kinechain.report.words import has_words, messages, say
from kinechain.screening.findings import UNUSUAL

START = date(2026, 11, 23)
CHAIR = ("chair",)
#: Reasons that need no source: what the person told, what is at hand, and what is said to be from memory.
WITHOUT_SOURCE = {
    *("because.depth_told", "because.one_leg", "because.not_tested", "because.nothing_found"),
    *("because.no_equipment", "because.too_deep", "because.limit_hip_range", "because.no_brace", "because.no_biofeedback"),
    "because.later_link",
}


def finding(code: str, link: str, side: str, message: str, value: float = math.nan, norm: str | None = None) -> Finding:
    measure = Measure(code, side, None, value, value, value, "point" if code == "foot_posture_index" else "Nm/kg", "")
    verdict = FindingVerdict.FINE if message == "finding.fine" else FindingVerdict.CANNOT_JUDGE
    return Finding(code, link, side, verdict, measure, message, (norm,) if norm else (), norm)


def limit(link: str, side: str = "both", goal: str = "depth") -> Limit:
    share = Ranged(0.5, 0.3, 0.7)
    return Limit(goal, link, side, share, (), f"limit.{goal}", ("knee-to-wall.hoch-2011",) if link == "ankle" else ())


def weak(code: str, side: str = "left") -> Finding:
    norm = "hip-strength.rotation-from-memory" if "rotation" in code else "hip-strength.abduction-from-memory"
    return finding(code, "hip", side, "finding.unusual", 0.8, norm)


def foot(index: float, side: str = "both") -> Finding:
    message = "finding.fine" if -1 <= index <= 6 else "finding.unusual_range"
    return finding("foot_posture_index", "foot", side, message, index, "foot.spain")


FINE_ANKLES = tuple(
    finding("knee_to_wall_cm", "ankle", side, "finding.fine", 0.12, "knee-to-wall.hoch-2011") for side in ("left", "right")
)
WEAK_KNEE = finding(
    "knee_extension_torque_symmetry", "knee", "right", "finding.strength_differs", 0.7, "knee-extension.limb-symmetry"
)


def program(basis: Basis | None = None, **told: object) -> Program:
    return build(basis or Basis(Intake(**told)), START)


def slots(of: Program, part: Part) -> dict[str, str]:
    return {line.slot: line.exercise for line in of.of(part)}


def line(of: Program, slot: str) -> Prescription:
    found = of.line(slot)
    assert found is not None, f"nothing fills {slot}"
    return found


def degrees(of: Prescription) -> tuple[int, int]:
    assert of.flexion_rad is not None
    return round(math.degrees(of.flexion_rad[0])), round(math.degrees(of.flexion_rad[1]))


def why_not(of: Program) -> dict[str, str]:
    return {one.what: one.because.reason for one in of.left_out}


def said(of: Program) -> set[str]:
    return {rule.reason for rule in of.rules}


# --- People ---


def test_without_findings_everybody_gets_the_core_and_is_told_that_nothing_was_found() -> None:
    got = program(Basis(Intake(equipment=CHAIR), findings=(*FINE_ANKLES, foot(3.0))))
    assert slots(got, Part.STRENGTH) == {"knee": "supported_squat", "hip": "side_lying_abduction", "knee_second": "split_squat"}
    assert slots(got, Part.DAILY) == {"ankle": "knee_over_toe_drill", "foot": "standing_short_foot", "balance": "single_leg_stand"}
    assert slots(got, Part.ACTIVITY) == {"walking": "walk"}
    assert "because.nothing_found" in said(got)
    assert "because.matching" not in said(got)
    assert not any(one.because.by_judgement or one.link for one in got.prescriptions), "nothing was matched"
    assert (got.weeks, got.days, line(got, "knee").dose) == (12, (0, 2, 4), Dose(2, 8, 3, 0.0, 5))
    assert degrees(line(got, "knee")) == (0, 45), "where nobody knows how far it bends without pain"


def test_without_any_test_it_says_that_none_was_given() -> None:
    assert "because.not_tested" in said(program())
    assert "because.nothing_found" not in said(program())


def test_no_equipment_at_all_is_enough_for_a_program() -> None:
    got = program()
    assert all(not exercise(one.exercise).equipment for one in got.prescriptions)
    refused = {one.what: one.because for one in got.left_out if one.because.reason == "because.no_equipment"}
    assert refused["machine_knee_extension"].parameters == {"equipment": "machine"}
    assert refused["low_step_up"].parameters == {"equipment": "step"}


def test_a_stiff_ankle_gets_strength_and_stretching_of_its_own_side_and_a_runner_comes_back_by_stages() -> None:
    intake = Intake(side="left", usual_pain=2.0, goals=("running",), runs_km_a_week=20.0, triggers=("running",))
    got = program(Basis(intake, limits=(limit("ankle", "left"),)))
    assert slots(got, Part.STRENGTH)["limit_ankle"] == "bent_knee_heel_raise"
    stretch = line(got, "limit_ankle_daily")
    assert (stretch.exercise, stretch.side, stretch.link, stretch.because.by_judgement) == (
        "bent_knee_calf_stretch",
        "left",
        "ankle",
        True,
    )
    assert "knee-to-wall.hoch-2011" in stretch.because.sources, "what the limit rests on, stands behind the line"
    assert line(got, "ankle").because.by_judgement is False, "the drill is everybody's"
    assert {"because.matching", "because.one_leg"} <= said(got)
    run = line(got, "running")
    assert (run.exercise, run.weeks, run.because.reason) == ("easy_run", (3, 12), "because.run_on"), "a run loads the kneecap high"
    assert (run.dose.seconds, run.dose.days) == (30 * 60.0, 2), "half of 130 minutes, as far as two easy runs take them"
    assert line(program(runs_km_a_week=7.0, usual_pain=1.0), "running").dose.seconds == 11 * 60.0, "half of 7 km on two days"
    assert line(program(runs_km_a_week=2.0, usual_pain=1.0), "running").dose.seconds == 10 * 60.0, "no run is shorter"
    rested = line(program(runs_km_a_week=40.0, usual_pain=5.0), "running")
    assert (rested.dose.seconds, rested.weeks[0]) == (10 * 60.0, 7), "after a long pause as little as there is"


def test_who_does_not_run_yet_begins_to_walk_and_run_in_week_five() -> None:
    got = program(goals=("running", "jumping", "kicking"))
    starts = {slot: (line(got, slot).exercise, line(got, slot).weeks[0]) for slot in ACTIVITIES}
    assert starts == {"running": ("walk_run", 5), "jumping": ("two_leg_jump", 9), "kicking": ("easy_kick", 7)}
    assert not set(ACTIVITIES) & set(slots(program(), Part.ACTIVITY)), "only where it is wanted"


def test_weak_hips_get_a_second_exercise_by_judgement_with_a_band_if_there_is_one() -> None:
    basis = Basis(Intake(), findings=(weak("hip_abduction_torque", "left"), weak("hip_abduction_torque", "right")))
    got = line(program(basis), "limit_hip")
    assert (got.exercise, got.side, got.because.by_judgement) == ("side_bridge", "both", True)
    assert "hip-strength.abduction-from-memory" in got.because.sources
    with_band = line(program(replace(basis, intake=Intake(equipment=("band",)))), "limit_hip")
    assert with_band.exercise == "band_side_step"
    rotation = Basis(Intake(), findings=(weak("hip_external_rotation_torque", "right"),))
    assert (line(program(rotation), "limit_hip").exercise, line(program(rotation), "limit_hip").side) == ("clam", "right")


def test_flat_feet_get_foot_work_and_the_offer_of_insoles_high_arches_do_not() -> None:
    got = program(Basis(Intake(equipment=CHAIR), findings=(foot(8.0),)))
    assert line(got, "limit_foot_daily").exercise == "toe_yoga"
    assert {offer.code: offer.weeks for offer in got.offers} == {"tape": 4, "orthoses": 6}
    assert "orthoses" not in why_not(got)
    for other in (foot(-5.0), foot(4.0)):
        plain = program(Basis(Intake(equipment=CHAIR), findings=(other,)))
        assert plain.line("limit_foot_daily") is None
        assert [offer.code for offer in plain.offers] == ["tape"]
        assert why_not(plain)["orthoses"] == "because.no_orthoses"


def test_a_deep_squat_lifter_keeps_the_bar_and_starts_under_the_caps() -> None:
    deep = Intake(goals=("lifting", "squat_deeper"), equipment=("barbell", "weight"), pain_free_flexion_rad=math.radians(110.0))
    got = line(program(Basis(deep)), "knee")
    assert (got.exercise, got.because.reason) == ("barbell_squat", "because.keep_bar")
    assert degrees(got) == (0, 60), "as deep as the bar stays moderate"
    sore = program(Basis(replace(deep, worst_pain=8.0)))
    assert degrees(line(sore, "knee")) == (0, 40), "as deep as the bar stays low"
    assert line(program(Basis(replace(deep, equipment=()))), "knee").exercise == "squat", "no bar at hand"


def test_who_wants_to_squat_deeper_gets_ankle_work_unless_both_ankles_are_free() -> None:
    got = line(program(goals=("squat_deeper",)), "limit_ankle_daily")
    assert (got.exercise, got.because.reason, got.because.by_judgement) == ("bent_knee_calf_stretch", "because.deeper_ankle", True)
    free = program(Basis(Intake(goals=("squat_deeper",)), findings=FINE_ANKLES))
    assert free.line("limit_ankle_daily") is None


def test_somebody_whom_sitting_hurts_reads_of_it_first_and_gets_breaks() -> None:
    got = program(triggers=("sitting", "stairs_up"), sits_hours=9.0)
    assert line(got, "sitting").exercise == "sitting_break"
    assert line(got, "sitting").dose.days == 7
    assert [lesson.week for lesson in got.lessons if lesson.code == "sitting"] == [1]
    assert [lesson.week for lesson in program().lessons if lesson.code == "sitting"] == [3]
    assert program().line("sitting") is None


def test_where_everything_limits_the_most_important_comes_first_and_the_rest_later() -> None:
    findings = (weak("hip_abduction_torque"), weak("hip_external_rotation_torque"), WEAK_KNEE, foot(9.0))
    basis = Basis(Intake(equipment=EQUIPMENT, goals=GOALS), limits=(limit("ankle"), limit("hip")), findings=findings)
    got = program(basis)
    assert list(slots(got, Part.STRENGTH)) == ["knee", "hip", "limit_ankle", "knee_second"], "one match, then what trials tried"
    assert list(slots(got, Part.DAILY)) == ["ankle", "foot", "balance", "limit_ankle_daily", "limit_hip_daily"]
    assert sum(minutes_of(one) for one in got.of(Part.DAILY)) <= 12.0
    later = {one.what: one.because.reason for one in got.left_out if "later" in one.because.reason}
    assert later == {
        "band_side_step": "because.later",
        "hip_external_rotation": "because.later",
        "machine_knee_extension": "because.later",
        "toe_yoga": "because.later_daily",
    }
    swapped = program(replace(basis, limits=(limit("hip"), limit("ankle"))))
    assert list(slots(swapped, Part.DAILY))[3:] == ["limit_hip_daily", "limit_ankle_daily"], "in the order of what holds back"


def test_one_sore_leg_trains_both_and_sets_the_dose() -> None:
    got = program(side="right")
    assert {one.side for one in got.prescriptions} == {"both"}
    rule = next(rule for rule in got.rules if rule.reason == "because.one_leg")
    assert "right knee hurts" in say(rule.reason, **rule.parameters)
    assert "Both legs train" in say(rule.reason, **rule.parameters)


def test_a_sore_knee_starts_lower_and_stays_there_for_longer() -> None:
    got = program(usual_pain=6.0, worst_pain=8.0, pain_free_flexion_rad=math.radians(80.0), equipment=EQUIPMENT)
    assert got.load_caps == ("low",) * 2 + ("moderate",) * 4 + ("high",) * 6
    assert slots(got, Part.STRENGTH) == {"knee": "supported_squat", "hip": "clam", "knee_second": "quadriceps_set"}
    assert "because.too_sore" in why_not(got).values()
    assert "because.caps_sore" in said(got)
    assert program(usual_pain=3.0, worst_pain=4.0).load_caps == ("moderate",) * 2 + ("high",) * 10
    assert got.usual_pain == 6.0


def test_a_knee_that_hurts_at_once_gets_no_squat_but_its_muscle_is_trained() -> None:
    got = program(pain_free_flexion_rad=0.0)
    assert slots(got, Part.STRENGTH) == {"knee": "straight_leg_raise", "hip": "side_lying_abduction"}
    assert line(got, "ankle").exercise == "calf_stretch", "the drill bends the knee too far, and to rock it sitting takes a chair"
    assert line(program(pain_free_flexion_rad=0.0, equipment=CHAIR), "ankle").exercise == "seated_ankle_rock"
    assert why_not(got)["supported_squat"] == "because.too_deep"


@pytest.mark.parametrize(
    ("told_deg", "felt_deg", "cap_deg", "reason"),
    [
        (None, None, 45, "because.depth_unknown"),
        (80.0, None, 80, "because.depth_told"),
        (None, 70.0, 60, "because.depth_felt"),
        (50.0, 70.0, 50, "because.depth_told"),
        (80.0, 70.0, 60, "because.depth_felt"),
        (None, 4.0, 0, "because.depth_felt"),
    ],
)
def test_the_depth_starts_from_what_is_free_of_pain(
    told_deg: float | None, felt_deg: float | None, cap_deg: int, reason: str
) -> None:
    pains = () if felt_deg is None else (Pain("left", 3.0, math.radians(felt_deg)), Pain("right", 0.0, 0.1), Pain("left", 2.0))
    told = None if told_deg is None else math.radians(told_deg)
    got = program(Basis(Intake(pain_free_flexion_rad=told), pains=pains))
    assert (round(math.degrees(got.flexion_cap_rad)), got.flexion_because.reason) == (cap_deg, reason)


def test_the_squat_climbs_with_what_is_free_of_pain_and_at_hand() -> None:
    def squat(deg: float, *equipment: str) -> tuple[str, tuple[int, int]]:
        got = line(program(pain_free_flexion_rad=math.radians(deg), equipment=equipment), "knee")
        return got.exercise, degrees(got)

    assert squat(30.0) == ("supported_squat", (0, 30))
    assert squat(50.0, "chair") == ("supported_squat", (0, 45))
    assert squat(75.0, "chair") == ("box_squat", (0, 60))
    assert squat(65.0) == ("squat", (0, 65))
    assert squat(120.0) == ("squat", (0, 70)), "as deep as it stays moderate"


@pytest.mark.parametrize(
    ("told", "trained"),
    [
        ((0, 1, 2, 3, 4, 5, 6), (0, 2, 4)),
        ((1, 3, 5), (1, 3, 5)),
        ((0, 3, 6), (0, 3)),
        ((5, 6), (5,)),
        ((3,), (3,)),
        ((6, 4, 2, 0), (0, 2, 4)),
    ],
)
def test_three_days_or_as_many_as_can_be_with_a_day_of_rest_between(told: tuple[int, ...], trained: tuple[int, ...]) -> None:
    assert training_days(told) == trained
    got = program(days=told)
    assert {one.dose.days for one in got.of(Part.STRENGTH)} == {len(trained)}
    assert ("because.fewer_days" in said(got)) is (len(trained) < 3)


def test_the_drill_of_the_ankle_is_daily_for_two_weeks_then_three_days() -> None:
    drill = line(program(), "ankle")
    assert [days_in(drill, week) for week in (1, 2, 3, 12)] == [7, 7, 3, 3]
    assert days_in(line(program(), "foot"), 1) == days_in(line(program(), "foot"), 5) == 3
    for days in (2, 5):
        assert days_in(replace(drill, dose=replace(drill.dose, days=days)), 5) == days, "whoever set it so meant it"


def test_every_program_says_why_no_muscle_is_trained_alone() -> None:
    left = {one.what: one.because for one in program().left_out}
    assert left["vmo"].sources[0] == "e"
    assert claims()["e"].code == "vmo_alone_does_not_help"
    assert {"blood_flow_restriction", "brace", "biofeedback"} <= set(left)


def test_stages_climb_the_ladder_of_the_catalogue_a_week_apart_at_least() -> None:
    for activity in ACTIVITIES:
        own = stages(activity)
        assert all(later.exercise in exercise(before.exercise).progress for before, later in itertools.pairwise(own))
        assert [one.week for one in own] == sorted({one.week for one in own})
        assert all(one.entries for one in own), "nothing begins without something that went well before"
    assert first_week("easy_run", 1, ("moderate",) * 12) is None
    assert program(goals=("running",)).line("running") is not None


# --- Laws ---


FINDINGS = (
    *(weak(code, side) for code in ("hip_abduction_torque", "hip_external_rotation_torque") for side in ("left", "right")),
    *(foot(index, side) for index in (-6.0, 2.0, 7.0, 11.0) for side in ("left", "both")),
    *(WEAK_KNEE, *FINE_ANKLES),
    finding("knee_to_wall_deg", "ankle", "left", "finding.unusual_untried", 0.4, "knee-to-wall.laboratory-groups"),
)
PAIN = st.one_of(st.none(), st.floats(0.0, 10.0))
BEND = st.one_of(st.none(), st.floats(0.0, 2.6))
SIDE = st.sampled_from(("left", "right", "both"))


def some(every: Sequence[object]) -> st.SearchStrategy[tuple[object, ...]]:
    return st.lists(st.sampled_from(every), unique=True).map(tuple)


#: What anybody may tell and what tests may find, in plain values: bases are made of them in the test itself.
ANYBODY = st.fixed_dictionaries(
    {
        "intake": st.fixed_dictionaries(
            {
                "side": SIDE,
                "triggers": some(("sitting", "squat", "running")),
                "goals": some(GOALS),
                "days": st.lists(st.integers(0, 6), min_size=1, unique=True).map(tuple),
                "equipment": some(EQUIPMENT),
                "pain_free_flexion_rad": BEND,
                "runs_km_a_week": st.one_of(st.none(), st.floats(0.0, 60.0)),
            }
        ),
        "pain": st.lists(st.floats(0.0, 10.0), max_size=2).map(sorted),
        "findings": st.lists(st.integers(0, len(FINDINGS) - 1), max_size=6, unique=True),
        "limits": st.lists(
            st.tuples(
                st.sampled_from(("foot", "ankle", "knee", "hip", "trunk")), SIDE, st.sampled_from(("depth", "frontal_plane"))
            ),
            max_size=4,
        ),
        "pains": st.lists(st.tuples(SIDE, PAIN, BEND), max_size=2),
    }
)


def basis_of(told: dict[str, Any]) -> Basis:
    return Basis(
        Intake(**told["intake"], **dict(zip(("usual_pain", "worst_pain"), told["pain"], strict=False))),
        findings=tuple(FINDINGS[number] for number in told["findings"]),
        limits=tuple(limit(*one) for one in told["limits"]),
        pains=tuple(Pain(*one) for one in told["pains"]),
    )


@given(ANYBODY)
@settings(max_examples=120, deadline=None)
def test_no_program_breaks_a_law(told: dict[str, Any]) -> None:
    basis = basis_of(told)
    got = build(basis, START)
    assert faults(got) == ()
    # The laws again, told apart from the code that checks them.
    assert 2 <= len(got.of(Part.STRENGTH)) <= 4
    assert not in_a_row(got.days)
    assert len(got.days) <= 3
    assert set(got.days) <= set(basis.intake.days)
    for one in got.prescriptions:
        of = exercise(one.exercise)
        assert set(of.equipment) <= set(basis.intake.equipment)
        assert LOAD_CLASSES.index(highest_class(one.exercise, one.flexion_rad)) <= LOAD_CLASSES.index(
            got.load_caps[one.weeks[0] - 1]
        )
        assert not (is_bound(of) and one.flexion_rad and one.flexion_rad[1] > got.flexion_cap_rad)
        if one.part is Part.STRENGTH and not one.dose.seconds:
            assert one.dose.sets in (2, 3)
            assert 8 <= one.dose.repetitions <= 15
    assert repr(build(basis, START)) == repr(got), "the same once more"


@given(ANYBODY)
@settings(max_examples=60, deadline=None)
def test_every_reason_has_words_and_sources_or_is_assumed(told: dict[str, Any]) -> None:
    got = build(basis_of(told), START)
    known = references(reasons_of(got))
    for because in reasons_of(got):
        sentence = say(because.reason, **because.parameters)
        assert "unknown" not in sentence
        assert "{" not in sentence
        assert sentence.endswith(".")
        read = read_reason(because, known)
        assert read.references or (read.assumed and because.reason in WITHOUT_SOURCE), because.reason
    for one in got.left_out:
        assert has_words(f"left_out.{one.what}") or has_words(f"exercise.{one.what}.name")
    assert all(has_words(f"lesson.{lesson.code}.{what}") for lesson in got.lessons for what in ("name", "text"))
    assert all(say(f"offer.{offer.code}.name", weeks=offer.weeks) for offer in got.offers)


def test_the_same_basis_makes_the_same_program_in_another_process() -> None:
    code = (
        "from datetime import date; from kinechain.core.training import EQUIPMENT, GOALS, Basis, Intake;"
        "from kinechain.program.building import build;"
        "print(repr(build(Basis(Intake(goals=GOALS, equipment=EQUIPMENT)), date(2026, 11, 23))))"
    )
    other = {**os.environ, "PYTHONHASHSEED": "1", "PYTHONIOENCODING": "utf-8"}
    made = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True, env=other)
    assert made.stdout.strip() == repr(build(Basis(Intake(goals=GOALS, equipment=EQUIPMENT)), START))


def broken() -> Iterator[tuple[str, Program]]:
    """Yield programs that break one law each, and what is said of it."""
    good = program(equipment=EQUIPMENT, goals=GOALS)
    knee, hip = line(good, "knee"), line(good, "hip")

    def with_line(**changes: object) -> Program:
        changed = replace(knee, **changes)
        return replace(good, prescriptions=tuple(changed if one is knee else one for one in good.prescriptions))

    yield "where the cap is", with_line(exercise="squat", flexion_rad=(0.0, math.radians(88.0)))
    yield "past the cap", with_line(exercise="squat", flexion_rad=(0.0, math.radians(50.0)))
    yield "a bend of", with_line(flexion_rad=(0.0, math.radians(101.0)))
    yield "a bend of", with_line(flexion_rad=None)
    yield "4 sets", with_line(dose=replace(knee.dose, sets=4))
    yield "20 repetitions", with_line(dose=replace(knee.dose, repetitions=20))
    yield "an effort of 3", with_line(dose=replace(knee.dose, effort=3))
    yield "on 5 days a week", with_line(dose=replace(knee.dose, days=5))
    yield "cannot be done with side left", with_line(side="left")
    yield "its weeks are", with_line(weeks=(3, 13))
    yield "no exercise of the catalogue", with_line(exercise="leg_extension_on_one_hand")
    yield "not marked as by judgement", with_line(link="ankle")
    yield "belongs to", with_line(part=Part.DAILY)
    yield "is there 2 times", replace(good, prescriptions=(*good.prescriptions, hip))
    yield "1 exercises for strength", replace(good, prescriptions=(knee,))
    yield "days of strength", replace(good, days=(0, 1, 3))
    yield "days of strength", replace(good, days=(0, 6))
    yield "It lasts", replace(good, weeks=10)
    yield "fall from week to week", replace(good, load_caps=("high",) * 2 + ("low",) * 10)
    yield "caps of load are", replace(good, load_caps=("high",) * 3)
    yield "somebody it is not for", replace(good, offers=(replace(good.offers[0], code="orthoses"),))
    yield "for 5 weeks", replace(good, offers=(replace(good.offers[0], weeks=5),))
    yield "VMO", replace(good, left_out=())
    yield "both prescribed and left out", replace(good, left_out=(*good.left_out, LeftOut(knee.exercise, Because("because.later"))))
    yield "without a reason", with_line(because=Because(""))
    yield "does not hold", with_line(because=replace(knee.because, sources=("nobody-1999",)))
    yield "lesson", replace(good, lessons=(*good.lessons, good.lessons[0]))
    drill = line(good, "ankle")
    long = replace(drill, dose=replace(drill.dose, sets=9))
    yield "minutes", replace(good, prescriptions=tuple(long if one is drill else one for one in good.prescriptions))
    yield "needs a", replace(good, basis=Basis(Intake()))


@pytest.mark.parametrize(("told", "bad"), list(broken()))
def test_each_law_finds_the_program_that_breaks_it(told: str, bad: Program) -> None:
    assert any(told in fault for fault in faults(bad)), faults(bad)


def test_a_law_of_the_first_weeks_is_lifted_later() -> None:
    good = program(equipment=EQUIPMENT)
    deep = replace(line(good, "knee"), exercise="squat", flexion_rad=(0.0, math.radians(88.0)))
    assert len(line_faults(deep, good, 1)) == 2
    assert line_faults(deep, good, 3) == ()


# --- Rows ---


def test_every_rule_names_facts_words_and_exercises_that_there_are() -> None:
    everybody = Basis(
        Intake(side="left", worst_pain=9.0, goals=GOALS, triggers=("sitting",), runs_km_a_week=5.0),
        limits=tuple(limit(link, goal=goal) for link in ("foot", "ankle", "knee", "hip", "trunk") for goal in ("depth",)),
        findings=(weak("hip_abduction_torque"), weak("hip_external_rotation_torque"), WEAK_KNEE, foot(9.0), *FINE_ANKLES),
    )
    known = set(facts_of(everybody)) | {"stiff_ankle", "goes_with_ankle", "goes_with_foot"}
    for row in rules():
        assert {*row.when, *row.unless} <= known, row.code
        assert all(has_words(code) for code in (row.because, row.blocked) if code), row.code
        parts = {exercise(one).part for one in row.exercises}
        assert len(parts) == 1, "one place, one part"
        assert not row.link or (row.slot.startswith(f"limit_{row.link}") and row.group == "matched")
    assert {one.sooner for one in modules() if one.sooner} <= known
    assert {one.when for one in supports() if one.when} <= known


def test_every_reason_of_this_file_of_words_is_used() -> None:
    used = {code for row in rules() for code in (row.because, row.blocked)}
    used |= {code for one in supports() for code in (one.because, one.otherwise)}
    used |= {because.reason for basis in EVERY_KIND for because in reasons_of(build(basis, START))}
    used |= {entry.reason for activity in ACTIVITIES for stage in stages(activity) for entry in stage.entries}
    told = {code for code in messages() if code.startswith("because.")}
    assert told <= used, sorted(told - used)


EVERY_KIND = (
    Basis(Intake()),
    Basis(
        Intake(usual_pain=8.0, worst_pain=9.0, equipment=EQUIPMENT, side="left", goals=GOALS, triggers=("sitting",), days=(0,)),
        findings=(WEAK_KNEE, weak("hip_abduction_torque"), weak("hip_external_rotation_torque")),
    ),
    Basis(Intake(equipment=EQUIPMENT), findings=(weak("hip_abduction_torque"), weak("hip_external_rotation_torque"))),
    Basis(Intake(runs_km_a_week=10.0, usual_pain=5.0)),
    Basis(Intake(runs_km_a_week=10.0), findings=(foot(9.0),), pains=(Pain("left", 3.0, 1.0),)),
    Basis(Intake(pain_free_flexion_rad=1.2, goals=("lifting",), equipment=("machine",)), findings=FINE_ANKLES),
    Basis(
        Intake(equipment=EQUIPMENT, goals=("lifting", "running")),
        limits=(limit("ankle"), limit("hip"), limit("trunk"), limit("knee"), limit("foot")),
        findings=(weak("hip_abduction_torque"), weak("hip_external_rotation_torque"), foot(9.0)),
    ),
)


def test_a_rule_with_an_unknown_field_group_or_exercise_is_refused() -> None:
    good = '[core.one]\nslot = "knee"\nexercises = ["squat"]\nbecause = "because.core_squat"\n'
    assert read_rules(good, "rules.toml")[0].exercises == ("squat",)
    for bad, told in (
        (good.replace("core", "core_of_all"), "a group of rules"),
        (good.replace('"squat"', '"moonwalk"'), "an exercise"),
        (good + "colour = 3\n", "only the fields"),
        (good.replace('slot = "knee"\n', ""), "a slot"),
    ):
        with pytest.raises(DataFileError, match=told):
            read_rules(bad, "rules.toml")


def test_messages_that_count_as_past_usual_are_those_of_the_screening() -> None:
    fine = {"finding.enough", "finding.enough_filmed", "finding.little_gain"}
    assert set(PAST_USUAL) - {"finding.strength_differs"} == UNUSUAL - fine


def test_an_exercise_fits_under_caps_or_says_why_not() -> None:
    open_caps = Caps(math.radians(90.0), "high", EQUIPMENT)
    assert fit(exercise("squat"), open_caps) == Fit("squat", (0.0, math.radians(90.0)))
    reasons = {
        "because.no_equipment": fit(exercise("box_squat"), replace(open_caps, equipment=())),
        "because.too_deep": fit(exercise("deep_squat_hold"), open_caps),
        "because.too_heavy": fit(exercise("isometric_knee_extension"), replace(open_caps, load="moderate")),
    }
    for reason, found in reasons.items():
        assert isinstance(found, Because)
        assert found.reason == reason
    assert all(
        isinstance(fit(one, replace(open_caps, load="none")), Because) for one in catalogue().values() if one.code == "squat"
    )


def test_caps_rise_and_never_fall() -> None:
    for sore in (False, True):
        ranks = [LOAD_CLASSES.index(cap) for cap in load_caps(sore=sore)]
        assert ranks == sorted(ranks)
        assert len(ranks) == constant("dose.weeks").value
