"""How does a generic model become this person's? Every segment by its own factor, masses by a table, muscles with the segments.

A segment's factor is how much longer the person's is: by stature alone, or by the lengths that a film's fit found. Joint places,
centres, the slides of knee and kneecap and the points of muscles grow with the segment that they are fixed to (as OpenSim's scaling
has it). A muscle that spans segments of different factors takes its factors from its own points: its line is drawn straight from
point to point in the generic and in the scaled body, over many poses, and its length, and its moment arm about each coordinate,
grow as those of the straight line do. Where all factors are alike this is exact. Where they are not, it is against OpenSim's own
scaling of the same model, over poses of a squat: with a thigh 5 % longer and a shank 5 % shorter the changed lengths are 0.1 mm off
(the median of all muscles' worst; gastrocnemius 1.9 mm), the quadriceps' moment arms at the knee 0.3 mm or 1.3 %, all others' there
0.4 mm rms (sartorius 1.9 mm); with pelvis, trunk and foot unlike as well, 0.3 mm (gluteus maximus 2.5 mm), 0.2 mm or 0.8 %, and at
the hip 0.6 mm rms (tensor fasciae latae 4.2 mm).
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from kinechain.body.anthropometry import build_of, group_of, mass_spread, segment_masses
from kinechain.body.model import BodyModel
from kinechain.body.muscles import MuscleGeometry, MuscleGroup
from kinechain.body.pull_scaling import scaled_pulls
from kinechain.body.skeleton import LENGTHS
from kinechain.core.errors import UsageError
from kinechain.core.muscles import Muscle, PathPoint
from kinechain.core.types import Person
from kinechain.evidence import constant
from kinechain.maths.multibody import Follower, Freedom, Place, Tree, lay_out

Factors = Mapping[str, Float[np.ndarray, " 3"]]
Poses = Float[np.ndarray, "pose coordinate"]

#: Which of the fit's lengths says how much longer a segment is forward, up and to the right; None where only stature does.
_LENGTH_OF: dict[str, tuple[str | None, str | None, str | None]] = {
    "torso": (None, "trunk", "shoulder"),
    "pelvis": (None, None, "hip"),
    "femur": ("thigh", "thigh", "thigh"),
    "patella": ("thigh", "thigh", "thigh"),
    "tibia": ("shank", "shank", "shank"),
    "talus": ("toe", "ankle", "toe"),
    "calcn": ("toe", "ankle", "toe"),
    "toes": ("toe", "ankle", "toe"),
}

#: Between the joints of which segments the model's own thigh and shank lie.
_ENDS: dict[str, tuple[str, str]] = {"thigh": ("femur_r", "tibia_r"), "shank": ("tibia_r", "talus_r")}

#: Lengths that say less than half or more than double the usual are no person's.
_LEAST, _MOST = 0.5, 2.0

#: In so many poses lines of muscles are compared; and how far a coordinate is moved for a moment arm (rad).
_POSES, _STEP = 40, 1e-4


@dataclass(frozen=True)
class Scaling:
    """What makes a generic model this person's, each segment by its name.

    `factors`: how much longer forward, up and to the right; `factor_sd` their spread; `masses` and `mass_sd` in kg, the masses
    together exactly the person's.
    """

    factors: Factors
    factor_sd: Mapping[str, float]
    masses: Mapping[str, float]
    mass_sd: Mapping[str, float]


def scale(model: BodyModel, person: Person, lengths: Mapping[str, tuple[float, float]] | None = None) -> BodyModel:
    """Return the model as large and as heavy as the person; its muscles as long, but as strong as before: see `strength`.

    `lengths` are those of the fit, by the names of `LENGTHS`: (m, sd). Raises UsageError for lengths that are no person's, and for
    a model whose segments the table of masses does not know.
    """
    return apply(model, scaling_of(model, person, lengths or {}), person.sex)


def scaling_of(model: BodyModel, person: Person, lengths: Mapping[str, tuple[float, float]]) -> Scaling:
    """Return by how much each segment differs from the generic one, and what it weighs, with spreads."""
    _check(lengths)
    stature = constant("anthropometry.model_stature")
    usual = person.height_m / stature.value
    usual_sd = usual * float(np.hypot(stature.sd / stature.value, constant("anthropometry.length_spread").value))
    generic = generic_lengths(model)
    told = {name: (value / generic[name], sd / generic[name]) for name, (value, sd) in lengths.items()}
    for name, (factor, _) in told.items():
        if not _LEAST <= factor <= _MOST:
            raise UsageError(
                f"a {name} between {_LEAST * generic[name]:.2f} and {_MOST * generic[name]:.2f} m",
                f"{lengths[name][0]:.2f} m",
                "Give lengths in metres.",
            )
    factors, spreads = {}, {}
    for link in model.tree.links:
        names = _LENGTH_OF.get(link.name.removesuffix("_r").removesuffix("_l"), (None, None, None))
        along = [told.get(name or "", (usual, usual_sd)) for name in names]
        factors[link.name] = np.array([factor for factor, _ in along])
        spreads[link.name] = float(np.sqrt(np.mean([sd**2 for _, sd in along])))
    masses = segment_masses({link.name: link.mass for link in model.tree.links}, person.mass_kg, person.sex)
    mass_sd = {name: kg * mass_spread(person.sex, group_of(name)) for name, kg in masses.items()}
    return Scaling(factors, spreads, masses, mass_sd)


def generic_lengths(model: BodyModel) -> dict[str, float]:
    """Return a model's own lengths (m), by the names of `LENGTHS`: thigh and shank as its joints have them.

    The others are the usual ones at its stature, because a mark's breadth and the tip of a shoe have no counterpart in the model:
    of them it counts by how much a person differs from the usual.
    """
    laid = lay_out(model.tree, _rest(model))
    origin = {link.name: laid.place(link.name, link.in_child.origin)[0] for link in model.tree.links}
    stature = constant("anthropometry.model_stature").value
    lengths = {name: stature * constant(f"body.{name}_length_share").value for name in LENGTHS}
    for name, (upper, lower) in _ENDS.items():
        if upper in origin and lower in origin:
            lengths[name] = float(np.linalg.norm(origin[lower] - origin[upper]))
    return lengths


def apply(model: BodyModel, scaling: Scaling, sex: str | None) -> BodyModel:
    """Return the model with a scaling laid upon it; `sex` for how the mass of thigh and shank lies."""
    tree = _scaled_tree(model, scaling, sex)
    longer = _muscle_factors(model, tree, scaling.factors)
    muscles = tuple(_scaled_muscle(muscle, longer[muscle.name].length, scaling.factors) for muscle in model.muscles)
    pulls = scaled_pulls(model, tree, muscles)
    return replace(model, tree=tree, muscles=muscles, geometry=_scaled_geometry(model, longer), pulls=pulls)


def _check(lengths: Mapping[str, tuple[float, float]]) -> None:
    for name, (value, sd) in lengths.items():
        if name not in LENGTHS:
            raise UsageError(f"lengths named {', '.join(LENGTHS)}", f"{name}", "Give only these.")
        if not (np.isfinite(value) and value > 0.0 and np.isfinite(sd) and sd >= 0.0):
            raise UsageError(f"a {name} above 0 m with a spread", f"{value} m with {sd}", "Leave out what was not measured.")


def _rest(model: BodyModel) -> Poses:
    rest = np.array([[model.rest[name] for name in model.tree.coordinates]])
    return model.tree.with_followers(rest)


# --- the tree ---


def _scaled_tree(model: BodyModel, scaling: Scaling, sex: str | None) -> Tree:
    tree = model.tree
    ones = np.ones(3)
    links = []
    for link in tree.links:
        own = scaling.factors[link.name]
        parent = scaling.factors[tree.links[link.parent].name] if link.parent >= 0 else ones
        more = scaling.masses[link.name] / link.mass if link.mass else 0.0
        links.append(
            replace(
                link,
                in_parent=Place(link.in_parent.axes, link.in_parent.origin * parent),
                in_child=Place(link.in_child.axes, link.in_child.origin * own),
                slides=tuple(_scaled_slide(slide, link.in_parent.axes, parent) for slide in link.slides),
                mass=scaling.masses[link.name],
                centre=link.centre * own,
                inertia=more * _stretched(link.inertia, own),
            )
        )
    followers = tuple(_scaled_follower(follower, tree, scaling.factors) for follower in tree.followers)
    scaled = replace(tree, links=tuple(links), followers=followers)
    return _with_builds(model, scaled, sex)


def _scaled_slide(slide: Freedom, axes: Float[np.ndarray, "3 3"], parent: Float[np.ndarray, " 3"]) -> Freedom:
    """Return a slide grown with the segment that it runs in; one that is a coordinate itself stays that coordinate."""
    if slide.coordinate is not None and slide.curve.is_identity:
        return slide
    return replace(slide, curve=slide.curve.times(_along(axes @ slide.axis, parent)))


def _along(direction: Float[np.ndarray, " 3"], factors: Float[np.ndarray, " 3"]) -> float:
    return float(np.linalg.norm(direction * factors) / np.linalg.norm(direction))


def _scaled_follower(follower: Follower, tree: Tree, factors: Factors) -> Follower:
    """Return a follower grown where it is a slide itself."""
    for link in tree.links:
        for slide in link.slides:
            if slide.coordinate == follower.coordinate and slide.curve.is_identity and link.parent >= 0:
                parent = factors[tree.links[link.parent].name]
                return replace(follower, curve=follower.curve.times(_along(link.in_parent.axes @ slide.axis, parent)))
    return follower


def _stretched(inertia: Float[np.ndarray, "3 3"], factors: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "3 3"]:
    """Return the inertia of the same mass stretched along the axes: second moments go with the products of the factors."""
    moments = 0.5 * np.trace(inertia) * np.eye(3) - inertia
    moments = moments * np.outer(factors, factors)
    return np.asarray(np.trace(moments) * np.eye(3) - moments)


def _with_builds(model: BodyModel, tree: Tree, sex: str | None) -> Tree:
    """Return the tree with the mass of thighs and shanks lying as the table has it, from joint centre to joint centre."""
    laid = lay_out(tree, tree.with_followers(_rest(model)))
    links = list(tree.links)
    for upper, lower, group in (("femur", "tibia", "thigh"), ("tibia", "talus", "shank")):
        for side in ("_r", "_l"):
            if upper + side not in tree.link_at or lower + side not in tree.link_at:
                continue
            number, end = tree.link_at[upper + side], tree.link_at[lower + side]
            link, build = links[number], build_of(group, sex)
            joint = link.in_child.origin
            places = [laid.place(links[nth].name, links[nth].in_child.origin)[0] for nth in (number, end)]
            to_end = laid.axes[number][:, :, 0].T @ (places[1] - places[0])
            gyration = build.gyration * float(np.linalg.norm(to_end))
            links[number] = replace(link, centre=joint + build.centre * to_end, inertia=link.mass * np.diag(gyration**2))
    return replace(tree, links=tuple(links))


# --- the muscles ---


@dataclass(frozen=True)
class _Longer:
    """By how much a muscle grows: its length, and its moment arm about each coordinate that it crosses."""

    length: float
    arms: Mapping[str, float]


def _muscle_factors(model: BodyModel, scaled: Tree, factors: Factors) -> dict[str, _Longer]:
    crossed = model.geometry.coordinates
    poses = _poses(model, crossed)
    at = [model.tree.at[name] for name in crossed]
    before = _lines(model.tree, poses, at, model.muscles, {name: np.ones(3) for name in factors})
    after = _lines(scaled, poses, at, model.muscles, factors)
    found = {}
    for number, muscle in enumerate(model.muscles):
        spanned = np.concatenate([factors[name] for name in _spanned(model.tree, muscle)])
        low, high = float(spanned.min()), float(spanned.max())
        length = float(np.clip(after.lengths[:, number].mean() / before.lengths[:, number].mean(), low, high))
        arms = {
            name: _ratio(before.slopes[nth][:, number], after.slopes[nth][:, number], length, low, high)
            for nth, name in enumerate(crossed)
        }
        found[muscle.name] = _Longer(length, arms)
    return found


def _spanned(tree: Tree, muscle: Muscle) -> list[str]:
    """Return the segments that a muscle's points lie on and those between them."""
    lines = [_to_root(tree, tree.link_at[point.segment]) for point in muscle.path]
    shared = set(lines[0]).intersection(*lines[1:])
    nearest = max(shared, default=-1)
    own = {number for line in lines for number in line if number not in shared}
    ends = {tree.link_at[point.segment] for point in muscle.path}
    return [tree.links[number].name for number in sorted(own | ({nearest} & ends))]


def _to_root(tree: Tree, number: int) -> list[int]:
    return [] if number < 0 else [number, *_to_root(tree, tree.links[number].parent)]


def _ratio(before: Float[np.ndarray, " pose"], after: Float[np.ndarray, " pose"], length: float, low: float, high: float) -> float:
    """Return the factor that leads best from the arms before to those after; the length's where there is no arm to speak of."""
    weight = float(before @ before)
    if weight < before.size * 1e-6:  # a millimetre
        return length
    return float(np.clip(before @ after / weight, low, high))


def _poses(model: BodyModel, crossed: tuple[str, ...]) -> Poses:
    """Return poses spread over the middle of the ranges that muscles are modelled in, left and right alike."""
    spread = np.random.default_rng(0)
    poses = np.repeat(_rest(model), _POSES, axis=0)
    shares: dict[str, Float[np.ndarray, " pose"]] = {}
    for name in crossed:
        low, high = model.geometry.ranges[name]
        plain = name.removesuffix("_r").removesuffix("_l")
        if plain not in shares:
            shares[plain] = spread.uniform(0.2, 0.8, _POSES)
        poses[:, model.tree.at[name]] = low + (high - low) * shares[plain]
    return poses


class _Lines(NamedTuple):
    """How long straight lines from point to point of muscles are (m), and how that changes with some coordinates (m/rad)."""

    lengths: Float[np.ndarray, "pose muscle"]
    slopes: Float[np.ndarray, "coordinate pose muscle"]


def _lines(tree: Tree, poses: Poses, at: list[int], muscles: tuple[Muscle, ...], factors: Factors) -> _Lines:
    """Return the lines of muscles whose points have grown with their segments, in poses and about the coordinates `at`."""
    steps = _STEP * np.eye(poses.shape[1])[at]
    moved = np.concatenate([poses, *(poses + step for step in steps), *(poses - step for step in steps)])
    laid = lay_out(tree, tree.with_followers(moved))
    points = [point for muscle in muscles for point in muscle.path]
    places = np.empty((len(points), len(moved), 3))
    for segment in {point.segment for point in points}:
        number, on_it = tree.link_at[segment], [nth for nth, point in enumerate(points) if point.segment == segment]
        locations = np.array([points[nth].location_m for nth in on_it]) * factors[segment]
        places[on_it] = np.einsum("ijt,nj->nti", laid.axes[number], locations) + laid.origins[number].T
    pieces = np.linalg.norm(np.diff(places, axis=0), axis=2)
    ends = np.cumsum([len(muscle.path) for muscle in muscles])
    lengths = np.stack([pieces[end - len(muscle.path) : end - 1].sum(axis=0) for end, muscle in zip(ends, muscles, strict=True)])
    by_pose = lengths.T.reshape(-1, len(poses), len(muscles))
    return _Lines(by_pose[0], (by_pose[1 : 1 + len(at)] - by_pose[1 + len(at) :]) / (2.0 * _STEP))


def _scaled_muscle(muscle: Muscle, longer: float, factors: Factors) -> Muscle:
    path = tuple(
        PathPoint(point.segment, (float(x), float(y), float(z)))
        for point in muscle.path
        for x, y, z in [np.array(point.location_m) * factors[point.segment]]
    )
    return replace(
        muscle,
        path=path,
        optimal_fibre_length_m=muscle.optimal_fibre_length_m * longer,
        tendon_slack_length_m=muscle.tendon_slack_length_m * longer,
    )


def _scaled_geometry(model: BodyModel, longer: Mapping[str, _Longer]) -> MuscleGeometry:
    """Return the polynomials grown: each term by the mean of the arms' factors of the coordinates in it.

    A term of one coordinate is that coordinate's moment arm's own; the constant is set so that lengths, over the poses compared,
    grow by the muscle's factor.
    """
    poses = _poses(model, model.geometry.coordinates)
    mean = dict(zip(model.geometry.muscles, np.nanmean(model.geometry.lengths(poses, model.tree.coordinates), axis=0), strict=True))
    return replace(
        model.geometry, groups=tuple(_scaled_group(group, poses, model, mean, longer) for group in model.geometry.groups)
    )


def _scaled_group(
    group: MuscleGroup, poses: Poses, model: BodyModel, mean: Mapping[str, float], longer: Mapping[str, _Longer]
) -> MuscleGroup:
    names = group.coordinates[0]
    involved = (group.basis.exponents > 0).astype(float)
    constant_term = involved.sum(axis=1) == 0.0
    factors = np.ones_like(group.coefficients)
    for column, muscle in enumerate(group.muscles[0]):
        arms = np.array([longer[muscle].arms[name] for name in names])
        factors[:, column] = np.where(
            constant_term, longer[muscle].length, (involved @ arms) / np.maximum(involved.sum(axis=1), 1.0)
        )
    grown = replace(group, coefficients=group.coefficients * factors)
    at = [model.tree.at[name] for name in names]
    lengths = grown.evaluated(poses[:, at], arms=False).mean(axis=1)
    wanted = np.array([longer[muscle].length * mean[muscle] for muscle in group.muscles[0]])
    shifted = grown.coefficients + np.where(constant_term[:, None], wanted - lengths, 0.0)
    return replace(group, coefficients=shifted)
