"""How does a program read in a terminal? Part by part, each line with its dose and its reason; what it rests on at the end."""

from collections.abc import Iterator, Sequence

from kinechain.core.training import Program
from kinechain.report.lines import Kind, TextLine
from kinechain.report.plan_reading import LineReading, PlanReading, read_plan
from kinechain.report.reasons import Reason
from kinechain.report.words import say

_INDENT = "  "


def plan_lines(program: Program, language: str = "en") -> list[TextLine]:
    """Return a whole program in lines."""
    return list(_lines(read_plan(program, language), language))


def _lines(plan: PlanReading, language: str) -> Iterator[TextLine]:
    yield TextLine(Kind.HEADLINE, plan.headline)
    yield TextLine(Kind.NOTE, " ".join(part for part in (plan.dates, plan.signed) if part))
    for part in plan.parts:
        yield TextLine(Kind.HEADING, part.name)
        yield TextLine(Kind.NOTE, _INDENT + part.lead)
        for line in part.lines:
            yield TextLine(Kind.MEASURE, _INDENT + f"{line.name}: {how_much(line)}")
            yield _because(line.reason, language)
    yield from _reasons("plan_page.depth", (plan.depth,), language)
    yield from _reasons("plan_page.rules", plan.rules, language)
    yield from _behind(plan, language)


def _behind(plan: PlanReading, language: str) -> Iterator[TextLine]:
    """Yield what stands behind the lines: supports, what was left out, lessons, what a clinician changed, and sources."""
    for heading, told in (("plan_page.offers", plan.offers), ("plan_page.left_out", plan.left_out)):
        yield from _heading(heading, told, language)
        for one in told:
            yield TextLine(Kind.TEXT, _INDENT + one.name)
            yield _because(one.reason, language)
    yield from _heading("plan_page.lessons", plan.lessons, language)
    for lesson in plan.lessons:
        yield TextLine(Kind.TEXT, _INDENT + f"{say('plan_page.lesson_week', language=language, week=lesson.week)}: {lesson.name}")
    yield from _heading("plan_page.edits", plan.edits, language)
    for edit in plan.edits:
        yield TextLine(Kind.TEXT, _INDENT + edit.what)
        yield TextLine(Kind.NOTE, 2 * _INDENT + edit.reason)
    yield from _heading("plan_page.sources", plan.references, language)
    for source in plan.references:
        yield TextLine(Kind.NOTE, _INDENT + f"[{source.number}] {source.key}: {source.says}")
    yield TextLine(Kind.NOTE, say("plan_page.not_medical", language=language))


def _heading(code: str, told: Sequence[object], language: str) -> Iterator[TextLine]:
    if told:
        yield TextLine(Kind.HEADING, say(code, language=language))


def how_much(line: LineReading) -> str:
    """Return how much, how far, what the kneecap bears, how hard, how often and when one line is done."""
    return "; ".join(part for part in (line.dose, line.depth, line.kneecap, line.effort, line.days, line.weeks) if part)


def _reasons(heading: str, reasons: tuple[Reason, ...], language: str) -> Iterator[TextLine]:
    yield from _heading(heading, reasons, language)
    for reason in reasons:
        yield _because(reason, language, _INDENT)


def _because(reason: Reason, language: str, indent: str = 2 * _INDENT) -> TextLine:
    return TextLine(Kind.NOTE, f"{indent}{reason.sentence} {marks(reason, language)}".rstrip())


def marks(reason: Reason, language: str = "en") -> str:
    """Return what a reason rests on in short: the numbers of its references, that it is assumed, that it is by judgement."""
    numbers = [f"[{one.number}]" for one in reason.references]
    told = [say(f"reasons.{code}", language=language) for code in ("assumed", "by_judgement") if getattr(reason, code)]
    return " ".join([*numbers, *([f"({', '.join(told)})"] if told else [])])
