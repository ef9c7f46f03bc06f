"""What do the joints of the legs bear? Inverse dynamics of all frames with the ground's reaction, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass, fields

import numpy as np
import xarray as xr
from jaxtyping import Bool, Float

from kinechain.core.types import SIDES, GroundReaction, Loads
from kinechain.loads.feet import HIND_FOOT, SHIN, Stance, Vectors
from kinechain.loads.ground_reaction import Standing, estimate_ground_reaction, measured_standing
from kinechain.loads.motion import Moving
from kinechain.maths.multibody import Dynamics, Frames, Laid, Wrench, led_forces

#: The coordinates that carry a moment in the sagittal plane; the others are not to be known on two feet without plates.
SAGITTAL = ("hip_flexion", "knee_angle", "ankle_angle")

#: What is not known of the ground: where it presses along and across a foot, how it pushes on and apart, how feet share.
UNKNOWN = ("along", "across", "pushed_along", "pushed_apart", "shared")

_SPACE = ("x", "y", "z")

PerCoordinate = Float[np.ndarray, "time side loaded"]
Changes = Float[np.ndarray, "time unknown side loaded"]


@dataclass(frozen=True)
class Borne:
    """What the legs bear in frames, as the variables of `Loads` have it; `moment` is NaN where the model does not hold.

    `changes` is what one standard deviation of each of `UNKNOWN` does to the moments, and `moment_sd` all of them together. Moments
    that are `hidden` are estimates that no film can tell; they are not to be published. `shin_force` (N) is what shin and foot need
    from the thigh and all muscles together, in the shin's axes, and `shin_changes` what the unknown does to it.
    """

    moment: PerCoordinate
    moment_sd: PerCoordinate
    changes: Changes
    hidden: Bool[np.ndarray, "time side loaded"]
    shin_force: Vectors
    shin_changes: Float[np.ndarray, "time unknown side 3"]
    moment_per_cop: PerCoordinate
    angle: PerCoordinate
    ground_force: Vectors
    ground_force_sd: Vectors
    centre_of_pressure: Vectors
    centre_of_pressure_sd: Vectors
    residual_force: Float[np.ndarray, "time 3"]
    residual_moment: Float[np.ndarray, "time 3"]
    modelled: Bool[np.ndarray, " time"]

    def at(self, frames: slice) -> "Borne":
        """Return some of the frames."""
        return Borne(*(getattr(self, field.name)[frames] for field in fields(self)))


#: Dimensions and unit of each variable.
_LEGS, _FEET, _BODY = ("time", "side", "coordinate"), ("time", "side", "space"), ("time", "space")
_VARIABLES: Mapping[str, tuple[tuple[str, ...], str]] = {
    "moment": (_LEGS, "Nm"),
    "moment_sd": (_LEGS, "Nm"),
    "moment_per_cop": (_LEGS, "Nm/m"),
    "angle": (_LEGS, "rad"),
    "ground_force": (_FEET, "N"),
    "ground_force_sd": (_FEET, "N"),
    "centre_of_pressure": (_FEET, "m"),
    "centre_of_pressure_sd": (_FEET, "m"),
    "residual_force": (_BODY, "N"),
    "residual_moment": (_BODY, "Nm"),
    "modelled": (("time",), "1"),
}


def compute_borne(
    moving: Moving, modelled: Bool[np.ndarray, " time"], plates: GroundReaction | None = None, joint_place_sd_m: float = 0.0
) -> Borne:
    """Return what the legs bear: with `plates` by what these measured, else by the ground reaction that explains a motion best.

    `modelled` tells in which frames the model holds; the others carry no loads. Without plates, on two feet, the moments in the
    frontal and transverse planes are NaN, because feet can push apart unseen, and those in the sagittal plane are for an even
    share, with the spread of an uneven one. `joint_place_sd_m` is how unsure joint centres are against the foot below, where no
    draws of the motion tell.
    """
    standing = estimate_ground_reaction(moving) if plates is None else measured_standing(moving, plates)
    parts = [_joints(part, dynamics, standing, joint_place_sd_m) for part, dynamics in moving.chunks()]
    joints = _Joints(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(_Joints)))
    outside = ~modelled[:, None, None]
    ground = standing.ground
    return Borne(
        moment=np.where(outside, np.nan, joints.moment),
        moment_sd=np.where(outside, np.nan, np.sqrt((joints.changes**2).sum(axis=1))),
        changes=joints.changes,
        hidden=_hidden(standing.stance, plates is not None),
        shin_force=joints.shin_force,
        shin_changes=joints.shin_changes,
        moment_per_cop=np.where(outside, np.nan, joints.per_cop),
        angle=_of_legs(moving.coordinates, moving.tree.at),
        ground_force=ground.force,
        ground_force_sd=standing.force_sd,
        centre_of_pressure=ground.centre_of_pressure,
        centre_of_pressure_sd=standing.pressure_sd,
        residual_force=joints.residual_force,
        residual_moment=joints.residual_moment,
        modelled=modelled,
    )


def as_loads(borne: Borne, time_s: Float[np.ndarray, " time"], attributes: Mapping[str, str | float]) -> Loads:
    """Return what was borne as `Loads` over time."""
    coordinates = {
        "time": ("time", time_s, {"units": "s"}),
        "side": list(SIDES),
        "coordinate": list(Loads.LOADED),
        "space": list(_SPACE),
    }
    told = {name: getattr(borne, name) for name in _VARIABLES}
    told |= {name: np.where(borne.hidden, np.nan, told[name]) for name in ("moment", "moment_sd", "moment_per_cop")}
    variables = {name: (dims, told[name], {"units": unit}) for name, (dims, unit) in _VARIABLES.items()}
    return Loads(xr.Dataset(variables, coords=coordinates, attrs=dict(attributes)))


@dataclass(frozen=True)
class _Joints:
    """Generalised forces of the legs, how they change with what is not known of the ground, and what is left at the pelvis."""

    moment: PerCoordinate
    per_cop: PerCoordinate
    changes: Changes
    shin_force: Vectors
    shin_changes: Float[np.ndarray, "time unknown side 3"]
    residual_force: Float[np.ndarray, "time 3"]
    residual_moment: Float[np.ndarray, "time 3"]


def _joints(part: slice, dynamics: Dynamics, standing: Standing, joint_place_sd_m: float) -> _Joints:
    """Return what the joints of a stretch of frames bear."""
    laid, ground = dynamics.laid, standing.ground
    feet = [laid.tree.link_at[HIND_FOOT[side]] for side in SIDES]
    pressure = np.nan_to_num(ground.centre_of_pressure[part])  # a foot in the air bears nothing, wherever that is
    forward, across = standing.soles.forward[part], standing.soles.across[part]

    def handed(force: Vectors, moment: Vectors) -> dict[int, Wrench]:
        return {
            number: Wrench.at_point(force[:, foot].T, pressure[:, foot].T, moment[:, foot].T) for foot, number in enumerate(feet)
        }

    def change(force: Vectors, moment: Vectors) -> PerCoordinate:
        return -_legs(laid, laid.forces(handed(force, moment)))

    given = handed(ground.force[part], ground.moment[part])
    left = dynamics.whole
    for wrench in given.values():
        left = left - wrench
    nothing = np.zeros_like(forward)
    per_along = change(nothing, np.cross(forward, ground.force[part]))
    per_across = change(nothing, np.cross(across, ground.force[part]))
    pushes = [standing.pushed_sd[part, :, number, None] * direction for number, direction in enumerate((forward, across))]
    pushes.append(standing.shared_sd[part, :, None] * ground.force[part])
    changes = [
        per_along * np.hypot(standing.along_sd[part], joint_place_sd_m)[..., None],
        per_across * standing.across_sd[part, :, None],
        *(change(push, nothing) for push in pushes),
    ]
    return _Joints(
        moment=_legs(laid, dynamics.forces(given)),
        per_cop=per_along,
        changes=np.stack(changes, axis=1),
        shin_force=shin_forces(dynamics, ground.force[part]),
        shin_changes=np.stack([-_of_shins(laid, push) for push in (nothing, nothing, *pushes)], axis=1),
        residual_force=left.force.T,
        residual_moment=left.about(laid.origins[0]).T,
    )


def shin_forces(dynamics: Dynamics, ground: Vectors) -> Vectors:
    """Return the force (N) that each shin, and all that hangs on it, needs from the thigh and all muscles, in the shin's axes.

    That is what moves them and holds them against gravity, less the `ground`'s force (N) on each foot.
    """
    tree = dynamics.laid.tree
    forces = []
    for side in SIDES:
        below = {tree.link_at[SHIN[side]]}
        for number, link in enumerate(tree.links):
            if link.parent in below:
                below.add(number)
        forces.append(np.sum([dynamics.needed[number].force for number in below], axis=0).T)
    return _of_shins(dynamics.laid, np.stack(forces, axis=1) - ground)


def _of_shins(laid: Laid, force: Vectors) -> Vectors:
    """Return a force on each leg in the axes of its shin."""
    axes = [laid.axes[laid.tree.link_at[SHIN[side]]] for side in SIDES]
    return np.stack([np.einsum("ijt,ti->tj", own, force[:, foot]) for foot, own in enumerate(axes)], axis=1)


def _legs(laid: Laid, forces: Frames) -> PerCoordinate:
    """Return the legs' share of generalised forces, the kneecap's handed to the knee."""
    return _of_legs(led_forces(laid.tree, laid.coordinates, forces), laid.tree.at)


def _of_legs(values: Frames, at: Mapping[str, int]) -> PerCoordinate:
    columns = [[at[f"{coordinate}_{side[0]}"] for coordinate in Loads.LOADED] for side in SIDES]
    return np.asarray(values[:, columns])


def _hidden(stance: Stance, plates: bool) -> Bool[np.ndarray, "time side loaded"]:
    """Return which moments cannot be known: those out of the sagittal plane, on two feet, without plates."""
    beyond = np.array([[coordinate not in SAGITTAL for coordinate in Loads.LOADED]] * len(SIDES))
    both = stance.sum(axis=1) > 1
    return np.asarray((both & (not plates))[:, None, None] & beyond)
