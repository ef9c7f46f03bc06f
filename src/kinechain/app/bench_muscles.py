"""How far are kinechain's muscles, and what kneecap and shin bear, from OpenSim's, and what does it cost to find them?

OpenSim's StaticOptimization takes a fibre's force for the tendon's: it leaves out the cosine of the fibre's pennation, by which
pennate muscles pull up to a tenth less. kinechain keeps it. So that the optimization is compared and not that, kinechain is asked
both ways here: as OpenSim has it, and as it has it itself.
"""

import multiprocessing
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, process_time
from typing import Any, TypeVar

import numpy as np
from jaxtyping import Float, Int

from kinechain.app.bench_fit import most_memory_mb, one_core
from kinechain.app.bench_loads import Stretch, differentiated, found_model, our_forces, pressed, read_stretch, slowed
from kinechain.app.bench_static import JOINTS, MOVED, Chosen, MuscleTools
from kinechain.app.compile_model import load_model
from kinechain.app.progress import Progress, Step
from kinechain.body.model import BodyModel
from kinechain.body.muscle_curves import fibres
from kinechain.body.muscle_groups import GROUPS, without_side
from kinechain.core.types import SIDES
from kinechain.loads.joint_moments import shin_forces
from kinechain.loads.static_optimization import Doubts, Leg, Muscles, solve_leg
from kinechain.maths.multibody import Frames, Wrench, inverse_dynamics, move

#: How many frames are solved at once, and what the cost of the most is set beside.
COUNTS, BESIDE = (100, 1_000, 10_000, 100_000), 1_000
#: How many frames are solved on JAX arrays.
_JAX_FRAMES = 10_000
#: Every how many frames OpenSim is asked.
_EVERY = 3
_Found = TypeVar("_Found")
Places = Int[np.ndarray, " time"]


@dataclass(frozen=True)
class Apart:
    """How far activations are apart, of the quadriceps and of the worse leg's 40 muscles; and knee forces.

    Knee forces as shares: the largest difference of the joint's peak, and its root mean square of that of the forces (`_rms`).
    """

    quadriceps_worst: float
    quadriceps_rms: float
    leg_rms: float
    worst_muscle: str
    patellofemoral: float
    tibiofemoral: float
    patellofemoral_rms: float
    tibiofemoral_rms: float


@dataclass(frozen=True)
class Cost:
    """What so many frames cost: microseconds of one core a frame, the process's greatest memory, and what is returned (MB)."""

    frames: int
    us: float
    memory_mb: float
    kept_mb: float


@dataclass(frozen=True)
class JaxCost:
    """How far activations on JAX arrays are from NumPy's, and what static optimization costs there, translated once before.

    Microseconds a frame of both legs, on this kind of device, in seconds of the clock.
    """

    apart: float
    us: float
    device: str


@dataclass(frozen=True)
class MuscleCosts:
    """OpenSim's milliseconds a frame, how far kinechain is from it (`alike` as OpenSim has it), and kinechain's own costs.

    `given_patellofemoral` and `given_tibiofemoral` are how far the knees' forces are under OpenSim's own muscle forces, as shares
    of each; `jax` tells of the same code on JAX arrays, None where there is no JAX.
    """

    optimization_ms: float
    reaction_ms: float
    alike: Apart
    own: Apart
    given_patellofemoral: float
    given_tibiofemoral: float
    costs: tuple[Cost, ...]
    jax: JaxCost | None


def muscle_costs(progress: Progress, osim: Path | None = None) -> MuscleCosts:
    """Ask OpenSim and kinechain for the muscles of the squat that kinechain brings along, and time both.

    Raises:
        UsageError: OpenSim is not installed, or there is no model.
        DataFileError: the model cannot be read.
    """
    model, work = load_model(), len(COUNTS) + 2
    stretch = slowed(model.tree, read_stretch())
    progress(Step("bench", "OpenSim's muscles", 0, work))
    theirs, optimization_ms, reaction_ms = opensim_choice(found_model(osim), stretch)
    given = replace(theirs, reactions=knee_forces(model, stretch, theirs.time_s, theirs.muscles, theirs.forces))
    given_shares = np.abs(given.burdens / theirs.burdens - 1.0).max(axis=0)
    costs = []
    for number, count in enumerate(COUNTS, 1):
        progress(Step("bench", f"kinechain's muscles, {count} frames", number, work))
        costs.append(_apart_from_all(partial(cost_of, count)))
    progress(Step("bench", "JAX", work - 1, work))
    return MuscleCosts(
        optimization_ms,
        reaction_ms,
        apart(our_choice(model, stretch, theirs.time_s, as_opensim=True), theirs),
        apart(our_choice(model, stretch, theirs.time_s), theirs),
        float(given_shares[_joints("patello")].max()),
        float(given_shares[_joints("walker")].max()),
        tuple(costs),
        _apart_from_all(jax_cost) if find_spec("jax") else None,
    )


def opensim_choice(osim: Path, stretch: Stretch) -> tuple[Chosen, float, float]:
    """Return what OpenSim finds for every third frame, and its milliseconds a frame to optimize and for joints' reactions.

    What a run costs beside its frames (reading, splines) is told by a run of one frame and taken off.
    """
    first = (stretch.span_s[0], stretch.span_s[0])
    with TemporaryDirectory() as folder:
        tools = MuscleTools.set_up(osim, stretch.motion, stretch.ground, Path(folder))
        beside = tools.optimize(first), tools.react(first)
        whole = tools.optimize(stretch.span_s, _EVERY), tools.react(stretch.span_s, _EVERY)
        theirs = tools.chosen()
    optimization, reaction = (1e3 * (all_s - one_s) / (theirs.time_s.size - 1) for all_s, one_s in zip(whole, beside, strict=True))
    return theirs, optimization, reaction


def our_choice(model: BodyModel, stretch: Stretch, time_s: Float[np.ndarray, " time"], as_opensim: bool = False) -> Chosen:
    """Return what kinechain finds for frames of a stretch; `as_opensim` without the pennation's cosine."""
    at = _places(stretch, time_s)
    coordinates, rates, _ = (values[at] for values in differentiated(stretch))
    moments = our_forces(model.tree, stretch)[at]
    legs = _legs(model)
    solved = [_solved(model, leg, coordinates, rates, moments, as_opensim) for leg in legs]

    def joined(part: str) -> Float[np.ndarray, "time column"]:
        return np.concatenate([getattr(muscles, part) for muscles in solved]).T

    muscles, forces = tuple(name for leg in legs for name in leg.names), joined("force")
    return Chosen(
        time_s,
        muscles,
        joined("activation"),
        forces,
        tuple(name for leg in legs for name in leg.balanced),
        joined("reserve"),
        knee_forces(model, stretch, time_s, muscles, forces),
    )


def knee_forces(
    model: BodyModel,
    stretch: Stretch,
    time_s: Float[np.ndarray, " time"],
    muscles: tuple[str, ...],
    forces: Float[np.ndarray, "time muscle"],
) -> Float[np.ndarray, "time joint 3"]:
    """Return what thighs give kneecaps (in their own axes) and shins (in the shins') under muscle forces (N); as `JOINTS`."""
    if model.pulls is None:
        raise ValueError(f"Expected a model that tells how muscles pull on its kneecaps, got {model.name}. Compile it anew.")
    at, tree = _places(stretch, time_s), model.tree
    motion = tuple(values[at] for values in differentiated(stretch))
    needed = shin_forces(move(tree, *motion), stretch.ground.force[stretch.frames][at])
    tensions = dict(zip(muscles, forces.T, strict=True))
    found: dict[str, Float[np.ndarray, "time 3"]] = {}
    for foot, side in enumerate(SIDES):
        kneecap, shin = model.pulls.forces(motion[0], tree.coordinates, side, tensions)
        found |= {f"patellofemoral_{side[0]}": -kneecap.T, f"walker_knee_{side[0]}": needed[:, foot] - shin.T}
    return np.stack([found[joint] for joint in JOINTS], axis=1)


def apart(ours: Chosen, theirs: Chosen) -> Apart:
    """Return how far two answers for the same frames are apart, muscles taken by name."""
    off = ours.activations[:, [ours.muscles.index(name) for name in theirs.muscles]] - theirs.activations
    quadriceps = [at for at, name in enumerate(theirs.muscles) if without_side(name) in GROUPS["quadriceps"]]
    legs = [[at for at, name in enumerate(theirs.muscles) if name.endswith(f"_{side[0]}")] for side in SIDES]
    by_muscle = np.sqrt((off**2).mean(axis=0))
    differing = ours.burdens - theirs.burdens
    shares = np.abs(differing) / theirs.burdens.max(axis=0)
    mean = np.sqrt((differing**2).mean(axis=0) / (theirs.burdens**2).mean(axis=0))
    return Apart(
        float(np.abs(off[:, quadriceps]).max()),
        float(np.sqrt((off[:, quadriceps] ** 2).mean())),
        max(float(np.sqrt((off[:, leg] ** 2).mean())) for leg in legs),
        theirs.muscles[int(by_muscle.argmax())],
        *(float(shares[:, _joints(name)].max()) for name in ("patello", "walker")),
        *(float(mean[_joints(name)].max()) for name in ("patello", "walker")),
    )


def cost_of(count: int) -> Cost:
    """Solve both legs of so many frames, from motion and ground on; the process's greatest memory must be theirs."""
    model = load_model()
    stretch = slowed(model.tree, read_stretch())
    legs, motion, ground = _legs(model), differentiated(stretch), pressed(stretch)
    _whole(model, legs, motion, ground)
    frames = np.resize(np.arange(stretch.count), count)
    coordinates, rates, accelerations = (values[frames] for values in motion)
    ground = {name: Wrench(wrench.force[:, frames], wrench.moment[:, frames]) for name, wrench in ground.items()}
    start = process_time()
    found = _whole(model, legs, (coordinates, rates, accelerations), ground)
    seconds = process_time() - start
    kept = sum(values.nbytes for muscles in found for values in muscles) / 1e6
    return Cost(count, 1e6 * seconds / count, most_memory_mb(), kept)


def jax_cost(frames: int = _JAX_FRAMES) -> JaxCost:
    """Solve a leg of so many frames on JAX arrays and on NumPy's; switches JAX to double precision."""
    import jax

    jax.config.update("jax_enable_x64", True)  # type: ignore[no-untyped-call]  # jax gives it no types
    model = load_model()
    stretch, at = slowed(model.tree, read_stretch()), model.tree.at
    places = np.resize(np.arange(stretch.count), frames)
    coordinates, rates, _ = (values[places] for values in differentiated(stretch))
    moments, leg = our_forces(model.tree, stretch)[places], _legs(model)[0]
    ours = _solved(model, leg, coordinates, rates, moments).activation

    def solve(angles: dict[str, Any], turning: dict[str, Any], wanted: Any) -> Any:
        return solve_leg(leg, angles, turning, wanted, chunk=frames).activation

    translated = jax.jit(solve)
    tables = ({name: jax.numpy.asarray(values[:, at[name]]) for name in leg.coordinates} for values in (coordinates, rates))
    arrays = (*tables, jax.numpy.asarray(moments[:, [at[name] for name in leg.balanced]].T))
    found = translated(*arrays).block_until_ready()
    start = perf_counter()
    translated(*arrays).block_until_ready()
    seconds = perf_counter() - start
    apart_by = float(np.abs(np.asarray(found) - ours).max())
    return JaxCost(apart_by, 2e6 * seconds / frames, str(jax.devices()[0].platform))


def _whole(
    model: BodyModel, legs: tuple[Leg, ...], motion: tuple[Frames, Frames, Frames], ground: Mapping[str, Wrench]
) -> tuple[Muscles, ...]:
    coordinates, rates, accelerations = motion
    moments = inverse_dynamics(model.tree, coordinates, rates, accelerations, ground)
    return tuple(_solved(model, leg, coordinates, rates, moments) for leg in legs)


def _solved(
    model: BodyModel,
    leg: Leg,
    coordinates: Frames,
    rates: Frames,
    moments: Frames,
    as_opensim: bool = False,
) -> Muscles:
    """Return a leg's muscles from tables over time and the tree's coordinates."""
    at = model.tree.at
    angles, turning = (
        {name: np.ascontiguousarray(values[:, at[name]]) for name in leg.coordinates} for values in (coordinates, rates)
    )
    doubts = Doubts(1.0 / _cosines(leg, angles), 1.0) if as_opensim else None
    return solve_leg(leg, angles, turning, moments[:, [at[name] for name in leg.balanced]].T, doubts)


def _cosines(leg: Leg, angles: Mapping[str, np.ndarray]) -> Float[np.ndarray, "muscle time"]:
    lengths = np.concatenate([line.lengths for line in leg.geometry.lines(angles)])
    return np.asarray(fibres(leg.curves, lengths, leg.optimal_m, leg.slack_m, leg.pennation_rad).along)


def _legs(model: BodyModel) -> tuple[Leg, ...]:
    return tuple(Leg.of(model, side, MOVED) for side in SIDES)


def _places(stretch: Stretch, time_s: Float[np.ndarray, " time"]) -> Places:
    """Return which of the meant frames are at these times."""
    meant = stretch.motion.time_s[stretch.frames]
    return np.asarray(np.abs(meant[:, None] - time_s).argmin(axis=0))


def _joints(start: str) -> list[int]:
    return [at for at, name in enumerate(JOINTS) if name.startswith(start)]


def _apart_from_all(work: Callable[[], _Found]) -> _Found:
    """Return what work finds in a process of its own, which may use one core."""
    with one_core(), ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work).result()
