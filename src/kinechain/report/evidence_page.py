"""How does a person see what is known? Claims as sentences with verdicts, the studies behind each in its details: one page."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, get_args

from markupsafe import Markup

from kinechain.evidence.citations import cite
from kinechain.evidence.claims import GRADES, Says, Verdict
from kinechain.report.context import ReportContext
from kinechain.report.environment import environment, style
from kinechain.report.evidence_reading import SAYS, ClaimReading, FindingReading, told, weight_words
from kinechain.report.forest import draw_forest
from kinechain.report.words import say


@dataclass(frozen=True)
class Told:
    """One finding's sentences, and how much it weighs."""

    sentences: tuple[str, ...]
    weight: str


@dataclass(frozen=True)
class StudyCard:
    """What one study says of a claim: who and how, once, then its findings."""

    name: str
    design: str
    people: str
    second_hand: bool
    findings: tuple[Told, ...]


@dataclass(frozen=True)
class Plot:
    """What was put together, drawn."""

    title: str
    svg: Markup
    notes: tuple[str, ...]


@dataclass(frozen=True)
class ClaimCard:
    """A claim as the page shows it: the sentences on top, all else in its details."""

    reading: ClaimReading
    grade: int
    grades: int
    sides: tuple[tuple[str, tuple[StudyCard, ...]], ...]
    plots: tuple[Plot, ...]
    citations: tuple[str, ...]


def render_evidence(readings: Sequence[ClaimReading], context: ReportContext) -> str:
    """Return the page of claims: of one its card alone, of several a table of them all and the cards by verdict."""
    language = context.language
    cards = [_card(reading, language) for reading in readings]
    alone = len(cards) == 1
    groups = [(verdict, [card for card in cards if card.reading.claim.verdict == verdict]) for verdict in get_args(Verdict)]
    page: dict[str, Any] = {
        "context": context,
        "style": style("evidence", "forest"),
        "title": _title(readings, language),
        "privacy": say("evidence.privacy", language=language),
        "alone": alone,
        "headline": _headline(readings, language),
        "cards": cards,
        "groups": [(verdict, members) for verdict, members in groups if members],
    }
    return environment(language).get_template("evidence.html.j2").render(**page)


def _title(readings: Sequence[ClaimReading], language: str) -> str:
    if len(readings) == 1:
        return say("evidence.print_title", language=language, short=readings[0].short)
    return say("evidence.title", language=language)


def _headline(readings: Sequence[ClaimReading], language: str) -> str:
    if len(readings) == 1:
        return say("evidence.headline_one", language=language, statement=readings[0].statement)
    verdicts = [reading.claim.verdict for reading in readings]
    counts = {"whole": verdicts.count("supported"), "part": verdicts.count("partly")}
    return say("evidence.headline", language=language, claims=len(readings), **counts)


def _card(reading: ClaimReading, language: str) -> ClaimCard:
    plots = (
        Plot(pool.title, Markup(draw_forest(f"forest-{pool.key}", pool.title, pool.forest, language)), (pool.doubt, pool.model))
        for pool in reading.pools
    )
    return ClaimCard(
        reading=reading,
        grade=GRADES.index(reading.claim.sureness) + 1,
        grades=len(GRADES),
        sides=tuple((says, _studies(reading, says, language)) for says in SAYS if reading.that(says)),
        plots=tuple(plots),
        citations=tuple(cite(study) for study in reading.studies),
    )


def _studies(reading: ClaimReading, says: Says, language: str) -> tuple[StudyCard, ...]:
    """Return what studies say on one side, each with its findings that stand next to each other."""
    by_study = groupby(reading.that(says), key=lambda finding: (finding.study.key, finding.people))
    return tuple(_study(list(findings), language) for _, findings in by_study)


def _study(findings: Sequence[FindingReading], language: str) -> StudyCard:
    first = findings[0]
    weights = [weight_words(finding, language) for finding in findings]
    shown = ["" if here == after else here for here, after in zip(weights, [*weights[1:], ""], strict=True)]
    rows = tuple(Told(told(finding), weight) for finding, weight in zip(findings, shown, strict=True))
    return StudyCard(first.short, first.design, first.people, first.study.second_hand, rows)
