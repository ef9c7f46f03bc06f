"""Laws that hold for any body, on the body that kinechain brings along: mirrors, masses, free fall, standing, work and energy."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from data.opensim.make_inverse_dynamics import random_motion
from kinechain.maths.multibody import Frames, Tree, Wrench, inverse_dynamics, led_forces, move
from trees import FIRST, STEP_S, Moment, PointMasses

seeds = st.integers(0, 10_000)

#: Coordinates of the middle of the body that a mirror turns round: the others, and those of both sides, keep their sign.
_TURNED_ROUND = ("pelvis_list", "pelvis_rotation", "pelvis_tz", "lumbar_bending", "lumbar_rotation")
_MOVES_PELVIS = ("pelvis_tx", "pelvis_ty", "pelvis_tz")


def mirrored(tree: Tree, values: Frames) -> Frames:
    """Return coordinates, or forces, of the same motion seen in a mirror: left for right, the middle turned round."""
    other = {"r": "l", "l": "r"}
    names = []
    for name in tree.coordinates:
        parts = name.split("_")
        names.append("_".join(other.get(part, part) for part in parts))
    signs = np.array([-1.0 if name in _TURNED_ROUND else 1.0 for name in tree.coordinates])
    return np.asarray(signs * values[:, [tree.at[name] for name in names]])


def symmetric(tree: Tree) -> Tree:
    """Return the tree with each left joint and segment the mirror image of the right one, to the last digit.

    The model is symmetric to four digits: some places of its joints were written down rounded differently left and right.
    """
    flip = np.diag([1.0, 1.0, -1.0])
    links = []
    for link in tree.links:
        twin = tree.links[tree.link_at[link.name[:-2] + "_r"]] if link.name.endswith("_l") else None
        if twin is None:
            middle = link.name[-2:] != "_r"
            links.append(replace(link, centre=link.centre * [1.0, 1.0, 0.0], inertia=_even(link.inertia)) if middle else link)
            continue
        in_parent, in_child = (
            replace(place, axes=flip @ place.axes @ flip, origin=flip @ place.origin) for place in (twin.in_parent, twin.in_child)
        )
        links.append(
            replace(
                link,
                in_parent=in_parent,
                in_child=in_child,
                mass=twin.mass,
                centre=flip @ twin.centre,
                inertia=flip @ twin.inertia @ flip,
            )
        )
    return replace(tree, links=tuple(links))


def _even(inertia: np.ndarray) -> np.ndarray:
    flip = np.diag([1.0, 1.0, -1.0])
    return 0.5 * (inertia + flip @ inertia @ flip)


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_the_mirrored_motion_needs_the_mirrored_forces(body_tree: Tree, seed: int) -> None:
    tree = symmetric(body_tree)
    motion = random_motion(tree, seed)
    forces = inverse_dynamics(tree, *motion)
    assert mirrored(tree, mirrored(tree, forces)) == pytest.approx(forces)
    seen = inverse_dynamics(tree, *(mirrored(tree, values) for values in motion))
    assert seen == pytest.approx(mirrored(tree, forces), abs=1e-7)


def test_the_body_as_it_was_written_down_is_symmetric_to_a_percent(body_tree: Tree) -> None:
    motion = random_motion(body_tree, 1)
    forces = inverse_dynamics(body_tree, *motion)
    seen = inverse_dynamics(body_tree, *(mirrored(body_tree, values) for values in motion))
    apart = np.abs(seen - mirrored(body_tree, forces)).max(axis=0)
    assert (apart <= 0.01 * np.abs(forces).max()).all()


@settings(max_examples=5, deadline=None)
@given(seeds, st.floats(0.3, 3.0))
def test_a_heavier_body_of_the_same_build_needs_forces_as_much_larger(body_tree: Tree, seed: int, factor: float) -> None:
    motion = random_motion(body_tree, seed)
    links = tuple(replace(link, mass=factor * link.mass, inertia=factor * link.inertia) for link in body_tree.links)
    heavier = inverse_dynamics(replace(body_tree, links=links), *motion)
    assert heavier == pytest.approx(factor * inverse_dynamics(body_tree, *motion), rel=1e-9, abs=1e-9)


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_a_body_in_free_fall_needs_no_force_at_any_joint(body_tree: Tree, seed: int) -> None:
    poses, _, _ = random_motion(body_tree, seed)
    still, falling = np.zeros_like(poses), np.zeros_like(poses)
    for name, downwards in zip(_MOVES_PELVIS, body_tree.gravity, strict=True):
        falling[:, body_tree.at[name]] = downwards
    assert inverse_dynamics(body_tree, poses, still, falling) == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=5, deadline=None)
@given(seeds)
def test_a_body_held_still_needs_its_weight_at_its_centre_of_mass(body_tree: Tree, seed: int) -> None:
    poses, _, _ = random_motion(body_tree, seed)
    still = np.zeros_like(poses)
    dynamics = move(body_tree, poses, still, still)
    weight = body_tree.mass * 9.80665
    centre = sum(link.mass * dynamics.laid.place(link.name, link.centre) for link in body_tree.links) / body_tree.mass
    assert dynamics.whole.force == pytest.approx(np.array([[0.0], [weight], [0.0]]) * np.ones(poses.shape[0]), abs=1e-9)
    assert dynamics.whole.about(centre.T) == pytest.approx(0.0, abs=1e-9)


@settings(max_examples=5, deadline=None)
@given(seeds, st.floats(0.0, 1.0))
def test_where_the_ground_gives_all_that_the_body_needs_nothing_is_left_for_the_pelvis(
    body_tree: Tree, seed: int, share: float
) -> None:
    """However the feet share it: what is left over at the pelvis is what motion, masses and ground leave unexplained."""
    motion = random_motion(body_tree, seed)
    whole = move(body_tree, *motion).whole
    given_to = {
        "calcn_r": Wrench(share * whole.force, share * whole.moment),
        "calcn_l": Wrench((1.0 - share) * whole.force, (1.0 - share) * whole.moment),
    }
    forces = inverse_dynamics(body_tree, *motion, given_to)
    pelvis = [body_tree.at[name] for name in body_tree.coordinates if name.startswith("pelvis")]
    assert forces[:, pelvis] == pytest.approx(0.0, abs=1e-8)
    arms = [body_tree.at[f"{name}_{side}"] for name in ("arm_flex", "elbow_flex", "pro_sup") for side in "rl"]
    assert forces[:, arms] == pytest.approx(inverse_dynamics(body_tree, *motion)[:, arms])


def test_what_all_forces_do_a_second_is_what_the_energy_gains_a_second(body_tree: Tree) -> None:
    poses, rates, accelerations = (values[:1] for values in random_motion(body_tree, 4))
    points = PointMasses.of(body_tree)
    moment = Moment(poses, rates, accelerations)
    power = (inverse_dynamics(body_tree, poses, rates, accelerations) * rates).sum()
    assert power == pytest.approx(FIRST @ points.energy(moment) / STEP_S, rel=1e-5)


def test_a_kneecap_that_follows_the_knee_weighs_on_it_as_if_it_were_built_in(body_tree: Tree) -> None:
    """The follower's value is its leader's in this model, so that its joint may as well be driven by the knee itself."""
    lead = {follower.coordinate: follower.leader for follower in body_tree.followers}
    assert len(lead) == 2
    links = []
    for link in body_tree.links:
        slides, turns = (
            tuple(
                replace(part, coordinate=None if part.coordinate is None else lead.get(part.coordinate, part.coordinate))
                for part in parts
            )
            for parts in (link.slides, link.turns)
        )
        links.append(replace(link, slides=slides, turns=turns))
    built_in = replace(body_tree, links=tuple(links), followers=())
    motion = random_motion(body_tree, 5)
    led = led_forces(body_tree, motion[0], inverse_dynamics(body_tree, *motion))
    assert led == pytest.approx(inverse_dynamics(built_in, *motion), abs=1e-10)
