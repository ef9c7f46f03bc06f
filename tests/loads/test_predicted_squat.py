"""Predicted squats obey mechanics: freer ankles never cost depth, weight stays over the foot, and moments balance by hand."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinechain.app.loads import strong_body
from kinechain.body.burden import carrying
from kinechain.core.errors import UsageError
from kinechain.core.types import SIDES, Person
from kinechain.evidence import constant
from kinechain.loads.leg_chain import StrongBody
from kinechain.loads.posture import SagittalPosture, take_posture
from kinechain.loads.predicted_squat import Postures, Squatting
from kinechain.loads.sagittal_chain import ARMS, LONGER
from kinechain.loads.squat_loads import squat_loads
from kinechain.loads.squatter import RANGES, Change, People, Range, Squatter, squatting
from kinechain.loads.uncertainty import Chance
from kinechain.loads.what_if import compare
from kinechain.maths.multibody import Wrench, inverse_dynamics, lay_out, led_forces

_USUAL = {"knee_to_wall_deg": 30.0, "hip_flexion_range": 115.0, "knee_flexion_range": 140.0}
_DEPTHS = np.deg2rad(np.arange(10.0, 141.0, 10.0))
_NOBODY = People(0, 1)
_SOME = People(0, 12)


@cache
def body() -> StrongBody:
    return strong_body(Person(1.75, 70.0))


def squatter(**changed: float | str | None) -> Squatter:
    """Return a person in whom nothing but these is unlike the usual; ranges by their measure (degrees)."""
    degrees = {**_USUAL, **{name: value for name, value in changed.items() if name in RANGES}}
    ranges = {name: dict.fromkeys(SIDES, Range(float(np.deg2rad(value)), 0.05, "assumed")) for name, value in degrees.items()}
    settings_ = {name: value for name, value in changed.items() if name not in RANGES}
    straight = {"arms": "crossed", "toe_out_rad": 0.0, "stance_m": 2.0 * 0.0773 * 1.03}
    return Squatter(body(), dict.fromkeys(LONGER, 0.04), ranges, **{**straight, **settings_})


def deepest(people: People = _SOME, **changed: float | str | None) -> np.ndarray:
    return np.rad2deg(squatting(squatter(**changed), people).deepest())


def held(squats: Squatting, depths: np.ndarray = _DEPTHS) -> Postures:
    draws = squats.limits.ankle.shape[0]
    return squats.postures(np.tile(depths, (draws, 1)))


# --- how deep ---


@cache
def anybody(arms: str) -> Squatting:
    return squatting(squatter(arms=arms), People(1, 80))


def spread(seed: int, low: float, high: float) -> np.ndarray:
    """Return another angle (rad) for each body."""
    return np.deg2rad(np.random.default_rng(seed).uniform(low, high, (81, 1)))


@settings(max_examples=5, deadline=None)
@given(seed=st.integers(0, 10_000), more=st.floats(0.0, 20.0), arms=st.sampled_from(ARMS))
def test_more_dorsiflexion_never_costs_depth_in_anybody_nor_does_a_freer_hip_or_knee(seed: int, more: float, arms: str) -> None:
    squats = anybody(arms)
    ranges = {"ankle": spread(seed, 3.0, 45.0), "hip": spread(seed + 1, 60.0, 130.0), "knee": spread(seed + 2, 60.0, 140.0)}
    limits = replace(squats.limits, **ranges)
    before = replace(squats, limits=limits).deepest()
    for link, now in ranges.items():
        freer = replace(squats, limits=replace(limits, **{link: now + np.deg2rad(more)})).deepest()
        assert (freer >= before - 1e-9).all(), link


def test_a_heel_that_is_put_up_acts_as_so_many_degrees_of_dorsiflexion() -> None:
    """A sole pitched by an angle lets the shank lean further by it; the shorter foot and the ankle's shift are small beside."""
    lifted = squatter(knee_to_wall_deg=15.0, heel_m=0.03)
    pitch = float(np.rad2deg(squatting(lifted, _NOBODY).body.feet.pitch[0, 0]))
    assert 7.0 < pitch < 11.0
    by_heel = deepest(_NOBODY, knee_to_wall_deg=15.0, heel_m=0.03)[0]
    by_ankle, before = (deepest(_NOBODY, knee_to_wall_deg=at)[0] for at in (15.0 + pitch, 15.0))
    assert by_heel > before + 15.0
    assert by_heel == pytest.approx(by_ankle, abs=0.25 * (by_ankle - before))


def test_a_wedge_under_the_toes_is_a_heel_put_down() -> None:
    flat, wedge = (deepest(_NOBODY, knee_to_wall_deg=20.0, heel_m=heel)[0] for heel in (0.0, -0.03))
    assert wedge < flat - 15.0


def test_a_mass_held_in_front_counterbalances() -> None:
    bare, front = (deepest(_NOBODY, knee_to_wall_deg=18.0, load_kg=load, load_at="front")[0] for load in (0.0, 15.0))
    assert front > bare + 5.0
    lean = {
        at: held(squatting(squatter(knee_to_wall_deg=25.0, load_kg=load, load_at=at), _NOBODY), np.deg2rad([80.0])).lean[0, 0]
        for at, load in (("hands", 0.0), ("front", 15.0), ("shoulders", 15.0))
    }
    assert lean["front"] < lean["hands"] - np.deg2rad(3.0)
    assert lean["front"] < lean["shoulders"] - np.deg2rad(3.0)


def test_arms_stretched_forward_counterbalance_too() -> None:
    assert deepest(_NOBODY, knee_to_wall_deg=18.0, arms="forward")[0] > deepest(_NOBODY, knee_to_wall_deg=18.0)[0] + 5.0


# --- the way down ---


@pytest.mark.parametrize("ankle", [15.0, 25.0, 38.0])
def test_every_posture_keeps_the_weight_over_the_foot_and_every_joint_in_its_range(ankle: float) -> None:
    squats = squatting(squatter(knee_to_wall_deg=ankle), _SOME)
    way, limits = held(squats), squats.limits
    known = np.isfinite(way.knee)
    assert known[:, :4].all()
    for value, most in ((way.dorsiflexion, limits.ankle), (way.hip_flexion, limits.hip), (way.lean, limits.lean)):
        assert (value <= most + 1e-6)[known].all()
    assert (way.pressure >= limits.rear - 1e-3)[known].all()
    assert (way.pressure <= limits.front + 1e-3)[known].all()
    deep = squats.deepest()[:, None]
    assert (way.knee <= deep + 1e-3)[known & (np.cumprod(known, axis=1) == 1)].all()


def test_a_stiff_ankle_leans_the_trunk_and_spares_the_knee_at_the_same_bend() -> None:
    stiff, free = (held(squatting(squatter(knee_to_wall_deg=at), _NOBODY), np.deg2rad([80.0])) for at in (20.0, 38.0))
    assert stiff.lean[0, 0] > free.lean[0, 0] + np.deg2rad(10.0)
    assert stiff.moments.knee[0, 0] < free.moments.knee[0, 0]
    assert stiff.moments.hip[0, 0] > free.moments.hip[0, 0]


def test_no_other_posture_that_can_be_held_costs_less() -> None:
    """The search finds what a fine grid over every lean of shank and trunk finds."""
    squats = squatting(squatter(knee_to_wall_deg=28.0), _NOBODY)
    at = np.full((2, 1), np.deg2rad(75.0))
    found = squats.postures(at)
    cost = squats._cost(at, squats.body.legs(at, found.shank), found.lean)
    shanks, leans = (
        grid.ravel() for grid in np.meshgrid(np.deg2rad(np.arange(0.0, 28.01, 0.5)), np.deg2rad(np.arange(-10.0, 60.0, 0.5)))
    )
    one = squatting(squatter(knee_to_wall_deg=28.0), People(0, 1))
    first = Squatting(replace(one.body), one.limits, one.effort)
    best = np.inf
    for shank, lean in zip(shanks.reshape(-1, 57), leans.reshape(-1, 57), strict=True):
        knees = np.full((2, shank.size), np.deg2rad(75.0))
        both = [np.tile(value, (2, 1)) for value in (shank, lean)]
        legs = first.body.legs(knees, both[0])
        over = first._over(knees, legs, both[1])
        rear, front = first._base()
        room = first._leans(knees, legs)[1]
        fits = (over.centre >= rear) & (over.centre <= front) & (both[1] <= room)
        costs = np.where(fits, first._cost(knees, legs, both[1]), np.inf)
        best = min(best, float(costs[0].min()))
    assert cost[0, 0] <= best * 1.02


def test_weight_asked_for_further_forward_works_the_ankle_and_spares_the_knee_and_out_of_reach_there_is_no_posture() -> None:
    squats, bend = squatting(squatter(knee_to_wall_deg=38.0), _NOBODY), np.full((2, 1), np.deg2rad(80.0))
    rear, front = (squats.postures(bend, np.full((2, 1), share)) for share in (0.44, 0.54))
    assert front.pressure[0, 0] == pytest.approx(0.54, abs=0.01)
    assert front.moments.ankle[0, 0] > rear.moments.ankle[0, 0]
    assert front.moments.knee[0, 0] < rear.moments.knee[0, 0]
    stiff = squatting(squatter(knee_to_wall_deg=5.0), _NOBODY)
    assert np.isnan(stiff.postures(bend, np.full((2, 1), 0.54)).knee[0, 0])


# --- statics, by hand and by the load engine's own dynamics ---


def test_two_weights_on_a_lever_by_hand() -> None:
    """Hip, knee and ankle moments of a posture, from where the model's parts lie: weights times levers about each joint."""
    squats = squatting(squatter(knee_to_wall_deg=35.0), _NOBODY)
    one = held(squats, np.deg2rad([90.0]))
    masses = {part: kg[0, 0] for part, kg in squats.body.weights.mass.items()}
    gravity, legs = constant("body.gravity").value, one.legs
    centre = squats.body.centre(legs, one.upper)[0, 0]
    above = masses["pelvis"] + masses["torso"] + masses["arm"]
    hip_x, knee_x = legs.hip[0, 0].real, legs.knee[0, 0].real
    of_parts = {part: moment[0, 0] for part, moment in legs.moments.items()}
    upper_x = (centre * sum(masses.values()) - sum(of_parts.values())) / above
    assert one.moments.hip[0, 0] == pytest.approx(0.5 * gravity * above * (upper_x - hip_x))
    thigh = of_parts["thigh"] - masses["thigh"] * knee_x
    assert one.moments.knee[0, 0] == pytest.approx(-0.5 * gravity * (above * (upper_x - knee_x) + thigh))
    assert one.moments.ankle[0, 0] == pytest.approx(0.5 * gravity * (sum(masses.values()) * centre - of_parts["foot"]))


@pytest.mark.parametrize(("load_kg", "load_at"), [(0.0, "shoulders"), (20.0, "front"), (40.0, "shoulders")])
def test_the_load_engines_own_body_and_dynamics_say_the_same(load_kg: float, load_at: str) -> None:
    """The whole model in space, laid out and put through inverse dynamics: the same centre of mass and the same moments."""
    depths = np.deg2rad([20.0, 50.0, 80.0, 100.0])
    squats = squatting(squatter(knee_to_wall_deg=36.0, load_kg=load_kg, load_at=load_at, hip_flexion_range=140.0), _NOBODY)
    way = held(squats, depths)
    model = body().model
    tree = carrying(model.tree, load_kg, load_at)
    arms = np.full(depths.size, np.deg2rad(50.0)), np.full(depths.size, np.deg2rad(110.0))
    posture = SagittalPosture(0.1 * np.arange(depths.size), depths, way.shank[0], way.lean[0], np.zeros_like(depths), *arms)
    table = tree.with_followers(take_posture(model, posture, constant("loads.pelvis_share").value).values)
    laid = lay_out(tree, table)
    masses = np.array([link.mass for link in tree.links])
    centre = np.einsum("l,lti->ti", masses, np.stack([laid.place(link.name, link.centre) for link in tree.links])) / tree.mass
    ankle = laid.place("talus_r", np.zeros(3))[:, 0]
    np.testing.assert_allclose(centre[:, 0] - ankle, squats.body.centre(way.legs, way.upper)[0], atol=1e-4)
    weight = tree.mass * constant("body.gravity").value
    under = {}
    for side in ("r", "l"):
        point = laid.place(f"calcn_{side}", np.zeros(3))
        point[:, 0] = centre[:, 0]
        force = np.tile([[0.0], [0.5 * weight], [0.0]], depths.size)
        under[f"calcn_{side}"] = Wrench.at_point(force, point.T)
    still = np.zeros_like(table)
    forces = led_forces(tree, table, inverse_dynamics(tree, table, still, still, under))
    for name, moment in (
        ("hip_flexion_r", way.moments.hip),
        ("knee_angle_r", way.moments.knee),
        ("ankle_angle_r", way.moments.ankle),
    ):
        np.testing.assert_allclose(-forces[:, tree.at[name]], moment[0], atol=1.5, err_msg=name)


# --- what muscles and kneecap bear ---


def test_the_kneecap_is_told_in_numbers_to_90_degrees_and_not_beyond() -> None:
    one = squatter(knee_to_wall_deg=38.0)
    way = held(squatting(one, _NOBODY), np.deg2rad([40.0, 60.0, 80.0, 90.0, 100.0]))
    loads = squat_loads(one, way, _NOBODY)
    assert np.isfinite(loads.kneecap[0, :4]).all()
    assert np.isnan(loads.kneecap[0, 4])
    assert (np.diff(loads.kneecap[0, :4]) > 0.0).all()
    assert np.isfinite(loads.unclassed[0, 4])
    assert 2.0 < loads.kneecap[0, 2] / body().weight_n < 7.0


# --- questions ---


def test_what_is_no_change_or_no_heel_is_refused_in_one_sentence() -> None:
    with pytest.raises(UsageError, match="something to change"):
        compare(squatter(), (), Chance(20))
    with pytest.raises(UsageError, match="heel"):
        squatter().changed((Change("heel_m", 0.5),))
    with pytest.raises(UsageError, match="a change of"):
        Change("nose", 1.0)
    with pytest.raises(UsageError, match="arms"):
        squatter(arms="akimbo")
