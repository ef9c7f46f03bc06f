"""What does an OpenSim model say of its muscles? Strength, paths, and lengths and moment arms in any pose, from OpenSim itself.

OpenSim is an optional extra: it compiles a model once, and nothing needs it afterwards. Coordinates that follow another by a
coupler, such as the kneecap's, are moved along here, in radians, whatever the units of a file.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import DataFileError
from kinechain.core.muscles import Bones, Muscle, PathPoint
from kinechain.io.osim import open_osim, opensim_library

#: A length that changes by less than this (m) when a coordinate moves does not depend on it; OpenSim's wrapping is exact to 1e-8.
_SAME_M = 1e-7

#: Poses in which it is tried which coordinates a muscle crosses.
_TRIES = 12

Poses = Float[np.ndarray, "pose coordinate"]


def open_muscles(path: Path) -> "OsimMuscles":
    """Open an .osim with OpenSim.

    Raises:
        UsageError: OpenSim is not installed.
        DataFileError: OpenSim cannot read the file, or the model binds coordinates by more than couplers.
    """
    return OsimMuscles(path, opensim_library(), *open_osim(path))


class OsimMuscles:
    """A model opened in OpenSim. Made by `open_muscles`; its muscles in the model's order."""

    def __init__(self, path: Path, opensim: Any, model: Any, state: Any) -> None:
        self._path, self._opensim, self._model, self._state = path, opensim, model, state
        coordinates = model.getCoordinateSet()
        self._coordinates = {c.getName(): c for c in (coordinates.get(at) for at in range(coordinates.getSize()))}
        muscles = model.getMuscles()
        self._muscles = {m.getName(): m for m in (muscles.get(at) for at in range(muscles.getSize()))}
        self._couplers = self._read_couplers()
        self._default = {name: coordinate.getDefaultValue() for name, coordinate in self._coordinates.items()}

    @cached_property
    def muscles(self) -> tuple[Muscle, ...]:
        """All muscles, with the coordinates that each crosses."""
        crosses = self._find_crossed()
        self._pose({})
        return tuple(self._read_muscle(muscle, crosses[name]) for name, muscle in self._muscles.items())

    @cached_property
    def ranges(self) -> Mapping[str, tuple[float, float]]:
        """The range (rad, or m) that the model states for each coordinate that is free to move."""
        return {name: (c.getRangeMin(), c.getRangeMax()) for name, c in self._coordinates.items() if self._is_free(name)}

    def lengths(self, names: Sequence[str], poses: Poses, muscles: Sequence[str]) -> Float[np.ndarray, "pose muscle"]:
        """Return lengths (m) of the named muscles, with the named coordinates (rad) set and all others at their default."""
        wanted = [self._muscles[name] for name in muscles]
        lengths = np.empty((len(poses), len(wanted)))
        for at, pose in enumerate(poses):
            self._pose(dict(zip(names, pose, strict=True)))
            lengths[at] = [muscle.getLength(self._state) for muscle in wanted]
        return lengths

    def moment_arms(
        self, names: Sequence[str], poses: Poses, muscles: Sequence[str]
    ) -> Float[np.ndarray, "pose muscle coordinate"]:
        """Return OpenSim's own moment arms (m), the pull of coupled coordinates included; 0 where a muscle does not cross one.

        About 1.4 ms each: an oracle, not a way to sample.
        """
        crosses = {muscle.name: muscle.crosses for muscle in self.muscles}
        arms = np.zeros((len(poses), len(muscles), len(names)))
        for at, pose in enumerate(poses):
            self._pose(dict(zip(names, pose, strict=True)))
            for row, muscle in enumerate(muscles):
                for column, name in enumerate(names):
                    if name in crosses[muscle]:
                        coordinate = self._coordinates[name]
                        arms[at, row, column] = self._muscles[muscle].computeMomentArm(self._state, coordinate)
        return arms

    def pulls(
        self, names: Sequence[str], poses: Poses, muscles: Sequence[str], bones: Sequence[Bones]
    ) -> Float[np.ndarray, "bones pose muscle 3"]:
        """Return what a newton of each muscle's tension pulls bones by: where its line turns, at points and around what it wraps.

        Posed as for `lengths`, each pull in the axes that its bones name.
        """
        found = np.zeros((len(bones), len(poses), len(muscles), 3))
        for at, pose in enumerate(poses):
            self._pose(dict(zip(names, pose, strict=True)))
            axes = [self._axes_of(one.axes) for one in bones]
            for column, muscle in enumerate(muscles):
                for segment, pull in self._forces_of(muscle):
                    for nth, one in enumerate(bones):
                        if segment in one.segments:
                            found[nth, at, column] += pull @ axes[nth]
        return found

    def _forces_of(self, muscle: str) -> Iterator[tuple[str, Float[np.ndarray, " 3"]]]:
        """Return each segment that the muscle's line meets, and what it pulls there by, in the ground's axes."""
        forces = self._opensim.ArrayPointForceDirection()
        self._muscles[muscle].getGeometryPath().getPointForceDirections(self._state, forces)
        for at in range(forces.getSize()):
            force = forces.get(at)
            yield force.frame().findBaseFrame().getName(), force.direction().to_numpy()

    def _axes_of(self, segment: str) -> Float[np.ndarray, "3 3"]:
        rotation = self._model.getBodySet().get(segment).getTransformInGround(self._state).R()
        return np.array([[rotation.get(row, column) for column in range(3)] for row in range(3)])

    def _pose(self, values: Mapping[str, float]) -> None:
        placed = {**self._default, **values}
        for name, drivers, function, scale in self._couplers:
            at = self._opensim.Vector(len(drivers), 0.0)
            for nth, driver in enumerate(drivers):
                at.set(nth, float(placed[driver]))
            placed[name] = scale * function.calcValue(at)
        for name, value in placed.items():
            self._coordinates[name].setValue(self._state, float(value), False)
        self._model.realizePosition(self._state)

    def _is_free(self, name: str) -> bool:
        coupled = {coupler[0] for coupler in self._couplers}
        return name not in coupled and not self._coordinates[name].getDefaultLocked()

    def _read_couplers(self) -> list[tuple[str, list[str], Any, float]]:
        """Return of each coupler the coordinate that follows, those it follows, and by which function and factor."""
        couplers, constraints = [], self._model.getConstraintSet()
        for at in range(constraints.getSize()):
            constraint = constraints.get(at)
            coupler = self._opensim.CoordinateCouplerConstraint.safeDownCast(constraint)
            if coupler is None:
                raise DataFileError(
                    "a model whose only constraints are coordinate couplers",
                    f"{constraint.getName()}, a {constraint.getConcreteClassName()}, in {self._path}",
                    "Take it out or replace it by a coupler.",
                )
            names = coupler.getIndependentCoordinateNames()
            drivers = [names.get(nth) for nth in range(names.getSize())]
            couplers.append(
                (coupler.getDependentCoordinateName(), drivers, coupler.getFunction(), _number(coupler, "scale_factor", 1.0))
            )
        return couplers

    def _find_crossed(self) -> dict[str, tuple[str, ...]]:
        """Return the coordinates of each muscle that change its length, found by moving each in some poses."""
        every = list(self._muscles)
        free = [name for name, (low, high) in self.ranges.items()]
        # A range may be as good as endless; a turn of the joint either way is enough to see a change.
        low, high = np.clip(np.array([self.ranges[name] for name in free]).T, -np.pi / 2.0, np.pi / 2.0)
        random = np.random.default_rng(0)
        poses = low + (high - low) * random.random((_TRIES, len(free)))
        before, crossed = self.lengths(free, poses, every), {name: list[str]() for name in every}
        for at, name in enumerate(free):
            moved = poses.copy()
            moved[:, at] = low[at] + (high[at] - low[at]) * random.random(_TRIES)
            changed = np.abs(self.lengths(free, moved, every) - before).max(axis=0) > _SAME_M
            for nth in np.flatnonzero(changed):
                crossed[every[nth]].append(name)
        return {name: tuple(names) for name, names in crossed.items()}

    def _read_muscle(self, muscle: Any, crosses: tuple[str, ...]) -> Muscle:
        try:
            return Muscle(
                name=muscle.getName(),
                max_isometric_force_n=muscle.get_max_isometric_force(),
                optimal_fibre_length_m=muscle.get_optimal_fiber_length(),
                tendon_slack_length_m=muscle.get_tendon_slack_length(),
                pennation_rad=muscle.get_pennation_angle_at_optimal(),
                max_contraction_velocity=muscle.get_max_contraction_velocity(),
                min_activation=_number(muscle, "minimum_activation", 0.0),
                path=self._read_path(muscle),
                crosses=crosses,
                curves=_read_curves(muscle),
            )
        except ValueError as error:
            raise DataFileError("muscles that can pull", f"{self._path} ({error})", "Mend that muscle.") from error

    def _read_path(self, muscle: Any) -> tuple[PathPoint, ...]:
        points = muscle.getGeometryPath().getPathPointSet()
        return tuple(self._read_point(points.get(at)) for at in range(points.getSize()))

    def _read_point(self, point: Any) -> PathPoint:
        frame = point.getParentFrame()
        base, place = frame.findBaseFrame(), point.getLocation(self._state)
        place = frame.findTransformInBaseFrame().shiftFrameStationToBase(place)
        return PathPoint(base.getName(), (place.get(0), place.get(1), place.get(2)))


def _number(component: Any, name: str, otherwise: float) -> float:
    """Return a number that a component states under a property's name; OpenSim's Python tells values only as text."""
    if not component.hasProperty(name):
        return otherwise
    return float(component.getPropertyByName(name).toString())


def _read_curves(muscle: Any) -> dict[str, dict[str, float]]:
    """Return the parameters of the curves that a muscle states, by OpenSim's names."""
    curves = {}
    for at in range(muscle.getNumProperties()):
        stated = muscle.getPropertyByIndex(at)
        if stated.getName().endswith("Curve"):
            text = stated.getValueAsObject().dump()
            found = re.findall(r"<(\w+)>([-+.\deE]+)</", text)
            curves[stated.getName()] = {name: float(value) for name, value in found}
    return curves
