"""How does a clinician change a program? One edit at a time, with their name and reason, held to the program's laws.

A dose may go beyond an exercise's usual range: then the program says so, with their name. All else is a law (`checks.py`): who
wants more load raises its cap, and says why. What was signed is signed no more once anything has changed.

An edit holds from its day on. It changes the program as it stands that day, so sessions before it have already done what they do:
`adapting.adapt` takes them as told before, and they move nothing any more.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from kinechain.core.errors import UsageError
from kinechain.core.training import ACTIONS, LOAD_CLASSES, Because, Dose, Edit, Part, Prescription, Program
from kinechain.program.adapting import week_of
from kinechain.program.catalogue import Exercise, exercise
from kinechain.program.checks import faults
from kinechain.program.choosing import Caps, Fit, fit

#: What of a dose, of a line and of a whole program may be set.
DOSE_FIELDS: tuple[str, ...] = ("sets", "repetitions", "days", "seconds", "effort")
LINE_FIELDS: tuple[str, ...] = (*DOSE_FIELDS, "exercise", "side", "flexion_rad", "weeks")
PROGRAM_FIELDS: tuple[str, ...] = ("days", "load_cap", "usual_pain")
_ENDS = ("least", "most")
_RANGED = ("sets", "repetitions", "seconds", "days")


def edit(program: Program, one: Edit) -> Program:
    """Return a program with an edit in it.

    `change` and `add` set fields of a line (`LINE_FIELDS`); `change` without a slot sets some of the program (`PROGRAM_FIELDS`),
    `load_cap` from the edit's week on. Raises UsageError for an edit that says too little, names what is not there, or leaves a
    program that breaks a law.
    """
    _require_told(one)
    then = _DOES[one.action](program, one)
    rules = (*(rule for rule in then.rules if _still_so(rule, then)), *_beyond(then, one))
    signed_by = one.by if one.action == "sign" else ""
    then = replace(then, rules=rules, edits=(*program.edits, one), signed_by=signed_by)
    wrong = laws_broken(then, one.on) if one.action != "sign" else ()
    if wrong:
        got = f"one that breaks one: {wrong[0].removesuffix('.')}"
        raise UsageError("a change that keeps the program's laws", got, "Change that too, or less.")
    return then


def laws_broken(program: Program, on: date) -> tuple[str, ...]:
    """Return which laws a program breaks that a clinician may have changed on a day; a dose beyond its usual range is none."""
    return faults(_in_range(program), max(week_of(program, on), 1))


def _require_told(one: Edit) -> None:
    if one.action not in ACTIONS:
        raise UsageError(f"an action among {', '.join(ACTIONS)}", repr(one.action), "Use one of them.")
    if not one.by.strip():
        raise UsageError("the name of whoever changes a program", "none", "Give it with --by.")
    if not one.reason.strip() and one.action != "sign":
        raise UsageError("a reason for every change", "none", "Give it with --because.")


def _change(program: Program, one: Edit) -> Program:
    if not one.changes:
        raise UsageError("what to change", "nothing", f"Name one of {', '.join(LINE_FIELDS)}.")
    if not one.slot:
        return _change_program(program, one)
    line = _line(program, one.slot)
    return _with(program, _set(line, one.changes, program))


def _add(program: Program, one: Edit) -> Program:
    if program.line(one.slot) is not None or not one.slot:
        raise UsageError("a place in the program that is free", repr(one.slot), "Name a new one, or change the line there.")
    changes = dict(one.changes)
    if "exercise" not in changes:
        raise UsageError("the exercise of a new line", "none", 'Set exercise = "...".')
    new = exercise(changes.pop("exercise"))
    caps = Caps(program.flexion_cap_rad, program.load_caps[_week(program, one) - 1], program.basis.intake.equipment)
    found = fit(new, caps)
    line = Prescription(
        slot=one.slot,
        exercise=new.code,
        side="both",
        part=new.part,
        dose=_least(new, program),
        because=Because("because_after.added", {"by": one.by, "reason": one.reason}),
        flexion_rad=found.flexion_rad if isinstance(found, Fit) else new.flexion_rad,
        weeks=(_week(program, one), program.weeks),
    )
    lines = (*program.prescriptions, _set(line, changes, program))
    ordered = tuple(each for part in Part for each in lines if each.part is part)
    return program.with_lines(ordered)


def _remove(program: Program, one: Edit) -> Program:
    line = _line(program, one.slot)
    return replace(program, prescriptions=tuple(each for each in program.prescriptions if each != line))


def _lock(program: Program, one: Edit) -> Program:
    return _with(program, replace(_line(program, one.slot), locked=True))


def _unlock(program: Program, one: Edit) -> Program:
    return _with(program, replace(_line(program, one.slot), locked=False))


def _sign(program: Program, one: Edit) -> Program:
    if one.slot or one.changes:
        raise UsageError("the whole program signed, as it stands", "a line or changes with it", "Change first, then sign.")
    return program


_DOES: Mapping[str, Callable[[Program, Edit], Program]] = {
    "change": _change,
    "add": _add,
    "remove": _remove,
    "lock": _lock,
    "unlock": _unlock,
    "sign": _sign,
}


def _change_program(program: Program, one: Edit) -> Program:
    _only(one.changes, PROGRAM_FIELDS)
    changes = dict(one.changes)
    if "load_cap" in changes:
        cap, first = changes.pop("load_cap"), _week(program, one) - 1
        if cap not in LOAD_CLASSES:
            raise UsageError(f"a class of load among {', '.join(LOAD_CLASSES)}", repr(cap), "Use one of them.")
        before = (min(each, cap, key=LOAD_CLASSES.index) for each in program.load_caps[:first])  # weeks gone by: caps never fall
        changes["load_caps"] = (*before, *(cap for _ in program.load_caps[first:]))
    if "days" in changes:
        changes["days"] = tuple(sorted(_numbers("days", changes["days"])))
        often = len(changes["days"])
        changes["prescriptions"] = tuple(
            replace(line, dose=replace(line.dose, days=often)) if line.part is Part.STRENGTH else line
            for line in program.prescriptions
        )
    return replace(program, **changes)


def _set(line: Prescription, changes: Mapping[str, Any], program: Program) -> Prescription:
    """Return a line with fields set; a new exercise begins at its least dose, its bend within its own range and the line's."""
    _only(changes, LINE_FIELDS)
    if "exercise" in changes and changes["exercise"] != line.exercise:
        line = _exchanged(line, exercise(changes["exercise"]), program)
    dosed = {name: value for name, value in changes.items() if name in DOSE_FIELDS}
    for name, value in dosed.items():
        _require_dose(name, value)
    for name in ("weeks", "flexion_rad"):
        if changes.get(name) is not None and len(_numbers(name, changes[name])) != len(_ENDS):
            raise UsageError(f"{name} from the least to the most", repr(changes[name]), "Give two numbers.")
    dose = replace(line.dose, **dosed)
    bend = changes.get("flexion_rad", line.flexion_rad)
    return replace(
        line,
        dose=dose,
        side=changes.get("side", line.side),
        weeks=tuple(changes.get("weeks", line.weeks)),
        flexion_rad=None if bend is None else tuple(bend),
    )


def _require_dose(name: str, value: object) -> None:
    """Raise UsageError unless a field of a dose is a number above 0, whole but for seconds; no effort and no hold are fine."""
    if (name == "effort" and value is None) or (name == "seconds" and value == 0):
        return
    wanted = int | float if name == "seconds" else int
    if isinstance(value, bool) or not isinstance(value, wanted) or not value > 0:
        raise UsageError(f"{name} as a number above 0", repr(value), "Mend it.")


def _numbers(name: str, value: object) -> tuple[Any, ...]:
    some = tuple(value) if isinstance(value, tuple | list) else ()
    if not some or any(isinstance(each, bool) or not isinstance(each, int | float) for each in some):
        raise UsageError(f"{name} as numbers", repr(value), "Give them one after the other.")
    return some


def _exchanged(line: Prescription, new: Exercise, program: Program) -> Prescription:
    bend = new.flexion_rad
    if bend is not None:
        most = line.flexion_rad[1] if line.flexion_rad is not None else program.flexion_cap_rad
        bend = (bend[0], min(bend[1], max(bend[0], most)))
    side = line.side if new.one_sided else "both"
    return replace(line, exercise=new.code, part=new.part, side=side, dose=_least(new, program), flexion_rad=bend)


def _least(new: Exercise, program: Program) -> Dose:
    often = len(program.days) if new.part is Part.STRENGTH else new.days[0]
    return Dose(new.sets[0], new.repetitions[0], often, new.seconds[0], new.effort)


def _with(program: Program, line: Prescription) -> Program:
    return program.with_lines(tuple(line if each.slot == line.slot else each for each in program.prescriptions))


def _line(program: Program, slot: str) -> Prescription:
    line = program.line(slot)
    if line is None:
        known = ", ".join(each.slot for each in program.prescriptions)
        raise UsageError(f"a line of the program: {known}", repr(slot), "Name one of them.")
    return line


def _week(program: Program, one: Edit) -> int:
    return min(max(week_of(program, one.on), 1), program.weeks)


def _only(changes: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for name in changes:
        if name not in known:
            raise UsageError(f"one of {', '.join(known)}", repr(name), "Mend or drop it.")


def _beyond(program: Program, one: Edit) -> Iterator[Because]:
    """Yield what of the dose that an edit sets lies beyond its exercise's usual range."""
    line = program.line(one.slot) if one.action in ("change", "add") else None
    if line is None:
        return
    for what in (name for name in _RANGED if name in one.changes and (name != "days" or line.part is not Part.STRENGTH)):
        low, high = getattr(exercise(line.exercise), what)
        value = getattr(line.dose, what)
        if not low <= value <= high:
            words = {"slot": line.slot, "exercise": line.exercise, "what": what, "value": value, "low": low, "high": high}
            yield Because("because_after.beyond_range", {**words, "by": one.by, "reason": one.reason})


def _still_so(rule: Because, program: Program) -> bool:
    """Tell whether a rule that a dose is beyond its range still holds; other rules do."""
    if rule.reason != "because_after.beyond_range":
        return True
    line = program.line(rule.parameters["slot"])
    if line is None or line.exercise != rule.parameters["exercise"]:
        return False
    return bool(getattr(line.dose, rule.parameters["what"]) == rule.parameters["value"])


def _in_range(program: Program) -> Program:
    """Return a program with every dose brought into its exercise's range: what is left of faults then is against a law."""
    return replace(program, prescriptions=tuple(map(_clamped, program.prescriptions)))


def _clamped(line: Prescription) -> Prescription:
    one = exercise(line.exercise)
    names = _RANGED if line.part is not Part.STRENGTH else _RANGED[:-1]
    inside = {name: min(max(getattr(line.dose, name), getattr(one, name)[0]), getattr(one, name)[1]) for name in names}
    return replace(line, dose=replace(line.dose, **inside, effort=one.effort))
