"""Does it look like pain at the kneecap, and what does the person tell? Answers become an intake, and what they resemble.

Nothing here is a diagnosis: answers look like something, and could be something else as well. A pattern that bars a program and
cannot be ruled out, because an answer is missing or is "I do not know", bars it as well.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from kinechain.core.errors import UsageError
from kinechain.core.training import Because, Intake
from kinechain.evidence import constant
from kinechain.program.conditions import UNKNOWN, Answer, Answers, Question, look
from kinechain.program.intake_rules import Pattern, Sign, intake_rules
from kinechain.program.safety_rules import Whom, safety

__all__ = [
    *("Cluster", "Likeness", "Question"),
    *("check_answer", "intake_of", "likeness", "own_answers", "questions", "to_ask"),
]

#: What answers can resemble: pain at the kneecap, something at another place, or neither for sure.
Resembles = Literal["patellofemoral", "elsewhere", "unclear"]
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_PATELLOFEMORAL: Resembles = "patellofemoral"


@dataclass(frozen=True)
class Cluster:
    """How many of the signs that were tried together are there, of how many that are known, and whether that is enough.

    `met` is None where what is not known could still decide. `predictive` is the share of people with enough signs who had
    patellofemoral pain, `ratio` how many times likelier the signs are in them, with its 95 % interval: of people who had come to a
    clinic with pain at the front of the knee.
    """

    positive: int
    known: int
    met: bool | None
    predictive: float
    ratio: float
    ratio_low: float
    ratio_high: float


@dataclass(frozen=True)
class Likeness:
    """What answers look like, and what follows: whether a program may be made, and whom to see where not.

    `patterns` are those that are up and bar a program, `unsure` those that bar it because they cannot be ruled out, `also` those
    that are up and are only told, each the most telling first. `signs` tells of each sign whether it is there, None where that
    cannot be told. `unanswered` are questions that are still to be asked.
    """

    resembles: Resembles
    program: bool
    whom: Whom | None
    cluster: Cluster
    patterns: tuple[str, ...] = ()
    unsure: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    signs: Mapping[str, bool | None] = field(default_factory=dict)
    unanswered: tuple[str, ...] = ()

    @property
    def because(self) -> tuple[Because, ...]:
        """What this rests on: the signs that are there, then the patterns that are up or cannot be ruled out, with sources."""
        rules = intake_rules()
        named = (*self.patterns, *self.unsure, *self.also)
        there: list[Sign | Pattern] = [sign for sign in rules.signs if self.signs.get(sign.code)]
        there += [pattern for pattern in rules.patterns if pattern.code in named]
        return tuple(Because(_words_of(row), sources=row.sources) for row in there)

    @property
    def sources(self) -> tuple[str, ...]:
        """The keys of all studies that this rests on, each once."""
        return tuple(dict.fromkeys(key for because in self.because for key in because.sources))


def questions() -> tuple[Question, ...]:
    """Return all questions of the intake in order; some depend on the answers to others (`to_ask`)."""
    return intake_rules().questions


def to_ask(answers: Answers) -> tuple[Question, ...]:
    """Return the questions that the answers so far leave open, in order; `answers` to the safety questions are taken as known."""
    return _look(answers)[1]


def check_answer(code: str, answer: object) -> None:
    """Raise UsageError unless the question is there and knows the answer."""
    question = next((each for each in questions() if each.code == code), None)
    if question is None:
        known = ", ".join(each.code for each in questions())
        raise UsageError("the code of a question of the intake", repr(code), f"Use one of {known}.")
    question.check(answer)


def own_answers(answers: Answers) -> dict[str, Answer]:
    """Return those answers that are to questions of the intake, in the order of the questions."""
    return {question.code: answers[question.code] for question in questions() if question.code in answers}


def intake_of(answers: Answers) -> Intake:
    """Return answers as a program is built from; what was not told stays away. Raises UsageError for an answer that cannot be.

    >>> intake_of({"knee": "left", "brings_on": ("squat",), "days": ("tuesday", "friday")}).days
    (1, 4)
    """
    own = own_answers(answers)
    for code, answer in own.items():
        check_answer(code, answer)
    told = {code: answer for code, answer in own.items() if answer != UNKNOWN}
    return Intake(
        side=str(told.get("knee", "both")),
        regions=_options(told, "where"),
        since_weeks=_number(told, "since_weeks"),
        triggers=_options(told, "brings_on"),
        usual_pain=_number(told, "usual_pain"),
        worst_pain=_number(told, "worst_pain"),
        goals=_options(told, "goals") or Intake.goals,
        days=tuple(_WEEKDAYS.index(day) for day in _options(told, "days")) or Intake.days,
        equipment=_options(told, "equipment"),
        cluster={code: there for code, there in _cluster_signs(_look(answers)[0]).items() if there is not None},
        pain_free_flexion_rad=_pain_free_flexion(told),
        sits_hours=_number(told, "sits_hours"),
        runs_km_a_week=_number(told, "runs_km"),
        answers=own,
    )


def likeness(answers: Answers, age_years: float | None = None) -> Likeness:
    """Return what answers to the safety questions and the intake look like; an age given beside them counts as answered.

    It looks like pain at the kneecap where every needed sign is there and no pattern that bars a program is up or cannot be ruled
    out: where and when it hurts, and the exclusion of others, are the criteria of the guideline. The cluster only adds to it.
    Raises UsageError for an answer that cannot be.
    """
    answers = dict(answers) if age_years is None else {**answers, "age": age_years}
    for code, answer in own_answers(answers).items():
        check_answer(code, answer)
    settled, due = _look(answers)
    rules = intake_rules()
    signs = {sign.code: sign.when.holds(settled) for sign in rules.signs}
    held = {pattern.code: pattern.when.holds(settled) for pattern in rules.patterns}
    up, unsure = (
        [pattern for pattern in rules.patterns if not pattern.program and held[pattern.code] is so] for so in (True, None)
    )
    resembles = _resembles(up, unsure, all(signs[sign.code] for sign in rules.signs if sign.needed))
    program = resembles == _PATELLOFEMORAL
    return Likeness(
        resembles=resembles,
        program=program,
        whom=None if program else min((pattern.whom for pattern in up), key=lambda whom: whom.rank, default=Whom.CLINICIAN),
        cluster=_cluster(_cluster_signs(settled)),
        patterns=tuple(pattern.code for pattern in up),
        unsure=tuple(pattern.code for pattern in unsure),
        also=tuple(pattern.code for pattern in rules.patterns if pattern.program and held[pattern.code]),
        signs=signs,
        unanswered=tuple(question.code for question in due),
    )


def _resembles(up: list[Pattern], unsure: list[Pattern], signs: bool) -> Resembles:
    if any(pattern.elsewhere for pattern in up):
        return "elsewhere"
    return _PATELLOFEMORAL if signs and not up and not unsure else "unclear"


def _cluster_signs(settled: Answers) -> dict[str, bool | None]:
    return {sign.code: sign.when.holds(settled) for sign in intake_rules().signs if sign.cluster}


def _cluster(signs: Mapping[str, bool | None]) -> Cluster:
    needed = round(constant("intake.cluster_signs").value)
    positive, known = sum(there is True for there in signs.values()), sum(there is not None for there in signs.values())
    met = True if positive >= needed else None if positive + len(signs) - known >= needed else False
    return Cluster(
        positive,
        known,
        met,
        constant("intake.cluster_predictive").value,
        constant("intake.cluster_ratio").value,
        constant("intake.cluster_ratio_low").value,
        constant("intake.cluster_ratio_high").value,
    )


def _pain_free_flexion(told: Answers) -> float | None:
    """Return how far the knee bends in a squat without pain (rad): as measured, or else as the eye told it."""
    measured = _number(told, "pain_free_flexion")
    if measured is not None:
        return math.radians(measured)
    seen = told.get("pain_free_squat")
    return None if seen is None else math.radians(constant(f"intake.flexion_{seen}").value)


def _look(answers: Answers) -> tuple[dict[str, Answer], tuple[Question, ...]]:
    """Return all answers, with a harmless one for what is not asked, and the questions of the intake that are still to be asked."""
    own = questions()
    settled, due = look((*safety().questions, *own), answers)
    return settled, tuple(question for question in due if question in own)


def _options(told: Answers, code: str) -> tuple[str, ...]:
    """Return which options were named, in the order in which the question has them."""
    named: Any = told.get(code, ())
    return tuple(option for question in questions() if question.code == code for option in question.options if option in named)


def _number(told: Answers, code: str) -> float | None:
    number: Any = told.get(code)
    return None if number is None else float(number)


def _words_of(row: Sign | Pattern) -> str:
    return f"intake_{'sign' if isinstance(row, Sign) else 'pattern'}.{row.code}"
