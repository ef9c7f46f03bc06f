"""Records of stick people whose angles were chosen, seen by a faraway camera: what the lab stores, with errors known by hand."""

from dataclasses import replace

import numpy as np

from figures import HALF_HIPS_M, HALF_SHOULDERS_M, SHANK_M, STATURE_M, THIGH_M, TRUNK_M, Figure, keypoints_of, squats
from kinechain.core.types import KEYPOINT_NAMES, SIDES
from lab.records import OFFSET_POINTS, Cost, Record, Who
from lab.types import LANDMARKS, Camera, Truth

#: So far away that the picture hardly differs from a parallel projection.
DISTANCE_M, PX_PER_M = 400.0, 400.0
SIZE = (720, 1280)
AZIMUTH_DEG = {"front": 0.0, "oblique": 45.0, "side": 90.0, "rear": 180.0}


def made_record(
    view: str = "side",
    figure: Figure | None = None,
    person: int = 0,
    group: str = "test",
    movement: str = "squat",
    noise_px: float = 0.0,
    distance_m: float = DISTANCE_M,
    **plan: object,
) -> Record:
    """Return a record whose keypoints are the projected truth, of a person who does what `figure` says."""
    figure = squats() if figure is None else figure
    truth = truth_of(figure, camera_at(AZIMUTH_DEG[view], figure.time_s.size, distance_m))
    planned = {
        "group": group,
        "person": person,
        "movement": movement,
        "view": view,
        "azimuth_deg": AZIMUTH_DEG[view],
        "source": "drawn",
        "faults": [],
        "fps": 30,
        "portrait": True,
        "standing_first": True,
        "seed": 1,
    } | plan
    xy, world = _seen(truth)
    xy += noise_px * np.random.default_rng(person).standard_normal(xy.shape)
    count = figure.time_s.size
    return Record(
        plan=planned,
        who=Who(STATURE_M, 70.0, "f", 30, THIGH_M + SHANK_M),
        truth=truth,
        keypoints=keypoints_of(figure.time_s, xy, world, SIZE),
        offset_px=np.zeros((count, len(OFFSET_POINTS), 2)),
        silhouette=np.zeros((count, SIZE[1] // 8, SIZE[0] // 8), dtype=bool),
        cost=Cost(render_s=20.0, pose_s=4.0),
    )


def moved(record: Record, point: str, by_px: np.ndarray) -> Record:
    """Return the record with one point's offset set to `by_px` (2,) or (time, 2)."""
    offset = record.offset_px.copy()
    offset[:, OFFSET_POINTS.index(point)] = by_px
    return replace(record, offset_px=offset)


def rolled(record: Record, by_deg: float) -> Record:
    """Return the record with all marks of the body turned clockwise in the picture, about its middle."""
    roll = np.deg2rad(by_deg)
    turn = np.array([[np.cos(roll), -np.sin(roll)], [np.sin(roll), np.cos(roll)]])
    marks = np.stack([record.keypoints.xy(point) for point in OFFSET_POINTS], axis=1)
    middle = 0.5 * np.array(SIZE)
    return replace(record, offset_px=(marks - middle) @ turn.T + middle - marks)


def camera_at(azimuth_deg: float, count: int, distance_m: float = DISTANCE_M, tilt_deg: float = 0.0) -> Camera:
    """Return a camera that looks at hip height: 0 degrees in front of the person, 90 at the person's right; tilted down."""
    azimuth, tilt = np.deg2rad([azimuth_deg, tilt_deg])
    level = -np.array([np.cos(azimuth), 0.0, np.sin(azimuth)])
    towards = np.cos(tilt) * level - [0.0, np.sin(tilt), 0.0]
    right = np.cross(level, [0.0, 1.0, 0.0])
    turn = np.stack([right, np.cross(towards, right), towards])
    position = np.array([0.0, 0.9, 0.0]) - distance_m * towards
    return Camera(*SIZE, PX_PER_M * distance_m, position, np.repeat(turn[None], count, axis=0))


def truth_of(figure: Figure, camera: Camera) -> Truth:
    """Return the truth of a figure: forward is x, up is y, the person's right is z; feet flat, legs alike."""
    count = figure.time_s.size
    shank, thigh, trunk = np.deg2rad(figure.shank), np.deg2rad(figure.shank - figure.knee), np.deg2rad(figure.trunk)

    def along(angle: np.ndarray, length: float) -> np.ndarray:
        return np.column_stack([length * np.sin(angle), length * np.cos(angle), np.zeros(count)])

    points: dict[str, np.ndarray] = {}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        ankle = np.broadcast_to([0.0, 0.08, sign * HALF_HIPS_M], (count, 3))
        knee = ankle + along(shank, SHANK_M) - [0.0, 0.0, sign * figure.knee_in_m]
        hip = ankle + along(shank, SHANK_M) + along(thigh, THIGH_M)
        shoulder = hip + along(trunk, TRUNK_M) + [0.0, 0.0, sign * (HALF_SHOULDERS_M - HALF_HIPS_M)]
        points |= {
            f"{side}_heel": ankle + np.array([-0.05, -0.06, 0.0]),
            f"{side}_foot_index": ankle + np.array([0.17, -0.06, 0.0]),
            f"{side}_ankle": ankle,
            f"{side}_knee": knee,
            f"{side}_hip": hip,
            f"{side}_shoulder": shoulder,
            f"{side}_elbow": shoulder + np.array([0.0, -0.25, 0.0]),
            f"{side}_wrist": shoulder + np.array([0.1, -0.45, 0.0]),
            f"{side}_ear": shoulder + np.array([0.04, 0.25, -sign * 0.12]),
        }
    points["nose"] = 0.5 * (points["left_ear"] + points["right_ear"]) + [0.08, 0.0, 0.0]
    deepest = np.flatnonzero(figure.knee > figure.knee.max() - 1e-9)
    bottoms = [run[len(run) // 2] for run in np.split(deepest, np.flatnonzero(np.diff(deepest) > 1) + 1)]
    return Truth(
        time_s=figure.time_s,
        centres=np.stack([points[name] for name in LANDMARKS], axis=1),
        contact=np.ones((count, 2, 2), dtype=bool),
        seated=np.zeros(count, dtype=bool),
        camera=camera,
        repetitions=tuple(
            (max(0.0, float(figure.time_s[at]) - 1.0), float(figure.time_s[at]), float(figure.time_s[at]) + 1.0) for at in bottoms
        ),
    )


def _seen(truth: Truth) -> tuple[np.ndarray, np.ndarray]:
    """Return the 33 landmarks in the picture (time, 33, 2) and in the network's own axes about the hips (time, 33, 3)."""
    names = [_nearest_landmark(name) for name in KEYPOINT_NAMES]
    points = np.stack([truth.path(name) for name in names], axis=1)
    middle = 0.5 * sum(truth.path(f"{side}_hip") for side in SIDES)
    world = np.einsum("tij,tpj->tpi", truth.camera.turn, points - middle[:, None])
    return truth.camera.project(points), world


def _nearest_landmark(name: str) -> str:
    if name in LANDMARKS:
        return name
    side = "left" if "left" in name else "right" if "right" in name else ""
    if any(part in name for part in ("pinky", "index", "thumb")):
        return f"{side}_wrist"
    return f"{side}_ear" if "eye" in name else "nose"
