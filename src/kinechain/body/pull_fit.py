"""How are the directions in which muscles pull, sampled pose by pose, made into tables, and how wrong are these then?

A pull depends on fewer coordinates than its muscle crosses (the patellar tendon's on the knee alone), so it is first found which
count. The knee bends a line most, the others mildly: the terms follow that. Of a line that jumps, because it slips off a bone, the
poses beyond the jump are left out; the errors, which are over all poses, tell how often and how far the two differ.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float

from kinechain.body.pulls import KNEECAP, SHIN, PullGroup, Pulls
from kinechain.core.muscles import Bones, Muscle
from kinechain.core.types import SIDES
from kinechain.maths.multibody import Tree
from kinechain.maths.polynomials import ProductBasis, list_exponents, unite_exponents

Poses = Float[np.ndarray, "pose coordinate"]
Sampled = Float[np.ndarray, "pose pull 3"]

#: Pulls of muscles on bones in poses: coordinate names, poses (rad), muscle names, bones.
PullSampler = Callable[[Sequence[str], Poses, Sequence[str], Sequence[Bones]], Float[np.ndarray, "bones pose muscle 3"]]

#: A pull that changes by less than this (N a newton of tension) does not depend on a coordinate, or mirrors the other side's.
_SAME = 1e-6
#: Poses in which it is tried what a pull depends on, and whether sides mirror each other.
_TRIES = 24

#: A pull stays near a table through all its poses unless it jumps: by less than this (N a newton).
_JUMPED = 0.1
#: Of a pull that jumps, poses are left out that are this many times further off than the median one, and further than this.
_JUMP_MEDIANS, _JUMP_LEAST, _ROUNDS = 6.0, 0.05, 6


@dataclass(frozen=True)
class PullOptions:
    """How much is sampled and kept: poses to fit and to check, and how far each coordinate bends.

    `bends` are degrees by coordinate without its side, the most bending first, `otherwise` that of all others; the most bending one
    of a table bends `alone` so far by itself.
    """

    poses: int = 6000
    held_out: int = 2000
    bends: tuple[tuple[str, int], ...] = (("knee_angle", 16), ("hip_flexion", 6), ("ankle_angle", 6))
    otherwise: int = 4
    alone: int = 48
    seed: int = 1


@dataclass(frozen=True)
class PullFit:
    """How wrong one muscle's pull on `part` is over poses that it was not fitted to, drawn evenly over the whole range.

    `angle` is between the directions (rad), `off` the length of the difference, a share of the muscle's tension. `jumped` is the
    share of poses in which the model's line has jumped, which the worst ones are of.
    """

    name: str
    part: str
    depends_on: tuple[str, ...]
    terms: int
    angle_median_rad: float
    angle_p99_rad: float
    angle_worst_rad: float
    off_rms: float
    off_p99: float
    off_worst: float
    off_worst_at: Mapping[str, float]
    jumped: float


class FittedPulls(NamedTuple):
    """The pulls, and how wrong each is on the side that was fitted."""

    pulls: Pulls
    fits: tuple[PullFit, ...]


class Leg(NamedTuple):
    """A leg as it is sampled: its side, its pulls by part and muscle, and the coordinates that may count, without side."""

    side: str
    pulls: tuple[tuple[str, str], ...]
    bones: Mapping[str, Bones]
    coordinates: tuple[str, ...]


def fit_pulls(
    sample: PullSampler,
    tree: Tree,
    muscles: Sequence[Muscle],
    ranges: Mapping[str, tuple[float, float]],
    options: PullOptions | None = None,
) -> FittedPulls | None:
    """Fit how muscles pull on kneecap and shin over the ranges (rad) of the coordinates that count.

    None of a model without legs of femur, patella and tibia, the latter two hung on the first: only there is what muscles pull the
    kneecap by also what they press it on the thigh by.
    """
    options = options or PullOptions()
    legs = [leg for side in reversed(SIDES) if (leg := leg_of(tree, muscles, side)) is not None]
    if not legs:
        return None
    random = np.random.default_rng(options.seed)
    mirrored = len(legs) == 2 and _is_mirrored(sample, legs[0], legs[1], ranges, random)
    groups, fits = [], []
    for leg in legs[:1] if mirrored else legs:
        sides = tuple(one.side for one in legs) if mirrored else (leg.side,)
        for group, group_fits in _fit_leg(sample, leg, sides, ranges, options, random):
            groups.append(group)
            fits += group_fits
    named = [tuple(dict.fromkeys(name for leg in legs for part, name in leg.pulls if part == wanted)) for wanted in (KNEECAP, SHIN)]
    return FittedPulls(Pulls(named[0], named[1], tuple(groups)), tuple(fits))


def leg_of(tree: Tree, muscles: Sequence[Muscle], side: str) -> Leg | None:
    """Return a leg with its pulls; None where femur, patella and tibia are not there or not hung on one another as said above."""
    end = f"_{side[0]}"
    thigh, kneecap, shin = (tree.link_at.get(name + end) for name in ("femur", "patella", "tibia"))
    if thigh is None or kneecap is None or shin is None or {tree.links[kneecap].parent, tree.links[shin].parent} != {thigh}:
        return None
    below = {shin}
    for number, link in enumerate(tree.links):
        if link.parent in below:
            below.add(number)
    bones = {
        KNEECAP: Bones(frozenset({f"patella{end}"}), f"femur{end}"),
        SHIN: Bones(frozenset(tree.links[number].name for number in below), f"tibia{end}"),
    }
    own = [muscle for muscle in muscles if muscle.name.endswith(end)]
    pulls = [(part, muscle.name[:-2]) for part, one in bones.items() for muscle in own if _meets(muscle, one)]
    crossed = dict.fromkeys(name for muscle in own if (SHIN, muscle.name[:-2]) in pulls for name in muscle.crosses)
    return Leg(side, tuple(pulls), bones, tuple(name[:-2] for name in crossed if name.endswith(end))) if pulls else None


def _meets(muscle: Muscle, bones: Bones) -> bool:
    """Tell whether a line leads onto bones from elsewhere."""
    on_them = [point.segment in bones.segments for point in muscle.path]
    return any(on_them) and not all(on_them)


def _sampled(sample: PullSampler, leg: Leg, poses: Poses) -> Sampled:
    """Return the pulls of a leg in poses of its coordinates."""
    end = f"_{leg.side[0]}"
    muscles = list(dict.fromkeys(name for _, name in leg.pulls))
    found = sample([name + end for name in leg.coordinates], poses, [name + end for name in muscles], list(leg.bones.values()))
    parts = list(leg.bones)
    return np.stack([found[parts.index(part), :, muscles.index(name)] for part, name in leg.pulls], axis=1)


def _bounds(
    leg: Leg, ranges: Mapping[str, tuple[float, float]]
) -> tuple[Float[np.ndarray, " coordinate"], Float[np.ndarray, " coordinate"]]:
    low, high = np.array([ranges[f"{name}_{leg.side[0]}"] for name in leg.coordinates]).T
    return low, high


def _is_mirrored(
    sample: PullSampler, one: Leg, other: Leg, ranges: Mapping[str, tuple[float, float]], random: np.random.Generator
) -> bool:
    if (one.pulls, one.coordinates) != (other.pulls, other.coordinates) or not np.allclose(
        _bounds(one, ranges), _bounds(other, ranges)
    ):
        return False
    low, high = _bounds(one, ranges)
    poses = low + (high - low) * random.random((_TRIES, low.size))
    return bool(np.abs(_sampled(sample, one, poses) * [1.0, 1.0, -1.0] - _sampled(sample, other, poses)).max() < _SAME)


def _fit_leg(
    sample: PullSampler,
    leg: Leg,
    sides: tuple[str, ...],
    ranges: Mapping[str, tuple[float, float]],
    options: PullOptions,
    random: np.random.Generator,
) -> Iterator[tuple[PullGroup, list[PullFit]]]:
    low, high = _bounds(leg, ranges)
    depends = _find_dependence(sample, leg, low, high, random)
    # Towards the ends of a range, where a polynomial errs most, poses lie as densely as its own nodes do.
    poses = 0.5 * (high + low) + 0.5 * (high - low) * np.cos(np.pi * random.random((options.poses, low.size)))
    held_out = low + (high - low) * random.random((options.held_out, low.size))
    pulls, wanted = _sampled(sample, leg, poses), _sampled(sample, leg, held_out)
    for row in np.unique(depends, axis=0):
        members, at = np.flatnonzero((depends == row).all(axis=1)), np.flatnonzero(row)
        names = tuple(leg.coordinates[nth] for nth in at)
        basis = ProductBasis(low[at], high[at], _exponents(names, options))
        group = PullGroup(
            sides, names, tuple(leg.pulls[nth] for nth in members), basis, _solved(basis, poses[:, at], pulls[:, members])
        )
        found = group.evaluated(held_out[:, at], sides[0]).reshape(len(members), 3, -1)
        yield (
            group,
            [_summary(group, nth, held_out[:, at], found[nth].T, wanted[:, at_pull]) for nth, at_pull in enumerate(members)],
        )


def _find_dependence(
    sample: PullSampler,
    leg: Leg,
    low: Float[np.ndarray, " coordinate"],
    high: Float[np.ndarray, " coordinate"],
    random: np.random.Generator,
) -> Bool[np.ndarray, "pull coordinate"]:
    """Tell which coordinates each pull depends on, found by moving each in some poses."""
    poses = low + (high - low) * random.random((_TRIES, low.size))
    before = _sampled(sample, leg, poses)
    changed = []
    for at in range(low.size):
        moved = poses.copy()
        moved[:, at] = low[at] + (high[at] - low[at]) * random.random(_TRIES)
        changed.append(np.abs(_sampled(sample, leg, moved) - before).max(axis=(0, 2)) > _SAME)
    depends = np.stack(changed, axis=1)
    depends[~depends.any(axis=1), 0] = True  # a table has at least one variable
    return depends


def _exponents(names: tuple[str, ...], options: PullOptions) -> np.ndarray:
    bends = dict(options.bends)
    degrees = [bends.get(name, options.otherwise) for name in names]
    most = int(np.argmax(degrees))
    alone = [options.alone if nth == most else 0 for nth in range(len(names))]
    return unite_exponents(list_exponents(degrees), list_exponents(alone))


def _solved(basis: ProductBasis, poses: Poses, pulls: Sampled) -> Float[np.ndarray, "term function"]:
    """Return the coefficients: of pulls that jump from the poses on this side of the jump."""
    terms = basis.terms(poses).T
    coefficients = _least_squares(terms, pulls)
    for nth in range(pulls.shape[1]):
        own = slice(3 * nth, 3 * nth + 3)
        off = np.linalg.norm(terms @ coefficients[:, own] - pulls[:, nth], axis=1)
        for _ in range(_ROUNDS if off.max() > _JUMPED else 0):
            near = off < max(_JUMP_LEAST, _JUMP_MEDIANS * float(np.median(off)))
            coefficients[:, own] = _least_squares(terms[near], pulls[near, nth : nth + 1])
            off = np.linalg.norm(terms @ coefficients[:, own] - pulls[:, nth], axis=1)
    return coefficients


def _least_squares(terms: Float[np.ndarray, "pose term"], pulls: Sampled) -> Float[np.ndarray, "term function"]:
    return np.asarray(np.linalg.lstsq(terms, pulls.reshape(len(pulls), -1), rcond=None)[0])


def _summary(
    group: PullGroup, nth: int, poses: Poses, found: Float[np.ndarray, "pose 3"], wanted: Float[np.ndarray, "pose 3"]
) -> PullFit:
    part, name = group.pulls[nth]
    off = np.linalg.norm(found - wanted, axis=1)
    angle = np.arctan2(np.linalg.norm(np.cross(found, wanted), axis=1), (found * wanted).sum(axis=1))
    worst = int(off.argmax())
    return PullFit(
        name=name,
        part=part,
        depends_on=group.coordinates,
        terms=len(group.basis.exponents),
        angle_median_rad=float(np.median(angle)),
        angle_p99_rad=float(np.quantile(angle, 0.99)),
        angle_worst_rad=float(angle.max()),
        off_rms=float(np.sqrt((off**2).mean())),
        off_p99=float(np.quantile(off, 0.99)),
        off_worst=float(off[worst]),
        off_worst_at={name: float(value) for name, value in zip(group.coordinates, poses[worst], strict=True)},
        jumped=float((off > _JUMPED).mean()),
    )
