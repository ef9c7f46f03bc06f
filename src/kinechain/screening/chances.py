"""How likely does the true value lie past a cut-off, and what is its place among people? Normal errors, in closed form."""

import math
from statistics import NormalDist

from kinechain.core.types import Measure, Ranged
from kinechain.core.units import INTERVAL_HALF_WIDTH, SI
from kinechain.evidence import constant
from kinechain.evidence.norms import Norm

_STANDARD = NormalDist()
#: What leads from the smallest real change between two measurements, at 95 %, to the spread of one.
_ONE_OF_TWO = _STANDARD.inv_cdf(0.975) * math.sqrt(2.0)

#: What a typed decimal may lose on its way to SI units and back.
_ROUNDING = 1e-9


def exceeds(number: float, limit: float) -> bool:
    """Tell whether a number lies above a limit, beyond what rounding does; False where one is not known.

    >>> exceeds(0.092 - 0.073, 0.019)
    False
    """
    return number > limit + _ROUNDING


def chance_below(limit: float, value: float, spread: float) -> float:
    """Return how likely a number with a normal error lies below a limit; a half where both are equal, NaN where one is not known.

    >>> chance_below(9.0, 9.0, 0.5)
    0.5
    """
    if math.isnan(limit) or math.isnan(value) or math.isnan(spread):
        return math.nan
    if spread <= 0.0:
        return 0.5 if value == limit else float(value < limit)
    return _STANDARD.cdf((limit - value) / spread)


def chance_short(reach: Ranged, needed: float) -> float:
    """Return how likely a reach is less than what is needed, by the half of its interval that faces the need; NaN where not known.

    >>> round(chance_short(Ranged(100.0, 60.0, 116.4), 110.0), 2)
    0.84
    """
    facing = reach.high if needed > reach.value else reach.low
    return chance_below(needed, reach.value, abs(facing - reach.value) / INTERVAL_HALF_WIDTH)


def percentile(value: float, mean: float, sd: float) -> float:
    """Return which share (0 to 100) of the norm's people have less; NaN where their mean or spread is not known.

    >>> round(percentile(9.2, 12.0, 2.8), 1)
    15.9
    """
    return 100.0 * (chance_below(value, mean, sd) if sd > 0.0 else math.nan)


def cut_off_spread(sd: float, people: float, spreads: float) -> float:
    """Return the standard error of a cut-off that lies `spreads` of its people's standard deviations from their mean.

    Of the mean sd^2 / n, of the standard deviation sd^2 / (2 (n - 1)), for normal people independent of each other.

    >>> round(cut_off_spread(2.8, 35.0, 1.0), 2)
    0.58
    """
    return sd * math.sqrt(1.0 / people + spreads**2 / (2.0 * (people - 1.0)))


def sureness(probability: float) -> str:
    """Return the code of the word for a probability.

    >>> sureness(0.97), sureness(0.6), sureness(float("nan"))
    ('very_likely', 'maybe', 'unknown')
    """
    if math.isnan(probability):
        return "unknown"
    if probability >= constant("screening.very_likely").value:
        return "very_likely"
    return "likely" if probability >= constant("screening.likely").value else "maybe"


def measurement_spread(measure: Measure, error: Norm | None) -> float:
    """Return the standard deviation of a measure (SI): from its interval, else from its smallest real change, else NaN."""
    width = measure.high - measure.low
    if math.isfinite(width) and width > 0.0:
        return width / (2.0 * _STANDARD.inv_cdf(0.5 * (1.0 + measure.level)))
    return math.nan if error is None else smallest_change(error) / _ONE_OF_TWO


def smallest_change(error: Norm | None, spread: float = math.nan) -> float:
    """Return the smallest change that is more than noise (SI): of a row, else of a measurement's own spread, NaN without either."""
    return _ONE_OF_TWO * spread if error is None else error.mdc * SI.get(error.unit, 1.0)
