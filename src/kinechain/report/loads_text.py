"""How do a movement's loads read in a terminal? Plain lines, each with its kind, so that the command line may colour them."""

from collections.abc import Iterator

from kinechain.core.types import Loads, Person
from kinechain.report.loads_page import MotionSource
from kinechain.report.loads_summary import Peak, read_loads
from kinechain.report.summary import interval
from kinechain.report.text import Kind, TextLine
from kinechain.report.words import say

_INDENT = "  "


def loads_lines(loads: Loads, person: Person, source: MotionSource, language: str = "en") -> list[TextLine]:
    """Return the loads of a motion: the sentence, the largest moments, how well it adds up, what cannot be known."""
    return [*_lines(loads, person, source, language)]


def _lines(loads: Loads, person: Person, source: MotionSource, language: str) -> Iterator[TextLine]:
    reading = read_loads(loads, person, language, source.at_rest)
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
    yield TextLine(Kind.HEADING, say("loads.limits", language=language))
    for sentence in reading.limits:
        yield TextLine(Kind.NOTE, _INDENT + sentence)


def _peak_lines(peaks: tuple[Peak, ...], language: str) -> Iterator[TextLine]:
    names = [say("loads.peak_of_leg", language=language, name=peak.short, side=peak.side) for peak in peaks]
    width, widest = (max((len(text) for text in texts), default=0) for texts in (names, [peak.shown.value for peak in peaks]))
    for name, peak in zip(names, peaks, strict=True):
        between = f"  ({interval(peak.shown, language)})" if peak.shown.has_interval else ""
        yield TextLine(Kind.MEASURE, f"{_INDENT}{name:<{width}}  {peak.shown.value:>{widest}}{between}  {peak.at_knee_flexion}")
