"""How do real people squat? Recorded motions, kept as directions and angles that any body can take on.

`compile_motions` reads markers and joint angles once, by hand, and writes `lab/data/motions.npz`; everything else reads that file.
Sources: UI-PRMD deep squats, Vicon (Vakanski et al. 2018, Data 3(1):2), and the squat of the OpenCap example data (Apache-2.0).
"""

import gzip
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinechain.maths.filters import low_pass
from lab.rotations import X, Y, Z, about, across, apply, between, unit, vector_of

FILE = Path(__file__).parent / "data" / "motions.npz"
RATE_HZ = 30.0

#: What is kept of each frame, and how many numbers it is.
_COLUMNS = {
    "knee_flexion": 2,
    "leg": 6,
    "knee_aim": 6,
    "heel_up": 2,
    "pelvis_turn": 3,
    "thorax_turn": 3,
    "head_turn": 3,
    "trunk": 3,
    "upper_arm": 6,
    "forearm": 6,
}
#: Numbers between -4 and 4 as 16-bit integers: a step is 0.007 degrees.
_SCALE = 8192.0

#: Marker noise ends, and squatting goes on, well below this (Hz).
_CUTOFF_HZ = 6.0
_LONGEST_GAP_S = 0.1

#: Plug-in Gait markers in the order of the UI-PRMD files, checked against their coordinates.
UIPRMD_MARKERS = [
    "LFHD",
    "RFHD",
    "LBHD",
    "RBHD",
    "C7",
    "T10",
    "CLAV",
    "STRN",
    "RBAK",
    "LSHO",
    "LUPA",
    "LELB",
    "LFRM",
    "LWRA",
    "LWRB",
    "LFIN",
    "RSHO",
    "RUPA",
    "RELB",
    "RFRM",
    "RWRA",
    "RWRB",
    "RFIN",
    "LASI",
    "RASI",
    "LPSI",
    "RPSI",
    "LTHI",
    "LKNE",
    "LTIB",
    "LANK",
    "LHEE",
    "LTOE",
    "RTHI",
    "RKNE",
    "RTIB",
    "RANK",
    "RHEE",
    "RTOE",
]
UIPRMD_HZ = 100.0

#: From the lateral marker's middle to the joint's centre: half a textbook width and half a 14 mm marker (m).
_HALF_KNEE_M, _HALF_ANKLE_M = 0.052 + 0.007, 0.036 + 0.007
#: Hip centre from the middle of the front spines, as shares of their distance: back, sideways, down (Bell, Pedersen and Brand 1990,
#: J Biomech 23:617-621: 22 % behind, 14 % medial of and 30 % below each spine).
_BELL = (-0.22, 0.36, -0.30)
#: The shoulder's centre lies below the marker on the acromion (m).
_SHOULDER_DOWN_M = 0.05

#: Which takes are kept: two correct repetitions and three incorrect ones of each of the five people.
_KEPT = {"correct": (2, 7), "incorrect": (2, 5, 9)}
#: The OpenCap squats are cut where the person stands between them (frames at 100 Hz).
_OPENCAP_CUTS = ((0, 330), (310, 660))

Paths = dict[str, Float[np.ndarray, "time 3"]]


@dataclass(frozen=True)
class RecordedMotion:
    """One take, 30 frames a second, without the person's lengths. Turns are rotation vectors (rad) away from the rest posture.

    `leg` (time, side, 3) direction from ankle to hip; `trunk` (time, 3) from the middle of the hips to that of the shoulders;
    `place` (side, 2) where the ankles stand (x, z in leg lengths), `yaw` (side,) where the feet point to, to the left positive;
    the rest as in `lab.types.Posture`.
    """

    name: str
    place: Float[np.ndarray, "2 2"]
    yaw: Float[np.ndarray, " 2"]
    knee_flexion: Float[np.ndarray, "time 2"]
    leg: Float[np.ndarray, "time 2 3"]
    knee_aim: Float[np.ndarray, "time 2 3"]
    heel_up: Float[np.ndarray, "time 2"]
    pelvis_turn: Float[np.ndarray, "time 3"]
    thorax_turn: Float[np.ndarray, "time 3"]
    head_turn: Float[np.ndarray, "time 3"]
    trunk: Float[np.ndarray, "time 3"]
    upper_arm: Float[np.ndarray, "time 2 3"]
    forearm: Float[np.ndarray, "time 2 3"]

    @property
    def duration_s(self) -> float:
        """From the first to the last frame."""
        return float((len(self.knee_flexion) - 1) / RATE_HZ)


@lru_cache(maxsize=1)
def load_motions() -> tuple[RecordedMotion, ...]:
    """Return all recorded motions."""
    with np.load(FILE) as kept:
        names, starts, stands, rows = (kept[name] for name in ("names", "starts", "stands", "frames"))
    return tuple(
        _unpacked(str(name), stand, rows[start:stop].astype(float) / _SCALE)
        for name, stand, start, stop in zip(names, stands, starts, [*starts[1:], len(rows)], strict=True)
    )


def read_at(motion: RecordedMotion, at_s: Float[np.ndarray, " time"]) -> RecordedMotion:
    """Return the take at other times, straight lines between its frames and its first and last posture before and after."""
    frames_s = np.arange(len(motion.knee_flexion)) / RATE_HZ
    packed = _packed(motion)
    rows = np.column_stack([np.interp(at_s, frames_s, column) for column in packed.T])
    stand = np.concatenate([motion.place.ravel(), motion.yaw])
    return _unpacked(motion.name, stand, rows)


def _packed(motion: RecordedMotion) -> Float[np.ndarray, "time column"]:
    return np.column_stack([getattr(motion, name).reshape(len(motion.knee_flexion), -1) for name in _COLUMNS])


def _unpacked(name: str, stand: Float[np.ndarray, " 6"], rows: Float[np.ndarray, "time column"]) -> RecordedMotion:
    parts, start = {}, 0
    for field, width in _COLUMNS.items():
        part = rows[:, start : start + width]
        parts[field] = unit(part.reshape(-1, 2, 3)) if width == 6 else part
        start += width
    return RecordedMotion(name=name, place=stand[:4].reshape(2, 2), yaw=stand[4:], **parts)


def compile_motions(mocap: Path, out: Path = FILE) -> None:
    """Read the chosen takes from the folder of shared motion data and write the compact file."""
    motions = []
    for kind, repetitions in _KEPT.items():
        for person in range(1, 6):
            for repetition in repetitions:
                stem = f"m01_s{person:02d}_e{repetition:02d}_positions{'_inc' if kind == 'incorrect' else ''}"
                paths = read_markers(mocap / "uiprmd_m01" / kind / f"{stem}.txt.gz")
                motions.append(motion_of_centres(f"uiprmd {kind} {person} {repetition}", centres_of_markers(paths), UIPRMD_HZ))
    whole = _read_mot(mocap / "opencap_squat.mot")
    for number, (start, stop) in enumerate(_OPENCAP_CUTS):
        cut = {name: column[start:stop] for name, column in whole.items()}
        motions.append(motion_of_centres(f"opencap {number + 1}", _centres_of_coordinates(cut), 100.0))
    rows = [_without_waiting(_packed(motion)) for motion in motions]
    np.savez_compressed(
        out,
        names=np.array([motion.name for motion in motions]),
        starts=np.cumsum([0, *(len(row) for row in rows[:-1])]).astype(np.int32),
        stands=np.array([np.concatenate([motion.place.ravel(), motion.yaw]) for motion in motions]),
        frames=np.round(np.concatenate(rows) * _SCALE).astype(np.int16),
    )


def _without_waiting(rows: Float[np.ndarray, "time column"]) -> Float[np.ndarray, " kept column"]:
    """Return a take without the time before the first and after the last movement of the knees, but for a third of a second."""
    knee = rows[:, :2].mean(axis=1)
    moving = np.flatnonzero(knee > knee.min() + 0.08 * np.ptp(knee))
    spare = round(RATE_HZ / 3.0)
    return rows[max(moving[0] - spare, 0) : moving[-1] + spare]


def read_markers(path: Path) -> Paths:
    """Return the marker paths of a UI-PRMD file in the lab's axes (m; x forward, y up, z to the right)."""
    with gzip.open(path, "rt") as file:
        rows = np.loadtxt(file, delimiter=",").reshape(-1, len(UIPRMD_MARKERS), 3) / 1000.0
    turned = np.stack([rows[..., 0], rows[..., 2], -rows[..., 1]], axis=-1)
    smooth = low_pass(turned, np.arange(len(turned)) / UIPRMD_HZ, _CUTOFF_HZ, _LONGEST_GAP_S)
    return {name: smooth[:, number] for number, name in enumerate(UIPRMD_MARKERS)}


def centres_of_markers(markers: Paths) -> Paths:
    """Return joint centres and the axes of pelvis, thorax and head (`..._x`, `..._y`: forward and up) from Plug-in Gait markers."""
    front, back = 0.5 * (markers["LASI"] + markers["RASI"]), 0.5 * (markers["LPSI"] + markers["RPSI"])
    left = unit(markers["LASI"] - markers["RASI"])
    forward = unit(across(front - back, left))
    up = np.cross(forward, -left)
    up = up * np.sign(up[:, [1]])
    width = np.linalg.norm(markers["LASI"] - markers["RASI"], axis=1).mean()
    chest_up = 0.5 * (markers["C7"] + markers["CLAV"]) - 0.5 * (markers["T10"] + markers["STRN"])
    chest_forward = 0.5 * (markers["CLAV"] + markers["STRN"]) - 0.5 * (markers["C7"] + markers["T10"])
    head_forward = 0.5 * (markers["LFHD"] + markers["RFHD"]) - 0.5 * (markers["LBHD"] + markers["RBHD"])
    head_left = 0.5 * (markers["LFHD"] + markers["LBHD"]) - 0.5 * (markers["RFHD"] + markers["RBHD"])
    centres = {
        "pelvis_x": forward,
        "pelvis_y": up,
        "thorax_x": chest_forward,
        "thorax_y": chest_up,
        "head_x": head_forward,
        "head_y": np.cross(head_forward, head_left),
    }
    backward, sideways, down = (share * width for share in _BELL)
    for side, sign in (("l", 1.0), ("r", -1.0)):
        upper = side.upper()
        heel, toe, lateral, ankle = (markers[f"{upper}{name}"] for name in ("HEE", "TOE", "KNE", "ANK"))
        outward = sign * unit(np.cross(Y, across(toe - heel, Y)))
        hip = front + backward * forward + sign * sideways * left + down * up
        shin = unit(ankle - lateral)
        medial = -unit(across(outward, shin))
        centres |= {
            f"hip_{side}": hip,
            f"knee_{side}": lateral + _HALF_KNEE_M * medial,
            f"ankle_{side}": ankle + _HALF_ANKLE_M * medial,
            f"heel_{side}": heel,
            f"toe_{side}": toe,
            f"shoulder_{side}": markers[f"{upper}SHO"] - _SHOULDER_DOWN_M * unit(chest_up),
            f"elbow_{side}": markers[f"{upper}ELB"],
            f"wrist_{side}": 0.5 * (markers[f"{upper}WRA"] + markers[f"{upper}WRB"]),
        }
    return centres


def motion_of_centres(name: str, centres: Paths, rate_hz: float) -> RecordedMotion:
    """Return a take from joint centres and axes: turned to face +x, turns counted from its own first posture."""
    count = len(centres["hip_l"])
    frames_s = np.arange(0.0, (count - 1) / rate_hz + 1e-9, 1.0 / RATE_HZ)

    def even(path: Float[np.ndarray, "time 3"]) -> Float[np.ndarray, "new 3"]:
        return np.column_stack([np.interp(frames_s, np.arange(count) / rate_hz, column) for column in path.T])

    ahead = across(centres["pelvis_x"][:10].mean(axis=0), Y)
    home = about(Y, -np.arctan2(-ahead[2], ahead[0]))
    at = {key: apply(home, even(path)) for key, path in centres.items()}
    pair = {key[:-2]: np.stack([at[key], at[f"{key[:-2]}_r"]], axis=1) for key in at if key.endswith("_l")}
    thigh, shank = pair["hip"] - pair["knee"], pair["knee"] - pair["ankle"]
    flexion = np.arctan2(np.linalg.norm(np.cross(thigh, shank), axis=-1), np.sum(thigh * shank, axis=-1))
    legs_m = (np.linalg.norm(thigh, axis=-1) + np.linalg.norm(shank, axis=-1)).mean()
    stood = np.median(pair["ankle"] - pair["ankle"].mean(axis=1, keepdims=True), axis=0)
    foot = pair["toe"] - pair["heel"]
    pitch = np.arctan2(-foot[..., 1], np.linalg.norm(foot[..., [0, 2]], axis=-1))
    trunk = unit((pair["shoulder"] - pair["hip"]).mean(axis=1))
    upright = between(Y, trunk[:5].mean(axis=0))
    return RecordedMotion(
        name=name,
        place=stood[:, [0, 2]] / legs_m,
        yaw=np.median(np.arctan2(-foot[..., 2], foot[..., 0]), axis=0),
        knee_flexion=flexion,
        leg=unit(pair["hip"] - pair["ankle"]),
        knee_aim=_aim(pair, foot, flexion),
        heel_up=np.maximum(pitch - np.median(pitch[:5], axis=0), 0.0),
        pelvis_turn=vector_of(_since_start(at["pelvis_x"], at["pelvis_y"])),
        thorax_turn=vector_of(_since_start(at["thorax_x"], at["thorax_y"]) @ upright),
        head_turn=vector_of(_since_start(at["head_x"], at["head_y"])),
        trunk=trunk,
        upper_arm=unit(pair["elbow"] - pair["shoulder"]),
        forearm=unit(pair["wrist"] - pair["elbow"]),
    )


def _aim(
    pair: dict[str, Float[np.ndarray, "time 2 3"]], foot: Float[np.ndarray, "time 2 3"], flexion: Float[np.ndarray, "time 2"]
) -> Float[np.ndarray, "time 2 3"]:
    """Return where the knees point to: where they are when bent, where the feet point to when nearly straight."""
    line = unit(pair["hip"] - pair["ankle"])
    knee = across(pair["knee"] - pair["ankle"], line)
    along = unit(across(foot, line)) * np.linalg.norm(knee, axis=-1, keepdims=True)
    trust = np.clip((flexion - np.deg2rad(15.0)) / np.deg2rad(25.0), 0.0, 1.0)[..., None]
    return unit(along + trust * (knee - along))


def _since_start(forward: Float[np.ndarray, "time 3"], up: Float[np.ndarray, "time 3"]) -> Float[np.ndarray, "time 3 3"]:
    """Return how axes have turned since the mean of their first five frames."""
    axes = _square(forward, up)
    first = _square(forward[:5].mean(axis=0, keepdims=True), up[:5].mean(axis=0, keepdims=True))[0]
    return np.asarray(axes @ first.T)


def _square(forward: Float[np.ndarray, "time 3"], up: Float[np.ndarray, "time 3"]) -> Float[np.ndarray, "time 3 3"]:
    y = unit(up)
    x = unit(across(forward, y))
    return np.stack([x, y, np.cross(x, y)], axis=-1)


def _read_mot(path: Path) -> dict[str, Float[np.ndarray, " time"]]:
    """Return the columns of an OpenSim motion file, angles in radians."""
    lines = path.read_text().splitlines()
    head = lines.index("endheader")
    rows = np.array([[float(word) for word in line.split()] for line in lines[head + 2 :] if line.strip()])
    return {name: np.deg2rad(rows[:, number]) for number, name in enumerate(lines[head + 1].split("\t"))}


def _centres_of_coordinates(q: dict[str, Float[np.ndarray, " time"]]) -> Paths:
    """Return centres and axes from OpenSim coordinates, on a body of textbook shares (Winter 2009, figure 4.1) of stature 1.

    Axes are the model's main ones (flexion about z, adduction about x, rotation about y); its small tilts are left out.
    """
    pelvis = about(Z, q["pelvis_tilt"]) @ about(X, q["pelvis_list"]) @ about(Y, q["pelvis_rotation"])
    thorax = pelvis @ about(Z, q["lumbar_extension"]) @ about(X, q["lumbar_bending"]) @ about(Y, q["lumbar_rotation"])
    centres = {
        f"{part}_{axis}": turn[..., column]
        for part, turn in (("pelvis", pelvis), ("thorax", thorax), ("head", thorax))
        for axis, column in (("x", 0), ("y", 1))
    }
    for side, sign in (("l", -1.0), ("r", 1.0)):

        def joint(name: str, side: str = side) -> Float[np.ndarray, " time"]:
            return q[f"{name}_{side}"]

        thigh = (
            pelvis
            @ about(Z, joint("hip_flexion"))
            @ about(X, sign * joint("hip_adduction"))
            @ about(Y, sign * joint("hip_rotation"))
        )
        shank = thigh @ about(Z, -joint("knee_angle"))
        foot = shank @ about(Z, joint("ankle_angle"))
        arm = thorax @ about(Z, joint("arm_flex")) @ about(X, sign * joint("arm_add")) @ about(Y, sign * joint("arm_rot"))
        hip = apply(pelvis, np.array([0.0, 0.0, 0.052 * sign]))
        knee = hip + apply(thigh, -0.245 * Y)
        ankle = knee + apply(shank, -0.246 * Y)
        heel = ankle + apply(foot, np.array([-0.03, -0.03, 0.0]))
        shoulder = apply(pelvis, 0.06 * Y) + apply(thorax, np.array([0.0, 0.228, 0.115 * sign]))
        elbow = shoulder + apply(arm, -0.186 * Y)
        centres |= {
            f"hip_{side}": hip,
            f"knee_{side}": knee,
            f"ankle_{side}": ankle,
            f"heel_{side}": heel,
            f"toe_{side}": heel + apply(foot, 0.15 * X),
            f"shoulder_{side}": shoulder,
            f"elbow_{side}": elbow,
            f"wrist_{side}": elbow + apply(arm @ about(Z, joint("elbow_flex")), -0.146 * Y),
        }
    return centres
