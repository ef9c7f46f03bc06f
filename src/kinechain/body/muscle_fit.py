"""How is a muscle's length, sampled pose by pose, made into a polynomial, and how wrong is it then?

The terms are found, not given: a wide table is fitted first, the terms that weigh most are kept, and those are fitted anew. A line
that slips off a bone it should wrap around jumps by millimetres or centimetres from one pose to the next, and a polynomial through
such a jump rings everywhere. So of a muscle that jumps the poses beyond the jump are left out, the polynomial goes on smoothly
there, and the table of errors, which is over all poses, tells how often and how far the two differ.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from kinechain.body.muscles import MuscleGeometry, MuscleGroup
from kinechain.core.errors import DataFileError
from kinechain.core.muscles import Muscle
from kinechain.maths.polynomials import ProductBasis, chebyshev_table, list_exponents, unite_exponents

Poses = Float[np.ndarray, "pose coordinate"]
Lengths = Float[np.ndarray, "pose muscle"]
Weights = Float[np.ndarray, "pose muscle"]
Bounds = Float[np.ndarray, " variable"]
Coefficients = Float[np.ndarray, "term muscle"]

#: Lengths (m) of the named muscles in poses: coordinate names, poses (rad), muscle names.
Sampler = Callable[[Sequence[str], Poses, Sequence[str]], Lengths]

#: How a jump is closed in on: from a stiff polynomial to ever less stiff ones, by total degree, as far as they have few terms.
_CLOSING_IN, _CLOSING_TERMS = (4, 5, 6, 8, 10, 12), 500

#: A muscle whose length stays further than this (m) from a polynomial of total degree 8 is wayward: it may jump.
_WAYWARD_M, _WAYWARD_DEGREE = 0.0005, 8

#: A pose is taken to lie beyond a jump if it is this many times further from the polynomial than the median pose is, and further
#: than this (m).
_JUMP_MEDIANS, _JUMP_LEAST_M = 12.0, 0.00005

#: Rounds of reweighting that draw the first, stiff polynomial to the majority, and the distance (m) below which poses weigh alike.
_ROUNDS, _ALIKE_M = 12, 0.0001

#: A muscle jumps if a polynomial through all its poses stays further than this (m) from one of them.
_CANNOT_BE_BENT_M = 0.001

#: A pose this far (m) from the polynomial is counted as jumped.
_JUMPED_M = 0.0005

#: A term that weighs less than this (m) in every muscle is left out.
_LIGHT_M = 2e-7

#: The share of what is left over that one variable alone must tell to be given these terms.
_WORTH_TELLING = 0.1

#: How far the one variable in which a group bends most sharply may bend by itself; also the table of muscles that cross it alone.
_SHARP_DEGREE = 60

#: How much high terms are held down, as a share of the poses: only where a jump left a corner empty does it matter.
_RIDGE = 1e-10

#: Step (rad) of the central differences that moment arms are checked with.
_STEP_RAD = 1e-4

#: Left and right are one where their lengths in mirrored poses differ by less than this (m).
_MIRROR_M = 1e-6
_MIRROR_POSES = 256

#: The widest range of a coordinate that polynomials are asked to follow.
_WIDEST_RAD = np.pi


@dataclass(frozen=True)
class FitOptions:
    """How much is sampled and kept: poses to fit and to check, and terms of a table at most by its number of variables.

    To these come the terms of one variable alone, the one that bends most sharply. `breaking` are muscles whose moment arm is known
    to flip somewhere along a coordinate, which by its length alone looks as if the line bent: the rectus femoris of OpenSim's legs
    slips off the femur beyond 137 degrees of knee flexion.
    """

    poses: int = 16384
    held_out: int = 2000
    terms: tuple[int, ...] = (61, 120, 420, 560, 800, 800)
    seed: int = 1
    breaking: tuple[tuple[str, str], ...] = (("recfem_r", "knee_angle_r"), ("recfem_l", "knee_angle_l"))


@dataclass(frozen=True)
class MuscleFit:
    """How wrong one muscle's polynomial is over poses that it was not fitted to, drawn evenly over the whole range.

    Lengths and moment arms in m, places in rad. `jumped` is the share of poses in which the model's length lies more than half a
    millimetre off, which is where its line jumped.
    """

    name: str
    terms: int
    length_rms_m: float
    length_median_m: float
    length_worst_m: float
    length_worst_at: Mapping[str, float]
    arm_rms_m: float
    arm_median_m: float
    arm_p99_m: float
    arm_worst_m: float
    arm_worst_about: str
    arm_worst_at: Mapping[str, float]
    jumped: float


@dataclass(frozen=True)
class FittedGeometry:
    """The geometry, its errors a muscle, and whether the left side is the right one's mirror image rather than a fit of its own."""

    geometry: MuscleGeometry
    fits: tuple[MuscleFit, ...]
    mirrored: bool


def fit_geometry(
    sample: Sampler, muscles: Sequence[Muscle], ranges: Mapping[str, tuple[float, float]], options: FitOptions | None = None
) -> FittedGeometry:
    """Fit the lengths of all muscles over the ranges (rad) of the coordinates they cross.

    Muscles named `_r` and `_l` that are each other's mirror image share one fit, so that left and right agree to the last digit.

    Raises:
        DataFileError: a muscle crosses nothing or too much, or a coordinate has no finite range.
    """
    options = options or FitOptions()
    _refuse_what_cannot_be_fitted(muscles, ranges, len(options.terms))
    random = np.random.default_rng(options.seed)
    mirrored = _is_mirrored(sample, muscles, ranges, random)
    fitted = [muscle for muscle in muscles if not (mirrored and muscle.name.endswith("_l"))]
    names = _crossed(fitted)
    low, high = np.array([ranges[name] for name in names]).T
    # Towards the ends of a range, where a polynomial errs most, poses lie as densely as its own nodes do.
    poses = 0.5 * (high + low) + 0.5 * (high - low) * np.cos(np.pi * random.random((options.poses, len(names))))
    lengths = sample(names, poses, [muscle.name for muscle in fitted])
    groups = []
    for crossing in dict.fromkeys(muscle.crosses for muscle in fitted):
        at, most = [names.index(name) for name in crossing], options.terms[len(crossing) - 1]
        crossed = [nth for nth, muscle in enumerate(fitted) if muscle.crosses == crossing]
        for members in _parted(crossed, _are_wayward(low[at], high[at], poses[:, at], lengths[:, crossed]), len(crossing)):
            breaks = [_breaks_along(fitted[nth], options) for nth in members]
            basis, coefficients = _fit_group(low[at], high[at], poses[:, at], lengths[:, members], breaks, most)
            groups.append(_placed(crossing, tuple(fitted[nth].name for nth in members), basis, coefficients, mirrored))
    geometry = MuscleGeometry(tuple(muscle.name for muscle in muscles), tuple(groups))
    held_out = low + (high - low) * random.random((options.held_out, len(names)))
    fits = {fit.name: fit for fit in check_geometry(sample, geometry, [muscle.name for muscle in fitted], names, held_out)}
    return FittedGeometry(geometry, tuple(_named_fit(fits, muscle.name) for muscle in muscles), mirrored)


def mirror_name(name: str) -> str:
    """Return the name of the same muscle or coordinate of the other side; a name without `_r` or `_l` at its end stays."""
    return name[:-1] + {"r": "l", "l": "r"}[name[-1]] if name.endswith(("_r", "_l")) else name


def check_geometry(
    sample: Sampler, geometry: MuscleGeometry, muscles: Sequence[str], names: Sequence[str], poses: Poses
) -> tuple[MuscleFit, ...]:
    """Return how far lengths, and moment arms by central differences of the sampled lengths, are from the geometry's.

    `names` are the coordinates of `poses` (rad) and must be all that these muscles cross; others rest at the middle of their range.
    """
    every = geometry.coordinates
    values = np.tile([0.5 * sum(geometry.ranges[name]) for name in every], (len(poses), 1))
    values[:, [every.index(name) for name in names]] = poses
    at = [geometry.muscles.index(name) for name in muscles]
    paths = geometry.paths(values, names=every)
    off = paths.lengths[:, at] - sample(names, poses, muscles)
    arms_off = np.full((len(poses), len(muscles), len(names)), np.nan)
    for nth, name in enumerate(names):
        ahead = _STEP_RAD * np.eye(len(names))[nth]
        arm = -(sample(names, poses + ahead, muscles) - sample(names, poses - ahead, muscles)) / (2.0 * _STEP_RAD)
        arms_off[:, :, nth] = paths.moment_arms[:, at, every.index(name)] - arm
    return tuple(_summary(geometry, name, names, poses, off[:, nth], arms_off[:, nth]) for nth, name in enumerate(muscles))


def _summary(
    geometry: MuscleGeometry,
    name: str,
    names: Sequence[str],
    poses: Poses,
    off: Float[np.ndarray, " pose"],
    arms_off: Float[np.ndarray, "pose coordinate"],
) -> MuscleFit:
    group, place = next((group, place) for group in geometry.groups for place in group.muscles if name in place)
    crossed = [names.index(coordinate) for coordinate in group.coordinates[group.muscles.index(place)]]
    size, arm_size = np.abs(off), np.abs(arms_off[:, crossed])
    worst, (arm_worst, about) = int(size.argmax()), np.unravel_index(int(arm_size.argmax()), arm_size.shape)
    return MuscleFit(
        name=name,
        terms=len(group.basis.exponents),
        length_rms_m=float(np.sqrt((size**2).mean())),
        length_median_m=float(np.median(size)),
        length_worst_m=float(size[worst]),
        length_worst_at={names[at]: float(poses[worst, at]) for at in crossed},
        arm_rms_m=float(np.sqrt((arm_size**2).mean())),
        arm_median_m=float(np.median(arm_size)),
        arm_p99_m=float(np.quantile(arm_size, 0.99)),
        arm_worst_m=float(arm_size.max()),
        arm_worst_about=names[crossed[int(about)]],
        arm_worst_at={names[at]: float(poses[int(arm_worst), at]) for at in crossed},
        jumped=float((size > _JUMPED_M).mean()),
    )


def _are_wayward(low: Bounds, high: Bounds, poses: Poses, lengths: Lengths) -> Bool[np.ndarray, " muscle"]:
    """Tell which muscles no stiff polynomial comes near: they jump, or bend so sharply that they deserve a table of their own."""
    if low.size == 1:
        return np.zeros(lengths.shape[1], dtype=bool)
    stiff = ProductBasis(low, high, list_exponents([_WAYWARD_DEGREE] * low.size))
    coefficients = _solve(stiff, poses, lengths, np.ones_like(lengths))
    return np.asarray(np.abs(_lengths(stiff, poses, coefficients) - lengths).max(axis=0) > _WAYWARD_M)


def _parted(members: list[int], wayward: Bool[np.ndarray, " muscle"], variables: int) -> list[list[int]]:
    """Return the muscles that share a table: tame ones, and wayward ones, these each alone where they cross many coordinates."""
    tame = [nth for nth, odd in zip(members, wayward, strict=True) if not odd]
    rest = [nth for nth, odd in zip(members, wayward, strict=True) if odd]
    return [part for part in (tame, *([one] for one in rest)) if part] if variables > 3 else [part for part in (tame, rest) if part]


def _fit_group(
    low: Bounds, high: Bounds, poses: Poses, lengths: Lengths, breaks: Sequence[int | None], most: int
) -> tuple[ProductBasis, Coefficients]:
    """Return at most `most` terms that serve all muscles of a group, and their coefficients."""
    wayward = _are_wayward(low, high, poses, lengths)
    kept = np.ones_like(lengths)
    for column in np.flatnonzero(wayward).tolist():
        kept[:, [column]] = _unjumped(low, high, poses, lengths[:, [column]])
    wide = ProductBasis(low, high, _wide_exponents(low.size))
    weights = np.abs(_solve(wide, poses, lengths, kept)).max(axis=1)
    weightiest = ProductBasis(low, high, _weightiest(wide.exponents, weights, most))
    left = kept * (lengths - _lengths(weightiest, poses, _solve(weightiest, poses, lengths, kept)))
    known = [along for along in breaks if along is not None]
    sharpest = known[0] if known else _sharpest(weightiest.places(poses), left)
    bends = list_exponents([_SHARP_DEGREE if at == sharpest else 0 for at in range(low.size)])
    chosen = ProductBasis(low, high, unite_exponents(weightiest.exponents, bends))
    coefficients = _solve(chosen, poses, lengths, np.ones_like(kept))
    for column in np.flatnonzero(wayward).tolist():
        one = lengths[:, [column]]
        # A line that merely bends sharply, as where two of its points come close, is better followed as far as it can be.
        if breaks[column] is not None or np.abs(_lengths(chosen, poses, coefficients[:, [column]]) - one).max() > _CANNOT_BE_BENT_M:
            coefficients[:, [column]] = _settled(chosen, poses, one, kept[:, [column]])
    return chosen, coefficients


def _breaks_along(muscle: Muscle, options: FitOptions) -> int | None:
    """Return along which of its coordinates a muscle is known to break, if it is."""
    along = dict(options.breaking).get(muscle.name)
    return muscle.crosses.index(along) if along in muscle.crosses else None


def _sharpest(places: Poses, left: Lengths) -> int | None:
    """Return the variable that alone tells most of what is left over, if it tells enough to be given terms of its own.

    A joint whose own law has a corner, as the knee's has at 120 degrees, puts it into every muscle that crosses it.
    """
    told = []
    for place in places.T:
        row = chebyshev_table(place, _SHARP_DEGREE)
        told.append(float((np.linalg.solve(row @ row.T, row @ left) * (row @ left)).sum()))
    return int(np.argmax(told)) if max(told) > _WORTH_TELLING * float((left**2).sum()) else None


def _settled(basis: ProductBasis, poses: Poses, length: Lengths, kept: Weights) -> Coefficients:
    """Return the coefficients of a muscle that jumps, fitted to the poses near the polynomial itself."""
    for _ in range(4):
        kept = _near(np.abs(_lengths(basis, poses, _solve(basis, poses, length, kept)) - length))
    return _solve(basis, poses, length, kept)


def _unjumped(low: Bounds, high: Bounds, poses: Poses, length: Float[np.ndarray, "pose 1"]) -> Float[np.ndarray, "pose 1"]:
    """Return 1 for the poses on this side of a jump, if there is one, and 0 for those beyond.

    A stiff polynomial through the majority (the sum of distances least, by reweighting) cannot follow the jump; what lies far from
    it is left out, and the next, less stiff one fits the rest.
    """
    kept = np.ones_like(length)
    for degree in _CLOSING_IN:
        basis = ProductBasis(low, high, list_exponents([degree] * low.size))
        if len(basis.exponents) > _CLOSING_TERMS:
            break
        if degree == _CLOSING_IN[0]:
            for _ in range(_ROUNDS):
                off = np.abs(_lengths(basis, poses, _solve(basis, poses, length, kept)) - length)
                kept = _ALIKE_M / np.maximum(off, _ALIKE_M)
            kept = _near(off)
        for _ in range(3):
            kept = _near(np.abs(_lengths(basis, poses, _solve(basis, poses, length, kept)) - length))
    return kept


def _near(off: Float[np.ndarray, "pose 1"]) -> Float[np.ndarray, "pose 1"]:
    """Return 1 for poses whose distance from the polynomial is of a kind with the others', 0 beyond."""
    return np.asarray(off <= max(_JUMP_MEDIANS * float(np.median(off)), _JUMP_LEAST_M)).astype(float)


def _wide_exponents(variables: int) -> Int[np.ndarray, "term variable"]:
    """Return more terms than will be kept: all of a total degree, and those that bend far in one or in all but one variable."""
    if variables == 1:
        return list_exponents([_SHARP_DEGREE])
    if variables == 2:
        return list_exponents([20, 20])
    along = [[36 if at == one else 6 for at in range(variables)] for one in range(variables)]
    across = [[0 if at == one else 14 for at in range(variables)] for one in range(variables)] if variables > 3 else []
    return unite_exponents(*(list_exponents(degrees) for degrees in ([14 if variables == 3 else 9] * variables, *along, *across)))


def _weightiest(
    exponents: Int[np.ndarray, "wide variable"], weights: Float[np.ndarray, " wide"], most: int
) -> Int[np.ndarray, "term variable"]:
    """Return the terms of the greatest weight; a term weighs no less than any above it, so that none lacks its lower ones."""
    degree = exponents.max() + 1
    grid = np.zeros([degree] * exponents.shape[1])
    grid[tuple(exponents.T)] = weights * (1.0 + exponents.sum(axis=1))
    for axis in range(grid.ndim):
        grid = np.flip(np.maximum.accumulate(np.flip(grid, axis), axis=axis), axis)
    order = np.lexsort((exponents.sum(axis=1), -grid[tuple(exponents.T)]))
    heavy = int((grid[tuple(exponents.T)] > _LIGHT_M).sum())
    return exponents[np.sort(order[: min(most, max(heavy, 1))])]


def _solve(basis: ProductBasis, poses: Poses, lengths: Lengths, weights: Weights) -> Coefficients:
    """Return the coefficients of each muscle's least squares, every pose with its weight, high terms held down a little."""
    terms = len(basis.exponents)
    ridge = _RIDGE * basis.exponents.sum(axis=1) ** 4.0
    coefficients = np.empty((terms, lengths.shape[1]))
    patterns, which = np.unique(weights, axis=1, return_inverse=True)
    squares = np.zeros((patterns.shape[1], terms, terms))
    right = np.zeros((terms, lengths.shape[1]))
    for some in _some_poses(len(poses)):
        table = basis.terms(poses[some])
        right += table @ (weights[some] * lengths[some])
        for square, pattern in zip(squares, patterns[some].T, strict=True):
            square += (table * pattern) @ table.T
    for nth, square in enumerate(squares):
        alike = which.reshape(-1) == nth
        coefficients[:, alike] = np.linalg.solve(square + np.diag(patterns[:, nth].sum() * ridge), right[:, alike])
    return coefficients


def _lengths(basis: ProductBasis, poses: Poses, coefficients: Float[np.ndarray, "term muscle"]) -> Lengths:
    return np.concatenate([basis.terms(poses[some]).T @ coefficients for some in _some_poses(len(poses))])


def _some_poses(count: int) -> Iterator[slice]:
    """Return slices of poses, so that a wide table does not fill the memory."""
    return (slice(start, start + 2048) for start in range(0, count, 2048))


def _placed(
    crossing: tuple[str, ...],
    members: tuple[str, ...],
    basis: ProductBasis,
    coefficients: Float[np.ndarray, "term muscle"],
    mirrored: bool,
) -> MuscleGroup:
    """Return the group, with the other side beside it where one fit serves both."""
    both = mirrored and members[0].endswith("_r")
    sides = (crossing, tuple(map(mirror_name, crossing))) if both else (crossing,)
    return MuscleGroup(sides, (members, tuple(map(mirror_name, members))) if both else (members,), basis, coefficients)


def _named_fit(fits: Mapping[str, MuscleFit], name: str) -> MuscleFit:
    """Return a muscle's fit, that of its mirror image under its own names where it has none of its own."""
    if name in fits:
        return fits[name]
    fit = fits[mirror_name(name)]
    return replace(
        fit,
        name=name,
        length_worst_at={mirror_name(key): value for key, value in fit.length_worst_at.items()},
        arm_worst_about=mirror_name(fit.arm_worst_about),
        arm_worst_at={mirror_name(key): value for key, value in fit.arm_worst_at.items()},
    )


def _is_mirrored(
    sample: Sampler, muscles: Sequence[Muscle], ranges: Mapping[str, tuple[float, float]], random: np.random.Generator
) -> bool:
    """Tell whether every muscle of the left is the mirror image of one of the right, in range and in length."""
    crosses = {muscle.name: muscle.crosses for muscle in muscles}
    right = [name for name in crosses if name.endswith("_r")]
    left = [mirror_name(name) for name in right]
    if not right or sorted(left) != sorted(name for name in crosses if name.endswith("_l")):
        return False
    if any(tuple(map(mirror_name, crosses[one])) != crosses[other] for one, other in zip(right, left, strict=True)):
        return False
    names = _crossed([muscle for muscle in muscles if muscle.name in right])
    if any(ranges[name] != ranges[mirror_name(name)] for name in names):
        return False
    low, high = np.array([ranges[name] for name in names]).T
    poses = low + (high - low) * random.random((_MIRROR_POSES, len(names)))
    other = sample([mirror_name(name) for name in names], poses, left)
    return bool(np.abs(sample(names, poses, right) - other).max() < _MIRROR_M)


def _crossed(muscles: Sequence[Muscle]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for muscle in muscles for name in muscle.crosses))


def _refuse_what_cannot_be_fitted(muscles: Sequence[Muscle], ranges: Mapping[str, tuple[float, float]], most: int) -> None:
    for muscle in muscles:
        count = len(muscle.crosses)
        if not 1 <= count <= most:
            raise DataFileError(
                f"muscles that cross 1 to {most} coordinates",
                f"{muscle.name}, which crosses {count}{': ' + ', '.join(muscle.crosses) if count else ''}",
                "Lock coordinates that do not matter, or leave the muscle out.",
            )
        for name in muscle.crosses:
            span = ranges[name][1] - ranges[name][0]
            if not 0.0 < span <= _WIDEST_RAD:
                raise DataFileError(
                    f"a range of at most {np.degrees(_WIDEST_RAD):.0f} degrees for {name}, which {muscle.name} crosses",
                    f"{np.degrees(span):.0f} degrees",
                    "State the range over which the model holds.",
                )
