"""How are the safety questions asked on a terminal, and what follows from the answers shown?"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from kinechain.app.safety import read_answers, safety_document
from kinechain.cli.ask import Asked, Ended, Prompt, ask
from kinechain.core.errors import UsageError
from kinechain.program.conditions import UNKNOWN, Answers, Question
from kinechain.program.safety import triage, worth_asking
from kinechain.report.safety_text import (
    answer_words,
    answers_template,
    outcome_lines,
    question_help,
    question_words,
    rules_tables,
)
from kinechain.report.words import say

#: Something stands in the way: a flag, or a question without an answer.
FLAG = 3


def run_safety(asking: bool, file: Path | None, rules: bool, as_json: bool) -> None:
    """Ask, or read the answers of a file, and tell what follows; leaves with 3 where something stands in the way."""
    if asking + (file is not None) + rules > 1:
        raise UsageError("one of --ask, --answers and --rules", "several together", "Give one of them.")
    if rules:
        typer.echo(rules_tables(), nl=False)
        return
    if not asking and file is None:
        typer.echo(answers_template(), nl=False)
        return
    answers: Answers = read_answers(file) if file is not None else {}
    if asking:
        asked = ask_safety(err=as_json)
        if asked.ended is not Ended.DONE:
            typer.echo(say("safety.left" if asked.ended is Ended.QUIT else "safety.stopped"), err=as_json)
            raise typer.Exit(FLAG)
        answers = asked.answers
    show_outcome(answers, as_json)
    if not triage(answers).program:
        raise typer.Exit(FLAG)


def ask_safety(known: Answers | None = None, err: bool = False) -> Asked:
    """Ask what is needed of the safety questions, `known` answers left out; ends early where somebody has to look today."""

    def tell(words: str) -> None:
        typer.echo(words, err=err)

    def read(prompt: str) -> str:
        typer.echo(prompt, nl=False, err=err)
        return input()

    tell(say("safety.title"))
    tell(say("safety.lead"))
    return ask(_following, known, read, tell)


def show_outcome(answers: Answers, as_json: bool = False) -> None:
    """Print what follows from answers."""
    if as_json:
        typer.echo(json.dumps(safety_document(answers), indent=1, ensure_ascii=False))
        return
    from kinechain.cli.lines import print_lines

    print_lines(outcome_lines(triage(answers)))


def _following(answers: Mapping[str, Any]) -> Prompt | None:
    return next((_prompt(question) for question in worth_asking(answers)), None)


def _prompt(question: Question) -> Prompt:
    return Prompt(
        code=question.code,
        words=question_words(question),
        kind=question.kind,
        help=question_help(question),
        choices=tuple((option, answer_words(option)) for option in question.options),
        low=question.low,
        high=question.high,
        unknown=None if question.must else UNKNOWN,
    )
