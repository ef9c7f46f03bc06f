"""How is a program asked for, kept up and changed from a terminal? Safety first, then the intake, then the program and its days."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import typer

from kinechain.app.intake import intake_document, read_answers_file
from kinechain.app.plan import (
    Plan,
    changed,
    is_plan,
    known_of,
    plan,
    read_plan,
    read_source,
    same_person,
    standing,
    told_since,
)
from kinechain.app.plan_files import PAGE, format_plan, write_plan
from kinechain.app.plan_log import next_question
from kinechain.cli.ask import Asked, Ended, Prompt, ask
from kinechain.cli.intake import ask_intake, show_likeness
from kinechain.cli.lines import print_lines
from kinechain.cli.place import free_folder
from kinechain.cli.read_plan import Wanted, read_edits
from kinechain.cli.safety import FLAG, ask_safety, show_outcome
from kinechain.cli.steps import prompt_of
from kinechain.core.errors import UsageError
from kinechain.core.training import Diary
from kinechain.program.conditions import Answers
from kinechain.program.intake import intake_of, likeness, own_answers
from kinechain.program.retest import Retest
from kinechain.program.safety import triage
from kinechain.report.intake_text import also_lines, answers_template
from kinechain.report.lines import Kind, TextLine
from kinechain.report.plan_news import news, progress_lines
from kinechain.report.plan_reading import date_words
from kinechain.report.plan_text import plan_lines
from kinechain.report.progress_reading import progress_of
from kinechain.report.words import say


@dataclass(frozen=True)
class Wish:
    """What was said on the command line; `today` is the day of what is told or changed now, `start` that of a new program."""

    source: Path | None = None
    asking: bool = False
    answers: Path | None = None
    start: date | None = None
    today: date = field(default_factory=date.today)
    diary: Path | None = None
    logging: bool = False
    wanted: Wanted = field(default_factory=Wanted)
    retest: Path | None = None
    out: Path | None = None
    as_json: bool = False


def run_plan(wish: Wish) -> None:
    """Make a program from a result and answers, or go on with an earlier one; leaves with 3 where no program is safe."""
    if wish.out is not None:
        free_folder(wish.out, "plan")
    file, document = (None, None) if wish.source is None else read_source(wish.source)
    if file is not None and document is not None and is_plan(document):
        _go_on(read_plan(file, document, wish.diary), wish)
    else:
        _begin(document, wish)


def _begin(result: Mapping[str, Any] | None, wish: Wish) -> None:
    """Ask, and make a program of it."""
    later = {"--diary": wish.diary, "--log": wish.logging, "a change": wish.wanted.any, "--retest": wish.retest}
    for option, said in later.items():
        if said:
            raise UsageError(f"a program for {option}", "none", "Name the folder of one; kinechain plan with -o makes it.")
    if wish.asking and wish.answers is not None:
        raise UsageError("one of --ask and --answers", "both", "Give one of them.")
    if not wish.asking and wish.answers is None:
        typer.echo(say("plan.template_made"), err=True)
        typer.echo(answers_template(), nl=False)
        return
    safe, told = _ask_all(result, wish.as_json) if wish.answers is None else read_answers_file(wish.answers)
    safe = {**known_of(result), **safe}
    same_person(result, safe)
    _leave_unless_safe(safe, wish.as_json)
    answers = {**safe, **told}
    found = likeness(answers)
    if not found.program:
        if wish.as_json:
            typer.echo(json.dumps(intake_document(answers), indent=1, ensure_ascii=False))
        else:
            show_likeness(answers)
        raise typer.Exit(FLAG)
    if not wish.as_json:
        print_lines(also_lines(found))
    _show(plan(result, intake_of(told), wish.start or wish.today), wish)


def _ask_all(result: Mapping[str, Any] | None, err: bool) -> tuple[Answers, Answers]:
    """Ask the safety questions and, where nothing stands in the way, the intake; what a result tells is not asked."""
    safe = _finished(ask_safety(known_of(result), err), "safety", err)
    _leave_unless_safe(safe, err)
    return safe, own_answers(_finished(ask_intake(safe, err), "intake", err))


def _finished(asked: Asked, what: str, err: bool) -> Answers:
    if asked.ended is not Ended.DONE:
        typer.echo(say(f"{what}.left"), err=err)
        raise typer.Exit(FLAG)
    return asked.answers


def _leave_unless_safe(answers: Answers, as_json: bool) -> None:
    if not triage(answers).program:
        show_outcome(answers, as_json)
        raise typer.Exit(FLAG)


def _go_on(made: Plan, wish: Wish) -> None:
    """Show a program as it stands, after a session was told, a clinician changed it, or the tests were done again."""
    begun = {"--ask": wish.asking, "--answers": wish.answers, "--start": wish.start}
    for option, said in begun.items():
        if said:
            raise UsageError(f"no {option} for a program that is made", "it", "Leave it away, or make a new program from a result.")
    if wish.logging + wish.wanted.any + (wish.retest is not None) > 1:
        raise UsageError("one of --log, --retest and a change", "several together", "Do one after the other.")
    if (wish.wanted.by or wish.wanted.because) and not wish.wanted.any:
        raise UsageError("a change, a lock or a signature for --by and --because", "none", "Say what is to change.")
    if wish.logging:
        _log(made, wish)
        return
    if wish.wanted.any:
        made = changed(made, read_edits(wish.wanted, standing(made).program, wish.today))
    _show(made, wish, () if wish.retest is None else _compared(made, wish.retest))


def _log(made: Plan, wish: Wish) -> None:
    """Ask what was done, keep it, and tell what follows; leaves with 3 where the safety questions, due again, stand in the way."""
    then = _asked_session(made, wish)
    if then.diary == made.diary:
        return
    typer.echo(say("plan.kept", path=then.diary_file), err=wish.as_json)
    now = standing(then)
    if now.ask_again:
        typer.echo(say("plan.ask_again"), err=wish.as_json)
        _leave_unless_safe(_finished(ask_safety(known_of(then.result), wish.as_json), "safety", wish.as_json), wish.as_json)
    if wish.out is not None:
        write_plan(then, wish.out)
    if wish.as_json:
        typer.echo(format_plan(then), nl=False)
        return
    print_lines([TextLine(Kind.CAUTION, words) for words in news(now.adapted)])
    if wish.out is None:
        typer.echo(say("plan.whole", path=wish.source))
    else:
        _say_written(wish.out)


def _asked_session(made: Plan, wish: Wish) -> Plan:
    """Ask what was done and keep it in the diary; the plan as it was where nothing new was told. Leaves where the person left."""

    def tell(words: str) -> None:
        typer.echo(words, err=wish.as_json)

    def read(prompt: str) -> str:
        typer.echo(prompt, nl=False, err=wish.as_json)
        return input()

    def following(answers: Mapping[str, Any]) -> Prompt | None:
        step = next_question(program, made.diary, wish.today, answers)
        return None if step is None else prompt_of(step)

    program = standing(made).program
    if following({}) is None:
        tell(say("plan.nothing_to_tell", on=date_words(wish.today)))
        return made
    tell(say("plan.ask_log"))
    asked = ask(following, None, read, tell)
    if asked.ended is not Ended.DONE:
        tell(say("plan.left"))
        raise typer.Exit
    then = told_since(made, program, wish.today, asked.answers)
    if then.diary == made.diary:
        tell(say("plan.nothing_new"))
    return then


def _compared(made: Plan, later: Path) -> tuple[Retest, ...]:
    """Return what a later result says against the one that the program was made from."""
    from kinechain.app.retest import retests  # brings what results are written with, which takes a second

    _, after = read_source(later)
    if made.result is None:
        raise UsageError("a program that was made from a result", "one without", "There is nothing to compare with.")
    if is_plan(after):
        raise UsageError("a result for --retest", f"the program {later}", "Give what kinechain assess or battery wrote.")
    return retests(made.result, after)


def _show(made: Plan, wish: Wish, compared: tuple[Retest, ...] = ()) -> None:
    """Print a plan as it stands, and what a retest says; write its folder where one is named."""
    now = standing(made)
    if wish.out is not None:
        write_plan(made, wish.out, compared)
    if wish.as_json:
        typer.echo(format_plan(made, compared), nl=False)
        return
    print_lines([TextLine(Kind.CAUTION, words) for words in news(now.adapted)])
    if compared or made.diary != Diary():
        print_lines(progress_lines(progress_of(now.program, made.diary, now.adapted, compared)))
    if not compared:
        print_lines(plan_lines(now.program))
    if wish.out is None:
        if wish.source is None or wish.asking or wish.answers is not None or wish.wanted.any:
            typer.echo(say("plan.not_kept"))
        return
    _say_written(wish.out)


def _say_written(folder: Path) -> None:
    typer.echo(say("plan.wrote", folder=folder))
    typer.echo(say("plan.files"))
    typer.echo(say("plan.open_page", path=(folder / PAGE).resolve().as_uri()))
