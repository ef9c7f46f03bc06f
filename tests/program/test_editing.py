"""What a clinician may do to a program, what is told of it, and what no edit may do."""

import math
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kinechain.core.errors import UsageError
from kinechain.core.training import Basis, Diary, Done, Edit, Intake, Program, Session
from kinechain.program.adapting import adapt
from kinechain.program.building import build
from kinechain.program.checks import faults
from kinechain.program.editing import edit
from kinechain.report.words import say

START = date(2026, 11, 23)


def program(**told: Any) -> Program:
    return build(Basis(Intake(usual_pain=3.0, equipment=("chair", "band"), **told)), START)


def made(
    of: Program, action: str, slot: str = "", day: int = 0, by: str = "P. Physio", reason: str = "As agreed", **changes: Any
) -> Program:
    return edit(of, Edit(START + timedelta(day), by, reason, action, slot, changes))


def beyond(of: Program) -> list[tuple[str, str, float]]:
    own = [rule.parameters for rule in of.rules if rule.reason == "because_after.beyond_range"]
    return [(told["slot"], told["what"], told["value"]) for told in own]


def test_a_change_sets_what_it_names_and_keeps_name_and_reason() -> None:
    of = program()
    then = made(of, "change", "hip", sets=3, repetitions=12, reason="She is strong already")
    line, before = then.line("hip"), of.line("hip")
    assert line is not None
    assert before is not None
    assert line == replace(before, dose=replace(before.dose, sets=3, repetitions=12))
    assert [(one.by, one.reason) for one in then.edits] == [("P. Physio", "She is strong already")]
    assert faults(then) == ()
    assert beyond(then) == []


def test_a_dose_beyond_its_usual_range_is_taken_and_told_until_it_is_no_more() -> None:
    then = made(program(), "change", "hip", sets=4, reason="Trained before")
    assert beyond(then) == [("hip", "sets", 4)]
    rule = next(rule for rule in then.rules if rule.reason == "because_after.beyond_range")
    words = say(rule.reason, **rule.parameters)
    assert "P. Physio" in words
    assert "Trained before" in words
    assert beyond(made(then, "lock", "knee")) == [("hip", "sets", 4)]
    assert beyond(made(then, "change", "hip", sets=5)) == [("hip", "sets", 5)]
    assert beyond(made(then, "change", "hip", sets=3)) == []


def test_a_line_beyond_its_range_goes_back_but_only_a_clinician_takes_it_on() -> None:
    of = made(program(), "change", "hip", sets=4)
    dose = of.line("hip").dose
    done = (Done("hip", (dose.repetitions,) * 4, 6.0),)
    good = tuple(Session(START + timedelta(day), done, 3.0, 3.0, None, 3.0) for day in (0, 2, 4))
    found = adapt(of, Diary(good))
    assert found.program.line("hip") == of.line("hip")
    assert {one.because.reason for one in found.held} == {"because_after.by_hand"}
    short = tuple(replace(one, done=(Done("hip", (3,), 6.0),)) for one in good)
    assert adapt(of, Diary(short)).program.line("hip").dose.sets == 3


def test_another_exercise_begins_at_its_least_dose_and_no_deeper_than_before() -> None:
    of = program()
    then = made(of, "change", "knee", exercise="split_squat", day=14)
    line, before = then.line("knee"), of.line("knee")
    assert line is not None
    assert before is not None
    assert (line.exercise, line.dose.sets, line.dose.repetitions) == ("split_squat", 2, 8)
    assert line.flexion_rad[1] <= before.flexion_rad[1]


def test_lines_are_added_removed_locked_and_unlocked() -> None:
    of = program()
    more = made(of, "add", "calf", exercise="two_leg_heel_raise", repetitions=12, day=7)
    line = more.line("calf")
    assert line is not None
    assert (line.dose.repetitions, line.weeks, line.because.parameters["by"]) == (12, (2, 12), "P. Physio")
    assert [one.part for one in more.prescriptions] == sorted(
        [one.part for one in more.prescriptions], key=["strength", "daily", "activity"].index
    )
    assert made(more, "remove", "calf").prescriptions == of.prescriptions
    locked = made(of, "lock", "knee")
    assert locked.line("knee").locked
    assert made(locked, "unlock", "knee").prescriptions == of.prescriptions
    assert made(locked, "change", "knee", repetitions=10).line("knee").locked, "another edit may change it, and it stays locked"


def test_what_is_prescribed_is_no_longer_left_out() -> None:
    of = program(pain_free_flexion_rad=math.radians(40))
    out = next(one.what for one in of.left_out if one.what in ("squat", "box_squat"))
    then = made(of, "change", "knee", exercise=out)
    assert out not in {one.what for one in then.left_out}


def test_a_signature_falls_with_whatever_is_changed_after_it() -> None:
    signed = made(program(), "sign", reason="", by="Dr. Knee")
    assert signed.signed_by == "Dr. Knee"
    for then in (made(signed, "lock", "hip"), made(signed, "change", "hip", sets=3), made(signed, "remove", "walking")):
        assert then.signed_by == ""
    assert made(made(signed, "lock", "hip"), "sign", by="Dr. Knee").signed_by == "Dr. Knee"


def test_days_of_a_program_and_caps_of_load_can_be_changed_and_lines_follow() -> None:
    of = program()
    then = made(of, "change", days=[3, 0])
    assert then.days == (0, 3)
    assert {line.dose.days for line in then.of(of.prescriptions[0].part)} == {2}
    harder = made(of, "change", load_cap="high", day=7)
    assert harder.load_caps == (of.load_caps[0], *["high"] * 11)
    gentler = made(of, "change", load_cap="moderate", day=49)
    assert set(gentler.load_caps) == {"moderate"}
    assert made(of, "change", usual_pain=2.0).usual_pain == 2.0


@pytest.mark.parametrize(
    ("action", "slot", "changes", "says"),
    [
        ("change", "knee", {"exercise": "barbell_squat"}, "barbell"),
        ("change", "knee", {"flexion_rad": (0.0, 2.0)}, "bend"),
        ("change", "knee", {"exercise": "side_bridge", "side": "left", "weeks": (0, 3)}, "weeks"),
        ("change", "", {"days": (0, 1)}, "days"),
        ("change", "", {"load_cap": "huge"}, "class of load"),
        ("change", "knee", {"sets": "three"}, "sets"),
        ("change", "knee", {"sets": 0}, "sets"),
        ("change", "knee", {"repetitions": 8.5}, "repetitions"),
        ("change", "knee", {"weeks": (1,)}, "weeks"),
        ("change", "knee", {"colour": "red"}, "colour"),
        ("change", "knee", {}, "nothing"),
        ("change", "elbow", {"sets": 3}, "elbow"),
        ("change", "knee", {"exercise": "levitation"}, "levitation"),
        ("add", "knee", {"exercise": "clam"}, "free"),
        ("add", "more", {"sets": 2}, "exercise"),
        ("add", "more", {"exercise": "side_lying_abduction"}, "2 times"),
        ("remove", "elbow", {}, "elbow"),
        ("sign", "knee", {}, "sign"),
        ("paint", "knee", {}, "action"),
    ],
)
def test_what_cannot_be_is_said_in_one_sentence(action: str, slot: str, changes: dict[str, Any], says: str) -> None:
    of = program()
    assert "side_lying_abduction" in {line.exercise for line in of.prescriptions}
    with pytest.raises(UsageError, match=says):
        made(of, action, slot, **changes)


@pytest.mark.parametrize(("by", "reason", "says"), [("", "why not", "name"), ("P. Physio", " ", "reason")])
def test_no_change_without_a_name_and_a_reason(by: str, reason: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        made(program(), "lock", "knee", by=by, reason=reason)


def test_more_load_than_its_cap_needs_the_cap_raised_first() -> None:
    of = program(pain_free_flexion_rad=math.radians(90))
    deep: dict[str, Any] = {"exercise": "squat", "flexion_rad": (0.0, math.radians(85))}
    with pytest.raises(UsageError, match="where the cap is moderate"):
        made(of, "change", "knee", day=1, **deep)
    assert made(made(of, "change", load_cap="high"), "change", "knee", **deep).line("knee").exercise == "squat"
