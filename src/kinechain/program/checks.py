"""Which laws does a program break? Load, depth, doses, days and reasons, each fault in a sentence; none where it keeps all of them.

`building` never breaks one; whoever changes a program asks here before it is used.
"""

import math
from collections import Counter
from collections.abc import Iterator

from kinechain.core.training import LOAD_CLASSES, Because, Dose, Part, Prescription, Program
from kinechain.core.types import LINKS, SIDES
from kinechain.evidence import claims, constant, constants, effects, norms, studies
from kinechain.program.catalogue import Exercise, catalogue, exercise
from kinechain.program.dosing import cap_for, in_a_row, is_bound, minutes_of, within
from kinechain.program.exercise_loads import highest_class
from kinechain.program.facts import facts_of
from kinechain.program.supports import most_weeks, supports

#: What a rounded angle may lie past an end.
_NEAR_RAD = 1e-9


def faults(program: Program, week: int = 1) -> tuple[str, ...]:
    """Return what is wrong with a program as it stands in a week (from 1), a sentence each; nothing where it keeps every law.

    How far the knee may bend to begin with (`flexion_cap_rad`) binds in the first week only: later it deepens by symptoms. The
    class of load binds in every week, by the cap of that week, or of a line's first week where that is later.
    """
    return (*_frame(program), *_together(program), *_every_line(program, week), *_beside(program), *_reasons(program))


def line_faults(line: Prescription, program: Program, week: int = 1) -> tuple[str, ...]:
    """Return what is wrong with one line of a program as it stands in a week, whatever the other lines are."""
    if line.exercise not in catalogue():
        return (f"{line.slot}: {line.exercise!r} is no exercise of the catalogue.",)
    one = exercise(line.exercise)
    return (*_placed(line, one, program), *_dosed(line.dose, line, one, program), *_loaded(line, one, program, week))


def reasons_of(program: Program) -> tuple[Because, ...]:
    """Return every reason that a program gives."""
    return (
        program.flexion_because,
        *program.rules,
        *(line.because for line in program.prescriptions),
        *(lesson.because for lesson in program.lessons),
        *(offer.because for offer in program.offers),
        *(one.because for one in program.left_out),
    )


def _frame(program: Program) -> Iterator[str]:
    """Yield what is wrong with weeks, days and caps."""
    if program.weeks != constant("dose.weeks").value:
        yield f"It lasts {program.weeks} weeks."
    days = program.days
    if not 1 <= len(days) <= constant("dose.days").value or list(days) != sorted(set(days)) or in_a_row(days):
        yield f"Its days of strength are {days}."
    if len(program.load_caps) != program.weeks or any(cap not in LOAD_CLASSES for cap in program.load_caps):
        yield f"Its caps of load are {program.load_caps}."
    elif [LOAD_CLASSES.index(cap) for cap in program.load_caps] != sorted(LOAD_CLASSES.index(cap) for cap in program.load_caps):
        yield f"Its caps of load fall from week to week: {program.load_caps}."
    if not 0.0 <= program.flexion_cap_rad <= math.pi:
        yield f"Its cap on the bend of the knee is {program.flexion_cap_rad}."


def _together(program: Program) -> Iterator[str]:
    """Yield what is wrong between lines: places and exercises given twice, too few or too many, more minutes than there are."""
    for what in ("slot", "exercise"):
        for value, count in Counter(getattr(line, what) for line in program.prescriptions).items():
            if count > 1:
                yield f"The {what} {value} is there {count} times."
    strength = len(program.of(Part.STRENGTH))
    if not constant("dose.lines_least").value <= strength <= constant("dose.lines_most").value:
        yield f"It has {strength} exercises for strength."
    known = [line for line in program.of(Part.DAILY) if line.exercise in catalogue()]
    minutes, budget = sum(minutes_of(line) for line in known), constant("dose.daily_minutes").value
    if minutes > budget:
        yield f"The daily work takes {minutes:.1f} minutes of {budget:g}."


def _every_line(program: Program, week: int) -> Iterator[str]:
    for line in program.prescriptions:
        yield from line_faults(line, program, week)


def _placed(line: Prescription, one: Exercise, program: Program) -> Iterator[str]:
    """Yield what is wrong with a line's part, side, weeks, equipment and link."""
    if line.part is not one.part:
        yield f"{line.slot}: {one.code} belongs to {one.part}, not to {line.part}."
    if line.side not in (*SIDES, "both") or (line.side != "both" and not one.one_sided):
        yield f"{line.slot}: {one.code} cannot be done with side {line.side}."
    if not 1 <= line.weeks[0] <= line.weeks[1] <= program.weeks:
        yield f"{line.slot}: its weeks are {line.weeks}."
    for what in one.equipment:
        if what not in program.basis.intake.equipment:
            yield f"{line.slot}: {one.code} needs a {what}."
    if line.link and (line.link not in LINKS or not line.because.by_judgement):
        yield f"{line.slot}: it is for {line.link!r} and not marked as by judgement."


def _dosed(dose: Dose, line: Prescription, one: Exercise, program: Program) -> Iterator[str]:
    """Yield what is wrong with a dose: outside the exercise's own, or outside that of strength."""
    for what in ("sets", "repetitions", "seconds"):
        least, most = getattr(one, what)
        if not least <= getattr(dose, what) <= most:
            yield f"{line.slot}: {getattr(dose, what):g} {what}, where {one.code} takes {least:g} to {most:g}."
    if line.part is not Part.STRENGTH:
        if not one.days[0] <= dose.days <= one.days[1]:
            yield f"{line.slot}: on {dose.days} days a week."
        return
    if dose.days != len(program.days):
        yield f"{line.slot}: on {dose.days} days a week, where strength has {len(program.days)}."
    if dose.effort is None or dose.effort < constant("dose.effort").value:
        yield f"{line.slot}: an effort of {dose.effort}."
    if not constant("dose.sets_least").value <= dose.sets <= constant("dose.sets_most").value:
        yield f"{line.slot}: {dose.sets} sets of strength."
    moved = not dose.seconds
    if moved and not constant("dose.repetitions_least").value <= dose.repetitions <= constant("dose.repetitions_most").value:
        yield f"{line.slot}: {dose.repetitions} repetitions of strength."


def _loaded(line: Prescription, one: Exercise, program: Program, week: int) -> Iterator[str]:
    """Yield what is wrong with how far the knee bends and with what the kneecap bears."""
    bend = line.flexion_rad
    if (bend is None) != (one.flexion_rad is None):
        yield f"{line.slot}: a bend of {bend}, where {one.code} has {one.flexion_rad}."
    elif bend is not None and one.flexion_rad is not None:
        least, most = one.flexion_rad
        if not least - _NEAR_RAD <= bend[0] <= bend[1] <= most + _NEAR_RAD:
            yield f"{line.slot}: a bend of {bend}, where {one.code} has {one.flexion_rad}."
        elif week == 1 and is_bound(one) and bend[1] > program.flexion_cap_rad + _NEAR_RAD:
            yield f"{line.slot}: the knee bends to {math.degrees(bend[1]):.0f}°, past the cap."
    at = min(max(week, line.weeks[0]), len(program.load_caps))
    cap, load = cap_for(one.part, program.load_caps[at - 1]), highest_class(one.code, bend)
    if not within(load, cap):
        yield f"{line.slot}: {one.code} loads the kneecap {load} in week {at}, where the cap is {cap}."


def _beside(program: Program) -> Iterator[str]:
    """Yield what is wrong with lessons, supports and what was left out."""
    for lesson, count in Counter(lesson.code for lesson in program.lessons).items():
        if count > 1:
            yield f"The lesson {lesson} is there {count} times."
    if any(not 1 <= lesson.week <= program.weeks for lesson in program.lessons):
        yield "A lesson lies outside its weeks."
    facts = facts_of(program.basis)
    wanted = {one.code: one.when for one in supports() if one.offered}
    for offer in program.offers:
        if offer.code not in wanted or (wanted[offer.code] and wanted[offer.code] not in facts):
            yield f"{offer.code} is offered to somebody it is not for."
        elif not 1 <= offer.weeks <= most_weeks(offer.code):
            yield f"{offer.code} is offered for {offer.weeks} weeks."
    if "vmo" not in {one.what for one in program.left_out}:
        yield "It does not say why no exercise is for the VMO alone."
    for what in sorted({one.what for one in program.left_out} & {line.exercise for line in program.prescriptions}):
        yield f"{what} is both prescribed and left out."


def _reasons(program: Program) -> Iterator[str]:
    known = {*claims(), *studies(), *effects(), *norms(), *constants()}
    for because in reasons_of(program):
        if not because.reason:
            yield "Something is there without a reason."
        for source in because.sources:
            if source not in known:
                yield f"{because.reason} rests on {source!r}, which the ledger does not hold."
