"""How does a number read from a film become a measure? With the spread of its errors in the lab."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

import numpy as np

from kinechain.core.types import Measure
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.measures import counted_repetitions


def judged(
    examination: Examination, code: str, side: str, rep: int | None, value: float, sd: float, unit: str, least: float = -np.inf
) -> Measure:
    """Return a measure whose errors spread by `sd`; its interval ends at `least`, below which nothing can be."""
    half = INTERVAL_HALF_WIDTH * sd
    return Measure(code, side, rep, value, max(value - half, least), value + half, unit, examination.header.sha256)


def over_repetitions(
    examination: Examination, by_rep: Iterable[Measure], counted: tuple[int, ...] | None = None
) -> Iterator[Measure]:
    """Yield the mean of each measure over the counted repetitions, as wide as their intervals: marks err alike in all of them.

    `counted` are their indices, without them those that a squat's means count.
    """
    counted = counted_repetitions(examination.repetitions) if counted is None else counted
    groups: dict[tuple[str, str], list[Measure]] = {}
    for measure in by_rep:
        if measure.rep in counted:
            groups.setdefault((measure.code, measure.side), []).append(measure)
    for group in groups.values():
        known = [measure for measure in group if measure.cannot_judge is None]
        if not known:
            yield replace(group[0], rep=None)
            continue
        value, low, high = np.mean([(measure.value, measure.low, measure.high) for measure in known], axis=0)
        yield replace(known[0], rep=None, value=float(value), low=float(low), high=float(high))
