"""A body out of a textbook: lengths are shares of stature, symmetric, standing straight. Rough, but known by hand."""

import numpy as np

from lab.types import LANDMARKS, SEGMENTS, Posture, Skeleton

#: Heights of joints and their distance from the middle as shares of stature: Winter, Biomechanics and Motor Control of Human
#: Movement (4th ed. 2009), figure 4.1, after Drillis and Contini 1966; the points within trunk and foot are rough guesses.
_ANKLE, _KNEE, _HIP, _WAIST, _CHEST, _SHOULDER, _NECK = 0.040, 0.285, 0.530, 0.60, 0.70, 0.818, 0.86
_HALF_HIPS, _HALF_SHOULDERS, _UPPER_ARM, _FOREARM = 0.052, 0.115, 0.186, 0.146


def textbook_skeleton(stature_m: float = 1.75) -> Skeleton:
    """Return the skeleton of a person of this stature, arms hanging a little away from the body."""
    joints = {
        "pelvis": (0.0, _HIP, 0.0),
        "abdomen": (0.0, _WAIST, 0.0),
        "thorax": (0.0, _CHEST, 0.0),
        "head": (0.0, _NECK, 0.0),
    }
    landmarks = {"nose": (0.06, 0.92, 0.0), "left_ear": (0.0, 0.93, -0.04), "right_ear": (0.0, 0.93, 0.04)}
    outward = np.sin(np.deg2rad(15.0)), np.cos(np.deg2rad(15.0))
    for side, name, sign in (("l", "left", -1.0), ("r", "right", 1.0)):
        shoulder = np.array([0.0, _SHOULDER, sign * _HALF_SHOULDERS])
        elbow = shoulder + _UPPER_ARM * np.array([0.0, -outward[1], sign * outward[0]])
        wrist = elbow + _FOREARM * np.array([0.1, -outward[1], sign * outward[0]]) / np.linalg.norm([0.1, *outward])
        across = sign * _HALF_HIPS
        places = {
            "thigh": (0.0, _HIP, across),
            "shank": (0.0, _KNEE, across),
            "foot": (0.0, _ANKLE, across),
            "toes": (0.080, 0.012, across),
            "upper_arm": shoulder,
            "forearm": elbow,
            "hand": wrist,
        }
        joints |= {f"{segment}_{side}": tuple(place) for segment, place in places.items()}
        landmarks |= {
            f"{name}_{point}": tuple(places[segment])
            for point, segment in (
                ("shoulder", "upper_arm"),
                ("elbow", "forearm"),
                ("wrist", "hand"),
                ("hip", "thigh"),
                ("knee", "shank"),
                ("ankle", "foot"),
            )
        }
        landmarks |= {f"{name}_heel": (-0.035, 0.014, across), f"{name}_foot_index": (0.110, 0.008, across)}
    return Skeleton(
        np.array([joints[segment] for segment in SEGMENTS]) * stature_m,
        np.array([landmarks[landmark] for landmark in LANDMARKS]) * stature_m,
    )


def rest_posture(skeleton: Skeleton, count: int = 1) -> Posture:
    """Return the posture in which the body stands as it was drawn."""
    identity = np.broadcast_to(np.eye(3), (count, 3, 3))
    pairs = {
        name: np.stack([skeleton.joint(f"{end}_{s}") - skeleton.joint(f"{start}_{s}") for s in "lr"])
        for name, start, end in (("upper_arm", "upper_arm", "forearm"), ("forearm", "forearm", "hand"))
    }
    return Posture(
        time_s=np.arange(count) / 30.0,
        pelvis=np.tile(skeleton.joint("pelvis"), (count, 1)),
        pelvis_turn=identity,
        thorax_turn=identity,
        head_turn=identity,
        ankle=np.tile(np.stack([skeleton.joint(f"foot_{s}") for s in "lr"]), (count, 1, 1)),
        foot_turn=np.broadcast_to(np.eye(3), (count, 2, 3, 3)),
        toe_flexion=np.zeros((count, 2)),
        knee_aim=np.tile([1.0, 0.0, 0.0], (count, 2, 1)),
        upper_arm=np.tile(pairs["upper_arm"], (count, 1, 1)),
        forearm=np.tile(pairs["forearm"], (count, 1, 1)),
        contact=np.ones((count, 2, 2), dtype=bool),
        seated=np.zeros(count, dtype=bool),
    )
