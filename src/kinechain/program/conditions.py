"""When does a rule hold for the answers that were given? Questions, and conditions over them that are weighed with three values.

A condition holds, does not hold, or cannot be told, because the answer is "I do not know" or is still missing. What cannot be told
is never taken as no.
"""

import math
import operator
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

from kinechain.core.errors import DataFileError, UsageError
from kinechain.evidence.ledger import Study
from kinechain.evidence.rows import among, build, known_study

YES, NO, UNKNOWN = "yes", "no", "unknown"
#: `yes`, `no`, `unknown`, an option of the question, several of them, or a number.
Answer = str | float | int | tuple[str, ...]
Answers = Mapping[str, Answer]

_SIGNS: Mapping[str, Callable[[Any, Any], bool]] = {
    "=": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "has": operator.contains,
    "lacks": lambda answer, option: option not in answer,
}
_TERM = re.compile(r"([a-z_0-9]+)\s*(?:(<=|>=|<|>|=|has(?=\s)|lacks(?=\s))\s*(\S+))?")


@dataclass(frozen=True)
class Term:
    """One part of a condition: a question and the answer that fulfils it, a bound for its number, or an option that it has."""

    question: str
    sign: str
    value: Answer

    def holds(self, answers: Answers) -> bool | None:
        """Tell whether it holds; None where that cannot be told."""
        answer = answers.get(self.question, UNKNOWN)
        if answer == UNKNOWN:
            return None
        return bool(_SIGNS[self.sign](answer, self.value))


@dataclass(frozen=True)
class Condition:
    """All terms of `every` and, where there are any, at least one of `some`."""

    every: tuple[Term, ...] = ()
    some: tuple[Term, ...] = ()

    @cached_property
    def questions(self) -> frozenset[str]:
        """The questions whose answers it needs."""
        return frozenset(term.question for term in (*self.every, *self.some))

    def holds(self, answers: Answers) -> bool | None:
        """Tell whether it holds; None where that cannot be told."""
        every = [term.holds(answers) for term in self.every]
        if False in every:
            return False
        some = [term.holds(answers) for term in self.some]
        if some and True not in some:
            return None if None in some else False
        return None if None in every else True


@dataclass(frozen=True)
class Question:
    """A question: when it is asked, what may be answered, and why it is asked.

    `worry` is the answer that worries in a question of yes and no; of `options` of a choice the first is harmless. Of several
    options at least `least` are named. A `typed` question is never asked: its number is told where it was measured. One that `must`
    be answered has no "I do not know". `not_below` names an earlier number that this one cannot be less than.
    """

    code: str
    kind: Literal["yes_no", "choice", "number", "several"]
    sources: tuple[str, ...]
    asked: Condition = Condition()
    worry: Literal["yes", "no"] = "yes"
    options: tuple[str, ...] = ()
    low: float = math.nan
    high: float = math.nan
    least: int = 0
    not_below: str = ""
    typed: bool = False
    must: bool = False
    reason: str = ""

    @property
    def words(self) -> tuple[str, ...]:
        """What may be answered in words, the harmless answer first; nothing for a number."""
        if self.kind == "yes_no":
            return (NO, YES) if self.worry == YES else (YES, NO)
        return self.options

    @property
    def harmless(self) -> Answer:
        """What stands for a question that is not asked: the answer that fulfils no rule."""
        if self.kind == "several":
            return ()
        return self.words[0] if self.words else math.nan

    def check(self, answer: object) -> None:
        """Raise UsageError unless the question knows the answer."""
        if answer == UNKNOWN and not self.must:
            return
        unknown = () if self.must else (UNKNOWN,)
        if self.kind == "number":
            if not isinstance(answer, float | int) or isinstance(answer, bool) or not self.low <= answer <= self.high:
                may = " or ".join((f"a number from {self.low:g} to {self.high:g}", *unknown))
                raise UsageError(f"{self.code} as {may}", repr(answer), "Mend that answer.")
        elif self.kind == "several":
            if not isinstance(answer, tuple) or len(set(answer)) != len(answer) or not set(answer) <= set(self.options):
                raise UsageError(f"{self.code} as a list out of {', '.join(self.options)}", repr(answer), "Mend that answer.")
            if len(answer) < self.least:
                raise UsageError(f"{self.code} with at least {self.least} of its answers", "none", "Name one, or say unknown.")
        elif answer not in self.words:
            raise UsageError(f"{self.code} answered with {', '.join((*self.words, *unknown))}", repr(answer), "Mend that answer.")


def look(questions: Iterable[Question], answers: Answers) -> tuple[dict[str, Answer], tuple[Question, ...]]:
    """Return answers, with a harmless one for what is not asked or only typed, and the questions that are still to be asked.

    A question that hangs on an open one is neither settled nor to be asked yet.
    """
    settled: dict[str, Answer] = {}
    due = []
    for question in questions:
        asked = question.asked.holds(settled) if question.asked.questions else True
        if question.code in answers:
            settled[question.code] = answers[question.code]
        elif question.typed or asked is False:
            settled[question.code] = question.harmless
        elif asked is True or question.asked.questions <= settled.keys():
            due.append(question)
    return settled, tuple(due)


# --- Reading ---


def read_question(
    code: str, table: Any, where: str, before: Mapping[str, Question], known_studies: Mapping[str, Study]
) -> Question:
    """Return the question that a table writes down; `before` are those that stand before it. Raises DataFileError."""
    asked, rest = read_condition(table, "asked", where, before)
    question = build(Question, rest, where, code=code, asked=asked)
    sourced(question.sources, question.reason, where, known_studies)
    if (question.kind in ("choice", "several")) != (len(question.options) > 1):
        raise DataFileError(
            "options in a choice, and nowhere else", f"{list(question.options)} in {where}", "Mend kind or options."
        )
    if (question.kind == "number") != (question.low < question.high):
        raise DataFileError("low below high for a number, and nowhere else", f"it otherwise in {where}", "Say what is possible.")
    if (question.typed or question.not_below) and question.kind != "number":
        raise DataFileError("only numbers to be typed", f"a {question.kind} in {where}", "Drop typed, or make it a number.")
    if question.not_below and question.not_below not in before:
        raise DataFileError("a question that stands before", f"{question.not_below!r} in {where}", "Mend not_below.")
    return question


def read_condition(table: Any, field: str, where: str, known: Mapping[str, Question]) -> tuple[Condition, dict[str, Any]]:
    """Return the condition that a table holds under `field`, empty where it holds none, and the table's other fields."""
    if not isinstance(table, dict):
        raise DataFileError("a table for each row", f"{table!r} as {where}", "Write its fields under a heading of its own.")
    parts = table.get(field, {})
    if (
        not isinstance(parts, dict)
        or not set(parts) <= {"all", "any"}
        or not all(isinstance(part, list) for part in parts.values())
    ):
        raise DataFileError(f"{field} with lists all, any or both", f"{parts!r} in {where}", 'Write { all = ["..."] }.')
    every, some = (tuple(_term(text, where, known) for text in parts.get(part, [])) for part in ("all", "any"))
    return Condition(every, some), {name: value for name, value in table.items() if name != field}


def read_rule_condition(table: Any, where: str, known: Mapping[str, Question]) -> tuple[Condition, dict[str, Any]]:
    """Return the condition `when` of a rule, which has to have one, and the table's other fields."""
    when, rest = read_condition(table, "when", where, known)
    if not when.questions:
        raise DataFileError("a condition in every rule", f"none in {where}", 'Write when = { all = ["..."] }.')
    return when, rest


def sourced(sources: Iterable[str], reason: str, where: str, known_studies: Mapping[str, Study]) -> None:
    """Raise DataFileError unless every source is a known study, and there is a source or a reason."""
    for key in sources:
        known_study(key, known_studies, where)
    if not sources and not reason:
        raise DataFileError("a source or a reason", f"neither in {where}", "Say where it is from, or why it is so.")


def read_or_assumed(kind: str, sources: Iterable[str], reason: str, where: str, known_studies: Mapping[str, Study]) -> None:
    """Raise DataFileError unless a rule that was read has a source, and an assumed one a reason."""
    sourced(sources, reason, where, known_studies)
    if kind == "read" and not sources:
        raise DataFileError("a source for what was read", f"none in {where}", "Name it, or call the rule assumed.")
    if kind == "assumed" and not reason:
        raise DataFileError("a reason for every assumed rule", f"none in {where}", "Say why it is so.")


def _term(text: Any, where: str, known: Mapping[str, Question]) -> Term:
    match = _TERM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise DataFileError("a term such as limp, injury=earlier or age < 14", f"{text!r} in {where}", "Write it so.")
    code, sign, value = match.groups()
    if code not in known:
        raise DataFileError("a question that stands before", f"{code!r} in {where}", "Mend the code, or move the question up.")
    question = known[code]
    if question.kind == "number":
        if sign in (None, "=", "has", "lacks") or not re.fullmatch(r"-?\d+(\.\d+)?", value):
            raise DataFileError(f"a bound for {code}, such as {code} < 14", f"{text!r} in {where}", "Write sign and number.")
        return Term(code, sign, float(value))
    if question.kind == "several":
        if sign not in ("has", "lacks"):
            raise DataFileError(f"{code} has or lacks, and an option", f"{text!r} in {where}", f"Write {code} has OPTION.")
        among(value, question.options, f"an option of {code}", where, "Use one of them.")
        return Term(code, sign, value)
    if (sign or "=") != "=":
        raise DataFileError(f"an answer to {code}", f"{text!r} in {where}", "A bound is for numbers only.")
    answer = value or question.words[-1]
    among(answer, question.words[1:], f"an answer to {code} that worries", where, "A harmless answer raises no flag.")
    if question.kind == "choice" and value is None:
        raise DataFileError(f"which answer to {code}", f"{text!r} in {where}", f"Write {code}=OPTION.")
    return Term(code, "=", answer)
