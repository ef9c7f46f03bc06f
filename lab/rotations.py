"""How are rotations made, joined and halved? Plain functions over stacks of 3 x 3 matrices, angles in radians."""

import numpy as np
from jaxtyping import Float

Vectors = Float[np.ndarray, "*stack 3"]
Turns = Float[np.ndarray, "*stack 3 3"]

X, Y, Z = np.eye(3)


def unit(vectors: Vectors) -> Vectors:
    """Return the vectors at length 1."""
    return np.asarray(vectors / np.linalg.norm(vectors, axis=-1, keepdims=True))


def across(vectors: Vectors, line: Float[np.ndarray, "*other 3"]) -> Vectors:
    """Return the part of each vector that is perpendicular to the line (a unit vector)."""
    return np.asarray(vectors - np.sum(vectors * line, axis=-1, keepdims=True) * line)


def apply(turns: Float[np.ndarray, "*stack 3 3"], vectors: Float[np.ndarray, "*other 3"]) -> Float[np.ndarray, "*both 3"]:
    """Return the vectors turned."""
    return np.asarray(np.einsum("...ij,...j->...i", turns, vectors))


def crossing(vectors: Vectors) -> Turns:
    """Return the matrices that take the cross product with each vector from the left."""
    matrices = np.zeros((*vectors.shape, 3))
    for row, column, part in ((2, 1, 0), (0, 2, 1), (1, 0, 2)):
        matrices[..., row, column] = vectors[..., part]
        matrices[..., column, row] = -vectors[..., part]
    return matrices


def about(axis: Float[np.ndarray, "*any 3"], angle: Float[np.ndarray, "*stack"] | float) -> Turns:
    """Return the turn by an angle about a unit axis, by the right-hand rule (Rodrigues' formula)."""
    angle = np.asarray(angle, dtype=float)[..., None, None]
    cross = crossing(axis)
    return np.asarray(np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * (cross @ cross))


def between(start: Float[np.ndarray, "*any 3"], end: Float[np.ndarray, "*other 3"]) -> Turns:
    """Return the smallest turn that takes the direction `start` to `end`; they must not be opposite."""
    a, b = np.broadcast_arrays(unit(start), unit(end))
    cosine = np.sum(a * b, axis=-1)[..., None, None]
    cross = crossing(np.cross(a, b))
    return np.asarray(np.eye(3) + cross + cross @ cross / (1.0 + cosine))


def vector_of(turns: Turns) -> Vectors:
    """Return the rotation vector (axis times angle) of each turn; angles up to just below half a turn."""
    odd = 0.5 * np.stack(
        [turns[..., 2, 1] - turns[..., 1, 2], turns[..., 0, 2] - turns[..., 2, 0], turns[..., 1, 0] - turns[..., 0, 1]], axis=-1
    )
    sine = np.linalg.norm(odd, axis=-1)
    angle = np.arctan2(sine, 0.5 * (np.trace(turns, axis1=-2, axis2=-1) - 1.0))
    share = np.where(sine > 1e-12, angle / np.maximum(sine, 1e-12), 1.0)
    return np.asarray(share[..., None] * odd)


def from_vector(vectors: Vectors) -> Turns:
    """Return the turns of rotation vectors (axis times angle)."""
    angle = np.linalg.norm(vectors, axis=-1)
    axis = np.where(angle[..., None] > 1e-12, vectors / np.maximum(angle, 1e-12)[..., None], X)
    return about(axis, angle)


def part_way(start: Turns, end: Turns, share: Float[np.ndarray, "*any"] | float) -> Turns:
    """Return the turn that lies a share of the way from `start` to `end`, by the shortest path (slerp)."""
    way = vector_of(np.swapaxes(start, -1, -2) @ end)
    return np.asarray(start @ from_vector(np.asarray(share)[..., None] * way))


def leaning(
    forward: Float[np.ndarray, "*stack"], rightward: Float[np.ndarray, "*stack"], to_left: Float[np.ndarray, "*stack"]
) -> Turns:
    """Return the turn of a body part that leans forward and to its right, and then faces to its left by so much."""
    return np.asarray(about(Y, to_left) @ about(X, rightward) @ about(Z, -np.asarray(forward)))
