"""Recorded squats, taken on by other bodies: the knees bend as the markers say, feet stand, nobody falls."""

from pathlib import Path

import numpy as np
import pytest
from textbook import textbook_skeleton

from lab.motions import (
    FILE,
    RATE_HZ,
    RecordedMotion,
    centres_of_markers,
    compile_motions,
    load_motions,
    motion_of_centres,
    read_at,
    read_markers,
)
from lab.movements.mass import Mass
from lab.movements.recorded import retarget
from lab.skeleton import landmark_paths, pose
from lab.types import LANDMARKS, Posture, Skeleton

AT = {name: number for number, name in enumerate(LANDMARKS)}


def knees_deg(paths: np.ndarray) -> np.ndarray:
    thigh, shank = (
        np.stack([paths[:, AT[f"{side}_{upper}"]] - paths[:, AT[f"{side}_{lower}"]] for side in ("left", "right")], axis=1)
        for upper, lower in (("hip", "knee"), ("knee", "ankle"))
    )
    cosine = np.sum(thigh * shank, axis=-1) / np.linalg.norm(thigh, axis=-1) / np.linalg.norm(shank, axis=-1)
    return np.rad2deg(np.arccos(np.clip(cosine, -1.0, 1.0)))


def played(skeleton: Skeleton, motion: RecordedMotion) -> Posture:
    time_s = np.arange(len(motion.knee_flexion)) / RATE_HZ
    return retarget(skeleton, motion, time_s, time_s)


def test_the_file_is_small_and_holds_all_five_people_and_the_phone_recording() -> None:
    names = [motion.name for motion in load_motions()]
    assert FILE.stat().st_size < 400_000
    assert len(names) == len(set(names)) == 27
    for person in "12345":
        kinds = [name.split()[1] for name in names if name.startswith("uiprmd") and name.split()[2] == person]
        assert kinds.count("correct") == 2
        assert kinds.count("incorrect") == 3


@pytest.mark.parametrize("stature_m", [1.50, 2.00])
def test_knees_bend_as_recorded_on_any_body_and_the_trunk_leans_so(stature_m: float) -> None:
    body = textbook_skeleton(stature_m)
    for motion in load_motions():
        paths = landmark_paths(body, pose(body, played(body, motion)))
        error = np.abs(knees_deg(paths) - np.rad2deg(motion.knee_flexion))
        assert error.mean() < 3.5, motion.name
        bent = np.rad2deg(motion.knee_flexion).min(axis=1) > 30.0
        assert error[bent].mean() < 3.0, motion.name
        names = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
        left, right, hip_l, hip_r = (paths[:, AT[name]] for name in names)
        trunk = left + right - hip_l - hip_r
        trunk /= np.linalg.norm(trunk, axis=1, keepdims=True)
        assert np.rad2deg(np.arccos(np.clip(np.sum(trunk * motion.trunk, axis=1), -1.0, 1.0))).max() < 1.0, motion.name


def test_real_people_keep_their_mass_over_their_feet_on_other_bodies_too() -> None:
    body = textbook_skeleton(1.70)
    for motion in load_motions():
        posture = played(body, motion)
        lying = pose(body, posture)
        paths = landmark_paths(body, lying)
        ahead = Mass(body).centre(lying)[:, 0]
        heels, toes = (0.5 * (paths[:, AT[f"left_{end}"], 0] + paths[:, AT[f"right_{end}"], 0]) for end in ("heel", "foot_index"))
        # Nothing was done to balance them: what falls out behind by two fingers is segment masses, not their own.
        assert (ahead > heels - 0.03).all(), motion.name
        assert (ahead < toes).all(), motion.name


def test_before_and_after_the_take_its_first_and_last_posture_are_held() -> None:
    motion = load_motions()[0]
    held = read_at(motion, np.array([-1.0, 0.0, 99.0]))
    np.testing.assert_allclose(held.knee_flexion[0], held.knee_flexion[1])
    np.testing.assert_allclose(held.knee_flexion[2], motion.knee_flexion[-1])


@pytest.mark.parametrize(
    ("take", "name"),
    [("correct/m01_s01_e02_positions", "uiprmd correct 1 2"), ("incorrect/m01_s03_e05_positions_inc", "uiprmd incorrect 3 5")],
)
def test_kept_knees_are_the_markers_own_three_point_angles(shared_data: Path, take: str, name: str) -> None:
    path = shared_data / "mocap" / "uiprmd_m01" / f"{take}.txt.gz"
    markers = read_markers(path)
    motion = motion_of_centres("again", centres_of_markers(markers), 100.0)
    kept = next(one for one in load_motions() if one.name == name)
    start = int(np.argmin(np.abs(motion.knee_flexion - kept.knee_flexion[0]).sum(axis=1)))  # waiting was cut off
    again = motion.knee_flexion[start : start + len(kept.knee_flexion)]
    np.testing.assert_allclose(kept.knee_flexion, again, atol=1e-3)
    assert kept.knee_flexion.max() == pytest.approx(motion.knee_flexion.max(), abs=1e-3)
    # Straight from the skin: front spine, lateral knee and ankle markers know nothing of centres, and agree within skin and bone.
    for side, index in (("L", 0), ("R", 1)):
        hip = 0.5 * (markers[f"{side}ASI"] + markers[f"{side}PSI"]) - [0.0, 0.08, 0.0]
        thigh, shank = hip - markers[f"{side}KNE"], markers[f"{side}KNE"] - markers[f"{side}ANK"]
        cosine = np.sum(thigh * shank, axis=1) / np.linalg.norm(thigh, axis=1) / np.linalg.norm(shank, axis=1)
        rough = np.rad2deg(np.arccos(cosine))
        assert abs(rough.max() - np.rad2deg(motion.knee_flexion[:, index].max())) < 15.0


def test_compiling_again_gives_the_same_file(shared_data: Path, tmp_path: Path) -> None:
    compile_motions(shared_data / "mocap", tmp_path / "motions.npz")
    with np.load(FILE) as kept, np.load(tmp_path / "motions.npz") as again:
        assert kept["names"].tolist() == again["names"].tolist()
        assert np.abs(kept["frames"].astype(int) - again["frames"].astype(int)).max() <= 1
