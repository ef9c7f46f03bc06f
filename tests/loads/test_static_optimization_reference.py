"""Which muscles make a squat, against OpenSim's own StaticOptimization and JointReaction: stored, and asked anew by the oracle.

OpenSim takes a fibre's force for the tendon's and so leaves out the cosine of the pennation. The optimizations are compared with
that left out on both sides; with it, as kinechain has it, answers differ as much as the cosines do.
"""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from kinechain.app.bench_loads import Stretch, read_stretch, slowed
from kinechain.app.bench_muscles import apart, knee_forces, our_choice
from kinechain.app.bench_static import JOINTS, Chosen, MuscleTools
from kinechain.app.compile_model import load_model
from kinechain.body.muscle_groups import without_side

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "opensim" / "static_optimization.npz"


@pytest.fixture(scope="module")
def theirs() -> Chosen:
    with np.load(REFERENCE) as arrays:
        return Chosen.from_arrays(arrays)


@pytest.fixture(scope="module")
def stretch() -> Stretch:
    return slowed(load_model().tree, read_stretch())


@pytest.fixture(scope="module")
def alike(theirs: Chosen, stretch: Stretch) -> Chosen:
    return our_choice(load_model(), stretch, theirs.time_s, as_opensim=True)


def test_the_reference_is_a_squat_that_works_the_vasti(theirs: Chosen) -> None:
    assert theirs.time_s.size == 60
    assert len(theirs.muscles) == 80
    vasti = [at for at, name in enumerate(theirs.muscles) if name.startswith("vas")]
    assert len(vasti) == 6
    assert theirs.activations[:, vasti].max(axis=0).min() > 0.2
    # Beyond its bounds by a hundredth of a percent or so: the optimizer's.
    assert theirs.activations.min() > 0.0099
    assert theirs.activations.max() < 1.001


def test_activations_are_opensims(theirs: Chosen, alike: Chosen) -> None:
    off = apart(alike, theirs)
    assert off.quadriceps_worst < 0.06
    assert off.quadriceps_rms < 0.02
    assert off.leg_rms < 0.025, off.worst_muscle


def test_what_kneecaps_and_shins_bear_is_opensims(theirs: Chosen, alike: Chosen) -> None:
    off = apart(alike, theirs)
    assert off.patellofemoral_rms < 0.02
    # In single frames muscles whose lever arms differ by a millimetre change places, and take the knee with them.
    assert off.patellofemoral < 0.06


def test_under_opensims_own_forces_knees_bear_what_joint_reaction_says(theirs: Chosen, stretch: Stretch) -> None:
    ours = replace(theirs, reactions=knee_forces(load_model(), stretch, theirs.time_s, theirs.muscles, theirs.forces))
    shares = np.abs(ours.burdens / theirs.burdens - 1.0)
    assert shares.max() < 0.005
    # The shin's force has its direction too; the kneecap's is told in other axes.
    shins = [at for at, joint in enumerate(JOINTS) if joint.startswith("walker")]
    assert ours.reactions[:, shins] == pytest.approx(theirs.reactions[:, shins], abs=10.0)


def test_reserves_are_needed_where_opensim_needs_them(theirs: Chosen, alike: Chosen) -> None:
    reserves = alike.reserves[:, [alike.coordinates.index(name) for name in theirs.coordinates]]
    assert np.abs(theirs.reserves).max() > 10.0
    assert np.abs(reserves - theirs.reserves).max() < 0.1 * np.abs(theirs.reserves).max()


def test_the_cosine_that_opensim_leaves_out_asks_more_of_pennate_muscles(theirs: Chosen, alike: Chosen, stretch: Stretch) -> None:
    ours = our_choice(load_model(), stretch, theirs.time_s)
    assert ours.muscles == alike.muscles
    heads = [at for at, name in enumerate(ours.muscles) if without_side(name) == "vasmed"]
    free = (alike.activations[:, heads] > 0.02) & (ours.activations[:, heads] < 0.99)
    assert (ours.activations[:, heads] - alike.activations[:, heads])[free].mean() > 0.0


def test_opensim_says_the_same_again(
    theirs: Chosen, stretch: Stretch, shared_data: Path, tmp_path: Path, require_oracle: Callable[[str], ModuleType]
) -> None:
    require_oracle("opensim")
    tools = MuscleTools.set_up(shared_data / "model" / "LaiUhlrich2022.osim", stretch.motion, stretch.ground, tmp_path)
    first = stretch.frames.start
    span_s = (float(stretch.motion.time_s[first]), float(stretch.motion.time_s[first + 1]))
    tools.optimize(span_s)
    tools.react(span_s)
    again = tools.chosen()
    assert again.muscles == theirs.muscles
    assert again.time_s == pytest.approx(theirs.time_s[:2])
    assert again.activations == pytest.approx(theirs.activations[:2], abs=1e-3)
    assert again.reactions == pytest.approx(theirs.reactions[:2], rel=1e-3, abs=1.0)
