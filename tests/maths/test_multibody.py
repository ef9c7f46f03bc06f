"""Newton and Euler along a tree, against answers known by hand and against point masses of which only the paths are used."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.maths.curves import Curve
from kinechain.maths.multibody import (
    Follower,
    Freedom,
    Link,
    Place,
    Tree,
    Wrench,
    inverse_dynamics,
    lay_out,
    led_forces,
    move,
)
from trees import EARTH, FIRST, IDENTITY, STEP_S, Moment, PointMasses, made_tree, some_moment

seeds = st.integers(0, 10_000)
HERE = Place(np.eye(3), np.zeros(3))
Z = np.array([0.0, 0.0, 1.0])


def needed(tree: Tree, moment: Moment) -> np.ndarray:
    return inverse_dynamics(tree, moment.coordinates, moment.rates, moment.accelerations)[0]


def rod(name: str, parent: int, length: float, mass: float, at: float, coordinate: int) -> Link:
    """A thin rod that hangs down from a hinge, which lies `at` metres below its parent's."""
    inertia = mass * length**2 / 12.0 * np.diag([1.0, 0.0, 1.0])
    hinge, below = Place(np.eye(3), np.array([0.0, -at, 0.0])), np.array([0.0, -0.5 * length, 0.0])
    return Link(name, parent, hinge, (), (Freedom(Z, IDENTITY, coordinate),), HERE, mass, below, inertia)


@given(st.floats(-3.0, 3.0), st.floats(-5.0, 5.0), st.floats(-20.0, 20.0))
def test_a_rod_on_a_hinge_needs_its_inertia_times_acceleration_and_its_weight_times_lever(
    angle: float, rate: float, acceleration: float
) -> None:
    pendulum = Tree(("angle",), (rod("rod", -1, 1.2, 3.0, 0.0, 0),), (), EARTH)
    moment = inverse_dynamics(pendulum, *(np.array([[value]]) for value in (angle, rate, acceleration)))
    by_hand = 3.0 * 1.2**2 / 3.0 * acceleration + 3.0 * 9.80665 * 0.6 * np.sin(angle)
    assert moment == pytest.approx(by_hand, abs=1e-12)


@given(seeds)
def test_two_rods_need_what_the_textbook_of_the_two_link_arm_says(seed: int) -> None:
    first, second, mass, below = 0.45, 0.4, (9.0, 4.0), 9.80665
    arm = Tree(("hip", "knee"), (rod("thigh", -1, first, mass[0], 0.0, 0), rod("shank", 0, second, mass[1], first, 1)), (), EARTH)
    moment = some_moment(arm, seed)
    (a, b), (ad, bd), (add, bdd) = (values[0] for values in (moment.coordinates, moment.rates, moment.accelerations))
    inertia = (mass[0] * first**2 / 12.0, mass[1] * second**2 / 12.0)
    lever = mass[1] * first * 0.5 * second
    own = inertia[1] + mass[1] * (0.5 * second) ** 2
    hip = inertia[0] + mass[0] * (0.5 * first) ** 2 + own + mass[1] * first**2 + 2.0 * lever * np.cos(b)
    coupled = own + lever * np.cos(b)
    weight_two = mass[1] * below * 0.5 * second * np.sin(a + b)
    weight_one = (mass[0] * 0.5 + mass[1]) * below * first * np.sin(a)
    by_hand = (
        hip * add + coupled * bdd - lever * np.sin(b) * (2.0 * ad * bd + bd**2) + weight_one + weight_two,
        coupled * add + own * bdd + lever * np.sin(b) * ad**2 + weight_two,
    )
    assert needed(arm, moment) == pytest.approx(by_hand, abs=1e-11)


@settings(max_examples=20, deadline=None)
@given(seeds, seeds)
def test_forces_are_those_of_point_masses_whose_paths_are_all_that_is_used(seed: int, motion: int) -> None:
    tree = made_tree(seed)
    moment = some_moment(tree, motion)
    assert needed(tree, moment) == pytest.approx(PointMasses.of(tree).needed(moment), rel=1e-6, abs=1e-6)


@settings(max_examples=8, deadline=None)
@given(seeds, seeds)
def test_what_the_forces_do_a_second_is_what_the_energy_gains_a_second(seed: int, motion: int) -> None:
    tree = made_tree(seed)
    moment = some_moment(tree, motion)
    gained = FIRST @ PointMasses.of(tree).energy(moment) / STEP_S
    assert needed(tree, moment) @ moment.rates[0] == pytest.approx(gained, rel=1e-6, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(seeds, seeds)
def test_the_whole_needs_from_outside_what_its_momentum_changes_by(seed: int, motion: int) -> None:
    tree = made_tree(seed)
    moment = some_moment(tree, motion)
    points = PointMasses.of(tree)
    positions, accelerations = points.momentary(moment)
    push = points.mass[:, None] * (accelerations - tree.gravity)
    whole = move(tree, moment.coordinates, moment.rates, moment.accelerations).whole
    assert whole.force[:, 0] == pytest.approx(push.sum(axis=0), rel=1e-7, abs=1e-6)
    assert whole.moment[:, 0] == pytest.approx(np.cross(positions, push).sum(axis=0), rel=1e-7, abs=1e-6)


@settings(max_examples=20, deadline=None)
@given(seeds, seeds)
def test_what_holds_a_push_on_a_point_is_the_push_times_how_each_coordinate_moves_the_point(seed: int, motion: int) -> None:
    tree = made_tree(seed)
    coordinates = some_moment(tree, motion).coordinates
    points = PointMasses.of(tree)
    number = int(np.random.default_rng(motion).integers(points.mass.size))
    force = np.array([3.0, -20.0, 7.0])
    laid = lay_out(tree, coordinates)
    link = int(points.link[number])
    point = laid.place(tree.links[link].name, points.local[number]).T
    held = laid.forces({link: Wrench.at_point(force[:, None], point)})[0]
    assert held == pytest.approx(points.moved(coordinates)[0, :, number] @ force, abs=1e-7)


@settings(max_examples=20, deadline=None)
@given(seeds, seeds)
def test_a_wrench_from_outside_takes_away_just_what_it_takes_to_hold_it(seed: int, motion: int) -> None:
    tree = made_tree(seed)
    moment = some_moment(tree, motion)
    last = len(tree.links) - 1
    push = Wrench(np.array([[5.0], [-2.0], [1.0]]), np.array([[0.3], [0.1], [-2.0]]))
    pushed = inverse_dynamics(tree, moment.coordinates, moment.rates, moment.accelerations, {tree.links[last].name: push})[0]
    held = lay_out(tree, moment.coordinates).forces({last: push})[0]
    assert pushed == pytest.approx(needed(tree, moment) - held, abs=1e-10)


@settings(max_examples=20, deadline=None)
@given(seeds, seeds)
def test_no_force_is_needed_in_free_fall(seed: int, motion: int) -> None:
    tree = made_tree(seed, floating=True)
    coordinates = some_moment(tree, motion).coordinates
    base = tree.links[0].in_parent.axes
    falling = np.zeros_like(coordinates)
    falling[0, :3] = base.T @ tree.gravity
    assert inverse_dynamics(tree, coordinates, np.zeros_like(coordinates), falling) == pytest.approx(0.0, abs=1e-10)


@settings(max_examples=20, deadline=None)
@given(seeds, seeds, st.floats(0.1, 10.0))
def test_forces_grow_with_all_masses_and_a_film_run_backwards_needs_the_same(seed: int, motion: int, factor: float) -> None:
    tree = made_tree(seed)
    moment = some_moment(tree, motion)
    heavier = replace(
        tree, links=tuple(replace(link, mass=factor * link.mass, inertia=factor * link.inertia) for link in tree.links)
    )
    assert needed(heavier, moment) == pytest.approx(factor * needed(tree, moment), rel=1e-9, abs=1e-9)
    assert needed(tree, replace(moment, rates=-moment.rates)) == pytest.approx(needed(tree, moment), rel=1e-9, abs=1e-9)


@settings(max_examples=20, deadline=None)
@given(seeds, seeds)
def test_the_room_has_no_preferred_direction_or_place(seed: int, motion: int) -> None:
    """A tree set up elsewhere and turned, under gravity turned alike, needs the same forces."""
    tree = made_tree(seed)
    moment = some_moment(tree, motion)
    turn = np.linalg.qr(np.random.default_rng(motion).standard_normal((3, 3)))[0]
    turn = turn * np.sign(np.linalg.det(turn))
    moved = tuple(
        replace(link, in_parent=Place(turn @ link.in_parent.axes, turn @ link.in_parent.origin + 3.0)) if link.parent < 0 else link
        for link in tree.links
    )
    elsewhere = replace(tree, links=moved, gravity=turn @ tree.gravity)
    assert needed(elsewhere, moment) == pytest.approx(needed(tree, moment), rel=1e-9, abs=1e-9)


def test_many_frames_together_are_the_frames_one_by_one() -> None:
    tree = made_tree(3)
    random = np.random.default_rng(0)
    coordinates, rates, accelerations = random.standard_normal((3, 4500, len(tree.coordinates)))
    push = Wrench(random.standard_normal((3, 4500)), random.standard_normal((3, 4500)))
    name = tree.links[-1].name
    together = inverse_dynamics(tree, coordinates, rates, accelerations, {name: push})
    for frame in (0, 1023, 2047, 2048, 4096, 4499):
        one = slice(frame, frame + 1)
        alone = Wrench(push.force[:, one], push.moment[:, one])
        assert inverse_dynamics(tree, coordinates[one], rates[one], accelerations[one], {name: alone})[0] == pytest.approx(
            together[frame], rel=1e-10, abs=1e-10
        )
    assert inverse_dynamics(tree, coordinates[:0], rates[:0], accelerations[:0]).shape == (0, len(tree.coordinates))


@settings(max_examples=20, deadline=None)
@given(seeds)
def test_a_follower_hands_its_force_to_its_leader_by_virtual_work(seed: int) -> None:
    """A second rod that bends by a function of the first's angle weighs on it as if that function were built into the joint."""
    bend = Curve.polynomial([0.2, 0.7, -0.4])
    rods = (rod("thigh", -1, 0.45, 9.0, 0.0, 0), rod("shank", 0, 0.4, 4.0, 0.45, 1))
    apart = Tree(("leader", "follower"), rods, (Follower(1, 0, bend),), EARTH)
    built_in = Tree(("leader",), (rods[0], replace(rods[1], turns=(Freedom(Z, bend, 0),))), (), EARTH)
    moment = some_moment(built_in, seed)
    leader, rate, acceleration = (values[0] for values in (moment.coordinates, moment.rates, moment.accelerations))
    jet = bend.at(leader)
    coordinates = apart.with_followers(np.array([[leader[0], np.nan]]))
    assert coordinates[0, 1] == jet.value[0]
    rates = np.array([[rate[0], jet.slope[0] * rate[0]]])
    accelerations = np.array([[acceleration[0], jet.slope[0] * acceleration[0] + jet.bend[0] * rate[0] ** 2]])
    led = led_forces(apart, coordinates, inverse_dynamics(apart, coordinates, rates, accelerations))
    assert led[0] == pytest.approx([needed(built_in, moment)[0], 0.0], abs=1e-11)
    assert apart.free == ("leader",)


def test_links_out_of_order_are_refused() -> None:
    with pytest.raises(ValueError, match="Expected every link after the one it hangs on, got shank before"):
        Tree(("a", "b"), (rod("shank", 1, 0.4, 4.0, 0.4, 1), rod("thigh", -1, 0.4, 9.0, 0.0, 0)), (), EARTH)
