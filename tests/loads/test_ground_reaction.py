"""What the ground gives where no plate measured it: weight, balance, friction, feet that push and never pull."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bodies import PERSON, body, held, squat, with_curve
from kinechain.app.loads import body_loads
from kinechain.body.burden import carrying
from kinechain.core.types import Coordinates, GroundReaction, Loads
from kinechain.loads.ground_reaction import Standing, estimate_ground_reaction, survey
from kinechain.loads.joint_moments import SAGITTAL
from kinechain.loads.motion import differentiate
from kinechain.loads.posture import take_posture

G = 9.80665
WEIGHT = PERSON.mass_kg * G
SQUAT = {"knee_flexion": 80.0, "shank_inclination": 28.0, "trunk_lean": 38.0}


def ground_of(motion: Coordinates) -> Standing:
    return estimate_ground_reaction(differentiate(body().tree, motion, dict(body().rest)))


def loads_of(motion: Coordinates, **more: Any) -> Loads:
    return body_loads(body(), motion, PERSON, **more)


def one_leg(motion: Coordinates) -> Coordinates:
    """The same with the left knee bent until that foot is well off the ground, and the body over the right foot."""
    lifted = with_curve(with_curve(motion, "knee_angle_l", np.deg2rad(90.0)), "hip_flexion_l", np.deg2rad(30.0))
    return with_curve(with_curve(lifted, "hip_adduction_r", np.deg2rad(8.0)), "pelvis_list", np.deg2rad(-8.0))


def test_standing_still_each_foot_bears_half_the_weight_inside_the_sole() -> None:
    standing = ground_of(take_posture(body(), held({"knee_flexion": 5.0})))
    assert standing.stance.all()
    assert standing.ground.force[..., 1] == pytest.approx(0.5 * WEIGHT)
    along = ((standing.ground.centre_of_pressure - standing.soles.heel) * standing.soles.forward).sum(axis=-1)
    assert (along > 0.0).all()
    assert (along < standing.soles.length).all()


def test_slow_squats_average_to_body_weight() -> None:
    force = ground_of(squat(seconds=4.0)).ground.force[..., 1].sum(axis=1)
    assert force.mean() == pytest.approx(WEIGHT, rel=0.01)
    assert np.ptp(force) > 0.02 * WEIGHT


def test_leaning_forward_moves_the_pressure_forward_but_not_all_the_way() -> None:
    upright, leaning = (
        ground_of(take_posture(body(), held({**SQUAT, "trunk_lean": lean}))).ground.centre_of_pressure[30, 1, 0]
        for lean in (20.0, 50.0)
    )
    needed = [
        survey(differentiate(body().tree, take_posture(body(), held({**SQUAT, "trunk_lean": lean}))))[0] for lean in (20.0, 50.0)
    ]
    centre = [one.centre[30, 0] for one in needed]
    assert 0.1 * (centre[1] - centre[0]) < leaning - upright < 0.9 * (centre[1] - centre[0])  # belief holds against evidence


def test_what_it_leaves_at_the_pelvis_and_what_it_gives_are_what_the_motion_needs() -> None:
    motion = squat(lean_deg=60.0)
    loads = loads_of(motion)
    body_needs, _ = survey(differentiate(body().tree, motion))
    given = loads.dataset["ground_force"].values.sum(axis=1)
    assert np.allclose(given + loads.dataset["residual_force"].values, body_needs.force, atol=1e-6)


@settings(max_examples=15, deadline=None)
@given(knee=st.floats(10.0, 110.0), shank=st.floats(0.0, 35.0), lean=st.floats(0.0, 80.0), speed=st.floats(0.8, 4.0))
def test_feet_push_within_friction_and_pressure_stays_under_them(knee: float, shank: float, lean: float, speed: float) -> None:
    standing = ground_of(squat(deepest_deg=knee, shank_deg=shank, lean_deg=lean, seconds=speed))
    force = standing.ground.force
    assert (force[..., 1] >= 0.0).all()
    assert (np.hypot(force[..., 0], force[..., 2]) <= 0.6 * force[..., 1] + 1e-6).all()
    along = ((standing.ground.centre_of_pressure - standing.soles.heel) * standing.soles.forward).sum(axis=-1)
    # A foot that is not quite level is a little shorter from above than along itself.
    assert (along >= -1e-4).all()
    assert (along <= standing.soles.length + 1e-4).all()


def test_on_one_leg_that_foot_bears_all_and_every_moment_is_known() -> None:
    loads = loads_of(one_leg(take_posture(body(), held({"knee_flexion": 20.0, "shank_inclination": 8.0}))))
    force = loads.dataset["ground_force"]
    assert force.sel(side="left").values == pytest.approx(0.0)
    assert force.sel(side="right", space="y").values == pytest.approx(WEIGHT)
    assert np.isfinite(loads.dataset["moment"].values).all()
    assert loads.values("moment", "right", "hip_adduction")[30] < -20.0  # abductors hold the pelvis level


def test_on_two_feet_what_cannot_be_known_is_missing() -> None:
    moment = loads_of(squat()).dataset["moment"]
    for coordinate in Loads.LOADED:
        known = np.isfinite(moment.sel(coordinate=coordinate).values)
        assert known.all() if coordinate in SAGITTAL else not known.any()


def test_the_knee_moment_is_force_times_arm_as_on_paper() -> None:
    """Still: the ground's force times how far the knee is before it, and the weight of shank and foot by their own arms."""
    motion = take_posture(body(), held(SQUAT))
    loads, moving = loads_of(motion), differentiate(body().tree, motion)
    _, dynamics = next(moving.chunks())
    laid, tree = dynamics.laid, body().tree
    knee = laid.place("femur_r", tree.links[tree.link_at["tibia_r"]].in_parent.origin)[30]
    force = loads.dataset["ground_force"].sel(side="right").values[30]
    pressure = loads.dataset["centre_of_pressure"].sel(side="right").values[30]
    below = [tree.links[tree.link_at[f"{name}_r"]] for name in ("tibia", "talus", "calcn", "toes")]
    weight = sum(link.mass * G * (laid.place(link.name, link.centre)[30, 0] - knee[0]) for link in below)
    extension = force[1] * (knee[0] - pressure[0]) - force[0] * (knee[1] - pressure[1]) + weight
    # The model's knee slides and twists as it bends: its axis is not quite the paper's point.
    assert -loads.values("moment", "right", "knee_angle")[30] == pytest.approx(extension, rel=0.01)


def test_a_centimetre_of_pressure_forward_is_a_centimetre_of_force() -> None:
    loads = loads_of(take_posture(body(), held(SQUAT)))
    knee, ankle = (loads.values("moment_per_cop", "right", name)[30] for name in ("knee_angle", "ankle_angle"))
    assert knee == pytest.approx(0.5 * WEIGHT, rel=0.02)  # less extension
    # The ankle's axis is oblique by 12 degrees, and the foot has turned by 5.
    assert 0.95 * 0.5 * WEIGHT < -ankle < 0.5 * WEIGHT


def test_left_and_right_are_alike_in_a_movement_that_is() -> None:
    loads = loads_of(squat())
    for name in ("moment", "moment_sd", "angle"):
        sides = loads.dataset[name].transpose("side", ...).values
        assert np.allclose(sides[0], sides[1], atol=0.02 * np.nanmax(np.abs(sides)), equal_nan=True)


def test_a_body_twice_as_heavy_bears_twice_as_much() -> None:
    tree = body().tree
    heavy = replace(tree, links=tuple(replace(link, mass=2.0 * link.mass, inertia=2.0 * link.inertia) for link in tree.links))
    light = loads_of(squat())
    double = body_loads(replace(body(), tree=heavy), squat(), PERSON)
    assert np.allclose(double.dataset["moment"].values, 2.0 * light.dataset["moment"].values, rtol=1e-6, atol=1e-6, equal_nan=True)


def test_a_bar_of_twenty_kilograms_is_held_by_both_feet() -> None:
    bare, loaded = loads_of(squat()), loads_of(squat(), load_kg=20.0)
    more = (loaded.dataset["ground_force"] - bare.dataset["ground_force"]).sel(space="y").values
    assert more.mean() == pytest.approx(10.0 * G, rel=0.01)
    knee = [np.nanmin(loads.values("moment", "right", "knee_angle")) for loads in (bare, loaded)]
    assert 1.1 < knee[1] / knee[0] < 1.5


def test_frames_beyond_the_models_range_are_marked_and_carry_nothing() -> None:
    motion = squat()
    knee = motion.curve("knee_angle_r").copy()
    knee[60:80] = np.deg2rad(170.0)
    loads = loads_of(with_curve(motion, "knee_angle_r", knee))
    inside = loads.dataset["modelled"].values
    assert not inside[60:80].any()
    assert inside[:54].all()
    assert np.isnan(loads.dataset["moment"].values[~inside]).all()
    assert np.isfinite(loads.values("moment", "left", "knee_angle")[inside]).all()


def test_plates_that_say_what_was_estimated_give_the_same_moments_and_the_other_planes_too() -> None:
    motion = squat()
    estimated = loads_of(motion)
    standing = ground_of(motion)
    plates = GroundReaction(motion.time_s, standing.ground.force, standing.ground.centre_of_pressure, standing.ground.moment)
    measured = loads_of(motion, plates=plates)
    assert measured.dataset.attrs["ground"] == "plates"
    assert np.isfinite(measured.dataset["moment"].values).all()
    for coordinate in SAGITTAL:
        one, other = (loads.values("moment", "right", coordinate) for loads in (estimated, measured))
        assert np.allclose(one, other, atol=1e-6)
    spread = [loads.values("moment_sd", "right", "knee_angle").mean() for loads in (estimated, measured)]
    assert spread[1] < 0.4 * spread[0]


def test_several_motions_solved_together_are_what_each_is_alone() -> None:
    from kinechain.loads.motion import one_after_another

    tree = carrying(body().tree, 10.0)
    motions = [differentiate(tree, squat(deepest_deg=deep)) for deep in (60.0, 100.0)]
    together = estimate_ground_reaction(one_after_another(motions)).ground
    alone = [estimate_ground_reaction(one).ground for one in motions]
    assert np.allclose(together.centre_of_pressure, np.concatenate([one.centre_of_pressure for one in alone]), atol=1e-7)
    assert np.allclose(together.force, np.concatenate([one.force for one in alone]), atol=1e-4)
