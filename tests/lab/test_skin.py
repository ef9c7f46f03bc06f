"""Skinning: nothing moves at rest, a rigid turn stays rigid, and a knee bent by 140 degrees keeps its volume."""

from dataclasses import replace

import numpy as np
import pytest
from capsules import capsule, capsule_person

from lab.rotations import about
from lab.skin import compute_normals, skinned
from lab.types import SEGMENTS, Person

_THIGH, _SHANK = SEGMENTS.index("thigh_r"), SEGMENTS.index("shank_r")
_RADIUS_M = 0.05


def _leg() -> Person:
    """A tube of 5 cm radius about the right leg's line, blended from thigh to shank over 16 cm about the knee."""
    body = capsule_person()
    hip, knee, ankle = (body.skeleton.joint(f"{part}_r") for part in ("thigh", "shank", "foot"))
    heights = np.concatenate(
        [np.linspace(hip[1], knee[1] + 0.09, 8), np.arange(8, -9, -1) * 0.01 + knee[1], [knee[1] - 0.2, ankle[1]]]
    )
    turns = np.arange(32) * 2.0 * np.pi / 32
    ring = _RADIUS_M * np.column_stack([np.cos(turns), np.zeros(32), np.sin(turns)])
    vertices = np.vstack([ring + np.array([knee[0], height, knee[2]]) for height in heights] + [[hip], [ankle]])
    triangles = []
    for row in range(len(heights) - 1):
        for step in range(32):
            a, b = row * 32 + step, row * 32 + (step + 1) % 32
            triangles += [(a, b, b + 32), (a, b + 32, a + 32)]
    last = (len(heights) - 1) * 32
    for step in range(32):
        triangles += [(last + 32, (step + 1) % 32, step), (last + 33, last + step, last + (step + 1) % 32)]
    shank = np.clip(0.5 - (vertices[:, 1] - knee[1]) / 0.16, 0.0, 1.0)
    nothing = np.zeros_like(shank)
    carriers = np.tile([_THIGH, _SHANK, 0, 0], (len(vertices), 1))
    weights = np.column_stack([1.0 - shank, shank, nothing, nothing])
    region = np.zeros(len(vertices), dtype=np.uint8)
    return replace(body, vertices=vertices, triangles=np.array(triangles), weights=weights, carriers=carriers, region=region)


def _bent(person: Person, flexion_deg: float) -> np.ndarray:
    """Return the tube with the shank turned back about the knee."""
    turns = np.tile(np.eye(3), (len(SEGMENTS), 1, 1))
    turns[_SHANK] = about(np.array([0.0, 0.0, 1.0]), -np.deg2rad(flexion_deg))
    return skinned(person, turns, person.skeleton.joints)


def _volume(vertices: np.ndarray, triangles: np.ndarray) -> float:
    a, b, c = (vertices[triangles[:, corner]] for corner in range(3))
    return abs(float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum()) / 6.0)


def test_at_rest_every_vertex_stays_exactly() -> None:
    person = _leg()
    np.testing.assert_array_equal(
        skinned(person, np.tile(np.eye(3), (len(SEGMENTS), 1, 1)), person.skeleton.joints), person.vertices
    )


@pytest.mark.parametrize("angle_deg", [10.0, 95.0, 180.0, 250.0])
@pytest.mark.parametrize("axis", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0), (0.6, 0.0, -0.8)])
def test_a_rigid_motion_of_all_segments_moves_every_vertex_rigidly(axis: tuple[float, float, float], angle_deg: float) -> None:
    person, shift = _leg(), np.array([0.3, -0.1, 0.7])
    turn = about(np.array(axis), np.deg2rad(angle_deg))
    moved = skinned(person, np.tile(turn, (len(SEGMENTS), 1, 1)), person.skeleton.joints @ turn.T + shift)
    np.testing.assert_allclose(moved, person.vertices @ turn.T + shift, atol=1e-12)


def test_the_ring_at_a_bent_knee_keeps_its_radius() -> None:
    # Shares of a half each: the ring turns by half the flexion about the knee, as a whole. Straight-line blending would shrink it
    # to cos 70 degrees, a third.
    person = _leg()
    knee = person.skeleton.joint("shank_r")
    ring = np.isclose(person.vertices[:, 1], knee[1])
    half = about(np.array([0.0, 0.0, 1.0]), -np.deg2rad(70.0))
    np.testing.assert_allclose(_bent(person, 140.0)[ring], (person.vertices[ring] - knee) @ half.T + knee, atol=1e-12)


def test_a_knee_bent_by_140_degrees_keeps_its_volume() -> None:
    person = _leg()
    kept = _volume(_bent(person, 140.0), person.triangles) / _volume(person.vertices, person.triangles)
    assert kept == pytest.approx(1.0, abs=0.03)


def test_soft_tissue_lags_by_the_carriers_shares() -> None:
    person = _leg()
    lags = np.zeros((len(SEGMENTS), 3))
    lags[_SHANK] = [0.01, 0.0, -0.02]
    moved = skinned(person, np.tile(np.eye(3), (len(SEGMENTS), 1, 1)), person.skeleton.joints, lags)
    np.testing.assert_allclose(moved - person.vertices, person.weights[:, 1:2] * lags[_SHANK], atol=1e-15)


def test_normals_of_a_ball_point_outwards() -> None:
    apart = np.array([0.0, 1e-9, 0.0])
    vertices, triangles = capsule(-apart, apart, 0.2, around=48, rings=31)
    outward = vertices / np.linalg.norm(vertices, axis=1, keepdims=True)
    assert np.einsum("ij,ij->i", compute_normals(vertices, triangles), outward).min() > 0.999
