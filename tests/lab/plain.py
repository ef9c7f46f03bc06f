"""A plain scene, still cameras and a posture at rest, for tests of the renderer: even light, plain colours, no noise."""

from dataclasses import replace

import numpy as np
from capsules import capsule, capsule_person

from lab.scene import Floor, Garment, Light, Looks, Scene, Sensor, heading, look
from lab.types import Camera, Performance, Person, Pose, Posture, Prop

_GREY = (0.5, 0.5, 0.5)


def plain_looks() -> Looks:
    """Red from head to foot: no cloth stands off the skin."""
    bottom = Garment((0.9, 0.1, 0.1), 0.3, 0.0, mottle=0.0)
    return Looks((0.9, 0.1, 0.1), (0.9, 0.1, 0.1), 0.0, (0.9, 0.1, 0.1), None, bottom, None, None)


def plain_scene() -> Scene:
    """A grey floor without end under an open sky, lit evenly from above."""
    up = np.array([0.3, 0.9, 0.3]) / np.linalg.norm([0.3, 0.9, 0.3])
    light = Light(up, (0.5, 0.5, 0.5), up, (0.0, 0.0, 0.0), (0.5, 0.5, 0.5), (0.3, 0.3, 0.3), 0.6, 0.04)
    sensor = Sensor(1.0, (1.0, 1.0, 1.0), 1.0, 0.0, 0.0)
    return Scene(plain_looks(), Floor("concrete", _GREY, _GREY, 1.0, 0.0), None, (), (), (), _GREY, light, sensor)


def still_camera(
    azimuth_deg: float = 0.0,
    distance_m: float = 3.0,
    height_m: float = 1.0,
    tilt_deg: float = 0.0,
    frames: int = 1,
    lines: int = 270,
) -> Camera:
    """A portrait phone that looks level at the upright axis, or tilted down."""
    azimuth = np.deg2rad(azimuth_deg)
    turn = look(azimuth + np.pi, np.deg2rad(tilt_deg))
    position = heading(azimuth) * distance_m + [0.0, height_m, 0.0]
    return Camera(lines * 152 // 270, lines, 0.75 * lines, position, np.tile(turn, (frames, 1, 1)))


def at_rest(person: Person, frames: int = 1) -> Pose:
    """The rest posture, thirty times a second."""
    count = len(person.skeleton.joints)
    turns, joints = np.tile(np.eye(3), (frames, count, 1, 1)), np.tile(person.skeleton.joints, (frames, 1, 1))
    return Pose(np.arange(frames) / 30.0, turns, joints)


def performance(frames: int = 1, props: tuple[Prop, ...] = (), held: str = "none") -> Performance:
    """A performance of which the renderer reads only the props and what is held."""
    empty, level = np.zeros((frames, 3)), np.tile(np.eye(3), (frames, 1, 1))
    pairs = np.zeros((frames, 2, 3))
    posture = Posture(
        np.arange(frames) / 30.0, empty, level, level, level, pairs, np.tile(np.eye(3), (frames, 2, 1, 1)), np.zeros((frames, 2)),
        pairs, pairs, pairs, np.ones((frames, 2, 2), dtype=bool), np.zeros(frames, dtype=bool),
    )  # fmt: skip
    return Performance(posture, (), props, held)


def ball_person(centre: tuple[float, float, float], radius_m: float) -> Person:
    """A ball in place of a body, with a skeleton that plays no part."""
    middle = np.array(centre)
    apart = np.array([0.0, 1e-6, 0.0])
    vertices, triangles = capsule(middle - apart, middle + apart, radius_m, around=96, rings=63)
    count = len(vertices)
    weights = np.zeros((count, 4))
    weights[:, 0] = 1.0
    return replace(
        capsule_person(), vertices=vertices, triangles=triangles, weights=weights,
        carriers=np.zeros((count, 4), dtype=np.int64), region=np.zeros(count, dtype=np.uint8),
    )  # fmt: skip
