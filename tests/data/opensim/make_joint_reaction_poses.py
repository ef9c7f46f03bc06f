"""What do kneecap and knee bear under given tensions, by OpenSim itself? Writes `joint_reaction_poses.npz` beside this script.

Run it with the group `oracles` installed: `python tests/data/opensim/make_joint_reaction_poses.py PATH/TO/LaiUhlrich2022.osim`.
The body is held still, every coordinate locked, in `poses` (rad) drawn over the range in which numbers are given, and every muscle
is made to pull with a tension (N) drawn between nothing and its greatest. Gravity acts, the ground does not. `patellofemoral` and
`walker_knee` are the forces (N) that the thigh gives kneecap and shin, in the thigh's and the shin's axes, by
`Joint.calcReactionOnParentExpressedInGround`, over pose, side (right, left) and x, y, z.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np

from kinechain.io.osim import open_osim, opensim_library

#: From where to where (degrees) coordinates of a leg are drawn.
RANGES = {
    "hip_flexion": (-10.0, 110.0),
    "hip_adduction": (-25.0, 15.0),
    "hip_rotation": (-25.0, 25.0),
    "knee_angle": (-5.0, 120.0),
    "ankle_angle": (-30.0, 35.0),
    "subtalar_angle": (-15.0, 15.0),
}
SIDES = ("r", "l")
POSES = 30


def main(path: Path) -> None:
    """Write the reference."""
    opensim_library()
    model, state = open_osim(path)
    random = np.random.default_rng(20261123)
    coordinates = [model.getCoordinateSet().get(at) for at in range(model.getCoordinateSet().getSize())]
    muscles = [model.getMuscles().get(at) for at in range(model.getMuscles().getSize())]
    names = [f"{name}_{side}" for side in SIDES for name in RANGES]
    low, high = np.deg2rad([RANGES[name[:-2]] for name in names]).T
    poses = low + (high - low) * random.random((POSES, len(names)))
    greatest = np.array([muscle.get_max_isometric_force() for muscle in muscles])
    tensions = greatest * random.random((POSES, len(muscles)))
    given = {joint: np.empty((POSES, len(SIDES), 3)) for joint in ("patellofemoral", "walker_knee")}
    for nth in range(POSES):
        pose(model, state, coordinates, dict(zip(names, poses[nth], strict=True)))
        for muscle, tension in zip(muscles, tensions[nth], strict=True):
            muscle.overrideActuation(state, True)
            muscle.setOverrideActuation(state, tension)
        model.realizeAcceleration(state)
        assert np.abs(state.getUDot().to_numpy()).max() < 1e-6
        for joint, axes in (("patellofemoral", "femur"), ("walker_knee", "tibia")):
            for at, side in enumerate(SIDES):
                given[joint][nth, at] = force_on_child(model, state, f"{joint}_{side}") @ axes_of(model, state, f"{axes}_{side}")
    arrays = {"coordinates": np.array(names), "poses": poses, "muscles": np.array([one.getName() for one in muscles])}
    np.savez_compressed(Path(__file__).with_name("joint_reaction_poses.npz"), **arrays, tensions=tensions, **given)


def pose(model: Any, state: Any, coordinates: list[Any], values: dict[str, float]) -> None:
    """Put the coordinates where they are to be, the kneecaps' where the knees lead them, and lock them all but these."""
    for coordinate in coordinates:
        coordinate.setLocked(state, False)
        coordinate.setClamped(state, False)  # else a knee past straight is put straight
    for coordinate in coordinates:
        name = coordinate.getName()
        coordinate.setValue(state, values.get(name, coordinate.getDefaultValue()), False)
        coordinate.setSpeedValue(state, 0.0)
    model.assemble(state)
    assert all(abs(model.getCoordinateSet().get(name).getValue(state) - value) < 1e-6 for name, value in values.items())
    for coordinate in coordinates:
        if not coordinate.isConstrained(state):
            coordinate.setLocked(state, True)


def force_on_child(model: Any, state: Any, joint: str) -> np.ndarray:
    """Return the force that a joint's parent gives the child, in the ground's axes."""
    wrench = model.getJointSet().get(joint).calcReactionOnParentExpressedInGround(state)
    return -np.array([wrench.get(1).get(axis) for axis in range(3)])


def axes_of(model: Any, state: Any, body: str) -> np.ndarray:
    """Return a body's axes, as columns in the ground's."""
    rotation = model.getBodySet().get(body).getTransformInGround(state).R()
    return np.array([[rotation.get(row, column) for column in range(3)] for row in range(3)])


if __name__ == "__main__":
    main(Path(sys.argv[1]))
