"""How do a movement's loads read in a terminal? Plain lines, each with its kind, so that the command line may colour them."""

from collections.abc import Iterator, Sequence

from kinechain.core.types import Loads, Person, RepetitionSpan
from kinechain.report.demand_summary import DemandReading
from kinechain.report.lines import Kind, TextLine
from kinechain.report.loads_page import MotionSource
from kinechain.report.loads_summary import Peak, read_loads
from kinechain.report.summary import interval
from kinechain.report.words import say

_INDENT = "  "


def loads_lines(
    loads: Loads, person: Person, source: MotionSource, language: str = "en", spans: Sequence[RepetitionSpan] = ()
) -> list[TextLine]:
    """Return the loads of a motion: the sentences, the largest loads, how well it adds up, what cannot be known."""
    return [*_lines(loads, person, source, language, spans)]


def _lines(
    loads: Loads, person: Person, source: MotionSource, language: str, spans: Sequence[RepetitionSpan]
) -> Iterator[TextLine]:
    reading = read_loads(loads, person, language, source.at_rest, spans)
    if reading.demand is not None:
        yield from _demand_lines(reading.demand, language)
        yield TextLine(Kind.HEADING, say("demand.moments", language=language))
        yield TextLine(Kind.TEXT, _INDENT + reading.headline)
        yield TextLine(Kind.TEXT, _INDENT + reading.detail)
    else:
        yield TextLine(Kind.HEADLINE, reading.headline)
        yield TextLine(Kind.TEXT, reading.detail)
    if reading.unmodelled:
        yield TextLine(Kind.CAUTION, reading.unmodelled)
    yield TextLine(Kind.HEADING, say("loads.peaks_heading", language=language))
    yield from _peak_lines(reading.peaks, language)
    yield TextLine(Kind.HEADING, say("loads.ground", language=language))
    for sentence in reading.pressure:
        yield TextLine(Kind.TEXT, _INDENT + sentence)
    yield TextLine(Kind.HEADING, say("loads.quality", language=language))
    yield TextLine(Kind.OK if reading.trusted else Kind.CAUTION, _INDENT + reading.quality)
    if reading.demand is not None:
        yield TextLine(Kind.HEADING, say("demand.limits", language=language))
        for sentence in reading.demand.limits:
            yield TextLine(Kind.NOTE, _INDENT + sentence)
    yield TextLine(Kind.HEADING, say("loads.limits", language=language))
    for sentence in reading.limits:
        yield TextLine(Kind.NOTE, _INDENT + sentence)


def _demand_lines(demand: DemandReading, language: str) -> Iterator[TextLine]:
    yield TextLine(Kind.HEADLINE, demand.headline)
    yield from (TextLine(Kind.TEXT, sentence) for sentence in (demand.detail, demand.kneecap) if sentence)
    yield from (TextLine(Kind.CAUTION, sentence) for sentence in demand.cautions)
    if demand.ranges:
        yield TextLine(Kind.HEADING, say("demand.heading_ranges", language=language))
        yield from (TextLine(Kind.TEXT, f"{_INDENT}{one.name}: {one.numbers}") for one in demand.ranges)
    rows = [(table, row, row.cells[0]) for table in demand.tables for row in table.rows if row.cells[0] is not None]
    if rows:
        yield TextLine(Kind.HEADING, say("demand.numbers", language=language))
    names = [say("demand.line", language=language, name=row.name, side=table.side) for table, row, _ in rows]
    width = max((len(name) for name in names), default=0)
    for name, (*_, cell) in zip(names, rows, strict=True):
        yield TextLine(Kind.MEASURE, f"{_INDENT}{name:<{width}}  {cell.value:>4}  {'; '.join(cell.lines)}")


def _peak_lines(peaks: tuple[Peak, ...], language: str) -> Iterator[TextLine]:
    names = [say("loads.peak_of_leg", language=language, name=peak.short, side=peak.side) for peak in peaks]
    width, widest = (max((len(text) for text in texts), default=0) for texts in (names, [peak.shown.value for peak in peaks]))
    for name, peak in zip(names, peaks, strict=True):
        between = f"  ({interval(peak.shown, language)})" if peak.shown.has_interval else ""
        yield TextLine(Kind.MEASURE, f"{_INDENT}{name:<{width}}  {peak.shown.value:>{widest}}{between}  {peak.at_knee_flexion}")
