"""How far off is kinechain where the truth is known? Embedded films of three rendered people, measured and compared."""

import csv
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import as_file, files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain.app.assess import Assessed, Request, assess, write_assessment
from kinechain.app.progress import Progress, ignore
from kinechain.app.screening import screen_request
from kinechain.core.types import AssessedClip, Person, Screening
from kinechain.io.whole import whole_folder
from kinechain.loads.uncertainty import Chance
from kinechain.pose.backend import PoseBackend

#: The embedded films with their true angles, and `people.toml`, which says who is in them.
DEMO_FILMS: Traversable = files("kinechain.app") / "demo_films"
#: The angles whose curves are compared.
ANGLES = ("knee_flexion", "trunk_thigh_flexion", "shank_inclination", "trunk_lean", "fppa")

Truth = dict[str, Float[np.ndarray, " time"]]


@dataclass(frozen=True)
class PeakRow:
    """One measured angle of one repetition beside the true one, in degrees: its peak, or its value at the deepest moment.

    `inside` tells whether the interval holds the truth.
    """

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
    """The assessments of the embedded people by name, and how they compare with the truth."""

    assessed: dict[str, Assessed]
    peaks: tuple[PeakRow, ...]
    curves: tuple[CurveRow, ...]


def run_demo(backend: PoseBackend, destination: Path | None, progress: Progress = ignore, chance: Chance | None = None) -> Demo:
    """Assess the embedded people, write a folder for each into `destination` where one is given, and compare with the truth.

    `chance` tells how often all that loads do not know is drawn.
    """
    assessed: dict[str, Assessed] = {}
    screened: dict[str, Screening | None] = {}
    peaks: list[PeakRow] = []
    curves: list[CurveRow] = []
    with as_file(DEMO_FILMS) as films:
        for name, about in tomllib.loads((films / "people.toml").read_text(encoding="utf-8")).items():
            request = _request(films, about, chance or Chance())
            assessed[name] = assess(request, backend, progress)
            if destination is not None:
                screened[name] = screen_request(request, assessed[name].assessment)
            for path, clip in zip(request.films, assessed[name].assessment.clips, strict=True):
                truth = _read_truth(path.with_suffix(".csv"))
                peaks += _compare_peaks(clip, truth)
                curves += _compare_curves(clip, truth)
        if destination is not None:
            with whole_folder(destination) as beside:
                for name, one in assessed.items():
                    write_assessment(one, beside / name, progress, screened[name])
    return Demo(assessed, tuple(peaks), tuple(curves))


def _request(films: Path, about: dict[str, Any], chance: Chance) -> Request:
    person = Person(about["height_m"], about["mass_kg"], about["age_years"], about["sex"])
    return Request(films=tuple(films / film for film in about["films"]), person=person, mirrored=False, chance=chance)


def _read_truth(path: Path) -> Truth:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}


def _compare_peaks(clip: AssessedClip, truth: Truth) -> Iterator[PeakRow]:
    repetitions = {repetition.index: repetition for repetition in clip.repetitions}
    for measure in clip.measures:
        angle = measure.code.removesuffix("_peak").removesuffix("_at_peak_flexion")
        column = _column(angle, None if measure.side == "both" else measure.side)
        if measure.rep is None or measure.cannot_judge or angle == measure.code or column not in truth:
            continue
        value, low, high = np.rad2deg([measure.value, measure.low, measure.high])
        repetition = repetitions[measure.rep]
        over = truth[column][repetition.start : repetition.end + 1]
        true = float(over.max() if measure.code.endswith("_peak") else truth[column][repetition.deepest])
        yield PeakRow(clip.clip.header.name, measure.code, measure.side, measure.rep, float(value), float(low), float(high), true)


def _compare_curves(clip: AssessedClip, truth: Truth) -> Iterator[CurveRow]:
    if clip.motion is None:
        return
    for angle in ANGLES:
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
