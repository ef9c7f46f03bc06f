"""What does a fitted film say of the movement? Curves with true spreads, draws, and NaN for what its view cannot see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Float

from kinechain.body.skeleton import AT
from kinechain.core.types import SIDES, Motion, View
from kinechain.evidence import constant
from kinechain.kinematics.angles import SIDED, UNITS, posture_curves
from kinechain.kinematics.fit.film import Fit
from kinechain.kinematics.fit.intervals import calibrated
from kinechain.kinematics.fit.solver import draw_states
from kinechain.kinematics.fit.state import Posture, Samples, State
from kinechain.kinematics.standing import Standing

#: What each view cannot see, whatever the fit says of it: it would be belief, not measurement.
HIDDEN: Mapping[View, frozenset[str]] = {
    View.SIDE: frozenset({"fppa", "knee_ankle_separation_ratio", "stance_width", "pelvic_shift", "toe_out"}),
    View.FRONT: frozenset({"trunk_lean"}),
    View.REAR: frozenset({"trunk_lean"}),
    View.OBLIQUE: frozenset(),
}

#: Curves counted from quiet standing.
_FROM_REST = ("pelvic_shift", "hip_height", "heel_rise")


@dataclass(frozen=True)
class Drawn:
    """Curves by name as estimated (time, ...), as they might as well be (draw, time, ...), and the side near the camera."""

    time_s: Float[np.ndarray, " time"]
    best: Mapping[str, Float[np.ndarray, " time *side"]]
    draws: Mapping[str, Float[np.ndarray, "draw time *side"]]
    near: str


def fitted_motion(fit: Fit, view: View | None, standing: Standing | None, *, to_real: bool = True) -> Motion:
    """Return the motion of a fitted film, with `fit.draws` draws; the same fit gives the same draws; see `drawn_motion`."""
    draws = draw_states(fit.problem, fit.state, np.random.default_rng(0), int(constant("fit.draws").value))
    return drawn_motion(drawn_curves(fit.marks.samples, fit.state, draws), view, standing, to_real=to_real)


def drawn_curves(samples: Samples, state: State, draws: Sequence[State]) -> Drawn:
    """Return the curves of a state and of draws about it, heights counted from the world's origin."""
    posture = state.at(samples)
    best = posture_curves(posture.laid.points, _facing(posture))
    many = {name: np.empty((len(draws), *curve.shape), dtype=np.float32) for name, curve in best.items()}
    for number, draw in enumerate(draws):
        posture = draw.at(samples)
        for name, curve in posture_curves(posture.laid.points, _facing(posture)).items():
            many[name][number] = curve
    return Drawn(samples.time_s, best, many, near_side(state, samples))


def drawn_motion(
    drawn: Drawn, view: View | None, standing: Standing | None, *, to_real: bool = True, estimator: str = "fit"
) -> Motion:
    """Return the motion that drawn curves are, `estimator` being what made them.

    Draws and spreads are widened by the view's calibrated rows and, with `to_real`, by what is assumed for the step to real people.
    Without a view they are what the estimator itself says, and nothing is hidden.
    """
    rest = slice(standing.start, standing.stop) if standing else None
    best, many = _from_rest(drawn.best, rest), _from_rest(drawn.draws, rest)
    rng = np.random.default_rng(1)
    variables, draws = {}, {}
    for name, curve in best.items():
        if view is not None and name in HIDDEN[view]:
            continue
        dims, unit = ("time", "side") if name in SIDED or name == "heel_rise" else ("time",), {"units": _unit(name)}
        deviations = many.pop(name) - curve
        spread = np.sqrt((deviations**2).mean(axis=0))
        if view is not None:
            deviations, spread = calibrated(deviations, curve, name, view, drawn.near, rng, to_real=to_real)
        variables[name] = (dims, curve, unit)
        variables[f"{name}_sd"] = (dims, spread, unit)
        draws[name] = (("draw", *dims), (curve + deviations).astype(np.float32), unit)
    coordinates = {"time": ("time", drawn.time_s, {"units": "s"}), "side": list(SIDES)}
    return Motion(xr.Dataset(variables, coords=coordinates, attrs={"estimator": estimator}), xr.Dataset(draws, coords=coordinates))


def near_side(state: State, samples: Samples) -> str:
    """Return the side that is nearer to the camera, which looks along -x: the left one of a person who has turned to the right."""
    return "right" if np.sin(_facing(state.at(samples))) > 0.0 else "left"


def _facing(posture: Posture) -> float:
    """Return where the person faces over the whole clip (rad from +x towards -z)."""
    return float(np.median(posture.coordinates[:, AT["pelvis_rotation"]]))


def _from_rest(raw: Mapping[str, np.ndarray], rest: slice | None) -> dict[str, np.ndarray]:
    """Return curves (..., time) or (..., time, side) with those counted from quiet standing so; NaN without any."""
    curves = dict(raw)
    shift, hips, heels = (curves.pop(name) for name in ("pelvic_shift", "hip_height", "heel_height"))
    if rest is None:
        return curves | {name: np.full_like(curve, np.nan) for name, curve in zip(_FROM_REST, (shift, hips, heels), strict=True)}
    heels_at_rest = np.median(heels[..., rest, :], axis=-2, keepdims=True)
    ground = heels_at_rest.mean(axis=-1)
    curves["pelvic_shift"] = shift - np.median(shift[..., rest], axis=-1, keepdims=True)
    curves["hip_height"] = (hips - ground) / (np.median(hips[..., rest], axis=-1, keepdims=True) - ground)
    curves["heel_rise"] = heels - heels_at_rest
    return curves


def _unit(name: str) -> str:
    return {"heel_rise": "m", "hip_height": "1"}.get(name, UNITS.get(name, "rad"))
