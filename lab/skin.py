"""Where does the skin lie in a posture? Dual quaternion skinning, which keeps a bent knee's volume.

Kavan, Collins, Zara, O'Sullivan: Skinning with dual quaternions, I3D 2007, algorithm 1. Every segment turns about its own joint as
a `Pose` says; a vertex follows the normalised sum of its carriers' dual quaternions.
"""

from typing import no_type_check

import numpy as np
from jaxtyping import Float, Int

from lab.kernel import kernel
from lab.types import Person

Points = Float[np.ndarray, "vertex 3"]


def skinned(
    person: Person,
    turns: Float[np.ndarray, "segment 3 3"],
    joints: Float[np.ndarray, "segment 3"],
    lags: Float[np.ndarray, "segment 3"] | None = None,
) -> Points:
    """Return where the vertices lie in one frame of a `Pose` (m).

    `lags` (segment, 3) m in the world is how far each segment's soft tissue lags behind its bone: a vertex takes its carriers'
    share.
    """
    shifts = joints - np.einsum("sij,sj->si", turns, person.skeleton.joints)
    duals = np.empty((len(turns), 8))
    _write_dual_quaternions(np.ascontiguousarray(turns), shifts, duals)
    moved = np.empty_like(person.vertices)
    _blend(person.vertices, person.weights, person.carriers, duals, np.zeros_like(joints) if lags is None else lags, moved)
    return moved


def compute_normals(vertices: Points, triangles: Int[np.ndarray, "triangle 3"]) -> Points:
    """Return the unit normal at every vertex: the mean of its triangles' normals, weighted by their areas."""
    normals = np.zeros_like(vertices)
    _add_up_normals(vertices, triangles, normals)
    return normals


@kernel
@no_type_check
def _write_dual_quaternions(turns: np.ndarray, shifts: np.ndarray, duals: np.ndarray) -> None:
    """Write real part (w, x, y, z) and dual part of every rigid motion p -> turn p + shift."""
    for s in range(turns.shape[0]):
        r = turns[s]
        trace = r[0, 0] + r[1, 1] + r[2, 2]
        # The largest of the four squares keeps the square root well away from zero.
        if trace > 0.0:
            w = 1.0 + trace
            x, y, z = r[2, 1] - r[1, 2], r[0, 2] - r[2, 0], r[1, 0] - r[0, 1]
        elif r[0, 0] >= r[1, 1] and r[0, 0] >= r[2, 2]:
            x = 1.0 + r[0, 0] - r[1, 1] - r[2, 2]
            w, y, z = r[2, 1] - r[1, 2], r[0, 1] + r[1, 0], r[0, 2] + r[2, 0]
        elif r[1, 1] >= r[2, 2]:
            y = 1.0 - r[0, 0] + r[1, 1] - r[2, 2]
            w, x, z = r[0, 2] - r[2, 0], r[0, 1] + r[1, 0], r[1, 2] + r[2, 1]
        else:
            z = 1.0 - r[0, 0] - r[1, 1] + r[2, 2]
            w, x, y = r[1, 0] - r[0, 1], r[0, 2] + r[2, 0], r[1, 2] + r[2, 1]
        scale = 1.0 / np.sqrt(w * w + x * x + y * y + z * z)
        w, x, y, z = w * scale, x * scale, y * scale, z * scale
        tx, ty, tz = shifts[s, 0], shifts[s, 1], shifts[s, 2]
        duals[s, 0], duals[s, 1], duals[s, 2], duals[s, 3] = w, x, y, z
        duals[s, 4] = -0.5 * (tx * x + ty * y + tz * z)
        duals[s, 5] = 0.5 * (w * tx + ty * z - tz * y)
        duals[s, 6] = 0.5 * (w * ty + tz * x - tx * z)
        duals[s, 7] = 0.5 * (w * tz + tx * y - ty * x)


@kernel
@no_type_check
def _blend(vertices, weights, carriers, duals, lags, moved):
    """Move every vertex by the normalised weighted sum of its carriers' dual quaternions, and by its share of their lags."""
    for v in range(vertices.shape[0]):
        first = carriers[v, 0]
        w = x = y = z = dw = dx = dy = dz = lag_x = lag_y = lag_z = 0.0
        for c in range(carriers.shape[1]):
            share = weights[v, c]
            if share == 0.0:
                continue
            q = duals[carriers[v, c]]
            lag_x += share * lags[carriers[v, c], 0]
            lag_y += share * lags[carriers[v, c], 1]
            lag_z += share * lags[carriers[v, c], 2]
            p = duals[first]
            # q and -q are one rotation: take the sign on the first carrier's side, so that the blend goes the short way.
            if q[0] * p[0] + q[1] * p[1] + q[2] * p[2] + q[3] * p[3] < 0.0:
                share = -share
            w += share * q[0]
            x += share * q[1]
            y += share * q[2]
            z += share * q[3]
            dw += share * q[4]
            dx += share * q[5]
            dy += share * q[6]
            dz += share * q[7]
        scale = 1.0 / np.sqrt(w * w + x * x + y * y + z * z)
        w, x, y, z = w * scale, x * scale, y * scale, z * scale
        dw, dx, dy, dz = dw * scale, dx * scale, dy * scale, dz * scale
        px, py, pz = vertices[v, 0], vertices[v, 1], vertices[v, 2]
        ax = y * pz - z * py + w * px
        ay = z * px - x * pz + w * py
        az = x * py - y * px + w * pz
        moved[v, 0] = px + lag_x + 2.0 * (y * az - z * ay + w * dx - dw * x + y * dz - z * dy)
        moved[v, 1] = py + lag_y + 2.0 * (z * ax - x * az + w * dy - dw * y + z * dx - x * dz)
        moved[v, 2] = pz + lag_z + 2.0 * (x * ay - y * ax + w * dz - dw * z + x * dy - y * dx)


@kernel
@no_type_check
def _add_up_normals(vertices: np.ndarray, triangles: np.ndarray, normals: np.ndarray) -> None:
    """Add every triangle's cross product to its corners, then bring all to length 1."""
    for t in range(triangles.shape[0]):
        i, j, k = triangles[t, 0], triangles[t, 1], triangles[t, 2]
        ax, ay, az = vertices[j, 0] - vertices[i, 0], vertices[j, 1] - vertices[i, 1], vertices[j, 2] - vertices[i, 2]
        bx, by, bz = vertices[k, 0] - vertices[i, 0], vertices[k, 1] - vertices[i, 1], vertices[k, 2] - vertices[i, 2]
        cx, cy, cz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
        for corner in (i, j, k):
            normals[corner, 0] += cx
            normals[corner, 1] += cy
            normals[corner, 2] += cz
    for v in range(normals.shape[0]):
        length = np.sqrt(normals[v, 0] ** 2 + normals[v, 1] ** 2 + normals[v, 2] ** 2)
        if length > 0.0:
            normals[v, 0] /= length
            normals[v, 1] /= length
            normals[v, 2] /= length
