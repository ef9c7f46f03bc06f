"""What do studies that belong together say? A stored summary as a forest plot, and in sentences how far it can be relied on."""

import math
from collections.abc import Callable

from kinechain.evidence.effects import effects
from kinechain.evidence.ledger import Study, studies
from kinechain.evidence.pooling import Pooled
from kinechain.report.forest import Forest, Line, Together
from kinechain.report.words import has_words, say

#: Where neither side does better, on each scale that effects are summed up on; shares have no such place.
_NEUTRAL = {"plain": 0.0, "log": 1.0, "logit": math.nan}


def forest_of(summary: Pooled, name_of: Callable[[Study], str], language: str = "en") -> Forest:
    """Return the forest plot of a stored summary: its effects, each under its study's name, and what they say together."""
    rows = [(effects()[key], studies()[effects()[key].study]) for key in summary.effects]
    lines = [Line(name_of(study), effect.estimate, effect.low, effect.high, effect.n or study.n) for effect, study in rows]
    together = Together(
        say("pool.name", language=language, k=summary.k),
        summary.estimate,
        summary.low,
        summary.high,
        summary.prediction_low,
        summary.prediction_high,
    )
    return Forest(lines, together, summary.unit, _favours(summary.key, language), summary.scale == "log", _NEUTRAL[summary.scale])


def summary_sentences(summary: Pooled, language: str = "en") -> list[str]:
    """Return how far the studies of a summary differ, and what two alone cannot tell."""
    told = [say("pool.doubt", language=language, share=summary.i2)]
    if summary.k == 2:
        low, high = (f"{number:.1f}".replace("-", "−") for number in (summary.alike_low, summary.alike_high))
        told.append(say("pool.two", language=language, low=low, high=high))
    return told


def _favours(key: str, language: str) -> tuple[str, str]:
    low, high = f"favours.{key}.low", f"favours.{key}.high"
    return (say(low, language=language), say(high, language=language)) if has_words(low, language) else ("", "")
