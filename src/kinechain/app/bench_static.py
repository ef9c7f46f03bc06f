"""Which muscles does OpenSim itself choose for a motion, and what do the knees bear? Its StaticOptimization, then JointReaction.

The model keeps its muscles. What they cannot make is made by reserves on the legs' coordinates, whose squares are weighed beside
those of the activations; the pelvis, the trunk and the arms, which no muscle of the model moves alone, are held by actuators of
their own, so strong that they cost next to nothing.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain.app.bench_opensim import Given, unheard, write_given
from kinechain.core.types import SIDES, Coordinates, GroundReaction
from kinechain.io.opensim_tables import Table, read_table
from kinechain.io.osim import open_osim, opensim_library
from kinechain.loads.static_optimization import RESERVE_NM

#: What holds pelvis, trunk and arms makes so much for one unit of its control (N, Nm).
_HOLD = 1000.0
#: The coordinates of a leg that its muscles move; the model leaves the toes free too.
MOVED = ("hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle", "subtalar_angle", "mtp_angle")
#: The joints whose loads are asked for: force on the child, in the child's axes.
JOINTS = tuple(f"{joint}_{side[0]}" for joint in ("patellofemoral", "walker_knee") for side in SIDES)
#: OpenSim's own settings. Stricter ones (1e-6) take five times as long and leave some frames further from their least, not nearer.
CONVERGENCE, ITERATIONS = 1e-4, 100
_PELVIS = ("pelvis_tilt", "pelvis_list", "pelvis_rotation", "pelvis_tx", "pelvis_ty", "pelvis_tz")
_RESERVE, _TOOL, _OPTIMIZED, _REACTIONS = "reserve_", "bench", "static", "reactions"


@dataclass(frozen=True)
class Chosen:
    """What OpenSim finds: activations, forces (N), reserves (Nm); and of `JOINTS` the force on the child, in its axes (N)."""

    time_s: Float[np.ndarray, " time"]
    muscles: tuple[str, ...]
    activations: Float[np.ndarray, "time muscle"]
    forces: Float[np.ndarray, "time muscle"]
    coordinates: tuple[str, ...]
    reserves: Float[np.ndarray, "time coordinate"]
    reactions: Float[np.ndarray, "time joint 3"]

    @property
    def burdens(self) -> Float[np.ndarray, "time joint"]:
        """What each joint bears (N)."""
        return np.asarray(np.linalg.norm(self.reactions, axis=2))

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return all as plain arrays by name, for a .npz file."""
        return {name: np.asarray(value) for name, value in vars(self).items()}

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Chosen":
        """Return it from plain arrays."""
        muscles, coordinates = (tuple(map(str, arrays[name])) for name in ("muscles", "coordinates"))
        time_s, activations, forces, reserves, reactions = (
            np.asarray(arrays[name], dtype=float) for name in ("time_s", "activations", "forces", "reserves", "reactions")
        )
        return cls(time_s, muscles, activations, forces, coordinates, reserves, reactions)


@dataclass(frozen=True)
class MuscleTools:
    """OpenSim's AnalyzeTool over a stretch of a motion, with its files in a folder; each run opens the model anew."""

    osim: Path
    given: Given
    folder: Path
    muscles: tuple[str, ...]

    @classmethod
    def set_up(cls, osim: Path, motion: Coordinates, ground: GroundReaction, folder: Path) -> "MuscleTools":
        """Return the tools with files written for them."""
        model, _ = open_osim(osim)
        muscles = model.getMuscles()
        names = tuple(muscles.get(number).getName() for number in range(muscles.getSize()))
        return cls(osim, write_given(motion, ground, folder), folder, names)

    def optimize(
        self, span_s: tuple[float, float], every: int = 1, convergence: float = CONVERGENCE, iterations: int = ITERATIONS
    ) -> float:
        """Choose muscles for the first of every so many frames of a span; return the seconds of one core it took."""
        analysis = opensim_library().StaticOptimization()
        analysis.setName(_OPTIMIZED)
        analysis.setConvergenceCriterion(convergence)
        analysis.setMaxIterations(iterations)
        return self._run(analysis, span_s, every)

    def react(self, span_s: tuple[float, float], every: int = 1) -> float:
        """Find the joints' loads under the forces that were chosen last; return the seconds of one core it took."""
        library = opensim_library()
        analysis = library.JointReaction()
        analysis.setName(_REACTIONS)
        analysis.setForcesFileName(str(self.folder / f"{_TOOL}_{_OPTIMIZED}_force.sto"))
        analysis.setJointNames(_words(JOINTS))
        analysis.setOnBody(_words(("child",)))
        analysis.setInFrame(_words(("child",)))
        return self._run(analysis, span_s, every)

    def chosen(self) -> Chosen:
        """Return what the last runs of both wrote."""
        activations, forces, reactions = (
            read_table(self.folder / f"{_TOOL}_{name}.sto")
            for name in (f"{_OPTIMIZED}_activation", f"{_OPTIMIZED}_force", f"{_REACTIONS}_ReactionLoads")
        )
        coordinates = tuple(f"{name}_{side[0]}" for side in SIDES for name in MOVED)
        parts = [_columns(reactions, [_reaction(reactions, joint, axis) for axis in "xyz"]) for joint in JOINTS]
        return Chosen(
            forces.time_s,
            self.muscles,
            _columns(activations, self.muscles),
            _columns(forces, self.muscles),
            coordinates,
            _columns(forces, [f"{_RESERVE}{name}" for name in coordinates]),
            np.stack(parts, axis=1),
        )

    def _run(self, analysis: Any, span_s: tuple[float, float], every: int) -> float:
        library, model = opensim_library(), _held(self.osim)
        analysis.setStepInterval(every)
        model.addAnalysis(analysis)
        tool = library.AnalyzeTool()
        tool.setName(_TOOL)
        tool.setModel(model)
        tool.setCoordinatesFileName(str(self.given.motion))
        tool.setExternalLoadsFileName(str(self.given.ground))
        tool.setLoadModelAndInput(True)
        tool.setLowpassCutoffFrequency(-1.0)
        tool.setInitialTime(span_s[0])
        tool.setFinalTime(span_s[1])
        tool.setResultsDir(str(self.folder))
        start = process_time()
        with unheard():
            done = tool.run()
        took = process_time() - start
        if not done:
            raise RuntimeError(f"OpenSim's {analysis.getConcreteClassName()} did not succeed.")
        return took


def _held(osim: Path) -> Any:
    """Return a model with its muscles, reserves on the legs, and strong actuators on the rest."""
    library = opensim_library()
    model, _ = open_osim(osim)
    forces = model.updForceSet()
    for number in range(forces.getSize()):
        actuator = library.CoordinateActuator.safeDownCast(forces.get(number))
        if actuator is not None:
            actuator.setOptimalForce(_HOLD)
    legs = [f"{name}_{side[0]}" for side in SIDES for name in MOVED]
    for name, strength in (dict.fromkeys(_PELVIS, _HOLD) | dict.fromkeys(legs, RESERVE_NM)).items():
        actuator = library.CoordinateActuator(name)
        actuator.setName(f"{_RESERVE}{name}")
        actuator.setOptimalForce(strength)
        actuator.setMinControl(-np.inf)
        actuator.setMaxControl(np.inf)
        model.addForce(actuator)
    model.finalizeConnections()
    return model


def _words(words: tuple[str, ...]) -> Any:
    array = opensim_library().ArrayStr()
    for word in words:
        array.append(word)
    return array


def _columns(table: Table, names: tuple[str, ...] | list[str]) -> Float[np.ndarray, "time column"]:
    return np.asarray(table.values[:, [table.names.index(name) for name in names]])


def _reaction(table: Table, joint: str, axis: str) -> str:
    """Return the column of a joint's force, which is named after the bodies on either side too."""
    return next(name for name in table.names if name.startswith(f"{joint}_on_") and name.endswith(f"_f{axis}"))
