"""How does an assessment read as `result.json`? Shown units (degrees, centimetres), words beside every code."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from kinechain import __version__
from kinechain.app.loads_files import ROWS as LOAD_ROWS
from kinechain.app.loads_files import loads_rows
from kinechain.core.types import AssessedClip, Assessment, Measure, Protocol, Quality, Reason, Repetition, Verdict
from kinechain.core.units import INTERVAL_HALF_WIDTH, INTERVAL_LEVEL, to_shown
from kinechain.evidence import constants
from kinechain.io.result import SCHEMA
from kinechain.report.words import say

#: Groups of rows that every result leans on.
_ROWS = (
    "pose",
    "film",
    "view",
    "standing",
    "filter",
    "repetition",
    "legs",
    "body",
    "planar",
    "fppa",
    "heel",
    "measure",
    "mark",
    "fit",
    *LOAD_ROWS,
)
#: The segments of a body as people name them, by the lengths that make them up.
_SEGMENTS = {"thigh": ("thigh",), "shank": ("shank",), "trunk": ("trunk",), "foot": ("heel", "toe")}


def result_document(assessment: Assessment, files: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """Return `result.json` of an assessment; `files` names what was written of each film, by its SHA-256."""
    person, clips = assessment.person, assessment.measured_clips
    return {
        "schema": SCHEMA,
        "test": assessment.test,
        "person": {
            "height_cm": round(person.height_m * 100.0, 1),
            "mass_kg": person.mass_kg,
            "age": person.age_years,
            "sex": person.sex,
        },
        "protocol": _protocol(assessment.protocol, assessment.mirrored),
        "body": _body(clips),
        "ranges": {},
        "painful": assessment.painful,
        "pain": [
            {"side": pain.side, "value": pain.value, "at_knee_flexion_deg": _degrees(pain.at_knee_flexion_rad)}
            for pain in assessment.pains
        ],
        "clips": [_clip(clip, files.get(clip.clip.header.sha256, {})) for clip in assessment.clips],
        "engine": _engine(assessment),
        "quality": quality_document(assessment.quality),
        "reps": [_repetition(clip, repetition) for clip in clips for repetition in clip.repetitions],
        "measures": [_measure(measure) for clip in clips for measure in clip.measures],
        "loads": [row for clip in clips if clip.loads is not None for row in loads_rows(clip.loads, clip.spans)],
        "findings": [],
        "limiting": [],
        "sources": sorted(key for key in constants() if key.split(".")[0] in _ROWS),
    }


def refilm_document(assessment: Assessment) -> dict[str, Any]:
    """Return `result.json` of films that cannot be measured: why, and how to film again."""
    return {"schema": SCHEMA, "test": assessment.test, "quality": quality_document(assessment.quality)}


def _clip(clip: AssessedClip, files: Mapping[str, str]) -> dict[str, Any]:
    header = clip.clip.header
    return {
        "name": header.name,
        "sha256": header.sha256,
        "view": clip.clip.view.value,
        "near_side": clip.clip.near_side,
        "fps": round(clip.clip.fps, 3),
        "frames": int(clip.clip.time_s.size),
        "duration_s": round(clip.clip.duration_s, 3),
        "rotation_deg": header.rotation_deg,
        "measured": clip.quality.verdict is not Verdict.REFILM,
        "estimators": _estimators(clip),
        "quality": quality_document(clip.quality),
        "files": dict(files),
    }


def _body(clips: Sequence[AssessedClip]) -> dict[str, Any]:
    """Return the segments' lengths, each from the film that knows it best; empty where no fit was believed."""
    return {
        segment: min((_segment(clip, parts) for clip in clips if clip.lengths), key=lambda one: float(one["high"] - one["low"]))
        for segment, parts in _SEGMENTS.items()
        if any(clip.lengths for clip in clips)
    }


def _segment(clip: AssessedClip, parts: tuple[str, ...]) -> dict[str, Any]:
    unit, factor = to_shown("m")
    length = factor * sum(clip.lengths[part][0] for part in parts)
    # Parts of one segment err alike, by the stature and the scale that they share, so their spreads add up.
    half = factor * INTERVAL_HALF_WIDTH * sum(clip.lengths[part][1] for part in parts)
    return {
        "value": round(length, 2),
        "low": round(length - half, 2),
        "high": round(length + half, 2),
        "level": INTERVAL_LEVEL,
        "unit": unit,
        "clip": clip.clip.header.sha256,
    }


def _estimators(clip: AssessedClip) -> dict[str, str]:
    """Return which estimator gave each curve of a film."""
    names = [] if clip.motion is None else [str(name) for name in clip.motion.dataset if not str(name).endswith("_sd")]
    return {name: clip.motion.estimator(name) for name in names if clip.motion is not None}


def _engine(assessment: Assessment) -> dict[str, Any]:
    engine = assessment.clips[0].keypoints.engine
    models = [str(clip.loads.dataset.attrs["body_model"]) for clip in assessment.clips if clip.loads is not None]
    return {
        "kinechain": __version__,
        "pose_model": engine.pose_model,
        "pose_sha256": engine.pose_sha256,
        "body_model": models[0] if models else None,
    }


def _protocol(protocol: Protocol, mirrored: bool) -> dict[str, Any]:
    return {
        "footwear": protocol.footwear,
        "heel_cm": None if protocol.heel_m is None else round(protocol.heel_m * 100.0, 2),
        "arms": protocol.arms,
        "bar": protocol.bar,
        "load_kg": protocol.load_kg,
        "mirrored": mirrored,
    }


def quality_document(quality: Quality) -> dict[str, Any]:
    """Return a verdict and its reasons, words beside every code."""
    return {"verdict": quality.verdict.value, "reasons": [_reason(reason) for reason in quality.reasons]}


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "message": say(f"reason.{reason.code}", **reason.parameters),
        "do": say(f"reason.{reason.code}.do", **reason.parameters),
        "clip": reason.clip,
        "weight": reason.weight.value,
        "parameters": reason.parameters,
    }


def _repetition(clip: AssessedClip, repetition: Repetition) -> dict[str, Any]:
    time_s = clip.clip.time_s
    return {
        "index": repetition.index,
        "clip": clip.clip.header.sha256,
        "side": "both",
        "start_s": round(float(time_s[repetition.start]), 3),
        "deepest_s": round(float(time_s[repetition.deepest]), 3),
        "end_s": round(float(time_s[repetition.end]), 3),
        "deepest_frame": repetition.deepest,
        "partial": repetition.partial,
    }


def _measure(measure: Measure) -> dict[str, Any]:
    unit, factor = to_shown(measure.unit)
    return {
        "code": measure.code,
        "side": measure.side,
        "rep": measure.rep,
        "value": _rounded(measure.value * factor),
        "low": _rounded(measure.low * factor),
        "high": _rounded(measure.high * factor),
        "level": measure.level,
        "unit": unit,
        "clip": measure.clip,
        "cannot_judge": measure.cannot_judge,
        "parameters": measure.parameters,
    }


def _rounded(value: float) -> float | None:
    return round(value, 3) if np.isfinite(value) else None


def _degrees(angle_rad: float | None) -> float | None:
    return None if angle_rad is None else round(float(np.rad2deg(angle_rad)), 1)
