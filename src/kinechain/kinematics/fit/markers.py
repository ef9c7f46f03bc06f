"""How does the skeleton move that explains markers best? The film's estimator, with places in space instead of a picture."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinechain.body.proportions import log_length_covariance, usual_log_lengths
from kinechain.body.skeleton import POINT_AT
from kinechain.core.types import SIDES, Markers, Motion
from kinechain.evidence import constant
from kinechain.kinematics.fit.beliefs import ALWAYS, STANDING, Beliefs
from kinechain.kinematics.fit.contact import UNKNOWNS_A_PLANTING, Planting, contacts, find_plantings
from kinechain.kinematics.fit.film import acceleration_spreads
from kinechain.kinematics.fit.motion import drawn_curves, drawn_motion
from kinechain.kinematics.fit.places import PLACES_UNKNOWNS, MarkerPlaces
from kinechain.kinematics.fit.seen import Seen, seen_points
from kinechain.kinematics.fit.solver import Prior, Problem, draw_states
from kinechain.kinematics.fit.start import bridged, coordinates_of
from kinechain.kinematics.fit.state import POINT_COUNT, Layout, Samples, State
from kinechain.kinematics.fit.terms import Term
from kinechain.kinematics.standing import Standing
from kinechain.maths.splines import EvenSpline

#: Curves counted from quiet standing, which recorded markers may lack.
_FROM_REST = ("pelvic_shift", "hip_height", "heel_height")


@dataclass(frozen=True)
class MarkerFit:
    """Fitted markers: the best state, everything it was weighed against, where the feet rested, and whether the search settled."""

    state: State
    problem: Problem
    places: MarkerPlaces
    plantings: tuple[Planting, ...]
    settled: bool

    @property
    def residuals_m(self) -> Float[np.ndarray, "time point"]:
        """How far each marker is from where the skeleton would have it (m); NaN where it is missing."""
        return self.places.distances_m(self.state)

    @property
    def offsets_m(self) -> Float[np.ndarray, "point 3"]:
        """Where each marker sits beside its point: forward, up and to the right in its segment's axes (m)."""
        return np.asarray(self.state.shared[self.state.layout["marker_offsets"]].reshape(POINT_COUNT, 3))


def fit_markers(
    markers: Markers, stature_m: float | None = None, standing: Standing | None = None, knot_step_s: float | None = None
) -> MarkerFit:
    """Fit the skeleton to markers in space; see `seen_points` for the names that are known.

    `stature_m` as told, None where the legs' own length must tell; `standing`: when the person stands quietly; `knot_step_s`: how
    far apart the curve's knots are, by default the row `fit.knot_step`.
    """
    seen = seen_points(markers)
    spline = EvenSpline.over(float(seen.time_s[0]), float(seen.time_s[-1]), knot_step_s or constant("fit.knot_step").value)
    samples = Samples.of(spline, seen.time_s)
    places = MarkerPlaces(samples, seen.places, seen.spread_m, samples.worth(constant("marker.correlation").value))
    paths = {name: bridged(seen.places[:, number], seen.time_s) for name, number in POINT_AT.items()}
    plantings = _plantings(seen, paths)
    state, prior = _begin(seen, paths, spline, plantings, stature_m)
    terms = [places, *_beliefs(samples, plantings, standing)]
    problem = Problem(terms, prior, acceleration_spreads())
    state, settled = problem.solve(state)
    return MarkerFit(state, problem, places, plantings, settled)


def marker_motion(fit: MarkerFit, standing: Standing | None = None) -> Motion:
    """Return the motion of fitted markers, in the same curves as a film's, with `fit.draws` draws; the same fit gives the same.

    Spreads are those of the draws: what sliding skin and unknown offsets leave open. Nothing is hidden from markers in space.
    """
    draws = draw_states(fit.problem, fit.state, np.random.default_rng(0), int(constant("fit.draws").value))
    return drawn_motion(drawn_curves(fit.places.samples, fit.state, draws), None, standing, estimator="markers")


def _begin(
    seen: Seen,
    paths: dict[str, Float[np.ndarray, "time 3"]],
    spline: EvenSpline,
    plantings: Sequence[Planting],
    stature_m: float | None,
) -> tuple[State, Prior]:
    """Return a first guess, and what is believed of lengths, offsets and places of rest."""
    layout = Layout.of({**PLACES_UNKNOWNS, "plantings": UNKNOWNS_A_PLANTING * len(plantings)})
    stature_sd = constant("fit.stature_told" if stature_m else "marker.stature_guessed").value
    mean, covariance = np.zeros(layout.size), np.zeros((layout.size, layout.size))
    lengths, offsets = layout["lengths"], layout["marker_offsets"]
    mean[lengths] = usual_log_lengths(stature_m or _stature_of(paths))
    covariance[lengths, lengths] = log_length_covariance(stature_sd)
    mean[offsets] = seen.offset_m.ravel()
    covariance[offsets, offsets] = np.diag(seen.offset_sd_m.ravel() ** 2)
    resting = np.arange(layout["plantings"].start, layout["plantings"].stop)
    covariance[resting, resting] = constant("fit.planting_place").sd ** 2
    shared = mean.copy()
    shared[resting] = _resting_places(paths, plantings)
    coordinates = coordinates_of(paths)
    coordinates[:, :3] = 0.5 * (paths["left_hip"] + paths["right_hip"])
    state = State(spline, spline.fitted(coordinates, seen.time_s), layout, shared)
    return state, Prior(mean, np.linalg.inv(covariance))


def _stature_of(paths: dict[str, Float[np.ndarray, "time 3"]]) -> float:
    """Return the stature (m) to which the legs' length between the markers would be usual."""
    leg = np.mean([_distance(paths, side, "hip", "knee") + _distance(paths, side, "knee", "ankle") for side in SIDES])
    return float(leg / sum(constant(f"body.{length}_length_share").value for length in ("thigh", "shank")))


def _distance(paths: dict[str, Float[np.ndarray, "time 3"]], side: str, upper: str, lower: str) -> float:
    return float(np.median(np.linalg.norm(paths[f"{side}_{upper}"] - paths[f"{side}_{lower}"], axis=1)))


def _plantings(seen: Seen, paths: dict[str, Float[np.ndarray, "time 3"]]) -> tuple[Planting, ...]:
    """Return where the feet rest; nothing where a heel or a toe bears no marker."""
    feet = {f"{side}_{point}": paths[f"{side}_{point}"] for side in SIDES for point in ("heel", "foot_index")}
    if any(np.isnan(seen.places[:, POINT_AT[name]]).all() for name in feet):
        return ()
    leg = np.mean([_distance(paths, side, "hip", "knee") + _distance(paths, side, "knee", "ankle") for side in SIDES])
    return find_plantings(feet, seen.time_s, float(leg))


def _resting_places(paths: dict[str, Float[np.ndarray, "time 3"]], plantings: Sequence[Planting]) -> Float[np.ndarray, " unknown"]:
    """Return where heels and toes rest on the floor's plane, and how high the floor is there, as the markers have it."""
    places: list[float] = []
    for planting in plantings:
        heel, tip = (
            np.median(paths[f"{planting.side}_{point}"][planting.start : planting.stop], axis=0) for point in ("heel", "foot_index")
        )
        places += [heel[0], heel[2], tip[0], tip[2], min(heel[1], tip[1])]
    return np.array(places, dtype=float)


def _beliefs(samples: Samples, plantings: Sequence[Planting], standing: Standing | None) -> list[Term]:
    count = samples.time_s.size
    habits = np.full((count, len(ALWAYS)), samples.worth(constant("fit.habit_correlation").value))
    terms: list[Term] = [*(contacts(samples, plantings) if plantings else ()), Beliefs(samples, ALWAYS, habits)]
    if standing is not None:
        quiet = np.zeros((count, len(STANDING)))
        quiet[standing.start : standing.stop] = constant("fit.standing_worth").value / (standing.stop - standing.start)
        terms.append(Beliefs(samples, STANDING, quiet))
    return terms
