"""A model laid upon a person weighs what the person weighs, is as long, and its muscles grow with the bones they span."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kinechain.app.compile_model import load_model
from kinechain.body.model import BodyModel
from kinechain.body.muscles import MusclePaths
from kinechain.body.scaling import generic_lengths, scale, scaling_of
from kinechain.core.errors import UsageError
from kinechain.core.types import Person
from kinechain.maths.multibody import inverse_dynamics, lay_out

#: Hip flexion, knee angle and ankle angle of some poses of a squat, in degrees.
POSES = np.array([(0, 5, 0), (40, 40, 10), (60, 70, 15), (85, 90, 20), (20, 20, -10)])
MOVED = ("hip_flexion_r", "knee_angle_r", "ankle_angle_r")
RIGHT_LEG = ("femur_r", "patella_r", "tibia_r", "talus_r", "calcn_r", "toes_r")


@pytest.fixture(scope="module")
def model() -> BodyModel:
    return load_model()


def paths(model: BodyModel) -> MusclePaths:
    names = model.tree.coordinates
    poses = np.repeat([[model.rest[name] for name in names]], len(POSES), axis=0)
    poses[:, [model.tree.at[name] for name in MOVED]] = np.radians(POSES)
    return model.geometry.paths(poses, names)


def joints(model: BodyModel) -> dict[str, Any]:
    rest = np.array([[model.rest[name] for name in model.tree.coordinates]])
    laid = lay_out(model.tree, model.tree.with_followers(rest))
    return {link.name: laid.place(link.name, link.in_child.origin)[0] for link in model.tree.links}


@pytest.mark.parametrize("person", [Person(1.5, 45.0, 20, "f"), Person(1.95, 120.0, 60, "m"), Person(1.7, 70.123456)])
def test_the_model_weighs_what_the_person_weighs(model: BodyModel, person: Person) -> None:
    scaled = scale(model, person)
    assert scaled.tree.mass == pytest.approx(person.mass_kg, abs=1e-9)
    still = np.array([[scaled.rest[name] for name in scaled.tree.coordinates]])
    still = scaled.tree.with_followers(still)
    borne = inverse_dynamics(scaled.tree, still, 0.0 * still, 0.0 * still)
    assert borne[0, scaled.tree.at["pelvis_ty"]] == pytest.approx(-person.mass_kg * scaled.tree.gravity[1])


def test_twice_the_stature_doubles_every_joint_place_muscle_and_moment_arm(model: BodyModel) -> None:
    small, large = (scale(model, Person(height, 70.0)) for height in (1.0, 2.0))
    one, two = paths(small), paths(large)
    assert np.abs(two.lengths - 2.0 * one.lengths).max() < 1e-9
    assert np.abs(two.moment_arms - 2.0 * one.moment_arms).max() < 1e-9
    before, after = joints(small), joints(large)
    assert np.linalg.norm(after["toes_r"] - after["pelvis"]) == pytest.approx(
        2.0 * np.linalg.norm(before["toes_r"] - before["pelvis"]), rel=1e-9
    )
    for short, long in zip(small.muscles, large.muscles, strict=True):
        assert long.optimal_fibre_length_m == pytest.approx(2.0 * short.optimal_fibre_length_m)
        assert long.tendon_slack_length_m == pytest.approx(2.0 * short.tendon_slack_length_m)
        assert long.max_isometric_force_n == short.max_isometric_force_n


def test_at_the_models_own_size_only_masses_and_how_they_lie_change(model: BodyModel) -> None:
    scaled = scale(model, Person(1.70, model.tree.mass, sex="m"))
    assert all(np.allclose(joints(scaled)[name], place, atol=1e-12) for name, place in joints(model).items())
    assert np.abs(paths(scaled).lengths - paths(model).lengths).max() < 1e-12
    generic, own = ({link.name: link for link in one.tree.links} for one in (model, scaled))
    assert own["torso"].centre == pytest.approx(generic["torso"].centre)
    assert own["femur_r"].mass / generic["femur_r"].mass == pytest.approx(1.14, abs=0.01)  # the table's thigh is heavier
    assert own["calcn_r"].mass / generic["calcn_r"].mass == pytest.approx(0.66, abs=0.01)  # and its foot lighter
    assert np.linalg.norm(own["femur_r"].centre) == pytest.approx(0.4095 * generic_lengths(model)["thigh"])


def test_left_is_right_in_the_mirror(model: BodyModel) -> None:
    scaled = scale(model, Person(1.82, 90.0, sex="m"), {"thigh": (0.45, 0.01), "shank": (0.42, 0.01), "hip": (0.09, 0.01)})
    links = {link.name: link for link in scaled.tree.links}
    for name, right in links.items():
        if name.endswith("_r"):
            left = links[f"{name[:-2]}_l"]
            assert left.mass == right.mass
            assert left.centre == pytest.approx(right.centre * [1.0, 1.0, -1.0], abs=1e-12)
            assert np.diag(left.inertia) == pytest.approx(np.diag(right.inertia))
    muscles = {muscle.name: muscle for muscle in scaled.muscles}
    for name, muscle in muscles.items():
        if name.endswith("_r"):
            left_length = muscles[f"{name[:-2]}_l"].optimal_fibre_length_m
            assert left_length == pytest.approx(muscle.optimal_fibre_length_m, rel=1e-5)  # the file's own sides differ so much


def test_lengths_that_the_fit_found_win_over_stature(model: BodyModel) -> None:
    scaled = scale(model, Person(1.70, 70.0), {"thigh": (0.44, 0.01), "shank": (0.39, 0.01)})
    at = joints(scaled)
    assert np.linalg.norm(at["tibia_r"] - at["femur_r"]) == pytest.approx(0.44)
    assert np.linalg.norm(at["talus_r"] - at["tibia_r"]) == pytest.approx(0.39)
    assert np.linalg.norm(at["tibia_l"] - at["femur_l"]) == pytest.approx(0.44, abs=1e-6)
    assert generic_lengths(scaled)["thigh"] == pytest.approx(0.44)


def test_every_factor_and_mass_has_a_spread_and_a_measured_length_is_surer(model: BodyModel) -> None:
    person = Person(1.70, 70.0)
    by_stature, by_film = scaling_of(model, person, {}), scaling_of(model, person, {"thigh": (0.41, 0.004)})
    assert 0.0 < by_film.factor_sd["femur_r"] < 0.5 * by_stature.factor_sd["femur_r"]
    assert all(0.05 < by_stature.mass_sd[name] / mass < 0.2 for name, mass in by_stature.masses.items())


@pytest.mark.parametrize(
    ("lengths", "said"),
    [
        ({"thigh": (44.0, 1.0)}, r"Expected a thigh between 0\.20 and 0\.82 m, got 44\.00 m\. Give lengths in metres\."),
        ({"shin": (0.4, 0.01)}, "Expected lengths named trunk, .* got shin"),
        ({"shank": (float("nan"), 0.01)}, "Expected a shank above 0 m with a spread, got nan m"),
        ({"shank": (0.4, -0.01)}, "Expected a shank above 0 m with a spread"),
    ],
)
def test_lengths_that_are_no_persons_are_refused_in_one_sentence(
    model: BodyModel, lengths: dict[str, tuple[float, float]], said: str
) -> None:
    with pytest.raises(UsageError, match=said):
        scale(model, Person(1.7, 70.0), lengths)


def test_unlike_thigh_and_shank_change_muscles_as_opensims_own_scaling_does(
    model: BodyModel,
    require_oracle: Callable[[str], ModuleType],
    shared_data: Path,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    file = (shared_data / "model" / "LaiUhlrich2022.osim").resolve()
    monkeypatch.chdir(tmp_path)  # OpenSim writes a log where it runs
    opensim = require_oracle("opensim")
    own = generic_lengths(model)
    scaled = scale(model, Person(1.70, 75.0), {"thigh": (1.05 * own["thigh"], 0.01), "shank": (0.95 * own["shank"], 0.01)})
    factors = {"femur": 1.05, "patella": 1.05, "tibia": 0.95}
    names = [muscle.name for muscle in model.muscles if muscle.name.endswith("_r")]
    knee = ("recfem_r", "vasint_r", "vaslat_r", "vasmed_r", "bflh_r", "semimem_r", "gasmed_r")
    before, after = (theirs(opensim, file, names, knee, by) for by in ({}, factors))
    generic, ours = paths(model), paths(scaled)
    at = [model.geometry.muscles.index(name) for name in names]
    longer = (ours.lengths - generic.lengths)[:, at] - (after[0] - before[0])
    assert np.median(np.abs(longer).max(axis=0)) < 0.0002
    assert np.abs(longer).max() < 0.003
    about = [model.geometry.muscles.index(name) for name in knee]
    arms = (ours.moment_arms - generic.moment_arms)[:, about, model.tree.at["knee_angle_r"]] - (after[1] - before[1])
    assert np.abs(arms).max() < 0.0012
    assert np.abs(arms[:, :4]).max() < 0.0006  # the quadriceps
    assert np.abs(places(scaled) - after[2]).max() < 0.00005


def places(model: BodyModel) -> Any:
    """Where the segments of the right leg are, from the pelvis, in the poses."""
    names = model.tree.coordinates
    poses = np.repeat([[model.rest[name] for name in names]], len(POSES), axis=0)
    poses[:, [model.tree.at[name] for name in MOVED]] = np.radians(POSES)
    laid = lay_out(model.tree, model.tree.with_followers(poses))
    at = [laid.origins[model.tree.link_at[name]].T for name in ("pelvis", *RIGHT_LEG)]
    return np.stack([place - at[0] for place in at[1:]], axis=1)


def theirs(opensim: Any, file: Path, names: list[str], knee: tuple[str, ...], factors: dict[str, float]) -> tuple[Any, Any, Any]:
    """OpenSim's lengths, moment arms about the knee and places of the leg, of a model scaled by its own means."""
    opensim.Logger.setLevelString("Off")
    model = opensim.Model(str(file))
    state = model.initSystem()
    if factors:
        scales = opensim.ScaleSet()
        for body in model.getBodySet():
            factor = factors.get(body.getName()[:-2], 1.0)
            one = opensim.Scale()
            one.setSegmentName(body.getName())
            one.setScaleFactors(opensim.Vec3(factor, factor, factor))
            one.setApply(True)
            scales.cloneAndAppend(one)
        assert model.scale(state, scales, True, -1.0)
        state = model.initSystem()
    lengths, arms, legs = [], [], []
    for pose in POSES:
        for name, degrees in zip(MOVED, pose, strict=True):
            model.getCoordinateSet().get(name).setValue(state, float(np.radians(degrees)), False)
        model.assemble(state)
        model.realizePosition(state)
        muscles, about = model.getMuscles(), model.getCoordinateSet().get("knee_angle_r")
        lengths.append([muscles.get(name).getLength(state) for name in names])
        arms.append([muscles.get(name).computeMomentArm(state, about) for name in knee])
        at = {name: model.getBodySet().get(name).getPositionInGround(state).to_numpy() for name in ("pelvis", *RIGHT_LEG)}
        legs.append([at[name] - at["pelvis"] for name in RIGHT_LEG])
    return np.array(lengths), np.array(arms), np.array(legs)
