"""How is the ground reaction read that force plates measured? Forces under each foot, brought to the times of a motion."""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import DataFileError
from kinechain.core.types import SIDES, Coordinates, GroundReaction
from kinechain.io.opensim_tables import Table, read_table, require_numbers

#: How force plates name what they measured: by side before or behind, or by number.
_SIDED = (
    re.compile(r"^(?P<plate>r|l|right|left)_ground_(?P<kind>force|torque|moment)_(?P<part>[vpm]?)(?P<axis>[xyz])$"),
    re.compile(r"^ground_(?P<kind>force|torque|moment)_(?:calcn_)?(?P<plate>r|l|right|left)_(?P<part>[vpm]?)(?P<axis>[xyz])$"),
)
_NUMBERED = (
    re.compile(r"^(?:(?P<plate>\d+)_)?ground_(?P<kind>force|torque|moment)_(?P<part>[vpm]?)(?P<axis>[xyz])$"),
    re.compile(r"^ground_(?P<kind>force|torque|moment)_?(?P<plate>\d+)_(?P<part>[vpm]?)(?P<axis>[xyz])$"),
)
#: The one documented way to leave the sides out, that of the model gait2392: the right foot without a number, the left as 1.
_GAIT2392 = {"": "right", "1": "left"}
_PARTS = ("v", "p", "m")
#: No laboratory's origin is further away; in millimetres every one is.
_FURTHEST_M = 20.0


def read_ground_reaction(path: Path, motion: Coordinates, least_force_n: float) -> GroundReaction:
    """Read what force plates measured (.mot or .sto; N, m and Nm in OpenSim's axes) and bring it to the times of `motion`.

    Sides may be named as in `ground_force_r_vx`, `R_ground_force_vx` or `ground_force_calcn_r_vx`, or as for the model gait2392:
    without a number for the right foot and `1_` for the left. Between samples force and moment are linear, so that their moment
    about any point is kept; the centre of pressure is the mean of its neighbours by their force. A foot that bears less than
    `least_force_n` is in the air: force and moment 0, centre of pressure NaN.

    Raises:
        DataFileError: the file is no such table, names no sides or exchanges them, lacks a column, is shorter than the motion,
            or holds forces that press on the ground instead of on the foot.
    """
    time_s = motion.time_s
    table = _without_places_in_the_air(read_table(path), least_force_n)
    require_numbers(table, [name for name in table.names if _plate_of(name) is not None])
    columns = _by_side(table)
    _require_cover(table, time_s)
    sides = [_resampled(columns[side], table.time_s, time_s, least_force_n) for side in SIDES]
    force, centre, moment = (np.stack(part, axis=1) for part in zip(*sides, strict=True))
    if force[:, :, 1].sum() <= 0.0:
        raise DataFileError(
            "forces of the ground on the feet, which point up (y positive)",
            f"none that do in {path}",
            "Turn their signs round, or export what acts on the foot in OpenSim's axes (x forward, y up, z to the right).",
        )
    furthest = float(np.nanmax(np.abs(centre)))
    if furthest > _FURTHEST_M:
        raise DataFileError(
            "centres of pressure in metres",
            f"one {furthest:.0f} away from the origin in {path}",
            "Divide them by 1000 if they are in millimetres.",
        )
    ground = GroundReaction(time_s, force, centre, moment)
    _require_sides(ground, motion, path)
    return ground


def _plate_of(name: str) -> tuple[str, str, str] | None:
    """Return side (or number), part (v force, p point, m moment) and axis of a force plate's column, None for any other."""
    low = name.lower()
    for pattern in (*_SIDED, *_NUMBERED):
        found = pattern.match(low)
        if found:
            plate = {"r": "right", "l": "left"}.get(found["plate"] or "", found["plate"] or "")
            part = found["part"] or ("v" if found["kind"] == "force" else "m")
            return plate, part, found["axis"]
    return None


def _without_places_in_the_air(table: Table, least_force_n: float) -> Table:
    """Return the table with zeros where an unloaded foot's centre of pressure and moment are no numbers, as many write it."""
    values = table.values.copy()
    found = {known: column for column, name in enumerate(table.names) if (known := _plate_of(name)) is not None}
    for (plate, part, _), column in found.items():
        upward = found.get((plate, "v", "y"))
        if part != "v" and upward is not None:
            unloaded = table.values[:, upward] < least_force_n
            values[unloaded & np.isnan(values[:, column]), column] = 0.0
    return Table(table.path, table.in_degrees, table.time_s, table.names, values)


def _by_side(table: Table) -> dict[str, dict[str, Float[np.ndarray, "time 3"]]]:
    """Return force, point and moment (time, 3) of each side."""
    found = {known: column for column, name in enumerate(table.names) if (known := _plate_of(name)) is not None}
    plates = {plate for plate, _, _ in found}
    if not plates:
        raise DataFileError(
            "columns such as ground_force_r_vx, ground_force_r_px and ground_torque_r_x",
            f"none in {table.path}",
            "Export the ground reaction as OpenSim's external loads have it.",
        )
    if plates == set(_GAIT2392):
        found = {(_GAIT2392[plate], part, axis): column for (plate, part, axis), column in found.items()}
    elif not plates <= set(SIDES):
        raise DataFileError(
            "columns that name the foot, such as ground_force_r_vx and ground_force_l_vx",
            f"plates called {', '.join(sorted(plate or 'nothing' for plate in plates))} in {table.path}",
            "Rename the columns by the foot that stood on each plate.",
        )
    missing = [
        f"{ {'v': 'ground_force', 'p': 'ground_force', 'm': 'ground_torque'}[part] }_{side[0]}_{'' if part == 'm' else part}{axis}"
        for side in SIDES
        for part in _PARTS
        for axis in "xyz"
        if (side, part, axis) not in found
    ]
    if missing:
        raise DataFileError(
            "force, centre of pressure and moment of both feet",
            f"{table.path} without {', '.join(missing[:6])}{' and more' if len(missing) > 6 else ''}",
            "Add the columns, of zeros for a moment that the plates do not give or for a foot that was never on them.",
        )
    return {side: {part: table.values[:, [found[side, part, axis] for axis in "xyz"]] for part in _PARTS} for side in SIDES}


def _require_sides(ground: GroundReaction, motion: Coordinates, path: Path) -> None:
    """Refuse forces under the wrong feet: seen by the pelvis, the right foot's pressure lies to the right of the left foot's."""
    turned = motion.curve("pelvis_rotation")
    to_the_right = np.column_stack([np.sin(turned), np.zeros_like(turned), np.cos(turned)])
    left, right = (ground.centre_of_pressure[:, SIDES.index(side)] for side in ("left", "right"))
    apart = np.einsum("ta,ta->t", right - left, to_the_right)
    both = np.isfinite(apart)
    if both.any() and float(np.median(apart[both])) < 0.0:
        raise DataFileError(
            "the right foot's centre of pressure to the right of the left foot's, as the pelvis faces",
            f"it {-100.0 * float(np.median(apart[both])):.0f} cm to the left in {path}",
            "The feet are exchanged, or the axes are not those of the motion (x forward, y up, z to the right): export it anew.",
        )


def _require_cover(table: Table, time_s: Float[np.ndarray, " time"]) -> None:
    slack = 1e-6  # times are written with a few decimals
    if table.time_s[0] > time_s[0] + slack or table.time_s[-1] < time_s[-1] - slack:
        raise DataFileError(
            f"ground forces over the whole motion, from {time_s[0]:g} to {time_s[-1]:g} s",
            f"{table.time_s[0]:g} to {table.time_s[-1]:g} s in {table.path}",
            "Cut the motion to that time, or give the whole recording; both need the same clock.",
        )


def _resampled(
    columns: Mapping[str, Float[np.ndarray, "sample 3"]],
    sampled_s: Float[np.ndarray, " sample"],
    time_s: Float[np.ndarray, " time"],
    least_force_n: float,
) -> tuple[Float[np.ndarray, "time 3"], Float[np.ndarray, "time 3"], Float[np.ndarray, "time 3"]]:
    """Return force, centre of pressure and moment about it at `time_s`.

    Force and moment about the origin are linear between samples. The centre of pressure is weighed by the force that presses
    there, as what a plate says of an unloaded foot is no place at all; the moment is what then remains of the moment about the
    origin: m = m_origin - p x f.
    """

    def at(samples: Float[np.ndarray, "sample 3"]) -> Float[np.ndarray, "time 3"]:
        return np.column_stack([np.interp(time_s, sampled_s, samples[:, axis]) for axis in range(3)])

    pressing = np.maximum(columns["v"][:, 1:2], 0.0)
    force = at(columns["v"])
    about_origin = at(columns["m"] + np.cross(columns["p"], columns["v"]))
    weight = np.interp(time_s, sampled_s, pressing[:, 0])[:, None]
    loaded = (force[:, 1:2] >= least_force_n) & (weight > 0.0)
    centre = at(pressing * columns["p"]) / np.where(loaded, weight, 1.0)
    moment = about_origin - np.cross(centre, force)
    return np.where(loaded, force, 0.0), np.where(loaded, centre, np.nan), np.where(loaded, moment, 0.0)
