"""How far off is what films say of the wall, the toes and the chair? Each measure beside the truth.

Joint angles and heights come from the true joint centres in space. The moments of a rise from the chair are those that the same
rules find in the true joint centres, seen through the clip's own camera.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinechain.core.types import SIDES, Keypoints, Person, Repetition, Verdict
from kinechain.core.units import to_shown
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.film_check import examine_film
from kinechain.kinematics.measures import counted_repetitions
from kinechain.kinematics.movements import MOVEMENTS
from lab.angles import true_angles
from lab.methods import film_header
from lab.records import Record, load_record, perturbed_keypoints
from lab.types import LANDMARKS, Truth

#: The tests that are compared here, and how the table calls their measures.
TESTS = {
    "knee-to-wall": {"knee_to_wall_deg_film": "lean of the shin, deg"},
    "heel-raise": {"heel_raise_count": "count", "heel_raise_height": "height from the side, cm", "heel_raise_tempo": "pace, 1/min"},
    "sit-to-stand": {"rises": "count", "rise_s": "time of one rise, s"},
}


@dataclass(frozen=True)
class Compared:
    """One measure of one film beside the truth (SI); `held`: whether its interval holds it, None where it has none."""

    test: str
    code: str
    group: str
    unit: str
    error: float
    held: bool | None = None


@dataclass(frozen=True)
class Looked:
    """A film of one of these tests: why it was sent back, empty where it was not, and what was compared."""

    test: str
    group: str
    refused: str
    compared: tuple[Compared, ...] = ()


def look_at(path: Path) -> Looked:
    """Show a stored clip to the product as its own test, and compare what it says."""
    record = load_record(path)
    keypoints = perturbed_keypoints(record)
    seen = examine_film(film_header(record), keypoints, mirror_known=True, test=record.movement)
    if seen.quality.verdict is Verdict.REFILM:
        return Looked(record.movement, record.group, seen.quality.reasons[0].code)
    return Looked(record.movement, record.group, "", tuple(_compare(record, seen)))


def _compare(record: Record, seen: Examination) -> Iterator[Compared]:
    measures = MOVEMENTS[seen.test].measure(seen, None, Person(record.who.stature_m, record.who.mass_kg))
    over = {measure.code: measure for measure in measures if measure.rep is None and measure.cannot_judge is None}
    true = {"knee-to-wall": _of_lunges, "heel-raise": _of_raises, "sit-to-stand": _of_rises}[seen.test](record, seen)
    for code, (value, unit, told) in true.items():
        measure = over.get(code)
        if measure is not None:
            held = bool(measure.low <= value <= measure.high)
            yield Compared(seen.test, code, record.group, unit, measure.value - value, held)
        elif told is not None:
            yield Compared(seen.test, code, record.group, unit, told - value)


#: True values by code: the value, its unit, and what the film told where that is no measure of its own.
_True = dict[str, tuple[float, str, float | None]]


def _of_lunges(record: Record, seen: Examination) -> _True:
    lean = true_angles(record.truth)["shank_inclination"][:, SIDES.index(seen.side or "left")]
    return {"knee_to_wall_deg_film": (float(np.mean([lean[span].max() for span in _counted_spans(record.truth)])), "rad", None)}


def _of_raises(record: Record, _: Examination) -> _True:
    truth = record.truth
    height = np.mean([truth.path(f"{side}_{joint}")[:, 1] for side in SIDES for joint in ("hip", "shoulder")], axis=0)
    rises = [height[span].max() - 0.5 * (height[span][0] + height[span][-1]) for span in _counted_spans(truth)]
    tops = [top for _, top, _ in truth.repetitions]
    true: _True = {
        "heel_raise_count": (float(len(tops)), "1", None),
        "heel_raise_height": (float(np.mean(rises)), "m", None),
    }
    return true | ({"heel_raise_tempo": (60.0 * (len(tops) - 1) / (tops[-1] - tops[0]), "1/min", None)} if len(tops) > 1 else {})


def _of_rises(record: Record, seen: Examination) -> _True:
    time_s, true = record.truth.time_s, MOVEMENTS[seen.test].find_repetitions(true_keypoints(record), None)
    got = seen.repetitions
    lasting: _True = {} if not got or not true else {"rise_s": (_lasting(true[0], time_s), "s", _lasting(got[0], time_s))}
    return {"rises": (float(np.sum(np.diff(record.truth.seated.astype(int)) < 0)), "1", float(len(got)))} | lasting


def _lasting(rise: Repetition, time_s: np.ndarray) -> float:
    return float(time_s[rise.deepest] - time_s[rise.start])


def _counted_spans(truth: Truth) -> list[slice]:
    """Return the frames of those repetitions that a mean counts."""
    frames = np.searchsorted(truth.time_s, [(start, end) for start, _, end in truth.repetitions])
    spans = [Repetition(number + 1, int(start), int(start), int(end)) for number, (start, end) in enumerate(frames)]
    return [slice(span.start, span.end + 1) for span in spans if span.index in counted_repetitions(tuple(spans))]


def true_keypoints(record: Record) -> Keypoints:
    """Return the keypoints of a network that errs nowhere: the true points, seen through the clip's camera."""
    dataset = record.keypoints.dataset.copy(deep=True)
    pixels = record.film_scale * record.truth.camera.project(record.truth.centres)
    for number, name in enumerate(LANDMARKS):
        dataset["position"].loc[{"keypoint": name, "space": ["x", "y"]}] = pixels[:, number]
    return Keypoints(dataset)


def wall_toes_chair_section(looked: Iterable[Looked]) -> list[str]:
    """Return the section of the accuracy page, nothing without films of these tests."""
    films = list(looked)
    if not films:
        return []
    head = (
        "test",
        "measure",
        "films",
        "mean error",
        "typical error",
        "largest",
        "intervals that hold",
        "learned on: typical error",
    )
    rows = [
        (test, name, *_cells([one for film in films for one in film.compared if (one.test, one.code) == (test, code)]))
        for test, names in TESTS.items()
        for code, name in names.items()
    ]
    return [
        "## The wall, the toes and the chair",
        "",
        "Films of the test people, and how far off the same code was for the calibration people, from whom the intervals come. A",
        "typical error is a root mean square. Counts are all right where the largest error is 0.",
        "",
        *(f"| {' | '.join(cells)} |" for cells in (head, ["---"] * len(head), *rows)),
        "",
        *(_refusals(test, films) for test in TESTS),
        "",
    ]


def _cells(compared: list[Compared]) -> tuple[str, ...]:
    shown, learned = ([one for one in compared if (one.group == "test") is wanted] for wanted in (True, False))
    if not shown:
        return ("0", *["-"] * 4, _typical(learned))
    errors = np.array([to_shown(one.unit)[1] * one.error for one in shown])
    held = [one.held for one in shown if one.held is not None]
    share = f"{sum(held)} of {len(held)}" if held else "-"
    return str(len(shown)), f"{errors.mean():.2f}", _typical(shown), f"{np.abs(errors).max():.2f}", share, _typical(learned)


def _typical(compared: list[Compared]) -> str:
    if not compared:
        return "-"
    errors = [to_shown(one.unit)[1] * one.error for one in compared]
    return f"{np.sqrt(np.mean(np.square(errors))):.2f} ({len(errors)})"


def _refusals(test: str, films: list[Looked]) -> str:
    """Return how many of a test's films were sent back, and why."""
    of_test = [film for film in films if film.test == test]
    why = ", ".join(f"{code} {count}" for code, count in sorted(Counter(film.refused for film in of_test if film.refused).items()))
    return f"- {test}: {sum(bool(film.refused) for film in of_test)} of {len(of_test)} films sent back{f' ({why})' if why else ''}."
