"""What becomes of a person whom a clinician wrote down? A case goes the whole way, and what it must come to is checked.

A case is a TOML file: a `story` in plain words, the answers that matter to the safety questions and the intake, what was tested as
a `battery.toml` would say it, a diary as a `diary.toml` would, and `must`: what has to come of it, each with why. Safety questions,
and those of yes and no of the intake, that a case does not name are answered harmlessly, as one writes "otherwise nothing"; an
empty answer is left open. Everything else has to be told.
"""

import math
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest.mock import patch

from kinechain.app.battery import battery_of, battery_tests
from kinechain.app.document import screening_document
from kinechain.app.loads import strong_body
from kinechain.app.plan import basis_of
from kinechain.app.screening import DEFAULT_AIM, screen
from kinechain.core.training import LOAD_CLASSES, Diary, Done, Part, Prescription, Program, Session
from kinechain.core.types import Person
from kinechain.io.battery import check_battery
from kinechain.io.diary import parse_diary
from kinechain.loads.leg_chain import StrongBody
from kinechain.program import intake, safety
from kinechain.program.adapting import Adapted, Step, adapt
from kinechain.program.building import build
from kinechain.program.catalogue import exercise
from kinechain.program.conditions import Answer, Answers, Question
from kinechain.program.dosing import days_in, in_a_row, is_bound
from kinechain.program.exercise_loads import highest_class
from kinechain.program.intake import Likeness
from kinechain.program.outcomes import score
from kinechain.program.safety import Outcome

#: What a rounded angle may lie past an end.
_NEAR_DEG = 1e-6
_WEEK_DAYS = 7
#: How hard a session feels that goes as it should.
_EFFORT = 6.0
_MINUTE_S = 60.0


@dataclass(frozen=True)
class Must:
    """What has to come of a case: the name of a check, what it is given, and why a clinician would say so.

    `owed` says what is still wrong where the program does not do it yet: whoever mends it takes the word away.
    """

    check: str
    given: Mapping[str, Any]
    why: str
    owed: str = ""


@dataclass(frozen=True)
class Case:
    """A person as written down."""

    name: str
    story: str
    start: date
    safety: Answers
    intake: Answers
    battery: Mapping[str, Any] | None
    diary: str
    must: tuple[Must, ...]


@dataclass(frozen=True)
class Came:
    """What came of a case: what the safety questions say, what it looks like, the program as built and as its diary left it.

    None from where it was not gone on.
    """

    case: Case
    outcome: Outcome
    likeness: Likeness | None = None
    built: Program | None = None
    adapted: Adapted | None = None

    @property
    def program(self) -> Program:
        """The program as it was built."""
        assert self.built is not None, f"{self.case.name} has no program"
        return self.built

    @property
    def after(self) -> Adapted:
        """The program as its diary leaves it."""
        assert self.adapted is not None, f"{self.case.name} has no program"
        return self.adapted

    @property
    def stopped_by(self) -> tuple[str, ...]:
        """The flags of the safety questions and the patterns of the intake that bar a program, as far as it was asked."""
        patterns = () if self.likeness is None else (*self.likeness.patterns, *self.likeness.unsure)
        return (*self.outcome.flags, *self.outcome.unsure, *patterns)


def read_case(file: Path) -> Case:
    """Return a case as its file tells it."""
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    must = tuple(Must(one.pop("check"), one, one.pop("why"), one.pop("owed", "")) for one in table.pop("must"))
    told = {name: {code: _plain(answer) for code, answer in table.pop(name).items()} for name in ("safety", "intake")}
    return Case(
        name=file.stem,
        story=table.pop("story"),
        start=table.pop("start"),
        battery=table.pop("battery", None),
        diary=table.pop("diary", ""),
        must=must,
        **told,
        **table,
    )


def go(case: Case) -> Came:
    """Take a case the whole way: safety, intake, tests, program, diary; as far as it is let."""
    safe = _otherwise_nothing(case.safety, ("yes_no", "choice"), safety.to_ask)
    outcome = safety.triage(safe)
    if not outcome.program:
        return Came(case, outcome)
    told = _otherwise_nothing(case.intake, ("yes_no",), lambda answers: intake.to_ask({**safe, **answers}))
    likeness = intake.likeness({**safe, **told})
    assert not likeness.unanswered, f"{case.name} does not tell {likeness.unanswered}"
    if not likeness.program:
        return Came(case, outcome, likeness)
    built = build(basis_of(_result(case), intake.intake_of(told)), case.start)
    diary = parse_diary(case.diary, score, [line.slot for line in built.prescriptions]) if case.diary else Diary()
    return Came(case, outcome, likeness, built, adapt(built, diary))


def fault(came: Came, must: Must) -> str:
    """Return what speaks against an outcome that a case must have, nothing where it has it."""
    return CHECKS[must.check](came, **must.given)


def _plain(answer: Any) -> Answer:
    return tuple(answer) if isinstance(answer, list) else answer


def _otherwise_nothing(told: Answers, kinds: Sequence[str], to_ask: Callable[[Answers], tuple[Question, ...]]) -> dict[str, Answer]:
    """Return answers with a harmless one for every question of some kinds that the case does not name."""
    answers = {code: answer for code, answer in told.items() if answer != ""}
    while due := [one for one in to_ask(answers) if one.kind in kinds and one.code not in told]:
        answers |= {one.code: one.harmless for one in due}
    return answers


def _result(case: Case) -> dict[str, Any] | None:
    if case.battery is None:
        return None
    battery = battery_of(check_battery(case.battery, battery_tests(), case.name), None, case.name)
    with patch("kinechain.app.squatters.strong_body", lambda person, _: _body(replace(person, age_years=None))):
        found = screen(battery.person, battery.protocol, battery.aim or DEFAULT_AIM, (), battery.typed, battery.pains)
    return screening_document(found, battery.protocol, bool(battery.mirrored), ())


@cache
def _body(person: Person) -> StrongBody:
    """Return a body once for all people of a size: it takes long to make, and how old it is does not change how deep it squats."""
    return strong_body(person)


# --- Checks: each says what speaks against, and nothing where all is as it must be ---


def _no_program(
    came: Came, whom: str, because: Sequence[str] = (), urgency: str | None = None, may_test: bool | None = None
) -> str:
    seen = came.likeness.whom if came.likeness is not None else came.outcome.whom
    if came.built is not None:
        return "it has a program"
    if missing := set(because) - set(came.stopped_by):
        return f"{sorted(missing)} is not what stops it, but {came.stopped_by}"
    if may_test is not None and came.outcome.may_test is not may_test:
        return f"whether it may be tested is {came.outcome.may_test}"
    return _unlike("whom to see", seen, whom) or (_unlike("how soon", came.outcome.urgency, urgency) if urgency else "")


def _asks_first(came: Came, question: str) -> str:
    if came.built is not None or came.outcome.program:
        return "it goes on without asking"
    return "" if question in came.outcome.unanswered else f"{question} is not asked, but {came.outcome.unanswered}"


def _where_answered(came: Came, answers: Mapping[str, Any], program: bool, because: Sequence[str] = (), also: str = "") -> str:
    other = go(replace(came.case, safety={**came.case.safety, **{code: _plain(one) for code, one in answers.items()}}))
    if (other.built is not None) is not program:
        return f"with {dict(answers)} a program is {'made' if other.built is not None else 'not made'}: {other.stopped_by}"
    if also and (other.likeness is None or also not in other.likeness.also):
        return f"with {dict(answers)} nobody is told of {also}"
    missing = set(because) - set(other.stopped_by)
    return f"with {dict(answers)} it is stopped by {other.stopped_by}" if missing else ""


def _looks_like(came: Came, resembles: str, cluster: bool | None = None) -> str:
    if came.likeness is None:
        return "the intake was not asked"
    against = "" if cluster is None else _unlike("enough signs of the cluster", came.likeness.cluster.met, cluster)
    return _unlike("what it looks like", came.likeness.resembles, resembles) or against


def _has_line(came: Came, slot: str, exercise: Sequence[str] = (), side: str = "", **dose: float) -> str:
    line = came.program.line(slot)
    if line is None:
        return f"there is no line {slot}"
    if exercise and line.exercise not in exercise:
        return f"{slot} is {line.exercise}"
    wrong = [f"{what} is {getattr(line.dose, what)}" for what, value in dose.items() if getattr(line.dose, what) != value]
    return _unlike(f"side of {slot}", line.side, side) if side and line.side != side else ", ".join(wrong)


def _has_no_line(came: Came, slot: str = "", exercise: str = "") -> str:
    there = [line for line in came.program.prescriptions if slot == line.slot or exercise == line.exercise]
    return f"{there[0].exercise} fills {there[0].slot}" if there else ""


def _line_for(came: Came, link: str, slot: str = "", side: str = "", part: str = "") -> str:
    own = [line for line in came.program.prescriptions if line.link == link and slot in ("", line.slot)]
    own = [line for line in own if side in ("", line.side) and part in ("", line.part)]
    if not own:
        return f"no line {slot} is for the {link}, but {[(one.slot, one.link, one.side) for one in came.program.prescriptions]}"
    plain = [line.slot for line in own if not line.because.by_judgement or not line.because.sources]
    return f"{plain} is not marked as by judgement, or has no source" if plain else ""


def _offers(came: Came, what: str, weeks: int) -> str:
    offer = next((one for one in came.program.offers if one.code == what), None)
    return f"{what} is not offered" if offer is None else _unlike(f"weeks of {what}", offer.weeks, weeks)


def _does_not_offer(came: Came, what: str) -> str:
    if any(one.code == what for one in came.program.offers):
        return f"{what} is offered"
    return _leaves_out(came, what)


def _leaves_out(came: Came, what: str, reason: str = "") -> str:
    own = [one.because for one in came.program.left_out if one.what == what]
    if not own:
        return f"nothing is said of {what}, only of {[one.what for one in came.program.left_out]}"
    return _unlike(f"why {what} is left out", own[0].reason, reason) if reason else ""


def _tells(came: Came, rule: str) -> str:
    told = [one.reason for one in came.program.rules]
    return "" if rule in told else f"{rule} is not told, only {told}"


def _rests_on(came: Came, slot: str, source: str) -> str:
    line = came.program.line(slot)
    known = () if line is None else line.because.sources
    return "" if source in known else f"{slot} rests on {known}"


def _bends_at_most(came: Came, degrees: float, because: str = "") -> str:
    program = came.program
    if math.degrees(program.flexion_cap_rad) > degrees + _NEAR_DEG:
        return f"the knee may bend to {math.degrees(program.flexion_cap_rad):.0f} degrees"
    deep = [line.slot for line in _bent(program) if _bend_deg(line) > degrees + _NEAR_DEG]
    against = _unlike("why so far", program.flexion_because.reason, because) if because else ""
    return f"{deep} bend the knee further" if deep else against


def _bends_at_least(came: Came, slot: str, degrees: float) -> str:
    line = came.program.line(slot)
    if line is None or line.flexion_rad is None:
        return f"there is no bend of {slot}"
    return f"{slot} bends to {_bend_deg(line):.0f} degrees only" if _bend_deg(line) < degrees - _NEAR_DEG else ""


def _loads_at_most(came: Came, most: str, weeks: Sequence[int]) -> str:
    first, last = weeks
    caps = came.program.load_caps[first - 1 : last]
    over = [cap for cap in caps if _harder(cap, most)]
    begun = [line for line in came.program.prescriptions if line.weeks[0] <= last]
    heavy = [line.slot for line in begun if _harder(highest_class(line.exercise, line.flexion_rad), most)]
    return f"caps are {caps}, too heavy are {heavy}" if over or heavy else ""


def _allows_later(came: Came, load: str, week: int) -> str:
    return (
        "" if not _harder(load, came.program.load_caps[week - 1]) else f"in week {week} it stays {came.program.load_caps[week - 1]}"
    )


def _strength_lines(came: Came, least: int, most: int) -> str:
    count = len(came.program.of(Part.STRENGTH))
    return "" if least <= count <= most else f"there are {count}"


def _for_the_knee(came: Came, least: int) -> str:
    own = [line.exercise for line in came.program.of(Part.STRENGTH) if "knee" in exercise(line.exercise).links]
    return "" if len(own) >= least else f"for the knee there is only {own}"


def _runs_at_least(came: Came, minutes: float) -> str:
    line = came.program.line("running")
    if line is None:
        return "it does not run"
    planned = line.dose.sets * line.dose.repetitions * line.dose.seconds * line.dose.days / _MINUTE_S
    return "" if planned >= minutes else f"it runs {planned:.0f} minutes a week"


def _after_good_weeks(
    came: Came, weeks: int, slot: str, exercise: Sequence[str] = (), bends: Sequence[float] = (), most: str = LOAD_CLASSES[-1]
) -> str:
    line = _after_good(came.program, weeks).line(slot)
    if line is None:
        return f"there is no line {slot}"
    if exercise and line.exercise not in exercise:
        return f"after {weeks} good weeks {slot} is {line.exercise}"
    if bends and not bends[0] - _NEAR_DEG <= _bend_deg(line) <= bends[1] + _NEAR_DEG:
        return f"after {weeks} good weeks {slot} bends to {_bend_deg(line):.0f} degrees"
    load = highest_class(line.exercise, line.flexion_rad)
    return f"after {weeks} good weeks {slot} loads {load}" if _harder(load, most) else ""


def _after_good(program: Program, weeks: int) -> Program:
    """Return a program after weeks in which each session of strength went as it should, with pain as usual."""
    then, sessions = program, list[Session]()
    pain = program.usual_pain or 0.0
    for on in (program.start + timedelta(days=day) for day in range(weeks * _WEEK_DAYS)):
        if on.weekday() in program.days:
            lines = then.of(Part.STRENGTH)
            done = [Done(line.slot, (line.dose.repetitions,) * line.dose.sets, _EFFORT, pain) for line in lines]
            sessions.append(Session(on, tuple(done), pain, pain, pain, pain))
            then = adapt(program, Diary(tuple(sessions))).program
    return then


def _trains_on(came: Came, days: Sequence[int]) -> str:
    if in_a_row(came.program.days):
        return f"two of {came.program.days} follow on each other"
    return _unlike("days of strength", list(came.program.days), list(days))


def _done_on(came: Came, slot: str, week: int, days: int) -> str:
    line = came.program.line(slot)
    return f"there is no line {slot}" if line is None else _unlike(f"days of {slot} in week {week}", days_in(line, week), days)


def _begins_in(came: Came, slot: str, week: int) -> str:
    line = came.program.line(slot)
    return f"there is no line {slot}" if line is None else _unlike(f"first week of {slot}", line.weeks[0], week)


def _reads(came: Came, lesson: str, week: int) -> str:
    weeks = [one.week for one in came.program.lessons if one.code == lesson]
    return f"{lesson} is not read" if not weeks else _unlike(f"week of {lesson}", weeks[0], week)


def _nothing_matched(came: Came) -> str:
    marked = [line.slot for line in came.program.prescriptions if line.link or line.because.by_judgement]
    return f"{marked} are for a finding" if marked else ""


def _needs_nothing(came: Came) -> str:
    needy = {line.exercise: needs for line in came.program.prescriptions if (needs := exercise(line.exercise).equipment)}
    return f"these need something: {needy}" if needy else ""


def _ruled(came: Came, on: date, ruling: str, because: str = "") -> str:
    verdict = next((one for one in came.after.verdicts if one.on == on), None)
    if verdict is None:
        return f"nothing was found for {on}"
    told = [one.reason for one in verdict.because]
    against = "" if not because or because in told else f"because of {told}"
    return _unlike(f"ruling of {on}", verdict.ruling, ruling) or against


def _steps_back(came: Came, on: date, lines: Sequence[str], not_lines: Sequence[str] = ()) -> str:
    stepped = {step.slot for step in came.after.steps if step.on == on and not step.forward}
    if set(lines) - stepped or set(not_lines) & stepped:
        return f"a step back is taken by {sorted(stepped)}"
    return _two_things([step for step in came.after.steps if step.on == on])


def _progresses(came: Came, lines: Sequence[str], least: int = 1) -> str:
    forward = [step for step in came.after.steps if step.forward]
    missing = set(lines) - {step.slot for step in forward}
    if missing or len(forward) < least:
        return f"forwards went only {[(str(step.on), step.slot, step.what) for step in forward]}"
    return _two_things(came.after.steps)


def _never_steps(came: Came, back: bool = False, forward: bool = False) -> str:
    taken = [
        (str(step.on), step.slot, step.what)
        for step in came.after.steps
        if (step.forward and forward) or (not step.forward and back)
    ]
    return f"steps were taken: {taken}" if taken else ""


def _asks_again(came: Came, again: bool) -> str:
    return _unlike("whether the safety questions are asked again", came.after.ask_again, again)


def _two_things(steps: Iterable[Step]) -> str:
    """Return that more than one thing changed in a step: what differs between its two lines beside the line's new exercise."""
    for step in steps:
        before, after = step.before, step.after
        changed = [what for what in ("sets", "repetitions", "seconds") if getattr(before.dose, what) != getattr(after.dose, what)]
        changed += ["depth"] if before.flexion_rad != after.flexion_rad else []
        if before.exercise == after.exercise and len(changed) != 1:
            return f"{step.slot} changed in {changed} on {step.on}"
    return ""


def _bent(program: Program) -> list[Prescription]:
    return [line for line in program.prescriptions if line.flexion_rad is not None and is_bound(exercise(line.exercise))]


def _bend_deg(line: Prescription) -> float:
    return math.degrees(line.flexion_rad[1]) if line.flexion_rad is not None else 0.0


def _harder(load: str, most: str) -> bool:
    return LOAD_CLASSES.index(load) > LOAD_CLASSES.index(most)


def _unlike(what: str, got: object, wanted: object) -> str:
    return "" if got == wanted else f"{what} is {got}, not {wanted}"


#: The checks by name, as cases call them.
CHECKS: Mapping[str, Callable[..., str]] = {
    "no_program": _no_program,
    "asks_first": _asks_first,
    "where_answered": _where_answered,
    "looks_like": _looks_like,
    "has_line": _has_line,
    "has_no_line": _has_no_line,
    "line_for": _line_for,
    "offers": _offers,
    "does_not_offer": _does_not_offer,
    "leaves_out": _leaves_out,
    "tells": _tells,
    "rests_on": _rests_on,
    "bends_at_most": _bends_at_most,
    "bends_at_least": _bends_at_least,
    "loads_at_most": _loads_at_most,
    "allows_later": _allows_later,
    "strength_lines": _strength_lines,
    "for_the_knee": _for_the_knee,
    "runs_at_least": _runs_at_least,
    "after_good_weeks": _after_good_weeks,
    "trains_on": _trains_on,
    "done_on": _done_on,
    "begins_in": _begins_in,
    "reads": _reads,
    "nothing_matched": _nothing_matched,
    "needs_nothing": _needs_nothing,
    "ruled": _ruled,
    "steps_back": _steps_back,
    "progresses": _progresses,
    "never_steps": _never_steps,
    "asks_again": _asks_again,
}
