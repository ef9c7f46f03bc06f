"""A made-up result: two films that could be measured, one that has to be filmed again."""

import math
from dataclasses import replace

import numpy as np
import pytest
import xarray as xr

from kinechain.core.types import (
    KEYPOINT_NAMES,
    AssessedClip,
    Assessment,
    Clip,
    FilmHeader,
    Keypoints,
    Measure,
    Motion,
    Pain,
    Person,
    Protocol,
    Quality,
    Reason,
    Repetition,
    Verdict,
    View,
)

FPS = 30.0
TIME_S = np.arange(300) / FPS
REPETITIONS = (Repetition(1, 60, 100, 140), Repetition(2, 180, 220, 260))
HOSTILE = '"><script>alert(1)</script> & <b>.mp4'
SIDE, FRONT, BAD = "a" * 64, "b" * 64, "c" * 64


def keypoints() -> Keypoints:
    time, names = TIME_S.size, list(KEYPOINT_NAMES)
    return Keypoints(
        xr.Dataset(
            {
                "position": (("time", "space", "keypoint"), np.full((time, 2, len(names)), 100.0)),
                "confidence": (("time", "keypoint"), np.ones((time, len(names)))),
                "world": (("time", "axis", "keypoint"), np.zeros((time, 3, len(names)))),
                "presence": (("time",), np.ones(time)),
                "camera_shift": (("time", "space"), np.zeros((time, 2))),
                "scene_change": (("time",), np.zeros(time)),
                "people": (("time",), np.ones(time)),
                "brightness": (("time",), np.full(time, 0.5)),
            },
            coords={"time": TIME_S, "space": ["x", "y"], "axis": ["x", "y", "z"], "keypoint": names},
            attrs={"width_px": 720, "height_px": 1280, "pose_model": "blazepose-full", "pose_sha256": "d" * 64},
        )
    )


def bends(depth_deg: float) -> np.ndarray:
    """Two smooth bends on a standing angle of 8 degrees, deepest in frames 100 and 220."""
    bump = sum(np.exp(-(((np.arange(TIME_S.size) - middle) / 16.0) ** 2)) for middle in (100, 220))
    return np.deg2rad(8.0 + (depth_deg - 8.0) * bump)


def motion(estimator: str, **curves: np.ndarray) -> Motion:
    """A motion of the left leg; `trunk_lean` has no side."""
    variables = {}
    for name, curve in curves.items():
        values = curve if name == "trunk_lean" else np.column_stack([curve, np.full(curve.shape, np.nan)])
        dims = ("time",) if name == "trunk_lean" else ("time", "side")
        variables[name] = (dims, values, {"units": "rad"})
        variables[f"{name}_sd"] = (dims, np.where(np.isfinite(values), np.deg2rad(9.0), np.nan), {"units": "rad"})
    return Motion(xr.Dataset(variables, coords={"time": TIME_S, "side": ["left", "right"]}, attrs={"estimator": estimator}))


def degrees(code: str, rep: int | None, value: float, half: float, side: str = "left", clip: str = SIDE) -> Measure:
    low, high = math.radians(value - half), math.radians(value + half)
    return Measure(code, side, rep, math.radians(value), low, high, "rad", clip)


def cannot(code: str, rep: int | None, why: str, side: str = "left", clip: str = SIDE, **parameters: object) -> Measure:
    return Measure(code, side, rep, math.nan, math.nan, math.nan, "rad", clip, 0.9, why, dict(parameters))


def film(name: str, sha256: str, view: View, near: str | None) -> Clip:
    return Clip(FilmHeader(name, sha256, "h264", 720, 1280, 90, 300, 10.0, FPS), TIME_S, view, near)


def side_clip() -> AssessedClip:
    knee, trunk = bends(112.0), bends(40.0)
    knee[150:165] = np.nan
    measures = (
        degrees("knee_flexion_peak", 1, 108.2, 14.6),
        degrees("knee_flexion_peak", 2, 112.4, 16.6),
        degrees("knee_flexion_peak", None, 110.3, 15.6),
        degrees("knee_flexion_peak_from_standing", None, 102.3, 15.6),
        degrees("trunk_lean_peak", None, 40.0, 9.7, side="both"),
        Measure("hip_height_drop", "both", None, 0.52, 0.47, 0.57, "1", SIDE),
        Measure("heel_rise_peak", "left", 1, 0.031, 0.005, 0.057, "m", SIDE),
        cannot("heel_rise_peak", 2, "smaller_than_noise", noise="2.5 cm"),
        Measure("descent_s", "both", None, 1.34, 1.21, 1.47, "s", SIDE),
        cannot("knee_flexion_peak", None, "far_leg_hidden", side="right"),
    )
    quality = Quality((Reason("maybe_mirrored", Verdict.OK, HOSTILE),))
    seen = motion("planar", knee_flexion=knee, trunk_lean=trunk)
    return AssessedClip(film(HOSTILE, SIDE, View.SIDE, "left"), keypoints(), quality, seen, REPETITIONS, measures)


def front_clip() -> AssessedClip:
    fppa = np.where(np.rad2deg(bends(100.0)) < 75.0, np.deg2rad(-5.0), np.nan)
    measures = (
        *(
            cannot("fppa_at_peak_flexion", rep, "beyond_fppa_range", clip=FRONT, low_deg=20.0, high_deg=75.0)
            for rep in (1, 2, None)
        ),
        degrees("shank_inclination_peak", None, 38.0, 4.0, clip=FRONT),
        degrees("shank_inclination_peak", None, 37.0, 4.0, side="right", clip=FRONT),
        degrees("shank_inclination_peak_from_standing", None, 33.0, 3.0, clip=FRONT),
        degrees("shank_inclination_peak_from_standing", None, 32.0, 3.0, side="right", clip=FRONT),
        cannot("trunk_lean_peak", None, "not_seen_from_front", side="both", clip=FRONT),
        Measure("knee_ankle_separation_ratio", "both", None, 1.18, 1.08, 1.28, "1", FRONT),
        Measure("stance_width", "both", None, 0.42, 0.37, 0.47, "m", FRONT),
    )
    no_rest = Reason("no_quiet_standing", Verdict.CAUTION, "front.mp4", {"longest_s": 0.46, "needed_s": 0.5})
    quality = Quality((no_rest, Reason("legs_renamed", Verdict.OK, "front.mp4", {"pictures": 12, "share": 0.04})))
    seen = motion("fit", knee_flexion=bends(98.0), fppa=fppa)
    return AssessedClip(film("front.mp4", FRONT, View.FRONT, None), keypoints(), quality, seen, REPETITIONS, measures)


def refilm_clip() -> AssessedClip:
    quality = Quality((Reason("legs_exchanged", Verdict.REFILM, "bad.mp4", {"times": 12, "first_time_s": 3.2, "share": 0.31}),))
    return AssessedClip(film("bad.mp4", BAD, View.SIDE, "right"), keypoints(), quality)


@pytest.fixture(scope="session")
def assessment() -> Assessment:
    clips = (side_clip(), front_clip(), refilm_clip())
    left_out = Reason("clip_left_out", Verdict.CAUTION, None, {"name": "bad.mp4"})
    of_clips = tuple(reason for clip in clips[:2] for reason in clip.quality.reasons)
    return Assessment(
        test="squat",
        person=Person(1.75, 70.0),
        protocol=Protocol(footwear="barefoot", heel_m=0.02, load_kg=10.0),
        pains=(Pain("left", 3.0, math.radians(70.0)),),
        clips=clips,
        quality=Quality((*of_clips, left_out)),
        painful="left",
    )


@pytest.fixture(scope="session")
def refilm(assessment: Assessment) -> Assessment:
    """A result of which nothing could be measured."""
    clip = refilm_clip()
    return replace(assessment, clips=(clip,), quality=clip.quality, pains=(), painful=None)
