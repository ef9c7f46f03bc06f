"""How does a claim read on a terminal? The verdict, why, findings for and against with their numbers, and what was put together."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from kinechain.evidence.citations import cite
from kinechain.report.evidence_reading import SAYS, ClaimReading, FindingReading, PoolReading, told, weight_words
from kinechain.report.forest import forest_lines
from kinechain.report.lines import Kind, TextLine
from kinechain.report.words import say


def claim_lines(reading: ClaimReading, language: str = "en") -> list[TextLine]:
    """Return a claim as lines: the sentence, the verdict, what stands behind it, and what it does not say."""
    return list(_lines(reading, language))


def _lines(reading: ClaimReading, language: str) -> Iterator[TextLine]:
    claim = reading.claim
    statement = say("evidence.headline_one", language=language, statement=reading.statement)
    yield TextLine(Kind.HEADLINE, f"{claim.letter}. {statement}")
    yield TextLine(Kind.TEXT, f"   {claim.code}")
    yield TextLine(Kind.TEXT, "")
    yield TextLine(Kind.HEADING, say("evidence.verdict", language=language, verdict=claim.verdict))
    yield TextLine(Kind.HEADING, say("evidence.sureness", language=language, sureness=reading.sureness))
    yield TextLine(Kind.TEXT, f"  {reading.why}")
    for code, words in (("found", reading.found), ("does", reading.does), ("gap", reading.gap)):
        yield from _under(f"evidence.{code}", [words] if words else [], language)
    if not reading.findings:
        yield from _under("evidence.studies", [say("evidence.studies_none", language=language)], language)
    for says in SAYS:
        findings = reading.that(says)
        if findings:
            yield from _heading(f"evidence.{says}", language)
            yield from _findings(findings, language)
    yield from _together(reading, language)
    lead = [say("evidence.model_lead", language=language)] if reading.model else []
    yield from _under("evidence.model", [*lead, *(f"- {sentence}" for sentence in reading.model)], language)
    yield from _under("evidence.sources", [cite(study) for study in reading.studies], language)


def _together(reading: ClaimReading, language: str) -> Iterator[TextLine]:
    if reading.pools:
        yield from _heading("evidence.together", language)
    for pool in reading.pools:
        yield from _pool(pool, language)
    refused = [f"{refusal.why} {', '.join(refusal.names)}." for refusal in reading.refused]
    yield from _under("evidence.refused", refused, language)


def _under(code: str, lines: Sequence[str], language: str) -> Iterator[TextLine]:
    """Yield lines under their heading; where there are none, no heading either."""
    if lines:
        yield from _heading(code, language)
        yield from (TextLine(Kind.TEXT, f"  {line}") for line in lines)


def _heading(code: str, language: str) -> tuple[TextLine, TextLine]:
    return TextLine(Kind.TEXT, ""), TextLine(Kind.HEADING, say(code, language=language))


def _findings(findings: Sequence[FindingReading], language: str) -> Iterator[TextLine]:
    """Yield findings by study: people and how they were looked at once, how much they weigh once where that is the same for all."""
    for _, group in groupby(findings, key=lambda finding: (finding.study.key, finding.people)):
        same = list(group)
        yield TextLine(Kind.TEXT, f"  {same[0].short}, {same[0].design}: {same[0].people}")
        weights = [weight_words(finding, language) for finding in same]
        for number, finding in enumerate(same):
            yield from (TextLine(Kind.TEXT, f"    {words}") for words in (*told(finding), *_changed(weights, number)))


def _changed(weights: Sequence[str], number: int) -> tuple[str, ...]:
    """Return a weight where it is the last of its kind in a row."""
    last = number + 1 == len(weights) or weights[number] != weights[number + 1]
    return (weights[number],) if last else ()


def _pool(pool: PoolReading, language: str) -> Iterator[TextLine]:
    yield TextLine(Kind.TEXT, f"  {pool.title}")
    for line in forest_lines(pool.forest, language):
        yield from (TextLine(Kind.TEXT, row) for row in line.split("\n"))
    yield TextLine(Kind.TEXT, f"  {pool.doubt} {say('evidence.made', language=language, model=pool.model)}")
