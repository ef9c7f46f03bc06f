"""How does a screening read in a terminal? The sentence, the chain link by link, what would change, what is missing."""

from collections.abc import Iterator

from kinechain.core.types import FindingVerdict, Screening
from kinechain.report.chain_reading import (
    FindingRow,
    LinkReading,
    read_gains,
    read_limits,
    read_links,
    read_missing,
    read_pains,
    typed_without_finding,
)
from kinechain.report.lines import Kind, TextLine
from kinechain.report.words import say

_INDENT = "  "
#: How a link's verdict is coloured.
_KINDS = {FindingVerdict.FINE.value: Kind.OK, FindingVerdict.LIMITS.value: Kind.CAUTION}


def screening_lines(screening: Screening, language: str = "en") -> list[TextLine]:
    """Return the whole screening in lines."""
    return [
        TextLine(Kind.HEADLINE, say(screening.answer, language=language, **screening.answer_parameters)),
        TextLine(Kind.NOTE, say("chain.not_cause", language=language)),
        *_limit_lines(screening, language),
        *_link_lines(screening, language),
        *_gain_lines(screening, language),
        *_pain_lines(screening, language),
        *_missing_lines(screening, language),
        TextLine(Kind.HEADING, say("cli.headline_limits", language=language)),
        TextLine(Kind.NOTE, _INDENT + say("chain.mind_usual", language=language)),
        TextLine(Kind.NOTE, _INDENT + say("chain.mind_use", language=language)),
    ]


def _limit_lines(screening: Screening, language: str) -> Iterator[TextLine]:
    for limit in read_limits(screening, language):
        yield TextLine(Kind.TEXT, _INDENT + f"{limit.sentence} {limit.share}".strip())
        if limit.sources:
            yield TextLine(Kind.NOTE, 2 * _INDENT + _from(limit.sources, language))


def _link_lines(screening: Screening, language: str) -> Iterator[TextLine]:
    yield TextLine(Kind.HEADING, say("chain.table", language=language))
    told: set[tuple[str, str]] = set()
    for link in read_links(screening, language):
        yield TextLine(_KINDS.get(link.verdict, Kind.TEXT), _INDENT + _link(link, language))
        for row in _untold(link, told):
            yield TextLine(Kind.MEASURE, 2 * _INDENT + _number(row))
            yield TextLine(Kind.NOTE, 3 * _INDENT + " ".join(part for part in (row.why, _from(row.sources, language)) if part))
    typed = typed_without_finding(screening, language)
    if typed:
        yield TextLine(Kind.TEXT, _INDENT + say("chain.typed_lead", language=language))
    for name, side, value in typed:
        where = "" if side == "both" else f", {say(f'side_leg.{side}', language=language)}"
        yield TextLine(Kind.MEASURE, 2 * _INDENT + f"{name}{where}: {value}")


def _untold(link: LinkReading, told: set[tuple[str, str]]) -> list[FindingRow]:
    """Return the findings of a link that were not told yet: what is of both sides stands under each, and is told once."""
    new = [row for row in link.rows if (row.finding.code, row.finding.side) not in told]
    told.update((row.finding.code, row.finding.side) for row in new)
    return new


def _link(link: LinkReading, language: str) -> str:
    """Return a link's name and verdict, such as "left ankle: limits"."""
    code = "battery.link_whole" if link.side == "both" else "battery.link"
    return say(code, language=language, side=link.side, link=link.link, verdict=link.verdict)


def _number(row: FindingRow) -> str:
    """Return what was measured with its interval, its place among others and how sure the verdict is."""
    beside = "; ".join(part for part in (row.interval, row.place, row.sure) if part)
    return f"{row.name}: {row.value}{f' ({beside})' if beside else ''}"


def _from(sources: tuple[str, ...], language: str) -> str:
    return say("chain.source_line", language=language, sources="; ".join(sources)) if sources else ""


def _gain_lines(screening: Screening, language: str) -> Iterator[TextLine]:
    gains = read_gains(screening, language)
    if not gains:
        return
    yield TextLine(Kind.HEADING, say("chain.gains", language=language))
    yield TextLine(Kind.NOTE, _INDENT + say("chain.gains_lead", language=language))
    for gain in gains:
        yield TextLine(Kind.MEASURE, _INDENT + f"{gain.title}: {gain.words} ({gain.changed})")


def _pain_lines(screening: Screening, language: str) -> Iterator[TextLine]:
    pains = read_pains(screening, language)
    if not pains:
        return
    yield TextLine(Kind.HEADING, say("chain.pain", language=language))
    for one in pains:
        value, knee = one.pain.value, say(f"side_knee.{one.pain.side}", language=language)
        words = say("chain.pain_not_told" if value is None else "chain.pain_value", language=language, value=value)
        yield TextLine(Kind.TEXT, _INDENT + f"{one.test}, {knee}: {words}; {one.free}")


def _missing_lines(screening: Screening, language: str) -> Iterator[TextLine]:
    missing = read_missing(screening, language)
    if not missing:
        return
    yield TextLine(Kind.HEADING, say("chain.missing", language=language))
    for text, do in missing:
        yield TextLine(Kind.TEXT, _INDENT + text)
        if do:
            yield TextLine(Kind.DO, 2 * _INDENT + say("cli.do_prefix", language=language, do=do))
