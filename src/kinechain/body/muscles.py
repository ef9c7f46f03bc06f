"""How long is each muscle in a pose, and with which moment arms does it pull? Polynomials compiled once, evaluated for all frames.

Muscles that cross the same coordinates share one table of terms, so their lengths and moment arms come from it by one matrix
product. A moment arm is r = -dL/dq, OpenSim's sign: positive where the muscle's pull increases the coordinate; in metres, for a
coordinate that is an angle.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Int

from kinechain.core.errors import DataFileError
from kinechain.maths.polynomials import ROUNDING, ProductBasis, ranged_table

#: Frames evaluated at once: few enough that the tables stay in the processor's cache.
_CHUNK = 320

Values = Float[np.ndarray, "time coordinate"]


class MusclePaths(NamedTuple):
    """Lengths (m) and moment arms (m) of all muscles over time; NaN where a coordinate the muscle crosses is out of range."""

    lengths: Float[np.ndarray, "time muscle"]
    moment_arms: Float[np.ndarray, "time muscle coordinate"]


class Lines(NamedTuple):
    """Lengths (m) and moment arms (m) of muscles that cross the same coordinates; NaN where one of these is out of range."""

    muscles: tuple[str, ...]
    coordinates: tuple[str, ...]
    lengths: Float[Any, "muscle time"]
    moment_arms: Float[Any, "crossed muscle time"]


@dataclass(frozen=True)
class MuscleGroup:
    """Muscles that cross the same coordinates, at one or more places of the body that mirror each other.

    `coordinates` and `muscles` hold a row of names for each place; muscle k of every place has the length whose coefficients (m)
    are column k, as a function of its own place's coordinates.
    """

    coordinates: tuple[tuple[str, ...], ...]
    muscles: tuple[tuple[str, ...], ...]
    basis: ProductBasis
    coefficients: Float[np.ndarray, "term muscle"]

    def __post_init__(self) -> None:
        terms, variables = self.basis.exponents.shape
        shape = (terms, len(self.muscles[0]))
        if self.coefficients.shape != shape:
            raise ValueError(f"Expected coefficients of shape {shape}, got {self.coefficients.shape}. Compile the model anew.")
        if len(self.coordinates) != len(self.muscles) or any(len(names) != variables for names in self.coordinates):
            raise ValueError(f"Expected {variables} coordinates a place, got {self.coordinates}. Compile the model anew.")

    @cached_property
    def functions(self) -> Float[np.ndarray, "function term"]:
        """The coefficients of all lengths, then of all moment arms about the first coordinate, the second, and so on."""
        slopes = [-self.basis.differentiated(self.coefficients, at) for at in range(len(self.coordinates[0]))]
        return np.ascontiguousarray(np.concatenate([self.coefficients, *slopes], axis=1).T)

    def evaluated(self, points: Float[np.ndarray, "point variable"], arms: bool) -> Float[np.ndarray, "function point"]:
        """Return lengths, and with `arms` moment arms too, at points; NaN outside the range."""
        scaled = zip(points.T, self.basis.low, self.basis.high, self.basis.degrees, strict=True)
        tables = [ranged_table(row, float(low), float(high), degree) for row, low, high, degree in scaled]
        functions = self.functions if arms else self.functions[: self.coefficients.shape[1]]
        return np.asarray(functions @ self.basis.combined(tables))


@dataclass(frozen=True)
class MuscleGeometry:
    """The lines of all muscles of a body, in the order of `muscles`. Made by `muscle_fit.fit_geometry`."""

    muscles: tuple[str, ...]
    groups: tuple[MuscleGroup, ...]

    def __post_init__(self) -> None:
        grouped = [name for group in self.groups for place in group.muscles for name in place]
        if sorted(grouped) != sorted(set(self.muscles)) or len(self.muscles) != len(grouped):
            raise ValueError(f"Expected each muscle in one group, got {grouped} for {self.muscles}. Compile the model anew.")

    @cached_property
    def coordinates(self) -> tuple[str, ...]:
        """The coordinates that muscles cross."""
        return tuple(dict.fromkeys(name for group in self.groups for place in group.coordinates for name in place))

    @cached_property
    def ranges(self) -> Mapping[str, tuple[float, float]]:
        """From where to where (rad) each coordinate that muscles cross is modelled."""
        ranges: dict[str, tuple[float, float]] = {}
        for group in self.groups:
            for place in group.coordinates:
                for name, low, high in zip(place, group.basis.low, group.basis.high, strict=True):
                    before = ranges.get(name, (-np.inf, np.inf))
                    ranges[name] = (max(before[0], float(low)), min(before[1], float(high)))
        return ranges

    def within(self, values: Values, names: Sequence[str]) -> Bool[np.ndarray, " time"]:
        """Tell in which frames every coordinate that muscles cross is known and inside its range."""
        at = _columns(names, self.coordinates)
        low, high = np.array([self.ranges[name] for name in self.coordinates]).T
        slack = 0.5 * ROUNDING * (high - low)
        return np.asarray(((values[:, at] >= low - slack) & (values[:, at] <= high + slack)).all(axis=1))

    def lengths(self, values: Values, names: Sequence[str]) -> Float[np.ndarray, "time muscle"]:
        """Return the muscles' lengths (m) for coordinates (rad) whose columns are `names`; NaN outside the range.

        Raises:
            DataFileError: a coordinate that muscles cross is not among `names`.
        """
        rows = self._length_rows(arms=False)
        return np.concatenate([chunk[rows].T for chunk in self._chunks(values, names, arms=False)])

    def moment_arms(self, values: Values, names: Sequence[str]) -> Float[np.ndarray, "time muscle coordinate"]:
        """Return the muscles' moment arms (m) about the coordinates `names`; 0 where a muscle does not cross one.

        Raises:
            DataFileError: a coordinate that muscles cross is not among `names`.
        """
        return self.paths(values, names).moment_arms

    def paths(self, values: Values, names: Sequence[str]) -> MusclePaths:
        """Return lengths and moment arms about the coordinates `names` together, for little more than the moment arms alone.

        Raises:
            DataFileError: a coordinate that muscles cross is not among `names`.
        """
        length_rows, arm_rows = self._length_rows(arms=True), self._arm_rows(names)
        chunks = list(self._chunks(values, names, arms=True))
        return MusclePaths(
            np.concatenate([chunk[length_rows].T for chunk in chunks]),
            np.concatenate([np.moveaxis(chunk[arm_rows], -1, 0) for chunk in chunks]),
        )

    def lines(self, curves: Mapping[str, Float[Any, " time"]]) -> Iterator[Lines]:
        """Yield the muscles, group by group, all of whose coordinates (rad) are among `curves`; works on JAX arrays too.

        The fast way to all there is of a leg: what groups share is worked out once, and nothing is put in another order.
        """
        tables: dict[str, Float[Any, "power time"]] = {}
        for group in self.groups:
            size = group.coefficients.shape[1]
            for muscles, names in zip(group.muscles, group.coordinates, strict=True):
                if not all(name in curves for name in names):
                    continue
                for name in names:
                    if name not in tables:
                        tables[name] = ranged_table(curves[name], *self.ranges[name], self._degrees[name])
                values = group.functions @ group.basis.combined([tables[name] for name in names])
                arms = values[size:].reshape(len(names), size, -1)
                yield Lines(muscles, names, values[:size], arms)

    @cached_property
    def _degrees(self) -> dict[str, int]:
        """How far the polynomials of each coordinate bend."""
        degrees: dict[str, int] = {}
        for group in self.groups:
            for place in group.coordinates:
                for name, degree in zip(place, group.basis.degrees, strict=True):
                    degrees[name] = max(degrees.get(name, 0), degree)
        return degrees

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return all that makes it up as plain arrays by name, for a .npz file."""
        arrays = {"muscles": np.array(self.muscles), "group_count": np.array(len(self.groups))}
        for at, group in enumerate(self.groups):
            arrays |= {
                f"group_{at}_coordinates": np.array(group.coordinates),
                f"group_{at}_muscles": np.array(group.muscles),
                f"group_{at}_range": np.stack([group.basis.low, group.basis.high]),
                f"group_{at}_exponents": group.basis.exponents.astype(np.uint8),
                f"group_{at}_coefficients": group.coefficients,
            }
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "MuscleGeometry":
        """Return the geometry that `to_arrays` wrote.

        Raises:
            DataFileError: an array is missing or does not fit the others.
        """
        try:
            groups = tuple(_group_from(arrays, f"group_{at}_") for at in range(int(arrays["group_count"])))
            return cls(tuple(str(name) for name in arrays["muscles"]), groups)
        except (KeyError, ValueError, TypeError) as error:
            raise DataFileError("muscle geometry as kinechain compiles it", f"{error}", "Compile the model anew.") from error

    def _chunks(self, values: Values, names: Sequence[str], arms: bool) -> Iterator[Float[np.ndarray, "row time"]]:
        """Return rows of lengths and moment arms in the order of `_blocks`, and a last row of zeros, for some frames at a time."""
        columns = [[_columns(names, place) for place in group.coordinates] for group in self.groups]
        for start in range(0, max(1, values.shape[0]), _CHUNK):
            some = values[start : start + _CHUNK]
            blocks = [np.zeros((1, some.shape[0]))]
            for group, places in zip(self.groups, columns, strict=True):
                rows = group.evaluated(np.concatenate([some[:, at] for at in places]), arms)
                blocks += np.split(rows, len(places), axis=1)
            yield np.concatenate(blocks)

    def _blocks(self, arms: bool) -> Iterator[tuple[MuscleGroup, int, int]]:
        """Return each place of each group with its first row; row 0 is of zeros."""
        first = 1
        for group in self.groups:
            for place, names in enumerate(group.muscles):
                yield group, place, first
                first += len(names) * (1 + len(group.coordinates[place]) if arms else 1)

    def _length_rows(self, arms: bool) -> Int[np.ndarray, " muscle"]:
        rows = {name: first + at for group, place, first in self._blocks(arms) for at, name in enumerate(group.muscles[place])}
        return np.array([rows[name] for name in self.muscles], dtype=int)

    def _arm_rows(self, names: Sequence[str]) -> Int[np.ndarray, "muscle coordinate"]:
        """Return the row of each muscle's moment arm about each coordinate, the row of zeros where it does not cross it."""
        table = np.zeros((len(self.muscles), len(names)), dtype=int)
        for group, place, first in self._blocks(arms=True):
            at_muscle = [self.muscles.index(name) for name in group.muscles[place]]
            for nth, coordinate in enumerate(group.coordinates[place], 1):
                table[at_muscle, list(names).index(coordinate)] = first + nth * len(at_muscle) + np.arange(len(at_muscle))
        return table


def _group_from(arrays: Mapping[str, np.ndarray], prefix: str) -> MuscleGroup:
    low, high = arrays[f"{prefix}range"]
    return MuscleGroup(
        tuple(tuple(str(name) for name in place) for place in arrays[f"{prefix}coordinates"]),
        tuple(tuple(str(name) for name in place) for place in arrays[f"{prefix}muscles"]),
        ProductBasis(low, high, arrays[f"{prefix}exponents"].astype(int)),
        np.asarray(arrays[f"{prefix}coefficients"], dtype=float),
    )


def _columns(names: Sequence[str], wanted: Sequence[str]) -> list[int]:
    missing = [name for name in wanted if name not in names]
    if missing:
        raise DataFileError(f"the coordinates {', '.join(missing)}", "a motion without them", "Add them, 0 where they do not move.")
    return [list(names).index(name) for name in wanted]
