"""What of a program stands in a calendar? Strength days and daily work, lessons week by week, and when to test again."""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta

from kinechain.core.training import Part, Prescription, Program
from kinechain.evidence import constant
from kinechain.io.calendar import Event
from kinechain.program.dosing import days_in
from kinechain.report.plan_reading import LineReading, PlanReading, read_plan
from kinechain.report.words import say

#: When a calendar says that it begins, since nobody was asked, and the row of how many minutes it keeps free. A calendar moves it.
_AT = {Part.STRENGTH: (time(18), "calendar.strength_minutes"), Part.DAILY: (time(8), "dose.daily_minutes")}
_DAYS = 7


def calendar_events(program: Program, key: str, *, tested: bool) -> tuple[Event, ...]:
    """Return the events of a program; `key` tells it from other programs, so that its events keep their names when it changes.

    `tested` tells whether tests stand behind it, which can be done again.
    """
    plan = read_plan(program)
    trained = (event for part in _AT for event in _trained(plan, part, key))
    return (*trained, *_lessons(plan, key), *_retests(program, key, tested))


def _trained(plan: PlanReading, part: Part, key: str) -> Iterator[Event]:
    """Yield the work of one part: an event for each stretch of weeks and the weekdays on which the same is done."""
    program = plan.program
    at, minutes = _AT[part]
    weeks = [_week_of(plan, part, week) for week in range(1, program.weeks + 1)]
    for first, last in _stretches(weeks):
        for words, weekdays in weeks[first - 1].items():
            yield Event(
                uid=_uid(key, part.value, first, *weekdays),
                on=_first_of(weekdays, program.start + timedelta(weeks=first - 1)),
                summary=say(f"plan.calendar_{part}"),
                description=words,
                at=at,
                minutes=round(constant(minutes).value),
                weekdays=weekdays,
                until=program.start + timedelta(weeks=last, days=-1),
            )


def _week_of(plan: PlanReading, part: Part, week: int) -> dict[str, tuple[int, ...]]:
    """Return what is done in a week, and on which weekdays."""
    lines = [line for one in plan.parts if one.part is part for line in one.lines]
    due = [line for line in lines if line.line.due(week)]
    alike: dict[str, tuple[int, ...]] = {}
    for day in range(_DAYS):
        words = "\n".join(_words(line) for line in due if day in _weekdays(line.line, plan.program, week))
        if words:
            alike[words] = (*alike.get(words, ()), day)
    return alike


def _stretches(weeks: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Yield the first and the last week, from 1, of each stretch of weeks that are the same.

    >>> list(_stretches(["a", "a", "b"]))
    [(1, 2), (3, 3)]
    """
    starts = [week for week in range(1, len(weeks) + 1) if week == 1 or weeks[week - 1] != weeks[week - 2]]
    yield from zip(starts, [*(week - 1 for week in starts[1:]), len(weeks)], strict=True)


def _weekdays(line: Prescription, program: Program, week: int) -> tuple[int, ...]:
    """Return on which weekdays a line is due: the strength days first, others as far as it needs more."""
    count = len(program.days) if line.part is Part.STRENGTH else days_in(line, week)
    others = (day for day in range(_DAYS) if day not in program.days)
    return tuple(sorted([*sorted(program.days), *others][:count]))


def _first_of(weekdays: Sequence[int], day: date) -> date:
    return next(one for one in (day + timedelta(days=ahead) for ahead in range(_DAYS)) if one.weekday() in weekdays)


def _words(line: LineReading) -> str:
    return f"{line.name}: {'; '.join(part for part in (line.dose, line.depth, line.effort) if part)}"


def _lessons(plan: PlanReading, key: str) -> Iterator[Event]:
    for lesson, told in zip(plan.program.lessons, plan.lessons, strict=True):
        on = plan.program.start + timedelta(weeks=lesson.week - 1)
        yield Event(_uid(key, "lesson", lesson.code), on, say("plan.calendar_lesson", name=told.name), told.text)


def _retests(program: Program, key: str, tested: bool) -> Iterator[Event]:
    """Yield when to test again: early, half way and at the end."""
    how = say("plan.calendar_retest_how" if tested else "plan.calendar_scores_how")
    for weeks in (*(round(constant(f"calendar.{row}").value) for row in ("first_retest", "second_retest")), program.weeks):
        name = say("plan.calendar_retest" if tested else "plan.calendar_scores", weeks=weeks)
        yield Event(_uid(key, "retest", weeks), program.start + timedelta(weeks=weeks), name, how)


def _uid(*parts: object) -> str:
    """Return a name that no other event has, and that the same event always has."""
    return f"{hashlib.sha256('/'.join(map(str, parts)).encode()).hexdigest()[:32]}@kinechain"
