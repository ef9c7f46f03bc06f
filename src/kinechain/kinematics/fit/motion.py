"""What does a fitted film say of the movement? Curves with true spreads, draws, and NaN for what its view cannot see."""

from collections.abc import Mapping

import numpy as np
import xarray as xr

from kinechain.body.skeleton import AT
from kinechain.core.types import SIDES, Motion, View
from kinechain.evidence import constant
from kinechain.kinematics.angles import SIDED, UNITS, posture_curves
from kinechain.kinematics.fit.film import Fit
from kinechain.kinematics.fit.intervals import calibrated
from kinechain.kinematics.fit.solver import draw_states
from kinechain.kinematics.fit.state import State
from kinechain.kinematics.standing import Standing

#: What each view cannot see, whatever the fit says of it: it would be belief, not measurement.
HIDDEN: Mapping[View, frozenset[str]] = {
    View.SIDE: frozenset({"fppa", "knee_ankle_separation_ratio", "stance_width", "pelvic_shift", "toe_out"}),
    View.FRONT: frozenset({"trunk_lean"}),
    View.REAR: frozenset({"trunk_lean"}),
    View.OBLIQUE: frozenset(),
}

#: Curves counted from quiet standing: (curve, what it is counted from, whether it is a share of it).
_FROM_REST = ("pelvic_shift", "hip_height", "heel_height")


def fitted_motion(fit: Fit, view: View, standing: Standing | None, *, to_real: bool = True, bare: bool = False) -> Motion:
    """Return the motion of a fitted film, with `fit.draws` draws; the same fit gives the same draws.

    Draws and spreads are widened by calibrated rows and, with `to_real`, by what is assumed for the step to real people; with
    `bare` they are what the fit itself says.
    """
    rest = slice(standing.start, standing.stop) if standing else None
    states = draw_states(fit.problem, fit.state, np.random.default_rng(0), int(constant("fit.draws").value))
    best = _curves(fit, fit.state, rest)
    drawn = [_curves(fit, state, rest) for state in states]
    near, rng = near_side(fit), np.random.default_rng(1)
    variables, draws = {}, {}
    for name, curve in best.items():
        if name in HIDDEN[view]:
            continue
        dims, unit = ("time", "side") if name in SIDED or name == "heel_rise" else ("time",), {"units": _unit(name)}
        deviations = np.stack([state[name] for state in drawn]) - curve
        spread = np.sqrt((deviations**2).mean(axis=0))
        if not bare:
            deviations, spread = calibrated(deviations, curve, name, view, near, rng, to_real=to_real)
        variables[name] = (dims, curve, unit)
        variables[f"{name}_sd"] = (dims, spread, unit)
        draws[name] = (("draw", *dims), (curve + deviations).astype(np.float32), unit)
    coordinates = {"time": ("time", fit.marks.samples.time_s, {"units": "s"}), "side": list(SIDES)}
    return Motion(xr.Dataset(variables, coords=coordinates, attrs={"estimator": "fit"}), xr.Dataset(draws, coords=coordinates))


def facing(state: State, fit: Fit) -> float:
    """Return where the person faces over the whole clip (rad from +x towards -z)."""
    return float(np.median(state.at(fit.marks.samples).coordinates[:, AT["pelvis_rotation"]]))


def near_side(fit: Fit) -> str:
    """Return the side that is nearer to the camera, which looks along -z."""
    return "right" if np.cos(facing(fit.state, fit)) > 0.0 else "left"


def _curves(fit: Fit, state: State, rest: slice | None) -> dict[str, np.ndarray]:
    """Return the curves of a state; what is counted from quiet standing is NaN without any."""
    curves = posture_curves(state.at(fit.marks.samples).laid.points, facing(state, fit))
    nothing = np.full(curves["hip_height"].shape, np.nan)
    at_rest = {name: np.median(curves[name][rest], axis=0) if rest is not None else np.nan for name in _FROM_REST}
    curves["pelvic_shift"] = curves["pelvic_shift"] - at_rest["pelvic_shift"]
    curves["heel_rise"] = curves["heel_height"] - at_rest["heel_height"]
    ground = np.mean(at_rest["heel_height"])
    curves["hip_height"] = (curves["hip_height"] - ground) / (at_rest["hip_height"] - ground) if rest is not None else nothing
    del curves["heel_height"]
    return curves


def _unit(name: str) -> str:
    return {"heel_rise": "m", "hip_height": "1"}.get(name, UNITS.get(name, "rad"))
