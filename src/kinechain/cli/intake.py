"""How is the intake asked on a terminal, and what the answers look like shown?"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typer

from kinechain.app.intake import intake_document, read_answers_file, write_pain_map
from kinechain.cli.ask import Asked, Ended, Prompt, ask
from kinechain.cli.safety import FLAG, ask_safety, show_outcome
from kinechain.core.errors import UsageError
from kinechain.program.conditions import UNKNOWN, Answers, Question
from kinechain.program.intake import likeness, own_answers, to_ask
from kinechain.program.safety import triage
from kinechain.report.intake_text import (
    answers_template,
    intake_tables,
    likeness_lines,
    option_words,
    question_help,
    question_words,
)
from kinechain.report.words import say


def run_intake(asking: bool, file: Path | None, rules: bool, out: Path | None, as_json: bool) -> None:
    """Ask, or read the answers of a file, and tell what they look like; leaves with 3 where no program follows.

    With `out` the map of the knee is written there. Without any of these a file of answers to fill in is printed.
    """
    if asking + (file is not None) + rules + (out is not None) > 1:
        raise UsageError("one of --ask, --answers, --rules and --map", "several together", "Give one of them.")
    if out is not None:
        where = write_pain_map(out)
        typer.echo(say("intake.wrote", path=where))
        typer.echo(say("cli.open_report", path=where.resolve().as_uri()))
    elif rules:
        typer.echo(intake_tables(), nl=False)
    elif asking or file is not None:
        told_safety, told = _ask_all(as_json) if file is None else read_answers_file(file)
        _judge(told_safety, told, as_json)
    else:
        typer.echo(answers_template(), nl=False)


def ask_intake(known: Answers | None = None, err: bool = False) -> Asked:
    """Ask what the answers so far leave open; `known`, those to the safety questions among them, are not asked again.

    The answers that come back hold the known ones too. `err` sends the words to standard error.
    """

    def tell(words: str) -> None:
        typer.echo(words, err=err)

    def read(prompt: str) -> str:
        typer.echo(prompt, nl=False, err=err)
        return input()

    tell("")
    tell(say("intake.title"))
    tell(say("intake.lead"))
    return ask(_following, known, read, tell)


def show_likeness(answers: Answers) -> None:
    """Print what answers to the safety questions and the intake look like."""
    from kinechain.cli.lines import print_lines

    print_lines(likeness_lines(likeness(answers)))


def _judge(told_safety: Answers, told: Answers, as_json: bool) -> None:
    """Tell what follows: from the safety questions where they bar a program, else from what all answers look like."""
    if not triage(told_safety).program:
        show_outcome(told_safety, as_json)
        raise typer.Exit(FLAG)
    answers = {**told_safety, **told}
    if as_json:
        typer.echo(json.dumps(intake_document(answers), indent=1, ensure_ascii=False))
    else:
        show_likeness(answers)
    if not likeness(answers).program:
        raise typer.Exit(FLAG)


def _ask_all(as_json: bool) -> tuple[Answers, Answers]:
    """Ask the safety questions and, where nothing stands in the way, the intake. Leaves with 3 where the person left."""
    told_safety = _finished(ask_safety(err=as_json), "safety", as_json)
    if not triage(told_safety).program:
        return told_safety, {}
    return told_safety, own_answers(_finished(ask_intake(told_safety, err=as_json), "intake", as_json))


def _finished(asked: Asked, what: str, as_json: bool) -> Answers:
    if asked.ended is not Ended.DONE:
        typer.echo(say(f"{what}.left"), err=as_json)
        raise typer.Exit(FLAG)
    return asked.answers


def _following(answers: Mapping[str, Any]) -> Prompt | None:
    return next((_prompt(question, answers) for question in to_ask(answers)), None)


def _prompt(question: Question, answers: Mapping[str, Any]) -> Prompt:
    least = answers.get(question.not_below, UNKNOWN)
    return Prompt(
        code=question.code,
        words=question_words(question),
        kind=question.kind,
        help=question_help(question),
        choices=tuple((option, option_words(question.code, option)) for option in question.options),
        least=question.least,
        low=question.low if least == UNKNOWN else max(question.low, least),
        high=question.high,
        unknown=None if question.must else UNKNOWN,
    )
