"""How does the same result read in a terminal? Plain lines, each with its kind, so that the command line may colour them."""

from collections.abc import Iterator

from kinechain.core.types import AssessedClip, Assessment, Quality, Verdict
from kinechain.report.lines import Kind, TextLine
from kinechain.report.numbers import Shown
from kinechain.report.summary import (
    Row,
    advice,
    headline,
    interval,
    overall_reasons,
    pain_sentences,
    spread_sentences,
    tables,
    unjudged,
)
from kinechain.report.words import say

_INDENT = "  "


def result_lines(assessment: Assessment, language: str = "en") -> list[TextLine]:
    """Return the whole result: the sentence, the films, the measures, what could not be judged, what to keep in mind."""
    return [*_result_lines(assessment, language)]


def film_lines(name: str, quality: Quality, language: str = "en") -> list[TextLine]:
    """Return one film's verdict and its reasons, each with what to change."""
    verdict = say("cli.check_fine", language=language, name=name, verdict=quality.verdict)
    return [TextLine(_kind(quality.verdict), verdict), *_reason_lines(quality, language)]


def _result_lines(assessment: Assessment, language: str) -> Iterator[TextLine]:
    yield TextLine(Kind.HEADLINE, headline(assessment, language))
    for sentence in pain_sentences(assessment, language):
        yield TextLine(Kind.TEXT, sentence)
    yield TextLine(Kind.HEADING, say("cli.headline_check", language=language))
    yield from _reason_lines(Quality(tuple(overall_reasons(assessment))), language)
    for clip in assessment.clips:
        yield from film_lines(_clip_name(clip, language), clip.quality, language)
    yield from _measure_lines(assessment, language)
    yield from _unjudged_lines(assessment, language)
    yield TextLine(Kind.HEADING, say("cli.headline_limits", language=language))
    if tables(assessment, language):
        for sentence in spread_sentences(assessment, language):
            yield TextLine(Kind.NOTE, _INDENT + sentence)
    yield TextLine(Kind.NOTE, _INDENT + say("limits.use", language=language))


def _reason_lines(quality: Quality, language: str) -> Iterator[TextLine]:
    for item in advice(quality.reasons, language):
        yield TextLine(_kind(item.weight), _INDENT + item.text)
        yield TextLine(Kind.DO, 2 * _INDENT + say("cli.do_prefix", language=language, do=item.do))


def _measure_lines(assessment: Assessment, language: str) -> Iterator[TextLine]:
    groups = [(table, [(row, row.over) for row in table.rows if row.over]) for table in tables(assessment, language)]
    every = [pair for _, pairs in groups for pair in pairs]
    if not every:
        return
    width = max(len(_name(row, language)) for row, _ in every)
    widest = max(len(over.value) for _, over in every)
    for table, pairs in groups:
        heading = say("report.measures_caption", language=language, view=table.clip.clip.view)
        yield TextLine(Kind.HEADING, heading[:1].upper() + heading[1:])
        for row, over in pairs:
            text = f"{_INDENT}{_name(row, language):<{width}}  {over.value:>{widest}}{_interval(over, language)}"
            yield TextLine(Kind.MEASURE, text)


def _unjudged_lines(assessment: Assessment, language: str) -> Iterator[TextLine]:
    items = unjudged(assessment, language)
    if items:
        yield TextLine(Kind.HEADING, say("cli.headline_cannot", language=language))
    for item in items:
        yield TextLine(Kind.TEXT, _INDENT + "; ".join(item.what))
        yield TextLine(Kind.NOTE, 2 * _INDENT + item.why)


def _interval(shown: Shown, language: str) -> str:
    return f"  ({interval(shown, language)})" if shown.has_interval else ""


def _name(row: Row, language: str) -> str:
    return row.name if row.side == "both" else f"{row.name}, {say(f'side_leg.{row.side}', language=language)}"


def _clip_name(clip: AssessedClip, language: str) -> str:
    return f"{clip.clip.header.name}, {say(f'view.{clip.clip.view}', language=language)}"


def _kind(verdict: Verdict) -> Kind:
    return Kind(verdict.value)
