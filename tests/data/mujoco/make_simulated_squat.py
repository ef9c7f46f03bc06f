"""Make squats of which every force is known: the body of the compiled model on plain hinges, let loose in MuJoCo on stiff feet.

    PYTHONPATH=tests python tests/data/mujoco/make_simulated_squat.py

at the root of a checkout with MuJoCo installed writes simulated_squat.npz beside this script. Springs in the joints draw the body
down into a squat in which its centre of mass stays over the feet, and up again; the feet stand on the floor by their own friction,
held by nothing. Kept, 100 times a second: the coordinates; what the floor does to each foot and what the joints' springs give, both
as means over the hundredth of a second about each frame; and an error like that of a film, to be added to the coordinates.
"""

from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np

from kinechain.body.model import read_model
from kinechain.core.types import SIDES
from kinechain.io.compiled import read_shipped
from kinechain.loads.feet import HIND_FOOT
from kinechain.maths.multibody import Tree, lay_out
from mujoco_body import hinged, mjcf

SQUAT = Path(__file__).parent / "simulated_squat.npz"

#: Depth (rad of knee flexion), and how the shanks lean with it; where the arms are; how the feet stand (rad, m from the middle).
DEPTH, LEAN_SHARE, ARMS, TOE_OUT, HALF_STANCE_M = np.deg2rad(75.0), 0.36, np.deg2rad(60.0), np.deg2rad(8.0), 0.12
#: Seconds: standing until the springs have settled, going down, staying, going up, standing.
SETTLE_S, DOWN_S, STAY_S, UP_S, END_S = 1.5, 1.4, 0.3, 1.4, 0.3
#: The simulation's step and the frames' (s); stiffness and damping of the joints (Nm/rad, Nms/rad).
STEP_S, FRAME_S, STIFF, DAMPED = 0.0005, 0.01, 4000.0, 400.0
#: Where the feet touch the floor, in shares of the way from the hind foot's origin to the toes: heel, ball, half width, depth.
HEEL, BALL, HALF_WIDTH, SOLE = -0.10, 1.25, 0.2, 0.14
#: Radius of a point of contact (m), and where over the feet the centre of mass is to be, from heel to ball: two squats.
POINT_M, OVER = 0.01, {"middle": 0.45, "forward": 0.6}
#: The error of a film: standard deviation (rad), and how long it stays alike (s).
ERROR, ALIKE_S = np.deg2rad(0.5), 0.3


def planned(tree: Tree, over: float) -> tuple[np.ndarray, np.ndarray]:
    """Return depths of the squat, and coordinates that stand there: feet level and in place, the centre of mass over them."""
    from scipy.optimize import fsolve

    depths = np.linspace(np.deg2rad(5.0), DEPTH, 25)
    unknown, poses = np.zeros(5), []
    for depth in depths:
        unknown = fsolve(lambda values, depth=depth: _missed(tree, _pose(tree, depth, values), over), unknown)
        poses.append(_pose(tree, depth, unknown))
    return depths, np.array(poses)


def _pose(tree: Tree, depth: float, unknown: np.ndarray) -> np.ndarray:
    """Return coordinates by depth, the pelvis' tilt, and hip flexion, adduction, rotation and subtalar angle of both sides."""
    pose = np.zeros(len(tree.coordinates))
    both = {"knee_angle": depth, "ankle_angle": LEAN_SHARE * depth, "arm_flex": ARMS}
    both |= dict(zip(("hip_flexion", "hip_adduction", "hip_rotation", "subtalar_angle"), unknown[1:], strict=True))
    for name, value in both.items():
        for side in SIDES:
            pose[tree.at[f"{name}_{side[0]}"]] = value
    pose[tree.at["pelvis_tilt"]] = unknown[0]
    return pose


def _missed(tree: Tree, pose: np.ndarray, over: float) -> np.ndarray:
    """Return what is not as it is to be: the right foot's slopes, toe-out and place, and where the centre of mass is."""
    laid = lay_out(tree, pose[None])
    foot = laid.axes[tree.link_at["calcn_r"]][..., 0]
    centre = sum(link.mass * laid.place(link.name, link.centre)[0, 0] for link in tree.links) / tree.mass
    point = laid.place("calcn_r", _on_sole(tree, "right", over))[0]
    return np.array([foot[1, 0], foot[1, 2], foot[2, 0] - np.sin(TOE_OUT), point[2] - HALF_STANCE_M, centre - point[0]])


def _on_sole(tree: Tree, side: str, share: float, across: float = 0.0) -> np.ndarray:
    """Return a point of the sole in the hind foot's axes (m): `share` of the way from heel to ball."""
    reach = float(np.linalg.norm(tree.links[tree.link_at[f"toes_{side[0]}"]].in_parent.origin))
    return reach * np.array([HEEL + share * (BALL - HEEL), -SOLE, across * HALF_WIDTH])


def built(tree: Tree) -> str:
    """Return the body, its feet and the floor as MuJoCo's XML."""
    points = {}
    for side in SIDES:
        up = np.array([0.0, POINT_M, 0.0])
        corners = [up + _on_sole(tree, side, share, across) for share in (0.0, 1.0) for across in (-1.0, 1.0)]
        points[HIND_FOOT[side]] = "".join(
            f'<geom name="{side}{number}" type="sphere" size="{POINT_M}" pos="{" ".join(map(str, corner))}" mass="0" '
            'contype="1" conaffinity="0"/>'
            for number, corner in enumerate(corners)
        )
    floor = (
        '<geom name="floor" type="plane" size="5 5 1" xyaxes="1 0 0 0 0 -1" contype="0" conaffinity="1" friction="1 0.01 0.001"/>'
    )
    driven = "".join(
        f'<position joint="{name}" kp="{STIFF}" kv="{DAMPED}"/>' for name in tree.coordinates if not name.startswith("pelvis_")
    )
    option = f'<option timestep="{STEP_S}" integrator="implicitfast" cone="elliptic"/><default><geom solref="0.008 1.5"/></default>'
    return mjcf(tree, floor, points).replace("</mujoco>", f"{option}<actuator>{driven}</actuator></mujoco>")


def simulated(tree: Tree, over: float) -> dict[str, np.ndarray]:
    """Return the squat."""
    import mujoco

    model = mujoco.MjModel.from_xml_string(built(tree))
    data = mujoco.MjData(model)
    order = [model.joint(name).qposadr[0] for name in tree.coordinates]
    depths, poses = planned(tree, over)
    aims = [tree.at[model.joint(joint).name] for joint in model.actuator_trnid[:, 0]]
    start = poses[0].copy()
    laid = lay_out(tree, start[None])
    start[tree.at["pelvis_ty"]] = -min(laid.place(HIND_FOOT[side], _on_sole(tree, side, 0.0))[0, 1] for side in SIDES)
    data.qpos[order] = start
    total = SETTLE_S + DOWN_S + STAY_S + UP_S + END_S
    per_frame = round(FRAME_S / STEP_S)
    kept: dict[str, list[np.ndarray]] = {name: [] for name in ("values", "wrench", "given")}
    for number in range(round(total / STEP_S)):
        share = _share(number * STEP_S)
        depth = depths[0] + share * (depths[-1] - depths[0])
        pose = np.array([np.interp(depth, depths, column) for column in poses.T])
        data.ctrl[:] = pose[aims]
        mujoco.mj_step1(model, data)
        mujoco.mj_step2(model, data)
        kept["values"].append(data.qpos[order].copy())
        kept["wrench"].append(_wrenches(mujoco, model, data))
        kept["given"].append((data.qfrc_actuator + data.qfrc_passive)[order])
    steps = {name: np.array(values) for name, values in kept.items()}
    first, half = round(0.75 * SETTLE_S / STEP_S), per_frame // 2
    at = np.arange(first, len(steps["values"]) - per_frame, per_frame)
    about = at[:, None] + np.arange(-half, half)
    # The state kept after step n is that of time n + 1, the forces those of the step towards it.
    wrench, given = (steps[name][about + 1].mean(axis=1) for name in ("wrench", "given"))
    force, moment = wrench[..., :3], wrench[..., 3:]
    centre = np.stack([moment[..., 2], np.zeros(force.shape[:2]), -moment[..., 0]], axis=-1) / force[..., 1:2]
    free = moment - np.cross(centre, force)
    return {
        "values": steps["values"][at],
        "force": force.astype(np.float32),
        "centre_of_pressure": centre.astype(np.float32),
        "free_moment": free.astype(np.float32),
        "given": given.astype(np.float32),
    }


def _share(time_s: float) -> float:
    """Return how far down the squat is, smooth to the third derivative."""
    down = np.clip((time_s - SETTLE_S) / DOWN_S, 0.0, 1.0)
    up = np.clip((time_s - SETTLE_S - DOWN_S - STAY_S) / UP_S, 0.0, 1.0)
    return _smooth(down) - _smooth(up)


def _smooth(x: float) -> float:
    return float(x**4 * (35.0 - 84.0 * x + 70.0 * x**2 - 20.0 * x**3))


def _wrenches(mujoco: ModuleType, model: Any, data: Any) -> np.ndarray:
    """Return what the floor does to each foot, (side, force and moment about the origin)."""
    wrenches, own = np.zeros((2, 6)), np.zeros(6)
    for number in range(data.ncon):
        contact = data.contact[number]
        names = [model.geom(geom).name for geom in (contact.geom1, contact.geom2)]
        foot = next(name for name in names if name != "floor")
        mujoco.mj_contactForce(model, data, number, own)
        frame = contact.frame.reshape(3, 3)
        force = frame.T @ own[:3] * (1.0 if names[0] == "floor" else -1.0)
        wrenches[0 if foot.startswith(SIDES[0]) else 1] += np.concatenate([force, np.cross(contact.pos, force)])
    return wrenches


def _errors(tree: Tree, count: int) -> np.ndarray:
    """Return an error like that of a film: of every angle, smooth in time, the same every time the script runs."""
    random = np.random.default_rng(0)
    reach = np.arange(-3 * round(ALIKE_S / FRAME_S), 3 * round(ALIKE_S / FRAME_S) + 1) * FRAME_S
    bell = np.exp(-((reach / ALIKE_S) ** 2))
    errors = np.zeros((count, len(tree.coordinates)))
    for column, name in enumerate(tree.coordinates):
        if not name.startswith("pelvis_t") or name == "pelvis_tilt":
            noise = np.convolve(random.standard_normal(count + reach.size - 1), bell / np.linalg.norm(bell), mode="valid")
            errors[:, column] = ERROR * noise
    return errors


if __name__ == "__main__":
    body = hinged(read_model(*read_shipped()).tree)
    squats = {name: simulated(body, over) for name, over in OVER.items()}
    kept = {f"{name}_{part}": values for name, squat in squats.items() for part, values in squat.items()}
    frames = squats["middle"]["values"].shape[0]
    time_s, names = FRAME_S * np.arange(frames), np.array(body.coordinates)
    np.savez_compressed(SQUAT, names=names, time_s=time_s, error=_errors(body, frames).astype(np.float32), **kept)
