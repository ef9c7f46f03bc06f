"""Kneecaps in exercises obey mechanics: whole-body dynamics ask the leg for the same, and weight or bend never asks for less."""

from functools import cache

import numpy as np
import pytest

from kinechain.app.loads import strong_body
from kinechain.body.strength import knee_extension
from kinechain.core.types import SIDES, Person
from kinechain.evidence import constant
from kinechain.loads.exercise_loads import KINDS, STANCES, Asked, Borne, asked_of_leg, kneecap_borne
from kinechain.loads.joint_moments import SAGITTAL
from kinechain.loads.leg_chain import StrongBody
from kinechain.loads.posture import SagittalPosture, take_posture
from kinechain.loads.sagittal_chain import LONGER, Shape, shape_of
from kinechain.loads.squatter import RANGES, Change, People, Range, Squatter
from kinechain.loads.static_optimization import Leg, solve_leg
from kinechain.maths.multibody import Wrench, inverse_dynamics, lay_out, led_forces

NOBODY, SOME = People(0, 1), People(0, 30)
TO_90 = np.deg2rad(np.arange(0.0, 91.0, 10.0))
USUAL = {"knee_to_wall_deg": 38.0, "hip_flexion_range": 130.0, "knee_flexion_range": 140.0}
#: Kinds in which a leg carries weight, so that bending deeper asks for more.
CARRYING = tuple(kind for kind in KINDS if kind not in ("isometric", "machine", "band", "raised"))


@cache
def body() -> StrongBody:
    return strong_body(Person(1.75, 70.0))


@cache
def shape() -> Shape:
    return shape_of(body().model)


def squatter() -> Squatter:
    """Return a person with usual ranges who stands with feet straight ahead, a hip's width apart."""
    ranges = {name: dict.fromkeys(SIDES, Range(float(np.deg2rad(USUAL[name])), 0.05, "assumed")) for name in RANGES}
    return Squatter(body(), dict.fromkeys(LONGER, 0.04), ranges, toe_out_rad=0.0, stance_m=2.0 * 0.0773)


@cache
def borne(kind: str, bends: tuple[float, ...] = tuple(TO_90)) -> tuple[Borne, ...]:
    return kneecap_borne(kind, np.array(bends), squatter(), SOME)


def forces(kind: str) -> np.ndarray:
    return np.array([one.force.value for one in borne(kind)])


def asked(kind: str, bends: np.ndarray = TO_90) -> Asked:
    return asked_of_leg(kind, bends, squatter(), NOBODY)


# --- what is asked of the leg ---


def by_whole_body(bends: np.ndarray, shank: np.ndarray, share: float, wall: bool) -> dict[str, np.ndarray]:
    """Return the moments (Nm) of the right leg by inverse dynamics of the whole model in space, its trunk upright."""
    model, weight = body().model, body().weight_n
    tree, none = model.tree, np.zeros_like(bends)
    arms = none + np.deg2rad(50.0), none + np.deg2rad(110.0)
    place = constant("exercise_load.place").value
    posture = SagittalPosture(0.1 * np.arange(bends.size), bends, shank, none + shape().upright, none, *arms)
    table = tree.with_followers(take_posture(model, posture, constant("loads.pelvis_share").value).values)
    laid = lay_out(tree, table)
    ankle, hip, shoulder = (laid.place(name, np.zeros(3)) for name in ("talus_r", "femur_r", "humerus_r"))
    sole = heel_and_toe(ankle)
    point = sole[0] + place * (sole[1] - sole[0])
    masses = np.array([link.mass for link in tree.links])
    centre = np.einsum("l,lti->ti", masses, np.stack([laid.place(link.name, link.centre) for link in tree.links])) / tree.mass
    force = np.zeros((3, bends.size))
    force[1] = share * weight
    if wall:
        height = hip[:, 1] + constant("exercise_load.wall_height").value * (shoulder - hip)[:, 1] - point[:, 1]
        force[0] = -share * weight * (point - centre)[:, 0] / height
    still = np.zeros_like(table)
    under = {"calcn_r": Wrench.at_point(force, point.T)}
    made = led_forces(tree, table, inverse_dynamics(tree, table, still, still, under))
    return {name: -made[:, tree.at[f"{name}_r"]] for name in SAGITTAL}


def heel_and_toe(ankle: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return where the sole's ends lie under an ankle, both flat on the ground."""
    ends = []
    for end in (shape().heel, shape().toe):
        place = ankle.copy()
        place[:, :2] += (end.real, end.imag)
        ends.append(place)
    return ends[0], ends[1]


@pytest.mark.parametrize("stance", STANCES)
def test_the_load_engines_own_body_and_dynamics_ask_a_standing_leg_for_the_same(stance: str) -> None:
    bends = np.deg2rad([20.0, 50.0, 80.0])
    share, lean = (constant(f"exercise_load.{stance}_{what}").value for what in ("share", "shank"))
    shank = np.minimum(lean * bends, np.deg2rad(USUAL["knee_to_wall_deg"]))
    expected = by_whole_body(bends, shank, share, wall=False)
    for name, moment in zip(SAGITTAL, asked(stance, bends).moments, strict=True):
        np.testing.assert_allclose(moment[0], expected[name], atol=1.5, err_msg=name)


def test_the_load_engines_own_body_and_dynamics_ask_a_leg_at_the_wall_for_the_same() -> None:
    bends = np.deg2rad([20.0, 50.0, 80.0])
    expected = by_whole_body(bends, np.zeros(3), 0.5, wall=True)
    for name, moment in zip(SAGITTAL, asked("wall", bends).moments, strict=True):
        np.testing.assert_allclose(moment[0], expected[name], atol=2.5, err_msg=name)


def test_without_a_wall_an_upright_shin_asks_the_knee_for_nothing_that_extends_it() -> None:
    upright = by_whole_body(np.deg2rad([45.0]), np.zeros(1), 0.5, wall=False)["knee_angle"]
    assert upright[0] < 0.0 < asked("wall", np.deg2rad([45.0])).knee[0, 0]


def test_a_leg_held_off_the_ground_bears_its_own_weight_by_hand() -> None:
    tree, gravity = body().model.tree, constant("body.gravity").value
    laid = lay_out(tree, tree.with_followers(np.array([[body().model.rest[name] for name in tree.coordinates]])))
    hip, knee = (laid.place(name, np.zeros(3))[0, 1] for name in ("femur_r", "tibia_r"))

    def hanging(parts: tuple[str, ...], joint: float) -> float:
        links = [tree.links[tree.link_at[f"{part}_r"]] for part in parts]
        return float(sum(gravity * link.mass * (joint - laid.place(link.name, link.centre)[0, 1]) for link in links))

    shin = ("tibia", "talus", "calcn", "toes")
    one = asked("raised", np.zeros(1))
    assert one.knee[0, 0] == pytest.approx(hanging(shin, knee), rel=0.05)
    assert -one.moments[0][0, 0] == pytest.approx(hanging(("femur", "patella", *shin), hip), rel=0.05)


def test_a_press_turns_no_hip_and_asks_most_of_the_knee_that_lies_furthest_off_its_line() -> None:
    one = asked("press")
    assert np.all(one.moments[0] == 0.0)
    assert np.all(np.diff(one.knee[0]) > 0.0)
    thigh_or_shank, push = 0.42, 0.5 * constant("exercise_load.press_share").value * body().weight_n
    assert one.knee[0, 6] == pytest.approx(push * thigh_or_shank * np.sin(np.pi / 6), rel=0.25)  # from ankle, not from the sole


def test_a_seated_leg_is_asked_for_its_share_of_what_it_could() -> None:
    by_angle = body().strength.by_angle["right"]
    most = knee_extension(body().model, "right", TO_90, constant("strength.test_hip_flexion").si, by_angle)
    share = constant("exercise_load.open_chain_share").value
    np.testing.assert_allclose(asked("isometric").knee[0], share * most)
    np.testing.assert_allclose(asked("machine").knee[0], share * most.min())
    assert asked("machine").seated
    half_way = TO_90[5:]
    assert asked("machine", half_way).knee[0, 0] == pytest.approx(share * most[5:].min())


# --- what the kneecap bears ---


@pytest.mark.parametrize("kind", CARRYING)
def test_deeper_never_bears_less_down_to_90_degrees(kind: str) -> None:
    assert np.all(np.diff(forces(kind)) >= -1e-3)
    assert np.all(np.diff([one.place for one in borne(kind)]) >= 0)


@pytest.mark.parametrize("kind", KINDS)
def test_every_number_lies_in_its_interval(kind: str) -> None:
    for one in borne(kind):
        assert 0.0 <= one.force.low <= one.force.value <= one.force.high


def test_heavier_never_bears_less() -> None:
    """By five kilograms and more: from one or two a posture of least effort may lean away."""
    bends = np.deg2rad([30.0, 60.0, 90.0])
    loaded = [
        [one.force.value for one in kneecap_borne("two_legs", bends, squatter().changed((Change("load_kg", load),)), NOBODY)]
        for load in (0.0, 5.0, 15.0, 40.0)
    ]
    assert np.all(np.diff(loaded, axis=0) > 0.0)


def test_weights_and_fewer_legs_bear_more() -> None:
    bent = slice(2, None)  # from 20 degrees on
    for more, less in (
        ("goblet", "two_legs"),
        ("barbell", "goblet"),
        ("one_leg", "two_legs"),
        ("one_leg", "step"),
        ("one_leg", "split"),
        ("short_lunge", "back_lunge"),
        ("forward_lunge", "back_lunge"),
        ("machine", "band"),
    ):
        assert np.all(forces(more)[bent] > forces(less)[bent]), (more, less)


def test_both_legs_are_alike() -> None:
    model, bends = body().model, TO_90[1:]
    knee = {}
    for side in SIDES:
        leg = Leg.of(model, side, SAGITTAL)
        angles = {name: np.zeros_like(bends) for name in leg.coordinates} | {f"knee_angle_{side[0]}": bends}
        still = {name: np.zeros_like(bends) for name in leg.coordinates}
        muscles = solve_leg(leg, angles, still, np.stack([0.0 * bends, -60.0 + 0.0 * bends, 0.0 * bends]))
        table = np.tile([model.rest[name] for name in model.tree.coordinates], (bends.size, 1))
        table[:, model.tree.at[f"knee_angle_{side[0]}"]] = bends
        tensions = dict(zip(leg.names, muscles.force, strict=True))
        force, _ = body().pulls.forces(model.tree.with_followers(table), model.tree.coordinates, side, tensions)
        knee[side] = np.linalg.norm(force, axis=0)
    np.testing.assert_allclose(knee["left"], knee["right"], rtol=0.01)


def test_numbers_end_at_90_degrees_and_classes_at_110() -> None:
    beyond = borne("two_legs", tuple(np.deg2rad([90.0, 95.0, 110.0, 115.0])))
    assert np.isfinite(beyond[0].force.value)
    assert [np.isfinite(one.force.value) for one in beyond[1:]] == [False] * 3
    assert beyond[1].place == beyond[2].place == 2
    assert beyond[3].place == -1
