"""By how much are the fit's own spreads too narrow? Learned on people kept for this alone, written as rows of evidence.

For each view and curve (from the side for each leg by itself) three numbers, one after the other:

- the *stretch* makes the spread of what changes within a third of a second true: fast errors of the fit's own draws;
- the *gain* is by which share a whole film's excursions may be too large or too small: 90 % of errors less their mean over the film
  are held. The network's marks are off by what hangs on the posture, and repeat it in every repetition;
- the *shift*, the same over a whole film, is then as wide as it must be for 90 % of intervals to hold the truth, of frames, and of
  frames and the peaks of repetitions counted alike.

Every film counts the same, and one more that is never held stands for the next person (conformal prediction of clustered data).
Why a gain: learned on one half of the calibration people and tried on the other, stretch and shift alone need intervals 5 to 15 %
wider, and of changes since standing they hold 72 to 86 % instead of 95 %. Draws that are stretched until they alone hold enough
jitter more than errors do, so that their peaks are too high.
"""

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import nullcontext
from dataclasses import dataclass, replace
from functools import cached_property, partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES
from kinechain.core.units import INTERVAL_HALF_WIDTH, INTERVAL_LEVEL
from kinechain.io.whole import write_whole
from kinechain.kinematics.fit.film import fit_film
from kinechain.kinematics.fit.intervals import excursion, interval_of, place_of, widen
from kinechain.kinematics.fit.motion import HIDDEN, fitted_motion, near_side
from kinechain.kinematics.fit.trust import doubts
from lab.methods import see
from lab.records import Record, load_plan, load_record, record_name, record_paths
from lab.scores import QUANTITIES, Known, Quantity

Curve = Float[np.ndarray, " time"]
Draws = Float[np.ndarray, "draw time"]
Scores = Float[np.ndarray, " _"]
Held = Bool[np.ndarray, " _"]

#: Every curve that a fit gives, in the unit of its rows; those after `QUANTITIES` are on no page.
CALIBRATED: tuple[Quantity, ...] = (
    *QUANTITIES,
    Quantity("foot_pitch", "foot pitch", "deg", float(np.rad2deg(1.0)), (), extreme=0),
    Quantity("toe_out", "toes out", "deg", float(np.rad2deg(1.0)), (), extreme=0),
    Quantity("stance_width", "stance width", "cm", 100.0, (), extreme=0),
)

_LEVEL_PERCENT = round(100.0 * INTERVAL_LEVEL)
#: Films fewer than these teach nothing: with nine of ten held, one more that is not may be the next.
FEWEST_CLIPS = 10
_HALVINGS, _MOST_GAIN, _SEED = 30, 2.0, 20261122
#: What changes within this time is left to the fit's own draws.
_FAST_S = 0.3

_HEAD = f"""# Written by `kinechain lab calibrate`; do not edit. By how much the fit's own spreads are stretched, and every
# curve shifted as a whole or in proportion, so that {_LEVEL_PERCENT} % intervals hold the truth of rendered people. Rows
# `fit.<view>_<curve>_stretch`, `_gain` and `_shift`; from the side near and far leg have rows of their own, from
# behind those of the front hold. How: lab/calibration.py.
"""


@dataclass(frozen=True)
class Widening:
    """What one view and curve need: `stretch` and `gain` are shares, `shift` is in SI."""

    stretch: float
    gain: float = 0.0
    shift: float = 0.0


@dataclass(frozen=True)
class Track:
    """One curve of one film and leg: error over time, NaN where nothing is compared, and the bare fit's draws about the estimate.

    `lag`: frames in 0.3 s. `windows`: the true repetitions; `extreme` is 1 where a repetition's largest value counts, -1 for the
    smallest, 0 for neither.
    """

    place: str
    curve: str
    clip: str
    person: int
    lag: int
    estimate: Curve
    error: Curve
    deviations: Draws
    windows: tuple[slice, ...] = ()
    extreme: int = 0

    @cached_property
    def known(self) -> Bool[np.ndarray, " time"]:
        """The frames in which anything is compared."""
        return np.asarray(np.isfinite(self.error))

    @cached_property
    def excursion(self) -> Curve:
        """How far the estimate is from its middle over the film."""
        return np.asarray(excursion(self.estimate))

    @cached_property
    def _raw(self) -> Curve:
        return _rms(self.deviations[:, self.known])

    @cached_property
    def _inner(self) -> tuple[Curve, Curve, Curve]:
        """Error, spread of the draws and excursion, all less their means over the film's known frames."""
        error, moved, drawn = self.error[self.known], self.excursion[self.known], self.deviations[:, self.known]
        return error - error.mean(), _rms(drawn - drawn.mean(axis=1, keepdims=True)), moved - moved.mean()

    def fast_scores(self) -> Scores:
        """Return changes of the error within 0.3 s in spreads of the draws' changes."""
        change = self.error[self.lag :] - self.error[: -self.lag]
        drawn = _rms(self.deviations[:, self.lag :] - self.deviations[:, : -self.lag])
        known = np.isfinite(change)
        return np.asarray(np.abs(change[known]) / np.maximum(drawn[known], np.finfo(float).tiny))

    def inner_held(self, widening: Widening) -> Held:
        """Tell of every frame whether its error less the film's mean error lies within the interval less its shift."""
        error, raw, moved = self._inner
        return np.asarray(np.abs(error) <= INTERVAL_HALF_WIDTH * np.hypot(widening.stretch * raw, widening.gain * moved))

    def frames_held(self, widening: Widening) -> Held:
        """Tell of every frame whether its widened interval holds the truth."""
        return np.asarray(np.abs(self.error[self.known]) <= INTERVAL_HALF_WIDTH * self._spread(widening))

    def mean_width(self, widening: Widening) -> float:
        """Return the mean width of the widened interval, from end to end."""
        return float(2.0 * INTERVAL_HALF_WIDTH * self._spread(widening).mean())

    def _spread(self, widening: Widening) -> Curve:
        slow = np.hypot(widening.gain * self.excursion[self.known], widening.shift)
        return np.asarray(np.hypot(widening.stretch * self._raw, slow))

    def peaks_held(self, widening: Widening, rng: np.random.Generator) -> Held:
        """Tell of every repetition whether the interval of its peak, taken of every widened draw, holds the true one."""
        held = []
        drawn = self.estimate + widen(self.deviations, self.estimate, widening.stretch, widening.gain, widening.shift, rng)
        for window in self.windows if self.extreme else ():
            known = self.known[window]
            if known.any():
                true = (self.extreme * (self.estimate - self.error)[window][known]).max()
                low, high = interval_of((self.extreme * drawn[:, window][:, known]).max(axis=1))
                held.append(bool(low <= true <= high))
        return np.array(held, dtype=bool)


@dataclass(frozen=True)
class Lesson:
    """A widening, and what came of it on the people it was learned on: shares held, and the interval's mean width in SI."""

    widening: Widening
    clips: int
    persons: int
    frames_held: float
    peaks_held: float
    width: float


#: By place and curve.
Lessons = Mapping[tuple[str, str], Lesson]


def calibration_text(folder: Path, workers: int = 2, fewest: int = FEWEST_CLIPS) -> str:
    """Return the file of rows that a folder's calibration squats teach; `workers` processes do it, a single one is this one."""
    paths = [path for path in record_paths(folder) if _is_wanted(load_plan(path))]
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) if workers > 1 else nullcontext() as pool:
        on_each = partial(pool.map, chunksize=2) if pool is not None else map
        tracks = [track for clip in on_each(_tracks_of_file, paths) for track in clip]
    return as_rows(learn_widenings(tracks, fewest))


def write_calibration(folder: Path, destination: Path) -> None:
    """Write the rows anew, in place of older ones."""
    write_whole(destination, calibration_text(folder), replace=True)


def tracks_of(record: Record) -> tuple[Track, ...]:
    """Return every curve that the bare fit gives of a film beside its truth; none of a film that is sent back or doubted."""
    seen = see(record)
    examination = seen.examination
    if seen.refilm_codes:
        return ()
    fit = fit_film(seen.keypoints, seen.person.height_m, examination.standing, examination.exchanges.exchanged)
    if doubts(fit):
        return ()
    view, near, known = examination.sight.view, near_side(fit.state, fit.marks.samples), Known.of(record)
    motion = fitted_motion(fit, None, examination.standing)
    lag, tracks = max(1, round(_FAST_S / float(np.median(np.diff(motion.time_s))))), []
    for quantity in CALIBRATED:
        name = quantity.name
        if name in HIDDEN[view] or (quantity.from_rest and not record.plan["standing_first"]):
            continue
        truth, valid, _ = known.of_legs(quantity, SIDES)
        sides: tuple[str | None, ...] = SIDES if "side" in motion.dataset[name].dims else (None,)
        for number, side in enumerate(sides):
            estimate = motion.values(name, side)
            error = np.where(valid[:, number], estimate - truth[:, number], np.nan)
            deviations = np.asarray(motion.drawn(name, side) - estimate, dtype=np.float32)
            place, clip = place_of(view, side, near), record_name(record.plan)
            about = (place, name, clip, record.person, lag)
            tracks.append(Track(*about, estimate, error, deviations, known.windows, quantity.extreme))
    return tuple(track for track in tracks if track.known.any())


def learn_widenings(tracks: Iterable[Track], fewest: int = FEWEST_CLIPS) -> dict[tuple[str, str], Lesson]:
    """Return what every place and curve needs, in a fixed order.

    Raises:
        ValueError: too few films of one.
    """
    sorted_out: dict[tuple[str, str], list[Track]] = defaultdict(list)
    for track in tracks:
        sorted_out[track.place, track.curve].append(track)
    for (place, curve), found in sorted_out.items():
        if (count := len({track.clip for track in found})) < fewest:
            raise ValueError(f"Expected at least {fewest} films to learn from, got {count} of {curve} ({place}). Film more people.")
    return {key: learn_widening(sorted_out[key]) for key in sorted(sorted_out)}


def learn_widening(tracks: Sequence[Track]) -> Lesson:
    """Return stretch, gain and shift from the tracks of one place and curve."""
    by_clip: dict[str, list[Track]] = defaultdict(list)
    for track in tracks:
        by_clip[track.clip].append(track)
    films = list(by_clip.values())
    enough = INTERVAL_LEVEL * (len(films) + 1) / len(films)

    bare = Widening(bound_of_most([_joined(track.fast_scores() for track in film) for film in films]) / INTERVAL_HALF_WIDTH)
    gain = _least(lambda gain: _share(films, Track.inner_held, replace(bare, gain=gain)) >= enough, _MOST_GAIN)
    loose = replace(bare, gain=gain)
    widest = 2.0 * max(float(np.nanmax(np.abs(track.error))) for track in tracks)
    widening = replace(loose, shift=_least(lambda shift: _held(films, replace(loose, shift=shift)) >= enough, widest))
    return Lesson(
        widening,
        clips=len(films),
        persons=len({track.person for track in tracks}),
        frames_held=_share(films, Track.frames_held, widening),
        peaks_held=_mean(_film_peaks_held(films, widening)),
        width=float(np.mean([np.mean([track.mean_width(widening) for track in film]) for film in films])),
    )


def bound_of_most(clips: Sequence[Scores]) -> float:
    """Return the least score under which 90 % lie when every clip counts the same, and one more lies nowhere under.

    >>> round(bound_of_most([np.linspace(0.0, 1.0, 1001)] * 99), 2)
    0.91
    """
    clips = [clip for clip in clips if clip.size]
    scores = np.concatenate(clips)
    weight = np.concatenate([np.full(clip.size, 1.0 / (clip.size * (len(clips) + 1))) for clip in clips])
    order = np.argsort(scores, kind="stable")
    held = np.cumsum(weight[order])
    return float(scores[order][min(int(np.searchsorted(held, INTERVAL_LEVEL)), scores.size - 1)])


def _held(films: Sequence[Sequence[Track]], widening: Widening) -> float:
    """Return which share is held, of frames or of frames and peaks counted alike, whichever is less; every film counts the same."""
    frames = [_joined(track.frames_held(widening) for track in film).mean() for film in films]
    peaks = _film_peaks_held(films, widening)
    alike = [frame if math.isnan(peak) else 0.5 * (frame + peak) for frame, peak in zip(frames, peaks, strict=True)]
    return float(min(np.mean(frames), np.mean(alike)))


def _film_peaks_held(films: Sequence[Sequence[Track]], widening: Widening) -> list[float]:
    """Return the share of peaks held of every film, NaN where it has none; chance is the same each time."""
    shares = []
    for number, film in enumerate(films):
        rng = np.random.default_rng([_SEED, number])
        held = _joined(track.peaks_held(widening, rng) for track in film)
        shares.append(float(held.mean()) if held.size else math.nan)
    return shares


def _share(films: Sequence[Sequence[Track]], held: Callable[[Track, Widening], Held], widening: Widening) -> float:
    return float(np.mean([_joined(held(track, widening) for track in film).mean() for film in films]))


def _joined(parts: Iterable[np.ndarray]) -> np.ndarray:
    return np.concatenate(list(parts))


def _least(is_enough: Callable[[float], bool], most: float) -> float:
    """Return the least value from 0 to `most` that is enough, by halving; `most` where none is."""
    if is_enough(0.0):
        return 0.0
    low, high = 0.0, most
    for _ in range(_HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (low, middle) if is_enough(middle) else (middle, high)
    return high


def as_rows(lessons: Lessons) -> str:
    """Return the rows as a TOML file."""
    quantities = {quantity.name: quantity for quantity in CALIBRATED}
    parts = [_HEAD]
    for (place, curve), lesson in lessons.items():
        quantity, widening = quantities[curve], lesson.widening
        held = f"{100.0 * lesson.frames_held:.0f} % of frames"
        if not math.isnan(lesson.peaks_held):
            held += f" and {100.0 * lesson.peaks_held:.0f} % of peaks"
        said = f"{lesson.clips} films; in them it holds {held}, mean width {quantity.factor * lesson.width:.1f} {quantity.unit}"
        for what, value, unit in (
            ("stretch", widening.stretch, "1"),
            ("gain", widening.gain, "1"),
            ("shift", quantity.factor * widening.shift, quantity.unit),
        ):
            parts.append(
                f'\n[fit.{place}_{curve}_{what}]\nvalue = {value:.3f}\nunit = "{unit}"\nkind = "derived"\n'
                f'source = "kinechain-lab"\nplace = "{said}"\npopulation = "rendered people"\nn = {lesson.persons}\n'
            )
    return "".join(parts)


def _is_wanted(plan: Mapping[str, object]) -> bool:
    return (plan["group"], plan["movement"]) == ("calibrate", "squat")


def _tracks_of_file(path: Path) -> tuple[Track, ...]:
    return tracks_of(load_record(path))


def _rms(draws: Draws) -> Curve:
    return np.asarray(np.sqrt(np.mean(np.asarray(draws, dtype=float) ** 2, axis=0)))


def _mean(values: Iterable[float]) -> float:
    known = [value for value in values if not math.isnan(value)]
    return float(np.mean(known)) if known else math.nan
