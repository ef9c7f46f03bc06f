"""Make the stretch of the bench, and what OpenSim finds for it, from ../shared/data and with OpenSim installed.

    python tests/data/opensim/make_inverse_dynamics.py

writes src/kinechain/app/bench_data/squat_60.npz (the motion, from an example of OpenCap) and, beside this script,
inverse_dynamics.npz: what OpenSim's InverseDynamicsTool finds for it, and its bare solver for poses, speeds and accelerations
at random (with random numbers of a given seed, so that only the answers are stored).
"""

import tempfile
from pathlib import Path

import numpy as np

from kinechain.app.bench_loads import Stretch, read_stretch
from kinechain.app.bench_opensim import SolverLoop, Tool
from kinechain.core.types import SIDES
from kinechain.io.opensim_tables import read_table
from kinechain.io.osim import read_structure
from kinechain.maths.filters import low_pass
from kinechain.maths.multibody import Frames, Tree, lay_out, move

ROOT = Path(__file__).resolve().parents[3]
SHARED = ROOT.parent / "shared" / "data"
OSIM, MOT = SHARED / "model" / "LaiUhlrich2022.osim", SHARED / "mocap" / "opencap_squat.mot"
STRETCH = ROOT / "src" / "kinechain" / "app" / "bench_data" / "squat_60.npz"
ANSWERS = Path(__file__).parent / "inverse_dynamics.npz"

#: The frames that are meant, among them the deepest, and how many are kept on either side for derivatives.
FIRST, COUNT, AROUND = 690, 60, 30
#: Where the ground presses: so far from the hind foot's origin to that of the toes.
ALONG = 0.6
#: What the motion is smoothed at: as it is, its accelerations are noise, and the ground would push with many times body weight.
CUTOFF_HZ = 6.0
POSES = 20


def make_stretch(tree: Tree, mot: Path) -> dict[str, np.ndarray]:
    """Return the motion in radians and metres, and half of what the whole body needs under each foot, at one place each."""
    from scipy.interpolate import make_interp_spline

    table = read_table(mot)
    kept = slice(FIRST - AROUND, FIRST + COUNT + AROUND)
    values = np.column_stack([table.values[:, table.names.index(name)] for name in tree.coordinates])
    values = low_pass(values, table.time_s, CUTOFF_HZ, np.inf)[kept]
    for column, name in enumerate(tree.coordinates):
        if not name.endswith(("_tx", "_ty", "_tz", "_beta")):
            values[:, column] = np.deg2rad(values[:, column])
    values, time_s = tree.with_followers(values), table.time_s[kept]
    spline = make_interp_spline(time_s, values, k=5)
    force = 0.5 * move(tree, values, spline(time_s, 1), spline(time_s, 2)).whole.force.T
    laid = lay_out(tree, values)
    centres = []
    for side in SIDES:
        heel, toes = (laid.place(f"{name}_{side[0]}", np.zeros(3)).mean(axis=0) for name in ("calcn", "toes"))
        centres.append((heel + ALONG * (toes - heel)) * np.array([1.0, 0.0, 1.0]))
    return {
        "names": np.array(tree.coordinates),
        "time_s": time_s,
        "values": values,
        "force": np.stack([force, force], axis=1),
        "centre_of_pressure": np.broadcast_to(np.stack(centres), (time_s.size, 2, 3)),
        "frames": np.array([AROUND, AROUND + COUNT]),
    }


def random_motion(tree: Tree, seed: int = 0) -> tuple[Frames, Frames, Frames]:
    """Return poses, speeds and accelerations at random; knees bent by 10 to 110 degrees, the kneecaps where these lead them."""
    random = np.random.default_rng(seed)
    size = (POSES, len(tree.coordinates))
    poses, rates, accelerations = random.uniform(-0.5, 0.5, size), random.uniform(-2, 2, size), random.uniform(-5, 5, size)
    for follower in tree.followers:  # each leads by its own value: the identity, in this model
        poses[:, follower.leader] = np.deg2rad(random.uniform(10.0, 110.0, POSES))
        rates[:, follower.coordinate], accelerations[:, follower.coordinate] = (
            rates[:, follower.leader],
            accelerations[:, follower.leader],
        )
    return tree.with_followers(poses), rates, accelerations


def tool_forces(osim: Path, stretch: Stretch) -> Frames:
    """Return what OpenSim's tool finds for the stretch."""
    with tempfile.TemporaryDirectory() as folder:
        tool = Tool.set_up(osim, stretch.motion, stretch.ground, stretch.span_s, Path(folder))
        tool.run()
        return tool.forces()


def solver_forces(osim: Path, names: tuple[str, ...], motion: tuple[Frames, Frames, Frames]) -> dict[str, Frames]:
    """Return what OpenSim's solver finds for a motion: in full, held still, and with accelerations but no speeds."""
    poses, _, accelerations = motion
    still = np.zeros_like(poses)
    given = {"moving": motion, "held": (poses, still, still), "speeding_up": (poses, still, accelerations)}
    return {name: SolverLoop.set_up(osim, names, *parts).run() for name, parts in given.items()}


if __name__ == "__main__":
    tree = read_structure(OSIM).tree
    STRETCH.parent.mkdir(exist_ok=True)
    np.savez_compressed(STRETCH, **make_stretch(tree, MOT))
    answers = {"tool": tool_forces(OSIM, read_stretch()), **solver_forces(OSIM, tree.coordinates, random_motion(tree))}
    np.savez_compressed(ANSWERS, **answers)
