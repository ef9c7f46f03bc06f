"""What do the times spent sitting say: how long, how many breaks, when did it begin to hurt, how bent was the knee, what to try?

When it begins is set against a study of people with the pain (`sitting.onset_low` to `sitting.onset_high`). Advice is a judgement
from such times: no trial of breaks was found. Of muscles that sleep while one sits nothing is said (claim i).
"""

import math
import statistics
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kinechain.core.training import Because, Sitting
from kinechain.evidence import constant


@dataclass(frozen=True)
class SittingView:
    """What sittings say together; NaN where nothing was told.

    `minutes_a_day` is the mean of days with a sitting, `stretch_min` the longest time without a break, taken as evenly parted;
    `onset_min` the median of when it began to hurt, out of `told` sittings, `knee_flexion_rad` the mean of the knee's bend. `onset`
    says how that compares with the study: `sooner`, `as_others`, `later` or `cannot_judge`. `advice` is what to try, and why.
    """

    minutes_a_day: float = math.nan
    stretch_min: float = math.nan
    onset_min: float = math.nan
    told: int = 0
    knee_flexion_rad: float = math.nan
    onset: str = "cannot_judge"
    advice: tuple[Because, ...] = ()


def look_at(sittings: Sequence[Sitting]) -> SittingView:
    """Return what sittings say together.

    >>> from datetime import date
    >>> look_at([Sitting(date(2026, 11, 23), 60.0, breaks=1)]).stretch_min
    30.0
    """
    if not sittings:
        return SittingView()
    days = {sitting.on for sitting in sittings}
    onsets = [sitting.onset_min for sitting in sittings if sitting.onset_min is not None]
    bends = [sitting.knee_flexion_rad for sitting in sittings if sitting.knee_flexion_rad is not None]
    onset = statistics.median(onsets) if onsets else math.nan
    stretch = max(sitting.minutes / (sitting.breaks + 1) for sitting in sittings)
    bend = statistics.fmean(bends) if bends else math.nan
    return SittingView(
        minutes_a_day=sum(sitting.minutes for sitting in sittings) / len(days),
        stretch_min=stretch,
        onset_min=onset,
        told=len(onsets),
        knee_flexion_rad=bend,
        onset=_against_others(onset, len(onsets)),
        advice=tuple(_advice(stretch, onset, len(onsets), bend)),
    )


def _against_others(onset_min: float, told: int) -> str:
    low, high = constant("sitting.onset_low").value, constant("sitting.onset_high").value
    if told < constant("sitting.least_told").value:
        return "cannot_judge"
    return "sooner" if onset_min < low else "later" if onset_min > high else "as_others"


def _advice(stretch_min: float, onset_min: float, told: int, bend_rad: float) -> Iterator[Because]:
    """Yield what to try: breaks before it begins to hurt, by the person's own time where enough are told, and a higher seat."""
    row, least = constant("sitting.break_after"), constant("sitting.least_told")
    own = told >= least.value and onset_min < row.value
    within = onset_min if own else row.value
    if stretch_min > within:
        words = {"minutes": within, "stretch": stretch_min}
        if own:
            yield Because("because_after.sitting_own", words, (least.key, "ophey-2024-sitting"))
        else:
            yield Because("because_after.sitting_breaks", words, (row.key, "sitting.onset_low", "sitting.onset_high"))
    bent = constant("sitting.bent")
    if bend_rad >= bent.si:
        yield Because("because_after.sitting_higher", {"bend_deg": math.degrees(bend_rad), "bent_deg": bent.value}, (bent.key,))
