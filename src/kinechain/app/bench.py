"""How fast is it on this computer? Figures beside their floors, taken side by side in one run."""

import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from itertools import islice
from pathlib import Path
from statistics import median
from time import perf_counter

import numpy as np

from kinechain.app.assess import Request, assess, write_assessment
from kinechain.app.bench_draws import DRAWS, FRAMES, draw_seconds
from kinechain.app.bench_fit import fit_costs
from kinechain.app.bench_loads import MANY, load_costs
from kinechain.app.bench_muscles import BESIDE, MuscleCosts, muscle_costs
from kinechain.app.films import MEASURED_LINES
from kinechain.app.progress import Progress, Step, ignore
from kinechain.core.types import Person, Picture
from kinechain.io.film import open_film
from kinechain.io.film_writer import film_writer
from kinechain.io.weights import load_weights
from kinechain.pose.blazepose import BlazePose
from kinechain.pose.track import estimate_keypoints

#: The film of the bench: 1080 x 1920, 30 pictures a second, as a phone makes it.
_WIDTH, _FRAMES, _FPS = 1080, 240, 30.0
#: Pictures held in memory for the pose stage alone, and how often network and pose stage are timed in turn.
_HELD, _ROUNDS = 150, 7
_STARTS = 7
#: Seconds that the fit may take a second of film, and how much more memory ten minutes may take than one.
_FIT_GOAL, _FLAT = 0.25, 1.25
#: How far joint moments may be from OpenSim's (Nm), and the share of OpenSim's time that they may take.
_MOMENT_GOAL, _SHARE_GOAL = 0.1, 1.0
#: How far activations may be from OpenSim's: of the quadriceps' heads at most and in the mean, of all muscles of a leg in the mean;
#: and the force on the kneecap, as a share.
_HEADS_WORST, _HEADS_RMS, _LEG_RMS, _KNEECAP = 0.06, 0.02, 0.025, 0.02
#: The share of OpenSim's time that inverse dynamics and static optimization may take, and microseconds for both legs.
_MUSCLE_SHARE, _MUSCLE_US = 1.0 / 2000.0, 100.0
#: How far on JAX arrays activations may be from NumPy's.
_SAME = 1e-6
#: How long three hundred frames of two hundred draws may take (s).
_DRAWN_S = 15.0


@dataclass(frozen=True)
class Figure:
    """One timed figure: its value, the floor it is set beside (0 where there is none), and the aim for the ratio to that floor."""

    name: str
    value: float
    unit: str
    floor_name: str
    floor: float
    aim: float

    @property
    def ratio(self) -> float:
        """Value over floor."""
        return self.value / self.floor if self.floor else float("nan")


def bench(what: str, progress: Progress = ignore, osim: Path | None = None) -> tuple[Figure, ...]:
    """Time `video`, `fit`, `loads` or `start`; `osim` is the model that loads are compared by."""
    if what == "loads":
        return bench_loads(progress, osim)
    return {"video": bench_video, "fit": bench_fit, "start": bench_start}[what](progress)


def bench_video(progress: Progress = ignore) -> tuple[Figure, ...]:
    """Time the bare landmark network on two threads, decoding, the pose stage, and the whole of assess, per frame of a 1080p film.

    Network and pose stage are timed in turn, round after round, so that a drift of the machine's speed strikes both; medians count.
    """
    weights = load_weights(None)
    with tempfile.TemporaryDirectory() as folder:
        film = make_bench_film(Path(folder) / "bench.mp4")
        backend = BlazePose(weights.detector, weights.landmarker, weights.name)
        held = list(islice(_pictures(film), _HELD))
        network, pose = [], []
        for round_number in range(_ROUNDS):
            progress(Step("bench", "pose", round_number, _ROUNDS))
            network.append(_time_bare_network(weights.landmarker))
            pose.append(_time(lambda: estimate_keypoints(held, backend)) / _HELD)
        held.clear()  # some 310 MB
        decoding = median(_time(lambda: _exhaust(_pictures(film))) / _FRAMES for _ in range(3))
        request = Request(films=(film,), person=Person(1.82, 80.0), mirrored=False)

        def whole(number: int) -> float:
            return _time(lambda: write_assessment(assess(request, backend), Path(folder) / f"result{number}")) / _FRAMES

        assessing = median(whole(number) for number in range(3))
    floor = median(network)
    ratio = median(one / other for one, other in zip(pose, network, strict=True))
    return (
        Figure("bare landmark network, two threads", 1e3 * floor, "ms/frame", "", 0.0, 0.0),
        Figure(f"decoding 1080p H.264, to {MEASURED_LINES} lines", 1e3 * decoding, "ms/frame", "", 0.0, 0.0),
        Figure("pose stage", 1e3 * floor * ratio, "ms/frame", "bare landmark network", 1e3 * floor, 1.2),
        Figure("assess, with report and overlay film", 1e3 * assessing, "ms/frame", "the film's own time", 1e3 / _FPS, 1.0),
    )


def bench_fit(progress: Progress = ignore) -> tuple[Figure, ...]:
    """Time the fit on one core a second of film, and tell the memory it takes beside its result, as films get longer.

    The aim is `_FIT_GOAL` seconds, whatever the floor; memory is to stay about what it is for a film of a minute.
    """
    costs = fit_costs(progress)
    lapack = "LAPACK alone"
    times = [
        Figure(
            f"fit, {cost.film_s:.0f} s of film",
            cost.fit_s / cost.film_s,
            "s/s",
            lapack,
            cost.lapack_s / cost.film_s,
            _FIT_GOAL * cost.film_s / cost.lapack_s,
        )
        for cost in costs
    ]
    _, minute, longest = costs
    name = f"memory of the fit, {longest.film_s:.0f} s of film"
    floor = f"{minute.film_s:.0f} s of film"
    return (*times, Figure(name, longest.memory_mb, "MB", floor, minute.memory_mb, _FLAT))


def bench_loads(progress: Progress = ignore, osim: Path | None = None) -> tuple[Figure, ...]:
    """Time inverse dynamics and static optimization per frame of a real squat beside OpenSim's, and tell how far both are apart."""
    cost = load_costs(progress, osim)
    ours, tool, solver = "inverse dynamics", "OpenSim's InverseDynamicsTool", "OpenSim's bare solver, no ground forces"
    return (
        Figure(f"{ours}, 60 frames", cost.kinechain_us, "us/frame", tool, cost.tool_us, _SHARE_GOAL),
        Figure(f"{ours}, {MANY} frames, no ground forces", cost.many_us, "us/frame", solver, cost.solver_us, _SHARE_GOAL),
        Figure(f"furthest from OpenSim: {cost.worst_coordinate}", cost.worst_nm, "Nm", "aim", _MOMENT_GOAL, 1.0),
        *_muscle_figures(muscle_costs(progress, osim)),
        Figure(f"{FRAMES} frames of {DRAWS} draws, from a film's angles to the kneecap", draw_seconds(), "s", "aim", _DRAWN_S, 1.0),
    )


def _muscle_figures(cost: MuscleCosts) -> tuple[Figure, ...]:
    """Return how far muscles and knee forces are from OpenSim's, and what they cost."""

    def within(name: str, value: float, aim: float, unit: str = "1") -> Figure:
        return Figure(name, value, unit, "aim", aim, 1.0)

    apart = [
        figure
        for how, one in (("without pennation's cosine, as OpenSim", cost.alike), ("with it", cost.own))
        for figure in (
            within(f"vasti and rectus femoris, furthest, {how}", one.quadriceps_worst, _HEADS_WORST),
            within(f"vasti and rectus femoris, RMS, {how}", one.quadriceps_rms, _HEADS_RMS),
            within(f"all muscles of a leg, RMS, {how}; worst {one.worst_muscle}", one.leg_rms, _LEG_RMS),
            within(f"patellofemoral force, furthest, share of its peak, {how}", one.patellofemoral, _KNEECAP),
            within(f"patellofemoral force, RMS, {how}", one.patellofemoral_rms, _KNEECAP),
            within(f"tibiofemoral force, furthest, share of its peak, {how}", one.tibiofemoral, _KNEECAP),
            within(f"tibiofemoral force, RMS, {how}", one.tibiofemoral_rms, _KNEECAP),
        )
    ]
    optimization, whole = "OpenSim's StaticOptimization", "inverse dynamics and static optimization, both legs"
    most, beside = cost.costs[-1], next(one for one in cost.costs if one.frames == BESIDE)
    flat = [
        Figure(f"{whole}, {one.frames} frames", one.us, "us/frame", f"{beside.frames} frames", beside.us, _FLAT)
        for one in cost.costs
    ]
    few = f"{beside.frames} frames"
    memory = Figure(f"memory of {most.frames} frames", most.memory_mb - most.kept_mb, "MB", few, beside.memory_mb, _FLAT)
    jax = [
        figure
        for one in ([] if cost.jax is None else [cost.jax])
        for figure in (
            within(f"furthest on JAX arrays ({one.device})", one.apart, _SAME),
            Figure(f"static optimization on JAX arrays ({one.device}), both legs", one.us, "us/frame", "", 0.0, 0.0),
        )
    ]
    return (
        *apart,
        within("patellofemoral force under OpenSim's muscle forces", cost.given_patellofemoral, _KNEECAP),
        within("tibiofemoral force under OpenSim's muscle forces", cost.given_tibiofemoral, _KNEECAP),
        Figure(whole, most.us, "us/frame", optimization, 1e3 * cost.optimization_ms, _MUSCLE_SHARE),
        within(f"{whole}, one core", most.us, _MUSCLE_US, "us/frame"),
        Figure("OpenSim's JointReaction", cost.reaction_ms, "ms/frame", "", 0.0, 0.0),
        *flat,
        memory,
        *jax,
    )


def bench_start(_progress: Progress = ignore) -> tuple[Figure, ...]:
    """Time `kinechain --help` beside an interpreter that does nothing."""
    bare, helped = [], []
    for _ in range(_STARTS):
        bare.append(_time(lambda: subprocess.run([sys.executable, "-c", "pass"], check=True)))
        helped.append(
            _time(lambda: subprocess.run([sys.executable, "-m", "kinechain", "--help"], check=True, stdout=subprocess.DEVNULL))
        )
    return (Figure("kinechain --help", median(helped), "s", "a bare Python", median(bare), 0.3 / median(bare)),)


def make_bench_film(destination: Path) -> Path:
    """Write a 1080p film of 8 s from the embedded side film, enlarged and repeated."""
    with as_file(files("kinechain.app") / "demo_films" / "person_1_side.mp4") as source, film_writer(destination) as writer:
        with open_film(source) as film:
            pictures = [picture.rgb for picture in film.pictures()]
        scale = _WIDTH / pictures[0].shape[1]
        rows, columns = ((np.arange(round(size * scale)) / scale).astype(int) for size in pictures[0].shape[:2])
        for frame in range(_FRAMES):
            writer.add(frame / _FPS, pictures[frame % len(pictures)][rows[:, None], columns])
    return destination


def _time_bare_network(landmarker: bytes) -> float:
    """Return seconds a run of the landmark network alone, on two threads, with nothing done before or after: the floor."""
    from ai_edge_litert.interpreter import Interpreter

    network = Interpreter(model_content=landmarker, num_threads=2)
    network.allocate_tensors()
    network.invoke()
    return _time(lambda: [network.invoke() for _ in range(_HELD)]) / _HELD


def _pictures(film: Path) -> Iterator[Picture]:
    with open_film(film, MEASURED_LINES, spare_byte=True) as opened:
        yield from opened.pictures()


def _exhaust(pictures: Iterable[Picture]) -> None:
    for _ in pictures:
        pass


def _time(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start
