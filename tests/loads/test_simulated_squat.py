"""What is found of a squat whose forces are all known? A body on plain hinges squatted in MuJoCo, held by nothing but its feet.

The motion alone is handed over: exact, and with an error like that of a film. In one squat the feet are pressed where people press
them, in the other 3 to 5 cm further forward.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import make_interp_spline

from kinechain.core.types import SIDES, Coordinates, GroundReaction, Loads
from kinechain.loads.feet import HIND_FOOT
from kinechain.loads.ground_reaction import Standing, estimate_ground_reaction
from kinechain.loads.joint_moments import SAGITTAL, Borne, compute_borne
from kinechain.loads.motion import Moving, differentiate
from kinechain.maths.multibody import Frames, Tree, Wrench, inverse_dynamics
from mujoco_body import hinged

SQUAT = Path(__file__).parents[1] / "data" / "mujoco" / "simulated_squat.npz"

#: Frames at either end at which derivatives of a motion that is cut off are worse, left out.
INNER = slice(15, -15)


@dataclass(frozen=True)
class Squat:
    """A simulated squat: its motion, what the floor did, and what the joints' springs gave (N, Nm)."""

    tree: Tree
    motion: Coordinates
    ground: GroundReaction
    given: Frames
    error: Frames

    def seen(self, *, as_in_a_film: bool) -> Moving:
        """Return the motion as it is handed over."""
        values = self.motion.values + (self.error if as_in_a_film else 0.0)
        return differentiate(self.tree, Coordinates(self.motion.time_s, self.motion.names, values))

    def moment(self, coordinate: str) -> Frames:
        """Return what both sides' springs gave at a coordinate."""
        return self.given[:, [self.tree.at[f"{coordinate}_{side[0]}"] for side in SIDES]]


def read_squat(tree: Tree, name: str) -> Squat:
    with np.load(SQUAT) as kept:
        names, time_s = tuple(str(one) for one in kept["names"]), kept["time_s"]
        force, centre, free, given = (
            kept[f"{name}_{part}"].astype(float) for part in ("force", "centre_of_pressure", "free_moment", "given")
        )
        motion = Coordinates(time_s, names, kept[f"{name}_values"])
        return Squat(hinged(tree), motion, GroundReaction(time_s, force, centre, free), given, kept["error"].astype(float))


@pytest.fixture(scope="module", params=["middle", "forward"])
def squat(request: pytest.FixtureRequest, body_tree: Tree) -> Squat:
    return read_squat(body_tree, request.param)


@pytest.fixture(scope="module")
def usual(body_tree: Tree) -> Squat:
    return read_squat(body_tree, "middle")


def found(squat: Squat, *, as_in_a_film: bool) -> tuple[Standing, Borne]:
    moving = squat.seen(as_in_a_film=as_in_a_film)
    return estimate_ground_reaction(moving), compute_borne(moving, np.ones(moving.time_s.size, dtype=bool))


def rms(values: np.ndarray) -> float:
    return float(np.sqrt(np.mean(values**2)))


def test_the_squat_is_deep_and_on_both_feet(squat: Squat) -> None:
    knees = np.rad2deg(squat.motion.values[:, [squat.tree.at[f"knee_angle_{side[0]}"] for side in SIDES]])
    assert knees.max() > 70.0
    assert knees[[0, -1]].max() < 10.0
    assert squat.ground.force[..., 1].min() > 300.0
    weight = squat.tree.mass * 9.80665
    assert squat.ground.force[:, :, 1].sum(axis=1).mean() == pytest.approx(weight, rel=0.01)


def test_with_the_true_ground_forces_moments_are_those_of_the_springs(squat: Squat) -> None:
    """To what a mean over a hundredth of a second differs from the instant, and a spline's acceleration from the true one."""
    values, ground = squat.motion.values, squat.ground
    spline = make_interp_spline(squat.motion.time_s, values, k=5)
    given = {
        HIND_FOOT[side]: Wrench.at_point(ground.force[:, foot].T, ground.centre_of_pressure[:, foot].T, ground.moment[:, foot].T)
        for foot, side in enumerate(SIDES)
    }
    apart = (
        inverse_dynamics(squat.tree, values, spline(squat.motion.time_s, 1), spline(squat.motion.time_s, 2), given) - squat.given
    )[INNER]
    for name in Loads.LOADED:
        for side in SIDES:
            assert np.abs(apart[:, squat.tree.at[f"{name}_{side[0]}"]]).max() < 1.5
    pelvis = np.abs(apart[:, [squat.tree.at[f"pelvis_{name}"] for name in ("tx", "ty", "tz")]])
    assert pelvis.max() < 0.01 * squat.tree.mass * 9.80665
    tilt = apart[:, squat.tree.at["pelvis_tilt"]]
    assert np.abs(tilt).max() < 1.0


@pytest.mark.parametrize("as_in_a_film", [False, True])
def test_what_each_foot_bears_is_found_from_the_motion_alone(squat: Squat, as_in_a_film: bool) -> None:
    """To 1 % of the foot's share, which is what smoothing at the row `loads.cutoff` takes from it."""
    standing, _ = found(squat, as_in_a_film=as_in_a_film)
    assert standing.stance.all()
    apart = (standing.ground.force - squat.ground.force)[INNER, :, 1]
    assert rms(apart) < 3.7
    assert np.abs(apart).max() < 0.03 * 370.0


@pytest.mark.parametrize(("as_in_a_film", "pressure_m", "knee_nm"), [(False, 0.025, 3.5), (True, 0.04, 7.0)])
def test_who_presses_where_people_press_is_told_the_pressure_and_the_knees_moment(
    usual: Squat, as_in_a_film: bool, pressure_m: float, knee_nm: float
) -> None:
    """The centre of pressure to what it wanders (2 cm); the moment to a thirteenth of its peak, for a film to a seventh."""
    standing, borne = found(usual, as_in_a_film=as_in_a_film)
    apart = (standing.ground.centre_of_pressure - usual.ground.centre_of_pressure)[INNER, :, 0]
    assert np.abs(apart).max() < pressure_m
    knee = usual.moment("knee_angle")
    assert np.abs(knee).max() > 45.0
    assert np.abs((borne.moment[..., Loads.LOADED.index("knee_angle")] - knee)[INNER]).max() < knee_nm


@pytest.mark.parametrize("as_in_a_film", [False, True])
def test_the_intervals_hold_the_true_moments_wherever_the_feet_are_pressed(squat: Squat, as_in_a_film: bool) -> None:
    """Who presses further forward than people do is told so in part: the moment is off by 6 Nm, and its interval says it may be."""
    _, borne = found(squat, as_in_a_film=as_in_a_film)
    for name in SAGITTAL:
        at = Loads.LOADED.index(name)
        apart = np.abs(borne.moment[..., at] - squat.moment(name))[INNER]
        assert (apart <= 1.645 * borne.moment_sd[INNER, :, at]).mean() > 0.9
        assert apart.max() < 14.0
