"""How do several films of one movement speak together? Each camera's marks are further evidence on the same skeleton and curves.

Films taken at the same time share a clock, but for a shift. Films taken one after the other are laid upon each other repetition by
repetition; people do not repeat themselves exactly, so the later films' marks count for less. Where another camera stands need not
be known: it begins where its own fit has it, seen from the first camera's world, and is found with everything else.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.skeleton import AT
from kinechain.core.types import Keypoints, Repetition
from kinechain.evidence import constant
from kinechain.kinematics.fit.camera import UNKNOWNS, Phone
from kinechain.kinematics.fit.film import Fit, fit_film
from kinechain.kinematics.fit.marks import Marks
from kinechain.kinematics.fit.solver import Prior, Problem
from kinechain.kinematics.fit.state import Layout, Samples, State
from kinechain.kinematics.standing import Standing

Times = Float[np.ndarray, " time"]
FirstTimes = Float[np.ndarray, " first_time"]

#: What of a camera is known from one film alone, and what only beside another camera.
_BESIDE = ("yaw", "x", "z")


@dataclass(frozen=True)
class Take:
    """One film: its keypoints, when the person stands quietly, and how it lies beside the first film.

    `first_clock_s` (time,): when each picture was taken, or what it shows happens, by the first film's clock (s), NaN where nothing
    corresponds; None for the first film itself. `same_time` says that both cameras saw the very same movement. `phone`: a
    calibrated camera, in the world where the first one stands at x = z = 0 and looks along -x with yaw 0.
    """

    keypoints: Keypoints
    standing: Standing | None = None
    exchanged: Bool[np.ndarray, " time"] | None = None
    first_clock_s: Times | None = None
    same_time: bool = True
    phone: Phone | None = None


def fit_together(takes: Sequence[Take], stature_m: float) -> Fit:
    """Fit one skeleton and one trajectory, that of the first film, to all films.

    Raises ValueError where no film is given, or a later one has no `first_clock_s`.
    """
    if not takes or any(take.first_clock_s is None for take in takes[1:]):
        raise ValueError("Expected a first film and, for each later one, its times by the first one's clock. Give first_clock_s.")
    fits = [fit_film(take.keypoints, stature_m, take.standing, take.exchanged) for take in takes]
    fit = fits[0] if takes[0].phone is None else _with_known_phone(fits[0], "phone", takes[0].phone)
    for number, (take, own) in enumerate(zip(takes[1:], fits[1:], strict=True), start=1):
        fit = _joined(fit, own, take, number)
    state, settled = fit.problem.solve(fit.state)
    distance = fit.marks.distances(state)
    return replace(fit, state=state, settled=settled, misfit=float(np.nanmedian(distance)))


def by_repetition(time_s: Times, own: Sequence[Repetition], first: Sequence[Repetition], first_time_s: FirstTimes) -> Times:
    """Return when, by the first film's clock, that film's person was as far in a repetition as this film's is; NaN between them.

    The n-th whole repetitions are laid upon each other: start on start, deepest on deepest, end on end, evenly in between.
    """
    clock = np.full(time_s.shape, np.nan)
    whole = [[repetition for repetition in found if not repetition.partial] for found in (own, first)]
    for mine, theirs in zip(*whole, strict=False):
        frames = slice(mine.start, mine.end + 1)
        events_s = time_s[[mine.start, mine.deepest, mine.end]]
        clock[frames] = np.interp(time_s[frames], events_s, first_time_s[[theirs.start, theirs.deepest, theirs.end]])
    return clock


def _joined(fit: Fit, own: Fit, take: Take, number: int) -> Fit:
    """Return the fit with one more camera's marks, not yet solved."""
    phone, offsets = f"phone_{number}", f"offsets_{number}"
    assert take.first_clock_s is not None
    layout, before = fit.state.layout, own.state.layout
    sizes = {name: place.stop - place.start for name, place in layout.places.items() if name != "lengths"}
    joined = Layout.of({**sizes, phone: len(UNKNOWNS), offsets: before["offsets"].stop - before["offsets"].start})
    camera = take.phone or _seen_from(fit.state, fit.marks, own)
    shared = np.concatenate([fit.state.shared, camera.unknowns, own.state.shared[before["offsets"]]])
    believed = own.problem.prior
    mean = np.concatenate([fit.problem.prior.mean, camera.unknowns, believed.mean[before["offsets"]]])
    for name in set(UNKNOWNS) - set(_BESIDE):
        if take.phone is None:
            place = UNKNOWNS.index(name)
            mean[joined[phone].start + place] = believed.mean[before["phone"].start + place]
    precision = np.zeros((joined.size, joined.size))
    precision[: layout.size, : layout.size] = fit.problem.prior.precision
    precision[joined[phone], joined[phone]] = _phone_precision(believed.precision[before["phone"], before["phone"]], take)
    precision[joined[offsets], joined[offsets]] = believed.precision[before["offsets"], before["offsets"]]
    marks = replace(_on_clock(own.marks, fit.state, take), phone=phone, offsets=offsets)
    problem = replace(fit.problem, terms=[*fit.problem.terms, marks], prior=Prior(mean, precision))
    state = State(fit.state.spline, fit.state.control, joined, shared)
    return replace(fit, state=state, problem=problem)


def _on_clock(marks: Marks, state: State, take: Take) -> Marks:
    """Return marks of another film at the first film's times; those of another time count for less."""
    assert take.first_clock_s is not None
    spline = state.spline
    last = spline.start + (spline.count - 3) * spline.step
    with np.errstate(invalid="ignore"):
        there = (take.first_clock_s >= spline.start) & (take.first_clock_s <= last)
    spread = marks.spread_px[there]
    if not take.same_time:
        px_per_leg = float(np.nanmin(marks.spread_px)) / constant("fit.mark_noise").value
        spread = np.hypot(spread, constant("fit.another_time").value * px_per_leg)
    samples = Samples.of(spline, take.first_clock_s[there])
    return replace(marks, samples=samples, pixels=marks.pixels[there], spread_px=spread, depth=marks.depth[there])


def _seen_from(state: State, marks: Marks, own: Fit) -> Phone:
    """Return the other film's camera in the first one's world: where both fits have the body stand and face the same way."""
    here, there = state.at(marks.samples).coordinates, own.state.at(own.marks.samples).coordinates
    turn = float(np.median(here[:, AT["pelvis_rotation"]]) - np.median(there[:, AT["pelvis_rotation"]]))
    camera = own.marks.camera(own.state).unknowns.copy()
    away = camera[4:] - np.median(there[:, :3], axis=0)
    cosine, sine = np.cos(turn), np.sin(turn)
    middle = np.median(here[:, :3], axis=0)
    camera[UNKNOWNS.index("yaw")] += turn
    camera[UNKNOWNS.index("x")] = middle[0] + cosine * away[0] + sine * away[2]
    camera[UNKNOWNS.index("z")] = middle[2] - sine * away[0] + cosine * away[2]
    return Phone(camera, own.marks.middle)


def _phone_precision(alone: Float[np.ndarray, "7 7"], take: Take) -> Float[np.ndarray, "7 7"]:
    """Return the precision of a later camera: as of any phone, but free to stand and look anywhere; or that of a calibrated one."""
    if take.phone is not None:
        return np.eye(len(UNKNOWNS)) / constant("fit.phone_calibrated").sd ** 2
    precision = alone.copy()
    beside = [UNKNOWNS.index(name) for name in _BESIDE]
    precision[beside, :] = precision[:, beside] = 0.0
    precision[beside, beside] = 1.0 / constant("fit.phone_beside").sd ** 2
    return precision


def _with_known_phone(fit: Fit, name: str, phone: Phone) -> Fit:
    """Return the fit with the first camera known, not yet solved."""
    place = fit.state.layout[name]
    mean, precision, shared = fit.problem.prior.mean.copy(), fit.problem.prior.precision.copy(), fit.state.shared.copy()
    mean[place] = shared[place] = phone.unknowns
    precision[place, :] = precision[:, place] = 0.0
    precision[place, place] = np.eye(len(UNKNOWNS)) / constant("fit.phone_calibrated").sd ** 2
    problem = Problem(fit.problem.terms, Prior(mean, precision), fit.problem.acceleration_sd)
    return replace(fit, problem=problem, state=State(fit.state.spline, fit.state.control, fit.state.layout, shared))
