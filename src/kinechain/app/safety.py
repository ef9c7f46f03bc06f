"""Is it safe to go on? Answers from a file or a talk become an outcome, as lines or as plain values."""

import tomllib
from pathlib import Path
from typing import Any

from kinechain import __version__
from kinechain.core.errors import DataFileError, UsageError
from kinechain.evidence import studies
from kinechain.program.conditions import NO, YES, Answer, Answers
from kinechain.program.safety import Outcome, check_answer, triage
from kinechain.program.safety_rules import safety
from kinechain.report.safety_text import go
from kinechain.report.words import say

SCHEMA = "kinechain.safety/1"
_MADE_BY = "kinechain safety prints one to fill in."


def read_answers(file: Path) -> dict[str, Answer]:
    """Return the answers of a TOML file; an empty answer is none. Raises DataFileError for what is no file of answers."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError("a file of answers", f"{file}, which does not exist", _MADE_BY) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError("a file of answers", f"{file}, which cannot be read ({error})", _MADE_BY) from error
    answers: dict[str, Answer] = {code: _plain(answer) for code, answer in table.items() if answer != ""}
    for code, answer in answers.items():
        try:
            check_answer(code, answer)
        except UsageError as error:
            raise DataFileError(error.expected, f"{error.got} in {file}", error.do) from error
    return answers


def safety_document(answers: Answers) -> dict[str, Any]:
    """Return answers and what follows from them as plain values."""
    outcome = triage(answers)
    rules = [rule for rule in safety().rules if rule.code in (*outcome.flags, *outcome.unsure)]
    return {
        "schema": SCHEMA,
        "engine": {"kinechain": __version__},
        "answers": dict(answers),
        "program": outcome.program,
        "may_test": outcome.may_test,
        "urgency": outcome.urgency,
        "whom": outcome.whom,
        "message": _message(outcome),
        "flags": [
            {
                "code": rule.code,
                "unsure": rule.code in outcome.unsure,
                "urgency": rule.urgency,
                "whom": rule.whom,
                "message": say(f"safety.flag.{rule.code}"),
                "kind": rule.kind,
                "sources": list(rule.sources),
                "reason": rule.reason,
            }
            for rule in rules
        ],
        "unanswered": list(outcome.unanswered),
        "sources": [vars(studies()[key]) for key in dict.fromkeys(key for rule in rules for key in rule.sources)],
    }


def _message(outcome: Outcome) -> str:
    if outcome.urgency is not None and outcome.whom is not None:
        return go(outcome.urgency, outcome.whom)
    return say("safety.open" if outcome.unanswered else "safety.may_go_on")


def _plain(answer: Any) -> Any:
    """Return true and false as the words they stand for."""
    return {True: YES, False: NO}[answer] if isinstance(answer, bool) else answer
