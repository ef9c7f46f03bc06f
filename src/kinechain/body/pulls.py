"""Which way do muscles pull on the kneecap and on the shin, in a pose? Directions compiled once, evaluated for all frames.

A muscle's line changes direction where it runs over a bone, and pulls that bone by what it turns: per newton of tension the
kneecap is pulled by the sum of the unit vectors along the line's pieces that leave it, a vector from 0 (the line runs straight
over it) to 2 long. So the force between kneecap and thigh is |sum_i F_i p_i|, whatever the muscles' arms are. On the shin, and all
that hangs on it, a muscle that crosses the knee pulls with the unit vector s_i along the piece that leaves it, and what the thigh
must give is what the shin's motion needs less its ground reaction and sum_i F_i s_i. The kneecap's vectors are in the thigh's
(femur's) axes, where they depend least on the pose, the shin's in the shin's (tibia's): x forward, y up, z to the right.

Left and right mirror each other where the model's do: one table serves both, with z turned round. Where a line slips off a bone
(the rectus femoris of OpenSim's legs beyond 125 to 137 degrees, by the hip) the table goes on as if it had not.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np
from jaxtyping import Float

from kinechain.core.errors import DataFileError
from kinechain.maths.polynomials import ProductBasis, ranged_table

#: What is pulled.
KNEECAP, SHIN = "kneecap", "shin"

#: Frames evaluated at once: few enough that the tables stay in the processor's cache.
_CHUNK = 320

#: A coordinate without its side, from where to where.
_Range = tuple[str, float, float]

Values = Float[Any, "time coordinate"]
Vectors = Float[Any, "muscle 3 time"]


class Pull(NamedTuple):
    """What a newton of each muscle's tension does: to the kneecap (thigh's axes) and to the shin (shin's axes)."""

    on_kneecap: Vectors
    on_shin: Vectors


@dataclass(frozen=True)
class PullGroup:
    """Pulls that depend on the same coordinates, of one leg or of both, the second as the first one's mirror image.

    `coordinates` and muscles are named without their side. Each of `pulls` is what is pulled (`kneecap` or `shin`) and by which
    muscle; its three columns of coefficients are the x, y and z of that pull on the first of `sides`.
    """

    sides: tuple[str, ...]
    coordinates: tuple[str, ...]
    pulls: tuple[tuple[str, str], ...]
    basis: ProductBasis
    coefficients: Float[np.ndarray, "term function"]

    def __post_init__(self) -> None:
        terms, variables = self.basis.exponents.shape
        shape = (terms, 3 * len(self.pulls))
        if self.coefficients.shape != shape:
            raise ValueError(f"Expected coefficients of shape {shape}, got {self.coefficients.shape}. Compile the model anew.")
        if len(self.coordinates) != variables:
            raise ValueError(f"Expected {variables} coordinates, got {self.coordinates}. Compile the model anew.")

    @cached_property
    def functions(self) -> dict[str, Float[np.ndarray, "pull 3 term"]]:
        """The coefficients for each side."""
        rows = self.coefficients.T.reshape(len(self.pulls), 3, -1)
        mirror = np.array([1.0, 1.0, -1.0])[:, None]
        return {side: rows * mirror if nth else rows for nth, side in enumerate(self.sides)}

    @property
    def bends(self) -> dict[_Range, int]:
        """How high Chebyshev polynomials go of each coordinate, over its range."""
        ranges = zip(self.coordinates, self.basis.low.tolist(), self.basis.high.tolist(), strict=True)
        return dict(zip(ranges, self.basis.degrees, strict=True))

    def evaluated(self, points: Float[Any, "point variable"], side: str) -> Float[Any, "function point"]:
        """Return the pulls at points, x, y and z of one after another; NaN outside the range."""
        tables = {of: ranged_table(row, *of[1:], degree) for row, (of, degree) in zip(points.T, self.bends.items(), strict=True)}
        return self.combined(tables, side, range(len(self.pulls)))

    def combined(self, tables: Mapping[_Range, Float[Any, "_ point"]], side: str, some: Sequence[int]) -> Float[Any, "row point"]:
        """Return some of the pulls from tables of Chebyshev polynomials, which may go beyond what is needed."""
        functions = self.functions[side][list(some)].reshape(3 * len(some), -1)
        return functions @ self.basis.combined([tables[of] for of in self.bends])


@dataclass(frozen=True)
class Pulls:
    """How the muscles of a leg that cross the knee pull; `kneecap` and `shin` name them without side, in the rows' order.

    Made by `pull_fit.fit_pulls`. Everything works on NumPy arrays, and given JAX arrays on JAX.
    """

    kneecap: tuple[str, ...]
    shin: tuple[str, ...]
    groups: tuple[PullGroup, ...]

    def __post_init__(self) -> None:
        for side in self.sides:
            grouped = sorted(pull for group in self._of(side) for pull in group.pulls)
            if grouped != sorted(self._wanted((KNEECAP, SHIN))):
                raise ValueError(f"Expected each pull on the {side} leg once, got {grouped}. Compile the model anew.")

    @property
    def sides(self) -> tuple[str, ...]:
        """The legs that it knows."""
        return tuple(dict.fromkeys(side for group in self.groups for side in group.sides))

    def on_kneecap(self, values: Values, names: Sequence[str], side: str) -> Vectors:
        """Return the pull on the kneecap per newton of each of `kneecap`'s muscles, in the thigh's axes.

        `values` (time, coordinate) in rad, their columns `names` with `_r` or `_l`; `side` is `left` or `right`. NaN where a
        coordinate that counts is out of its range. Vastus lateralis' is 0.65 long at 20 degrees of flexion and 1.21 at 100: the
        deeper, the more the line turns at the kneecap.

        Raises:
            DataFileError: a coordinate that counts is not among `names`.
        """
        return self._evaluated(values, names, side, KNEECAP)

    def on_shin(self, values: Values, names: Sequence[str], side: str) -> Vectors:
        """Return the pull on the shin and all below, a newton of each of `shin`'s muscles, in the shin's axes; as `on_kneecap`."""
        return self._evaluated(values, names, side, SHIN)

    def of_leg(self, values: Values, names: Sequence[str], side: str) -> Pull:
        """Return both, for less than one after the other; as `on_kneecap`."""
        both = self._evaluated(values, names, side, KNEECAP, SHIN)
        return Pull(both[: len(self.kneecap)], both[len(self.kneecap) :])

    def forces(
        self, values: Values, names: Sequence[str], side: str, tensions: Mapping[str, Float[Any, " time"]]
    ) -> tuple[Float[Any, "3 time"], Float[Any, "3 time"]]:
        """Return what muscles' `tensions` (N, by name with side) do to kneecap and shin, each in the axes of its pulls."""
        xp, pull, end = values.__array_namespace__(), self.of_leg(values, names, side), side[0]
        kneecap, shin = (
            xp.einsum("mst,mt->st", vectors, xp.stack([tensions[f"{name}_{end}"] for name in pulling]))
            for vectors, pulling in ((pull.on_kneecap, self.kneecap), (pull.on_shin, self.shin))
        )
        return kneecap, shin

    def to_arrays(self) -> dict[str, np.ndarray]:
        """Return all that makes it up as plain arrays by name, for a .npz file."""
        arrays = {
            "pull_kneecap": np.array(self.kneecap),
            "pull_shin": np.array(self.shin),
            "pull_group_count": np.array(len(self.groups)),
        }
        for at, group in enumerate(self.groups):
            arrays |= {
                f"pull_group_{at}_sides": np.array(group.sides),
                f"pull_group_{at}_coordinates": np.array(group.coordinates),
                f"pull_group_{at}_pulls": np.array(group.pulls),
                f"pull_group_{at}_range": np.stack([group.basis.low, group.basis.high]),
                f"pull_group_{at}_exponents": group.basis.exponents.astype(np.uint8),
                f"pull_group_{at}_coefficients": group.coefficients,
            }
        return arrays

    @classmethod
    def from_arrays(cls, arrays: Mapping[str, np.ndarray]) -> "Pulls | None":
        """Return the pulls that `to_arrays` wrote; None where there are none, as of a model without kneecaps.

        Raises:
            DataFileError: an array is missing or does not fit the others.
        """
        if "pull_group_count" not in arrays:
            return None
        try:
            groups = tuple(_group_from(arrays, f"pull_group_{at}_") for at in range(int(arrays["pull_group_count"])))
            return cls(_names(arrays["pull_kneecap"]), _names(arrays["pull_shin"]), groups)
        except (KeyError, ValueError, TypeError) as error:
            raise DataFileError("pulls of muscles as kinechain compiles them", f"{error}", "Compile the model anew.") from error

    def _of(self, side: str) -> tuple[PullGroup, ...]:
        return tuple(group for group in self.groups if side in group.sides)

    def _wanted(self, parts: Sequence[str]) -> list[tuple[str, str]]:
        return [(part, name) for part in parts for name in (self.kneecap if part == KNEECAP else self.shin)]

    def _evaluated(self, values: Values, names: Sequence[str], side: str, *parts: str) -> Vectors:
        """Return the pulls on `parts`, one part after the other, each in its muscles' order."""
        xp, wanted = values.__array_namespace__(), self._wanted(parts)
        used = [(group, [nth for nth, pull in enumerate(group.pulls) if pull[0] in parts]) for group in self._of(side)]
        grouped = [group.pulls[nth] for group, some in used for nth in some]
        order = np.array([grouped.index(pull) for pull in wanted], dtype=int)
        highest: dict[_Range, int] = {}
        for group, some in used:
            highest |= {of: max(degree, highest.get(of, 0)) for of, degree in group.bends.items() if some}
        columns = _columns(names, side, [of[0] for of in highest])
        found = []
        for frames in _chunks(values):
            curves = zip(columns, highest.items(), strict=True)
            tables = {of: ranged_table(frames[:, at], *of[1:], degree) for at, (of, degree) in curves}
            rows = [group.combined(tables, side, some) for group, some in used if some]
            found.append(xp.concat(rows).reshape(len(grouped), 3, -1)[order])
        return xp.concat(found, axis=2) if len(found) > 1 else found[0]


def _chunks(values: Values) -> Iterator[Values]:
    """Return some frames at a time; JAX, which compiles loops away, has them all at once."""
    if not isinstance(values, np.ndarray):
        yield values
        return
    for start in range(0, max(1, values.shape[0]), _CHUNK):
        yield values[start : start + _CHUNK]


def _columns(names: Sequence[str], side: str, wanted: Sequence[str]) -> list[int]:
    sided = [f"{name}_{side[0]}" for name in wanted]
    missing = [name for name in sided if name not in names]
    if missing:
        raise DataFileError(f"the coordinates {', '.join(missing)}", "a motion without them", "Add them, 0 where they do not move.")
    return [list(names).index(name) for name in sided]


def _names(array: np.ndarray) -> tuple[str, ...]:
    return tuple(str(name) for name in array)


def _group_from(arrays: Mapping[str, np.ndarray], prefix: str) -> PullGroup:
    low, high = arrays[f"{prefix}range"]
    return PullGroup(
        _names(arrays[f"{prefix}sides"]),
        _names(arrays[f"{prefix}coordinates"]),
        tuple((str(part), str(name)) for part, name in arrays[f"{prefix}pulls"]),
        ProductBasis(low, high, arrays[f"{prefix}exponents"].astype(int)),
        np.asarray(arrays[f"{prefix}coefficients"], dtype=float),
    )
