"""What did the last session lead to, and what do weeks of training say? Lines for a terminal, and the news of a program's page."""

from collections.abc import Iterator, Sequence

from kinechain.core.training import Because
from kinechain.program.adapting import Adapted, Held
from kinechain.report.lines import Kind, TextLine
from kinechain.report.plan_reading import date_words, exercise_name
from kinechain.report.progress_reading import Progress, RetestReading, ScoreReading, read_progress
from kinechain.report.words import say

_INDENT = "  "


def news(parts: Sequence[Adapted], language: str = "en") -> tuple[str, ...]:
    """Return in sentences what was found for the last session, what changed after it, and what did not, and why, each why once.

    `parts` are the stretches of a program as a clinician's changes part them; nothing was told where none has a verdict.
    """
    told = [part for part in parts if part.verdicts]
    return tuple(_news(told[-1], language)) if told else ()


def progress_lines(progress: Progress, language: str = "en") -> list[TextLine]:
    """Return what weeks of training say: pain, sessions kept, scores, and tests before and now."""
    return list(_progress(progress, language))


def _news(part: Adapted, language: str) -> Iterator[str]:
    last = part.verdicts[-1]
    why = " ".join(_why(because, language) for because in last.because)
    yield say(
        "plan.news",
        language=language,
        on=date_words(last.on, language),
        ruling=say(f"session.{last.ruling}", language=language),
        why=why,
    )
    for step in (one for one in part.steps if one.on == last.on):
        what = f"{_why(step.change, language)}."
        if step.because not in last.because:
            what = f"{what} {_why(step.because, language)}"
        yield say("plan.news_line", language=language, name=exercise_name(step.before.exercise, language), what=what)
    for held in (one for one in part.held if one.on == last.on):
        yield say("plan.news_line", language=language, name=_name_of(held, part, language), what=_why(held.because, language))
    if last.ask_again:
        yield say("session.ask_again", language=language)


def _name_of(held: Held, part: Adapted, language: str) -> str:
    line = part.program.line(held.slot)
    return held.slot if line is None else exercise_name(line.exercise, language)


def _why(because: Because, language: str) -> str:
    return say(because.reason, language=language, **because.parameters)


def _progress(progress: Progress, language: str) -> Iterator[TextLine]:
    reading = read_progress(progress, language)
    told = (*reading.pain, reading.kept, reading.load) if progress.diary.sessions else ()
    if told:
        yield TextLine(Kind.HEADLINE, reading.headline)
    yield from (TextLine(Kind.TEXT, words) for words in (*reading.lead, *told, reading.sitting) if words)
    yield from (TextLine(Kind.NOTE, f"{_INDENT}{reason.sentence}") for reason in reading.advice)
    parts = (("progress.scores", reading.scores), ("progress.retests", reading.retests), ("plan.unjudged", reading.unjudged))
    for heading, rows in parts:
        if rows:
            yield TextLine(Kind.HEADING, say(heading, language=language))
        for row in rows:
            yield from _row(row, language)
    yield from (TextLine(Kind.NOTE, words) for words in reading.limits)


def _row(row: ScoreReading | RetestReading, language: str) -> Iterator[TextLine]:
    before, after = (row.first, row.latest) if isinstance(row, ScoreReading) else (row.before, row.after)
    told = say(
        "plan.before_after", language=language, name=row.name, before=before or "-", after=after, change=row.difference or "-"
    )
    yield TextLine(Kind.MEASURE, f"{_INDENT}{told} {say(f'seen.{row.seen}', language=language)}")
    yield TextLine(Kind.NOTE, f"{2 * _INDENT}{row.reason.sentence}")
