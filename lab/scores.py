"""How far is what a method says of a clip from the truth? One row of figures a clip, method and quantity; then means over clips."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from kinechain.core.types import SIDES, Measure, Motion, View
from kinechain.core.units import INTERVAL_HALF_WIDTH
from kinechain.evidence import constant
from kinechain.kinematics.fit.intervals import interval_of
from kinechain.kinematics.measures import measure_squat
from lab.angles import true_angles
from lab.methods import METHODS, Line, Method, Seen, Values, correct, learn_line, see
from lab.records import Record, record_name
from lab.types import Truth

Curve = Float[np.ndarray, " time"]
Sided = Float[np.ndarray, "time *side"]
Legs = Float[np.ndarray, "time leg"]

#: Edges of the ranges of true knee flexion in which errors are shown (degrees).
FLEXION_EDGES_DEG = (0.0, 30.0, 60.0, 90.0, 120.0, 180.0)
_RESAMPLES, _BOOTSTRAP_SEED = 2000, 20261122
#: Persons fewer than these have no interval.
_FEWEST_PERSONS = 5


@dataclass(frozen=True)
class Quantity:
    """Something that is measured and known: its name in a motion and in the truth, and how it is shown.

    `factor` leads from SI to `unit`. `views`: where anybody asks for it. `extreme` is 1 where its peak is a maximum, -1 where it is
    a minimum, 0 where it has none. `code`: the product's measure of the peak. `from_rest`: it is counted from quiet standing.
    """

    name: str
    title: str
    unit: str
    factor: float
    views: tuple[str, ...]
    extreme: int = 1
    code: str | None = None
    from_rest: bool = False


_ALL, _FRONTAL, _DEG = ("side", "front", "oblique", "rear"), ("front", "oblique", "rear"), float(np.rad2deg(1.0))
QUANTITIES: tuple[Quantity, ...] = (
    Quantity("knee_flexion", "knee flexion", "deg", _DEG, _ALL, code="knee_flexion_peak"),
    Quantity("trunk_thigh_flexion", "trunk to thigh", "deg", _DEG, _ALL, code="trunk_thigh_flexion_peak"),
    Quantity("shank_inclination", "shank", "deg", _DEG, _ALL, code="shank_inclination_peak"),
    Quantity("thigh_inclination", "thigh against level", "deg", _DEG, _ALL, code="thigh_inclination_peak"),
    Quantity("trunk_lean", "trunk lean", "deg", _DEG, _ALL, code="trunk_lean_peak"),
    Quantity("fppa", "FPPA", "deg", _DEG, _FRONTAL, extreme=0, code="fppa_at_peak_flexion"),
    Quantity("knee_ankle_separation_ratio", "knees against ankles", "%", 100.0, _FRONTAL, extreme=0),
    Quantity("pelvic_shift", "hips to one side", "cm", 100.0, _FRONTAL, extreme=0, from_rest=True),
    Quantity("hip_height", "hip height", "%", 100.0, _ALL, extreme=-1, from_rest=True),
    Quantity("heel_rise", "heel rise", "cm", 100.0, ("side",), from_rest=True),
)


@dataclass(frozen=True)
class Facts:
    """What a clip is, and what the film check made of it. `tilt_deg`: how far the camera looks down."""

    name: str
    group: str
    person: int
    movement: str
    source: str
    view: str
    faults: tuple[str, ...]
    portrait: bool
    standing_first: bool
    tilt_deg: float
    seen_view: str
    near_leg_right: bool | None
    verdict: str
    refilm_codes: tuple[str, ...]
    frames: int
    render_s: float
    pose_s: float


@dataclass(frozen=True)
class Score:
    """How well one method measured one quantity in one clip, in the quantity's shown unit; NaN where there is nothing to tell.

    `refused`: share of the frames with truth in which the method says nothing. `peak_errors` and `range_errors`: a number for each
    true repetition. `covered`: share of frames whose interval holds the truth, `width`: how wide it is on average from end to end;
    `peaks_covered` and `peak_widths`: the same of repetitions' peaks, taken of the draws or else the product's measures.
    `by_flexion`: mean absolute error in each range of `FLEXION_EDGES_DEG`.
    """

    facts: Facts
    method: str
    quantity: str
    frames: int
    refused: float
    mae: float
    bias: float
    covered: float
    width: float
    peak_errors: tuple[float, ...]
    range_errors: tuple[float, ...]
    peaks_covered: tuple[bool, ...]
    peak_widths: tuple[float, ...]
    by_flexion: tuple[float, ...]


@dataclass(frozen=True)
class Summary:
    """Means over clips, each counting the same, and how many there are; each `low` to `high` is a 90 % bootstrap over persons.

    `peak` and `reach` are medians over repetitions of the errors of the peak and of the range, `_size` of their absolute values.
    """

    persons: int
    clips: int
    frames: int
    refused: float
    mae: float
    low: float
    high: float
    bias: float
    peak: float
    peak_size: float
    reach: float
    reach_size: float
    covered: float
    covered_low: float
    covered_high: float
    width: float
    peaks: int
    peaks_covered: float
    peaks_low: float
    peaks_high: float
    peak_width: float


#: Corrections by method, the view that the product sees, and quantity.
Lines = Mapping[tuple[str, str, str], Line]
#: What a correction is learned from: estimate and truth of one clip, by the same keys.
Pairs = Mapping[tuple[str, str, str], tuple[Values, Values]]


def score_record(record: Record, lines: Lines, methods: Sequence[Method] = METHODS) -> tuple[Score, ...]:
    """Compare with the truth what every method says of one clip."""
    seen = see(record)
    sides, facts = sides_of(record, seen), facts_of(record, seen)
    known, scores = Known.of(record), []
    for method, motion in _motions(record, seen, lines, methods):
        read = _read_by_product(seen, motion) if motion is not None and motion.draws is None else {}
        for quantity in QUANTITIES:
            if record.view in quantity.views and (record.plan["standing_first"] or not quantity.from_rest):
                scores += _score(facts, method, quantity, known, motion, sides, read)
    return tuple(scores)


def pairs_of(record: Record) -> Pairs:
    """Return estimates and truth of one clip, method by method, for the corrections to be learned from."""
    seen = see(record)
    sides, known, pairs = sides_of(record, seen), Known.of(record), {}
    for method in (method for method in METHODS if method.corrected and record.view in method.views):
        motion = method.estimate(seen)
        for quantity in QUANTITIES:
            if motion is not None and quantity.name in motion.dataset:
                truth, valid, _ = known.of_legs(quantity, sides)
                estimate = np.where(valid, _columns(motion.dataset[quantity.name].values, sides), np.nan)
                pairs[method.name, seen.examination.sight.view.value, quantity.name] = (estimate.ravel(), truth.ravel())
    return pairs


def learn_lines(clips: Iterable[Pairs]) -> dict[tuple[str, str, str], Line]:
    """Return the corrections that the tuning persons' clips teach."""
    gathered: dict[tuple[str, str, str], list[tuple[Values, Values]]] = defaultdict(list)
    for pairs in clips:
        for key, pair in pairs.items():
            gathered[key].append(pair)
    lines = {key: learn_line(pairs) for key, pairs in gathered.items()}
    return {key: line for key, line in lines.items() if line is not None}


def summarise(scores: Iterable[Score], mae_of: Callable[[Score], float] = lambda score: score.mae) -> Summary:
    """Return the means over some scores of one method and quantity; `mae_of` picks another mean absolute error, as of a range."""
    scores = sorted(scores, key=lambda score: score.facts.person)
    maes = np.array([mae_of(score) for score in scores], dtype=float)
    people = np.array([score.facts.person for score in scores], dtype=int)
    peaks = np.array([error for score in scores for error in score.peak_errors])
    ranges = np.array([error for score in scores for error in score.range_errors])
    measured = [float(covered) for score in scores for covered in score.peaks_covered]
    low, high = _bootstrap(maes, people)
    covered = np.array([score.covered for score in scores], dtype=float)
    covered_low, covered_high = _bootstrap(covered, people)
    peaks_low, peaks_high = _bootstrap(
        np.array([_mean([float(held) for held in score.peaks_covered]) for score in scores], dtype=float), people
    )
    return Summary(
        persons=np.unique(people).size,
        clips=len(scores),
        frames=sum(score.frames for score in scores),
        refused=_mean([score.refused for score in scores]),
        mae=_mean(maes),
        low=low,
        high=high,
        bias=_mean([score.bias for score in scores]),
        peak=_median(peaks),
        peak_size=_median(np.abs(peaks)),
        reach=_median(ranges),
        reach_size=_median(np.abs(ranges)),
        covered=_mean(covered),
        covered_low=covered_low,
        covered_high=covered_high,
        width=_mean([score.width for score in scores]),
        peaks=len(measured),
        peaks_covered=_mean(measured),
        peaks_low=peaks_low,
        peaks_high=peaks_high,
        peak_width=_mean([width for score in scores for width in score.peak_widths]),
    )


def facts_of(record: Record, seen: Seen) -> Facts:
    """Return what a clip is, and what the product sees in it."""
    sight, codes = seen.examination.sight, seen.refilm_codes
    camera = record.truth.camera
    looks = camera.turn[:, 2].mean(axis=0)
    right = None
    if record.view == "side" and sight.view is View.SIDE:
        right = sight.near_side == _true_near_side(record.truth)
    return Facts(
        name=record_name(record.plan),
        group=record.group,
        person=record.person,
        movement=record.movement,
        source=str(record.plan["source"]),
        view=record.view,
        faults=tuple(record.plan["faults"]),
        portrait=bool(record.plan["portrait"]),
        standing_first=bool(record.plan["standing_first"]),
        tilt_deg=float(np.rad2deg(np.arcsin(-looks[1] / np.linalg.norm(looks)))),
        seen_view=sight.view.value,
        near_leg_right=right,
        verdict="refilm" if codes else "fit",
        refilm_codes=codes,
        frames=record.truth.time_s.size,
        render_s=record.cost.render_s,
        pose_s=record.cost.pose_s,
    )


@dataclass(frozen=True)
class _Read:
    """A measure that the product read off a repetition, and the frame in which it found that repetition deepest."""

    measure: Measure
    deepest: int


@dataclass(frozen=True)
class Known:
    """The truth of one clip, ready to be compared with: curves over time and both sides, and the frames of its repetitions."""

    truth: Truth
    curves: Mapping[str, Sided]
    windows: tuple[slice, ...]

    @classmethod
    def of(cls, record: Record) -> "Known":
        """Return the truth of a record."""
        time_s = record.truth.time_s
        windows = [slice(*np.searchsorted(time_s, [start - 1e-6, end + 1e-6])) for start, _, end in record.truth.repetitions]
        return cls(record.truth, true_angles(record.truth), tuple(windows))

    def of_legs(self, quantity: Quantity, sides: tuple[str, ...]) -> tuple[Legs, Bool[np.ndarray, "time leg"], Legs]:
        """Return a quantity's truth for some legs, where it means something, and the knee flexion beside it."""
        flexion = _columns(self.curves["knee_flexion"], sides)
        truth = _columns(self.curves[quantity.name], sides)
        if self.curves[quantity.name].ndim == 1:
            flexion = flexion.mean(axis=1, keepdims=True)
        valid = np.isfinite(truth)
        if quantity.name == "fppa":
            low, high = np.deg2rad([constant("fppa.flexion_from").value, constant("fppa.flexion_to").value])
            valid &= (flexion >= low) & (flexion <= high)
        return truth, valid, flexion


def sides_of(record: Record, seen: Seen) -> tuple[str, ...]:
    """Return the legs to judge: from the side the near one as the product sees it, else both."""
    if record.view != "side":
        return SIDES
    return (seen.examination.sight.near_side or _true_near_side(record.truth),)


def _true_near_side(truth: Truth) -> str:
    away = {side: np.linalg.norm(truth.path(f"{side}_hip") - truth.camera.position, axis=1).mean() for side in SIDES}
    return min(SIDES, key=lambda side: float(away[side]))


def _motions(record: Record, seen: Seen, lines: Lines, methods: Sequence[Method]) -> Iterable[tuple[str, Motion | None]]:
    """Yield what each method says of a clip; each estimator is run once, with or without a correction after it."""
    done: dict[Callable[[Seen], Motion | None], Motion | None] = {}
    view = seen.examination.sight.view.value
    for method in (method for method in methods if record.view in method.views):
        if method.estimate not in done:
            done[method.estimate] = method.estimate(seen)
        motion = done[method.estimate]
        if motion is not None and method.corrected:
            own = {key[2]: line for key, line in lines.items() if key[:2] == (method.name, view)}
            motion = correct(motion, own) if own else None
        yield method.name, motion


def _score(
    facts: Facts,
    method: str,
    quantity: Quantity,
    known: Known,
    motion: Motion | None,
    sides: tuple[str, ...],
    read: Mapping[str, tuple[_Read, ...]],
) -> list[Score]:
    truth, valid, flexion = known.of_legs(quantity, sides)
    if not valid.any():
        return []
    estimate, spread = (np.full(truth.shape, np.nan) for _ in range(2))
    if motion is not None and quantity.name in motion.dataset:
        estimate, spread = (_columns(motion.dataset[name].values, sides) for name in (quantity.name, f"{quantity.name}_sd"))
    error = np.where(valid, estimate - truth, np.nan) * quantity.factor
    half = INTERVAL_HALF_WIDTH * spread * quantity.factor
    within = np.where(np.isfinite(error + spread), np.abs(error) <= half, np.nan)
    bins = np.digitize(np.rad2deg(flexion), FLEXION_EDGES_DEG[1:-1])
    extremes = [
        _extreme_errors(quantity, estimate[window, leg], truth[window, leg])
        for window in known.windows
        for leg in range(truth.shape[1])
    ]
    if motion is not None and motion.draws is not None:
        peaks = list(_peaks_of_draws(quantity, known, motion, sides))
    else:
        peaks = list(_peaks_read(quantity, known, read.get(quantity.code or "", ())))
    return [
        Score(
            facts=facts,
            method=method,
            quantity=quantity.name,
            frames=int(valid.sum()),
            refused=float(1.0 - np.isfinite(error[valid]).mean()),
            mae=_mean(np.abs(error)),
            bias=_mean(error),
            covered=_mean(within),
            width=_mean(np.where(np.isfinite(error), 2.0 * half, np.nan)),
            peak_errors=tuple(peak for peak, _ in extremes if np.isfinite(peak)),
            range_errors=tuple(reach for _, reach in extremes if np.isfinite(reach)),
            peaks_covered=tuple(held for held, _ in peaks),
            peak_widths=tuple(quantity.factor * width for _, width in peaks),
            by_flexion=tuple(_mean(np.abs(error[bins == number])) for number in range(len(FLEXION_EDGES_DEG) - 1)),
        )
    ]


def _extreme_errors(quantity: Quantity, estimate: Curve, truth: Curve) -> tuple[float, float]:
    """Return by how much a repetition's peak and its range are missed, NaN where there is no peak or too little is known."""
    known = np.isfinite(estimate)
    if not quantity.extreme or not known.size or known.mean() < constant("measure.known_share").value:
        return float("nan"), float("nan")
    estimate, truth = quantity.extreme * quantity.factor * estimate[known], quantity.extreme * quantity.factor * truth
    return quantity.extreme * float(estimate.max() - truth.max()), float(np.ptp(estimate) - np.ptp(truth))


def _read_by_product(seen: Seen, motion: Motion) -> dict[str, tuple[_Read, ...]]:
    """Return the product's measures of a squat's repetitions by code; nothing where the motion has no spreads to judge by."""
    oblique = seen.examination.sight.view is View.OBLIQUE
    spreads = any(np.isfinite(values).any() for name, values in motion.dataset.items() if str(name).endswith("_sd"))
    if seen.movement != "squat" or oblique or not spreads:
        return {}
    deepest = {repetition.index: repetition.deepest for repetition in seen.examination.repetitions}
    read: dict[str, list[_Read]] = defaultdict(list)
    for measure in measure_squat(seen.examination, motion):
        if measure.rep is not None and measure.cannot_judge is None:
            read[measure.code].append(_Read(measure, deepest[measure.rep]))
    return {code: tuple(measures) for code, measures in read.items()}


def _peaks_of_draws(quantity: Quantity, known: Known, motion: Motion, sides: tuple[str, ...]) -> Iterable[tuple[bool, float]]:
    """Yield of every true repetition whether the interval of its peak, taken of every draw, holds the true one; and its width.

    Of FPPA it is the value where the knee is bent most, if it counts there.
    """
    truth, valid, flexion = known.of_legs(quantity, sides)
    if quantity.name not in motion.dataset or not (quantity.extreme or quantity.name == "fppa"):
        return
    one_a_leg = "side" in motion.dataset[quantity.name].dims
    for window in known.windows:
        for leg in range(truth.shape[1]):
            drawn = motion.drawn(quantity.name, sides[leg] if one_a_leg else None)[:, window]
            deepest = int(np.argmax(flexion[window, leg]))
            if not np.isfinite(drawn).all() or not valid[window, leg].any():
                continue
            if quantity.extreme:
                true = (quantity.extreme * truth[window, leg]).max()
                low, high = interval_of((quantity.extreme * drawn).max(axis=1))
            elif valid[window, leg][deepest]:
                true = truth[window, leg][deepest]
                low, high = interval_of(drawn[:, deepest])
            else:
                continue
            yield bool(low <= true <= high), high - low


def _peaks_read(quantity: Quantity, known: Known, read: tuple[_Read, ...]) -> Iterable[tuple[bool, float]]:
    """Yield whether the interval of each measure holds the truth, and its width; nothing of what is no repetition in truth."""
    for one in read:
        window = next((window for window in known.windows if window.start <= one.deepest < window.stop), None)
        if window is None:
            continue
        side = one.measure.side
        curve = _columns(known.curves[quantity.name], (side,) if side in SIDES else SIDES)[:, 0]
        if quantity.name == "fppa":
            true = curve[one.deepest]
        elif quantity.name == "shank_inclination":  # the product reads it while the heel is down
            heel_down = known.truth.contact[window, SIDES.index(side), 0]
            true = curve[window][heel_down].max(initial=-np.inf)
        else:
            true = curve[window].max()
        if np.isfinite(true):
            yield bool(one.measure.low <= true <= one.measure.high), one.measure.high - one.measure.low


def _columns(curve: Sided, sides: tuple[str, ...]) -> Legs:
    return np.asarray(curve[:, None] if curve.ndim == 1 else curve[:, [SIDES.index(side) for side in sides]], dtype=float)


def _mean(values: Sequence[float] | Float[np.ndarray, "..."]) -> float:
    """Return the mean of what is known, NaN where nothing is."""
    array = np.asarray(values, dtype=float)
    known = array[np.isfinite(array)]
    return float(known.mean()) if known.size else float("nan")


def _median(values: Float[np.ndarray, " _"]) -> float:
    return float(np.median(values)) if values.size else float("nan")


def _bootstrap(values: Float[np.ndarray, " clip"], people: Int[np.ndarray, " clip"]) -> tuple[float, float]:
    """Return the 5th and 95th percentile of the mean over clips when persons are drawn anew; NaN for too few persons."""
    known = np.isfinite(values)
    persons, number = np.unique(people[known], return_inverse=True)
    if persons.size < _FEWEST_PERSONS:
        return float("nan"), float("nan")
    sums, counts = np.bincount(number, values[known]), np.bincount(number)
    drawn = np.random.default_rng(_BOOTSTRAP_SEED).integers(0, persons.size, (_RESAMPLES, persons.size))
    low, high = np.quantile(sums[drawn].sum(axis=1) / counts[drawn].sum(axis=1), [0.05, 0.95])
    return float(low), float(high)
