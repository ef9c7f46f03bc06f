"""Every row of the table of signs means what its word says, on the left and on the right, in our skeleton and in OpenSim."""

from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest

from kinechain.body.signs import MOMENTS, POSTURE, SIGNS, Sign, sign
from kinechain.body.skeleton import AT, COORDINATES, LENGTHS, POINT_AT, lay_out
from kinechain.core.types import SIDES, Loads
from kinechain.kinematics.angles import SIDED, posture_curves
from kinechain.report.words import say

LENGTHS_M = np.full(len(LENGTHS), 0.3)
BEND = 0.3

#: Of each coordinate and word: the point that shows it, and where it moves (x forward, y up, z out to the leg's own side).
SHOWN = {
    ("hip_flexion", "flexion"): ("knee", (1, 0, 0)),
    ("hip_adduction", "adduction"): ("knee", (0, 0, -1)),
    ("hip_rotation", "internal_rotation"): ("foot_index", (0, 0, -1)),
    ("knee_angle", "flexion"): ("ankle", (-1, 0, 0)),
    ("ankle_angle", "dorsiflexion"): ("foot_index", (0, 1, 0)),
    # The sole turns to face the midline, so what lies below the ankle moves there.
    ("subtalar_angle", "inversion"): ("sole", (0, 0, -1)),
}
LEGS = [row for row in POSTURE if row.sided and row.coordinate]
of_row = pytest.mark.parametrize("row", LEGS, ids=[row.code for row in LEGS])
of_side = pytest.mark.parametrize("side", SIDES)


def moved(row: Sign, side: str, before: np.ndarray, after: np.ndarray) -> float:
    """How far a point has moved the way that the row's word says."""
    out = np.array([1.0, 1.0, 1.0 if side == "right" else -1.0])
    _, direction = SHOWN[row.coordinate or "", row.positive]
    return float(((after - before) * out) @ np.array(direction))


@of_side
@of_row
def test_our_skeleton_moves_as_the_word_says(row: Sign, side: str) -> None:
    point, _ = SHOWN[row.coordinate or "", row.positive]
    coordinates = np.zeros((2, len(COORDINATES)))
    coordinates[1, AT[f"{row.coordinate}_{side[0]}"]] = row.factor * BEND
    before, after = lay_out(coordinates, LENGTHS_M).points[:, POINT_AT[f"{side}_{'heel' if point == 'sole' else point}"]]
    assert moved(row, side, before, after) > 0.03


@pytest.fixture(scope="module")
def body(require_oracle: Callable[[str], ModuleType], shared_data: Path) -> tuple[Any, Any, Any]:
    """OpenSim, the shared model in it, and its state at rest."""
    opensim: Any = require_oracle("opensim")
    opensim.Logger.removeFileSink()  # else it leaves a log wherever the tests run
    opensim.Logger.setLevelString("Error")
    model = opensim.Model(str(shared_data / "model/LaiUhlrich2022.osim"))
    return opensim, model, model.initSystem()


#: Where OpenSim has each point: a segment and a place in it (m).
IN_OPENSIM = {
    "knee": ("tibia", (0.0, 0.0, 0.0)),
    "ankle": ("talus", (0.0, 0.0, 0.0)),
    "foot_index": ("calcn", (0.2, 0.0, 0.0)),
    "sole": ("calcn", (0.05, -0.05, 0.0)),
}


def placed(
    body: tuple[Any, Any, Any], coordinate: str, segment: str, within: tuple[float, float, float], bend: float
) -> np.ndarray:
    opensim, model, state = body
    angle = model.getCoordinateSet().get(coordinate)
    rest = angle.getValue(state)
    angle.setValue(state, bend)
    model.realizePosition(state)
    at = model.getBodySet().get(segment).findStationLocationInGround(state, opensim.Vec3(*within))
    angle.setValue(state, rest)
    return np.array([at.get(axis) for axis in range(3)])


@of_side
@of_row
def test_opensims_leg_moves_as_the_word_says(row: Sign, side: str, body: tuple[Any, Any, Any]) -> None:
    segment, within = IN_OPENSIM[SHOWN[row.coordinate or "", row.positive][0]]
    before, after = (
        placed(body, f"{row.coordinate}_{side[0]}", f"{segment}_{side[0]}", within, bend) for bend in (0.0, row.factor * BEND)
    )
    assert moved(row, side, before, after) > 0.005


def test_the_trunk_leans_forward_against_opensims_lumbar_extension(body: tuple[Any, Any, Any]) -> None:
    upright, leaning = (
        placed(body, "lumbar_extension", "torso", (0.0, 0.4, 0.0), sign("trunk_lean").factor * bend) for bend in (0.0, BEND)
    )
    assert leaning[0] > upright[0] + 0.05


@of_side
def test_a_leg_held_out_level_is_held_by_the_knees_extensors_and_the_hips_flexors(side: str, body: tuple[Any, Any, Any]) -> None:
    """Its weight bends the knee and lowers the thigh; what the muscles make is the opposite of each."""
    opensim, model, state = body
    hip = model.getCoordinateSet().get(f"hip_flexion_{side[0]}")
    hip.setValue(state, np.pi / 2)
    model.realizeVelocity(state)
    forces = opensim.InverseDynamicsSolver(model).solve(state, opensim.Vector(state.getNU(), 0.0))
    hip.setValue(state, 0.0)
    names = model.getCoordinateNamesInMultibodyTreeOrder()
    force = {names.getElt(place): forces.get(place) for place in range(forces.size())}
    assert sign("knee_extension_moment").factor * force[f"knee_angle_{side[0]}"] > 5.0
    assert sign("hip_extension_moment").factor * force[f"hip_flexion_{side[0]}"] < -20.0


def leaning(**angles_rad: float) -> dict[str, np.ndarray]:
    coordinates = np.zeros((1, len(COORDINATES)))
    for name, angle in angles_rad.items():
        coordinates[0, AT[name]] = angle
    return posture_curves(lay_out(coordinates, LENGTHS_M).points, 0.0)


@pytest.mark.parametrize(
    ("code", "angles_rad"),
    [
        ("fppa", {"hip_flexion": 0.5, "knee_angle": 0.5, "hip_rotation": 0.5}),  # a bent knee, turned in
        ("thigh_inclination", {"hip_flexion": 1.8, "knee_angle": 1.8}),  # a knee higher than its hip
        ("toe_out", {"hip_rotation": -0.3}),  # a leg turned outwards
        ("knee_flexion", {"knee_angle": 0.4}),
    ],
)
@of_side
def test_angles_that_opensim_does_not_have_grow_as_the_word_says(code: str, angles_rad: dict[str, float], side: str) -> None:
    here, there = SIDES.index(side), 1 - SIDES.index(side)
    still, bent = leaning()[code][0], leaning(**{f"{name}_{side[0]}": angle for name, angle in angles_rad.items()})[code][0]
    assert bent[here] > still[here] + 0.1
    assert bent[there] == pytest.approx(still[there], abs=1e-9), "the other leg stands as before"


def test_trunk_and_shanks_lean_forward_and_hips_go_to_the_own_left() -> None:
    assert leaning(lumbar_extension=-0.3)["trunk_lean"][0] == pytest.approx(0.3)
    assert leaning(pelvis_tilt=-0.2)["shank_inclination"][0] == pytest.approx([0.2, 0.2])
    # All of the body turned about forward, so that the feet go to the right and the hips stay: they are left of the feet.
    assert leaning(pelvis_list=-0.1)["pelvic_shift"][0] > 0.03


def test_every_moment_is_the_opposite_of_its_coordinate_and_every_loaded_coordinate_has_one() -> None:
    assert tuple(row.coordinate for row in MOMENTS) == Loads.LOADED
    assert {row.factor for row in MOMENTS} == {-1}
    assert {row.code for row in POSTURE if row.sided and row.coordinate is None} <= set(SIDED)


@pytest.mark.parametrize("code", SIGNS)
def test_every_direction_has_words(code: str) -> None:
    assert say(f"sign.{sign(code).positive}")


def test_an_unknown_code_is_refused() -> None:
    with pytest.raises(KeyError, match=r"Add its row to body/signs\.py"):
        sign("knee_flexing")
