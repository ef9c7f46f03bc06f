"""A body of capsules, one to a segment, for tests that must not depend on the real bodies."""

import numpy as np

from lab.types import LANDMARKS, SEGMENTS, Person, Skeleton

# Every segment: where it begins (its joint), where it ends, its radius (m); the left side is -z.
_TRUNK = {
    "pelvis": ((0.0, 0.90, 0.0), (0.0, 1.00, 0.0), 0.15),
    "abdomen": ((0.0, 1.02, 0.0), (0.0, 1.15, 0.0), 0.13),
    "thorax": ((0.0, 1.18, 0.0), (0.0, 1.36, 0.0), 0.15),
    "head": ((0.0, 1.50, 0.0), (0.02, 1.64, 0.0), 0.09),
}
_SIDE = {
    "thigh": ((0.0, 0.90, 0.09), (0.0, 0.48, 0.09), 0.075),
    "shank": ((0.0, 0.48, 0.09), (0.0, 0.08, 0.09), 0.05),
    "foot": ((0.0, 0.08, 0.09), (0.12, 0.045, 0.09), 0.045),
    "toes": ((0.15, 0.035, 0.09), (0.19, 0.035, 0.09), 0.035),
    "upper_arm": ((0.0, 1.42, 0.19), (0.0, 1.19, 0.36), 0.045),
    "forearm": ((0.0, 1.19, 0.36), (0.0, 1.01, 0.51), 0.038),
    "hand": ((0.0, 1.01, 0.51), (0.0, 0.92, 0.58), 0.035),
}
_LANDMARKS = {
    "nose": (0.12, 1.60, 0.0),
    "left_ear": (0.0, 1.60, -0.08),
    "right_ear": (0.0, 1.60, 0.08),
    "shoulder": _SIDE["upper_arm"][0],
    "elbow": _SIDE["forearm"][0],
    "wrist": _SIDE["hand"][0],
    "hip": _SIDE["thigh"][0],
    "knee": _SIDE["shank"][0],
    "ankle": _SIDE["foot"][0],
    "heel": (-0.05, 0.03, 0.09),
    "foot_index": (0.22, 0.02, 0.09),
}


def bone(segment: str) -> tuple[np.ndarray, np.ndarray, float]:
    """Return a segment's joint, far end and radius."""
    if segment in _TRUNK:
        start, end, radius = _TRUNK[segment]
        return np.array(start), np.array(end), radius
    name, side = segment.rsplit("_", 1)
    start, end, radius = _SIDE[name]
    mirror = np.array([1.0, 1.0, -1.0 if side == "l" else 1.0])
    return start * mirror, end * mirror, radius


def _landmark(name: str) -> np.ndarray:
    if name in _LANDMARKS:
        return np.array(_LANDMARKS[name])
    side, point = name.split("_", 1)
    return np.array(_LANDMARKS[point]) * [1.0, 1.0, -1.0 if side == "left" else 1.0]


def capsule(start: np.ndarray, end: np.ndarray, radius: float, around: int = 16, rings: int = 9) -> tuple[np.ndarray, np.ndarray]:
    """Return vertices and outward triangles of a capsule: `rings` circles from pole to pole, and the poles."""
    axis = (end - start) / np.linalg.norm(end - start)
    across = np.cross(axis, [1.0, 0.0, 0.0] if abs(axis[0]) < 0.9 else [0.0, 1.0, 0.0])
    across /= np.linalg.norm(across)
    other = np.cross(axis, across)
    latitudes = np.linspace(-0.5 * np.pi, 0.5 * np.pi, rings + 2)[1:-1]
    turns = np.arange(around) * 2.0 * np.pi / around
    circle = np.cos(turns)[:, None] * across + np.sin(turns)[:, None] * other
    rows = [
        (start if latitude < 0 else end if latitude > 0 else 0.5 * (start + end))
        + radius * (np.sin(latitude) * axis + np.cos(latitude) * circle)
        for latitude in latitudes
    ]
    vertices = np.vstack([*rows, start - radius * axis, end + radius * axis])
    first, last = len(vertices) - 2, len(vertices) - 1
    triangles = []
    for ring in range(rings - 1):
        for step in range(around):
            a, b = ring * around + step, ring * around + (step + 1) % around
            triangles += [(a, b, b + around), (a, b + around, a + around)]
    top = (rings - 1) * around
    for step in range(around):
        following = (step + 1) % around
        triangles += [(first, following, step), (last, top + step, top + following)]
    return vertices, np.array(triangles)


def capsule_person(key: int = 0) -> Person:
    """Return the body of capsules, 1.73 m tall, every vertex fixed to its own segment."""
    vertices, triangles, owners, count = [], [], [], 0
    for number, segment in enumerate(SEGMENTS):
        points, faces = capsule(*bone(segment))
        vertices.append(points)
        triangles.append(faces + count)
        owners += [number] * len(points)
        count += len(points)
    carriers = np.zeros((count, 4), dtype=np.int64)
    carriers[:, 0] = owners
    weights = np.zeros((count, 4))
    weights[:, 0] = 1.0
    skeleton = Skeleton(
        joints=np.array([bone(segment)[0] for segment in SEGMENTS]), landmarks=np.array([_landmark(name) for name in LANDMARKS])
    )
    return Person(
        key, "capsules", "female", 40, 1.73, 65.0, skeleton, np.vstack(vertices), np.vstack(triangles), weights, carriers,
        np.zeros(count, dtype=np.uint8),
    )  # fmt: skip
