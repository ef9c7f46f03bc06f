"""How long are muscles, and what are their moment arms, by OpenSim itself? Writes `muscle_reference.npz` beside this script.

Run it with the group `oracles` installed: `python tests/data/opensim/make_muscle_reference.py PATH/TO/LaiUhlrich2022.osim`.
Poses of the right leg: `poses` drawn evenly over the model's whole range, none of them used in fitting, and `sweep`, the knee from
0 to 130 degrees by 5 with the hip at 0 and at 60 degrees. Lengths (m) of the right leg's muscles, and OpenSim's own moment arms
(m) by `computeMomentArm`, which moves the kneecap along.
"""

import sys
from pathlib import Path

import numpy as np

from kinechain.io.osim_muscles import open_muscles


def main(model: Path) -> None:
    """Write the reference."""
    opened = open_muscles(model)
    muscles = [muscle for muscle in opened.muscles if muscle.name.endswith("_r")]
    names = tuple(dict.fromkeys(name for muscle in muscles for name in muscle.crosses))
    low, high = np.array([opened.ranges[name] for name in names]).T
    poses = low + (high - low) * np.random.default_rng(20221122).random((300, len(names)))
    knee = np.deg2rad(np.arange(0.0, 131.0, 5.0))
    sweep = np.zeros((2 * knee.size, len(names)))
    sweep[:, names.index("knee_angle_r")] = np.tile(knee, 2)
    sweep[knee.size :, names.index("hip_flexion_r")] = np.deg2rad(60.0)
    every = [muscle.name for muscle in muscles]
    arrays = {"coordinates": np.array(names), "muscles": np.array(every), "poses": poses, "sweep": sweep}
    for part in ("poses", "sweep"):
        arrays[f"{part}_lengths"] = opened.lengths(names, arrays[part], every)
        arrays[f"{part}_arms"] = opened.moment_arms(names, arrays[part], every).astype(np.float32)
    np.savez_compressed(Path(__file__).with_name("muscle_reference.npz"), **arrays)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
