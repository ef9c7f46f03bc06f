"""Weeks of sessions as people live them, and what they make of a program; answers known by hand."""

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from kinechain.core.training import EQUIPMENT, Basis, Diary, Done, Intake, Part, Program, Session
from kinechain.core.types import Ranged
from kinechain.evidence import claims, constants, effects, norms, studies
from kinechain.program.adapting import Adapted, adapt, adherence_of, by_day, total, week_of
from kinechain.program.building import build
from kinechain.program.catalogue import exercise
from kinechain.program.checks import faults
from kinechain.program.exercise_loads import impulse
from kinechain.report.words import has_words, say

START = date(2026, 11, 23)
#: Mondays, Wednesdays and Fridays, as days from the start.
DAYS = tuple(7 * week + day for week in range(12) for day in (0, 2, 4))


def program(usual: float | None = 3.0, **told: object) -> Program:
    return build(Basis(Intake(usual_pain=usual, **told)), START)


def asked(of: Program, day: int, slots: Sequence[str] = (), effort: float | None = 6.0, less: int = 0) -> tuple[Done, ...]:
    """Return all lines of a day done as the program has them, or with so many repetitions less."""
    week = day // 7 + 1
    lines = [line for line in of.prescriptions if line.weeks[0] <= week <= line.weeks[1] and (not slots or line.slot in slots)]
    return tuple(Done(line.slot, (max(line.dose.repetitions - less, 1),) * line.dose.sets, effort) for line in lines)


def session(of: Program, day: int, during: float | None = 4.0, morning: float | None = 3.0, **rest: object) -> Session:
    told = {name: rest.pop(name) for name in ("slots", "effort", "less") if name in rest}
    done = rest.pop("done", None) or asked(of, day, **told)
    return Session(START + timedelta(day), done, pain_before=3.0, pain_during=during, pain_next_morning=morning, **rest)


def lived(of: Program, days: Sequence[int], slots: Sequence[str] = ("knee", "hip", "knee_second"), **rest: Any) -> Diary:
    """Return a diary in which each session was done as the program then stood."""
    sessions: tuple[Session, ...] = ()
    for day in days:
        sessions = (*sessions, session(adapt(of, Diary(sessions)).program, day, slots=slots, **rest))
    return Diary(sessions)


def steps(found: Adapted) -> list[tuple[int, str, str, bool]]:
    return [((step.on - START).days, step.slot, step.what, step.forward) for step in found.steps]


def held(found: Adapted, reason: str) -> list[tuple[int, str]]:
    return [((one.on - START).days, one.slot) for one in found.held if one.because.reason == f"because_after.{reason}"]


def test_usual_pain_of_three_that_never_exceeds_four_progresses() -> None:
    of = program()
    found = adapt(of, lived(of, DAYS[:12]))
    assert {verdict.ruling for verdict in found.verdicts} == {"good"}
    assert len(found.steps) >= 9
    assert all(step.forward for step in found.steps)


def test_pain_of_seven_after_the_third_session_steps_back() -> None:
    of = program()
    diary = lived(of, DAYS[:2], slots=("knee", "hip"))
    third = session(adapt(of, diary).program, DAYS[2], slots=("knee", "hip"), pain_hour_after=7.0)
    found = adapt(of, Diary((*diary.sessions, third)))
    assert steps(found) == [(2, "knee", "repetitions", True), (4, "knee", "repetitions", False)]
    assert found.program.line("knee") == of.line("knee"), "the way it came"
    assert found.verdicts[-1].ruling == "back"
    assert not found.ask_again


def test_two_good_sessions_and_one_thing_changes_first_in_what_changed_least() -> None:
    of = program(equipment=("chair", "band"))
    found = adapt(of, lived(of, DAYS[:7]))
    assert [(day, slot) for day, slot, _, _ in steps(found)] == [
        (2, "knee"),
        (4, "hip"),
        (7, "knee_second"),
        (9, "knee"),
        (11, "hip"),
        (14, "knee_second"),
    ]


def test_one_line_alone_changes_after_every_second_session() -> None:
    of = program()
    found = adapt(of, lived(of, DAYS[:6], slots=("hip",)))
    assert [day for day, _, _, _ in steps(found)] == [2, 7, 11]


def test_a_session_whose_morning_nobody_told_moves_nothing_and_breaks_no_run() -> None:
    of = program()
    first, last = session(of, 0, slots=("hip",)), session(of, 4, slots=("hip",))
    untold = session(of, 2, slots=("hip",), morning=None)
    assert adapt(of, Diary((first, untold))).steps == ()
    assert steps(adapt(of, Diary((first, untold, last)))) == [(4, "hip", "repetitions", True)]


def test_effort_has_to_be_told_for_a_session_to_count() -> None:
    of = program()
    found = adapt(of, Diary(tuple(session(of, day, slots=("hip",), effort=None) for day in DAYS[:4])))
    assert found.steps == ()
    assert held(found, "effort_not_told") == [(day, "hip") for day in DAYS[:4]]


def test_three_sessions_under_target_make_it_simpler_two_do_not() -> None:
    of = program()
    short = tuple(session(of, day, slots=("knee",), less=3) for day in DAYS[:3])
    assert adapt(of, Diary(short[:2])).steps == ()
    found = adapt(of, Diary(short))
    assert [(slot, forward) for _, slot, _, forward in steps(found)] == [("knee", False)]
    assert found.steps[0].because.reason == "because_after.under_target"
    assert found.steps[0].because.sources == ("session.under_target",)


def test_a_set_less_is_under_target_too() -> None:
    of = program()
    dose = of.line("hip").dose
    one_set = tuple(session(of, day, done=(Done("hip", (dose.repetitions,), 6.0),)) for day in DAYS[:3])
    assert [step.slot for step in adapt(of, Diary(one_set)).steps] == ["hip"]


def test_one_session_a_week_is_too_few_for_anything_to_get_harder() -> None:
    of = program()
    seldom = adapt(of, lived(of, DAYS[:18:3], slots=("hip",)))
    assert not any(step.forward and step.on > START + timedelta(7) for step in seldom.steps)
    assert held(seldom, "seldom")[-1] == (35, "hip")
    twice = adapt(of, lived(of, [day for day in DAYS[:18] if day % 7 != 4], slots=("hip",)))
    assert any(step.forward and step.on > START + timedelta(14) for step in twice.steps)


def test_after_a_bad_session_every_line_needs_two_good_ones_again() -> None:
    of = program()
    good, more = session(of, 0, slots=("hip",)), session(of, 4, slots=("hip",))
    bad = session(of, 2, slots=("knee",), during=8.0)
    assert [step.slot for step in adapt(of, Diary((good, bad, more))).steps if step.forward] == []
    assert [step.slot for step in adapt(of, Diary((good, more))).steps if step.forward] == ["hip"]


def test_the_way_back_is_left_where_another_line_has_taken_it() -> None:
    of = program()
    hip = of.line("hip")
    assert hip is not None
    top = replace(hip, dose=replace(hip.dose, sets=3, repetitions=15))
    assert top.exercise == "side_lying_abduction"
    behind = replace(top, slot="limit_hip", exercise="clam", flexion_rad=exercise("clam").flexion_rad)
    of = replace(
        of, prescriptions=(of.prescriptions[0], top, behind, *(line for line in of.prescriptions if line.part is not Part.STRENGTH))
    )
    diary = lived(of, DAYS[:3], slots=("hip", "limit_hip"))
    now = adapt(of, diary).program
    assert [now.line(slot).exercise for slot in ("hip", "limit_hip")] == ["side_bridge", "side_lying_abduction"]
    sore = tuple(replace(one, pain=7.0) for one in asked(now, 7, ("hip",)))
    found = adapt(of, Diary((*diary.sessions, session(now, 7, during=7.0, done=sore))))
    assert found.program.line("hip") == now.line("hip")
    assert held(found, "easiest") == [(7, "hip")], "of what is easier one is there already, the other loads the kneecap more"
    assert faults(found.program, 2) == ()


def test_a_bad_session_takes_back_what_loads_the_kneecap_and_leaves_hip_and_daily_work() -> None:
    of = program(equipment=("chair", "band"))
    diary = lived(of, DAYS[:7], slots=("knee", "hip", "knee_second", "ankle", "foot"))
    before = adapt(of, diary).program
    bad = session(before, DAYS[7], morning=6.0)
    found = adapt(of, Diary((*diary.sessions, bad)))
    moved = {step.slot for step in found.steps if step.on == bad.on}
    assert {"knee", "walking"} - {line.slot for line in before.prescriptions} - moved == set()
    assert "knee" in moved
    assert not moved & {"hip", "foot", "ankle", "balance"}, "side-lying work bears nothing on the kneecap, daily work is light"
    assert ("because_after.easiest" in {one.because.reason for one in found.held}) == ("walking" not in moved)


def test_too_much_pain_in_one_line_is_laid_to_that_line_alone() -> None:
    of = program(equipment=("chair", "band"))
    done = tuple(replace(one, pain=7.0 if one.slot == "knee" else 1.0) for one in asked(of, 0, ("knee", "hip", "knee_second")))
    found = adapt(of, Diary((session(of, 0, during=7.0, done=done),)))
    assert [step.slot for step in found.steps] + [one.slot for one in found.held] == ["knee"]
    assert found.ask_again


def test_a_bad_session_of_which_nobody_told_what_was_done_is_laid_to_all_that_loads() -> None:
    of = program()
    told = Session(START, pain_during=8.0)
    found = adapt(of, Diary((told,)))
    assert {"knee", "walking"} <= {step.slot for step in found.steps} | {one.slot for one in found.held}


def test_a_knee_that_gives_way_stops_and_asks_the_safety_questions_again() -> None:
    of = program()
    found = adapt(of, Diary((session(of, 0, during=0.0, morning=0.0, gave_way=True),)))
    assert found.verdicts[0].ruling == "stop"
    assert found.ask_again
    assert any(not step.forward for step in found.steps)
    assert not adapt(of, Diary((session(of, 0, gave_way=True), session(of, 2)))).ask_again, "it is the last session that asks"


def test_a_locked_line_never_changes_and_says_so() -> None:
    of = program()
    locked = replace(of, prescriptions=tuple(replace(line, locked=line.slot == "knee") for line in of.prescriptions))
    good = adapt(locked, lived(locked, DAYS[:9]))
    assert good.program.line("knee") == locked.line("knee")
    assert "hip" in {step.slot for step in good.steps}
    bad = adapt(locked, Diary((session(locked, 0, during=8.0, slots=("knee",)),)))
    assert bad.program.line("knee") == locked.line("knee")
    assert held(bad, "locked") == [(0, "knee")]


def test_the_easiest_line_stays_and_says_that_somebody_should_see_it() -> None:
    of = program()
    found = adapt(of, Diary(tuple(session(of, day, during=8.0, slots=("knee",)) for day in DAYS)))
    assert held(found, "easiest")[-1][1] == "knee"
    assert "doctor or physiotherapist" in say("because_after.easiest")


def test_daily_work_changes_after_a_good_week_of_its_own_days() -> None:
    of = program()
    found = adapt(of, lived(of, range(8), slots=("ankle",)))
    assert steps(found) == [(6, "ankle", "repetitions", True)]


def test_a_return_to_running_goes_on_only_with_little_pain_and_from_its_week_on() -> None:
    of = program(usual=1.0, goals=("running",))
    runs = [day for day in range(28, 84) if day % 7 in (1, 3)]
    calm = adapt(of, lived(of, runs, slots=("running",), during=2.0, morning=1.0))
    assert [step.after.exercise for step in calm.steps if step.what == "exercise"][:1] == ["easy_run"]
    sore = adapt(of, lived(of, runs, slots=("running",), during=3.0, morning=1.0))
    assert sore.steps == ()
    early = adapt(of, lived(of, range(0, 28, 2), slots=("running",), during=0.0, morning=0.0))
    assert early.steps == (), "its first week is not yet come"


def test_what_a_clinician_signed_is_signed_no_more_once_a_line_has_changed() -> None:
    of = replace(program(), signed_by="A. Clinician")
    assert adapt(of, lived(of, DAYS[:1])).program.signed_by == "A. Clinician"
    assert adapt(of, lived(of, DAYS[:2])).program.signed_by == ""


def test_what_has_come_into_a_program_is_no_longer_left_out() -> None:
    of = program(equipment=EQUIPMENT, pain_free_flexion_rad=math.radians(40))
    found = adapt(of, lived(of, DAYS[:16], slots=("knee",)))
    new = {step.after.exercise for step in found.steps if step.what == "exercise"}
    assert new & {one.what for one in of.left_out}, "something that did not fit at first came later"
    taken = {line.exercise for line in found.program.prescriptions}
    assert not taken & {one.what for one in found.program.left_out}


def test_sessions_before_a_change_by_hand_are_judged_beside_but_move_nothing() -> None:
    of = program()
    earlier = lived(of, DAYS[:6], slots=("hip",))
    later = tuple(session(of, day, slots=("hip",)) for day in DAYS[6:8])
    found = adapt(of, Diary(later), earlier)
    assert [verdict.on for verdict in found.verdicts] == [one.on for one in later]
    assert steps(found) == [(DAYS[7], "hip", "repetitions", True)], "two good ones after the change, and kept days before it count"
    assert adapt(of, Diary(later)).steps == (), "alone they would be two of six planned"


def test_sessions_before_the_start_and_after_the_end_move_nothing() -> None:
    of = program()
    outside = (-7, -5, -3, 84, 86, 88)
    told = tuple(
        session(of, day, done=asked(of, 0, ("hip", "knee")), during=during)
        for day, during in zip(outside, (3.0, 8.0, 3.0, 3.0, 3.0, 8.0), strict=True)
    )
    found = adapt(of, Diary(told))
    assert found.program == of
    assert len(found.verdicts) == 6


def test_adherence_counts_by_week_and_part() -> None:
    of = program()
    days = [DAYS[0], DAYS[1], DAYS[3]]
    diary = Diary((*(session(of, day, slots=("knee",)) for day in days), session(of, 1, slots=("ankle",))))
    told = {(row.week, row.part): (row.planned, row.done) for row in adherence_of(of, diary)}
    assert told[1, Part.STRENGTH] == (3, 2)
    assert told[2, Part.STRENGTH] == (3, 1)
    assert told[1, Part.DAILY] == (7, 1)
    assert adapt(of, diary).adherence == adherence_of(of, diary)


def test_a_line_begun_and_broken_off_at_nothing_was_not_done() -> None:
    of = program()
    none = Diary((session(of, 0, done=(Done("knee", (0, 0), 6.0),)),))
    assert adherence_of(of, none)[0].done == 0


def test_the_load_of_a_set_is_that_of_a_repetition_times_as_many_as_were_done_as_the_line_then_stood() -> None:
    of = program()
    diary = lived(of, DAYS[:4], slots=("knee",))
    found = adapt(of, diary)
    for kept, told in zip(found.impulses, diary.sessions, strict=True):
        assert (kept.on, kept.slot) == (told.on, "knee")
        line = adapt(of, Diary(tuple(one for one in diary.sessions if one.on < told.on))).program.line("knee")
        assert line is not None
        each = impulse(line.exercise, line.flexion_rad)
        assert [one.value for one in kept.sets] == pytest.approx([each.value * count for count in told.done[0].repetitions])
        assert kept.whole.high == pytest.approx(each.high * sum(told.done[0].repetitions))
    assert found.impulses[-1].whole.value > found.impulses[0].whole.value > 0.0


def test_the_load_of_a_line_that_bears_nothing_is_nothing() -> None:
    of = program()
    found = adapt(of, Diary((session(of, 0, slots=("hip",)),)))
    assert found.impulses[0].whole == Ranged(0.0, 0.0, 0.0)
    assert total([]) == Ranged(0.0, 0.0, 0.0)


def test_a_day_told_in_pieces_is_one_session_with_the_worst_of_its_pains() -> None:
    of = program()
    hip, knee = asked(of, 0, ("hip",)), asked(of, 0, ("knee",))
    pieces = (session(of, 0, during=2.0, done=knee), session(of, 0, during=5.0, morning=None, done=hip))
    one = by_day(pieces)
    assert one == by_day(pieces[::-1])
    assert [(each.pain_during, each.pain_next_morning, {done.slot for done in each.done}) for each in one] == [
        (5.0, 3.0, {"hip", "knee"})
    ]


def test_weeks_count_from_the_start() -> None:
    of = program()
    assert [week_of(of, START + timedelta(day)) for day in (-1, 0, 6, 7, 83)] == [0, 1, 1, 2, 12]


def test_every_reason_has_words_that_it_can_fill_and_sources_that_are_there() -> None:
    of = program(equipment=EQUIPMENT, goals=("running",))
    told: list[Session] = []
    for number, day in enumerate(DAYS[:15]):
        bad = {9: {"during": 8.0}, 7: {"morning": 6.0}, 8: {"morning": None}, 11: {"gave_way": True}}.get(number, {})
        now = adapt(of, Diary(tuple(told))).program
        less = 3 if number >= 12 else 0
        told.append(session(now, day, effort=None if number == 3 else 6.0, less=less, **bad))
    found = adapt(of, Diary(tuple(told)))
    known = {*claims(), *studies(), *effects(), *norms(), *constants()}
    every = [because for verdict in found.verdicts for because in verdict.because]
    every += [because for step in found.steps for because in (step.because, step.change)] + [one.because for one in found.held]
    assert len({because.reason for because in every}) > 10
    for because in every:
        assert has_words(because.reason)
        assert "{" not in say(because.reason, **because.parameters)
        assert set(because.sources) <= known
