"""Which questions are asked before a test or a program, and which rules weigh the answers? Data in, checked rows out.

A rule's condition is weighed with three values: it holds, it does not hold, or it cannot be told, because the answer is "I do not
know" or is still missing. What cannot be told is never taken as no.
"""

import math
import operator
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from kinechain.core.errors import DataFileError
from kinechain.evidence import studies
from kinechain.evidence.ledger import Study
from kinechain.evidence.rows import among, build, known_study, parse

YES, NO, UNKNOWN = "yes", "no", "unknown"
#: `yes`, `no`, `unknown`, an option of the question, or a number.
Answer = str | float | int
Answers = Mapping[str, Answer]

_FILE = "safety.toml"
_SIGNS = {"=": operator.eq, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge}
_TERM = re.compile(r"([a-z_0-9]+)\s*(?:(<=|>=|<|>|=)\s*(\S+))?")


class Urgency(StrEnum):
    """How soon somebody has to look, the most pressing first; the last three only say who has to agree before it goes on."""

    NOW = "now"
    SAME_DAY = "same_day"
    URGENT = "urgent"
    SOON = "soon"
    CLINICIAN_FIRST = "clinician_first"
    OSTEOARTHRITIS_FIRST = "osteoarthritis_first"
    GUARDIAN_FIRST = "guardian_first"

    @property
    def rank(self) -> int:
        """0 for now, and up the less pressing it is."""
        return list(Urgency).index(self)


class Whom(StrEnum):
    """Whom to see: who can do most comes first."""

    EMERGENCY = "emergency"
    DOCTOR = "doctor"
    CLINICIAN = "clinician"
    GUARDIAN = "guardian"

    @property
    def rank(self) -> int:
        """0 for emergency services, and up."""
        return list(Whom).index(self)


@dataclass(frozen=True)
class Term:
    """One part of a condition: a question and the answer that fulfils it, or a bound for its number."""

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
    """A question: when it is asked, what may be answered, and why it is asked. Its words are `safety.question.<code>`.

    `worry` is the answer that worries in a question of yes and no; of `options` the first is harmless. A `typed` question is never
    asked: its number is told where it was measured.
    """

    code: str
    kind: Literal["yes_no", "choice", "number"]
    sources: tuple[str, ...]
    asked: Condition = Condition()
    worry: Literal["yes", "no"] = "yes"
    options: tuple[str, ...] = ()
    low: float = math.nan
    high: float = math.nan
    typed: bool = False
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
        return self.words[0] if self.words else math.nan


@dataclass(frozen=True)
class Rule:
    """When a flag is up, how soon and by whom it has to be seen to, what may be done all the same. Words: `safety.flag.<code>`."""

    code: str
    when: Condition
    urgency: Urgency
    whom: Whom
    kind: Literal["read", "assumed"]
    sources: tuple[str, ...]
    tests: bool = False
    program: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Safety:
    """All questions and rules, and by urgency what follows where a rule cannot be told: how soon, and whom to see."""

    questions: tuple[Question, ...]
    rules: tuple[Rule, ...]
    unsure: Mapping[Urgency, tuple[Urgency, Whom]]

    @cached_property
    def by_urgency(self) -> tuple[Rule, ...]:
        """The rules, the most pressing first."""
        return tuple(sorted(self.rules, key=lambda rule: rule.urgency.rank))


@cache
def safety() -> Safety:
    """Return the shipped questions and rules."""
    text = (files("kinechain.program") / "data" / _FILE).read_text(encoding="utf-8")
    return read_safety(text, _FILE, studies())


def read_safety(text: str, name: str, known_studies: Mapping[str, Study]) -> Safety:
    """Read questions and rules from TOML `text`; `name` is what errors call the file.

    Raises DataFileError for a row that lacks a field or a source, a condition on a question that does not come before or on an
    answer that it does not have, a rule that a harmless answer would raise, a question that no rule uses, and an urgency for which
    it is not said what "I do not know" means.
    """
    tables = parse(text, name)
    for group in sorted(set(tables) - {"question", "rule", "unsure"}):
        raise DataFileError("only questions, rules and unsure", f"[{group}] in {name}", "Rename or drop it.")
    known: dict[str, Question] = {}
    for code, table in tables.get("question", {}).items():
        known[code] = _question(code, table, f"question {code} of {name}", known, known_studies)
    rules = [_rule(code, table, f"rule {code} of {name}", known, known_studies) for code, table in tables.get("rule", {}).items()]
    used = {code for rule in rules for code in rule.when.questions}
    for code in known:
        if code not in used:
            raise DataFileError(
                "every question in a rule", f"question {code} of {name} in none", "Give it a rule, or do not ask it."
            )
    return Safety(tuple(known.values()), tuple(rules), _unsure(tables.get("unsure", {}), name))


def _question(code: str, table: Any, where: str, before: Mapping[str, Question], known_studies: Mapping[str, Study]) -> Question:
    asked, rest = _condition_of(table, "asked", where, before)
    question = build(Question, rest, where, code=code, asked=asked)
    _sourced(question.sources, question.reason, where, known_studies)
    if (question.kind == "choice") != (len(question.options) > 1):
        raise DataFileError(
            "options in a choice, and nowhere else", f"{list(question.options)} in {where}", "Mend kind or options."
        )
    if (question.kind == "number") != (question.low < question.high):
        raise DataFileError("low below high for a number, and nowhere else", f"it otherwise in {where}", "Say what is possible.")
    if question.typed and question.kind != "number":
        raise DataFileError("only numbers to be typed", f"a {question.kind} in {where}", "Drop typed, or make it a number.")
    return question


def _rule(code: str, table: Any, where: str, known: Mapping[str, Question], known_studies: Mapping[str, Study]) -> Rule:
    when, rest = _condition_of(table, "when", where, known)
    if not when.questions:
        raise DataFileError("a condition in every rule", f"none in {where}", 'Write when = { all = ["..."] }.')
    urgency, whom = _how(rest, where)
    rest = {field: value for field, value in rest.items() if field not in ("urgency", "whom")}
    rule = build(Rule, rest, where, code=code, when=when, urgency=urgency, whom=whom)
    _sourced(rule.sources, rule.reason, where, known_studies)
    if rule.kind == "read" and not rule.sources:
        raise DataFileError("a source for what was read", f"none in {where}", "Name it, or call the rule assumed.")
    if rule.kind == "assumed" and not rule.reason:
        raise DataFileError("a reason for every assumed rule", f"none in {where}", "Say why it is so.")
    return rule


def _condition_of(table: Any, field: str, where: str, known: Mapping[str, Question]) -> tuple[Condition, dict[str, Any]]:
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


def _term(text: Any, where: str, known: Mapping[str, Question]) -> Term:
    match = _TERM.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise DataFileError("a term such as limp, injury=earlier or age < 14", f"{text!r} in {where}", "Write it so.")
    code, sign, value = match.groups()
    if code not in known:
        raise DataFileError("a question that stands before", f"{code!r} in {where}", "Mend the code, or move the question up.")
    question = known[code]
    if question.kind == "number":
        if sign in (None, "=") or not re.fullmatch(r"-?\d+(\.\d+)?", value):
            raise DataFileError(f"a bound for {code}, such as {code} < 14", f"{text!r} in {where}", "Write sign and number.")
        return Term(code, sign, float(value))
    if (sign or "=") != "=":
        raise DataFileError(f"an answer to {code}", f"{text!r} in {where}", "A bound is for numbers only.")
    answer = value or question.words[-1]
    among(answer, question.words[1:], f"an answer to {code} that worries", where, "A harmless answer raises no flag.")
    if question.kind == "choice" and value is None:
        raise DataFileError(f"which answer to {code}", f"{text!r} in {where}", f"Write {code}=OPTION.")
    return Term(code, "=", answer)


def _how(table: Any, where: str) -> tuple[Urgency, Whom]:
    """Return how soon and whom to see, as a table has it."""
    for field, kind in (("urgency", Urgency), ("whom", Whom)):
        among(table.get(field), [str(each) for each in kind], field, where, "Write one of these.")
    return Urgency(table["urgency"]), Whom(table["whom"])


def _unsure(tables: Mapping[str, Any], name: str) -> dict[Urgency, tuple[Urgency, Whom]]:
    if set(tables) != set(Urgency):
        odd = sorted(set(tables) ^ set(Urgency))[0]
        raise DataFileError("what follows from not knowing for every urgency", f"{odd} amiss in {name}", f"Mend [unsure.{odd}].")
    follows = {urgency: _how(tables[urgency], f"unsure.{urgency} of {name}") for urgency in Urgency}
    for urgency, (then, _) in follows.items():
        if then.rank < urgency.rank:
            raise DataFileError(
                "not knowing to press no more than yes", f"{then} for {urgency} in {name}", f"Mend [unsure.{urgency}]."
            )
    return follows


def _sourced(sources: Iterable[str], reason: str, where: str, known_studies: Mapping[str, Study]) -> None:
    for key in sources:
        known_study(key, known_studies, where)
    if not sources and not reason:
        raise DataFileError("a source or a reason", f"neither in {where}", "Say where it is from, or why it is so.")
