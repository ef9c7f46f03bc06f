"""Which way do muscles pull on a person whose thigh and shank are not as long, one to the other, as the model's?

Where all segments grow alike no direction changes. Where they do not, a direction changes by as much as that of the straight line
from point to point of the muscle does, in the generic and in the scaled body: for the patellar tendon, and wherever a line does not
wrap around a bone, that is exact. Against OpenSim's own scaling of the same model, the knee from 0 to 125 degrees in a squat, with
a thigh 5 % longer and a shank 5 % shorter: the quadriceps together press the kneecap on within 0.1 % (by the generic directions it
would be 18 % off when straight, 4 % at 90 degrees); all pulls on the shin lie within 0.006 of a newton, but those of gastrocnemius,
which wraps around the shank, by up to 0.08.
"""

from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinechain.body.model import BodyModel
from kinechain.body.pull_fit import Leg, leg_of
from kinechain.body.pulls import PullGroup, Pulls
from kinechain.core.muscles import Muscle
from kinechain.maths.multibody import Frames, Laid, Tree, lay_out
from kinechain.maths.polynomials import ProductBasis

Change = Float[np.ndarray, "pull 3 pose"]

#: Terms up to this total degree follow the change, which is smooth, fitted to so many poses.
_DEGREE, _POSES = 8, 400


def scaled_pulls(model: BodyModel, tree: Tree, muscles: tuple[Muscle, ...]) -> Pulls | None:
    """Return the pulls on the legs of the scaled `tree` with the scaled `muscles`; None of a model that has none."""
    if model.pulls is None:
        return None
    groups = []
    for group in model.pulls.groups:
        leg = leg_of(model.tree, model.muscles, group.sides[0])
        if leg is None:
            raise ValueError(f"Expected a {group.sides[0]} leg with a kneecap, got none. Compile the model anew.")
        poses = _poses(model, group)
        before = _straight(group, leg, model.muscles, lay_out(model.tree, model.tree.with_followers(poses)))
        after = _straight(group, leg, muscles, lay_out(tree, tree.with_followers(poses)))
        groups.append(_changed(group, poses[:, _columns(model, group)], after - before))
    return replace(model.pulls, groups=tuple(groups))


def _columns(model: BodyModel, group: PullGroup) -> list[int]:
    return [model.tree.at[f"{name}_{group.sides[0][0]}"] for name in group.coordinates]


def _poses(model: BodyModel, group: PullGroup) -> Frames:
    """Return the body at rest but for the coordinates that count, which lie as densely at the ends as a polynomial asks for."""
    random, basis = np.random.default_rng(0), group.basis
    poses = np.tile([model.rest[name] for name in model.tree.coordinates], (_POSES, 1))
    swing = np.cos(np.pi * random.random((_POSES, basis.low.size)))
    poses[:, _columns(model, group)] = 0.5 * (basis.high + basis.low) + 0.5 * (basis.high - basis.low) * swing
    return poses


def _straight(group: PullGroup, leg: Leg, muscles: tuple[Muscle, ...], laid: Laid) -> Change:
    """Return what a newton of tension would pull by if every line ran straight from point to point."""
    by_name = {muscle.name: muscle for muscle in muscles}
    pulls = np.zeros((len(group.pulls), 3, laid.frames))
    for row, (part, name) in enumerate(group.pulls):
        bones, path = leg.bones[part], by_name[f"{name}_{leg.side[0]}"].path
        at = [laid.place(point.segment, np.array(point.location_m)).T for point in path]
        pull = np.zeros((3, laid.frames))
        for near, far in [(nth, nth + step) for nth in range(len(path)) for step in (-1, 1) if 0 <= nth + step < len(path)]:
            if path[near].segment in bones.segments and path[far].segment not in bones.segments:
                pull += (at[far] - at[near]) / np.linalg.norm(at[far] - at[near], axis=0)
        pulls[row] = np.einsum("jit,jt->it", laid.axes[laid.tree.link_at[bones.axes]], pull)
    return pulls


def _changed(group: PullGroup, poses: Frames, change: Change) -> PullGroup:
    """Return the pulls with a change added to them."""
    smooth = np.flatnonzero(group.basis.exponents.sum(axis=1) <= _DEGREE)
    terms = ProductBasis(group.basis.low, group.basis.high, group.basis.exponents[smooth]).terms(poses).T
    added = np.zeros_like(group.coefficients)
    added[smooth] = np.linalg.lstsq(terms, change.reshape(-1, len(poses)).T, rcond=None)[0]
    return replace(group, coefficients=group.coefficients + added)
