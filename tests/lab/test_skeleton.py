"""A posture becomes a pose: bones keep their lengths, knees are hinges, feet stay where they are put."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from textbook import rest_posture, textbook_skeleton

from lab.rotations import about, apply, between, from_vector, leaning, part_way, vector_of
from lab.skeleton import landmark_paths, pose
from lab.types import LANDMARKS, PARENTS, SEGMENTS, Posture, Skeleton

BODY = textbook_skeleton(1.75)
THIGH_M = SHANK_M = 0.245 * 1.75
MIRROR = np.diag([1.0, 1.0, -1.0])
UP = np.array([0.0, 1.0, 0.0])


def path(skeleton: Skeleton, posture: Posture, name: str) -> np.ndarray:
    return landmark_paths(skeleton, pose(skeleton, posture))[:, list(LANDMARKS).index(name)]


def knee_deg(skeleton: Skeleton, posture: Posture, side: str) -> np.ndarray:
    hip, knee, ankle = (path(skeleton, posture, f"{side}_{joint}") for joint in ("hip", "knee", "ankle"))
    cosine = np.sum((knee - hip) * (ankle - knee), axis=1) / (THIGH_M * SHANK_M)
    return np.rad2deg(np.arccos(np.clip(cosine, -1.0, 1.0)))


def wild_posture(skeleton: Skeleton, seed: int, count: int = 6) -> Posture:
    """Any posture at all: lengths must hold whatever is asked."""
    rng = np.random.default_rng(seed)
    rest = rest_posture(skeleton, count)

    def turned(*shape: int) -> np.ndarray:
        return from_vector(rng.uniform(-0.8, 0.8, (*shape, 3)))

    def direction(mean: list[float]) -> np.ndarray:
        return np.array(mean) + rng.uniform(-0.4, 0.4, (count, 2, 3))

    return replace(
        rest,
        pelvis=rest.pelvis + rng.uniform([-0.3, -0.5, -0.2], [0.2, 0.15, 0.2], (count, 3)),
        pelvis_turn=turned(count),
        thorax_turn=turned(count),
        head_turn=turned(count),
        ankle=rest.ankle + rng.uniform(-0.15, 0.15, (count, 2, 3)),
        foot_turn=turned(count, 2),
        toe_flexion=rng.uniform(0.0, 0.8, (count, 2)),
        knee_aim=direction([1.0, 0.0, 0.0]),
        upper_arm=direction([0.5, -0.7, 0.0]),
        forearm=direction([0.9, -0.2, 0.0]),
        contact=rng.random((count, 2, 2)) < 0.5,
    )


def mirrored(posture: Posture) -> Posture:
    """The same posture in a mirror that swaps left and right."""

    def turn(turns: np.ndarray) -> np.ndarray:
        return MIRROR @ turns @ MIRROR

    swapped = {name: getattr(posture, name)[:, ::-1] for name in ("toe_flexion", "contact")}
    swapped |= {name: getattr(posture, name)[:, ::-1] @ MIRROR for name in ("ankle", "knee_aim", "upper_arm", "forearm")}
    turned = {name: turn(getattr(posture, name)) for name in ("pelvis_turn", "thorax_turn", "head_turn")}
    return replace(posture, pelvis=posture.pelvis @ MIRROR, foot_turn=turn(posture.foot_turn[:, ::-1]), **swapped, **turned)


def test_at_rest_nothing_turns() -> None:
    lying = pose(BODY, rest_posture(BODY))
    np.testing.assert_allclose(lying.turns[0], np.broadcast_to(np.eye(3), (len(SEGMENTS), 3, 3)), atol=0.09)
    # The textbook's legs are dead straight: the reach's soft end leaves them a few degrees bent, all else is exact.
    arms = [SEGMENTS.index(name) for name in SEGMENTS if name.startswith(("upper_arm", "forearm", "pelvis", "head", "foot"))]
    np.testing.assert_allclose(lying.turns[0, arms], np.broadcast_to(np.eye(3), (len(arms), 3, 3)), atol=1e-12)
    np.testing.assert_allclose(landmark_paths(BODY, lying)[0], BODY.landmarks, atol=0.03)


def test_a_pelvis_lowered_by_hand_bends_the_knees_by_the_law_of_cosines() -> None:
    rest = rest_posture(BODY)
    apart = THIGH_M * np.sqrt(2.0)  # an isosceles right triangle: the knee is bent by 90 degrees
    lowered = replace(rest, pelvis=rest.ankle.mean(axis=1) + apart * UP)
    assert knee_deg(BODY, lowered, "left") == pytest.approx([90.0])
    ankle, knee = path(BODY, lowered, "right_ankle")[0], path(BODY, lowered, "right_knee")[0]
    np.testing.assert_allclose(knee - ankle, [SHANK_M * np.sqrt(0.5), SHANK_M * np.sqrt(0.5), 0.0], atol=1e-9)


def test_thigh_and_shank_turn_about_one_axis() -> None:
    wild = pose(BODY, wild_posture(BODY, 3))
    for side in "lr":
        thigh, shank = (wild.turns[:, SEGMENTS.index(f"{segment}_{side}")] for segment in ("thigh", "shank"))
        bend = vector_of(np.swapaxes(thigh, 1, 2) @ shank)
        # The turn between them, seen from the thigh, is about the same level axis in every frame, and flexes.
        np.testing.assert_allclose(bend[:, :2], 0.0, atol=1e-9)
        assert (bend[:, 2] <= 1e-9).all()


def test_a_leg_that_bears_and_is_too_short_pulls_the_pelvis_down_and_keeps_its_ankle() -> None:
    rest = rest_posture(BODY)
    high = replace(rest, pelvis=rest.pelvis + 0.10 * UP)
    np.testing.assert_allclose(path(BODY, high, "left_ankle"), rest.ankle[:, 0], atol=1e-3)
    assert knee_deg(BODY, high, "left") == pytest.approx([0.0], abs=1.0)
    assert pose(BODY, high).joints[0, 0, 1] == pytest.approx(BODY.joint("pelvis")[1], abs=1e-3)
    lifted = replace(high, contact=np.zeros((1, 2, 2), dtype=bool))
    assert pose(BODY, lifted).joints[0, 0, 1] == pytest.approx(BODY.joint("pelvis")[1] + 0.10)
    assert path(BODY, lifted, "left_ankle")[0, 1] == pytest.approx(BODY.joint("foot_l")[1] + 0.10, abs=1e-3)


def test_a_leg_comes_to_its_end_without_a_jerk() -> None:
    rest = rest_posture(BODY, 61)
    rise = np.linspace(-0.05, 0.05, 61)  # at 30 frames a second: 5 cm/s
    knee = knee_deg(BODY, replace(rest, pelvis=rest.pelvis + rise[:, None] * [0.0, 1.0, 0.0]), "left")
    assert (np.diff(knee) <= 1e-6).all()
    assert np.abs(np.diff(knee)).max() < 5.0


def test_the_abdomen_lies_halfway_between_pelvis_and_thorax() -> None:
    rest = rest_posture(BODY)
    bowed = pose(BODY, replace(rest, thorax_turn=leaning(np.array([0.6]), np.zeros(1), np.zeros(1))))
    np.testing.assert_allclose(vector_of(bowed.turns[0, SEGMENTS.index("abdomen")]), [0.0, 0.0, -0.3], atol=1e-12)


def test_toes_bend_up_and_arms_point_where_they_are_told() -> None:
    rest = rest_posture(BODY)
    posture = replace(
        rest,
        toe_flexion=np.full((1, 2), 0.5),
        upper_arm=np.array([[[0.0, 1.0, 0.0], [0.0, 1.0, 0.0]]]),
        forearm=np.array([[[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]]]),
    )
    lying = pose(BODY, posture)
    toes = lying.turns[0, SEGMENTS.index("toes_l")]
    np.testing.assert_allclose(toes @ [1.0, 0.0, 0.0], [np.cos(0.5), np.sin(0.5), 0.0], atol=1e-12)
    shoulder, elbow, wrist = (path(BODY, posture, f"left_{joint}")[0] for joint in ("shoulder", "elbow", "wrist"))
    np.testing.assert_allclose(elbow - shoulder, [0.0, 0.186 * 1.75, 0.0], atol=1e-9)
    np.testing.assert_allclose(wrist - elbow, [0.146 * 1.75, 0.0, 0.0], atol=1e-9)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), stature_m=st.floats(1.4, 2.05))
def test_bones_keep_their_lengths_in_any_posture(seed: int, stature_m: float) -> None:
    body = textbook_skeleton(stature_m)
    wild = pose(body, wild_posture(body, seed))
    for child, parent in PARENTS.items():
        length = np.linalg.norm(wild.joints[:, SEGMENTS.index(child)] - wild.joints[:, SEGMENTS.index(parent)], axis=1)
        assert np.abs(length - np.linalg.norm(body.joint(child) - body.joint(parent))).max() < 1e-9
    proper = np.einsum("tsij,tsik->tsjk", wild.turns, wild.turns)
    np.testing.assert_allclose(proper, np.broadcast_to(np.eye(3), proper.shape), atol=1e-9)


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000))
def test_a_mirrored_posture_gives_the_mirrored_pose(seed: int) -> None:
    posture = wild_posture(BODY, seed)
    plain, other = (landmark_paths(BODY, pose(BODY, one)) for one in (posture, mirrored(posture)))
    swap = [list(LANDMARKS).index(_other_side(name)) for name in LANDMARKS]
    np.testing.assert_allclose(other, plain[:, swap] @ MIRROR, atol=1e-9)


def _other_side(name: str) -> str:
    if name.startswith("left"):
        return name.replace("left", "right")
    return name.replace("right", "left")


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 10_000), share=st.floats(0.0, 1.0))
def test_turns_go_out_and_come_back(seed: int, share: float) -> None:
    rng = np.random.default_rng(seed)
    vector, start = rng.uniform(-1.5, 1.5, (4, 3)), from_vector(rng.uniform(-1.0, 1.0, (4, 3)))
    np.testing.assert_allclose(vector_of(from_vector(vector)), vector, atol=1e-9)
    there = part_way(start, start @ from_vector(vector), share)
    np.testing.assert_allclose(there, start @ from_vector(share * vector), atol=1e-9)
    np.testing.assert_allclose(apply(between(vector, start[:, 0]), vector), start[:, 0] * np.linalg.norm(vector, axis=1)[:, None])


def test_a_lean_is_to_the_right_and_a_turn_to_the_left() -> None:
    up, forward = np.array([0.0, 1.0, 0.0]), np.array([1.0, 0.0, 0.0])
    quarter = np.array(0.5 * np.pi)
    np.testing.assert_allclose(leaning(quarter, np.array(0.0), np.array(0.0)) @ up, [1.0, 0.0, 0.0], atol=1e-12)
    np.testing.assert_allclose(leaning(np.array(0.0), quarter, np.array(0.0)) @ up, [0.0, 0.0, 1.0], atol=1e-12)
    np.testing.assert_allclose(leaning(np.array(0.0), np.array(0.0), quarter) @ forward, [0.0, 0.0, -1.0], atol=1e-12)
    np.testing.assert_allclose(about(up, 0.5 * np.pi) @ forward, [0.0, 0.0, -1.0], atol=1e-12)
