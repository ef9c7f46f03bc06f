"""What did the person tell before a program? Answers from one file to the safety questions and the intake; what they look like."""

import tomllib
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

from kinechain import __version__
from kinechain.core.errors import DataFileError, UsageError
from kinechain.evidence import studies
from kinechain.io.whole import place_for, write_whole
from kinechain.program import intake, safety
from kinechain.program.conditions import NO, YES, Answer, Answers
from kinechain.program.intake import intake_of, likeness, own_answers
from kinechain.program.intake_rules import intake_rules
from kinechain.report.context import ReportContext
from kinechain.report.intake_text import headline
from kinechain.report.words import say

SCHEMA = "kinechain.intake/1"
_MAP = "knee.html"
_MADE_BY = "kinechain intake prints one to fill in."
_CHECKS = {"safety": safety.check_answer, "intake": intake.check_answer}


def read_answers_file(path: Path) -> tuple[dict[str, Answer], dict[str, Answer]]:
    """Return the answers to the safety questions and to the intake, as a TOML file holds them in tables of these names.

    An empty answer is none; several answers are a list. Raises DataFileError for what is no file of answers.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise DataFileError("a file of answers", f"{path}, which does not exist", _MADE_BY) from None
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DataFileError("a file of answers", f"{path}, which cannot be read ({error})", _MADE_BY) from error
    odd = sorted(set(table) - set(_CHECKS))
    if odd or not all(isinstance(part, dict) for part in table.values()):
        raise DataFileError("tables [safety] and [intake]", f"{odd[0] if odd else 'plain values'} in {path}", _MADE_BY)
    told_safety, told_intake = (_answers(name, table.get(name, {}), path) for name in _CHECKS)
    try:
        intake_of(told_intake)
    except UsageError as error:
        raise DataFileError(error.expected, f"{error.got} in {path}", error.do) from error
    return told_safety, told_intake


def intake_document(answers: Answers) -> dict[str, Any]:
    """Return answers to the intake and what they look like as plain values."""
    found = likeness(answers)
    return {
        "schema": SCHEMA,
        "engine": {"kinechain": __version__},
        "answers": {code: list(answer) if isinstance(answer, tuple) else answer for code, answer in own_answers(answers).items()},
        "resembles": found.resembles,
        "message": headline(found),
        "program": found.program,
        "whom": found.whom,
        "signs": dict(found.signs),
        "cluster": vars(found.cluster),
        "patterns": [
            *_patterns(found.patterns, "up"),
            *_patterns(found.unsure, "unsure"),
            *_patterns(found.also, "also"),
        ],
        "unanswered": list(found.unanswered),
        "sources": [vars(studies()[key]) for key in found.sources],
    }


def write_pain_map(destination: Path) -> Path:
    """Write the map of both knees as a page into a file, or into a folder as `knee.html`; returns where. Raises OutputError."""
    file = place_for(destination, _MAP)
    from kinechain.report.pain_map import render_pain_map  # brings all that pages need, which takes seconds

    write_whole(file, render_pain_map("both", ReportContext(__version__, made_on=date.today().isoformat(), rows=())))
    return file


def _patterns(codes: tuple[str, ...], how: str) -> list[dict[str, Any]]:
    rows = [row for row in intake_rules().patterns if row.code in codes]
    return [
        {
            "code": row.code,
            "how": how,
            "whom": row.whom,
            "message": say(f"intake_pattern.{row.code}"),
            "kind": row.kind,
            "sources": list(row.sources),
            "reason": row.reason,
        }
        for row in rows
    ]


def _answers(name: str, table: Mapping[str, Any], path: Path) -> dict[str, Answer]:
    answers = {code: _plain(answer) for code, answer in table.items() if answer != ""}
    for code, answer in answers.items():
        try:
            _CHECKS[name](code, answer)
        except UsageError as error:
            raise DataFileError(error.expected, f"{error.got} in [{name}] of {path}", error.do) from error
    return answers


def _plain(answer: Any) -> Any:
    """Return true and false as the words they stand for, and a list as it is kept; `none` stands for an empty one."""
    if isinstance(answer, bool):
        return {True: YES, False: NO}[answer]
    return tuple(answer) if isinstance(answer, list) and all(isinstance(each, str) for each in answer) else answer
