"""What do the loads of a movement say in sentences and numbers? The one reading that page, terminal and section share."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kinechain.core.types import SIDES, Loads, Measure, Person, RepetitionSpan
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import constant
from kinechain.loads.peaks import (
    SAGITTAL,
    PeakMoment,
    PressureEffect,
    Residual,
    Support,
    find_peaks,
    find_pressure_effects,
    find_residual,
    find_support,
    modelled,
    moment_per_kg,
)
from kinechain.report.demand_summary import DemandReading, read_demands
from kinechain.report.numbers import Shown, rounded, show, unit_sign
from kinechain.report.summary import interval
from kinechain.report.words import say


@dataclass(frozen=True)
class Peak:
    """One largest moment as a person reads it."""

    code: str
    order: int
    side: str
    short: str
    meaning: str
    shown: Shown
    number: str
    whole: str
    at_knee_flexion: str


@dataclass(frozen=True)
class Part:
    """What one joint bears at the deepest moment: its moment, and its share as a person reads it and as a number."""

    joint: str
    name: str
    moment: Shown
    percent: str
    share: float


@dataclass(frozen=True)
class LoadsReading:
    """A movement's loads in words: what stands on the page and on the terminal; `demand` where it is known what muscles do."""

    headline: str
    detail: str
    sides: tuple[str, ...]
    peaks: tuple[Peak, ...]
    supports: tuple[tuple[Support, str, tuple[Part, ...]], ...]
    pressure: tuple[str, ...]
    quality: str
    trusted: bool
    unmodelled: str
    limits: tuple[str, ...]
    demand: DemandReading | None = None


def read_loads(
    loads: Loads, person: Person, language: str = "en", at_rest: Sequence[str] = (), spans: Sequence[RepetitionSpan] = ()
) -> LoadsReading:
    """Return the loads of a movement in words; `at_rest` names the coordinates that it does not tell, `spans` its repetitions."""
    peaks = find_peaks(loads)
    residual = find_residual(loads, person.height_m)
    return LoadsReading(
        headline=_headline(peaks, language),
        detail=_detail(loads, peaks, language),
        sides=tuple(side for side in SIDES if any(peak.side == side for peak in peaks)),
        peaks=tuple(_peak(peak, loads, language) for peak in peaks),
        supports=tuple((support, _deepest(support, language), _parts(support, language)) for support in find_support(loads)),
        pressure=tuple(_pressure(effect, language) for effect in find_pressure_effects(loads, peaks)),
        quality=_quality(residual, language),
        trusted=residual.small,
        unmodelled=_unmodelled(loads, language),
        limits=tuple(_limits(loads, at_rest, language)),
        demand=read_demands(loads, spans, language, shares_evenly(loads)) if loads.has_muscles else None,
    )


def as_measure(peak: PeakMoment) -> Measure:
    """Return a largest moment as a measure, of no film."""
    moment = peak.moment
    return Measure(f"{peak.code}_peak", peak.side, None, moment.value, moment.low, moment.high, "Nm/kg", "")


def degrees(angle_rad: float) -> str:
    """Return an angle as whole degrees."""
    return f"{rounded(DEGREES_PER_RADIAN * angle_rad, 0)}{unit_sign('deg')}"


def estimated(loads: Loads) -> bool:
    """Whether the ground reaction was estimated rather than measured."""
    return str(loads.dataset.attrs["ground"]) != "plates"


def shares_evenly(loads: Loads) -> bool:
    """Whether two feet stood on the ground with nothing that tells how they share."""
    both = (loads.dataset["ground_force"].sel(space="y").values > 0.0).all(axis=1)
    return estimated(loads) and bool(both.any())


def _headline(peaks: Sequence[PeakMoment], language: str) -> str:
    largest = _largest_at_knee(peaks)
    if largest is None:
        return say("loads.nothing", language=language)
    shown = show(as_measure(largest), language)
    assert shown is not None
    return say("loads.headline", language=language, value=shown.value, interval=interval(_without_units(shown), language))


def _detail(loads: Loads, peaks: Sequence[PeakMoment], language: str) -> str:
    """Say where the headline's moment is from: which leg, how far the knee was bent, and what was taken for granted."""
    largest = _largest_at_knee(peaks)
    if largest is None:
        return ""
    code = "loads.detail_even" if shares_evenly(loads) else "loads.detail"
    return say(code, language=language, side=largest.side, at=degrees(largest.at_knee_flexion_rad))


def _largest_at_knee(peaks: Sequence[PeakMoment]) -> PeakMoment | None:
    return max((peak for peak in peaks if peak.code == SAGITTAL["knee"]), key=lambda peak: peak.moment.value, default=None)


def _peak(peak: PeakMoment, loads: Loads, language: str) -> Peak:
    shown = show(as_measure(peak), language)
    assert shown is not None
    newton_metres = peak.moment.value * float(loads.dataset.attrs["mass_kg"])
    return Peak(
        code=peak.code,
        order=list(SAGITTAL.values()).index(peak.code),
        side=peak.side,
        short=say(f"measure.{peak.code}_peak.short", language=language),
        meaning=say(f"measure.{peak.code}_peak.meaning", language=language),
        shown=_without_units(shown),
        number=_bare(shown.value),
        whole=f"{rounded(newton_metres, 0)}{unit_sign('Nm', language)}",
        at_knee_flexion=degrees(peak.at_knee_flexion_rad),
    )


def _without_units(shown: Shown) -> Shown:
    """Return the number with an interval that leaves the unit away, which the value bears already."""
    return Shown(shown.value, _bare(shown.low), _bare(shown.high))


def _bare(number: str) -> str:
    return number.split("\u00a0")[0]


def _deepest(support: Support, language: str) -> str:
    return say("loads.support_at", language=language, side=support.side, at=degrees(support.knee_flexion_rad))


def _parts(support: Support, language: str) -> tuple[Part, ...]:
    parts = []
    for joint, code in SAGITTAL.items():
        moment, share = support.moments[joint], support.shares[joint]
        shown = show(Measure(code, support.side, None, moment.value, moment.low, moment.high, "Nm/kg", ""), language)
        assert shown is not None
        name = say(f"joint.{joint}", language=language)
        percent = f"{share:.0%}" if math.isfinite(share) else ""
        parts.append(Part(joint, name, shown, percent, share))
    return tuple(parts)


def _pressure(effect: PressureEffect, language: str) -> str:
    return say(
        "loads.pressure_effect",
        language=language,
        side=effect.side,
        change=f"{abs(effect.change):.2f}",
        percent=abs(effect.share),
        forward="less" if effect.change < 0.0 else "more",
        back="more" if effect.change < 0.0 else "less",
    )


def _quality(residual: Residual, language: str) -> str:
    if math.isnan(residual.force_share):
        return say("loads.quality_unknown", language=language)
    return say(
        "loads.quality_good" if residual.small else "loads.quality_poor",
        language=language,
        force=residual.force_share,
        most_force=constant("residual.force").value,
        moment=residual.moment_share,
        most_moment=constant("residual.moment").value,
    )


def _unmodelled(loads: Loads, language: str) -> str:
    outside = ~modelled(loads)
    if not outside.any():
        return ""
    frames, first = int(outside.sum()), float(loads.time_s[int(np.argmax(outside))])
    return say("loads.unmodelled", language=language, frames=frames, share=float(outside.mean()), first_s=first)


def _limits(loads: Loads, at_rest: Sequence[str], language: str) -> Iterator[str]:
    if shares_evenly(loads):
        yield say("loads.limit_share", language=language)
    known = [side for side in SIDES if np.isfinite(moment_per_kg(loads, SAGITTAL["knee"], side)[0]).any()]
    if len(known) == 1:
        yield say("loads.limit_unseen", language=language, side=known[0])
    if any(not np.isfinite(moment_per_kg(loads, "hip_abduction_moment", side)[0]).any() for side in SIDES):
        yield say("loads.limit_planes", language=language)
    if estimated(loads):
        yield say("loads.limit_pressure", language=language)
    if at_rest:
        yield say("loads.limit_rest", language=language, count=len(at_rest), names=", ".join(at_rest))
    yield say("loads.limit_net", language=language)
    yield say("loads.limit_body", language=language)
