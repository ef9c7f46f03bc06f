"""How far are kinechain's joint moments from OpenSim's, and how fast do both come? One real squat, the same forces under the feet.

Sixty frames of a squat, with as many around them as derivatives need, are part of the package; so is what presses on the feet:
half of what the whole body needs, at one place under each foot. The motion is differentiated for both by natural splines of
degree 5, as OpenSim's tool does it, so that the dynamics are compared and not the smoothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import perf_counter

import numpy as np

from kinechain.app.bench_opensim import SolverLoop, Tool
from kinechain.app.progress import Progress, Step
from kinechain.core.errors import DataFileError, UsageError
from kinechain.core.types import SIDES, Coordinates, GroundReaction, Loads
from kinechain.io.osim import opensim_library, read_structure
from kinechain.loads.feet import HIND_FOOT
from kinechain.maths.multibody import Frames, Tree, Wrench, inverse_dynamics, move

#: How often all are timed in turn, and how many frames are many.
_ROUNDS, MANY = 5, 3000
#: How many times as slowly the poses follow each other where muscles are compared.
_SLOWER = 3.0
#: Where the model lies beside a checkout.
_BESIDE = Path(__file__).resolve().parents[4] / "shared" / "data" / "model" / "LaiUhlrich2022.osim"


@dataclass(frozen=True)
class Stretch:
    """A stretch of a motion with frames around it: coordinates, what the ground does to each foot, and which frames are meant."""

    motion: Coordinates
    ground: GroundReaction
    frames: slice

    @property
    def count(self) -> int:
        """How many frames are meant."""
        return int(self.frames.stop - self.frames.start)

    @property
    def span_s(self) -> tuple[float, float]:
        """The times of the first and the last frame that is meant."""
        return float(self.motion.time_s[self.frames.start]), float(self.motion.time_s[self.frames.stop - 1])


@dataclass(frozen=True)
class LoadCosts:
    """Microseconds a frame of each way to the forces, and where kinechain is furthest from OpenSim's tool on a leg (Nm)."""

    kinechain_us: float
    many_us: float
    tool_us: float
    solver_us: float
    worst_nm: float
    worst_coordinate: str


def load_costs(progress: Progress, osim: Path | None = None) -> LoadCosts:
    """Time kinechain, OpenSim's tool and OpenSim's bare solver in turn, and compare what they find.

    Raises:
        UsageError: OpenSim is not installed, or there is no model.
        DataFileError: the model cannot be read, or has other coordinates than the squat.
    """
    opensim_library()
    model = found_model(osim)
    stretch, tree = read_stretch(), read_structure(model).tree
    if tree.coordinates != stretch.motion.names:
        raise DataFileError("the coordinates of LaiUhlrich2022.osim", f"others in {model.name}", "Give that model.")
    motion = differentiated(stretch)
    coordinates, rates, accelerations = (np.resize(values, (MANY, values.shape[1])) for values in motion)
    solver = SolverLoop.set_up(model, tree.coordinates, *motion)
    with TemporaryDirectory() as folder:
        tool = Tool.set_up(model, stretch.motion, stretch.ground, stretch.span_s, Path(folder))
        ways: tuple[tuple[Callable[[], object], int], ...] = (
            (lambda: our_forces(tree, stretch), stretch.count),
            (lambda: inverse_dynamics(tree, coordinates, rates, accelerations), MANY),
            (tool.run, stretch.count),
            (solver.run, stretch.count),
        )
        rounds = []
        for number in range(_ROUNDS):
            progress(Step("bench", "inverse dynamics", number, _ROUNDS))
            rounds.append([1e6 * _time(way) / frames for way, frames in ways])
        theirs = tool.forces()
    ours, many, tool_us, solver_us = (median(way) for way in zip(*rounds, strict=True))
    return LoadCosts(ours, many, tool_us, solver_us, *furthest(our_forces(tree, stretch), theirs, tree.coordinates))


def read_stretch() -> Stretch:
    """Return the squat that kinechain brings along."""
    with as_file(files("kinechain.app") / "bench_data" / "squat_60.npz") as path, np.load(path) as kept:
        time_s, names = kept["time_s"], tuple(str(name) for name in kept["names"])
        ground = GroundReaction(time_s, kept["force"], kept["centre_of_pressure"], np.zeros_like(kept["force"]))
        return Stretch(Coordinates(time_s, names, kept["values"]), ground, slice(*kept["frames"].tolist()))


def slowed(tree: Tree, stretch: Stretch) -> Stretch:
    """Return the same poses one after another three times as slowly, on a ground that gives just what the whole body needs.

    At its own speed, and with the force at one place under each foot, the motion asks hips for more than muscles have. What
    reserves make then costs hundreds of times what activations do, and no optimizer settles these. The feet share evenly; the
    centre of pressure moves alike under both, and what is left of the moment is a free one.
    """
    time_s = _SLOWER * stretch.motion.time_s
    motion = Coordinates(time_s, stretch.motion.names, stretch.motion.values)
    whole = move(tree, *differentiated(Stretch(motion, stretch.ground, slice(0, time_s.size)))).whole
    places = stretch.ground.centre_of_pressure
    force, left = whole.force.T, whole.about(places.mean(axis=1).T).T
    aside = np.stack([left[:, 2], np.zeros(time_s.size), -left[:, 0]], axis=1) / force[:, [1]]
    moment = np.zeros_like(places)
    moment[..., 1] = 0.5 * (left - np.cross(aside, force))[:, [1]]
    ground = GroundReaction(time_s, np.repeat(0.5 * force[:, None], len(SIDES), axis=1), places + aside[:, None], moment)
    return Stretch(motion, ground, stretch.frames)


def differentiated(stretch: Stretch) -> tuple[Frames, Frames, Frames]:
    """Return coordinates, rates and accelerations of the meant frames, by natural splines of degree 5 through all frames."""
    from scipy.interpolate import make_interp_spline

    time_s, values = stretch.motion.time_s, stretch.motion.values
    natural = [(order, np.zeros(values.shape[1])) for order in (3, 4)]
    spline = make_interp_spline(time_s, values, k=5, bc_type=(natural, natural))
    at = time_s[stretch.frames]
    return spline(at), spline(at, 1), spline(at, 2)


def our_forces(tree: Tree, stretch: Stretch) -> Frames:
    """Return kinechain's generalised forces of the meant frames (N, Nm), those of the kneecap apart."""
    return inverse_dynamics(tree, *differentiated(stretch), pressed(stretch))


def pressed(stretch: Stretch) -> dict[str, Wrench]:
    """Return what the ground does to the hind feet in the meant frames."""
    ground, frames = stretch.ground, stretch.frames
    return {
        HIND_FOOT[side]: Wrench.at_point(
            *(part[frames, foot].T for part in (ground.force, ground.centre_of_pressure, ground.moment))
        )
        for foot, side in enumerate(SIDES)
    }


def furthest(ours: Frames, theirs: Frames, names: Sequence[str]) -> tuple[float, str]:
    """Return the largest difference on a coordinate of the legs (Nm), and on which."""
    apart = np.abs(ours - theirs).max(axis=0)
    legs = {f"{name}_{side[0]}": float(apart[names.index(f"{name}_{side[0]}")]) for name in Loads.LOADED for side in SIDES}
    worst = max(legs, key=lambda name: legs[name])
    return legs[worst], worst


def found_model(osim: Path | None) -> Path:
    """Return where the OpenSim model lies. Raises UsageError where there is none."""
    if osim is None and not _BESIDE.is_file():
        raise UsageError(
            "the OpenSim model LaiUhlrich2022.osim to compare with",
            "none",
            "Fetch it from github.com/opencap-org/opencap-core and give it: kinechain bench loads --osim LaiUhlrich2022.osim.",
        )
    return osim or _BESIDE


def _time(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
