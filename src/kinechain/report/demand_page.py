"""How does a person see what muscles do and what the kneecap bears? The figures of the first half of the section on loads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup

from kinechain.body.model import BodyModel
from kinechain.core.types import SIDES, Loads, RepetitionSpan
from kinechain.evidence import constant
from kinechain.loads.peaks import weight_n
from kinechain.report.chart import COMPACT, Chart, draw_chart
from kinechain.report.curves import Frame
from kinechain.report.deepest_leg import DeepestLeg, draw_deepest
from kinechain.report.demand_curves import (
    Bends,
    Curve,
    at_bends,
    deepest_bend,
    group_activation,
    over_repetition,
    shares_of_heads,
    unexplained,
)
from kinechain.report.field import Axis, Band
from kinechain.report.layers import Layer, Level, Zone
from kinechain.report.muscle_reading import plain_name
from kinechain.report.words import say

#: From the bottom of the stack up: the strongest first, so that the thin ones lie on a calm ground.
_STACKED = ("vaslat", "vasint", "vasmed", "recfem")
#: The groups beside the quadriceps.
_BESIDE = ("gluteals", "hamstrings", "calf")
_PERCENT = (10.0, 20.0, 25.0, 50.0, 100.0)
_FORCES = (0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_TICKS_DEG = (30.0, 45.0)
#: Ticks of a repetition's axis are at least this share of the deepest bend apart, and the one in the middle from its neighbours.
_APART, _APART_DEEPEST = 0.2, 0.26
#: How far the axis of the knee's bend reaches at least, so that what is not told has its place on every page.
_LEAST_DEG = 120.0
#: Drawings that fill the page's width, or most of it.
_BROAD, _TALL = Frame(640.0, 350.0, 64.0, 626.0, 46.0, 286.0), Frame(640.0, 500.0, 64.0, 626.0, 46.0, 430.0)


@dataclass(frozen=True)
class Figure:
    """One drawing with its title and what it shows; `broad` where it may fill the page's width; `key` names its colours."""

    title: str
    note: str
    svg: Markup
    broad: bool = False
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class LegFigures:
    """One leg's drawings: quadriceps and the muscles beside them, kneecap and shin; `shaded` where some is not explained."""

    side: str
    muscles: tuple[Figure, ...]
    kneecap: tuple[Figure, ...]
    shaded: bool


@dataclass(frozen=True)
class DemandFigures:
    """All drawings: of each leg, the one that the sentences are of first, and of its deepest moment."""

    legs: tuple[LegFigures, ...]
    deepest: DeepestLeg | None


def draw_demand(
    loads: Loads, first: str, key: str, model: BodyModel | None, spans: Sequence[RepetitionSpan] = (), language: str = "en"
) -> DemandFigures:
    """Return the drawings of each leg of which muscles are known, the leg `first` before the other; `key` makes ids unique."""
    sides = sorted((side for side in SIDES if np.isfinite(deepest_bend(loads, side, spans))), key=lambda side: side != first)
    legs = [
        LegFigures(
            side,
            tuple(_muscles(loads, side, f"{key}-{side}", spans, language)),
            tuple(_kneecap(loads, side, f"{key}-{side}", spans, language)),
            bool(unexplained(loads, side).any()),
        )
        for side in sides
    ]
    return DemandFigures(tuple(legs), draw_deepest(loads, sides[0], model, f"{key}-leg", language) if sides else None)


def _muscles(loads: Loads, side: str, key: str, spans: Sequence[RepetitionSpan], language: str) -> Iterator[Figure]:
    bends, deepest = over_repetition(loads, side, spans), deepest_bend(loads, side, spans)
    across = _there_and_back(bends, deepest)
    shaded = bends.stretches(unexplained(loads, side))
    yield _stack(loads, side, bends, across, deepest, key, language)
    for group in _BESIDE:
        found = group_activation(loads, side, group)
        if found is not None:
            curves = [100.0 * bends.middle(curve) for curve in found]
            title = say(f"muscle_group.{group}", language=language)
            chart = Chart(
                [Band(side, bends.x, *curves)],
                unknown=shaded,
                named=False,
                headings=_ways(deepest, language),
                divides=[deepest],
            )
            words = _range_words(title, curves, "%", language)
            drawn = draw_chart(f"{key}-{group}", title, words, across, _percent(curves), chart, language)
            yield Figure(title, say(f"demand.beside_{group}", language=language), Markup(drawn))


def _stack(loads: Loads, side: str, bends: Bends, across: Axis, deepest: float, key: str, language: str) -> Figure:
    """Draw the demand on the quadriceps, each head as much of it as its share of the force."""
    total, low, high = (100.0 * bends.middle(loads.of_leg(f"quadriceps_demand{end}", side)) for end in ("", "_low", "_high"))
    layers, heads = [], heads_in_demand(loads, side, bends)
    below = np.zeros_like(total)
    for name, thick in heads.items():
        layers.append(Layer(f"muscle-{name}", bends.x, below, below + thick))
        below = below + thick
    title = say("demand.stack", language=language, side=side)
    chart = Chart(
        [Band("total", bends.x, total, low, high)],
        unknown=bends.stretches(unexplained(loads, side)),
        named=False,
        layers=layers,
        headings=_ways(deepest, language),
        divides=[deepest],
    )
    words = _range_words(say("demand.stack_words", language=language), [total, low, high], "%", language)
    drawn = draw_chart(f"{key}-quadriceps", title, words, across, _percent([total, high]), chart, language, _BROAD)
    names = tuple((f"muscle-{name}", plain_name(name, language)) for name in reversed(heads))
    return Figure(title, say("demand.stack_note", language=language), Markup(drawn), broad=True, key=names)


def heads_in_demand(loads: Loads, side: str, bends: Bends) -> dict[str, Curve]:
    """Return how much of the demand (percent) is each head's at each bend, from the bottom of the stack up; together the demand."""
    total = 100.0 * bends.middle(loads.of_leg("quadriceps_demand", side))
    of_heads = shares_of_heads(loads, side)
    middle = {name: bends.middle(of_heads[name]) for name in _STACKED if name in of_heads}
    whole = np.sum(list(middle.values()), axis=0)
    return {name: total * share / whole for name, share in middle.items()}


def _kneecap(loads: Loads, side: str, key: str, spans: Sequence[RepetitionSpan], language: str) -> Iterator[Figure]:
    bends, deepest = at_bends(loads, side, spans), deepest_bend(loads, side, spans)
    across = _bend_axis(bends, deepest)
    zones = _zones(across, language)
    weights, pascals = say("unit.BW.name", language=language), say("unit.MPa.name", language=language)
    for name, factor, unit, frame in (
        ("patellofemoral_force", 1.0 / weight_n(loads), weights, _TALL),
        ("patellofemoral_stress", 1e-6, pascals, COMPACT),
        ("tibiofemoral_force", 1.0 / weight_n(loads), weights, COMPACT),
    ):
        yield _borne(loads, side, name, factor, unit, frame, bends, across, zones, key, language)


def _borne(
    loads: Loads,
    side: str,
    name: str,
    factor: float,
    unit: str,
    frame: Frame,
    bends: Bends,
    across: Axis,
    zones: Sequence[Zone],
    key: str,
    language: str,
) -> Figure:
    value, low, high = (factor * bends.middle(loads.of_leg(f"{name}{end}", side)) for end in ("", "_low", "_high"))
    spreads, ends = [], [value, low, high]
    if f"{name}_method_low" in loads.dataset:
        ends += [factor * bends.middle(loads.of_leg(f"{name}_method_{end}", side)) for end in ("low", "high")]
        spreads = [Band(side, bends.x, value, ends[3], ends[4])]
    title = say(f"demand.{name}", language=language)
    top = max((float(np.nanmax(end)) for end in ends if np.isfinite(end).any()), default=1.0)
    up = Axis(0.0, max(top, 0.1), _FORCES, lambda tick: f"{tick:g}", unit)
    chart = Chart(
        [Band(side, bends.x, value, low, high)],
        unknown=bends.stretches(unexplained(loads, side)),
        named=False,
        spreads=spreads,
        zones=zones if spreads else (),
        levels=_levels(language) if name == "patellofemoral_force" else (),
    )
    words = _range_words(title, ends, unit, language)
    drawn = draw_chart(f"{key}-{name}", title, words, across, up, chart, language, frame)
    return Figure(title, say(f"demand.{name}_note", language=language), Markup(drawn), broad=frame is _TALL)


def _zones(across: Axis, language: str) -> list[Zone]:
    numbers, classes = constant("patellofemoral.numbers_up_to").value, constant("patellofemoral.class_up_to").value
    return [
        Zone("class-only", numbers, min(classes, across.high), say("demand.zone_class", language=language)),
        Zone("beyond", classes, across.high, say("demand.zone_beyond", language=language)),
    ]


def _levels(language: str) -> list[Level]:
    low, moderate, high = (say(f"demand_class.{name}", language=language) for name in Loads.CLASSES)
    return [
        Level(constant("patellofemoral.moderate_from").value, low),
        Level(constant("patellofemoral.high_from").value, moderate, high),
    ]


def _there_and_back(bends: Bends, deepest: float) -> Axis:
    """Return the axis of a repetition: the knee's bend on the way down, the deepest in the middle, and back up."""
    start = min(0.0, 10.0 * float(np.floor(bends.x.min() / 10.0))) if bends.x.size else 0.0
    step = next((step for step in _TICKS_DEG if step >= _APART * deepest), _TICKS_DEG[-1])
    down = [start, *np.arange(max(start, 0.0), max((1.0 - _APART_DEEPEST) * deepest, 0.1), step)]
    ticks = list(dict.fromkeys([*down, deepest, *(2.0 * deepest - at for at in reversed(down))]))

    def written(tick: float) -> str:
        return f"{round(min(tick, 2.0 * deepest - tick)) + 0}°".replace("-", "−")

    return Axis(start, 2.0 * deepest - start, (), written, at=tuple(float(tick) for tick in ticks))


def _bend_axis(bends: Bends, deepest: float) -> Axis:
    most = max(_LEAST_DEG, 10.0 * float(np.ceil(deepest / 10.0)))
    start = min(0.0, 10.0 * float(np.floor(bends.x.min() / 10.0))) if bends.x.size else 0.0
    ticks = [start, *np.arange(max(start, 0.0), most + 1e-6, _TICKS_DEG[0])]
    return Axis(
        start, most, (), lambda tick: f"{round(tick)}°".replace("-", "−"), at=tuple(dict.fromkeys(float(tick) for tick in ticks))
    )


def _percent(curves: Sequence[Curve]) -> Axis:
    most = max((float(np.nanmax(curve)) for curve in curves if np.isfinite(curve).any()), default=0.0)
    return Axis(0.0, max(100.0, most), _PERCENT, lambda tick: f"{tick:.0f}", "%")


def _ways(deepest: float, language: str) -> list[tuple[float, str]]:
    return [(0.5 * deepest, say("demand.down", language=language)), (1.5 * deepest, say("demand.up", language=language))]


def _range_words(name: str, ends: Sequence[Curve], unit: str, language: str) -> str:
    """Say the largest value with its interval, and what the methods say of it where there are several."""
    if not np.isfinite(ends[0]).any():
        return say("demand.figure_empty", language=language, name=name)
    at = int(np.nanargmax(ends[0]))
    told = [f"{end[at]:.0f}" if unit == "%" else f"{end[at]:.1f}" for end in ends]
    words = say("demand.figure_words", language=language, name=name, value=told[0], low=told[1], high=told[2], unit=unit)
    if len(told) > 3:
        words += " " + say("demand.figure_methods", language=language, low=told[3], high=told[4], unit=unit)
    return words
