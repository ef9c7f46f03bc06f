"""How far off is kinechain where the truth is known? Two embedded films of a rendered person, measured and compared."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinechain.app.assess import Assessed, Request, assess, write_assessment
from kinechain.app.progress import Progress, ignore
from kinechain.core.types import AssessedClip, Person
from kinechain.pose.backend import PoseBackend

#: The embedded films and the person in them: 1.8196 m tall; the body mass is not known to the renderer and plays no part in angles.
_FILMS, _PERSON = ("squat_side", "squat_front"), Person(height_m=1.8196, mass_kg=80.0)
_ANGLES = ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "trunk_lean", "fppa")

Truth = dict[str, Float[np.ndarray, " time"]]


@dataclass(frozen=True)
class PeakRow:
    """One measured peak of one repetition beside the true one, in degrees; `inside` tells whether the interval holds the truth."""

    clip: str
    code: str
    side: str
    rep: int
    measured: float
    low: float
    high: float
    true: float

    @property
    def error(self) -> float:
        """Measured minus true."""
        return self.measured - self.true

    @property
    def inside(self) -> bool:
        """Whether the interval holds the truth."""
        return self.low <= self.true <= self.high


@dataclass(frozen=True)
class CurveRow:
    """One measured curve against the true one over all frames where it was measured, in degrees."""

    clip: str
    angle: str
    side: str
    mean_absolute_error: float
    bias: float
    frames: int


@dataclass(frozen=True)
class Demo:
    """The assessment of the embedded films, and how it compares with the truth."""

    assessed: Assessed
    peaks: tuple[PeakRow, ...]
    curves: tuple[CurveRow, ...]


def run_demo(backend: PoseBackend, destination: Path | None, progress: Progress = ignore) -> Demo:
    """Assess the embedded films, write the result to `destination` where one is given, and compare it with the truth."""
    folder = files("kinechain.app") / "demo_films"
    with as_file(folder) as films:
        paths = tuple(films / f"{name}.mp4" for name in _FILMS)
        assessed = assess(Request(films=paths, person=_PERSON, mirrored=False), backend, progress)
        if destination is not None:
            write_assessment(assessed, destination, progress)
        truths = [_read_truth(films / f"{name}_truth.csv") for name in _FILMS]
    pairs = list(zip(assessed.assessment.clips, truths, strict=True))
    peaks = tuple(row for clip, truth in pairs for row in _compare_peaks(clip, truth))
    return Demo(assessed, peaks, tuple(row for clip, truth in pairs for row in _compare_curves(clip, truth)))


def _read_truth(path: Path) -> Truth:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def _compare_peaks(clip: AssessedClip, truth: Truth) -> Iterator[PeakRow]:
    spans = {repetition.index: slice(repetition.start, repetition.end + 1) for repetition in clip.repetitions}
    for measure in clip.measures:
        angle = measure.code.removesuffix("_peak")
        column = _column(angle, None if measure.side == "both" else measure.side)
        if measure.rep is None or measure.cannot_judge or not measure.code.endswith("_peak") or column not in truth:
            continue
        value, low, high = np.rad2deg([measure.value, measure.low, measure.high])
        true = float(truth[column][spans[measure.rep]].max())
        yield PeakRow(clip.clip.header.name, measure.code, measure.side, measure.rep, float(value), float(low), float(high), true)


def _compare_curves(clip: AssessedClip, truth: Truth) -> Iterator[CurveRow]:
    if clip.motion is None:
        return
    for angle in _ANGLES:
        for side in (None, "left", "right"):
            column = _column(angle, side)
            if column not in truth or angle not in clip.motion.dataset:
                continue
            error = np.rad2deg(clip.motion.values(angle, side)) - truth[column]
            known = error[np.isfinite(error)]
            if known.size:
                yield CurveRow(
                    clip.clip.header.name, angle, side or "both", float(np.abs(known).mean()), float(known.mean()), known.size
                )


def _column(angle: str, side: str | None) -> str:
    return f"{angle}_deg" if side is None else f"{angle}_deg_{side[0]}"
