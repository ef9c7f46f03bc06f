"""What does OpenSim itself say of a motion's forces? Its InverseDynamicsTool, and its bare solver asked frame by frame."""

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Int

from kinechain.core.types import SIDES, Coordinates, GroundReaction
from kinechain.io.opensim_tables import format_sto, read_table
from kinechain.io.osim import open_osim, opensim_library
from kinechain.loads.feet import HIND_FOOT
from kinechain.maths.multibody import Frames

#: Digits of the numbers handed to the tool: with fewer its accelerations are rounded visibly.
_DIGITS = 17
#: How its files name force, point and moment; the system's standard output.
_PARTS, _STDOUT = ("v", "p", "m"), 1


@dataclass(frozen=True)
class Given:
    """The files that a tool of OpenSim's reads: the motion as a table, and what pushes where, XML that names a table of its own."""

    motion: Path
    ground: Path


@dataclass(frozen=True)
class Tool:
    """OpenSim's InverseDynamicsTool with its files in a folder: motion and ground forces as tables, what pushes where as XML."""

    tool: Any
    model: Any  # the tool only points at it
    folder: Path
    names: tuple[str, ...]

    @classmethod
    def set_up(cls, osim: Path, motion: Coordinates, ground: GroundReaction, span_s: tuple[float, float], folder: Path) -> "Tool":
        """Return the tool with files written for it. Muscles and actuators of the model are left out, angles are radians."""
        library, given = opensim_library(), write_given(motion, ground, folder)
        model, _ = _without_forces(osim)
        tool = library.InverseDynamicsTool()
        tool.setModel(model)
        tool.setCoordinatesFileName(str(given.motion))
        tool.setExternalLoadsFileName(str(given.ground))
        tool.setStartTime(span_s[0])
        tool.setEndTime(span_s[1])
        tool.setLowpassCutoffFrequency(-1.0)
        tool.setResultsDir(str(folder))
        tool.setOutputGenForceFileName("forces.sto")
        return cls(tool, model, folder, motion.names)

    def run(self) -> None:
        """Let the tool read its files, work, and write the forces."""
        with unheard():
            done = self.tool.run()
        if not done:
            raise RuntimeError("OpenSim's InverseDynamicsTool did not succeed.")

    def forces(self) -> Frames:
        """Return the generalised forces (N, Nm) that the last run wrote, in the motion's order."""
        table = read_table(self.folder / "forces.sto")
        columns = {name.removesuffix("_moment").removesuffix("_force"): column for column, name in enumerate(table.names)}
        return np.asarray(table.values[:, [columns[name] for name in self.names]])


@dataclass(frozen=True)
class SolverLoop:
    """OpenSim's bare InverseDynamicsSolver, asked frame by frame of a given motion on which nothing pushes from outside.

    `frames` hold coordinates, speeds and accelerations as OpenSim's own vectors; `order` is where each coordinate stands in them.
    """

    model: Any
    state: Any
    solver: Any
    order: Int[np.ndarray, " coordinate"]
    frames: tuple[tuple[Any, Any, Any], ...]

    @classmethod
    def set_up(cls, osim: Path, names: tuple[str, ...], coordinates: Frames, rates: Frames, accelerations: Frames) -> "SolverLoop":
        """Return the loop over the frames of a motion, in the order of `names`."""
        library = opensim_library()
        model, state = _without_forces(osim)
        order = _order(model, state, names)
        rows = (values[:, np.argsort(order)] for values in (coordinates, rates, accelerations))
        frames = tuple(
            tuple(library.Vector.createFromMat(np.ascontiguousarray(row)) for row in frame) for frame in zip(*rows, strict=True)
        )
        return cls(model, state, library.InverseDynamicsSolver(model), order, frames)

    def run(self) -> Frames:
        """Return the generalised forces (N, Nm) of all frames."""
        forces = []
        for coordinates, rates, accelerations in self.frames:
            self.state.setQ(coordinates)
            self.state.setU(rates)
            self.model.realizeVelocity(self.state)
            forces.append(self.solver.solve(self.state, accelerations).to_numpy())
        return np.stack(forces)[:, self.order]


def write_given(motion: Coordinates, ground: GroundReaction, folder: Path) -> Given:
    """Write what OpenSim's tools read into a folder; angles are radians, the kneecaps' too."""
    library = opensim_library()
    given = Given(folder / "motion.sto", folder / "ground.xml")
    _write(given.motion, motion.time_s, dict(zip(motion.names, motion.values.T, strict=True)))
    columns: dict[str, np.ndarray] = {}
    for number, side in enumerate(SIDES):
        for part, values in zip(_PARTS, (ground.force, ground.centre_of_pressure, ground.moment), strict=True):
            columns |= {f"{side}_{part}{axis}": values[:, number, k] for k, axis in enumerate("xyz")}
    _write(folder / "ground.sto", ground.time_s, columns)
    loads = library.ExternalLoads()
    loads.setName("ground")
    loads.setDataFileName(str(folder / "ground.sto"))
    for side in SIDES:
        force = library.ExternalForce()
        force.setName(side)
        force.set_applied_to_body(HIND_FOOT[side])
        force.set_force_expressed_in_body("ground")
        force.set_point_expressed_in_body("ground")
        force.set_force_identifier(f"{side}_v")
        force.set_point_identifier(f"{side}_p")
        force.set_torque_identifier(f"{side}_m")
        loads.cloneAndAppend(force)
    loads.printToXML(str(given.ground))
    return given


@contextmanager
def unheard() -> Iterator[None]:
    """Keep the tool from printing its model's contents on standard output, which it does whatever its logger is told."""
    sys.stdout.flush()
    heard = os.dup(_STDOUT)
    try:
        with Path(os.devnull).open("w") as nowhere:
            os.dup2(nowhere.fileno(), _STDOUT)
        yield
    finally:
        os.dup2(heard, _STDOUT)
        os.close(heard)


def _without_forces(osim: Path) -> tuple[Any, Any]:
    """Return a model and its state, without its muscles and actuators, which would push or hold."""
    model, _ = open_osim(osim)
    model.updForceSet().clearAndDestroy()
    return model, model.initSystem()


def _order(model: Any, state: Any, names: tuple[str, ...]) -> Int[np.ndarray, " coordinate"]:
    """Return where each coordinate's speed stands in OpenSim's vector of all, found by setting it in a state at rest."""
    order = []
    for name in names:
        coordinate = model.getCoordinateSet().get(name)
        coordinate.setSpeedValue(state, 1.0)
        order.append(int(np.argmax(state.getU().to_numpy())))
        coordinate.setSpeedValue(state, 0.0)
    return np.array(order)


def _write(path: Path, time_s: np.ndarray, columns: dict[str, np.ndarray]) -> None:
    path.write_text(format_sto(path.stem, time_s, columns, digits=_DIGITS))
