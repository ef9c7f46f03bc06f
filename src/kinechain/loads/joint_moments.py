"""What do the joints of the legs bear? Inverse dynamics of all frames with the ground's reaction, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES, GroundReaction, Loads
from kinechain.evidence import constant
from kinechain.loads.feet import HIND_FOOT, Stance
from kinechain.loads.ground_reaction import Standing, estimate_ground_reaction, measured_standing
from kinechain.loads.motion import Moving
from kinechain.maths.multibody import Dynamics, Frames, Laid, Wrench, led_forces

#: The coordinates that carry a moment in the sagittal plane; the others are not to be known on two feet without plates.
SAGITTAL = ("hip_flexion", "knee_angle", "ankle_angle")

_UP = np.array([0.0, 1.0, 0.0])
_SPACE = ("x", "y", "z")

PerCoordinate = Float[np.ndarray, "time side coordinate"]


@dataclass(frozen=True)
class _Borne:
    """Generalised forces of the legs, how they change with what is not known of the ground, and what is left at the pelvis."""

    moment: PerCoordinate
    per_cop: PerCoordinate
    sd: PerCoordinate
    residual_force: Float[np.ndarray, "time 3"]
    residual_moment: Float[np.ndarray, "time 3"]


def compute_loads(
    moving: Moving,
    modelled: Bool[np.ndarray, " time"],
    plates: GroundReaction | None = None,
    attributes: Mapping[str, str | float] | None = None,
) -> Loads:
    """Return the loads of a motion: with `plates` from what these measured, else with the ground reaction that explains it best.

    `modelled` tells in which frames the model holds; the others carry no loads. Without plates, on two feet, the moments in the
    frontal and transverse planes are NaN, because feet can push apart unseen, and those in the sagittal plane are for an even
    share, with the spread of an uneven one.
    """
    standing = estimate_ground_reaction(moving) if plates is None else measured_standing(moving, plates)
    parts = [_borne(part, dynamics, standing, plates is not None) for part, dynamics in moving.chunks()]
    borne = _Borne(*(np.concatenate([getattr(part, name) for part in parts]) for name in _Borne.__dataclass_fields__))
    hidden = _hidden(standing.stance, plates is not None) | ~modelled[:, None, None]
    legs, feet = ("time", "side", "coordinate"), ("time", "side", "space")
    ground = standing.ground
    variables = {
        "moment": (legs, np.where(hidden, np.nan, borne.moment), {"units": "Nm"}),
        "moment_sd": (legs, np.where(hidden, np.nan, borne.sd), {"units": "Nm"}),
        "moment_per_cop": (legs, np.where(hidden, np.nan, borne.per_cop), {"units": "Nm/m"}),
        "angle": (legs, _of_legs(moving.coordinates, moving.tree.at), {"units": "rad"}),
        "ground_force": (feet, ground.force, {"units": "N"}),
        "ground_force_sd": (feet, standing.force_sd, {"units": "N"}),
        "centre_of_pressure": (feet, ground.centre_of_pressure, {"units": "m"}),
        "centre_of_pressure_sd": (feet, standing.pressure_sd, {"units": "m"}),
        "residual_force": (("time", "space"), borne.residual_force, {"units": "N"}),
        "residual_moment": (("time", "space"), borne.residual_moment, {"units": "Nm"}),
        "modelled": (("time",), modelled, {"units": "1"}),
    }
    coordinates = {
        "time": ("time", moving.time_s, {"units": "s"}),
        "side": list(SIDES),
        "coordinate": list(Loads.LOADED),
        "space": list(_SPACE),
    }
    told = {"ground": "estimated" if plates is None else "plates"} | dict(attributes or {})
    return Loads(xr.Dataset(variables, coords=coordinates, attrs=told))


def _borne(part: slice, dynamics: Dynamics, standing: Standing, plates: bool) -> _Borne:
    """Return what a stretch of frames bears."""
    laid, tree = dynamics.laid, dynamics.laid.tree
    ground, feet = standing.ground, [tree.link_at[HIND_FOOT[side]] for side in SIDES]
    pressure = np.nan_to_num(ground.centre_of_pressure[part])  # a foot in the air bears nothing, wherever that is

    def handed(force: Float[np.ndarray, "time side 3"], moment: Float[np.ndarray, "time side 3"]) -> dict[int, Wrench]:
        return {
            number: Wrench.at_point(force[:, foot].T, pressure[:, foot].T, moment[:, foot].T) for foot, number in enumerate(feet)
        }

    def change(force: Float[np.ndarray, "time side 3"], moment: Float[np.ndarray, "time side 3"]) -> PerCoordinate:
        return -_legs(laid, laid.forces(handed(force, moment)))

    given = handed(ground.force[part], ground.moment[part])
    whole = dynamics.whole
    for wrench in given.values():
        whole = whole - wrench
    forward, across = standing.soles.forward[part], standing.soles.across[part]
    nothing = np.zeros_like(forward)
    per_along = change(nothing, np.cross(forward, ground.force[part]))
    per_across = change(nothing, np.cross(across, ground.force[part]))
    joints = 0.0 if plates else constant("loads.joint_place").si
    spread = (per_along * np.hypot(standing.along_sd[part], joints)[..., None]) ** 2
    spread += (per_across * standing.across_sd[part, :, None]) ** 2
    for number, direction in enumerate((forward, across)):
        spread += change(standing.pushed_sd[part, :, number, None] * direction, nothing) ** 2
    spread += change(standing.shared_sd[part, :, None] * ground.force[part], nothing) ** 2
    return _Borne(
        _legs(laid, dynamics.forces(given)),
        per_along,
        np.sqrt(spread),
        whole.force.T,
        whole.about(laid.origins[0]).T,
    )


def _legs(laid: Laid, forces: Frames) -> PerCoordinate:
    """Return the legs' share of generalised forces, the kneecap's handed to the knee."""
    return _of_legs(led_forces(laid.tree, laid.coordinates, forces), laid.tree.at)


def _of_legs(values: Frames, at: Mapping[str, int]) -> PerCoordinate:
    columns = [[at[f"{coordinate}_{side[0]}"] for coordinate in Loads.LOADED] for side in SIDES]
    return np.asarray(values[:, columns])


def _hidden(stance: Stance, plates: bool) -> Bool[np.ndarray, "time 1 coordinate"]:
    """Return which moments cannot be known: those out of the sagittal plane, on two feet, without plates."""
    beyond = np.array([coordinate not in SAGITTAL for coordinate in Loads.LOADED])
    both = stance.sum(axis=1) > 1
    return np.asarray((both & (not plates))[:, None, None] & beyond)
