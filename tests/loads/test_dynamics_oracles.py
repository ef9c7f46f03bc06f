"""The leg's inverse dynamics against two engines written by others: OpenSim (its answers stored), and MuJoCo on plain hinges.

OpenSim and kinechain agree to rounding but for one term. Where one coordinate drives several turns of a joint, as the knee's does,
Simbody (MobilizedBody::FunctionBased, `buildHdot`) carries the second turn's axis round by the spin of all three turns, where only
the first turn carries it; it is right where each turn has a coordinate of its own. So the shank gets the angular acceleration
slope2 * slope3 * rate^2 * (axis3 x axis2) too much: `simbodys_slip`. Differences of positions in time say who is right.
"""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from data.opensim import make_inverse_dynamics as made
from kinechain.app.bench_loads import differentiated, furthest, our_forces, read_stretch
from kinechain.core.types import Loads
from kinechain.maths.multibody import Frames, Tree, Wrench, cross, inverse_dynamics, lay_out, move
from mujoco_body import hinged, mjcf
from trees import SECOND, Moment, PointMasses

#: Steps of time so short (s) that the kneecap, whose path is pieced together, seldom leaves its piece within seven of them.
_SHORT_S = 0.001

Motion = tuple[Frames, Frames, Frames]


@pytest.fixture(scope="module")
def stored() -> dict[str, np.ndarray]:
    """What OpenSim found, when `make_inverse_dynamics.py` was run."""
    with np.load(made.ANSWERS) as answers:
        return {name: answers[name] for name in answers.files}


@pytest.fixture(scope="module")
def random_motion(body_tree: Tree) -> Motion:
    return made.random_motion(body_tree)


def simbodys_slip(tree: Tree, motion: Motion) -> Frames:
    """Return what OpenSim's forces have too much, by the angular acceleration that Simbody lends to the shanks."""
    laid = lay_out(tree, motion[0])
    wrenches: dict[int, Wrench] = {}
    for side in ("r", "l"):
        shank = tree.link_at[f"tibia_{side}"]
        rate = motion[1][:, tree.at[f"knee_angle_{side}"]]
        first, second, third = (joint for joint in laid.joints if joint.link == shank and joint.through is not None)
        assert first.through is not None
        spinning_up = second.slope * third.slope * rate**2 * cross(third.axis, second.axis)
        for number, link in enumerate(tree.links):
            if shank in _on_the_way(tree, number):
                centre = laid.place(link.name, link.centre).T
                force = link.mass * cross(spinning_up, centre - first.through)
                turned = laid.axes[number]
                moment = np.einsum("ijt,jk,lkt,lt->it", turned, link.inertia, turned, spinning_up)
                wrenches[number] = Wrench.at_point(force, centre, moment)
    return laid.forces(wrenches)


def _on_the_way(tree: Tree, number: int) -> list[int]:
    """Return a link and all that it hangs on."""
    chain = []
    while number >= 0:
        chain.append(number)
        number = tree.links[number].parent
    return chain


def test_moments_of_a_squat_are_within_a_tenth_of_a_newton_metre_of_opensims_tool(
    body_tree: Tree, stored: dict[str, np.ndarray]
) -> None:
    stretch = read_stretch()
    ours = our_forces(body_tree, stretch)
    worst, where = furthest(ours, stored["tool"], body_tree.coordinates)
    assert worst < 0.1, where
    knee = body_tree.at["knee_angle_r"]
    assert np.ptp(ours[:, knee]) > 50.0  # a squat, not a stance in which little could differ
    assert set(where.rsplit("_", 1)) & set(Loads.LOADED)


def test_what_is_left_of_that_is_one_term_of_simbodys_to_the_last_digit_that_the_tool_writes(
    body_tree: Tree, stored: dict[str, np.ndarray]
) -> None:
    stretch = read_stretch()
    ours = our_forces(body_tree, stretch)
    slip = simbodys_slip(body_tree, differentiated(stretch))
    assert np.abs(slip).max() > 0.01
    assert ours + slip == pytest.approx(stored["tool"], abs=1e-6)


@pytest.mark.parametrize("name", ["held", "speeding_up"])
def test_without_speed_forces_are_those_of_opensims_solver(
    name: str, body_tree: Tree, random_motion: Motion, stored: dict[str, np.ndarray]
) -> None:
    poses, _, accelerations = random_motion
    still = np.zeros_like(poses)
    ours = inverse_dynamics(body_tree, poses, still, still if name == "held" else accelerations)
    assert ours == pytest.approx(stored[name], abs=1e-9)


def test_with_speed_forces_are_those_of_opensims_solver_but_for_that_term(
    body_tree: Tree, random_motion: Motion, stored: dict[str, np.ndarray]
) -> None:
    ours = inverse_dynamics(body_tree, *random_motion)
    slip = simbodys_slip(body_tree, random_motion)
    assert np.abs(slip).max() > 0.01
    assert ours + slip == pytest.approx(stored["moving"], abs=1e-9)


@pytest.mark.parametrize("name", ["tibia_r", "patella_r", "calcn_r", "tibia_l", "calcn_l"])
def test_what_hangs_on_the_knee_is_accelerated_as_its_positions_say(name: str, body_tree: Tree, random_motion: Motion) -> None:
    number = body_tree.link_at[name]
    link = body_tree.links[number]
    for frame in range(5):
        moment = Moment(*(values[frame : frame + 1] for values in random_motion))
        around = body_tree.with_followers(moment.around(_SHORT_S))
        path = lay_out(body_tree, around).place(name, link.centre)
        needed = move(body_tree, moment.coordinates, moment.rates, moment.accelerations).needed[number].force[:, 0]
        assert needed / link.mass + body_tree.gravity == pytest.approx(SECOND @ path / _SHORT_S**2, rel=1e-7, abs=1e-7)


def test_all_forces_of_the_body_are_those_of_point_masses_of_which_only_paths_are_used(
    body_tree: Tree, random_motion: Motion
) -> None:
    moment = Moment(*(values[:1] for values in random_motion))
    ours = inverse_dynamics(body_tree, moment.coordinates, moment.rates, moment.accelerations)[0]
    assert ours == pytest.approx(PointMasses.of(body_tree).needed(moment), rel=1e-6, abs=1e-5)


def test_the_stored_answers_are_what_opensim_says_today(
    shared_data: Path, require_oracle: Callable[[str], ModuleType], stored: dict[str, np.ndarray]
) -> None:
    require_oracle("opensim")
    tree = made.read_structure(made.OSIM).tree
    stretch = made.make_stretch(tree, made.MOT)
    with np.load(made.STRETCH) as kept:
        assert set(kept.files) == set(stretch)
        assert list(kept["names"]) == list(stretch["names"])
        for name in set(stretch) - {"names"}:
            assert kept[name] == pytest.approx(stretch[name], abs=1e-6)
    today = {"tool": made.tool_forces(made.OSIM, read_stretch())}
    today |= made.solver_forces(made.OSIM, tree.coordinates, made.random_motion(tree))
    assert set(today) == set(stored)
    for name, forces in today.items():
        assert forces == pytest.approx(stored[name], abs=1e-6)


def test_on_plain_hinges_forces_are_those_of_mujoco(
    body_tree: Tree, random_motion: Motion, require_oracle: Callable[[str], ModuleType]
) -> None:
    mujoco = require_oracle("mujoco")
    tree = hinged(body_tree)
    model = mujoco.MjModel.from_xml_string(mjcf(tree))
    data = mujoco.MjData(model)
    order = [model.joint(name).qposadr[0] for name in tree.coordinates]
    ours = inverse_dynamics(tree, *random_motion)
    for frame, (pose, rate, acceleration) in enumerate(zip(*random_motion, strict=True)):
        data.qpos[order], data.qvel[order], data.qacc[order] = pose, rate, acceleration
        mujoco.mj_inverse(model, data)
        theirs = data.qfrc_inverse[order]
        assert ours[frame] == pytest.approx(theirs, rel=1e-8, abs=1e-8 * np.abs(theirs).max())
