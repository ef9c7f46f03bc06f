"""What does a movement ask of the knee? Muscles and kneecap of its `Loads` in a few numbers, by repetition and over them all.

Every number is read from the best estimate and, in the same way, from each draw; how the draws scatter is its interval. What
published methods say differently is told beside it, never mixed in.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from math import nan

import numpy as np
from jaxtyping import Float

from kinechain.body.muscle_groups import GROUPS
from kinechain.core.types import SIDES, Loads, RepetitionSpan
from kinechain.core.units import INTERVAL_LEVEL, SI
from kinechain.evidence import constant
from kinechain.loads.patellofemoral import compute_impulse
from kinechain.loads.peaks import knee_flexion, modelled, weight_n

Curve = Float[np.ndarray, " time"]
Curves = Float[np.ndarray, "*curve time"]
#: A number read from every draw.
Readings = Float[np.ndarray, " draw"]

_SAME_TIME_S = 1e-6
#: Where more draws than this share tell nothing, there is no interval.
_MOST_UNTOLD = 0.5


@dataclass(frozen=True)
class Demand:
    """One number of one leg, of one repetition (`rep`) or over them all (None), in `unit`, with its 90 % interval; missing is NaN.

    `method_low` and `method_high` are what the published methods make of it. `at_knee_flexion_rad` is how far the knee is bent at
    a peak. `explained` tells whether muscles that are not spent explain the moments there, of an impulse in every frame of it.
    `load_class` is the kneecap's (`Loads.CLASSES`) at the deepest moment, told with the peak of its force alone; None where it is
    not told. `left_out` is the share of the time that an impulse leaves out, since no force is told there.
    """

    code: str
    side: str
    rep: int | None
    value: float
    low: float
    high: float
    unit: str
    at_knee_flexion_rad: float = nan
    explained: bool = True
    method_low: float = nan
    method_high: float = nan
    load_class: str | None = None
    left_out: float = 0.0


@dataclass(frozen=True)
class Shares:
    """Who works at the deepest modelled moment of one leg: `frame`, `time_s`, `knee_flexion_rad`.

    `heads` are the shares of the quadriceps' force. `activation` by group of muscles is the force of all of them as a share of
    what they could give there: the mean of their activations, each weighted by its strength in that posture. `explained` tells
    whether the frame is.
    """

    side: str
    frame: int
    time_s: float
    knee_flexion_rad: float
    heads: Mapping[str, float]
    activation: Mapping[str, float]
    explained: bool


@dataclass(frozen=True)
class _Quantity:
    """A number: the curve it is read from, in which unit, and whether published methods differ on it."""

    code: str
    curve: str
    unit: str
    by_method: bool = False
    summed: bool = False


@dataclass(frozen=True)
class _Read:
    demand: Demand
    readings: Readings


_MUSCLES = ("muscle_force", "activation")
_FORCE_PEAK = "patellofemoral_force_peak"
_QUANTITIES = (
    _Quantity(_FORCE_PEAK, "patellofemoral_force", "BW", by_method=True),
    _Quantity("patellofemoral_stress_peak", "patellofemoral_stress", "MPa", by_method=True),
    _Quantity("patellofemoral_impulse", "patellofemoral_force", "BW s", by_method=True, summed=True),
    _Quantity("tibiofemoral_force_peak", "tibiofemoral_force", "BW"),
    _Quantity("quadriceps_demand_peak", "quadriceps_demand", "1"),
)


def find_demands(loads: Loads, spans: Sequence[RepetitionSpan] = ()) -> tuple[Demand, ...]:
    """Return what each leg with values is asked for in every repetition, and over them all.

    Over the repetitions (`rep` None) is the mean of the named ones, the first left out where there are more than two, read from
    every draw; `patellofemoral_impulse_set` is the sum of them all, where each is known. Without `spans` all is read from the
    whole movement. What is not known has no place in the answer: a repetition whose muscles are known for less than the row
    `measure.known_share` of it, and all where `loads` tell of no muscles.
    """
    return tuple(_find(loads, spans)) if loads.has_muscles else ()


def find_shares(loads: Loads, side: str) -> Shares | None:
    """Return who works at the deepest modelled moment of a leg, None where no muscle of it is known."""
    if not loads.has_muscles:
        return None
    force, activation = (loads.dataset[name].sel(side=side).transpose("time", "muscle").values for name in _MUSCLES)
    known = modelled(loads) & np.isfinite(force).all(axis=1) & np.isfinite(activation).all(axis=1)
    flexion = np.where(known, knee_flexion(loads, side), np.nan)
    if not np.isfinite(flexion).any():
        return None
    frame = int(np.nanargmax(flexion))
    at = {name: number for number, name in enumerate(loads.muscles)}
    groups = {group: [at[name] for name in names if name in at] for group, names in GROUPS.items()}
    heads = groups["quadriceps"]
    total = float(force[frame, heads].sum())
    return Shares(
        side=side,
        frame=frame,
        time_s=float(loads.time_s[frame]),
        knee_flexion_rad=float(flexion[frame]),
        heads={loads.muscles[head]: float(force[frame, head]) / total if total > 0.0 else nan for head in heads},
        activation={name: _worked(force[frame, group], activation[frame, group]) for name, group in groups.items() if group},
        explained=bool(loads.explained(side)[frame]),
    )


def _worked(force: Float[np.ndarray, " muscle"], activation: Float[np.ndarray, " muscle"]) -> float:
    """Return the force of muscles as a share of what they could give: a muscle that gives F at activation a could give F / a."""
    awake = activation > 0.0
    could = float(np.sum(force[awake] / activation[awake]))
    return float(force.sum()) / could if could > 0.0 else nan


def _find(loads: Loads, spans: Sequence[RepetitionSpan]) -> Iterator[Demand]:
    counted_reps = {index for index, _, _ in (spans[1:] if len(spans) > 2 else spans)}
    for side in SIDES:
        windows = [(span[0], frames) for span in spans if (frames := _within(loads, side, span)) is not None]
        for quantity in _QUANTITIES:
            if not spans:
                whole = _read(loads, side, quantity, None, slice(None))
                yield from () if whole is None else (whole.demand,)
                continue
            reads = [read for rep, frames in windows if (read := _read(loads, side, quantity, rep, frames)) is not None]
            yield from (read.demand for read in reads)
            if counted := [read for read in reads if read.demand.rep in counted_reps]:
                yield _over(counted)
            if quantity.summed and len(reads) == len(spans):
                yield _added(reads)


def _within(loads: Loads, side: str, span: RepetitionSpan) -> slice | None:
    """Return the frames of a repetition, None where a leg's muscles are known for less of it than `measure.known_share`."""
    _, start_s, end_s = span
    inside = np.flatnonzero((loads.time_s >= start_s - _SAME_TIME_S) & (loads.time_s <= end_s + _SAME_TIME_S))
    if inside.size == 0:
        return None
    frames = slice(int(inside[0]), int(inside[-1]) + 1)
    known = np.isfinite(loads.of_leg("quadriceps_demand", side)[frames])
    known_s = compute_impulse(np.where(known, 1.0, np.nan), loads.time_s[frames]).value
    return frames if known_s >= constant("measure.known_share").value * (end_s - start_s) else None


def _read(loads: Loads, side: str, quantity: _Quantity, rep: int | None, frames: slice) -> _Read | None:
    """Return a number of some frames with its readings, None where nothing is known of it."""
    number = _number(quantity, loads.time_s[frames])
    scale = _scale(quantity.unit, loads)
    best = scale * loads.of_leg(quantity.curve, side)[frames]
    known = np.isfinite(best)
    if not known.any() or not np.isfinite(value := float(number(best))):
        return None
    readings = number(scale * loads.drawn(quantity.curve, side)[:, frames])
    low, high = _interval(value, readings)
    explained = loads.explained(side)[frames]
    demand = Demand(quantity.code, side, rep, value, low, high, quantity.unit)
    if quantity.by_method:
        ends = [float(number(scale * loads.of_leg(f"{quantity.curve}_method_{end}", side)[frames])) for end in ("low", "high")]
        demand = replace(demand, method_low=ends[0], method_high=ends[1])
    if quantity.summed:
        left_out = float(compute_impulse(best, loads.time_s[frames]).left_out)
        return _Read(replace(demand, explained=bool(explained[known].all()), left_out=left_out), readings)
    frame = int(np.nanargmax(best))
    bent = float(knee_flexion(loads, side)[frames][frame])
    told = _class_at_deepest(loads, side, frames) if quantity.code == _FORCE_PEAK else None
    return _Read(replace(demand, at_knee_flexion_rad=bent, explained=bool(explained[frame]), load_class=told), readings)


def _number(quantity: _Quantity, time_s: Curve) -> Callable[[Curves], Float[np.ndarray, "*curve"]]:
    return (lambda curves: compute_impulse(curves, time_s).value) if quantity.summed else _largest


def _largest(curves: Curves) -> Float[np.ndarray, "*curve"]:
    """Return the largest known value of every curve, NaN where none is."""
    largest = np.max(np.where(np.isfinite(curves), curves, -np.inf), axis=-1, initial=-np.inf)
    return np.where(np.isfinite(largest), largest, np.nan)


def _scale(unit: str, loads: Loads) -> float:
    """Return what leads from SI to the unit: body weight is the person's, without what is carried."""
    body_weight = weight_n(loads)
    return {"1": 1.0, "MPa": 1.0 / SI["MPa"], "BW": 1.0 / body_weight, "BW s": 1.0 / body_weight}[unit]


def _interval(value: float, readings: Readings) -> tuple[float, float]:
    """Return what nine draws of ten lie within, with the best estimate inside it; NaN where too few draws tell."""
    told = readings[np.isfinite(readings)]
    if told.size == 0 or told.size < (1.0 - _MOST_UNTOLD) * readings.size:
        return nan, nan
    tail = 0.5 * (1.0 - INTERVAL_LEVEL)
    low, high = np.quantile(told, (tail, 1.0 - tail), method="hazen")
    return min(float(low), value), max(float(high), value)


def _class_at_deepest(loads: Loads, side: str, frames: slice) -> str | None:
    """Return the class at the deepest frame; None where none is told there, no model holds or muscles do not explain it."""
    flexion = knee_flexion(loads, side)[frames]
    if not np.isfinite(flexion).any():
        return None
    deepest = int(np.nanargmax(flexion))
    place = int(loads.of_leg("patellofemoral_class", side)[frames][deepest])
    believed = (modelled(loads) & loads.explained(side))[frames][deepest]
    return Loads.CLASSES[place] if place >= 0 and believed else None


def _over(reads: Sequence[_Read]) -> Demand:
    """Return the mean of repetitions; their class is the gravest of them, None where one of them has none."""
    demands = [read.demand for read in reads]
    value = _mean(demand.value for demand in demands)
    low, high = _interval(value, np.mean([read.readings for read in reads], axis=0))
    told = [Loads.CLASSES.index(demand.load_class) for demand in demands if demand.load_class is not None]
    return replace(
        demands[0],
        rep=None,
        value=value,
        low=low,
        high=high,
        at_knee_flexion_rad=_mean(demand.at_knee_flexion_rad for demand in demands),
        explained=all(demand.explained for demand in demands),
        method_low=_mean(demand.method_low for demand in demands),
        method_high=_mean(demand.method_high for demand in demands),
        load_class=Loads.CLASSES[max(told)] if len(told) == len(demands) else None,
        left_out=_mean(demand.left_out for demand in demands),
    )


def _added(reads: Sequence[_Read]) -> Demand:
    """Return the sum of repetitions: what a set amounts to."""
    demands = [read.demand for read in reads]
    value = sum(demand.value for demand in demands)
    low, high = _interval(value, np.sum([read.readings for read in reads], axis=0))
    return replace(
        demands[0],
        code=f"{demands[0].code}_set",
        rep=None,
        value=value,
        low=low,
        high=high,
        explained=all(demand.explained for demand in demands),
        method_low=sum(demand.method_low for demand in demands),
        method_high=sum(demand.method_high for demand in demands),
        left_out=_mean(demand.left_out for demand in demands),
    )


def _mean(values: Iterator[float]) -> float:
    return float(np.mean(list(values)))
