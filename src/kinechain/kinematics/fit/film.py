"""How is one film fitted? Its marks, what is believed of bodies, phones, feet and balance, one solution, and what was repaired."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.proportions import log_length_covariance, usual_log_lengths
from kinechain.body.skeleton import COORDINATES, LENGTHS, POINT_AT, POINTS
from kinechain.core.types import SIDES, Keypoints
from kinechain.evidence import constant
from kinechain.kinematics.fit.beliefs import ALWAYS, STANDING, TALL, Balance, Beliefs
from kinechain.kinematics.fit.camera import UNKNOWNS, Phone
from kinechain.kinematics.fit.contact import UNKNOWNS_A_PLANTING, Planting, contacts, find_plantings
from kinechain.kinematics.fit.marks import MARKS_UNKNOWNS, OFFSETS, Marks, usual_offsets
from kinechain.kinematics.fit.solver import Prior, Problem
from kinechain.kinematics.fit.start import coordinates_of, network_points, squat_by_height, stand_before
from kinechain.kinematics.fit.state import POINT_COUNT, Layout, Samples, Shared, State
from kinechain.kinematics.fit.terms import Term, cauchy_cost
from kinechain.kinematics.standing import Standing
from kinechain.maths.filters import low_pass
from kinechain.maths.splines import EvenSpline

_LEGS = {side: [POINT_AT[f"{side}_{point}"] for point in ("hip", "knee", "ankle", "heel", "foot_index")] for side in SIDES}

#: How often legs are given their names anew, at most.
_ROUNDS = 3


@dataclass(frozen=True)
class Repairs:
    """What was put right in the marks: frames in which the legs' names were `exchanged`, and marks that were `stray`."""

    exchanged: Bool[np.ndarray, " time"]
    stray: Bool[np.ndarray, "time point"]


@dataclass(frozen=True)
class Fit:
    """A fitted film: the best state, everything it was weighed against, and what was repaired.

    `oddities` says in how many spreads lengths, focal length and pitch ended beside what is usual, by name; `misfit` is the median
    distance of marks from where the skeleton would have them, in spreads of a mark; `settled` whether the search came to an end.
    """

    state: State
    problem: Problem
    marks: Marks
    plantings: tuple[Planting, ...]
    repairs: Repairs
    oddities: dict[str, float]
    misfit: float
    settled: bool


@dataclass(frozen=True)
class Before:
    """What an earlier part of the same film hands on: what it told of lengths, phone and offsets, and how depth is counted."""

    prior: Prior
    depth: Float[np.ndarray, " time"]


def fit_film(
    keypoints: Keypoints,
    stature_m: float,
    standing: Standing | None,
    exchanged: Bool[np.ndarray, " time"] | None = None,
    before: Before | None = None,
    *,
    planted: str | None = None,
    from_height: bool = False,
) -> Fit:
    """Fit the skeleton to a film's marks, starting from the network's own 3D, or from how high the hips are in the picture.

    `stature_m` as told (good to the row `fit.stature_told`); `standing`: when the person stands quietly; `exchanged`: frames in
    which the legs probably carry each other's names, to begin with; `before`: what an earlier part of the same film handed on;
    `planted`: the only foot that ever rests, None where both may.
    """
    coordinates = squat_by_height(keypoints) if from_height else coordinates_of(network_points(keypoints))
    marks, state, usual = _begin(keypoints, stature_m, coordinates)
    prior = usual
    if before is not None:
        marks, state, prior = replace(marks, depth=before.depth), _moved_before(state, before.prior.mean), before.prior
    if exchanged is not None:
        marks = _renamed(marks, exchanged)
    swapped = np.zeros(marks.samples.time_s.size, dtype=bool) if exchanged is None else exchanged.copy()
    plantings: tuple[Planting, ...] = ()
    for _ in range(_ROUNDS):
        plantings = _plantings(marks, planted)
        problem, state = _posed(marks, plantings, standing, prior, state, tall=before is None)
        state, settled = problem.solve(state)
        wrong = _wrongly_named(marks, state)
        if not wrong.any():
            break
        marks, swapped = _renamed(marks, wrong), swapped ^ wrong
    distance = marks.distances(state)
    stray = np.nan_to_num(distance) > constant("fit.stray_from").value
    return Fit(
        state, problem, marks, plantings, Repairs(swapped, stray), _oddities(state, usual), float(np.nanmedian(distance)), settled
    )


def _begin(keypoints: Keypoints, stature_m: float, coordinates: Float[np.ndarray, "time coordinate"]) -> tuple[Marks, State, Prior]:
    """Return the marks, a first guess without plantings, and what is believed of lengths, phone and offsets."""
    time_s = keypoints.time_s
    spline = EvenSpline.over(float(time_s[0]), float(time_s[-1]), constant("fit.knot_step").value)
    samples = Samples.of(spline, time_s)
    pixels = np.stack([keypoints.steady_xy(name) for name in POINTS], axis=1)
    size = [float(keypoints.dataset.attrs[name]) for name in ("width_px", "height_px")]
    middle = (0.5 * (size[0] - 1.0), 0.5 * (size[1] - 1.0))
    log_lengths = usual_log_lengths(stature_m)
    guess = np.zeros(len(UNKNOWNS))
    guess[0], guess[1] = np.log(constant("fit.focal").value * max(size)), np.deg2rad(constant("fit.pitch").value)
    coordinates, phone = stand_before(Phone(guess, middle), coordinates, np.exp(log_lengths), pixels, time_s)
    layout = Layout.of(MARKS_UNKNOWNS)
    shared = np.concatenate([log_lengths, phone.unknowns, usual_offsets().ravel(), np.zeros(OFFSETS)])
    state = State(spline, spline.fitted(coordinates, time_s), layout, shared)
    leg_m = float(np.exp(log_lengths)[[LENGTHS.index("thigh"), LENGTHS.index("shank")]].sum())
    distance = -float(np.median(phone.seen(coordinates[:, None, :3])[..., 2]))
    marks = _marks(keypoints, samples, pixels, middle, leg_m, phone.focal / distance)
    roll = float(keypoints.dataset.attrs.get("camera_roll_rad", np.nan))
    return marks, state, Prior(shared, _precision(roll, state))


def _moved_before(state: State, shared: Shared) -> State:
    """Return a first guess with other shared unknowns, and the body moved along with the phone."""
    place = state.layout["phone"]
    control = state.control.copy()
    control[:, :3] += (shared[place] - state.shared[place])[UNKNOWNS.index("x") :]
    return replace(state, control=control, shared=shared)


def depth_of(keypoints: Keypoints, stature_m: float) -> Float[np.ndarray, " time"]:
    """Return how deep the hips are in the picture, over a whole film of which a part is fitted."""
    return _begin(keypoints, stature_m, coordinates_of(network_points(keypoints)))[0].depth


def _marks(
    keypoints: Keypoints, samples: Samples, pixels: np.ndarray, middle: tuple[float, float], leg_m: float, px_per_m: float
) -> Marks:
    confidence = np.stack([keypoints.dataset["confidence"].sel(keypoint=name).values for name in POINTS], axis=1)
    trusted = np.clip(np.nan_to_num(confidence), constant("fit.least_confidence").value, 1.0)
    return Marks(
        samples=samples,
        pixels=pixels,
        spread_px=constant("fit.mark_noise").value * leg_m * px_per_m / trusted,
        share=samples.worth(constant("fit.mark_correlation").value),
        depth=_depth(keypoints, leg_m * px_per_m),
        leg_m=leg_m,
        middle=middle,
    )


def _depth(keypoints: Keypoints, leg_px: float) -> Float[np.ndarray, " time"]:
    """Return how deep the hips are in the picture: 0 at their usual height, 1 at their lowest."""
    hips = 0.5 * (keypoints.steady_xy("left_hip") + keypoints.steady_xy("right_hip"))[:, 1]
    time_s, known = keypoints.time_s, np.isfinite(hips)
    smooth = low_pass(np.interp(time_s, time_s[known], hips[known]), time_s, constant("filter.cutoff").value, np.inf)
    top = np.percentile(smooth, 5)
    least = constant("fit.least_depth").value * leg_px
    return np.asarray(np.clip((smooth - top) / max(smooth.max() - top, least), 0.0, 1.0))


def _precision(roll: float, state: State) -> Float[np.ndarray, "shared shared"]:
    """Return the precision of what is believed of lengths, phone and offsets."""
    layout = state.layout
    covariance = np.zeros((layout.size, layout.size))
    covariance[layout["lengths"], layout["lengths"]] = log_length_covariance(constant("fit.stature_told").value)
    fixed = constant("fit.world_fixed").value
    spreads = {
        "log_focal": constant("fit.focal").sd / constant("fit.focal").value,
        "pitch": np.deg2rad(constant("fit.pitch").sd),
        "roll": np.deg2rad(constant("fit.roll" if not np.isfinite(roll) else "fit.roll_seen").sd),
        "height": constant("fit.phone_height").sd,
    }
    phone = np.diag([spreads.get(name, fixed) ** 2 for name in UNKNOWNS])
    covariance[layout["phone"], layout["phone"]] = phone
    covariance[layout["offsets"], layout["offsets"]] = _offset_covariance()
    return np.linalg.inv(covariance)


def _offset_covariance() -> Float[np.ndarray, "offset offset"]:
    """Return how offsets vary: each by itself, and alike, mirrored, on both sides of the body."""
    each = np.eye(POINT_COUNT)
    mirrored = np.zeros_like(each)
    for name, number in POINT_AT.items():
        side, point = name.split("_", 1)
        mirrored[number, POINT_AT[f"{'left' if side == 'right' else 'right'}_{point}"]] = constant("fit.offset_likeness").value
    alike = np.kron(mirrored, np.diag([1.0, 1.0, -1.0]))
    shape = np.eye(OFFSETS) + alike
    covariance = np.zeros((2 * OFFSETS, 2 * OFFSETS))
    for part, row in enumerate(("fit.offset", "fit.offset_with_depth")):
        place = slice(part * OFFSETS, (part + 1) * OFFSETS)
        covariance[place, place] = constant(row).sd ** 2 * shape
    return covariance


def _plantings(marks: Marks, only: str | None) -> tuple[Planting, ...]:
    leg_px = float(np.nanmin(marks.spread_px)) / constant("fit.mark_noise").value
    paths = {f"{side}_{point}": marks.pixels[:, POINT_AT[f"{side}_{point}"]] for side in SIDES for point in ("heel", "foot_index")}
    found = find_plantings(paths, marks.samples.time_s, leg_px)
    return tuple(planting for planting in found if only in (None, planting.side))


def _posed(
    marks: Marks, plantings: Sequence[Planting], standing: Standing | None, prior: Prior, state: State, *, tall: bool
) -> tuple[Problem, State]:
    """Return the problem with the feet planted, and the state with a place for every planting."""
    before = state.layout.places
    sizes = {name: place.stop - place.start for name, place in before.items() if name not in ("lengths", "plantings")}
    layout = Layout.of({**sizes, "plantings": UNKNOWNS_A_PLANTING * len(plantings)})
    old = prior.mean.size
    posture = state.at(marks.samples)
    places = []
    for planting in plantings:
        frames = slice(planting.start, planting.stop)
        heel, tip = (posture.laid.points[frames, POINT_AT[f"{planting.side}_{point}"]] for point in ("heel", "foot_index"))
        places += [*np.median(heel[:, [0, 2]], axis=0), *np.median(tip[:, [0, 2]], axis=0), 0.0]
    shared = np.concatenate([state.shared[:old], places])
    loose, level = constant("fit.planting_place").sd, constant("fit.planting_height").sd
    precision = np.zeros((layout.size, layout.size))
    precision[:old, :old] = prior.precision
    precision[old:, old:] = np.diag(np.tile([loose, loose, loose, loose, level], len(plantings)) ** -2.0)
    mean = np.concatenate([prior.mean, np.zeros(len(places))])
    return Problem(
        terms=_terms(marks, plantings, standing, tall=tall), prior=Prior(mean, precision), acceleration_sd=acceleration_spreads()
    ), State(state.spline, state.control, layout, shared)


def _terms(marks: Marks, plantings: Sequence[Planting], standing: Standing | None, *, tall: bool) -> list[Term]:
    """Return marks and beliefs; whether the `tall` are taken for nearly straight where nobody stands quietly."""
    samples = marks.samples
    count, feet = samples.time_s.size, contacts(samples, plantings)
    both = np.all([foot.planted >= 0 for foot in feet], axis=0)
    terms: list[Term] = [
        marks,
        *feet,
        Balance(samples, np.where(both, samples.worth(constant("fit.balance_correlation").value), 0.0)),
        Beliefs(samples, ALWAYS, np.full((count, len(ALWAYS)), samples.worth(constant("fit.habit_correlation").value))),
    ]
    upright = np.zeros(count)
    if standing is not None:
        upright[standing.start : standing.stop] = constant("fit.standing_worth").value / (standing.stop - standing.start)
    elif tall:
        tallest = marks.depth <= constant("fit.tall_from").value
        upright[tallest] = constant("fit.tall_worth").value / tallest.sum()
    beliefs = STANDING if standing is not None else TALL
    return [*terms, Beliefs(samples, beliefs, np.repeat(upright[:, None], len(beliefs), axis=1))]


def acceleration_spreads() -> Float[np.ndarray, " coordinate"]:
    """Return how hard each coordinate usually changes (m/s2, rad/s2), by the rows `fit.acceleration_*`."""
    kinds = ("pelvis_t", "pelvis", "lumbar", "hip_rotation", "hip", "knee", "ankle", "subtalar", "foot")
    kind_of = [next(kind for kind in kinds if name.startswith(kind)) for name in COORDINATES]
    return np.array([constant(f"fit.acceleration_{kind}").value for kind in kind_of])


def _wrongly_named(marks: Marks, state: State) -> Bool[np.ndarray, " time"]:
    """Tell in which frames the legs' marks lie much nearer to the other leg's expected places."""
    expected, tail = marks.expected(state), constant("fit.mark_tail").value
    ours, others = [*_LEGS["left"], *_LEGS["right"]], [*_LEGS["right"], *_LEGS["left"]]

    def cost(names: list[int]) -> Float[np.ndarray, " time"]:
        beside = (marks.pixels[:, names] - expected[:, ours]) / marks.spread_px[:, names, None]
        return np.asarray(np.nansum(cauchy_cost((beside**2).sum(axis=2), tail), axis=1))

    return cost(others) < cost(ours) - constant("fit.exchange_margin").value


def _renamed(marks: Marks, frames: Bool[np.ndarray, " time"]) -> Marks:
    """Return the marks with the names of the legs exchanged in these frames."""
    ours, others = [*_LEGS["left"], *_LEGS["right"]], [*_LEGS["right"], *_LEGS["left"]]
    pixels, spread = marks.pixels.copy(), marks.spread_px.copy()
    at = np.flatnonzero(frames)[:, None]
    pixels[at, ours], spread[at, ours] = marks.pixels[at, others], marks.spread_px[at, others]
    return replace(marks, pixels=pixels, spread_px=spread)


def _oddities(state: State, prior: Prior) -> dict[str, float]:
    """Return how many spreads each length, the focal length and the pitch ended from what is usual."""
    spread = np.sqrt(np.diag(np.linalg.inv(prior.precision)))
    off = (state.shared[: prior.mean.size] - prior.mean) / spread
    phone = state.layout["phone"].start
    return {
        **{length: float(off[number]) for number, length in enumerate(LENGTHS)},
        **{name: float(off[phone + UNKNOWNS.index(name)]) for name in ("log_focal", "pitch")},
    }
