"""How does a program read? Every line in words: what, how much, how far, on which days, why, and what that rests on."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from kinechain.core.training import Part, Prescription, Program
from kinechain.evidence import constant
from kinechain.program.catalogue import exercise
from kinechain.program.checks import reasons_of
from kinechain.program.dosing import days_in
from kinechain.program.exercise_loads import highest_class
from kinechain.report.edit_words import edit_words
from kinechain.report.reasons import Reason, Reference, read_reason, references
from kinechain.report.words import has_words, say

#: The rules that one needs while training.
_AT_HAND = ("because.pain_rule", "because.progress")
_WEEK = 7
_MINUTE_S = 60.0


@dataclass(frozen=True)
class LineReading:
    """One line of a program in words.

    `depth`, `effort`, `weeks`, `faults` and `also` (a word on a belief) are empty where there is nothing to say.
    """

    line: Prescription
    name: str
    purpose: str
    setup: str
    cues: str
    faults: str
    also: str
    dose: str
    depth: str
    kneecap: str
    effort: str
    days: str
    weeks: str
    reason: Reason


@dataclass(frozen=True)
class PartReading:
    """One part of a program: its heading, when it is done, how hard it is where that is the same for all its lines, and these."""

    part: Part
    name: str
    lead: str
    effort: str
    lines: tuple[LineReading, ...]


@dataclass(frozen=True)
class LessonReading:
    """A module of education in words."""

    week: int
    name: str
    text: str
    reason: Reason


@dataclass(frozen=True)
class SupportReading:
    """A support that is offered, or something that was left out, in words."""

    name: str
    reason: Reason


@dataclass(frozen=True)
class EditReading:
    """What a clinician did and why, in their own words."""

    what: str
    reason: str


@dataclass(frozen=True)
class PlanReading:
    """A whole program in words; `references` are what its reasons rest on, in the order of their numbers.

    `rules` are all of the program's, `at_hand` those of them that one needs while training.
    """

    program: Program
    headline: str
    dates: str
    parts: tuple[PartReading, ...]
    depth: Reason
    rules: tuple[Reason, ...]
    at_hand: tuple[Reason, ...]
    lessons: tuple[LessonReading, ...]
    offers: tuple[SupportReading, ...]
    left_out: tuple[SupportReading, ...]
    edits: tuple[EditReading, ...]
    signed: str
    references: tuple[Reference, ...]


def read_plan(program: Program, language: str = "en") -> PlanReading:
    """Return a program in words."""
    known = references(reasons_of(program), language)
    ends = program.start + timedelta(days=_WEEK * program.weeks - 1)
    return PlanReading(
        program=program,
        headline=say("plan_page.headline", language=language, weeks=program.weeks, days=_days(program.days, language)),
        dates=say("plan_page.dates", language=language, start=date_words(program.start, language), end=date_words(ends, language)),
        parts=tuple(_part(part, program, known, language) for part in Part if program.of(part)),
        depth=read_reason(program.flexion_because, known, language),
        rules=tuple(read_reason(rule, known, language) for rule in program.rules),
        at_hand=tuple(read_reason(rule, known, language) for rule in program.rules if rule.reason in _AT_HAND),
        lessons=tuple(
            LessonReading(
                week=lesson.week,
                name=say(f"lesson.{lesson.code}.name", language=language),
                text=say(f"lesson.{lesson.code}.text", language=language, **lesson.because.parameters),
                reason=read_reason(lesson.because, known, language),
            )
            for lesson in program.lessons
        ),
        offers=tuple(
            SupportReading(
                say(f"offer.{offer.code}", language=language, weeks=offer.weeks), read_reason(offer.because, known, language)
            )
            for offer in program.offers
        ),
        left_out=tuple(
            SupportReading(_left_out(one.what, language), read_reason(one.because, known, language)) for one in program.left_out
        ),
        edits=tuple(_edits(program, language)),
        signed=say("plan_page.signed", language=language, by=program.signed_by) if program.signed_by else "",
        references=tuple(known.values()),
    )


def exercise_name(code: str, language: str = "en") -> str:
    """Return what an exercise is called."""
    return say(f"exercise.{code}.name", language=language)


def date_words(on: date, language: str = "en") -> str:
    """Return a date as a person reads it.

    >>> date_words(date(2026, 11, 23))
    '23 November 2026'
    """
    return say("plan_page.date", language=language, day=on.day, month=on.month, year=on.year)


def dose_words(line: Prescription, language: str = "en") -> str:
    """Return how much of an exercise is done at a time.

    >>> from kinechain.core.training import Because, Dose
    >>> dose_words(Prescription("knee", "box_squat", "both", Part.STRENGTH, Dose(3, 10, 3), Because("")))
    '3 sets of 10'
    """
    dose = line.dose
    unit = "minutes" if dose.seconds >= _MINUTE_S else "seconds"
    timed = say(f"plan_page.{unit}", language=language, number=dose.seconds / (_MINUTE_S if unit == "minutes" else 1.0))
    if not dose.seconds:
        much = say("plan_page.moved", language=language, sets=dose.sets, repetitions=dose.repetitions)
    elif dose.repetitions > 1:
        much = say("plan_page.held", language=language, sets=dose.sets, repetitions=dose.repetitions, timed=timed)
    else:
        much = timed if dose.sets == 1 else say("plan_page.held_times", language=language, sets=dose.sets, timed=timed)
    if not exercise(line.exercise).one_sided:
        return much
    return say(f"plan_page.on_{line.side}", language=language, much=much)


def depth_words(line: Prescription, language: str = "en") -> str:
    """Return how far the knee bends, empty where that is not said or where the knee carries nothing.

    >>> from kinechain.core.training import Because, Dose
    >>> line = Prescription("knee", "box_squat", "both", Part.STRENGTH, Dose(3, 10, 3), Because(""), (0.0, math.radians(45.0)))
    >>> depth_words(line)
    'knee bent up to 45°'
    """
    if line.flexion_rad is None or exercise(line.exercise).mechanics == "none":
        return ""
    least, most = (round(math.degrees(angle)) for angle in line.flexion_rad)
    if least == most:
        return say("plan_page.bent_at", language=language, most=most)
    return say("plan_page.bent_between" if least else "plan_page.bent_to", language=language, least=least, most=most)


def _part(part: Part, program: Program, known: dict[str, Reference], language: str) -> PartReading:
    lines = tuple(_line(line, program, known, language) for line in program.of(part))
    efforts = {line.dose.effort for line in program.of(part)}
    effort = efforts.pop() if len(efforts) == 1 else None
    return PartReading(
        part=part,
        name=say(f"plan_page.part_{part}", language=language),
        lead=say(f"plan_page.lead_{part}", language=language, days=_days(program.days, language), **_rest()),
        effort="" if effort is None else say("plan_page.lead_effort", language=language, effort=effort),
        lines=lines,
    )


def _rest() -> dict[str, float]:
    """Return how long one rests between sets (minutes), as the words of a part are filled with it."""
    return {end: constant(f"dose.rest_{end}").value for end in ("least", "most")}


def _line(line: Prescription, program: Program, known: dict[str, Reference], language: str) -> LineReading:
    effort = line.dose.effort
    return LineReading(
        line=line,
        name=exercise_name(line.exercise, language),
        **{what: _words(line.exercise, what, language) for what in ("purpose", "setup", "cues", "faults", "also")},
        dose=dose_words(line, language),
        depth=depth_words(line, language),
        kneecap=say(f"plan_page.kneecap_{highest_class(line.exercise, line.flexion_rad)}", language=language),
        effort="" if effort is None else say("plan_page.effort", language=language, effort=effort),
        days=_often(line, program, language),
        weeks=""
        if line.weeks == (1, program.weeks)
        else say("plan_page.weeks", language=language, first=line.weeks[0], last=line.weeks[1]),
        reason=read_reason(line.because, known, language),
    )


def _words(code: str, what: str, language: str) -> str:
    key = f"exercise.{code}.{what}"
    return say(key, language=language) if has_words(key, language) else ""


def _often(line: Prescription, program: Program, language: str) -> str:
    if line.part is Part.STRENGTH:
        return _days(program.days, language)
    if exercise(line.exercise).area == "sitting":
        return say("plan_page.while_sitting", language=language, minutes=constant("sitting.break_after").value)
    later = next((week for week in range(2, program.weeks + 1) if days_in(line, week) != line.dose.days), None)
    first = _days_a_week(line.dose.days, language)
    if later is None:
        return first
    then = _days_a_week(days_in(line, later), language)
    return say("plan_page.then", language=language, first=first, week=later - 1, then=then)


def _days_a_week(days: int, language: str) -> str:
    return say("plan_page.every_day" if days == _WEEK else "plan_page.days_a_week", language=language, days=days)


def _days(days: Sequence[int], language: str) -> str:
    """Return weekdays as they stand in a sentence."""
    names = [say(f"weekday.{day}", language=language) for day in sorted(days)]
    if len(names) == 1:
        return names[0]
    return say("plan_page.and", language=language, first=", ".join(names[:-1]), last=names[-1])


def _left_out(what: str, language: str) -> str:
    return (
        exercise_name(what, language)
        if has_words(f"exercise.{what}.name", language)
        else say(f"left_out.{what}", language=language)
    )


def _edits(program: Program, language: str) -> Iterator[EditReading]:
    for edit in program.edits:
        where = edit.slot.replace("_", " ") or say("plan_change.whole", language=language)
        what = say(f"plan_page.edit_{edit.action}", language=language, slot=where, changes=edit_words(edit, language))
        yield EditReading(
            say("plan_page.edited", language=language, on=date_words(edit.on, language), by=edit.by, what=what), edit.reason
        )
