"""Which way muscles pull on kneecap and shin: laws known by hand, OpenSim's own directions, and the forces that it finds."""

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinechain.app.compile_model import load_model
from kinechain.body.model import BodyModel, model_arrays, model_document, read_model
from kinechain.body.pull_fit import fit_pulls
from kinechain.body.pulls import KNEECAP, Pulls
from kinechain.body.scaling import Scaling, apply
from kinechain.core.errors import DataFileError
from kinechain.core.muscles import Bones
from kinechain.core.types import SIDES
from kinechain.io.osim import open_osim, opensim_library
from kinechain.io.osim_muscles import OsimMuscles, open_muscles
from kinechain.maths.multibody import Frames, Laid, Vector, Wrench, lay_out, led_forces, move

REFERENCE = Path(__file__).resolve().parents[1] / "data" / "opensim" / "joint_reaction_poses.npz"
VASTI = ("vasint", "vaslat", "vasmed")
#: Where a leg is that squats or lunges (degrees), and where the rectus femoris does not yet slip off the thigh.
USUAL = {"hip_flexion": (-10, 110), "hip_adduction": (-25, 15), "hip_rotation": (-25, 25), "knee_angle": (-8, 120)}


@pytest.fixture(scope="module")
def model() -> BodyModel:
    return load_model()


@pytest.fixture(scope="module")
def pulls(model: BodyModel) -> Pulls:
    assert model.pulls is not None
    return model.pulls


def leg(knee_deg: float | list[float], **others_deg: float) -> tuple[np.ndarray, list[str]]:
    """A leg, right and left alike, with its knee bent."""
    names = ["hip_flexion", "hip_adduction", "hip_rotation", "knee_angle", "ankle_angle", "subtalar_angle"]
    knee = np.atleast_1d(np.asarray(knee_deg, dtype=float))
    values = np.stack([knee if name == "knee_angle" else np.full_like(knee, others_deg.get(name, 0.0)) for name in names], axis=1)
    return np.deg2rad(np.hstack([values, values])), [f"{name}_{side[0]}" for side in SIDES for name in names]


def usual_poses(model: BodyModel, count: int, seed: int) -> Frames:
    """The whole body at rest but for its legs, in any usual pose."""
    random = np.random.default_rng(seed)
    values = np.tile([model.rest[name] for name in model.tree.coordinates], (count, 1))
    for name, (low, high) in USUAL.items():
        for side in SIDES:
            values[:, model.tree.at[f"{name}_{side[0]}"]] = np.deg2rad(random.uniform(low, high, count))
    return model.tree.with_followers(values)


def test_the_deeper_the_knee_the_more_of_the_pull_presses_the_kneecap_on(pulls: Pulls) -> None:
    long = np.linalg.norm(pulls.on_kneecap(*leg([0, 20, 50, 80, 100, 120], hip_flexion=45), "right"), axis=1)
    assert (long < 1.4).all()
    for name in VASTI:
        vastus = long[pulls.kneecap.index(name)]
        assert 0.35 < vastus[0] < 0.55
        assert (np.diff(vastus[:4]) > 0.1).all()
        assert vastus[-1] == pytest.approx(1.25, abs=0.06)
    assert long[pulls.kneecap.index("vaslat")] == pytest.approx([0.50, 0.65, 0.94, 1.19, 1.21, 1.21], abs=0.01)


def test_the_thigh_holds_the_kneecap_back(pulls: Pulls) -> None:
    """The line turns backwards at the kneecap."""
    bent = pulls.on_kneecap(*leg(60), "right")[:, :, 0]
    assert (bent[:, 0] < -0.8).all()


def test_hamstrings_pull_the_shin_back_and_the_patellar_tendon_up(pulls: Pulls) -> None:
    shin = dict(zip(pulls.shin, pulls.on_shin(*leg(90, hip_flexion=60), "right")[:, :, 0], strict=True))
    for name in ("bflh", "semimem", "semiten", "grac"):
        assert shin[name][0] < -0.7
    for name in VASTI:
        assert shin[name][1] > 0.9
    assert shin["gaslat"][1] > 0.4


@given(st.floats(-9.0, 120.0), st.floats(-20.0, 110.0), st.floats(-30.0, 20.0), st.floats(-30.0, 30.0), st.floats(-30.0, 30.0))
def test_a_pull_is_no_longer_than_two_and_on_the_shin_just_one(
    knee: float, hip: float, out: float, turn: float, ankle: float
) -> None:
    pulls = load_once()
    values, names = leg(knee, hip_flexion=hip, hip_adduction=out, hip_rotation=turn, ankle_angle=ankle)
    both = {side: pulls.of_leg(values, names, side) for side in SIDES}
    assert (np.linalg.norm(both["right"].on_kneecap, axis=1) < 2.0).all()
    assert np.linalg.norm(both["right"].on_shin, axis=1) == pytest.approx(1.0, abs=0.006)
    for right, left in zip(both["right"], both["left"], strict=True):
        assert left == pytest.approx(right * np.array([1.0, 1.0, -1.0])[:, None], abs=1e-12)


@cache
def load_once() -> Pulls:
    """The shipped pulls, read once: a property is tried on them a hundred times."""
    shipped = load_model().pulls
    assert shipped is not None
    return shipped


def test_both_together_are_as_each_alone_in_many_frames_as_in_one(pulls: Pulls) -> None:
    values, names = leg(np.linspace(-5, 120, 700).tolist(), hip_flexion=30)
    both = pulls.of_leg(values, names, "left")
    assert both.on_kneecap.shape == (4, 3, 700)
    assert both.on_shin.shape == (13, 3, 700)
    assert both.on_kneecap == pytest.approx(pulls.on_kneecap(values, names, "left"), abs=1e-12)
    assert both.on_shin == pytest.approx(pulls.on_shin(values, names, "left"), abs=1e-12)
    assert both.on_shin[:, :, [650]] == pytest.approx(pulls.on_shin(values[[650]], names, "left"), abs=1e-12)
    assert pulls.on_kneecap(values[:0], names, "right").shape == (4, 3, 0)


def test_out_of_range_is_missing_and_a_missing_coordinate_is_said_so(pulls: Pulls) -> None:
    values, names = leg([60, 150], hip_flexion=30)
    assert np.isfinite(pulls.on_kneecap(values, names, "right")[:, :, 0]).all()
    assert np.isnan(pulls.on_kneecap(values, names, "right")[:, :, 1]).all()
    with pytest.raises(DataFileError, match="knee_angle_l"):
        pulls.on_kneecap(values[:, :1], names[:1], "left")


def test_arrays_of_jax_give_the_same_numbers(pulls: Pulls) -> None:
    jax = pytest.importorskip("jax", reason="the extra jax is not installed")
    values, names = leg(np.linspace(0, 120, 50).tolist(), hip_flexion=40, ankle_angle=15)
    with jax.enable_x64(True):
        theirs = jax.jit(lambda some: pulls.of_leg(some, names, "left"))(jax.numpy.asarray(values))
        for one, other in zip(theirs, pulls.of_leg(values, names, "left"), strict=True):
            assert np.asarray(one) == pytest.approx(other, abs=1e-12)


def test_what_is_written_is_read_back_and_a_model_may_have_none(model: BodyModel, pulls: Pulls) -> None:
    again = read_model(model_document(model), model_arrays(model))
    assert again.pull_fits == model.pull_fits
    assert again.pulls is not None
    values, names = leg(70)
    assert np.array_equal(again.pulls.on_shin(values, names, "right"), pulls.on_shin(values, names, "right"))
    bare = replace(model, pulls=None, pull_fits=())
    assert read_model(model_document(bare), model_arrays(bare)).pulls is None
    arrays = pulls.to_arrays()
    del arrays["pull_group_0_range"]
    with pytest.raises(DataFileError, match="pull_group_0_range"):
        Pulls.from_arrays(arrays)


def test_pulls_and_moment_arms_come_from_one_line(model: BodyModel, pulls: Pulls) -> None:
    """By virtual work what a newton does on its way over kneecap and shin turns the knee by the length's own derivative."""
    values = usual_poses(model, 60, seed=3)
    laid, arms = lay_out(model.tree, values), model.geometry.moment_arms(values, model.tree.coordinates)
    for side in SIDES:
        knee = model.tree.at[f"knee_angle_{side[0]}"]
        for name in (*pulls.kneecap, "bflh", "sart", "tfl"):
            turned = led_forces(model.tree, values, laid.forces(wrenches(model, laid, name, side)))[:, knee]
            arm = arms[:, model.geometry.muscles.index(f"{name}_{side[0]}"), knee]
            assert turned == pytest.approx(arm, abs=0.0004 if name == "recfem" else 0.0001), name


def wrenches(model: BodyModel, laid: Laid, name: str, side: str) -> dict[int, Wrench]:
    """What a newton of a muscle's tension does to kneecap and shin: a pull at each end of each piece of its line there."""
    assert model.pulls is not None
    thigh, kneecap, shin = (f"{bone}_{side[0]}" for bone in ("femur", "patella", "tibia"))
    path = next(muscle for muscle in model.muscles if muscle.name == f"{name}_{side[0]}").path
    at = [laid.place(point.segment, np.array(point.location_m)).T for point in path]
    segments = [point.segment for point in path]
    pull = model.pulls.of_leg(laid.coordinates, model.tree.coordinates, side)
    on_shin = to_ground(laid, shin, pull.on_shin[model.pulls.shin.index(name)])
    acting = {model.tree.link_at[shin]: Wrench.at_point(on_shin, at[segments.index(shin)])}
    if name in model.pulls.kneecap:
        on_kneecap = to_ground(laid, thigh, pull.on_kneecap[model.pulls.kneecap.index(name)])
        first, last = segments.index(kneecap), len(segments) - 1 - segments[::-1].index(kneecap)
        acting[model.tree.link_at[kneecap]] = Wrench.at_point(on_kneecap + on_shin, at[first]) + Wrench.at_point(-on_shin, at[last])
    return acting


def to_ground(laid: Laid, segment: str, vectors: Vector) -> Vector:
    """Vectors of a segment's axes in the ground's."""
    return np.asarray(np.einsum("ijt,jt->it", laid.axes[laid.tree.link_at[segment]], vectors))


def test_joints_bear_what_opensims_joint_reaction_says(model: BodyModel, pulls: Pulls) -> None:
    """Tensions at random in all muscles, the body held still; see tests/data/opensim/make_joint_reaction_poses.py."""
    with np.load(REFERENCE) as arrays:
        reference = dict(arrays)
    tree, muscles = model.tree, reference["muscles"].tolist()
    values = np.tile([model.rest[name] for name in tree.coordinates], (len(reference["poses"]), 1))
    values[:, [tree.at[name] for name in reference["coordinates"]]] = reference["poses"]
    values = tree.with_followers(values)
    still = np.zeros_like(values)
    dynamics = move(tree, values, still, still)
    for at, side in enumerate(("right", "left")):
        end = f"_{side[0]}"
        pull = pulls.of_leg(values, tree.coordinates, side)
        pulled = [
            np.einsum("mt,mxt->xt", reference["tensions"].T[[muscles.index(name + end) for name in names]], vectors)
            for names, vectors in ((pulls.kneecap, pull.on_kneecap), (pulls.shin, pull.on_shin))
        ]
        for joint, axes, bones, own in (
            ("patellofemoral", "femur", ("patella",), pulled[0]),
            ("walker_knee", "tibia", ("tibia", "talus", "calcn", "toes"), pulled[1]),
        ):
            needed = sum(dynamics.needed[tree.link_at[bone + end]].force for bone in bones)
            needed = np.einsum("jit,jt->it", dynamics.laid.axes[tree.link_at[axes + end]], needed)
            borne, theirs = needed - own, reference[joint][:, at].T
            off = np.linalg.norm(borne - theirs, axis=0) / np.linalg.norm(theirs, axis=0)
            assert np.sqrt((off**2).mean()) < 0.001, joint
            assert off.max() < 0.004, joint


def test_the_table_of_errors_names_the_one_that_jumps(model: BodyModel) -> None:
    for fit in model.pull_fits:
        if (fit.part, fit.name) == (KNEECAP, "recfem"):
            assert 0.0 < fit.jumped < 0.01
            assert np.rad2deg(fit.off_worst_at["knee_angle"]) > 125.0
            assert np.rad2deg(fit.angle_median_rad) < 0.15
        else:
            assert fit.jumped == 0.0
            assert np.rad2deg(fit.angle_worst_rad) < 0.4, fit.name
            assert fit.off_worst < 0.01, fit.name


def test_directions_are_opensims_in_any_usual_pose(
    model: BodyModel, pulls: Pulls, require_oracle: Callable[[str], ModuleType], shared_data: Path
) -> None:
    require_oracle("opensim")
    opened = open_muscles(shared_data / "model" / "LaiUhlrich2022.osim")
    free, values = model.tree.free, usual_poses(model, 25, seed=8)
    poses = values[:, [model.tree.at[name] for name in free]]
    for side in SIDES:
        end = f"_{side[0]}"
        shin = frozenset(f"{bone}{end}" for bone in ("tibia", "talus", "calcn", "toes"))
        bones = [Bones(frozenset({f"patella{end}"}), f"femur{end}"), Bones(shin, f"tibia{end}")]
        kneecap, below = opened.pulls(free, poses, [name + end for name in pulls.shin], bones)
        ours = pulls.of_leg(values, model.tree.coordinates, side)
        theirs = np.moveaxis(kneecap[:, [pulls.shin.index(name) for name in pulls.kneecap]], 0, -1)
        assert np.linalg.norm(ours.on_kneecap - theirs, axis=1).max() < 0.02
        assert np.linalg.norm(ours.on_shin - np.moveaxis(below, 0, -1), axis=1).max() < 0.006
        assert not np.delete(kneecap, [pulls.shin.index(name) for name in pulls.kneecap], axis=1).any()


def unlike(model: BodyModel, factors: dict[str, float]) -> BodyModel:
    """The model with some segments longer or shorter, as heavy as before."""
    by_name = {link.name: np.full(3, factors.get(link.name[:-2], 1.0)) for link in model.tree.links}
    return apply(model, Scaling(by_name, {}, {link.name: link.mass for link in model.tree.links}, {}), None)


def test_who_is_larger_all_over_has_muscles_that_pull_the_same_way(model: BodyModel, pulls: Pulls) -> None:
    names = {link.name for link in model.tree.links}
    larger = apply(model, Scaling({name: np.full(3, 1.2) for name in names}, {}, dict.fromkeys(names, 3.0), {}), None).pulls
    assert larger is not None
    values, names_of_values = leg([0, 45, 90, 120], hip_flexion=50, ankle_angle=20)
    for one, other in zip(
        larger.of_leg(values, names_of_values, "left"), pulls.of_leg(values, names_of_values, "left"), strict=True
    ):
        assert one == pytest.approx(other, abs=1e-9)


def test_a_model_without_pulls_is_scaled_all_the_same(model: BodyModel) -> None:
    assert unlike(replace(model, pulls=None), {"femur": 1.1}).pulls is None


def test_unlike_thigh_and_shank_turn_pulls_as_opensims_own_scaling_does(
    model: BodyModel, pulls: Pulls, require_oracle: Callable[[str], ModuleType], shared_data: Path
) -> None:
    require_oracle("opensim")
    factors = {"femur": 1.05, "patella": 1.05, "tibia": 0.95}
    scaled = unlike(model, factors).pulls
    assert scaled is not None
    values, names = leg(np.arange(0.0, 126.0, 12.5).tolist(), hip_flexion=45, ankle_angle=15)
    kneecap, shin = np.moveaxis(scaled_opensim(shared_data, factors).pulls(names, values, right(pulls.shin), right_bones()), 1, -1)
    kneecap = kneecap[[pulls.shin.index(name) for name in pulls.kneecap]]
    strongest = np.array([own.max_isometric_force_n for name in right(pulls.kneecap) for own in model.muscles if own.name == name])
    pressed = [
        np.linalg.norm(np.einsum("m,mxt->xt", strongest, vectors), axis=0)
        for vectors in (kneecap, scaled.on_kneecap(values, names, "right"), pulls.on_kneecap(values, names, "right"))
    ]
    assert pressed[1] == pytest.approx(pressed[0], rel=0.003)
    assert np.abs(pressed[2] / pressed[0] - 1.0).max() > 0.1  # were they not turned
    off = dict(zip(pulls.shin, np.linalg.norm(scaled.on_shin(values, names, "right") - shin, axis=1).max(axis=1), strict=True))
    wrapped = {name: off.pop(name) for name in ("gaslat", "gasmed")}
    assert max(off.values()) < 0.008
    assert max(wrapped.values()) < 0.09


def right(names: tuple[str, ...]) -> list[str]:
    return [f"{name}_r" for name in names]


def right_bones() -> list[Bones]:
    below = frozenset(right(("tibia", "talus", "calcn", "toes")))
    return [Bones(frozenset({"patella_r"}), "femur_r"), Bones(below, "tibia_r")]


def scaled_opensim(shared_data: Path, factors: dict[str, float]) -> OsimMuscles:
    """The model scaled by OpenSim's own means."""
    path, library = shared_data / "model" / "LaiUhlrich2022.osim", opensim_library()
    opened, state = open_osim(path)
    scales = library.ScaleSet()
    for body in opened.getBodySet():
        one, factor = library.Scale(), factors.get(body.getName()[:-2], 1.0)
        one.setSegmentName(body.getName())
        one.setScaleFactors(library.Vec3(factor, factor, factor))
        one.setApply(True)
        scales.cloneAndAppend(one)
    assert opened.scale(state, scales, True, -1.0)
    return OsimMuscles(path, library, opened, opened.initSystem())


def test_a_leg_without_a_kneecap_of_its_own_has_no_pulls(model: BodyModel) -> None:
    tree = model.tree
    without = replace(tree, links=tuple(replace(link, name=link.name.replace("patella", "kneecap")) for link in tree.links))
    asked: list[object] = []
    assert fit_pulls(lambda *given: asked.append(given), without, model.muscles, model.ranges) is None
    assert not asked
