"""How long does fitting the skeleton take, and how much memory, as films get longer? One core, beside the bare linear algebra.

The network looks once at the embedded side film; its keypoints, played forwards and backwards in turn, are a film of any length
without a jump. Each length is fitted in a process of its own, which may use one core.
"""

import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from importlib.resources import as_file, files
from time import process_time

import numpy as np
import xarray as xr

from kinechain.app.films import look_at_film
from kinechain.app.progress import Progress, Step
from kinechain.core.types import Keypoints
from kinechain.io.weights import load_weights
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.fit import Fitted, estimate_fitted_motion
from kinechain.maths.bordered import Bordered, Factor
from kinechain.pose.blazepose import BlazePose

#: Lengths of the films (s), and how tall the person in them is (m).
LENGTHS_S, _STATURE_M = (6.0, 60.0, 600.0), 1.82

#: What keeps linear algebra on one core; read when it is loaded.
_ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"), "1")

#: Length of the film that is fitted first, so that nothing is loaded while the clock runs (s).
_WARM_S = 2.0

Shape = tuple[int, int, int]


@dataclass(frozen=True)
class FitCost:
    """What fitting one film cost: its length, seconds of one core, those of LAPACK alone, MB of the process beside the result."""

    film_s: float
    fit_s: float
    lapack_s: float
    memory_mb: float


def fit_costs(progress: Progress) -> tuple[FitCost, ...]:
    """Fit films of 6, 60 and 600 s, each in a process of its own on one core."""
    examination, costs = _examined(), []
    for number, length_s in enumerate(LENGTHS_S):
        progress(Step("bench", f"fit, {length_s:.0f} s", number, len(LENGTHS_S)))
        with one_core(), ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            costs.append(pool.submit(cost_of, examination, length_s).result())
    return tuple(costs)


def cost_of(examination: Examination, length_s: float) -> FitCost:
    """Fit a film of this length made of an examined one; the process's greatest memory must be this film's."""
    keypoints = lengthened(examination.keypoints, length_s)
    _fitted(replace(examination, standing=None), lengthened(examination.keypoints, _WARM_S))
    start = process_time()
    with watched_factors() as shapes:
        result = _fitted(examination, keypoints)
    seconds = process_time() - start
    kept = sum(part.nbytes for part in (result.motion.dataset, result.motion.draws) if part is not None) / 1e6
    memory = most_memory_mb() - kept
    return FitCost(float(keypoints.time_s[-1] - keypoints.time_s[0]), seconds, lapack_s(shapes), memory)


def lengthened(keypoints: Keypoints, length_s: float) -> Keypoints:
    """Return a film of this length: the given one played forwards, backwards and so on, with its median time between pictures."""
    step, count = float(np.median(np.diff(keypoints.time_s))), keypoints.time_s.size
    there_and_back = np.concatenate([np.arange(count), np.arange(count - 2, 0, -1)])
    time_s = np.arange(round(length_s / step) + 1) * step
    frames = np.resize(there_and_back, time_s.size)
    return Keypoints(keypoints.dataset.isel(time=xr.DataArray(frames, dims="time")).assign_coords(time=("time", time_s)))


@contextmanager
def watched_factors() -> Iterator[list[Shape]]:
    """Note how many unknowns the chain of every factored matrix has, how many reach each other, and how many are shared."""
    shapes: list[Shape] = []
    factor = Bordered.factor

    def noted(matrix: Bordered, damping: float = 0.0) -> Factor:
        _, reach, size, _ = matrix.chain.shape
        shapes.append((matrix.border.shape[0], reach * size, matrix.border.shape[1]))
        return factor(matrix, damping)

    setattr(Bordered, "factor", noted)  # noqa: B010  # counted from outside, so that the fit itself need not count
    try:
        yield shapes
    finally:
        setattr(Bordered, "factor", factor)  # noqa: B010  # as it was


def lapack_s(shapes: list[Shape]) -> float:
    """Return the seconds that LAPACK alone takes to factor and solve matrices of these shapes: banded, with a dense border."""
    return float(sum(shapes.count(shape) * _once_s(shape) for shape in set(shapes)))


def _once_s(shape: Shape) -> float:
    from scipy.linalg import cho_solve_banded, cholesky, lapack

    unknowns, band, shared = shape
    rng = np.random.default_rng(0)
    bands = np.asfortranarray(rng.standard_normal((min(band, unknowns), unknowns)))
    bands[0] += 10.0 * band
    border = np.asfortranarray(rng.standard_normal((unknowns, shared)))
    start = process_time()
    factor, _ = lapack.dpbtrf(bands, lower=1)
    half, _ = lapack.dtbtrs(factor, border, uplo="L", trans="N")
    cholesky(unknowns * np.eye(shared) + half.T @ half, lower=True)
    cho_solve_banded((factor, True), border[:, 0])
    return process_time() - start


def _examined() -> Examination:
    weights = load_weights(None)
    backend = BlazePose(weights.detector, weights.landmarker, weights.name)
    with as_file(files("kinechain.app") / "demo_films" / "person_1_side.mp4") as film:
        return look_at_film(film, backend, mirrored=False)


def _fitted(examination: Examination, keypoints: Keypoints) -> Fitted:
    return estimate_fitted_motion(keypoints, examination.sight.view, _STATURE_M, examination.standing)


@contextmanager
def one_core() -> Iterator[None]:
    """Let processes that are started meanwhile use one core for linear algebra."""
    before = {name: os.environ.get(name) for name in _ONE_CORE}
    os.environ.update(_ONE_CORE)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


def most_memory_mb() -> float:
    """Return the greatest memory that this process has held, NaN where the system does not tell."""
    try:
        import resource
    except ImportError:  # Windows
        return float("nan")
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1.0 if sys.platform == "darwin" else 1024.0) / 1e6
