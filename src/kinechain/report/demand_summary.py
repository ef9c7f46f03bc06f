"""What do a movement's muscles and kneecap say in sentences and numbers? The one reading that page, terminal and file share."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from kinechain.core.types import SIDES, Loads, RepetitionSpan
from kinechain.core.units import DEGREES_PER_RADIAN
from kinechain.evidence import constant
from kinechain.loads.demands import Demand, find_demands
from kinechain.loads.patellofemoral import classify
from kinechain.loads.peaks import modelled
from kinechain.report.demand_curves import deepest_bend, unexplained
from kinechain.report.numbers import Shown, rounded, unit_sign
from kinechain.report.summary import interval
from kinechain.report.words import say

QUADRICEPS, KNEECAP = "quadriceps_demand_peak", "patellofemoral_force_peak"
_SET = "patellofemoral_impulse_set"
#: The rows of the table, from the headline's down.
_ROWS = (
    QUADRICEPS,
    KNEECAP,
    "patellofemoral_stress_peak",
    "patellofemoral_impulse",
    _SET,
    "tibiofemoral_force_peak",
)
#: A share of the time that is left out and hardly shows is not told.
_LEFT_OUT_TOLD = 0.005
_LIMITS = ("vmo", "timing", "medialis", "shares", "beyond")


@dataclass(frozen=True)
class Range:
    """One of two doubts about what the kneecap bears: `kind` is `interval` or `method`."""

    kind: str
    name: str
    numbers: str
    words: str


@dataclass(frozen=True)
class Cell:
    """One number of the table, and the lines below it: its interval, what published methods make of it, what else is told."""

    value: str
    lines: tuple[str, ...]


@dataclass(frozen=True)
class DemandRow:
    """One load, over the repetitions and for each; None where it is not known."""

    code: str
    name: str
    cells: tuple[Cell | None, ...]

    @property
    def summed(self) -> bool:
        """Whether it is a sum over all repetitions, which no single one has."""
        return self.code == _SET


@dataclass(frozen=True)
class DemandTable:
    """The numbers of one leg."""

    side: str
    columns: tuple[str, ...]
    rows: tuple[DemandRow, ...]


@dataclass(frozen=True)
class DemandReading:
    """What muscles do and what the kneecap bears in words; the sentences are of the leg `side`, empty where none is known."""

    side: str
    headline: str
    detail: str
    kneecap: str
    cautions: tuple[str, ...]
    ranges: tuple[Range, ...]
    tables: tuple[DemandTable, ...]
    limits: tuple[str, ...]


def read_demands(loads: Loads, spans: Sequence[RepetitionSpan] = (), language: str = "en", even: bool = False) -> DemandReading:
    """Return what muscles do and what the kneecap bears in words; `even` where both legs were taken to carry the same."""
    demands = find_demands(loads, spans)
    over = {(one.code, one.side): one for one in demands if one.rep is None}
    hardest = max((one for one in over.values() if one.code == QUADRICEPS), key=lambda one: one.value, default=None)
    side = "" if hardest is None else hardest.side
    kneecap = over.get((KNEECAP, side))
    return DemandReading(
        side=side,
        headline=_headline(hardest, language),
        detail="" if hardest is None else _detail(hardest, len(spans), even, language),
        kneecap=_kneecap(kneecap, language),
        cautions=tuple(_cautions(loads, side, kneecap, spans, language)) if side else (),
        ranges=() if kneecap is None else tuple(_ranges(kneecap, language)),
        tables=tuple(sorted(_tables(demands, spans, language), key=lambda table: table.side != side)),
        limits=tuple(_limits(language)),
    )


def show_demand(demand: Demand) -> Shown:
    """Return a demand as a person reads it, without its unit: a share as percent, all else with one decimal."""
    value, low, high = (_written(number, demand.unit) for number in (demand.value, demand.low, demand.high))
    return Shown(value, low.removesuffix("%"), high)


def whole_range(demand: Demand) -> tuple[float, float]:
    """Return from where to where a number may lie by both doubts: what is not known, and how far published methods disagree."""
    ends = [end for end in (demand.low, demand.high, demand.method_low, demand.method_high, demand.value) if math.isfinite(end)]
    return min(ends), max(ends)


def _written(number: float, unit: str) -> str:
    if not math.isfinite(number):
        return ""
    return f"{rounded(100.0 * number, 0)}%" if unit == "1" else rounded(number, 1)


def _between(shown: Shown, language: str) -> str:
    return interval(shown, language) if shown.has_interval else say("summary.no_interval", language=language)


def _degrees(angle_deg: float) -> str:
    return f"{rounded(angle_deg, 0)}{unit_sign('deg')}"


def _bent(demand: Demand) -> str:
    return _degrees(DEGREES_PER_RADIAN * demand.at_knee_flexion_rad)


def _headline(hardest: Demand | None, language: str) -> str:
    if hardest is None:
        return say("demand.nothing", language=language)
    shown = show_demand(hardest)
    return say("demand.headline", language=language, value=shown.value, interval=_between(shown, language))


def _detail(hardest: Demand, repetitions: int, even: bool, language: str) -> str:
    code = "demand.detail_mean" if repetitions > 1 else "demand.detail"
    said = [say(code, language=language, side=hardest.side, at=_bent(hardest))]
    if even:
        said.append(say("demand.detail_even", language=language))
    if not hardest.explained:
        said.append(say("demand.detail_unexplained", language=language))
    return " ".join(said)


def _kneecap(kneecap: Demand | None, language: str) -> str:
    if kneecap is None:
        return say("demand.kneecap_none", language=language)
    ends = whole_range(kneecap)
    low, high = (rounded(end, 1) for end in ends)
    said = say("demand.kneecap", language=language, low=low, high=high, at=_bent(kneecap))
    if not kneecap.explained:
        return f"{said} {say('demand.kneecap_unexplained', language=language)}"
    least, middle, most = (_class(end, kneecap) for end in (ends[0], kneecap.value, ends[1]))
    if least == most:
        return f"{said} {say('demand.class', language=language, load=middle)}"
    return f"{said} {say('demand.class_range', language=language, load=middle, least=least, most=most)}"


def _class(body_weights: float, kneecap: Demand) -> str:
    """Return the class of a force in body weights where the kneecap's number is told."""
    place = classify(np.array([body_weights]), np.array([kneecap.at_knee_flexion_rad]), 1.0)
    return Loads.CLASSES[int(place[0])]


def _cautions(loads: Loads, side: str, kneecap: Demand | None, spans: Sequence[RepetitionSpan], language: str) -> Iterator[str]:
    """Say what is told beyond the bend up to which there are numbers, and how much of the movement is not explained."""
    numbers, classes = _borders()
    deepest = deepest_bend(loads, side, spans)
    if deepest > classes:
        yield say("demand.deeper_none", language=language, at=_degrees(deepest), classes=classes, numbers=numbers)
    elif deepest > numbers and kneecap is not None and kneecap.load_class is not None:
        yield say("demand.deeper_class", language=language, at=_degrees(deepest), numbers=numbers, load=kneecap.load_class)
    elif deepest > numbers:
        yield say("demand.deeper_unclassed", language=language, at=_degrees(deepest), numbers=numbers)
    lacking = unexplained(loads, side)
    if lacking.any():
        known = modelled(loads) & np.isfinite(loads.of_leg("quadriceps_demand", side))
        yield say("demand.unexplained", language=language, share=float(lacking.sum() / known.sum()))


def _borders() -> tuple[float, float]:
    """Return up to which bend of the knee (degrees) there are numbers, and up to which a class."""
    return constant("patellofemoral.numbers_up_to").value, constant("patellofemoral.class_up_to").value


def _ranges(kneecap: Demand, language: str) -> Iterator[Range]:
    for kind, low, high in (
        ("interval", kneecap.low, kneecap.high),
        ("method", kneecap.method_low, kneecap.method_high),
    ):
        if math.isfinite(low) and math.isfinite(high):
            yield Range(
                kind,
                say(f"demand.range_{kind}", language=language),
                say("demand.range", language=language, low=rounded(low, 1), high=rounded(high, 1)),
                say(f"demand.range_{kind}_words", language=language),
            )


def _tables(demands: Sequence[Demand], spans: Sequence[RepetitionSpan], language: str) -> Iterator[DemandTable]:
    found = {(one.code, one.side, one.rep): one for one in demands}
    reps = [index for index, _, _ in spans]
    columns = [say("demand.col_all" if reps else "demand.col_movement", language=language)]
    columns += [say("report.col_repetition", language=language, index=index) for index in reps]
    for side in SIDES:
        rows = []
        for code in _ROWS:
            of_code = [found.get((code, side, rep)) for rep in (None, *reps)]
            if any(of_code):
                cells = tuple(None if one is None else _cell(one, language) for one in of_code)
                rows.append(DemandRow(code, say(f"demand_row.{code}", language=language), cells))
        if rows:
            yield DemandTable(side, tuple(columns), tuple(rows))


def _cell(demand: Demand, language: str) -> Cell:
    return Cell(show_demand(demand).value, tuple(_lines(demand, language)))


def _lines(demand: Demand, language: str) -> Iterator[str]:
    shown = show_demand(demand)
    if shown.has_interval:
        yield interval(shown, language)
    if math.isfinite(demand.method_low):
        low, high = (_written(end, demand.unit) for end in (demand.method_low, demand.method_high))
        yield say("demand.cell_method", language=language, low=low, high=high)
    if math.isfinite(demand.at_knee_flexion_rad):
        yield say("demand.cell_at", language=language, at=_bent(demand))
    if not demand.explained:
        yield say("demand.cell_unexplained", language=language)
    if demand.left_out > _LEFT_OUT_TOLD:
        yield say("demand.cell_left_out", language=language, share=demand.left_out)


def _limits(language: str) -> Iterator[str]:
    numbers, classes = _borders()
    for name in _LIMITS:
        yield say(f"demand.limit_{name}", language=language, numbers=numbers, classes=classes)
