"""How are two answers about muscles compared, and what is measured of kinechain's own: on answers whose difference is known."""

from collections.abc import Callable
from dataclasses import replace
from types import ModuleType

import numpy as np
import pytest

from kinechain.app.bench_draws import FRAMES, draw_seconds, made_film
from kinechain.app.bench_loads import differentiated, our_forces, read_stretch, slowed
from kinechain.app.bench_muscles import Apart, apart, cost_of, jax_cost, our_choice
from kinechain.app.bench_static import JOINTS, Chosen
from kinechain.app.compile_model import load_model


def some(muscles: tuple[str, ...], activations: np.ndarray) -> Chosen:
    frames = activations.shape[0]
    reactions = np.zeros((frames, len(JOINTS), 3))
    reactions[:, :, 0] = np.linspace(500.0, 1000.0, frames)[:, None]
    return Chosen(np.arange(frames) * 0.1, muscles, activations, activations, (), np.zeros((frames, 0)), reactions)


def test_differences_are_told_of_the_quadriceps_of_the_worse_leg_and_of_the_knees() -> None:
    theirs = some(("vasmed_r", "soleus_r", "vasmed_l", "soleus_l"), np.full((4, 4), 0.5))
    off = np.full((4, 4), 0.5)
    off[2, 1] += 0.4  # the right soleus, in one frame of four
    off[:, 2] -= 0.1  # the left vastus medialis, in all
    turned = theirs.reactions[:, :, [1, 2, 0]].copy()  # as large, in other axes
    turned[0, JOINTS.index("patellofemoral_l")] *= 1.1
    ours = replace(some(theirs.muscles, off), reactions=turned)
    found = apart(ours, theirs)
    assert found.worst_muscle == "soleus_r"
    assert (found.quadriceps_worst, found.quadriceps_rms) == pytest.approx((0.1, 0.1 / np.sqrt(2.0)))
    assert found.leg_rms == pytest.approx(0.4 / np.sqrt(8.0))
    assert (found.patellofemoral, found.tibiofemoral) == pytest.approx((0.05, 0.0))
    other_order = replace(ours, muscles=ours.muscles[::-1], activations=ours.activations[:, ::-1])
    assert apart(other_order, theirs) == found


def test_an_answer_is_as_far_from_itself_as_nothing() -> None:
    ours = our_choice(load_model(), read_stretch(), read_stretch().motion.time_s[read_stretch().frames][::20])
    assert ours.time_s.size == 3
    assert apart(ours, ours) == Apart(0.0, 0.0, 0.0, ours.muscles[0], 0.0, 0.0, 0.0, 0.0)
    assert Chosen.from_arrays(ours.to_arrays()).muscles == ours.muscles


def test_the_cost_is_that_of_as_many_frames_as_were_asked_for() -> None:
    cost = cost_of(150)
    assert cost.frames == 150
    assert cost.us > 0.0
    # Of 80 muscles three numbers, of 14 coordinates a reserve, of two legs a demand.
    assert cost.kept_mb == pytest.approx(150 * (3 * 80 + 14 + 2) * 8 / 1e6)


def test_the_slowed_squat_needs_nothing_but_the_ground() -> None:
    tree, stretch = load_model().tree, read_stretch()
    slow = slowed(tree, stretch)
    forces = our_forces(tree, slow)
    pelvis = [tree.at[name] for name in tree.coordinates if name.startswith("pelvis")]
    assert np.abs(forces[:, pelvis]).max() < 1e-6
    assert np.abs(our_forces(tree, stretch)[:, pelvis]).max() > 100.0
    assert np.array_equal(slow.motion.values, stretch.motion.values)
    assert differentiated(slow)[1] == pytest.approx(differentiated(stretch)[1] / 3.0)
    up = slow.ground.force[slow.frames, :, 1]
    assert up[:, 0] == pytest.approx(up[:, 1])
    assert up.sum(axis=1) == pytest.approx(tree.mass * 9.80665, rel=0.15)


def test_the_made_film_is_three_squats_and_its_draws_take_time() -> None:
    film = made_film()
    assert film.time_s.size == FRAMES
    knee = np.rad2deg(film.values("knee_flexion", "right"))
    deepest = (knee[1:-1] > knee[:-2]) & (knee[1:-1] >= knee[2:])
    assert deepest.sum() == 3
    assert knee.max() == pytest.approx(95.0, abs=0.5)
    assert draw_seconds(20) > 0.0


@pytest.mark.soak
def test_jax_finds_what_numpy_finds(require_oracle: Callable[[str], ModuleType]) -> None:
    require_oracle("jax")
    cost = jax_cost(90)
    assert cost.apart < 1e-9
    assert cost.us > 0.0
