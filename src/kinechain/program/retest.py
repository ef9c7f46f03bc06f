"""Did a measure really change from one test to the next? The difference against both intervals and against the test's own error.

A change is told only where it is larger than all of them; otherwise no change was seen, which does not say that there was none.
Better and worse are said of the measure, not of the knee.
"""

import math
from dataclasses import dataclass
from enum import StrEnum

from kinechain.core.errors import UsageError
from kinechain.core.training import Because
from kinechain.core.types import Measure, Ranged
from kinechain.core.units import SI
from kinechain.evidence import norms

#: A difference that falls short of a limit by no more than rounding reaches it.
_ROUNDING = 1e-9


class Seen(StrEnum):
    """What two measurements say of the change between them."""

    BETTER = "better"
    WORSE = "worse"
    NO_CHANGE_SEEN = "no_change_seen"
    CANNOT_JUDGE = "cannot_judge"


class Better(StrEnum):
    """Which way a measure gets better; `NEITHER` where both ends are unusual, or where it only describes."""

    MORE = "more"
    LESS = "less"
    NEITHER = "neither"


@dataclass(frozen=True)
class Retest:
    """One measure, before and after: what is seen, and why.

    `before`, `after`, `difference` (after less before) and `least`, the smallest change that is more than the test's own error, are
    in `unit`; `least` is NaN where no row tells it.
    """

    code: str
    side: str
    unit: str
    seen: Seen
    before: Ranged
    after: Ranged
    difference: Ranged
    least: float
    because: Because


def compare(before: Measure, after: Measure, better: Better = Better.NEITHER, error: str = "") -> Retest:
    """Return what two measurements of one thing say of the change between them.

    `error` is the key of the norm's row that holds the smallest change beyond the test's own error (MDC), empty where none is
    known. The interval of the difference is built from both, each side from the ends that make it: low = d - sqrt((a - a_low)^2 +
    (b_high - b)^2), as for two errors that know nothing of each other. Raises UsageError for measures that are not of one thing.
    """
    for what in ("code", "side", "unit", "level"):
        if getattr(before, what) != getattr(after, what):
            got = f"{getattr(before, what)} and {getattr(after, what)}"
            raise UsageError(f"two measurements of the same {what}", got, "Compare a measure only with itself.")
    least = _least(error)
    difference = _difference(_ranged(before), _ranged(after))
    seen, reason = _judge(before, after, difference, least, better)
    return _retest(before, after, difference, least, seen, Because(f"retest.because.{reason}", sources=(error,) if error else ()))


def unjudged(before: Measure, after: Measure, because: Because) -> Retest:
    """Return a retest that cannot be judged, for a reason that lies outside the two numbers, such as another protocol."""
    return _retest(before, after, Ranged(math.nan, math.nan, math.nan), math.nan, Seen.CANNOT_JUDGE, because)


def seen_in(difference: Ranged, least: float, better: Better) -> Seen:
    """Return what a difference says: `least` is what it has to reach beside leaving 0 outside its interval; NaN for no such limit.

    >>> seen_in(Ranged(2.0, 0.5, 3.5), 1.9, Better.MORE).value, seen_in(Ranged(1.8, 0.5, 3.5), 1.9, Better.MORE).value
    ('better', 'no_change_seen')
    """
    past_interval = difference.low > 0.0 or difference.high < 0.0
    if not past_interval or abs(difference.value) < least - _ROUNDING:
        return Seen.NO_CHANGE_SEEN
    if better is Better.NEITHER:
        return Seen.CANNOT_JUDGE
    return Seen.BETTER if (difference.value > 0.0) == (better is Better.MORE) else Seen.WORSE


def _judge(before: Measure, after: Measure, difference: Ranged, least: float, better: Better) -> tuple[Seen, str]:
    if math.isnan(difference.value):
        return Seen.CANNOT_JUDGE, "not_measured"
    if before.parameters.get("at_least") and after.parameters.get("at_least"):
        return Seen.CANNOT_JUDGE, "both_stopped"
    if math.isnan(difference.low):
        if math.isnan(least):
            return Seen.CANNOT_JUDGE, "no_error_known"
        difference = Ranged(difference.value, difference.value, difference.value)
    seen = seen_in(difference, least, better)
    if seen is Seen.CANNOT_JUDGE:
        return seen, "neither_way"
    if seen is not Seen.NO_CHANGE_SEEN:
        return seen, "past_interval" if math.isnan(least) else "past_error"
    return seen, "within_interval" if difference.low <= 0.0 <= difference.high else "within_error"


def _difference(before: Ranged, after: Ranged) -> Ranged:
    value = after.value - before.value
    down = math.hypot(after.value - after.low, before.high - before.value)
    up = math.hypot(after.high - after.value, before.value - before.low)
    return Ranged(value, value - down, value + up)


def _least(error: str) -> float:
    """Return a row's smallest real change in SI units, as measures have them; NaN without a row."""
    if not error:
        return math.nan
    row = norms()[error]
    return row.mdc * SI.get(row.unit, 1.0)


def _ranged(measure: Measure) -> Ranged:
    return Ranged(measure.value, measure.low, measure.high)


def _retest(before: Measure, after: Measure, difference: Ranged, least: float, seen: Seen, because: Because) -> Retest:
    return Retest(before.code, before.side, before.unit, seen, _ranged(before), _ranged(after), difference, least, because)
