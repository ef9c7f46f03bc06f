"""How does a person see which link holds them back? The chain from foot to trunk as one picture, one sentence above it.

What limits a movement is not thereby the cause of the pain: the page says so beside the picture. No script, nothing loaded.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup

from kinechain.core.types import LINKS, Screening
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence.citations import cite
from kinechain.report.chain_bars import draw_gain, draw_place
from kinechain.report.chain_picture import LinkMark, draw_chain, sign
from kinechain.report.chain_reading import (
    VERDICTS,
    FindingRow,
    GainReading,
    LinkReading,
    cited,
    link_words,
    read_answer,
    read_finding,
    read_gains,
    read_limits,
    read_links,
    read_missing,
    read_no_gains,
    read_pains,
    read_why_not,
    typed_without_finding,
)
from kinechain.report.context import ReportContext
from kinechain.report.environment import environment, style
from kinechain.report.words import say
from kinechain.screening.aims import needed_knee_flexion


@dataclass(frozen=True)
class _Row:
    """A finding in the table, its place among others drawn."""

    row: FindingRow
    strip: Markup


@dataclass(frozen=True)
class _Group:
    """One link in the table: what it is on each side, and its findings, each once."""

    link: str
    readings: tuple[LinkReading, ...]
    rows: tuple[_Row, ...]


def render_screening(screening: Screening, context: ReportContext) -> str:
    """Return the whole-body page as one HTML document."""
    language = context.language
    page: dict[str, Any] = {
        "context": context,
        "style": style("chain"),
        "title": say("chain.title", language=language),
        "privacy": say("chain.privacy", language=language),
        "chain": _chain(screening, language, "chain", alone=True),
        "details": chain_details(screening, language),
    }
    return environment(language).get_template("chain.html.j2").render(**page)


def chain_section(screening: Screening, language: str = "en", key: str = "chain") -> Markup:
    """Return the answer, the picture and the table of findings as a section of another page, which needs the style sheet `chain`.

    `key` makes ids unique.
    """
    return _chain(screening, language, key, alone=False)


def _chain(screening: Screening, language: str, key: str, *, alone: bool) -> Markup:
    """Return the answer and the picture, at the top of their own page or as a section with the table of findings."""
    readings = read_links(screening, language)
    answer, rest = read_answer(screening, language)
    part: dict[str, Any] = {
        "key": key,
        "alone": alone,
        **_table(screening, readings, language),
        "answer": answer,
        "rest": rest,
        "aim": screening.aim,
        "limits": read_limits(screening, language),
        "picture": draw_chain(
            key, say("chain.picture", language=language), _in_words(readings, language), _marks(readings), language
        ),
        "legend": [(verdict, _sign(verdict)) for verdict in VERDICTS],
    }
    return Markup(environment(language).get_template("parts/chain.html.j2").render(**part))


def chain_details(screening: Screening, language: str = "en", key: str = "chain") -> Markup:
    """Return what stands behind the picture: the table of findings, what would change, pain, what is missing, and sources."""
    readings = read_links(screening, language)
    part: dict[str, Any] = {
        "key": key,
        **_table(screening, readings, language),
        "gains": [
            (gain, _bars(gain, screening.aim, f"{key}-gain-{number}", language))
            for number, gain in enumerate(read_gains(screening, language))
        ],
        "no_gains": read_no_gains(screening, language),
        "pains": read_pains(screening, language),
        "missing": read_missing(screening, language),
        "why_not": read_why_not(screening, language),
        "cited": [cite(study) for study in cited(screening)],
    }
    return Markup(environment(language).get_template("parts/chain_details.html.j2").render(**part))


def _table(screening: Screening, readings: Sequence[LinkReading], language: str) -> dict[str, Any]:
    """Return what the table of findings is filled with."""
    return {
        "groups": _groups(screening, readings, language),
        "sign": _sign,
        "typed": typed_without_finding(screening, language),
    }


def _marks(readings: Sequence[LinkReading]) -> list[LinkMark]:
    return [LinkMark(one.link, one.side, one.verdict, one.named) for one in readings]


def _in_words(readings: Sequence[LinkReading], language: str) -> str:
    """Return what the picture shows, for those who do not see it."""
    return " ".join(
        say("chain.mark_words", language=language, what=link_words(one.link, one.side, language), verdict=one.verdict)
        for one in readings
    )


def _groups(screening: Screening, readings: Sequence[LinkReading], language: str) -> list[_Group]:
    """Return the links from the foot up, in each the same measure of both sides one below the other."""
    codes = list(dict.fromkeys(finding.code for finding in screening.findings))
    ordered = sorted(screening.findings, key=lambda finding: codes.index(finding.code))
    told = [read_finding(finding, language) for finding in ordered]
    return [
        _Group(
            link,
            tuple(reading for reading in readings if reading.link == link),
            tuple(_Row(row, _strip(row)) for row in told if row.finding.link == link),
        )
        for link in LINKS
    ]


def _strip(row: FindingRow) -> Markup:
    if math.isnan(row.finding.percentile):
        return Markup("")
    return draw_place(row.finding.percentile, row.finding.verdict.value, row.place)


def _bars(gain: GainReading, aim: str, key: str, language: str) -> Markup:
    return draw_gain(key, gain.title, gain.before, gain.after, DEGREES_PER_RADIAN * needed_knee_flexion(aim), language)


def _sign(verdict: str) -> Markup:
    return Markup(f'<svg class="chain mini" viewBox="-14 -14 28 28" aria-hidden="true">{sign(verdict, 0.0, 0.0)}</svg>')
