"""How a plan stands by its diary and a clinician's changes, and what of it a calendar shows: stories whose end is known by hand."""

from dataclasses import replace
from datetime import date, time, timedelta

import pytest
from dateutil.rrule import rrulestr
from icalendar import Calendar

from kinechain.app.plan import Plan, changed, plan, standing
from kinechain.app.plan_calendar import calendar_events
from kinechain.app.plan_log import due_lines, next_question, read_sets
from kinechain.core.errors import UsageError
from kinechain.core.training import Diary, Done, Edit, Intake, Part, Program, Session
from kinechain.io.calendar import format_calendar

MONDAY = date(2026, 1, 5)
TOLD = Intake("left", usual_pain=2.0, worst_pain=5.0, days=(0, 2, 4), equipment=("chair", "band"))


@pytest.fixture(scope="module")
def made() -> Plan:
    return plan(None, TOLD, MONDAY)


def session(program: Program, day: int, morning: float) -> Session:
    """All of a program done at its target, `day` days after its start, and how the next morning was."""
    done = tuple(
        Done(line.slot, (line.dose.repetitions,) * line.dose.sets, 6.0 if line.dose.effort is not None else None)
        for line in due_lines(program, MONDAY + timedelta(days=day))
    )
    return Session(MONDAY + timedelta(days=day), done, 2.0, 3.0, 2.0, morning)


def edit(day: int, action: str, slot: str = "", **changes: object) -> Edit:
    return Edit(MONDAY + timedelta(days=day), "P. Physio", "because", action, slot, changes)


def after(made: Plan, *sessions: Session) -> Plan:
    return replace(made, diary=Diary(sessions))


def test_without_a_diary_it_stands_as_it_was_built(made: Plan) -> None:
    assert standing(made).program == made.built
    assert (made.version, made.changed_on) == (0, MONDAY)


def test_two_good_sessions_take_one_line_of_strength_one_step_on(made: Plan) -> None:
    once = standing(after(made, session(made.built, 0, 2.0)))
    twice = standing(after(made, session(made.built, 0, 2.0), session(made.built, 2, 2.0)))
    assert once.program.of(Part.STRENGTH) == made.built.of(Part.STRENGTH)
    steps = [step for step in twice.adapted[0].steps if step.before.part is Part.STRENGTH]
    assert [(step.what, step.forward) for step in steps] == [("repetitions", True)]


def test_a_locked_line_stays_whatever_the_diary_says(made: Plan) -> None:
    bad = session(made.built, 0, 8.0), session(made.built, 2, 8.0)
    locked = changed(made, [edit(0, "lock", "knee")])
    assert standing(after(made, *bad)).program.line("knee") != made.built.line("knee")
    assert standing(after(locked, *bad)).program.line("knee") == standing(locked).program.line("knee")


def test_several_changes_of_a_day_are_one_stand_and_each_is_kept(made: Plan) -> None:
    one = changed(made, [edit(3, "change", "knee", sets=3), edit(3, "lock", "hip")])
    two = changed(changed(made, [edit(3, "change", "knee", sets=3)]), [edit(3, "lock", "hip")])
    assert one.stands == two.stands
    assert len(one.stands) == 1
    assert [each.action for each in standing(one).program.edits] == ["change", "lock"]


def test_a_change_before_the_last_one_is_refused(made: Plan) -> None:
    with pytest.raises(UsageError, match="a day not before the last change"):
        changed(changed(made, [edit(5, "lock", "hip")]), [edit(4, "lock", "knee")])


def test_a_signature_falls_when_the_diary_moves_a_line(made: Plan) -> None:
    signed = changed(made, [edit(0, "sign")])
    assert standing(signed).program.signed_by == "P. Physio"
    moved = after(signed, session(made.built, 0, 2.0), session(made.built, 2, 2.0))
    assert standing(moved).program.signed_by == ""


def test_a_plan_keeps_its_key_while_it_changes_and_another_has_another(made: Plan) -> None:
    later = after(changed(made, [edit(1, "lock", "hip")]), session(made.built, 2, 2.0))
    assert later.key == made.key
    assert (later.version, later.changed_on) == (2, MONDAY + timedelta(days=2))
    assert plan(None, replace(TOLD, usual_pain=1.0), MONDAY).key != made.key


# --- the calendar ---


def test_the_ankle_drill_is_daily_for_two_weeks_and_then_goes_with_the_rest(made: Plan) -> None:
    daily = [event for event in calendar_events(made.built, "key", tested=True) if event.at == time(8)]
    lines = len(made.built.of(Part.DAILY))
    assert [(event.on, event.until, event.weekdays, len(event.description.splitlines())) for event in daily] == [
        (MONDAY, MONDAY + timedelta(days=13), (0, 2, 4), lines),
        (MONDAY + timedelta(days=1), MONDAY + timedelta(days=13), (1, 3, 5, 6), 1),
        (MONDAY + timedelta(days=14), MONDAY + timedelta(days=83), (0, 2, 4), lines),
    ]
    assert daily[1].description.startswith("Knee-over-toe drill")


def test_expanded_by_another_library_the_days_are_those_that_one_counts_by_hand(made: Plan) -> None:
    events = calendar_events(made.built, "key", tested=True)
    calendar = Calendar.from_ical(format_calendar(events, "Program", MONDAY, 0))
    days: dict[str, list[date]] = {"18": [], "08": []}
    for one in calendar.walk("VEVENT"):
        if "rrule" in one:
            begins = one["dtstart"].dt
            times = list(rrulestr(one["rrule"].to_ical().decode(), dtstart=begins))
            assert times[0] == begins, "the first is one of them"
            days[f"{begins:%H}"] += [time.date() for time in times]
    weeks = [MONDAY + timedelta(weeks=week) for week in range(12)]
    assert sorted(days["18"]) == [monday + timedelta(days=day) for monday in weeks for day in (0, 2, 4)]
    first = [MONDAY + timedelta(days=day) for day in range(14)]
    assert sorted(days["08"]) == first + [monday + timedelta(days=day) for monday in weeks[2:] for day in (0, 2, 4)]


def test_lines_that_end_or_begin_part_the_weeks(made: Plan) -> None:
    knee = made.built.line("knee")
    assert knee is not None
    lines = tuple(replace(one, weeks=(1, 4)) if one.slot == "knee" else one for one in made.built.prescriptions)
    events = [one for one in calendar_events(replace(made.built, prescriptions=lines), "key", tested=True) if one.at == time(18)]
    assert [(one.on, one.until) for one in events] == [
        (MONDAY, MONDAY + timedelta(days=27)),
        (MONDAY + timedelta(days=28), MONDAY + timedelta(days=83)),
    ]
    assert len(events[0].description.splitlines()) == len(events[1].description.splitlines()) + 1


def test_a_start_in_the_week_waits_for_the_next_strength_day() -> None:
    thursday = plan(None, TOLD, MONDAY + timedelta(days=3)).built
    strength = next(event for event in calendar_events(thursday, "key", tested=False) if event.at == time(18))
    assert strength.on == MONDAY + timedelta(days=4)


def test_whoever_was_not_tested_is_asked_for_scores_and_not_for_tests(made: Plan) -> None:
    names = [event.summary for event in calendar_events(made.built, "key", tested=False)]
    assert "How is the knee after 3 weeks?" in names
    assert not [name for name in names if name.startswith("Test again")]


def test_an_event_keeps_its_name_when_what_is_done_in_it_changes(made: Plan) -> None:
    told = after(made, session(made.built, 0, 2.0), session(made.built, 2, 2.0))
    before, now = (calendar_events(program, made.key, tested=True) for program in (made.built, standing(told).program))
    assert [event.uid for event in before] == [event.uid for event in now]
    assert [event.description for event in before] != [event.description for event in now]
    assert not {event.uid for event in before} & {event.uid for event in calendar_events(made.built, "other", tested=True)}


# --- what is asked ---


def test_what_is_asked_ends_and_names_every_line_of_the_week_once(made: Plan) -> None:
    answers: dict[str, object] = {}
    while step := next_question(made.built, Diary(), MONDAY, answers):
        answers[step.path] = {"yes_no": "yes", "number": 3.0, "text": "all"}[step.kind]
    asked = [path.removeprefix("done/") for path in answers if path.startswith("done/")]
    assert asked == [line.slot for line in due_lines(made.built, MONDAY)]
    assert [path for path in answers if path.startswith("effort/")] == [
        f"effort/{line.slot}" for line in made.built.of(Part.STRENGTH)
    ]


def test_a_session_that_is_told_is_asked_only_for_what_it_lacks(made: Plan) -> None:
    told = Diary((replace(session(made.built, 0, 2.0), pain_next_morning=None),))
    assert next_question(made.built, told, MONDAY, {}) is None, "the next morning is not yet"
    step = next_question(made.built, told, MONDAY + timedelta(days=1), {})
    assert step is not None
    assert step.path == "pain_next_morning/2026-01-05"


@pytest.mark.parametrize("told", ["ten", "10 x", "-3", "10.5", "3x", "999", "1000000x5000"])
def test_sets_that_make_no_sense_are_refused(made: Plan, told: str) -> None:
    with pytest.raises(UsageError):
        read_sets(told, made.built.prescriptions[0])
