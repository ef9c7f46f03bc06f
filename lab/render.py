"""What does the phone record? Pictures of a person who moves in a scene, and which pixels the person takes: no display, no GPU.

The same arguments give the same bits on one machine, and the same pictures to within a grey level or so elsewhere.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from jaxtyping import Bool, Float, Float32, Int, UInt8

from lab import raster
from lab.clothes import Dressed, dressed, plain_colour
from lab.room import Canvas, light_row, paint_canvas
from lab.rotations import about, apply, between, unit
from lab.scene import Bystander, Scene, Sensor
from lab.skin import compute_normals, skinned
from lab.types import SEGMENTS, Camera, Performance, Person, Pose, Prop

Points = Float[np.ndarray, "vertex 3"]
AnyPoints = Float[np.ndarray, "_ 3"]

# The ground's grid for shadows: a square about the origin (m), and the side of its cells.
_SHADOW_REACH_M, _SHADOW_CELL_M = 2.5, 0.025

# Bright light is compressed up to this many times white, as phones do.
_BRIGHTEST = 1.6
_CURVE_SIZE = 8192

# The mean light of a well exposed picture, as a share of white.
_MEAN_LIGHT = 0.27

# Soft tissue swings at about this frequency and not further than so; how much of it each segment has (assumed).
_TISSUE_HZ, _TISSUE_LIMIT_M = 4.5, 0.012
_TISSUE = {"pelvis": 0.8, "abdomen": 1.0, "thorax": 0.6, "thigh": 0.8, "shank": 0.4, "upper_arm": 0.5}

# A barbell: half length, radius, where its plates are and how large (m).
_BAR_HALF_M, _BAR_RADIUS_M = 1.02, 0.014
_PLATES = ((0.68, 0.72, 0.20), (0.725, 0.75, 0.15))


class Shot(NamedTuple):
    """One frame: the picture, and which pixels show mostly the person (not the bar, not what hides the person)."""

    rgb: UInt8[np.ndarray, "height width 3"]
    silhouette: Bool[np.ndarray, "height width"]


@dataclass(frozen=True)
class _Figure:
    """Something that moves: its triangles and paint, and a function that returns vertices and normals in frame n."""

    triangles: Int[np.ndarray, "triangle 3"]
    paint: Float32[np.ndarray, "vertex 9"]
    cloth: Float[np.ndarray, "garment 8"]
    areas: Float[np.ndarray, " vertex"]
    move: Callable[[int], tuple[Points, Points]]


def film(person: Person, performance: Performance, pose: Pose, scene: Scene, camera: Camera, rng_seed: int) -> Iterator[Shot]:
    """Render a person's movement, frame by frame.

    `pose` and `camera.turn` have one entry for each frame. `rng_seed` draws the sensor's noise only: whatever else happens is in
    the scene. Raises ValueError where pose and camera have different numbers of frames.
    """
    frames = len(pose.turns)
    if len(camera.turn) != frames:
        raise ValueError(f"Expected as many turns of the camera as frames of the pose, got {len(camera.turn)} and {frames}.")
    figures = [_performer(person, scene, pose)]
    if performance.held == "bar":
        figures.append(_bar(person, pose))
    if scene.bystander is not None:
        figures.append(_bystander(scene.bystander, pose.time_s))
    stage = _Stage(figures, scene, performance.props, camera, rng_seed)
    for frame in range(frames):
        yield stage.shoot(frame)


class _Stage:
    """A film's canvas and buffers, made once and used for every frame."""

    def __init__(self, figures: list[_Figure], scene: Scene, props: tuple[Prop, ...], camera: Camera, rng_seed: int) -> None:
        self._figures = figures
        self._scene, self._camera = scene, camera
        self._canvas = paint_canvas(scene, props, camera)
        self._lamps = light_row(scene.light)
        self._mirrors = sorted({panel.wall for panel in scene.panels if panel.kind == "mirror"})
        shape = (camera.height_px, camera.width_px)
        self._depth = np.zeros((2 * shape[0], 2 * shape[1]), np.float32)
        self._owner = np.full(self._depth.shape, -1, np.int32)
        self._colours, self._counts = np.zeros((*shape, 3), np.float32), np.zeros(shape, np.uint8)
        self._light = np.empty((*shape, 3), np.float32)
        self._used = np.zeros(4, dtype=int)
        self._tops = _ground_heights(props)
        self._curve = _tone_curve(scene.sensor)
        self._gain = _gain(self._canvas, scene.sensor)
        self._rng = np.random.default_rng(rng_seed)
        self._grain = _draw_grain(self._rng)
        self._middle = 0.5 * np.array([camera.width_px - 1.0, camera.height_px - 1.0])

    def shoot(self, frame: int) -> Shot:
        """Return frame number `frame`."""
        bodies = [figure.move(frame) for figure in self._figures]
        warp = self._warp(frame)
        silhouette = self._draw(frame, bodies, warp)
        shadows, corner = self._cast_shadows([vertices for vertices, _ in bodies])
        picture = np.empty((*silhouette.shape, 3), np.uint8)
        row, column = self._rng.integers(0, len(self._grain), 2)
        sensor, canvas = self._scene.sensor, self._canvas
        raster.hold(
            canvas.light, canvas.surface, canvas.place, warp,
            shadows, corner, _SHADOW_CELL_M, self._scene.light.shadow, self._light,
        )  # fmt: skip
        raster.put_in(self._used, self._colours, self._counts, self._light)
        noise = np.float32(sensor.noise)
        raster.develop(self._light, self._gain, sensor.vignette, self._curve, self._grain, row, column, noise, picture)
        return Shot(picture, silhouette)

    def _warp(self, frame: int) -> Float[np.ndarray, "3 3"]:
        """Return the homography from this frame's pixels to the canvas'."""
        focal, margin = self._camera.focal_px, self._canvas.margin_px
        x, y = self._middle
        lens = np.array([[focal, 0.0, x], [0.0, focal, y], [0.0, 0.0, 1.0]])
        wide = np.array([[focal, 0.0, x + margin], [0.0, focal, y + margin], [0.0, 0.0, 1.0]])
        return np.asarray(wide @ self._canvas.turn @ self._camera.turn[frame].T @ np.linalg.inv(lens))

    def _draw(
        self, frame: int, bodies: list[tuple[AnyPoints, AnyPoints]], warp: Float[np.ndarray, "3 3"]
    ) -> Bool[np.ndarray, "h w"]:
        """Fill the buffers with everybody and their mirror images; return the performer's silhouette."""
        raster.clear(self._used, self._depth, self._owner, self._colours, self._counts)
        views = [(number, self._project(frame, vertices), False) for number, (vertices, _) in enumerate(bodies)]
        for wall in self._mirrors:
            normal, distance = self._scene.walls[wall].normal, self._scene.walls[wall].distance_m
            for number, (vertices, _) in enumerate(bodies):
                image = vertices - 2.0 * (vertices @ normal + distance)[:, None] * normal
                views.append((number, self._project(frame, image), True))
        windows = np.array([self._window(screen) for _, screen, _ in views])
        self._used = np.where([True, False, True, False], windows.min(axis=0), windows.max(axis=0))
        starts = np.cumsum([0, *(len(self._figures[number].triangles) for number, _, _ in views)])
        for (number, screen, mirrored), start in zip(views, starts, strict=False):
            raster.rasterise(screen, self._figures[number].triangles, start, mirrored, self._depth, self._owner)
        canvas = self._canvas
        raster.hide(
            self._used, self._depth, self._owner, starts[len(bodies)], warp, self._camera.focal_px, canvas.distance, canvas.surface
        )
        lights = [self._light_up(normals) for _, normals in bodies]
        for (number, screen, _), window, start, stop in zip(views, windows, starts, starts[1:], strict=False):
            figure = self._figures[number]
            raster.shade(
                screen, figure.triangles, figure.paint, figure.cloth, lights[number], start, stop,
                window, self._owner, self._colours, self._counts,
            )  # fmt: skip
        silhouette = np.zeros(self._counts.shape, dtype=bool)
        raster.outline(windows[0], self._owner, 0, starts[1], silhouette)
        return silhouette

    def _project(self, frame: int, vertices: Points) -> Points:
        screen = np.empty_like(vertices)
        camera = self._camera
        raster.project(vertices, camera.position, camera.turn[frame], camera.focal_px, self._middle, screen)
        return screen

    def _window(self, screen: Points) -> Int[np.ndarray, " 4"]:
        """Return the rows and columns (from, to, from, to) outside which a figure does not lie."""
        window = np.empty(4, dtype=int)
        raster.find_window(screen, *self._counts.shape, window)
        return window

    def _light_up(self, normals: Points) -> Float[np.ndarray, "vertex 3"]:
        lit = np.empty_like(normals)
        raster.light_up(normals, self._lamps, lit)
        return lit

    def _cast_shadows(self, bodies: list[AnyPoints]) -> tuple[Float[np.ndarray, "x z 2"], Float[np.ndarray, " 2"]]:
        """Return what people take away of the light, by cell of the ground, and where on the floor (x, z) the first cell begins."""
        weights = np.zeros((*self._tops.shape, 2))
        for figure, vertices in zip(self._figures, bodies, strict=True):
            raster.cast_shadow(vertices, figure.areas, self._lamps, self._tops, -_SHADOW_REACH_M, _SHADOW_CELL_M, weights)
        radius = max(1, round(self._scene.light.softness_m / _SHADOW_CELL_M))
        span = np.empty(4, dtype=int)
        raster.find_shaded(weights, span)
        # Two running means spread a cell over as many as two radii to each side.
        first = np.maximum(span[[0, 2]] - 2 * radius - 1, 0)
        last = span[[1, 3]] + 2 * radius + 1
        shaded = np.ascontiguousarray(weights[first[0] : last[0], first[1] : last[1]])
        raster.soften(shaded, 2, radius)
        return shaded, first * _SHADOW_CELL_M - _SHADOW_REACH_M


def _performer(person: Person, scene: Scene, pose: Pose) -> _Figure:
    worn = dressed(person, scene.looks)
    lags = _tissue_lags(pose)

    def move(frame: int) -> tuple[Points, Points]:
        vertices = skinned(worn.person, pose.turns[frame], pose.joints[frame], lags[frame])
        return vertices, compute_normals(vertices, worn.person.triangles)

    return _figure(worn, move)


def _figure(worn: Dressed, move: Callable[[int], tuple[Points, Points]]) -> _Figure:
    person = worn.person
    return _Figure(person.triangles, worn.paint, worn.cloth, _vertex_areas(person.vertices, person.triangles), move)


def _tissue_lags(pose: Pose) -> Float[np.ndarray, "time segment 3"]:
    """Return how far each segment's soft tissue lags behind its bone: what a spring of its frequency gives way by (m)."""
    if len(pose.time_s) < 3:
        return np.zeros_like(pose.joints)
    acceleration = np.gradient(np.gradient(pose.joints, pose.time_s, axis=0), pose.time_s, axis=0)
    share = np.array([_TISSUE.get(name.removesuffix("_l").removesuffix("_r"), 0.0) for name in SEGMENTS])
    lag = -share[:, None] * acceleration / (2.0 * np.pi * _TISSUE_HZ) ** 2
    return np.asarray(np.clip(lag, -_TISSUE_LIMIT_M, _TISSUE_LIMIT_M))


def _vertex_areas(vertices: Points, triangles: Int[np.ndarray, "triangle 3"]) -> Float[np.ndarray, " vertex"]:
    """Return a third of the area of all triangles around each vertex (m2)."""
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    each = np.linalg.norm(np.cross(b - a, c - a), axis=1) / 6.0
    return np.bincount(triangles.ravel(), np.repeat(each, 3), minlength=len(vertices))


def _bar(person: Person, pose: Pose) -> _Figure:
    """A barbell across the back of the shoulders, which moves with the thorax."""
    vertices, triangles = _bar_mesh()
    number = SEGMENTS.index("thorax")
    local = vertices + _rest_for_bar(person) - person.skeleton.joints[number]
    paint = np.tile(plain_colour((0.35, 0.35, 0.37)), (len(vertices), 1)).astype(np.float32)

    def move(frame: int) -> tuple[Points, Points]:
        placed = apply(pose.turns[frame, number], local) + pose.joints[frame, number]
        return placed, compute_normals(placed, triangles)

    return _Figure(triangles, paint, np.zeros((5, 8)), _vertex_areas(vertices, triangles), move)


def _rest_for_bar(person: Person) -> Float[np.ndarray, " 3"]:
    """Return where the bar's middle rests: behind the neck, on the skin a little above the shoulders' centres."""
    shoulder = 0.5 * (person.skeleton.joint("upper_arm_l") + person.skeleton.joint("upper_arm_r"))
    near = np.abs(person.vertices - shoulder)
    back = (near[:, 1] < 0.05) & (near[:, 2] < 0.12)
    hind = person.vertices[back, 0].min() if back.any() else shoulder[0] - 0.1
    return np.array([hind - _BAR_RADIUS_M, shoulder[1] + 0.02, shoulder[2]])


def _bar_mesh(around: int = 20) -> tuple[Points, Int[np.ndarray, "triangle 3"]]:
    """Return rod and plates as closed cylinders along z."""
    parts = [(-_BAR_HALF_M, _BAR_HALF_M, _BAR_RADIUS_M)]
    parts += [(sign * a, sign * b, radius) for sign in (-1.0, 1.0) for a, b, radius in _PLATES]
    vertices: list[Points] = []
    triangles: list[tuple[int, int, int]] = []
    turns = np.arange(around) * 2.0 * np.pi / around
    for first, last, radius in parts:
        start = sum(len(part) for part in vertices)
        ring = radius * np.column_stack([np.cos(turns), np.sin(turns)])
        # Rims twice: once for the side, once for the faces, so that edges stay sharp in the light.
        vertices += [np.column_stack([ring, np.full(around, z)]) for z in (min(first, last), max(first, last)) * 2]
        vertices.append(np.array([[0.0, 0.0, min(first, last)], [0.0, 0.0, max(first, last)]]))
        for step in range(around):
            a, b = start + step, start + (step + 1) % around
            triangles += [(a, b, b + around), (a, b + around, a + around)]
            triangles += [
                (start + 4 * around, b + 2 * around, a + 2 * around),
                (start + 4 * around + 1, a + 3 * around, b + 3 * around),
            ]
    return np.vstack(vertices), np.array(triangles)


def _bystander(bystander: Bystander, time_s: Float[np.ndarray, " time"]) -> _Figure:
    """Somebody who stands with hanging arms and sways a little."""
    worn = dressed(bystander.person, bystander.looks)
    turns, joints = _standing(bystander.person)
    standing = skinned(worn.person, turns, joints)
    place = np.array([bystander.place[0], 0.0, bystander.place[1]])
    up, forward = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])

    def move(frame: int) -> tuple[Points, Points]:
        swing = np.sin(1.7 * time_s[frame])
        turn = about(up, bystander.yaw_rad + 0.05 * swing) @ about(forward, 0.015 * np.cos(1.1 * time_s[frame]))
        vertices = apply(turn, standing) + place
        return vertices, compute_normals(vertices, worn.person.triangles)

    return _figure(worn, move)


def _standing(person: Person) -> tuple[Float[np.ndarray, "segment 3 3"], Float[np.ndarray, "segment 3"]]:
    """Return turns and joints of the rest posture with the arms let down."""
    turns, joints = np.tile(np.eye(3), (len(SEGMENTS), 1, 1)), person.skeleton.joints.copy()
    for side, out in (("l", -1.0), ("r", 1.0)):
        shoulder, elbow, wrist = (person.skeleton.joint(f"{part}_{side}") for part in ("upper_arm", "forearm", "hand"))
        numbers = [SEGMENTS.index(f"{part}_{side}") for part in ("upper_arm", "forearm", "hand")]
        turn = between(unit(wrist - shoulder), np.array([0.08, -1.0, 0.16 * out]))
        turns[numbers] = turn
        joints[numbers] = shoulder + (np.array([shoulder, elbow, wrist]) - shoulder) @ turn.T
    return turns, joints


def _ground_heights(props: tuple[Prop, ...]) -> Float[np.ndarray, "x z"]:
    """Return how high the ground is in every cell of the shadows' grid: 0, or the top of a low prop."""
    count = round(2.0 * _SHADOW_REACH_M / _SHADOW_CELL_M)
    middles = -_SHADOW_REACH_M + (np.arange(count) + 0.5) * _SHADOW_CELL_M
    x, z = np.meshgrid(middles, middles, indexing="ij")
    tops = np.zeros((count, count))
    for prop in props:
        c, s = np.cos(prop.yaw_rad), np.sin(prop.yaw_rad)
        u, v = c * (x - prop.centre[0]) - s * (z - prop.centre[2]), s * (x - prop.centre[0]) + c * (z - prop.centre[2])
        within = (np.abs(u) <= prop.half_size[0]) & (np.abs(v) <= prop.half_size[2])
        top = float(prop.centre[1] + prop.half_size[1])
        if top < 1.0:
            tops[within] = np.maximum(tops[within], top)
    return tops


def _tone_curve(sensor: Sensor) -> Float32[np.ndarray, " level"]:
    """Return the grey level of light from 0 to `_BRIGHTEST` (Reinhard's extended curve, sRGB, contrast about the middle)."""
    light = np.linspace(0.0, _BRIGHTEST, _CURVE_SIZE)
    light = light * (1.0 + light / _BRIGHTEST**2) / (1.0 + light)
    encoded = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.maximum(light, 1e-9) ** (1.0 / 2.4) - 0.055)
    return np.asarray(255.0 * np.clip(0.5 + (encoded - 0.5) * sensor.contrast, 0.0, 1.0), np.float32)


def _gain(canvas: Canvas, sensor: Sensor) -> Float32[np.ndarray, " 3"]:
    """Return what each colour's light is multiplied by: automatic exposure for the empty scene, then the sensor's own faults."""
    mean = float(np.clip(canvas.light, 0.0, 2.0).mean(dtype=np.float64))
    scale = sensor.exposure * _MEAN_LIGHT / (max(mean, 0.01) * _BRIGHTEST)
    return np.asarray(np.array(sensor.white_balance) * scale, np.float32)


def _draw_grain(rng: np.random.Generator, side: int = 512) -> Float32[np.ndarray, "row column 3"]:
    """Draw noise of unit spread, alike in all colours for two thirds, and smoothed a little as phones do."""
    grain = 0.8 * rng.standard_normal((side, side, 1)) + 0.6 * rng.standard_normal((side, side, 3))
    for axis in (0, 1):
        grain = grain + 0.35 * (np.roll(grain, 1, axis) + np.roll(grain, -1, axis))
    return np.asarray(grain / grain.std(), np.float32)
