"""What do studies that belong together say? A stored summary as a forest plot, and in sentences how far it can be relied on."""

import math
from collections.abc import Callable

from kinechain.evidence.effects import effects
from kinechain.evidence.ledger import Study, studies
from kinechain.evidence.pooling import Pooled
from kinechain.report.forest import Forest, Line, Together, sign_of
from kinechain.report.words import has_words, say

#: Where neither side does better, on each scale that effects are summed up on; shares have no such place.
_NEUTRAL = {"plain": 0.0, "log": 1.0, "logit": math.nan}


def forest_of(summary: Pooled, name_of: Callable[[Study], str], language: str = "en") -> Forest:
    """Return the forest plot of a stored summary: its effects, each under its study's name, and what they say together."""
    unit, factor = _shown(summary)
    rows = [(effects()[key], studies()[effects()[key].study]) for key in summary.effects]
    lines = [
        Line(name_of(study), factor * effect.estimate, factor * effect.low, factor * effect.high, effect.n or study.n)
        for effect, study in rows
    ]
    reaches = (summary.estimate, summary.low, summary.high, summary.prediction_low, summary.prediction_high)
    together = Together(say("pool.name", language=language, k=summary.k), *(factor * number for number in reaches))
    return Forest(lines, together, unit, _favours(summary.key, language), summary.scale == "log", _NEUTRAL[summary.scale])


def summary_sentences(summary: Pooled, language: str = "en") -> list[str]:
    """Return how far the studies of a summary differ, and what so few as two or three cannot tell."""
    unit, factor = _shown(summary)
    low, high = (f"{factor * number:.1f}".replace("-", "−") for number in (summary.alike_low, summary.alike_high))
    told = [say("pool.doubt", language=language, share=summary.i2)]
    few = {2: "pool.two", 3: "pool.three"}.get(summary.k)
    return told if few is None else [*told, say(few, language=language, low=low, high=high, unit=sign_of(unit, language))]


def _shown(summary: Pooled) -> tuple[str, float]:
    """Return the unit that a person reads, and the factor that leads to it: shares as percentages."""
    return ("%", 100.0) if (summary.measure, summary.unit) == ("share", "1") else (summary.unit, 1.0)


def _favours(key: str, language: str) -> tuple[str, str]:
    low, high = f"favours.{key}.low", f"favours.{key}.high"
    return (say(low, language=language), say(high, language=language)) if has_words(low, language) else ("", "")
