"""What does the camera see where nobody stands? A ray from every point of a canvas to floor, walls, what hangs there and boxes.

Nothing here moves, so that a film needs it once: on a canvas somewhat larger than its pictures, since a hand sways by turning.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import no_type_check

import numpy as np
from jaxtyping import Float, Float32, UInt8

from lab.kernel import kernel
from lab.scene import Box, Colour, Light, Scene
from lab.types import Camera, Prop

#: What a point of the canvas is: something that takes no shadow of a person, something level that does, or a mirror.
PLAIN, GROUND, MIRROR = 0, 1, 2

_FLOORS = ("planks", "tiles", "carpet", "rubber", "concrete", "grass")
_WALLS = ("plaster", "stripes", "brick", "hedge")
_PANELS = ("door", "window", "picture", "poster", "mirror")
_DOOR, _WINDOW, _PICTURE, _POSTER, _MIRROR = range(5)

#: What a ray has hit.
_SKY, _FLOOR, _CEILING, _WALL, _BOX = range(5)
_FAR_M = 1e6


@dataclass(frozen=True)
class Canvas:
    """What is seen from the camera's place with the turn `turn`, `margin_px` wider than a picture on all sides.

    `light` (row, column, 3) linear; `distance` (row, column) m along the ray; `surface` (row, column) PLAIN, GROUND or MIRROR;
    `place` (row, column, 2) m, x and z in the world of what is seen.
    """

    turn: Float[np.ndarray, "3 3"]
    margin_px: int
    light: Float32[np.ndarray, "row column 3"]
    distance: Float32[np.ndarray, "row column"]
    surface: UInt8[np.ndarray, "row column"]
    place: Float32[np.ndarray, "row column 2"]


@dataclass(frozen=True)
class _Packed:
    """A scene as rows of numbers, the way kernels read it."""

    walls: Float[np.ndarray, "wall 13"]
    panels: Float[np.ndarray, "panel 13"]
    boxes: Float[np.ndarray, "box 11"]
    floor: Float[np.ndarray, " 10"]
    mat: Float[np.ndarray, " 8"]
    light: Float[np.ndarray, " 19"]


def paint_canvas(scene: Scene, props: Sequence[Prop], camera: Camera) -> Canvas:
    """Return what is seen without people, wide enough for every frame of the camera."""
    middle = camera.turn[len(camera.turn) // 2]
    aside = np.arccos(np.clip(0.5 * (np.einsum("tij,ij->t", camera.turn, middle) - 1.0), -1.0, 1.0)).max()
    # A turn about the camera's own axis moves the corners further than the middle; two pixels are for the interpolation.
    corner = np.hypot(1.0, 0.5 * np.hypot(camera.width_px, camera.height_px) / camera.focal_px)
    margin = int(np.ceil(camera.focal_px * np.tan(min(aside, 0.5)) * corner**2)) + 2
    shape = (camera.height_px + 2 * margin, camera.width_px + 2 * margin)
    canvas = Canvas(
        middle,
        margin,
        np.empty((*shape, 3), np.float32),
        np.empty(shape, np.float32),
        np.empty(shape, np.uint8),
        np.empty((*shape, 2), np.float32),
    )
    packed = _pack(scene, props)
    _paint(
        packed.walls, packed.panels, packed.boxes, packed.floor, packed.mat, packed.light,
        camera.position, middle, camera.focal_px, canvas.light, canvas.distance, canvas.surface, canvas.place,
    )  # fmt: skip
    return canvas


def linear(colour: Colour) -> tuple[float, float, float]:
    """Return an sRGB colour as linear light (IEC 61966-2-1)."""
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in colour)
    return r, g, b


def light_row(light: Light) -> Float[np.ndarray, " 19"]:
    """Return a light as numbers: key 0-2 and its colour 3-5, fill 6-8 and 9-11, sky 12-14, ground 15-17, shadow 18."""
    colours = (light.key, light.key_colour, light.fill, light.fill_colour, light.sky_colour, light.ground_colour)
    return np.array([*np.concatenate(colours), light.shadow])


def _pack(scene: Scene, props: Sequence[Prop]) -> _Packed:
    walls = [
        (*w.normal, w.distance_m, w.height_m, _WALLS.index(w.kind), *linear(w.colour), *linear(w.second), w.skirting_m)
        for w in scene.walls
    ]
    panels = [
        (
            p.wall,
            p.left_m,
            p.right_m,
            p.bottom_m,
            p.top_m,
            _PANELS.index(p.kind),
            *linear(p.colour),
            p.frame_m,
            *linear(p.frame_colour),
        )
        for p in scene.panels
    ]
    things = [*(Box(prop, scene.prop_colour) for prop in props), *scene.boxes]
    boxes = [(*b.prop.centre, *b.prop.half_size, np.cos(b.prop.yaw_rad), np.sin(b.prop.yaw_rad), *linear(b.colour)) for b in things]
    floor, mat = scene.floor, scene.mat
    return _Packed(
        np.array(walls, dtype=float).reshape(-1, 13),
        np.array(panels, dtype=float).reshape(-1, 13),
        np.array(boxes, dtype=float).reshape(-1, 11),
        np.array(
            [
                _FLOORS.index(floor.kind),
                *linear(floor.colour),
                *linear(floor.second),
                floor.size_m,
                np.cos(floor.yaw_rad),
                np.sin(floor.yaw_rad),
            ]
        ),
        np.array([1.0, mat.half_length_m, mat.half_width_m, np.cos(mat.yaw_rad), np.sin(mat.yaw_rad), *linear(mat.colour)])
        if mat
        else np.zeros(8),
        light_row(scene.light),
    )


@kernel
@no_type_check
def hashed(x: float, y: float, seed: float) -> float:
    """Return a number from 0 to 1 that depends on three whole numbers as if by chance.

    They come as floats: numba compiles a kernel anew for every whole number that is written out in a call.
    """
    h = (int(x) * 374761393 + int(y) * 668265263 + int(seed) * 974634541) & 0xFFFFFFFF
    h = ((h ^ (h >> 13)) * 1274126177) & 0xFFFFFFFF
    return ((h ^ (h >> 16)) & 0xFFFFFF) / 16777216.0


@kernel
@no_type_check
def noise(x: float, y: float, seed: float) -> float:
    """Return smooth noise from 0 to 1 with a period of about one: hashed corners of a grid, joined by cubic steps."""
    i, j = np.floor(x), np.floor(y)
    u, v = x - i, y - j
    u, v = u * u * (3.0 - 2.0 * u), v * v * (3.0 - 2.0 * v)
    low = hashed(i, j, seed) * (1.0 - u) + hashed(i + 1.0, j, seed) * u
    high = hashed(i, j + 1.0, seed) * (1.0 - u) + hashed(i + 1.0, j + 1.0, seed) * u
    return low * (1.0 - v) + high * v


@kernel
@no_type_check
def fill_noise(places, seed, values):
    """Write the noise at every place (n, 2)."""
    for n in range(places.shape[0]):
        values[n] = noise(places[n, 0], places[n, 1], float(seed))


@kernel
@no_type_check
def _mix(a0, a1, a2, b0, b1, b2, share):
    """Return the colour `share` of the way from a to b."""
    return a0 + (b0 - a0) * share, a1 + (b1 - a1) * share, a2 + (b2 - a2) * share


@kernel
@no_type_check
def _box_hit(box, px, py, pz, dx, dy, dz):
    """Return how far along a ray it enters a box (or _FAR_M), and the axis (0, 1, 2) and sign of the face."""
    c, s = box[6], box[7]
    x, y, z = px - box[0], py - box[1], pz - box[2]
    # A box turned by yaw from +x towards -z: its own x axis is (cos, 0, -sin), its z axis (sin, 0, cos).
    o = (c * x - s * z, y, s * x + c * z)
    d = (c * dx - s * dz, dy, s * dx + c * dz)
    near, far, axis, sign = -_FAR_M, _FAR_M, 0, 1.0
    for k in range(3):
        if abs(d[k]) < 1e-12:
            if abs(o[k]) > box[3 + k]:
                return _FAR_M, 0, 1.0
            continue
        side = 1.0 if d[k] > 0.0 else -1.0
        enter, leave = (-side * box[3 + k] - o[k]) / d[k], (side * box[3 + k] - o[k]) / d[k]
        if enter > near:
            near, axis, sign = enter, k, -side
        far = min(far, leave)
    if near > far or near <= 1e-6:
        return _FAR_M, 0, 1.0
    return near, axis, sign


@kernel
@no_type_check
def _cast(walls, boxes, px, py, pz, dx, dy, dz):
    """Return how far along a ray it first hits something, what, its number, and the surface's normal."""
    t, what, index, nx, ny, nz = _FAR_M, _SKY, 0, 0.0, 1.0, 0.0
    if dy < -1e-9 and -py / dy < t:
        t, what = -py / dy, _FLOOR
    for w in range(walls.shape[0]):
        wall = walls[w]
        slope = wall[0] * dx + wall[2] * dz
        if slope < -1e-9:
            reach = -(wall[0] * px + wall[2] * pz + wall[3]) / slope
            if 0.0 < reach < t and py + reach * dy < wall[4]:
                t, what, index, nx, ny, nz = reach, _WALL, w, wall[0], 0.0, wall[2]
    if walls.shape[0] == 4 and dy > 1e-9 and (walls[0, 4] - py) / dy < t:
        t, what, nx, ny, nz = (walls[0, 4] - py) / dy, _CEILING, 0.0, -1.0, 0.0
    for b in range(boxes.shape[0]):
        reach, axis, sign = _box_hit(boxes[b], px, py, pz, dx, dy, dz)
        if reach < t:
            t, what, index = reach, _BOX, b
            c, s = boxes[b, 6], boxes[b, 7]
            nx, ny, nz = (sign * c, 0.0, -sign * s) if axis == 0 else (0.0, sign, 0.0) if axis == 1 else (sign * s, 0.0, sign * c)
    return t, what, index, nx, ny, nz


@kernel
@no_type_check
def _floor_colour(floor, mat, x, z):
    """Return the floor's colour (linear): mat, planks, tiles, carpet, rubber, concrete or grass."""
    if mat[0] > 0.0:
        along, aside = mat[3] * x - mat[4] * z, mat[4] * x + mat[3] * z
        if abs(along) < mat[1] and abs(aside) < mat[2]:
            shade = 0.92 + 0.16 * noise(along * 150.0, aside * 150.0, 3.0)
            return mat[5] * shade, mat[6] * shade, mat[7] * shade
    kind, size = int(floor[0]), floor[7]
    u, v = floor[8] * x - floor[9] * z, floor[9] * x + floor[8] * z
    slow = 0.9 + 0.2 * noise(u * 1.3, v * 1.3, 11.0)
    share, gap = 0.0, 1.0
    if kind == 0:
        row = np.floor(v / size)
        board = np.floor(u / (9.0 * size) + hashed(row, 0.0, 5.0))
        grain = noise(u * 6.0 + 31.0 * row, v * 90.0, 7.0)
        share = 0.65 * hashed(row, board, 6.0) + 0.35 * grain
        edge = min(v / size - row, row + 1.0 - v / size) * size
        gap = 0.55 if edge < 0.002 else 1.0
    elif kind == 1:
        i, j = np.floor(u / size), np.floor(v / size)
        edge = min(min(u / size - i, i + 1.0 - u / size), min(v / size - j, j + 1.0 - v / size)) * size
        share = 1.0 if edge < 0.004 else 0.18 * hashed(i, j, 8.0) + 0.12 * noise(u * 12.0, v * 12.0, 9.0)
    elif kind == 3:
        share = 1.0 if hashed(np.floor(u / 0.012), np.floor(v / 0.012), 10.0) > 0.93 else 0.0
    elif kind == 5:
        share = 0.5 * noise(u * 70.0, v * 70.0, 12.0) + 0.5 * noise(u * 5.0, v * 5.0, 13.0)
    else:
        share = 0.6 * noise(u * 40.0, v * 40.0, 14.0) + 0.4 * noise(u * 3.0 / size, v * 3.0 / size, 15.0)
    r, g, b = _mix(floor[1], floor[2], floor[3], floor[4], floor[5], floor[6], share)
    return r * slow * gap, g * slow * gap, b * slow * gap


@kernel
@no_type_check
def _panel_colour(panel, u, v):
    """Return the colour (linear) of what hangs on a wall at `u` along and `v` up, and how brightly it glows by itself."""
    width, height = panel[2] - panel[1], panel[4] - panel[3]
    inset = min(min(u - panel[1], panel[2] - u), panel[4] - v)
    kind = int(panel[5])
    if kind != _DOOR:
        inset = min(inset, v - panel[3])
    if inset < panel[9]:
        return panel[10], panel[11], panel[12], 0.0
    a, b = (u - panel[1]) / width, (v - panel[3]) / height
    if kind == _WINDOW:
        if abs(a - 0.5) < 0.02:
            return panel[10], panel[11], panel[12], 0.0
        hedge = 0.25 if b < 0.25 + 0.15 * noise(a * 5.0, 0.0, 21.0) else 1.0
        return panel[6] * hedge, panel[7] * hedge, panel[8] * hedge, 1.3
    if kind == _DOOR:
        leaf = 0.8 if min(min(a - 0.12, 0.88 - a), min(abs(b - 0.47), min(b - 0.06, 0.94 - b))) < 0.0 else 1.0
        knob = 0.2 if (a - 0.88) ** 2 * 0.8 + (b - 0.49) ** 2 * 4.0 < 0.0012 else 1.0
        return panel[6] * leaf * knob, panel[7] * leaf * knob, panel[8] * leaf * knob, 0.0
    if kind in (_PICTURE, _POSTER):
        seed = np.floor(panel[6] * 1000.0)
        pattern = noise(a * 4.0, b * 4.0, seed)
        other = noise(a * 4.0, b * 4.0, seed + 1.0)
        return panel[6] * (0.3 + pattern), panel[7] * (0.3 + other), panel[8] * (1.2 - pattern), 0.0
    return 0.6, 0.65, 0.66, 0.0


@kernel
@no_type_check
def _wall_colour(wall, u, v):
    """Return a wall's colour (linear) at `u` along and `v` up."""
    kind = int(wall[5])
    if v < wall[12]:
        return 0.75, 0.74, 0.72
    share = 0.15 * noise(u * 2.0, v * 2.0, 31.0) + 0.1 * noise(u * 60.0, v * 60.0, 32.0)
    if kind == 1:
        share = 1.0 if u / 0.16 - np.floor(u / 0.16) < 0.5 else 0.0
    elif kind == 2:
        row = np.floor(v / 0.075)
        along = u / 0.24 + 0.5 * row
        brick = np.floor(along)
        mortar = v - row * 0.075 < 0.010 or (along - brick) * 0.24 < 0.010
        share = 1.0 if mortar else 0.35 * hashed(brick, row, 33.0)
    elif kind == 3:
        share = 0.6 * noise(u * 25.0, v * 25.0, 34.0) + 0.4 * noise(u * 4.0, v * 4.0, 35.0)
    return _mix(wall[6], wall[7], wall[8], wall[9], wall[10], wall[11], share)


@kernel
@no_type_check
def _seen(walls, panels, boxes, floor, mat, light, px, py, pz, dx, dy, dz, sample):
    """Return what a ray sees: its light (3), its distance, and the panel's number where it meets a mirror (else -1).

    `sample` (0 to 3) shifts the main light a little, so that the four samples of a pixel give boxes soft shadows.
    """
    t, what, index, nx, ny, nz = _cast(walls, boxes, px, py, pz, dx, dy, dz)
    if what == _SKY:
        up = max(dy, 0.0)
        return 0.75 - 0.4 * up, 0.85 - 0.25 * up, 1.0 - 0.05 * up, t, -1
    x, y, z = px + t * dx, py + t * dy, pz + t * dz
    glow, mirror = 0.0, -1
    if what == _FLOOR:
        r, g, b = _floor_colour(floor, mat, x, z)
    elif what == _CEILING:
        r, g, b = 0.8, 0.8, 0.79
    elif what == _WALL:
        u = walls[index, 2] * x - walls[index, 0] * z
        r, g, b = _wall_colour(walls[index], u, y)
        p = _panel_at(panels, index, u, y)
        if p >= 0:
            r, g, b, glow = _panel_colour(panels[p], u, y)
            if _is_glass(panels[p], u, y):
                mirror = p
    else:
        shade = 0.9 + 0.2 * noise((x + z) * 3.0, y * 25.0, 41.0 + index)
        r, g, b = boxes[index, 8] * shade, boxes[index, 9] * shade, boxes[index, 10] * shade
    facing = max(0.0, nx * light[0] + ny * light[1] + nz * light[2])
    if ny > 0.5 and _is_shaded(boxes, light, sample, x, y, z):
        facing *= 1.0 - light[18]
    other = max(0.0, nx * light[6] + ny * light[7] + nz * light[8])
    open_air = _openness(walls, boxes, what, x, y, z)
    # A ceiling is lit from below by lamps and the bright floor: as much as what looks up.
    share = 1.0 if what == _CEILING else 0.5 + 0.5 * ny
    r *= open_air * (light[15] + (light[12] - light[15]) * share) + facing * light[3] + other * light[9] + glow
    g *= open_air * (light[16] + (light[13] - light[16]) * share) + facing * light[4] + other * light[10] + glow
    b *= open_air * (light[17] + (light[14] - light[17]) * share) + facing * light[5] + other * light[11] + glow
    return r, g, b, t, mirror


@kernel
@no_type_check
def _panel_at(panels, wall, u, v):
    """Return which panel hangs on a wall at `u` along and `v` up, the last one where they overlap, or -1."""
    found = -1
    for p in range(panels.shape[0]):
        panel = panels[p]
        if int(panel[0]) == wall and panel[1] <= u < panel[2] and panel[3] <= v < panel[4]:
            found = p
    return found


@kernel
@no_type_check
def _is_glass(panel, u, v):
    """Return whether a panel is a mirror and a point of it lies within its frame."""
    inset = min(min(u - panel[1], panel[2] - u), min(v - panel[3], panel[4] - v))
    return int(panel[5]) == _MIRROR and inset >= panel[9]


@kernel
@no_type_check
def _is_shaded(boxes, light, sample, x, y, z):
    """Return whether a box within 3 m is between a point on the ground and the main light, as this sample sees that light."""
    kx, kz = light[0] + 0.06 * (sample // 2 - 0.5), light[2] + 0.06 * (sample % 2 - 0.5)
    nearest = _FAR_M
    for b in range(boxes.shape[0]):
        nearest = min(nearest, _box_hit(boxes[b], x, y + 1e-4, z, kx, light[1], kz)[0])
    return nearest < 3.0


@kernel
@no_type_check
def _openness(walls, boxes, what, x, y, z):
    """Return how much of the light from all around reaches a point (1: all): less near edges of floor, walls and boxes."""
    dark = 0.0
    if what == _FLOOR:
        for w in range(walls.shape[0]):
            gap = walls[w, 0] * x + walls[w, 2] * z + walls[w, 3]
            dark += 0.35 * np.exp(-max(gap, 0.0) / 0.15)
        for b in range(boxes.shape[0]):
            box = boxes[b]
            u, v = box[6] * (x - box[0]) - box[7] * (z - box[2]), box[7] * (x - box[0]) + box[6] * (z - box[2])
            out = np.hypot(max(abs(u) - box[3], 0.0), max(abs(v) - box[5], 0.0))
            if box[1] - box[4] < 0.1:
                dark += 0.4 * np.exp(-out / 0.07)
    elif what in (_WALL, _BOX):
        dark = 0.3 * np.exp(-y / 0.12)
    return max(0.2, 1.0 - dark)


@kernel
@no_type_check
def _paint(walls, panels, boxes, floor, mat, light, position, turn, focal, colours, distances, surfaces, places):
    """Fill the canvas: colours from four rays to a pixel; distance, surface and place from one through its middle."""
    rows, columns = distances.shape
    for row in range(rows):
        for column in range(columns):
            u, v = (column - 0.5 * (columns - 1)) / focal, (row - 0.5 * (rows - 1)) / focal
            px, py, pz = position[0], position[1], position[2]
            dx, dy, dz = _ray(turn, u, v)
            t, what, index, _nx, ny, _nz = _cast(walls, boxes, px, py, pz, dx, dy, dz)
            distances[row, column] = t
            places[row, column, 0], places[row, column, 1] = px + t * dx, pz + t * dz
            surfaces[row, column] = GROUND if ny > 0.5 and what != _SKY else PLAIN
            if what == _WALL:
                along, up = walls[index, 2] * (px + t * dx) - walls[index, 0] * (pz + t * dz), py + t * dy
                p = _panel_at(panels, index, along, up)
                if p >= 0 and _is_glass(panels[p], along, up):
                    surfaces[row, column] = MIRROR
            red = green = blue = 0.0
            for sample in range(4):
                dx, dy, dz = _ray(turn, u + (0.5 * (sample % 2) - 0.25) / focal, v + (0.5 * (sample // 2) - 0.25) / focal)
                r, g, b = _seen_with_mirrors(walls, panels, boxes, floor, mat, light, px, py, pz, dx, dy, dz, sample)
                red, green, blue = red + r, green + g, blue + b
            colours[row, column, 0], colours[row, column, 1], colours[row, column, 2] = 0.25 * red, 0.25 * green, 0.25 * blue


@kernel
@no_type_check
def _ray(turn, u, v):
    """Return the direction in the world (length 1) of the ray through a point of the picture, in focal lengths from its middle."""
    scale = 1.0 / np.sqrt(1.0 + u * u + v * v)
    return (
        (turn[0, 0] * u + turn[1, 0] * v + turn[2, 0]) * scale,
        (turn[0, 1] * u + turn[1, 1] * v + turn[2, 1]) * scale,
        (turn[0, 2] * u + turn[1, 2] * v + turn[2, 2]) * scale,
    )


@kernel
@no_type_check
def _seen_with_mirrors(walls, panels, boxes, floor, mat, light, px, py, pz, dx, dy, dz, sample):
    """Return the light (3) that a ray sees, thrown back once where it meets a mirror."""
    tint = 1.0
    for _ in range(2):
        r, g, b, t, mirror = _seen(walls, panels, boxes, floor, mat, light, px, py, pz, dx, dy, dz, sample)
        if mirror < 0 or tint < 1.0:
            break
        wall = walls[int(panels[mirror, 0])]
        along = 2.0 * (wall[0] * dx + wall[2] * dz)
        px, py, pz = px + t * dx, py + t * dy, pz + t * dz
        dx, dz = dx - along * wall[0], dz - along * wall[2]
        tint = 0.88
    return tint * r, tint * g, tint * b
