"""What does every muscle of a leg do? The least sum of squared activations that makes the joints' moments, all frames together.

Each muscle's force is its activation times what it could give at its length and speed, with Millard's curves on a tendon that does
not give (as OpenSim's StaticOptimization has it; without passive force, unless asked for). Activations lie between the model's
least and 1. What muscles cannot make, a reserve makes, which counts as much as a fully active muscle for each `RESERVE_NM`: there
is always an answer, and the reserve tells whether to believe it. Legs are solved one by one, as no muscle of theirs crosses to the
other. Everything works on NumPy arrays, and given JAX arrays on JAX.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.model import BodyModel
from kinechain.body.muscle_curves import Curves, active_force, curves_of, fibres, passive_force
from kinechain.body.muscle_groups import GROUPS, side_of, without_side
from kinechain.body.muscles import Lines, MuscleGeometry
from kinechain.core.types import Loads
from kinechain.maths.least_effort import Block, least_effort

#: How much reserve (Nm) costs as much as a muscle that is fully active: the optimal force of OpenSim's reserve actuators.
RESERVE_NM = 1.0
#: Frames that are solved at once: many enough that calls cost little, few enough that memory stays small whatever the film.
_CHUNK = 1024

Row = Float[Any, " time"]
Moments = Float[Any, "balanced time"]
Costs = Float[Any, "balanced #time"]
PerMuscle = Float[Any, "muscle time"]
#: A factor for each muscle and frame.
Factors = Float[Any, "muscle time"]


@dataclass(frozen=True)
class Leg:
    """One leg's muscles as they are solved for: `names` with their side, in the geometry's order; parameters (muscle, 1).

    `balanced` are the coordinates whose moments the muscles make.
    """

    side: str
    names: tuple[str, ...]
    balanced: tuple[str, ...]
    geometry: MuscleGeometry
    curves: Curves
    strongest_n: Float[np.ndarray, "muscle 1"]
    optimal_m: Float[np.ndarray, "muscle 1"]
    slack_m: Float[np.ndarray, "muscle 1"]
    pennation_rad: Float[np.ndarray, "muscle 1"]
    fastest_m_s: Float[np.ndarray, "muscle 1"]
    least: Float[np.ndarray, "muscle 1"]

    @classmethod
    def of(cls, model: BodyModel, side: str, coordinates: Sequence[str] = Loads.LOADED) -> "Leg":
        """Return a leg of a model, solved for the moments of these `coordinates` (without their side)."""
        end = side[0]
        own = [name for group in model.geometry.groups for place in group.muscles for name in place if side_of(name) == side]
        muscles = {muscle.name: muscle for muscle in model.muscles}
        shapes = [muscles[name].curves for name in own]
        if any(shape != shapes[0] for shape in shapes):
            raise ValueError(f"Expected the same force curves of all muscles of the {side} leg, got several. Give them one.")

        def column(values: Sequence[float]) -> Float[np.ndarray, "muscle 1"]:
            return np.array(values)[:, None]

        return cls(
            side=side,
            names=tuple(own),
            balanced=tuple(f"{name}_{end}" for name in coordinates if f"{name}_{end}" in model.tree.coordinates),
            geometry=model.geometry,
            curves=curves_of(shapes[0]),
            strongest_n=column([muscles[name].max_isometric_force_n for name in own]),
            optimal_m=column([muscles[name].optimal_fibre_length_m for name in own]),
            slack_m=column([muscles[name].tendon_slack_length_m for name in own]),
            pennation_rad=column([muscles[name].pennation_rad for name in own]),
            fastest_m_s=column([muscles[name].max_contraction_velocity * muscles[name].optimal_fibre_length_m for name in own]),
            least=column([muscles[name].min_activation for name in own]),
        )

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """The coordinates that its muscles cross."""
        return tuple(name for name in self.geometry.coordinates if side_of(name) == self.side)

    @cached_property
    def quadriceps(self) -> tuple[int, ...]:
        """The places of the four quadriceps among its muscles."""
        return tuple(at for at, name in enumerate(self.names) if without_side(name) in GROUPS["quadriceps"])


class Muscles(NamedTuple):
    """What a leg's muscles do: `activation`, `force` (N), the `strongest` they could be there (N), and what `reserve` (Nm) makes.

    `demand` is the quadriceps' moment about the knee as a share of the most that they could make at this length and speed.
    """

    activation: PerMuscle
    force: PerMuscle
    strongest: PerMuscle
    reserve: Moments
    demand: Row


@dataclass(frozen=True)
class Doubts:
    """How a leg may differ from the model's: factors of each muscle's `strength` and of its moment arms, its `leverage`."""

    strength: Factors | float
    leverage: Factors | float

    def at(self, frames: slice | Bool[np.ndarray, " time"]) -> "Doubts":
        """Return those of some frames."""
        return Doubts(*(each if isinstance(each, float) else each[:, frames] for each in (self.strength, self.leverage)))


def solve_leg(
    leg: Leg,
    angles: Mapping[str, Row],
    rates: Mapping[str, Row],
    moments: Moments,
    doubts: Doubts | None = None,
    *,
    allowance: Costs | None = None,
    start: Moments | None = None,
    passive: bool = False,
    chunk: int = _CHUNK,
) -> Muscles:
    """Return what a leg's muscles do in frames.

    `angles` (rad) and `rates` (rad/s) of at least the leg's `coordinates`; `moments` (Nm) of its `balanced` ones, positive as
    OpenSim's coordinate is. All frames must lie in the range of the geometry. With `passive`, resting fibres pull too.
    `allowance` (Nm, balanced by time or 1) is how much reserve costs as much as a fully active muscle, by default `RESERVE_NM`:
    more for a moment that is hardly known. `start` are reserves over the squared allowance of frames like these, if known.
    """
    xp = moments.__array_namespace__()
    count = moments.shape[1]
    if not count:
        nothing = np.zeros((len(leg.names), 0))
        return Muscles(nothing, nothing, nothing, np.zeros((len(leg.balanced), 0)), np.zeros(0))
    allowed = xp.full((moments.shape[0], 1), RESERVE_NM) if allowance is None else allowance
    parts = []
    for first in range(0, count, chunk):
        some = slice(first, first + chunk)
        turned, turning = ({name: curves[name][some] for name in leg.coordinates} for curves in (angles, rates))
        factors = Doubts(1.0, 1.0) if doubts is None else doubts.at(some)
        near = None if start is None else start[:, some]
        parts.append(
            _solve(
                leg,
                turned,
                turning,
                moments[:, some],
                factors,
                allowed[:, some] if allowed.shape[1] > 1 else allowed,
                near,
                passive,
            )
        )
    return Muscles(*(xp.concatenate(values, axis=-1) for values in zip(*parts, strict=True)))


def _solve(
    leg: Leg,
    angles: Mapping[str, Row],
    rates: Mapping[str, Row],
    moments: Moments,
    doubts: Doubts,
    allowance: Costs,
    start: Moments | None,
    passive: bool,
) -> Muscles:
    xp = moments.__array_namespace__()
    lines = list(leg.geometry.lines(angles))
    lengths = xp.concatenate([line.lengths for line in lines])
    speeds = -xp.concatenate([_turned(xp, line, rates) for line in lines])
    stretched = fibres(leg.curves, lengths, leg.optimal_m, leg.slack_m, leg.pennation_rad)
    forces = leg.strongest_n * doubts.strength
    strongest = forces * active_force(leg.curves, stretched, speeds * stretched.along / leg.fastest_m_s)
    blocks = _blocks(leg, lines, doubts.leverage * strongest)
    wanted = moments
    if passive:
        resting = forces * passive_force(leg.curves, stretched)
        wanted = moments - _made(xp, leg, _blocks(leg, lines, doubts.leverage * resting), moments)
    effort = least_effort(blocks, wanted, leg.least, xp.ones_like(leg.least), allowance, start)
    force = effort.members * strongest + (resting if passive else 0.0)
    return Muscles(
        effort.members, force, strongest, effort.slack, _demand(xp, leg, lines, effort.members, doubts.leverage * strongest)
    )


def _turned(xp: Any, line: Lines, rates: Mapping[str, Row]) -> PerMuscle:
    """Return how fast muscles shorten (m/s), by their moment arms and how fast the joints turn."""
    return xp.einsum("cmt,ct->mt", line.moment_arms, xp.stack([rates[name] for name in line.coordinates]))


def _blocks(leg: Leg, lines: Sequence[Lines], forces: PerMuscle) -> list[Block]:
    """Return what forces (N) do to the moments that are balanced."""
    blocks, first = [], 0
    for line in lines:
        balanced = [at for at, name in enumerate(line.coordinates) if name in leg.balanced]
        own = forces[first : first + len(line.muscles)]
        first += len(line.muscles)
        sums = tuple(leg.balanced.index(line.coordinates[at]) for at in balanced)
        blocks.append(Block(sums, line.moment_arms[np.array(balanced)] * own))
    return blocks


def _made(xp: Any, leg: Leg, blocks: Sequence[Block], like: Moments) -> Moments:
    """Return the moments that fully active members of blocks make together."""
    made = [xp.zeros_like(like[0]) for _ in leg.balanced]
    for block in blocks:
        for row, moment in zip(block.sums, block.effects.sum(axis=1), strict=True):
            made[row] = made[row] + moment
    return xp.stack(made)


def _demand(xp: Any, leg: Leg, lines: Sequence[Lines], activation: PerMuscle, forces: PerMuscle) -> Row:
    """Return the share of the quadriceps' greatest moment about the knee that they make."""
    knee, made, most, first = f"knee_angle_{leg.side[0]}", xp.zeros_like(forces[0]), xp.zeros_like(forces[0]), 0
    for line in lines:
        for nth in range(len(line.muscles)):
            if first + nth in leg.quadriceps and knee in line.coordinates:
                able = forces[first + nth] * line.moment_arms[line.coordinates.index(knee), nth]
                made, most = made + activation[first + nth] * able, most + able
        first += len(line.muscles)
    return made / most
