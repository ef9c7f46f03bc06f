"""The model takes the posture that lines through joint centres tell, and stands on its feet."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from bodies import body, held, squat_posture
from kinechain.core.types import Coordinates
from kinechain.loads.feet import find_soles
from kinechain.loads.posture import take_posture
from kinechain.maths.multibody import Laid, lay_out

JOINTS = {link.name: link.in_parent.origin for link in body().tree.links}


def laid(motion: Coordinates) -> Laid:
    return lay_out(body().tree, body().tree.with_followers(motion.values))


def lean_deg(line: np.ndarray) -> np.ndarray:
    return np.rad2deg(np.arctan2(line[:, 0], line[:, 1]))


def lines_deg(motion: Coordinates) -> dict[str, np.ndarray]:
    """How far thigh, shank and trunk lean forward, by the model's joint centres in the world."""
    at = laid(motion)
    hip, knee, ankle = (
        at.place("pelvis", JOINTS["femur_r"]),
        at.place("femur_r", JOINTS["tibia_r"]),
        at.place("tibia_r", JOINTS["talus_r"]),
    )
    hips, shoulders = (0.5 * (JOINTS[f"{name}_r"] + JOINTS[f"{name}_l"]) for name in ("femur", "humerus"))
    trunk = at.place("torso", shoulders) - at.place("pelvis", hips)
    return {"thigh": lean_deg(hip - knee), "shank": lean_deg(knee - ankle), "trunk": lean_deg(trunk)}


@settings(max_examples=40, deadline=None)
@given(knee=st.floats(0.0, 130.0), shank=st.floats(-5.0, 40.0), trunk=st.floats(-10.0, 70.0), share=st.floats(0.2, 0.9))
def test_joint_centres_lie_on_the_lines_that_were_told(knee: float, shank: float, trunk: float, share: float) -> None:
    posture = held({"knee_flexion": knee, "shank_inclination": shank, "trunk_lean": trunk}, seconds=0.1)
    got = lines_deg(take_posture(body(), posture, pelvis_share=share))
    assert np.abs(got["shank"] - shank).max() < 0.01
    assert np.abs(got["shank"] - got["thigh"] - knee).max() < 0.01
    assert np.abs(got["trunk"] - trunk).max() < 0.01


def test_feet_stay_flat_in_their_place_through_a_squat() -> None:
    soles = find_soles(laid(take_posture(body(), squat_posture(110.0, shank_deg=35.0))))
    assert np.ptp(soles.toe[..., :2], axis=0).max() < 1e-9  # forward and up
    assert np.ptp(soles.heel[..., :2], axis=0).max() < 0.005
    # The axes of knee and ankle are oblique, and nothing is told of the plane across: there the feet slide a little.
    assert np.ptp(soles.toe[..., 2], axis=0).max() < 0.04


def test_a_heel_that_rises_turns_about_the_toes() -> None:
    flat, raised = (
        find_soles(laid(take_posture(body(), held({"knee_flexion": 60.0, "shank_inclination": 30.0, "foot_pitch": pitch}, 0.1))))
        for pitch in (0.0, 20.0)
    )
    rise = raised.heel[0, 1, 1] - flat.heel[0, 1, 1]
    assert np.abs(raised.toe - flat.toe)[..., :2].max() < 1e-9
    assert abs(rise - flat.length[1] * np.sin(np.deg2rad(20.0))) < 0.005


def test_the_pelvis_takes_its_share_of_the_trunks_lean_and_hips_and_back_make_up_for_it() -> None:
    posture = held({"knee_flexion": 90.0, "shank_inclination": 30.0, "trunk_lean": 40.0}, 0.1)
    small, large = (take_posture(body(), posture, pelvis_share=share) for share in (0.3, 0.8))
    assert np.rad2deg(large.curve("pelvis_tilt") - small.curve("pelvis_tilt"))[0] < -15.0
    assert np.rad2deg(large.curve("hip_flexion_r") - small.curve("hip_flexion_r"))[0] > 15.0
    assert np.allclose(
        large.curve("pelvis_tilt") + large.curve("hip_flexion_r"), small.curve("pelvis_tilt") + small.curve("hip_flexion_r")
    )
