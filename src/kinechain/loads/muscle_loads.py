"""What do muscles do over a movement, what do kneecap and knee bear, and how sure is that? The whole chain, for every draw.

The best estimate is worked out for every frame. Then it is done again for each draw of all that is not known (the motion where it
comes from a film, the ground, strength, lever arms, contact area), all draws together; an interval is where nine of ten of them
lie. Long movements are drawn at fewer frames with straight lines between: coordinates are smoothed at a few hertz, so that little
is lost, but where a muscle just sets in.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Float, Int

from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import side_of, without_side
from kinechain.core.types import SIDES, Loads
from kinechain.core.units import INTERVAL_LEVEL
from kinechain.evidence import constant
from kinechain.loads.joint_moments import Borne
from kinechain.loads.leg_chain import LegChain, StrongBody
from kinechain.loads.motion import Moving
from kinechain.loads.patellofemoral import classify, compute_contact_area, compute_method_range, numbers_told
from kinechain.loads.static_optimization import Leg
from kinechain.loads.uncertainty import Unknowns
from kinechain.maths.draws import filled_between, interval_of

Dims = tuple[str, ...]
#: A variable of a dataset: its dimensions beside time and side, its values over time, its unit.
Variable = tuple[Dims, np.ndarray, str]


@dataclass(frozen=True)
class Frames:
    """Which rows of a motion make up the best estimate, frame by frame, and which each draw; `thin` are the frames drawn."""

    best: Int[np.ndarray, " frame"]
    drawn: Int[np.ndarray, "draw drawn"]
    thin: Int[np.ndarray, " drawn"]


def thinned(frames: int, draws: int) -> Int[np.ndarray, " drawn"]:
    """Return the frames that are drawn: all, or every second, third ... where the row `loads.drawn_frames` would be exceeded."""
    step = int(np.ceil(frames * draws / constant("loads.drawn_frames").value))
    return np.unique(np.append(np.arange(0, frames, step), frames - 1))


def add_muscles(
    loads: Loads, body: StrongBody, moving: Moving, borne: Borne, frames: Frames, unknowns: Unknowns, sides: tuple[str, ...] = SIDES
) -> Loads:
    """Return loads with what muscles do and kneecap and knee bear, on the legs `sides`, and draws of it.

    `loads` are those of the best frames; `moving` and `borne` hold these and the drawn ones as rows.
    """
    parts = {side: _leg_loads(loads, Leg.of(body.model, side), body, moving, borne, frames, unknowns) for side in sides}
    some = next(iter(parts.values()))
    variables = {}
    for name, (dims, values, unit) in some.told.items():
        unknown = -1 if np.issubdtype(values.dtype, np.integer) else False if values.dtype == bool else np.nan
        of_sides = [parts[side].told[name][1] if side in parts else np.full_like(values, unknown) for side in SIDES]
        variables[name] = (("time", "side", *dims), np.stack(of_sides, axis=1), {"units": unit})
    drawn = {
        name: (
            ("draw", "time", "side"),
            np.stack([parts[side].drawn[name] if side in parts else np.full_like(values, np.nan) for side in SIDES], axis=-1),
            {"units": some.told[name][2]},
        )
        for name, values in some.drawn.items()
    }
    dataset = loads.dataset.assign_coords(muscle=list(_in_order(body.model))).assign(variables)
    draws = xr.Dataset(drawn, coords={"time": ("time", loads.time_s[frames.thin], {"units": "s"}), "side": list(SIDES)})
    return Loads(dataset.assign_attrs(draws=len(frames.drawn)), draws)


@dataclass(frozen=True)
class _LegLoads:
    """One leg's variables of `Loads`: further dimensions, values over time, unit; and its draws."""

    told: Mapping[str, Variable]
    drawn: Mapping[str, Float[np.ndarray, "draw frame"]]


def _leg_loads(
    loads: Loads, leg: Leg, body: StrongBody, moving: Moving, borne: Borne, frames: Frames, unknowns: Unknowns
) -> _LegLoads:
    chain = LegChain(leg, body, moving, borne)
    best = chain.worked(frames.best[None], Unknowns.none())
    resisted = chain.worked(frames.best[None], Unknowns.none(), passive=True)
    start = (best.reserve / chain.allowance(frames.best[None]) ** 2)[:, :, frames.thin]
    drawn = chain.drawn(frames.drawn, unknowns, start)
    flexion = chain.flexion(frames.best)
    told = numbers_told(flexion)
    told_thin = told[frames.thin]
    order = [leg.names.index(f"{name}_{leg.side[0]}") for name in _in_order(body.model)]
    time_s, thin_s = loads.time_s, loads.time_s[frames.thin]

    def interval(name: str, dims: Dims, value: np.ndarray, draws: np.ndarray, unit: str) -> Iterator[tuple[str, Variable]]:
        low, high = interval_of(value[..., frames.thin], draws, INTERVAL_LEVEL)
        yield name, (dims, value, unit)
        for end, bound in (("low", low), ("high", high)):
            apart = filled_between(time_s, thin_s, bound - value[..., frames.thin])
            yield f"{name}_{end}", (dims, value + apart, unit)

    curves = {
        "quadriceps_demand": (best.demand[0], drawn.demand, "1"),
        "patellofemoral_force": (np.where(told, best.kneecap[0], np.nan), np.where(told_thin, drawn.kneecap, np.nan), "N"),
        "patellofemoral_stress": (np.where(told, best.stress[0], np.nan), np.where(told_thin, drawn.stress, np.nan), "Pa"),
        "tibiofemoral_force": (best.knee[0], drawn.knee, "N"),
    }
    variables: dict[str, Variable] = {}
    for name, (value, draws, unit) in curves.items():
        variables |= dict(interval(name, (), value, draws, unit))
    for name, value, draws, unit in (
        ("activation", best.activation[order, 0], drawn.activation[order], "1"),
        ("muscle_force", best.force[order, 0], drawn.force[order], "N"),
    ):
        variables |= {key: (dims, curve.T, of) for key, (dims, curve, of) in interval(name, ("muscle",), value, draws, unit)}
    extension = -borne.moment[frames.best, SIDES.index(leg.side), Loads.LOADED.index("knee_angle")]
    methods = compute_method_range(flexion, extension, best.kneecap[0])
    area = compute_contact_area(flexion, body.sex).area
    for end, force in zip(("low", "high"), methods, strict=True):
        variables[f"patellofemoral_force_method_{end}"] = ((), np.where(told, force, np.nan), "N")
        variables[f"patellofemoral_stress_method_{end}"] = ((), np.where(told, force / area, np.nan), "Pa")
    variables["patellofemoral_force_passive"] = ((), np.where(told, resisted.kneecap[0], np.nan), "N")
    variables["quadriceps_demand_passive"] = ((), resisted.demand[0], "1")
    explained = chain.explained(best, frames.best, loads)
    known = np.where(explained, best.kneecap[0], np.nan)
    variables["reserve"] = (("coordinate",), best.reserve[:, 0].T, "Nm")
    variables["patellofemoral_class"] = ((), classify(known, flexion, body.weight_n), "1")
    variables["explained"] = ((), explained, "1")
    return _LegLoads(variables, {name: draws for name, (_, draws, _) in curves.items()})


def _in_order(model: BodyModel) -> list[str]:
    """Return the muscles of a leg, without their side, in the model's order."""
    return [without_side(muscle.name) for muscle in model.muscles if side_of(muscle.name) == SIDES[-1]]
