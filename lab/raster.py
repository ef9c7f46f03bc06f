"""Which surface is nearest in every sample, and what colour has it? A z-buffer of two by two samples to a pixel, then the sensor.

Samples lie a quarter of a pixel beside the pixel's middle: sample row 2 r is at r - 1/4, sample row 2 r + 1 at r + 1/4.
"""

from typing import no_type_check

import numpy as np

from lab.clothes import BLUE, BOTTOM, GREEN, HEIGHT, MOTTLE, RED, SHOE, SOCK, SOLE_M, TOP
from lab.kernel import kernel
from lab.room import GROUND, MIRROR

#: Rows of a `Dressed.cloth`.
_TOP_ROW, _BOTTOM_ROW, _SOCK_ROW, _SHOE_ROW, _SOLE_ROW = range(5)

#: A person stands off the room's surfaces by this much (m) before one hides the other: feet touch the floor, backs touch walls.
_TOUCH_M = 0.02


@kernel
@no_type_check
def project(vertices: np.ndarray, position: np.ndarray, turn: np.ndarray, focal: float, middle: np.ndarray, screen: np.ndarray):
    """Write where vertices lie among the samples (x, y) and one over their depth (0 where too near or behind)."""
    for v in range(vertices.shape[0]):
        x, y, z = vertices[v, 0] - position[0], vertices[v, 1] - position[1], vertices[v, 2] - position[2]
        depth = turn[2, 0] * x + turn[2, 1] * y + turn[2, 2] * z
        if depth < 0.1:
            screen[v, 2] = 0.0
            continue
        screen[v, 0] = 2.0 * (focal * (turn[0, 0] * x + turn[0, 1] * y + turn[0, 2] * z) / depth + middle[0]) + 0.5
        screen[v, 1] = 2.0 * (focal * (turn[1, 0] * x + turn[1, 1] * y + turn[1, 2] * z) / depth + middle[1]) + 0.5
        screen[v, 2] = 1.0 / depth


@kernel
@no_type_check
def find_window(screen, rows: int, columns: int, window):
    """Write the rows and columns of pixels (from, to, from, to) outside which no vertex lies; none where none is seen."""
    low_x, high_x, low_y, high_y = np.inf, -np.inf, np.inf, -np.inf
    for v in range(screen.shape[0]):
        if screen[v, 2] > 0.0:
            low_x, high_x = min(low_x, screen[v, 0]), max(high_x, screen[v, 0])
            low_y, high_y = min(low_y, screen[v, 1]), max(high_y, screen[v, 1])
    window[:] = 0
    if low_x <= high_x:
        window[0], window[1] = int(min(max(0.5 * low_y, 0.0), rows)), int(min(max(0.5 * high_y + 2.0, 0.0), rows))
        window[2], window[3] = int(min(max(0.5 * low_x, 0.0), columns)), int(min(max(0.5 * high_x + 2.0, 0.0), columns))


@kernel
@no_type_check
def light_up(normals: np.ndarray, light: np.ndarray, lit: np.ndarray):
    """Write the light that falls on every vertex (3, linear): two far lights, and all around from sky to ground."""
    for v in range(normals.shape[0]):
        nx, ny, nz = normals[v, 0], normals[v, 1], normals[v, 2]
        # A wrapped cosine for the main light stands in for the light's size: no hard edge between light and shade.
        key = max(0.0, (nx * light[0] + ny * light[1] + nz * light[2] + 0.15) / 1.15)
        fill = max(0.0, nx * light[6] + ny * light[7] + nz * light[8])
        up = 0.5 + 0.5 * ny
        for c in range(3):
            lit[v, c] = key * light[3 + c] + fill * light[9 + c] + light[15 + c] + (light[12 + c] - light[15 + c]) * up


@kernel
@no_type_check
def rasterise(screen, triangles, first: int, mirrored: bool, depth: np.ndarray, owner: np.ndarray):
    """Write triangles that face the camera into the buffers of one over depth and of the owner's number, counted from `first`.

    Counter-clockwise from outside is a negative area with y down; a mirrored mesh has it the other way round.
    """
    rows, columns = depth.shape
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        if mirrored:
            j, k = k, j
        ax, ay, az = screen[i, 0], screen[i, 1], screen[i, 2]
        bx, by, bz = screen[j, 0], screen[j, 1], screen[j, 2]
        cx, cy, cz = screen[k, 0], screen[k, 1], screen[k, 2]
        if az == 0.0 or bz == 0.0 or cz == 0.0:
            continue
        area = (bx - ax) * (cy - ay) - (cx - ax) * (by - ay)
        if area >= 0.0:
            continue
        x0, x1 = max(int(np.ceil(min(ax, bx, cx))), 0), min(int(np.floor(max(ax, bx, cx))), columns - 1)
        y0, y1 = max(int(np.ceil(min(ay, by, cy))), 0), min(int(np.floor(max(ay, by, cy))), rows - 1)
        if x0 > x1 or y0 > y1:
            continue
        scale = 1.0 / area
        # Barycentric shares of b and c at the box's first sample, and how they grow along x and y.
        bdx, bdy = (cy - ay) * scale, -(cx - ax) * scale
        cdx, cdy = -(by - ay) * scale, (bx - ax) * scale
        b_row = (x0 - ax) * bdx + (y0 - ay) * bdy
        c_row = (x0 - ax) * cdx + (y0 - ay) * cdy
        bz, cz = bz - az, cz - az
        for y in range(y0, y1 + 1):
            b, c = b_row, c_row
            for x in range(x0, x1 + 1):
                if b >= 0.0 and c >= 0.0 and b + c <= 1.0:
                    z = az + b * bz + c * cz
                    if z > depth[y, x]:
                        depth[y, x] = z
                        owner[y, x] = first + t
                b += bdx
                c += cdx
            b_row += bdy
            c_row += cdy


@kernel
@no_type_check
def _albedo(paint, cloth, i, j, k, a, b, c):
    """Return the colour (linear) of a point with shares a, b, c of three vertices: what it is covered with, or the body's own."""
    shoe = a * paint[i, SHOE] + b * paint[j, SHOE] + c * paint[k, SHOE]
    bottom = a * paint[i, BOTTOM] + b * paint[j, BOTTOM] + c * paint[k, BOTTOM]
    top = a * paint[i, TOP] + b * paint[j, TOP] + c * paint[k, TOP]
    sock = a * paint[i, SOCK] + b * paint[j, SOCK] + c * paint[k, SOCK]
    height = a * paint[i, HEIGHT] + b * paint[j, HEIGHT] + c * paint[k, HEIGHT]
    if shoe > 0.0 and bottom <= 0.0:
        row = _SOLE_ROW if height < SOLE_M else _SHOE_ROW
    elif top > 0.0:
        row = _TOP_ROW
    elif bottom > 0.0:
        row = _BOTTOM_ROW
    elif sock > 0.0:
        row = _SOCK_ROW
    else:
        return (
            a * paint[i, RED] + b * paint[j, RED] + c * paint[k, RED],
            a * paint[i, GREEN] + b * paint[j, GREEN] + c * paint[k, GREEN],
            a * paint[i, BLUE] + b * paint[j, BLUE] + c * paint[k, BLUE],
        )
    piece = cloth[row]
    start = 0
    if piece[6] > 0.0 and height / piece[6] - np.floor(height / piece[6]) < 0.4:
        start = 3
    shade = 1.0 + piece[7] * (a * paint[i, MOTTLE] + b * paint[j, MOTTLE] + c * paint[k, MOTTLE])
    return piece[start] * shade, piece[start + 1] * shade, piece[start + 2] * shade


@kernel
@no_type_check
def shade(screen, triangles, paint, cloth, lit, first: int, stop: int, window, owner, colours, counts):
    """Add up the light of the samples owned by the triangles numbered `first` to `stop`, by pixel within `window`."""
    for y in range(window[0], window[1]):
        for x in range(window[2], window[3]):
            for s in range(4):
                u, v = 2 * x + (s & 1), 2 * y + (s >> 1)
                t = owner[v, u]
                if t < first or t >= stop:
                    continue
                i, j, k = triangles[t - first, 0], triangles[t - first, 1], triangles[t - first, 2]
                ax, ay = screen[i, 0], screen[i, 1]
                bx, by = screen[j, 0] - ax, screen[j, 1] - ay
                cx, cy = screen[k, 0] - ax, screen[k, 1] - ay
                scale = 1.0 / (bx * cy - cx * by)
                b = ((u - ax) * cy - (v - ay) * cx) * scale
                c = ((v - ay) * bx - (u - ax) * by) * scale
                a = 1.0 - b - c
                red, green, blue = _albedo(paint, cloth, i, j, k, a, b, c)
                colours[y, x, 0] += red * (a * lit[i, 0] + b * lit[j, 0] + c * lit[k, 0])
                colours[y, x, 1] += green * (a * lit[i, 1] + b * lit[j, 1] + c * lit[k, 1])
                colours[y, x, 2] += blue * (a * lit[i, 2] + b * lit[j, 2] + c * lit[k, 2])
                counts[y, x] += 1


@kernel
@no_type_check
def hide(window, depth, owner, mirror_from: int, warp, focal: float, distances, surfaces):
    """Take away samples that something of the room hides, and mirrored ones outside a mirror's glass.

    `warp` (3, 3) leads from a picture's pixel to the canvas'. A sample's depth is along the camera's axis, the canvas' along the
    ray.
    """
    rows, columns = distances.shape
    middle_x, middle_y = 0.25 * (owner.shape[1] - 2), 0.25 * (owner.shape[0] - 2)
    for y in range(window[0], window[1]):
        for x in range(window[2], window[3]):
            if (
                owner[2 * y, 2 * x] < 0
                and owner[2 * y, 2 * x + 1] < 0
                and owner[2 * y + 1, 2 * x] < 0
                and owner[2 * y + 1, 2 * x + 1] < 0
            ):
                continue
            w = warp[2, 0] * x + warp[2, 1] * y + warp[2, 2]
            column = int(np.floor((warp[0, 0] * x + warp[0, 1] * y + warp[0, 2]) / w + 0.5))
            row = int(np.floor((warp[1, 0] * x + warp[1, 1] * y + warp[1, 2]) / w + 0.5))
            row, column = min(max(row, 0), rows - 1), min(max(column, 0), columns - 1)
            u, v = (x - middle_x) / focal, (y - middle_y) / focal
            nearest = 1.0 / (distances[row, column] / np.sqrt(1.0 + u * u + v * v) + _TOUCH_M)
            glass = surfaces[row, column] == MIRROR
            for s in range(4):
                a, b = 2 * y + (s >> 1), 2 * x + (s & 1)
                number = owner[a, b]
                if number >= mirror_from:
                    if not glass:
                        owner[a, b] = -1
                elif number >= 0 and depth[a, b] < nearest:
                    owner[a, b] = -1


@kernel
@no_type_check
def clear(window, depth, owner, colours, counts):
    """Empty the buffers within a window of pixels."""
    for y in range(window[0], window[1]):
        for x in range(window[2], window[3]):
            counts[y, x] = 0
            for c in range(3):
                colours[y, x, c] = 0.0
        for v in range(2 * y, 2 * y + 2):
            for u in range(2 * window[2], 2 * window[3]):
                depth[v, u] = 0.0
                owner[v, u] = -1


@kernel
@no_type_check
def outline(window, owner, first: int, stop: int, silhouette):
    """Mark the pixels of which the triangles numbered `first` to `stop` own most samples; of two, the upper left must be one."""
    for y in range(window[0], window[1]):
        for x in range(window[2], window[3]):
            own = 0
            for s in range(4):
                number = owner[2 * y + (s >> 1), 2 * x + (s & 1)]
                if first <= number < stop:
                    own += 1
            silhouette[y, x] = own > 2 or (own == 2 and first <= owner[2 * y, 2 * x] < stop)


@kernel
@no_type_check
def cast_shadow(vertices, areas, light, tops, corner: float, cell: float, weights):
    """Add up, by cell of the floor, how much of the main light and of the light from above the vertices take away.

    `areas` (vertex) m2; `tops` (x, z) the height of what takes the shadow in every cell; `weights` (x, z, 2): main light, contact.
    """
    across, deep = tops.shape
    slope_x, slope_z = light[0] / light[1], light[2] / light[1]
    share = 0.5 / (cell * cell)
    for v in range(vertices.shape[0]):
        x, y, z = vertices[v, 0], vertices[v, 1], vertices[v, 2]
        i, j = int((x - corner) / cell), int((z - corner) / cell)
        if 0 <= i < across and 0 <= j < deep:
            rise = max(y - tops[i, j], 0.0)
            if rise < 0.4:
                weights[i, j, 1] += share * areas[v] * np.exp(-rise / 0.08)
            # The shadow falls where the ray down from the vertex meets the ground: the floor, or what stands there.
            for level in (0.0, tops[i, j]):
                a, b = int((x - (y - level) * slope_x - corner) / cell), int((z - (y - level) * slope_z - corner) / cell)
                if 0 <= a < across and 0 <= b < deep and abs(tops[a, b] - level) < 0.01 and y > level:
                    weights[a, b, 0] += share * areas[v]
                    if tops[i, j] == 0.0:
                        break


@kernel
@no_type_check
def find_shaded(weights, span):
    """Write the cells (from, to, from, to) outside which nothing is taken away; the first cell where nothing is anywhere."""
    span[0], span[1], span[2], span[3] = weights.shape[0], 1, weights.shape[1], 1
    for i in range(weights.shape[0]):
        for j in range(weights.shape[1]):
            if weights[i, j, 0] > 0.0 or weights[i, j, 1] > 0.0:
                span[0], span[1] = min(span[0], i), max(span[1], i + 1)
                span[2], span[3] = min(span[2], j), max(span[3], j + 1)
    if span[0] >= span[1]:
        span[0], span[2] = 0, 0


@kernel
@no_type_check
def soften(weights, rounds: int, radius: int):
    """Blur both layers of `weights` by running means of 2 `radius` + 1 cells, `rounds` times along both axes."""
    for _ in range(rounds):
        for layer in range(weights.shape[2]):
            for i in range(weights.shape[0]):
                _run_mean(weights[i, :, layer], radius)
            for j in range(weights.shape[1]):
                _run_mean(weights[:, j, layer], radius)


@kernel
@no_type_check
def _run_mean(line, radius: int):
    """Replace a line by its running mean; beyond its ends there is nothing."""
    count, width = line.size, 1.0 / (2 * radius + 1)
    kept = line.copy()
    total = 0.0
    for j in range(-radius, count):
        if j + radius < count:
            total += kept[j + radius]
        if j - radius - 1 >= 0:
            total -= kept[j - radius - 1]
        if j >= 0:
            line[j] = total * width


@kernel
@no_type_check
def _shadow_at(weights, x: float, z: float, corner, cell: float, strength: float):
    """Return the share of light that is left at a place on the ground."""
    u, v = (x - corner[0]) / cell - 0.5, (z - corner[1]) / cell - 0.5
    i, j = int(np.floor(u)), int(np.floor(v))
    if i < 0 or j < 0 or i + 1 >= weights.shape[0] or j + 1 >= weights.shape[1]:
        return 1.0
    u, v = u - i, v - j
    main = contact = 0.0
    for a in range(2):
        for b in range(2):
            share = (u if a else 1.0 - u) * (v if b else 1.0 - v)
            main += share * weights[i + a, j + b, 0]
            contact += share * weights[i + a, j + b, 1]
    return (1.0 - strength * min(main, 1.0)) * (1.0 - 0.55 * min(contact, 1.0))


@kernel
@no_type_check
def hold(canvas, surfaces, places, warp, weights, corner, cell: float, strength: float, light):
    """Write the light of the empty scene as the hand holds the phone now, with the shadows of people on the ground."""
    rows, columns, _ = light.shape
    tall, wide, _ = canvas.shape
    one = np.uint32(1)
    for y in range(rows):
        u_row, v_row, w_row = warp[0, 1] * y + warp[0, 2], warp[1, 1] * y + warp[1, 2], warp[2, 1] * y + warp[2, 2]
        for x in range(columns):
            w = 1.0 / (w_row + warp[2, 0] * x)
            u = min(max((u_row + warp[0, 0] * x) * w, 0.0), wide - 1.001)
            v = min(max((v_row + warp[1, 0] * x) * w, 0.0), tall - 1.001)
            # Unsigned numbers and single precision save half the time.
            row, column = np.uint32(v), np.uint32(u)
            below, beside = np.uint32(row + one), np.uint32(column + one)
            across, down = np.float32(u - column), np.float32(v - row)
            near_row, near_column = np.uint32(v + 0.5), np.uint32(u + 0.5)
            left = np.float32(1.0)
            if surfaces[near_row, near_column] == GROUND:
                place = places[near_row, near_column]
                left = np.float32(_shadow_at(weights, place[0], place[1], corner, cell, strength))
            for c in range(3):
                high = canvas[row, column, c] + (canvas[row, beside, c] - canvas[row, column, c]) * across
                low = canvas[below, column, c] + (canvas[below, beside, c] - canvas[below, column, c]) * across
                light[y, x, c] = (high + (low - high) * down) * left


@kernel
@no_type_check
def put_in(window, colours, counts, light):
    """Put people into the light of the empty scene, a quarter for each of a pixel's samples that they own."""
    for y in range(window[0], window[1]):
        for x in range(window[2], window[3]):
            if counts[y, x] > 0:
                left = 1.0 - 0.25 * counts[y, x]
                for c in range(3):
                    light[y, x, c] = left * light[y, x, c] + 0.25 * colours[y, x, c]


@kernel
@no_type_check
def develop(light, gain, vignette: float, curve, grain, grain_row: int, grain_column: int, noise, picture):
    """Write what the sensor makes of the light.

    `gain` (3) scales the light; `curve` leads from linear light to grey levels; `grain` is a square of unit noise whose side is a
    power of two, read from (`grain_row`, `grain_column`) on. Gain, curve, grain and `noise` are single precision.
    """
    rows, columns, _ = picture.shape
    side = grain.shape[0] - 1
    middle_x, middle_y = 0.5 * (columns - 1), 0.5 * (rows - 1)
    far = vignette / (middle_x * middle_x + middle_y * middle_y)
    last = np.float32(curve.shape[0] - 1)
    for y in range(rows):
        p = (y + grain_row) & side
        bright = 1.0 - far * (y - middle_y) ** 2
        for x in range(columns):
            q = (x + grain_column) & side
            scale = np.float32(bright - far * (x - middle_x) ** 2) * last
            for c in range(3):
                level = curve[np.uint32(min(light[y, x, c] * gain[c] * scale, last))] + noise * grain[p, q, c]
                picture[y, x, c] = np.uint8(min(max(level, np.float32(0.0)), np.float32(255.0)) + np.float32(0.5))
