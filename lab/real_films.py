"""How good is the fit on real films? One film with a two-camera reference, and the same films changed in ways that change no body.

The films are not in the repository; their figures are, in `data/real_films.json`, made anew by hand (see lab/README.md).
"""

import json
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from kinechain.app.films import look_at_film
from kinechain.core.types import SIDES, Motion, Person, Picture, View
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.io.film import open_film
from kinechain.io.film_writer import write_film
from kinechain.io.whole import write_whole
from kinechain.kinematics.examination import Examination
from kinechain.kinematics.fit import estimate_fitted_motion
from kinechain.kinematics.fit.intervals import interval_of
from kinechain.kinematics.planar import leg_length_flexion
from kinechain.pose.backend import PoseBackend
from lab.methods import Seen, network_3d, planar_anyway
from lab.realism import REFERENCE_LATE_S, paragraph

Curve = Float[np.ndarray, " time"]
Sided = Float[np.ndarray, "time side"]

REAL_FILMS = Path(__file__).parent / "data" / "real_films.json"

#: Nobody has told how tall the filmed men are.
_PERSON = Person(1.75, 75.0)
_WITH_REFERENCE = "squat_front_oblique_60fps.mov"
_REPEATED = ("squat_side_phone.mp4", "squat_front.mp4", _WITH_REFERENCE)
_REFERENCE = {"knee": "reference_knee_flexion_{}_deg", "shank": "markers_shank_inclination_{}_deg"}
_LINES = 720


@dataclass(frozen=True)
class Against:
    """One method beside the reference, left and right: mean absolute errors and repetitions' peaks in degrees, shares held."""

    method: str
    knee: tuple[float, float]
    knee_peak: tuple[float, float]
    shank: tuple[float, float] | None
    knee_held: tuple[float, float] | None = None
    shank_held: tuple[float, float] | None = None


@dataclass(frozen=True)
class Repeat:
    """One film changed in one way: differences of the knee's peaks (deg), and how many lie within the unchanged film's interval.

    `why_not` is why the changed film was not measured, empty where it was.
    """

    film: str
    change: str
    peaks: int
    middle: float
    greatest: float
    within: int
    why_not: str = ""


@dataclass(frozen=True)
class RealFilms:
    """All figures of the real films."""

    against: tuple[Against, ...]
    repeats: tuple[Repeat, ...]


def measure_real_films(data: Path, backend: PoseBackend) -> RealFilms:
    """Return the figures of the real films in the folder of shared data; some minutes, most of them the pose network's."""
    against: tuple[Against, ...] = ()
    repeats: list[Repeat] = []
    for name in _REPEATED:
        path = data / "video" / name
        examination = look_at_film(path, backend, mirrored=False)
        if name == _WITH_REFERENCE:
            against = compare(examination, data / "mocap" / "squat_front_oblique_two_camera_reference.csv")
        with tempfile.TemporaryDirectory() as folder:
            for change, changed in _CHANGES.items():
                copy = Path(folder) / "copy.mp4"
                write_changed(path, copy, changed)
                again = look_at_film(copy, backend, mirrored=False)
                copy.unlink()
                repeats.append(repeat(name, change, examination, again, mirrored=changed is _mirrored))
    return RealFilms(against, tuple(repeats))


def compare(examination: Examination, reference: Path) -> tuple[Against, ...]:
    """Return every method beside the two-camera reference, where film and reference overlap."""
    table = np.genfromtxt(reference, delimiter=",", names=True)
    time_s = examination.keypoints.time_s - REFERENCE_LATE_S
    inside = (time_s >= table["time_s"][0]) & (time_s <= table["time_s"][-1])
    true = {
        angle: np.column_stack([np.interp(time_s, table["time_s"], table[column.format(side[0])]) for side in SIDES])
        for angle, column in _REFERENCE.items()
    }
    seen = Seen(examination.keypoints, examination, _PERSON, "squat")
    rough = np.rad2deg(leg_length_flexion(examination.keypoints, _PERSON, examination.standing, examination.exchanges.exchanged))
    windows = [slice(repetition.start, repetition.end + 1) for repetition in examination.repetitions]
    rows = [_row("fit", fitted(examination), true, inside, windows)]
    for name, motion in (("picture plane", planar_anyway(seen)), ("network 3D", network_3d(seen))):
        if motion is not None:
            rows.append(_row(name, motion, true, inside, windows))
    knee, peak = _errors(rough, true["knee"], inside, windows)
    return (*rows, Against("hip-to-ankle distance", knee, peak, None))


def fitted(examination: Examination) -> Motion:
    """Return the fit of a real film, as users get it.

    Raises:
        ValueError: the fit is doubted.
    """
    fit = estimate_fitted_motion(
        examination.keypoints, examination.sight.view, _PERSON.height_m, examination.standing, examination.exchanges.exchanged
    )
    if fit.doubts:
        raise ValueError(", ".join(doubt.code for doubt in fit.doubts))
    return fit.motion


def _row(
    method: str, motion: Motion, true: dict[str, Sided], inside: Bool[np.ndarray, " time"], windows: Sequence[slice]
) -> Against:
    curves = {"knee": "knee_flexion", "shank": "shank_inclination"}
    degrees = {angle: np.rad2deg(motion.dataset[name].values) for angle, name in curves.items()}
    spreads = {angle: np.rad2deg(motion.dataset[f"{name}_sd"].values) for angle, name in curves.items()}
    knee, peak = _errors(degrees["knee"], true["knee"], inside, windows)
    shank, _ = _errors(degrees["shank"], true["shank"], inside, windows)
    if motion.draws is None:
        return Against(method, knee, peak, shank)
    held = {angle: _held(degrees[angle], spreads[angle], true[angle], inside) for angle in curves}
    return Against(method, knee, peak, shank, held["knee"], held["shank"])


def _errors(
    degrees: Sided, true: Sided, inside: Bool[np.ndarray, " time"], windows: Sequence[slice]
) -> tuple[tuple[float, float], tuple[float, float]]:
    """Return for both legs the mean absolute error, and the mean absolute error of the repetitions' peaks."""
    error = np.nanmean(np.abs(degrees - true)[inside], axis=0)
    peaks = [np.nanmax(degrees[window], axis=0) - true[window].max(axis=0) for window in windows if inside[window].all()]
    peak = np.mean(np.abs(peaks), axis=0)
    return (float(error[0]), float(error[1])), (float(peak[0]), float(peak[1]))


def _held(degrees: Sided, spread: Sided, true: Sided, inside: Bool[np.ndarray, " time"]) -> tuple[float, float]:
    share = (np.abs(degrees - true) <= INTERVAL_HALF_WIDTH * spread)[inside].mean(axis=0)
    return float(share[0]), float(share[1])


def write_changed(source: Path, destination: Path, changed: Callable[[Iterable[Picture]], Iterator[Picture]]) -> None:
    """Write a film anew with its pictures changed, by a messenger's strong compression."""
    with open_film(source, _LINES) as film:
        pictures = list(changed(film.pictures()))
    fps = float(1.0 / np.median(np.diff([picture.time_s for picture in pictures])))
    write_film(destination, ((picture.time_s, picture.rgb) for picture in pictures), fps, _RATE_FACTOR)


_RATE_FACTOR = 30


def _as_they_are(pictures: Iterable[Picture]) -> Iterator[Picture]:
    yield from pictures


def _every_second(pictures: Iterable[Picture]) -> Iterator[Picture]:
    yield from (picture for picture in pictures if picture.index % 2 == 0)


def _mirrored(pictures: Iterable[Picture]) -> Iterator[Picture]:
    yield from (Picture(one.index, one.time_s, np.ascontiguousarray(one.rgb[:, ::-1])) for one in pictures)


def _cut(pictures: Iterable[Picture]) -> Iterator[Picture]:
    """Cut a little off every edge, not the same everywhere; even sizes, as the encoder wants."""
    for one in pictures:
        height, width = one.rgb.shape[:2]
        top, left = 2 * (height // 60), 2 * (width // 100)
        bottom, right = 2 * (height // 120), 2 * (width // 40)
        rgb = one.rgb[top : top + 2 * ((height - top - bottom) // 2), left : left + 2 * ((width - left - right) // 2)]
        yield Picture(one.index, one.time_s, np.ascontiguousarray(rgb))


_CHANGES: dict[str, Callable[[Iterable[Picture]], Iterator[Picture]]] = {
    "compressed again": _as_they_are,
    "every second picture": _every_second,
    "mirrored": _mirrored,
    "cut at the edges": _cut,
}


def repeat(name: str, change: str, whole: Examination, changed: Examination, *, mirrored: bool) -> Repeat:
    """Compare the peaks of the knee in every repetition of the whole film with those of the changed one."""
    try:
        first, again = fitted(whole), fitted(changed)
    except ValueError as error:
        return Repeat(name, change, 0, float("nan"), float("nan"), 0, str(error))
    side_on = whole.sight.view is View.SIDE and whole.sight.near_side is not None
    sides = (str(whole.sight.near_side),) if side_on else SIDES
    differences, within = [], 0
    for repetition in whole.repetitions:
        window = slice(repetition.start, repetition.end + 1)
        start, end = first.time_s[[repetition.start, repetition.end]]
        then = (again.time_s >= start - 1e-6) & (again.time_s <= end + 1e-6)
        for side in sides:
            other = SIDES[1 - SIDES.index(side)] if mirrored else side
            peak = again.values("knee_flexion", other)[then].max()
            low, high = interval_of(first.drawn("knee_flexion", side)[:, window].max(axis=1))
            within += bool(low <= peak <= high)
            differences.append(abs(float(np.rad2deg(peak - first.values("knee_flexion", side)[window].max()))))
    return Repeat(name, change, len(differences), float(np.median(differences)), float(np.max(differences)), within)


def write_real_films(figures: RealFilms, path: Path = REAL_FILMS) -> None:
    """Write the figures, rounded to what they are worth, in place of older ones."""
    write_whole(path, json.dumps(_rounded(asdict(figures)), indent=1, sort_keys=True) + "\n", replace=True)


def _rounded(value: object) -> object:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(inner) for inner in value]
    if isinstance(value, float):
        return None if np.isnan(value) else round(value, 3)
    return value


def read_real_films(path: Path = REAL_FILMS) -> RealFilms:
    """Read the figures of the real films."""
    stored: dict[str, list[dict[str, Any]]] = json.loads(path.read_text(encoding="utf-8"))
    against = (Against(**{key: _as_tuple(value) for key, value in row.items()}) for row in stored["against"])
    repeats = (Repeat(**{key: _as_number(value) for key, value in row.items()}) for row in stored["repeats"])
    return RealFilms(tuple(against), tuple(repeats))


def _as_tuple(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _as_number(value: Any) -> Any:
    return float("nan") if value is None else value


def real_films_section(figures: RealFilms) -> list[str]:
    """Return the page's part on real films, as lines of Markdown."""
    lines = [
        "## Real films",
        "",
        *paragraph(
            f"One real film, `{_WITH_REFERENCE}`, has a reference: joint angles from two calibrated phones, themselves good to "
            "some degrees, its clock 0.046 s behind the film's. Mean absolute error in degrees, left and right; *peak* is the mean "
            "absolute error of the repetitions' largest knee flexion; *held* is the share of frames whose 90 % interval, with "
            "what is assumed for real people, holds the reference. One man and one film: a check, not a proof."
        ),
        "",
        "| method | knee | knee peak | shank | knee held | shank held |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for row in figures.against:
        degrees = [_pair(pair, "{:.1f}") for pair in (row.knee, row.knee_peak, row.shank)]
        shares = [_pair(pair, "{:.0%}") for pair in (row.knee_held, row.shank_held)]
        lines.append(f"| {' | '.join([row.method, *degrees, *shares])} |")
    if not figures.repeats:
        return [*lines, ""]
    lines += [
        "",
        *paragraph(
            "The same real films, changed in ways that change no body: how far the fit's knee flexion peaks move, in degrees, and "
            "how many of them stay within the unchanged film's 90 % interval. All copies are compressed as messengers do."
        ),
        "",
        "| film | change | peaks | median difference | greatest | within the interval |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for one in figures.repeats:
        said = f"{one.middle:.1f} | {one.greatest:.1f} | {one.within} of {one.peaks}" if one.peaks else f"- | - | {one.why_not}"
        lines.append(f"| `{one.film}` | {one.change} | {one.peaks} | {said} |")
    return [*lines, ""]


def _pair(pair: tuple[float, float] | None, form: str) -> str:
    return "-" if pair is None else ", ".join(form.format(value).replace("%", " %") for value in pair)
