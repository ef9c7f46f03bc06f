"""Laws of the muscles of a squat, whatever their numbers: mirrors, the camera's place, weakness, free fall, depth and load.

Some hold for the model only, and are told so: they say nothing about people.
"""

from dataclasses import replace
from functools import cache
from typing import NamedTuple

import numpy as np
import pytest
from scipy.spatial.transform import Rotation
from test_dynamics_laws import mirrored, symmetric

from bodies import held, squat, strong, with_curve
from kinechain.body.burden import carrying
from kinechain.core.types import SIDES, Coordinates, GroundReaction
from kinechain.loads.joint_moments import Borne, as_loads, compute_borne
from kinechain.loads.motion import Moving, differentiate
from kinechain.loads.muscle_loads import Frames, add_muscles
from kinechain.loads.posture import take_posture
from kinechain.loads.static_optimization import RESERVE_NM, Leg, Muscles, solve_leg
from kinechain.loads.uncertainty import Unknowns
from kinechain.maths.multibody import Tree

LEAST = 0.01
VASTI = ("vasmed", "vaslat", "vasint")
#: Of each joint, some that cross it alone and some that cross two.
SEVERAL = ("vasmed", "vaslat", "recfem", "semimem", "bflh", "glmax2", "glmed1", "psoas", "addmagIsch", "soleus", "gasmed", "tibant")


class Solved(NamedTuple):
    """One leg in a motion: what its muscles do, and what that costs."""

    leg: Leg
    muscles: Muscles
    effort: np.ndarray
    flexion_deg: np.ndarray

    def activation(self, name: str) -> np.ndarray:
        return np.asarray(self.muscles.activation[self.at(name)])

    def at(self, name: str) -> int:
        return self.leg.names.index(f"{name}_{self.leg.side[0]}")


def set_up(motion: Coordinates, tree: Tree | None = None) -> tuple[Moving, Borne]:
    moving = differentiate(tree or strong().model.tree, motion, dict(strong().model.rest))
    return moving, compute_borne(moving, np.ones(moving.time_s.size, dtype=bool))


def solved(moving: Moving, borne: Borne, leg: Leg | None = None, hidden: float = 1.0) -> Solved:
    """Solve a leg, the right one by default; `hidden` widens the allowance of moments that are hidden."""
    leg = leg or Leg.of(strong().model, "right")
    side = SIDES.index(leg.side)
    flexion = moving.coordinates[:, moving.tree.at[f"knee_angle_{leg.side[0]}"]]
    spread = hidden * np.maximum(np.nan_to_num(borne.moment_sd[:, side]), RESERVE_NM)
    allowance = np.where(borne.hidden[:, side], spread, RESERVE_NM).T
    angles, rates = (
        {name: values[:, moving.tree.at[name]] for name in leg.coordinates} for values in (moving.coordinates, moving.rates)
    )
    doubts = Unknowns.none().doubts(leg, strong().strength, flexion[None])
    muscles = solve_leg(leg, angles, rates, borne.moment[:, side].T, doubts, allowance=allowance)
    effort = (muscles.activation**2).sum(axis=0) + ((muscles.reserve / allowance) ** 2).sum(axis=0)
    return Solved(leg, muscles, effort, np.rad2deg(flexion))


@cache
def plain(deepest_deg: float = 95.0, load_kg: float = 0.0) -> tuple[Moving, Borne]:
    tree = carrying(strong().model.tree, load_kg, "shoulders")
    return set_up(squat(strong().model, deepest_deg=deepest_deg), tree)


@cache
def plainly(deepest_deg: float = 95.0, load_kg: float = 0.0) -> Solved:
    return solved(*plain(deepest_deg, load_kg))


def kneecap_force(deepest_deg: float, load_kg: float) -> np.ndarray:
    """What the right kneecap bears (N), without draws worth speaking of."""
    moving, borne = plain(deepest_deg, load_kg)
    frames = np.arange(moving.time_s.size)
    thin = frames[::50]
    loads = as_loads(borne, moving.time_s, {"mass_kg": 72.0, "load_kg": load_kg, "body_model": "test", "ground": "estimated"})
    two = Unknowns.drawn(np.random.default_rng(0), 2)
    rows = Frames(frames, np.tile(thin, (2, 1)), thin)
    return add_muscles(loads, strong(), moving, borne, rows, two, ("right",)).of_leg("patellofemoral_force", "right")


def weakened(leg: Leg, *names: str) -> Leg:
    strongest = leg.strongest_n.copy()
    strongest[[leg.names.index(f"{name}_{leg.side[0]}") for name in names]] *= 0.5
    return replace(leg, strongest_n=strongest)


def crooked() -> Coordinates:
    """A squat with its weight to one side, one hip out and the other one in, the trunk bent."""
    motion = squat(strong().model, deepest_deg=90.0)
    sway = np.sin(1.3 * motion.time_s) ** 2
    by = {
        "knee_angle_r": 0.08,
        "hip_adduction_l": 0.05,
        "hip_rotation_r": 0.05,
        "pelvis_list": 0.04,
        "pelvis_rotation": 0.03,
        "pelvis_tz": 0.02,
        "lumbar_bending": 0.03,
    }
    for name, most in by.items():
        motion = with_curve(motion, name, motion.curve(name) + most * sway)
    return motion


def test_in_a_mirror_left_muscles_do_what_right_ones_did() -> None:
    tree, motion = symmetric(strong().model.tree), crooked()
    assert tuple(motion.names) == tuple(tree.coordinates)
    seen = set_up(motion, tree)
    in_mirror = set_up(Coordinates(motion.time_s, motion.names, mirrored(tree, motion.values)), tree)
    legs = {side: Leg.of(strong().model, side) for side in SIDES}
    for side, other in (("left", "right"), ("right", "left")):
        one, twin = solved(*seen, legs[side]), solved(*in_mirror, legs[other])
        assert twin.muscles.activation == pytest.approx(one.muscles.activation, abs=1e-5)
    apart = solved(*seen, legs["left"]).muscles.activation - solved(*seen, legs["right"]).muscles.activation
    assert np.abs(apart).max() > 0.05, "or the mirror shows nothing"


@pytest.mark.parametrize("yaw_deg", [40.0, -90.0])
def test_where_the_person_faces_does_not_matter(yaw_deg: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Smoothing is left out: angles of a turned pelvis are other curves, which it would round off otherwise."""
    monkeypatch.setattr("kinechain.loads.motion.low_pass", lambda values, *_: values)
    motion, turn = crooked(), Rotation.from_euler("Y", yaw_deg, degrees=True)
    turns, place = (tuple(f"pelvis_{end}" for end in ends) for ends in (("tilt", "list", "rotation"), ("tx", "ty", "tz")))
    pelvis = Rotation.from_euler("ZXY", np.column_stack([motion.curve(name) for name in turns]))
    turned = motion
    for names, values in (
        (turns, (turn * pelvis).as_euler("ZXY")),
        (place, turn.apply(np.column_stack([motion.curve(name) for name in place]))),
    ):
        for name, curve in zip(names, values.T, strict=True):
            turned = with_curve(turned, name, curve)
    one, other = solved(*set_up(motion)), solved(*set_up(turned))
    assert other.muscles.activation == pytest.approx(one.muscles.activation, abs=1e-6)


@pytest.mark.parametrize("name", SEVERAL)
def test_a_weaker_muscle_gives_less_and_the_leg_works_harder(name: str) -> None:
    """Of a muscle at its least activation, which works against the others, half the force can be a relief: those frames are out."""
    sound = plainly()
    weak = solved(*plain(), weakened(sound.leg, name))
    at = sound.at(name)
    assert (weak.muscles.force[at] <= sound.muscles.force[at] + 1e-6).all()
    working = weak.activation(name) >= 2.0 * LEAST
    assert (weak.effort[working] >= sound.effort[working] * (1.0 - 1e-9)).all()


def test_what_a_weak_head_cannot_give_the_others_do() -> None:
    """Least squares spares the weak: half the strength of one head is less work for it and more for the other three.

    So the activation of a weaker muscle rises only where hardly any other does its work.
    """
    sound = plainly()
    weak = solved(*plain(), weakened(sound.leg, "vasmed"))
    deep = (sound.flexion_deg > 40.0) & (sound.activation("vaslat") < 0.8)
    assert deep.sum() > 20
    assert (weak.activation("vasmed") < sound.activation("vasmed"))[deep].all()
    for name in ("vaslat", "vasint"):
        assert (weak.activation(name) > sound.activation(name))[deep].all()


def test_who_works_alone_works_harder_when_weak() -> None:
    sound = plainly()
    alone = solved(*plain(), weakened(sound.leg, "soleus"))
    assert (alone.activation("soleus") > sound.activation("soleus")).all()
    together = solved(*plain(), weakened(sound.leg, *VASTI, "recfem"))
    for name in VASTI:
        free = sound.activation(name) < 0.99
        assert (together.activation(name) > sound.activation(name))[free].all()
    assert (together.effort > sound.effort).all()


def falling() -> tuple[Moving, Borne]:
    """A body bent at hips and knees that falls freely, touched by nothing."""
    model = strong().model
    pose = take_posture(model, held({"knee_flexion": 60.0, "shank_inclination": 20.0, "trunk_lean": 20.0}))
    still = differentiate(model.tree, pose, dict(model.rest))
    down = np.zeros_like(still.accelerations)
    down[:, model.tree.at["pelvis_ty"]] = model.tree.gravity[1]
    moving = replace(still, rates=np.zeros_like(still.rates), accelerations=down)
    nothing = np.zeros((still.time_s.size, 2, 3))
    plates = GroundReaction(still.time_s, nothing, nothing, nothing)
    return moving, compute_borne(moving, np.ones(still.time_s.size, dtype=bool), plates)


def test_in_free_fall_no_muscle_does_anything() -> None:
    moving, borne = falling()
    assert np.abs(borne.moment).max() < 1e-9
    leg = Leg.of(strong().model, "right")
    free = solved(moving, borne, replace(leg, least=0.0 * leg.least))
    assert np.abs(free.muscles.activation).max() < 1e-9


def test_in_free_fall_muscles_only_balance_each_others_least() -> None:
    """No muscle is ever quite still, extensors pull harder so than flexors, and a few of these make up for it."""
    moving, borne = falling()
    found = solved(moving, borne)
    assert np.median(found.muscles.activation) == LEAST
    assert [found.activation(name).max() for name in VASTI] == [LEAST] * 3
    assert found.muscles.activation.max() < 0.15
    assert np.abs(found.muscles.reserve).max() < 0.1


def test_vasti_work_more_the_deeper_the_squat() -> None:
    found = plainly(105.0)
    down = slice(0, int(found.flexion_deg.argmax()))
    at = [int(np.abs(found.flexion_deg[down] - degrees).argmin()) for degrees in (20.0, 50.0, 80.0, 100.0)]
    for name in VASTI:
        assert (np.diff(found.activation(name)[at]) > 0.03).all()
        assert found.activation(name)[at[-1]] > 0.3


def test_the_models_split_of_vasti_is_fixed_whatever_the_load() -> None:
    """By strength and moment arm alone: a law of the model, not of people, and no word on training one of them."""
    bare, loaded = (plainly(105.0, load_kg) for load_kg in (0.0, 15.0))
    free = np.ones(bare.flexion_deg.shape, dtype=bool)
    for found in (bare, loaded):
        for name in ("vasmed", "vaslat"):
            free &= (found.activation(name) > 1.01 * LEAST) & (found.activation(name) < 0.999)
    assert free.sum() > 60
    ratios = [(found.activation("vasmed") / found.activation("vaslat"))[free] for found in (bare, loaded)]
    assert ratios[1] == pytest.approx(ratios[0], rel=1e-6)
    assert (loaded.activation("vaslat") > 1.02 * bare.activation("vaslat"))[free & (bare.flexion_deg > 40.0)].all()


def test_twice_the_load_asks_for_more() -> None:
    demands = [plainly(80.0, load_kg).muscles.demand.max() for load_kg in (0.0, 15.0, 30.0)]
    assert (np.diff(demands) > 0.02).all()
    forces = [np.nanmax(kneecap_force(80.0, load_kg)) for load_kg in (0.0, 15.0, 30.0)]
    assert (np.diff(forces) > 50.0).all()


def test_the_less_is_known_of_hidden_moments_the_less_muscles_work_for_them() -> None:
    efforts = [(solved(*plain(), hidden=factor).muscles.activation ** 2).sum(axis=0) for factor in (1.0, 2.0, 4.0)]
    assert (efforts[1] <= efforts[0] * (1.0 + 1e-9)).all()
    assert (efforts[2] <= efforts[1] * (1.0 + 1e-9)).all()
