"""Which questions are asked before a program, what speaks for pain at the kneecap, and what for something else? Data in, rows out.

The words of a question are `intake.question.<code>`. Conditions may ask for answers to the safety questions too: what was asked
there is taken as known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal

from kinechain.core.errors import DataFileError
from kinechain.evidence import studies
from kinechain.evidence.ledger import Study
from kinechain.evidence.rows import among, build, parse
from kinechain.program.conditions import Condition, Question, read_or_assumed, read_question, read_rule_condition
from kinechain.program.safety_rules import Whom, safety

_FILE = "intake.toml"


@dataclass(frozen=True)
class Sign:
    """What speaks for pain at the kneecap; `needed` where it cannot look so without. Words: `intake_sign.<code>`.

    Those of the `cluster` were tried together against a clinician's judgement.
    """

    code: str
    when: Condition
    kind: Literal["read", "assumed"]
    sources: tuple[str, ...]
    needed: bool = False
    cluster: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Pattern:
    """What speaks for something else, and whom to see. Words: `intake_pattern.<code>`.

    With `program` a program may be made all the same. `elsewhere` tells that it points to another place than the kneecap.
    """

    code: str
    when: Condition
    whom: Whom
    kind: Literal["read", "assumed"]
    sources: tuple[str, ...]
    program: bool = False
    elsewhere: bool = True
    reason: str = ""


@dataclass(frozen=True)
class IntakeRules:
    """All questions, signs and patterns, in the order of their file."""

    questions: tuple[Question, ...]
    signs: tuple[Sign, ...]
    patterns: tuple[Pattern, ...]


@cache
def intake_rules() -> IntakeRules:
    """Return the shipped questions, signs and patterns."""
    text = (files("kinechain.program") / "data" / _FILE).read_text(encoding="utf-8")
    return read_intake(text, _FILE, studies())


def read_intake(text: str, name: str, known_studies: Mapping[str, Study]) -> IntakeRules:
    """Read questions, signs and patterns from TOML `text`; `name` is what errors call the file.

    Raises DataFileError for a row that lacks a field or a source, a condition on a question that does not come before or on an
    answer that it does not have, and a question that the safety questions ask already.
    """
    tables = parse(text, name)
    for group in sorted(set(tables) - {"question", "sign", "pattern"}):
        raise DataFileError("only questions, signs and patterns", f"[{group}] in {name}", "Rename or drop it.")
    asked = {question.code: question for question in safety().questions}
    known = dict(asked)
    for code, table in tables.get("question", {}).items():
        where = f"question {code} of {name}"
        if code in asked:
            raise DataFileError("a question that safety does not ask already", where, "Drop it: its answer is known.")
        known[code] = read_question(code, table, where, known, known_studies)
    signs = [_sign(code, table, f"sign {code} of {name}", known, known_studies) for code, table in tables.get("sign", {}).items()]
    patterns = [
        _pattern(code, table, f"pattern {code} of {name}", known, known_studies)
        for code, table in tables.get("pattern", {}).items()
    ]
    return IntakeRules(tuple(known[code] for code in known if code not in asked), tuple(signs), tuple(patterns))


def _sign(code: str, table: Any, where: str, known: Mapping[str, Question], known_studies: Mapping[str, Study]) -> Sign:
    when, rest = read_rule_condition(table, where, known)
    sign = build(Sign, rest, where, code=code, when=when)
    read_or_assumed(sign.kind, sign.sources, sign.reason, where, known_studies)
    return sign


def _pattern(code: str, table: Any, where: str, known: Mapping[str, Question], known_studies: Mapping[str, Study]) -> Pattern:
    when, rest = read_rule_condition(table, where, known)
    among(rest.get("whom"), [str(each) for each in Whom], "whom", where, "Write one of these.")
    whom = Whom(rest.pop("whom"))
    pattern = build(Pattern, rest, where, code=code, when=when, whom=whom)
    read_or_assumed(pattern.kind, pattern.sources, pattern.reason, where, known_studies)
    if pattern.program and pattern.elsewhere:
        raise DataFileError("no program where it points elsewhere", f"both in {where}", "Write elsewhere = false, or drop program.")
    return pattern
