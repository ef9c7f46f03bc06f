"""How far off are the measures of the tests beside the squat? Each film through the product's own path, beside what is true.

The product is told neither the leg nor the view. Errors of people to calibrate with are what the rows `step_down.*`,
`single_leg_squat.*` and `single_leg_stance.*` hold; those of people to test on are published.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinechain.core.types import SIDES, Measure, Verdict
from kinechain.core.units import to_shown
from kinechain.kinematics.choice import estimate_motion
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.movements import MOVEMENTS
from kinechain.kinematics.movements.bends import THREE
from lab.angles import true_angles
from lab.methods import film_header, see
from lab.records import Record, load_plan, load_record, perturbed_keypoints, record_paths
from lab.types import Truth

TESTS = ("step-down", "single-leg-squat", "single-leg-stance")
#: The units of the measures with a truth.
UNITS = {
    "knee_flexion_peak": "rad",
    "fppa_at_peak_flexion": "rad",
    "knee_over_second_toe": "m",
    "stance_s": "s",
    "sway_amplitude": "m",
}
#: After a lift and before a touch-down the weight still moves over the leg (s).
_UNSETTLED_S = 1.0


@dataclass(frozen=True)
class Seen:
    """What the product says of one film: its examination, and its measures over the repetitions, those it can judge."""

    record: Record
    examination: Examination
    measures: tuple[Measure, ...]

    @property
    def refused(self) -> bool:
        """Whether the film has to be made again."""
        return self.examination.quality.verdict is Verdict.REFILM


@dataclass(frozen=True)
class Error:
    """One measure of one film: how far off it is (SI), and whether its interval holds the truth."""

    movement: str
    view: str
    code: str
    group: str
    off: float
    inside: bool


@dataclass(frozen=True)
class Looked:
    """What came of one film: how often the knee bent in truth and as seen, whether the leg that stands was told right, errors.

    `leg_right` is None where no leg was told; `refused` whether the film has to be made again.
    """

    movement: str
    view: str
    group: str
    repetitions: tuple[int, int]
    leg_right: bool | None
    refused: bool
    errors: tuple[Error, ...]


@dataclass(frozen=True)
class Row:
    """All films of a movement from one view: errors of one measure (SI), by films that were measured, of so many."""

    movement: str
    view: str
    code: str
    films: int
    measured: int
    mean_error: float
    mean_absolute_error: float
    root_mean_square: float
    inside: float


def standing_leg(truth: Truth) -> str:
    """Return the leg whose foot bears for longer."""
    return SIDES[int(np.argmax(truth.contact.any(axis=2).mean(axis=0)))]


def look(record: Record) -> Seen:
    """Put one film through the product, which is told neither leg nor view."""
    keypoints = perturbed_keypoints(record)
    examination = examine_film(film_header(record), keypoints, mirror_known=True, test=record.movement)
    person = see(record).person
    estimate = estimate_motion(examination, person)
    if estimate.examination.quality.verdict is Verdict.REFILM:
        return Seen(record, estimate.examination, ())
    measures = MOVEMENTS[record.movement].measure(estimate.examination, estimate.motion, person)
    return Seen(record, estimate.examination, tuple(one for one in measures if one.rep is None and np.isfinite(one.value)))


def errors_of(seen: Seen) -> Iterator[Error]:
    """Yield the error of every measure whose truth is known; of a leg that is not the one that stands, none can be."""
    record = seen.record
    for measure in seen.measures:
        known = TRUTHS.get(measure.code)
        if known is None or measure.side not in (standing_leg(record.truth), "both"):
            continue
        true = known(record.truth, measure, seen.examination)
        if np.isfinite(true):
            inside = bool(measure.low <= true <= measure.high)
            yield Error(record.movement, record.view, measure.code, record.group, measure.value - true, inside)


def look_at(path: Path) -> Looked:
    """Return what came of one stored film."""
    return summed_up(look(load_record(path)))


def summed_up(seen: Seen) -> Looked:
    """Return of a film what tables are made from."""
    record, side = seen.record, seen.examination.side
    found = sum(not repetition.partial for repetition in seen.examination.repetitions)
    right = None if side is None else side == standing_leg(record.truth)
    counts = (len(record.truth.repetitions), found)
    return Looked(record.movement, record.view, record.group, counts, right, seen.refused, tuple(errors_of(seen)))


def one_leg_films(folder: Path) -> list[Path]:
    """Return the stored films of the tests on one leg, from the views that they allow."""
    plans = {path: load_plan(path) for path in record_paths(folder)}
    return [path for path, plan in plans.items() if plan["movement"] in TESTS and plan["view"] in MOVEMENTS[plan["movement"]].views]


def rows_of(looked: Iterable[Looked], group: str = "test") -> tuple[Row, ...]:
    """Return the table of one group of people: a row for each movement, view and measure."""
    films = [film for film in looked if film.group == group]
    errors = [error for film in films for error in film.errors]
    keys = sorted({(error.movement, error.view, error.code) for error in errors})
    return tuple(_row(key, films, [error for error in errors if (error.movement, error.view, error.code) == key]) for key in keys)


def one_leg_section(looked: Iterable[Looked]) -> list[str]:
    """Return the section of the accuracy page, nothing without films of these tests."""
    films = list(looked)
    if not films:
        return []
    learned = {(row.movement, row.view, row.code): row for row in rows_of(films, "calibrate")}
    head = (
        "test",
        "from",
        "measure",
        "films",
        "measured",
        "mean error",
        "mean absolute error",
        "intervals that hold",
        "learned on",
    )
    rows = [_cells(row, learned.get((row.movement, row.view, row.code))) for row in rows_of(films)]
    return [
        "## On one leg",
        "",
        "Films of the test people; the program was told neither the leg nor the view. Errors of angles in degrees, lengths in cm.",
        "The last column has the root mean square error for the calibration people, from whom the intervals come, and in how many",
        "films. From the side only the near leg is measured. The projection angle is that of the true joint centres: how far they",
        "lie from the marks that studies put on the skin is not known, so it has no verdict.",
        "",
        *(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)),
        "",
        *(_legs_and_counts(test, [film for film in films if film.movement == test]) for test in TESTS),
        "",
    ]


def _row(key: tuple[str, str, str], films: list[Looked], errors: list[Error]) -> Row:
    off = np.array([error.off for error in errors])
    return Row(
        *key,
        films=sum((film.movement, film.view) == key[:2] for film in films),
        measured=off.size,
        mean_error=float(off.mean()),
        mean_absolute_error=float(np.abs(off).mean()),
        root_mean_square=float(np.sqrt((off**2).mean())),
        inside=float(np.mean([error.inside for error in errors])),
    )


def _cells(row: Row, learned: Row | None) -> tuple[str, ...]:
    factor = to_shown(UNITS[row.code])[1]
    return (
        row.movement,
        row.view,
        row.code,
        str(row.films),
        str(row.measured),
        f"{factor * row.mean_error:.2f}",
        f"{factor * row.mean_absolute_error:.2f}",
        f"{100.0 * row.inside:.0f} %",
        "-" if learned is None else f"{factor * learned.root_mean_square:.2f} ({learned.measured})",
    )


def _legs_and_counts(test: str, films: list[Looked]) -> str:
    told = [film.leg_right for film in films if film.leg_right is not None]
    legs = (
        f"- {test}, all people: the leg that stands told right in {sum(told)} of {len(films)} films, wrong in {told.count(False)}"
    )
    right = sum(true == found for true, found in (film.repetitions for film in films))
    counts = "" if test == "single-leg-stance" else f"; repetitions right in {right}"
    return f"{legs}{counts}; {sum(film.refused for film in films)} sent back."


def _at_peaks(truth: Truth, side: str, values: np.ndarray) -> float:
    """Return the mean of a curve where the knee of one leg is bent most, over the first three repetitions."""
    flexion = true_angles(truth)["knee_flexion"][:, SIDES.index(side)]
    spans = [slice(*np.searchsorted(truth.time_s, (start, end))) for start, _, end in truth.repetitions[:THREE]]
    return float(np.mean([values[span.start + int(np.argmax(flexion[span]))] for span in spans]))


def _true_flexion(truth: Truth, measure: Measure, _: Examination) -> float:
    return _at_peaks(truth, measure.side, true_angles(truth)["knee_flexion"][:, SIDES.index(measure.side)])


def _true_projection(truth: Truth, measure: Measure, _: Examination) -> float:
    return _at_peaks(truth, measure.side, true_angles(truth)["fppa"][:, SIDES.index(measure.side)])


def _true_over_toe(truth: Truth, measure: Measure, _: Examination) -> float:
    """Return how far the knee is medial of the foot's tip; the person faces along x, z to the right."""
    beside = (truth.path(f"{measure.side}_knee") - truth.path(f"{measure.side}_foot_index"))[:, 2]
    return _at_peaks(truth, measure.side, beside if measure.side == "left" else -beside)


def _stand(truth: Truth, examination: Examination) -> slice | None:
    """Return the frames of the true stand that the longest seen one lies in, None where it lies in none."""
    other = 1 - SIDES.index(standing_leg(truth))
    aloft = np.concatenate([[False], ~truth.contact[:, other].any(axis=1), [False]])
    edges = np.flatnonzero(np.diff(aloft.astype(int))).reshape(-1, 2)
    longest = max(examination.repetitions, key=lambda stand: stand.end - stand.start)
    return next((slice(first, stop) for first, stop in edges if first <= longest.deepest < stop), None)


def _true_stand(truth: Truth, _: Measure, examination: Examination) -> float:
    stand = _stand(truth, examination)
    return float("nan") if stand is None else float(truth.time_s[stand.stop - 1] - truth.time_s[stand.start])


def _true_sway(truth: Truth, _: Measure, examination: Examination) -> float:
    """Return the spread of the hips' middle over the stand, across the picture."""
    stand = _stand(truth, examination)
    if stand is None:
        return float("nan")
    time_s = truth.time_s
    settled = (time_s >= time_s[stand.start] + _UNSETTLED_S) & (time_s <= time_s[stand.stop - 1] - _UNSETTLED_S)
    hips = 0.5 * (truth.path("left_hip") + truth.path("right_hip"))[settled]
    return float(np.std(hips[:, 0 if examination.sight.near_side else 2]))


#: What is true of each measure, by its code.
TRUTHS: Mapping[str, Callable[[Truth, Measure, Examination], float]] = {
    "knee_flexion_peak": _true_flexion,
    "fppa_at_peak_flexion": _true_projection,
    "knee_over_second_toe": _true_over_toe,
    "stance_s": _true_stand,
    "sway_amplitude": _true_sway,
}
