"""What is usual for this person in this measure? The row that fits protocol, sex and age, with its cut-off; or why there is none.

Editions that disagree stand side by side in the ledger. They are tried in the order that the test's module gives; the first whose
protocol, sex and age match is the norm, and the others that match too are named beside it.
"""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from kinechain.core.types import Measure, Person, Protocol
from kinechain.core.units import SI
from kinechain.evidence import constant, norms
from kinechain.evidence.norms import Norm
from kinechain.screening.battery import judged
from kinechain.screening.chances import chance_below, cut_off_spread, percentile
from kinechain.screening.judged import Edition, Judged, Reading, Worse


@dataclass(frozen=True)
class Usual:
    """What is usual: the norm's row and its numbers in SI units.

    Past `least` or past `most` a value is unusual, NaN where there is no such end. `limit_sd` is the standard error of a limit that
    was reckoned from people's mean and spread, 0 of a published one. `beside` are rows of other editions that would fit too.
    """

    norm: Norm
    reading: Reading
    worse: Worse
    mean: float
    sd: float
    least: float
    most: float
    limit_sd: float
    beside: tuple[str, ...] = ()

    def excess(self, value: float) -> float:
        """Return how far a value lies past the limit; 0 at it, below 0 on the usual side."""
        known = [by for by in (self.least - value, value - self.most) if not math.isnan(by)]
        return max(known, default=math.nan)

    def probability(self, value: float, spread: float) -> float:
        """Return how likely the true value lies past a limit: normal errors of the value and of a limit that was reckoned."""
        both = math.hypot(spread, self.limit_sd)
        below, above = chance_below(self.least, value, both), chance_below(-self.most, -value, both)
        known = [chance for chance in (below, above) if not math.isnan(chance)]
        return sum(known) if known else math.nan

    def percentile(self, value: float) -> float:
        """Return the place among the norm's people, 100 the freest, strongest or steadiest; NaN without their mean and spread."""
        less = math.nan if self.worse is Worse.AWAY else percentile(value, self.mean, self.sd)
        return 100.0 - less if self.worse is Worse.MORE else less


@dataclass(frozen=True)
class Unsuitable:
    """Why no norm may be used: the code of a message with its parameters."""

    message: str
    parameters: dict[str, Any] = field(default_factory=dict)


def norm_of(measure: Measure, person: Person, protocol: Protocol, test: str = "") -> Usual | Unsuitable:
    """Return what is usual in a measure of a test for this person by this protocol, or why it cannot be said."""
    rule = judged(measure.code, test)
    return Unsuitable("no_norm") if rule is None else usual(rule, measure, person, protocol)


def usual(rule: Judged, measure: Measure, person: Person, protocol: Protocol) -> Usual | Unsuitable:
    """Return what is usual in a measure that `rule` judges, or why it cannot be said."""
    if not rule.editions:
        return Unsuitable(rule.unjudged)
    told = _told(measure, protocol)
    spoilt = next((name for name, words in rule.asks.items() if name in told and told[name] not in words), None)
    if spoilt is None and rule.asks and told.get("heel_m"):
        spoilt = "heel"
    if spoilt is not None:
        return Unsuitable("protocol_differs", {"what": spoilt})
    fitting = [(edition, norm) for edition in rule.editions for norm in _rows(edition) if _misfit(norm, told, person) is None]
    if not fitting:
        return _nearest(rule, told, person)
    (edition, norm), *others = fitting
    return _read(norm, edition.reading, rule.worse, tuple(other.key for _, other in others))


def sources_of(*rows: Norm | None) -> tuple[str, ...]:
    """Return the keys of rows, and of the studies behind them."""
    known = [row for row in rows if row is not None]
    return tuple(dict.fromkeys((*(row.key for row in known), *(row.source for row in known if row.source != "judgement"))))


def _told(measure: Measure, protocol: Protocol) -> Mapping[str, Any]:
    """Return what is known of how a measurement was done: its own notes, else what was told of the whole test."""
    if "footwear" in measure.parameters:
        return measure.parameters
    of_test = {"footwear": protocol.footwear, "heel_m": protocol.heel_m, "eyes": protocol.eyes}
    return {name: value for name, value in of_test.items() if value is not None} | measure.parameters


def _rows(edition: Edition) -> Iterator[Norm]:
    return (norms()[key] for key in edition.rows)


def _misfit(norm: Norm, told: Mapping[str, Any], person: Person) -> Unsuitable | None:
    """Return why a row is not for this measurement and person, None where it is: the protocol first, then sex, then age."""
    for need in norm.needs:
        name, _, wanted = need.partition("=")
        if name not in told:
            return Unsuitable("protocol_untold", {"what": name})
        if not _meets(told[name], wanted):
            return Unsuitable("protocol_differs", {"what": name})
    if norm.sex and person.sex is None:
        return Unsuitable("needs_sex")
    if norm.sex and person.sex != norm.sex:
        return Unsuitable("no_norm_for_person")
    names_ages = not (math.isnan(norm.age_low) and math.isnan(norm.age_high))
    if person.age_years is None:
        return Unsuitable("needs_age") if names_ages else None
    low, high = norm.age_low, norm.age_high
    if not names_ages:
        low, high = constant("screening.rows_without_ages_from").value, constant("screening.rows_without_ages_until").value
    fits = not (person.age_years < low or person.age_years > high)  # a NaN end is open
    return None if fits else Unsuitable("no_norm_for_person")


def _meets(told: Any, wanted: str) -> bool:
    low, dots, high = wanted.partition("..")
    try:
        return float(low) <= float(told) <= float(high if dots else low)
    except ValueError:
        return str(told) == wanted


def _nearest(rule: Judged, told: Mapping[str, Any], person: Person) -> Unsuitable:
    """Return the most helpful reason of all rows' misfits: what can be told or done differently comes first."""
    misfits = [misfit for edition in rule.editions for norm in _rows(edition) if (misfit := _misfit(norm, told, person))]
    order = ("needs_sex", "needs_age", "protocol_untold", "protocol_differs", "no_norm_for_person")
    return min(misfits, key=lambda misfit: order.index(misfit.message))


def _read(norm: Norm, reading: Reading, worse: Worse, beside: tuple[str, ...]) -> Usual:
    factor = SI.get(norm.unit, 1.0)
    mean, sd, low, high, cut_off = (factor * number for number in (norm.mean, norm.sd, norm.low, norm.high, norm.cut_off))
    least = most = math.nan
    limit_sd = 0.0
    if reading is Reading.RANGE:
        least, most = low, high
    elif reading is Reading.SPREAD:
        spreads, untold = constant("screening.cut_off_spreads").value, constant("screening.people_where_untold").value
        least, most = mean - spreads * sd, mean + spreads * sd
        limit_sd = cut_off_spread(sd, float(norm.n or untold), spreads)
    elif reading is Reading.CUT_OFF:
        least = most = cut_off
    else:
        least, most = (mean if math.isnan(low) else low), (mean if math.isnan(high) else high)
    return Usual(
        norm,
        reading,
        worse,
        mean,
        sd,
        math.nan if worse is Worse.MORE else least,
        math.nan if worse is Worse.LESS else most,
        limit_sd,
        beside,
    )
