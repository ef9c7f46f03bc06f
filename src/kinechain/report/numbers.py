"""How precisely is a number shown? Degrees and centimetres for people, with no more digits than its interval allows."""

import math
from dataclasses import dataclass

from kinechain.core.types import Measure
from kinechain.core.units import to_shown
from kinechain.report.words import say

#: Measures that are shares of something and read as a percentage.
_SHARES = frozenset({"hip_height_drop"})
#: Measures that count something: whole numbers.
_COUNTS = frozenset({"heel_raise_count", "sit_to_stand_count", "step_downs_30s"})

_DECIMALS_WITHOUT_INTERVAL = {"s": 1, "1": 2}


@dataclass(frozen=True)
class Shown:
    """A number as a person reads it: `value` with its unit sign, and its interval, empty where there is none."""

    value: str
    low: str
    high: str

    @property
    def has_interval(self) -> bool:
        """Whether there is an interval to show."""
        return bool(self.low)


def show(measure: Measure, language: str = "en") -> Shown | None:
    """Return a measure as a person reads it, None where it could not be judged.

    Whole numbers where half the interval is 1 or more in the unit shown, one decimal down to 0.1, two below.

    >>> show(Measure("knee_flexion_peak", "left", 1, 1.952, 1.65, 2.24, "rad", ""))
    Shown(value='112°', low='95°', high='128°')
    """
    if not math.isfinite(measure.value):
        return None
    unit, factor = to_shown(measure.unit)
    if unit == "1" and measure.code in _SHARES:
        unit, factor = "%", 100.0
    value, low, high = (factor * number for number in (measure.value, measure.low, measure.high))
    half = 0.5 * (high - low)
    sign = unit_sign(unit, language)
    counts = measure.code in _COUNTS
    if not math.isfinite(half) or half <= 0.0:
        return Shown(f"{rounded(value, 0 if counts else _DECIMALS_WITHOUT_INTERVAL.get(unit, 0))}{sign}", "", "")
    decimals = 0 if counts else decimals_for(half)
    return Shown(*(f"{rounded(number, decimals)}{sign}" for number in (value, low, high)))


def decimals_for(half_interval: float) -> int:
    """Return how many decimals a number deserves whose interval reaches `half_interval` to either side.

    >>> [decimals_for(half) for half in (16.0, 0.4, 0.03)]
    [0, 1, 2]
    """
    return 0 if half_interval >= 1.0 else 1 if half_interval >= 0.1 else 2


def rounded(number: float, decimals: int) -> str:
    """Return a number with fixed decimals, and no minus before a zero.

    >>> rounded(-0.2, 0)
    '0'
    """
    return f"{round(number, decimals) + 0.0:.{decimals}f}"


def unit_sign(unit: str, language: str = "en") -> str:
    """Return what stands behind a number in this unit."""
    return say(f"unit.{unit}.sign", language=language)
