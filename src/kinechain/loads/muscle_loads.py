"""What do muscles do over a movement, what do kneecap and knee bear, and how sure is that? The whole chain, for every draw.

The best estimate is worked out for every frame. Then it is done again for each draw of all that is not known (the motion where it
comes from a film, the ground, strength, lever arms, contact area), all draws together; an interval is where nine of ten of them
lie. Long movements are drawn at fewer frames: coordinates are smoothed at a few hertz, so nothing is lost between them.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float, Int

from kinechain.body.model import BodyModel
from kinechain.body.muscle_groups import side_of, without_side
from kinechain.body.pulls import Pulls
from kinechain.body.strength import Strength
from kinechain.core.types import SIDES, Loads
from kinechain.core.units import INTERVAL_LEVEL
from kinechain.evidence import constant
from kinechain.loads.joint_moments import Borne
from kinechain.loads.motion import Moving
from kinechain.loads.patellofemoral import (
    classify,
    compute_contact_area,
    compute_method_range,
    compute_stress,
    numbers_told,
)
from kinechain.loads.peaks import adds_up
from kinechain.loads.static_optimization import RESERVE_NM, Leg, Muscles, solve_leg
from kinechain.loads.uncertainty import Unknowns

#: Rows of a motion that are solved at once, over several draws.
_BATCH = 16384

Rows = Int[np.ndarray, "draw frame"]
PerFrame = Float[np.ndarray, "draw frame"]
PerMuscle = Float[np.ndarray, "muscle draw frame"]
Dims = tuple[str, ...]
#: A variable of a dataset: its dimensions beside time and side, its values over time, its unit.
Variable = tuple[Dims, np.ndarray, str]


@dataclass(frozen=True)
class StrongBody:
    """A person's model with their `strength` (None: the model's own), their `sex` where it is known, and their weight (N)."""

    model: BodyModel
    strength: Strength | None
    sex: str | None
    weight_n: float

    @property
    def pulls(self) -> Pulls:
        """How its muscles pull on kneecap and shin."""
        if self.model.pulls is None:
            raise ValueError("Expected a model with kneecaps, got one without. Ask `has_kneecaps` first.")
        return self.model.pulls


def has_kneecaps(model: BodyModel) -> bool:
    """Whether a model tells what kneecaps bear: it has them, and legs whose six moments are balanced."""
    return model.pulls is not None and all(f"{name}_{side[0]}" in model.tree.at for name in Loads.LOADED for side in SIDES)


@dataclass(frozen=True)
class Frames:
    """Which rows of a motion make up the best estimate, frame by frame, and which each draw; `thin` are the frames drawn."""

    best: Int[np.ndarray, " frame"]
    drawn: Int[np.ndarray, "draw drawn"]
    thin: Int[np.ndarray, " drawn"]


class _Worked(NamedTuple):
    """One leg in rows: what muscles do, and what kneecap (N, Pa) and knee (N) bear."""

    activation: PerMuscle
    force: PerMuscle
    reserve: Float[np.ndarray, "balanced draw frame"]
    demand: PerFrame
    kneecap: PerFrame
    stress: PerFrame
    knee: PerFrame


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
    chain = _Chain(leg, body, moving, borne)
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
        low, high = _interval(value[..., frames.thin], draws)
        yield name, (dims, value, unit)
        for end, bound in (("low", low), ("high", high)):
            apart = _between(time_s, thin_s, bound - value[..., frames.thin])
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


@dataclass(frozen=True)
class _Chain:
    """One leg's way from moments to what kneecap and knee bear, over rows of a motion."""

    leg: Leg
    body: StrongBody
    moving: Moving
    borne: Borne

    def flexion(self, rows: Int[np.ndarray, "*frames"]) -> Float[np.ndarray, "*frames"]:
        """Return how far the knee is bent (rad)."""
        return np.asarray(self.moving.coordinates[rows, self.moving.tree.at[f"knee_angle_{self.leg.side[0]}"]])

    def allowance(self, rows: Rows) -> Float[np.ndarray, "balanced draw frame"]:
        """Return how much reserve (Nm) costs as much as a muscle: what is not known of a moment that is hidden, as it may be so."""
        side, spread = SIDES.index(self.leg.side), np.nan_to_num(self.borne.moment_sd)
        hidden = self.borne.hidden[rows][..., side, :]
        allowed = np.where(hidden, np.maximum(spread[rows][..., side, :], RESERVE_NM), RESERVE_NM)
        return np.moveaxis(allowed, -1, 0)

    def drawn(self, rows: Rows, unknowns: Unknowns, start: Float[np.ndarray, "balanced 1 frame"]) -> _Worked:
        """Return every draw, some of them at a time."""
        at_once = max(1, _BATCH // rows.shape[1])
        parts = []
        for first in range(0, rows.shape[0], at_once):
            some = slice(first, first + at_once)
            parts.append(self.worked(rows[some], unknowns.some(some), start=start))
        return _Worked(*(np.concatenate(values, axis=-2) for values in zip(*parts, strict=True)))

    def worked(
        self,
        rows: Rows,
        unknowns: Unknowns,
        start: Float[np.ndarray, "balanced 1 frame"] | None = None,
        passive: bool = False,
    ) -> _Worked:
        """Return what muscles do and what is borne in rows, a draw each; NaN where the model does not hold."""
        leg, side = self.leg, SIDES.index(self.leg.side)
        flexion = self.flexion(rows)
        doubts = unknowns.doubts(leg, self.body.strength, flexion)
        moments = self.borne.moment[rows][..., side, :] + np.einsum(
            "df...,df->d...", np.moveaxis(self.borne.changes[rows][..., side, :], 2, 1), unknowns.ground[..., side]
        )
        moments = np.moveaxis(moments, -1, 0).reshape(len(leg.balanced), -1)
        flat = rows.ravel()
        at = {name: self.moving.tree.at[name] for name in leg.coordinates}
        values, rates = self.moving.coordinates[flat], self.moving.rates[flat]
        kept = np.isfinite(moments).all(axis=0) & self._within(values, at)
        angles, speeds = ({name: table[kept, column] for name, column in at.items()} for table in (values, rates))
        near = None if start is None else np.broadcast_to(start, (start.shape[0], *rows.shape)).reshape(start.shape[0], -1)[:, kept]
        muscles = solve_leg(
            leg,
            angles,
            speeds,
            moments[:, kept],
            doubts.at(kept),
            allowance=self.allowance(rows).reshape(len(leg.balanced), -1)[:, kept],
            start=near,
            passive=passive,
        )
        kneecap, knee = self._borne(values[kept], muscles, self._shin_force(rows, unknowns)[kept])

        def spread(found: np.ndarray) -> np.ndarray:
            whole = np.full((*found.shape[:-1], kept.size), np.nan)
            whole[..., kept] = found
            return whole.reshape(*found.shape[:-1], *rows.shape)

        area = compute_contact_area(flexion, self.body.sex)
        resting = area.area * np.exp(unknowns.area[:, None] * area.relative_sd)
        force = spread(kneecap)
        return _Worked(
            spread(muscles.activation),
            spread(muscles.force),
            spread(muscles.reserve),
            spread(muscles.demand),
            force,
            compute_stress(force, resting),
            spread(knee),
        )

    def explained(self, best: _Worked, rows: Int[np.ndarray, " frame"], loads: Loads) -> Bool[np.ndarray, " frame"]:
        """Return in which frames muscles that are not spent make all of the moments that are known, and little is left over."""
        spent = (best.activation[:, 0] >= constant("muscle.spent_from").value).any(axis=0)
        side = SIDES.index(self.leg.side)
        known = ~self.borne.hidden[rows, side]
        moments = np.where(known, np.abs(self.borne.moment[rows, side]), 0.0)
        peaks = np.maximum(np.nan_to_num(moments).max(axis=0), constant("explained.least_moment").value)
        lacking = (np.abs(best.reserve[:, 0].T) > constant("explained.reserve_share").value * peaks) & known
        fine = ~spent & ~lacking.any(axis=1) & adds_up(loads)
        return np.asarray(fine & np.isfinite(best.demand[0]))

    def _within(self, values: Float[np.ndarray, "row coordinate"], at: Mapping[str, int]) -> Bool[np.ndarray, " row"]:
        ranges = self.leg.geometry.ranges
        low, high = np.array([ranges[name] for name in at]).T
        own = values[:, list(at.values())]
        return np.asarray(((own >= low) & (own <= high)).all(axis=1))

    def _shin_force(self, rows: Rows, unknowns: Unknowns) -> Float[np.ndarray, "row 3"]:
        side = SIDES.index(self.leg.side)
        changed = np.einsum("dfus,du->dfs", self.borne.shin_changes[rows][..., side, :], unknowns.ground[..., side])
        return np.asarray((self.borne.shin_force[rows][..., side, :] + changed).reshape(-1, 3))

    def _borne(
        self, values: Float[np.ndarray, "row coordinate"], muscles: Muscles, shin_force: Float[np.ndarray, "row 3"]
    ) -> tuple[Float[np.ndarray, " row"], Float[np.ndarray, " row"]]:
        """Return the force (N) between kneecap and thigh, and between shin and thigh."""
        pulls, names = self.body.pulls, self.moving.tree.coordinates
        end = self.leg.side[0]
        pull = pulls.of_leg(values, names, self.leg.side)
        onto = []
        for vectors, pulling in ((pull.on_kneecap, pulls.kneecap), (pull.on_shin, pulls.shin)):
            force = muscles.force[[self.leg.names.index(f"{name}_{end}") for name in pulling]]
            onto.append(np.einsum("mst,mt->st", vectors, force))
        return np.linalg.norm(onto[0], axis=0), np.linalg.norm(shin_force.T - onto[1], axis=0)


def _in_order(model: BodyModel) -> list[str]:
    """Return the muscles of a leg, without their side, in the model's order."""
    return [without_side(muscle.name) for muscle in model.muscles if side_of(muscle.name) == SIDES[-1]]


def _interval(value: np.ndarray, draws: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return between what nine of ten draws (last axis but one) lie, reaching to the value; NaN where most draws tell nothing."""
    ordered = np.sort(draws, axis=-2)  # what is not known comes last
    known = np.isfinite(ordered).sum(axis=-2, keepdims=True)
    bounds = []
    for share in (0.5 - 0.5 * INTERVAL_LEVEL, 0.5 + 0.5 * INTERVAL_LEVEL):
        place = share * np.maximum(known - 1, 0)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, np.maximum(known - 1, 0))
        first, second = (np.take_along_axis(ordered, at, axis=-2) for at in (below, above))
        bounds.append((first + (place - below) * (second - first))[..., 0, :])
    few = known[..., 0, :] <= 0.5 * draws.shape[-2]
    low, high = (np.where(few, np.nan, bound) for bound in bounds)
    return np.fmin(low, value) + 0.0 * low, np.fmax(high, value) + 0.0 * high


def _between(time_s: Float[np.ndarray, " frame"], known_s: Float[np.ndarray, " drawn"], values: np.ndarray) -> np.ndarray:
    """Return values known at some times at all of them, by straight lines along the last axis."""
    if known_s.size == time_s.size:
        return values
    after = np.clip(np.searchsorted(known_s, time_s), 1, known_s.size - 1)
    share = (time_s - known_s[after - 1]) / (known_s[after] - known_s[after - 1])
    first, second = values[..., after - 1], values[..., after]
    return np.where(share <= 0.0, first, np.where(share >= 1.0, second, (1.0 - share) * first + share * second))
