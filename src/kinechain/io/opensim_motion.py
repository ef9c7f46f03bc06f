"""How is a motion read that OpenSim knows? Joint angles of a whole body from .mot and .sto, into radians and metres.

What cannot be is refused in one sentence: coordinates that are missing, angles in another unit than the file says, a knee that
bends the other way round.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import DataFileError
from kinechain.core.types import Coordinates
from kinechain.io.opensim_tables import Table, read_table, require_numbers

#: Coordinates that are lengths; every other one is an angle.
_LENGTH = re.compile(r"_t[xyz]$")
#: The kneecap's coordinates follow the knee. OpenSim never turns such coupled coordinates into radians: they always are.
_COUPLED = re.compile(r"_beta$")
#: A coordinate's value in a .sto of states, such as /jointset/hip_r/hip_flexion_r/value.
_STATE = re.compile(r"^/(?:.*/)?(?P<name>[^/]+)/(?P<what>[^/]+)$")
#: Joints of the leg, none of which turns by half a turn.
_LEG = re.compile(r"^(hip_flexion|hip_adduction|hip_rotation|knee_angle|ankle_angle|subtalar_angle)_[rl]$")
_KNEES = ("knee_angle_r", "knee_angle_l")


@dataclass(frozen=True)
class MotionLimits:
    """What a motion has to keep to before it is believed: rows of evidence, handed in by whoever reads.

    `least_frames`; `longest_step_s` between two frames; `hyperextension_rad`, how far a knee may pass straight; `drop_m`, how far
    a pelvis cannot come down on legs that bend by less than `pi` degrees.
    """

    least_frames: int
    longest_step_s: float
    hyperextension_rad: float
    drop_m: float


def read_mot(path: Path, limits: MotionLimits, needed: Sequence[str] = ()) -> Coordinates:
    """Read a motion (.mot, or .sto of coordinates or states) into radians and metres, under OpenSim's names.

    Angles are turned from degrees where the file says `inDegrees=yes`; `pelvis_tx` and its like are metres. The kneecap's
    `knee_angle_*_beta` are radians in every file, as OpenSim has it, and are kept so (the body follows the knee, not them). Long
    names of a file of states are shortened, and its speeds and activations left out. `needed` names the coordinates that must be
    there, with a number at every time; without it all columns must be numbers.

    Raises:
        DataFileError: the file is no such table or cut off; a needed coordinate is missing or not a number; times do not rise;
            fewer than the least frames; degrees are called radians or the reverse; knee flexion is negative.
    """
    table = _coordinates_of(read_table(path))
    _require_names(table, needed)
    _require_frames(table, limits)
    require_numbers(table, needed or table.names)
    if table.in_degrees is None:
        raise DataFileError(
            "a line inDegrees=yes or inDegrees=no before endheader", f"none in {path}", "Add the one that is true of its angles."
        )
    values = _in_si(table)
    motion = Coordinates(table.time_s, table.names, values)
    _require_honest_units(motion, table, limits)
    _require_knee_sign(motion, path, limits)
    return motion


def _coordinates_of(table: Table) -> Table:
    """Return the table with the coordinates' values only, under their short names."""
    states = [(_STATE.match(name), column) for column, name in enumerate(table.names)]
    if not any(state for state, _ in states):
        return table
    kept = [(state["name"], column) for state, column in states if state and state["what"] == "value"]
    return Table(
        table.path, table.in_degrees, table.time_s, tuple(name for name, _ in kept), table.values[:, [column for _, column in kept]]
    )


def _require_names(table: Table, needed: Sequence[str]) -> None:
    missing = [name for name in needed if name not in table.names]
    if not missing:
        return
    if any("ground_force" in name for name in table.names):
        raise DataFileError(
            "a motion with joint angles", f"ground forces in {table.path}", "Give the forces as --grf, and the motion first."
        )
    shown = ", ".join(missing[:8]) + (f" and {len(missing) - 8} more" if len(missing) > 8 else "")
    raise DataFileError(
        f"the coordinates of the body model, {len(needed)} in all",
        f"{table.path} without {shown}",
        "Export the whole body's motion under the model's own names, as OpenSim's inverse kinematics writes it.",
    )


def _require_frames(table: Table, limits: MotionLimits) -> None:
    frames = table.time_s.size
    if frames < limits.least_frames:
        raise DataFileError(
            f"at least {limits.least_frames} frames, to tell accelerations from noise",
            f"{frames} in {table.path}",
            "Give the whole movement, standing still before and after it.",
        )
    steps = np.diff(table.time_s)
    longest = int(steps.argmax())
    if steps[longest] > limits.longest_step_s:
        raise DataFileError(
            f"frames at most {limits.longest_step_s:g} s apart, times in seconds",
            f"{steps[longest]:.3g} s after {table.time_s[longest]:g} s in {table.path}",
            "Export the motion without gaps, with its times in seconds.",
        )


def _in_si(table: Table) -> Float[np.ndarray, "time column"]:
    turned = [not (_LENGTH.search(name) or _COUPLED.search(name)) for name in table.names]
    return np.asarray(np.where(np.array(turned) & bool(table.in_degrees), np.deg2rad(table.values), table.values))


def _require_honest_units(motion: Coordinates, table: Table, limits: MotionLimits) -> None:
    """Refuse degrees called radians, and radians called degrees, by what no body can do.

    No joint of a leg reaches half a turn, and a pelvis does not come down by a hand's breadth on legs that bend by 3 degrees. A
    person who only stands passes the second test whatever the head says, as nothing tells the two apart there.
    """
    legs = [name for name in motion.names if _LEG.match(name)]
    most = {name: float(np.nanmax(np.abs(motion.curve(name)))) for name in legs if np.isfinite(motion.curve(name)).any()}
    if not most:
        return
    widest = max(most, key=lambda name: most[name])
    if not table.in_degrees and most[widest] > math.pi:
        raise DataFileError(
            "angles in radians, as inDegrees=no in its head says",
            f"{widest} up to {most[widest]:.3g} in {table.path}, which is {most[widest] / (2.0 * math.pi):.1f} turns",
            "The file seems to be in degrees: change that line to inDegrees=yes.",
        )
    if most[widest] > math.pi:
        raise DataFileError(
            "joints of the leg that turn by less than 180 degrees",
            f"{widest} up to {np.rad2deg(most[widest]):.0f} degrees in {table.path}",
            "Check the file's units and its inverse kinematics.",
        )
    height = motion.curve("pelvis_ty")
    drop = float(np.nanmax(height) - np.nanmin(height)) if np.isfinite(height).any() else 0.0
    if table.in_degrees and most[widest] < np.deg2rad(math.pi) and drop > limits.drop_m:
        raise DataFileError(
            "angles in degrees, as inDegrees=yes in its head says",
            f"legs that never bend by more than {np.rad2deg(most[widest]):.2g} degrees in {table.path}, while the pelvis moves by "
            f"{100.0 * drop:.0f} cm",
            "The file seems to be in radians: change that line to inDegrees=no.",
        )


def _require_knee_sign(motion: Coordinates, path: Path, limits: MotionLimits) -> None:
    for name in _KNEES:
        knee = motion.curve(name)
        if not np.isfinite(knee).any():
            continue
        least, most = float(np.nanmin(knee)), float(np.nanmax(knee))
        if least < -limits.hyperextension_rad and -least > most:
            raise DataFileError(
                "knee flexion as positive angles, as the body model has it",
                f"{name} down to {np.rad2deg(least):.0f} degrees in {path}",
                "Older models such as gait2392 count it negative: turn the sign of both knee angles.",
            )
