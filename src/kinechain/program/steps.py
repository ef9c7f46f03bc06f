"""What is one step harder, and what is one step easier, for one line of a program?

Harder: repetitions, how long they are held, sets, how far the knee bends, then the next exercise of the ladder that equipment,
load, bend and the other lines allow; one for which something lacks is passed over. Easier is the reverse. One thing changes in a
step; where the exercise changes, the new one begins at its least dose. No step forwards breaks a law (`checks.py`): where a
clinician went beyond a range, only they go on.
"""

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from kinechain.core.training import LOAD_CLASSES, Part, Prescription, Program
from kinechain.evidence import constant
from kinechain.program.catalogue import Exercise, exercise
from kinechain.program.checks import line_faults
from kinechain.program.choosing import Caps, Fit, fit
from kinechain.program.dosing import cap_for, is_bound, minutes_of, within
from kinechain.program.exercise_loads import highest_class
from kinechain.program.running import ACTIVITIES, stages

_MINUTE_S, _SHORT_S = 60.0, 5.0
_NEAR_RAD = 1e-6
_Way = Callable[[Prescription, Program], Prescription | None]
_Neighbours = Callable[[Exercise], tuple[str, ...]]


def next_harder(line: Prescription, program: Program) -> Prescription | None:
    """Return a line one step harder, in whatever week it may begin (`may_begin`); None at the end of its ladder.

    `program` is as it stands, with the other lines as they are. Which step is next hangs on the highest class that it ever allows,
    not on the week: what is too much now is waited for, not gone round. Where the daily work would last too long with one thing
    more, it is made harder by the next.
    """
    ways: tuple[_Way, ...] = (_more_repetitions, _longer, _more_sets, _deeper, _harder_exercise)
    if line.part is Part.ACTIVITY:
        ways = (_more_repetitions, _more_sets, _next_stage, _longer)
    some = (way(line, program) for way in ways)
    return next((harder for harder in some if harder is not None and in_time(harder, program)), None)


def may_begin(line: Prescription, program: Program, week: int) -> bool:
    """Tell whether a week allows a line: its stage has come, and it breaks no law of that week."""
    own = stages(line.slot) if line.slot in ACTIVITIES else ()
    due = all(stage.week <= week for stage in own if stage.exercise == line.exercise)
    return due and not line_faults(line, program, week)


def back(line: Prescription, program: Program) -> Prescription | None:
    """Return a line one step easier; None where there is nothing easier on its ladder."""
    ways: tuple[_Way, ...] = (_shallower, _fewer_sets, _shorter, _fewer_repetitions, _easier_exercise)
    if line.part is Part.ACTIVITY:
        ways = (_shorter, _fewer_sets, _fewer_repetitions, _easier_exercise)
    some = (way(line, program) for way in ways)
    return next((easier for easier in some if easier is not None and in_time(easier, program)), None)


def in_time(line: Prescription, program: Program) -> bool:
    """Tell whether the daily work stays as short as it is to be."""
    others = [one for one in program.of(Part.DAILY) if one.slot != line.slot]
    budget = constant("dose.daily_minutes").value
    return line.part is not Part.DAILY or sum(minutes_of(one) for one in (*others, line)) <= budget


def load_class(line: Prescription) -> str:
    """Return the highest class that the kneecap bears in a line."""
    return highest_class(line.exercise, line.flexion_rad)


def kind_of(before: Prescription, after: Prescription) -> str:
    """Return which one thing differs between a line and the next: exercise, depth, sets, seconds or repetitions."""
    if before.exercise != after.exercise:
        return "exercise"
    if before.flexion_rad != after.flexion_rad:
        return "depth"
    return next(what for what in ("sets", "seconds", "repetitions") if getattr(before.dose, what) != getattr(after.dose, what))


# --- Dose ---


def _more_repetitions(line: Prescription, program: Program) -> Prescription | None:
    del program
    most, now = exercise(line.exercise).repetitions[1], line.dose.repetitions
    step = _repetition_step(line)
    then = now + step if most - now >= 2 * step else most  # no crumb is left for a step of its own
    return _dosed(line, repetitions=then) if now < most else None


def _fewer_repetitions(line: Prescription, program: Program) -> Prescription | None:
    del program
    least, now = exercise(line.exercise).repetitions[0], line.dose.repetitions
    return _dosed(line, repetitions=max(least, now - _repetition_step(line))) if now > least else None


def _repetition_step(line: Prescription) -> int:
    held = line.dose.seconds and line.part is not Part.ACTIVITY
    return 1 if held else int(constant("session.repetition_step").value)


def _longer(line: Prescription, program: Program) -> Prescription | None:
    del program
    most, now = exercise(line.exercise).seconds[1], line.dose.seconds
    return _dosed(line, seconds=min(most, now + _second_step(line, now))) if now < most else None


def _shorter(line: Prescription, program: Program) -> Prescription | None:
    del program
    least, now = exercise(line.exercise).seconds[0], line.dose.seconds
    return _dosed(line, seconds=max(least, now - _second_step(line, now))) if now > least else None


def _second_step(line: Prescription, seconds: float) -> float:
    """Return by how much a hold or an activity gets longer: a share of it, in whole minutes or pieces of five seconds."""
    share = constant("program.weekly_growth" if line.part is Part.ACTIVITY else "session.hold_growth").si
    piece = _MINUTE_S if line.part is Part.ACTIVITY and seconds > _MINUTE_S else _SHORT_S
    return max(piece, seconds * share // piece * piece)


def _more_sets(line: Prescription, program: Program) -> Prescription | None:
    del program
    return _dosed(line, sets=line.dose.sets + 1) if line.dose.sets < exercise(line.exercise).sets[1] else None


def _fewer_sets(line: Prescription, program: Program) -> Prescription | None:
    del program
    return _dosed(line, sets=line.dose.sets - 1) if line.dose.sets > exercise(line.exercise).sets[0] else None


def _dosed(line: Prescription, **changes: Any) -> Prescription:
    return replace(line, dose=replace(line.dose, **changes))


# --- Depth, on marks of the row's width ---


def _deeper(line: Prescription, program: Program) -> Prescription | None:
    one, step = exercise(line.exercise), constant("session.depth_step").si
    if line.flexion_rad is None or one.flexion_rad is None or not is_bound(one):
        return None
    low, high = line.flexion_rad
    most = one.flexion_rad[1]
    if high >= most - _NEAR_RAD:
        return None
    mark = step * (math.floor(high / step + _NEAR_RAD) + 1)
    deeper = replace(line, flexion_rad=(low, min(most, mark)))
    return deeper if within(load_class(deeper), cap_for(line.part, _highest_cap(program))) else None


def _shallower(line: Prescription, program: Program) -> Prescription | None:
    del program
    one, step = exercise(line.exercise), constant("session.depth_step").si
    if line.flexion_rad is None or not is_bound(one):
        return None
    low, high = line.flexion_rad
    mark = step * (math.ceil(high / step - _NEAR_RAD) - 1)
    return replace(line, flexion_rad=(low, mark)) if mark >= max(low, constant("dose.least_depth").si) - _NEAR_RAD else None


# --- Exercise ---


def _harder_exercise(line: Prescription, program: Program) -> Prescription | None:
    return _exchanged(line, lambda one: one.progress, _highest_cap(program), program)


def _easier_exercise(line: Prescription, program: Program) -> Prescription | None:
    if line.part is Part.ACTIVITY and line.slot not in ACTIVITIES:
        return None
    return _exchanged(line, lambda one: one.regress, load_class(line), program)


def _next_stage(line: Prescription, program: Program) -> Prescription | None:
    """Return the next stage of an activity that was wanted, once it begins no longer than what is done now."""
    if line.slot not in ACTIVITIES:
        return None
    harder = _harder_exercise(line, program)
    return harder if harder is not None and _lasting(harder) <= _lasting(line) else None


def _exchanged(line: Prescription, neighbours: _Neighbours, cap: str, program: Program) -> Prescription | None:
    """Return a line with the first neighbour on the ladder that fits and that the program does not have yet."""
    equipment, taken = program.basis.intake.equipment, {one.exercise for one in program.prescriptions}
    caps = Caps(_depth(line, program), cap, equipment)
    near = _at_hand(exercise(line.exercise), neighbours, equipment)
    own = [one for one in near if one.part is line.part and one.code not in taken]
    return next((_with(line, one, found) for one in own if isinstance(found := fit(one, caps), Fit)), None)


def _at_hand(one: Exercise, neighbours: _Neighbours, equipment: tuple[str, ...]) -> list[Exercise]:
    """Return the neighbours of an exercise for which everything is at hand; behind them those past what lacks something."""
    near = [exercise(code) for code in neighbours(one)]
    lacking = [each for each in near if not set(each.equipment) <= set(equipment)]
    past = [far for each in lacking for far in _at_hand(each, neighbours, equipment)]
    return [*(each for each in near if each not in lacking), *past]


def _with(line: Prescription, one: Exercise, found: Fit) -> Prescription:
    """Return a line with another exercise, at its least dose and on as many days."""
    days = min(max(line.dose.days, one.days[0]), one.days[1]) if line.part is not Part.STRENGTH else line.dose.days
    least = replace(
        line.dose, sets=one.sets[0], repetitions=one.repetitions[0], days=days, seconds=one.seconds[0], effort=one.effort
    )
    side = line.side if one.one_sided else "both"
    return replace(line, exercise=one.code, side=side, dose=least, flexion_rad=found.flexion_rad)


def _depth(line: Prescription, program: Program) -> float:
    """Return how far the knee may bend in another exercise: as far as in this one, where weight rests on the bent knee in it."""
    bound = line.flexion_rad is not None and is_bound(exercise(line.exercise))
    return line.flexion_rad[1] if bound and line.flexion_rad is not None else program.flexion_cap_rad


def _highest_cap(program: Program) -> str:
    return max(program.load_caps, key=LOAD_CLASSES.index)


def _lasting(line: Prescription) -> float:
    return line.dose.sets * line.dose.repetitions * line.dose.seconds
