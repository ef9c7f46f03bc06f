"""Which questions are asked before a test or a program, and which rules weigh the answers? Data in, checked rows out.

The words of a question are `safety.question.<code>`. How conditions are weighed is said in `conditions`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal

from kinechain.core.errors import DataFileError
from kinechain.evidence import studies
from kinechain.evidence.ledger import Study
from kinechain.evidence.rows import among, build, parse
from kinechain.program.conditions import Condition, Question, read_or_assumed, read_question, read_rule_condition

_FILE = "safety.toml"


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
        known[code] = read_question(code, table, f"question {code} of {name}", known, known_studies)
    rules = [_rule(code, table, f"rule {code} of {name}", known, known_studies) for code, table in tables.get("rule", {}).items()]
    used = {code for rule in rules for code in rule.when.questions}
    for code in known:
        if code not in used:
            raise DataFileError(
                "every question in a rule", f"question {code} of {name} in none", "Give it a rule, or do not ask it."
            )
    return Safety(tuple(known.values()), tuple(rules), _unsure(tables.get("unsure", {}), name))


def _rule(code: str, table: Any, where: str, known: Mapping[str, Question], known_studies: Mapping[str, Study]) -> Rule:
    when, rest = read_rule_condition(table, where, known)
    urgency, whom = _how(rest, where)
    rest = {field: value for field, value in rest.items() if field not in ("urgency", "whom")}
    rule = build(Rule, rest, where, code=code, when=when, urgency=urgency, whom=whom)
    read_or_assumed(rule.kind, rule.sources, rule.reason, where, known_studies)
    return rule


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
